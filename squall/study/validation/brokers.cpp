// Events: queues and consumers.
#include <fmt/format.h>

#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/formulas.hpp"

namespace squall::study::validation {
namespace {

Case consumers(std::uint32_t c, double lambda, Length length) {
  const double wait = mmc_wait(c, lambda, mu);
  return {
      .name = fmt::format("consumers-{}", c),
      .title = fmt::format("M/M/c as events: c = {} handlers, lambda {}/s, mu 100/s", c, lambda),
      .source = "Erlang 1917 (Erlang C)",
      .scenario = fmt::format(R"(
queues:
  orders: {{}}
consumers:
  worker: {{from: orders, concurrency: {}, latency: {{exponential: 10ms}}}}
workloads:
  shoppers: {{to: orders, arrivals: {{poisson: {}/s}}}}
)",
                              c, lambda),
      .length = length,
      .claims = {
          {mean_age("orders"), "C / (c mu - lambda) + 1 / mu", wait + 1.0 / mu},
          {mean_latency("shoppers"), "the same: latency counts from arrival", wait + 1.0 / mu},
          {mean_from_delivery("orders"), "1 / mu: hides the wait", 1.0 / mu},
          {mean_in_queue("orders"), "lambda (wait + 1 / mu)", lambda * (wait + 1.0 / mu)},
      }};
}

/// `capacity` counts what waits at the broker. Dropping the oldest loses as many as rejecting.
Case bounded(std::string name, const std::string& words, const std::string& overflow) {
  const double lambda = 240.0;
  const std::vector<double> shares = mmck(2, 6, lambda, mu);
  return {.name = std::move(name),
          .title =
              "M/M/c/K as events, c = 2 handlers, 4 places to wait (K = 6), lambda 240/s, " + words,
          .source = "Erlang 1917; birth and death",
          .scenario = R"(
queues:
  orders: {capacity: 4, overflow: )" +
                      overflow + R"(}
consumers:
  worker: {from: orders, concurrency: 2, latency: {exponential: 10ms}}
workloads:
  shoppers: {to: orders, arrivals: {poisson: 240/s}}
)",
          .length = {.warmup_s = 2,
                     .measured_s = 60,
                     .replications_fast = 16,
                     .replications_thorough = 120},
          .claims = {
              {share_lost("orders"), "p(K)", shares.back()},
              {mean_in_queue("orders"), "sum of k p(k)", mean_state(shares)},
          }};
}

/// A message whose handler failed goes to the tail: Bernoulli feedback.
Case redelivery() {
  const double lambda = 49.0;
  const double p = 0.3;
  const double load = lambda / (1.0 - p) / mu;
  return {
      .name = "redelivery",
      .title = "one handler whose call fails with p = 30 %, redelivered at once, 49/s, mu 100/s",
      .source = "Jackson 1957, Takacs 1963",
      .scenario = R"(
services:
  bank: {failure: 30%}
queues:
  orders: {}
consumers:
  worker: {from: orders, latency: {exponential: 10ms}, calls: [{to: bank}]}
workloads:
  shoppers: {to: orders, arrivals: {poisson: 49/s}}
)",
      .length = {.warmup_s = 14,
                 .measured_s = 600,
                 .replications_fast = 16,
                 .replications_thorough = 110},
      .claims = {
          {mean_age("orders"), "1 / ((1 - p) mu - lambda)", 1.0 / ((1.0 - p) * mu - lambda)},
          {mean_in_queue("orders"), "rho / (1 - rho), rho = lambda / ((1 - p) mu)",
           load / (1.0 - load)},
          {deliveries_per_message("orders"), "1 / (1 - p)", 1.0 / (1.0 - p)},
      }};
}

/// Messages fall into partitions at random, and each partition is served one message at a time.
Case partitions() {
  const double lambda = 60.0;  // of each
  return {
      .name = "partitions",
      .title = "M/M/1 in each of 4 ordered partitions: 240/s in all, a handler for each, mu 100/s",
      .source = "Poisson splitting; Erlang 1917",
      .scenario = R"(
queues:
  orders: {partitions: 4}
consumers:
  worker: {from: orders, concurrency: 4, latency: {exponential: 10ms}}
workloads:
  shoppers: {to: orders, arrivals: {poisson: 240/s}}
)",
      .length = {.warmup_s = 6,
                 .measured_s = 100,
                 .replications_fast = 16,
                 .replications_thorough = 80},
      .claims = {
          {mean_age("orders"), "1 / (mu - lambda), lambda = 60/s", 1.0 / (mu - lambda)},
          {mean_in_queue("orders"), "4 rho / (1 - rho)", 4.0 * 0.6 / 0.4},
      }};
}

