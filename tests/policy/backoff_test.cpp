#include "squall/policy/backoff.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::backoff_test {
namespace {

/// The delays before retries 1 to n, each from the same draw, each with the one before as
/// `previous`.
std::vector<Duration> delays(const BackoffOptions& options, std::uint32_t n,
                             std::uint64_t draw = ~std::uint64_t{0}) {
  std::vector<Duration> result;
  Duration previous{0};
  for (std::uint32_t retry = 1; retry <= n; ++retry) {
    Rng rng = drawing(draw);
    previous = backoff_delay(options, retry, previous, rng);
    result.push_back(previous);
  }
  return result;
}

Duration delay_of(const BackoffOptions& options, std::uint32_t retry, Rng rng = Rng{1},
                  Duration previous = Duration{0}) {
  return backoff_delay(options, retry, previous, rng);
}

/// The delay of a call that carries nothing yet.
Duration delay_with(const BackoffOptions& options, std::uint32_t retry, Rng& rng) {
  Duration carried{0};
  return backoff_delay(options, retry, carried, rng);
}

std::vector<Duration> list(std::initializer_list<Duration> durations) { return durations; }

std::vector<std::int64_t> whole_ms(const std::vector<Duration>& durations) {
  std::vector<std::int64_t> result;
  for (const Duration d : durations) {
    result.push_back(std::chrono::floor<std::chrono::milliseconds>(d).count());
  }
  return result;
}

// --- Conformance -------------------------------------------------------------------------------

TEST(Backoff, EnvoyFullJitterAtItsHighestDraw) {
  // Envoy 1.3x, base 5 ms, cap 100 ms, every draw 9999: whole milliseconds below the interval.
  const BackoffOptions options{.base = 5ms, .max = 100ms, .jitter = Jitter::full};
  EXPECT_EQ(whole_ms(delays(options, 7)), (std::vector<std::int64_t>{4, 9, 19, 39, 79, 99, 99}));
  EXPECT_EQ(delays(options, 3, 0), list({0ns, 0ns, 0ns}));
}

TEST(Backoff, EnvoyRefusesACapBelowTheBase) {
  EXPECT_EQ(said((BackoffOptions{.base = 5ms, .max = 4ms}).validate()),
            "max: must be at least the base, 5ms, is 4ms");
  EXPECT_EQ(said((BackoffOptions{.base = 5ms, .max = 5ms}).validate()), "ok");
}

TEST(Backoff, PollyConstantWithJitterStaysWithinAQuarter) {
  // Polly 8: 1 s with jitter at the extremes of its draw.
  const BackoffOptions options{
      .shape = BackoffShape::fixed, .base = 1s, .jitter = Jitter::proportional, .spread = 0.25};
  EXPECT_EQ(delay_of(options, 1, drawing_lowest()), 750ms);
  EXPECT_EQ(delay_of(options, 1, drawing_highest()), 1250ms);
}

TEST(Backoff, PollyLinear) {
  const BackoffOptions options{.shape = BackoffShape::linear, .base = 1s};
  EXPECT_EQ(delays(options, 3), list({1s, 2s, 3s}));
}

TEST(Backoff, PollyExponential) {
  const BackoffOptions options{.base = 1s};
  EXPECT_EQ(delays(options, 3), list({1s, 2s, 4s}));
}

TEST(Backoff, PollyCap) {
  BackoffOptions options{.shape = BackoffShape::fixed, .base = 10s, .max = 1s};
  EXPECT_EQ(delay_of(options, 1), 1s);
  options.shape = BackoffShape::linear;
  EXPECT_EQ(delay_of(options, 1), 1s);
  options.shape = BackoffShape::exponential;
  EXPECT_EQ(delay_of(options, 1), 1s);
}

TEST(Backoff, PollyOverflowGivesTheMaximum) {
  BackoffOptions options{.base = 24h};
  EXPECT_EQ(delay_of(options, 1000), forever);
  EXPECT_EQ(delay_of(options, 0xffffffffU), forever);
  options.shape = BackoffShape::linear;
  EXPECT_EQ(delay_of(options, 0xffffffffU), forever);
  options.max = 48h;
  EXPECT_EQ(delay_of(options, 0xffffffffU), 48h);
}

TEST(Backoff, AwsStandardModeAtItsHighestDraw) {
  // AWS SDK standard mode with a base of 50 ms, its U(0, 1) at 1: the whole of t.
  BackoffOptions options{.base = 50ms, .max = 20s};
  const auto expected =
      list({50ms, 100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 12800ms, 20s, 20s});
  EXPECT_EQ(delays(options, 11), expected);
  options.jitter = Jitter::full;
  const auto drawn = delays(options, 11);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(drawn[i], expected[i] - 1ns);
}

TEST(Backoff, Resilience4jExponential) {
  // resilience4j 2.x: 500 ms x 1.5, whole milliseconds.
  const BackoffOptions options{.base = 500ms, .multiplier = 1.5};
  EXPECT_EQ(whole_ms(delays(options, 4)), (std::vector<std::int64_t>{500, 750, 1125, 1687}));
}

TEST(Backoff, GrpcSpreadsByAFifthAfterTheCap) {
  // gRPC proposal A6, 2024: min(initial * mult^(n-1), max) * U(0.8, 1.2).
  const BackoffOptions options{.base = 100ms, .max = 1s, .jitter = Jitter::proportional};
  EXPECT_EQ(delays(options, 5, 0), list({80ms, 160ms, 320ms, 640ms, 800ms}));
  EXPECT_EQ(delays(options, 5), list({120ms, 240ms, 480ms, 960ms, 1200ms}));
}

TEST(Backoff, AwsEqualJitterKeepsHalf) {
  const BackoffOptions options{.base = 100ms, .max = 1s, .jitter = Jitter::equal};
  EXPECT_EQ(delays(options, 5, 0), list({50ms, 100ms, 200ms, 400ms, 500ms}));
  EXPECT_EQ(delay_of(options, 2, drawing_highest()), 200ms - 1ns);
  EXPECT_EQ(delay_of({.base = 3ns, .jitter = Jitter::equal}, 1, drawing_lowest()), 1ns);
  EXPECT_EQ(delay_of({.base = 3ns, .jitter = Jitter::equal}, 1, drawing_highest()), 2ns);
}

TEST(Backoff, AwsDecorrelatedJitterTriplesThePrevious) {
  const BackoffOptions options{.base = 10ms, .max = 200ms, .jitter = Jitter::decorrelated};
  EXPECT_EQ(delays(options, 3, 0), list({10ms, 10ms, 10ms}));
  EXPECT_EQ(delay_of(options, 1, drawing_highest()), 30ms - 1ns);
  EXPECT_EQ(delay_of(options, 2, drawing_highest(), 30ms), 90ms - 1ns);
  EXPECT_EQ(delay_of(options, 3, drawing_highest(), 90ms), 200ms);
}

TEST(Backoff, DecorrelatedJitterStartsAtTheBaseWhateverCameBefore) {
  const BackoffOptions options{.base = 10ms, .jitter = Jitter::decorrelated};
  EXPECT_EQ(delay_of(options, 1, drawing_highest(), 1h), 30ms - 1ns);
  EXPECT_EQ(delay_of(options, 2, drawing_highest(), 0ms), 10ms);
  EXPECT_EQ(delay_of(options, 2, drawing_highest(), forever), forever - 1ns);
}

// --- Shapes and bounds -------------------------------------------------------------------------

TEST(Backoff, FixedIsTheBase) {
  const BackoffOptions options{.shape = BackoffShape::fixed, .base = 100ms};
  EXPECT_EQ(delays(options, 3), list({100ms, 100ms, 100ms}));
}

TEST(Backoff, RoundsToTheNearestNanosecond) {
  // 1.15 in binary is a little less: truncated it would be 114999999 ns.
  EXPECT_EQ(delay_of({.base = 100ms, .multiplier = 1.15}, 2), 115ms);
  EXPECT_EQ(delay_of({.base = 3ns, .multiplier = 1.5}, 2), 5ns);
}

TEST(Backoff, ABaseOfZeroStaysZero) {
  for (const auto shape : {BackoffShape::fixed, BackoffShape::linear, BackoffShape::exponential}) {
    for (const auto jitter :
         {Jitter::none, Jitter::full, Jitter::equal, Jitter::proportional, Jitter::decorrelated}) {
      EXPECT_EQ(delay_of({.shape = shape, .jitter = jitter}, 5000, drawing_highest()), 0ns);
    }
  }
}

TEST(Backoff, AMultiplierOfOneStaysAtTheBase) {
  EXPECT_EQ(delay_of({.base = 7ms, .multiplier = 1.0}, 0xffffffffU), 7ms);
}

TEST(Backoff, LinearReachesTheLastNanosecond) {
  const BackoffOptions options{.shape = BackoffShape::linear, .base = forever / 3};
  EXPECT_EQ(delay_of(options, 2), forever / 3 * 2);
  EXPECT_EQ(delay_of(options, 3), forever / 3 * 3);
  EXPECT_EQ(delay_of(options, 4), forever);
}

TEST(Backoff, LinearIsForeverFromTheFirstNanosecondBeyond) {
  const BackoffOptions options{.shape = BackoffShape::linear, .base = forever / 3 + 1ns};
  EXPECT_EQ(delay_of(options, 2), forever / 3 * 2 + 2ns);
  EXPECT_EQ(delay_of(options, 3), forever);
}

TEST(Backoff, TheShortestUnitThatCutsIsTwoNanoseconds) {
  EXPECT_EQ(delay_of({.shape = BackoffShape::fixed, .base = 3ns, .unit = 2ns}, 1), 2ns);
}

TEST(Backoff, InUnitsAMultiplierOfOneStaysAtTheBaseHoweverManyRetries) {
  EXPECT_EQ(delay_of({.base = 7ms, .multiplier = 1.0, .unit = 1ms}, 0xffffffffU), 7ms);
}

TEST(Backoff, InUnitsEndsWhereADoubleOfNanosecondsDoes) {
  // 2^63 - 1,024, the last double below the end of time, is forever, as nanoseconds_saturated() has
  // it; here in units of 1,024 ns.
  const Duration last{9223372036854774784};
  const BackoffOptions options{.base = last, .multiplier = 1.0, .unit = 1024ns};
  EXPECT_EQ(delay_of(options, 2), forever);
  const BackoffOptions below{.base = last - 1024ns, .multiplier = 1.0, .unit = 1024ns};
  EXPECT_EQ(delay_of(below, 2), last - 1024ns);
}

TEST(Backoff, CumulativeAddsUpToTheNanosecond) {
  const BackoffOptions options{
      .shape = BackoffShape::cumulative, .base = 1ns, .multiplier = 1.0, .jitter = Jitter::none};
  EXPECT_EQ(delays(options, 4), list({1ns, 2ns, 3ns, 4ns}));
}

TEST(Backoff, CumulativeEndsAtOnceWhereNothingIsAdded) {
  const BackoffOptions nothing{.shape = BackoffShape::cumulative, .jitter = Jitter::none};
  EXPECT_EQ(delay_of(nothing, 0xffffffffU), 0ns);
  const BackoffOptions all{
      .shape = BackoffShape::cumulative, .base = forever / 2, .jitter = Jitter::none};
  EXPECT_EQ(delay_of(all, 0xffffffffU), forever);
}

// Envoy until 2018 (JitteredBackOffStrategy): the factor grows while the sum is at most the
// longest, and stays at the first above it.
TEST(Backoff, EnvoyCumulativeStaysAtTheFirstSumAboveTheLongest) {
  const BackoffOptions options{.shape = BackoffShape::cumulative,
                               .base = 1ns,
                               .max = 6ns,
                               .jitter = Jitter::full,
                               .cap = Cap::after_jitter};
  const std::uint64_t half = std::uint64_t{1} << 63;
  EXPECT_EQ(delays(options, 5, half), list({0ns, 1ns, 3ns, 3ns, 3ns})) << "half of 1, 3, 7, 7, 7";
  BackoffOptions longer = options;
  longer.max = 7ns;
  EXPECT_EQ(delays(longer, 5, half), list({0ns, 1ns, 3ns, 7ns, 7ns})) << "half of 1, 3, 7, 15, 15";
}

TEST(Backoff, DecorrelatedJitterOfPollyStartsAnewWhateverWasCarried) {
  const BackoffOptions options{.base = 1s, .jitter = Jitter::decorrelated_v2};
  EXPECT_EQ(delay_of(options, 1, Rng{1}, 100ms), delay_of(options, 1, Rng{1}, 0s));
}

TEST(Backoff, SpreadOfOneReachesFromZeroToDouble) {
  const BackoffOptions options{
      .shape = BackoffShape::fixed, .base = 1s, .jitter = Jitter::proportional, .spread = 1.0};
  EXPECT_EQ(delay_of(options, 1, drawing_lowest()), 0ns);
  EXPECT_EQ(delay_of(options, 1, drawing_highest()), 2s);
  EXPECT_EQ(delay_of(options, 1, drawing(std::uint64_t{1} << 63U)), 1s);
}

TEST(Backoff, ProportionalJitterOfForeverSaturates) {
  const BackoffOptions options{
      .shape = BackoffShape::fixed, .base = forever, .jitter = Jitter::proportional};
  EXPECT_EQ(delay_of(options, 1, drawing_highest()), forever);
}

TEST(Backoff, ConsumesOneDrawWithJitterAndNoneWithout) {
  for (const auto jitter :
       {Jitter::none, Jitter::full, Jitter::equal, Jitter::proportional, Jitter::decorrelated}) {
    Rng rng{42};
    Rng untouched{42};
    Duration carried = 1s;
    static_cast<void>(backoff_delay({.base = 1s, .jitter = jitter}, 2, carried, rng));
    if (jitter != Jitter::none) static_cast<void>(untouched.next());
    EXPECT_EQ(rng.next(), untouched.next());
  }
}

TEST(Backoff, HasTheSameBitsOnEveryCompiler) {
  std::uint64_t hash = 0;
  for (const auto shape : {BackoffShape::fixed, BackoffShape::linear, BackoffShape::exponential}) {
    for (const auto jitter :
         {Jitter::none, Jitter::full, Jitter::equal, Jitter::decorrelated, Jitter::proportional}) {
      const BackoffOptions options{
          .shape = shape, .base = 1234567ns, .max = 77s, .multiplier = 1.37, .jitter = jitter};
      Duration previous{0};
      for (std::uint32_t retry = 1; retry <= 100; ++retry) {
        Rng rng = RandomKey{hash}.with(retry).rng();
        previous = backoff_delay(options, retry, previous, rng);
        hash = mix64(hash + static_cast<std::uint64_t>(previous.count()));
      }
    }
  }
  EXPECT_EQ(hash, 11612779343467303577U);
}

TEST(Backoff, DrawsAreUniform) {
  const BackoffOptions options{.shape = BackoffShape::fixed, .base = 4s, .jitter = Jitter::full};
  Rng rng{7};
  std::vector<int> quarters(4);
  constexpr int draws = 40'000;
  for (int i = 0; i < draws; ++i) {
    ++quarters[static_cast<std::size_t>(delay_with(options, 1, rng) / 1s)];
  }
  // Binomial with p = 1/4: four standard deviations.
  for (const int count : quarters) EXPECT_NEAR(count, draws / 4, 4 * 87);
}

TEST(Backoff, HasTheSameBitsOnEveryCompilerInTheDialectsToo) {
  std::uint64_t hash = 0;
  for (const auto shape : {BackoffShape::exponential, BackoffShape::cumulative}) {
    for (const auto jitter : {Jitter::full, Jitter::lognormal, Jitter::decorrelated_v2}) {
      for (const auto unit : {Duration{1ns}, Duration{1ms}}) {
        const BackoffOptions options{.shape = shape,
                                     .base = 12345678ns,
                                     .max = 77s,
                                     .multiplier = 1.37,
                                     .jitter = jitter,
                                     .sigma = 0.7,
                                     .cap = Cap::after_jitter,
                                     .unit = unit};
        Duration carried{0};
        for (std::uint32_t retry = 1; retry <= 100; ++retry) {
          Rng rng = RandomKey{hash}.with(retry).rng();
          const Duration delay = backoff_delay(options, retry, carried, rng);
          hash = mix64(hash + static_cast<std::uint64_t>(delay.count()));
        }
      }
    }
  }
  EXPECT_EQ(hash, 14889929692636562116U);
}

TEST(BackoffDeathTest, RetriesCountFromOne) {
  EXPECT_EXIT(static_cast<void>(delay_of({.base = 1s}, 0)), testing::ExitedWithCode(70), "");
}

TEST(BackoffOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said(BackoffOptions{}.validate()), "ok");
  EXPECT_EQ(said((BackoffOptions{.base = -1ns}).validate()), "base: must be at least 0s, is -1ns");
  EXPECT_EQ(said((BackoffOptions{.multiplier = 1.0}).validate()), "ok");
  EXPECT_EQ(said((BackoffOptions{.multiplier = 0.99}).validate()),
            "multiplier: must be a number from 1, is 0.99");
  EXPECT_EQ(said((BackoffOptions{.multiplier = std::nan("")}).validate()),
            "multiplier: must be a number from 1, is nan");
  EXPECT_EQ(
      said((BackoffOptions{.multiplier = std::numeric_limits<double>::infinity()}).validate()),
      "multiplier: must be a number from 1, is inf");
  EXPECT_EQ(said((BackoffOptions{.sigma = 10.0}).validate()), "ok");
  EXPECT_EQ(said((BackoffOptions{.sigma = 10.1}).validate()),
            "sigma: must be from 0 to 10, is 10.1");
  EXPECT_EQ(said((BackoffOptions{.sigma = std::nan("")}).validate()),
            "sigma: must be from 0 to 10, is nan");
  EXPECT_EQ(said((BackoffOptions{.unit = 0ns}).validate()), "unit: must be more than 0s, is 0s");
  EXPECT_EQ(said((BackoffOptions{.spread = 0.0}).validate()), "ok");
  EXPECT_EQ(said((BackoffOptions{.spread = 1.0}).validate()), "ok");
  EXPECT_EQ(said((BackoffOptions{.spread = 1.01}).validate()),
            "spread: must be from 0 to 1, is 1.01");
  EXPECT_EQ(said((BackoffOptions{.spread = -0.01}).validate()),
            "spread: must be from 0 to 1, is -0.01");
  EXPECT_EQ(said((BackoffOptions{.spread = std::nan("")}).validate()),
            "spread: must be from 0 to 1, is nan");
}

