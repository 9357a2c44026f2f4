// Timeouts: callers that turn away, and what becomes of their work.
#include "squall/base/math.hpp"
#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/formulas.hpp"

namespace squall::study::validation {
namespace {

/// Without a line the timeout only meets the service.
Case timeouts() {
  const double t = 0.015;
  const double out = exp_of(-mu * t);
  return {.name = "timeout",
          .title = "exponential service of mean 10 ms, no line, timeout t = 15 ms, 3 attempts",
          .source = "the exponential law",
          .scenario = R"(
services:
  server: {latency: {exponential: 10ms}}
policies:
  client: {timeout: 15ms, retry: {max_attempts: 3, backoff: none}}
workloads:
  clients: {to: server, policy: client, arrivals: {poisson: 400/s}}
)",
          .length = {.warmup_s = 1,
                     .measured_s = 200,
                     .replications_fast = 16,
                     .replications_thorough = 140},
          .claims = {
              {share_of_attempts_timed_out("clients->server"), "q = e^(-mu t)", out},
              {attempts_per_call("clients->server"), "(1 - q^3) / (1 - q)", mean_attempts(out, 3)},
              {share_failed("clients"), "q^3", to_the(out, 3)},
              {mean_in_system("server"), "lambda (1 - q^3) / (1 - q) / mu: all work is finished",
               400.0 * mean_attempts(out, 3) / mu},
              {share_wasted("server"), "E[S; S > t] / E[S] = (1 + mu t) q", (1.0 + mu * t) * out},
          }};
}

Case cancelled() {
  const double t = 0.015;
  const double out = exp_of(-mu * t);
  return {.name = "timeout-cancel",
          .title = "the same, one attempt, work cancelled at the timeout t = 15 ms, 400/s",
          .source = "the exponential law",
          .scenario = R"(
services:
  server: {latency: {exponential: 10ms}, when_caller_gone: cancel}
policies:
  client: {timeout: 15ms}
workloads:
  clients: {to: server, policy: client, arrivals: {poisson: 400/s}}
)",
          .length = {.warmup_s = 1,
                     .measured_s = 50,
                     .replications_fast = 16,
                     .replications_thorough = 64},
          .claims = {
              {share_failed("clients"), "q = e^(-mu t)", out},
              {mean_in_system("server"), "lambda E[min(S, t)] = lambda (1 - q) / mu",
               400.0 * (1.0 - out) / mu},
              {mean_latency("clients"), "E[S | S <= t] = 1 / mu - t q / (1 - q)",
               1.0 / mu - t * out / (1.0 - out)},
          }};
}

/// Overloaded, saved only by those who leave: with when_caller_gone skip_queued they leave the
/// line, with cancel the worker as well.
Case impatient_line() {
  const Impatience theory = leaving_the_line(120.0, 100.0, 0.05);
  return {
      .name = "impatient-line",
      .title = "M/M/1 at lambda 120/s, mu 100/s, whose callers leave the line after t = 50 ms",
      .source = "Barrer 1957; Gnedenko and Kovalenko 1968",
      .scenario = R"(
services:
  server: {workers: 1, latency: {exponential: 10ms}, when_caller_gone: skip_queued}
policies:
  client: {timeout: 50ms}
workloads:
  clients: {to: server, policy: client, arrivals: {poisson: 120/s}}
)",
      .length = {.warmup_s = 5,
                 .measured_s = 150,
                 .replications_fast = 16,
                 .replications_thorough = 64},
      .claims = {
          {share_skipped("server"), "p0 lambda e^((lambda - mu) t) / mu", theory.never_started},
          {share_failed("clients"), "that + p0 e^((lambda - mu) t)", theory.timed_out},
          {utilization("server"), "rho (1 - never started)", 1.2 * (1.0 - theory.never_started)},
      }};
}

Case impatient_worker() {
  const Impatience theory = leaving_the_worker(120.0, 100.0, 0.05);
  return {.name = "impatient-worker",
          .title = "the same, work cancelled at once: lambda 120/s, mu 100/s, t = 50 ms",
          .source = "Gnedenko and Kovalenko 1968",
          .scenario = R"(
services:
  server: {workers: 1, latency: {exponential: 10ms}, when_caller_gone: cancel}
policies:
  client: {timeout: 50ms}
workloads:
  clients: {to: server, policy: client, arrivals: {poisson: 120/s}}
)",
          .length = {.warmup_s = 5,
                     .measured_s = 150,
                     .replications_fast = 16,
                     .replications_thorough = 64},
          .claims = {
              {share_failed("clients"),
               "p0 e^((lambda - mu) t), p0 = 1 / (1 + lambda (e^((lambda - mu) t) - 1) / (lambda - "
               "mu))",
               theory.timed_out},
              {utilization("server"), "1 - p0", 1.0 - theory.timed_out * exp_of(-20.0 * 0.05)},
          }};
}

/// Work that nobody stops: as if there were no timeout, and the share that took longer is wasted.
Case stubborn() {
  const double lambda = 70.0;
  const double out = exp_of(-(mu - lambda) * 0.06);
  return {
      .name = "patient-worker",
      .title = "M/M/1 whose callers leave after t = 60 ms and whose work goes on: 70/s, mu 100/s",
      .source = "Erlang 1917",
      .scenario = R"(
services:
  server: {workers: 1, latency: {exponential: 10ms}, when_caller_gone: finish}
policies:
  client: {timeout: 60ms}
workloads:
  clients: {to: server, policy: client, arrivals: {poisson: 70/s}}
)",
      .length = {.warmup_s = 10,
                 .measured_s = 200,
                 .replications_fast = 32,
                 .replications_thorough = 650},
      .claims = {
          {share_failed("clients"), "e^(-(mu - lambda) t)", out},
          {mean_in_system("server"), "rho / (1 - rho)", 0.7 / 0.3},
      }};
}

/// A deadline over attempts that each take exactly as long: so many fit in and not one more.
Case deadlines() {
  return {.name = "deadline",
          .title = "attempts of exactly 10 ms that fail with p = 50 %, deadline 45 ms",
          .source = "arithmetic; the geometric law",
          .scenario = R"(
services:
  bank: {latency: 10ms, failure: 50%}
policies:
  client: {deadline: 45ms, retry: {max_attempts: 100, backoff: none}}
workloads:
  clients: {to: bank, policy: client, arrivals: {constant: 1000/s}, requests: 20000}
)",
          .length = {.replications_fast = 16, .replications_thorough = 64},
          .claims = {
              {share_failed("clients"), "p^4", to_the(0.5, 4)},
              {attempts_per_call("clients->bank"), "(1 - p^5) / (1 - p): the fifth is cut short",
               mean_attempts(0.5, 5)},
          }};
}

}  // namespace

Family patience() {
  return {.name = "Timeouts",
          .cases = {timeouts(), cancelled(), stubborn(), impatient_line(), impatient_worker(),
                    deadlines()}};
}

}  // namespace squall::study::validation
