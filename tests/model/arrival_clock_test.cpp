#include "squall/model/arrival_clock.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace squall::model::arrival_clock_test {
namespace {

using namespace std::chrono_literals;

__extension__ typedef __int128 Int128;

constexpr std::int64_t one = 1'000'000'000'000'000;  // units of an arrival
constexpr std::int64_t per_second = 1'000'000;       // millionths a second

/// When the next arrival is due; takes it.
Instant take(ArrivalClock& clock) {
  const Instant due = clock.due();
  EXPECT_NE(due, never);
  if (due == never) return never;
  clock.advance(due);
  clock.require(one);
  return due;
}

TEST(ArrivalClock, AConstantRateDoesNotDrift) {
  // The k-th arrival is due at k * 1e15 / rate, rounded up to a whole nanosecond, however many
  // there were before it. Rates in millionths a second.
  for (const std::int64_t rate : {3 * per_second, 333'333'333L, 7'000'000'001L, 999'999'999'999L}) {
    ArrivalClock clock;
    clock.set_rate(Instant{}, rate, rate, forever);
    for (std::int64_t k = 0; k < 1'000'000; ++k) {
      const Int128 exact = (Int128{k} * one + rate - 1) / rate;
      ASSERT_EQ(take(clock).time_since_epoch().count(), static_cast<std::int64_t>(exact))
          << rate << ' ' << k;
    }
  }
}

/// What is needed goes beyond 64 bits and back, and below nothing and back.
TEST(ArrivalClock, NeedsMoreThan64Bits) {
  ArrivalClock clock;
  clock.set_rate(Instant{}, per_second, per_second, forever);
  constexpr std::int64_t year_ns = 365LL * 24 * 3'600 * 1'000'000'000;
  clock.require(ArrivalClock::Units{year_ns} * per_second);  // 3.2e22 units
  EXPECT_EQ(clock.due(), Instant{Duration{year_ns}});
  clock.advance(Instant{Duration{year_ns - 7}});
  EXPECT_EQ(clock.due(), Instant{Duration{year_ns}});
  clock.advance(Instant{Duration{year_ns + 5}});  // 5 ns beyond it are credited
  EXPECT_EQ(clock.due(), Instant{Duration{year_ns + 5}});
  clock.require(12 * per_second);
  EXPECT_EQ(clock.due(), Instant{Duration{year_ns + 12}});
}

TEST(ArrivalClock, PassesMoreThan64BitsAtOnce) {
  ArrivalClock clock;
  constexpr std::int64_t fast = 1'000'000'000 * per_second;  // 1e15 units a nanosecond
  clock.set_rate(Instant{}, fast, fast, forever);
  constexpr std::int64_t hour_ns = 3'600LL * 1'000'000'000;
  clock.require(ArrivalClock::Units{fast} * (hour_ns + 9));
  clock.advance(Instant{Duration{hour_ns}});
  EXPECT_EQ(clock.due(), Instant{Duration{hour_ns + 9}});
}

TEST(ArrivalClock, SeveralMayFallIntoOneNanosecond) {
  // 4e9/s: four arrivals in each nanosecond but the first, at 0, which has one.
  ArrivalClock clock;
  clock.set_rate(Instant{}, 4'000'000'000 * per_second, 4'000'000'000 * per_second, forever);
  std::vector<int> count(11);
  for (int i = 0; i < 41; ++i)
    ++count[static_cast<std::size_t>(take(clock).time_since_epoch().count())];
  EXPECT_EQ(count[0], 1);
  for (std::size_t ns = 1; ns <= 10; ++ns) EXPECT_EQ(count[ns], 4) << ns;
}

TEST(ArrivalClock, WithoutRateNothingIsDue) {
  ArrivalClock clock;
  clock.require(one);
  clock.set_rate(Instant{}, 0, 0, forever);
  EXPECT_EQ(clock.due(), never);
  clock.set_rate(Instant{5s}, per_second, per_second, forever);
  EXPECT_EQ(clock.due(), Instant{6s});
}

TEST(ArrivalClock, KeepsWhatHasPassedWhenTheRateChanges) {
  ArrivalClock clock;
  clock.set_rate(Instant{}, per_second, per_second, forever);
  clock.require(one);
  EXPECT_EQ(clock.due(), Instant{1s});
  // A quarter has passed; the rest takes three quarters of 100 ms.
  clock.set_rate(Instant{250ms}, 10 * per_second, 10 * per_second, forever);
  EXPECT_EQ(clock.due(), Instant{325ms});
}

TEST(ArrivalClock, AFactorScalesWhateverTheRateIs) {
  ArrivalClock clock;
  clock.set_rate(Instant{}, per_second, per_second, forever);
  clock.require(one);
  clock.set_factor(Instant{500ms}, 2.0);
  EXPECT_EQ(clock.due(), Instant{750ms});
  // It holds for the next rate too.
  clock.set_rate(Instant{500ms}, 5 * per_second, 5 * per_second, forever);
  EXPECT_EQ(clock.due(), Instant{550ms});
  clock.set_factor(Instant{500ms}, 0.0);
  EXPECT_EQ(clock.due(), never);
  clock.set_factor(Instant{2s}, 1.0);
  EXPECT_EQ(clock.due(), Instant{2100ms});
}

TEST(ArrivalClock, AFactorScalesTheRestOfARamp) {
  // 0 to 10/s in 10 s: t^2 / 2 arrivals by t; 2 by 2 s. Doubled from then on: by t another t^2 - 4.
  ArrivalClock clock;
  clock.set_rate(Instant{}, 0, 10 * per_second, 10s);
  clock.require(2 * one);
  EXPECT_EQ(clock.due(), Instant{2s});
  clock.require(5 * one);
  clock.set_factor(Instant{2s}, 2.0);
  EXPECT_EQ(clock.due(), Instant{3s});
}

/// Arrivals of a ramp against the closed form: the k-th at the t with from * t + slope * t^2 / 2 =
/// k.
void expect_ramp(std::int64_t from, std::int64_t to, Duration length) {
  ArrivalClock clock;
  clock.set_rate(Instant{}, from * per_second, to * per_second, length);
  const double seconds = to_s(length);
  const double slope = static_cast<double>(to - from) / seconds;
  const double rate = static_cast<double>(from);
  const auto whole = static_cast<std::int64_t>((rate + static_cast<double>(to)) / 2.0 * seconds);
  clock.require(one);
  // The very last may fall on the end of the ramp.
  for (std::int64_t k = 1; k < whole; ++k) {
    const double root = std::sqrt(rate * rate + 2.0 * slope * static_cast<double>(k));
    const double exact_ns = 2.0 * static_cast<double>(k) / (rate + root) * 1e9;
    const auto found = static_cast<double>(take(clock).time_since_epoch().count());
    ASSERT_NEAR(found, exact_ns, 1.5) << from << " -> " << to << ", the " << k << "-th";
  }
}

TEST(ArrivalClock, ARampFollowsTheClosedForm) {
  expect_ramp(0, 100, 1s);
  expect_ramp(40, 100, 20s);
  expect_ramp(0, 1, 100s);
  expect_ramp(1, 2, 60s);
  expect_ramp(1'000, 10'000, 10s);
}

TEST(ArrivalClock, AFallingRampFollowsTheClosedForm) {
  expect_ramp(100, 40, 20s);
  expect_ramp(2, 1, 60s);
  expect_ramp(10'000, 1'000, 10s);
}

TEST(ArrivalClock, ARampThatEndsBeforeTheNextArrivalHasNone) {
  // 0 to 1/s in 1 s makes half an arrival.
  ArrivalClock clock;
  clock.set_rate(Instant{}, 0, per_second, 1s);
  clock.require(one);
  EXPECT_EQ(clock.due(), never);
  clock.set_rate(Instant{1s}, per_second, per_second, forever);
  EXPECT_EQ(clock.due(), Instant{1500ms});
}

TEST(ArrivalClock, HoweverOftenItIsAskedTheResultIsTheSame) {
  ArrivalClock often;
  ArrivalClock once;
  for (ArrivalClock* clock : {&often, &once}) {
    clock->set_rate(Instant{}, 10 * per_second, 500 * per_second, 10s);
    clock->require(1'000 * one);
  }
  for (Duration t = 1ms; t < 5s; t += 1ms) often.advance(Instant{t});
  once.advance(Instant{4999ms});
  EXPECT_EQ(often.due(), once.due());
}

/// Also where the need is too much for 64 bits, the rate is 0 or changes, or a ramp is on the way.
RC_GTEST_PROP(ArrivalClock, NextDueIsTheThreeStepsInOne, ()) {
  ArrivalClock steps;
  ArrivalClock at_once;
  const std::vector<std::int64_t> rates{0, 1, 7, per_second, 900 * per_second, 4'000'000'000'000};
  const auto any_rate = [&] { return *rc::gen::elementOf(rates); };
  Instant now{};
  for (int step = 0; step < 50; ++step) {
    const auto length = Duration{*rc::gen::inRange<std::int64_t>(1, 10'000'000'000)};
    switch (*rc::gen::inRange(0, 6)) {
      case 0: {
        const std::int64_t rate = any_rate();
        for (ArrivalClock* clock : {&steps, &at_once}) clock->set_rate(now, rate, rate, forever);
        break;
      }
      case 1: {
        const std::int64_t from = any_rate();
        const std::int64_t to = any_rate();
        for (ArrivalClock* clock : {&steps, &at_once}) clock->set_rate(now, from, to, length);
        break;
      }
      case 2:
        for (ArrivalClock* clock : {&steps, &at_once}) clock->set_factor(now, 0.5);
        break;
      default: {
        const std::int64_t units = *rc::gen::elementOf(
            std::vector<std::int64_t>{0, 1, one, 49 * one, (1LL << 62) - 1, 1LL << 62, INT64_MAX});
        steps.advance(now);
        steps.require(units);
        const Instant due = steps.due();
        RC_ASSERT(at_once.next_due(now, units) == due);
        RC_ASSERT(at_once.due() == due);
        // On to the arrival, or not so far.
        const bool takes_it =
            due - now < std::chrono::hours{24 * 365} && *rc::gen::arbitrary<bool>();
        now = takes_it ? due : std::min(due, now + length);
      }
    }
  }
}

}  // namespace
}  // namespace squall::model::arrival_clock_test
