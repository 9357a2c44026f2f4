// The cases named Netflix are those of VegasLimitTest, concurrency-limits 0.5.
#include "squall/policy/vegas_limit.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::vegas_limit_test {
namespace {

/// A limit that is told round trips one after the other. It draws the highest, so that no probe
/// comes before its time.
struct Bench {
  VegasLimit limit;
  Rng rng = drawing_highest();

  explicit Bench(const VegasLimitOptions& options) : limit(options) {}

  std::uint32_t sample(Duration rtt, std::uint32_t in_flight, bool dropped = false) {
    limit.on_sample({.started = at(0s), .now = at(rtt), .in_flight = in_flight, .dropped = dropped},
                    rng);
    return value();
  }
  std::uint32_t value() const { return limit.gauge().value(); }
};

/// As the product's test has it.
Bench bench() { return Bench({.initial = 10, .max = 20}); }

// --- Conformance: concurrency-limits 0.5 ---------------------------------------------------------

TEST(VegasLimit, NetflixDefaults) {
  const VegasLimitOptions options;
  EXPECT_EQ(options.initial, 20U);
  EXPECT_EQ(options.max, 1'000U);
  EXPECT_EQ(options.smoothing, 1.0);
  EXPECT_EQ(options.alpha, 3U);
  EXPECT_EQ(options.beta, 6U);
  EXPECT_EQ(options.probe_multiplier, 30U);
  EXPECT_EQ(said(options.validate()), "ok");
}

TEST(VegasLimit, NetflixIncreases) {
  Bench limit = bench();
  EXPECT_EQ(limit.sample(10ms, 10), 10U);
  EXPECT_EQ(limit.sample(10ms, 11), 16U);
}

TEST(VegasLimit, NetflixIncreasesALargeLimit) {
  Bench limit({.initial = 10'000, .max = 20'000});
  EXPECT_EQ(limit.sample(10s, 5'000), 10'000U);
  EXPECT_EQ(limit.sample(10s, 6'000), 10'024U);
}

TEST(VegasLimit, NetflixDecreases) {
  Bench limit = bench();
  EXPECT_EQ(limit.sample(10ms, 10), 10U);
  EXPECT_EQ(limit.sample(50ms, 11), 9U);
}

TEST(VegasLimit, NetflixDoesNotChangeWithinTheThresholds) {
  Bench limit = bench();
  EXPECT_EQ(limit.sample(10ms, 10), 10U);
  EXPECT_EQ(limit.sample(14ms, 14), 10U);
}

// --- What the product's tests leave open ---------------------------------------------------------

TEST(VegasLimit, TakesTheLogarithmOfWholeNumbersCutOff) {
  EXPECT_EQ(vegas_log10(0), 1U);
  EXPECT_EQ(vegas_log10(1), 1U);
  EXPECT_EQ(vegas_log10(99), 1U);
  EXPECT_EQ(vegas_log10(100), 2U);
  EXPECT_EQ(vegas_log10(999), 2U);
  EXPECT_EQ(vegas_log10(1'000), 3U);
  EXPECT_EQ(vegas_log10(4'294'967'295U), 9U);
}

TEST(VegasLimit, ALineOfAWholeNumberIsNotRoundedUp) {
  Bench limit({.initial = 16});
  EXPECT_EQ(limit.sample(15ns, 16), 16U);
  EXPECT_EQ(limit.sample(16ns, 16), 22U) << "16 x (1 - 15 / 16) is 1: the limit grows by beta";
}

TEST(VegasLimit, ANanosecondLessIsTheShortestRoundTrip) {
  Bench limit({.initial = 16});
  EXPECT_EQ(limit.sample(100ns, 16), 16U);
  EXPECT_EQ(limit.sample(99ns, 16), 16U) << "which changes no limit";
  EXPECT_EQ(limit.sample(99ns, 16), 22U);
}

/// At a limit of 200, where log10 is 2: the limit after a sample whose line is so long.
std::uint32_t after_line(std::uint32_t line) {
  Bench limit({.initial = 200});
  (void)limit.sample(1s, 200);
  // 200 * (1 - 1 / r) = line.
  const auto rtt_ns = static_cast<std::int64_t>(200e9 / (200.0 - line));
  return limit.sample(Duration{rtt_ns}, 200);
}

TEST(VegasLimit, GrowsByTheLineThatStandsAtTheCallee) {
  EXPECT_EQ(after_line(0), 212U) << "none";
  EXPECT_EQ(after_line(2), 212U) << "log10";
  EXPECT_EQ(after_line(3), 202U) << "above it";
  EXPECT_EQ(after_line(5), 202U) << "below alpha";
  EXPECT_EQ(after_line(6), 200U) << "alpha";
  EXPECT_EQ(after_line(12), 200U) << "beta";
  EXPECT_EQ(after_line(13), 198U) << "above it";
  EXPECT_EQ(after_line(150), 198U);
}

TEST(VegasLimit, ALineOfAnyPartOfACallCountsWhole) {
  Bench limit({.initial = 200});
  (void)limit.sample(1s, 200);
  EXPECT_EQ(limit.sample(Duration{1'010'101'011}, 200), 202U) << "2.0000001 calls";
}

TEST(VegasLimit, StaysWhereFewerThanHalfAreInFlight) {
  Bench limit({.initial = 20});
  (void)limit.sample(10ms, 20);
  EXPECT_EQ(limit.sample(10ms, 9), 20U);
  EXPECT_EQ(limit.sample(90ms, 9), 20U);
  EXPECT_EQ(limit.sample(10ms, 10), 26U);
}

TEST(VegasLimit, FallsWithADropWhateverIsInFlight) {
  Bench limit({.initial = 100});
  (void)limit.sample(10ms, 1);
  EXPECT_EQ(limit.sample(10ms, 1, true), 98U) << "by log10 of 100";
  EXPECT_EQ(limit.sample(10ms, 1, true), 97U);
}

TEST(VegasLimit, StaysBetweenOneAndTheMost) {
  Bench limit({.initial = 2, .max = 5});
  (void)limit.sample(10ms, 2);
  for (int i = 0; i < 5; ++i) (void)limit.sample(20ms, 2, true);
  EXPECT_EQ(limit.value(), 1U);
  EXPECT_EQ(limit.sample(10ms, 5), 5U);
  EXPECT_EQ(limit.limit.gauge().least(), 1U);
  EXPECT_EQ(limit.limit.gauge().most(), 5U);
}

TEST(VegasLimit, SmoothsWhatItChanges) {
  Bench limit({.initial = 100, .smoothing = 0.5});
  (void)limit.sample(10ms, 100);
  EXPECT_EQ(limit.sample(10ms, 100), 106U) << "half of 12 more";
  EXPECT_EQ(limit.sample(80ms, 100), 105U) << "half of 2 fewer";
}

TEST(VegasLimit, AShorterRoundTripOnlySetsTheShortest) {
  Bench limit({.initial = 20});
  EXPECT_EQ(limit.sample(10ms, 20), 20U);
  EXPECT_EQ(limit.sample(5ms, 20), 20U);
  EXPECT_EQ(limit.sample(10ms, 20), 19U) << "half the limit stands in line now";
  EXPECT_EQ(limit.sample(5ms, 20), 25U) << "as short, not shorter";
}

TEST(VegasLimit, ADropThatComesFastIsTheShortestRoundTripToo) {
  Bench limit({.initial = 20});
  (void)limit.sample(10ms, 20);
  EXPECT_EQ(limit.sample(1ms, 20, true), 20U) << "as the product has it";
  EXPECT_EQ(limit.sample(10ms, 20), 19U);
}

TEST(VegasLimit, ARoundTripThatTookNoTimeCountsAsANanosecond) {
  Bench limit({.initial = 20});
  EXPECT_EQ(limit.sample(0s, 20), 20U);
  EXPECT_EQ(limit.sample(0s, 20), 26U);
}

// At the lowest draw a probe comes after 0.5 * 30 * 20 samples.
TEST(VegasLimit, LearnsTheShortestRoundTripAnewAfterAWhile) {
  Bench limit({.initial = 20});
  limit.rng = drawing_lowest();
  (void)limit.sample(10ms, 20);
  for (int n = 2; n < 300; ++n) (void)limit.sample(20ms, 1);
  EXPECT_EQ(limit.sample(20ms, 1), 20U) << "the 300th is the probe";
  EXPECT_EQ(limit.sample(20ms, 20), 26U) << "20 ms is the shortest now, so that there is no line";
  EXPECT_EQ(limit.sample(10ms, 20), 26U);
  EXPECT_EQ(limit.sample(20ms, 20), 25U);
}

TEST(VegasLimit, LearnsItNotBeforeItsTime) {
  Bench limit({.initial = 20, .max = 20});
  limit.rng = drawing_lowest();
  (void)limit.sample(10ms, 20);
  for (int n = 2; n < 300; ++n) (void)limit.sample(20ms, 1);
  // The 299th was none, so that 10 ms is the shortest still.
  EXPECT_EQ(limit.limit.gauge().value(), 20U);
  Bench other({.initial = 20, .max = 20});
  other.rng = drawing_lowest();
  (void)other.sample(10ms, 20);
  for (int n = 2; n < 299; ++n) (void)other.sample(20ms, 1);
  EXPECT_EQ(other.sample(20ms, 20), 19U) << "the 299th";
}

TEST(VegasLimit, AtTheHighestDrawLearnsItAfterThirtyTimesTheLimit) {
  Bench limit({.initial = 20, .max = 20});
  (void)limit.sample(10ms, 20);
  for (int n = 2; n < 600; ++n) (void)limit.sample(20ms, 1);
  EXPECT_EQ(limit.sample(20ms, 1), 20U);
  EXPECT_EQ(limit.sample(20ms, 20), 20U) << "no line";
}

TEST(VegasLimit, KeepsItsEstimateWithNewNumbers) {
  Bench limit = bench();
  (void)limit.sample(10ms, 10);
  EXPECT_EQ(limit.sample(10ms, 11), 16U);
  limit.limit.reconfigure({.initial = 10, .max = 12});
  EXPECT_EQ(limit.value(), 16U);
  EXPECT_EQ(limit.sample(10ms, 16), 12U);
}

TEST(VegasLimit, SaysWhatIsOutOfRange) {
  EXPECT_EQ(said(VegasLimitOptions{.max = 0}.validate()),
            "limiter.vegas.max: must be at least 1, is 0");
  EXPECT_EQ(said(VegasLimitOptions{.initial = 0}.validate()),
            "limiter.vegas.initial: must be from 1 to the max, 1000, is 0");
  EXPECT_EQ(said(VegasLimitOptions{.initial = 11, .max = 10}.validate()),
            "limiter.vegas.initial: must be from 1 to the max, 10, is 11");
  EXPECT_EQ(said(VegasLimitOptions{.initial = 10, .max = 10}.validate()), "ok");
  EXPECT_EQ(said(VegasLimitOptions{.smoothing = 0.0}.validate()),
            "limiter.vegas.smoothing: must be above 0 and at most 1, is 0");
  EXPECT_EQ(said(VegasLimitOptions{.smoothing = 1.01}.validate()),
            "limiter.vegas.smoothing: must be above 0 and at most 1, is 1.01");
  EXPECT_EQ(said(VegasLimitOptions{.alpha = 4, .beta = 3}.validate()),
            "limiter.vegas.beta: must be at least the alpha, 4, is 3");
  EXPECT_EQ(said(VegasLimitOptions{.alpha = 4, .beta = 4}.validate()), "ok");
  EXPECT_EQ(said(VegasLimitOptions{.probe_multiplier = 0}.validate()),
            "limiter.vegas.probe_multiplier: must be at least 1, is 0");
}

RC_GTEST_PROP(VegasLimit, StaysWithinItsBounds, (std::uint64_t seed)) {
  const auto max = *rc::gen::inRange<std::uint32_t>(1, 2'000);
  Bench limit({.initial = *rc::gen::inRange<std::uint32_t>(1, max + 1),
               .max = max,
               .smoothing = 0.01 * *rc::gen::inRange(1, 101),
               .probe_multiplier = *rc::gen::inRange<std::uint32_t>(1, 40)});
  limit.rng = Rng{seed};
  Rng rng{seed + 1};
  for (int i = 0; i < 300; ++i) {
    const auto rtt = Duration{static_cast<std::int64_t>(rng.below(50'000'000))};
    const auto in_flight = static_cast<std::uint32_t>(1 + rng.below(max));
    const std::uint32_t value = limit.sample(rtt, in_flight, rng.below(10) == 0);
    RC_ASSERT(value >= 1U);
    RC_ASSERT(value <= max);
  }
}

}  // namespace
}  // namespace squall::policy::vegas_limit_test
