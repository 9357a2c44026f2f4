// Rate limits and limiters around calls that are made, and a limiter at a callee: small runs worked
// out by hand.
#include <string>

#include <gtest/gtest.h>

#include "squall/metrics/pool.hpp"
#include "squall/report/json.hpp"
#include "squall/report/table.hpp"
#include "tests/model/support.hpp"

namespace squall::limits_test {
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

/// The longest latency of all, rounded as the histogram has it.
Duration longest(const metrics::RunRecord& r) {
  metrics::Histogram all = r.workloads[0].latency;
  return *all.quantile(1.0);
}

// --- token_bucket -------------------------------------------------------------------------------

TEST(TokenBucketInUse, LetsABurstOnAndRefusesTheRest) {
  const auto r = burst(5, "latency: 10ms", "rate_limit: {token_bucket: {rate: 100/s, burst: 2}}");
  EXPECT_EQ(r.workloads[0].ok, 2U);
  EXPECT_EQ(r.workloads[0].rejected_local, 3U);
  EXPECT_EQ(r.calls[0].rejected_rate_limit, 3U);
  EXPECT_EQ(r.calls[0].attempts, 2U);
  EXPECT_EQ(r.simulated, 10ms);
}

TEST(TokenBucketInUse, HasCallsWaitForTheirTokens) {
  // They go on at 0, 10, 20 and 30 ms; the fifth would have to wait for 40 ms.
  const auto r = burst(5, "latency: 1ms",
                       "rate_limit: {token_bucket: {rate: 100/s, burst: 1, max_wait: 30ms}}");
  EXPECT_EQ(r.workloads[0].ok, 4U);
  EXPECT_EQ(r.calls[0].rejected_rate_limit, 1U);
  EXPECT_EQ(r.simulated, 31ms);
}

TEST(TokenBucketInUse, ATimeoutOutsideItEndsTheWaitAndTheTokenIsGone) {
  // The second would go on at 20 ms and gives up at 15 ms; the third still goes on at 40 ms, as the
  // product's waiting threads that are interrupted do not give their permissions back.
  const auto r = bursts("latency: 1ms",
                        "timeout: 15ms, order: [timeout, rate_limit], rate_limit: {token_bucket: "
                        "{rate: 50/s, burst: 1, max_wait: 1s}}",
                        2, "39ms", 3);
  EXPECT_EQ(r.workloads[0].failed_timeout, 1U);
  EXPECT_EQ(r.workloads[0].ok, 2U);
  EXPECT_EQ(r.simulated, 41ms);
}

TEST(TokenBucketInUse, WithTheTimeoutInsideTheWaitDoesNotCount) {
  const auto r = burst(2, "latency: 1ms",
                       "timeout: 15ms, rate_limit: {token_bucket: {rate: 50/s, max_wait: 1s}}");
  EXPECT_EQ(r.workloads[0].ok, 2U);
}

TEST(TokenBucketInUse, ADeadlineEndsTheWait) {
  const auto r = burst(2, "latency: 1ms",
                       "deadline: 15ms, rate_limit: {token_bucket: {rate: 50/s, max_wait: 1s}}");
  EXPECT_EQ(r.workloads[0].failed_deadline, 1U);
  EXPECT_EQ(r.calls[0].rejected_rate_limit, 0U);
  EXPECT_EQ(r.calls[0].attempts, 1U);
}

TEST(TokenBucketInUse, ARefusedCallIsTriedAgainByRetriesOutsideIt) {
  // The second is refused at 0 and at 6 ms and goes on at 12 ms.
  const auto r = burst(2, "latency: 1ms",
                       "retry: {max_attempts: 3, backoff: {fixed: 6ms}}, "
                       "rate_limit: {token_bucket: {rate: 100/s}}");
  EXPECT_EQ(r.workloads[0].ok, 2U);
  EXPECT_EQ(r.calls[0].rejected_rate_limit, 2U);
  EXPECT_EQ(r.calls[0].retries, 2U);
  EXPECT_EQ(r.calls[0].attempts, 2U);
  EXPECT_EQ(r.simulated, 13ms);
}

TEST(TokenBucketInUse, BoundsAttemptsInsideTheRetriesAndCallsOutside) {
  const std::string parts =
      "retry: {max_attempts: 3}, rate_limit: {token_bucket: {rate: 1/s, burst: 2}}";
  const auto inside = burst(1, "latency: 1ms, failure: 100%", parts);
  EXPECT_EQ(inside.calls[0].attempts, 2U);
  EXPECT_EQ(inside.calls[0].rejected_rate_limit, 1U);
  const auto outside =
      burst(1, "latency: 1ms, failure: 100%", parts + ", order: [rate_limit, retry]");
  EXPECT_EQ(outside.calls[0].attempts, 3U);
  EXPECT_EQ(outside.calls[0].rejected_rate_limit, 0U);
}

TEST(TokenBucketInUse, TakesANewRateInMidRun) {
  const auto r = test::run(R"(
squall: 1
duration: 10s
services: {s: {}}
policies: {p: {rate_limit: {token_bucket: {rate: 10/s}}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 100/s}}}
faults: {f: {at: 5s, set: {policies.p.rate_limit.token_bucket.rate: 20/s}}}
)");
  // One each 100 ms from 0 on, and each 50 ms from 5 s on.
  EXPECT_EQ(r.workloads[0].ok, 50U + 100U);
}

