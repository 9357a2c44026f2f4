// The retries of products against what their own sources and tests say. "(d)": derived from the
// implementation, not asserted by one of its tests.
#include "squall/policy/retry_preset.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::retry_preset_test {
namespace {

constexpr RetryPreset all_presets[] = {
    RetryPreset::aws,   RetryPreset::envoy, RetryPreset::envoy_2018,
    RetryPreset::folly, RetryPreset::grpc,  RetryPreset::grpc_2017,
    RetryPreset::istio, RetryPreset::polly, RetryPreset::resilience4j};

BackoffOptions backoff_of(RetryPreset preset) { return preset_options(preset).backoff; }

/// An Rng whose next uniform() is u, or as near below as its 53 bits allow.
Rng uniform_of(double u) { return drawing(static_cast<std::uint64_t>(std::ldexp(u, 53)) << 11U); }
/// An Rng whose next draw below `length` gives `place`, in milliseconds.
Rng place_of(std::int64_t place, std::int64_t length) {
  return uniform_of((static_cast<double>(place) + 0.5) / static_cast<double>(length));
}

Duration delay_of(const BackoffOptions& options, std::uint32_t retry, Rng rng) {
  Duration carried{0};
  return backoff_delay(options, retry, carried, rng);
}

/// The delays before retries 1 to n of one call, each from the same draw.
std::vector<Duration> delays(const BackoffOptions& options, std::uint32_t n, Rng rng) {
  std::vector<Duration> result;
  Duration carried{0};
  for (std::uint32_t retry = 1; retry <= n; ++retry) {
    Rng again = rng;
    result.push_back(backoff_delay(options, retry, carried, again));
  }
  return result;
}

std::vector<Duration> list(std::initializer_list<Duration> durations) { return durations; }

// --- gRPC --------------------------------------------------------------------------------------

TEST(GrpcRetry, SpreadsByAFifthAroundTheCappedDelay) {
  // Proposal A6: min(initialBackoff * multiplier^(n-1), maxBackoff) * random(0.8, 1.2).
  const BackoffOptions options = backoff_of(RetryPreset::grpc);
  EXPECT_EQ(delays(options, 5, drawing_lowest()), list({80ms, 160ms, 320ms, 640ms, 800ms}));
  EXPECT_EQ(delays(options, 5, drawing_highest()), list({120ms, 240ms, 480ms, 960ms, 1200ms}));
}

TEST(GrpcRetry, DrewFromZeroBefore) {
  // The earlier text of A6: random(0, min(initialBackoff * multiplier^(n-1), maxBackoff)).
  const BackoffOptions options = backoff_of(RetryPreset::grpc_2017);
  EXPECT_EQ(delays(options, 5, drawing_lowest()), list({0ms, 0ms, 0ms, 0ms, 0ms}));
  EXPECT_EQ(delays(options, 5, drawing_highest()),
            list({100ms - 1ns, 200ms - 1ns, 400ms - 1ns, 800ms - 1ns, 1s - 1ns}));
}

TEST(GrpcRetry, TakesPushbackExactlyAndStartsAnew) {
  const Retry retry(preset_options(RetryPreset::grpc));
  RetryState state;
  Rng first = drawing_lowest();
  const auto delay_after = [&](const Outcome& outcome, Rng& rng) {
    const RetryDecision decision = retry.on_attempt_end(state, outcome, Instant{}, never, rng);
    return std::get<RetryAfter>(decision).delay;
  };
  EXPECT_EQ(delay_after(errored, first), 80ms);
  Rng second = drawing_lowest();
  EXPECT_EQ(delay_after(error_with(Pushback::Kind::after, 3s), second), 3s);
  Rng third = drawing_lowest();
  EXPECT_EQ(delay_after(errored, third), 80ms);
}

TEST(GrpcRetry, NeedsTwoAttemptsAndTakesFiveAtMost) {
  EXPECT_EQ(preset_rules(RetryPreset::grpc).min_attempts, 2U);
  EXPECT_EQ(preset_rules(RetryPreset::grpc).attempts_act_as, 5U);
}

// --- Envoy and Istio ---------------------------------------------------------------------------

TEST(EnvoyRetry, HasOneRetryFrom25MillisecondsToTenTimesThat) {
  const RetryOptions options = preset_options(RetryPreset::envoy);
  EXPECT_EQ(options.max_attempts, 2U);
  EXPECT_EQ(options.backoff.base, 25ms);
  EXPECT_EQ(options.backoff.max, 250ms);
  EXPECT_FALSE(options.honour_pushback);
}

TEST(EnvoyRetry, DrawsWholeMillisecondsBelowTheCappedInterval) {
  // backoff_strategy_test.cc, base 5, max 100, every draw 9999: 4, 9, 19, 39, 79, 99, 99.
  BackoffOptions options = backoff_of(RetryPreset::envoy);
  options.base = 5ms;
  options.max = 100ms;
  EXPECT_EQ(delays(options, 7, drawing_highest()), list({4ms, 9ms, 19ms, 39ms, 79ms, 99ms, 99ms}));
  EXPECT_EQ(delays(options, 3, drawing_lowest()), list({0ms, 0ms, 0ms}));
}

TEST(EnvoyRetry, CapsTheIntervalBeforeTheDraw) {
  // backoff_strategy_test.cc, base 25, max 30, every draw 27: 27 % 25 = 2, then 27 % 30 = 27.
  BackoffOptions options = backoff_of(RetryPreset::envoy);
  options.max = 30ms;
  EXPECT_EQ(delay_of(options, 1, place_of(2, 25)), 2ms);
  EXPECT_EQ(delay_of(options, 2, place_of(27, 30)), 27ms);
}

TEST(EnvoyRetry, DoesNotOverflow) {
  // backoff_strategy_test.cc: a hundred retries from 1 ms without a cap.
  BackoffOptions options = backoff_of(RetryPreset::envoy);
  options.base = 1ms;
  options.max = forever;
  for (std::uint32_t retry = 1; retry <= 100; ++retry) {
    EXPECT_GE(delay_of(options, retry, drawing_highest()), 0ms);
  }
  EXPECT_GT(delay_of(options, 100, drawing_highest()), forever / 2);
}

TEST(EnvoyRetryOf2018, DrawsBelowTheSumOfTheSteps) {
  // backoff_strategy_test.cc of 2018, base 5, max 100, every draw 1024: 1024 modulo 5, 15, 35, 75,
  // 155 and again 155, since the interval no longer grows once above the cap.
  BackoffOptions options = backoff_of(RetryPreset::envoy_2018);
  options.base = 5ms;
  options.max = 100ms;
  const std::vector<std::int64_t> lengths = {5, 15, 35, 75, 155, 155};
  const auto expected = list({4ms, 4ms, 9ms, 49ms, 94ms, 94ms});
  for (std::uint32_t retry = 1; retry <= 6; ++retry) {
    const std::int64_t length = lengths[retry - 1];
    EXPECT_EQ(delay_of(options, retry, place_of(1024 % length, length)), expected[retry - 1]);
  }
}

TEST(EnvoyRetryOf2018, CapsTheDraw) {
  // (d) The highest draws of the same, and one just above the cap.
  BackoffOptions options = backoff_of(RetryPreset::envoy_2018);
  options.base = 5ms;
  options.max = 100ms;
  EXPECT_EQ(delays(options, 7, drawing_highest()),
            list({4ms, 14ms, 34ms, 74ms, 100ms, 100ms, 100ms}));
  EXPECT_EQ(delay_of(options, 5, place_of(99, 155)), 99ms);
  EXPECT_EQ(delay_of(options, 5, place_of(101, 155)), 100ms);
  EXPECT_EQ(delay_of(options, 1'000'000, place_of(94, 155)), 94ms);
}

TEST(EnvoyRetryOf2018, GoesOnGrowingAtTheCapItself) {
  // (d) base 5, max 15: the second interval, 15, is not above the cap, so the third is 35.
  BackoffOptions options = backoff_of(RetryPreset::envoy_2018);
  options.base = 5ms;
  options.max = 15ms;
  EXPECT_EQ(delay_of(options, 3, place_of(14, 35)), 14ms);
  EXPECT_EQ(delay_of(options, 4, place_of(14, 35)), 14ms);
}

TEST(IstioRetry, TriesTwiceMoreAsEnvoyDoes) {
  const RetryOptions options = preset_options(RetryPreset::istio);
  EXPECT_EQ(options.max_attempts, 3U);
  EXPECT_EQ(delays(options.backoff, 5, drawing_highest()), list({24ms, 49ms, 99ms, 199ms, 249ms}));
}

// --- resilience4j ------------------------------------------------------------------------------

BackoffOptions resilience4j_exponential() {
  BackoffOptions options = backoff_of(RetryPreset::resilience4j);
  options.shape = BackoffShape::exponential;
  return options;
}

TEST(Resilience4jRetry, WaitsHalfASecondTwice) {
  const RetryOptions options = preset_options(RetryPreset::resilience4j);
  EXPECT_EQ(options.max_attempts, 3U);
  EXPECT_EQ(delays(options.backoff, 3, drawing_lowest()), list({500ms, 500ms, 500ms}));
}

TEST(Resilience4jRetry, CutsEachStepDownToWholeMilliseconds) {
  // (d) 500 x 1.5: 500, 750, 1125, 1687.5 -> 1687, and on from there: 2530.5 -> 2530. Cut down
  // only at the end it would be 2531.
  EXPECT_EQ(delays(resilience4j_exponential(), 5, drawing_lowest()),
            list({500ms, 750ms, 1125ms, 1687ms, 2530ms}));
}

TEST(Resilience4jRetry, NeverGrowsFromOneMillisecond) {
  // (d) 1 x 1.5 is cut down to 1 each time.
  BackoffOptions options = resilience4j_exponential();
  options.base = 1ms;
  EXPECT_EQ(delay_of(options, 1'000'000, drawing_lowest()), 1ms);
  options.base = 2ms;
  EXPECT_EQ(delays(options, 4, drawing_lowest()), list({2ms, 3ms, 4ms, 6ms}));
}

TEST(Resilience4jRetry, MultipliesInBinary) {
  // (d) (long) (100 * 1.15), which in double precision is a little less than 115.
  BackoffOptions options = resilience4j_exponential();
  options.base = 100ms;
  options.multiplier = 1.15;
  EXPECT_EQ(delay_of(options, 2, drawing_lowest()), 114ms);
}

TEST(Resilience4jRetry, CutsDownWhatItIsGiven) {
  // (d) Duration.toMillis().
  BackoffOptions options = resilience4j_exponential();
  options.base = 2999us;
  EXPECT_EQ(delays(options, 3, drawing_lowest()), list({2ms, 3ms, 4ms}));
}

TEST(Resilience4jRetry, SpreadsByHalfAndCapsAfterwards) {
  // IntervalFunction.ofExponentialRandomBackoff(100, 2, 0.5, 300): from 50 % to 150 %, and only
  // then the cap: at the lowest draw the fourth wait is 400, capped to 300, not 150.
  BackoffOptions options = resilience4j_exponential();
  options.base = 100ms;
  options.multiplier = 2.0;
  options.max = 300ms;
  options.jitter = Jitter::proportional;
  EXPECT_EQ(options.spread, 0.5);
  EXPECT_EQ(delays(options, 4, drawing_lowest()), list({50ms, 100ms, 200ms, 300ms}));
  EXPECT_EQ(delays(options, 3, drawing_highest()), list({150ms, 300ms, 300ms}));
}

TEST(Resilience4jRetry, TakesACapBelowTheFirstWait) {
  BackoffOptions options = resilience4j_exponential();
  options.max = 100ms;
  EXPECT_EQ(said(options.validate()), "ok");
  EXPECT_EQ(delay_of(options, 1, drawing_lowest()), 100ms);
}

// --- Polly 8 -----------------------------------------------------------------------------------

BackoffOptions polly(BackoffShape shape, Duration base, Jitter jitter = Jitter::none) {
  BackoffOptions options = backoff_of(RetryPreset::polly);
  options.shape = shape;
  options.base = base;
  options.jitter = jitter;
  return options;
}

TEST(PollyRetry, TriesThreeTimesMoreEveryTwoSeconds) {
  const RetryOptions options = preset_options(RetryPreset::polly);
  EXPECT_EQ(options.max_attempts, 4U);
  EXPECT_EQ(delays(options.backoff, 3, drawing_lowest()), list({2s, 2s, 2s}));
}

TEST(PollyRetry, ConstantWithJitterStaysWithinAQuarter) {
  // RetryHelperTests.Constant_Jitter_Ok: draws of 0, 0.4, 0.6, 1 of 1 s.
  const BackoffOptions options = polly(BackoffShape::fixed, 1s, Jitter::proportional);
  EXPECT_EQ(delay_of(options, 1, uniform_of(0.0)), 750ms);
  EXPECT_EQ(delay_of(options, 1, uniform_of(0.4)), 950ms);
  EXPECT_EQ(delay_of(options, 2, uniform_of(0.6)), 1050ms);
  EXPECT_EQ(delay_of(options, 1, drawing_highest()), 1250ms);
}

TEST(PollyRetry, LinearWithJitterStaysWithinAQuarter) {
  // RetryHelperTests.Linear_Jitter_Ok: the third wait of 1 s at 0, 0.4, 0.5, 0.6, 1.
  const BackoffOptions options = polly(BackoffShape::linear, 1s, Jitter::proportional);
  EXPECT_EQ(delay_of(options, 3, uniform_of(0.0)), 2250ms);
  EXPECT_EQ(delay_of(options, 3, uniform_of(0.4)), 2850ms);
  EXPECT_EQ(delay_of(options, 3, uniform_of(0.5)), 3000ms);
  EXPECT_EQ(delay_of(options, 3, uniform_of(0.6)), 3150ms);
  EXPECT_EQ(delay_of(options, 3, drawing_highest()), 3750ms);
}

TEST(PollyRetry, GrowsAsItsShape) {
  // RetryHelperTests.Linear_Ok, Exponential_Ok.
  EXPECT_EQ(delays(polly(BackoffShape::linear, 1s), 3, drawing_lowest()), list({1s, 2s, 3s}));
  EXPECT_EQ(delays(polly(BackoffShape::exponential, 1s), 3, drawing_lowest()), list({1s, 2s, 4s}));
}

TEST(PollyRetry, OfNothingIsNothingWhateverTheShape) {
  // RetryHelperTests: TimeSpan.Zero stays zero, with and without jitter.
  for (const auto shape : {BackoffShape::fixed, BackoffShape::linear, BackoffShape::exponential}) {
    for (const auto jitter : {Jitter::none, Jitter::proportional, Jitter::decorrelated_v2}) {
      EXPECT_EQ(delays(polly(shape, 0s, jitter), 3, drawing_highest()), list({0s, 0s, 0s}));
    }
  }
}

TEST(PollyRetry, CapsWhateverJitterMakesOfIt) {
  // RetryHelperTests.MaxDelay_Ok: the third wait of 10 s, capped at 1 s, at a draw of 0.5.
  for (const auto shape : {BackoffShape::fixed, BackoffShape::linear, BackoffShape::exponential}) {
    for (const bool jitter : {false, true}) {
      const Jitter spread =
          shape == BackoffShape::exponential ? Jitter::decorrelated_v2 : Jitter::proportional;
      BackoffOptions options = polly(shape, 10s, jitter ? spread : Jitter::none);
      options.max = 1s;
      EXPECT_EQ(said(options.validate()), "ok");
      EXPECT_EQ(delay_of(options, 3, uniform_of(0.5)), 1s);
    }
  }
}

TEST(PollyRetry, OverflowGivesTheMaximum) {
  // RetryHelperTests.GetRetryDelay_Overflow...: 1 day x 2^1000, without and with a cap.
  BackoffOptions options = polly(BackoffShape::exponential, 24h);
  EXPECT_EQ(delay_of(options, 1001, drawing_lowest()), forever);
  options.max = 48h;
  EXPECT_EQ(delay_of(options, 1001, drawing_lowest()), 48h);
}

TEST(PollyRetry, DecorrelatedJitterMovesAlongItsCurve) {
  // (d) DecorrelatedJitterBackoffV2 in double precision: 1 s, every draw 0, 0.25, 0.5.
  const BackoffOptions options = polly(BackoffShape::exponential, 1s, Jitter::decorrelated_v2);
  // Polly cuts down to 100 ns; here the points on the curve are rounded, not their distance.
  const auto near = [&](double u, std::vector<double> expected) {
    const auto found = delays(options, 5, uniform_of(u));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(static_cast<double>(found[i].count()), expected[i], 1.0) << u << ' ' << i;
    }
  };
  near(0.0, {0, 1377182257, 1460067301, 2865849862, 5717806862});
  near(0.25, {646923706, 1013569986, 1720438287, 3404509883, 6798370009});
  near(0.5, {897404936, 1093003547, 2035747963, 4045979423, 8083631610});
}

