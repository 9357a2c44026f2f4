#include "squall/policy/aws_budget.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::aws_budget_test {
namespace {

/// One call of a client: what its budget keeps for it, and the tokens after each step.
struct Client {
  explicit Client(AwsBudget& all_calls) : budget(all_calls) {}

  /// An attempt ended with `outcome` and is to be tried again.
  bool retries(const Outcome& outcome = errored) {
    return budget.try_retry(call, outcome, Instant{});
  }
  std::uint32_t ends(const Outcome& outcome) {
    budget.on_call_end(call, outcome);
    return budget.tokens();
  }

  AwsBudget& budget;
  BudgetCall call;
};

AwsBudget of(std::uint32_t capacity) { return AwsBudget({.capacity = capacity}); }

// --- Conformance: botocore, standard mode before the retries of 2026 -----------------------------

TEST(AwsBudget, BotocoreTakesFiveOf50AndGetsThemBack) {
  AwsBudget budget = of(50);
  Client client(budget);
  EXPECT_TRUE(client.retries());
  EXPECT_EQ(budget.tokens(), 45U);
  EXPECT_EQ(client.ends(succeeded), 50U);
}

TEST(AwsBudget, BotocoreNeverHoldsMoreThanItsCapacity) {
  AwsBudget budget = of(50);
  EXPECT_EQ(Client(budget).ends(succeeded), 50U) << "full already";
  Client slow(budget);
  EXPECT_TRUE(slow.retries(timed_out));
  Client other(budget);
  EXPECT_EQ(other.ends(succeeded), 41U);
  EXPECT_EQ(slow.ends(succeeded), 50U) << "10 onto 41";
}

TEST(AwsBudget, BotocoreDeniesTenAtOne) {
  AwsBudget budget({.capacity = 50, .retry_cost = 49});
  EXPECT_TRUE(Client(budget).retries());
  EXPECT_EQ(budget.tokens(), 1U);
  EXPECT_FALSE(Client(budget).retries(timed_out));
  EXPECT_EQ(budget.tokens(), 1U);
}

TEST(AwsBudget, BotocoreTakesTenAfterATimeout) {
  AwsBudget budget(AwsBudgetOptions{});
  Client client(budget);
  EXPECT_TRUE(client.retries(timed_out));
  EXPECT_EQ(client.call.taken, 10U);
  EXPECT_EQ(budget.tokens(), 490U);
}

TEST(AwsBudget, BotocoreGivesOneForASuccessWithoutRetries) {
  AwsBudget budget(AwsBudgetOptions{});
  EXPECT_TRUE(Client(budget).retries());
  EXPECT_EQ(Client(budget).ends(succeeded), 496U);
}

TEST(AwsBudget, BotocoreGivesNothingForAFailure) {
  AwsBudget budget(AwsBudgetOptions{});
  Client retried(budget);
  EXPECT_TRUE(retried.retries());
  EXPECT_EQ(retried.ends(errored), 495U) << "nor where every retry failed";
  EXPECT_EQ(Client(budget).ends(errored), 495U);
}

TEST(AwsBudget, BotocoreKeepsNothingForACallThatWasDenied) {
  AwsBudget budget = of(5);
  EXPECT_TRUE(Client(budget).retries());
  Client denied(budget);
  EXPECT_FALSE(denied.retries());
  EXPECT_EQ(denied.call.taken, 0U);
}

// --- Conformance: the cases of smithy-kotlin, amplify-flutter and aws-sdk-ruby -------------------

TEST(AwsBudget, SdksGiveBackOnlyWhatTheLastRetryTook) {
  AwsBudget budget(AwsBudgetOptions{});
  Client client(budget);
  EXPECT_TRUE(client.retries());
  EXPECT_EQ(budget.tokens(), 495U);
  EXPECT_TRUE(client.retries());
  EXPECT_EQ(budget.tokens(), 490U);
  EXPECT_EQ(client.ends(succeeded), 495U);
}

TEST(AwsBudget, SdksGiveNothingBackWhenTheAttemptsAreUp) {
  AwsBudget budget(AwsBudgetOptions{});
  Client client(budget);
  for (const std::uint32_t tokens : {495U, 490U, 485U, 480U}) {
    EXPECT_TRUE(client.retries());
    EXPECT_EQ(budget.tokens(), tokens);
  }
  EXPECT_EQ(client.ends(errored), 480U);
}

TEST(AwsBudget, SdksReachTheEndOfAQuotaOfFiveAfterOneRetry) {
  AwsBudget budget = of(5);
  Client client(budget);
  EXPECT_TRUE(client.retries());
  EXPECT_EQ(budget.tokens(), 0U);
  EXPECT_FALSE(client.retries());
  EXPECT_EQ(budget.tokens(), 0U);
}

TEST(AwsBudget, SdksNeverRetryWithAQuotaOfNothing) {
  AwsBudget budget = of(0);
  EXPECT_FALSE(Client(budget).retries());
  EXPECT_EQ(Client(budget).ends(succeeded), 0U);
}

// --- Edges --------------------------------------------------------------------------------------

TEST(AwsBudget, GivesBackTenWhereTheLastRetryCameAfterATimeout) {
  AwsBudget budget(AwsBudgetOptions{});
  Client client(budget);
  EXPECT_TRUE(client.retries(errored));
  EXPECT_TRUE(client.retries(timed_out));
  EXPECT_EQ(client.ends(succeeded), 495U);
  Client other(budget);
  EXPECT_TRUE(other.retries(timed_out));
  EXPECT_TRUE(other.retries(was_rejected));
  EXPECT_EQ(other.ends(succeeded), 485U);
}

TEST(AwsBudget, ExactlyWhatARetryCostsSuffices) {
  AwsBudget budget = of(10);
  EXPECT_TRUE(Client(budget).retries(timed_out));
  EXPECT_EQ(budget.tokens(), 0U);
  budget = of(9);
  EXPECT_FALSE(Client(budget).retries(timed_out));
  budget = of(4);
  EXPECT_FALSE(Client(budget).retries());
}

TEST(AwsBudget, CallsThatWereNotAnsweredGiveNothing) {
  AwsBudget budget(AwsBudgetOptions{});
  EXPECT_TRUE(Client(budget).retries());
  for (const Outcome& outcome : {timed_out, past_deadline, was_abandoned, was_rejected}) {
    Client client(budget);
    EXPECT_EQ(client.ends(outcome), 495U);
  }
}

TEST(AwsBudget, AttemptsNeitherTakeNorGive) {
  AwsBudget budget = of(10);
  EXPECT_TRUE(Client(budget).retries());
  budget.on_call_start(Instant{});
  budget.on_attempt_start(Instant{});
  budget.on_attempt_end(succeeded, false, true, Instant{});
  budget.on_retry_end();
  budget.on_pending(1);
  EXPECT_EQ(budget.tokens(), 5U);
}

TEST(AwsBudget, ReconfiguringKeepsTheTokensUpToTheNewCapacity) {
  AwsBudget budget(AwsBudgetOptions{});
  Client client(budget);
  EXPECT_TRUE(client.retries(timed_out));
  budget.reconfigure({.capacity = 600});
  EXPECT_EQ(budget.tokens(), 490U);
  budget.reconfigure({.capacity = 7, .retry_cost = 6, .timeout_cost = 7, .no_retry_increment = 3});
  EXPECT_EQ(budget.tokens(), 7U);
  EXPECT_TRUE(Client(budget).retries());
  EXPECT_EQ(Client(budget).ends(succeeded), 4U);
  EXPECT_EQ(client.ends(succeeded), 7U) << "the 10 that it took, as far as they fit";
}

TEST(AwsBudgetOptions, SayWhatIsOutOfRange) {
  const auto check = [](AwsBudgetOptions options) { return said(options.validate()); };
  EXPECT_EQ(check({}), "ok");
  EXPECT_EQ(check({.capacity = 0, .retry_cost = 1, .timeout_cost = 1, .no_retry_increment = 0}),
            "ok");
  EXPECT_EQ(check({.capacity = 1'000'000,
                   .retry_cost = 1'000'000,
                   .timeout_cost = 1'000'000,
                   .no_retry_increment = 1'000'000}),
            "ok");
  EXPECT_EQ(check({.capacity = 1'000'001}),
            "budget.aws.capacity: must be from 0 to 1,000,000, is 1000001");
  EXPECT_EQ(check({.retry_cost = 0}), "budget.aws.retry_cost: must be from 1 to 1,000,000, is 0");
  EXPECT_EQ(check({.retry_cost = 1'000'001}),
            "budget.aws.retry_cost: must be from 1 to 1,000,000, is 1000001");
  EXPECT_EQ(check({.timeout_cost = 0}),
            "budget.aws.timeout_cost: must be from 1 to 1,000,000, is 0");
  EXPECT_EQ(check({.timeout_cost = 1'000'001}),
            "budget.aws.timeout_cost: must be from 1 to 1,000,000, is 1000001");
  EXPECT_EQ(check({.no_retry_increment = 1'000'001}),
            "budget.aws.no_retry_increment: must be from 0 to 1,000,000, is 1000001");
}

RC_GTEST_PROP(AwsBudgetProperty, TokensStayBetweenNoneAndTheCapacity, ()) {
  const auto capacity = *rc::gen::inRange<std::uint32_t>(0, 60);
  AwsBudget budget = of(capacity);
  std::vector<BudgetCall> calls(4);
  std::uint64_t taken = 0;
  std::uint64_t given = 0;
  for (int i = 0; i < 100; ++i) {
    BudgetCall& call = calls[*rc::gen::inRange<std::size_t>(0, 4)];
    const std::uint32_t before = budget.tokens();
    const int step = *rc::gen::inRange(0, 4);
    if (step < 2) {
      const std::uint32_t cost = step == 0 ? 5 : 10;
      const bool allowed = budget.try_retry(call, step == 0 ? errored : timed_out, Instant{});
      RC_ASSERT(allowed == (before >= cost));
      RC_ASSERT(budget.tokens() == before - (allowed ? cost : 0));
      if (allowed) taken += cost;
    } else {
      budget.on_call_end(call, step == 2 ? succeeded : errored);
      RC_ASSERT(budget.tokens() >= before);
      RC_ASSERT(step == 2 || budget.tokens() == before);
      given += budget.tokens() - before;
      call = {};
    }
    RC_ASSERT(budget.tokens() <= capacity);
    RC_ASSERT(budget.tokens() == capacity + given - taken);
  }
}

}  // namespace
}  // namespace squall::policy::aws_budget_test
