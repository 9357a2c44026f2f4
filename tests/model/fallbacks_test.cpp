// Answers in place of failures: how a call ends then, when, and who learns that it was no real one.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::fallbacks_test {
namespace {

using namespace std::chrono_literals;

metrics::RunRecord run(const std::string& text) {
  return test::run("squall: 1\nduration: 10s\n" + text);
}

/// One request at once, and others beside it.
metrics::RunRecord burst(int size, const std::string& service, const std::string& policy) {
  return run("services: {s: {" + service + "}}\npolicies: {p: {" + policy +
             "}}\nworkloads: {w: {to: s, policy: p, arrivals: {bursts: {size: " +
             std::to_string(size) + ", every: 1s}}, requests: " + std::to_string(size) + "}}\n");
}
metrics::RunRecord one(const std::string& service, const std::string& policy) {
  return burst(1, service, policy);
}

TEST(FallbackInUse, AnswersAFailureAfterItsLatency) {
  const auto r = burst(3, "latency: 1ms, failure: 100%", "fallback: {latency: 2ms}");
  EXPECT_EQ(r.workloads[0].ok, 3U);
  EXPECT_EQ(r.workloads[0].degraded, 3U);
  EXPECT_EQ(r.workloads[0].failed, 0U);
  EXPECT_EQ(r.workloads[0].latency.max(), 3ms);
  EXPECT_EQ(r.calls[0].ok, 3U);
  EXPECT_EQ(r.calls[0].fallbacks, 3U);
  EXPECT_EQ(r.calls[0].errors, 3U) << "the attempts failed all the same";
  EXPECT_EQ(r.services[0].failed, 3U);
  EXPECT_TRUE(r.workloads[0].may_degrade);
  EXPECT_TRUE(r.calls[0].has_fallback);
}

TEST(FallbackInUse, SaysNothingWhereNothingFails) {
  const auto r = one("latency: 1ms", "fallback: {latency: 2ms}");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].degraded, 0U);
  EXPECT_EQ(r.workloads[0].latency.max(), 1ms);
  EXPECT_EQ(r.calls[0].fallbacks, 0U);
}

TEST(FallbackInUse, AnswersAtOnceWithoutALatency) {
  const auto r = one("latency: 1ms, failure: 100%", "fallback: {}");
  EXPECT_EQ(r.workloads[0].degraded, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 1ms);
}

TEST(FallbackInUse, ALateAnswerIsLateAndNotDegraded) {
  const auto r = run(R"(
services: {s: {latency: 1ms, failure: 100%}}
policies: {p: {fallback: {latency: 5ms}}}
workloads: {w: {to: s, policy: p, objective: 5ms, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.workloads[0].late, 1U);
  EXPECT_EQ(r.workloads[0].degraded, 0U) << "it counts of the ok";
  EXPECT_EQ(r.calls[0].fallbacks, 1U);
}

TEST(FallbackInUse, AnswersOnlyForWhatItIsToldTo) {
  const std::string fails = "latency: 1ms, failure: 100%";
  EXPECT_EQ(one(fails, "fallback: {on: [timeout]}").workloads[0].failed_error, 1U);
  EXPECT_EQ(one(fails, "fallback: {on: [error]}").workloads[0].ok, 1U);
  const std::string slow = "latency: 100ms";
  EXPECT_EQ(one(slow, "timeout: 5ms, fallback: {on: [error]}").workloads[0].failed_timeout, 1U);
  EXPECT_EQ(one(slow, "timeout: 5ms, fallback: {on: [timeout]}").workloads[0].ok, 1U);
  EXPECT_EQ(one(slow, "deadline: 5ms, fallback: {on: [timeout]}").workloads[0].failed_deadline, 1U);
  EXPECT_EQ(one(slow, "deadline: 5ms, fallback: {on: [deadline]}").workloads[0].ok, 1U);
}

TEST(FallbackInUse, StandsOutsideTheDeadline) {
  // It passes at 10 ms; the answer comes at 15, and the callee works on, for nobody.
  const auto r = one("latency: 100ms", "deadline: 10ms, fallback: {latency: 5ms}");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].degraded, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 15ms);
  EXPECT_EQ(r.calls[0].deadlines, 0U) << "no call ended so";
  EXPECT_EQ(r.calls[0].attempts_abandoned, 1U);
  EXPECT_EQ(r.services[0].completed, 1U);
  EXPECT_EQ(r.services[0].wasted, 1U);
}