TEST(TokenBucketInUse, EachInstanceHasItsOwn) {
  const auto r = burst(1'000, "", "rate_limit: {token_bucket: {}}, state: {instances: 5}");
  EXPECT_EQ(r.workloads[0].ok, 5U);
}

// --- resilience4j and envoy ----------------------------------------------------------------------

TEST(Resilience4jRateLimitInUse, HasThoseWhoComeTooLateWaitBeforeTheyAreRefused) {
  const std::string limit = "limit_for_period: 1, limit_refresh_period: 100ms, timeout: 150ms";
  // At 0, at 100 ms; the third would wait for 200 ms, and waits 150 ms in vain.
  const auto blocking = burst(3, "latency: 1ms", "rate_limit: {resilience4j: {" + limit + "}}");
  EXPECT_EQ(blocking.workloads[0].ok, 2U);
  EXPECT_EQ(blocking.calls[0].rejected_rate_limit, 1U);
  EXPECT_EQ(blocking.simulated, 150ms);
  const auto reactive =
      burst(3, "latency: 1ms", "rate_limit: {resilience4j: {" + limit + ", blocking: false}}");
  EXPECT_EQ(reactive.calls[0].rejected_rate_limit, 1U);
  EXPECT_EQ(reactive.simulated, 101ms);
}

TEST(Resilience4jRateLimitInUse, ARefusalAfterAWaitIsTriedAgainByRetriesOutsideIt) {
  // The second waits 10 ms in vain, backs off, comes again at 60 ms, waits in vain until 70 ms,
  // comes again at 120 ms and goes on.
  const auto r = burst(2, "latency: 1ms",
                       "retry: {max_attempts: 3, backoff: {fixed: 50ms}}, rate_limit: "
                       "{resilience4j: {limit_for_period: 1, limit_refresh_period: 100ms, "
                       "timeout: 10ms}}");
  EXPECT_EQ(r.workloads[0].ok, 2U);
  EXPECT_EQ(r.calls[0].rejected_rate_limit, 2U);
  EXPECT_EQ(r.simulated, 121ms);
}

TEST(EnvoyRateLimitInUse, FillsInSteps) {
  const auto r = test::run(R"(
squall: 1
duration: 1s
services: {s: {}}
policies: {p: {rate_limit: {envoy: {max_tokens: 5, tokens_per_fill: 3, fill_interval: 250ms}}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 100/s}}}
)");
  EXPECT_EQ(r.workloads[0].ok, 5U + 3U * 3U);
  EXPECT_EQ(r.calls[0].rejected_rate_limit, 100U - 14U);
}

// --- limiter at the caller -----------------------------------------------------------------------

TEST(LimiterInUse, RefusesBeyondItsLimit) {
  const auto r = burst(5, "latency: 10ms", "limiter: {aimd: {initial: 3, min: 1}}");
  EXPECT_EQ(r.workloads[0].ok, 3U);
  EXPECT_EQ(r.workloads[0].rejected_local, 2U);
  EXPECT_EQ(r.calls[0].rejected_limiter, 2U);
  ASSERT_TRUE(r.calls[0].limit);
  // In flight were 1, 2 and 3 when they came: two of them are at least half of 3, and of 4.
  EXPECT_EQ(r.calls[0].limit->end(), 5.0);
  EXPECT_EQ(r.calls[0].limit->least, 3U);
  EXPECT_EQ(r.calls[0].limit->most, 5U);
}

TEST(LimiterInUse, LearnsTheTimeFromEnteringItToTheOutcome) {
  // A line inside it counts: each of the three takes longer than 15 ms but the first.
  const auto r = burst(3, "workers: 1, latency: 10ms",
                       "limiter: {aimd: {initial: 10, min: 1, timeout: 15ms}}");
  EXPECT_EQ(r.workloads[0].ok, 3U);
  // The first is too few to add one; then 9 and 8.
  EXPECT_EQ(r.calls[0].limit->end(), 8.0);
}

