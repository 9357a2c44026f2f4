#include "squall/policy/envoy_budget.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::envoy_budget_test {
namespace {

constexpr Instant now{};

struct Budget : EnvoyBudget {
  using EnvoyBudget::EnvoyBudget;

  void start(int attempts) {
    for (int i = 0; i < attempts; ++i) on_attempt_start(now);
  }
  void end(int attempts) {
    for (int i = 0; i < attempts; ++i) on_attempt_end(errored, true, false, now);
  }
  /// How many retries are allowed in a row; all of them are then active.
  int allowed() {
    int count = 0;
    while (count < 1000 && grants(*this)) ++count;
    return count;
  }
};

// --- Conformance: Envoy 1.3x retry_budget --------------------------------------------------------

TEST(EnvoyBudget, EnvoyAHedgeIsARetry) {
  // hedge_on_per_try_timeout asks the same budget, and holds its place until the hedge has ended.
  Budget budget({.percent = 0.0, .min_concurrency = 2});
  EXPECT_TRUE(budget.try_hedge());
  EXPECT_EQ(budget.active_retries(), 1U);
  EXPECT_EQ(budget.allowed(), 1);
  EXPECT_FALSE(budget.try_hedge());
  budget.on_hedge_end();
  EXPECT_TRUE(budget.try_hedge());
}

TEST(EnvoyBudget, EnvoyIdleAllowsTheMinimum) {
  Budget budget({.percent = 20.0, .min_concurrency = 5});
  EXPECT_EQ(budget.limit(), 5U);
  EXPECT_EQ(budget.allowed(), 5);
}

TEST(EnvoyBudget, EnvoyTwentyFiveActiveAllowFive) {
  Budget budget({.percent = 20.0, .min_concurrency = 3});
  budget.start(25);
  EXPECT_EQ(budget.limit(), 5U);
  EXPECT_EQ(budget.allowed(), 5);
}

TEST(EnvoyBudget, EnvoyTwoActiveAllowTheMinimum) {
  Budget budget({.percent = 20.0, .min_concurrency = 3});
  budget.start(2);
  EXPECT_EQ(budget.allowed(), 3);
}

TEST(EnvoyBudget, EnvoyNothingActiveAndNoMinimumDenies) {
  Budget budget({.percent = 20.0, .min_concurrency = 0});
  EXPECT_FALSE(grants(budget));
  EXPECT_EQ(budget.active_retries(), 0U);
}

TEST(EnvoyBudget, EnvoyDefaultsAreAFifthAndThree) {
  Budget budget(EnvoyBudgetOptions{});
  EXPECT_EQ(budget.limit(), 3U);
  budget.start(100);
  EXPECT_EQ(budget.limit(), 20U);
}

TEST(EnvoyBudget, EnvoyTruncatesTheShare) {
  Budget budget({.percent = 20.0, .min_concurrency = 0});
  budget.start(4);
  EXPECT_EQ(budget.limit(), 0U);
  budget.start(1);
  EXPECT_EQ(budget.limit(), 1U);
  budget.start(4);
  EXPECT_EQ(budget.limit(), 1U);
}

TEST(EnvoyBudget, EnvoyCountsPendingCalls) {
  Budget budget({.percent = 20.0, .min_concurrency = 0});
  budget.start(10);
  EXPECT_EQ(budget.limit(), 2U);
  for (int i = 0; i < 15; ++i) budget.on_pending(1);
  EXPECT_EQ(budget.limit(), 5U);
  budget.on_pending(-1);
  EXPECT_EQ(budget.limit(), 4U);
}

// --- Edges --------------------------------------------------------------------------------------

TEST(EnvoyBudget, ARetryIsActiveUntilItEnds) {
  Budget budget({.min_concurrency = 1});
  EXPECT_TRUE(grants(budget));
  EXPECT_FALSE(grants(budget));
  budget.on_retry_end();
  EXPECT_TRUE(grants(budget));
  EXPECT_EQ(budget.active_retries(), 1U);
}

TEST(EnvoyBudget, EndedAttemptsNoLongerCount) {
  Budget budget({.percent = 100.0, .min_concurrency = 0});
  budget.start(7);
  budget.end(3);
  EXPECT_EQ(budget.limit(), 4U);
}

TEST(EnvoyBudget, ReconfiguringKeepsTheCounts) {
  Budget budget({.percent = 20.0, .min_concurrency = 5});
  budget.start(10);
  EXPECT_EQ(budget.allowed(), 5);
  budget.reconfigure({.percent = 10.0, .min_concurrency = 0});
  EXPECT_EQ(budget.limit(), 1U);
  EXPECT_EQ(budget.active_retries(), 5U);
  EXPECT_FALSE(grants(budget));
  budget.reconfigure({.percent = 100.0, .min_concurrency = 0});
  EXPECT_EQ(budget.allowed(), 5);
}

TEST(EnvoyBudget, HugeCountsSaturate) {
  Budget budget({.percent = 100.0, .min_concurrency = 0});
  budget.on_pending(std::numeric_limits<int>::max());
  budget.on_pending(std::numeric_limits<int>::max());
  budget.start(5);
  EXPECT_EQ(budget.limit(), 0xffffffffU);
}

TEST(EnvoyBudgetDeathTest, NothingEndsThatDidNotStart) {
  Budget budget(EnvoyBudgetOptions{});
  EXPECT_EXIT(budget.on_pending(-1), testing::ExitedWithCode(70), "");
  EXPECT_EXIT(budget.end(1), testing::ExitedWithCode(70), "");
  EXPECT_EXIT(budget.on_retry_end(), testing::ExitedWithCode(70), "");
}

TEST(EnvoyBudgetOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said((EnvoyBudgetOptions{.percent = 0.0}).validate()), "ok");
  EXPECT_EQ(said((EnvoyBudgetOptions{.percent = 100.0}).validate()), "ok");
  EXPECT_EQ(said((EnvoyBudgetOptions{.percent = 100.5}).validate()),
            "budget.envoy.percent: must be from 0% to 100%, is 100.5%");
  EXPECT_EQ(said((EnvoyBudgetOptions{.percent = -1.0}).validate()),
            "budget.envoy.percent: must be from 0% to 100%, is -1%");
  EXPECT_EQ(said((EnvoyBudgetOptions{.percent = std::nan("")}).validate()),
            "budget.envoy.percent: must be from 0% to 100%, is nan%");
}