TEST(PollyRetry, DecorrelatedJitterFollowsTheCurveThroughTheCap) {
  // (d) The state is where the curve stands, not the delay: the cap leaves the next wait alone.
  BackoffOptions options = polly(BackoffShape::exponential, 1s, Jitter::decorrelated_v2);
  const auto free = delays(options, 4, uniform_of(0.5));
  options.max = 1s;
  Duration carried{0};
  for (std::uint32_t retry = 1; retry <= 3; ++retry) {
    Rng rng = uniform_of(0.5);
    EXPECT_EQ(backoff_delay(options, retry, carried, rng), std::min(free[retry - 1], Duration{1s}));
  }
  options.max = forever;
  Rng rng = uniform_of(0.5);
  EXPECT_EQ(backoff_delay(options, 4, carried, rng), free[3]);
}

TEST(PollyRetry, DecorrelatedJitterStaysPositiveAtAnyAttempt) {
  // RetryHelperTests.GetRetryDelay_Exponential_Is_Positive_..., 2 s: attempts there count from 0.
  for (const std::uint32_t attempt : {1U, 2U, 3U, 4U, 10U, 100U, 1000U, 1024U, 1025U}) {
    BackoffOptions options = polly(BackoffShape::exponential, 2s, Jitter::decorrelated_v2);
    EXPECT_GT(delay_of(options, attempt + 1, drawing_lowest()), 0s);
    options.max = 30s;
    EXPECT_LE(delay_of(options, attempt + 1, drawing_lowest()), 30s);
  }
  const BackoffOptions day = polly(BackoffShape::exponential, 24h, Jitter::decorrelated_v2);
  const auto all = delays(day, 100, drawing_highest());
  EXPECT_EQ(all.back(), forever);
}