TEST(LimiterInUse, TakesATimeoutForADropAndAnErrorForNothing) {
  const std::string limiter = "limiter: {aimd: {initial: 10, min: 1}}";
  const auto timeouts = burst(2, "latency: 100ms", "timeout: 10ms, " + limiter);
  EXPECT_EQ(timeouts.calls[0].limit->end(), 8.0);
  const auto errors =
      burst(2, "latency: 1ms, failure: 100%", "limiter: {aimd: {initial: 2, min: 1}}");
  EXPECT_EQ(errors.workloads[0].failed_error, 2U);
  EXPECT_EQ(errors.calls[0].limit->end(), 2.0);
  const auto unavailable = burst(2, "latency: 1ms, failure: [{p: 100%, as: unavailable}]", limiter);
  EXPECT_EQ(unavailable.calls[0].limit->end(), 8.0);
  const auto refused = burst(3, "workers: 1, latency: 1ms, queue: {capacity: 0}", limiter);
  EXPECT_EQ(refused.calls[0].limit->end(), 8.0)
      << "two refusals; the success has too few beside it";
}

TEST(LimiterInUse, LearnsNothingFromWhatThoseFurtherInRefuse) {
  const auto r = burst(3, "latency: 1ms",
                       "limiter: {aimd: {initial: 10, min: 1}}, bulkhead: {max_concurrent: 1}");
  EXPECT_EQ(r.calls[0].rejected_bulkhead, 2U);
  EXPECT_EQ(r.calls[0].limit->end(), 10.0);
}

TEST(LimiterInUse, EachTryIsASampleInsideTheRetriesAndTheCallOutside) {
  const std::string parts =
      "timeout: 10ms, retry: {max_attempts: 3}, limiter: {aimd: {initial: 100, min: 1}}";
  const auto inside = burst(1, "latency: 1s", parts);
  EXPECT_EQ(inside.calls[0].limit->end(), 72.0) << "100, 90, 81";
  const auto outside = burst(1, "latency: 1s", parts + ", order: [limiter, retry, timeout]");
  EXPECT_EQ(outside.calls[0].limit->end(), 90.0);
}

TEST(LimiterInUse, GivesThePlaceOfAnAbandonedHedgeBack) {
  const auto r = bursts("latency: 20ms",
                        "hedge: {max_attempts: 2, delay: 5ms}, "
                        "limiter: {aimd: {initial: 2, min: 1, max: 2}}",
                        1, "30ms", 10);
  EXPECT_EQ(r.workloads[0].ok, 10U);
  EXPECT_EQ(r.calls[0].hedges, 10U);
  EXPECT_EQ(r.calls[0].rejected_limiter, 0U);
}

TEST(LimiterInUse, OfEachReplicaOfTheCallerAndOfEachInstanceIsItsOwn) {
  const auto r = test::run(R"(
squall: 1
until: drained
services:
  front: {replicas: 2, calls: [{to: back, policy: p, on_failure: continue}]}
  back: {latency: 10ms}
policies: {p: {limiter: {aimd: {initial: 1, min: 1, max: 1}}}}
workloads: {w: {to: front, arrivals: {bursts: {size: 10, every: 1s}}, requests: 10}}
)");
  EXPECT_EQ(r.calls[1].attempts, 2U);
  EXPECT_EQ(r.calls[1].rejected_limiter, 8U);
  EXPECT_EQ(r.calls[1].limit->states, 2U);
  EXPECT_FALSE(r.calls[0].limit);
  const auto shared = test::run(R"(
squall: 1
until: drained
services: {s: {latency: 10ms}}
policies: {p: {limiter: {aimd: {initial: 1, min: 1, max: 1}}, state: {per: callee}}}
workloads:
  a: {to: s, policy: p, arrivals: {bursts: {size: 1, every: 1s}}, requests: 1}
  b: {to: s, policy: p, arrivals: {bursts: {size: 1, every: 1s}}, requests: 1}
)");
  EXPECT_EQ(shared.calls[0].rejected_limiter + shared.calls[1].rejected_limiter, 1U);
  EXPECT_EQ(shared.calls[1].limit->states, 1U);
}

