// Many workers: M/M/c, and workers without limit.
#include "squall/base/math.hpp"
#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/formulas.hpp"

namespace squall::study::validation {
namespace {

struct Line {
  std::uint32_t workers;
  double lambda;
  std::string rate;
  Duration beyond;  ///< where a bucket of the histogram begins, see share_waiting()
  std::string beyond_text;
  std::string objective;
  double objective_s;
  Length length;
};

Case mmc(const Line& line) {
  const auto& [workers, lambda, rate, beyond, beyond_text, objective, objective_s, length] = line;
  const std::string c = std::to_string(workers);
  const double wait = mmc_wait(workers, lambda, mu);
  return {.name = "mmc-" + c,
          .title = "M/M/c, c = " + c + " workers, lambda " + rate + ", mu 100/s",
          .source = "Erlang 1917 (Erlang C)",
          .scenario = "\nservices:\n  server: {workers: " + c +
                      ", latency: {exponential: 10ms}}\nworkloads:\n  clients: {to: server, "
                      "objective: " +
                      objective + ", arrivals: {poisson: " + rate + "}}\n",
          .length = length,
          .claims = {
              {share_waiting_at_all("server"), "C(c, a) = B / (1 - (1 - B) a / c), a = lambda / mu",
               erlang_c(workers, lambda / mu)},
              {mean_wait("server"), "C / (c mu - lambda)", wait},
              {share_waiting("server", beyond), "C e^(-(c mu - lambda) t), t = " + beyond_text,
               mmc_wait_tail(workers, lambda, mu, to_s(beyond))},
              {share_late("clients"),
               "(1 - C) e^(-mu t) + C P(Exp(mu) + Exp(c mu - lambda) > t), t = " + objective,
               mmc_sojourn_tail(workers, lambda, mu, objective_s)},
              {mean_in_system("server"), "lambda (wait + 1 / mu)", lambda * (wait + 1.0 / mu)},
          }};
}

/// With a worker for everybody the number inside is Poisson, whatever the law of the service.
Case infinitely_many(std::string name, const std::string& words, const std::string& latency) {
  return {.name = std::move(name),
          .title = "M/G/inf, lambda 200/s, " + words + " of mean 40 ms, workers without limit",
          .source = "Little 1961; Takacs 1962",
          .scenario = "\nservices:\n  server: {latency: " + latency +
                      "}\nworkloads:\n  clients: {to: server, arrivals: {poisson: 200/s}}\n",
          .length = {.warmup_s = 4,
                     .measured_s = 300,
                     .replications_fast = 16,
                     .replications_thorough = 24},
          .claims = {
              {mean_in_system("server"), "lambda E[S]", 200.0 * 0.04},
              {mean_latency("clients"), "E[S]", 0.04},
          }};
}

/// From empty, over the first T: no steady state needed, and no warm-up wanted.
Case from_empty() {
  const double lambda = 200.0;
  const double rate = 1.0 / 0.4;
  const double span = 1.0;
  return {
      .name = "from-empty",
      .title = "M/M/inf that begins empty, lambda 200/s, service of mean 1/mu = 400 ms, first 1 s",
      .source = "Takacs 1962",
      .scenario = R"(
services:
  server: {latency: {exponential: 400ms}}
workloads:
  clients: {to: server, arrivals: {poisson: 200/s}}
)",
      .length = {.measured_s = span, .replications_fast = 200, .replications_thorough = 1000},
      .claims = {
          {mean_in_system("server"), "a (1 - (1 - e^(-mu T)) / (mu T)), a = lambda / mu",
           lambda / rate * (1.0 - (1.0 - exp_of(-rate * span)) / (rate * span))},
          {offered("clients"), "lambda T", lambda * span},
      }};
}

}  // namespace

Family many_workers() {
  return {.name = "Many workers",
          .cases = {
              mmc({.workers = 2,
                   .lambda = 140.0,
                   .rate = "140/s",
                   .beyond = Duration{5 << 22},
                   .beyond_text = "20.97152 ms",
                   .objective = "40ms",
                   .objective_s = 0.04,
                   .length = {.warmup_s = 8,
                              .measured_s = 100,
                              .replications_fast = 32,
                              .replications_thorough = 950}}),
              mmc({.workers = 4,
                   .lambda = 320.0,
                   .rate = "320/s",
                   .beyond = Duration{5 << 21},
                   .beyond_text = "10.48576 ms",
                   .objective = "30ms",
                   .objective_s = 0.03,
                   .length = {.warmup_s = 5,
                              .measured_s = 60,
                              .replications_fast = 32,
                              .replications_thorough = 650}}),
              mmc({.workers = 16,
                   .lambda = 1360.0,
                   .rate = "1360/s",
                   .beyond = Duration{5 << 20},
                   .beyond_text = "5.24288 ms",
                   .objective = "30ms",
                   .objective_s = 0.03,
                   .length = {.warmup_s = 4,
                              .measured_s = 40,
                              .replications_fast = 16,
                              .replications_thorough = 700}}),
              infinitely_many("mm-inf", "exponential service", "{exponential: 40ms}"),
              infinitely_many("md-inf", "constant service", "40ms"),
              infinitely_many("mg-inf", "hyperexponential service",
                              "{hyperexponential: [{p: 0.9, mean: 30ms}, {p: 0.1, mean: 130ms}]}"),
              from_empty(),
          }};
}

}  // namespace squall::study::validation