RC_GTEST_PROP(PollyRetryProperty, DecorrelatedJitterStaysBelowFourTimesTheStep, ()) {
  // RetryHelperTests.DecorrelatedJitterBackoffV2_Meets_Specification, with nothing carried.
  const auto base = Duration{*rc::gen::inRange<std::int64_t>(1'000'000, 3'600'000'000'000)};
  const auto attempt = *rc::gen::inRange<std::uint32_t>(1, 2049);
  const BackoffOptions options = polly(BackoffShape::exponential, base, Jitter::decorrelated_v2);
  Rng rng{*rc::gen::arbitrary<std::uint64_t>()};
  const Duration delay = delay_of(options, attempt + 1, rng);
  RC_ASSERT(delay >= 0ns);
  RC_ASSERT(delay <=
            scaled(base, 4.0 * std::ldexp(1.0, static_cast<int>(std::min(attempt, 900U)))));
}

// --- AWS ---------------------------------------------------------------------------------------

TEST(AwsRetry, DrawsBelowSecondsDoubledToTwenty) {
  const RetryOptions options = preset_options(RetryPreset::aws);
  EXPECT_EQ(options.max_attempts, 3U);
  const auto expected = list({1s, 2s, 4s, 8s, 16s, 20s, 20s});
  const auto highest = delays(options.backoff, 7, drawing_highest());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(highest[i], expected[i] - 1ns);
  EXPECT_EQ(delay_of(options.backoff, 5, uniform_of(0.5)), 8s);
}

