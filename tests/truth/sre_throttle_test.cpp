/// "Site Reliability Engineering" (Google, 2016), chapter 21, "Handling Overload": with K = 2 a
/// client lets twice as many calls through to the backend as the backend accepts.
///
/// Where that settles can be worked out. Let R calls a second come to the client, T of them go on
/// and A be accepted. Over a long window the client refuses the share (R - K A) / R, so that
/// T = K A, whatever R is. A backend of c workers without a line accepts the share 1 - B(c, T L) of
/// what comes at random, with a service time L of any law (Erlang's loss formula). So in the long
/// run B(c, T L) = 1 - 1/K, which is an equation for T alone.

#include <string>

#include <gtest/gtest.h>

#include "tests/truth/engine.hpp"
#include "tests/truth/statistics.hpp"

namespace truth::sre_throttle_test {
namespace {

constexpr int workers = 4;
constexpr double latency_s = 0.02;
constexpr int seeds = 12;

double erlang_b(double load) {
  double blocking = 1.0;
  for (int c = 1; c <= workers; ++c) blocking = load * blocking / (c + load * blocking);
  return blocking;
}

/// Calls a second at which so large a share is blocked.
double rate_at(double blocking) {
  double low = 0.0;
  double high = 1e6;
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (erlang_b(middle) < blocking ? low : high) = middle;
  }
  return low / latency_s;
}

struct Measured {
  Sample through;   ///< calls a second that reach the backend
  Sample multiple;  ///< of those that it accepts
};

Measured measure(const std::string& policy, int calls_a_second) {
  Measured measured;
  const auto bundle = scenario_of(R"(
squall: 1
name: throttled
duration: 40s
warmup: 10s
services: {backend: {workers: 4, queue: {capacity: 0}, latency: 20ms}}
policies: {client: {)" + policy + R"(}}
workloads: {calls: {to: backend, policy: client, arrivals: {poisson: )" +
                                  std::to_string(calls_a_second) + "/s}}}\n");
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto record = run(bundle, seed);
    const auto arrived = static_cast<double>(service(record, "backend").arrived);
    measured.through.add(arrived / 30.0);
    measured.multiple.add(arrived / static_cast<double>(service(record, "backend").completed));
  }
  return measured;
}

class SreThrottle : public testing::TestWithParam<double> {};

TEST_P(SreThrottle, LetsKTimesThroughWhatTheBackendAccepts) {
  const double k = GetParam();
  const double expected = rate_at(1.0 - 1.0 / k);
  const std::string policy = "throttle: {sre: {k: " + std::to_string(k) + ", window: 5s}}";
  for (const int calls_a_second : {800, 1600}) {
    const Measured measured = measure(policy, calls_a_second);
    EXPECT_LT(z_score(measured.through.mean(), expected, measured.through.standard_error()), z_max)
        << measured.through << " a second, not " << expected << ", of " << calls_a_second;
    EXPECT_LT(z_score(measured.multiple.mean(), k, measured.multiple.standard_error()), z_max)
        << measured.multiple << " times, of " << calls_a_second;
    // The bands are narrow enough to tell 2 from 1.9.
    EXPECT_LT(measured.through.standard_error(), 0.01 * expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Truth, SreThrottle, testing::Values(1.5, 2.0, 3.0),
                         [](const auto& tested) {
                           return "K" + std::to_string(static_cast<int>(10.0 * tested.param));
                         });

TEST(SreThrottleTruth, WithoutItAllReachTheBackend) {
  const Measured measured = measure("timeout: 1s", 800);
  EXPECT_LT(z_score(measured.through.mean(), 800.0, measured.through.standard_error()), z_max);
  EXPECT_LT(z_score(measured.multiple.mean(), 1.0 / (1.0 - erlang_b(800.0 * latency_s)),
                    measured.multiple.standard_error()),
            z_max);
}

TEST(SreThrottleTruth, TheFixedPointIsThatOfErlangsFormula) {
  // B(4, a) at a = 4 is 32/103, by hand: 4^4/4! over 1 + 4 + 8 + 32/3 + 32/3.
  EXPECT_NEAR(erlang_b(4.0), 32.0 / 103.0, 1e-12);
  EXPECT_NEAR(erlang_b(rate_at(0.5) * latency_s), 0.5, 1e-12);
}

}  // namespace
}  // namespace truth::sre_throttle_test