RC_GTEST_PROP(EnvoyBudgetProperty, RetriesStayBelowTheLimitAndCountsReturnToZero, ()) {
  Budget budget({.percent = *rc::gen::element(0.0, 10.0, 20.0, 33.3, 100.0),
                 .min_concurrency = *rc::gen::inRange<std::uint32_t>(0, 5)});
  int active = 0;
  int retries = 0;
  int pending = 0;
  for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6))) {
    if (step == 0) {
      budget.start(1);
      ++active;
    } else if (step == 1 && active > 0) {
      budget.end(1);
      --active;
    } else if (step == 2) {
      const auto limit = budget.limit();
      const bool allowed = grants(budget);
      RC_ASSERT(allowed == (static_cast<std::uint32_t>(retries) < limit));
      if (allowed) ++retries;
    } else if (step == 3 && retries > 0) {
      budget.on_retry_end();
      --retries;
    } else if (step == 4) {
      budget.on_pending(1);
      ++pending;
    } else if (step == 5 && pending > 0) {
      budget.on_pending(-1);
      --pending;
    }
    RC_ASSERT(budget.active_retries() == static_cast<std::uint32_t>(retries));
  }
  budget.end(active);
  for (; retries > 0; --retries) budget.on_retry_end();
  for (; pending > 0; --pending) budget.on_pending(-1);
  RC_ASSERT(budget.active_retries() == 0U);
  budget.reconfigure({.percent = 100.0, .min_concurrency = 0});
  RC_ASSERT(budget.limit() == 0U);
}

}  // namespace
}  // namespace squall::policy::envoy_budget_test