TEST(LimiterInUse, FindsWhatAServiceCanDo) {
  // Ten workers of 10 ms each: 1,000 a second, of which 1,500 come. By Little ten are in service.
  for (const char* limiter : {"vegas: {}", "envoy_gradient: {interval: 5s}"}) {
    const auto r = test::run(
        "squall: 1\nduration: 20s\nwarmup: 5s\n"
        "services: {s: {workers: 10, latency: 10ms}}\npolicies: {p: {limiter: {" +
        std::string(limiter) +
        "}}}\nworkloads: {w: {to: s, policy: p, objective: 100ms, "
        "arrivals: {poisson: 1500/s}}}\n");
    EXPECT_GT(r.workloads[0].goodput_ratio(), 0.60) << limiter;
    EXPECT_LT(longest(r), 60ms) << limiter;
    EXPECT_LT(r.calls[0].limit->most, 60U) << limiter;
  }
}

TEST(LimiterInUse, TakesNewNumbersInMidRun) {
  const auto r = test::run(R"(
squall: 1
duration: 2s
services: {s: {latency: 100ms}}
policies: {p: {limiter: {aimd: {initial: 4, min: 4, max: 4}}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 100/s}}}
faults: {f: {at: 1s, set: {policies.p.limiter.aimd.max: 100}}}
)");
  EXPECT_EQ(r.calls[0].limit->least, 4U);
  EXPECT_GT(r.calls[0].limit->most, 10U);
}

TEST(LimiterInUse, CountsItsExtremesAfterTheWarmUp) {
  const auto r = test::run(R"(
squall: 1
duration: 4s
warmup: 2s
services: {s: {latency: 10ms}}
policies: {p: {timeout: 20ms, limiter: {aimd: {initial: 100, min: 1, max: 100}}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 20/s}}}
faults: {f: {at: 0s, for: 1s, on: service.s, latency: x10}}
)");
  EXPECT_LT(r.calls[0].limit->most, 20U);
}

// --- limiter at the callee -----------------------------------------------------------------------

TEST(AdmissionLimiterInUse, RefusesAsTheAdmissionDoes) {
  const auto r = burst(5,
                       "workers: 1, latency: 10ms, admission: {limiter: {aimd: {initial: 3, "
                       "min: 1, max: 3}}}",
                       "");
  EXPECT_EQ(r.workloads[0].ok, 3U);
  EXPECT_EQ(r.workloads[0].rejected_remote, 2U);
  EXPECT_EQ(r.calls[0].rejected_admission, 2U);
  EXPECT_EQ(r.services[0].refused, 2U);
  EXPECT_EQ(r.services[0].limit->end(), 3.0);
  EXPECT_FALSE(r.calls[0].limit);
}

TEST(AdmissionLimiterInUse, LearnsTheTimeInsideWithTheLine) {
  const auto r = burst(3,
                       "workers: 1, latency: 10ms, admission: {limiter: {aimd: {initial: 10, "
                       "min: 1, timeout: 15ms}}}",
                       "");
  EXPECT_EQ(r.services[0].limit->end(), 8.0);
}

TEST(AdmissionLimiterInUse, OfEachReplicaIsItsOwn) {
  const auto r = burst(10,
                       "replicas: 3, latency: 10ms, admission: {limiter: {aimd: {initial: 1, "
                       "min: 1, max: 1}}}",
                       "");
  EXPECT_EQ(r.workloads[0].ok, 3U);
  EXPECT_EQ(r.services[0].limit->states, 3U);
}

TEST(AdmissionLimiterInUse, TakesErrorsForSamplesAndWhatWasCancelledForNothing) {
  const std::string limiter = "admission: {limiter: {aimd: {initial: 2, min: 1}}}";
  const auto errors = burst(2, "latency: 1ms, failure: 100%, " + limiter, "");
  EXPECT_EQ(errors.services[0].limit->end(), 4.0);
  // A third request keeps the run going until the work of the first two is over.
  const auto after = [&limiter](const std::string& service) {
    return bursts("latency: 100ms, " + service + limiter, "timeout: 10ms", 2, "300ms", 3);
  };
  const auto cancelled = after("when_caller_gone: cancel, ");
  EXPECT_GE(cancelled.services[0].cancelled, 2U);
  EXPECT_EQ(cancelled.services[0].limit->end(), 2.0);
  const auto finished = after("");
  EXPECT_EQ(finished.services[0].limit->end(), 4.0) << "though nobody waits for the answers";
}

TEST(AdmissionLimiterInUse, GivesThePlaceOfWhatAFaultEndedBack) {
  const auto r =
      bursts("latency: 100ms, admission: {limiter: {aimd: {initial: 2, min: 2, max: 2}}}", "", 2,
             "200ms", 4, "faults: {f: {at: 50ms, for: 10ms, on: service.s, down: refuse}}\n");
  EXPECT_EQ(r.services[0].lost, 2U);
  EXPECT_EQ(r.workloads[0].ok, 2U);
}

