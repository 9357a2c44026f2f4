// SRE: "Site Reliability Engineering" (2016), chapter 21, whose figures are derived here from its
// formula. The cases named Envoy are those of Envoy's admission_control_filter_test.cc and
// controller_test.cc (1.24 to 1.37).
#include "squall/policy/throttle.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::throttle_test {
namespace {

/// An Rng with which uniform() is the largest value not above `u`, and below(10,000) its first four
/// digits (which takes no bits that are all 0).
Rng uniform_of(double u) { return drawing(static_cast<std::uint64_t>(u * 0x1p53) << 11U | 0x400U); }

template <typename Kind>
bool admits(Kind& throttle, double u, Instant now = Instant{}) {
  Rng rng = uniform_of(u);
  return throttle.admits(now, rng);
}

template <typename Kind>
void results(Kind& throttle, int count, const Outcome& outcome, Instant now = Instant{}) {
  for (int i = 0; i < count; ++i) throttle.on_result(outcome, now);
}

// --- SRE ----------------------------------------------------------------------------------------

TEST(SreThrottle, HasTheDefaultsOfTheBook) {
  const SreThrottleOptions options;
  EXPECT_EQ(options.k, 2.0);
  EXPECT_EQ(options.window, 2min);
}

TEST(SreThrottle, RefusesOnceTheRequestsAreMoreThanKTimesTheAccepts) {
  EXPECT_EQ(sre_rejection_probability({0, 0}, 2.0), 0.0);
  EXPECT_EQ(sre_rejection_probability({10, 5}, 2.0), 0.0) << "exactly twice";
  EXPECT_EQ(sre_rejection_probability({11, 5}, 2.0), 1.0 / 12.0);
  EXPECT_EQ(sre_rejection_probability({10, 10}, 2.0), 0.0) << "never below 0";
  EXPECT_EQ(sre_rejection_probability({99, 0}, 2.0), 0.99);
  EXPECT_EQ(sre_rejection_probability({99, 30}, 1.0), 0.69);
  EXPECT_EQ(sre_rejection_probability({99, 30}, 3.0), 0.09);
}

TEST(SreThrottle, RefusesBelowTheProbabilityAndLetsOnFromItOn) {
  SreThrottle throttle{SreThrottleOptions{}};
  results(throttle, 3, errored);  // 3 / 4
  SreThrottle other = throttle;
  EXPECT_FALSE(admits(throttle, 0.75 - 0x1p-53));
  EXPECT_TRUE(admits(other, 0.75));
}

TEST(SreThrottle, CountsWhatItRefusesAtOnceAndWhatItLetsOnWhenThatEnds) {
  SreThrottle throttle{SreThrottleOptions{}};
  results(throttle, 3, errored);
  EXPECT_EQ(throttle.rejection_probability(at(0s)), 3.0 / 4.0);
  EXPECT_FALSE(admits(throttle, 0.0));
  EXPECT_EQ(throttle.rejection_probability(at(0s)), 4.0 / 5.0);
  EXPECT_TRUE(admits(throttle, 0.999));
  EXPECT_EQ(throttle.rejection_probability(at(0s)), 4.0 / 5.0);
  throttle.on_result(succeeded, at(0s));
  EXPECT_EQ(throttle.rejection_probability(at(0s)), 3.0 / 6.0);
}

TEST(SreThrottle, DrawsNothingWhileNothingIsRefused) {
  SreThrottle throttle{SreThrottleOptions{}};
  results(throttle, 5, succeeded);
  results(throttle, 5, errored);
  Rng rng{7};
  EXPECT_TRUE(throttle.admits(at(0s), rng));
  EXPECT_EQ(rng.next(), Rng{7}.next());
}

TEST(SreThrottle, ForgetsByTenthsOfTheWindow) {
  SreThrottle throttle{{.window = 10s}};
  results(throttle, 1, errored, at(0s));
  results(throttle, 1, errored, at(1s - 1ns));
  results(throttle, 1, errored, at(1s));
  EXPECT_EQ(throttle.rejection_probability(at(10s - 1ns)), 3.0 / 4.0);
  EXPECT_EQ(throttle.rejection_probability(at(10s)), 1.0 / 2.0);
  EXPECT_EQ(throttle.rejection_probability(at(11s - 1ns)), 1.0 / 2.0);
  EXPECT_EQ(throttle.rejection_probability(at(11s)), 0.0);
}

TEST(SreThrottle, TakesForRefusedWhatItsListNames) {
  const auto probability = [](const RetryOn& on, const Outcome& outcome) {
    SreThrottle throttle{{.on = on}};
    throttle.on_result(outcome, at(0s));
    return throttle.rejection_probability(at(0s));
  };
  for (const Outcome& outcome : {errored, timed_out, past_deadline, was_rejected}) {
    EXPECT_EQ(probability({}, outcome), 0.5);
  }
  EXPECT_EQ(probability({}, succeeded), 0.0);
  EXPECT_EQ(probability({.error = false}, errored), 0.0);
  EXPECT_EQ(probability({.error = false, .codes = 1}, errored), 0.5);
  EXPECT_EQ(probability({.timeout = false}, timed_out), 0.0);
  EXPECT_EQ(probability({.timeout = false}, past_deadline), 0.0) << "as a timeout";
  EXPECT_EQ(probability({.rejected = false}, was_rejected), 0.0);
}

TEST(SreThrottle, LearnsNothingOfACallThatWasAbandoned) {
  SreThrottle throttle{SreThrottleOptions{}};
  results(throttle, 3, errored);
  results(throttle, 5, was_abandoned);
  EXPECT_EQ(throttle.rejection_probability(at(0s)), 3.0 / 4.0);
}

TEST(SreThrottle, TakesOtherNumbersWithWhatItHasCounted) {
  SreThrottle throttle{{.window = 10s}};
  results(throttle, 1, succeeded, at(0s));
  results(throttle, 9, errored, at(5s));
  throttle.reconfigure({.k = 4.0, .window = 10s});
  EXPECT_EQ(throttle.rejection_probability(at(5s)), 6.0 / 11.0);
  throttle.reconfigure({.k = 4.0, .window = 1s});
  EXPECT_EQ(throttle.rejection_probability(at(5s)), 9.0 / 10.0) << "without the first";
}

TEST(SreThrottleOptions, SayWhatIsOutOfRange) {
  const auto said_of = [](const SreThrottleOptions& options) { return said(options.validate()); };
  EXPECT_EQ(said_of({}), "ok");
  EXPECT_EQ(said_of({.k = 1.0}), "ok");
  EXPECT_EQ(said_of({.k = 1'000.0}), "ok");
  EXPECT_EQ(said_of({.k = 0.99}), "throttle.sre.k: must be from 1 to 1,000, is 0.99");
  EXPECT_EQ(said_of({.k = 1'001.0}), "throttle.sre.k: must be from 1 to 1,000, is 1001");
  EXPECT_EQ(said_of({.window = 10ms}), "ok");
  EXPECT_EQ(said_of({.window = 24h}), "ok");
  EXPECT_EQ(said_of({.window = 10ms - 1ns}),
            "throttle.sre.window: must be from 10ms to 24h, is 9999999ns");
  EXPECT_EQ(said_of({.window = 24h + 1ns}),
            "throttle.sre.window: must be from 10ms to 24h, is 86400000000001ns");
}

// The fixed point: where the callee accepts a share of what comes, requests - k x accepts is small
// beside the requests, so that what is let on is near k x accepts.
RC_GTEST_PROP(SreThrottle, LetsOnAboutKTimesWhatIsAccepted, ()) {
  const double k = 1.25 + 0.25 * *rc::gen::inRange(0, 8);
  const int accepted_of_a_thousand = *rc::gen::inRange(20, 1'000);
  SreThrottle throttle{{.k = k, .window = 24h}};
  Rng rng{static_cast<std::uint64_t>(*rc::gen::inRange(0, 1'000'000))};
  // The callee takes a fixed number each second, of 1,000 requests.
  std::int64_t let_on = 0;
  std::int64_t taken = 0;
  for (int second = 0; second < 60; ++second) {
    const Instant now = at(second * 1s);
    int room = accepted_of_a_thousand;
    for (int i = 0; i < 1'000; ++i) {
      if (!throttle.admits(now, rng)) continue;
      throttle.on_result(room > 0 ? succeeded : was_rejected, now);
      if (second >= 30) {
        ++let_on;
        if (room > 0) ++taken;
      }
      --room;
    }
  }
  const double expected = std::min(1.0, k * accepted_of_a_thousand / 1'000.0) * 30'000.0;
  // Its standard deviation, were the draws independent; the window holds them even closer.
  const double sd = std::sqrt(30'000.0) / 2.0;
  RC_ASSERT(std::abs(static_cast<double>(let_on) - expected) < 6.0 * sd);
  RC_ASSERT(taken <= let_on);
}

// --- Envoy --------------------------------------------------------------------------------------

double probability(std::uint64_t successes_of_a_hundred, const EnvoyThrottleOptions& options) {
  return envoy_rejection_probability({100, successes_of_a_hundred}, options);
}

TEST(EnvoyThrottle, EnvoyDefaults) {
  const EnvoyThrottleOptions options;
  EXPECT_EQ(options.success_rate_threshold, 0.95);
  EXPECT_EQ(options.aggression, 1.0);
  EXPECT_EQ(options.window, 30s);
  EXPECT_EQ(options.max_rejection, 0.8);
  EXPECT_EQ(options.rps_threshold, 0U);
}

TEST(EnvoyThrottle, EnvoyRejectionProbability) {
  constexpr double near = 0.01;  // that of the test there
  const EnvoyThrottleOptions whole{.success_rate_threshold = 1.0};
  EXPECT_EQ(probability(100, whole), 0.0);
  EXPECT_NEAR(probability(95, whole), 0.05, near);
  EXPECT_NEAR(probability(75, whole), 0.25, near);
  const EnvoyThrottleOptions aggressive{.success_rate_threshold = 1.0, .aggression = 2.0};
  EXPECT_EQ(probability(100, aggressive), 0.0);
  EXPECT_NEAR(probability(95, aggressive), 0.22, near);
  EXPECT_NEAR(probability(75, aggressive), 0.5, near);
  const EnvoyThrottleOptions lower{};
  EXPECT_EQ(probability(100, lower), 0.0);
  EXPECT_EQ(probability(98, lower), 0.0);
  EXPECT_EQ(probability(95, lower), 0.0);
  EXPECT_NEAR(probability(90, lower), 0.05, near);
  EXPECT_NEAR(probability(75, lower), 0.20, near);
  EXPECT_NEAR(probability(50, lower), 0.46, near);
  const EnvoyThrottleOptions capped{.success_rate_threshold = 1.0, .max_rejection = 0.1};
  EXPECT_EQ(probability(100, capped), 0.0);
  EXPECT_NEAR(probability(95, capped), 0.05, near);
  EXPECT_EQ(probability(80, capped), 0.1);
  EXPECT_EQ(probability(0, capped), 0.1);
}

TEST(EnvoyThrottle, IsExactWhereDoublesAre) {
  EXPECT_EQ(envoy_rejection_probability({99, 50}, {.success_rate_threshold = 1.0}), 0.49);
  EXPECT_EQ(envoy_rejection_probability({3, 2}, {.success_rate_threshold = 1.0, .aggression = 2.0}),
            0.5);
  EXPECT_EQ(envoy_rejection_probability({0, 0}, {}), 0.0);
  EXPECT_EQ(envoy_rejection_probability({1'000, 0}, {}), 0.8);
  // Above the threshold also where it is raised to a power, which of less than 0 is none.
  EXPECT_EQ(envoy_rejection_probability({100, 96}, {.aggression = 3.0}), 0.0);
}

TEST(EnvoyThrottle, EnvoyComparesWithAWholeNumberBelowTenThousand) {
  // Half of 1,000 calls failed; there 4,500 is refused and 5,500 is not.
  EnvoyThrottle throttle{{.success_rate_threshold = 1.0, .max_rejection = 1.0}};
  results(throttle, 500, errored);
  results(throttle, 499, succeeded);  // 500 / 1,000
  EXPECT_EQ(throttle.rejection_probability(at(0s)), 0.5);
  EXPECT_TRUE(admits(throttle, 0.55));
  EXPECT_FALSE(admits(throttle, 0.45));
  EXPECT_FALSE(admits(throttle, 0.49999));
  EXPECT_TRUE(admits(throttle, 0.50001));
}

TEST(EnvoyThrottle, EnvoyDoesNotCountWhatItRefuses) {
  EnvoyThrottle throttle{{.max_rejection = 1.0}};
  results(throttle, 99, errored);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(admits(throttle, 0.0));
  EXPECT_EQ(throttle.rejection_probability(at(0s)), 0.99);
}

TEST(EnvoyThrottle, EnvoyAverageRpsIsCutOffToWholeOnes) {
  const auto refuses_after = [](int failures, std::uint32_t threshold) {
    EnvoyThrottle throttle{{.window = 5s, .rps_threshold = threshold}};
    results(throttle, failures, errored);
    return throttle.rejection_probability(at(0s)) > 0.0;
  };
  EXPECT_TRUE(refuses_after(2, 0));
  EXPECT_FALSE(refuses_after(2, 1)) << "0.4 a second";
  EXPECT_FALSE(refuses_after(4, 1));
  EXPECT_TRUE(refuses_after(5, 1)) << "1 a second";
  EXPECT_FALSE(refuses_after(9, 2));
  EXPECT_TRUE(refuses_after(10, 2));
}

TEST(EnvoyThrottle, EnvoyTakesTheRateOfBeforeItForgets) {
  // At 5.5 s the ten calls of 0 s are too old: they make the rate still, and the probability no
  // more.
  EnvoyThrottle throttle{{.window = 5s, .rps_threshold = 2}};
  results(throttle, 10, errored, at(0s));
  results(throttle, 2, errored, at(4s));
  EXPECT_EQ(throttle.rejection_probability(at(5500ms)), 2.0 / 3.0);
  EXPECT_EQ(throttle.rejection_probability(at(5500ms)), 0.0) << "by now they are forgotten";
}

TEST(EnvoyThrottle, EnvoyForgetsBySeconds) {
  EnvoyThrottle throttle{{.window = 5s}};
  results(throttle, 1, errored, at(0s));
  results(throttle, 1, errored, at(1s));
  EXPECT_EQ(throttle.rejection_probability(at(5s - 1ns)), 2.0 / 3.0);
  EXPECT_EQ(throttle.rejection_probability(at(5s)), 1.0 / 2.0);
  EXPECT_EQ(throttle.rejection_probability(at(6s)), 0.0);
}

TEST(EnvoyThrottle, LearnsNothingOfACallThatWasAbandoned) {
  EnvoyThrottle throttle{EnvoyThrottleOptions{}};
  results(throttle, 3, errored);
  results(throttle, 5, was_abandoned);
  EXPECT_EQ(throttle.rejection_probability(at(0s)), 3.0 / 4.0);
}

TEST(EnvoyThrottle, TakesForFailedWhatItsListNames) {
  EnvoyThrottle throttle{{.on = {.timeout = false}}};
  results(throttle, 3, timed_out);
  EXPECT_EQ(throttle.rejection_probability(at(0s)), 0.0);
  results(throttle, 1, errored);
  EXPECT_GT(throttle.rejection_probability(at(0s)), 0.0);
}

TEST(EnvoyThrottle, TakesOtherNumbersWithWhatItHasCounted) {
  EnvoyThrottle throttle{EnvoyThrottleOptions{}};
  results(throttle, 9, errored, at(0s));
  throttle.reconfigure({.max_rejection = 0.25});
  EXPECT_EQ(throttle.rejection_probability(at(29s)), 0.25);
  throttle.reconfigure({.window = 10s});
  EXPECT_EQ(throttle.rejection_probability(at(29s)), 0.0);
}

TEST(EnvoyThrottleOptions, SayWhatIsOutOfRange) {
  const auto said_of = [](const EnvoyThrottleOptions& options) { return said(options.validate()); };
  const std::string key = "throttle.envoy.";
  EXPECT_EQ(said_of({}), "ok");
  EXPECT_EQ(said_of({.success_rate_threshold = 0.01}), "ok");
  EXPECT_EQ(said_of({.success_rate_threshold = 1.0}), "ok");
  EXPECT_EQ(said_of({.success_rate_threshold = 0.009}),
            key + "success_rate_threshold: must be from 0.01 (1%) to 1 (100%), is 0.009");
  EXPECT_EQ(said_of({.success_rate_threshold = 1.01}),
            key + "success_rate_threshold: must be from 0.01 (1%) to 1 (100%), is 1.01");
  EXPECT_EQ(said_of({.aggression = 1'000.0}), "ok");
  EXPECT_EQ(said_of({.aggression = 0.5}), key + "aggression: must be from 1 to 1,000, is 0.5");
  EXPECT_EQ(said_of({.aggression = 1'001.0}), key + "aggression: must be from 1 to 1,000, is 1001");
  EXPECT_EQ(said_of({.window = 1s}), "ok");
  EXPECT_EQ(said_of({.window = 1h}), "ok");
  EXPECT_EQ(said_of({.window = 0s}), key + "window: must be whole seconds from 1s to 1h, is 0s");
  EXPECT_EQ(said_of({.window = 1500ms}),
            key + "window: must be whole seconds from 1s to 1h, is 1500ms");
  EXPECT_EQ(said_of({.window = 3601s}),
            key + "window: must be whole seconds from 1s to 1h, is 3601s");
  EXPECT_EQ(said_of({.max_rejection = 0.0}), "ok");
  EXPECT_EQ(said_of({.max_rejection = 1.0}), "ok");
  EXPECT_EQ(said_of({.max_rejection = 1.1}),
            key + "max_rejection: must be from 0 to 1 (100%), is 1.1");
  EXPECT_EQ(said_of({.max_rejection = -0.1}),
            key + "max_rejection: must be from 0 to 1 (100%), is -0.1");
}

RC_GTEST_PROP(EnvoyThrottle, IsNoLessTheMoreFailNorAboveItsMost, ()) {
  const EnvoyThrottleOptions options{.success_rate_threshold = 0.01 * *rc::gen::inRange(1, 101),
                                     .aggression = 1.0 + 0.5 * *rc::gen::inRange(0, 10),
                                     .max_rejection = 0.01 * *rc::gen::inRange(0, 101)};
  const auto calls = static_cast<std::uint64_t>(*rc::gen::inRange(1, 1'000));
  const auto accepted = static_cast<std::uint64_t>(
      *rc::gen::inRange<std::int64_t>(0, static_cast<std::int64_t>(calls)));
  const double more = envoy_rejection_probability({calls, accepted}, options);
  const double less = envoy_rejection_probability({calls, accepted + 1}, options);
  RC_ASSERT(more >= less);
  RC_ASSERT(less >= 0.0);
  RC_ASSERT(more <= options.max_rejection);
}

// --- Either of them -----------------------------------------------------------------------------

TEST(Throttle, WithoutAKindLetsEveryCallOn) {
  Throttle throttle;
  results(throttle, 50, errored);
  EXPECT_TRUE(admits(throttle, 0.0));
  EXPECT_EQ(throttle.rejection_probability(at(0s)), 0.0);
  EXPECT_EQ(said(validate(ThrottleOptions{})), "ok");
  throttle.reconfigure(ThrottleOptions{});
}

TEST(Throttle, IsOfTheKindOfItsOptions) {
  for (const ThrottleOptions& options :
       {ThrottleOptions{SreThrottleOptions{}}, ThrottleOptions{EnvoyThrottleOptions{}}}) {
    Throttle throttle(options);
    results(throttle, 9, errored);
    const bool is_sre = options.index() == 1;
    EXPECT_EQ(throttle.rejection_probability(at(0s)), is_sre ? 0.9 : 0.8);
    EXPECT_FALSE(admits(throttle, 0.0));
    EXPECT_EQ(throttle.rejection_probability(at(0s)), is_sre ? 10.0 / 11.0 : 0.8);
    throttle.reconfigure(options);
    EXPECT_TRUE(admits(throttle, 0.999));
  }
  EXPECT_NE(said(validate(ThrottleOptions{SreThrottleOptions{.k = 0.0}})), "ok");
  EXPECT_NE(said(validate(ThrottleOptions{EnvoyThrottleOptions{.window = 0s}})), "ok");
}

TEST(ThrottleDeathTest, DoesNotTakeOptionsOfAnotherKind) {
  Throttle throttle(ThrottleOptions{SreThrottleOptions{}});
  EXPECT_EXIT(throttle.reconfigure(ThrottleOptions{EnvoyThrottleOptions{}}),
              testing::ExitedWithCode(70), "another kind");
}

}  // namespace
}  // namespace squall::policy::throttle_test
