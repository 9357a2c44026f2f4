// Throttles, lines that are cut by time, shares of priorities, refusals: what is read, and what
// `check` shows of it.
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "tests/scenario/support.hpp"

namespace squall::scenario::shedding_test {
namespace {

using namespace std::chrono_literals;

using Mode = policy::CodelOptions::Mode;

std::string with_policy(const std::string& keys) {
  return around("services: {bank: {failure: [{p: 1%, as: busy}]}}\npolicies: {p: {" + keys +
                "}}\n");
}
std::string with_service(const std::string& keys) {
  return around("services: {bank: {" + keys + "}}\n");
}

/// What `check` shows from one key to before another.
std::string shown_of(const std::string& text, const std::string& from, const std::string& to) {
  const std::string yaml = to_yaml(normalised(built(text)));
  const std::size_t begin = yaml.find(from);
  return begin == std::string::npos ? "" : yaml.substr(begin, yaml.find(to, begin) - begin);
}

TEST(Throttles, HaveTheirDefaults) {
  EXPECT_EQ(shown_of(with_policy("throttle: {sre: {}}"), "    throttle:", "    order:"),
            "    throttle: {sre: {k: 2, window: 2m, on: [timeout, error, rejected]}}\n");
  EXPECT_EQ(shown_of(with_policy("throttle: {envoy: {}}"), "    throttle:", "    order:"),
            R"(    throttle:
      envoy:
        success_rate_threshold: 95%
        aggression: 1
        window: 30s
        max_rejection: 80%
        rps_threshold: 0
        on: [timeout, error, rejected]
)");
}

TEST(Throttles, TakeEveryValue) {
  const Scenario scenario = scenario_of(
      around("services: {bank: {failure: [{p: 1%, as: busy}]}}\n"
             "policies:\n"
             "  a: {throttle: {sre: {k: 1.5, window: 10s, on: [rejected, busy]}}}\n"
             "  b: {throttle: {envoy: {success_rate_threshold: 80%, aggression: 2.5, window: 10s,\n"
             "                         max_rejection: 0.5, rps_threshold: 7, on: [timeout]}}}\n"));
  const auto& sre = std::get<policy::SreThrottleOptions>(scenario.policies[0].options.throttle);
  EXPECT_EQ(sre.k, 1.5);
  EXPECT_EQ(sre.window, 10s);
  EXPECT_EQ(sre.on, (policy::RetryOn{
                        .timeout = false, .error = false, .rejected = true, .codes = 1U << 4U}));
  const auto& envoy = std::get<policy::EnvoyThrottleOptions>(scenario.policies[1].options.throttle);
  EXPECT_EQ(envoy.success_rate_threshold, 0.8);
  EXPECT_EQ(envoy.aggression, 2.5);
  EXPECT_EQ(envoy.window, 10s);
  EXPECT_EQ(envoy.max_rejection, 0.5);
  EXPECT_EQ(envoy.rps_threshold, 7U);
  EXPECT_EQ(envoy.on, (policy::RetryOn{.error = false, .rejected = false}));
}

TEST(Throttles, StandDirectlyOutsideTheBreaker) {
  const auto order = scenario_of(with_policy("throttle: {sre: {}}")).policies[0].options.order;
  EXPECT_EQ(order.at(2), policy::Layer::throttle);
  EXPECT_EQ(order.at(3), policy::Layer::breaker);
}

TEST(Lines, AreNotCutByTimeByThemselves) {
  const Scenario scenario = scenario_of(with_service(""));
  EXPECT_FALSE(scenario.services[0].codel.has_value());
  EXPECT_EQ(shown_of(with_service(""), "    queue:", "    latency:"),
            "    queue: {capacity: unlimited, order: fifo}\n");
}

TEST(Lines, TakeAControlledDelay) {
  EXPECT_EQ(shown_of(with_service("queue: {codel: {}}"), "    queue:", "    latency:"),
            R"(    queue:
      capacity: unlimited
      order: fifo
      codel: {mode: facebook, target: 5ms, interval: 100ms}
)");
  const Scenario scenario =
      scenario_of(with_service("queue: {codel: {mode: classic, target: 2ms, interval: 50ms}}"));
  EXPECT_EQ(scenario.services[0].codel,
            (policy::CodelOptions{.mode = Mode::classic, .target = 2ms, .interval = 50ms}));
}

TEST(Lines, TakeAnAdaptiveOrder) {
  EXPECT_EQ(shown_of(with_service("queue: {order: adaptive_lifo}"), "    queue:", "    latency:"),
            "    queue: {capacity: unlimited, order: adaptive_lifo, lifo_after: 100ms}\n");
  const Scenario scenario =
      scenario_of(with_service("queue: {order: adaptive_lifo, lifo_after: 7ms}"));
  EXPECT_EQ(scenario.services[0].queue_order, QueueOrder::adaptive_lifo);
  EXPECT_EQ(scenario.services[0].adaptive_lifo.after, 7ms);
}

TEST(Admission, TakesSharesInAnyOrder) {
  const std::string text =
      with_service("admission: {limit: 64, priority: {2: 80%, -1: 0.25, 0: 50%}}");
  const Scenario scenario = scenario_of(text);
  EXPECT_EQ(scenario.services[0].admission.shares,
            (std::vector<policy::PriorityShare>{{-1, 0.25}, {0, 0.5}, {2, 0.8}}));
  EXPECT_EQ(shown_of(text, "    admission:", "    calls:"),
            "    admission: {limit: 64, priority: {\"-1\": 25%, \"0\": 50%, \"2\": 80%}}\n");
}

TEST(Admission, TakesAThrottleWithoutAList) {
  EXPECT_EQ(
      shown_of(with_service("admission: {throttle: {sre: {}}}"), "    admission:", "    calls:"),
      "    admission: {limit: unlimited, throttle: {sre: {k: 2, window: 2m}}}\n");
}

TEST(Refusals, SayNothingOrWhenToComeAgain) {
  EXPECT_EQ(shown_of(with_service(""), "    refusal:", "    calls:"), "");
  EXPECT_EQ(shown_of(with_service("refusal: {pushback: 100ms}"), "    refusal:", "    calls:"),
            "    refusal: {pushback: 100ms}\n");
  EXPECT_EQ(shown_of(with_service("refusal: {pushback: never}"), "    refusal:", "    calls:"),
            "    refusal: {pushback: never}\n");
  EXPECT_EQ(scenario_of(with_service("refusal: {}")).services[0].refusal_pushback,
            policy::Pushback{});
}

TEST(Refusals, CanBeAddedByAVariant) {
  const Bundle bundle =
      built(with_service("") + "variants: {a: {services.bank.refusal.pushback: never}}\n");
  EXPECT_TRUE(bundle.variants[0].scenario.services[0].refusal_pushback.forbids());
}

}  // namespace
}  // namespace squall::scenario::shedding_test
