// The cases named Sentinel are those of CircuitBreakingIntegrationTest, ExceptionCircuitBreakerTest
// and ResponseTimeCircuitBreakerTest, Sentinel 1.8.
#include "squall/policy/sentinel_breaker.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::sentinel_breaker_test {
namespace {

using Strategy = SentinelBreakerOptions::Strategy;

constexpr auto closed = BreakerState::closed;
constexpr auto open = BreakerState::open;
constexpr auto half_open = BreakerState::half_open;

constexpr Outcome bulkhead_full{.kind = OutcomeKind::rejected, .by = RejectedBy::bulkhead};

struct Bench : BreakerBench<SentinelBreaker, SentinelBreakerOptions> {
  using BreakerBench::BreakerBench;

  /// A call that takes so long, on the clock too. False when it is not let through.
  bool call(Duration elapsed, const Outcome& outcome = succeeded) {
    if (!acquire()) return false;
    now += elapsed;
    result(outcome, elapsed);
    return true;
  }
};

/// Trips at the first failure, for 10 s.
SentinelBreakerOptions touchy() {
  return {.strategy = Strategy::error_count, .count = 0, .minimum = 1};
}

Bench half_opened(const SentinelBreakerOptions& options) {
  Bench bench(options);
  for (int i = 0; i < 10; ++i) bench.result(errored, 1h);
  EXPECT_EQ(bench.state(), open);
  bench.now = at(options.open_for);
  EXPECT_TRUE(bench.acquire());
  return bench;
}

// --- Conformance: Sentinel 1.8 ------------------------------------------------------------------

TEST(SentinelBreaker, SentinelDefaults) {
  const SentinelBreakerOptions options;
  EXPECT_EQ(options.strategy, Strategy::slow_ratio);
  EXPECT_EQ(options.ratio, 100.0);
  EXPECT_EQ(options.minimum, 5U);
  EXPECT_EQ(options.interval, 1s);
}

TEST(SentinelBreaker, SentinelOpensBySlowCalls) {
  Bench bench({.ratio = 80.0, .slow_call = 50ms, .minimum = 10, .interval = 20s, .open_for = 5s});
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(bench.call(65ms));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.call(35ms));
  EXPECT_EQ(bench.state(), closed);  // 70 %
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(bench.call(65ms));
  EXPECT_EQ(bench.state(), closed);  // 12 of 15, exactly 80 %
  EXPECT_TRUE(bench.call(65ms));
  EXPECT_EQ(bench.state(), open);
  EXPECT_FALSE(bench.call(1ms));
  bench.now += 1s;
  EXPECT_FALSE(bench.call(1ms));
  bench.now += 5s;
  EXPECT_TRUE(bench.call(65ms));
  EXPECT_EQ(bench.state(), open);  // through half-open
  bench.now += 6s;
  EXPECT_TRUE(bench.call(35ms));
  EXPECT_EQ(bench.state(), closed);
  EXPECT_TRUE(bench.call(65ms));
  EXPECT_EQ(bench.state(), closed);
}

TEST(SentinelBreaker, SentinelASlowRatioOfAllTripsAtEquality) {
  Bench bench({.ratio = 100.0, .slow_call = 10ms, .minimum = 3, .interval = 5s, .open_for = 5s});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.call(20ms));
  EXPECT_FALSE(bench.call(20ms));
  bench.now += 1s;
  EXPECT_FALSE(bench.call(20ms));
  bench.now += 4s;
  EXPECT_TRUE(bench.call(20ms));
}

TEST(SentinelBreaker, SentinelOpensByTheErrorRatio) {
  Bench bench({.strategy = Strategy::error_ratio,
               .ratio = 50.0,
               .minimum = 10,
               .interval = 25s,
               .open_for = 5s});
  bench.results(3, 6);
  EXPECT_EQ(bench.state(), closed) << "nine calls";
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);  // 70 %
  EXPECT_FALSE(bench.acquire());
  bench.now += 2s;
  EXPECT_FALSE(bench.acquire());
  bench.now += 5s;
  EXPECT_TRUE(bench.call(0s, errored));
  EXPECT_EQ(bench.state(), open);
  bench.now += 6s;
  EXPECT_TRUE(bench.call(0s));
  EXPECT_EQ(bench.state(), closed);
  EXPECT_TRUE(bench.call(0s, errored));
}

