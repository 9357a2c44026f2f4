// Retry budgets that count calls, around calls that are made: when they learn of what, and what
// becomes of a call whose retry or hedge they deny.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::budgets_test {
namespace {

using namespace std::chrono_literals;

/// So many requests at once, and again after each `every`, until all have ended.
metrics::RunRecord bursts(const std::string& service, const std::string& policy, int size,
                          const std::string& every, int requests, const std::string& rest = "") {
  return test::run(
      "squall: 1\nuntil: drained\nservices: {s: {" + service + "}}\npolicies: {p: {" + policy +
      "}}\nworkloads: {w: {to: s, policy: p, arrivals: {bursts: {size: " + std::to_string(size) +
      ", every: " + every + "}}, requests: " + std::to_string(requests) + "}}\n" + rest);
}
metrics::RunRecord burst(int size, const std::string& service, const std::string& policy) {
  return bursts(service, policy, size, "1s", size);
}

// --- finagle ------------------------------------------------------------------------------------

TEST(FinagleBudgetInUse, GrantsAShareOfTheCallsThatStarted) {
  const auto r = burst(100, "latency: 10ms, failure: 100%",
                       "retry: {max_attempts: 2}, "
                       "budget: {finagle: {min_retries_per_s: 0, percent_can_retry: 25%}}");
  EXPECT_EQ(r.calls[0].retries, 25U);
  EXPECT_EQ(r.calls[0].denied_budget, 75U);
  EXPECT_EQ(r.calls[0].attempts, 125U);
}

TEST(FinagleBudgetInUse, ARetryDepositsNothing) {
  // With a retry for each call: the retries of 10 calls would pay for 10 more.
  const auto r = burst(10, "latency: 10ms, failure: 100%",
                       "retry: {max_attempts: 5}, "
                       "budget: {finagle: {min_retries_per_s: 0, percent_can_retry: 100%}}");
  EXPECT_EQ(r.calls[0].retries, 10U);
}

TEST(FinagleBudgetInUse, DepositsGoStaleAfterTheTtl) {
  // Calls at 0, 3 and 6 s, of which only the last fail.
  const auto retries = [](const std::string& ttl) {
    return bursts("latency: 10ms",
                  "retry: {max_attempts: 2}, budget: {finagle: {ttl: " + ttl +
                      ", min_retries_per_s: 0, percent_can_retry: 10%}}",
                  10, "3s", 30, "faults: {f: {at: 5s, for: 5s, on: service.s, failure: 100%}}\n")
        .calls[0]
        .retries;
  };
  EXPECT_EQ(retries("1s"), 1U);
  EXPECT_EQ(retries("4s"), 2U);
  EXPECT_EQ(retries("10s"), 3U);
}

// --- aws ----------------------------------------------------------------------------------------

TEST(AwsBudgetInUse, TakesFiveForARetryAndTenAfterATimeout) {
  const auto errors = burst(1, "latency: 1ms, failure: 100%",
                            "retry: {max_attempts: 9}, budget: {aws: {capacity: 12}}");
  EXPECT_EQ(errors.calls[0].retries, 2U);
  EXPECT_EQ(errors.calls[0].denied_budget, 1U);
  EXPECT_EQ(errors.workloads[0].failed_error, 1U);
  const auto timeouts =
      burst(1, "latency: 100ms",
            "timeout: 10ms, retry: {max_attempts: 9}, budget: {aws: {capacity: 12}}");
  EXPECT_EQ(timeouts.calls[0].retries, 1U);
  EXPECT_EQ(timeouts.calls[0].denied_budget, 1U);
  EXPECT_EQ(timeouts.workloads[0].failed_timeout, 1U);
}

TEST(AwsBudgetInUse, ASuccessGivesBackWhatTheCallsLastRetryTook) {
  // Each call fails once and then succeeds: tokens 5, 0, 5, 0, 5.
  const auto r = bursts("latency: 1ms",
                        "retry: {max_attempts: 2, backoff: {fixed: 20ms}}, "
                        "budget: {aws: {capacity: 5}}",
                        1, "1s", 2,
                        "faults: {a: {at: 0s, for: 10ms, on: service.s, failure: 100%}, "
                        "b: {at: 1s, for: 10ms, on: service.s, failure: 100%}}\n");
  EXPECT_EQ(r.workloads[0].ok, 2U);
  EXPECT_EQ(r.calls[0].retries, 2U);
  EXPECT_EQ(r.calls[0].denied_budget, 0U);
}

TEST(AwsBudgetInUse, SuccessesWithoutARetryFillItOneByOne) {
  // The first call takes all five and fails; then some succeed; the last one fails.
  const auto denied = [](int successes) {
    return bursts("latency: 1ms",
                  "retry: {max_attempts: 2, backoff: {fixed: 20ms}}, budget: {aws: {capacity: 5}}",
                  1, "1s", successes + 2,
                  "faults: {a: {at: 0s, for: 100ms, on: service.s, failure: 100%}, b: {at: " +
                      std::to_string(successes + 1) +
                      "s, for: 100ms, on: service.s, failure: 100%}}\n")
        .calls[0]
        .denied_budget;
  };
  EXPECT_EQ(denied(4), 1U);
  EXPECT_EQ(denied(5), 0U);
}

// --- failsafe -----------------------------------------------------------------------------------

const std::string one_at_a_time = "budget: {failsafe: {max_rate: 0%, min_concurrency: 1}}";

TEST(FailsafeBudgetInUse, IsAskedWhenTheBackoffIsOver) {
  // All three fail at 10 ms and ask at 15 ms; one is granted. It fails at 25 ms, asks again at 30
  // ms and goes on to 40 ms.
  const auto r = burst(3, "latency: 10ms, failure: 100%",
                       "retry: {max_attempts: 3, backoff: {fixed: 5ms}}, " + one_at_a_time);
  EXPECT_EQ(r.calls[0].attempts, 5U);
  EXPECT_EQ(r.calls[0].retries, 2U);
  EXPECT_EQ(r.calls[0].denied_budget, 2U);
  EXPECT_EQ(r.workloads[0].failed_error, 3U) << "as their last attempts did";
  EXPECT_EQ(r.simulated, 40ms);
}

TEST(FailsafeBudgetInUse, DoesNotCountRetriesThatBackOff) {
  // 0-10, 30-40 and 15-25, 45-55: never two retries at once, though the first call backs off when
  // the second one fails.
  const auto with = [](const std::string& budget) {
    return bursts("latency: 10ms, failure: 100%",
                  "retry: {max_attempts: 2, backoff: {fixed: 20ms}}, " + budget, 1, "15ms", 2);
  };
  EXPECT_EQ(with(one_at_a_time).calls[0].retries, 2U);
  EXPECT_EQ(with("budget: {envoy: {percent: 0%, min_concurrency: 1}}").calls[0].retries, 1U)
      << "Envoy counts them";
}

TEST(FailsafeBudgetInUse, WithoutBackoffIsAskedAtOnce) {
  const auto r =
      burst(2, "latency: 10ms, failure: 100%", "retry: {max_attempts: 2}, " + one_at_a_time);
  EXPECT_EQ(r.calls[0].retries, 1U);
  EXPECT_EQ(r.calls[0].denied_budget, 1U);
  EXPECT_EQ(r.simulated, 20ms);
}

TEST(FailsafeBudgetInUse, CallsThatBackOffCountAmongTheExecutions) {
  // Ten fail at 10 ms and ask at 15 ms: 0 of 10, 1 of 11, 2 of 12 are no more than a fifth, and 3
  // of 13 are.
  const auto r = burst(10, "latency: 10ms, failure: 100%",
                       "retry: {max_attempts: 2, backoff: {fixed: 5ms}}, "
                       "budget: {failsafe: {max_rate: 20%, min_concurrency: 0}}");
  // Those denied leave at once, so that for the tenth it is 3 of 7.
  EXPECT_EQ(r.calls[0].retries, 3U);
  EXPECT_EQ(r.calls[0].denied_budget, 7U);
}

TEST(FailsafeBudgetInUse, DeniesTheSecondHedgeAndLetsTheRestGoOn) {
  const auto r =
      burst(1, "latency: 100ms", "hedge: {max_attempts: 3, delay: 10ms}, " + one_at_a_time);
  EXPECT_EQ(r.calls[0].attempts, 2U);
  EXPECT_EQ(r.calls[0].hedges, 1U);
  EXPECT_EQ(r.calls[0].denied_budget, 1U);
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 100ms);
}

