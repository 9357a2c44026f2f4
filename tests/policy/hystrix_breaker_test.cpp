// The cases named Hystrix are those of HystrixCircuitBreakerTest, Hystrix 1.5.18; their commands
// end at once, and what they wait for is a snapshot.
#include "squall/policy/hystrix_breaker.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::hystrix_breaker_test {
namespace {

constexpr auto closed = BreakerState::closed;
constexpr auto open = BreakerState::open;
constexpr auto half_open = BreakerState::half_open;

using Bench = BreakerBench<HystrixBreaker, HystrixBreakerOptions>;

/// Of the product's tests: snapshots every 100 ms, one request is volume enough, 200 ms of sleep.
HystrixBreakerOptions of_their_tests() {
  return {.request_volume = 1, .snapshot = 100ms, .sleep_window = 200ms};
}

/// Open since the snapshot at 100 ms, which is now.
Bench tripped() {
  Bench bench(of_their_tests());
  bench.results(0, 4);
  bench.now = at(100ms);
  EXPECT_EQ(bench.state(), open);
  EXPECT_FALSE(bench.acquire());
  return bench;
}

Bench half_opened() {
  Bench bench = tripped();
  bench.now = at(350ms);
  EXPECT_TRUE(bench.acquire());
  return bench;
}

// --- Conformance: Hystrix 1.5 -------------------------------------------------------------------

TEST(HystrixBreaker, HystrixDefaults) {
  const HystrixBreakerOptions options;
  EXPECT_EQ(options.request_volume, 20U);
  EXPECT_EQ(options.error_threshold, 50U);
  EXPECT_EQ(options.window, 10s);
  EXPECT_EQ(options.snapshot, 500ms);
  EXPECT_EQ(options.sleep_window, 5s);
}

TEST(HystrixBreaker, HystrixTripsAtHalfOfTheRequests) {
  Bench bench(of_their_tests());
  bench.results(4, 0);
  bench.now = at(100ms);
  EXPECT_TRUE(bench.acquire());
  EXPECT_EQ(bench.state(), closed);
  bench.results(0, 4);
  bench.now = at(200ms);
  EXPECT_FALSE(bench.acquire());
  EXPECT_EQ(bench.state(), open);
}

TEST(HystrixBreaker, HystrixTripsAboveTheThresholdAndNotBelow) {
  for (const int failures : {4, 3}) {
    Bench bench(of_their_tests());
    bench.results(8 - failures, failures);
    bench.now = at(100ms);
    EXPECT_EQ(bench.acquire(), failures < 4);
  }
}

TEST(HystrixBreaker, HystrixTripsAtTimeouts) {
  Bench bench(of_their_tests());
  bench.results(4, 0);
  for (int i = 0; i < 5; ++i) bench.result(timed_out);
  bench.now = at(100ms);
  EXPECT_EQ(bench.state(), open);
}

TEST(HystrixBreaker, HystrixLetsASingleRequestThroughAfterTheSleepWindow) {
  Bench bench = tripped();
  bench.now = at(350ms);
  EXPECT_TRUE(bench.acquire());
  EXPECT_NE(bench.state(), closed);
  EXPECT_FALSE(bench.acquire());
}

TEST(HystrixBreaker, HystrixClosesAfterASuccess) {
  Bench bench = half_opened();
  EXPECT_FALSE(bench.acquire());
  bench.result(succeeded);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.acquire());
  EXPECT_EQ(bench.state(), closed);
  bench.now = at(10s);
  EXPECT_EQ(bench.state(), closed) << "the failures from before are forgotten";
}

TEST(HystrixBreaker, HystrixStaysOpenWhileItsSingleRequestsFail) {
  Bench bench = half_opened();
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(bench.acquire());
    bench.result(errored);
    for (int j = 0; j < 3; ++j) EXPECT_FALSE(bench.acquire());
    bench.now += 250ms;
    EXPECT_EQ(bench.state(), open);
    EXPECT_TRUE(bench.acquire());
  }
  bench.result(succeeded);
  EXPECT_EQ(bench.state(), closed);
}