TEST(FallbackInUse, ADeadlineThatHasNotPassedBoundsItNoLonger) {
  const auto r = one("latency: 8ms, failure: 100%", "deadline: 10ms, fallback: {latency: 5ms}");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 13ms);
}

TEST(FallbackInUse, MayFailAndThenTheCallEndsAsItWouldHave) {
  const auto r = one("latency: 100ms", "timeout: 10ms, fallback: {latency: 5ms, failure: 100%}");
  EXPECT_EQ(r.workloads[0].failed_timeout, 1U);
  EXPECT_EQ(r.workloads[0].degraded, 0U);
  EXPECT_EQ(r.calls[0].fallbacks, 0U);
  EXPECT_EQ(r.calls[0].failed, 1U);
}

TEST(FallbackInUse, MayFailByChance) {
  const auto r = burst(1'000, "failure: 100%", "fallback: {failure: 30%}");
  // Five standard deviations of 1,000 draws are 72.
  EXPECT_NEAR(static_cast<double>(r.workloads[0].failed), 300.0, 72.0);
  EXPECT_EQ(r.workloads[0].failed + r.workloads[0].degraded, 1'000U);
}

TEST(FallbackInUse, AnswersForThoseThatNeverLeft) {
  const auto r = burst(3, "latency: 10ms",
                       "bulkhead: {max_concurrent: 1}, fallback: {on: [rejected], latency: 1ms}");
  EXPECT_EQ(r.workloads[0].ok, 3U);
  EXPECT_EQ(r.workloads[0].degraded, 2U);
  EXPECT_EQ(r.workloads[0].rejected, 0U);
  EXPECT_EQ(r.calls[0].rejected_bulkhead, 2U);
  EXPECT_EQ(r.calls[0].attempts, 1U);
}

TEST(FallbackInUse, ComesAfterAllRetries) {
  const auto r =
      one("latency: 1ms, failure: 100%", "retry: {max_attempts: 3, backoff: 1ms}, fallback: {}");
  EXPECT_EQ(r.calls[0].attempts, 3U);
  EXPECT_EQ(r.calls[0].fallbacks, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 5ms);
}

TEST(FallbackInUse, AnswersAHedgedCallOnce) {
  const auto r = one("latency: 1ms, failure: 100%", "hedge: {max_attempts: 3}, fallback: {}");
  EXPECT_EQ(r.calls[0].attempts, 3U);
  EXPECT_EQ(r.calls[0].fallbacks, 1U);
  EXPECT_EQ(r.workloads[0].degraded, 1U);
}

TEST(FallbackInUse, AHedgeThatFailsDoesNotFallBackByItself) {
  const auto r = run(R"(
services: {s: {replicas: 2, latency: 10ms}}
policies: {p: {hedge: {max_attempts: 2}, fallback: {}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
faults: {f: {at: 0s, on: service.s, replica: 0, failure: 100%}}
)");
  EXPECT_EQ(r.calls[0].errors, 1U);
  EXPECT_EQ(r.calls[0].attempts_ok, 1U);
  EXPECT_EQ(r.calls[0].fallbacks, 0U);
  EXPECT_EQ(r.workloads[0].degraded, 0U) << "the other attempt has the answer";
}

TEST(FallbackInUse, WhatTheCalleeAnswersMeanwhileIsTooLate) {
  // The deadline at 10 ms, the callee's answer at 12, the fallback's at 15.
  const auto r = one("latency: 12ms", "deadline: 10ms, fallback: {latency: 5ms}");
  EXPECT_EQ(r.workloads[0].degraded, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 15ms);
  EXPECT_EQ(r.services[0].wasted, 1U);
}

TEST(FallbackInUse, WhatIsMadeOfItIsDegradedAllTheWayUp) {
  const auto r = run(R"(
services:
  front: {latency: 1ms, calls: [{to: middle}]}
  middle: {latency: 1ms, calls: [{parallel: [{to: back, policy: p}, {to: other}]}]}
  back: {latency: 1ms, failure: 100%}
  other: {latency: 1ms}
policies: {p: {fallback: {latency: 3ms}}}
workloads:
  whole: {to: front, arrivals: {constant: 1/s}, requests: 1}
  apart: {to: other, arrivals: {constant: 1/s}, requests: 1}
)");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].degraded, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 6ms);
  EXPECT_EQ(r.workloads[1].degraded, 0U);
  EXPECT_TRUE(r.workloads[1].may_degrade);
  for (const metrics::CallRecord& call : r.calls) {
    EXPECT_EQ(call.fallbacks, call.name == "middle->back" ? 1U : 0U) << call.name;
    EXPECT_EQ(call.has_fallback, call.name == "middle->back") << call.name;
  }
}

TEST(FallbackInUse, AFailureFurtherUpIsAFailure) {
  // The degraded answer comes, and then the service's other call fails.
  const auto r = run(R"(
services:
  front: {calls: [{to: back, policy: p}, {to: other}]}
  back: {failure: 100%}
  other: {failure: 100%}
policies: {p: {fallback: {}}}
workloads: {w: {to: front, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.workloads[0].failed_error, 1U);
  EXPECT_EQ(r.workloads[0].degraded, 0U);
}

TEST(FallbackInUse, OneThatNobodyWaitsForAnyMoreIsAbandoned) {
  // The back fails at 1 ms; at 5 ms the user has gone, and the front stops.
  const auto r = run(R"(
services:
  front: {when_caller_gone: cancel, calls: [{to: back, policy: inner}]}
  back: {latency: 1ms, failure: 100%}
policies:
  outer: {timeout: 5ms}
  inner: {fallback: {latency: 10ms}}
workloads: {w: {to: front, policy: outer, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.workloads[0].failed_timeout, 1U);
  EXPECT_EQ(r.calls[1].abandoned, 1U);
  EXPECT_EQ(r.calls[1].fallbacks, 0U);
}

TEST(FallbackInUse, AnEventWhosePublishIsAnsweredSoEndsOk) {
  // One is handled, one waits, one finds the queue full.
  const auto r = run(R"(
services: {}
policies: {p: {fallback: {latency: 1ms}}}
queues: {q: {capacity: 1}}
consumers: {c: {from: q, latency: 10ms}}
workloads: {w: {to: q, policy: p, arrivals: {bursts: {size: 3, every: 1s}}, requests: 3}}
)");
  EXPECT_EQ(r.workloads[0].ok, 3U);
  EXPECT_EQ(r.workloads[0].degraded, 1U);
  EXPECT_EQ(r.queues[0].rejected, 1U);
  EXPECT_EQ(r.calls[0].fallbacks, 1U);
}

TEST(FallbackInUse, AnEffectMadeOfItIsDegraded) {
  const std::string text = R"(
services:
  back: {failure: 100%}
  front: {calls: [{publish: q, await: effect}]}
policies: {p: {fallback: {}}}
queues: {q: {}}
consumers: {c: {from: q, latency: 10ms, calls: [{to: back, policy: p}]}}
workloads:
  event: {to: q, arrivals: {constant: 1/s}, requests: 1}
  waits: {to: front, arrivals: {constant: 1/s}, requests: 1}
)";
  const auto r = run(text);
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].degraded, 1U);
  EXPECT_EQ(r.workloads[1].ok, 1U);
  EXPECT_EQ(r.workloads[1].degraded, 1U) << "it waited for that effect";
}

}  // namespace
}  // namespace squall::fallbacks_test
