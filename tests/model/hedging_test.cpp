// Hedges: what becomes of those that lose, and what bounds them.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::hedging_test {
namespace {

using namespace std::chrono_literals;

metrics::RunRecord run(const std::string& text) {
  return test::run("squall: 1\nduration: 10s\n" + text);
}

/// The first attempt comes to a replica that takes 100 ms, the hedge after 10 ms to one of 10 ms.
metrics::RunRecord slow_and_fast(const std::string& when_caller_gone,
                                 const std::string& hedge = "{delay: 10ms}") {
  return run("services: {s: {replicas: 2, latency: 10ms, when_caller_gone: " + when_caller_gone +
             "}}\npolicies: {p: {hedge: " + hedge +
             "}}\n"
             "workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}\n"
             "faults: {f: {at: 0s, for: 1s, on: service.s, replica: 0, latency: +90ms}}\n");
}

TEST(HedgesInUse, HaveThePolicyStateOfTheirOwnWorkload) {
  // The bulkhead of the first workload is full all the time; that of the second has room.
  const auto r = run(R"(
services: {s: {latency: 100ms}, stuck: {latency: 20s}}
policies: {p: {hedge: {delay: 10ms}, bulkhead: {max_concurrent: 2}}}
workloads:
  stuck: {to: stuck, policy: p, arrivals: {bursts: {size: 2, every: 1h}}}
  w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 3}
)");
  EXPECT_EQ(r.calls[0].rejected_bulkhead, 2U) << "a hedge of each";
  EXPECT_EQ(r.calls[1].hedges, 3U);
  EXPECT_EQ(r.calls[1].attempts, 6U);
  EXPECT_EQ(r.calls[1].rejected_bulkhead, 0U);
}

TEST(HedgesInUse, HaveThePolicyStateOfTheInstanceThatMakesTheCall) {
  // Each of the two instances has room for one attempt, which that of the call takes: as the calls
  // come one after the other, the bulkhead of the other instance is always empty.
  const auto r = run(R"(
services: {s: {latency: 100ms}}
policies: {p: {hedge: {delay: 10ms}, bulkhead: {max_concurrent: 1}, state: {instances: 2}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 4/s}, requests: 20}}
)");
  EXPECT_EQ(r.calls[0].hedges, 20U);
  EXPECT_EQ(r.calls[0].rejected_bulkhead, 20U);
  EXPECT_EQ(r.workloads[0].ok, 20U);
}

TEST(HedgesInUse, TheLoserIsFinishedForNobodyUnlessTheCalleeMinds) {
  const auto r = slow_and_fast("finish");
  EXPECT_EQ(r.workloads[0].latency.max(), 20ms);
  EXPECT_EQ(r.calls[0].hedges, 1U);
  EXPECT_EQ(r.calls[0].attempts_ok, 1U);
  EXPECT_EQ(r.calls[0].attempts_abandoned, 1U);
  EXPECT_EQ(r.services[0].completed, 2U);
  EXPECT_EQ(r.services[0].wasted, 1U);
  EXPECT_DOUBLE_EQ(r.services[0].wasted_time_s, 0.1);
}

TEST(HedgesInUse, TheLoserIsCancelledWhereTheCalleeIsToldSo) {
  const auto r = slow_and_fast("cancel");
  EXPECT_EQ(r.services[0].completed, 1U);
  EXPECT_EQ(r.services[0].wasted, 0U);
  EXPECT_EQ(r.services[0].cancelled, 1U);
  EXPECT_DOUBLE_EQ(r.services[0].wasted_time_s, 0.02) << "what it had worked off until 20 ms";
}

