// One worker, exponential service: M/M/1 and the like.
#include "squall/base/math.hpp"
#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/formulas.hpp"

namespace squall::study::validation {
namespace {

Case mm1(std::string name, std::string title, double lambda, const std::string& rate,
         Length length) {
  const double rho = lambda / mu;
  return {.name = std::move(name),
          .title = std::move(title),
          .source = "Erlang 1917",
          .scenario = R"(
services:
  server: {workers: 1, latency: {exponential: 10ms}}
workloads:
  clients: {to: server, arrivals: {poisson: )" +
                      rate + "}}\n",
          .length = length,
          .claims = {
              {mean_wait("server"), "rho / (mu - lambda)", rho / (mu - lambda)},
              {mean_latency("clients"), "1 / (mu - lambda)", 1.0 / (mu - lambda)},
              {mean_in_system("server"), "rho / (1 - rho)", rho / (1.0 - rho)},
              {utilization("server"), "rho = lambda / mu", rho},
              {share_waiting_at_all("server"), "rho", rho},
          }};
}

/// Three workloads at one server, so that three points of one distribution are seen at once.
Case mm1_quantiles() {
  const double rate = 70.0;  // mu - lambda
  const double p50 = 0.009902103;
  const double p90 = 0.032894073;
  const double p99 = 0.065788146;
  return {.name = "mm1-quantiles",
          .title = "M/M/1, lambda 30/s, mu 100/s: beyond the 50th, 90th and 99th percentile",
          .source = "Erlang 1917; Poisson arrivals see time averages (Wolff 1982)",
          .scenario = R"(
services:
  server: {workers: 1, latency: {exponential: 10ms}}
workloads:
  half: {to: server, objective: 9.902103ms, arrivals: {poisson: 5/s}}
  tenth: {to: server, objective: 32.894073ms, arrivals: {poisson: 10/s}}
  hundredth: {to: server, objective: 65.788146ms, arrivals: {poisson: 15/s}}
)",
          .length = {.warmup_s = 5,
                     .measured_s = 400,
                     .replications_fast = 32,
                     .replications_thorough = 1800},
          .claims = {
              {share_late("half"), "e^(-(mu - lambda) t), t = ln 2 / (mu - lambda)",
               exp_of(-rate * p50)},
              {share_late("tenth"), "e^(-(mu - lambda) t), t = ln 10 / (mu - lambda)",
               exp_of(-rate * p90)},
              {share_late("hundredth"), "e^(-(mu - lambda) t), t = ln 100 / (mu - lambda)",
               exp_of(-rate * p99)},
          }};
}

Case mm1_lifo() {
  const double lambda = 70.0;
  const double rho = lambda / mu;
  return {.name = "mm1-lifo",
          .title = "M/M/1, last come first served, lambda 70/s, mu 100/s: the mean does not change",
          .source = "Kleinrock 1976, conservation law",
          .scenario = R"(
services:
  server: {workers: 1, latency: {exponential: 10ms}, queue: {order: lifo}}
workloads:
  clients: {to: server, arrivals: {poisson: 70/s}}
)",
          .length = {.warmup_s = 12,
                     .measured_s = 400,
                     .replications_fast = 32,
                     .replications_thorough = 120},
          .claims = {
              {mean_wait("server"), "rho / (mu - lambda)", rho / (mu - lambda)},
              {mean_in_system("server"), "rho / (1 - rho)", rho / (1.0 - rho)},
              {share_waiting_at_all("server"), "rho", rho},
          }};
}

Case dm1() {
  const double lambda = 80.0;
  const double sigma = dm1_sigma(lambda, mu);
  return {.name = "dm1",
          .title = "D/M/1: arrivals evenly spaced at lambda 80/s, mu 100/s",
          .source = "Kendall 1953",
          .scenario = R"(
services:
  server: {workers: 1, latency: {exponential: 10ms}}
workloads:
  clients: {to: server, arrivals: {constant: 80/s}}
)",
          .length = {.warmup_s = 10,
                     .measured_s = 125,
                     .replications_fast = 32,
                     .replications_thorough = 600},
          .claims = {
              {mean_wait("server"), "s / (mu (1 - s)), s = e^(-(1 - s) mu / lambda)",
               gim1_wait(sigma, mu)},
              {share_waiting_at_all("server"), "s", sigma},
          }};
}

