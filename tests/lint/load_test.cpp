// bulkhead-too-small, overloaded, overloaded-by-one-retry, hedge-exceeds-headroom.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lint/support.hpp"

namespace squall::lint::load_test {
namespace {

using ::testing::HasSubstr;

std::string called(const std::string& bank, const std::string& policy,
                   const std::string& arrivals) {
  return head + "services: {bank: {" + bank + "}}\npolicies: {p: {" + policy + "}}\n" +
         "workloads: {w: {to: bank, policy: p, arrivals: {" + arrivals + "}}}\n";
}

// --- bulkhead-too-small ---

TEST(BulkheadTooSmall, ByLittlesLaw) {
  const std::string text =
      called("latency: 100ms", "bulkhead: {max_concurrent: 9}", "poisson: 100/s");
  EXPECT_EQ(arithmetic_of(text, Code::bulkhead_too_small),
            "100/s x 100ms = 10 under way on average > 9");
  EXPECT_EQ(found(text, Code::bulkhead_too_small)[0].key, "policies.p.bulkhead.max_concurrent");
  EXPECT_EQ(
      arithmetic_of(called("latency: 100ms", "bulkhead: {max_concurrent: 10}", "poisson: 100/s"),
                    Code::bulkhead_too_small),
      "no finding")
      << "as many as there are places just fit";
}

TEST(BulkheadTooSmall, CountsTheNetworkAndWhatLiesBelow) {
  EXPECT_EQ(arithmetic_of(head + "network: {latency: 5ms}\n"
                                 "services: {front: {latency: 10ms, calls: [{to: bank}]}, bank: "
                                 "{latency: 20ms}}\n"
                                 "policies: {p: {bulkhead: {max_concurrent: 4}}}\n"
                                 "workloads: {w: {to: front, policy: p, arrivals: {constant: "
                                 "100/s}}}\n",
                          Code::bulkhead_too_small),
            "100/s x 50ms = 5 under way on average > 4");
}

TEST(BulkheadTooSmall, CountsNoLongerThanTheTimeout) {
  EXPECT_EQ(arithmetic_of(called("latency: 1s", "timeout: 50ms, bulkhead: {max_concurrent: 4}",
                                 "constant: 100/s"),
                          Code::bulkhead_too_small),
            "100/s x 50ms = 5 under way on average > 4");
  EXPECT_EQ(arithmetic_of(called("latency: {pareto: {minimum: 1ms, alpha: 0.5}}",
                                 "bulkhead: {max_concurrent: 4}", "constant: 100/s"),
                          Code::bulkhead_too_small),
            "no finding")
      << "there is no mean";
}

TEST(BulkheadTooSmall, ForABurst) {
  const std::string burst = "bursts: {size: 350, every: 60s}";
  EXPECT_EQ(arithmetic_of(
                called("latency: 10ms", "bulkhead: {max_concurrent: 40, max_waiting: 100}", burst),
                Code::bulkhead_too_small),
            "350 at one instant > 40 places and no line (max_wait 0s), so 310 too many");
  EXPECT_EQ(
      arithmetic_of(called("latency: 10ms",
                           "bulkhead: {max_concurrent: 40, max_waiting: 309, max_wait: 1s}", burst),
                    Code::bulkhead_too_small),
      "350 at one instant > 40 places and a line of 309, so 1 too many");
  EXPECT_EQ(
      arithmetic_of(called("latency: 10ms",
                           "bulkhead: {max_concurrent: 40, max_waiting: 310, max_wait: 1s}", burst),
                    Code::bulkhead_too_small),
      "no finding");
}

TEST(BulkheadTooSmall, OfEachInstance) {
  EXPECT_EQ(
      arithmetic_of(called("latency: 100ms", "bulkhead: {max_concurrent: 4}, state: {instances: 2}",
                           "constant: 100/s"),
                    Code::bulkhead_too_small),
      "100/s x 100ms / 2 states = 5 under way on average > 4");
}

// --- overloaded ---

TEST(Overloaded, AboveAUtilisationOf1) {
  const std::string text = called("workers: 2, latency: 10ms", "", "constant: 201/s");
  EXPECT_EQ(arithmetic_of(text, Code::overloaded),
            "utilisation 201/s x 10ms / 2 workers = 1.005 > 1");
  EXPECT_EQ(found(text, Code::overloaded)[0].key, "services.bank.workers");
  EXPECT_EQ(found(text, Code::overloaded)[0].severity, Severity::error);
  EXPECT_EQ(
      arithmetic_of(called("workers: 2, latency: 10ms", "", "constant: 200/s"), Code::overloaded),
      "no finding")
      << "what comes evenly just fits";
}

TEST(Overloaded, CountsReplicasAndFailuresThatTakeTheirTime) {
  EXPECT_EQ(arithmetic_of(called("replicas: 3, workers: 2, latency: 10ms", "", "constant: 601/s"),
                          Code::overloaded),
            "utilisation 601/s x 10ms / (3 x 2 workers) = 1.002 > 1");
  EXPECT_EQ(arithmetic_of(called("workers: 1, latency: 10ms, failure: [{p: 50%, after: 30ms}]", "",
                                 "constant: 60/s"),
                          Code::overloaded),
            "utilisation 60/s x 20ms / 1 worker = 1.2 > 1");
}

TEST(Overloaded, CountsTheCallsThatAWorkerIsHeldFor) {
  const auto text = [](const std::string& during) {
    return head + "services: {front: {workers: 1, latency: 1ms, during_calls: " + during +
           ", calls: [{to: bank}]}, bank: {latency: 20ms}}\n"
           "workloads: {w: {to: front, arrivals: {constant: 50/s}}}\n";
  };
  EXPECT_EQ(arithmetic_of(text("hold"), Code::overloaded),
            "utilisation 50/s x 21ms / 1 worker = 1.05 > 1");
  EXPECT_EQ(arithmetic_of(text("release"), Code::overloaded), "no finding");
}

TEST(Overloaded, PassesOnOnlyWhatIsWorkedOff) {
  const auto findings = found(head +
                                  "services: {front: {workers: 1, latency: 10ms, during_calls: "
                                  "release, calls: [{to: bank}]}, "
                                  "bank: {workers: 1, latency: 10ms}}\n"
                                  "workloads: {w: {to: front, arrivals: {constant: 500/s}}}\n",
                              Code::overloaded);
  ASSERT_EQ(findings.size(), 1U) << "front lets 100/s through, and bank can do that";
  EXPECT_EQ(findings[0].key, "services.front.workers");
}

TEST(Overloaded, AtThePeakOfAProfileIsAWarning) {
  const auto findings =
      found(called("workers: 1, latency: 10ms", "",
                   "profile: [{for: 30s, rate: 50/s}, {for: 20s, rate: 120/s}, {for: 10s, rate: "
                   "50/s}]"),
            Code::overloaded);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].arithmetic,
            "utilisation 120/s x 10ms / 1 worker = 1.2 > 1 at the peak; 0.7333 on average");
}

