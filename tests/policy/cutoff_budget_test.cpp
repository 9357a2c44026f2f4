#include "squall/policy/cutoff_budget.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::cutoff_budget_test {
namespace {

struct Budget : CutoffBudget {
  using CutoffBudget::CutoffBudget;

  void calls(int count, Instant now = Instant{}) {
    for (int i = 0; i < count; ++i) on_call_start(now);
  }
  void failures(int count, Instant now = Instant{}) {
    for (int i = 0; i < count; ++i) on_attempt_end(errored, true, false, now);
  }
  bool retry(Instant now = Instant{}) { return grants(*this, now); }
};

// --- Conformance: mbrooker/simulator_example (2022), retry_sim/retry_strategy.py: a call counts
// --- when it starts, a failure of any attempt before the retry is asked for, and a retry is denied
// --- when failures / calls > 0.1.

TEST(CutoffBudget, BrookersFirstCallThatFailsIsNotTriedAgain) {
  Budget budget(CutoffBudgetOptions{});
  budget.calls(1);
  budget.failures(1);
  EXPECT_FALSE(budget.retry());
}

TEST(CutoffBudget, TheFirstCallThatFailsIsTriedAgainWhereAllMayFail) {
  Budget budget(CutoffBudgetOptions{.failure_rate = 1.0});
  budget.calls(1);
  budget.failures(1);
  EXPECT_TRUE(budget.retry()) << "1 / 1 is not above";
  budget.failures(1);
  EXPECT_FALSE(budget.retry()) << "2 / 1 is";
}

TEST(CutoffBudget, BrookersAllowsAtATenthAndDeniesAbove) {
  Budget budget(CutoffBudgetOptions{});
  budget.calls(9);
  budget.failures(1);
  EXPECT_FALSE(budget.retry()) << "1 / 9";
  budget.calls(1);
  EXPECT_TRUE(budget.retry()) << "1 / 10 is not above";
  EXPECT_TRUE(budget.retry()) << "a retry takes nothing";
  budget.failures(1);
  EXPECT_FALSE(budget.retry()) << "2 / 10; failed retries count";
  budget.calls(10);
  EXPECT_TRUE(budget.retry()) << "2 / 20";
}

TEST(CutoffBudget, BrookersCountsSinceTheStart) {
  Budget budget(CutoffBudgetOptions{});
  budget.calls(1'000);
  for (int failure = 1; failure <= 100; ++failure) {
    budget.failures(1, at(24h * 365));
    EXPECT_TRUE(budget.retry(at(24h * 365))) << failure;
  }
  budget.failures(1, at(24h * 365));
  EXPECT_FALSE(budget.retry(at(24h * 365)));
}

// --- Edges --------------------------------------------------------------------------------------

/// Where a share is meant to be met exactly, it is: nothing is lost between decimal and binary.
TEST(CutoffBudget, AllowsAtTheRateWhateverItIs) {
  for (int percent = 1; percent <= 100; ++percent) {
    Budget budget({.failure_rate = percent / 100.0});
    budget.calls(100);
    budget.failures(percent);
    EXPECT_TRUE(budget.retry()) << percent;
    budget.failures(1);
    EXPECT_FALSE(budget.retry()) << percent;
  }
}

TEST(CutoffBudget, AllowsWhereNothingHasFailed) {
  Budget budget({.failure_rate = 0.0});
  EXPECT_TRUE(budget.retry());
  budget.calls(1);
  EXPECT_TRUE(budget.retry());
  budget.failures(1);
  EXPECT_FALSE(budget.retry());
}

TEST(CutoffBudget, CountsWhatIsWorthARetryAndNothingElse) {
  Budget budget(CutoffBudgetOptions{});
  budget.calls(1);
  budget.on_attempt_end(succeeded, false, false, Instant{});
  budget.on_attempt_end(succeeded, true, false, Instant{});
  budget.on_attempt_end(errored, false, false, Instant{});
  EXPECT_TRUE(budget.retry());
  budget.on_attempt_end(timed_out, true, true, Instant{});
  EXPECT_FALSE(budget.retry());
}

TEST(CutoffBudget, CallsThatEndAndRetriesThatEndChangeNothing) {
  Budget budget(CutoffBudgetOptions{});
  budget.calls(10);
  budget.failures(1);
  budget.on_call_end({}, errored);
  budget.on_attempt_start(Instant{});
  budget.on_retry_end();
  EXPECT_TRUE(budget.retry());
}

TEST(CutoffBudget, ForgetsWhatIsOlderThanItsWindow) {
  Budget budget({.window = 10s});
  budget.calls(10);
  budget.failures(5);
  budget.calls(10, at(9999ms));
  EXPECT_FALSE(budget.retry(at(9999ms)));
  // The tenth slice begins with what comes then, and the first goes when it has lasted.
  EXPECT_FALSE(budget.retry(at(10998ms))) << "5 / 20";
  EXPECT_TRUE(budget.retry(at(10999ms))) << "0 / 10";
  budget.failures(1, at(10999ms));
  EXPECT_TRUE(budget.retry(at(10999ms))) << "1 / 10";
  budget.failures(1, at(10999ms));
  EXPECT_FALSE(budget.retry(at(10999ms))) << "2 / 10";
}

TEST(CutoffBudget, DeniesACallThatBeganBeforeTheWindow) {
  Budget budget({.failure_rate = 1.0, .window = 1s});
  budget.calls(1);
  budget.failures(1, at(5s));
  EXPECT_FALSE(budget.retry(at(5s)));
}

TEST(CutoffBudget, ReconfiguringKeepsTheCounts) {
  Budget budget(CutoffBudgetOptions{});
  budget.calls(10);
  budget.failures(2);
  EXPECT_FALSE(budget.retry());
  budget.reconfigure({.failure_rate = 0.2});
  EXPECT_TRUE(budget.retry());
  budget.reconfigure({.failure_rate = 0.1, .window = 10s});
  EXPECT_FALSE(budget.retry(at(999ms)));
  EXPECT_TRUE(budget.retry(at(60s))) << "it forgets from now on";
}

TEST(CutoffBudget, ANewWindowForgetsCallsAsWellAsFailures) {
  Budget budget(CutoffBudgetOptions{});
  budget.calls(100);
  budget.reconfigure({.window = 1s});
  budget.calls(1, at(5s));
  budget.failures(1, at(5s));
  EXPECT_FALSE(budget.retry(at(5s))) << "1 / 1, not 1 / 101";
}

TEST(CutoffBudgetOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said(CutoffBudgetOptions{}.validate()), "ok");
  EXPECT_EQ(said((CutoffBudgetOptions{.failure_rate = 0.0}).validate()), "ok");
  EXPECT_EQ(said((CutoffBudgetOptions{.failure_rate = 1.0}).validate()), "ok");
  EXPECT_EQ(said((CutoffBudgetOptions{.window = 1s}).validate()), "ok");
  EXPECT_EQ(said((CutoffBudgetOptions{.failure_rate = -0.01}).validate()),
            "budget.cutoff.failure_rate: must be from 0 to 1, is -0.01");
  EXPECT_EQ(said((CutoffBudgetOptions{.failure_rate = 1.01}).validate()),
            "budget.cutoff.failure_rate: must be from 0 to 1, is 1.01");
  EXPECT_EQ(said((CutoffBudgetOptions{.window = 999ms}).validate()),
            "budget.cutoff.window: must be 1s or more, is 999ms");
  EXPECT_FALSE((CutoffBudgetOptions{.failure_rate = std::numeric_limits<double>::quiet_NaN()})
                   .validate()
                   .has_value());
}

RC_GTEST_PROP(CutoffBudgetProperty, GrantsExactlyWhileTheShareIsNotAboveTheRate, ()) {
  const auto percent = *rc::gen::inRange(0, 101);
  Budget budget({.failure_rate = percent / 100.0});
  std::int64_t calls = 0;
  std::int64_t failures = 0;
  for (const bool fails : *rc::gen::arbitrary<std::vector<bool>>()) {
    budget.calls(1);
    ++calls;
    if (fails) {
      budget.failures(1);
      ++failures;
    }
    RC_ASSERT(budget.retry() == (failures * 100 <= percent * calls));
  }
}

}  // namespace
}  // namespace squall::policy::cutoff_budget_test