TEST(SentinelBreaker, SentinelGoesRoundByErrorsAndSuccesses) {
  Bench bench({.strategy = Strategy::error_ratio,
               .ratio = 20.0,
               .minimum = 1,
               .interval = 20s,
               .open_for = 10s});
  EXPECT_TRUE(bench.call(10ms));
  EXPECT_TRUE(bench.call(0s, errored));  // to open
  EXPECT_FALSE(bench.call(0s, errored));
  bench.now += 5s;
  EXPECT_FALSE(bench.call(100ms));
  bench.now += 5s;
  EXPECT_TRUE(bench.call(0s, errored));  // to half-open, and open
  EXPECT_FALSE(bench.call(100ms));
  bench.now += 10s;
  EXPECT_TRUE(bench.call(100ms));  // to half-open, and closed
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(bench.call(100ms));
  EXPECT_TRUE(bench.call(0s, errored));  // one of seven, as the bucket began anew
  EXPECT_TRUE(bench.call(100ms));
}

// --- What the product's tests leave open ---------------------------------------------------------

TEST(SentinelBreaker, TripsStrictlyAboveTheErrorRatio) {
  const SentinelBreakerOptions options{
      .strategy = Strategy::error_ratio, .ratio = 50.0, .minimum = 10};
  Bench bench(options);
  bench.results(5, 5);
  EXPECT_EQ(bench.state(), closed);
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);
}

TEST(SentinelBreaker, AnErrorRatioOfAllNeverTrips) {
  Bench bench({.strategy = Strategy::error_ratio, .ratio = 100.0});
  bench.results(0, 100);
  EXPECT_EQ(bench.state(), closed);
}

TEST(SentinelBreaker, ASlowRatioBelowAllDoesNotTripAtEquality) {
  Bench bench({.ratio = 99.0, .slow_call = 10ms, .minimum = 100});
  bench.result(succeeded);
  for (int i = 0; i < 99; ++i) bench.result(succeeded, 1s);
  EXPECT_EQ(bench.state(), closed);
  bench.result(succeeded, 1s);
  EXPECT_EQ(bench.state(), open);
}

TEST(SentinelBreaker, OneFastCallOfManyKeepsASlowRatioOfAllClosed) {
  Bench bench({.slow_call = 10ms});
  bench.result(succeeded);
  for (int i = 0; i < 99; ++i) bench.result(succeeded, 1s);
  EXPECT_EQ(bench.state(), closed);
}

TEST(SentinelBreaker, TripsStrictlyAboveTheErrorCount) {
  Bench bench({.strategy = Strategy::error_count, .count = 3, .minimum = 1});
  bench.results(0, 3);
  EXPECT_EQ(bench.state(), closed);
  bench.results(100, 1);
  EXPECT_EQ(bench.state(), open);
}

TEST(SentinelBreaker, TheErrorCountWaitsForTheMinimumTooAndASuccessCanTripIt) {
  Bench bench({.strategy = Strategy::error_count, .count = 0});
  bench.results(0, 4);
  EXPECT_EQ(bench.state(), closed);
  bench.results(1, 0);
  EXPECT_EQ(bench.state(), open);
}

TEST(SentinelBreaker, ACallIsSlowOnlyAboveTheThresholdWhateverCameOfIt) {
  Bench bench({.slow_call = 10ms, .minimum = 1});
  bench.result(errored, 10ms);
  EXPECT_EQ(bench.state(), closed);
  bench.now = at(1s);  // another bucket
  bench.result(errored, 10ms + 1ns);
  EXPECT_EQ(bench.state(), open);
}

TEST(SentinelBreaker, TheBucketIsThrownAwayWhole) {
  Bench bench({.strategy = Strategy::error_count, .count = 3, .minimum = 1});
  bench.now = at(1s - 1ns);
  bench.results(0, 3);
  bench.now = at(1s);
  bench.results(0, 3);
  EXPECT_EQ(bench.state(), closed);
  EXPECT_EQ(bench.breaker.totals().failed, 3U);
  bench.now = at(2s - 1ns);
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);
}