TEST(Overloaded, UntilTheRequestsRunOutIsAWarning) {
  const auto findings = found(head +
                                  "services: {bank: {workers: 1, latency: 10ms}}\n"
                                  "workloads: {w: {to: bank, arrivals: {constant: 200/s}, "
                                  "requests: 50}}\n",
                              Code::overloaded);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].arithmetic,
            "utilisation 200/s x 10ms / 1 worker = 2 > 1; after 50 there are no more");
}

TEST(Overloaded, CountsNoLongerThanACancellingCallersWait) {
  const auto text = [](const std::string& patience) {
    return called(
        "workers: 10, latency: 10ms, failure: [{p: 10%, after: 1h}], when_caller_gone: "
        "cancel",
        "timeout: " + patience, "constant: 100/s");
  };
  EXPECT_EQ(arithmetic_of(text("2s"), Code::overloaded),
            "utilisation 100/s x 209ms / 10 workers = 2.09 > 1");
  EXPECT_EQ(arithmetic_of(text("500ms"), Code::overloaded), "no finding");
}

TEST(Overloaded, ByClosedUsersIsAWarning) {
  const auto findings =
      found(called("workers: 1, latency: 10ms", "", "closed: {users: 30, think: 90ms}"),
            Code::overloaded);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].arithmetic, "if none waited: utilisation 300/s x 10ms / 1 worker = 3 > 1");
  EXPECT_EQ(arithmetic_of(called("workers: 1, latency: 10ms", "", "closed: {users: 5}"),
                          Code::overloaded),
            "if none waited: utilisation 500/s x 10ms / 1 worker = 5 > 1");
}

