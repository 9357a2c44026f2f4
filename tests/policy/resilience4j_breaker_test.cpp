#include "squall/policy/resilience4j_breaker.hpp"

#include <initializer_list>
#include <limits>
#include <string_view>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::resilience4j_breaker_test {

namespace {

using Window = Resilience4jBreakerOptions::Window;

constexpr auto closed = BreakerState::closed;
constexpr auto open = BreakerState::open;
constexpr auto half_open = BreakerState::half_open;

/// A breaker and a clock that stands still unless told.
struct Bench {
  Resilience4jBreaker breaker;
  Instant now{};

  explicit Bench(const Resilience4jBreakerOptions& options) : breaker(options) {}

  bool acquire() { return breaker.try_acquire(now); }
  BreakerState state() { return breaker.state(now); }
  void result(const Outcome& outcome, Duration elapsed = 100ms) {
    breaker.on_result(outcome, elapsed, now);
  }
  /// Calls that are let through and end at once: S ok, F failed.
  void calls(std::string_view outcomes) {
    for (const char outcome : outcomes) {
      ASSERT_TRUE(acquire()) << outcomes;
      result(outcome == 'S' ? succeeded : errored);
    }
  }
  /// Results of calls let through at some time before.
  void late(std::string_view outcomes) {
    for (const char outcome : outcomes) result(outcome == 'S' ? succeeded : errored);
  }
};

/// Of resilience4j's own test of its state machine.
Resilience4jBreakerOptions of_their_test() {
  return {.window_type = Window::time,
          .window_time = 20s,
          .minimum = 5,
          .failure_rate = 50.0,
          .slow_call_rate = 50.0,
          .slow_call = 4s,
          .open_for = 5s,
          .half_open_calls = 4};
}

/// Trips at the first failure.
Resilience4jBreakerOptions touchy() {
  return {.window = 1, .minimum = 1, .open_for = 10s, .half_open_calls = 3};
}

/// Open since the start.
Bench tripped(const Resilience4jBreakerOptions& options) {
  Bench bench(options);
  while (bench.state() == closed) bench.calls("F");
  return bench;
}

/// Half-open since 1 ns after the wait, all permits left.
Bench half_opened(const Resilience4jBreakerOptions& options) {
  Bench bench = tripped(options);
  bench.now = at(options.open_for + 1ns);
  EXPECT_TRUE(bench.acquire());
  bench.breaker.release(bench.now);
  return bench;
}

// --- Conformance: resilience4j 2.x --------------------------------------------------------------

TEST(Resilience4jBreaker, Resilience4jOpensOnTheFifthCallAndRejectsTheNext) {
  Bench bench(of_their_test());
  bench.calls("FFFS");
  EXPECT_EQ(bench.state(), closed);
  bench.calls("S");
  EXPECT_EQ(bench.state(), open);  // 60 %, tripped by a success
  EXPECT_FALSE(bench.acquire());
}

TEST(Resilience4jBreaker, Resilience4jStaysClosedBelowTheRate) {
  Bench bench(of_their_test());
  bench.calls("SSSFF");
  EXPECT_EQ(bench.state(), closed);  // 40 %
  bench.calls("F");
  EXPECT_EQ(bench.state(), open);  // 50 %
}

TEST(Resilience4jBreaker, Resilience4jOpensBySlowCalls) {
  Bench bench(of_their_test());
  for (const Duration elapsed : {Duration{5s}, Duration{5s}, Duration{100ms}, Duration{100ms}}) {
    bench.result(succeeded, elapsed);
  }
  EXPECT_EQ(bench.state(), closed);
  bench.result(succeeded, 5s);
  EXPECT_EQ(bench.state(), open);  // 60 %
}

TEST(Resilience4jBreaker, Resilience4jOpensBySlowCallsWhereTooFewFail) {
  Bench bench(of_their_test());
  bench.result(errored, 5s);
  bench.result(succeeded, 5s);
  bench.result(errored, 100ms);
  bench.result(succeeded, 100ms);
  EXPECT_EQ(bench.state(), closed);
  bench.result(succeeded, 5s);
  EXPECT_EQ(bench.breaker.totals(), (CallTotals{.calls = 5, .failed = 2, .slow = 3}));
  EXPECT_EQ(bench.state(), open);  // 60 % slow, 40 % failed
}

TEST(Resilience4jBreaker, Resilience4jIsHalfOpenAfterTheWait) {
  Bench bench = tripped(of_their_test());
  EXPECT_FALSE(bench.acquire());
  bench.now = at(3s);
  EXPECT_EQ(bench.state(), open);
  EXPECT_FALSE(bench.acquire());
  bench.now = at(6s);
  EXPECT_TRUE(bench.acquire());
  EXPECT_EQ(bench.state(), half_open);
  EXPECT_EQ(bench.breaker.totals(), CallTotals{});
}

TEST(Resilience4jBreaker, Resilience4jEachHalfOpenPermitsFourCalls) {
  Bench bench = tripped(of_their_test());
  for (const Instant half_open_at : {at(5s + 1ns), at(11s)}) {
    bench.now = half_open_at;
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(bench.acquire());
    for (int i = 0; i < 2; ++i) EXPECT_FALSE(bench.acquire());
    bench.late("FFFF");  // to open
  }
}

TEST(Resilience4jBreaker, Resilience4jHalfOpenPermitsFourCalls) {
  Bench bench = tripped(of_their_test());
  bench.now = at(5s + 1ns);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
  EXPECT_EQ(bench.state(), half_open);
}

TEST(Resilience4jBreaker, Resilience4jHalfOpenFailsBackToOpen) {
  Bench bench = half_opened(of_their_test());
  bench.calls("FFS");
  EXPECT_EQ(bench.state(), half_open);
  bench.calls("F");
  EXPECT_EQ(bench.state(), open);
}

TEST(Resilience4jBreaker, Resilience4jHalfOpenClosesWithFreshMetrics) {
  Bench bench = half_opened(of_their_test());
  bench.calls("FSS");
  EXPECT_EQ(bench.state(), half_open);
  bench.calls("S");
  EXPECT_EQ(bench.state(), closed);
  EXPECT_EQ(bench.breaker.totals(), CallTotals{});
}

TEST(Resilience4jBreaker, Resilience4jCountWindowLimitsTheMinimum) {
  Bench bench({.window = 5, .minimum = 10});
  bench.calls("FFFF");
  EXPECT_EQ(bench.state(), closed);
  bench.calls("F");
  EXPECT_EQ(bench.state(), open);
}

TEST(Resilience4jBreaker, Resilience4jTimeWindowDoesNotLimitTheMinimum) {
  Bench bench({.window_type = Window::time, .window_time = 5s, .minimum = 10});
  bench.calls("FFFFFFFFF");
  EXPECT_EQ(bench.state(), closed);
  bench.calls("F");
  EXPECT_EQ(bench.state(), open);
}

TEST(Resilience4jBreaker, Resilience4jDefaults) {
  const Resilience4jBreakerOptions options;
  EXPECT_EQ(options.window_type, Window::count);
  EXPECT_EQ(options.window, 100U);
  EXPECT_EQ(options.minimum, 100U);
  EXPECT_EQ(options.failure_rate, 50.0);
  EXPECT_EQ(options.slow_call_rate, 100.0);
  EXPECT_EQ(options.slow_call, 60s);
  EXPECT_EQ(options.open_for, 60s);
  EXPECT_EQ(options.half_open_calls, 10U);
  EXPECT_EQ(options.max_half_open, 0s);
  EXPECT_FALSE(options.automatic_half_open);
}

TEST(Resilience4jBreaker, Resilience4jHalfOpenMayDecideBeforeAllPermitsAreUsed) {
  Bench bench = half_opened({.window = 2, .minimum = 2, .open_for = 10s, .half_open_calls = 10});
  bench.calls("S");
  EXPECT_EQ(bench.state(), half_open);
  bench.calls("S");
  EXPECT_EQ(bench.state(), closed);
}

TEST(Resilience4jBreaker, Resilience4jHalfOpenMinimumIsNotLimitedByTheClosedWindow) {
  // A window of 2 limits the minimum of 3 while closed; half-open has a window of its own.
  Bench bench = half_opened({.window = 2, .minimum = 3, .open_for = 10s, .half_open_calls = 10});
  bench.calls("SS");
  EXPECT_EQ(bench.state(), half_open);
  bench.calls("S");
  EXPECT_EQ(bench.state(), closed);
}

TEST(Resilience4jBreaker, Resilience4jOpensForStrictlyLongerThanTheWait) {
  Bench bench = tripped(touchy());
  bench.now = at(10s);
  EXPECT_FALSE(bench.acquire());
  EXPECT_EQ(bench.state(), open);
  bench.now = at(10s + 1ns);
  EXPECT_EQ(bench.state(), open) << "half-open only at a call";
  EXPECT_TRUE(bench.acquire());
  EXPECT_EQ(bench.state(), half_open);
}

TEST(Resilience4jBreaker, Resilience4jAutomaticTransitionNeedsNoCall) {
  auto options = touchy();
  options.automatic_half_open = true;
  Bench bench = tripped(options);
  EXPECT_EQ(bench.breaker.state(at(10s - 1ns)), open);
  EXPECT_FALSE(bench.breaker.try_acquire(at(10s - 1ns)));
  EXPECT_EQ(bench.breaker.state(at(10s)), half_open);
  bench.now = at(10s);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
}

TEST(Resilience4jBreaker, Resilience4jRecordsResultsWhileOpenWithoutATransition) {
  Bench bench = tripped({.window = 4, .minimum = 4, .open_for = 10s, .half_open_calls = 3});
  bench.late("SSSS");
  EXPECT_EQ(bench.state(), open);
  EXPECT_EQ(bench.breaker.totals().failed, 0U);
  bench.late("FFFF");
  EXPECT_EQ(bench.breaker.totals().failed, 4U);
  bench.now = at(10s + 1ns);
  EXPECT_TRUE(bench.acquire()) << "the wait was not prolonged";
  EXPECT_EQ(bench.breaker.totals(), CallTotals{});
}

TEST(Resilience4jBreaker, Resilience4jLateResultsCountForTheStateTheyArriveIn) {
  // Let through while closed, ended in half-open: they decide it and use no permit.
  Bench bench = half_opened({.window = 2, .minimum = 2, .open_for = 10s, .half_open_calls = 3});
  bench.late("S");
  EXPECT_EQ(bench.breaker.totals().calls, 1U);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
  bench.late("S");
  EXPECT_EQ(bench.state(), closed);
  // And the three probes end in closed, where they count again.
  bench.late("FFF");
  EXPECT_EQ(bench.state(), open);
}

TEST(Resilience4jBreaker, Resilience4jAnIgnoredOutcomeGivesItsPermitBack) {
  Bench bench = half_opened(touchy());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
  bench.breaker.release(bench.now);
  EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
  bench.result(was_abandoned);
  EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
  EXPECT_EQ(bench.breaker.totals(), CallTotals{});
}

TEST(Resilience4jBreaker, Resilience4jGivesBackPermitsThatWereTakenBeforeHalfOpen) {
  Bench bench = half_opened(touchy());
  bench.breaker.release(bench.now);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
}

TEST(Resilience4jBreaker, Resilience4jMaxWaitInHalfOpenGoesBackToOpen) {
  auto options = touchy();
  options.max_half_open = 2s;
  Bench bench = half_opened(options);  // since 10 s + 1 ns
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.acquire());
  EXPECT_EQ(bench.breaker.state(at(12s)), half_open);
  EXPECT_EQ(bench.breaker.state(at(12s + 1ns)), open);
  bench.now = at(12s + 1ns);
  EXPECT_FALSE(bench.acquire());
  bench.now = at(22s + 1ns);
  EXPECT_FALSE(bench.acquire());
  bench.now = at(22s + 2ns);
  EXPECT_TRUE(bench.acquire());
}

