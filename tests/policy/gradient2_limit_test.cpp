// Gradient2Limit of concurrency-limits 0.5, of which the product has no tests, but of its average
// (ExpAvgMeasurementTest, the case named Netflix): the rest is derived from its source.
#include "squall/policy/gradient2_limit.hpp"

#include <array>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::gradient2_limit_test {
namespace {

struct Bench {
  Gradient2Limit limit;

  explicit Bench(const Gradient2LimitOptions& options) : limit(options) {}

  std::uint32_t sample(Duration rtt, std::uint32_t in_flight, bool dropped = false) {
    limit.on_sample(
        {.started = at(0s), .now = at(rtt), .in_flight = in_flight, .dropped = dropped});
    return value();
  }
  std::uint32_t value() const { return limit.gauge().value(); }
};

TEST(Gradient2Limit, NetflixDefaults) {
  const Gradient2LimitOptions options;
  EXPECT_EQ(options.initial, 20U);
  EXPECT_EQ(options.min, 20U);
  EXPECT_EQ(options.max, 200U);
  EXPECT_EQ(options.smoothing, 0.2);
  EXPECT_EQ(options.tolerance, 1.5);
  EXPECT_EQ(options.long_window, 600U);
  EXPECT_EQ(options.queue_size, 4U);
  EXPECT_EQ(said(options.validate()), "ok");
}

TEST(ExponentialAverage, NetflixWarmsUp) {
  ExponentialAverage average(100, 10);
  constexpr std::array<double, 10> expected = {10.0, 10.5, 11.0, 11.5, 12.0,
                                               12.5, 13.0, 13.5, 14.0, 14.5};
  for (int i = 0; i < 10; ++i) {
    EXPECT_DOUBLE_EQ(average.add(i + 10), expected.at(static_cast<std::size_t>(i)));
  }
  EXPECT_NEAR(average.add(100), 16.2, 0.1);
  const double next = average.add(0.0);
  EXPECT_EQ(next, average.value());
}

TEST(Gradient2Limit, GrowsByAFifthOfTheQueueWhileNothingSlows) {
  Bench limit({});
  EXPECT_EQ(limit.sample(10ms, 20), 20U);  // 20.8
  EXPECT_EQ(limit.sample(10ms, 20), 21U);  // 21.6
  EXPECT_EQ(limit.sample(10ms, 20), 22U);  // 22.4
}

TEST(Gradient2Limit, ToleratesHalfAsMuchAgain) {
  // The average of 10 ms and 20 ms is 15 ms, and 1.5 times that more than 20 ms.
  Bench within({.initial = 100});
  (void)within.sample(10ms, 100);
  EXPECT_EQ(within.sample(20ms, 100), 101U) << "100.8 and 0.8 more";
  // That of 10 ms and 40 ms is 25 ms; 37.5 / 40 is a gradient of 0.9375.
  Bench beyond({.initial = 100});
  (void)beyond.sample(10ms, 100);
  EXPECT_EQ(beyond.sample(40ms, 100), 100U) << "100.8 * 0.8 + 0.2 * (100.8 * 0.9375 + 4) = 100.34";
}

TEST(Gradient2Limit, HalvesAtTheMost) {
  Bench limit({.initial = 200, .smoothing = 1.0, .tolerance = 1.0, .queue_size = 0});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.sample(10ms, 200), 200U);
  // The average is 1,007.5 ms, a quarter of the sample.
  EXPECT_EQ(limit.sample(4s, 200), 100U);
}

TEST(Gradient2Limit, StaysWhereFewerThanHalfAreInFlight) {
  Bench limit({.initial = 21});
  EXPECT_EQ(limit.sample(10ms, 10), 21U);
  Bench half({.initial = 21});
  EXPECT_EQ(half.sample(10ms, 11), 21U);  // 21.8
  EXPECT_EQ(half.sample(10ms, 11), 22U);  // 22.6
  Bench even({.initial = 20, .smoothing = 1.0});
  EXPECT_EQ(even.sample(10ms, 9), 20U);
  EXPECT_EQ(even.sample(10ms, 10), 24U) << "exactly half";
}

TEST(Gradient2Limit, LearnsFromCallsThatDoNotFillHalfAllTheSame) {
  Bench limit({.initial = 100, .min = 1, .smoothing = 1.0, .tolerance = 1.0, .queue_size = 0});
  (void)limit.sample(10ms, 1);
  EXPECT_EQ(limit.sample(30ms, 100), 66U) << "an average of 20 ms over 30 ms";
}

