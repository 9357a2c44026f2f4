// Services that call services.
#include "squall/base/math.hpp"
#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/formulas.hpp"

namespace squall::study::validation {
namespace {

Case tandem() {
  const double lambda = 60.0;
  return {
      .name = "tandem",
      .title = "M/M/1, then M/M/1: lambda 60/s, mu1 100/s, mu2 80/s",
      .source = "Burke 1956, Jackson 1957, Reich 1957",
      .scenario = R"(
services:
  front: {workers: 1, latency: {exponential: 10ms}, during_calls: release, calls: [{to: back}]}
  back: {workers: 1, latency: {exponential: 12.5ms}}
workloads:
  clients: {to: front, objective: 100ms, arrivals: {poisson: 60/s}}
)",
      .length = {.warmup_s = 20,
                 .measured_s = 300,
                 .replications_fast = 32,
                 .replications_thorough = 400},
      .claims = {
          {mean_wait("front"), "rho1 / (mu1 - lambda)", 0.6 / (100.0 - lambda)},
          {mean_wait("back"), "rho2 / (mu2 - lambda)", 0.75 / (80.0 - lambda)},
          {mean_latency("clients"), "1 / (mu1 - lambda) + 1 / (mu2 - lambda)",
           1.0 / (100.0 - lambda) + 1.0 / (80.0 - lambda)},
          {share_late("clients"),
           "(b e^(-a t) - a e^(-b t)) / (b - a), a = mu1 - lambda, b = mu2 - lambda, t = 100 ms",
           sum_of_two_tail(100.0 - lambda, 80.0 - lambda, 0.1)},
      }};
}

/// Two clients' paths meet at one service.
Case merging() {
  return {
      .name = "merging",
      .title = "two M/M/1 (20/s and 30/s, mu 50/s) that both call a third (50/s, mu 80/s)",
      .source = "Jackson 1957",
      .scenario = R"(
services:
  left: {workers: 1, latency: {exponential: 20ms}, during_calls: release, calls: [{to: shared}]}
  right: {workers: 1, latency: {exponential: 20ms}, during_calls: release, calls: [{to: shared}]}
  shared: {workers: 1, latency: {exponential: 12.5ms}}
workloads:
  few: {to: left, arrivals: {poisson: 20/s}}
  many: {to: right, arrivals: {poisson: 30/s}}
)",
      .length = {.warmup_s = 10,
                 .measured_s = 300,
                 .replications_fast = 32,
                 .replications_thorough = 120},
      .claims = {
          {mean_latency("few"), "1 / (mu1 - 20/s) + 1 / (mu3 - 50/s)", 1.0 / 30.0 + 1.0 / 30.0},
          {mean_latency("many"), "1 / (mu2 - 30/s) + 1 / (mu3 - 50/s)", 1.0 / 20.0 + 1.0 / 30.0},
          {mean_in_system("shared"), "rho3 / (1 - rho3)", 0.625 / 0.375},
      }};
}

/// A retry at once goes to the end of the line: Bernoulli feedback.
Case feedback() {
  const double lambda = 49.0;
  const double p = 0.3;
  const double load = lambda / (1.0 - p) / mu;
  return {
      .name = "retry-feedback",
      .title = "M/M/1 with failures p = 30 % retried at once, lambda 49/s, mu 100/s",
      .source = "Jackson 1957, Takacs 1963",
      .scenario = R"(
services:
  server: {workers: 1, latency: {exponential: 10ms}, failure: 30%}
policies:
  eager: {retry: {max_attempts: 1000, backoff: none}}
workloads:
  clients: {to: server, policy: eager, arrivals: {poisson: 49/s}}
)",
      .length = {.warmup_s = 14,
                 .measured_s = 600,
                 .replications_fast = 16,
                 .replications_thorough = 100},
      .claims = {
          {mean_latency("clients"), "1 / ((1 - p) mu - lambda)", 1.0 / ((1.0 - p) * mu - lambda)},
          {mean_in_system("server"), "rho / (1 - rho), rho = lambda / ((1 - p) mu)",
           load / (1.0 - load)},
          {utilization("server"), "lambda / ((1 - p) mu)", load},
          {attempts_per_call("clients->server"), "1 / (1 - p)", 1.0 / (1.0 - p)},
      }};
}