TEST(SentinelBreaker, OpensForTheWholeTimeAndThenLetsOneCallThrough) {
  Bench bench(touchy());
  bench.results(0, 1);
  bench.now = at(10s - 1ns);
  EXPECT_FALSE(bench.acquire());
  bench.now = at(10s);
  EXPECT_EQ(bench.state(), open) << "half-open only at a call";
  EXPECT_TRUE(bench.acquire());
  EXPECT_EQ(bench.state(), half_open);
  EXPECT_FALSE(bench.acquire());
  bench.now = at(1h);
  EXPECT_FALSE(bench.acquire());
}

TEST(SentinelBreaker, TheVerdictIsTheStrategys) {
  Bench slow = half_opened({.slow_call = 10ms});
  slow.result(errored, 10ms);
  EXPECT_EQ(slow.state(), closed) << "fast enough";
  Bench still_slow = half_opened({.slow_call = 10ms});
  still_slow.result(succeeded, 10ms + 1ns);
  EXPECT_EQ(still_slow.state(), open);
  Bench errors = half_opened(touchy());
  errors.result(succeeded, 1h);
  EXPECT_EQ(errors.state(), closed);
  Bench still_errors = half_opened(touchy());
  still_errors.result(errored);
  EXPECT_EQ(still_errors.state(), open);
  still_errors.now = at(20s - 1ns);
  EXPECT_FALSE(still_errors.acquire());
  still_errors.now = at(20s);
  EXPECT_TRUE(still_errors.acquire());
}

TEST(SentinelBreaker, ClosingEmptiesTheBucket) {
  Bench bench({.strategy = Strategy::error_count,
               .count = 1,
               .minimum = 1,
               .interval = 1h,
               .open_for = 1s});
  bench.results(0, 2);
  bench.now = at(1s);
  EXPECT_TRUE(bench.acquire());
  bench.result(succeeded);
  EXPECT_EQ(bench.breaker.totals(), CallTotals{});
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), closed);
}

TEST(SentinelBreaker, ResultsWhileOpenAreCountedAndChangeNothing) {
  Bench bench(touchy());
  bench.results(0, 1);
  bench.now = at(500ms);
  bench.results(2, 2);
  EXPECT_EQ(bench.breaker.totals(), (CallTotals{.calls = 5, .failed = 3, .slow = 0}));
  EXPECT_EQ(bench.state(), open);
  bench.now = at(10s);
  EXPECT_TRUE(bench.acquire());
}

TEST(SentinelBreaker, ABlockedProbeGivesItsTurnToTheNextCall) {
  for (const Outcome& outcome : {was_abandoned, bulkhead_full}) {
    Bench bench = half_opened(touchy());
    bench.result(outcome);
    EXPECT_EQ(bench.state(), open);
    EXPECT_TRUE(bench.acquire()) << "without another wait";
    EXPECT_FALSE(bench.acquire());
  }
  Bench bench = half_opened(touchy());
  bench.breaker.release(bench.now);
  EXPECT_EQ(bench.state(), open);
  EXPECT_TRUE(bench.acquire());
}

TEST(SentinelBreaker, BlockedCallsAreNotCounted) {
  Bench bench(touchy());
  bench.result(was_abandoned);
  bench.result(bulkhead_full);
  bench.breaker.release(bench.now);
  EXPECT_EQ(bench.breaker.totals(), CallTotals{});
  EXPECT_EQ(bench.state(), closed);
  for (const Outcome& outcome : {errored, timed_out, past_deadline, was_rejected}) {
    Bench other(touchy());
    other.result(outcome);
    EXPECT_EQ(other.state(), open);
  }
}

TEST(SentinelBreaker, OpenForEverStaysOpen) {
  auto options = touchy();
  options.open_for = forever;
  Bench bench(options);
  bench.results(0, 1);
  EXPECT_FALSE(bench.breaker.try_acquire(never));
}

TEST(SentinelBreaker, ReconfiguringKeepsTheBucketForTheNextToJudge) {
  Bench bench({.strategy = Strategy::error_count, .count = 10});
  bench.results(2, 6);
  bench.breaker.reconfigure({.strategy = Strategy::error_count, .count = 5});
  EXPECT_EQ(bench.state(), closed);
  bench.results(1, 0);
  EXPECT_EQ(bench.state(), open);
}