TEST(HedgesInUse, ALoserInLineIsSkippedWhereTheCalleeIsToldSo) {
  // One worker. The first attempt wins at 20 ms; the second is begun at that instant, before anyone
  // can know, and at 40 ms the third is not.
  const auto r = run(R"(
services: {s: {workers: 1, latency: 20ms, when_caller_gone: skip_queued}}
policies: {p: {hedge: {max_attempts: 3, delay: 5ms}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.workloads[0].latency.max(), 20ms);
  EXPECT_EQ(r.services[0].completed, 2U);
  EXPECT_EQ(r.services[0].wasted, 1U);
  EXPECT_EQ(r.services[0].skipped, 1U);
  EXPECT_DOUBLE_EQ(r.services[0].wasted_time_s, 0.02);
}

TEST(HedgesInUse, WithoutAnEndOfTheDelayTheyComeInTurn) {
  const auto r = run(R"(
services: {s: {latency: 10ms, failure: 100%}}
policies: {p: {hedge: {max_attempts: 3, delay: forever}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.calls[0].hedges, 2U);
  EXPECT_EQ(slow_and_fast("finish", "{delay: forever}").calls[0].hedges, 0U);
}

TEST(HedgesInUse, ThePresetsOfProducts) {
  EXPECT_EQ(slow_and_fast("finish", "{preset: polly}").calls[0].hedges, 0U) << "2 s";
  EXPECT_EQ(slow_and_fast("finish", "{preset: polly, delay: 10ms}").calls[0].hedges, 1U);
  EXPECT_EQ(slow_and_fast("finish", "{preset: envoy, delay: 10ms}").calls[0].hedges, 1U);
  EXPECT_EQ(slow_and_fast("finish", "{preset: brpc, delay: 10ms}").calls[0].hedges, 1U);
  EXPECT_EQ(slow_and_fast("finish", "{preset: grpc}").calls[0].hedges, 0U) << "500 ms";
}

TEST(HedgesInUse, GrpcsThrottleStopsThem) {
  // Proposal A6: a failure takes a token, and at half of them nothing more is hedged.
  const auto hedges = [](int tokens) {
    return run(
        "services: {s: {latency: 5ms, failure: 100%}}\n"
        "policies: {p: {hedge: {max_attempts: 5, delay: 10ms}, budget: {grpc: {max_tokens: " +
        std::to_string(tokens) +
        ", token_ratio: 0.1}}}}\n"
        "workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}\n");
  };
  const auto two = hedges(2);
  EXPECT_EQ(two.calls[0].hedges, 0U) << "one of two is left";
  EXPECT_EQ(two.calls[0].denied_budget, 1U);
  const auto six = hedges(6);
  EXPECT_EQ(six.calls[0].hedges, 2U) << "5 and 4 of 6 are more than half, 3 are not";
  EXPECT_EQ(six.calls[0].denied_budget, 1U);
  EXPECT_EQ(hedges(100).calls[0].hedges, 4U);
}

TEST(HedgesInUse, EnvoysBudgetTakesThemForRetries) {
  const auto r = run(R"(
services: {s: {latency: 100ms}}
policies: {p: {hedge: {delay: 10ms}, budget: {envoy: {percent: 0%, min_concurrency: 1}}}}
workloads: {w: {to: s, policy: p, arrivals: {bursts: {size: 3, every: 1s}}, requests: 3}}
)");
  EXPECT_EQ(r.calls[0].hedges, 1U);
  EXPECT_EQ(r.calls[0].denied_budget, 2U);
  EXPECT_EQ(r.workloads[0].ok, 3U) << "the first attempts go on";
}

TEST(HedgesInUse, EnvoysBudgetGetsThemBack) {
  // One at a time, each a second after the other.
  const auto r = run(R"(
services: {s: {latency: 100ms}}
policies: {p: {hedge: {delay: 10ms}, budget: {envoy: {percent: 0%, min_concurrency: 1}}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 3}}
)");
  EXPECT_EQ(r.calls[0].hedges, 3U);
  EXPECT_EQ(r.calls[0].denied_budget, 0U);
}

}  // namespace
}  // namespace squall::hedging_test
