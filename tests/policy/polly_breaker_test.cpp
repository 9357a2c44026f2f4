// The cases named Polly are those of the product's own tests, of version 8:
// AdvancedCircuitBehavior, CircuitStateController, RollingHealthMetrics and SingleHealthMetrics.
#include "squall/policy/polly_breaker.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::polly_breaker_test {
namespace {

constexpr auto closed = BreakerState::closed;
constexpr auto open = BreakerState::open;
constexpr auto half_open = BreakerState::half_open;

using Bench = BreakerBench<PollyBreaker, PollyBreakerOptions>;

/// Open since the start, for 5 s.
Bench tripped() {
  Bench bench({.minimum_throughput = 2});
  bench.results(1, 1);
  EXPECT_EQ(bench.state(), open);
  return bench;
}

Bench half_opened() {
  Bench bench = tripped();
  bench.now = at(5s);
  EXPECT_TRUE(bench.acquire());
  return bench;
}

// --- Conformance: Polly 8 -----------------------------------------------------------------------

TEST(PollyBreaker, PollyDefaults) {
  const PollyBreakerOptions options;
  EXPECT_EQ(options.failure_ratio, 10.0);
  EXPECT_EQ(options.minimum_throughput, 100U);
  EXPECT_EQ(options.sampling, 30s);
  EXPECT_EQ(options.break_for, 5s);
}

TEST(PollyBreaker, PollyTenCallsAndNoFailureDoNotBreak) {
  Bench bench({.minimum_throughput = 10});
  bench.results(10, 0);
  EXPECT_EQ(bench.state(), closed);
}

TEST(PollyBreaker, PollyTenCallsAndATenthOfThemFailedBreak) {
  Bench bench({.minimum_throughput = 10});
  bench.results(9, 1);
  EXPECT_EQ(bench.state(), open);
}

TEST(PollyBreaker, PollyTenCallsAndAFifthOfThemFailedBreak) {
  Bench bench({.minimum_throughput = 10});
  bench.results(8, 2);
  EXPECT_EQ(bench.state(), open);
}

TEST(PollyBreaker, PollyElevenCallsAndAFifthOfThemFailedBreak) {
  Bench bench({.failure_ratio = 18.0, .minimum_throughput = 10});
  bench.results(9, 2);  // 2 of 11, 18.2 %
  EXPECT_EQ(bench.state(), open);
}

TEST(PollyBreaker, PollyNineCallsDoNotBreak) {
  Bench bench({.minimum_throughput = 10});
  bench.results(0, 9);
  EXPECT_EQ(bench.state(), closed);
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);
}

TEST(PollyBreaker, PollyJudgesAtAFailureOnly) {
  Bench bench({.minimum_throughput = 10});
  bench.results(0, 5);
  bench.results(5, 0);
  EXPECT_EQ(bench.state(), closed) << "half of ten failed, but the tenth did not";
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);
}

TEST(PollyBreaker, PollyBreaksForTheWholeDurationAndLetsTheFirstCallAfterItThrough) {
  Bench bench = tripped();
  bench.now = at(5s - 1ns);
  EXPECT_FALSE(bench.acquire());
  EXPECT_EQ(bench.state(), open);
  bench.now = at(5s);
  EXPECT_EQ(bench.state(), open) << "half-open only at a call";
  EXPECT_TRUE(bench.acquire());
  EXPECT_EQ(bench.state(), half_open);
}

TEST(PollyBreaker, PollyHalfOpenLetsASingleCallThrough) {
  Bench bench = half_opened();
  EXPECT_FALSE(bench.acquire());
  bench.now = at(1h);
  EXPECT_FALSE(bench.acquire()) << "however long the probe takes";
}

TEST(PollyBreaker, PollyASuccessInHalfOpenCloses) {
  Bench bench = half_opened();
  bench.result(succeeded);
  EXPECT_EQ(bench.state(), closed);
  EXPECT_EQ(bench.breaker.totals(), CallTotals{}) << "with nothing sampled";
}

TEST(PollyBreaker, PollyAFailureInHalfOpenBreaksAnew) {
  Bench bench = half_opened();
  bench.now = at(7s);
  bench.result(errored);
  EXPECT_EQ(bench.state(), open);
  bench.now = at(12s - 1ns);
  EXPECT_FALSE(bench.acquire());
  bench.now = at(12s);
  EXPECT_TRUE(bench.acquire());
}