TEST(SentinelBreaker, AnotherIntervalStartsEmpty) {
  Bench bench({.strategy = Strategy::error_count, .count = 10});
  bench.results(2, 6);
  bench.breaker.reconfigure({.strategy = Strategy::error_count, .count = 5, .interval = 2s});
  EXPECT_EQ(bench.breaker.totals(), CallTotals{});
}

TEST(SentinelBreaker, ReconfiguringLeavesTheTimeOfOpen) {
  Bench bench(touchy());
  bench.results(0, 1);
  auto options = touchy();
  options.open_for = 1h;
  bench.breaker.reconfigure(options);
  bench.now = at(10s);
  EXPECT_TRUE(bench.acquire());
}

TEST(SentinelBreakerOptions, SayWhatIsOutOfRange) {
  using Options = SentinelBreakerOptions;
  const auto about = [](const Options& options) { return said(options.validate()); };
  EXPECT_EQ(about({}), "ok");
  for (const auto strategy : {Strategy::slow_ratio, Strategy::error_ratio}) {
    const std::string key = strategy == Strategy::slow_ratio ? "breaker.sentinel.slow_ratio"
                                                             : "breaker.sentinel.error_ratio";
    EXPECT_EQ(about({.strategy = strategy, .ratio = 0.0}), "ok");
    EXPECT_EQ(about({.strategy = strategy, .ratio = 100.5}),
              key + ": must be from 0% to 100%, is 100.5%");
    EXPECT_EQ(about({.strategy = strategy, .ratio = -1.0}),
              key + ": must be from 0% to 100%, is -1%");
    EXPECT_EQ(about({.strategy = strategy, .ratio = std::numeric_limits<double>::quiet_NaN()}),
              key + ": must be from 0% to 100%, is nan%");
  }
  EXPECT_EQ(about({.strategy = Strategy::error_count, .ratio = 200.0, .count = 0}), "ok");
  EXPECT_EQ(about({.slow_call = 0s}), "ok");
  EXPECT_EQ(about({.slow_call = -1ns}), "breaker.sentinel.slow_call: must be at least 0s, is -1ns");
  EXPECT_EQ(about({.minimum = 1}), "ok");
  EXPECT_EQ(about({.minimum = 0}), "breaker.sentinel.minimum: must be at least 1, is 0");
  EXPECT_EQ(about({.interval = 1ns}), "ok");
  EXPECT_EQ(about({.interval = 0s}), "breaker.sentinel.interval: must be above 0s, is 0s");
  EXPECT_EQ(about({.open_for = 1ns}), "ok");
  EXPECT_EQ(about({.open_for = 0s}), "breaker.sentinel.open_for: must be above 0s, is 0s");
}

RC_GTEST_PROP(SentinelBreakerProperty, HalfOpenHasOneCallUnderWay, ()) {
  Bench bench({.strategy = *rc::gen::element(Strategy::slow_ratio, Strategy::error_ratio,
                                             Strategy::error_count),
               .ratio = *rc::gen::element(0.0, 50.0, 100.0),
               .count = *rc::gen::inRange<std::uint32_t>(0, 3),
               .slow_call = 10ms,
               .minimum = *rc::gen::inRange<std::uint32_t>(1, 4),
               .open_for = 3s});
  int probes = 0;
  for (int i = 0; i < 200; ++i) {
    const BreakerState before = bench.state();
    const auto step = *rc::gen::inRange(0, 8);
    if (step == 0) bench.now += 1s;
    if (step == 1 || step == 2) {
      const bool allowed = bench.acquire();
      RC_ASSERT(allowed || before != closed);
      if (bench.state() == half_open && allowed) ++probes;
      RC_ASSERT(probes <= 1);
    }
    if (step == 3) bench.result(succeeded, *rc::gen::element(Duration{1ms}, Duration{20ms}));
    if (step >= 4 && step < 7) bench.result(errored, 20ms);
    if (step == 7) bench.result(bulkhead_full);
    if (bench.state() != half_open) probes = 0;
    RC_ASSERT(bench.state() != half_open || probes == 1);
  }
}

}  // namespace
}  // namespace squall::policy::sentinel_breaker_test
