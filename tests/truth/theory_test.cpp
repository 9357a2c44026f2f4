/// Small scenarios against closed formulas. Each test states the formula, and the standard error of
/// what it measures; more than 4 of those is a fault.

#include <cmath>
#include <ostream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/truth/engine.hpp"
#include "tests/truth/statistics.hpp"

namespace truth::theory_test {
namespace {

// --- Retries against failures that do not depend on load -----------------------------------------

struct Retrying {
  double p;     ///< that an attempt fails
  int retries;  ///< n

  friend std::ostream& operator<<(std::ostream& out, const Retrying& it) {
    return out << it.retries << " retries at p = " << it.p;
  }
};

class RetryTheory : public testing::TestWithParam<Retrying> {};

TEST_P(RetryTheory, AttemptsAndSuccessFollowTheGeometricLaw) {
  constexpr int requests = 200'000;
  const auto [p, n] = GetParam();
  const std::string yaml = fmt::format(R"(
squall: 1
until: drained
services:
  bank: {{latency: 1ms, failure: {}}}
policies:
  client: {{retry: {{max_attempts: {}, backoff: none}}}}
workloads:
  clients: {{to: bank, policy: client, arrivals: {{constant: 1000/s}}, requests: {}}}
)",
                                       p, n + 1, requests);
  const auto record = run(scenario_of(yaml), 1);

  // P(at least k attempts) = p^(k-1), so E[A] = (1 - p^(n+1)) / (1 - p), and E[A^2] is the sum of
  // (2k - 1) p^(k-1); the standard error of the mean is sqrt(Var[A] / requests).
  double mean = 0.0, square = 0.0;
  for (int k = 1; k <= n + 1; ++k) {
    mean += std::pow(p, k - 1);
    square += (2 * k - 1) * std::pow(p, k - 1);
  }
  ASSERT_NEAR(mean, (1.0 - std::pow(p, n + 1)) / (1.0 - p), 1e-12);
  const double attempts_error = std::sqrt((square - mean * mean) / requests);
  EXPECT_LE(z_score(call(record, "clients->bank").amplification(), mean, attempts_error), z_max);

  // Success 1 - p^(n+1); binomial standard error.
  const double success = 1.0 - std::pow(p, n + 1);
  const double success_error = std::sqrt(success * (1.0 - success) / requests);
  EXPECT_LE(z_score(workload(record, "clients").goodput_ratio(), success, success_error), z_max);
}

INSTANTIATE_TEST_SUITE_P(Cases, RetryTheory,
                         testing::Values(Retrying{0.05, 1}, Retrying{0.1, 3}, Retrying{0.3, 3},
                                         Retrying{0.5, 3}, Retrying{0.5, 1}, Retrying{0.9, 9}));

class DeadLetterTheory : public testing::TestWithParam<Retrying> {};

TEST_P(DeadLetterTheory, AMessageIsDeadWhenEveryDeliveryFailed) {
  constexpr int messages = 200'000;
  const auto [p, retries] = GetParam();
  const int max_deliveries = retries + 1;
  const std::string yaml = fmt::format(R"(
squall: 1
until: drained
services:
  bank: {{latency: 1ms, failure: {}}}
queues:
  orders: {{max_deliveries: {}, dead_letter: orders-dlq}}
  orders-dlq: {{}}
consumers:
  worker: {{from: orders, concurrency: 100, calls: [{{to: bank}}]}}
workloads:
  shoppers: {{to: orders, arrivals: {{constant: 10000/s}}, requests: {}}}
)",
                                       p, max_deliveries, messages);
  const auto record = run(scenario_of(yaml), 1);

  // p^max_deliveries; binomial standard error.
  const double dead = std::pow(p, max_deliveries);
  const double error = std::sqrt(dead * (1.0 - dead) / messages);
  const auto& shoppers = workload(record, "shoppers");
  const double measured = static_cast<double>(shoppers.dead_lettered) / messages;
  EXPECT_LE(z_score(measured, dead, error), z_max) << measured << " for " << dead;
  EXPECT_EQ(shoppers.ok + shoppers.dead_lettered, messages);
  EXPECT_EQ(queue(record, "orders-dlq").published, shoppers.dead_lettered);
}

INSTANTIATE_TEST_SUITE_P(Cases, DeadLetterTheory,
                         testing::Values(Retrying{0.05, 0}, Retrying{0.05, 1}, Retrying{0.3, 3},
                                         Retrying{0.5, 3}, Retrying{0.9, 9}));

// --- Waiting in line -----------------------------------------------------------------------------

/// Poisson arrivals at one service, without retries, with 64 seeds; the first 20 s are left out.
struct Line {
  std::string name;
  std::string latency;  ///< as the scenario writes it
  double mean_s;        ///< E[S]
  double square_s2;     ///< E[S^2]
  int workers;
  double per_s;  ///< lambda

  friend std::ostream& operator<<(std::ostream& out, const Line& line) { return out << line.name; }
};

struct Measured {
  Sample wait_s, in_system, utilization, refused;
};

