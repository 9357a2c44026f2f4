// Workers, lines, replicas, calls of a service, and what a request costs.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::services_test {
namespace {

using namespace std::chrono_literals;

metrics::RunRecord run(const std::string& text) { return test::run("squall: 1\n" + text); }

/// So many requests at once to one service.
metrics::RunRecord burst(int size, const std::string& service, const std::string& rest = "") {
  const std::string n = std::to_string(size);
  return run("until: drained\nservices: {s: {" + service +
             "}}\nworkloads: {w: {to: s, arrivals: {bursts: {size: " + n +
             ", every: 1s}}, requests: " + n + "}}\n" + rest);
}

/// a, b and c arrive in this order at 0 and need 10 ms each of the one worker; c has priority.
metrics::RunRecord three_in_line(const std::string& order) {
  return run(R"(
until: drained
services: {s: {workers: 1, queue: {order: )" +
             order + R"(}, latency: 10ms}}
workloads:
  a: {to: s, arrivals: {constant: 1/s}, requests: 1}
  b: {to: s, arrivals: {constant: 1/s}, requests: 1}
  c: {to: s, priority: 5, arrivals: {constant: 1/s}, requests: 1}
  d: {to: s, priority: 5, arrivals: {constant: 1/s}, requests: 1}
)");
}

TEST(Line, IsServedInTheOrderOfArrival) {
  const auto r = three_in_line("fifo");
  EXPECT_EQ(r.workloads[0].latency.max(), 10ms);
  EXPECT_EQ(r.workloads[1].latency.max(), 20ms);
  EXPECT_EQ(r.workloads[2].latency.max(), 30ms);
  EXPECT_EQ(r.workloads[3].latency.max(), 40ms);
}

TEST(Line, IsServedFromTheEndWithLifo) {
  const auto r = three_in_line("lifo");
  EXPECT_EQ(r.workloads[0].latency.max(), 10ms);
  EXPECT_EQ(r.workloads[3].latency.max(), 20ms);
  EXPECT_EQ(r.workloads[2].latency.max(), 30ms);
  EXPECT_EQ(r.workloads[1].latency.max(), 40ms);
}

TEST(Line, IsServedByPriorityAndWithinAClassByArrival) {
  // a was alone when it came, and work under way is not interrupted.
  const auto r = three_in_line("priority");
  EXPECT_EQ(r.workloads[0].latency.max(), 10ms);
  EXPECT_EQ(r.workloads[2].latency.max(), 20ms);
  EXPECT_EQ(r.workloads[3].latency.max(), 30ms);
  EXPECT_EQ(r.workloads[1].latency.max(), 40ms);
}

TEST(Line, RefusesWhenItIsFull) {
  // One in service, two in line.
  const auto r = burst(5, "workers: 1, queue: {capacity: 2}, latency: 10ms");
  EXPECT_EQ(r.workloads[0].ok, 3U);
  EXPECT_EQ(r.workloads[0].rejected_remote, 2U);
  EXPECT_EQ(r.calls[0].attempts, 5U);
  EXPECT_EQ(r.calls[0].rejected_queue, 2U);
  EXPECT_EQ(r.services[0].refused, 2U);
  EXPECT_EQ(r.services[0].queue_max, 2U);
  EXPECT_EQ(r.services[0].wait.max(), 20ms);
  EXPECT_EQ(r.services[0].wait.count(), 3U);
}

TEST(Admission, LimitsAllThatAreInside) {
  const auto r = burst(5, "workers: 1, latency: 10ms, admission: {limit: 2}");
  EXPECT_EQ(r.workloads[0].ok, 2U);
  EXPECT_EQ(r.workloads[0].rejected_remote, 3U);
  EXPECT_EQ(r.calls[0].rejected_admission, 3U);
  EXPECT_EQ(r.calls[0].rejected_queue, 0U);
}

TEST(Admission, CountsThoseWhoWaitForTheirCalls) {
  // With their workers released they are inside all the same.
  const auto r = run(R"(
until: drained
services:
  front: {workers: 1, during_calls: release, admission: {limit: 2}, calls: [{to: back}]}
  back: {latency: 10ms}
workloads: {w: {to: front, arrivals: {bursts: {size: 5, every: 1s}}, requests: 5}}
)");
  EXPECT_EQ(r.workloads[0].ok, 2U);
  EXPECT_EQ(r.calls[0].rejected_admission, 3U);
}

TEST(Replicas, RoundRobinSplitsEvenly) {
  // Two each, then one more.
  EXPECT_EQ(burst(6, "replicas: 3, workers: 1, latency: 10ms").workloads[0].latency.max(), 20ms);
  EXPECT_EQ(burst(7, "replicas: 3, workers: 1, latency: 10ms").workloads[0].latency.max(), 30ms);
  EXPECT_EQ(burst(6, "replicas: 3, workers: 1, latency: 10ms").services[0].queue_max, 1U);
}

TEST(Replicas, LeastRequestsLevels) {
  for (int seed = 1; seed <= 20; ++seed) {
    const auto r = burst(12, "replicas: 4, balance: least_requests, workers: 1, latency: 10ms",
                         "seed: " + std::to_string(seed) + "\n");
    EXPECT_EQ(r.workloads[0].latency.max(), 30ms) << seed;
  }
}

TEST(Replicas, PowerOfTwoAsksTwoDistinctOnes) {
  // Of two replicas it always sees both; with the same one twice it would miss.
  for (int seed = 1; seed <= 20; ++seed) {
    const auto r = burst(20, "replicas: 2, balance: power_of_two, workers: 1, latency: 10ms",
                         "seed: " + std::to_string(seed) + "\n");
    EXPECT_EQ(r.workloads[0].latency.max(), 100ms) << seed;
  }
}

TEST(Replicas, RandomReachesAll) {
  const auto r = burst(64, "replicas: 2, balance: random, workers: 1, latency: 10ms");
  EXPECT_GE(r.workloads[0].latency.max(), 320ms);
  EXPECT_LT(r.workloads[0].latency.max(), 640ms);
}

TEST(DuringCalls, HoldKeepsTheWorkerAndReleaseFreesIt) {
  const auto with = [](const std::string& rule) {
    return run(R"(
until: drained
services:
  front: {workers: 1, during_calls: )" +
               rule + R"(, latency: 10ms, calls: [{to: back}]}
  back: {latency: 90ms}
workloads: {w: {to: front, arrivals: {bursts: {size: 2, every: 1s}}, requests: 2}}
)");
  };
  const auto hold = with("hold");
  EXPECT_EQ(hold.workloads[0].latency.max(), 200ms);
  EXPECT_DOUBLE_EQ(hold.services[0].utilization, 1.0);
  // The second works from 10 to 20 ms and calls until 110 ms.
  const auto release = with("release");
  EXPECT_EQ(release.workloads[0].latency.max(), 110ms);
  EXPECT_DOUBLE_EQ(release.services[0].utilization, 20.0 / 110.0);
}

TEST(Calls, InOrderAddUpAndInParallelTheLongestCounts) {
  const auto with = [](const std::string& calls) {
    return run(R"(
until: drained
services:
  front: {latency: 10ms, calls: )" +
               calls + R"(}
  b: {latency: 20ms}
  c: {latency: 30ms}
workloads: {w: {to: front, arrivals: {constant: 1/s}, requests: 1}}
)")
        .workloads[0]
        .latency.max();
  };
  EXPECT_EQ(with("[{to: b}, {to: c}]"), 60ms);
  EXPECT_EQ(with("[{parallel: [{to: b}, {to: c}]}]"), 40ms);
  EXPECT_EQ(with("[{parallel: [{to: b}, {to: c}]}, {to: b}]"), 60ms);
  EXPECT_EQ(with("[{to: b}, {to: b}]"), 50ms);
}

constexpr const char* with_a_bad_one = R"(
  bad: {latency: 5ms, failure: 100%}
  slow: {latency: 100ms, when_caller_gone: cancel}
workloads: {w: {to: front, arrivals: {constant: 1/s}, requests: 1}}
)";

TEST(Calls, AFailureAbandonsTheSiblingsAndSkipsTheRest) {
  // front 0-10; bad fails at 15 ms.
  const auto r = run(std::string(R"(
until: drained
services:
  front: {latency: 10ms, calls: [{parallel: [{to: bad}, {to: slow}]}, {to: slow}]})") +
                     with_a_bad_one);
  EXPECT_EQ(r.simulated, 15ms);
  EXPECT_EQ(r.workloads[0].failed_error, 1U);
  EXPECT_EQ(r.services[0].failed, 1U);
  EXPECT_EQ(r.calls[2].name, "front->slow");
  EXPECT_EQ(r.calls[2].abandoned, 1U);
  EXPECT_EQ(r.calls[2].attempts_abandoned, 1U);
  EXPECT_EQ(r.calls[3].requests, 0U);
}

TEST(Calls, TheAbandonedSiblingLearnsIt) {
  const auto r = run(std::string(R"(
duration: 1s
services:
  front: {latency: 10ms, calls: [{parallel: [{to: bad}, {to: slow}]}]})") +
                     with_a_bad_one);
  EXPECT_EQ(r.services[2].cancelled, 1U);
  EXPECT_DOUBLE_EQ(r.services[2].service_time_s, 0.005);
}

TEST(Calls, OnFailureContinueGoesOn) {
  // 10 + max(5, 100) + 100 ms.
  const auto r = run(std::string(R"(
until: drained
services:
  front: {latency: 10ms, calls: [{parallel: [{to: bad, on_failure: continue}, {to: slow}]}, {to: slow}]})") +
                     with_a_bad_one);
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 210ms);
  EXPECT_EQ(r.calls[1].errors, 1U);
}

TEST(Calls, AServiceThatFailsMakesNone) {
  const auto r = run(R"(
until: drained
services:
  front: {latency: 10ms, failure: 100%, calls: [{to: back}]}
  back: {latency: 10ms}
workloads: {w: {to: front, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.simulated, 10ms);
  EXPECT_EQ(r.calls[1].requests, 0U);
}

TEST(Calls, AreLeftOutBelowTheirDepth) {
  // w->s is depth 1; s calls itself at depth 2 and 3.
  const auto r = run(R"(
until: drained
services: {s: {latency: 10ms, calls: [{to: s, max_depth: 3}]}}
workloads: {w: {to: s, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.services[0].completed, 3U);
  EXPECT_EQ(r.workloads[0].latency.max(), 30ms);
}

TEST(DemandAt, IsTheInstantThatPrices) {
  // One worker, 20 ms each: the second arrives at 0 and starts at 20 ms, in the fault.
  const auto at = [](const std::string& word) {
    return burst(2, "workers: 1, latency: 20ms, demand_at: " + word,
                 "faults: {f: {at: 15ms, for: 10ms, on: service.s, latency: x10}}\n");
  };
  EXPECT_EQ(at("start").workloads[0].latency.max(), 220ms);
  EXPECT_EQ(at("arrival").workloads[0].latency.max(), 40ms);
  // The other way round: both arrive in the fault, one starts in it.
  const auto early = [](const std::string& word) {
    return burst(2, "workers: 1, latency: 20ms, demand_at: " + word,
                 "faults: {f: {at: 0s, for: 10ms, on: service.s, latency: x10}}\n");
  };
  EXPECT_EQ(early("start").workloads[0].latency.max(), 220ms);
  EXPECT_EQ(early("arrival").workloads[0].latency.max(), 400ms);
}

TEST(Overload, AddsLatencyForEachUnitOfLoadAboveOne) {
  // In service at their starts: 1, 2, 3, 4; load 0.5, 1, 1.5, 2; 10, 10, 15, 20 ms.
  const auto r = burst(4, "latency: 10ms, overload: {capacity: 2, latency: 10ms}");
  EXPECT_EQ(r.workloads[0].latency.min(), 10ms);
  EXPECT_EQ(r.workloads[0].latency.max(), 20ms);
  EXPECT_DOUBLE_EQ(r.workloads[0].latency.mean_ns(), 13.75e6);
}

TEST(Overload, AddsFailureUpToItsBound) {
  // Load 1 and 2: the second fails for sure.
  EXPECT_EQ(burst(2, "latency: 10ms, overload: {capacity: 1, failure: 100%}").workloads[0].failed,
            1U);
  EXPECT_EQ(burst(2, "latency: 10ms, overload: {capacity: 1, failure: 100%, max_failure: 0%}")
                .workloads[0]
                .ok,
            2U);
}

TEST(Overload, ShrinksWithTheCapacityOfAFault) {
  // Capacity 4 is enough for four; x0.5 makes the load of the last 2: 10 + 10 ms.
  const auto r = burst(4, "latency: 10ms, overload: {capacity: 4, latency: 10ms}",
                       "faults: {f: {at: 0s, for: 1ms, on: service.s, capacity: x0.5}}\n");
  EXPECT_EQ(r.workloads[0].latency.max(), 20ms);
}

TEST(Failure, MayComeAfterATimeOfItsOwn) {
  const auto r = burst(1, "latency: 50ms, failure: [{p: 100%, as: unavailable, after: 2ms}]");
  EXPECT_EQ(r.simulated, 2ms);
  EXPECT_EQ(r.services[0].failed, 1U);
  EXPECT_DOUBLE_EQ(r.services[0].service_time_s, 0.002);
}

TEST(CallerGone, NewsThatComesTooLateDoesNotHitTheNextWorkInItsPlace) {
  // The hasty caller gives up at 20 ms; its work is over at 25 ms, and what it stood in is used
  // again by the request of 26 ms. The news is there at 30 ms.
  const auto r = run(R"(
until: drained
network: {latency: 10ms}
services: {s: {latency: 15ms, when_caller_gone: cancel}}
policies: {hasty: {timeout: 20ms}}
workloads:
  hasty: {to: s, policy: hasty, arrivals: {constant: 1/s}, requests: 1}
  patient: {to: s, arrivals: {bursts: {size: 1, every: 26ms}}, requests: 2}
)");
  EXPECT_EQ(r.workloads[0].failed, 1U);
  EXPECT_EQ(r.workloads[1].ok, 2U);
  EXPECT_EQ(r.services[0].completed, 3U);
  EXPECT_EQ(r.services[0].wasted, 1U);
  EXPECT_EQ(r.services[0].cancelled, 0U);
}

TEST(Averages, AreOverTheWholeRun) {
  const auto r = run(R"(
duration: 1s
services: {s: {workers: 2, latency: 100ms}}
workloads: {w: {to: s, arrivals: {bursts: {size: 3, every: 10s}}}}
)");
  // Two for 100 ms, one for 200 ms, half of which it waits.
  EXPECT_DOUBLE_EQ(r.services[0].mean_in_system, 0.4);
  EXPECT_DOUBLE_EQ(r.services[0].mean_in_service, 0.3);
  EXPECT_DOUBLE_EQ(r.services[0].utilization, 0.15);
}

}  // namespace
}  // namespace squall::services_test
