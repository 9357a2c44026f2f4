// attempts-multiply, retry-without-jitter, retry-without-guard.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lint/support.hpp"

namespace squall::lint::retries_test {
namespace {

using ::testing::HasSubstr;

/// Three layers, each with a policy of its own.
std::string layers(const std::string& first, const std::string& second, const std::string& third) {
  return head +
         "services:\n"
         "  front: {latency: 1ms, calls: [{to: back, policy: second}]}\n"
         "  back: {latency: 1ms, calls: [{parallel: [{to: base, policy: third}, {to: log}]}]}\n"
         "  base: {latency: 1ms}\n"
         "  log: {}\n"
         "policies:\n"
         "  first: {" +
         first + "}\n  second: {" + second + "}\n  third: {" + third +
         "}\n"
         "workloads:\n"
         "  users: {to: front, policy: first, arrivals: {constant: 10/s}}\n";
}

std::string retry(int attempts) {
  return "retry: {max_attempts: " + std::to_string(attempts) + "}";
}

TEST(AttemptsMultiply, AlongThePathThroughThreeLayers) {
  const auto findings = found(layers(retry(4), retry(4), retry(4)), Code::attempts_multiply);
  ASSERT_EQ(findings.size(), 1U) << "the whole path, not each part of it";
  EXPECT_EQ(findings[0].arithmetic, "4 (users->front) x 4 (front->back) x 4 (back->base) = 64");
  EXPECT_EQ(findings[0].message, "one request may become 64 attempts at base");
  EXPECT_EQ(findings[0].key, "services.back.calls.0.parallel.0");
  EXPECT_EQ(findings[0].file, "my.yaml");
  EXPECT_EQ(findings[0].line, 6);
  EXPECT_EQ(findings[0].severity, Severity::warning);
}

TEST(AttemptsMultiply, FromTwoLayersOn) {
  EXPECT_EQ(arithmetic_of(layers(retry(2), "", retry(3)), Code::attempts_multiply),
            "2 (users->front) x 3 (back->base) = 6");
  EXPECT_EQ(arithmetic_of(layers("", "", retry(3)), Code::attempts_multiply), "no finding");
  EXPECT_EQ(arithmetic_of(layers(retry(1), retry(1), retry(3)), Code::attempts_multiply),
            "no finding")
      << "one attempt multiplies nothing";
  EXPECT_EQ(
      arithmetic_of(layers("hedge: {max_attempts: 2}", "", retry(3)), Code::attempts_multiply),
      "2 (users->front) x 3 (back->base) = 6")
      << "hedging makes attempts too";
}

TEST(AttemptsMultiply, IsMilderWhereBudgetsOrBreakersBoundTheAverage) {
  const std::string budget = ", budget: {grpc: {}}";
  EXPECT_EQ(found(layers(retry(2) + budget, retry(2), ""), Code::attempts_multiply)[0].severity,
            Severity::info);
  EXPECT_EQ(
      found(layers(retry(2) + budget, retry(2), retry(2)), Code::attempts_multiply)[0].severity,
      Severity::warning)
      << "two layers are without";
}

TEST(AttemptsMultiply, CountsDeliveries) {
  const auto text = [](const std::string& deliveries, const std::string& failure) {
    return head +
           "services: {base: {latency: 1ms}}\n"
           "queues: {orders: {" +
           deliveries +
           "}}\n"
           "policies: {p: {retry: {max_attempts: 3}}}\n"
           "consumers: {worker: {from: orders, calls: [{to: base, policy: p}], on_failure: " +
           failure +
           "}}\n"
           "workloads: {users: {to: orders, policy: p, arrivals: {constant: 10/s}}}\n";
  };
  EXPECT_EQ(arithmetic_of(text("max_deliveries: 4", "redeliver"), Code::attempts_multiply),
            "4 (deliveries to worker) x 3 (worker->base) = 12")
      << "a publish that was refused put nothing there";
  EXPECT_EQ(arithmetic_of(text("", "redeliver"), Code::attempts_multiply),
            "unlimited (deliveries to worker) x 3 (worker->base)");
  EXPECT_EQ(arithmetic_of(text("max_deliveries: 4", "ack"), Code::attempts_multiply), "no finding");
}

TEST(AttemptsMultiply, CountsACycleOnce) {
  EXPECT_EQ(arithmetic_of(head + "services: {a: {calls: [{to: b, policy: p}]}, "
                                 "b: {calls: [{to: a, policy: p, max_depth: 9}]}}\n"
                                 "policies: {p: {retry: {max_attempts: 2}}}\n"
                                 "workloads: {w: {to: a, policy: p, arrivals: {constant: 1/s}}}\n",
                          Code::attempts_multiply),
            "2 (w->a) x 2 (a->b) = 4");
}

std::string one_call(const std::string& policy) {
  return head + "services: {bank: {latency: 1ms}}\npolicies:\n  p:\n    " + policy +
         "\nworkloads: {w: {to: bank, policy: p, arrivals: {constant: 10/s}}}\n";
}

TEST(RetryWithoutJitter, NamesTheWaits) {
  const auto findings =
      found(one_call("retry: {max_attempts: 4, backoff: {exponential: {base: 20ms, max: 50ms}}}"),
            Code::retry_without_jitter);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].arithmetic, "the waits are always 20ms, 40ms, 50ms");
  EXPECT_EQ(findings[0].key, "policies.p.retry.backoff");
  EXPECT_EQ(findings[0].line, 7);
  EXPECT_EQ(arithmetic_of(one_call("retry: {max_attempts: 3}"), Code::retry_without_jitter),
            "every wait is 0s, for each of 2 retries");
}