// --- Properties --------------------------------------------------------------------------------

BackoffOptions any_options() {
  BackoffOptions options;
  options.shape = *rc::gen::element(BackoffShape::fixed, BackoffShape::linear,
                                    BackoffShape::exponential, BackoffShape::cumulative);
  options.jitter =
      *rc::gen::element(Jitter::none, Jitter::full, Jitter::equal, Jitter::decorrelated,
                        Jitter::proportional, Jitter::lognormal, Jitter::decorrelated_v2);
  options.cap = *rc::gen::element(Cap::before_jitter, Cap::after_jitter);
  options.unit = *rc::gen::element<Duration>(1ns, 1ms, 7us);
  const auto base = *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 45);
  const auto above = *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 50);
  options.base = Duration{base};
  options.max = *rc::gen::element(Duration{base + above}, forever);
  options.multiplier = *rc::gen::element(1.0, 1.1, 1.5, 2.0, 3.7, 1e6);
  options.spread = *rc::gen::element(0.0, 0.2, 0.25, 1.0);
  options.sigma = *rc::gen::element(0.0, 0.1, 1.0, 10.0);
  return options;
}

RC_GTEST_PROP(BackoffProperty, IsNeverNegativeAndStaysWithinTheCap, ()) {
  const BackoffOptions options = any_options();
  RC_ASSERT(options.validate().has_value());
  const auto retry = *rc::gen::inRange<std::uint32_t>(1, 5000);
  Duration carried{*rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 55)};
  Rng rng{*rc::gen::arbitrary<std::uint64_t>()};
  const Duration delay = backoff_delay(options, retry, carried, rng);
  RC_ASSERT(delay >= 0ns);
  RC_ASSERT(carried >= 0ns);
  RC_ASSERT(delay == forever || delay % options.unit == 0ns);
  if (options.cap == Cap::before_jitter) {
    // Jitter comes after the cap then, and only these two go above what they spread.
    if (options.jitter == Jitter::lognormal) return;
    const double over = options.jitter == Jitter::proportional ? 1.0 + options.spread : 1.0;
    RC_ASSERT(delay <= std::max(options.max, scaled(options.max, over)));
  } else {
    RC_ASSERT(delay <= options.max);
  }
}

