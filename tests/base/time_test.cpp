#include "squall/base/time.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "squall/base/random.hpp"

namespace squall::time_test {
namespace {

using namespace std::chrono_literals;

TEST(Time, RoundsToTheNearestNanosecondWithHalvesUp) {
  EXPECT_EQ(nanoseconds_saturated(0.49), 0ns);
  EXPECT_EQ(nanoseconds_saturated(0.5), 1ns);
  EXPECT_EQ(nanoseconds_saturated(2.5), 3ns);
  EXPECT_EQ(nanoseconds_saturated(1e9), 1s);
}

TEST(Time, RoundsRightWhereAddingAHalfWouldRoundTwice) {
  EXPECT_EQ(nanoseconds_saturated(std::nextafter(0.5, 0.0)), 0ns);
  EXPECT_EQ(nanoseconds_saturated(0x1p52 + 1), Duration{(1LL << 52) + 1});
  EXPECT_EQ(nanoseconds_saturated(0x1p52 + 3), Duration{(1LL << 52) + 3});
  EXPECT_EQ(nanoseconds_saturated(0x1p53 - 1), Duration{(1LL << 53) - 1});
}

TEST(Time, RoundsHalvesUpBesideEvenAndOddNumbersOfAnySize) {
  for (int bits = 0; bits < 52; ++bits) {
    const std::int64_t least = 1LL << bits;
    for (const std::int64_t whole : {least, least + 1, 2 * least - 2, 2 * least - 1}) {
      const double half = static_cast<double>(whole) + 0.5;
      ASSERT_EQ(nanoseconds_saturated(half).count(), whole + 1);
      ASSERT_EQ(nanoseconds_saturated(std::nextafter(half, 0.0)).count(), whole);
    }
  }
}

TEST(Time, RoundsBySumAsByCast) {
  Rng rng(1);
  for (int i = 0; i < 100'000; ++i) {
    const double below = rng.uniform() * std::ldexp(1.0, static_cast<int>(rng.below(52)) + 1);
    const double half = std::floor(below) + 0.5;
    for (const double number : {below, std::floor(below), half, std::nextafter(half, 0.0)})
      ASSERT_EQ(nearest_by_sum(number), nearest_whole(number)) << number;
  }
  EXPECT_EQ(nearest_by_sum(0.0), 0);
  EXPECT_EQ(nearest_by_sum(std::nextafter(0x1p52, 0.0)), 1LL << 52);
}

TEST(Time, KeepsEveryWholeNumberThatADoubleHolds) {
  Rng rng(1);
  for (int i = 0; i < 100'000; ++i) {
    const auto shift = static_cast<unsigned>(rng.below(53)) + 11;
    const auto whole = static_cast<std::int64_t>(rng.next() >> shift);
    ASSERT_EQ(nanoseconds_saturated(static_cast<double>(whole)).count(), whole);
  }
}

TEST(Time, SaturatesAtBothEnds) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(nanoseconds_saturated(-1.0), 0ns);
  EXPECT_EQ(nanoseconds_saturated(-infinity), 0ns);
  EXPECT_EQ(nanoseconds_saturated(std::numeric_limits<double>::quiet_NaN()), 0ns);
  EXPECT_EQ(nanoseconds_saturated(0x1p63), forever);
  EXPECT_EQ(nanoseconds_saturated(1e300), forever);
  EXPECT_EQ(nanoseconds_saturated(infinity), forever);
  EXPECT_EQ(nanoseconds_saturated(0x1p62), Duration{1LL << 62});
}

TEST(Time, ScalesADurationWithinItsRange) {
  EXPECT_EQ(scaled(10ms, 1.5), 15ms);
  EXPECT_EQ(scaled(10ms, 0.0), 0ns);
  EXPECT_EQ(scaled(10ms, -2.0), 0ns);
  EXPECT_EQ(scaled(forever, 2.0), forever);
}

TEST(Time, NeverPassesTheEndOfTime) {
  EXPECT_EQ(later(Instant{1s}, 2s), Instant{3s});
  EXPECT_EQ(later(Instant{1s}, forever), never);
  EXPECT_EQ(later(never, 0ns), never);
  EXPECT_EQ(later(never - 5ns, 5ns), never);
  EXPECT_EQ(later(never - 5ns, 4ns), never - 1ns);
}

}  // namespace
}  // namespace squall::time_test