TEST(RetryWithoutJitter, IsSilentWithJitterOrWithoutRetries) {
  EXPECT_EQ(arithmetic_of(one_call("retry: {backoff: {fixed: 20ms, jitter: full}}"),
                          Code::retry_without_jitter),
            "no finding");
  EXPECT_EQ(arithmetic_of(one_call("retry: {max_attempts: 1}"), Code::retry_without_jitter),
            "no finding");
  EXPECT_EQ(arithmetic_of(one_call("retry: {max_attempts: 2}"), Code::retry_without_jitter),
            "every wait is 0s, for each of 1 retry");
}

TEST(RetryWithoutJitter, IsSilentAboutAPolicyThatNobodyUses) {
  EXPECT_EQ(arithmetic_of(head + "services: {bank: {}}\npolicies: {p: {retry: {}}}\n"
                                 "workloads: {w: {to: bank, arrivals: {constant: 10/s}}}\n",
                          Code::retry_without_jitter),
            "no finding");
}

TEST(RetryWithoutGuard, SaysWhatTheLoadMayBecome) {
  EXPECT_EQ(arithmetic_of(one_call("retry: {max_attempts: 4}"), Code::retry_without_guard),
            "if every attempt fails, 10/s become up to 4 x 10/s = 40/s");
  EXPECT_EQ(arithmetic_of(one_call("retry: {max_attempts: 2}"), Code::retry_without_guard),
            "if every attempt fails, 10/s become up to 2 x 10/s = 20/s");
}

TEST(RetryWithoutGuard, IsSilentWithABudgetABreakerAThrottleOrOneAttempt) {
  for (const char* policy :
       {"retry: {max_attempts: 1}", "timeout: 1s", "{retry: {}, budget: {grpc: {}}}",
        "{retry: {}, breaker: {window: {}}}", "{retry: {}, throttle: {sre: {}}}",
        "{retry: {}, throttle: {envoy: {}}}"}) {
    EXPECT_EQ(arithmetic_of(one_call(policy), Code::retry_without_guard), "no finding") << policy;
  }
  const std::string limited = retry(3) + ", rate_limit: {token_bucket: {rate: 100/s}}";
  EXPECT_EQ(arithmetic_of(one_call("{" + limited + "}"), Code::retry_without_guard), "no finding")
      << "counts each attempt";
  EXPECT_NE(arithmetic_of(one_call("{" + limited + ", order: [rate_limit, retry]}"),
                          Code::retry_without_guard),
            "no finding")
      << "counts calls";
}

TEST(RetryWithoutGuard, NamesTheCalls) {
  const auto findings =
      found(layers(retry(2) + ", budget: {grpc: {}}", retry(2), ""), Code::retry_without_guard);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].message, HasSubstr("(front->back)"));
}

}  // namespace
}  // namespace squall::lint::retries_test