Measured measure(const Line& line, const std::string& queue, double length_s) {
  const auto scenario =
      scenario_of(fmt::format(R"(
squall: 1
duration: {:.0f}s
warmup: 20s
services:
  server: {{workers: {}, latency: {}, queue: {}}}
workloads:
  clients: {{to: server, arrivals: {{poisson: {}/s}}}}
)",
                              20.0 + length_s, line.workers, line.latency, queue, line.per_s));
  Measured measured;
  for (std::uint64_t seed = 1; seed <= 64; ++seed) {
    const auto record = run(scenario, seed);
    const auto& server = service(record, "server");
    measured.wait_s.add(server.wait.mean_ns() / 1e9);
    measured.in_system.add(server.mean_in_system);
    measured.utilization.add(server.utilization);
    measured.refused.add(static_cast<double>(server.refused) / static_cast<double>(server.arrived));
  }
  return measured;
}

void expect_near(const Sample& sample, double expected, const char* what) {
  EXPECT_LE(z_score(sample.mean(), expected, sample.standard_error()), z_max)
      << what << ": " << sample << " for " << expected;
  EXPECT_LE(sample.standard_error(), 0.02 * expected) << what << ": too short a run to tell";
}

class WaitTheory : public testing::TestWithParam<Line> {};

/// Pollaczek and Khinchine: with one worker the mean wait is lambda E[S^2] / (2 (1 - rho)). For
/// exponential service that is M/M/1's rho / (mu - lambda). Little: L = lambda (Wq + E[S]).
TEST_P(WaitTheory, OneWorkerFollowsPollaczekAndKhinchine) {
  const Line& line = GetParam();
  const Measured measured = measure(line, "{}", 20'000.0 / line.per_s);
  const double rho = line.per_s * line.mean_s;
  const double wait_s = line.per_s * line.square_s2 / (2.0 * (1.0 - rho));
  expect_near(measured.wait_s, wait_s, "wait");
  expect_near(measured.utilization, rho, "utilization");
  expect_near(measured.in_system, line.per_s * (wait_s + line.mean_s), "in system");
}

// E[S^2] of U(a, b) is (a^2 + ab + b^2) / 3; of a mixture of exponentials the sum of 2 p m^2.
INSTANTIATE_TEST_SUITE_P(
    Cases, WaitTheory,
    testing::Values(Line{"MM1Half", "{exponential: 10ms}", 0.01, 2e-4, 1, 50},
                    Line{"MM1Busy", "{exponential: 10ms}", 0.01, 2e-4, 1, 80},
                    Line{"MD1", "10ms", 0.01, 1e-4, 1, 80},
                    Line{"MU1", "{uniform: [5ms, 15ms]}", 0.01, (25e-6 + 75e-6 + 225e-6) / 3, 1,
                         80},
                    Line{"MH1", "{hyperexponential: [{p: 0.9, mean: 5ms}, {p: 0.1, mean: 55ms}]}",
                         0.01, 2 * (0.9 * 25e-6 + 0.1 * 3025e-6), 1, 50}),
    [](const auto& line) { return line.param.name; });

/// Erlang C: P(wait) = B / (1 - rho (1 - B)) with B Erlang's loss formula, and the mean wait is
/// P(wait) / (c mu - lambda).
TEST(WaitTheory, ManyWorkersFollowErlangC) {
  for (const auto& [workers, per_s] : {std::pair{2, 160.0}, {4, 320.0}, {16, 1440.0}}) {
    const double mu = 100.0;
    const double load = per_s / mu;
    double blocking = 1.0;
    for (int k = 1; k <= workers; ++k) blocking = load * blocking / (k + load * blocking);
    const double p_wait = blocking / (1.0 - load / workers * (1.0 - blocking));
    const Measured measured =
        measure({"", "{exponential: 10ms}", 0.01, 2e-4, workers, per_s}, "{}", 30'000.0 / per_s);
    SCOPED_TRACE(fmt::format("M/M/{} at {}/s", workers, per_s));
    expect_near(measured.wait_s, p_wait / (workers * mu - per_s), "wait");
  }
}

/// M/M/1/K, K places with the one in service: loss (1 - r) r^K / (1 - r^(K+1)), also for r > 1.
TEST(LossTheory, AShortLineRefusesAsMM1KSays) {
  for (const auto& [places, per_s] : {std::pair{3, 80.0}, {6, 90.0}, {5, 150.0}}) {
    const double r = per_s / 100.0;
    const double loss = (1.0 - r) * std::pow(r, places) / (1.0 - std::pow(r, places + 1));
    const Measured measured = measure({"", "{exponential: 10ms}", 0.01, 2e-4, 1, per_s},
                                      fmt::format("{{capacity: {}}}", places - 1), 150.0);
    SCOPED_TRACE(fmt::format("M/M/1/{} at {}/s", places, per_s));
    expect_near(measured.refused, loss, "refused");
  }
}

/// M/M/c/c: without a line, Erlang B.
TEST(LossTheory, NoLineAtAllRefusesAsErlangBSays) {
  const double load = 12.0;
  double blocking = 1.0;
  for (int k = 1; k <= 10; ++k) blocking = load * blocking / (k + load * blocking);
  const Measured measured =
      measure({"", "{exponential: 10ms}", 0.01, 2e-4, 10, 1200.0}, "{capacity: 0}", 20.0);
  expect_near(measured.refused, blocking, "refused");
}

}  // namespace
}  // namespace truth::theory_test