TEST(Resilience4jBreaker, Resilience4jWithoutMaxWaitHalfOpenLastsForEver) {
  Bench bench = half_opened(touchy());
  EXPECT_EQ(bench.breaker.state(never - 1ns), half_open);
}

// --- Rates --------------------------------------------------------------------------------------

TEST(Resilience4jBreaker, EveryOutcomeButOkIsAFailure) {
  const Outcome bulkhead_full{.kind = OutcomeKind::rejected, .by = RejectedBy::bulkhead};
  for (const Outcome& outcome : {errored, timed_out, past_deadline, was_rejected, bulkhead_full}) {
    Bench bench(touchy());
    bench.result(outcome);
    EXPECT_EQ(bench.state(), open);
  }
}

TEST(Resilience4jBreaker, ACallIsSlowOnlyAboveTheThreshold) {
  Resilience4jBreakerOptions options = touchy();
  options.slow_call = 4s;
  Bench bench(options);
  bench.result(succeeded, 4s);
  EXPECT_EQ(bench.state(), closed);
  EXPECT_EQ(bench.breaker.totals().slow, 0U);
  bench.result(succeeded, 4s + 1ns);
  EXPECT_EQ(bench.state(), open);
}

TEST(Resilience4jBreaker, AFailureCanBeSlowToo) {
  Bench bench({.window = 4, .minimum = 4, .failure_rate = 100.0});
  bench.result(errored, 61s);
  EXPECT_EQ(bench.breaker.totals(), (CallTotals{.calls = 1, .failed = 1, .slow = 1}));
}

