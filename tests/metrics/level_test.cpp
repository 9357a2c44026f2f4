#include "squall/metrics/level.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace squall::metrics::level_test {
namespace {

Instant at(std::int64_t ns) { return Instant{Duration{ns}}; }

TEST(Level, IsZeroBeforeItIsAnything) {
  const Level level;
  EXPECT_TRUE(level.value() == 0);
  EXPECT_TRUE(level.integral_ns(at(1'000)) == 0);
}

TEST(Level, AddsUpWhatItWasForAsLongAsItWas) {
  Level level;
  level.change(at(0), 3);
  level.change(at(10), -2);
  level.change(at(30), 4);
  // 3 for 10, 1 for 20, 5 for 5.
  EXPECT_TRUE(level.integral_ns(at(35)) == 30 + 20 + 25);
  EXPECT_TRUE(level.value() == 5);
}

TEST(Level, HoldsTheMostWorkersForTheLongestRun) {
  constexpr Int128 most = Int128{1'000'000'000'000'000} * 10'000;
  Level level;
  level.change(at(1), most);
  level.change(Instant{forever} - Duration{1}, -most);
  level.change(Instant{forever} - Duration{1}, most);
  EXPECT_TRUE(level.integral_ns(Instant{forever}) == most * (forever.count() - 1));
}

/// However it comes about, it is the sum over the stretches between the changes.
RC_GTEST_PROP(Level, IsTheSumOfItsStretches, ()) {
  Level level;
  Int128 value = 0;
  Int128 sum = 0;
  std::int64_t now = 0;
  for (int step = *rc::gen::inRange(0, 100); step > 0; --step) {
    const auto wait = *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 50U);
    sum += value * wait;
    now += wait;
    const auto by = *rc::gen::inRange<std::int64_t>(-1'000, 1'000);
    level.change(at(now), by);
    value += by;
    RC_ASSERT(level.integral_ns(at(now)) == sum);
  }
  RC_ASSERT(level.value() == value);
}

}  // namespace
}  // namespace squall::metrics::level_test
