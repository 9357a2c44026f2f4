#include "squall/policy/call_window.hpp"

#include <deque>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::call_window_test {
namespace {

CallTotals totals(std::uint64_t calls, std::uint64_t failed, std::uint64_t slow = 0) {
  return {.calls = calls, .failed = failed, .slow = slow};
}

TEST(CountWindow, DropsTheOldestWhenFull) {
  CountWindow window(3);
  EXPECT_EQ(window.record(true, false), totals(1, 1));
  EXPECT_EQ(window.record(false, true), totals(2, 1, 1));
  EXPECT_FALSE(window.full());
  EXPECT_EQ(window.record(true, true), totals(3, 2, 2));
  EXPECT_TRUE(window.full());
  EXPECT_EQ(window.record(false, false), totals(3, 1, 2));
  EXPECT_EQ(window.record(false, false), totals(3, 1, 1));
  EXPECT_EQ(window.record(false, false), totals(3, 0, 0));
}

TEST(CountWindow, ClearForgetsAll) {
  CountWindow window(2);
  for (int i = 0; i < 3; ++i) window.record(true, true);
  window.clear();
  EXPECT_EQ(window.totals(), totals(0, 0));
  EXPECT_EQ(window.record(false, false), totals(1, 0));
  EXPECT_EQ(window.record(false, false), totals(2, 0));
}

TEST(CountWindow, ResizingKeepsTheNewest) {
  CountWindow window(3);
  window.record(false, true);  // dropped by the fourth
  window.record(true, true);
  window.record(true, false);
  window.record(false, false);
  window.resize(2);
  EXPECT_EQ(window.totals(), totals(2, 1, 0));
  window.resize(2);
  EXPECT_EQ(window.totals(), totals(2, 1, 0));
  window.resize(4);
  EXPECT_EQ(window.totals(), totals(2, 1, 0));
  EXPECT_FALSE(window.full());
  window.record(false, false);
  window.record(false, false);
  EXPECT_EQ(window.record(false, false), totals(4, 0, 0));
}

RC_GTEST_PROP(CountWindowProperty, IsTheSumOfTheLastCalls, ()) {
  std::size_t size = *rc::gen::inRange<std::size_t>(1, 8);
  CountWindow window(static_cast<std::uint32_t>(size));
  std::deque<std::pair<bool, bool>> last;
  for (int i = 0; i < 60; ++i) {
    if (*rc::gen::inRange(0, 10) == 0) {
      size = *rc::gen::inRange<std::size_t>(1, 8);
      window.resize(static_cast<std::uint32_t>(size));
    } else {
      last.emplace_back(*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>());
      window.record(last.back().first, last.back().second);
    }
    while (last.size() > size) last.pop_front();
    CallTotals expected;
    for (const auto& [failed, slow] : last) {
      ++expected.calls;
      expected.failed += failed ? 1 : 0;
      expected.slow += slow ? 1 : 0;
    }
    RC_ASSERT(window.totals() == expected);
    RC_ASSERT(window.full() == (last.size() == size));
  }
}

TEST(TimeWindow, CountsTheCurrentSecondAndThoseBefore) {
  TimeWindow window(2, 1s);
  EXPECT_EQ(window.record(true, false, at(900ms)), totals(1, 1));
  EXPECT_EQ(window.record(false, true, at(1999ms)), totals(2, 1, 1));
  // Second 0 leaves when second 2 begins, 1.1 s after its call.
  EXPECT_EQ(window.record(false, false, at(2s)), totals(2, 0, 1));
  EXPECT_EQ(window.record(false, false, at(3s - 1ns)), totals(3, 0, 1));
  EXPECT_EQ(window.record(false, false, at(3s)), totals(3, 0, 0));
}

TEST(TimeWindow, OfOneSecondTumbles) {
  TimeWindow window(1, 1s);
  window.record(true, false, at(0s));
  EXPECT_EQ(window.record(true, false, at(999ms)), totals(2, 2));
  EXPECT_EQ(window.record(false, false, at(1s)), totals(1, 0));
}

TEST(TimeWindow, IsEmptyAfterALongPause) {
  for (const Duration pause : {Duration{3s}, Duration{4s}, Duration{24h * 365 * 200}}) {
    TimeWindow window(3, 1s);
    for (int i = 0; i < 3; ++i) window.record(true, true, at(i * 1s));
    EXPECT_EQ(window.record(false, false, at(2s + pause)), totals(1, 0));
  }
  TimeWindow window(3, 1s);
  for (int i = 0; i < 3; ++i) window.record(true, true, at(i * 1s));
  EXPECT_EQ(window.record(false, false, at(4s)), totals(2, 1, 1));
}

TEST(TimeWindow, ACallFromBeforeCountsIntoTheNewestSecond) {
  TimeWindow window(2, 1s);
  window.record(false, false, at(5s));
  EXPECT_EQ(window.record(true, false, at(1s)), totals(2, 1));
  EXPECT_EQ(window.record(false, false, at(6s)), totals(3, 1));
  EXPECT_EQ(window.record(false, false, at(7s)), totals(2, 0));
}

TEST(TimeWindow, ClearForgetsAll) {
  TimeWindow window(3, 1s);
  for (int i = 0; i < 3; ++i) window.record(true, true, at(i * 1s));
  window.clear();
  EXPECT_EQ(window.totals(), totals(0, 0));
  EXPECT_EQ(window.record(false, false, at(4s)), totals(1, 0));
  EXPECT_EQ(window.record(false, false, at(5s)), totals(2, 0));
}

TEST(TimeWindow, ResizingKeepsTheNewestSeconds) {
  TimeWindow window(3, 1s);
  for (int i = 0; i < 5; ++i) window.record(i == 3, false, at(i * 1s));
  window.resize(2);
  EXPECT_EQ(window.totals(), totals(2, 1));
  window.resize(2);
  EXPECT_EQ(window.totals(), totals(2, 1));
  window.resize(4);
  EXPECT_EQ(window.totals(), totals(2, 1));
  EXPECT_EQ(window.record(false, false, at(6s)), totals(3, 1));
  EXPECT_EQ(window.record(false, false, at(7s)), totals(3, 0));
  EXPECT_EQ(window.record(false, false, at(8s)), totals(3, 0));
}

TEST(TimeWindow, HasBucketsOfAnyLength) {
  TimeWindow window(2, 300ms);
  EXPECT_EQ(window.bucket(), 300ms);
  window.record(true, false, at(299ms));
  EXPECT_EQ(window.record(true, false, at(600ms - 1ns)), totals(2, 2));
  EXPECT_EQ(window.record(false, false, at(600ms)), totals(2, 1));
  EXPECT_EQ(window.record(false, false, at(900ms)), totals(2, 0));
  EXPECT_EQ(window.record(false, false, at(900ms + 7h)), totals(1, 0));
}

RC_GTEST_PROP(TimeWindowProperty, IsTheSumOfTheLastBuckets, ()) {
  auto length = *rc::gen::inRange<std::uint32_t>(1, 6);
  const Duration bucket = *rc::gen::element(Duration{1s}, Duration{700ms}, Duration{1});
  TimeWindow window(length, bucket);
  std::vector<std::pair<std::int64_t, bool>> calls;
  std::int64_t oldest_kept = 0;  // what a shorter window dropped does not come back
  Duration now{0};
  for (int i = 0; i < 60; ++i) {
    if (*rc::gen::inRange(0, 10) == 0) {
      length = *rc::gen::inRange<std::uint32_t>(1, 6);
      window.resize(length);
    } else {
      now += Duration{*rc::gen::inRange<std::int64_t>(0, bucket.count() * 5 / 2 + 1)};
      calls.emplace_back(now / bucket, *rc::gen::arbitrary<bool>());
      window.record(calls.back().second, false, at(now));
    }
    if (calls.empty()) continue;
    oldest_kept = std::max(oldest_kept, calls.back().first - std::int64_t{length} + 1);
    CallTotals expected;
    for (const auto& [number, failed] : calls) {
      if (number < oldest_kept) continue;
      ++expected.calls;
      expected.failed += failed ? 1 : 0;
    }
    RC_ASSERT(window.totals() == expected);
  }
}

}  // namespace
}  // namespace squall::policy::call_window_test
