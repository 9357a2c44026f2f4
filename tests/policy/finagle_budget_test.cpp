#include "squall/policy/finagle_budget.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::finagle_budget_test {
namespace {

struct Budget : FinagleBudget {
  using FinagleBudget::FinagleBudget;

  void deposit(int calls, Instant now = Instant{}) {
    for (int i = 0; i < calls; ++i) on_call_start(now);
  }
  bool retry(Instant now = Instant{}) { return grants(*this, now); }
  /// How many retries are allowed in a row.
  int allowed(Instant now = Instant{}) {
    int count = 0;
    while (count < 100'000 && retry(now)) ++count;
    return count;
  }
  /// Retries granted to so many calls, each of which asks for one.
  int granted_of_pairs(int calls) {
    int granted = 0;
    for (int i = 0; i < calls; ++i) {
      deposit(1);
      if (retry()) ++granted;
    }
    return granted;
  }
};

Budget with(double percent_can_retry, std::uint32_t min_retries_per_s = 0, Duration ttl = 60s) {
  return Budget(
      {.ttl = ttl, .min_retries_per_s = min_retries_per_s, .percent_can_retry = percent_can_retry});
}

// --- Conformance: finagle-core as of 2019, RetryBudget and its tests
// ----------------------------------

TEST(FinagleBudget, Grants2500Of10000PairsAtAQuarter) {
  EXPECT_EQ(with(0.25).granted_of_pairs(10'000), 2'500);
}

TEST(FinagleBudget, Grants1000Of10000PairsAtATenth) {
  EXPECT_EQ(with(0.1).granted_of_pairs(10'000), 1'000);
}

TEST(FinagleBudget, GrantsTheShareOfPairsWithinOne) {
  // 0.99, 0.999 and 0.9999 are what the thousandths cannot tell apart from 1.01 and 1: a retry
  // takes 1010, 1001 and 1000 tokens.
  for (const double share : {0.5, 0.75, 0.99, 0.999, 0.9999, 0.01, 0.001, 0.0001}) {
    EXPECT_NEAR(with(share).granted_of_pairs(10'000), 10'000 * share, 1.0) << share;
  }
}

TEST(FinagleBudget, RefusesATtlOfNothingAndOneOf61s) {
  EXPECT_EQ(said((FinagleBudgetOptions{.ttl = 0s}).validate()),
            "budget.finagle.ttl: must be from 1s to 60s, is 0s");
  EXPECT_EQ(said((FinagleBudgetOptions{.ttl = 61s}).validate()),
            "budget.finagle.ttl: must be from 1s to 60s, is 61s");
}

TEST(FinagleBudget, RefusesANegativeShare) {
  EXPECT_EQ(said((FinagleBudgetOptions{.percent_can_retry = -1.0}).validate()),
            "budget.finagle.percent_can_retry: must be from 0 to 1,000 (100,000%), is -1");
}

TEST(FinagleBudget, WithNeitherReserveNorShareNeverAllows) {
  Budget budget = with(0.0);
  EXPECT_EQ(budget.allowed(), 0);
  budget.deposit(1'000);
  EXPECT_EQ(budget.allowed(), 0);
  EXPECT_EQ(budget.tokens(Instant{}), 0);
}

TEST(FinagleBudget, AShareOfTwoAllowsTwoForEachCall) {
  Budget budget = with(2.0);
  EXPECT_EQ(budget.allowed(), 0);
  budget.deposit(10'000);
  EXPECT_EQ(budget.tokens(Instant{}) / budget.retry_tokens(), 20'000);
  EXPECT_EQ(budget.allowed(), 20'000);
}

TEST(FinagleBudget, WithoutAShareOnlyTheReserveIsThere) {
  for (const auto& [ttl, per_s] : {std::pair<Duration, std::uint32_t>{1s, 10}, {2s, 5}}) {
    Budget budget = with(0.0, per_s, ttl);
    EXPECT_EQ(budget.granted_of_pairs(10'000), 10);
  }
}

TEST(FinagleBudget, TheShareComesOnTopOfTheReserve) {
  EXPECT_EQ(with(0.1, 10, 1s).granted_of_pairs(10'000), 1'010);
  EXPECT_EQ(with(0.5, 5, 2s).granted_of_pairs(10'000), 5'010);
}

TEST(FinagleBudget, ByDefaultAllows100AtOnceAndAFifthOfTheCalls) {
  Budget budget(FinagleBudgetOptions{});
  EXPECT_EQ(budget.retry_tokens(), 5'000);
  EXPECT_EQ(budget.allowed(), 100);
  budget.deposit(4);
  EXPECT_FALSE(budget.retry());
  budget.deposit(1);
  EXPECT_TRUE(budget.retry());
  EXPECT_FALSE(budget.retry());
}

// --- Conformance: util as of 2019, TokenBucket.newLeakyBucket
// -----------------------------------------

TEST(FinagleBudget, UtilsDepositsLeakAway) {
  Budget budget = with(1.0, 0, 3s);
  budget.deposit(100);
  EXPECT_TRUE(budget.retry());
  EXPECT_FALSE(budget.retry(at(3s)));
}

TEST(FinagleBudget, UtilsReserveIsBackWhenWhatWasTakenHasGoneStale) {
  Budget budget = with(0.0, 100, 1s);
  EXPECT_EQ(budget.allowed(), 100);
  EXPECT_FALSE(budget.retry(at(400ms)));
  EXPECT_FALSE(budget.retry(at(999ms)));
  // That began a slice at 999 ms, and with the end of that the first one goes.
  EXPECT_FALSE(budget.retry(at(1098ms)));
  EXPECT_EQ(budget.allowed(at(1099ms)), 100);
  EXPECT_FALSE(budget.retry(at(1099ms)));
}

// --- Conformance: tower 0.5, TpsBudget, which is after Finagle's ---------------------------------

TEST(FinagleBudget, TowerAllowsFiveOfAReserveOfFiveAndDeniesTheSixth) {
  Budget budget = with(1.0, 5, 1s);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(budget.retry()) << i;
  EXPECT_FALSE(budget.retry());
}

TEST(FinagleBudget, TowerWithoutDepositsAndReserveDenies) {
  EXPECT_FALSE(with(1.0, 0, 1s).retry());
}

TEST(FinagleBudget, TowerForgetsADepositAfterThreeWindows) {
  Budget budget = with(1.0, 0, 1s);
  budget.deposit(1);
  EXPECT_FALSE(budget.retry(at(3s)));
}

TEST(FinagleBudget, TowerKeepsDepositsForTheTtl) {
  Budget budget = with(0.5, 0, 1s);
  budget.deposit(2);
  EXPECT_TRUE(budget.retry(at(901ms)));
  // Nothing is left of it 2 s later; the first of three deposits goes stale, the other two pay.
  const Duration start = 2902ms;
  budget.deposit(1, at(start));
  budget.deposit(1, at(start + 301ms));
  budget.deposit(1, at(start + 1102ms));
  EXPECT_TRUE(budget.retry(at(start + 1102ms)));
  EXPECT_FALSE(budget.retry(at(start + 1102ms)));
}

// --- Edges --------------------------------------------------------------------------------------

TEST(FinagleBudget, ExactlyAsManyTokensAsARetryTakesSuffice) {
  Budget budget = with(0.3);
  EXPECT_EQ(budget.retry_tokens(), 3'333) << "truncated";
  budget.deposit(3);
  EXPECT_FALSE(budget.retry()) << "3000";
  budget.deposit(1);
  EXPECT_TRUE(budget.retry());
  EXPECT_EQ(budget.tokens(Instant{}), 667);
  budget = with(1.0);
  budget.deposit(1);
  EXPECT_TRUE(budget.retry());
  EXPECT_FALSE(budget.retry());
}

TEST(FinagleBudget, ADeniedRetryTakesNothing) {
  Budget budget = with(0.5);
  budget.deposit(1);
  EXPECT_EQ(budget.allowed(), 0);
  EXPECT_EQ(budget.tokens(Instant{}), 1'000);
}

TEST(FinagleBudget, TheReserveCountsWholeSecondsOfTheTtl) {
  EXPECT_EQ(with(1.0, 10, 1999ms).allowed(), 10);
  EXPECT_EQ(with(1.0, 10, 2s).allowed(), 20);
}

TEST(FinagleBudget, RetriesThatOutliveTheirDepositsAreADebt) {
  Budget budget = with(1.0, 0, 1s);
  budget.deposit(1, at(0ms));
  EXPECT_TRUE(budget.retry(at(500ms)));
  EXPECT_EQ(budget.tokens(at(1s)), -1'000);
  budget.deposit(1, at(1s));
  EXPECT_FALSE(budget.retry(at(1s))) << "pays the debt";
  EXPECT_EQ(budget.tokens(at(1499ms)), 0);
  EXPECT_TRUE(budget.retry(at(1600ms))) << "the debt went stale";
}

TEST(FinagleBudget, OnlyCallsDepositAndNothingIsGivenBack) {
  Budget budget = with(1.0);
  budget.on_attempt_start(at(0s));
  budget.on_attempt_end(succeeded, false, false, at(0s));
  budget.on_call_end({}, succeeded);
  budget.on_retry_end();
  budget.on_pending(1);
  EXPECT_EQ(budget.tokens(at(0s)), 0);
}

TEST(FinagleBudget, TheSmallestSharesSaturate) {
  EXPECT_EQ(with(0.00001).retry_tokens(), 99'999'999) << "as 1000 / 0.00001 truncates there";
  EXPECT_EQ(with(1e-300).retry_tokens(), 2'147'483'647);
  EXPECT_EQ(with(1000.0).retry_tokens(), 1);
  Budget budget = with(std::numeric_limits<double>::min(), 1'000'000, 60s);
  budget.deposit(10);
  EXPECT_EQ(budget.allowed(), 100'000) << "of 60 million";
  EXPECT_GT(budget.tokens(Instant{}), 0);
}

TEST(FinagleBudget, ReconfiguringKeepsTheTokens) {
  Budget budget = with(0.5, 0, 10s);
  budget.deposit(4);
  EXPECT_TRUE(budget.retry());
  budget.reconfigure({.ttl = 20s, .min_retries_per_s = 0, .percent_can_retry = 1.0});
  EXPECT_EQ(budget.tokens(at(19s)), 2'000);
  EXPECT_EQ(budget.allowed(at(19s)), 2);
}

TEST(FinagleBudget, ReconfiguringToASmallerReserveLeavesADebt) {
  Budget budget = with(1.0, 10, 1s);
  EXPECT_EQ(budget.allowed(), 10);
  budget.reconfigure({.ttl = 1s, .min_retries_per_s = 4, .percent_can_retry = 1.0});
  EXPECT_EQ(budget.tokens(at(0s)), -6'000);
  EXPECT_FALSE(budget.retry(at(900ms)));
  EXPECT_EQ(budget.allowed(at(1s)), 4);
}

TEST(FinagleBudgetOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said(FinagleBudgetOptions{}.validate()), "ok");
  EXPECT_EQ(said((FinagleBudgetOptions{.ttl = 1s}).validate()), "ok");
  EXPECT_EQ(said((FinagleBudgetOptions{.ttl = 60s}).validate()), "ok");
  EXPECT_EQ(said((FinagleBudgetOptions{.ttl = 1s - 1ns}).validate()),
            "budget.finagle.ttl: must be from 1s to 60s, is 999999999ns");
  EXPECT_EQ(said((FinagleBudgetOptions{.ttl = 60s + 1ns}).validate()),
            "budget.finagle.ttl: must be from 1s to 60s, is 60000000001ns");
  EXPECT_EQ(said((FinagleBudgetOptions{.min_retries_per_s = 1'000'000}).validate()), "ok");
  EXPECT_EQ(said((FinagleBudgetOptions{.min_retries_per_s = 1'000'001}).validate()),
            "budget.finagle.min_retries_per_s: must be from 0 to 1,000,000, is 1000001");
  EXPECT_EQ(said((FinagleBudgetOptions{.percent_can_retry = 0.0}).validate()), "ok");
  EXPECT_EQ(said((FinagleBudgetOptions{.percent_can_retry = 1000.0}).validate()), "ok");
  EXPECT_EQ(said((FinagleBudgetOptions{.percent_can_retry = 1000.5}).validate()),
            "budget.finagle.percent_can_retry: must be from 0 to 1,000 (100,000%), is 1000.5");
  EXPECT_EQ(said((FinagleBudgetOptions{.percent_can_retry = std::nan("")}).validate()),
            "budget.finagle.percent_can_retry: must be from 0 to 1,000 (100,000%), is nan");
}

RC_GTEST_PROP(FinagleBudgetProperty, GrantsNoMoreThanWasDepositedAndIsInReserve, ()) {
  const auto per_s = *rc::gen::inRange<std::uint32_t>(0, 4);
  const double share = *rc::gen::element(0.05, 0.2, 0.33, 1.0, 1.7, 40.0);
  Budget budget = with(share, per_s, 2s);
  std::int64_t deposited = 0;
  std::int64_t granted = 0;
  Duration now{0};
  for (int i = 0; i < 200; ++i) {
    now += *rc::gen::element<Duration>(0ms, 1ms, 70ms, 199ms, 200ms, 1s);
    if (*rc::gen::inRange(0, 2) == 0) {
      budget.deposit(1, at(now));
      deposited += 1'000;
    } else {
      const std::int64_t before = budget.tokens(at(now));
      const bool allowed = budget.retry(at(now));
      RC_ASSERT(allowed == (before >= budget.retry_tokens()));
      RC_ASSERT(budget.tokens(at(now)) == before - (allowed ? budget.retry_tokens() : 0));
      if (allowed) ++granted;
    }
    // In each ttl that has begun the reserve is there once.
    const std::int64_t reserves = now / Duration{2s} + 1;
    RC_ASSERT(granted * budget.retry_tokens() <=
              deposited + reserves * per_s * 2 * budget.retry_tokens());
  }
  // Nothing lasts longer than two ttl, however seldom the budget is asked.
  RC_ASSERT(budget.tokens(at(now + 4s)) == std::int64_t{per_s} * 2 * budget.retry_tokens());
}

}  // namespace
}  // namespace squall::policy::finagle_budget_test