TEST(AwsBlog, HasThreeJitters) {
  // M. Brooker 2015, base 10 ms, cap 100 ms, at a draw of a half. Its attempts count from 0.
  BackoffOptions options{.base = 10ms, .max = 100ms, .jitter = Jitter::full};
  EXPECT_EQ(delays(options, 5, uniform_of(0.5)), list({5ms, 10ms, 20ms, 40ms, 50ms}));
  options.jitter = Jitter::equal;
  EXPECT_EQ(delays(options, 5, uniform_of(0.5)), list({7500us, 15ms, 30ms, 60ms, 75ms}));
  // 10 + (3 p - 10) / 2, where p is the wait before, 10 at first.
  options.jitter = Jitter::decorrelated;
  EXPECT_EQ(delays(options, 4, uniform_of(0.5)), list({20ms, 35ms, 57500us, 91250us}));
}

// --- folly -------------------------------------------------------------------------------------

TEST(FollyRetry, WithoutJitterDoublesUpToTheCap) {
  // RetryingTest.policy_capped_jittered_exponential_backoff_many_retries: 1 ms, no jitter. At the
  // 80th the cap, even the longest there is; our longest is in nanoseconds.
  BackoffOptions options = backoff_of(RetryPreset::folly);
  options.base = 1ms;
  options.sigma = 0.0;
  options.max = 10'000s;
  EXPECT_EQ(delay_of(options, 80, Rng{1}), 10'000s);
  EXPECT_EQ(delay_of(options, 5, Rng{1}), 16ms);
  options.max = forever;
  EXPECT_LT(delay_of(options, 43, Rng{1}), forever);
  EXPECT_EQ(delay_of(options, 45, Rng{1}), forever);
}

TEST(FollyRetry, OfNothingIsNothing) {
  BackoffOptions options = backoff_of(RetryPreset::folly);
  options.base = 0ms;
  EXPECT_EQ(delay_of(options, 5000, Rng{1}), 0ms);
}

TEST(FollyRetry, TriesThreeTimesInAll) {
  EXPECT_EQ(preset_options(RetryPreset::folly).max_attempts, 3U);
}

TEST(FollyRetry, JitterIsLognormalAroundTheStep) {
  // The median of e^(sigma z) is 1, one in 6.3 is above e^sigma.
  BackoffOptions options = backoff_of(RetryPreset::folly);
  options.sigma = 0.5;
  options.max = forever;
  constexpr int draws = 20'000;
  int above_median = 0;
  int above_sigma = 0;
  Rng rng{11};
  for (int i = 0; i < draws; ++i) {
    Duration carried{0};
    const Duration delay = backoff_delay(options, 4, carried, rng);
    if (delay >= 800ms) ++above_median;
    if (delay >= 1319ms) ++above_sigma;
  }
  // Binomial: four standard deviations.
  EXPECT_NEAR(above_median, draws / 2, 4 * 71);
  EXPECT_NEAR(above_sigma, 0.15866 * draws, 4 * 52);
}

RC_GTEST_PROP(FollyRetryProperty, StaysBetweenItsBounds, ()) {
  BackoffOptions options = backoff_of(RetryPreset::folly);
  options.sigma = *rc::gen::element(0.0, 0.1, 1.0, 10.0);
  const auto retry = *rc::gen::inRange<std::uint32_t>(1, 2000);
  const Duration delay = delay_of(options, retry, Rng{*rc::gen::arbitrary<std::uint64_t>()});
  RC_ASSERT(delay >= options.base);
  RC_ASSERT(delay <= options.max);
}

// --- All of them -------------------------------------------------------------------------------

TEST(RetryPresets, AreValid) {
  for (const RetryPreset preset : all_presets) {
    const RetryOptions options = preset_options(preset);
    EXPECT_EQ(said(options.validate()), "ok") << static_cast<int>(preset);
    EXPECT_GE(options.max_attempts, preset_rules(preset).min_attempts);
    EXPECT_LE(options.max_attempts, preset_rules(preset).attempts_act_as);
    EXPECT_GE(options.backoff.base, preset_rules(preset).min_base);
  }
}

TEST(RetryPresets, OnlyGrpcListensToPushback) {
  for (const RetryPreset preset : all_presets) {
    EXPECT_EQ(preset_options(preset).honour_pushback,
              preset == RetryPreset::grpc || preset == RetryPreset::grpc_2017);
  }
}

RC_GTEST_PROP(RetryPresetsProperty, NeverWaitLongerThanTheirCap, ()) {
  const RetryPreset preset = all_presets[*rc::gen::inRange<std::size_t>(0, std::size(all_presets))];
  const BackoffOptions options = backoff_of(preset);
  const auto retry = *rc::gen::inRange<std::uint32_t>(1, 5000);
  const Duration delay = delay_of(options, retry, Rng{*rc::gen::arbitrary<std::uint64_t>()});
  RC_ASSERT(delay >= 0ns);
  // gRPC spreads after the cap.
  const double over = preset == RetryPreset::grpc ? 1.2 : 1.0;
  RC_ASSERT(delay <= std::max(options.max, scaled(options.max, over)));
}

}  // namespace
}  // namespace squall::policy::retry_preset_test
