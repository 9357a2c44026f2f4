#include "squall/metrics/recovery.hpp"

#include <chrono>
#include <cstdint>

#include <gtest/gtest.h>

#include "squall/base/random.hpp"

namespace squall::metrics::recovery_test {
namespace {

using namespace std::chrono_literals;
using State = Verdict::State;

/// A run of 60 s in intervals of 100 ms; a fault from 10 s to 12 s.
class Recovery : public testing::Test {
 protected:
  static constexpr Duration interval = 100ms;
  static constexpr Duration simulated = 60s;
  static constexpr FaultSpan fault{Instant{10s}, Instant{12s}};

  void offer(Duration from, Duration until, std::int64_t each) {
    add(SeriesColumn::offered, from, until, each);
  }
  void serve(Duration from, Duration until, std::int64_t each) {
    add(SeriesColumn::goodput, from, until, each);
  }
  void add(SeriesColumn column, Duration from, Duration until, std::int64_t each) {
    for (Duration when = from; when < until; when += interval) {
      series.add(static_cast<std::size_t>(column), Instant{when}, each);
    }
  }
  [[nodiscard]] Verdict judge(const RecoveryOptions& options = {}) {
    series.extend_to(Instant{simulated});
    return judge_recovery(series, simulated, fault, options);
  }

