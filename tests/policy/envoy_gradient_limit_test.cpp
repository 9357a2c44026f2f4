// The cases named Envoy are those of gradient_controller_test.cc, Envoy 1.29, and the numbers of
// EnvoyGradient are derived from gradient_controller.cc.
#include "squall/policy/envoy_gradient_limit.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::envoy_gradient_limit_test {
namespace {

using Options = EnvoyGradientLimitOptions;

/// A controller and a clock.
struct Bench {
  EnvoyGradientLimit limit;
  Rng rng{1};
  Instant now;

  /// The product's tests give the controller hours of past before the first sample.
  explicit Bench(const Options& options, Instant start = at(0s)) : limit(options), now(start) {}

  void pass(Duration time) {
    now += time;
    limit.advance(now);
  }
  void sample(Duration latency, int times = 1) {
    for (int i = 0; i < times; ++i) limit.on_sample({.started = now - latency, .now = now}, rng);
  }
  /// So many samples of the epoch under way, one after the other.
  void measured(Duration latency, int times) {
    for (int i = 0; i < times; ++i) {
      pass(latency);
      sample(latency);
    }
  }
  std::uint32_t value() const { return limit.gauge().value(); }
  bool measuring() const { return limit.is_measuring(); }
};

Options without_jitter(std::uint32_t request_count = 5, std::uint32_t min_concurrency = 3,
                       double buffer = 25.0, Duration interval = 30s) {
  return {.interval = interval,
          .request_count = request_count,
          .jitter = 0.0,
          .min_concurrency = min_concurrency,
          .buffer = buffer};
}

// --- Conformance: Envoy 1.29 ---------------------------------------------------------------------

TEST(EnvoyGradient, EnvoyDefaults) {
  const Options options;
  EXPECT_EQ(options.sample_aggregate_percentile, 50.0);
  EXPECT_EQ(options.max_concurrency_limit, 1'000U);
  EXPECT_EQ(options.request_count, 50U);
  EXPECT_EQ(options.jitter, 15.0);
  EXPECT_EQ(options.min_concurrency, 3U);
  EXPECT_EQ(options.buffer, 25.0);
  EXPECT_EQ(said(options.validate()), "ok");
}

TEST(EnvoyGradient, EnvoyMeasuresFirst) {
  Bench bench(without_jitter(50, 7));
  EXPECT_TRUE(bench.measuring());
  EXPECT_EQ(bench.value(), 7U);
  bench.pass(13ms);
  bench.sample(13ms, 7);
  for (int i = 0; i < 43; ++i) {
    EXPECT_EQ(bench.value(), 7U);
    EXPECT_TRUE(bench.measuring());
    bench.sample(13ms);
  }
  EXPECT_FALSE(bench.measuring());
  EXPECT_EQ(bench.limit.min_rtt() / 1ms, 13);
  EXPECT_EQ(bench.value(), 7U);
}

TEST(EnvoyGradient, EnvoyTakesThePercentileOfItsSamples) {
  Bench bench(without_jitter());
  bench.pass(1s);
  for (int ms = 1; ms <= 5; ++ms) bench.sample(ms * 1ms);
  EXPECT_EQ(bench.limit.min_rtt() / 1ms, 3);
}

TEST(EnvoyGradient, EnvoyLeavesOutRequestsOfAnEarlierEpoch) {
  Bench bench(without_jitter(25, 2, 0.0));
  bench.pass(1350ms);
  EXPECT_TRUE(bench.measuring());
  EXPECT_EQ(bench.value(), 2U);
  bench.sample(1350ms, 25);
  EXPECT_FALSE(bench.measuring());
  EXPECT_EQ(bench.limit.min_rtt() / 10ms, 135);
  std::uint32_t last = bench.value();
  for (int i = 0; i < 29; ++i) {
    bench.pass(1s);
    bench.sample(1350ms);
    bench.pass(1ns);
    // The first sample began before the epoch's measurement ended, and counts all the same.
    EXPECT_GE(bench.value(), last);
    last = bench.value();
  }
  EXPECT_GT(last, 20U);
  bench.pass(5s);
  EXPECT_TRUE(bench.measuring());
  EXPECT_EQ(bench.value(), 2U);
  bench.sample(5min, 50);
  EXPECT_TRUE(bench.measuring());
}

TEST(EnvoyGradient, EnvoyDoesNotShrinkWithinTheBuffer) {
  Bench bench(without_jitter(5, 3, 50.0));
  bench.measured(5ms, 5);
  EXPECT_EQ(bench.limit.min_rtt() / 1ms, 5);
  for (int i = 0; i < 10; ++i) {
    const std::uint32_t last = bench.value();
    bench.pass(7ms);
    bench.sample(6ms, 5);
    bench.pass(101ms);
    EXPECT_GT(bench.value(), last);
  }
}

TEST(EnvoyGradient, EnvoyGrowsAndShrinks) {
  Bench bench(without_jitter(5, 7, 10.0));
  bench.measured(5ms, 5);
  bench.pass(101ms);
  EXPECT_EQ(bench.value(), 7U) << "without samples";
  for (int i = 0; i < 10; ++i) {
    const std::uint32_t last = bench.value();
    bench.pass(5ms);
    bench.sample(4ms, 5);
    bench.pass(101ms);
    EXPECT_GT(bench.value(), last);
    EXPECT_LE(bench.value(), 3 * last);
  }
  for (int i = 0; i < 10; ++i) {
    const std::uint32_t last = bench.value();
    bench.pass(7ms);
    bench.sample(6ms, 5);
    bench.pass(101ms);
    EXPECT_LT(bench.value(), last);
    EXPECT_GE(bench.value(), 7U);
  }
}

TEST(EnvoyGradient, EnvoyReturnsToTheLimitBeforeTheMeasurement) {
  Bench bench(without_jitter());
  bench.measured(5ms, 5);
  bench.pass(1s);
  for (int i = 0; i < 5; ++i) {
    bench.sample(4ms, 5);
    bench.pass(101ms);
  }
  const std::uint32_t before = bench.value();
  EXPECT_GT(before, 3U);
  bench.pass(31s);
  EXPECT_EQ(bench.value(), 3U);
  bench.pass(101ms);
  EXPECT_EQ(bench.value(), 3U) << "no interval ends in a measurement";
  bench.pass(1s);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(bench.value(), 3U);
    bench.sample(13ms);
  }
  EXPECT_EQ(bench.value(), before);
}

TEST(EnvoyGradient, EnvoyDoesNotChangeWithoutSamples) {
  Bench bench(without_jitter());
  bench.measured(5ms, 5);
  bench.pass(1s);
  bench.sample(4ms, 5);
  bench.pass(101ms);
  const std::uint32_t limit = bench.value();
  for (int i = 0; i < 5; ++i) {
    bench.pass(101ms);
    EXPECT_EQ(bench.value(), limit);
  }
}

TEST(EnvoyGradient, EnvoyAddsItsJitterToTheInterval) {
  Bench bench(
      {.concurrency_update_interval = 123ms, .interval = 100s, .request_count = 5, .jitter = 10.0});
  bench.measured(5ms, 4);
  // 10,000 values, of which the highest draw is the last.
  bench.rng = drawing_highest();
  bench.measured(5ms, 1);
  EXPECT_EQ(bench.limit.next_measurement(), bench.now + 109'999ms);
}

TEST(EnvoyGradient, EnvoyHasExactIntervalsWithoutJitter) {
  Bench bench(without_jitter(5, 3, 25.0, 45s));
  bench.measured(5ms, 5);
  EXPECT_EQ(bench.limit.next_measurement(), bench.now + 45s);
}

TEST(EnvoyGradient, EnvoyMeasuresAnewWhenTheLimitStaysAtItsLeast) {
  Bench bench(without_jitter(5, 7, 0.0, 3'600s));
  bench.measured(5ms, 5);
  bench.pass(101ms);
  EXPECT_EQ(bench.value(), 7U);
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(bench.measuring()) << i;
    bench.pass(11ms);
    bench.sample(10ms, 5);
    bench.pass(101ms);
    EXPECT_EQ(bench.value(), 7U);
  }
  EXPECT_TRUE(bench.measuring()) << "at once";
  for (int i = 0; i < 10; ++i) {
    const std::uint32_t last = bench.value();
    bench.pass(11ms);
    bench.sample(10ms, 5);
    bench.pass(101ms);
    EXPECT_GE(bench.value(), last);
  }
  EXPECT_GT(bench.value(), 7U);
}

// --- The numbers --------------------------------------------------------------------------------

TEST(EnvoyGradient, SteersByTheGradientAndAddsTheRoot) {
  const Options options;
  EXPECT_EQ(envoy_gradient_limit(options, 100, 10ms, 25ms), 57U) << "halved at the most";
  EXPECT_EQ(envoy_gradient_limit(options, 100, 10ms, 12500us), 110U);
  EXPECT_EQ(envoy_gradient_limit(options, 100, 10ms, 5ms), 214U) << "doubled at the most";
  EXPECT_EQ(envoy_gradient_limit(options, 100, 10ms, 6250us), 214U);
  EXPECT_EQ(envoy_gradient_limit(options, 100, 10ms, 6300us), 212U);
  EXPECT_EQ(envoy_gradient_limit(options, 100, 10ms, 24900us), 57U);
  EXPECT_EQ(envoy_gradient_limit(options, 100, 10ms, 24ms), 59U);
  EXPECT_EQ(envoy_gradient_limit(options, 100, 10ms, 0s), 214U);
  EXPECT_EQ(envoy_gradient_limit(options, 100, 0s, 0s), 214U);
  EXPECT_EQ(envoy_gradient_limit(options, 100, 0s, 1ms), 57U);
}

TEST(EnvoyGradient, DividesByTheShortestSampleToo) {
  const Options options = without_jitter(5, 1, 0.0);
  EXPECT_EQ(envoy_gradient_limit(options, 100, 1ns, 1ns), 110U) << "100 + sqrt(100)";
  EXPECT_EQ(envoy_gradient_limit(options, 100, 1ns, 0ns), 214U) << "200 + sqrt(200)";
}

TEST(EnvoyGradient, StaysBetweenTheLeastAndTheMost) {
  EXPECT_EQ(envoy_gradient_limit({}, 900, 10ms, 10ms), 1'000U);
  EXPECT_EQ(envoy_gradient_limit({.max_concurrency_limit = 57}, 100, 10ms, 25ms), 57U);
  EXPECT_EQ(envoy_gradient_limit({.max_concurrency_limit = 56}, 100, 10ms, 25ms), 56U);
  EXPECT_EQ(envoy_gradient_limit({.min_concurrency = 58}, 100, 10ms, 25ms), 58U);
  // 3 * 0.5 + sqrt(1.5) = 2.7
  EXPECT_EQ(envoy_gradient_limit({}, 3, 10ms, 25ms), 3U);
  EXPECT_EQ(
      envoy_gradient_limit({.max_concurrency_limit = 4'294'967'295U}, 4'294'967'295U, 10ms, 5ms),
      4'294'967'295U);
}

// --- What the product's tests leave open ---------------------------------------------------------

/// Past the first measurement, of 10 ms, at a limit of 3; an interval ends 100 ms later.
Bench past_measurement(Duration interval = 30s) {
  Bench bench(without_jitter(5, 3, 25.0, interval));
  bench.pass(1s);
  bench.sample(10ms, 5);
  EXPECT_FALSE(bench.measuring());
  return bench;
}

TEST(EnvoyGradient, EndsItsIntervalsToTheNanosecond) {
  Bench bench = past_measurement();
  bench.pass(50ms);
  bench.sample(5ms);
  bench.pass(50ms - 1ns);
  EXPECT_EQ(bench.value(), 3U);
  bench.pass(1ns);
  EXPECT_EQ(bench.value(), 8U) << "6 + sqrt(6)";
}

TEST(EnvoyGradient, ASampleAtTheEndOfAnIntervalIsWithinIt) {
  Bench bench = past_measurement();
  bench.now += 100ms;
  bench.sample(5ms);
  bench.limit.advance(bench.now);
  EXPECT_EQ(bench.value(), 8U);
  bench.now += 1ns;
  bench.sample(5ms);
  bench.limit.advance(bench.now);
  EXPECT_EQ(bench.value(), 8U) << "one later is in the next";
}

TEST(EnvoyGradient, CatchesUpWithIntervalsThatNobodyAskedIn) {
  Bench often = past_measurement();
  Bench rarely = past_measurement();
  often.pass(1ms);
  often.sample(5ms);
  rarely.pass(1ms);
  rarely.sample(5ms);
  for (int i = 0; i < 2'345; ++i) often.pass(1ms);
  rarely.pass(2'345ms);
  EXPECT_EQ(often.value(), 8U);
  EXPECT_EQ(rarely.value(), 8U);
  often.sample(5ms);
  rarely.sample(5ms);
  for (int i = 0; i < 54; ++i) often.pass(1ms);
  // The interval under way ends 2,400 ms after the measurement, for both.
  rarely.pass(54ms - 1ns);
  EXPECT_EQ(often.value(), 20U);
  EXPECT_EQ(rarely.value(), 8U);
  rarely.pass(1ns);
  EXPECT_EQ(rarely.value(), 20U);
}

TEST(EnvoyGradient, AnIntervalThatEndsAsAMeasurementBeginsEndsFirst) {
  Bench bench = past_measurement(200ms);
  bench.pass(150ms);
  bench.sample(5ms);
  bench.pass(50ms - 1ns);
  EXPECT_FALSE(bench.measuring());
  bench.pass(1ns);
  EXPECT_TRUE(bench.measuring());
  EXPECT_EQ(bench.value(), 3U);
  bench.pass(1s);
  bench.sample(10ms, 5);
  EXPECT_EQ(bench.value(), 8U) << "which is what it was before";
}

TEST(EnvoyGradient, AMeasurementThatBeginsBeforeAnIntervalEndsLeavesItOut) {
  Bench bench = past_measurement(200ms - 1ns);
  bench.pass(150ms);
  bench.sample(5ms);
  bench.pass(50ms);  // the interval ends now, and the measurement has begun before
  EXPECT_TRUE(bench.measuring());
  bench.pass(1s);
  bench.sample(10ms, 5);
  EXPECT_EQ(bench.value(), 3U) << "which is what it was before";
}

/// Its measurement ended 250 ms before the end of time, and an interval is 100 ms.
Bench at_the_end_of_time() {
  const Instant start = never - 2s;
  Bench bench(without_jitter(), start);
  bench.limit = EnvoyGradientLimit(without_jitter(), start);
  bench.pass(1750ms);
  bench.sample(10ms, 5);
  EXPECT_FALSE(bench.measuring());
  return bench;
}

TEST(EnvoyGradient, EndsTheLastIntervalThatTimeHasRoomFor) {
  Bench bench = at_the_end_of_time();
  bench.pass(100ms);
  EXPECT_EQ(bench.value(), 3U);
  bench.sample(5ms);
  bench.pass(100ms);
  EXPECT_EQ(bench.value(), 8U);
  bench.sample(5ms);
  bench.pass(50ms - 1ns);
  EXPECT_EQ(bench.value(), 8U) << "there is no time for another";
}

TEST(EnvoyGradient, PassesOverIntervalsToTheEndOfTime) {
  Bench bench = at_the_end_of_time();
  bench.pass(200ms);  // the interval under way would end 50 ms after the end of time
  bench.sample(5ms);
  bench.pass(50ms);
  EXPECT_EQ(bench.value(), 3U);
}

TEST(EnvoyGradient, MeasuresToTheEndOfTime) {
  Bench bench(without_jitter());
  bench.limit.advance(never);
  EXPECT_TRUE(bench.measuring());
  EXPECT_EQ(bench.limit.next_measurement(), never);
}

TEST(EnvoyGradient, ARequestOfTheInstantAtWhichAMeasurementBeginsIsASample) {
  Bench bench = past_measurement(200ms);
  bench.pass(210ms);
  EXPECT_TRUE(bench.measuring());
  bench.sample(10ms + 1ns, 5);
  EXPECT_TRUE(bench.measuring());
  bench.sample(10ms, 5);
  EXPECT_FALSE(bench.measuring());
}

TEST(EnvoyGradient, OnlyTheLimitsInARowCount) {
  Bench bench = past_measurement(3'600s);
  for (int i = 0; i < 4; ++i) {
    bench.pass(50ms);
    bench.sample(40ms);
    bench.pass(50ms);
  }
  EXPECT_EQ(bench.value(), 3U);
  bench.pass(50ms);
  bench.sample(5ms);
  bench.pass(50ms);
  EXPECT_EQ(bench.value(), 8U);
  for (int i = 0; i < 6; ++i) {
    bench.pass(50ms);
    bench.sample(40ms);
    bench.pass(50ms);
    EXPECT_FALSE(bench.measuring()) << i;  // 6, 4, 3; the fourth, fifth and sixth stay there
  }
  bench.pass(50ms);
  bench.sample(40ms);
  bench.pass(50ms);
  EXPECT_FALSE(bench.measuring()) << "four in a row";
  bench.pass(50ms);
  bench.sample(40ms);
  bench.pass(50ms - 1ns);
  EXPECT_FALSE(bench.measuring());
  bench.pass(1ns);
  EXPECT_TRUE(bench.measuring()) << "five";
}

TEST(EnvoyGradient, CutsSamplesToMicroseconds) {
  Bench bench(without_jitter(1));
  bench.pass(1s);
  bench.sample(9'999ns);
  EXPECT_EQ(bench.limit.min_rtt(), 9us);
}

TEST(EnvoyGradient, MayJitterByTheLowestDrawByNothing) {
  Bench bench({.interval = 100s, .request_count = 1, .jitter = 10.0});
  bench.rng = drawing(std::uint64_t{1} << 50U);  // 0 itself would be drawn again
  bench.measured(5ms, 1);
  EXPECT_EQ(bench.limit.next_measurement(), bench.now + 100s);
}

TEST(EnvoyGradient, RoundsItsJitterUpToAMillisecond) {
  // 0.015 ms: one value, 0.
  Bench bench({.interval = 1ms, .request_count = 1, .jitter = 1.5});
  bench.rng = drawing_highest();
  bench.measured(5ms, 1);
  EXPECT_EQ(bench.limit.next_measurement(), bench.now + 1ms);
  // 1.5 ms: two values, 0 and 1 ms.
  Bench two({.interval = 10ms, .request_count = 1, .jitter = 15.0});
  two.rng = drawing_highest();
  two.measured(5ms, 1);
  EXPECT_EQ(two.limit.next_measurement(), two.now + 11ms);
}

TEST(EnvoyGradient, BeginsWhenItIsMade) {
  EnvoyGradientLimit limit(without_jitter(1), at(1h));
  Rng rng{1};
  limit.on_sample({.started = at(1h - 1ns), .now = at(1h)}, rng);
  EXPECT_TRUE(limit.is_measuring());
  limit.on_sample({.started = at(1h), .now = at(1h + 1ms)}, rng);
  EXPECT_FALSE(limit.is_measuring());
}

TEST(EnvoyGradient, SaysWhatIsOutOfRange) {
  EXPECT_EQ(
      said(Options{.sample_aggregate_percentile = 100.5}.validate()),
      "limiter.envoy_gradient.sample_aggregate_percentile: must be from 0% to 100%, is 100.5%");
  EXPECT_EQ(said(Options{.max_concurrency_limit = 0}.validate()),
            "limiter.envoy_gradient.max_concurrency_limit: must be at least 1, is 0");
  EXPECT_EQ(
      said(Options{.concurrency_update_interval = 1ms - 1ns}.validate()),
      "limiter.envoy_gradient.concurrency_update_interval: must be at least 1ms, is 999999ns");
  EXPECT_EQ(said(Options{.concurrency_update_interval = 1ms}.validate()), "ok");
  EXPECT_EQ(said(Options{.interval = 0s}.validate()),
            "limiter.envoy_gradient.interval: must be at least 1ms, is 0s");
  EXPECT_EQ(said(Options{.interval = 1ms}.validate()), "ok");
  EXPECT_EQ(said(Options{.request_count = 0}.validate()),
            "limiter.envoy_gradient.request_count: must be at least 1, is 0");
  EXPECT_EQ(said(Options{.jitter = -0.5}.validate()),
            "limiter.envoy_gradient.jitter: must be from 0% to 100%, is -0.5%");
  EXPECT_EQ(said(Options{.jitter = 100.0}.validate()), "ok");
  EXPECT_EQ(said(Options{.min_concurrency = 0}.validate()),
            "limiter.envoy_gradient.min_concurrency: must be from 1 to the max_concurrency_limit, "
            "1000, is 0");
  EXPECT_EQ(said(Options{.max_concurrency_limit = 2}.validate()),
            "limiter.envoy_gradient.min_concurrency: must be from 1 to the max_concurrency_limit, "
            "2, is 3");
  EXPECT_EQ(said(Options{.max_concurrency_limit = 3}.validate()), "ok");
  EXPECT_EQ(said(Options{.buffer = 101.0}.validate()),
            "limiter.envoy_gradient.buffer: must be from 0% to 100%, is 101%");
}

// However rarely it is asked, it is the same.
RC_GTEST_PROP(EnvoyGradient, DoesNotDependOnWhenItIsAsked, (std::uint64_t seed)) {
  const Options options{.interval = 500ms, .request_count = 3, .jitter = 20.0};
  Bench often(options);
  Bench rarely(options);
  often.rng = rarely.rng = Rng{seed};
  Rng rng{seed + 1};
  for (int i = 0; i < 300; ++i) {
    const auto step = Duration{static_cast<std::int64_t>(rng.below(60'000'000))};
    const auto latency = Duration{static_cast<std::int64_t>(rng.below(20'000'000))};
    for (int part = 1; part <= 10; ++part) often.limit.advance(often.now + step * part / 10 - 1ns);
    often.now += step;
    rarely.now += step;
    often.sample(std::min(latency, often.now - at(0s)));
    rarely.sample(std::min(latency, rarely.now - at(0s)));
    RC_ASSERT(often.value() == rarely.value());
    RC_ASSERT(often.measuring() == rarely.measuring());
    RC_ASSERT(often.value() >= 3U);
    RC_ASSERT(often.value() <= 1'000U);
  }
}

}  // namespace
}  // namespace squall::policy::envoy_gradient_limit_test
