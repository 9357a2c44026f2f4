// budget-never-binds, budget-always-denies.
#include <string>

#include <gtest/gtest.h>

#include "tests/lint/support.hpp"

namespace squall::lint {
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

TEST(Budget, IsSilentWithoutRetries) {
  EXPECT_TRUE(found(head +
                        "services: {bank: {}}\npolicies: {p: {budget: {grpc: {max_tokens: 1}}}}\n"
                        "workloads: {w: {to: bank, policy: p, arrivals: {constant: 1/s}}}\n",
                    Code::budget_always_denies)
                  .empty());
}

}  // namespace
}  // namespace squall::lint