TEST(FailsafeBudgetInUse, ADeniedHedgeEndsACallOfWhichNothingIsUnderWay) {
  // Both fail at 10 ms. One is granted another attempt to 20 ms, and then one to 30 ms.
  const auto r = burst(2, "latency: 10ms, failure: 100%",
                       "hedge: {max_attempts: 3, delay: 50ms}, " + one_at_a_time);
  EXPECT_EQ(r.calls[0].attempts, 4U);
  EXPECT_EQ(r.calls[0].hedges, 2U);
  EXPECT_EQ(r.calls[0].denied_budget, 1U);
  EXPECT_EQ(r.workloads[0].failed_error, 2U);
  EXPECT_EQ(r.simulated, 30ms);
}

TEST(FailsafeBudgetInUse, ADeniedHedgeThatPushbackHadPutOffEndsTheCallToo) {
  // Both fail at 10 ms and ask at 15 ms; the one granted goes on 15-25 and 30-40.
  const auto r = burst(2, "latency: 10ms, failure: [{p: 100%, as: busy, pushback: 5ms}]",
                       "hedge: {max_attempts: 3, delay: 50ms}, " + one_at_a_time);
  EXPECT_EQ(r.calls[0].attempts, 4U);
  EXPECT_EQ(r.calls[0].denied_budget, 1U);
  EXPECT_EQ(r.workloads[0].failed_error, 2U);
  EXPECT_EQ(r.simulated, 40ms);
}