TEST(PollyBreaker, PollyAFailureInHalfOpenIsNotSampled) {
  Bench bench = half_opened();
  const CallTotals before = bench.breaker.totals();
  bench.result(errored);
  EXPECT_EQ(bench.breaker.totals(), before);
}

TEST(PollyBreaker, PollyResultsWhileOpenAreSampledAndChangeNothing) {
  Bench bench = tripped();
  bench.now = at(1s);
  bench.results(1, 2);
  EXPECT_EQ(bench.breaker.totals(), (CallTotals{.calls = 5, .failed = 3, .slow = 0}));
  EXPECT_EQ(bench.state(), open);
  bench.now = at(5s);
  EXPECT_TRUE(bench.acquire()) << "the break was not prolonged";
}

TEST(PollyBreaker, PollyABreakToTheEndOfTimeDoesNotOverflow) {
  Bench bench({.minimum_throughput = 2, .break_for = forever});
  bench.now = at(1s);
  bench.results(0, 2);
  EXPECT_FALSE(bench.breaker.try_acquire(never - 1ns));
  EXPECT_FALSE(bench.breaker.try_acquire(never));
}

TEST(PollyBreaker, PollyWhatItDoesNotHandleIsASuccess) {
  Bench bench = half_opened();
  bench.breaker.release(bench.now);
  EXPECT_EQ(bench.state(), closed);
  bench.result(was_abandoned);
  EXPECT_EQ(bench.breaker.totals(), (CallTotals{.calls = 1, .failed = 0, .slow = 0}));
}

// --- What the product's tests leave open ---------------------------------------------------------

TEST(PollyBreaker, EveryOutcomeButOkAndAbandonedIsAFailure) {
  const Outcome bulkhead_full{.kind = OutcomeKind::rejected, .by = RejectedBy::bulkhead};
  for (const Outcome& outcome : {errored, timed_out, past_deadline, was_rejected, bulkhead_full}) {
    Bench bench({.failure_ratio = 50.0, .minimum_throughput = 2});
    bench.result(succeeded);
    bench.result(outcome);
    EXPECT_EQ(bench.state(), open);
  }
}

TEST(PollyBreaker, ACallFromBeforeCanBeTheVerdict) {
  Bench bench = half_opened();
  bench.result(succeeded);  // of a call let through while closed
  EXPECT_EQ(bench.state(), closed);
  bench.results(1, 1);  // the probe itself, which ends in closed, and another
  EXPECT_EQ(bench.state(), open);
}

TEST(PollyBreaker, OneBelowTheRatioDoesNotBreak) {
  Bench bench({.failure_ratio = 33.3, .minimum_throughput = 1000});
  bench.results(668, 332);
  EXPECT_EQ(bench.state(), closed);
  Bench other({.failure_ratio = 33.3, .minimum_throughput = 1000});
  other.results(667, 333);
  EXPECT_EQ(other.state(), open);
}

TEST(PollyBreaker, ARatioOfZeroBreaksAtAnyFailure) {
  Bench bench({.failure_ratio = 0.0, .minimum_throughput = 2});
  bench.results(1000, 0);
  EXPECT_EQ(bench.state(), closed);
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);
}

TEST(PollyBreaker, OldCallsLeaveTheSample) {
  Bench bench({.failure_ratio = 50.0, .minimum_throughput = 4, .sampling = 10s});
  bench.results(0, 3);
  bench.now = at(10s - 1ns);
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);
  Bench other({.failure_ratio = 50.0, .minimum_throughput = 4, .sampling = 10s});
  other.results(0, 3);
  other.now = at(10s);
  other.results(0, 1);
  EXPECT_EQ(other.state(), closed);
}

TEST(PollyBreaker, ReconfiguringKeepsTheSampleForTheNextFailureToJudge) {
  Bench bench({.failure_ratio = 100.0, .minimum_throughput = 100});
  bench.results(1, 3);
  bench.breaker.reconfigure({.failure_ratio = 50.0, .minimum_throughput = 4});
  EXPECT_EQ(bench.state(), closed);
  EXPECT_EQ(bench.breaker.totals(), (CallTotals{.calls = 4, .failed = 3, .slow = 0}));
  bench.result(succeeded);
  EXPECT_EQ(bench.state(), closed);
  bench.result(errored);
  EXPECT_EQ(bench.state(), open);
}

