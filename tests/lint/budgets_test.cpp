// budget-never-binds, budget-always-denies.
#include <string>

#include <gtest/gtest.h>

#include "squall/policy/failsafe_budget.hpp"
#include "tests/lint/support.hpp"

namespace squall::lint::budgets_test {
namespace {

std::string with_budget(const std::string& budget, const std::string& more = "",
                        const std::string& arrivals = "constant: 10/s",
                        const std::string& bank = "latency: 1ms") {
  return head + "services: {bank: {" + bank +
         "}}\npolicies:\n  p:\n    retry: {max_attempts: 2}\n" + "    budget: {" + budget + "}\n" +
         more + "workloads: {w: {to: bank, policy: p, arrivals: {" + arrivals + "}}}\n";
}

TEST(GrpcBudget, AlwaysDeniesWithTwoTokens) {
  EXPECT_EQ(arithmetic_of(with_budget("grpc: {max_tokens: 2}"), Code::budget_always_denies),
            "a failure leaves 1 of 2 tokens, and a retry needs more than 1");
  EXPECT_EQ(arithmetic_of(with_budget("grpc: {max_tokens: 1}"), Code::budget_always_denies),
            "a failure leaves 0 of 1 tokens, and a retry needs more than 0.5");
  EXPECT_EQ(arithmetic_of(with_budget("grpc: {max_tokens: 3}"), Code::budget_always_denies),
            "no finding");
}

TEST(GrpcBudget, DrainsAtTheStatedFailures) {
  const std::string drained =
      with_budget("grpc: {token_ratio: 0.1}", "", "constant: 10/s", "failure: 20%");
  EXPECT_EQ(arithmetic_of(drained, Code::budget_always_denies),
            "of 100 attempts 20 fail and take a token each, 80 succeed and give 0.1 each: 20 > 8");
  EXPECT_EQ(found(drained, Code::budget_always_denies)[0].key,
            "policies.p.budget.grpc.token_ratio");
  EXPECT_EQ(
      arithmetic_of(with_budget("grpc: {token_ratio: 0.25}", "", "constant: 10/s", "failure: 20%"),
                    Code::budget_always_denies),
      "no finding")
      << "20 taken, 20 given";
  EXPECT_EQ(
      arithmetic_of(with_budget("grpc: {token_ratio: 0.2}", "", "constant: 10/s", "failure: 20%"),
                    Code::budget_always_denies),
      "of 100 attempts 20 fail and take a token each, 80 succeed and give 0.2 each: 20 > "
      "16");
}

TEST(GrpcBudget, NeverBindsWithMoreTokensThanTheRunHasAttempts) {
  const std::string instances = "    state: {instances: 100}\n";
  EXPECT_EQ(
      arithmetic_of(with_budget("grpc: {max_tokens: 100}", instances), Code::budget_never_binds),
      "it denies after 50 failures, and there are 12 attempts for each state in all");
  EXPECT_EQ(arithmetic_of(with_budget("grpc: {max_tokens: 100}"), Code::budget_never_binds),
            "no finding");
  EXPECT_EQ(
      arithmetic_of(with_budget("grpc: {max_tokens: 24}", instances), Code::budget_never_binds),
      "no finding")
      << "12 failures of 12 attempts would do, and arrivals differ from state to state";
}

constexpr const char* timeout = "    timeout: 100ms\n";

TEST(EnvoyBudget, NeverBindsBelowItsFloor) {
  EXPECT_EQ(
      arithmetic_of(with_budget("envoy: {min_concurrency: 10}", timeout), Code::budget_never_binds),
      "10 retries at once are always allowed; 10/s are 1 on average, even if every attempt "
      "times out");
  EXPECT_EQ(
      arithmetic_of(with_budget("envoy: {min_concurrency: 1}", timeout), Code::budget_never_binds),
      "no finding");
  EXPECT_EQ(
      arithmetic_of(with_budget("envoy: {min_concurrency: 3}", timeout), Code::budget_never_binds),
      "no finding")
      << "3 at once happen now and then where 1 is the mean";
  EXPECT_EQ(arithmetic_of(with_budget("envoy: {min_concurrency: 10}"), Code::budget_never_binds),
            "no finding")
      << "without a timeout nobody knows how many are under way";
}

TEST(EnvoyBudget, MindsBursts) {
  EXPECT_EQ(arithmetic_of(with_budget("envoy: {min_concurrency: 60}", timeout,
                                      "bursts: {size: 10, every: 1s}"),
                          Code::budget_never_binds),
            "60 retries at once are always allowed; 10/s are 11 on average, even if every attempt "
            "times out");
  EXPECT_EQ(arithmetic_of(with_budget("envoy: {min_concurrency: 60}", timeout,
                                      "bursts: {size: 100, every: 10s}"),
                          Code::budget_never_binds),
            "no finding");
}

TEST(EnvoyBudget, AlwaysDeniesWhereFewCallsAreUnderWay) {
  EXPECT_EQ(arithmetic_of(with_budget("envoy: {percent: 5%, min_concurrency: 0}", timeout),
                          Code::budget_always_denies),
            "one retry needs 20 calls under way at 5%; 10/s are 2 on average, even if every "
            "attempt times out");
  EXPECT_EQ(arithmetic_of(with_budget("envoy: {percent: 20%, min_concurrency: 0}", timeout,
                                      "constant: 100/s"),
                          Code::budget_always_denies),
            "no finding");
  EXPECT_EQ(arithmetic_of(with_budget("envoy: {percent: 0%, min_concurrency: 0}"),
                          Code::budget_always_denies),
            "0% of the calls under way, and 0 retries in any case");
  EXPECT_EQ(arithmetic_of(with_budget("envoy: {percent: 0%, min_concurrency: 1}"),
                          Code::budget_always_denies),
            "no finding");
}

// --- Finagle ---

constexpr const char* hundred_clients = "    state: {instances: 100}\n";

TEST(FinagleBudget, AlwaysDeniesWithNeitherShareNorReserve) {
  const std::string text =
      with_budget("finagle: {percent_can_retry: 0%, min_retries_per_s: 0}", timeout);
  EXPECT_EQ(arithmetic_of(text, Code::budget_always_denies),
            "calls deposit nothing at 0%, and the reserve is 0 retries a second");
  EXPECT_EQ(found(text, Code::budget_always_denies)[0].key, "policies.p.budget.finagle");
  EXPECT_EQ(arithmetic_of(with_budget("finagle: {percent_can_retry: 0%, min_retries_per_s: 1}"),
                          Code::budget_always_denies),
            "no finding");
}

TEST(FinagleBudget, AlwaysDeniesWhereFewCallsDeposit) {
  // A retry takes 20,000 tokens: the deposits of the asking call and of 19 more.
  const std::string text =
      with_budget("finagle: {percent_can_retry: 5%, min_retries_per_s: 0}", "", "constant: 0.2/s");
  EXPECT_EQ(arithmetic_of(text, Code::budget_always_denies),
            "one retry needs the deposits of 20 calls of the last 10s, and those are at the most 4 "
            "on average at 0.2/s");
  EXPECT_EQ(found(text, Code::budget_always_denies)[0].key,
            "policies.p.budget.finagle.min_retries_per_s");
  EXPECT_EQ(arithmetic_of(with_budget("finagle: {percent_can_retry: 5%, min_retries_per_s: 0}", "",
                                      "constant: 1/s"),
                          Code::budget_always_denies),
            "no finding")
      << "20 at a mean of 20 happen all the time";
  EXPECT_EQ(arithmetic_of(with_budget("finagle: {percent_can_retry: 100%, min_retries_per_s: 0}",
                                      "", "constant: 0.00001/s"),
                          Code::budget_always_denies),
            "no finding")
      << "every call has deposited what its own retry takes";
}

TEST(FinagleBudget, NeverBindsWithAReserveAboveTheRetriesOfTheRun) {
  const std::string text = with_budget("finagle: {}", hundred_clients);
  EXPECT_EQ(
      arithmetic_of(text, Code::budget_never_binds),
      "its reserve is 100 retries, and there are 6 calls of 1 retry at the most for each of 100 "
      "states");
  EXPECT_EQ(arithmetic_of(with_budget("finagle: {}"), Code::budget_never_binds), "no finding")
      << "600 calls, and nobody knows how long they take";
  EXPECT_EQ(arithmetic_of(with_budget("finagle: {min_retries_per_s: 1}", hundred_clients),
                          Code::budget_never_binds),
            "no finding")
      << "10 retries in reserve, and 6 calls on average";
}

TEST(FinagleBudget, NeverBindsWithAReserveAboveTheRetriesOfItsWindow) {
  // A window of 10 s has 20 to 30 calls; those of 2 x 100 ms before it may crowd into it.
  EXPECT_EQ(
      arithmetic_of(with_budget("finagle: {}", timeout, "constant: 2/s"), Code::budget_never_binds),
      "its reserve is 100 retries within 10s, and 2/s are 30.4 calls of 1 retry at the most, those "
      "still under way included");
  EXPECT_EQ(arithmetic_of(with_budget("finagle: {}", timeout, "constant: 10/s"),
                          Code::budget_never_binds),
            "no finding");
  EXPECT_EQ(arithmetic_of(with_budget("finagle: {}", timeout, "bursts: {size: 100, every: 50s}"),
                          Code::budget_never_binds),
            "no finding");
}

// --- AWS ---

TEST(AwsBudget, AlwaysDeniesBelowTheCostOfOneRetry) {
  const std::string text = with_budget("aws: {capacity: 4}");
  EXPECT_EQ(arithmetic_of(text, Code::budget_always_denies),
            "the bucket holds 4 tokens, and a retry takes 5");
  EXPECT_EQ(found(text, Code::budget_always_denies)[0].key, "policies.p.budget.aws.capacity");
  EXPECT_EQ(arithmetic_of(with_budget("aws: {capacity: 4}", timeout), Code::budget_always_denies),
            "the bucket holds 4 tokens, and a retry takes 5, or 10 after a timeout");
  EXPECT_EQ(arithmetic_of(with_budget("aws: {capacity: 5}"), Code::budget_always_denies),
            "no finding");
}

TEST(AwsBudget, AlwaysDeniesAfterTimeoutsBelowTheirCost) {
  const std::string text = with_budget("aws: {capacity: 9}", timeout);
  EXPECT_EQ(arithmetic_of(text, Code::budget_always_denies),
            "the bucket holds 9 tokens, and a retry after a timeout takes 10");
  EXPECT_EQ(found(text, Code::budget_always_denies)[0].key, "policies.p.budget.aws.timeout_cost");
  EXPECT_EQ(arithmetic_of(with_budget("aws: {capacity: 10}", timeout), Code::budget_always_denies),
            "no finding");
  EXPECT_EQ(arithmetic_of(with_budget("aws: {capacity: 9}"), Code::budget_always_denies),
            "no finding")
      << "nothing times out";
  EXPECT_EQ(arithmetic_of(with_budget("aws: {capacity: 4, timeout_cost: 1}", timeout),
                          Code::budget_always_denies),
            "no finding")
      << "after timeouts it allows four";
}

TEST(AwsBudget, DrainsWhereSuccessesGiveNothing) {
  // Of 10% that fail, a retry fails again in 10%, and then keeps its 5 tokens.
  const std::string text = with_budget("aws: {capacity: 10, no_retry_increment: 0}", "",
                                       "constant: 10/s", "failure: 10%");
  EXPECT_EQ(
      arithmetic_of(text, Code::budget_always_denies),
      "of 100 calls 10 ask for a retry of 0.5 tokens on average, 90 give 0 each: 0 pay for 0% "
      "of 5, and the first 10 last for about 200 of 600 calls");
  EXPECT_EQ(found(text, Code::budget_always_denies)[0].key,
            "policies.p.budget.aws.no_retry_increment");
  EXPECT_EQ(arithmetic_of(with_budget("aws: {capacity: 40, no_retry_increment: 0}", "",
                                      "constant: 10/s", "failure: 10%"),
                          Code::budget_always_denies),
            "no finding")
      << "800 calls would drain it";
  EXPECT_EQ(arithmetic_of(with_budget("aws: {capacity: 10}", "", "constant: 10/s", "failure: 10%"),
                          Code::budget_always_denies),
            "no finding")
      << "90 tokens are given for 5 that are kept";
}

TEST(AwsBudget, NeverBindsWithMoreTokensThanTheRunCanTake) {
  EXPECT_EQ(
      arithmetic_of(with_budget("aws: {}", hundred_clients), Code::budget_never_binds),
      "500 tokens are 100 retries at 5, and there are 6 calls of 1 retry at the most for each of "
      "100 states");
  EXPECT_EQ(
      arithmetic_of(with_budget("aws: {}", std::string(hundred_clients) + timeout),
                    Code::budget_never_binds),
      "500 tokens are 50 retries at 10, and there are 6 calls of 1 retry at the most for each of "
      "100 states");
  EXPECT_EQ(arithmetic_of(with_budget("aws: {}"), Code::budget_never_binds), "no finding");
  EXPECT_EQ(
      arithmetic_of(with_budget("aws: {capacity: 50}", hundred_clients), Code::budget_never_binds),
      "no finding")
      << "11 calls where 6 are the mean happen";
}

// --- failsafe-go ---

TEST(FailsafeBudget, NeverBindsAtHalfOfTheExecutions) {
  const std::string text = with_budget("failsafe: {max_rate: 50%}");
  EXPECT_EQ(arithmetic_of(text, Code::budget_never_binds),
            "it denies above 50% of all executions, and retries, each beside its call, are below "
            "50%");
  EXPECT_EQ(found(text, Code::budget_never_binds)[0].key, "policies.p.budget.failsafe.max_rate");
  EXPECT_EQ(arithmetic_of(with_budget("failsafe: {max_rate: 49%}"), Code::budget_never_binds),
            "no finding");
  const std::string hedge = "    hedge: {max_attempts: 2, delay: 10ms}\n";
  EXPECT_EQ(
      arithmetic_of(with_budget("failsafe: {max_rate: 99%}", hedge), Code::budget_never_binds),
      "no finding")
      << "hedges and a retry of one call may be more than half";
  EXPECT_EQ(
      arithmetic_of(with_budget("failsafe: {max_rate: 100%}", hedge), Code::budget_never_binds),
      "it denies above 100% of all executions, and retries and hedges are 100% at the most");
}

TEST(FailsafeBudget, ItselfNeverDeniesAtHalfOfTheExecutions) {
  for (const double max_rate : {0.5, 0.49}) {
    policy::FailsafeBudget budget({.max_rate = max_rate, .min_concurrency = 0});
    // The worst there is: of so many calls all are retried, and none has ended.
    int denied = 0;
    for (int call = 0; call < 1'000; ++call) budget.on_call_start(Instant{});
    policy::BudgetCall granted;
    for (int call = 0; call < 1'000; ++call) {
      if (!budget.try_retry(granted, {.kind = policy::OutcomeKind::error}, Instant{})) ++denied;
    }
    EXPECT_EQ(denied > 0, max_rate < 0.5) << denied;
  }
}

TEST(FailsafeBudget, NeverBindsBelowItsFloor) {
  EXPECT_EQ(arithmetic_of(with_budget("failsafe: {min_concurrency: 10}", timeout),
                          Code::budget_never_binds),
            "10 retries at once are always allowed; 10/s are 1 on average, even if every attempt "
            "times out");
  EXPECT_EQ(arithmetic_of(with_budget("failsafe: {min_concurrency: 3}", timeout),
                          Code::budget_never_binds),
            "no finding");
  EXPECT_EQ(arithmetic_of(with_budget("failsafe: {min_concurrency: 10}"), Code::budget_never_binds),
            "no finding")
      << "without a timeout nobody knows how many are under way";
}

TEST(FailsafeBudget, AllowsOneAtATimeWithNeitherShareNorFloor) {
  EXPECT_EQ(arithmetic_of(with_budget("failsafe: {max_rate: 0%, min_concurrency: 0}", timeout),
                          Code::budget_always_denies),
            "no finding")
      << "of none under way the share is 0, which is not above 0";
}

// --- The token bucket ---

TEST(BucketBudget, DrainsWhereDepositsPayForHardlyAnyRetry) {
  const auto text = [](const std::string& deposit) {
    return with_budget("bucket: {deposit: " + deposit + "}", "", "constant: 10/s", "failure: 10%");
  };
  // 90 successes give 0.99 for the 10 that are asked for; with 0.012 each it were 1.08.
  EXPECT_EQ(arithmetic_of(text("0.011"), Code::budget_always_denies),
            "of 100 calls 10 ask for a retry of 1 token, 90 give 0.011 each: 0.99 pay for 9.9% of "
            "10, and the first 5 last for about 55.49 of 600 calls");
  EXPECT_EQ(found(text("0.011"), Code::budget_always_denies)[0].key,
            "policies.p.budget.bucket.deposit");
  EXPECT_EQ(arithmetic_of(text("0.012"), Code::budget_always_denies), "no finding");
  EXPECT_EQ(arithmetic_of(text("0.0119"), Code::budget_always_denies),
            arithmetic_of(text("0.011"), Code::budget_always_denies))
      << "decimals past the third are dropped";
  EXPECT_EQ(arithmetic_of(text("0.011, filled_by: call"), Code::budget_always_denies), "no finding")
      << "100 calls give 1.1";
  EXPECT_EQ(arithmetic_of(text("0.001, capacity: 100"), Code::budget_always_denies), "no finding")
      << "60 retries in the run";
}

TEST(BucketBudget, NeverBindsWithMoreTokensThanTheRunHasRetries) {
  EXPECT_EQ(arithmetic_of(with_budget("bucket: {capacity: 100}", hundred_clients),
                          Code::budget_never_binds),
            "a retry takes one of 100 tokens, and there are 6 calls of 1 retry at the most for "
            "each of 100 states");
  EXPECT_EQ(arithmetic_of(with_budget("bucket: {capacity: 10}", hundred_clients),
                          Code::budget_never_binds),
            "no finding");
  EXPECT_EQ(arithmetic_of(with_budget("bucket: {capacity: 1}"), Code::budget_always_denies),
            "no finding")
      << "the first token is there";
}

// --- The cutoff ---

TEST(CutoffBudget, AlwaysDeniesWhereMoreFailThanItsRate) {
  const auto text = [](const std::string& failure, const std::string& budget = "") {
    return with_budget("cutoff: {" + budget + "}", "", "constant: 10/s", "failure: " + failure);
  };
  EXPECT_EQ(arithmetic_of(text("20%"), Code::budget_always_denies),
            "of 100 calls 20 fail at their first attempt, and above 10% nothing is retried");
  EXPECT_EQ(found(text("20%"), Code::budget_always_denies)[0].key,
            "policies.p.budget.cutoff.failure_rate");
  EXPECT_EQ(arithmetic_of(text("10%"), Code::budget_always_denies), "no finding") << "not above";
  EXPECT_EQ(arithmetic_of(text("20%", "failure_rate: 20%"), Code::budget_always_denies),
            "no finding");
}

TEST(CutoffBudget, LeavesRoomForChance) {
  // 600 calls: four standard deviations of 16 % are 6.0 points, of 17 % 6.1.
  const auto text = [](const std::string& failure, const std::string& more = "") {
    return with_budget("cutoff: {" + more + "}", "", "constant: 10/s", "failure: " + failure);
  };
  EXPECT_EQ(arithmetic_of(text("15.9%"), Code::budget_always_denies), "no finding");
  EXPECT_NE(arithmetic_of(text("16.2%"), Code::budget_always_denies), "no finding");
  EXPECT_EQ(arithmetic_of(text("16.2%", "window: 30s"), Code::budget_always_denies), "no finding")
      << "300 calls in the window";
  EXPECT_NE(arithmetic_of(text("16.2%", "window: 2m"), Code::budget_always_denies), "no finding");
}

TEST(Budget, IsSilentWithoutRetries) {
  EXPECT_TRUE(found(head +
                        "services: {bank: {}}\npolicies: {p: {budget: {grpc: {max_tokens: 1}}}}\n"
                        "workloads: {w: {to: bank, policy: p, arrivals: {constant: 1/s}}}\n",
                    Code::budget_always_denies)
                  .empty());
}

}  // namespace
}  // namespace squall::lint::budgets_test
