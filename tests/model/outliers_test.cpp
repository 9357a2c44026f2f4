// Outlier ejection around calls that are made: what counts as a failure of a replica, who is
// passed over and until when, and what the balancer does then.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::outliers_test {
namespace {

using namespace std::chrono_literals;

/// Calls at 0, 10, 20 ... ms to five replicas, of which the first fails at once; each takes 1 ms.
std::string one_sick(const std::string& outlier, const std::string& balance = "round_robin",
                     const std::string& fault = "failure: 100%") {
  return "squall: 1\nduration: 1s\n"
         "services: {s: {replicas: 5, balance: " +
         balance +
         ", latency: 1ms}}\n"
         "policies: {p: {timeout: 5ms, outlier: {envoy: {" +
         outlier +
         "}}}}\n"
         "workloads: {w: {to: s, policy: p, arrivals: {constant: 100/s}}}\n"
         "faults:\n  f: {at: 0s, on: service.s, replica: 0, " +
         fault + "}\n";
}

TEST(OutliersInUse, TheReplicaIsPassedOverOnceItFailedSoOftenInARow) {
  // Round robin: calls 0, 5, 10 come to the sick one and fail; then it is out for the second.
  const auto r = test::run(one_sick("consecutive_5xx: 3, max_ejection_percent: 20%"));
  EXPECT_EQ(r.workloads[0].offered, 100U);
  EXPECT_EQ(r.workloads[0].failed, 3U);
  EXPECT_EQ(r.calls[0].ejections, 1U);
  EXPECT_EQ(r.calls[0].not_ejected, 0U);
  EXPECT_EQ(r.calls[0].panics, 0U);
  EXPECT_TRUE(r.calls[0].has_outlier);
}

TEST(OutliersInUse, TakesOfTheOthersAllAlike) {
  // Errors after 1 ms, so that the answers of the five come in turn; nine of ten come to four.
  const auto r = test::run(one_sick("consecutive_5xx: 1, max_ejection_percent: 20%"));
  EXPECT_EQ(r.workloads[0].failed, 1U);
  EXPECT_EQ(r.services[0].arrived, 100U);
}

TEST(OutliersInUse, ItReturnsAtATickAndIsTriedAgain) {
  // Out from 1 ms on for 150 ms, until the tick at 200 ms. The next in turn that comes to it fails
  // at once again, and it is out for 300 ms: until the tick at 600 ms, and then for 450 ms.
  const auto r =
      test::run(one_sick("consecutive_5xx: 1, max_ejection_percent: 20%, interval: 100ms, "
                         "base_ejection_time: 150ms"));
  EXPECT_EQ(r.calls[0].ejections, 3U);
  EXPECT_EQ(r.workloads[0].failed, 3U);
}

TEST(OutliersInUse, EveryBalancerPassesItOver) {
  for (const char* balance : {"round_robin", "random", "least_requests", "power_of_two"}) {
    const auto r = test::run(one_sick("consecutive_5xx: 1, max_ejection_percent: 20%", balance));
    EXPECT_EQ(r.workloads[0].failed, 1U) << balance;
    EXPECT_EQ(r.calls[0].ejections, 1U) << balance;
  }
}

TEST(OutliersInUse, TimeoutsCountAndSoDoRefusals) {
  for (const char* fault : {"down: blackhole", "down: refuse", "latency: +1s"}) {
    const auto r =
        test::run(one_sick("consecutive_5xx: 2, max_ejection_percent: 20%", "round_robin", fault));
    EXPECT_EQ(r.workloads[0].failed, 2U) << fault;
    EXPECT_EQ(r.calls[0].ejections, 1U) << fault;
  }
}

TEST(OutliersInUse, GatewayFailuresAreWhatIsNotTheReplicasOwn) {
  const std::string only_gateway =
      "max_ejection_percent: 20%, consecutive_gateway_failure: 2, "
      "enforcing: {consecutive_5xx: 0%, consecutive_gateway_failure: 100%}";
  for (const char* fault : {"down: blackhole", "down: refuse"}) {
    const auto r = test::run(one_sick(only_gateway, "round_robin", fault));
    EXPECT_EQ(r.calls[0].ejections, 1U) << fault;
  }
  // An error of its own is none.
  const auto own = test::run(
      "squall: 1\nduration: 1s\n"
      "services: {s: {replicas: 5, failure: 100%}}\n"
      "policies: {p: {outlier: {envoy: {" +
      only_gateway +
      "}}}}\n"
      "workloads: {w: {to: s, policy: p, arrivals: {constant: 100/s}}}\n");
  EXPECT_EQ(own.calls[0].ejections, 0U);
}

TEST(OutliersInUse, WhatOnDoesNotNameIsASuccess) {
  const auto r =
      test::run(one_sick("consecutive_5xx: 2, max_ejection_percent: 20%, on: [timeout]"));
  EXPECT_EQ(r.calls[0].ejections, 0U);
  EXPECT_EQ(r.workloads[0].failed, 20U);
}

TEST(OutliersInUse, ADeadlineCountsAsATimeout) {
  const std::string text =
      "squall: 1\nduration: 1s\n"
      "services: {s: {replicas: 5, latency: 1ms}}\n"
      "policies: {p: {deadline: 5ms, outlier: {envoy: {consecutive_5xx: 2, "
      "max_ejection_percent: 20%}}}}\n"
      "workloads: {w: {to: s, policy: p, arrivals: {constant: 100/s}}}\n"
      "faults: {f: {at: 0s, on: service.s, replica: 0, latency: +1s}}\n";
  EXPECT_EQ(test::run(text).workloads[0].failed_deadline, 2U);
}

TEST(OutliersInUse, WithTheDefaultsNoneOfFiveIsEverEjected) {
  const auto r = test::run(one_sick(""));
  EXPECT_EQ(r.calls[0].ejections, 0U);
  EXPECT_EQ(r.calls[0].not_ejected, 4U) << "20 failures of the sick one, five in a row each";
  EXPECT_EQ(r.workloads[0].failed, 20U);
}

TEST(OutliersInUse, PanicsAndTakesAllWhereMostAreOut) {
  // All fail: three of five are out when 40 % are left, and all are taken again.
  const auto r = test::run(
      "squall: 1\nduration: 1s\n"
      "services: {s: {replicas: 5, latency: 1ms, failure: 100%}}\n"
      "policies: {p: {outlier: {envoy: {consecutive_5xx: 1, max_ejection_percent: 60%}}}}\n"
      "workloads: {w: {to: s, policy: p, arrivals: {constant: 100/s}}}\n");
  EXPECT_EQ(r.calls[0].ejections, 3U);
  EXPECT_EQ(r.calls[0].panics, 97U);
}

TEST(OutliersInUse, OneReplicaIsNeverPassedOver) {
  const auto r = test::run(
      "squall: 1\nduration: 1s\n"
      "services: {s: {latency: 1ms, failure: 100%}}\n"
      "policies: {p: {outlier: {envoy: {consecutive_5xx: 1, always_eject_one_host: true}}}}\n"
      "workloads: {w: {to: s, policy: p, arrivals: {constant: 100/s}}}\n");
  EXPECT_EQ(r.services[0].arrived, 100U);
  EXPECT_FALSE(r.calls[0].has_outlier);
}

TEST(OutliersInUse, EachCallerHasAViewOfItsOwnUnlessTheyShareOne) {
  const auto run_with = [](const std::string& per) {
    return test::run(
        "squall: 1\nduration: 1s\n"
        "services: {s: {replicas: 2, latency: 1ms}}\n"
        "policies: {p: {state: {per: " +
        per +
        "}, outlier: {envoy: {consecutive_5xx: 1, max_ejection_percent: 50%}}}}\n"
        "workloads:\n"
        "  a: {to: s, policy: p, arrivals: {constant: 100/s}}\n"
        "  b: {to: s, policy: p, arrivals: {constant: 100/s}}\n"
        "faults: {f: {at: 0s, on: service.s, replica: 0, failure: 100%}}\n");
  };
  // One balancer for both: a comes to the sick one, b to the other, until a passes it over.
  const auto own = run_with("edge");
  EXPECT_EQ(own.calls[0].ejections, 1U);
  EXPECT_EQ(own.calls[1].ejections, 1U);
  const auto shared = run_with("callee");
  EXPECT_EQ(shared.calls[0].ejections, 1U);
  EXPECT_FALSE(shared.calls[1].has_outlier) << "the state stands at the first edge";
  EXPECT_EQ(shared.workloads[0].failed + shared.workloads[1].failed, 1U);
}

TEST(OutliersInUse, CountsFromTheEndOfTheWarmUpOn) {
  const std::string text = one_sick(
      "consecutive_5xx: 1, max_ejection_percent: 20%, interval: 100ms, "
      "base_ejection_time: 150ms");
  const auto r = test::run(text + "warmup: 100ms\n");
  EXPECT_EQ(r.calls[0].ejections, 2U) << "the first was in the warm-up";
}

TEST(OutliersInUse, NewNumbersHoldFromWhenTheyAreSet) {
  const auto r = test::run(one_sick("consecutive_5xx: 0, max_ejection_percent: 20%") +
                           "  set: {at: 500ms, "
                           "set: {policies.p.outlier.envoy.consecutive_5xx: 1}}\n");
  EXPECT_EQ(r.calls[0].ejections, 0U) << "its count has long gone past one";
  const auto later = test::run(one_sick("consecutive_5xx: 0, max_ejection_percent: 20%",
                                        "round_robin", "for: 200ms, failure: 100%") +
                               "  again: {at: 600ms, on: service.s, replica: 0, failure: 100%}\n"
                               "  set: {at: 500ms, "
                               "set: {policies.p.outlier.envoy.consecutive_5xx: 1}}\n");
  EXPECT_EQ(later.calls[0].ejections, 1U);
}

}  // namespace
}  // namespace squall::outliers_test