TEST(Resilience4jBreaker, SlowCallsReopenHalfOpen) {
  Bench bench = half_opened(touchy());
  bench.result(succeeded, 61s);
  EXPECT_EQ(bench.state(), open);
}

TEST(Resilience4jBreaker, ThresholdsAreMetExactly) {
  // 333 of 1000 is 33.3 % though neither is a binary fraction.
  Bench bench({.window = 1000, .minimum = 1000, .failure_rate = 33.3});
  for (int i = 0; i < 333; ++i) bench.result(errored);
  for (int i = 0; i < 666; ++i) bench.result(succeeded);
  EXPECT_EQ(bench.state(), closed);
  bench.result(succeeded);
  EXPECT_EQ(bench.state(), open);
}

TEST(Resilience4jBreaker, OneBelowTheThresholdDoesNotTrip) {
  Bench bench({.window = 1000, .minimum = 1000, .failure_rate = 33.3});
  for (int i = 0; i < 332; ++i) bench.result(errored);
  for (int i = 0; i < 668; ++i) bench.result(succeeded);
  EXPECT_EQ(bench.state(), closed);
}

TEST(Resilience4jBreaker, OldFailuresLeaveTheTimeWindow) {
  Bench bench({.window_type = Window::time, .window_time = 2s, .minimum = 3});
  bench.calls("FF");
  bench.now = at(2s);
  bench.calls("F");
  EXPECT_EQ(bench.state(), closed);
  bench.calls("FF");
  EXPECT_EQ(bench.state(), open);
}

