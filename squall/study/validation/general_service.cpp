// One worker, service of any law: M/G/1.
#include "squall/base/math.hpp"
#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/formulas.hpp"

namespace squall::study::validation {
namespace {

struct Service {
  std::string name;
  std::string words;
  std::string latency;  ///< as the scenario writes it
  double mean;          ///< E[S], seconds
  double square;        ///< E[S^2]
  double lambda;        ///< arrivals a second
  std::string rate;     ///< the same as text
  std::string moments;  ///< how E[S^2] comes about
  Length length;
};

Case mg1(const Service& of) {
  const double wait = pollaczek_khinchine(of.lambda, of.mean, of.square);
  return {.name = of.name,
          .title = "M/G/1, lambda " + of.rate + ", " + of.words,
          .source = "Pollaczek 1930, Khinchine 1932",
          .scenario = "\nservices:\n  server: {workers: 1, latency: " + of.latency +
                      "}\nworkloads:\n  clients: {to: server, arrivals: {poisson: " + of.rate +
                      "}}\n",
          .length = of.length,
          .claims = {
              {mean_wait("server"), "lambda E[S^2] / (2 (1 - rho)), " + of.moments, wait},
              {mean_in_system("server"), "lambda (wait + E[S])", of.lambda * (wait + of.mean)},
              {share_waiting_at_all("server"), "rho = lambda E[S]", of.lambda * of.mean},
          }};
}

/// The median and the 99th percentile give sigma = ln(p99 / median) / 2.326...
Case lognormal() {
  constexpr double z99 = 2.3263478740408411;  // the 99th percentile of the normal law
  const double median = 0.008;
  const double sigma = log_of(5.0) / z99;
  const double variance = sigma * sigma;
  return mg1({.name = "mg1-lognormal",
              .words = "lognormal service of median m = 8 ms and 99th percentile 40 ms",
              .latency = "{lognormal: {median: 8ms, p99: 40ms}}",
              .mean = median * exp_of(variance / 2.0),
              .square = median * median * exp_of(2.0 * variance),
              .lambda = 70.0,
              .rate = "70/s",
              .moments = "E[S^2] = m^2 e^(2 v), v = (ln 5 / 2.326)^2",
              .length = {.warmup_s = 15,
                         .measured_s = 300,
                         .replications_fast = 32,
                         .replications_thorough = 200}});
}

/// In M/D/1 the wait itself is known, not its mean alone. 7.864320 ms = 15 * 2^19 ns is where a
/// bucket of the histogram begins, and shorter than one service; 20.971520 ms = 5 * 2^22 ns is two
/// services and a bit.
Case md1() {
  const double lambda = 80.0;
  Case one = mg1({.name = "md1",
                  .words = "constant service of D = 10 ms",
                  .latency = "10ms",
                  .mean = 0.01,
                  .square = 1e-4,
                  .lambda = lambda,
                  .rate = "80/s",
                  .moments = "E[S^2] = D^2",
                  .length = {.warmup_s = 12,
                             .measured_s = 200,
                             .replications_fast = 32,
                             .replications_thorough = 250}});
  one.source += "; Erlang 1909";
  const Duration within{15 << 19};
  const Duration beyond{5 << 22};
  one.claims.push_back({share_waiting("server", within),
                        "1 - (1 - rho) e^(lambda t), t = 7.86432 ms",
                        1.0 - md1_wait_at_most(lambda, 0.01, to_s(within))});
  one.claims.push_back(
      {share_waiting("server", beyond),
       "1 - (1 - rho) sum of (-x)^k e^x / k!, x = lambda (t - k D), t = 20.97152 ms",
       1.0 - md1_wait_at_most(lambda, 0.01, to_s(beyond))});
  return one;
}

}  // namespace

Family general_service() {
  return {.name = "One worker, any service",
          .cases = {
              md1(),
              mg1({.name = "mg1-uniform",
                   .words = "service U(a, b) = U(5 ms, 15 ms)",
                   .latency = "{uniform: [5ms, 15ms]}",
                   .mean = 0.01,
                   .square = (25e-6 + 75e-6 + 225e-6) / 3.0,
                   .lambda = 80.0,
                   .rate = "80/s",
                   .moments = "E[S^2] = (a^2 + a b + b^2) / 3",
                   .length = {.warmup_s = 12,
                              .measured_s = 200,
                              .replications_fast = 32,
                              .replications_thorough = 250}}),
              lognormal(),
              mg1({.name = "mg1-hyperexponential",
                   .words = "service exponential of mean 5 ms (90 %) or 55 ms (10 %)",
                   .latency = "{hyperexponential: [{p: 0.9, mean: 5ms}, {p: 0.1, mean: 55ms}]}",
                   .mean = 0.01,
                   .square = 2.0 * (0.9 * 25e-6 + 0.1 * 3025e-6),
                   .lambda = 50.0,
                   .rate = "50/s",
                   .moments = "E[S^2] = sum of 2 p m^2",
                   .length = {.warmup_s = 20,
                              .measured_s = 400,
                              .replications_fast = 32,
                              .replications_thorough = 400}}),
              mg1({.name = "mg1-erlang",
                   .words = "gamma service of mean m = 10 ms and shape k = 3",
                   .latency = "{gamma: {mean: 10ms, shape: 3}}",
                   .mean = 0.01,
                   .square = 1e-4 * 4.0 / 3.0,
                   .lambda = 80.0,
                   .rate = "80/s",
                   .moments = "E[S^2] = m^2 (k + 1) / k",
                   .length = {.warmup_s = 12,
                              .measured_s = 200,
                              .replications_fast = 32,
                              .replications_thorough = 250}}),
              // Gamma(1 + 1 / 0.5) = 2! and Gamma(1 + 2 / 0.5) = 4!.
              mg1({.name = "mg1-weibull",
                   .words = "Weibull service of scale c = 5 ms and shape 1/2",
                   .latency = "{weibull: {scale: 5ms, shape: 0.5}}",
                   .mean = 0.005 * 2.0,
                   .square = 0.005 * 0.005 * 24.0,
                   .lambda = 50.0,
                   .rate = "50/s",
                   .moments = "E[S] = 2 c, E[S^2] = 24 c^2",
                   .length = {.warmup_s = 20,
                              .measured_s = 600,
                              .replications_fast = 32,
                              .replications_thorough = 400}}),
          }};
}

}  // namespace squall::study::validation