TEST(AdmissionLimiterInUse, AFullLineRefusesFirst) {
  const auto r = burst(3,
                       "workers: 1, latency: 10ms, queue: {capacity: 1}, "
                       "admission: {limiter: {aimd: {initial: 2, min: 2, max: 2}}}",
                       "");
  EXPECT_EQ(r.calls[0].rejected_queue, 1U);
  EXPECT_EQ(r.calls[0].rejected_admission, 0U);
}

// --- the result ---------------------------------------------------------------------------------

TEST(LimitsInUse, OfSeveralRunsArePooled) {
  metrics::LimitRecord pooled{.ends_sum = 10.0, .states = 1, .least = 4, .most = 20};
  pooled.add({.ends_sum = 50.0, .states = 2, .least = 2, .most = 30});
  pooled.add({});
  EXPECT_EQ(pooled.end(), 20.0);
  EXPECT_EQ(pooled.least, 2U);
  EXPECT_EQ(pooled.most, 30U);
  EXPECT_EQ(metrics::LimitRecord{}.end(), 0.0);

  auto run = burst(3, "latency: 10ms", "limiter: {aimd: {initial: 3, min: 1}}");
  metrics::pool(run, burst(3, "latency: 10ms", "limiter: {aimd: {initial: 1, min: 1}}"));
  // The first adds one twice, the second once, and refuses two.
  EXPECT_EQ(run.calls[0].limit->states, 2U);
  EXPECT_EQ(run.calls[0].limit->end(), 3.5);
  EXPECT_EQ(run.calls[0].limit->least, 1U);
  EXPECT_EQ(run.calls[0].limit->most, 5U);
  EXPECT_EQ(run.calls[0].rejected_limiter, 2U);
}

TEST(LimitsInUse, AreInTheTable) {
  const auto table_of = [](const metrics::RunRecord& record) {
    metrics::Comparison comparison;
    comparison.variants.push_back(record);
    return report::to_table(comparison, {});
  };
  const std::string with =
      table_of(burst(5, "latency: 10ms", "limiter: {aimd: {initial: 3, min: 1}}"));
  EXPECT_NE(with.find("concurrency limit, at the end"), std::string::npos);
  EXPECT_NE(with.find("3, 5\n"), std::string::npos);
  EXPECT_EQ(table_of(burst(5, "latency: 10ms", "")).find("concurrency"), std::string::npos);
}

TEST(LimitsInUse, AreInTheResultWhereTheyAreThereAndNotElsewhere) {
  const auto text_of = [](const metrics::RunRecord& record) {
    metrics::Comparison comparison;
    comparison.variants.push_back(record);
    return report::to_json(comparison);
  };
  const std::string with =
      text_of(burst(2, "latency: 1ms", "limiter: {aimd: {initial: 2, min: 2, max: 2}}"));
  EXPECT_NE(with.find("\"limiter\": 0"), std::string::npos);
  EXPECT_NE(with.find("\"limit\": {"), std::string::npos);
  const std::string without = text_of(burst(2, "latency: 1ms", ""));
  EXPECT_EQ(without.find("limiter"), std::string::npos);
  EXPECT_EQ(without.find("\"limit\""), std::string::npos);
}

TEST(AdmissionLimiter, LearnsOfWhatIsRefusedInLineAndOfWhatExpires) {
  // Twice what can be served, first with a controlled delay, then with deadlines that pass in line.
  const std::string limiter =
      "admission: {limiter: {aimd: {initial: 100, min: 1, max: 200, drop_on: [timeout, "
      "rejected]}}}";
  const std::string rest = "\nworkloads: {w: {to: s, policy: p, arrivals: {constant: 1000/s}}}\n";
  const auto delayed = test::run(
      "squall: 1\nduration: 5s\nservices: {s: {workers: 10, latency: 20ms, queue: {codel: {target: "
      "5ms, interval: 50ms}}, " +
      limiter + "}}\npolicies: {p: {timeout: 100ms}}" + rest);
  ASSERT_GT(delayed.services[0].shed, 0U);
  EXPECT_LT(delayed.services[0].limit->least, 100U);
  const auto expired =
      test::run("squall: 1\nduration: 5s\nservices: {s: {workers: 10, latency: 20ms, " + limiter +
                "}}\npolicies: {p: {deadline: 100ms, propagate_deadline: true}}" + rest);
  ASSERT_GT(expired.services[0].expired, 0U);
  EXPECT_LT(expired.services[0].limit->least, 100U);
}

}  // namespace
}  // namespace squall::limits_test
