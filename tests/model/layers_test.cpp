// The layers of a policy around a call: breaker, bulkhead, hedge, and their order.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::layers_test {
namespace {

using namespace std::chrono_literals;

metrics::RunRecord run(const std::string& text) { return test::run("squall: 1\n" + text); }

metrics::RunRecord burst(int size, const std::string& service, const std::string& policy,
                         const std::string& rest = "until: drained\n") {
  const std::string n = std::to_string(size);
  return run(rest + "services: {s: {" + service + "}}\npolicies: {p: {" + policy +
             "}}\nworkloads: {w: {to: s, policy: p, arrivals: {bursts: {size: " + n +
             ", every: 10s}}, requests: " + n + "}}\n");
}

/// Three requests, 100 ms apart, to a service that always fails; four attempts each, 1 ms apart.
metrics::RunRecord three_that_fail(const std::string& order) {
  return run(R"(
until: drained
services: {s: {failure: 100%}}
policies:
  p:
    retry: {max_attempts: 4, backoff: {fixed: 1ms}}
    breaker: {window: {window: 2, failures: 2, open_for: 10s}}
    order: )" +
             order + R"(
workloads: {w: {to: s, policy: p, arrivals: {constant: 10/s}, requests: 3}}
)");
}

TEST(Order, ABreakerInsideTheRetryIsAskedForEachAttempt) {
  // Two attempts trip it; the other two of the first request and all of the others are refused.
  const auto r = three_that_fail("[retry, breaker]");
  EXPECT_EQ(r.calls[0].attempts, 2U);
  EXPECT_EQ(r.calls[0].rejected_breaker, 10U);
  EXPECT_EQ(r.calls[0].retries, 9U);
  EXPECT_EQ(r.workloads[0].rejected_local, 3U);
}

TEST(Order, ABreakerOutsideTheRetryIsAskedForEachCall) {
  // Two calls of four attempts trip it; the third is refused once.
  const auto r = three_that_fail("[breaker, retry]");
  EXPECT_EQ(r.calls[0].attempts, 8U);
  EXPECT_EQ(r.calls[0].rejected_breaker, 1U);
  EXPECT_EQ(r.workloads[0].failed_error, 2U);
  EXPECT_EQ(r.workloads[0].rejected_local, 1U);
}

TEST(Order, ABulkheadOutsideTheRetryHoldsItsPlaceThroughTheBackoff) {
  // Each call fails at 10 and, after 20 ms of backoff, at 40 ms. Both wait as long as they must.
  const auto with = [](const std::string& order) {
    return burst(2, "latency: 10ms, failure: 100%",
                 "retry: {max_attempts: 2, backoff: {fixed: 20ms}}, "
                 "bulkhead: {max_concurrent: 1, max_wait: 10s}, order: " +
                     order);
  };
  // One after the other.
  EXPECT_EQ(with("[bulkhead, retry]").simulated, 80ms);
  // Interleaved: 0-10 and 30-40; 10-20 and 40-50.
  EXPECT_EQ(with("[retry, bulkhead]").simulated, 50ms);
}

TEST(Breaker, RefusalsAreNotAttempts) {
  const auto r = three_that_fail("[retry, breaker]");
  EXPECT_EQ(r.services[0].arrived, r.calls[0].attempts);
}

TEST(Breaker, LetsCallsThroughAgain) {
  // Fails at 0 and 100 ms and opens until 250 ms; the service is well from 150 ms on.
  const auto r = run(R"(
duration: 500ms
services: {s: {}}
policies: {p: {breaker: {window: {window: 2, failures: 2, open_for: 150ms}}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 10/s}}}
faults: {f: {at: 0s, for: 150ms, on: service.s, failure: 100%}}
)");
  // 0 and 100 fail, 200 is refused, 300 and 400 are ok.
  EXPECT_EQ(r.workloads[0].failed, 2U);
  EXPECT_EQ(r.workloads[0].rejected_local, 1U);
  EXPECT_EQ(r.workloads[0].ok, 2U);
}

TEST(Bulkhead, RefusesAtOnceWithoutALine) {
  const auto r = burst(3, "latency: 50ms", "bulkhead: {max_concurrent: 1}");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].rejected_local, 2U);
  EXPECT_EQ(r.calls[0].rejected_bulkhead, 2U);
  EXPECT_EQ(r.calls[0].attempts, 1U);
}

