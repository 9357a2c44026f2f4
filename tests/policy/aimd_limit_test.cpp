// The cases named Netflix are those of AIMDLimitTest, concurrency-limits 0.5.
#include "squall/policy/aimd_limit.hpp"

#include <gtest/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::aimd_limit_test {
namespace {

struct Bench {
  AimdLimit limit;

  explicit Bench(const AimdLimitOptions& options) : limit(options) {}

  std::uint32_t sample(Duration rtt, std::uint32_t in_flight, bool dropped = false) {
    limit.on_sample(
        {.started = at(0s), .now = at(rtt), .in_flight = in_flight, .dropped = dropped});
    return limit.gauge().value();
  }
};

TEST(AimdLimit, NetflixDefaults) {
  const AimdLimitOptions options;
  EXPECT_EQ(options.initial, 20U);
  EXPECT_EQ(options.min, 20U);
  EXPECT_EQ(options.max, 200U);
  EXPECT_EQ(options.backoff_ratio, 0.9);
  EXPECT_EQ(options.timeout, 5s);
  EXPECT_EQ(said(options.validate()), "ok");
}

TEST(AimdLimit, NetflixBeginsBelowItsLeast) {
  EXPECT_EQ(Bench({.initial = 10}).limit.gauge().value(), 10U);
}

TEST(AimdLimit, NetflixIncreasesOnSuccess) {
  EXPECT_EQ(Bench({.initial = 20}).sample(1ms, 10), 21U);
}

TEST(AimdLimit, NetflixDecreasesOnDrops) {
  EXPECT_EQ(Bench({.initial = 30}).sample(0ms, 0, true), 27U);
}

// --- What the product's tests leave open ---------------------------------------------------------

TEST(AimdLimit, StaysWhereFewerThanHalfAreInFlight) {
  EXPECT_EQ(Bench({.initial = 21}).sample(1ms, 10), 21U);
  EXPECT_EQ(Bench({.initial = 21}).sample(1ms, 11), 22U);
}

TEST(AimdLimit, ACallThatTookLongerThanTheTimeoutIsADrop) {
  EXPECT_EQ(Bench({.initial = 100}).sample(5s, 100), 101U);
  EXPECT_EQ(Bench({.initial = 100}).sample(5s + 1ns, 100), 90U);
  EXPECT_EQ(Bench({.initial = 100, .timeout = 10ms}).sample(10ms + 1ns, 1), 90U);
}

TEST(AimdLimit, StaysBetweenTheLeastAndTheMost) {
  Bench limit({.initial = 22, .min = 20, .max = 23});
  EXPECT_EQ(limit.sample(1ms, 22), 23U);
  EXPECT_EQ(limit.sample(1ms, 23), 23U);
  EXPECT_EQ(limit.sample(1ms, 23, true), 20U);
  EXPECT_EQ(limit.sample(1ms, 23, true), 20U);
  EXPECT_EQ(limit.limit.gauge().least(), 20U);
  EXPECT_EQ(limit.limit.gauge().most(), 23U);
}

TEST(AimdLimit, CutsOffWhatTheRatioLeaves) {
  EXPECT_EQ(Bench({.initial = 25}).sample(1ms, 1, true), 22U);
  EXPECT_EQ(Bench({.initial = 25, .min = 1, .backoff_ratio = 0.5}).sample(1ms, 1, true), 12U);
}

TEST(AimdLimit, EachSampleBringsAnUnevenStartWithinItsBounds) {
  EXPECT_EQ(Bench({.initial = 10}).sample(1ms, 1), 20U);
}

TEST(AimdLimit, KeepsItsLimitWithNewNumbers) {
  Bench limit({.initial = 100});
  limit.limit.reconfigure({.initial = 90, .min = 1, .max = 90});
  EXPECT_EQ(limit.limit.gauge().value(), 100U);
  EXPECT_EQ(limit.sample(1ms, 1), 90U);
}

TEST(AimdLimit, SaysWhatIsOutOfRange) {
  EXPECT_EQ(said(AimdLimitOptions{.max = 0}.validate()),
            "limiter.aimd.max: must be at least 1, is 0");
  EXPECT_EQ(said(AimdLimitOptions{.min = 0}.validate()),
            "limiter.aimd.min: must be from 1 to the max, 200, is 0");
  EXPECT_EQ(said(AimdLimitOptions{.min = 201}.validate()),
            "limiter.aimd.min: must be from 1 to the max, 200, is 201");
  EXPECT_EQ(said(AimdLimitOptions{.initial = 0}.validate()),
            "limiter.aimd.initial: must be from 1 to the max, 200, is 0");
  EXPECT_EQ(said(AimdLimitOptions{.initial = 201}.validate()),
            "limiter.aimd.initial: must be from 1 to the max, 200, is 201");
  EXPECT_EQ(said(AimdLimitOptions{.initial = 200, .min = 200}.validate()), "ok");
  EXPECT_EQ(said(AimdLimitOptions{.backoff_ratio = 0.49}.validate()),
            "limiter.aimd.backoff_ratio: must be from 0.5 to below 1, is 0.49");
  EXPECT_EQ(said(AimdLimitOptions{.backoff_ratio = 0.5}.validate()), "ok");
  EXPECT_EQ(said(AimdLimitOptions{.backoff_ratio = 1.0}.validate()),
            "limiter.aimd.backoff_ratio: must be from 0.5 to below 1, is 1");
  EXPECT_EQ(said(AimdLimitOptions{.timeout = 0s}.validate()),
            "limiter.aimd.timeout: must be above 0s, is 0s");
}

}  // namespace
}  // namespace squall::policy::aimd_limit_test
