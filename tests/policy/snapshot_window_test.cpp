#include "squall/policy/snapshot_window.hpp"

#include <deque>
#include <optional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::snapshot_window_test {
namespace {

CallTotals totals(std::uint64_t calls, std::uint64_t failed) {
  return {.calls = calls, .failed = failed, .slow = 0};
}

void record(SnapshotWindow& window, int calls, bool failed, Instant now) {
  window.advance_to(now);
  for (int i = 0; i < calls; ++i) window.record(failed);
}

/// The first snapshot with so many failures or more.
std::optional<Instant> first_with(const SnapshotWindow& window, std::uint64_t failed, Instant now) {
  return window.first_condemned(now,
                                [failed](const CallTotals& seen) { return seen.failed >= failed; });
}

TEST(SnapshotWindow, SeesABucketOnlyWhenItIsOver) {
  SnapshotWindow window(3, 100ms);
  record(window, 2, true, at(40ms));
  window.advance_to(at(100ms - 1ns));
  EXPECT_EQ(window.totals(), totals(0, 0));
  window.advance_to(at(100ms));
  EXPECT_EQ(window.totals(), totals(2, 2));
}

TEST(SnapshotWindow, DropsTheOldestBucket) {
  SnapshotWindow window(3, 100ms);
  for (int i = 0; i < 4; ++i) record(window, i + 1, i == 0, at(i * 100ms));
  EXPECT_EQ(window.totals(), totals(6, 1));
  window.advance_to(at(400ms));
  EXPECT_EQ(window.totals(), totals(9, 0));
  window.advance_to(at(600ms));
  EXPECT_EQ(window.totals(), totals(4, 0));
  window.advance_to(at(700ms));
  EXPECT_EQ(window.totals(), totals(0, 0));
}

TEST(SnapshotWindow, IsEmptyAfterALongPause) {
  SnapshotWindow window(3, 100ms);
  record(window, 1, true, at(0s));
  window.advance_to(never - 1ns);
  EXPECT_EQ(window.totals(), totals(0, 0));
}

TEST(SnapshotWindow, FindsTheFirstSnapshotThatIsCondemned) {
  SnapshotWindow window(3, 100ms);
  record(window, 1, true, at(0s));
  record(window, 1, true, at(150ms));
  EXPECT_EQ(first_with(window, 2, at(200ms - 1ns)), std::nullopt);
  EXPECT_EQ(first_with(window, 2, at(200ms)), at(200ms));
  EXPECT_EQ(first_with(window, 2, at(7h)), at(200ms)) << "however late the question";
  EXPECT_EQ(first_with(window, 3, at(7h)), std::nullopt);
  EXPECT_EQ(window.totals(), totals(1, 1)) << "and asking changes nothing";
}

TEST(SnapshotWindow, FindsWhatComesOfCallsThatLeave) {
  SnapshotWindow window(3, 100ms);
  record(window, 1, false, at(0s));
  record(window, 1, true, at(100ms));
  const auto all_failed = [](const CallTotals& seen) {
    return seen.calls > 0 && seen.failed == seen.calls;
  };
  EXPECT_EQ(window.first_condemned(at(400ms - 1ns), all_failed), std::nullopt);
  EXPECT_EQ(window.first_condemned(at(7h), all_failed), at(400ms));
}

TEST(SnapshotWindow, RestartsItsBucketsAtAnyInstant) {
  SnapshotWindow window(2, 100ms);
  record(window, 3, true, at(0s));
  window.advance_to(at(130ms));
  window.restart(at(130ms));
  EXPECT_EQ(window.totals(), totals(0, 0));
  record(window, 1, true, at(230ms - 1ns));
  EXPECT_EQ(first_with(window, 1, at(230ms - 1ns)), std::nullopt);
  EXPECT_EQ(first_with(window, 1, at(230ms)), at(230ms));
}

TEST(SnapshotWindow, ResizingKeepsTheNewestBuckets) {
  SnapshotWindow window(3, 100ms);
  for (int i = 0; i < 4; ++i) record(window, 1 << i, false, at(i * 100ms));
  window.resize(2, 100ms);
  EXPECT_EQ(window.totals(), totals(2 + 4, 0));
  window.advance_to(at(400ms));
  EXPECT_EQ(window.totals(), totals(4 + 8, 0));
  window.resize(4, 100ms);
  EXPECT_EQ(window.totals(), totals(4 + 8, 0));
  window.advance_to(at(600ms));
  EXPECT_EQ(window.totals(), totals(4 + 8, 0));
  window.advance_to(at(700ms));
  EXPECT_EQ(window.totals(), totals(8, 0));
}

TEST(SnapshotWindow, WithOtherBucketsOnlyTheOneUnderWayIsKept) {
  SnapshotWindow window(3, 100ms);
  record(window, 1, false, at(0s));
  record(window, 2, false, at(100ms));
  window.resize(3, 50ms);
  EXPECT_EQ(window.totals(), totals(0, 0));
  window.advance_to(at(150ms));
  EXPECT_EQ(window.totals(), totals(2, 0));
}

RC_GTEST_PROP(SnapshotWindowProperty, IsTheSumOfTheLastBucketsThatAreOver, ()) {
  const auto size = *rc::gen::inRange<std::uint32_t>(1, 5);
  SnapshotWindow window(size, 10ns);
  std::deque<CallTotals> buckets(1);  // the last is under way
  std::int64_t number = 0;
  Duration now{0};
  for (int i = 0; i < 60; ++i) {
    now += Duration{*rc::gen::inRange<std::int64_t>(0, 25)};
    for (; number < now / 10ns; ++number) buckets.emplace_back();
    window.advance_to(at(now));
    CallTotals expected;
    for (std::size_t age = 1; age <= size && age < buckets.size(); ++age) {
      expected += buckets[buckets.size() - 1 - age];
    }
    RC_ASSERT(window.totals() == expected);
    const bool failed = *rc::gen::arbitrary<bool>();
    buckets.back() += one_call(failed, false);
    window.record(failed);

    // What it foresees is what it finds.
    const auto limit = *rc::gen::inRange<std::uint64_t>(1, 4);
    const std::optional<Instant> foreseen = first_with(window, limit, at(now + 100ns));
    SnapshotWindow later = window;
    std::optional<Instant> found;
    for (auto end = (now / 10ns + 1) * 10ns; end <= now + 100ns && !found; end += 10ns) {
      later.advance_to(at(end));
      if (later.totals().failed >= limit) found = at(end);
    }
    RC_ASSERT(foreseen == found);
  }
}

}  // namespace
}  // namespace squall::policy::snapshot_window_test