/// A failing head is delivered again before what stands behind it: its service is a geometric sum
/// of exponentials, which is exponential of mean 1 / ((1 - p) mu).
Case blocked_partitions() {
  const double lambda = 45.0;  // of each
  const double p = 0.3;
  const double load = lambda / (1.0 - p) / mu;
  return {
      .name = "partitions-failing",
      .title =
          "the same whose handlers fail with p = 30 %, so that heads block: 90/s in 2 partitions",
      .source = "Erlang 1917; geometric sums",
      .scenario = R"(
services:
  bank: {failure: 30%}
queues:
  orders: {partitions: 2}
consumers:
  worker: {from: orders, concurrency: 2, latency: {exponential: 10ms}, calls: [{to: bank}]}
workloads:
  shoppers: {to: orders, arrivals: {poisson: 90/s}}
)",
      .length = {.warmup_s = 12,
                 .measured_s = 300,
                 .replications_fast = 16,
                 .replications_thorough = 100},
      .claims = {
          {mean_age("orders"), "1 / ((1 - p) mu - lambda), lambda = 45/s",
           1.0 / ((1.0 - p) * mu - lambda)},
          {mean_in_queue("orders"), "2 rho / (1 - rho), rho = lambda / ((1 - p) mu)",
           2.0 * load / (1.0 - load)},
      }};
}

Case dead_letters(double p, std::uint32_t n, std::uint32_t fast, std::uint32_t thorough) {
  return {.name = fmt::format("dead-letters-{:.0f}-{}", p * 100, n),
          .title = fmt::format(
              "at most n = {} deliveries to a handler that fails with p = {:.0f} %", n, p * 100),
          .source = "the geometric law",
          .scenario = fmt::format(R"(
services:
  bank: {{latency: 1ms, failure: {}}}
queues:
  orders: {{max_deliveries: {}, dead_letter: orders-dlq}}
  orders-dlq: {{}}
consumers:
  worker: {{from: orders, concurrency: 100, calls: [{{to: bank}}]}}
workloads:
  shoppers: {{to: orders, arrivals: {{constant: 10000/s}}, requests: 20000}}
)",
                                  p, n),
          .length = {.replications_fast = fast, .replications_thorough = thorough},
          .claims = {
              {share_dead_lettered("shoppers"), "p^n", to_the(p, n)},
              {deliveries_per_message("orders"), "(1 - p^n) / (1 - p)", mean_attempts(p, n)},
          }};
}

/// What leaves M/M/c is as Poisson as what came.
Case pipeline() {
  const double lambda = 60.0;
  return {.name = "pipeline",
          .title = "a handler that publishes to a second queue: lambda 60/s, mu 100/s, then 80/s",
          .source = "Burke 1956, Jackson 1957",
          .scenario = R"(
queues:
  orders: {}
  shipments: {}
consumers:
  seller: {from: orders, latency: {exponential: 10ms}, calls: [{publish: shipments}]}
  shipper: {from: shipments, latency: {exponential: 12.5ms}}
workloads:
  shoppers: {to: orders, arrivals: {poisson: 60/s}}
)",
          .length = {.warmup_s = 20,
                     .measured_s = 300,
                     .replications_fast = 32,
                     .replications_thorough = 260},
          .claims = {
              {mean_age("orders"), "1 / (mu1 - lambda)", 1.0 / (100.0 - lambda)},
              {mean_age("shipments"), "1 / (mu2 - lambda)", 1.0 / (80.0 - lambda)},
              {mean_in_queue("shipments"), "rho2 / (1 - rho2)", lambda / (80.0 - lambda)},
          }};
}

}  // namespace

Family brokers() {
  return {.name = "Queues and consumers",
          .cases = {
              consumers(1, 60,
                        {.warmup_s = 10,
                         .measured_s = 300,
                         .replications_fast = 32,
                         .replications_thorough = 90}),
              consumers(4, 320,
                        {.warmup_s = 5,
                         .measured_s = 60,
                         .replications_fast = 32,
                         .replications_thorough = 160}),
              bounded("queue-full-reject", "rejecting the newest", "reject"),
              bounded("queue-full-drop", "dropping the oldest", "drop_oldest"),
              redelivery(),
              partitions(),
              blocked_partitions(),
              pipeline(),
              dead_letters(0.05, 1, 16, 90),
              dead_letters(0.3, 4, 16, 450),
              dead_letters(0.5, 4, 16, 64),
              dead_letters(0.9, 10, 16, 24),
          }};
}

}  // namespace squall::study::validation
