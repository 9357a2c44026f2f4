// What callers and callees refuse to keep a service from overload: small runs worked out by hand.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::shedding_test {
namespace {

using namespace std::chrono_literals;

metrics::RunRecord run(const std::string& text) { return test::run("squall: 1\n" + text); }

/// 1,000 calls, 10 ms apart, to a service that answers at once.
metrics::RunRecord calls_around(const std::string& policy, const std::string& service,
                                const std::string& rest = "") {
  return run("duration: 10s\nservices: {s: {" + service + "}}\npolicies: {p: {" + policy +
             "}}\nworkloads: {w: {to: s, policy: p, arrivals: {constant: 100/s}}}\n" + rest);
}

// --- Throttle at the caller ---------------------------------------------------------------------

TEST(Throttle, OfTheSreBookLeavesFewCallsToWhatAlwaysFails) {
  // The n-th call goes on with probability 1 / n: 7.5 of a thousand on average, sd 2.4.
  const auto r = calls_around("throttle: {sre: {}}", "failure: 100%");
  EXPECT_GE(r.calls[0].attempts, 1U);
  EXPECT_LE(r.calls[0].attempts, 20U);
  EXPECT_EQ(r.calls[0].rejected_throttle, 1000 - r.calls[0].attempts);
  EXPECT_EQ(r.workloads[0].rejected_local, r.calls[0].rejected_throttle);
  EXPECT_TRUE(r.calls[0].has_throttle);
}

TEST(Throttle, OfEnvoyLeavesAFifth) {
  // 0.8 x 999 are refused on average, sd 12.6; the first one is not.
  const auto r = calls_around("throttle: {envoy: {}}", "failure: 100%");
  EXPECT_NEAR(static_cast<double>(r.calls[0].rejected_throttle), 799.0, 5.0 * 12.6);
  EXPECT_EQ(r.calls[0].attempts + r.calls[0].rejected_throttle, 1000U);
}

TEST(Throttle, RefusesNothingOfAServiceThatIsWell) {
  for (const char* throttle : {"sre: {}", "envoy: {}"}) {
    const auto r = calls_around(std::string("throttle: {") + throttle + "}", "failure: 1%");
    EXPECT_EQ(r.calls[0].rejected_throttle, 0U) << throttle;
    EXPECT_EQ(r.calls[0].attempts, 1000U) << throttle;
  }
}

TEST(Throttle, ForgetsWhatIsOlderThanItsWindow) {
  // It fails for 1 s; from 2 s on, nothing of that is in a window of 1 s any more.
  const auto ok = [](const std::string& window) {
    return calls_around("throttle: {envoy: {window: " + window + ", success_rate_threshold: 100%}}",
                        "failure: 0%",
                        "faults: {f: {at: 0s, for: 1s, on: service.s, failure: 100%}}\n")
        .workloads[0]
        .ok;
  };
  EXPECT_GE(ok("1s"), 800U);
  EXPECT_LT(ok("30s"), 800U);
}

TEST(Throttle, DrawsTheSameWhateverElseThePolicyHas) {
  const auto refused = [](const std::string& more) {
    return calls_around("throttle: {envoy: {}}" + more, "failure: 100%").calls[0].rejected_throttle;
  };
  EXPECT_EQ(refused(""), refused(", timeout: 1h, bulkhead: {}"));
}

TEST(Throttle, IsAskedAtEachTryInsideTheRetriesAndOnceOutside) {
  const std::string parts = "throttle: {envoy: {}}, retry: {max_attempts: 2}";
  const auto inside = calls_around(parts, "failure: 100%").calls[0];
  EXPECT_EQ(inside.retries, 1000U) << "what it refuses is tried again";
  EXPECT_EQ(inside.attempts + inside.rejected_throttle, 2000U);
  const auto outside = calls_around(parts + ", order: [throttle, retry]", "failure: 100%").calls[0];
  EXPECT_EQ(outside.attempts, 2 * (1000 - outside.rejected_throttle));
  EXPECT_EQ(outside.retries, 1000 - outside.rejected_throttle);
}

TEST(Throttle, DrawsAnewForEachTry) {
  // Each try is refused by a chance of one half: 250 calls twice, on average, sd 14.
  const auto r = calls_around(
      "throttle: {envoy: {max_rejection: 50%}}, retry: {max_attempts: 2, on: [rejected]}",
      "failure: 100%");
  EXPECT_NEAR(static_cast<double>(r.calls[0].attempts), 750.0, 5.0 * 14.0);
}

TEST(Throttle, CountsAgainstTheCalleeWhatItsListNames) {
  const std::string kinds = "failure: [{p: 100%, as: invalid}]";
  EXPECT_GT(calls_around("throttle: {sre: {}}", kinds).calls[0].rejected_throttle, 900U);
  const auto of = [&](const std::string& on) {
    return calls_around("throttle: {sre: {on: " + on + "}}", kinds).calls[0].rejected_throttle;
  };
  EXPECT_EQ(of("[timeout, rejected]"), 0U);
  EXPECT_GT(of("[timeout, invalid]"), 900U);
}

TEST(Throttle, HasAStateForEachEdgeOrOneForTheCallee) {
  const auto refused = [](const std::string& state) {
    const auto r = run(R"(
duration: 10s
services: {s: {}}
policies: {p: {throttle: {sre: {}}, state: {per: )" +
                       state + R"(}}}
workloads:
  a: {to: s, policy: p, arrivals: {constant: 100/s}}
  b: {to: s, policy: p, arrivals: {constant: 100/s}}
faults: {f: {at: 0s, for: 10s, on: service.s, failure: 100%}}
)");
    return r.calls[0].attempts + r.calls[1].attempts;
  };
  // H(1000) on average each, against H(2000) for both: with this seed.
  EXPECT_GT(refused("edge"), refused("callee"));
}

TEST(Throttle, CanTakeOtherNumbersInMidRun) {
  const auto r = calls_around(
      "throttle: {sre: {}}", "failure: 100%",
      "faults: {f: {at: 5s, set: {policies.p.throttle.sre.k: 1000, policies.p.throttle.sre.window: "
      "1s}}}\n");
  EXPECT_LE(r.calls[0].attempts, 25U) << "with no accepts k says nothing";
  EXPECT_GT(r.calls[0].rejected_throttle, 900U);
}

// --- Throttle at the callee ---------------------------------------------------------------------

TEST(AdmissionThrottle, RefusesAtTheCallee) {
  const auto r = calls_around("timeout: 1s", "failure: 100%, admission: {throttle: {envoy: {}}}");
  EXPECT_EQ(r.calls[0].attempts, 1000U);
  EXPECT_NEAR(static_cast<double>(r.calls[0].rejected_admission), 799.0, 5.0 * 12.6);
  EXPECT_EQ(r.services[0].refused, r.calls[0].rejected_admission);
  EXPECT_EQ(r.services[0].shed, r.services[0].refused);
  EXPECT_TRUE(r.services[0].sheds);
  EXPECT_EQ(r.services[0].failed, 1000 - r.services[0].refused);
}

TEST(AdmissionThrottle, CountsTheRefusalsOfTheQueueAsFailures) {
  // One place for 100 ms of work; of the ten that come meanwhile nine are refused by the queue.
  const auto with = [](const std::string& admission) {
    return calls_around(
        "timeout: 1s",
        "workers: 1, queue: {capacity: 0}, latency: 99ms, admission: {" + admission + "}");
  };
  const auto without = with("limit: unlimited");
  EXPECT_EQ(without.calls[0].rejected_queue, 900U);
  EXPECT_FALSE(without.services[0].sheds);
  const auto r = with("throttle: {sre: {}}");
  EXPECT_GT(r.services[0].shed, 300U);
  EXPECT_EQ(r.calls[0].rejected_queue + r.services[0].shed, r.services[0].refused);
  EXPECT_EQ(r.calls[0].rejected_admission, r.services[0].shed);
  // And those of the admission's own limit.
  EXPECT_GT(with("limit: 1, throttle: {sre: {}}").services[0].shed, 300U);
}

TEST(AdmissionThrottle, IsOfEachReplicaForItself) {
  const auto r = calls_around("timeout: 1s", "replicas: 2, admission: {throttle: {sre: {}}}",
                              "faults: {f: {at: 0s, on: service.s, replica: 0, failure: 100%}}\n");
  // Every second call goes to the replica that fails, and to the other one all are let on.
  EXPECT_EQ(r.workloads[0].ok, 500U);
  EXPECT_GT(r.services[0].shed, 450U);
}

// --- Controlled delay ---------------------------------------------------------------------------

/// So many requests from 0 on, 10 ms apart, 20 ms of work each.
metrics::RunRecord twice_too_many(int requests, const std::string& queue) {
  return run("until: drained\nservices: {s: {workers: 1, latency: 20ms, queue: {" + queue +
             "}}}\nworkloads: {w: {to: s, arrivals: {constant: 100/s}, requests: " +
             std::to_string(requests) + "}}\n");
}

metrics::RunRecord burst(int size, const std::string& service, const std::string& rest = "") {
  const std::string n = std::to_string(size);
  return run("until: drained\nservices: {s: {" + service +
             "}}\nworkloads: {w: {to: s, arrivals: {bursts: {size: " + n +
             ", every: 1h}}, requests: " + n + "}}\n" + rest);
}

TEST(Codel, RefusesWhoHasWaitedForTheInterval) {
  // Starts at 0, 20, 40, 60, 80 and, in time, 100 ms; then the other four are refused.
  const auto r = burst(10, "workers: 1, latency: 20ms, queue: {codel: {}}");
  EXPECT_EQ(r.workloads[0].ok, 6U);
  EXPECT_EQ(r.calls[0].rejected_queue, 4U);
  EXPECT_EQ(r.workloads[0].rejected_remote, 4U);
  EXPECT_EQ(r.services[0].refused, 4U);
  EXPECT_EQ(r.services[0].shed, 4U);
  EXPECT_EQ(r.services[0].wait.max(), 100ms);
  EXPECT_EQ(r.services[0].queue_max, 9U);
  EXPECT_EQ(r.simulated, 120ms);
}

TEST(Codel, KeepsALineThatStandsToTheTarget) {
  // r(k) comes at 10 k ms. r0 to r10 start at 20 k ms, r10 after exactly 100 ms. The line has stood
  // since 20 ms. r11 is refused at 210 ms, r12 (at 120 ms the line has stood for 100 ms, no longer)
  // starts at 220 ms, r13 to r21 are refused 5 ms after they come. At 220 ms the line is empty, and
  // the same begins again with r22: nine and r32 are served, r31 and r33 to r41 are not.
  const auto r = twice_too_many(42, "codel: {}");
  EXPECT_EQ(r.workloads[0].ok, 22U);
  EXPECT_EQ(r.services[0].shed, 20U);
  EXPECT_EQ(r.services[0].wait.max(), 100ms);
  EXPECT_EQ(r.simulated, 440ms);
  EXPECT_EQ(twice_too_many(13, "codel: {}").services[0].shed, 1U);
  EXPECT_EQ(twice_too_many(14, "codel: {}").services[0].shed, 2U);
}

TEST(Codel, GoesOnWhileTheReplicaIsPaused) {
  const auto r = burst(3, "workers: 1, latency: 20ms, queue: {codel: {}}",
                       "faults: {f: {at: 0s, for: 1s, on: service.s, pause: true}}\n");
  EXPECT_EQ(r.workloads[0].ok, 0U);
  EXPECT_EQ(r.services[0].shed, 3U);
}

TEST(Codel, RefusesNobodyOfALineThatIsShort) {
  const auto r = burst(6, "workers: 1, latency: 20ms, queue: {codel: {}}");
  EXPECT_EQ(r.workloads[0].ok, 6U);
  EXPECT_EQ(r.services[0].shed, 0U);
  EXPECT_TRUE(r.services[0].sheds);
}

TEST(Codel, OfTheRfcDropsNowAndThenAsOneIsServed) {
  // One is served each millisecond from 0 on. At 5 ms the wait is 5 ms, at 105 ms it has been above
  // for 100 ms: the drops are then, at 205 ms, and at the first turns after 275.7, 333.4 and
  // 383.4 ms. At 428 ms nobody is left.
  const auto r = burst(400, "workers: 1, latency: 1ms, queue: {codel: {mode: classic}}");
  EXPECT_EQ(r.services[0].shed, 5U);
  EXPECT_EQ(r.calls[0].rejected_queue, 5U);
  EXPECT_EQ(r.workloads[0].ok, 395U);
  EXPECT_EQ(r.simulated, 395ms);
}

TEST(Codel, OfTheRfcBeginsAnewWhenSomeoneIsServedAtOnce) {
  // At 6 ms the wait is above the target; from 106 ms on that would count. At 9.5 ms all who still
  // wait give up, and the line is empty without anyone's turn. The first one of the second burst is
  // served at once, which shows that it is; so that line, above from 110 ms on, is left alone.
  const auto r = run(R"(
until: drained
services: {s: {workers: 1, latency: 6ms, when_caller_gone: cancel, queue: {codel: {mode: classic}}}}
policies: {p: {timeout: 9.5ms}}
workloads:
  patient: {to: s, arrivals: {bursts: {size: 2, every: 104ms}}, requests: 4}
  hasty: {to: s, policy: p, arrivals: {bursts: {size: 10, every: 104ms}}, requests: 20}
)");
  EXPECT_EQ(r.services[0].shed, 0U);
  EXPECT_EQ(r.services[0].cancelled, 20U);
  EXPECT_EQ(r.workloads[0].ok, 4U);
}

TEST(Codel, CanTakeOtherNumbersInMidRun) {
  // r0 to r3 came before the change and are served from 0, 20, 40 and 60 ms on. r4 and r5 come to a
  // line that stands and are refused after 1 ms, r6, r7 and r9 to one that is empty, after 2 ms. r8
  // comes at 80 ms, as r3 ends.
  const auto r = run(R"(
until: drained
services: {s: {workers: 1, latency: 20ms, queue: {codel: {}}}}
workloads: {w: {to: s, arrivals: {constant: 100/s}, requests: 10}}
faults: {f: {at: 35ms, set: {services.s.queue.codel: {target: 1ms, interval: 2ms}}}}
)");
  EXPECT_EQ(r.workloads[0].ok, 5U);
  EXPECT_EQ(r.services[0].shed, 5U);
}

// --- Adaptive LIFO ------------------------------------------------------------------------------

TEST(AdaptiveLifo, ServesTheLastOnesOnceTheLineHasStood) {
  // r0, r1 and r2 in turn, then r5 at 60 ms (the line has stood for 40 ms), r7, r6, r4 and r3.
  const auto lifo_after_30ms = twice_too_many(8, "order: adaptive_lifo, lifo_after: 30ms");
  EXPECT_EQ(lifo_after_30ms.workloads[0].latency.max(), 130ms);
  // With 40 ms r3 is served at 60 ms, in its turn; then r7, r6, r5 and r4.
  const auto lifo_after_40ms = twice_too_many(8, "order: adaptive_lifo, lifo_after: 40ms");
  EXPECT_EQ(lifo_after_40ms.workloads[0].latency.max(), 120ms);
  // With 100 ms, as it is by itself, never: the line stands from 20 to 140 ms, and r7 is alone.
  EXPECT_EQ(twice_too_many(8, "order: adaptive_lifo").workloads[0].latency.max(), 90ms);
  EXPECT_EQ(twice_too_many(8, "order: fifo").workloads[0].latency.max(), 90ms);
}

TEST(AdaptiveLifo, BesideCodelServesTheFreshAndRefusesTheOld) {
  const auto r = twice_too_many(200, "order: adaptive_lifo, codel: {}");
  const auto fifo = twice_too_many(200, "codel: {}");
  EXPECT_EQ(r.workloads[0].ok + r.services[0].shed, 200U);
  EXPECT_LE(r.services[0].wait.max(), 100ms);
  EXPECT_LE(r.workloads[0].latency.mean_ns(), fifo.workloads[0].latency.mean_ns());
}

// --- Shares of priorities -----------------------------------------------------------------------

TEST(PriorityShares, LeaveTheRestOfTheLimitToThoseAbove) {
  const auto with = [](const std::string& first, const std::string& second) {
    return run(R"(
until: drained
services: {s: {workers: 1, latency: 10ms, admission: {limit: 10, priority: {0: 50%}}}}
workloads:
  a: {to: s, priority: )" +
               first + R"(, arrivals: {bursts: {size: 8, every: 1h}}, requests: 8}
  b: {to: s, priority: )" +
               second + R"(, arrivals: {bursts: {size: 8, every: 1h}}, requests: 8}
)");
  };
  const auto low_first = with("0", "1");
  EXPECT_EQ(low_first.workloads[0].ok, 5U);
  EXPECT_EQ(low_first.workloads[1].ok, 5U);
  EXPECT_EQ(low_first.calls[0].rejected_admission, 3U);
  EXPECT_EQ(low_first.calls[1].rejected_admission, 3U);
  EXPECT_EQ(low_first.services[0].refused, 6U);
  EXPECT_EQ(low_first.services[0].shed, 3U) << "the others found no room at all";
  const auto high_first = with("1", "0");
  EXPECT_EQ(high_first.workloads[0].ok, 8U);
  EXPECT_EQ(high_first.workloads[1].ok, 0U);
  EXPECT_EQ(high_first.services[0].shed, 8U);
  // A priority below the lowest that is named has its share, and so have all of one priority.
  EXPECT_EQ(with("-3", "-7").workloads[0].ok, 5U);
  EXPECT_EQ(with("-3", "-7").workloads[1].ok, 0U);
}

TEST(PriorityShares, GoWithTheRequestThroughWhatItCalls) {
  const auto r = run(R"(
until: drained
services:
  front: {calls: [{to: back}]}
  back: {workers: 1, latency: 10ms, admission: {limit: 4, priority: {0: 25%}}}
workloads:
  low: {to: front, arrivals: {bursts: {size: 4, every: 1h}}, requests: 4}
  high: {to: front, priority: 1, arrivals: {bursts: {size: 4, every: 1h}}, requests: 4}
)");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[1].ok, 3U);
}

TEST(PriorityShares, CanChangeInMidRun) {
  const auto r = run(R"(
duration: 200ms
services: {s: {workers: 1, latency: 1ms, admission: {limit: 10, priority: {0: 50%}}}}
workloads: {w: {to: s, arrivals: {bursts: {size: 8, every: 100ms}}}}
faults: {f: {at: 50ms, set: {services.s.admission.priority: {0: 20%}}}}
)");
  EXPECT_EQ(r.workloads[0].ok, 5U + 2U);
}

// --- What a refusal says ------------------------------------------------------------------------

metrics::RunRecord refused_with(const std::string& refusal, const std::string& service) {
  return run(R"(
until: drained
services: {s: {latency: 20ms, )" +
             service + ", refusal: {" + refusal + R"(}}}
policies: {p: {retry: {max_attempts: 2, backoff: 1ms}}}
workloads: {w: {to: s, policy: p, arrivals: {bursts: {size: 2, every: 1h}}, requests: 2}}
)");
}

TEST(Refusal, SaysWhenToComeAgain) {
  for (const char* service : {"workers: 1, queue: {capacity: 0}", "admission: {limit: 1}",
                              "admission: {limit: 2, priority: {0: 50%}}"}) {
    // The second is refused at 0.
    const auto nothing = refused_with("", service);
    EXPECT_EQ(nothing.workloads[0].rejected_remote, 1U) << service;
    EXPECT_EQ(nothing.calls[0].retries, 1U) << service;
    const auto later = refused_with("pushback: 30ms", service);
    EXPECT_EQ(later.workloads[0].ok, 2U) << service;
    EXPECT_EQ(later.workloads[0].latency.max(), 50ms) << service;
    const auto never = refused_with("pushback: never", service);
    EXPECT_EQ(never.workloads[0].rejected_remote, 1U) << service;
    EXPECT_EQ(never.calls[0].retries, 0U) << service;
    EXPECT_EQ(never.calls[0].denied_pushback, 1U) << service;
  }
}

TEST(Refusal, OfTheControlledDelaySaysItToo) {
  // Refused after 10 ms in line, and served from 40 ms on.
  const auto r =
      refused_with("pushback: 30ms", "workers: 1, queue: {codel: {target: 1ms, interval: 10ms}}");
  EXPECT_EQ(r.workloads[0].latency.max(), 60ms);
  EXPECT_EQ(r.services[0].shed, 1U);
}

TEST(Refusal, SaysNothingWhereTheServiceIsDown) {
  const auto r = run(R"(
until: drained
services: {s: {refusal: {pushback: never}}}
policies: {p: {retry: {max_attempts: 2, backoff: 1ms}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
faults: {f: {at: 0s, for: 1s, on: service.s, down: refuse}}
)");
  EXPECT_EQ(r.calls[0].retries, 1U);
}

TEST(AdmissionThrottle, LearnsOfWhatComesToItsDeadlineInLine) {
  const auto r = run(R"(
duration: 5s
services: {s: {workers: 10, latency: 20ms, admission: {throttle: {sre: {k: 2, window: 2s}}}}}
policies: {p: {deadline: 100ms, propagate_deadline: true}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 2000/s}}}
)");
  EXPECT_GT(r.services[0].expired, 0U);
  EXPECT_GT(r.services[0].shed, 0U);
}

}  // namespace
}  // namespace squall::shedding_test