/// Dealing Poisson arrivals out in turn leaves every k-th of them to each replica.
Case ekm1() {
  const double lambda = 240.0;
  const double sigma = ekm1_sigma(3, lambda, mu);
  return {.name = "round-robin",
          .title = "E3/M/1: lambda 240/s dealt out in turn to 3 replicas of one worker, mu 100/s",
          .source = "Kendall 1953",
          .scenario = R"(
services:
  server: {replicas: 3, balance: round_robin, workers: 1, latency: {exponential: 10ms}}
workloads:
  clients: {to: server, arrivals: {poisson: 240/s}}
)",
          .length = {.warmup_s = 14,
                     .measured_s = 150,
                     .replications_fast = 32,
                     .replications_thorough = 280},
          .claims = {
              {mean_wait("server"), "s / (mu (1 - s)), s = (lambda / (lambda + mu (1 - s)))^3",
               gim1_wait(sigma, mu)},
              {share_waiting_at_all("server"), "s", sigma},
          }};
}

/// Choosing at random splits a Poisson process into independent ones.
Case random_split() {
  const double lambda = 60.0;  // of each
  const double rho = lambda / mu;
  return {.name = "random-balance",
          .title = "M/M/1 at each of 4 replicas: 240/s dealt out at random, mu 100/s",
          .source = "Poisson splitting; Erlang 1917",
          .scenario = R"(
services:
  server: {replicas: 4, balance: random, workers: 1, latency: {exponential: 10ms}}
workloads:
  clients: {to: server, arrivals: {poisson: 240/s}}
)",
          .length = {.warmup_s = 6,
                     .measured_s = 100,
                     .replications_fast = 32,
                     .replications_thorough = 140},
          .claims = {
              {mean_wait("server"), "rho / (mu - lambda), lambda = 60/s", rho / (mu - lambda)},
              {share_waiting_at_all("server"), "rho", rho},
          }};
}

/// No chance in it: held exactly.
Case bursts() {
  return {.name = "bursts",
          .title = "20 requests at once every 500 ms, one worker, exactly s = 10 ms each",
          .source = "arithmetic: the k-th waits (k - 1) s",
          .scenario = R"(
services:
  server: {workers: 1, latency: 10ms}
workloads:
  clients: {to: server, arrivals: {bursts: {size: 20, every: 500ms}}, requests: 2000}
)",
          .length = {.replications_fast = 2, .replications_thorough = 2},
          .claims = {
              {mean_wait("server"), "s (B - 1) / 2", 0.095},
              {mean_latency("clients"), "s (B + 1) / 2", 0.105},
          }};
}

}  // namespace

Family one_worker() {
  return {.name = "One worker",
          .cases = {
              mm1("mm1-half", "M/M/1, lambda 50/s, mu 100/s", 50.0, "50/s",
                  {.warmup_s = 5,
                   .measured_s = 200,
                   .replications_fast = 32,
                   .replications_thorough = 180}),
              mm1("mm1-busy", "M/M/1, lambda 80/s, mu 100/s", 80.0, "80/s",
                  {.warmup_s = 18,
                   .measured_s = 200,
                   .replications_fast = 32,
                   .replications_thorough = 600}),
              mm1("mm1-very-busy", "M/M/1, lambda 90/s, mu 100/s", 90.0, "90/s",
                  {.warmup_s = 60,
                   .measured_s = 600,
                   .replications_fast = 16,
                   .replications_thorough = 450}),
              mm1_quantiles(),
              mm1_lifo(),
              dm1(),
              ekm1(),
              random_split(),
              bursts(),
          }};
}

}  // namespace squall::study::validation