TEST(Bulkhead, BoundsTheWait) {
  // The place is free at 50 ms.
  const auto too_long =
      burst(2, "latency: 50ms", "bulkhead: {max_concurrent: 1, max_wait: 49.999999ms}");
  EXPECT_EQ(too_long.workloads[0].rejected_local, 1U);
  EXPECT_EQ(too_long.workloads[0].ok, 1U);
  const auto just = burst(2, "latency: 50ms", "bulkhead: {max_concurrent: 1, max_wait: 50ms}");
  EXPECT_EQ(just.workloads[0].ok, 2U);
  EXPECT_EQ(just.workloads[0].latency.max(), 100ms);
}

TEST(Bulkhead, BoundsTheLine) {
  const auto r =
      burst(4, "latency: 50ms", "bulkhead: {max_concurrent: 1, max_waiting: 2, max_wait: 10s}");
  EXPECT_EQ(r.workloads[0].ok, 3U);
  EXPECT_EQ(r.workloads[0].latency.max(), 150ms);
  EXPECT_EQ(r.calls[0].rejected_bulkhead, 1U);
}

TEST(Bulkhead, TheWaitDoesNotCountAgainstAnInnerTimeout) {
  // 50 ms of waiting, then 50 ms of service.
  const auto inner =
      burst(2, "latency: 50ms", "timeout: 60ms, bulkhead: {max_concurrent: 1, max_wait: 10s}");
  EXPECT_EQ(inner.workloads[0].ok, 2U);
  const auto outer = burst(
      2, "latency: 50ms",
      "timeout: 60ms, bulkhead: {max_concurrent: 1, max_wait: 10s}, order: [timeout, bulkhead]");
  EXPECT_EQ(outer.workloads[0].ok, 1U);
  EXPECT_EQ(outer.workloads[0].failed_timeout, 1U);
  EXPECT_EQ(outer.calls[0].attempts, 2U);
  EXPECT_EQ(outer.calls[0].timeouts, 1U);
}

TEST(Bulkhead, ATimeoutInTheLineEndsNoAttempt) {
  // The first, of 0, has 1 s and holds the place to 100 ms; the second, of 20 ms, has 40 ms.
  const auto r = run(R"(
until: drained
services: {s: {latency: 100ms}}
policies: {p: {timeout: 1s, bulkhead: {max_concurrent: 1, max_wait: 10s}, order: [timeout, bulkhead]}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 50/s}, requests: 2}}
faults: {f: {at: 10ms, for: 1s, set: {policies.p.timeout: 40ms}}}
)");
  EXPECT_EQ(r.calls[0].attempts, 1U);
  EXPECT_EQ(r.calls[0].timeouts, 0U);
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].failed_timeout, 1U);
  EXPECT_EQ(r.simulated, 100ms);
}

TEST(Bulkhead, TheDeadlineEndsTheWait) {
  const auto r =
      burst(2, "latency: 50ms", "deadline: 50ms, bulkhead: {max_concurrent: 1, max_wait: 10s}");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  // It got the place at 50 ms, by the completion, and its deadline came at once.
  EXPECT_EQ(r.workloads[0].failed_deadline, 1U);
}

TEST(State, PerCalleeIsShared) {
  const auto with = [](const std::string& per) {
    return run(R"(
until: drained
services: {s: {latency: 50ms}}
policies: {p: {bulkhead: {max_concurrent: 1}, state: {per: )" +
               per + R"(}}}
workloads:
  a: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}
  b: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}
)");
  };
  EXPECT_EQ(with("edge").workloads[1].ok, 1U);
  EXPECT_EQ(with("callee").workloads[1].rejected_local, 1U);
  EXPECT_EQ(with("callee").calls[1].rejected_bulkhead, 1U);
}

TEST(State, PerCalleeIsNotSharedBetweenCallees) {
  const auto r = run(R"(
until: drained
services: {s: {latency: 50ms}, t: {latency: 50ms}}
policies: {p: {bulkhead: {max_concurrent: 1}, state: {per: callee}}}
workloads:
  a: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}
  b: {to: t, policy: p, arrivals: {constant: 1/s}, requests: 1}
)");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[1].ok, 1U);
}

TEST(State, EachInstanceHasItsOwn) {
  // 32 at once: that all choose the same of two is out of the question.
  const auto with = [](const std::string& instances) {
    return burst(32, "latency: 50ms",
                 "bulkhead: {max_concurrent: 1}, state: {instances: " + instances + "}");
  };
  EXPECT_EQ(with("1").workloads[0].ok, 1U);
  EXPECT_EQ(with("2").workloads[0].ok, 2U);
  EXPECT_EQ(with("2").calls[0].rejected_bulkhead, 30U);
}

