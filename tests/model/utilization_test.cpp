// What utilization is where workers come and go: busy time over the time of the workers there were.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::utilization_test {
namespace {

metrics::RunRecord run(const std::string& text) { return test::run("squall: 1\n" + text); }

/// One service for so long, under these arrivals, with such faults.
metrics::ServiceRecord served(const std::string& duration, const std::string& service,
                              const std::string& arrivals, const std::string& faults) {
  const auto r =
      run("duration: " + duration + "\nservices: {s: {" + service +
          "}}\nworkloads: {w: {to: s, arrivals: {" + arrivals + "}}}\nfaults: {" + faults + "}\n");
  return r.services.at(0);
}

TEST(Utilization, IsOneWhereAllWorkersAreBusyHoweverManyThereAre) {
  // One for 5 s, three from then on.
  const auto more = served("10s", "workers: 1, latency: 100ms", "constant: 100/s",
                           "f: {at: 5s, set: {services.s.workers: 3}}");
  EXPECT_DOUBLE_EQ(more.mean_in_service, 2.0);
  EXPECT_DOUBLE_EQ(more.utilization, 1.0);
  const auto doubled =
      served("10s", "workers: 2, latency: 100ms", "bursts: {size: 1000, every: 1h}",
             "f: {at: 5s, on: service.s, capacity: x2}");
  EXPECT_DOUBLE_EQ(doubled.mean_in_service, 3.0);
  EXPECT_DOUBLE_EQ(doubled.utilization, 1.0);
  const auto halved = served("10s", "workers: 2, latency: 100ms", "bursts: {size: 1000, every: 1h}",
                             "f: {at: 5s, on: service.s, capacity: x0.5}");
  EXPECT_DOUBLE_EQ(halved.mean_in_service, 1.51);  // what both began at 5 s is done at 5.1 s
  EXPECT_DOUBLE_EQ(halved.utilization, 1.0);
}

TEST(Utilization, IsBusyTimeOverTheTimeOfTheWorkers) {
  // 20 at a time are busy, of 40 for 2 s and of 100 for 8 s.
  const auto r = served("10s", "workers: 40, latency: 1s", "constant: 20/s",
                        "f: {at: 2s, set: {services.s.workers: 100}}");
  const double busy_s = 20 * 9.0 + (20 * 20 / 2) / 20.0 + 0.5;  // 1, 2 ... 20 in the first second
  EXPECT_NEAR(r.mean_in_service, busy_s / 10, 1e-9);
  EXPECT_NEAR(r.utilization, busy_s / (40 * 2 + 100 * 8), 1e-9);
}

/// M/M/2 for half of the run and M/M/4 for the other: whoever waits, 1.5 workers are busy on
/// average, of 3.
TEST(Utilization, IsTheLoadOverTheMeanNumberOfWorkers) {
  const auto r = served("40000s", "workers: 2, latency: {exponential: 1s}", "poisson: 1.5/s",
                        "f: {at: 20000s, set: {services.s.workers: 4}}");
  EXPECT_NEAR(r.mean_in_service, 1.5, 0.03);
  EXPECT_DOUBLE_EQ(r.utilization, r.mean_in_service / 3);
}

TEST(Utilization, CountsAWorkerThatIsTakenAwayUntilItIsFree) {
  // Four are busy for 10 s. From 5 s on there is to be one, and at 10 s, with nobody in line, there
  // is: 4 x 10 + 1 x 10 of the workers' seconds, of which 40 were busy.
  const auto idle = served("20s", "workers: 4, latency: 10s", "bursts: {size: 4, every: 1000s}",
                           "f: {at: 5s, set: {services.s.workers: 1}}");
  EXPECT_DOUBLE_EQ(idle.mean_in_service, 2.0);
  EXPECT_DOUBLE_EQ(idle.utilization, 0.8);
  // The same where the one goes on with somebody who waits.
  const auto busy = served("20s", "workers: 4, latency: 10s", "bursts: {size: 9, every: 1000s}",
                           "f: {at: 5s, set: {services.s.workers: 1}}");
  EXPECT_DOUBLE_EQ(busy.mean_in_service, 2.5);
  EXPECT_DOUBLE_EQ(busy.utilization, 1.0);
  // And where they come back before they were free.
  const auto back = served("20s", "workers: 4, latency: 10s", "bursts: {size: 4, every: 1000s}",
                           "f: {at: 5s, for: 2s, set: {services.s.workers: 1}}");
  EXPECT_DOUBLE_EQ(back.utilization, 0.5);
}

/// The same off the express way: where a caller may give up, and work is cancelled.
TEST(Utilization, CountsAWorkerThatIsTakenAwayUntilItsWorkIsCancelled) {
  const auto r = run(R"(
duration: 20s
services: {s: {workers: 4, latency: 15s, when_caller_gone: cancel}}
policies: {p: {timeout: 10s}}
workloads: {w: {to: s, policy: p, arrivals: {bursts: {size: 4, every: 1000s}}}}
faults: {f: {at: 5s, on: service.s, capacity: x0.25}}
)");
  EXPECT_DOUBLE_EQ(r.services[0].mean_in_service, 2.0);
  EXPECT_DOUBLE_EQ(r.services[0].utilization, 0.8);
}

TEST(Utilization, CountsTheWorkersOfAReplicaThatLosesSome) {
  // Two replicas of two; one is left with one from 5 s on. Two of the four are busy for 4 s.
  const auto r =
      served("10s", "replicas: 2, workers: 2, latency: 4s", "bursts: {size: 2, every: 1000s}",
             "f: {at: 5s, on: service.s, replica: 1, capacity: x0.5}");
  EXPECT_DOUBLE_EQ(r.utilization, 8.0 / (4 * 5 + 3 * 5));
}

TEST(Utilization, IsOfTheTimeAfterTheWarmup) {
  // 2 s with one, then 3 s with two, all of them busy; before, there were four.
  const auto r = run(R"(
duration: 10s
warmup: 5s
services: {s: {workers: 4, latency: 1s}}
workloads: {w: {to: s, arrivals: {constant: 100/s}}}
faults:
  less: {at: 3s, for: 4s, set: {services.s.workers: 1}}
  then: {at: 7s, set: {services.s.workers: 2}}
)");
  EXPECT_DOUBLE_EQ(r.services[0].mean_in_service, (2 * 1 + 3 * 2) / 5.0);
  EXPECT_DOUBLE_EQ(r.services[0].utilization, 1.0);
}

TEST(Utilization, IsZeroWithoutANumberOfWorkers) {
  const std::string until_5s = "f: {at: 5s, set: {services.s.workers: 2}}";
  const auto was_unlimited =
      served("10s", "workers: unlimited, latency: 1s", "constant: 1/s", until_5s);
  EXPECT_EQ(was_unlimited.utilization, 0.0);
  const auto is_unlimited = served("10s", "workers: 2, latency: 1s", "constant: 1/s",
                                   "f: {at: 5s, set: {services.s.workers: unlimited}}");
  EXPECT_EQ(is_unlimited.utilization, 0.0);
  const auto only_in_warmup = run(R"(
duration: 10s
warmup: 5s
services: {s: {workers: unlimited, latency: 1s}}
workloads: {w: {to: s, arrivals: {constant: 100/s}}}
faults: {f: {at: 5s, set: {services.s.workers: 2}}}
)");
  EXPECT_DOUBLE_EQ(only_in_warmup.services[0].utilization, 1.0);
}

TEST(Utilization, IsZeroWhereThereIsNoWorker) {
  const auto r = served("10s", "workers: 2, latency: 1s", "constant: 1/s",
                        "f: {at: 0s, on: service.s, capacity: x0}");
  EXPECT_EQ(r.utilization, 0.0);
}

}  // namespace
}  // namespace squall::utilization_test
