#include "squall/policy/bucket_budget.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::bucket_budget_test {
namespace {

using FilledBy = BucketBudgetOptions::FilledBy;

struct Budget : BucketBudget {
  using BucketBudget::BucketBudget;

  /// Calls that end so, without a retry.
  void calls(int count, const Outcome& outcome) {
    for (int i = 0; i < count; ++i) {
      on_call_start(Instant{});
      on_call_end({}, outcome);
    }
  }
  bool retry() { return grants(*this); }
  /// How many retries are allowed in a row.
  int allowed() {
    int count = 0;
    while (count < 10'000 && retry()) ++count;
    return count;
  }
};

// --- Conformance: M. Brooker, "Fixing retries with token buckets and circuit breakers" (2022) ----

TEST(BucketBudget, BrookersHoldsFiveAndStartsFull) {
  Budget budget(BucketBudgetOptions{});
  EXPECT_EQ(budget.milli_tokens(), 5'000);
  EXPECT_EQ(budget.allowed(), 5);
}

TEST(BucketBudget, BrookersTenSuccessesPayForOneRetry) {
  Budget budget(BucketBudgetOptions{});
  EXPECT_EQ(budget.allowed(), 5);
  budget.calls(9, succeeded);
  EXPECT_FALSE(budget.retry()) << "nine tenths are no whole token";
  budget.calls(1, succeeded);
  EXPECT_TRUE(budget.retry());
  EXPECT_FALSE(budget.retry());
}

TEST(BucketBudget, BrookersFailuresDepositNothing) {
  Budget budget(BucketBudgetOptions{});
  EXPECT_EQ(budget.allowed(), 5);
  for (const Outcome& outcome : {errored, timed_out, past_deadline, was_rejected, was_abandoned})
    budget.calls(100, outcome);
  EXPECT_EQ(budget.milli_tokens(), 0);
}

TEST(BucketBudget, BrookersIsOfLimitedSize) {
  Budget budget(BucketBudgetOptions{});
  budget.calls(1'000, succeeded);
  EXPECT_EQ(budget.allowed(), 5);
}

TEST(BucketBudget, BrookersRetriesAreATenthWhereEveryOtherCallFails) {
  // Half of 10,000 calls fail; each asks for one retry: five at first, then one for ten successes.
  Budget budget(BucketBudgetOptions{});
  int granted = 0;
  for (int i = 0; i < 5'000; ++i) {
    if (budget.retry()) ++granted;
    budget.calls(1, succeeded);
  }
  EXPECT_EQ(granted, 5 + 499) << "the last tenth is not yet a token";
}

TEST(BucketBudget, BrookersSimulatorFillsAtTheStartOfEachCall) {
  Budget budget({.filled_by = FilledBy::call});
  EXPECT_EQ(budget.allowed(), 5);
  budget.calls(9, errored);
  EXPECT_FALSE(budget.retry());
  budget.on_call_start(Instant{});
  EXPECT_TRUE(budget.retry()) << "before the call has ended";
  budget.on_call_end({}, succeeded);
  EXPECT_EQ(budget.milli_tokens(), 0) << "and with its success no more comes in";
}

// --- Edges --------------------------------------------------------------------------------------

TEST(BucketBudget, TenthsAddUpExactly) {
  Budget budget({.capacity = 1'000, .deposit = 0.1});
  EXPECT_EQ(budget.allowed(), 1'000);
  budget.calls(9'999, succeeded);
  EXPECT_EQ(budget.milli_tokens(), 999'900);
}

TEST(BucketBudget, DropsDecimalsPastTheThird) {
  for (const auto& [deposit, given] : std::vector<std::pair<double, int>>{
           {0.1239, 123}, {0.001, 1}, {1.001, 1'001}, {0.29, 290}, {4.035, 4'035}}) {
    Budget budget({.capacity = 10, .deposit = deposit});
    EXPECT_EQ(budget.allowed(), 10);
    budget.calls(1, succeeded);
    EXPECT_EQ(budget.milli_tokens(), given);
  }
}

TEST(BucketBudget, AHugeDepositFillsTheBucket) {
  Budget budget({.capacity = 1'000'000, .deposit = std::numeric_limits<double>::max()});
  EXPECT_EQ(budget.allowed(), 10'000);
  budget.calls(1, succeeded);
  EXPECT_EQ(budget.milli_tokens(), 1'000'000'000);
}

TEST(BucketBudget, AttemptsNeitherTakeNorGive) {
  Budget budget(BucketBudgetOptions{});
  EXPECT_TRUE(budget.retry());
  budget.on_attempt_start(Instant{});
  budget.on_attempt_end(succeeded, false, false, Instant{});
  budget.on_retry_end();
  EXPECT_EQ(budget.milli_tokens(), 4'000);
}

TEST(BucketBudget, ReconfiguringKeepsTheTokensUpToTheNewCapacity) {
  Budget budget(BucketBudgetOptions{});
  EXPECT_TRUE(budget.retry());
  budget.reconfigure({.capacity = 10, .deposit = 0.5});
  EXPECT_EQ(budget.milli_tokens(), 4'000);
  budget.calls(1, succeeded);
  EXPECT_EQ(budget.milli_tokens(), 4'500);
  budget.reconfigure({.capacity = 2, .deposit = 0.5, .filled_by = FilledBy::call});
  EXPECT_EQ(budget.milli_tokens(), 2'000);
  EXPECT_TRUE(budget.retry());
  budget.calls(1, errored);
  EXPECT_EQ(budget.milli_tokens(), 1'500);
}

TEST(BucketBudgetOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said((BucketBudgetOptions{.capacity = 1}).validate()), "ok");
  EXPECT_EQ(said((BucketBudgetOptions{.capacity = 1'000'000}).validate()), "ok");
  EXPECT_EQ(said((BucketBudgetOptions{.capacity = 0}).validate()),
            "budget.bucket.capacity: must be from 1 to 1,000,000, is 0");
  EXPECT_EQ(said((BucketBudgetOptions{.capacity = 1'000'001}).validate()),
            "budget.bucket.capacity: must be from 1 to 1,000,000, is 1000001");
  EXPECT_EQ(said((BucketBudgetOptions{.deposit = 0.001}).validate()), "ok");
  EXPECT_EQ(said((BucketBudgetOptions{.deposit = 0.0009}).validate()),
            "budget.bucket.deposit: must be a number from 0.001, is 0.0009");
  EXPECT_FALSE((BucketBudgetOptions{.deposit = std::numeric_limits<double>::quiet_NaN()})
                   .validate()
                   .has_value());
  EXPECT_FALSE((BucketBudgetOptions{.deposit = std::numeric_limits<double>::infinity()})
                   .validate()
                   .has_value());
}

RC_GTEST_PROP(BucketBudgetProperty, TokensStayWithinTheBucketAndRetriesWithinTheDeposits, ()) {
  const auto capacity = *rc::gen::inRange<std::uint32_t>(1, 10);
  const auto deposit_milli = *rc::gen::element(1, 100, 333, 1'000, 2'500);
  Budget budget({.capacity = capacity,
                 .deposit = deposit_milli / 1e3,
                 .filled_by = *rc::gen::element(FilledBy::success, FilledBy::call)});
  std::int64_t granted = 0;
  std::int64_t filled = 0;
  for (const bool asks : *rc::gen::arbitrary<std::vector<bool>>()) {
    const std::int64_t before = budget.milli_tokens();
    if (asks) {
      const bool allowed = budget.retry();
      RC_ASSERT(allowed == (before >= 1'000));
      if (allowed) ++granted;
    } else {
      budget.calls(1, succeeded);
      ++filled;
    }
    RC_ASSERT(budget.milli_tokens() >= 0);
    RC_ASSERT(budget.milli_tokens() <= capacity * 1'000);
    RC_ASSERT(granted * 1'000 <= capacity * 1'000 + filled * deposit_milli);
  }
}

}  // namespace
}  // namespace squall::policy::bucket_budget_test