TEST(Resilience4jBreaker, ClosedAgainItStartsWithAFreshTimeWindow) {
  Bench bench = half_opened({.window_type = Window::time,
                             .window_time = 100s,
                             .minimum = 2,
                             .open_for = 1s,
                             .half_open_calls = 2});
  bench.calls("SS");
  EXPECT_EQ(bench.state(), closed);
  EXPECT_EQ(bench.breaker.totals(), CallTotals{});
  bench.calls("F");
  EXPECT_EQ(bench.state(), closed);
  bench.calls("F");
  EXPECT_EQ(bench.state(), open);
}

TEST(Resilience4jBreaker, ReleaseOutsideHalfOpenDoesNothing) {
  Bench bench(touchy());
  bench.breaker.release(bench.now);
  EXPECT_TRUE(bench.acquire());
  bench.result(errored);
  bench.breaker.release(bench.now);
  EXPECT_FALSE(bench.acquire());
  bench.now = at(10s + 1ns);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
}

// --- Time alone ---------------------------------------------------------------------------------

Resilience4jBreakerOptions to_and_fro() {
  auto options = touchy();
  options.max_half_open = 2s;
  options.automatic_half_open = true;
  return options;
}

TEST(Resilience4jBreaker, AlternatesByItselfWhileNoCallComes) {
  Bench bench = tripped(to_and_fro());  // rounds of 12 s: open to 10 s, half-open to 12 s
  for (int round = 0; round < 4; ++round) {
    const Duration start = round * 12s;
    EXPECT_EQ(bench.breaker.state(at(start)), open);
    EXPECT_EQ(bench.breaker.state(at(start + 10s - 1ns)), open);
    EXPECT_EQ(bench.breaker.state(at(start + 10s)), half_open);
    EXPECT_EQ(bench.breaker.state(at(start + 12s - 1ns)), half_open);
  }
  EXPECT_EQ(bench.breaker.state(at(12s)), open);
}