TEST(Gradient2Limit, TheAverageFallsFasterWhereItIsMoreThanTwiceASample) {
  Bench limit({.initial = 100, .min = 1, .smoothing = 1.0, .tolerance = 1.0, .queue_size = 0});
  for (int i = 0; i < 10; ++i) (void)limit.sample(100ms, 1);
  // 100 * 599/601 + 40 * 2/601 = 99.8 ms, more than twice 40 ms: 94.81 ms.
  (void)limit.sample(40ms, 1);
  EXPECT_EQ(limit.sample(200ms, 100), 50U);
  Bench same({.initial = 100,
              .min = 1,
              .smoothing = 1.0,
              .tolerance = 1.0,
              .long_window = 3,
              .queue_size = 0});
  for (int i = 0; i < 10; ++i) (void)same.sample(150ms, 1);
  // Half of each sample counts: the average is 100 ms, exactly twice 50 ms, and stays that.
  (void)same.sample(50ms, 1);
  EXPECT_EQ(same.sample(100ms, 100), 100U) << "it has not fallen";
  Bench more({.initial = 100, .min = 1, .smoothing = 1.0, .tolerance = 1.0, .queue_size = 0});
  for (int i = 0; i < 10; ++i) (void)more.sample(100ms, 1);
  (void)more.sample(40ms, 1);
  // 94.81 ms * 599/601 + 100 ms * 2/601 = 94.83 ms.
  EXPECT_EQ(more.sample(100ms, 100), 94U);
}

TEST(Gradient2Limit, ADropIsASampleLikeAnyOther) {
  Bench limit({});
  EXPECT_EQ(limit.sample(10ms, 20, true), 20U);
  EXPECT_EQ(limit.sample(10ms, 20, true), 21U);
}

TEST(Gradient2Limit, StaysBetweenTheLeastAndTheMost) {
  Bench limit({.initial = 22, .min = 20, .max = 23, .smoothing = 1.0});
  EXPECT_EQ(limit.sample(10ms, 22), 23U);
  for (int i = 0; i < 5; ++i) (void)limit.sample(100s * (1 << i), 22);
  EXPECT_EQ(limit.value(), 20U);
  EXPECT_EQ(limit.limit.gauge().least(), 20U);
  EXPECT_EQ(limit.limit.gauge().most(), 23U);
}

TEST(Gradient2Limit, MayBeginBelowItsLeast) {
  Bench limit({.initial = 5});
  EXPECT_EQ(limit.value(), 5U);
  EXPECT_EQ(limit.sample(10ms, 5), 20U);
}

TEST(Gradient2Limit, ARoundTripThatTookNoTimeCountsAsANanosecond) {
  Bench limit({.initial = 20, .smoothing = 1.0});
  EXPECT_EQ(limit.sample(0s, 20), 24U);
}

TEST(Gradient2Limit, KeepsItsEstimateWithNewNumbers) {
  Bench limit({.smoothing = 1.0});
  EXPECT_EQ(limit.sample(10ms, 20), 24U);
  limit.limit.reconfigure({.smoothing = 1.0, .queue_size = 10});
  EXPECT_EQ(limit.value(), 24U);
  EXPECT_EQ(limit.sample(10ms, 20), 34U);
}

TEST(Gradient2Limit, SaysWhatIsOutOfRange) {
  EXPECT_EQ(said(Gradient2LimitOptions{.max = 0}.validate()),
            "limiter.gradient2.max: must be at least 1, is 0");
  EXPECT_EQ(said(Gradient2LimitOptions{.min = 0}.validate()),
            "limiter.gradient2.min: must be from 1 to the max, 200, is 0");
  EXPECT_EQ(said(Gradient2LimitOptions{.min = 201}.validate()),
            "limiter.gradient2.min: must be from 1 to the max, 200, is 201");
  EXPECT_EQ(said(Gradient2LimitOptions{.initial = 0}.validate()),
            "limiter.gradient2.initial: must be from 1 to the max, 200, is 0");
  EXPECT_EQ(said(Gradient2LimitOptions{.initial = 201}.validate()),
            "limiter.gradient2.initial: must be from 1 to the max, 200, is 201");
  EXPECT_EQ(said(Gradient2LimitOptions{.initial = 200, .min = 200}.validate()), "ok");
  EXPECT_EQ(said(Gradient2LimitOptions{.smoothing = 0.0}.validate()),
            "limiter.gradient2.smoothing: must be above 0 and at most 1, is 0");
  EXPECT_EQ(said(Gradient2LimitOptions{.smoothing = 1.5}.validate()),
            "limiter.gradient2.smoothing: must be above 0 and at most 1, is 1.5");
  EXPECT_EQ(said(Gradient2LimitOptions{.tolerance = 0.99}.validate()),
            "limiter.gradient2.tolerance: must be a number from 1, is 0.99");
  EXPECT_EQ(said(Gradient2LimitOptions{.tolerance = 1.0}.validate()), "ok");
  EXPECT_EQ(said(Gradient2LimitOptions{.long_window = 0}.validate()),
            "limiter.gradient2.long_window: must be at least 1, is 0");
}

}  // namespace
}  // namespace squall::policy::gradient2_limit_test
