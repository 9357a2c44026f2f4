// Asking again before the first has answered.
#include "squall/base/math.hpp"
#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/formulas.hpp"

namespace squall::study::validation {
namespace {

std::string hedged(const std::string& hedge, const std::string& service) {
  return "\nservices:\n  server: {" + service + "}\npolicies:\n  client: {hedge: " + hedge +
         "}\nworkloads:\n  clients: {to: server, policy: client, objective: 15ms, arrivals: "
         "{poisson: 200/s}}\n";
}

Case all_at_once() {
  return {
      .name = "hedge-at-once",
      .title = "n = 3 attempts at once, each exponential of mean 10 ms, the first answer counts",
      .source = "the smallest of n exponentials",
      .scenario = hedged("{max_attempts: 3, delay: 0ms}",
                         "latency: {exponential: 10ms}, when_caller_gone: cancel"),
      .length = {.warmup_s = 1,
                 .measured_s = 100,
                 .replications_fast = 16,
                 .replications_thorough = 260},
      .claims = {
          {mean_latency("clients"), "1 / (n mu)", 1.0 / (3.0 * mu)},
          {share_late("clients"), "e^(-n mu t), t = 15 ms", exp_of(-3.0 * mu * 0.015)},
          {mean_in_system("server"), "lambda / mu: n of them, a n-th as long", 200.0 / mu},
      }};
}

Case delayed() {
  const double d = 0.01;
  const double later = exp_of(-mu * d);
  return {.name = "hedge-delayed",
          .title = "a second attempt after d = 10 ms, each exponential of mean 10 ms",
          .source = "the exponential law; Dean and Barroso 2013",
          .scenario = hedged("{max_attempts: 2, delay: 10ms}", "latency: {exponential: 10ms}"),
          .length = {.warmup_s = 1,
                     .measured_s = 50,
                     .replications_fast = 16,
                     .replications_thorough = 64},
          .claims = {
              {attempts_per_call("clients->server"), "1 + e^(-mu d)", 1.0 + later},
              {mean_latency("clients"), "(1 - e^(-mu d)) / mu + e^(-mu d) / (2 mu)",
               (1.0 - later) / mu + later / (2.0 * mu)},
              {share_late("clients"), "e^(-mu d) e^(-2 mu (t - d)), t = 15 ms",
               later * exp_of(-2.0 * mu * (0.015 - d))},
              {mean_in_system("server"), "lambda (1 + e^(-mu d)) / mu: all work is finished",
               200.0 * (1.0 + later) / mu},
          }};
}

}  // namespace

Family hedging() { return {.name = "Hedging", .cases = {all_at_once(), delayed()}}; }

}  // namespace squall::study::validation