TEST(Resilience4jBreaker, EachHalfOpenHasFreshPermitsAndResults) {
  Bench bench = tripped(to_and_fro());
  bench.now = at(10s);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
  bench.now = at(22s);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
  bench.now = at(10s + 12s * 1'000'000);
  EXPECT_TRUE(bench.acquire());
  bench.late("S");
  EXPECT_EQ(bench.state(), closed);
}

TEST(Resilience4jBreaker, AnUndecidedHalfOpenLeavesNothingToTheNext) {
  auto options = to_and_fro();
  options.minimum = 3;
  Bench bench = tripped(options);
  bench.now = at(10s);
  bench.calls("SS");
  bench.now = at(22s);
  bench.calls("SS");
  EXPECT_EQ(bench.state(), half_open);
  EXPECT_EQ(bench.breaker.totals().calls, 2U);
  bench.calls("S");
  EXPECT_EQ(bench.state(), closed);
}

TEST(Resilience4jBreaker, LazilyOpenItWaitsForTheCallHoweverLateItComes) {
  auto options = touchy();
  options.max_half_open = 2s;
  Bench bench = half_opened(options);  // since 10 s + 1 ns; open from 12 s + 1 ns
  bench.now = at(12s * 1000 + 5s);
  EXPECT_EQ(bench.state(), open);
  EXPECT_TRUE(bench.acquire());
  EXPECT_EQ(bench.state(), half_open);
}

TEST(Resilience4jBreaker, LongPausesCostNoTime) {
  Bench bench = tripped({.window = 1,
                         .minimum = 1,
                         .open_for = 1ns,
                         .half_open_calls = 1,
                         .max_half_open = 1ns,
                         .automatic_half_open = true});
  EXPECT_EQ(bench.breaker.state(never - 2ns), half_open);  // odd
  EXPECT_EQ(bench.breaker.state(never - 1ns), open);
}

TEST(Resilience4jBreaker, TimesThatNeverEndDoNotOverflow) {
  auto options = to_and_fro();
  options.open_for = forever;
  Bench bench = tripped(options);
  EXPECT_EQ(bench.breaker.state(never), open);
  EXPECT_FALSE(bench.breaker.try_acquire(never));

  options.open_for = 10s;
  options.max_half_open = forever;
  Bench other = tripped(options);
  EXPECT_EQ(other.breaker.state(at(10s)), half_open);
  EXPECT_EQ(other.breaker.state(never), half_open);
}

TEST(Resilience4jBreaker, AResultFindsTheStateThatTimeHasLedTo) {
  auto options = touchy();
  options.max_half_open = 2s;
  Bench bench = half_opened(options);  // since 10 s + 1 ns
  EXPECT_TRUE(bench.acquire());
  bench.now = at(12s + 1ns);
  bench.late("S");
  EXPECT_EQ(bench.state(), open);
}

// --- New numbers ---------------------------------------------------------------------------------

TEST(Resilience4jBreaker, ReconfiguringKeepsResultsForTheNextToJudge) {
  Bench bench({.window = 10, .minimum = 10});
  bench.calls("SSSSSSFFF");
  bench.breaker.reconfigure({.window = 4, .minimum = 4});
  EXPECT_EQ(bench.breaker.totals(), (CallTotals{.calls = 4, .failed = 3, .slow = 0}));
  EXPECT_EQ(bench.state(), closed);
  bench.calls("S");
  EXPECT_EQ(bench.state(), open);
}

TEST(Resilience4jBreaker, ReconfiguringATimeWindowKeepsTheNewestSeconds) {
  Resilience4jBreakerOptions options{
      .window_type = Window::time, .window_time = 10s, .minimum = 100};
  Bench bench(options);
  bench.calls("FF");
  bench.now = at(1s);
  bench.calls("FS");
  options.window_time = 1s;
  bench.breaker.reconfigure(options);
  EXPECT_EQ(bench.breaker.totals(), (CallTotals{.calls = 2, .failed = 1, .slow = 0}));
}

