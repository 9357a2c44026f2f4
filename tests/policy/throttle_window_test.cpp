// The cases named Envoy are those of Envoy's controller_test.cc (1.24 to 1.37), whose window is 5 s
// in buckets of 1 s.
#include "squall/policy/throttle_window.hpp"

#include <deque>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::throttle_window_test {
namespace {

ThrottleCounts counted(std::uint64_t calls, std::uint64_t accepted) { return {calls, accepted}; }

/// A call each second from `from` on, six in all.
Duration fill(ThrottleWindow& window, Duration from, bool accepted) {
  for (int i = 0; i < 5; ++i) {
    window.record(accepted, at(from));
    from += 1s;
  }
  window.record(accepted, at(from));
  return from;
}

TEST(ThrottleWindow, EnvoyCountsFailuresAndSuccesses) {
  ThrottleWindow window(5s, 1s);
  EXPECT_EQ(window.counts(at(0s)), counted(0, 0));
  window.record(false, at(0s));
  EXPECT_EQ(window.counts(at(0s)), counted(1, 0));
  window.record(true, at(0s));
  EXPECT_EQ(window.counts(at(0s)), counted(2, 1));
}

TEST(ThrottleWindow, EnvoyForgetsWhatIsTooOld) {
  ThrottleWindow window(5s, 1s);
  Duration now = fill(window, 0s, true);
  EXPECT_EQ(window.counts(at(now)), counted(5, 5)) << "the sixth call is in, the first is out";
  now = fill(window, now + 1s, false);
  EXPECT_EQ(window.counts(at(now)), counted(5, 0));
  EXPECT_EQ(window.counts(at(now + 1s)), counted(4, 0));
  EXPECT_EQ(window.counts(at(now + 24h)), counted(0, 0));
}

TEST(ThrottleWindow, EnvoyHasNoBucketsForWhenNothingHappened) {
  ThrottleWindow window(5s, 1s);
  window.record(true, at(0s));
  window.record(true, at(1s));
  window.record(true, at(4s));
  EXPECT_EQ(window.counts(at(4s)), counted(3, 3));
}

TEST(ThrottleWindow, ABucketLeavesWholeAndToTheNanosecond) {
  ThrottleWindow window(5s, 1s);
  window.record(true, at(500ms));
  window.record(true, at(1500ms - 1ns));  // the same bucket
  window.record(true, at(1500ms));        // the next one
  EXPECT_EQ(window.counts(at(5500ms - 1ns)), counted(3, 3));
  EXPECT_EQ(window.counts(at(5500ms)), counted(1, 1));
  EXPECT_EQ(window.counts(at(6500ms - 1ns)), counted(1, 1));
  EXPECT_EQ(window.counts(at(6500ms)), counted(0, 0));
}

TEST(ThrottleWindow, WhatIsAskedBeginsABucketToo) {
  ThrottleWindow window(5s, 1s);
  EXPECT_EQ(window.counts(at(0s)), counted(0, 0));
  window.record(true, at(999ms));  // into the bucket that was begun at 0
  EXPECT_EQ(window.counts(at(5s)), counted(0, 0));
}

TEST(ThrottleWindow, LastCountsForgetNothing) {
  ThrottleWindow window(5s, 1s);
  window.record(true, at(0s));
  EXPECT_EQ(window.last_counts(), counted(1, 1));
  EXPECT_EQ(window.counts(at(1h)), counted(0, 0));
  EXPECT_EQ(window.last_counts(), counted(0, 0));
}

TEST(ThrottleWindow, KeepsItsCallsWhenItIsResized) {
  ThrottleWindow window(5s, 1s);
  for (int i = 0; i < 5; ++i) window.record(true, at(i * 1s));
  window.resize(2s, 200ms);
  EXPECT_EQ(window.counts(at(4s)), counted(2, 2)) << "those of 3 s and 4 s";
  window.resize(5s, 1s);
  for (int i = 5; i < 8; ++i) window.record(false, at(i * 1s));
  EXPECT_EQ(window.counts(at(7s)), counted(5, 2));
}

TEST(ThrottleWindow, IsOneBucketWhereTheSpacingIsTheLength) {
  ThrottleWindow window(1s, 1s);
  window.record(true, at(0s));
  window.record(true, at(1s - 1ns));
  EXPECT_EQ(window.counts(at(1s - 1ns)), counted(2, 2));
  window.record(false, at(1s));
  EXPECT_EQ(window.counts(at(1s)), counted(1, 0));
}

/// The same, with a list that grows as it likes.
class Twin {
 public:
  Twin(Duration length, Duration spacing) : length_(length), spacing_(spacing) {}
  ThrottleCounts counts(Instant now) {
    while (!buckets_.empty() && now >= buckets_.front().first + length_) buckets_.pop_front();
    if (buckets_.empty() || now >= buckets_.back().first + spacing_) buckets_.push_back({now, {}});
    ThrottleCounts sum;
    for (const auto& [start, counts] : buckets_) {
      sum.calls += counts.calls;
      sum.accepted += counts.accepted;
    }
    return sum;
  }
  void record(bool accepted, Instant now) {
    (void)counts(now);
    ++buckets_.back().second.calls;
    buckets_.back().second.accepted += accepted ? 1 : 0;
  }
  void resize(Duration length, Duration spacing) {
    length_ = length;
    spacing_ = spacing;
  }

 private:
  std::deque<std::pair<Instant, ThrottleCounts>> buckets_;
  Duration length_;
  Duration spacing_;
};

RC_GTEST_PROP(ThrottleWindow, CountsAsAListWouldWhateverHappens, ()) {
  const auto spacing_of = [](Duration length) {
    return Duration{*rc::gen::inRange<std::int64_t>(1, length.count() + 1)};
  };
  Duration length{*rc::gen::inRange<std::int64_t>(1, 60)};
  Duration spacing = spacing_of(length);
  ThrottleWindow window(length, spacing);
  Twin twin(length, spacing);
  Instant now{};
  for (int i = *rc::gen::inRange(0, 200); i > 0; --i) {
    now += Duration{*rc::gen::inRange<std::int64_t>(0, 12)};
    switch (*rc::gen::inRange(0, 8)) {
      case 0:
        length = Duration{*rc::gen::inRange<std::int64_t>(1, 60)};
        spacing = spacing_of(length);
        window.resize(length, spacing);
        twin.resize(length, spacing);
        break;
      case 1:
        RC_ASSERT(window.counts(now) == twin.counts(now));
        break;
      default: {
        const bool accepted = *rc::gen::arbitrary<bool>();
        window.record(accepted, now);
        twin.record(accepted, now);
        break;
      }
    }
  }
  RC_ASSERT(window.counts(now) == twin.counts(now));
}

}  // namespace
}  // namespace squall::policy::throttle_window_test