TEST(State, EachCallerReplicaHasItsOwn) {
  const auto with = [](const std::string& replicas, const std::string& per) {
    return run(R"(
until: drained
services:
  front: {replicas: )" +
               replicas + R"(, calls: [{to: back, policy: p}]}
  back: {latency: 50ms}
policies: {p: {bulkhead: {max_concurrent: 1}, state: {per: )" +
               per + R"(}}}
workloads: {w: {to: front, arrivals: {bursts: {size: 4, every: 1s}}, requests: 4}}
)")
        .calls[1]
        .attempts;
  };
  EXPECT_EQ(with("1", "edge"), 1U);
  EXPECT_EQ(with("2", "edge"), 2U);
  EXPECT_EQ(with("2", "callee"), 1U);
}

/// A request to the replica that needs 100 ms; the other needs 10 ms. A hedge follows at 20 ms.
metrics::RunRecord hedged(const std::string& rule) {
  return run(R"(
duration: 1s
services: {s: {replicas: 2, latency: 10ms, when_caller_gone: )" +
             rule + R"(}}
policies: {p: {hedge: {max_attempts: 2, delay: 20ms}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
faults: {f: {at: 0s, for: 1ms, on: service.s, replica: 0, latency: x10}}
)");
}

TEST(Hedge, TheFirstAnswerWinsAndTheOtherIsAbandoned) {
  const auto r = hedged("finish");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 30ms);
  EXPECT_EQ(r.calls[0].requests, 1U);
  EXPECT_EQ(r.calls[0].attempts, 2U);
  EXPECT_EQ(r.calls[0].hedges, 1U);
  EXPECT_EQ(r.calls[0].retries, 0U);
  EXPECT_EQ(r.calls[0].attempts_ok, 1U);
  EXPECT_EQ(r.calls[0].attempts_abandoned, 1U);
  EXPECT_EQ(r.services[0].completed, 2U);
  EXPECT_EQ(r.services[0].wasted, 1U);
}

TEST(Hedge, TheLoserIsCancelledWhereTheServiceDoesSo) {
  const auto r = hedged("cancel");
  EXPECT_EQ(r.services[0].cancelled, 1U);
  EXPECT_DOUBLE_EQ(r.services[0].service_time_s, 0.04);
  EXPECT_DOUBLE_EQ(r.services[0].wasted_time_s, 0.03);
}

TEST(Hedge, IsNotSentWhenTheAnswerIsThere) {
  EXPECT_EQ(burst(1, "latency: 20ms", "hedge: {delay: 20ms}").calls[0].attempts, 1U);
  EXPECT_EQ(burst(1, "latency: 20ms", "hedge: {delay: 19.999999ms}").calls[0].attempts, 2U);
}

TEST(Hedge, IsSentAtOnceWhenAnAttemptFails) {
  // 0-10, 10-20.
  const auto r = burst(1, "latency: 10ms, failure: 100%", "hedge: {max_attempts: 2, delay: 50ms}");
  EXPECT_EQ(r.simulated, 20ms);
  EXPECT_EQ(r.calls[0].attempts, 2U);
  EXPECT_EQ(r.workloads[0].failed_error, 1U);
}

TEST(Hedge, WithoutDelayGoesOutAtOnce) {
  const auto r = burst(1, "latency: 10ms", "hedge: {max_attempts: 3, delay: 0s}");
  EXPECT_EQ(r.calls[0].attempts, 3U);
  EXPECT_EQ(r.calls[0].hedges, 2U);
  EXPECT_EQ(r.workloads[0].latency.max(), 10ms);
}

TEST(Hedge, InsideARetryIsMadeAnewByIt) {
  // 0-10 and 5-15 fail; after 10 ms 25-35 and 30-40.
  const auto r = burst(
      1, "latency: 10ms, failure: 100%",
      "retry: {max_attempts: 2, backoff: {fixed: 10ms}}, hedge: {max_attempts: 2, delay: 5ms}");
  EXPECT_EQ(r.simulated, 40ms);
  EXPECT_EQ(r.calls[0].attempts, 4U);
  EXPECT_EQ(r.calls[0].retries, 1U);
  EXPECT_EQ(r.calls[0].hedges, 2U);
  EXPECT_EQ(r.workloads[0].failed_error, 1U);
}

TEST(Hedge, OutsideARetryEachHedgeRetriesByItself) {
  // 0-10, 20-30 and 5-15, 25-35.
  const auto r = burst(
      1, "latency: 10ms, failure: 100%",
      "retry: {max_attempts: 2, backoff: {fixed: 10ms}}, hedge: {max_attempts: 2, delay: 5ms}, "
      "order: [hedge, retry]");
  EXPECT_EQ(r.simulated, 35ms);
  EXPECT_EQ(r.calls[0].attempts, 4U);
  EXPECT_EQ(r.calls[0].retries, 2U);
  EXPECT_EQ(r.calls[0].hedges, 1U);
}

TEST(Hedge, TheDeadlineEndsAllOfThem) {
  const auto r =
      burst(1, "latency: 100ms", "deadline: 50ms, hedge: {max_attempts: 3, delay: 20ms}");
  EXPECT_EQ(r.simulated, 50ms);
  EXPECT_EQ(r.workloads[0].failed_deadline, 1U);
  EXPECT_EQ(r.calls[0].attempts, 3U);
  EXPECT_EQ(r.calls[0].attempts_abandoned, 3U);
  EXPECT_EQ(r.calls[0].deadlines, 1U);
}

TEST(Hedge, EachHedgeHasItsOwnTimeout) {
  // 0-30 and 20-50.
  const auto r = burst(1, "latency: 100ms", "timeout: 30ms, hedge: {max_attempts: 2, delay: 20ms}");
  EXPECT_EQ(r.simulated, 50ms);
  EXPECT_EQ(r.calls[0].timeouts, 2U);
  EXPECT_EQ(r.workloads[0].failed_timeout, 1U);
}

TEST(Hedges, OfACallThatMeetsItsDeadlineTellTheBreaker) {
  // Ten calls meet it and the breaker opens, hedged or not.
  const auto r = run(R"(
duration: 3s
services: {s: {latency: 10s}}
policies:
  p: {deadline: 100ms, hedge: {max_attempts: 2, delay: 50ms}, breaker: {resilience4j: {window: 10, minimum: 10}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 10/s}}}
)");
  EXPECT_GE(r.calls[0].deadlines, 5U);
  EXPECT_LE(r.calls[0].deadlines, 11U);
  EXPECT_EQ(r.calls[0].refused + r.calls[0].deadlines + r.calls[0].unfinished, 30U);
}

TEST(Hedges, KnowTheDeadlineOfTheCallWhenTheyRetry) {
  // An error at 60 ms and 50 ms of backoff lead past the deadline: not tried again.
  const auto r = run(R"(
duration: 10s
services: {s: {latency: 60ms, failure: 100%}}
policies:
  p: {deadline: 100ms, retry: {max_attempts: 3, backoff: 50ms}, hedge: {max_attempts: 2, delay: 1s, on: []}, order: [hedge, retry, timeout]}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}}}
)");
  EXPECT_EQ(r.calls[0].denied_deadline, 10U);
  EXPECT_EQ(r.calls[0].deadlines, 0U);
}