TEST(Overloaded, ByTheCapacityOfOverload) {
  const std::string text = called("workers: 100, latency: 10ms, overload: {capacity: 25}", "",
                                  "bursts: {size: 300, every: 100ms}");
  EXPECT_EQ(arithmetic_of(text, Code::overloaded),
            "utilisation 3,000/s x 10ms / an overload capacity of 25 = 1.2 > 1");
  EXPECT_EQ(found(text, Code::overloaded)[0].key, "services.bank.overload.capacity");
  EXPECT_EQ(arithmetic_of(called("workers: 20, latency: 5ms, overload: {capacity: 25}", "",
                                 "constant: 3000/s"),
                          Code::overloaded),
            "no finding")
      << "workers keep it from ever being reached";
}

TEST(Overloaded, ByNoMoreThanBulkheadsLetThrough) {
  const auto text = [](const std::string& places) {
    return called("latency: 10ms, overload: {capacity: 25}",
                  "retry: {}, bulkhead: {max_concurrent: " + places + "}", "constant: 3000/s");
  };
  EXPECT_EQ(arithmetic_of(text("26"), Code::overloaded),
            "utilisation 2,600/s x 10ms / an overload capacity of 25 = 1.04 > 1");
  EXPECT_EQ(arithmetic_of(text("25"), Code::overloaded), "no finding");
  EXPECT_EQ(arithmetic_of(text("25"), Code::overloaded_by_one_retry), "no finding")
      << "retries go through the bulkhead too";
}

TEST(Overloaded, OfConsumers) {
  const auto text = [](const std::string& queue) {
    return head + "queues: {orders: {" + queue +
           "}}\nconsumers: {worker: {from: orders, concurrency: 4, latency: 50ms}}\n"
           "workloads: {w: {to: orders, arrivals: {constant: 81/s}}}\n";
  };
  EXPECT_EQ(arithmetic_of(text(""), Code::overloaded),
            "utilisation 81/s x 50ms / 4 handlers = 1.012 > 1");
  EXPECT_EQ(found(text(""), Code::overloaded)[0].key, "consumers.worker.concurrency");
  EXPECT_EQ(arithmetic_of(text("partitions: 2"), Code::overloaded),
            "utilisation 81/s x 50ms / 2 partitions = 2.025 > 1");
}

// --- overloaded-by-one-retry ---

TEST(OverloadedByOneRetry, WhereUtilisationDoubles) {
  const std::string text =
      called("workers: 3, latency: 10ms", "retry: {max_attempts: 2}", "poisson: 280/s");
  EXPECT_EQ(arithmetic_of(text, Code::overloaded_by_one_retry),
            "utilisation 280/s x 10ms / 3 workers = 0.9333; with 280/s retries 1.867 > 1: what "
            "slows it down once keeps it slow");
  EXPECT_EQ(arithmetic_of(
                called("workers: 3, latency: 10ms", "retry: {max_attempts: 2}", "poisson: 150/s"),
                Code::overloaded_by_one_retry),
            "no finding")
      << "exactly 1";
}

TEST(OverloadedByOneRetry, IsSilentWithoutRetriesWithABudgetAndWhenOverloaded) {
  EXPECT_EQ(arithmetic_of(
                called("workers: 3, latency: 10ms", "retry: {max_attempts: 1}", "poisson: 280/s"),
                Code::overloaded_by_one_retry),
            "no finding");
  EXPECT_EQ(arithmetic_of(called("workers: 3, latency: 10ms", "retry: {}, budget: {grpc: {}}",
                                 "poisson: 280/s"),
                          Code::overloaded_by_one_retry),
            "no finding");
  EXPECT_EQ(arithmetic_of(called("workers: 3, latency: 10ms", "retry: {}", "poisson: 301/s"),
                          Code::overloaded_by_one_retry),
            "no finding")
      << "that it is overloaded says enough";
}