TEST(Resilience4jBreaker, AWindowOfTheOtherTypeStartsEmpty) {
  Bench bench({.window = 10, .minimum = 3});
  bench.calls("FF");
  bench.breaker.reconfigure({.window_type = Window::time, .window_time = 10s, .minimum = 3});
  EXPECT_EQ(bench.breaker.totals(), CallTotals{});
  bench.now = at(100s);
  bench.calls("FF");
  bench.breaker.reconfigure({.window = 10, .minimum = 3});
  EXPECT_EQ(bench.breaker.totals(), CallTotals{});
}

TEST(Resilience4jBreaker, ReconfiguringMovesThePermits) {
  auto options = touchy();
  options.half_open_calls = 5;
  Bench bench = half_opened(options);
  EXPECT_TRUE(bench.acquire());
  EXPECT_TRUE(bench.acquire());
  options.half_open_calls = 6;
  bench.breaker.reconfigure(options);  // 4 left
  options.half_open_calls = 4;
  bench.breaker.reconfigure(options);  // 2 left
  EXPECT_TRUE(bench.acquire());
  EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
  options.half_open_calls = 1;
  bench.breaker.reconfigure(options);
  EXPECT_FALSE(bench.acquire());
}

TEST(Resilience4jBreaker, APermitLessLeavesNoneWhereNoneWasLeft) {
  auto options = touchy();
  Bench bench = half_opened(options);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.acquire());
  options.half_open_calls = 2;
  bench.breaker.reconfigure(options);
  EXPECT_FALSE(bench.acquire());
}

