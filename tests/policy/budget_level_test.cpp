// What is left of a retry budget, as charts show it. A look takes nothing and moves nothing on.
#include <gtest/gtest.h>

#include "squall/policy/budget.hpp"
#include "tests/policy/support.hpp"

namespace squall::policy::budget_level_test {
namespace {

void begin_calls(RetryBudget& budget, int count, Instant now = Instant{}) {
  for (int i = 0; i < count; ++i) budget.on_call_start(now);
}

void fail_attempts(RetryBudget& budget, int count, Instant now = Instant{}) {
  for (int i = 0; i < count; ++i) budget.on_attempt_end(errored, true, false, now);
}

TEST(BudgetLevel, IsFullWithoutABudget) { EXPECT_EQ(RetryBudget().level(Instant{}), 1.0); }

TEST(BudgetLevel, IsAShareButForFinagles) {
  EXPECT_FALSE(level_is_share(FinagleBudgetOptions{}));
  EXPECT_TRUE(level_is_share(GrpcThrottleOptions{}));
  EXPECT_TRUE(level_is_share(RetryBudgetOptions{}));
}

TEST(BudgetLevel, OfGrpcIsTheShareOfTheTokens) {
  RetryBudget budget(GrpcThrottleOptions{.max_tokens = 10, .token_ratio = 0.1});
  EXPECT_EQ(budget.level(Instant{}), 1.0);
  fail_attempts(budget, 4);
  EXPECT_DOUBLE_EQ(budget.level(Instant{}), 0.6);
  fail_attempts(budget, 20);
  EXPECT_EQ(budget.level(Instant{}), 0.0);
}

TEST(BudgetLevel, OfABucketIsTheShareOfTheTokens) {
  RetryBudget budget(BucketBudgetOptions{.capacity = 4});
  EXPECT_EQ(budget.level(Instant{}), 1.0);
  EXPECT_TRUE(grants(budget));
  EXPECT_DOUBLE_EQ(budget.level(Instant{}), 0.75);
}

TEST(BudgetLevel, OfAwsIsTheShareOfTheTokens) {
  RetryBudget budget(AwsBudgetOptions{.capacity = 20, .retry_cost = 5});
  EXPECT_EQ(budget.level(Instant{}), 1.0);
  EXPECT_TRUE(grants(budget));
  EXPECT_DOUBLE_EQ(budget.level(Instant{}), 0.75);
  EXPECT_EQ(RetryBudget(AwsBudgetOptions{.capacity = 1}).level(Instant{}), 1.0);
}

TEST(BudgetLevel, OfAwsWithoutRoomForATokenIsNothing) {
  EXPECT_EQ(RetryBudget(AwsBudgetOptions{.capacity = 0}).level(Instant{}), 0.0);
}

TEST(BudgetLevel, OfEnvoyIsTheShareOfTheRetriesThatMayBeActive) {
  RetryBudget budget(EnvoyBudgetOptions{.percent = 20.0, .min_concurrency = 4});
  EXPECT_EQ(budget.level(Instant{}), 1.0);
  for (const double left : {0.75, 0.5, 0.25, 0.0}) {
    EXPECT_TRUE(grants(budget));
    EXPECT_DOUBLE_EQ(budget.level(Instant{}), left);
  }
  EXPECT_FALSE(grants(budget)) << "nothing was left";
  for (int i = 0; i < 40; ++i) budget.on_attempt_start(Instant{});
  EXPECT_DOUBLE_EQ(budget.level(Instant{}), 0.5) << "20 % of 40 attempts are 8 retries";
}

TEST(BudgetLevel, OfEnvoyWithMoreActiveThanMayBeIsNothing) {
  RetryBudget budget(EnvoyBudgetOptions{.percent = 20.0, .min_concurrency = 2});
  EXPECT_TRUE(grants(budget));
  EXPECT_TRUE(grants(budget));
  budget.reconfigure(EnvoyBudgetOptions{.percent = 20.0, .min_concurrency = 1});
  EXPECT_EQ(budget.level(Instant{}), 0.0);
}

TEST(BudgetLevel, OfEnvoyThatAllowsNoneIsNothing) {
  RetryBudget budget(EnvoyBudgetOptions{.percent = 0.0, .min_concurrency = 0});
  EXPECT_EQ(budget.level(Instant{}), 0.0);
}

TEST(BudgetLevel, OfFailsafeIsTheShareOfTheRetriesThatMayBeUnderWay) {
  RetryBudget budget(FailsafeBudgetOptions{.max_rate = 0.2, .min_concurrency = 4});
  EXPECT_EQ(budget.level(Instant{}), 1.0);
  EXPECT_TRUE(grants(budget));
  EXPECT_DOUBLE_EQ(budget.level(Instant{}), 0.75);
  begin_calls(budget, 49);
  EXPECT_DOUBLE_EQ(budget.level(Instant{}), 0.9) << "1 of 20 % of 50 executions";
}

TEST(BudgetLevel, OfFailsafeWithMoreUnderWayThanMayBeIsNothing) {
  RetryBudget budget(FailsafeBudgetOptions{.max_rate = 0.0, .min_concurrency = 1});
  EXPECT_TRUE(grants(budget));
  EXPECT_EQ(budget.level(Instant{}), 0.0);
  budget.reconfigure(FailsafeBudgetOptions{.max_rate = 0.0, .min_concurrency = 0});
  EXPECT_EQ(budget.level(Instant{}), 0.0);
}

TEST(BudgetLevel, OfFailsafeThatAllowsNoneIsNothing) {
  RetryBudget budget(FailsafeBudgetOptions{.max_rate = 0.0, .min_concurrency = 0});
  EXPECT_EQ(budget.level(Instant{}), 0.0);
}

TEST(BudgetLevel, OfFinagleIsTheNumberOfRetriesThatThereAreTokensFor) {
  RetryBudget budget(FinagleBudgetOptions{.ttl = 10s, .min_retries_per_s = 1});
  EXPECT_DOUBLE_EQ(budget.level(Instant{}), 10.0) << "the reserve: one a second for ten seconds";
  begin_calls(budget, 10);
  EXPECT_DOUBLE_EQ(budget.level(Instant{}), 12.0) << "a fifth of a retry for each call";
  EXPECT_TRUE(grants(budget));
  EXPECT_DOUBLE_EQ(budget.level(Instant{}), 11.0);
}

TEST(BudgetLevel, OfFinagleWithOneTokenLeftIsOneRetryWhereThatTakesOne) {
  RetryBudget budget(
      FinagleBudgetOptions{.ttl = 1s, .min_retries_per_s = 1, .percent_can_retry = 0.0});
  EXPECT_EQ(budget.level(Instant{}), 1.0);
  EXPECT_TRUE(grants(budget));
  EXPECT_EQ(budget.level(Instant{}), 0.0);
}

TEST(BudgetLevel, OfFinagleInDebtIsNothing) {
  RetryBudget budget(FinagleBudgetOptions{.ttl = 10s, .min_retries_per_s = 1});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(grants(budget));
  budget.reconfigure(FinagleBudgetOptions{.ttl = 10s, .min_retries_per_s = 0});
  EXPECT_EQ(budget.level(Instant{}), 0.0);
}

TEST(BudgetLevel, OfACutoffIsHowFarTheFailuresAreFromTheRate) {
  RetryBudget budget(CutoffBudgetOptions{.failure_rate = 0.5});
  begin_calls(budget, 10);
  EXPECT_EQ(budget.level(Instant{}), 1.0);
  fail_attempts(budget, 1);
  EXPECT_DOUBLE_EQ(budget.level(Instant{}), 0.8);
  fail_attempts(budget, 4);
  EXPECT_EQ(budget.level(Instant{}), 0.0) << "at the rate";
  fail_attempts(budget, 4);
  EXPECT_EQ(budget.level(Instant{}), 0.0) << "beyond it";
}

TEST(BudgetLevel, OfACutoffIsFullWithoutFailuresWhateverElseIsTrue) {
  EXPECT_EQ(RetryBudget(CutoffBudgetOptions{}).level(Instant{}), 1.0) << "nor calls";
  EXPECT_EQ(RetryBudget(CutoffBudgetOptions{.failure_rate = 0.0}).level(Instant{}), 1.0);
}

TEST(BudgetLevel, OfACutoffIsNothingWhereFailuresHaveNoCallsBesideThem) {
  RetryBudget budget(CutoffBudgetOptions{.failure_rate = 0.5});
  fail_attempts(budget, 1);
  EXPECT_EQ(budget.level(Instant{}), 0.0);
}

TEST(BudgetLevel, OfACutoffThatAllowsNoFailureIsNothingAfterOne) {
  RetryBudget budget(CutoffBudgetOptions{.failure_rate = 0.0});
  begin_calls(budget, 10);
  fail_attempts(budget, 1);
  EXPECT_EQ(budget.level(Instant{}), 0.0);
}

TEST(BudgetLevel, IsReadWithoutMovingAWindowOn) {
  RetryBudget cutoff(CutoffBudgetOptions{.failure_rate = 0.5, .window = 10s});
  RetryBudget finagle(FinagleBudgetOptions{.ttl = 10s, .min_retries_per_s = 0});
  begin_calls(cutoff, 10);
  fail_attempts(cutoff, 1);
  begin_calls(finagle, 5);
  EXPECT_EQ(cutoff.level(at(60s)), 1.0) << "what failed has left the window by then";
  EXPECT_EQ(finagle.level(at(60s)), 0.0) << "and so have the deposits";
  EXPECT_DOUBLE_EQ(cutoff.level(Instant{}), 0.8);
  EXPECT_DOUBLE_EQ(finagle.level(Instant{}), 1.0);
}

}  // namespace
}  // namespace squall::policy::budget_level_test
