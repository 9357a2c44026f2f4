#include "squall/policy/windowed_sum.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::windowed_sum_test {
namespace {

// --- Conformance: WindowedAdder of twitter/util as of 2019, whose tests keep 3 slices ------------

TEST(WindowedSum, UtilSumsUpWhatIsAddedWhileTimeStandsStill) {
  WindowedSum window(10s);
  window.add(1, at(0s));
  EXPECT_EQ(window.sum(at(0s)), 1);
  window.add(1, at(0s));
  window.add(3, at(0s));
  EXPECT_EQ(window.sum(at(0s)), 5);
}

TEST(WindowedSum, UtilLetsEachSliceGoWhenItsTimeIsOver) {
  WindowedSum window(10s);
  window.add(1, at(0s));
  window.add(2, at(1s));
  for (int s = 1; s < 10; ++s) EXPECT_EQ(window.sum(at(s * 1s)), 3) << s;
  EXPECT_EQ(window.sum(at(10s)), 2);
  EXPECT_EQ(window.sum(at(11s)), 0);
}

TEST(WindowedSum, UtilEmptiesTheSlicesThatAreSkipped) {
  WindowedSum window(10s);
  window.add(1, at(0s));
  window.add(2, at(1s));
  window.add(1, at(2s));
  EXPECT_EQ(window.sum(at(9s)), 4);
  EXPECT_EQ(window.sum(at(11s)), 1) << "two slices at once";
  EXPECT_EQ(window.sum(at(111s)), 0);
  for (int i = 0; i < 3; ++i) window.add(100, at(111s + i * 1s));
  EXPECT_EQ(window.sum(at(113s)), 300);
  EXPECT_EQ(window.sum(at(213s)), 0);
}

TEST(WindowedSum, UtilHoldsSumsBelowZero) {
  WindowedSum window(10s);
  window.add(2, at(0s));
  window.add(-4, at(1s));
  window.add(-2, at(2s));
  EXPECT_EQ(window.sum(at(9s)), -4);
  EXPECT_EQ(window.sum(at(10s)), -6) << "what was put in goes before what was taken out";
  EXPECT_EQ(window.sum(at(11s)), -2);
  EXPECT_EQ(window.sum(at(12s)), 0);
}

// --- Edges --------------------------------------------------------------------------------------

TEST(WindowedSum, ASliceEndsAtATenthOfTheWindowToTheMillisecond) {
  WindowedSum window(1s);
  window.add(1, at(0s));
  // Asked just before each slice ends, nothing moves on but the last time.
  for (int i = 1; i <= 9; ++i) EXPECT_EQ(window.sum(at(i * 100ms)), 1) << i;
  EXPECT_EQ(window.sum(at(1s - 1ns)), 1);
  EXPECT_EQ(window.sum(at(1s)), 0);
}

TEST(WindowedSum, ASliceThatNobodyEndedIsLonger) {
  WindowedSum window(1s);
  window.add(1, at(0ms));
  window.add(1, at(199ms));  // ends the first slice, and begins the next at 199 ms
  EXPECT_EQ(window.sum(at(298ms)), 2);
  window.add(5, at(298ms));  // still in the second, which ends at 299 ms
  for (int i = 1; i <= 8; ++i) EXPECT_EQ(window.sum(at(199ms + i * 100ms)), 7) << i;
  EXPECT_EQ(window.sum(at(1099ms)), 6);
  EXPECT_EQ(window.sum(at(1199ms)), 0);
}

TEST(WindowedSum, OneSkippedSliceIsEmptyAndNoMore) {
  WindowedSum window(1s);
  window.add(1, at(0ms));
  window.add(2, at(100ms));
  EXPECT_EQ(window.sum(at(300ms)), 3);
  EXPECT_EQ(window.sum(at(999ms)), 3);
  EXPECT_EQ(window.sum(at(1099ms)), 2);
}

TEST(WindowedSum, ANewWindowKeepsWhatIsThere) {
  WindowedSum window(1s);
  window.add(3, at(0ms));
  window.set_window(10s);
  EXPECT_EQ(window.sum(at(9999ms)), 3);
  window.set_window(1s);
  EXPECT_EQ(window.sum(at(11s)), 0);
}

/// Each amount in the slice in which it was added, and the slices in a list that only grows.
class Slices {
 public:
  void add(std::int64_t amount, std::int64_t now_ms) {
    move_on(now_ms);
    slices_.back() += amount;
  }
  std::int64_t sum(std::int64_t now_ms) {
    move_on(now_ms);
    std::int64_t total = 0;
    for (std::size_t i = slices_.size() > 10 ? slices_.size() - 10 : 0; i < slices_.size(); ++i)
      total += slices_[i];
    return total;
  }

 private:
  void move_on(std::int64_t now_ms) {
    for (; began_ + 100 <= now_ms; slices_.push_back(0)) {
      // The slice under way begins when it is first asked for, those that were skipped before it.
      began_ = now_ms - began_ >= 200 ? began_ + 100 : now_ms;
    }
  }

  std::vector<std::int64_t> slices_{0};
  std::int64_t began_ = 0;
};

RC_GTEST_PROP(WindowedSumProperty, IsWhatTheLastTenSlicesHold, ()) {
  WindowedSum window(1s);
  Slices slices;
  std::int64_t now_ms = 0;
  for (int i = 0; i < 100; ++i) {
    now_ms += *rc::gen::element(0, 0, 1, 30, 99, 100, 101, 199, 200, 350, 999, 1000, 2500);
    const auto amount = *rc::gen::inRange(-5, 6);
    window.add(amount, at(now_ms * 1ms));
    slices.add(amount, now_ms);
    RC_ASSERT(window.sum(at(now_ms * 1ms)) == slices.sum(now_ms));
  }
}

}  // namespace
}  // namespace squall::policy::windowed_sum_test
