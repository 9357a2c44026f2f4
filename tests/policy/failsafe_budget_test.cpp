#include "squall/policy/failsafe_budget.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::failsafe_budget_test {
namespace {

struct Budget : FailsafeBudget {
  using FailsafeBudget::FailsafeBudget;

  void start(int calls) {
    for (int i = 0; i < calls; ++i) on_call_start(Instant{});
  }
  void end(int calls) {
    for (int i = 0; i < calls; ++i) on_call_end({}, succeeded);
  }
  bool retry() { return grants(*this); }
  /// How many retries are allowed in a row; all of them are then under way.
  int allowed() {
    int count = 0;
    while (count < 1000 && retry()) ++count;
    return count;
  }
};

// --- Conformance: failsafe-go 0.9.7, its budget and its tests -----------------------------------

TEST(FailsafeBudget, FailsafeAllowsUpToTheRateAndOneAbove) {
  Budget budget({.max_rate = 0.5, .min_concurrency = 1});
  budget.start(1);
  EXPECT_TRUE(budget.retry());
  EXPECT_TRUE(budget.retry()) << "1 of 2 is not more than a half";
  EXPECT_FALSE(budget.retry()) << "2 of 3 is";
  budget.on_retry_end();
  EXPECT_TRUE(budget.retry());
  EXPECT_FALSE(budget.retry());
  budget.on_retry_end();
  budget.on_retry_end();
  EXPECT_TRUE(budget.retry());
  EXPECT_TRUE(budget.retry());
  EXPECT_FALSE(budget.retry());
}

TEST(FailsafeBudget, FailsafeLetsACallOfItsOwnRetryBesideOneOtherRetry) {
  // One execution and one retry under way; a call comes and fails.
  Budget budget({.max_rate = 0.5, .min_concurrency = 1});
  budget.start(1);
  EXPECT_TRUE(budget.retry());
  budget.start(1);
  EXPECT_TRUE(budget.retry());
}

TEST(FailsafeBudget, FailsafeCountsTheCallThatAsksAmongTheExecutions) {
  // One execution and two retries; with the call that asks the retries are 2 of 4, no more than a
  // half, and only the next call is above.
  Budget budget({.max_rate = 0.5, .min_concurrency = 1});
  budget.start(1);
  EXPECT_EQ(budget.allowed(), 2);
  budget.start(1);
  EXPECT_TRUE(budget.retry());
  EXPECT_FALSE(budget.retry());
}

TEST(FailsafeBudget, FailsafeCountsHedgesAsItDoesRetries) {
  Budget budget({.max_rate = 0.5, .min_concurrency = 1});
  budget.start(1);
  EXPECT_TRUE(budget.try_hedge());
  EXPECT_TRUE(budget.retry());
  EXPECT_FALSE(budget.try_hedge());
  EXPECT_FALSE(budget.retry());
  budget.on_hedge_end();
  EXPECT_TRUE(budget.try_hedge());
}

TEST(FailsafeBudget, FailsafeAllowsTheMinimumOfRetriesWhateverTheRate) {
  Budget budget({.max_rate = 0.001, .min_concurrency = 3});
  EXPECT_EQ(budget.allowed(), 3);
}

TEST(FailsafeBudget, FailsafeAllowsTheMinimumOfHedgesWhateverTheRate) {
  Budget budget({.max_rate = 0.001, .min_concurrency = 3});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.try_hedge()) << i;
  EXPECT_FALSE(budget.try_hedge());
}

TEST(FailsafeBudget, FailsafeDefaultsAreAFifthAndThree) {
  Budget budget(FailsafeBudgetOptions{});
  EXPECT_EQ(budget.allowed(), 3);
  EXPECT_EQ(budget.executions(), 3U);
  // 25 of 125 are a fifth, and allowed; 26 of 126 are more.
  budget.start(100);
  EXPECT_EQ(budget.allowed(), 23);
  EXPECT_EQ(budget.in_flight(), 26U);
  EXPECT_EQ(budget.executions(), 126U);
}

// --- Edges --------------------------------------------------------------------------------------

TEST(FailsafeBudget, OneAboveTheRateIsAllowedAndTwoAreNot) {
  Budget budget({.max_rate = 0.2, .min_concurrency = 0});
  budget.start(4);
  EXPECT_TRUE(budget.retry()) << "0 of 4";
  EXPECT_TRUE(budget.retry()) << "1 of 5 is exactly the rate";
  EXPECT_FALSE(budget.retry()) << "2 of 6";
  budget.start(3);
  EXPECT_FALSE(budget.retry()) << "2 of 9";
  budget.start(1);
  EXPECT_TRUE(budget.retry()) << "2 of 10";
}

TEST(FailsafeBudget, ExactlyTheMinimumUnderWayIsNoLongerBelowIt) {
  Budget budget({.max_rate = 0.0, .min_concurrency = 2});
  budget.start(100);
  EXPECT_EQ(budget.allowed(), 2);
  budget.on_retry_end();
  EXPECT_EQ(budget.allowed(), 1);
}

