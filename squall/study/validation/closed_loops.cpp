// Users who wait for the answer before they ask again.
#include <array>

#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/formulas.hpp"

namespace squall::study::validation {
namespace {

Case machine_repairman(std::string name, const std::string& words, const std::string& think) {
  const ClosedNetwork theory = repairman(20, 0.1, 2, 0.01);
  return {.name = std::move(name),
          .title = "N = 20 users think " + words +
                   " of mean 100 ms, then ask one of 2 workers, mu 100/s",
          .source = "Palm 1947; Baskett, Chandy, Muntz, Palacios 1975",
          .scenario = R"(
services:
  server: {workers: 2, latency: {exponential: 10ms}}
workloads:
  users: {to: server, arrivals: {closed: {users: 20, think: )" +
                      think + "}}}\n",
          .length = {.warmup_s = 5,
                     .measured_s = 60,
                     .replications_fast = 16,
                     .replications_thorough = 80},
          .claims = {
              {throughput("users"),
               "sum of p(k) min(k, c) mu, p(k+1) / p(k) = (N - k) nu / mu(k+1)", theory.throughput},
              {mean_latency("users"), "sum of k p(k) / throughput", theory.response},
              {utilization("server"), "throughput / (c mu)", theory.throughput / 200.0},
          }};
}

Case central_servers() {
  const std::array<double, 2> services = {0.01, 0.006};
  const ClosedNetwork theory = mean_value_analysis(8, 0.05, services);
  return {
      .name = "closed-tandem",
      .title = "N = 8 users think 50 ms, then one worker of 10 ms and one of 6 ms, exponential",
      .source = "Reiser and Lavenberg 1980",
      .scenario = R"(
services:
  front: {workers: 1, latency: {exponential: 10ms}, during_calls: release, calls: [{to: back}]}
  back: {workers: 1, latency: {exponential: 6ms}}
workloads:
  users: {to: front, arrivals: {closed: {users: 8, think: {exponential: 50ms}}}}
)",
      .length = {.warmup_s = 5,
                 .measured_s = 60,
                 .replications_fast = 16,
                 .replications_thorough = 80},
      .claims = {
          {throughput("users"), "mean value analysis: X(n) = n / (Z + R(n))", theory.throughput},
          {mean_latency("users"), "R(n) = sum of S (1 + L(n - 1))", theory.response},
          {utilization("back"), "X S", theory.throughput * services[1]},
      }};
}

}  // namespace

Family closed_loops() {
  return {
      .name = "Closed loops",
      .cases = {machine_repairman("repairman", "exponentially", "{exponential: 100ms}"),
                machine_repairman("repairman-constant", "exactly", "100ms"), central_servers()}};
}

}  // namespace squall::study::validation