RC_GTEST_PROP(BackoffProperty, JitterStaysWithinItsInterval, ()) {
  BackoffOptions options = any_options();
  options.unit = 1ns;
  const auto retry = *rc::gen::inRange<std::uint32_t>(1, 200);
  Rng rng{*rc::gen::arbitrary<std::uint64_t>()};
  options.jitter = Jitter::none;
  const Duration t = delay_with(options, retry, rng);
  options.jitter = Jitter::full;
  const Duration full = delay_with(options, retry, rng);
  RC_ASSERT(full >= 0ns);
  RC_ASSERT(full <= t);
  options.jitter = Jitter::equal;
  const Duration equal = delay_with(options, retry, rng);
  RC_ASSERT(equal >= t / 2);
  RC_ASSERT(equal <= t);
}

RC_GTEST_PROP(BackoffProperty, WorkedOutBeforehandItIsTheSame, ()) {
  BackoffOptions options = any_options();
  // Those of which something is worked out are one in a hundred otherwise.
  if (*rc::gen::arbitrary<bool>()) {
    options.jitter = *rc::gen::element(Jitter::none, Jitter::full);
    options.cap = Cap::before_jitter;
    options.unit = 1ns;
  }
  const Backoff backoff(options);
  const Rng start{*rc::gen::arbitrary<std::uint64_t>()};
  Rng rng = start;
  Rng expected_rng = start;
  Duration carried{*rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 55)};
  Duration expected_carried = carried;
  for (std::uint32_t retry = 1; retry <= 12; ++retry) {
    const Duration expected = backoff_delay(options, retry, expected_carried, expected_rng);
    RC_ASSERT(backoff.delay(retry, carried, rng) == expected);
    RC_ASSERT(carried == expected_carried);
  }
  RC_ASSERT(rng.next() == expected_rng.next());
}

RC_GTEST_PROP(BackoffProperty, GrowsWithTheRetry, ()) {
  BackoffOptions options = any_options();
  options.jitter = Jitter::none;
  const auto retry = *rc::gen::inRange<std::uint32_t>(1, 5000);
  Rng rng{1};
  const Duration delay = delay_with(options, retry, rng);
  RC_ASSERT(delay <= delay_with(options, retry + 1, rng));
}

}  // namespace
}  // namespace squall::policy::backoff_test