/// One call after the other of each request to 20 services, each call with its timeout, which none
/// of them needs.
metrics::RunRecord twenty_calls(const std::string& timeout_of_even, const std::string& of_odd) {
  std::string text = "until: drained\npolicies: {even: {" + timeout_of_even + "}, odd: {" + of_odd +
                     "}}\nservices:\n  root:\n    latency: 1ms\n    calls:\n";
  for (int i = 0; i < 20; ++i) {
    text +=
        "      - {to: s" + std::to_string(i) + ", policy: " + (i % 2 == 0 ? "even" : "odd") + "}\n";
  }
  for (int i = 0; i < 20; ++i)
    text += "  s" + std::to_string(i) + ": {latency: {exponential: 1ms}}\n";
  return run(text + "workloads: {w: {to: root, arrivals: {poisson: 20/s}, requests: 200}}\n");
}

TEST(Timeouts, ThatNobodyWaitsForAnyMoreAreNoEvents) {
  // However many calls have them.
  const auto without = twenty_calls("", "");
  const auto with = twenty_calls("timeout: 1s", "timeout: 2s");
  EXPECT_EQ(without.workloads[0].ok, 200U);
  EXPECT_EQ(with.workloads[0].ok, 200U);
  EXPECT_EQ(with.engine.events, without.engine.events);
}

}  // namespace
}  // namespace squall::layers_test
