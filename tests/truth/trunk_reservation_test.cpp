/// Shares of an admission limit by priority are what telephony calls trunk reservation: of N places
/// the last N - t are kept for those of high priority. With both kinds arriving at random (rates
/// high and low) and one exponential service time, the number inside is a birth and death process
/// that is born at high + low below t and at high from t on, so its law is a product: p(n) / p(n -
/// 1) = birth(n - 1) / (n mu). Low ones are refused with probability p(t) + ... + p(N), high ones
/// with p(N) (arrivals at random see time averages). See H. Akimaru and K. Kawashima,
/// "Teletraffic", 1999.

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "tests/truth/engine.hpp"
#include "tests/truth/statistics.hpp"

namespace truth::trunk_reservation_test {
namespace {

constexpr int places = 10;
constexpr double mu = 100.0;
constexpr int seeds = 12;

struct Refused {
  double high = 0.0;
  double low = 0.0;
};

Refused theory(int open_to_low, double high, double low) {
  std::array<double, places + 1> p{1.0};
  double sum = 1.0;
  for (std::size_t n = 1; n < p.size(); ++n) {
    const double birth = static_cast<int>(n) <= open_to_low ? high + low : high;
    p[n] = p[n - 1] * birth / (static_cast<double>(n) * mu);
    sum += p[n];
  }
  Refused refused;
  refused.high = p[places] / sum;
  for (std::size_t n = static_cast<std::size_t>(open_to_low); n < p.size(); ++n)
    refused.low += p[n] / sum;
  return refused;
}

class TrunkReservation : public testing::TestWithParam<int> {};

TEST_P(TrunkReservation, RefusesAsTheBirthAndDeathProcessDoes) {
  const int open_to_low = GetParam();
  const auto bundle = scenario_of(R"(
squall: 1
name: reserved
duration: 40s
warmup: 1s
services:
  s: {workers: 10, latency: {exponential: 10ms}, admission: {limit: 10, priority: {0: )" +
                                  std::to_string(10 * open_to_low) + R"(%}}}
workloads:
  high: {to: s, priority: 1, arrivals: {poisson: 400/s}}
  low: {to: s, priority: 0, arrivals: {poisson: 700/s}}
)");
  const Refused expected = theory(open_to_low, 400.0, 700.0);
  Sample high;
  Sample low;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto record = run(bundle, seed);
    const auto share = [&](const char* name) {
      const auto& of = workload(record, name);
      return static_cast<double>(of.rejected_remote) / static_cast<double>(of.offered);
    };
    high.add(share("high"));
    low.add(share("low"));
  }
  EXPECT_LT(z_score(high.mean(), expected.high, high.standard_error()), z_max)
      << high << ", not " << expected.high;
  EXPECT_LT(z_score(low.mean(), expected.low, low.standard_error()), z_max)
      << low << ", not " << expected.low;
}

INSTANTIATE_TEST_SUITE_P(Truth, TrunkReservation, testing::Values(5, 8, 10),
                         [](const auto& tested) {
                           return std::to_string(tested.param) + "Of10OpenToLow";
                         });

}  // namespace
}  // namespace truth::trunk_reservation_test
