// Lines that end: who comes too late is refused.
#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/formulas.hpp"

namespace squall::study::validation {
namespace {

std::string one_server(const std::string& server, const std::string& rate) {
  return "\nservices:\n  server: {" + server +
         "}\nworkloads:\n  clients: {to: server, arrivals: {poisson: " + rate + "}}\n";
}

/// @param server  the service as the scenario writes it.
Case mm1k(std::string name, const std::string& words, const std::string& server,
          std::uint32_t places, double lambda, const std::string& rate, Length length) {
  const std::vector<double> shares = mmck(1, places, lambda, mu);
  return {
      .name = std::move(name),
      .title = "M/M/1/K, K = " + std::to_string(places) + ", lambda " + rate + ", mu 100/s" + words,
      .source = "Erlang 1917",
      .scenario = one_server(server, rate),
      .length = length,
      .claims = {
          {share_refused("server"), "(1 - r) r^K / (1 - r^(K+1)), r = lambda / mu",
           mm1k_loss(places, lambda / mu)},
          {mean_in_system("server"), "sum of k r^k / sum of r^k, k from 0 to K",
           mean_state(shares)},
          {utilization("server"), "1 - p0 = 1 - 1 / sum of r^k", 1.0 - shares[0]},
      }};
}

Case erlang_loss(std::string name, const std::string& words, const std::string& latency) {
  const double load = 12.0;
  const double blocking = erlang_b(10, load);
  return {
      .name = std::move(name),
      .title = "M/G/c/c, c = 10 workers and no line, lambda 1200/s, " + words +
               " of mean 10 ms (a = 12)",
      .source = "Erlang 1917 (Erlang B); Sevastyanov 1957",
      .scenario = one_server("workers: 10, queue: {capacity: 0}, latency: " + latency, "1200/s"),
      .length = {.warmup_s = 1,
                 .measured_s = 20,
                 .replications_fast = 16,
                 .replications_thorough = 64},
      .claims = {
          {share_refused("server"), "B(c, a) = (a^c / c!) / (sum of a^k / k!)", blocking},
          {mean_in_service("server"), "a (1 - B)", load * (1.0 - blocking)},
      }};
}

Case mmck_line() {
  const std::uint32_t workers = 4;
  const std::uint32_t places = 10;
  const double lambda = 440.0;
  const std::vector<double> shares = mmck(workers, places, lambda, mu);
  const double loss = shares.back();
  double waiting = 0.0;
  for (std::uint32_t k = workers; k <= places; ++k) waiting += (k - workers) * shares[k];
  return {.name = "mmck",
          .title = "M/M/c/K, c = 4 workers, K = 10 places, lambda 440/s, mu 100/s",
          .source = "Erlang 1917; birth and death",
          .scenario =
              one_server("workers: 4, queue: {capacity: 6}, latency: {exponential: 10ms}", "440/s"),
          .length = {.warmup_s = 2,
                     .measured_s = 40,
                     .replications_fast = 16,
                     .replications_thorough = 140},
          .claims = {
              {share_refused("server"), "p(K)", loss},
              {mean_wait("server"), "sum of (k - c) p(k) / (lambda (1 - p(K)))",
               waiting / (lambda * (1.0 - loss))},
              {mean_in_system("server"), "sum of k p(k)", mean_state(shares)},
          }};
}

/// The bound may stand at the caller as well: a bulkhead without a line is Erlang's group of lines.
Case bulkhead_blocking() {
  const double load = 8.0;
  return {.name = "bulkhead-blocking",
          .title = "a bulkhead of c = 10 calls and no line, 800/s, calls of mean 10 ms (a = 8)",
          .source = "Erlang 1917 (Erlang B)",
          .scenario = R"(
services:
  server: {latency: {exponential: 10ms}}
policies:
  careful: {bulkhead: {max_concurrent: 10, max_wait: 0ms}}
workloads:
  clients: {to: server, policy: careful, arrivals: {poisson: 800/s}}
)",
          .length = {.warmup_s = 1,
                     .measured_s = 30,
                     .replications_fast = 16,
                     .replications_thorough = 90},
          .claims = {
              {share_rejected("clients"), "B(c, a)", erlang_b(10, load)},
              {mean_in_service("server"), "a (1 - B)", load * (1.0 - erlang_b(10, load))},
          }};
}

/// A bulkhead in which calls wait for ever is M/M/c with its line at the caller.
Case bulkhead_waiting() {
  const double lambda = 640.0;
  return {.name = "bulkhead-waiting",
          .title = "a bulkhead of c = 8 calls with a line before it, lambda 640/s, mu 100/s",
          .source = "Erlang 1917 (Erlang C)",
          .scenario = R"(
services:
  server: {latency: {exponential: 10ms}}
policies:
  careful: {bulkhead: {max_concurrent: 8, max_wait: forever}}
workloads:
  clients: {to: server, policy: careful, objective: 30ms, arrivals: {poisson: 640/s}}
)",
          .length = {.warmup_s = 2,
                     .measured_s = 40,
                     .replications_fast = 16,
                     .replications_thorough = 420},
          .claims = {
              {mean_latency("clients"), "C / (c mu - lambda) + 1 / mu",
               mmc_wait(8, lambda, mu) + 1.0 / mu},
              {share_late("clients"),
               "(1 - C) e^(-mu t) + C P(Exp(mu) + Exp(c mu - lambda) > t), t = 30 ms",
               mmc_sojourn_tail(8, lambda, mu, 0.03)},
          }};
}

}  // namespace

Family losses() {
  const std::string exponential = "latency: {exponential: 10ms}";
  return {.name = "Lines that end",
          .cases = {
              mm1k("mm1k-light", "", "workers: 1, queue: {capacity: 2}, " + exponential, 3, 80.0,
                   "80/s",
                   {.warmup_s = 2,
                    .measured_s = 100,
                    .replications_fast = 16,
                    .replications_thorough = 140}),
              mm1k("mm1k-overloaded", "", "workers: 1, queue: {capacity: 4}, " + exponential, 5,
                   150.0, "150/s",
                   {.warmup_s = 2,
                    .measured_s = 100,
                    .replications_fast = 16,
                    .replications_thorough = 64}),
              mm1k("admission-limit", ", by the callee's admission limit",
                   "workers: 1, admission: {limit: 6}, " + exponential, 6, 90.0, "90/s",
                   {.warmup_s = 4,
                    .measured_s = 100,
                    .replications_fast = 16,
                    .replications_thorough = 260}),
              mmck_line(),
              erlang_loss("erlang-b", "exponential service", "{exponential: 10ms}"),
              erlang_loss("erlang-b-constant", "constant service", "10ms"),
              erlang_loss("erlang-b-hyperexponential", "hyperexponential service",
                          "{hyperexponential: [{p: 0.9, mean: 5ms}, {p: 0.1, mean: 55ms}]}"),
              bulkhead_blocking(),
              bulkhead_waiting(),
          }};
}

}  // namespace squall::study::validation
