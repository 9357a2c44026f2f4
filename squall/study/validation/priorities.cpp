// Who is served first: priorities without preemption.
#include <array>

#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/formulas.hpp"

namespace squall::study::validation {
namespace {

Case two_classes() {
  const std::array<double, 2> loads = {0.3, 0.5};
  const double residual = (30.0 + 50.0) * 2e-4 / 2.0;  // E[S^2] = 2 m^2
  const double mean = 0.01;
  return {.name = "priority-two",
          .title = "M/M/1 with two priorities, 30/s before 50/s, mu 100/s",
          .source = "Cobham 1954",
          .scenario = R"(
services:
  server: {workers: 1, latency: {exponential: 10ms}, queue: {order: priority}}
workloads:
  first: {to: server, priority: 2, arrivals: {poisson: 30/s}}
  second: {to: server, priority: 1, arrivals: {poisson: 50/s}}
)",
          .length = {.warmup_s = 18,
                     .measured_s = 300,
                     .replications_fast = 32,
                     .replications_thorough = 400},
          .claims = {
              {mean_latency("first"), "R / (1 - rho1) + 1 / mu, R = sum of lambda E[S^2] / 2",
               cobham(loads, residual, 0) + mean},
              {mean_latency("second"), "R / ((1 - rho1) (1 - rho1 - rho2)) + 1 / mu",
               cobham(loads, residual, 1) + mean},
          }};
}

Case three_classes() {
  const std::array<double, 3> loads = {0.2, 0.2, 0.2};
  const double residual = 60.0 * 1e-4 / 2.0;  // E[S^2] = D^2
  const double mean = 0.01;
  return {.name = "priority-three",
          .title = "M/D/1 with three priorities, 20/s each, D = 10 ms",
          .source = "Cobham 1954",
          .scenario = R"(
services:
  server: {workers: 1, latency: 10ms, queue: {order: priority}}
workloads:
  first: {to: server, priority: 3, arrivals: {poisson: 20/s}}
  second: {to: server, priority: 2, arrivals: {poisson: 20/s}}
  third: {to: server, priority: 1, arrivals: {poisson: 20/s}}
)",
          .length = {.warmup_s = 10,
                     .measured_s = 200,
                     .replications_fast = 32,
                     .replications_thorough = 80},
          .claims = {
              {mean_latency("first"), "R / (1 - rho1) + D, R = sum of lambda D^2 / 2",
               cobham(loads, residual, 0) + mean},
              {mean_latency("second"), "R / ((1 - rho1) (1 - rho1 - rho2)) + D",
               cobham(loads, residual, 1) + mean},
              {mean_latency("third"), "R / ((1 - rho1 - rho2) (1 - rho)) + D",
               cobham(loads, residual, 2) + mean},
          }};
}

}  // namespace

Family priorities() { return {.name = "Priorities", .cases = {two_classes(), three_classes()}}; }

}  // namespace squall::study::validation
