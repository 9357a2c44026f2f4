#include "squall/policy/budget.hpp"

#include <gtest/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy {
namespace {

constexpr Instant now{};

TEST(RetryBudget, NoneAllowsEverything) {
  RetryBudget budget;
  for (int i = 0; i < 100; ++i) {
    budget.on_attempt_start(now);
    budget.on_attempt_end(errored, true, false, now);
    EXPECT_TRUE(budget.try_retry(now));
  }
  budget.on_retry_end();
  budget.on_pending(-1);
  budget.reconfigure(RetryBudgetOptions{});
  EXPECT_TRUE(budget.try_retry(now));
}

TEST(RetryBudget, DeniesAtHalfTheTokens) {
  RetryBudget budget(GrpcThrottleOptions{.max_tokens = 4});
  budget.on_attempt_end(errored, true, false, now);
  EXPECT_TRUE(budget.try_retry(now));
  budget.on_attempt_end(errored, true, true, now);
  EXPECT_FALSE(budget.try_retry(now));
}

TEST(RetryBudget, ThrottleTakesNewNumbers) {
  RetryBudget budget(GrpcThrottleOptions{.max_tokens = 4});
  budget.on_attempt_end(errored, true, false, now);
  budget.on_attempt_end(errored, true, false, now);
  EXPECT_FALSE(budget.try_retry(now));
  budget.reconfigure(GrpcThrottleOptions{.max_tokens = 3});
  EXPECT_TRUE(budget.try_retry(now));
}

TEST(RetryBudget, BoundsTheShareOfRetries) {
  RetryBudget budget(EnvoyBudgetOptions{.percent = 50.0, .min_concurrency = 0});
  EXPECT_FALSE(budget.try_retry(now));
  budget.on_attempt_start(now);
  budget.on_pending(1);
  EXPECT_TRUE(budget.try_retry(now));
  EXPECT_FALSE(budget.try_retry(now));
  budget.on_retry_end();
  EXPECT_TRUE(budget.try_retry(now));
  budget.on_retry_end();
  budget.on_attempt_end(succeeded, false, true, now);
  EXPECT_FALSE(budget.try_retry(now));
  budget.reconfigure(EnvoyBudgetOptions{.percent = 50.0, .min_concurrency = 1});
  EXPECT_TRUE(budget.try_retry(now));
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
            "budget.envoy.percent: must be from 0 to 100, is -1");
}

}  // namespace
}  // namespace squall::policy
