// What faults do, and the network.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::faults_test {
namespace {

using namespace std::chrono_literals;

metrics::RunRecord run(const std::string& text) { return test::run("squall: 1\n" + text); }

/// A burst of so many to one service, for a second, with faults.
metrics::RunRecord burst(int size, const std::string& service, const std::string& faults,
                         const std::string& policy = "") {
  return run("duration: 1s\nservices: {s: {" + service + "}}\npolicies: {p: {" + policy +
             "}}\nworkloads: {w: {to: s, policy: p, arrivals: {bursts: {size: " +
             std::to_string(size) + ", every: 10s}}}}\nfaults: {" + faults + "}\n");
}

TEST(Network, TakesItsTimeEachWay) {
  const auto r = run(R"(
until: drained
network: {latency: 5ms}
services:
  front: {latency: 10ms, calls: [{to: back, network: {latency: 1ms}}]}
  back: {latency: 10ms}
workloads: {w: {to: front, arrivals: {constant: 1/s}, requests: 1}}
)");
  // 5 + 10 + (1 + 10 + 1) + 5.
  EXPECT_EQ(r.workloads[0].latency.max(), 32ms);
}

TEST(Network, ALostRequestHangsWithoutATimeout) {
  const auto r = run(R"(
duration: 1s
network: {loss: 100%}
services: {s: {latency: 10ms}}
workloads: {w: {to: s, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.workloads[0].unfinished, 1U);
  EXPECT_EQ(r.calls[0].lost, 1U);
  EXPECT_EQ(r.calls[0].unfinished, 1U);
  EXPECT_EQ(r.calls[0].attempts_unfinished, 1U);
  EXPECT_EQ(r.services[0].arrived, 0U);
}

TEST(Network, ALostRequestHangsUntilDrainedToo) {
  const auto r = run(R"(
until: drained
network: {loss: 100%}
services: {s: {latency: 10ms}}
workloads: {w: {to: s, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.workloads[0].unfinished, 1U);
}

TEST(Network, ALostRequestTimesOut) {
  const auto r = run(R"(
until: drained
network: {loss: 100%}
services: {s: {latency: 10ms}}
policies: {p: {timeout: 30ms, retry: {max_attempts: 2}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.simulated, 60ms);
  EXPECT_EQ(r.workloads[0].failed_timeout, 1U);
  EXPECT_EQ(r.calls[0].lost, 2U);
  EXPECT_EQ(r.calls[0].timeouts, 2U);
}

TEST(Network, ALostAnswerMakesTheWorkBeDoneAgain) {
  // The answer of 10 ms is lost; the second attempt, of 30 ms, is answered at 40 ms.
  const auto r = run(R"(
until: drained
services: {s: {latency: 10ms}}
policies: {p: {timeout: 30ms, retry: {max_attempts: 2}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
faults: {f: {at: 5ms, for: 10ms, on: call.w->s, loss: 100%}}
)");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 40ms);
  EXPECT_EQ(r.services[0].completed, 2U);
  EXPECT_EQ(r.calls[0].lost, 1U);
}

TEST(Faults, SlowACallEachWay) {
  // 2 -> 2 * 3 + 10 = 16 ms there, 5 ms of service, and 2 ms back, after the fault.
  const auto r = run(R"(
until: drained
network: {latency: 2ms}
services: {s: {latency: 5ms}}
workloads: {w: {to: s, arrivals: {constant: 1/s}, requests: 1}}
faults:
  f: {at: 0s, for: 10ms, on: call.w->s, latency: x3}
  g: {at: 0s, for: 10ms, on: call.w->s, latency: +10ms}
)");
  EXPECT_EQ(r.workloads[0].latency.max(), 23ms);
}

TEST(Faults, SlowAService) {
  const auto latency = [](const std::string& faults) {
    return burst(1, "latency: 10ms", faults).workloads[0].latency.max();
  };
  EXPECT_EQ(latency("f: {at: 0s, for: 1ms, on: service.s, latency: x4}"), 40ms);
  EXPECT_EQ(latency("f: {at: 0s, for: 1ms, on: service.s, latency: +50ms}"), 60ms);
  EXPECT_EQ(latency("f: {at: 0s, for: 1ms, on: service.s, latency: x4}, "
                    "g: {at: 0s, for: 1ms, on: service.s, latency: +50ms}"),
            90ms);
  EXPECT_EQ(latency("f: {at: 0s, for: 1ms, on: service.s, latency: x4}, "
                    "g: {at: 0s, for: 1ms, on: service.s, latency: x2}"),
            80ms);
  // Work that has started is unchanged.
  EXPECT_EQ(latency("f: {at: 5ms, for: 1ms, on: service.s, latency: x4}"), 10ms);
}

TEST(Faults, FallOnOneReplica) {
  const auto r = burst(2, "replicas: 2, latency: 10ms",
                       "f: {at: 0s, for: 1ms, on: service.s, replica: 1, latency: x4}");
  EXPECT_EQ(r.workloads[0].latency.min(), 10ms);
  EXPECT_EQ(r.workloads[0].latency.max(), 40ms);
}

TEST(Faults, MakeAServiceFail) {
  const auto r = burst(3, "latency: 10ms", "f: {at: 0s, for: 1ms, on: service.s, failure: 100%}");
  EXPECT_EQ(r.services[0].failed, 3U);
  EXPECT_EQ(r.workloads[0].failed_error, 3U);
}

TEST(Faults, TakeWorkersAway) {
  // Two of four: 10 and 20 ms.
  const auto half = burst(4, "workers: 4, latency: 10ms",
                          "f: {at: 0s, for: 100ms, on: service.s, capacity: x0.5}");
  EXPECT_DOUBLE_EQ(half.workloads[0].latency.mean_ns(), 15e6);
  // None until 100 ms.
  const auto none =
      burst(4, "workers: 4, latency: 10ms", "f: {at: 0s, for: 100ms, on: service.s, capacity: x0}");
  EXPECT_EQ(none.workloads[0].latency.min(), 110ms);
  EXPECT_EQ(none.workloads[0].latency.max(), 110ms);
  // From 5 ms on; the four at work go on, and then one of the two starts after the other.
  const auto later_on = burst(6, "workers: 4, latency: 10ms",
                              "f: {at: 5ms, for: 100ms, on: service.s, capacity: x0.25}");
  EXPECT_EQ(later_on.workloads[0].latency.max(), 30ms);
}

/// Arrivals at 0, 50, 100 and 150 ms, 30 ms of work each; down from 60 to 120 ms.
metrics::RunRecord four_around(const std::string& down, const std::string& policy) {
  return run("duration: 1s\nservices: {s: {latency: 30ms}}\npolicies: {p: {" + policy + R"(}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 20/s}, requests: 4}}
faults: {f: {at: 60ms, for: 60ms, on: service.s, down: )" +
             down + "}}\n");
}

TEST(Down, RefuseEndsRunningWorkWithAnErrorAndRefusesNewWork) {
  const auto r = four_around("refuse", "");
  EXPECT_EQ(r.workloads[0].ok, 2U);
  EXPECT_EQ(r.workloads[0].failed_error, 2U);
  EXPECT_EQ(r.services[0].arrived, 4U);
  EXPECT_EQ(r.services[0].completed, 2U);
  EXPECT_EQ(r.services[0].lost, 1U);
  EXPECT_EQ(r.services[0].refused, 1U);
  EXPECT_EQ(r.calls[0].errors, 2U);
  // 30 + 10 + 30 ms.
  EXPECT_DOUBLE_EQ(r.services[0].service_time_s, 0.07);
}

TEST(Down, BlackholeSaysNothing) {
  const auto hangs = four_around("blackhole", "");
  EXPECT_EQ(hangs.workloads[0].ok, 2U);
  EXPECT_EQ(hangs.workloads[0].unfinished, 2U);
  EXPECT_EQ(hangs.services[0].lost, 2U);
  EXPECT_EQ(hangs.services[0].refused, 0U);
  EXPECT_EQ(hangs.services[0].unfinished, 0U);

  const auto times_out = four_around("blackhole", "timeout: 200ms");
  EXPECT_EQ(times_out.workloads[0].ok, 2U);
  EXPECT_EQ(times_out.workloads[0].failed_timeout, 2U);
}

TEST(Down, EmptiesTheLine) {
  const auto r = burst(3, "workers: 1, latency: 100ms",
                       "f: {at: 50ms, for: 10ms, on: service.s, down: refuse}");
  EXPECT_EQ(r.services[0].lost, 3U);
  EXPECT_EQ(r.workloads[0].failed_error, 3U);
  EXPECT_DOUBLE_EQ(r.services[0].service_time_s, 0.05);
}

TEST(Down, AbandonsTheCallsOfItsWork) {
  const auto r = run(R"(
duration: 1s
services:
  front: {latency: 10ms, calls: [{to: back}]}
  back: {latency: 100ms, when_caller_gone: cancel}
workloads: {w: {to: front, arrivals: {constant: 1/s}, requests: 1}}
faults: {f: {at: 30ms, for: 10ms, on: service.front, down: refuse}}
)");
  EXPECT_EQ(r.workloads[0].failed_error, 1U);
  EXPECT_EQ(r.calls[1].abandoned, 1U);
  EXPECT_EQ(r.services[1].cancelled, 1U);
  EXPECT_DOUBLE_EQ(r.services[1].service_time_s, 0.02);
}

TEST(Down, OneReplicaLeavesTheOther) {
  const auto r = burst(4, "replicas: 2, latency: 10ms",
                       "f: {at: 0s, for: 5ms, on: service.s, replica: 0, down: refuse}");
  EXPECT_EQ(r.workloads[0].ok, 2U);
  EXPECT_EQ(r.services[0].refused, 2U);
}

TEST(Pause, SuspendsAndResumesExactly) {
  const auto once =
      burst(1, "latency: 100ms", "f: {at: 30ms, for: 50ms, on: service.s, pause: true}");
  EXPECT_EQ(once.workloads[0].latency.max(), 150ms);
  EXPECT_DOUBLE_EQ(once.services[0].service_time_s, 0.1);
  // 0-30, 80-100, 200-250.
  const auto twice = burst(1, "latency: 100ms",
                           "f: {at: 30ms, for: 50ms, on: service.s, pause: true}, "
                           "g: {at: 100ms, for: 100ms, on: service.s, pause: true}");
  EXPECT_EQ(twice.workloads[0].latency.max(), 250ms);
}

TEST(Pause, OverlappingOnesEndWithTheLast) {
  const auto r = burst(1, "latency: 100ms",
                       "f: {at: 30ms, for: 50ms, on: service.s, pause: true}, "
                       "g: {at: 50ms, for: 100ms, on: service.s, pause: true}");
  // 0-30, 150-220.
  EXPECT_EQ(r.workloads[0].latency.max(), 220ms);
}

TEST(Pause, HoldsTheLineAndThoseWhoArrive) {
  const auto line = burst(2, "workers: 1, latency: 100ms",
                          "f: {at: 30ms, for: 50ms, on: service.s, pause: true}");
  EXPECT_EQ(line.workloads[0].latency.max(), 250ms);
  const auto from_the_start =
      burst(2, "latency: 100ms", "f: {at: 0s, for: 50ms, on: service.s, pause: true}");
  EXPECT_EQ(from_the_start.workloads[0].latency.min(), 150ms);
  EXPECT_EQ(from_the_start.workloads[0].latency.max(), 150ms);
}

TEST(Pause, DoesNotStopTheCallersClock) {
  const auto r = burst(1, "latency: 100ms", "f: {at: 30ms, for: 50ms, on: service.s, pause: true}",
                       "timeout: 120ms");
  EXPECT_EQ(r.workloads[0].failed_timeout, 1U);
}

TEST(Pause, AnAnswerToAPausedServiceWaitsForIt) {
  // back answers at 40 ms; front is paused from 20 to 100 ms.
  const auto r = run(R"(
until: drained
services:
  front: {latency: 10ms, calls: [{to: back}, {to: back}]}
  back: {latency: 30ms}
workloads: {w: {to: front, arrivals: {constant: 1/s}, requests: 1}}
faults: {f: {at: 20ms, for: 80ms, on: service.front, pause: true}}
)");
  EXPECT_EQ(r.workloads[0].latency.max(), 130ms);
}

TEST(Rate, DoublesConstantArrivals) {
  // 10 in the first second, 20 in the second, 10 in the third.
  const auto r = run(R"(
duration: 3s
services: {s: {}}
workloads: {w: {to: s, arrivals: {constant: 10/s}}}
faults: {f: {at: 1s, for: 1s, on: workload.w, rate: x2}}
)");
  EXPECT_EQ(r.workloads[0].offered, 40U);
}

TEST(Rate, KeepsWhatHasPassedOfAnInterval) {
  // At 10/s from 0.1 s; half of the interval has passed at 0.15 s, the rest takes 25 ms: arrivals
  // at 0, 0.1 and 0.175 s.
  const auto r = run(R"(
duration: 200ms
services: {s: {}}
workloads: {w: {to: s, arrivals: {constant: 10/s}}}
faults: {f: {at: 150ms, for: 1s, on: workload.w, rate: x2}}
)");
  EXPECT_EQ(r.workloads[0].offered, 3U);
  EXPECT_EQ(r.series.interval(), 1ms);
  EXPECT_EQ(r.series.at(175, 0), 1);
}

TEST(Rate, DoublesBursts) {
  const auto r = run(R"(
duration: 3s
services: {s: {}}
workloads: {w: {to: s, arrivals: {bursts: {size: 3, every: 100ms}}}}
faults: {f: {at: 1s, for: 1s, on: workload.w, rate: x2}}
)");
  EXPECT_EQ(r.workloads[0].offered, 120U);
}

TEST(Rate, DoublesAProfile) {
  // 10/s doubled for a second, then 20/s for two.
  const auto r = run(R"(
duration: 3s
services: {s: {}}
workloads: {w: {to: s, arrivals: {profile: {process: constant, steps: [{for: 1s, rate: 10/s}, {for: 2s, rate: 20/s}]}}}}
faults: {f: {at: 0s, for: 1s, on: workload.w, rate: x2}}
)");
  EXPECT_EQ(r.workloads[0].offered, 60U);
}

TEST(Rate, OfNothingStopsArrivals) {
  const auto r = run(R"(
duration: 3s
services: {s: {}}
workloads: {w: {to: s, arrivals: {constant: 10/s}}}
faults: {f: {at: 950ms, for: 1s, on: workload.w, rate: x0}}
)");
  // At 0, 0.1 ... 0.9 s. Half an interval has passed at 0.95 s, the other half passes from 1.95 s
  // on: 2.0, 2.1 ... 2.9 s.
  EXPECT_EQ(r.workloads[0].offered, 20U);
}

TEST(Set, ChangesThePolicyWhileItRuns) {
  // Arrivals at 0, 50 ... 250 ms; those of 100 and 150 ms have one attempt, the others three.
  const auto r = run(R"(
duration: 300ms
services: {s: {failure: 100%}}
policies: {p: {retry: {max_attempts: 3}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 20/s}}}
faults: {f: {at: 100ms, for: 100ms, set: {policies.p.retry.max_attempts: 1}}}
)");
  EXPECT_EQ(r.workloads[0].offered, 6U);
  EXPECT_EQ(r.calls[0].attempts, 14U);
}

TEST(Set, ChangesWorkersWhileItRuns) {
  // One starts at 0, the two others at 50 ms.
  const auto r = burst(3, "workers: 1, latency: 100ms",
                       "f: {at: 50ms, for: 1ms, set: {services.s.workers: 3}}");
  EXPECT_EQ(r.workloads[0].latency.min(), 100ms);
  EXPECT_EQ(r.workloads[0].latency.max(), 150ms);
  EXPECT_DOUBLE_EQ(r.workloads[0].latency.mean_ns(), (100.0 + 150.0 + 150.0) * 1e6 / 3.0);
}

TEST(Set, ChangesAConsumerWhileItRuns) {
  const auto r = run(R"(
duration: 1s
services: {s: {}}
queues: {q: {}}
consumers: {c: {from: q, concurrency: 1, latency: 100ms}}
workloads: {w: {to: q, arrivals: {bursts: {size: 3, every: 10s}}}}
faults: {f: {at: 50ms, for: 10ms, set: {consumers.c.concurrency: 3}}}
)");
  EXPECT_EQ(r.workloads[0].ok, 3U);
  EXPECT_EQ(r.workloads[0].latency.max(), 150ms);
}

TEST(Set, ChangesABulkheadWhileItRuns) {
  // One at a time; from 50 ms on three.
  const auto r = burst(3, "latency: 100ms",
                       "f: {at: 50ms, for: 10ms, set: {policies.p.bulkhead.max_concurrent: 3}}",
                       "bulkhead: {max_concurrent: 1, max_wait: 10s}");
  EXPECT_EQ(r.workloads[0].ok, 3U);
  EXPECT_EQ(r.workloads[0].latency.max(), 150ms);
}

TEST(Set, OfARoomierQueueLetsTheBlockedIn) {
  // One in hand, one waits, one is blocked until 50 ms.
  const auto r = run(R"(
duration: 1s
services: {s: {calls: [{publish: q}]}}
queues: {q: {capacity: 1, overflow: block}}
consumers: {c: {from: q, concurrency: 1, latency: 100ms}}
workloads: {w: {to: s, arrivals: {bursts: {size: 3, every: 10s}}}}
faults: {f: {at: 50ms, for: 10ms, set: {queues.q.capacity: 2}}}
)");
  EXPECT_EQ(r.workloads[0].ok, 3U);
  EXPECT_EQ(r.workloads[0].latency.max(), 50ms);
}

TEST(Faults, TwoLongLatenciesDoNotOverflow) {
  for (const char* on : {"service.s", "call.w->s"}) {
    const auto r =
        run(std::string("duration: 10s\nservices: {s: {}}\n"
                        "workloads: {w: {to: s, arrivals: {constant: 10/s}}}\nfaults:\n"
                        "  f: {at: 1s, on: ") +
            on + ", latency: +2000000h}\n  g: {at: 1s, on: " + on + ", latency: +2000000h}\n");
    EXPECT_EQ(r.workloads[0].ok, 10U) << on;
    EXPECT_EQ(r.workloads[0].unfinished, 90U) << on;
  }
}

TEST(Down, ABalancerThatCountsKeepsAwayFromABlackhole) {
  // A third of the requests of a balancer that does not count goes there and times out. One that
  // counts what its callers wait for sends no more than keeps it the least busy, a few a second.
  for (const char* balance : {"least_requests", "power_of_two"}) {
    const auto r = run(std::string("duration: 10s\nservices: {s: {replicas: 3, workers: 10, "
                                   "latency: 20ms, balance: ") +
                       balance +
                       "}}\npolicies: {p: {timeout: 1s}}\n"
                       "workloads: {w: {to: s, policy: p, arrivals: {poisson: 300/s}}}\n"
                       "faults: {f: {at: 1s, on: service.s, replica: 0, down: blackhole}}\n");
    EXPECT_GT(r.workloads[0].goodput_ratio(), 0.95) << balance;
  }
}

TEST(Set, GivesAQueueAVisibilityTimeoutWhileItRuns) {
  // Handlers take 200 ms; what is leased between 1 s and 2 s comes back after 100 ms, so that each
  // of these messages is delivered more than once.
  const auto r = run(R"(
duration: 3s
queues: {q: {max_deliveries: 3}}
consumers: {c: {from: q, concurrency: 50, latency: 200ms}}
workloads: {w: {to: q, arrivals: {constant: 100/s}}}
faults: {v: {at: 1s, for: 1s, set: {queues.q.visibility_timeout: 100ms}}}
)");
  EXPECT_EQ(r.workloads[0].offered, 300U);
  EXPECT_GE(r.queues[0].expired, 100U);
  EXPECT_GT(r.queues[0].redelivered, 90U);
}

TEST(Faults, SlowTheNewsThatACallerHasGone) {
  // The request arrives at 201 ms, the caller turns away at 300 ms, which the callee learns 201 ms
  // later: 300 ms of work, cancelled.
  const auto r = run(R"(
duration: 3s
network: {latency: 1ms}
services: {s: {latency: 1s, when_caller_gone: cancel}}
policies: {p: {timeout: 300ms}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
faults: {f: {at: 0s, for: 3s, on: call.w->s, latency: +200ms}}
)");
  EXPECT_DOUBLE_EQ(r.services[0].service_time_s, 0.3);
}

/// The latency of a work in line is drawn ahead; those in line when the law changes draw anew.
TEST(Set, HoldsForWorkThatWaits) {
  const auto last_of = [](const std::string& faults) {
    return run(R"(
until: drained
services: {s: {workers: 1, latency: {exponential: 20ms}}}
workloads: {w: {to: s, arrivals: {bursts: {size: 50, every: 10s}}, requests: 50}}
)" + faults)
        .workloads[0]
        .latency.max();
  };
  const Duration slow = last_of("");
  EXPECT_GT(slow, 500ms);  // 50 of 20 ms each: 1 s, standard error 0.14 s
  const Duration fast =
      last_of("faults: {f: {at: 1ns, for: 1h, set: {services.s.latency: {exponential: 1us}}}}");
  // The one in service keeps what it drew: longer than 10 means only once in 22,000 seeds.
  EXPECT_LT(fast, 200ms);
  EXPECT_LT(fast, slow / 2);
}

}  // namespace
}  // namespace squall::faults_test
