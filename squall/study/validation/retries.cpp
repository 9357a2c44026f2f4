// Retries against failures that do not depend on load.
#include <fmt/format.h>

#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/formulas.hpp"

namespace squall::study::validation {
namespace {

/// Every replication is 20,000 requests, drained, so nothing is cut off.
Case attempts(double p, std::uint32_t max_attempts, std::uint32_t fast, std::uint32_t thorough) {
  return {.name = fmt::format("retries-{:.0f}-{}", p * 100, max_attempts - 1),
          .title = fmt::format("n = {} retries of attempts that fail with p = {:.0f} %",
                               max_attempts - 1, p * 100),
          .source = "the geometric law",
          .scenario = fmt::format(R"(
services:
  bank: {{latency: 1ms, failure: {}}}
policies:
  client: {{retry: {{max_attempts: {}, backoff: none}}}}
workloads:
  clients: {{to: bank, policy: client, arrivals: {{constant: 1000/s}}, requests: 20000}}
)",
                                  p, max_attempts),
          .length = {.replications_fast = fast, .replications_thorough = thorough},
          .claims = {
              {attempts_per_call("clients->bank"), "(1 - p^(n+1)) / (1 - p)",
               mean_attempts(p, max_attempts)},
              {share_ok("clients"), "1 - p^(n+1)", 1.0 - to_the(p, max_attempts)},
              {share_failed("clients"), "p^(n+1)", to_the(p, max_attempts)},
          }};
}

/// Every layer tries n times: the deepest sees n^depth attempts, which no chance is in.
Case layers() {
  return {.name = "retries-in-layers",
          .title = "3 layers of n = 3 attempts each over a service that always fails",
          .source = "arithmetic; Beyer et al., Site Reliability Engineering, 2016, chapter 22",
          .scenario = R"(
services:
  first: {calls: [{to: second, policy: three}]}
  second: {calls: [{to: third, policy: three}]}
  third: {latency: 1ms, failure: 100%}
policies:
  three: {retry: {max_attempts: 3, backoff: none}}
workloads:
  clients: {to: first, policy: three, arrivals: {constant: 10/s}, requests: 100}
)",
          .length = {.replications_fast = 2, .replications_thorough = 2},
          .claims = {
              {attempts_per_call("clients->first"), "n", 3.0},
              {share_failed("clients"), "1", 1.0},
              {arrivals_per_request("third"), "n^3", 27.0},
          }};
}

/// Retried until it succeeds: the mean latency is the work of all attempts and the waits between.
Case backoff(std::string name, std::string words, double p, std::string backoff_text, double wait,
             std::string formula, std::uint32_t thorough) {
  return {.name = std::move(name),
          .title = fmt::format("retried until it succeeds, p = {:.0f} %, s = 1 ms, backoff {}",
                               p * 100, words),
          .source = "Brooker 2015, for the jitter",
          .scenario = fmt::format(R"(
services:
  bank: {{latency: 1ms, failure: {}}}
policies:
  client: {{retry: {{max_attempts: 1000, backoff: {}}}}}
workloads:
  clients: {{to: bank, policy: client, arrivals: {{constant: 1000/s}}, requests: 20000}}
)",
                                  p, backoff_text),
          .length = {.replications_fast = 16, .replications_thorough = thorough},
          .claims = {
              {mean_latency("clients"), formula, 0.001 / (1.0 - p) + wait},
          }};
}

std::vector<Case> backoffs() {
  const double p = 0.4;
  const double few = 0.2;
  const std::string exponential = "{exponential: {base: 10ms, max: 80ms}";
  const double sum = mean_backoff(p, 0.01, 2.0, 0.08);
  return {
      backoff("backoff-exponential", "10 ms doubled up to 80 ms", p, exponential + "}", sum,
              "s / (1 - p) + sum of p^k min(10 ms 2^(k-1), 80 ms)", 32),
      backoff("backoff-full-jitter", "10 ms doubled up to 80 ms, full jitter", p,
              exponential + ", jitter: full}", sum / 2.0,
              "s / (1 - p) + sum of p^k min(10 ms 2^(k-1), 80 ms) / 2", 64),
      backoff("backoff-equal-jitter", "10 ms doubled up to 80 ms, equal jitter", p,
              exponential + ", jitter: equal}", sum * 0.75,
              "s / (1 - p) + sum of p^k min(10 ms 2^(k-1), 80 ms) 3/4", 64),
      backoff("backoff-proportional-jitter", "10 ms doubled up to 80 ms, +- 20 %", p,
              exponential + ", jitter: {proportional: 20%}}", sum,
              "s / (1 - p) + sum of p^k min(10 ms 2^(k-1), 80 ms)", 32),
      // E[d(k+1)] = (base + 3 E[d(k)]) / 2 with d(0) = base: E[d(k)] = base (2 (3/2)^k - 1). The
      // sum of p^k times that is base (2 * 3p/2 / (1 - 3p/2) - p / (1 - p)). E[d(k)^2] grows
      // threefold: from p = 1/3 on the sum has no variance, so that p is smaller here.
      backoff("backoff-decorrelated", "U(10 ms, 3 times the wait before)", few,
              "{decorrelated: {base: 10ms}}",
              0.01 * (3.0 * few / (1.0 - 1.5 * few) - few / (1.0 - few)),
              "s / (1 - p) + 10 ms (3 p / (1 - 3 p / 2) - p / (1 - p))", 64),
  };
}

/// An attempt gets through if neither way loses it; if not, the timeout ends it.
Case loss() {
  const double q = 0.9 * 0.9;
  const std::uint32_t n = 3;
  return {.name = "network-loss",
          .title = "a network that loses l = 10 % each way, timeout 20 ms, n + 1 = 3 attempts",
          .source = "the geometric law",
          .scenario = R"(
network: {latency: 1ms, loss: 10%}
services:
  bank: {latency: 1ms}
policies:
  client: {timeout: 20ms, retry: {max_attempts: 3, backoff: none}}
workloads:
  clients: {to: bank, policy: client, arrivals: {constant: 1000/s}, requests: 20000}
)",
          .length = {.replications_fast = 16, .replications_thorough = 600},
          .claims = {
              {attempts_per_call("clients->bank"), "(1 - p^(n+1)) / (1 - p), p = 1 - (1 - l)^2",
               mean_attempts(1.0 - q, n)},
              {share_failed("clients"), "p^(n+1)", to_the(1.0 - q, n)},
              {share_of_attempts_timed_out("clients->bank"), "p", 1.0 - q},
          }};
}

}  // namespace

Family retries() {
  Family family{.name = "Retries",
                .cases = {attempts(0.05, 2, 16, 1200), attempts(0.3, 4, 16, 380),
                          attempts(0.5, 4, 16, 64), attempts(0.9, 10, 16, 32), layers()}};
  for (Case& one : backoffs()) family.cases.push_back(std::move(one));
  family.cases.push_back(loss());
  return family;
}

}  // namespace squall::study::validation
