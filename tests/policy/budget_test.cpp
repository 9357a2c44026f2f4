#include "squall/policy/budget.hpp"

#include <gtest/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::budget_test {
namespace {

constexpr Instant now{};

TEST(RetryBudget, NoneAllowsEverything) {
  RetryBudget budget;
  for (int i = 0; i < 100; ++i) {
    budget.on_attempt_start(now);
    budget.on_attempt_end(errored, true, false, now);
    EXPECT_TRUE(grants(budget));
  }
  budget.on_retry_end();
  budget.on_pending(-1);
  budget.reconfigure(RetryBudgetOptions{});
  EXPECT_TRUE(grants(budget));
}

TEST(RetryBudget, DeniesAtHalfTheTokens) {
  RetryBudget budget(GrpcThrottleOptions{.max_tokens = 4});
  budget.on_attempt_end(errored, true, false, now);
  EXPECT_TRUE(grants(budget));
  budget.on_attempt_end(errored, true, true, now);
  EXPECT_FALSE(grants(budget));
}

TEST(RetryBudget, ThrottleTakesNewNumbers) {
  RetryBudget budget(GrpcThrottleOptions{.max_tokens = 4});
  budget.on_attempt_end(errored, true, false, now);
  budget.on_attempt_end(errored, true, false, now);
  EXPECT_FALSE(grants(budget));
  budget.reconfigure(GrpcThrottleOptions{.max_tokens = 3});
  EXPECT_TRUE(grants(budget));
}

TEST(RetryBudget, BoundsTheShareOfRetries) {
  RetryBudget budget(EnvoyBudgetOptions{.percent = 50.0, .min_concurrency = 0});
  EXPECT_FALSE(grants(budget));
  budget.on_attempt_start(now);
  budget.on_pending(1);
  EXPECT_TRUE(grants(budget));
  EXPECT_FALSE(grants(budget));
  budget.on_retry_end();
  EXPECT_TRUE(grants(budget));
  budget.on_retry_end();
  budget.on_attempt_end(succeeded, false, true, now);
  EXPECT_FALSE(grants(budget));
  budget.reconfigure(EnvoyBudgetOptions{.percent = 50.0, .min_concurrency = 1});
  EXPECT_TRUE(grants(budget));
}

TEST(RetryBudgetDeathTest, KeepsItsFamily) {
  RetryBudget budget(EnvoyBudgetOptions{});
  EXPECT_EXIT(budget.reconfigure(GrpcThrottleOptions{}), testing::ExitedWithCode(70), "");
}

TEST(RetryBudgetOptions, AreThoseOfTheFamily) {
  EXPECT_EQ(said(validate(RetryBudgetOptions{})), "ok");
  EXPECT_EQ(said(validate(RetryBudgetOptions{GrpcThrottleOptions{.max_tokens = 0}})),
            "budget.grpc.max_tokens: must be from 1 to 1,000, is 0");
  EXPECT_EQ(said(validate(RetryBudgetOptions{EnvoyBudgetOptions{.percent = -1.0}})),
            "budget.envoy.percent: must be from 0% to 100%, is -1%");
  EXPECT_EQ(said(validate(RetryBudgetOptions{FinagleBudgetOptions{.ttl = 0s}})),
            "budget.finagle.ttl: must be from 1s to 60s, is 0s");
  EXPECT_EQ(said(validate(RetryBudgetOptions{AwsBudgetOptions{.retry_cost = 0}})),
            "budget.aws.retry_cost: must be from 1 to 1,000,000, is 0");
  EXPECT_EQ(said(validate(RetryBudgetOptions{FailsafeBudgetOptions{.max_rate = 1.5}})),
            "budget.failsafe.max_rate: must be from 0 to 1, is 1.5");
  EXPECT_EQ(said(validate(RetryBudgetOptions{BucketBudgetOptions{.capacity = 0}})),
            "budget.bucket.capacity: must be from 1 to 1,000,000, is 0");
  EXPECT_EQ(said(validate(RetryBudgetOptions{CutoffBudgetOptions{.failure_rate = 2.0}})),
            "budget.cutoff.failure_rate: must be from 0 to 1, is 2");
}

TEST(RetryBudget, TellsWhatItsFamilyCounts) {
  struct Row {
    RetryBudgetOptions options;
    bool calls, hedges;
  };
  for (const Row& row :
       {Row{{}, false, false}, Row{GrpcThrottleOptions{}, false, false},
        Row{EnvoyBudgetOptions{}, false, false}, Row{FinagleBudgetOptions{}, true, false},
        Row{AwsBudgetOptions{}, true, false}, Row{FailsafeBudgetOptions{}, true, true},
        Row{BucketBudgetOptions{}, true, false}, Row{CutoffBudgetOptions{}, true, false}}) {
    SCOPED_TRACE(row.options.index());
    EXPECT_EQ(counts_calls(row.options), row.calls);
    EXPECT_EQ(counts_hedges(row.options), row.hedges);
    RetryBudget budget(row.options);
    EXPECT_EQ(budget.is_asked_after_backoff(), row.hedges) << "only failsafe-go's";
    EXPECT_EQ(budget.executions().has_value(), row.hedges) << "only failsafe-go's";
    EXPECT_TRUE(budget.try_hedge());
    budget.on_hedge_end();
    budget.reconfigure(row.options);
  }
}

TEST(RetryBudget, OfFinagleIsPaidByCalls) {
  RetryBudget budget(FinagleBudgetOptions{.min_retries_per_s = 0, .percent_can_retry = 0.5});
  budget.on_call_start(now);
  EXPECT_FALSE(grants(budget));
  budget.on_call_start(now);
  EXPECT_TRUE(grants(budget));
  EXPECT_FALSE(grants(budget));
  budget.on_call_start(now);
  budget.reconfigure(FinagleBudgetOptions{.min_retries_per_s = 0, .percent_can_retry = 1.0});
  EXPECT_TRUE(grants(budget));
}

TEST(RetryBudget, OfAwsIsPaidBackWhatTheCallTook) {
  RetryBudget budget(AwsBudgetOptions{.capacity = 10});
  BudgetCall call;
  EXPECT_TRUE(budget.try_retry(call, timed_out, now));
  EXPECT_EQ(call.taken, 10U);
  EXPECT_FALSE(grants(budget));
  budget.on_call_end(call, succeeded);
  EXPECT_TRUE(grants(budget));
  budget.reconfigure(AwsBudgetOptions{.capacity = 4});
  EXPECT_FALSE(grants(budget));
}

TEST(RetryBudget, OfFailsafeIsSharedByRetriesAndHedges) {
  RetryBudget budget(FailsafeBudgetOptions{.max_rate = 0.5, .min_concurrency = 1});
  budget.on_call_start(now);
  EXPECT_TRUE(budget.try_hedge());
  EXPECT_TRUE(grants(budget));
  EXPECT_EQ(budget.executions(), 3U);
  EXPECT_FALSE(budget.try_hedge());
  EXPECT_FALSE(grants(budget));
  budget.on_hedge_end();
  budget.on_retry_end();
  EXPECT_TRUE(grants(budget));
  budget.on_call_end({}, errored);
  EXPECT_EQ(budget.executions(), 1U);
  budget.reconfigure(FailsafeBudgetOptions{.max_rate = 0.5, .min_concurrency = 2});
  EXPECT_TRUE(grants(budget));
}

TEST(RetryBudget, OfTheBucketIsPaidBySuccesses) {
  RetryBudget budget(BucketBudgetOptions{.capacity = 1, .deposit = 0.5});
  EXPECT_TRUE(grants(budget));
  budget.on_call_start(now);
  budget.on_call_end({}, succeeded);
  EXPECT_FALSE(grants(budget));
  budget.on_call_end({}, succeeded);
  EXPECT_TRUE(grants(budget));
  budget.reconfigure(BucketBudgetOptions{.capacity = 1, .deposit = 1.0});
  budget.on_call_end({}, succeeded);
  EXPECT_TRUE(grants(budget));
}

TEST(RetryBudget, OfTheCutoffHoldsFailuresAgainstCalls) {
  RetryBudget budget(CutoffBudgetOptions{.failure_rate = 0.5});
  budget.on_call_start(now);
  budget.on_attempt_end(errored, true, false, now);
  EXPECT_FALSE(grants(budget));
  budget.on_call_start(now);
  EXPECT_TRUE(grants(budget));
  budget.reconfigure(CutoffBudgetOptions{.failure_rate = 0.4});
  EXPECT_FALSE(grants(budget));
}

}  // namespace
}  // namespace squall::policy::budget_test