TEST(HystrixBreaker, HystrixLowVolumeDoesNotTripIt) {
  auto options = of_their_tests();
  options.request_volume = 5;
  Bench bench(options);
  bench.results(0, 4);
  bench.now = at(100ms);
  EXPECT_TRUE(bench.acquire());
  bench.results(0, 1);
  bench.now = at(200ms);
  EXPECT_FALSE(bench.acquire());
}

TEST(HystrixBreaker, HystrixIsNotStuckHalfOpenWhenTheRequestIsGivenUp) {
  Bench bench = half_opened();
  bench.breaker.release(bench.now);
  EXPECT_EQ(bench.state(), open);
  bench.now = at(350ms + 200ms);
  EXPECT_FALSE(bench.acquire()) << "another sleep window";
  bench.now = at(350ms + 2s);
  EXPECT_TRUE(bench.acquire());
  bench.result(succeeded);
  EXPECT_EQ(bench.state(), closed);
}

// --- What the product's tests leave open ---------------------------------------------------------

TEST(HystrixBreaker, ATripWaitsForTheSnapshot) {
  Bench bench({});
  bench.now = at(1s);
  bench.results(0, 100);
  EXPECT_EQ(bench.state(), closed);
  EXPECT_TRUE(bench.acquire());
  bench.now = at(1500ms - 1ns);
  EXPECT_EQ(bench.state(), closed);
  EXPECT_TRUE(bench.acquire());
  bench.now = at(1500ms);
  EXPECT_EQ(bench.state(), open);
  EXPECT_FALSE(bench.acquire());
}

TEST(HystrixBreaker, SleepsForStrictlyLongerThanTheWindowSinceTheSnapshot) {
  Bench bench({});
  bench.results(0, 20);
  bench.now = at(500ms + 5s);  // nobody came at 500 ms, when it tripped
  EXPECT_EQ(bench.state(), open);
  EXPECT_FALSE(bench.acquire());
  bench.now = at(500ms + 5s + 1ns);
  EXPECT_EQ(bench.state(), open) << "half-open only at a call";
  EXPECT_TRUE(bench.acquire());
  EXPECT_EQ(bench.state(), half_open);
}

TEST(HystrixBreaker, CountsExactlyTwentyRequests) {
  for (const int requests : {19, 20}) {
    Bench bench({});
    bench.results(0, requests);
    bench.now = at(500ms);
    EXPECT_EQ(bench.state(), requests < 20 ? closed : open);
  }
}

TEST(HystrixBreaker, RequestsAreForgottenTenSecondsAfterTheirSnapshot) {
  for (const bool in_time : {true, false}) {
    Bench bench({});
    bench.results(0, 19);  // in the snapshots from 500 ms to 10 s
    bench.now = at(in_time ? 9500ms : 10s);
    bench.results(0, 1);
    bench.now = at(20s);
    EXPECT_EQ(bench.state(), in_time ? open : closed);
  }
}

TEST(HystrixBreaker, SuccessesThatLeaveTheWindowCanTripIt) {
  Bench bench({});
  bench.results(21, 0);
  bench.now = at(500ms);
  bench.results(0, 20);  // 20 of 41 until the successes leave, with the snapshot at 10.5 s
  bench.now = at(10500ms - 1ns);
  EXPECT_EQ(bench.state(), closed);
  bench.now = at(10500ms);
  EXPECT_EQ(bench.state(), open);
  bench.now = at(15500ms);
  EXPECT_FALSE(bench.acquire());
  bench.now = at(15500ms + 1ns);
  EXPECT_TRUE(bench.acquire());
}

TEST(HystrixBreaker, ThePercentageIsCutOffAsInTheProduct) {
  struct Case {
    std::uint32_t threshold;
    int errors;
    int requests;
    bool trips;
  };
  for (const Case& c :
       {Case{50, 50, 100, true}, Case{50, 499, 1000, false},
        Case{29, 29, 100, false},  // 0.29 * 100 is below 29
        Case{29, 30, 100, true}, Case{100, 999, 1000, false}, Case{100, 1000, 1000, true},
        Case{1, 1, 100, true}, Case{1, 0, 100, false}}) {
    Bench bench({.error_threshold = c.threshold});
    bench.results(c.requests - c.errors, c.errors);
    bench.now = at(500ms);
    EXPECT_EQ(bench.state(), c.trips ? open : closed) << c.errors << " of " << c.requests;
  }
}