TEST(FailsafeBudget, WithNeitherRateNorMinimumOneAtATimePasses) {
  Budget budget({.max_rate = 0.0, .min_concurrency = 0});
  EXPECT_EQ(budget.allowed(), 1);
  budget.start(1000);
  EXPECT_FALSE(budget.retry());
  budget.on_retry_end();
  EXPECT_EQ(budget.allowed(), 1);
}

TEST(FailsafeBudget, ARateOfOneNeverDenies) {
  Budget budget({.max_rate = 1.0, .min_concurrency = 0});
  EXPECT_EQ(budget.allowed(), 1000);
}

TEST(FailsafeBudget, CallsThatEndedNoLongerCount) {
  Budget budget({.max_rate = 0.5, .min_concurrency = 0});
  budget.start(10);
  budget.end(9);
  EXPECT_EQ(budget.allowed(), 2);
  budget.end(1);
  EXPECT_EQ(budget.executions(), 2U);
}

TEST(FailsafeBudget, AttemptsAreNotCounted) {
  Budget budget(FailsafeBudgetOptions{});
  budget.on_attempt_start(Instant{});
  budget.on_attempt_end(errored, true, false, Instant{});
  budget.on_pending(1);
  EXPECT_EQ(budget.executions(), 0U);
}

TEST(FailsafeBudget, ReconfiguringKeepsTheCounts) {
  Budget budget({.max_rate = 0.5, .min_concurrency = 0});
  budget.start(4);
  EXPECT_EQ(budget.allowed(), 5);
  budget.reconfigure({.max_rate = 0.1, .min_concurrency = 0});
  EXPECT_EQ(budget.in_flight(), 5U);
  EXPECT_FALSE(budget.retry());
  budget.reconfigure({.max_rate = 0.1, .min_concurrency = 7});
  EXPECT_EQ(budget.allowed(), 2);
}

TEST(FailsafeBudgetDeathTest, NothingEndsThatDidNotStart) {
  Budget budget(FailsafeBudgetOptions{});
  EXPECT_EXIT(budget.end(1), testing::ExitedWithCode(70), "");
  EXPECT_EXIT(budget.on_retry_end(), testing::ExitedWithCode(70), "");
  EXPECT_EXIT(budget.on_hedge_end(), testing::ExitedWithCode(70), "");
  EXPECT_TRUE(budget.retry());
  EXPECT_EXIT(budget.end(1), testing::ExitedWithCode(70), "") << "a retry is no call";
}

TEST(FailsafeBudgetOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said((FailsafeBudgetOptions{.max_rate = 0.0}).validate()), "ok");
  EXPECT_EQ(said((FailsafeBudgetOptions{.max_rate = 1.0}).validate()), "ok");
  EXPECT_EQ(said((FailsafeBudgetOptions{.max_rate = 1.5}).validate()),
            "budget.failsafe.max_rate: must be from 0 to 1, is 1.5");
  EXPECT_EQ(said((FailsafeBudgetOptions{.max_rate = -0.5}).validate()),
            "budget.failsafe.max_rate: must be from 0 to 1, is -0.5");
  EXPECT_EQ(said((FailsafeBudgetOptions{.max_rate = std::nan("")}).validate()),
            "budget.failsafe.max_rate: must be from 0 to 1, is nan");
}

RC_GTEST_PROP(FailsafeBudgetProperty, DeniesJustWhatIsAboveBothBoundsAndForgetsNothing, ()) {
  const auto percent = *rc::gen::element(0U, 10U, 20U, 33U, 50U, 100U);
  const auto minimum = *rc::gen::inRange<std::uint32_t>(0, 5);
  Budget budget({.max_rate = static_cast<double>(percent) / 100.0, .min_concurrency = minimum});
  std::uint32_t calls = 0;
  std::uint32_t extra = 0;  // retries and hedges
  for (int i = 0; i < 100; ++i) {
    const int step = *rc::gen::inRange(0, 5);
    if (step == 0) {
      budget.start(1);
      ++calls;
    } else if (step == 1 && calls > 0) {
      budget.end(1);
      --calls;
    } else if (step == 2 && extra > 0) {
      *rc::gen::arbitrary<bool>() ? budget.on_retry_end() : budget.on_hedge_end();
      --extra;
    } else if (step >= 3) {
      const bool is_above = extra * 100 > percent * (calls + extra);
      const bool allowed = step == 3 ? budget.retry() : budget.try_hedge();
      RC_ASSERT(allowed == (extra < minimum || !is_above));
      if (allowed) ++extra;
    }
    RC_ASSERT(budget.in_flight() == extra);
    RC_ASSERT(budget.executions() == calls + extra);
  }
}

}  // namespace
}  // namespace squall::policy::failsafe_budget_test