/// The wait between attempts is a station without a line: the product form does not see its law.
Case feedback_with_backoff() {
  const double lambda = 49.0;
  const double p = 0.3;
  const double load = lambda / (1.0 - p) / mu;
  const double backoff = 0.05;
  return {.name = "retry-feedback-backoff",
          .title = "the same, retried after b = 50 ms: lambda 49/s, mu 100/s, p = 30 %",
          .source = "Jackson 1957; Baskett, Chandy, Muntz, Palacios 1975",
          .scenario = R"(
services:
  server: {workers: 1, latency: {exponential: 10ms}, failure: 30%}
policies:
  patient: {retry: {max_attempts: 1000, backoff: {fixed: 50ms}}}
workloads:
  clients: {to: server, policy: patient, arrivals: {poisson: 49/s}}
)",
          .length = {.warmup_s = 14,
                     .measured_s = 600,
                     .replications_fast = 16,
                     .replications_thorough = 100},
          .claims = {
              {mean_latency("clients"), "1 / ((1 - p) mu - lambda) + b p / (1 - p)",
               1.0 / ((1.0 - p) * mu - lambda) + backoff * p / (1.0 - p)},
              {mean_in_system("server"), "rho / (1 - rho), rho = lambda / ((1 - p) mu)",
               load / (1.0 - load)},
          }};
}

Case fork_join() {
  const double lambda = 60.0;
  return {
      .name = "fork-join",
      .title = "each request needs both of two M/M/1, lambda 60/s, mu 100/s",
      .source = "Flatto and Hahn 1984, Nelson and Tantawi 1988",
      .scenario = R"(
services:
  gateway: {calls: [{parallel: [{to: left}, {to: right}]}]}
  left: {workers: 1, latency: {exponential: 10ms}}
  right: {workers: 1, latency: {exponential: 10ms}}
workloads:
  clients: {to: gateway, arrivals: {poisson: 60/s}}
)",
      .length = {.warmup_s = 10,
                 .measured_s = 200,
                 .replications_fast = 32,
                 .replications_thorough = 160},
      .claims = {
          {mean_latency("clients"), "(12 - rho) / 8 / (mu - lambda)", fork_join_of_two(lambda, mu)},
          {mean_in_system("left"), "rho / (1 - rho)", 0.6 / 0.4},
      }};
}

Case fan_out() {
  return {.name = "fan-out",
          .title = "each request calls n = 5 services at once, each exponential of mean 10 ms",
          .source = "Feller 1966: the largest of n exponentials",
          .scenario = R"(
services:
  gateway:
    calls: [{parallel: [{to: a}, {to: b}, {to: c}, {to: d}, {to: e}]}]
  a: {latency: {exponential: 10ms}}
  b: {latency: {exponential: 10ms}}
  c: {latency: {exponential: 10ms}}
  d: {latency: {exponential: 10ms}}
  e: {latency: {exponential: 10ms}}
workloads:
  clients: {to: gateway, objective: 30ms, arrivals: {poisson: 100/s}}
)",
          .length = {.warmup_s = 1,
                     .measured_s = 100,
                     .replications_fast = 16,
                     .replications_thorough = 32},
          .claims = {
              {mean_latency("clients"), "(1 + 1/2 + ... + 1/n) / mu", harmonic(5) * 0.01},
              {share_late("clients"), "1 - (1 - e^(-mu t))^n, t = 30 ms",
               1.0 - to_the(1.0 - exp_of(-100.0 * 0.03), 5)},
          }};
}

/// While it calls, the worker is held: its service is the sum of its own work and the call's.
Case holding() {
  const double lambda = 40.0;
  const double mean = 0.005 + 0.01;
  const double square = mean * mean + 0.005 * 0.005 + 0.01 * 0.01;
  return {
      .name = "holding",
      .title = "one worker held during a call: 5 ms, then 10 ms elsewhere, both exponential, 40/s",
      .source = "Pollaczek 1930, Khinchine 1932",
      .scenario = R"(
services:
  front: {workers: 1, latency: {exponential: 5ms}, calls: [{to: back}]}
  back: {latency: {exponential: 10ms}}
workloads:
  clients: {to: front, arrivals: {poisson: 40/s}}
)",
      .length = {.warmup_s = 10,
                 .measured_s = 300,
                 .replications_fast = 32,
                 .replications_thorough = 140},
      .claims = {
          {mean_wait("front"), "lambda E[S^2] / (2 (1 - rho)), E[S^2] = (a + b)^2 + a^2 + b^2",
           pollaczek_khinchine(lambda, mean, square)},
          {mean_latency("clients"), "wait + a + b",
           pollaczek_khinchine(lambda, mean, square) + mean},
      }};
}

}  // namespace

Family networks() {
  return {.name = "Services that call services",
          .cases = {tandem(), merging(), feedback(), feedback_with_backoff(), fork_join(),
                    fan_out(), holding()}};
}

}  // namespace squall::study::validation