TEST(HystrixBreaker, EveryOutcomeButOkAndAbandonedIsAnError) {
  const Outcome bulkhead_full{.kind = OutcomeKind::rejected, .by = RejectedBy::bulkhead};
  for (const Outcome& outcome : {errored, timed_out, past_deadline, was_rejected, bulkhead_full}) {
    Bench bench(of_their_tests());
    bench.result(outcome);
    bench.now = at(100ms);
    EXPECT_EQ(bench.state(), open);
  }
  Bench bench(of_their_tests());
  bench.result(was_abandoned);
  bench.breaker.release(bench.now);
  bench.now = at(100ms);
  EXPECT_EQ(bench.state(), closed);
  bench.breaker.release(bench.now);
  EXPECT_EQ(bench.breaker.totals(), CallTotals{});
}

TEST(HystrixBreaker, ACallFromBeforeCanBeTheVerdict) {
  for (const bool ok : {true, false}) {
    Bench bench = half_opened();
    bench.result(ok ? succeeded : errored);
    EXPECT_EQ(bench.state(), ok ? closed : open);
  }
}

TEST(HystrixBreaker, ResultsWhileOpenChangeNothing) {
  Bench bench = tripped();
  bench.now = at(250ms);
  bench.results(5, 5);
  EXPECT_EQ(bench.state(), open);
  bench.breaker.release(bench.now);
  bench.now = at(300ms + 1ns);
  EXPECT_TRUE(bench.acquire()) << "the sleep window was not prolonged";
}

TEST(HystrixBreaker, SnapshotsBeginAnewWhereItCloses) {
  Bench bench = half_opened();
  bench.now = at(370ms);
  bench.result(succeeded);
  bench.result(errored);
  bench.now = at(470ms - 1ns);
  EXPECT_EQ(bench.state(), closed);
  bench.now = at(470ms);
  EXPECT_EQ(bench.state(), open);
}

TEST(HystrixBreaker, AResultAtTheSnapshotBelongsToTheNext) {
  Bench bench(of_their_tests());
  bench.now = at(100ms);
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), closed);
  bench.now = at(200ms);
  EXPECT_EQ(bench.state(), open);
}

TEST(HystrixBreaker, SleepingForEverDoesNotOverflow) {
  auto options = of_their_tests();
  options.sleep_window = forever;
  Bench bench(options);
  bench.results(0, 1);
  EXPECT_FALSE(bench.breaker.try_acquire(never - 1ns));
  EXPECT_FALSE(bench.breaker.try_acquire(never));
}

TEST(HystrixBreaker, ReconfiguringKeepsRequestsForTheNextSnapshotToJudge) {
  Bench bench({});
  bench.results(0, 10);
  bench.now = at(600ms);
  EXPECT_TRUE(bench.acquire());
  bench.breaker.reconfigure({.request_volume = 10, .window = 2s});
  EXPECT_EQ(bench.breaker.totals().failed, 10U);
  EXPECT_EQ(bench.state(), closed);
  bench.now = at(1s);
  EXPECT_EQ(bench.state(), open);
}

TEST(HystrixBreaker, ReconfiguringLeavesTheSleepWindowUnderWay) {
  Bench bench = tripped();
  auto options = of_their_tests();
  options.sleep_window = 1h;
  bench.breaker.reconfigure(options);
  bench.now = at(300ms + 1ns);
  EXPECT_TRUE(bench.acquire());
  bench.result(errored);
  bench.now = at(300ms + 1ns + 1h);
  EXPECT_FALSE(bench.acquire());
  bench.now = at(300ms + 2ns + 1h);
  EXPECT_TRUE(bench.acquire());
}