TEST(PollyBreaker, ReconfiguringLeavesABreakUnderWay) {
  Bench bench = tripped();
  bench.breaker.reconfigure({.minimum_throughput = 2, .break_for = 1h});
  bench.now = at(5s);
  EXPECT_TRUE(bench.acquire());
  bench.result(errored);
  bench.now = at(5s + 1h - 1ns);
  EXPECT_FALSE(bench.acquire());
  bench.now = at(5s + 1h);
  EXPECT_TRUE(bench.acquire());
}

TEST(PollyBreaker, ReconfiguringShortensTheSample) {
  Bench bench({.minimum_throughput = 100, .sampling = 10s});
  bench.results(0, 3);
  bench.breaker.reconfigure({.minimum_throughput = 100, .sampling = 1s});
  bench.now = at(1s);
  bench.results(0, 1);
  EXPECT_EQ(bench.breaker.totals(), (CallTotals{.calls = 1, .failed = 1, .slow = 0}));
}

TEST(PollyBreakerOptions, SayWhatIsOutOfRange) {
  using Options = PollyBreakerOptions;
  const auto about = [](const Options& options) { return said(options.validate()); };
  EXPECT_EQ(about({}), "ok");
  EXPECT_EQ(about({.failure_ratio = 0.0}), "ok");
  EXPECT_EQ(about({.failure_ratio = 100.0}), "ok");
  EXPECT_EQ(about({.failure_ratio = -0.1}),
            "breaker.polly.failure_ratio: must be from 0% to 100%, is -0.1%");
  EXPECT_EQ(about({.failure_ratio = 100.1}),
            "breaker.polly.failure_ratio: must be from 0% to 100%, is 100.1%");
  EXPECT_EQ(about({.failure_ratio = std::numeric_limits<double>::quiet_NaN()}),
            "breaker.polly.failure_ratio: must be from 0% to 100%, is nan%");
  EXPECT_EQ(about({.minimum_throughput = 2}), "ok");
  EXPECT_EQ(about({.minimum_throughput = 1}),
            "breaker.polly.minimum_throughput: must be at least 2, is 1");
  EXPECT_EQ(about({.sampling = 1ns}), "ok");
  EXPECT_EQ(about({.sampling = 24h}), "ok");
  EXPECT_EQ(about({.sampling = 0s}),
            "breaker.polly.sampling: must be above 0s and at most 24h, is 0s");
  EXPECT_EQ(about({.sampling = 24h + 1s}),
            "breaker.polly.sampling: must be above 0s and at most 24h, is 86401s");
  EXPECT_EQ(about({.break_for = 1ns}), "ok");
  EXPECT_EQ(about({.break_for = 0s}), "breaker.polly.break_for: must be above 0s, is 0s");
}

RC_GTEST_PROP(PollyBreakerProperty, HalfOpenHasOneCallUnderWay, ()) {
  Bench bench({.failure_ratio = *rc::gen::element(1.0, 50.0, 100.0),
               .minimum_throughput = *rc::gen::inRange<std::uint32_t>(2, 5),
               .sampling = *rc::gen::element(Duration{100ms}, Duration{3s}),
               .break_for = 3s});
  int probes = 0;
  for (int i = 0; i < 200; ++i) {
    const BreakerState before = bench.state();
    const auto step = *rc::gen::inRange(0, 6);
    if (step == 0) bench.now += 1s;
    if (step == 1 || step == 2) {
      const bool allowed = bench.acquire();
      RC_ASSERT(allowed || before != closed);
      if (before == open && allowed) probes = 0;
      if (bench.state() == half_open && allowed) ++probes;
      RC_ASSERT(probes <= 1);
    }
    if (step == 3) bench.result(succeeded);
    if (step >= 4) bench.result(errored);
    if (bench.state() == closed) probes = 0;
    RC_ASSERT(bench.state() != half_open || probes == 1);
  }
}

}  // namespace
}  // namespace squall::policy::polly_breaker_test
