/// "Fixing retries with token buckets and circuit breakers" (Marc Brooker, 2022), as far as it
/// needs no budget and no breaker: 1,000 calls a second for 10 s, each failing with the probability
/// f.

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "tests/truth/engine.hpp"

namespace truth {
namespace {

struct Row {
  double f;
  double success_without, success_with, load_with;  // published: no retries; 3 retries
};
constexpr Row published[] = {{0.05, 0.953, 1.000, 1.055},
                             {0.10, 0.899, 1.000, 1.106},
                             {0.30, 0.698, 0.991, 1.407},
                             {0.50, 0.500, 0.935, 1.881}};

struct Shares {
  double success = 0;
  double load = 0;
};

Shares measured(double f, int max_attempts) {
  const auto record = run(
      scenario_of("squall: 1\nuntil: drained\n"
                  "services: {downstream: {latency: {exponential: 10ms}, failure: " +
                  std::to_string(f) +
                  "}}\npolicies: {client: {retry: {max_attempts: " + std::to_string(max_attempts) +
                  "}}}\nworkloads: {clients: {to: downstream, policy: client, "
                  "arrivals: {poisson: 1000/s}, requests: 100000}}\n"),
      1);
  return {static_cast<double>(workload(record, "clients").ok) / 100000.0,
          call(record, "clients->downstream").amplification()};
}

/// The published figures are of 10,000 calls, ours of 100,000: a share may be off by 4 x
/// sqrt(p (1 - p) (1 / 10,000 + 1 / 100,000)), and the mean number of attempts by the same with the
/// variance of a geometric number of attempts, cut off at 4. Half a unit of the last digit printed
/// is added.
TEST(BrookerBudgets, TheColumnsWithoutABudgetComeOut) {
  constexpr double samples = 1.0 / 10'000 + 1.0 / 100'000;
  for (const Row& row : published) {
    SCOPED_TRACE(row.f);
    const auto share_error = [&](double p) {
      return 4.0 * std::sqrt(p * (1.0 - p) * samples) + 0.0005;
    };
    const double f = row.f;
    const Shares without = measured(f, 1);
    EXPECT_NEAR(without.success, row.success_without, share_error(1.0 - f));
    EXPECT_EQ(without.load, 1.0);
    const Shares with = measured(f, 4);
    EXPECT_NEAR(with.success, row.success_with, share_error(1.0 - f * f * f * f));
    double mean = 0, square = 0;  // P(at least k + 1 attempts) = f^k
    for (int k = 0; k < 4; ++k) {
      mean += std::pow(f, k);
      square += (2 * k + 1) * std::pow(f, k);
    }
    EXPECT_NEAR(with.load, row.load_with,
                4.0 * std::sqrt((square - mean * mean) * samples) + 0.0005);
  }
}

}  // namespace
}  // namespace truth