TEST(HystrixBreakerOptions, SayWhatIsOutOfRange) {
  using Options = HystrixBreakerOptions;
  const auto about = [](const Options& options) { return said(options.validate()); };
  EXPECT_EQ(about({}), "ok");
  EXPECT_EQ(about({.request_volume = 1}), "ok");
  EXPECT_EQ(about({.request_volume = 0}),
            "breaker.hystrix.request_volume: must be at least 1, is 0");
  EXPECT_EQ(about({.error_threshold = 1}), "ok");
  EXPECT_EQ(about({.error_threshold = 100}), "ok");
  EXPECT_EQ(about({.error_threshold = 0}),
            "breaker.hystrix.error_threshold: must be from 1 to 100, is 0");
  EXPECT_EQ(about({.error_threshold = 101}),
            "breaker.hystrix.error_threshold: must be from 1 to 100, is 101");
  EXPECT_EQ(about({.window = 500ms}), "ok");
  EXPECT_EQ(about({.window = 10'000s, .snapshot = 1s}), "ok");
  const std::string allowed = "must be 1 to 10,000 times the snapshot, 1s, a whole number, is ";
  EXPECT_EQ(about({.window = 10'001s, .snapshot = 1s}),
            "breaker.hystrix.window: " + allowed + "10001s");
  EXPECT_EQ(about({.window = 0s, .snapshot = 1s}), "breaker.hystrix.window: " + allowed + "0s");
  EXPECT_EQ(about({.window = 1500ms, .snapshot = 1s}),
            "breaker.hystrix.window: " + allowed + "1500ms");
  EXPECT_EQ(about({.snapshot = 0s}), "breaker.hystrix.snapshot: must be above 0s, is 0s");
  EXPECT_EQ(about({.sleep_window = 0s}), "breaker.hystrix.sleep_window: must be above 0s, is 0s");
}

RC_GTEST_PROP(HystrixBreakerProperty, HalfOpenHasOneCallUnderWay, ()) {
  Bench bench({.request_volume = *rc::gen::inRange<std::uint32_t>(1, 5),
               .error_threshold = *rc::gen::element(1U, 50U, 100U),
               .window = *rc::gen::element(Duration{500ms}, Duration{3s}),
               .sleep_window = 3s});
  int probes = 0;
  for (int i = 0; i < 200; ++i) {
    const BreakerState before = bench.state();
    const auto step = *rc::gen::inRange(0, 7);
    if (step == 0) bench.now += 300ms;
    if (step == 1) bench.now += 1s;
    if (step == 2 || step == 3) {
      const bool allowed = bench.acquire();
      RC_ASSERT(allowed || before != closed);
      RC_ASSERT(before != closed || allowed);
      if (before == open && allowed) probes = 0;
      if (bench.state() == half_open && allowed) ++probes;
      RC_ASSERT(probes <= 1);
    }
    if (step == 4) bench.result(succeeded);
    if (step >= 5) bench.result(errored);
    if (bench.state() != half_open) probes = 0;
    RC_ASSERT(bench.state() != half_open || probes == 1);
  }
}

RC_GTEST_PROP(HystrixBreakerProperty, HowOftenItIsAskedChangesNothing, ()) {
  const HystrixBreakerOptions options{.request_volume = 3, .window = 2s, .sleep_window = 1s};
  HystrixBreaker asked(options);
  HystrixBreaker left_alone(options);
  Instant now{};
  for (int i = 0; i < 100; ++i) {
    now += Duration{*rc::gen::inRange<std::int64_t>(0, 900'000'000)};
    static_cast<void>(asked.state(now));
    if (*rc::gen::inRange(0, 3) == 0) {
      const Outcome& outcome = *rc::gen::arbitrary<bool>() ? succeeded : errored;
      asked.on_result(outcome, 1ms, now);
      left_alone.on_result(outcome, 1ms, now);
    } else if (asked.state(now) == closed) {
      RC_ASSERT(asked.try_acquire(now));  // and the other is not asked
    } else {
      RC_ASSERT(asked.try_acquire(now) == left_alone.try_acquire(now));
    }
    RC_ASSERT(asked.state(now) == left_alone.state(now));
  }
}

}  // namespace
}  // namespace squall::policy::hystrix_breaker_test