  SeriesTable series{interval, static_cast<std::size_t>(SeriesColumn::count)};
};

void expect_recovered_after(const Verdict& verdict, Duration least, Duration most) {
  ASSERT_EQ(verdict.state, State::recovered);
  ASSERT_TRUE(verdict.recovered_after.has_value());
  EXPECT_GE(*verdict.recovered_after, least);
  EXPECT_LE(*verdict.recovered_after, most);
}

TEST_F(Recovery, IsAtOnceWhenGoodputNeverFell) {
  offer(0s, 60s, 10);
  serve(0s, 60s, 10);
  expect_recovered_after(judge(), 0s, 0s);
}

TEST_F(Recovery, IsAtOnceWhenTheFaultTakesTheTroubleAlong) {
  offer(0s, 60s, 10);
  serve(0s, 10s, 10);
  serve(12s, 60s, 10);
  expect_recovered_after(judge(), 0s, 0s);
}

TEST_F(Recovery, TakesThreeSeconds) {
  offer(0s, 60s, 10);
  serve(0s, 10s, 10);
  serve(15s, 60s, 10);
  expect_recovered_after(judge(), 3s, 3s);
}

TEST_F(Recovery, TakesUntilGoodputIsHighAgainNotUntilItMoves) {
  offer(0s, 60s, 10);
  serve(0s, 10s, 10);
  serve(12s, 20s, 5);
  serve(20s, 60s, 10);
  expect_recovered_after(judge(), 7900ms - interval, 8s);
}

TEST_F(Recovery, NeverComes) {
  offer(0s, 60s, 10);
  serve(0s, 10s, 10);
  serve(12s, 60s, 2);
  const Verdict verdict = judge();
  EXPECT_EQ(verdict.state, State::not_recovered);
  EXPECT_FALSE(verdict.recovered_after.has_value());
}

TEST_F(Recovery, NeverComesWhenNothingIsServedAgain) {
  offer(0s, 60s, 10);
  serve(0s, 10s, 10);
  EXPECT_EQ(judge().state, State::not_recovered);
}

TEST_F(Recovery, CountsFromTheEndOfARelapse) {
  offer(0s, 60s, 10);
  serve(0s, 10s, 10);
  serve(13s, 30s, 10);
  serve(35s, 60s, 10);
  expect_recovered_after(judge(), 23s, 23s);
}

TEST_F(Recovery, IsNoneWhenTheRelapseLastsToTheEnd) {
  offer(0s, 60s, 10);
  serve(0s, 10s, 10);
  serve(13s, 50s, 10);
  EXPECT_EQ(judge().state, State::not_recovered);
}

TEST_F(Recovery, IsNotJudgedWithoutArrivalsAfterTheFault) {
  offer(0s, 11s, 10);
  serve(0s, 10s, 10);
  serve(20s, 30s, 10);
  const Verdict verdict = judge();
  EXPECT_EQ(verdict.state, State::not_judged);
  EXPECT_FALSE(verdict.without_baseline);
  EXPECT_FALSE(verdict.recovered_after.has_value());
}

TEST_F(Recovery, EndsWithTheArrivals) {
  offer(0s, 30s, 10);
  serve(0s, 10s, 10);
  serve(14s, 30s, 10);
  expect_recovered_after(judge(), 2s, 2s);
}

TEST_F(Recovery, IsMeasuredAgainstWhatWasServedBefore) {
  offer(0s, 60s, 10);
  serve(0s, 10s, 6);
  serve(14s, 60s, 6);
  expect_recovered_after(judge(), 2s, 2s);
}

TEST_F(Recovery, TakesTheBaselineAfterTheWarmUp) {
  offer(0s, 60s, 10);
  serve(5s, 10s, 10);
  serve(14s, 60s, 6);
  EXPECT_EQ(judge().state, State::recovered);  // 50 % before, with the start
  EXPECT_EQ(judge({.baseline_from = Instant{5s}}).state, State::not_recovered);
}

TEST_F(Recovery, IsNotJudgedWhenNothingWasServedBefore) {
  offer(0s, 60s, 10);
  serve(12s, 60s, 5);
  const Verdict verdict = judge();
  EXPECT_EQ(verdict.state, State::not_judged);
  EXPECT_TRUE(verdict.without_baseline);
  EXPECT_FALSE(verdict.recovered_after.has_value());
}

TEST_F(Recovery, IsNotJudgedWhenTheFaultIsThereFromTheStart) {
  offer(0s, 60s, 10);
  serve(0s, 60s, 5);  // half of them fail at any time, fault or not
  series.extend_to(Instant{simulated});
  const Verdict verdict = judge_recovery(series, simulated, {Instant{0s}, Instant{2s}});
  EXPECT_EQ(verdict.state, State::not_judged);
  EXPECT_TRUE(verdict.without_baseline);
}

TEST_F(Recovery, IsNotJudgedWhenTheWarmUpLastsBeyondTheFault) {
  offer(0s, 60s, 10);
  serve(0s, 60s, 10);
  const Verdict verdict = judge({.baseline_from = Instant{11s}});
  EXPECT_EQ(verdict.state, State::not_judged);
  EXPECT_TRUE(verdict.without_baseline);
}

TEST_F(Recovery, IsNotCalledOnAGoodLastMoment) {
  offer(0s, 60s, 10);
  serve(0s, 10s, 10);
  serve(58s, 60s, 10);
  EXPECT_EQ(judge().state, State::not_recovered);
}

TEST_F(Recovery, WelcomesTheBacklog) {
  offer(0s, 60s, 10);
  serve(0s, 10s, 10);
  serve(13s, 14s, 30);
  serve(14s, 60s, 10);
  expect_recovered_after(judge(), 1s, 1s);
}

TEST_F(Recovery, HoldsAnEffectAgainstItsOwnArrivals) {
  // Arrivals alternate between 2 and 18 a stretch of half a second; effects come 500 ms later.
  for (Duration from = 0s; from < 60s; from += 1s) {
    offer(from, from + 500ms, 2);
    offer(from + 500ms, from + 1s, 18);
  }
  for (Duration from = 0s; from < 60s; from += 1s) {
    if (from >= 10s && from < 12s) continue;
    serve(from + 500ms, from + 1s, 2);
    if (from < 59s) serve(from + 1s, from + 1500ms, 18);
  }
  const Verdict verdict = judge({.window = 700ms});
  EXPECT_EQ(verdict.state, State::recovered);
}

TEST_F(Recovery, JudgesBurstsTogether) {
  for (Duration from = 0s; from < 60s; from += 2s) {
    offer(from, from + interval, 100);
    const bool faulty = from >= 10s && from < 12s;
    if (!faulty) serve(from + 300ms, from + 1300ms, 10);
  }
  expect_recovered_after(judge(), 0s, 500ms);
}

TEST_F(Recovery, IsNotFooledByBurstsThatFail) {
  for (Duration from = 0s; from < 60s; from += 2s) {
    offer(from, from + interval, 100);
    if (from < 10s) serve(from + 300ms, from + 1300ms, 10);
  }
  EXPECT_EQ(judge().state, State::not_recovered);
}

TEST_F(Recovery, SkipsWindowsWithoutArrivals) {
  offer(0s, 20s, 10);
  serve(0s, 10s, 10);
  serve(12s, 20s, 10);
  offer(40s, 60s, 10);
  serve(40s, 60s, 10);
  expect_recovered_after(judge({.window = 500ms}), 0s, 0s);
}

TEST_F(Recovery, RanksNoFault) {
  offer(0s, 60s, 10);
  series.extend_to(Instant{simulated});
  EXPECT_EQ(judge_recovery(series, simulated, {}).state, State::no_fault);
  EXPECT_EQ(judge_recovery(series, simulated, {Instant{10s}, never}).state, State::no_fault);
  EXPECT_EQ(judge_recovery(series, simulated, {Instant{10s}, Instant{60s}}).state, State::no_fault);
}

TEST_F(Recovery, TakesWhatIsLeftForAWindow) {
  offer(0s, 60s, 10);
  serve(0s, 60s, 10);
  series.extend_to(Instant{simulated});
  EXPECT_EQ(judge_recovery(series, simulated, {Instant{10s}, Instant{59'850ms}}).state,
            State::recovered);
}

TEST_F(Recovery, StartsInTheIntervalAfterAFaultThatEndsWithinOne) {
  offer(0s, 60s, 10);
  serve(0s, 10s, 10);
  serve(15s, 60s, 10);
  series.extend_to(Instant{simulated});
  const Verdict verdict = judge_recovery(series, simulated, {Instant{10s}, Instant{12'050ms}});
  expect_recovered_after(verdict, 2950ms, 2950ms);
}

// Random arrivals that are all served after a while are never called a collapse, and a system that
// serves half of them is never called well.
TEST_F(Recovery, IsCertainAboutRandomArrivals) {
  constexpr auto offered = static_cast<std::size_t>(SeriesColumn::offered);
  constexpr auto goodput = static_cast<std::size_t>(SeriesColumn::goodput);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SeriesTable healthy(interval, static_cast<std::size_t>(SeriesColumn::count));
    SeriesTable halved = healthy;
    Rng rng(seed);
    for (int i = 0; i < 2400; ++i) {  // 40/s, each served after 200 to 800 ms
      const Duration arrival{static_cast<std::int64_t>(rng.uniform() * 60e9)};
      const Duration end =
          arrival + 200ms + Duration{static_cast<std::int64_t>(rng.uniform() * 6e8)};
      const bool through = arrival < 10s || rng.uniform() < 0.5;
      for (SeriesTable* table : {&healthy, &halved}) table->add(offered, Instant{arrival});
      healthy.add(goodput, Instant{end});
      if (through) halved.add(goodput, Instant{end});
    }
    expect_recovered_after(judge_recovery(healthy, simulated, fault), 0s, 2500ms);
    EXPECT_EQ(judge_recovery(halved, simulated, fault).state, State::not_recovered) << seed;
  }
}

// Where little is served at any time, a window has to be long enough to tell a little from none.
TEST_F(Recovery, IsCertainAboutALowBaseline) {
  constexpr auto offered = static_cast<std::size_t>(SeriesColumn::offered);
  constexpr auto goodput = static_cast<std::size_t>(SeriesColumn::goodput);
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SeriesTable steady(interval, static_cast<std::size_t>(SeriesColumn::count));
    SeriesTable halved = steady;
    Rng rng(seed);
    for (int i = 0; i < 12'000; ++i) {  // 200/s, of which 6 % are served
      const Instant when{Duration{static_cast<std::int64_t>(rng.uniform() * 60e9)}};
      const bool served = rng.uniform() < 0.06;
      const bool chosen = rng.uniform() < 0.3;
      for (SeriesTable* table : {&steady, &halved}) table->add(offered, when);
      if (served) steady.add(goodput, when);
      if (served && (chosen || when < Instant{10s})) halved.add(goodput, when);
    }
    EXPECT_EQ(judge_recovery(steady, simulated, fault).state, State::recovered) << seed;
    EXPECT_EQ(judge_recovery(halved, simulated, fault).state, State::not_recovered) << seed;
  }
}

}  // namespace
}  // namespace squall::metrics::recovery_test