TEST(FailsafeBudgetInUse, RetriesAndHedgesDrawOnTheSameBudget) {
  // The hedge of 10-110 ms is under way when the first attempt fails by its timeout and is retried.
  const auto r = burst(1, "latency: 100ms",
                       "timeout: 30ms, retry: {max_attempts: 2}, "
                       "hedge: {max_attempts: 2, delay: 10ms}, order: [hedge, retry, timeout], " +
                           one_at_a_time);
  EXPECT_EQ(r.calls[0].hedges, 1U);
  EXPECT_EQ(r.calls[0].retries, 0U) << "neither of the first attempt nor of the hedge";
  EXPECT_GE(r.calls[0].denied_budget, 1U);
}

// --- bucket -------------------------------------------------------------------------------------

TEST(BucketBudgetInUse, HoldsFiveRetries) {
  const auto r =
      burst(1, "latency: 1ms, failure: 100%", "retry: {max_attempts: 10}, budget: {bucket: {}}");
  EXPECT_EQ(r.calls[0].retries, 5U);
  EXPECT_EQ(r.calls[0].denied_budget, 1U);
}

TEST(BucketBudgetInUse, IsFilledBySuccessesOrByCalls) {
  const auto retries = [](const std::string& filled_by) {
    return bursts("latency: 1ms, failure: 100%",
                  "retry: {max_attempts: 2}, budget: {bucket: {capacity: 1, deposit: 0.5, "
                  "filled_by: " +
                      filled_by + "}}",
                  1, "1s", 3)
        .calls[0]
        .retries;
  };
  EXPECT_EQ(retries("success"), 1U);
  EXPECT_EQ(retries("call"), 2U);
}

TEST(BucketBudgetInUse, ASuccessAfterARetryFillsItToo) {
  // Each call fails once and then succeeds: 1, 0, 1, 0, 1 tokens.
  const auto r = bursts("latency: 1ms",
                        "retry: {max_attempts: 2, backoff: {fixed: 20ms}}, "
                        "budget: {bucket: {capacity: 1, deposit: 1}}",
                        1, "1s", 2,
                        "faults: {a: {at: 0s, for: 10ms, on: service.s, failure: 100%}, "
                        "b: {at: 1s, for: 10ms, on: service.s, failure: 100%}}\n");
  EXPECT_EQ(r.calls[0].retries, 2U);
  EXPECT_EQ(r.workloads[0].ok, 2U);
}