TEST(OverloadedByOneRetry, CountsOnlyThoseThatRetry) {
  EXPECT_EQ(
      arithmetic_of(head + "services: {bank: {workers: 1, latency: 10ms}}\n"
                           "policies: {p: {retry: {}}}\n"
                           "workloads: {a: {to: bank, policy: p, arrivals: {constant: 30/s}}, "
                           "b: {to: bank, arrivals: {constant: 60/s}}}\n",
                    Code::overloaded_by_one_retry),
      "utilisation 90/s x 10ms / 1 worker = 0.9; with 30/s retries 1.2 > 1: what slows it "
      "down once keeps it slow");
}

// --- hedge-exceeds-headroom ---

TEST(HedgeExceedsHeadroom, WhereAllIsSentTwice) {
  const std::string text = called("workers: 1, latency: 10ms", "hedge: {}", "constant: 60/s");
  EXPECT_EQ(arithmetic_of(text, Code::hedge_exceeds_headroom),
            "an answer takes longer than 0s so often that each call makes 1 further attempt: "
            "utilisation 60/s x 10ms / 1 worker = 0.6 becomes 1.2 > 1");
  EXPECT_EQ(found(text, Code::hedge_exceeds_headroom)[0].key, "policies.p.hedge");
  EXPECT_EQ(arithmetic_of(called("workers: 1, latency: 10ms", "hedge: {}", "constant: 50/s"),
                          Code::hedge_exceeds_headroom),
            "no finding")
      << "exactly 1";
  EXPECT_EQ(
      arithmetic_of(called("workers: 1, latency: 10ms", "hedge: {delay: 10ms}", "constant: 60/s"),
                    Code::hedge_exceeds_headroom),
      "no finding")
      << "no answer takes longer";
}

TEST(HedgeExceedsHeadroom, EstimatesTheShareOfSlowAnswers) {
  const auto text = [](const std::string& delay) {
    return called("workers: 10, latency: {exponential: 10ms}", "hedge: {delay: " + delay + "}",
                  "constant: 900/s");
  };
  EXPECT_THAT(arithmetic_of(text("10ms"), Code::hedge_exceeds_headroom), HasSubstr("(estimated)"));
  EXPECT_EQ(arithmetic_of(text("46ms"), Code::hedge_exceeds_headroom), "no finding")
      << "1 % more than 90 %";
}

TEST(HedgeExceedsHeadroom, NeedsHeadroomThatIsKnown) {
  EXPECT_EQ(arithmetic_of(called("latency: 10ms", "hedge: {max_attempts: 5}", "constant: 6000/s"),
                          Code::hedge_exceeds_headroom),
            "no finding");
}

TEST(Overloaded, NotByWhatARateLimitOrALimiterHoldsBack) {
  const auto found_with = [](const std::string& policy) {
    return arithmetic_of(called("workers: 4, latency: 20ms", policy, "poisson: 300/s"),
                         Code::overloaded);
  };
  EXPECT_NE(found_with("deadline: 1s"), "no finding");
  for (const char* held_back :
       {"rate_limit: {token_bucket: {rate: 100/s}}",
        "rate_limit: {resilience4j: {limit_for_period: 10, limit_refresh_period: 100ms}}",
        "rate_limit: {envoy: {max_tokens: 5, tokens_per_fill: 50, fill_interval: 50ms}}",
        "limiter: {aimd: {initial: 3, min: 1, max: 3}}", "limiter: {vegas: {initial: 3, max: 3}}",
        "limiter: {gradient2: {initial: 3, min: 1, max: 3}}",
        "limiter: {envoy_gradient: {max_concurrency_limit: 3}}"}) {
    EXPECT_EQ(found_with(held_back), "no finding") << held_back;
  }
  EXPECT_NE(found_with("rate_limit: {token_bucket: {rate: 201/s}}"), "no finding");
  EXPECT_NE(found_with("rate_limit: {token_bucket: {rate: 100/s}}, state: {instances: 3}"),
            "no finding")
      << "each of three lets 100/s on";
}

}  // namespace
}  // namespace squall::lint::load_test
