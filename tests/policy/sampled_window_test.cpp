// The cases named Polly are those of RollingHealthMetrics and SingleHealthMetrics, Polly 8.
#include "squall/policy/sampled_window.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::sampled_window_test {
namespace {

CallTotals totals(std::uint64_t calls, std::uint64_t failed) {
  return {.calls = calls, .failed = failed, .slow = 0};
}

TEST(SampledWindow, PollyStartsWithNothing) {
  EXPECT_EQ(SampledWindow(10s).totals(), totals(0, 0));
  EXPECT_EQ(SampledWindow(100ms).totals(), totals(0, 0));
}

TEST(SampledWindow, PollyCountsOneFailureOfFive) {
  for (const Duration length : {Duration{10s}, Duration{100ms}}) {
    SampledWindow window(length);
    window.record(true, at(0s));
    for (int i = 0; i < 4; ++i) window.record(false, at(0s));
    EXPECT_EQ(window.totals(), totals(5, 1));
  }
}

TEST(SampledWindow, PollyKeepsTheCallsOfTheLastTenSeconds) {
  // There the sample is read 2 s after each pair of calls; here the next call reads it.
  SampledWindow window(10s);
  for (int i = 0; i < 5; ++i) {
    window.record(i < 2, at(i * 2s));
    window.record(false, at(i * 2s));
    const std::uint64_t pairs = static_cast<std::uint64_t>(i) + 1;
    EXPECT_EQ(window.totals(), totals(2 * pairs, i < 1 ? 1 : 2));
  }
  EXPECT_EQ(window.record(false, at(10s)), totals(9, 1));  // theirs: 8, an eighth failed; and this
  EXPECT_EQ(window.record(false, at(12s)), totals(8, 0));  // theirs: 6, none failed; and these two
}

TEST(SampledWindow, PollyHasRoomForTenBuckets) {
  SampledWindow window(10s);
  for (int i = 0; i < 10; ++i) window.record(false, at(i * 1s));
  EXPECT_EQ(window.totals(), totals(10, 0));
  EXPECT_EQ(window.record(true, at(10s)), totals(10, 1));  // theirs: 9 of the ten left
  EXPECT_EQ(window.record(true, at(11s)), totals(10, 2));  // 8
}

TEST(SampledWindow, PollyForgetsWithClear) {
  SampledWindow window(10s);
  window.record(true, at(0s));
  window.clear(at(0s));
  EXPECT_EQ(window.totals(), totals(0, 0));
  EXPECT_EQ(window.record(false, at(0s)), totals(1, 0));
}

TEST(SampledWindow, PollyIsEmptyWhenTheSamplingDurationHasPassed) {
  for (const Duration length : {Duration{10s}, Duration{100ms}}) {
    SampledWindow window(length);
    window.record(true, at(0s));
    window.record(true, at(0s));
    SampledWindow other = window;
    EXPECT_EQ(window.record(false, at(length - 1ns)), totals(3, 2));
    EXPECT_EQ(other.record(false, at(length)), totals(1, 0));
  }
}

TEST(SampledWindow, ABucketBeginsWithACallATenthAfterTheOneBefore) {
  SampledWindow window(10s);
  window.record(true, at(300ms));         // begins at 0.3 s
  window.record(true, at(1300ms - 1ns));  // the same bucket
  window.record(true, at(1300ms));        // the next
  EXPECT_EQ(window.record(false, at(10300ms - 1ns)), totals(4, 3));
  EXPECT_EQ(window.record(false, at(10300ms)), totals(3, 1)) << "both, though one is younger";
  EXPECT_EQ(window.record(false, at(11300ms)), totals(3, 0));
}

TEST(SampledWindow, HasOneBucketBelowTwoHundredMilliseconds) {
  SampledWindow single(200ms - 10ns);
  single.record(true, at(150ms));  // its bucket has begun at 0
  EXPECT_EQ(single.record(false, at(200ms - 10ns)), totals(1, 0));
  SampledWindow nearly_several(200ms - 1ns);
  nearly_several.record(true, at(0ms));
  nearly_several.record(true, at(100ms));
  EXPECT_EQ(nearly_several.record(false, at(200ms - 1ns)), totals(1, 0)) << "one bucket";
  SampledWindow several(200ms);
  several.record(true, at(150ms));
  EXPECT_EQ(several.record(false, at(350ms - 1ns)), totals(2, 1));
  EXPECT_EQ(several.record(false, at(350ms)), totals(2, 0));
}

TEST(SampledWindow, ItsOneBucketBeginsWithClear) {
  SampledWindow window(100ms);
  window.clear(at(70ms));
  window.record(true, at(90ms));
  EXPECT_EQ(window.record(false, at(170ms - 1ns)), totals(2, 1));
  EXPECT_EQ(window.record(false, at(170ms)), totals(1, 0));
}

TEST(SampledWindow, HoldsElevenBucketsWhereTenthsAreRoundedDown) {
  const Duration length = 1s + 9ns;  // tenths of 100 ms
  SampledWindow window(length);
  for (int i = 0; i <= 10; ++i) window.record(false, at(i * 100ms));
  EXPECT_EQ(window.totals(), totals(11, 0));
  EXPECT_EQ(window.record(false, at(1100ms)), totals(11, 0));
}

TEST(SampledWindow, ResizingLosesNoCallBeforeItsTime) {
  SampledWindow window(1s);
  for (int i = 0; i < 10; ++i) window.record(true, at(i * 100ms));
  window.resize(100s);
  for (int i = 1; i <= 9; ++i) window.record(false, at(i * 10s + 1s));
  EXPECT_EQ(window.totals(), totals(19, 10));
  EXPECT_EQ(window.record(false, at(101s)), totals(10, 0));
}

TEST(SampledWindow, ResizingToOneBucketAndBack) {
  SampledWindow window(10s);
  window.record(true, at(0s));
  window.resize(100ms);
  EXPECT_EQ(window.record(true, at(99ms)), totals(2, 2));
  EXPECT_EQ(window.record(false, at(100ms)), totals(1, 0));
  window.resize(10s);
  EXPECT_EQ(window.record(true, at(10s)), totals(2, 1));
  EXPECT_EQ(window.record(true, at(10100ms)), totals(2, 2));
}

RC_GTEST_PROP(SampledWindowProperty, IsTheSumOfTheBucketsThatAreAlive, ()) {
  const Duration length = *rc::gen::element(Duration{2s}, Duration{1s + 7ns}, Duration{150ms});
  const bool single = length < 200ms;
  const Duration spacing = single ? length : length / 10;
  SampledWindow window(length);
  struct Bucket {
    Duration start;
    CallTotals totals;
  };
  std::vector<Bucket> buckets;
  if (single) buckets.push_back({0s, {}});
  Duration now{0};
  for (int i = 0; i < 100; ++i) {
    now += Duration{*rc::gen::inRange<std::int64_t>(0, spacing.count() * 3 / 2)};
    const bool failed = *rc::gen::arbitrary<bool>();
    if (buckets.empty() || now - buckets.back().start >= spacing) buckets.push_back({now, {}});
    buckets.back().totals += one_call(failed, false);
    CallTotals expected;
    for (const Bucket& bucket : buckets) {
      if (now - bucket.start < length) expected += bucket.totals;
    }
    RC_ASSERT(window.record(failed, at(now)) == expected);
  }
}

}  // namespace
}  // namespace squall::policy::sampled_window_test