TEST(BucketBudgetInUse, TakesNewNumbersInMidRun) {
  // At 0 s two of five tokens go; from 500 ms on it holds one.
  const auto r = bursts(
      "latency: 1ms, failure: 100%", "retry: {max_attempts: 3}, budget: {bucket: {}}", 1, "1s", 2,
      "faults: {f: {at: 500ms, for: 10s, set: {policies.p.budget.bucket.capacity: 1}}}\n");
  EXPECT_EQ(r.calls[0].retries, 3U);
  EXPECT_EQ(r.calls[0].denied_budget, 1U);
}

// --- cutoff -------------------------------------------------------------------------------------

TEST(CutoffBudgetInUse, RetriesOnlyWhileFewFail) {
  // One call a second, 1 ms each; the one at 3 s fails at first, and so does the one at 4 s.
  const auto retries = [](const std::string& rate) {
    return bursts("latency: 1ms",
                  "retry: {max_attempts: 2, backoff: {fixed: 20ms}}, budget: {cutoff: "
                  "{failure_rate: " +
                      rate + "}}",
                  1, "1s", 5,
                  "faults: {a: {at: 3s, for: 10ms, on: service.s, failure: 100%}, "
                  "b: {at: 4s, for: 10ms, on: service.s, failure: 100%}}\n");
  };
  EXPECT_EQ(retries("40%").calls[0].retries, 2U) << "1 of 4, then 2 of 5";
  EXPECT_EQ(retries("39%").calls[0].retries, 1U);
  EXPECT_EQ(retries("39%").calls[0].denied_budget, 1U);
  EXPECT_EQ(retries("24%").calls[0].retries, 0U);
  EXPECT_EQ(retries("25%").calls[0].retries, 1U);
}

TEST(CutoffBudgetInUse, FailedRetriesCountToo) {
  // Of one call three attempts fail: 1 / 1, then 2 / 1.
  const auto r = burst(1, "latency: 1ms, failure: 100%",
                       "retry: {max_attempts: 5}, budget: {cutoff: {failure_rate: 100%}}");
  EXPECT_EQ(r.calls[0].retries, 1U);
  EXPECT_EQ(r.calls[0].denied_budget, 1U);
}

TEST(CutoffBudgetInUse, WhatIsNotTriedAgainDoesNotCount) {
  const auto r =
      bursts("latency: 1ms, failure: [{p: 100%, as: invalid}]",
             "retry: {max_attempts: 2, on: [timeout]}, budget: {cutoff: {}}", 1, "1s", 3);
  EXPECT_EQ(r.calls[0].denied_budget, 0U);
}

TEST(CutoffBudgetInUse, ForgetsWithAWindow) {
  // A failure at 0 s, another at 20 s.
  const auto retries = [](const std::string& window) {
    return bursts("latency: 1ms",
                  "retry: {max_attempts: 2, backoff: {fixed: 20ms}}, budget: {cutoff: "
                  "{failure_rate: 9%, window: " +
                      window + "}}",
                  1, "1s", 21,
                  "faults: {a: {at: 0s, for: 10ms, on: service.s, failure: 100%}, "
                  "b: {at: 20s, for: 10ms, on: service.s, failure: 100%}}\n")
        .calls[0]
        .retries;
  };
  EXPECT_EQ(retries("forever"), 0U) << "2 of 21";
  EXPECT_EQ(retries("15s"), 1U) << "1 of 15 or so";
}

TEST(Budgets, OfEachClientAreItsOwn) {
  // 200 calls that all fail, of which each instance's first may be tried once more.
  const auto r = burst(200, "latency: 1ms, failure: 100%",
                       "retry: {max_attempts: 2}, budget: {bucket: {capacity: 1}}, "
                       "state: {instances: 10}");
  EXPECT_EQ(r.calls[0].retries, 10U);
  EXPECT_EQ(r.calls[0].denied_budget, 190U);
}

}  // namespace
}  // namespace squall::budgets_test