TEST(Resilience4jBreaker, AHalfOpenThatWasBoundedEndsAndTheNextDoesNot) {
  auto options = to_and_fro();  // half-open from 10 s to 12 s
  Bench bench = tripped(options);
  bench.now = at(10s);
  EXPECT_TRUE(bench.acquire());
  options.max_half_open = 0s;
  bench.breaker.reconfigure(options);
  EXPECT_EQ(bench.breaker.state(at(12s - 1ns)), half_open);
  EXPECT_EQ(bench.breaker.state(at(12s)), open);
  EXPECT_EQ(bench.breaker.state(at(22s)), half_open);
  EXPECT_EQ(bench.breaker.state(at(1'000s)), half_open) << "without a bound";
  EXPECT_EQ(bench.breaker.state(never), half_open);
}

TEST(Resilience4jBreaker, ReconfiguringLeavesTheTimeOfTheState) {
  auto options = touchy();
  Bench bench = tripped(options);
  options.open_for = 1h;
  bench.breaker.reconfigure(options);
  bench.now = at(10s + 1ns);
  EXPECT_TRUE(bench.acquire());
}

TEST(Resilience4jBreaker, HalfOpenThatSufficesAfterAReconfigureDecidesAtTheNextCall) {
  for (const bool ok : {true, false}) {
    Resilience4jBreakerOptions options{
        .window = 10, .minimum = 10, .open_for = 10s, .half_open_calls = 10};
    Bench bench = half_opened(options);
    bench.late(ok ? "SSS" : "FFF");
    for (int i = 0; i < 7; ++i) EXPECT_TRUE(bench.acquire());
    options.half_open_calls = 3;
    bench.breaker.reconfigure(options);
    EXPECT_EQ(bench.state(), half_open);
    EXPECT_EQ(bench.acquire(), ok);
    EXPECT_EQ(bench.state(), ok ? closed : open);
  }
}

// --- Options and properties ----------------------------------------------------------------------

TEST(Resilience4jBreakerOptions, SayWhatIsOutOfRange) {
  using Options = Resilience4jBreakerOptions;
  const auto about = [](const Options& options) { return said(options.validate()); };
  EXPECT_EQ(about({}), "ok");
  EXPECT_EQ(about({.window = 0}), "breaker.resilience4j.window: must be from 1 to 100,000, is 0");
  EXPECT_EQ(about({.window = 1}), "ok");
  EXPECT_EQ(about({.window = 100'000}), "ok");
  EXPECT_EQ(about({.window = 100'001}),
            "breaker.resilience4j.window: must be from 1 to 100,000, is 100001");
  EXPECT_EQ(about({.window_type = Window::time, .window = 0}), "ok");
  EXPECT_EQ(about({.window_time = 0s}), "ok");
  for (const Duration good : {Duration{1s}, Duration{24h}}) {
    EXPECT_EQ(about({.window_type = Window::time, .window_time = good}), "ok");
  }
  for (const Duration bad : {Duration{0s}, Duration{1500ms}, Duration{24h + 1s}, Duration{-1s}}) {
    EXPECT_TRUE(about({.window_type = Window::time, .window_time = bad})
                    .starts_with("breaker.resilience4j.window: must be whole seconds from 1s "
                                 "to 24h, is "));
  }
  EXPECT_EQ(about({.minimum = 1}), "ok");
  EXPECT_EQ(about({.half_open_calls = 1}), "ok");
  EXPECT_EQ(about({.half_open_calls = 100'000}), "ok");
  EXPECT_EQ(about({.minimum = 0}), "breaker.resilience4j.minimum: must be at least 1, is 0");
  EXPECT_EQ(about({.failure_rate = 100.0}), "ok");
  EXPECT_EQ(about({.failure_rate = 0.0}),
            "breaker.resilience4j.failure_rate: must be above 0% and at most 100%, is 0%");
  EXPECT_EQ(about({.failure_rate = 100.1}),
            "breaker.resilience4j.failure_rate: must be above 0% and at most 100%, is 100.1%");
  EXPECT_EQ(about({.slow_call_rate = std::numeric_limits<double>::quiet_NaN()}),
            "breaker.resilience4j.slow_call_rate: must be above 0% and at most 100%, is nan%");
  EXPECT_EQ(about({.slow_call = 0s}), "breaker.resilience4j.slow_call: must be above 0s, is 0s");
  EXPECT_EQ(about({.open_for = 0s}), "breaker.resilience4j.open_for: must be above 0s, is 0s");
  EXPECT_EQ(about({.half_open_calls = 0}),
            "breaker.resilience4j.half_open_calls: must be from 1 to 100,000, is 0");
  EXPECT_EQ(about({.half_open_calls = 100'001}),
            "breaker.resilience4j.half_open_calls: must be from 1 to 100,000, is 100001");
  EXPECT_EQ(about({.max_half_open = -1ns}),
            "breaker.resilience4j.max_half_open: must be at least 0s, is -1ns");
}

RC_GTEST_PROP(Resilience4jBreakerProperty, HalfOpenLetsThroughNoMoreThanPermitted, ()) {
  const Resilience4jBreakerOptions options{
      .window = *rc::gen::inRange<std::uint32_t>(1, 6),
      .minimum = *rc::gen::inRange<std::uint32_t>(1, 8),
      .open_for = 3s,
      .half_open_calls = *rc::gen::inRange<std::uint32_t>(1, 5),
      .max_half_open = *rc::gen::element(Duration{0}, Duration{2s}),
      .automatic_half_open = *rc::gen::arbitrary<bool>()};
  Resilience4jBreaker breaker(options);
  Instant now{};
  BreakerState before = closed;
  std::uint32_t let_through = 0;
  std::uint32_t released = 0;
  for (int i = 0; i < 150; ++i) {
    const auto step = *rc::gen::inRange(0, 6);
    if (step == 0) now += 1s;
    if (step == 0 || breaker.state(now) != before) let_through = released = 0;
    before = breaker.state(now);
    if (step == 1 || step == 2) {
      const bool allowed = breaker.try_acquire(now);
      const BreakerState state = breaker.state(now);
      if (state != before) let_through = released = 0;
      if (allowed) ++let_through;
      RC_ASSERT(allowed || state != closed);
      RC_ASSERT(!allowed || state != open);
      if (state == half_open) RC_ASSERT(let_through <= options.half_open_calls + released);
    } else if (step == 3) {
      breaker.on_result(succeeded, 1ms, now);
    } else if (step == 4) {
      breaker.on_result(errored, 1ms, now);
    } else if (step == 5 && let_through > released) {
      breaker.release(now);
      ++released;
    }
    if (breaker.state(now) != before) let_through = released = 0;
    before = breaker.state(now);
  }
}

}  // namespace
}  // namespace squall::policy::resilience4j_breaker_test
