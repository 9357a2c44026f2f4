#include "squall/policy/window_breaker.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::window_breaker_test {
namespace {

void record(WindowBreaker& breaker, int failures, int successes, Instant now = Instant{}) {
  for (int i = 0; i < failures; ++i) breaker.on_result(errored, 1ms, now);
  for (int i = 0; i < successes; ++i) breaker.on_result(succeeded, 1ms, now);
}

TEST(WindowBreaker, TripsAtEightFailuresOfTwenty) {
  WindowBreaker breaker(WindowBreakerOptions{});
  record(breaker, 8, 11);
  EXPECT_TRUE(breaker.try_acquire(at(0s))) << "the window is not full";
  record(breaker, 0, 1);
  EXPECT_FALSE(breaker.try_acquire(at(0s)));
}

TEST(WindowBreaker, StaysClosedAtSevenOfTwenty) {
  WindowBreaker breaker(WindowBreakerOptions{});
  record(breaker, 7, 13);
  EXPECT_TRUE(breaker.try_acquire(at(0s)));
  record(breaker, 1, 0);
  EXPECT_TRUE(breaker.try_acquire(at(0s))) << "the oldest failure has left";
  record(breaker, 7, 0);
  EXPECT_FALSE(breaker.try_acquire(at(0s)));
}

TEST(WindowBreaker, RejectsForOpenFor) {
  WindowBreaker breaker({.window = 1, .failures = 1, .open_for = 500ms});
  breaker.on_result(errored, 1ms, at(1s));
  EXPECT_FALSE(breaker.try_acquire(at(1s)));
  EXPECT_EQ(breaker.state(at(1500ms - 1ns)), BreakerState::open);
  EXPECT_FALSE(breaker.try_acquire(at(1500ms - 1ns)));
  EXPECT_EQ(breaker.state(at(1500ms)), BreakerState::closed);
  EXPECT_TRUE(breaker.try_acquire(at(1500ms)));
}

TEST(WindowBreaker, StartsWithAnEmptyWindowAfterwards) {
  WindowBreaker breaker({.window = 4, .failures = 2, .open_for = 500ms});
  record(breaker, 2, 2);
  EXPECT_EQ(breaker.totals(), CallTotals{});
  record(breaker, 3, 0, at(500ms));
  EXPECT_TRUE(breaker.try_acquire(at(500ms)));
  record(breaker, 0, 1, at(500ms));
  EXPECT_FALSE(breaker.try_acquire(at(500ms)));
}

TEST(WindowBreaker, IgnoresWhatArrivesWhileItRejects) {
  WindowBreaker breaker({.window = 1, .failures = 1, .open_for = 500ms});
  record(breaker, 1, 0);
  record(breaker, 5, 0, at(500ms - 1ns));
  EXPECT_EQ(breaker.totals(), CallTotals{});
  EXPECT_TRUE(breaker.try_acquire(at(500ms)));
  record(breaker, 1, 0, at(500ms));
  EXPECT_FALSE(breaker.try_acquire(at(999ms)));
}

TEST(WindowBreaker, CountsEveryFailureButNoAbandonedCall) {
  for (const Outcome& outcome : {errored, timed_out, past_deadline, was_rejected}) {
    WindowBreaker breaker({.window = 1, .failures = 1});
    breaker.on_result(outcome, 1ms, at(0s));
    EXPECT_FALSE(breaker.try_acquire(at(0s)));
  }
  WindowBreaker breaker({.window = 1, .failures = 1});
  breaker.on_result(was_abandoned, 1ms, at(0s));
  breaker.release(at(0s));
  EXPECT_TRUE(breaker.try_acquire(at(0s)));
  EXPECT_EQ(breaker.totals(), CallTotals{});
}

TEST(WindowBreaker, ReconfiguringKeepsOutcomesForTheNextToJudge) {
  WindowBreaker breaker({.window = 4, .failures = 4});
  record(breaker, 3, 0);
  breaker.reconfigure({.window = 2, .failures = 2});
  EXPECT_EQ(breaker.totals().failed, 2U);
  EXPECT_TRUE(breaker.try_acquire(at(0s)));
  record(breaker, 1, 0);
  EXPECT_FALSE(breaker.try_acquire(at(0s)));
}

TEST(WindowBreaker, ReconfiguringLeavesARejectionUnderWay) {
  WindowBreaker breaker({.window = 1, .failures = 1, .open_for = 500ms});
  record(breaker, 1, 0);
  breaker.reconfigure({.window = 1, .failures = 1, .open_for = 1s});
  EXPECT_FALSE(breaker.try_acquire(at(499ms)));
  EXPECT_TRUE(breaker.try_acquire(at(500ms)));
  record(breaker, 1, 0, at(500ms));
  EXPECT_FALSE(breaker.try_acquire(at(1499ms)));
}

TEST(WindowBreaker, OpenForEverStaysOpen) {
  WindowBreaker breaker({.window = 1, .failures = 1, .open_for = forever});
  breaker.on_result(errored, 1ms, at(1s));
  EXPECT_FALSE(breaker.try_acquire(never - 1ns));
}

TEST(WindowBreakerOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said(WindowBreakerOptions{}.validate()), "ok");
  EXPECT_EQ(said((WindowBreakerOptions{.window = 0}).validate()),
            "breaker.window.window: must be from 1 to 100,000, is 0");
  EXPECT_EQ(said((WindowBreakerOptions{.window = 1, .failures = 1}).validate()), "ok");
  EXPECT_EQ(said((WindowBreakerOptions{.window = 100'000}).validate()), "ok");
  EXPECT_EQ(said((WindowBreakerOptions{.window = 100'001}).validate()),
            "breaker.window.window: must be from 1 to 100,000, is 100001");
  EXPECT_EQ(said((WindowBreakerOptions{.failures = 0}).validate()),
            "breaker.window.failures: must be from 1 to the window, 20, is 0");
  EXPECT_EQ(said((WindowBreakerOptions{.failures = 20}).validate()), "ok");
  EXPECT_EQ(said((WindowBreakerOptions{.failures = 21}).validate()),
            "breaker.window.failures: must be from 1 to the window, 20, is 21");
  EXPECT_EQ(said((WindowBreakerOptions{.open_for = 0s}).validate()),
            "breaker.window.open_for: must be above 0s, is 0s");
}

RC_GTEST_PROP(WindowBreakerProperty, OpensOnlyWithEnoughFailures, ()) {
  const auto window = *rc::gen::inRange<std::uint32_t>(1, 10);
  const auto failures = *rc::gen::inRange<std::uint32_t>(1, window + 1);
  WindowBreaker breaker({.window = window, .failures = failures, .open_for = 1s});
  Instant now{};
  for (const bool fails : *rc::gen::arbitrary<std::vector<bool>>()) {
    const bool was_full = breaker.totals().calls + 1 >= window;
    const auto before = breaker.totals().failed;
    breaker.on_result(fails ? errored : succeeded, 1ms, now);
    if (breaker.state(now) == BreakerState::open) {
      RC_ASSERT(was_full);
      RC_ASSERT(before + (fails ? 1 : 0) >= failures);
      now += 1s;
    } else {
      RC_ASSERT(breaker.totals().calls < window || breaker.totals().failed < failures);
    }
  }
}

}  // namespace
}  // namespace squall::policy::window_breaker_test
