#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/scenario/settings.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario::faults_test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

Fault fault_of(const std::string& fault) {
  const Scenario scenario = scenario_of(around("faults:\n  storm: " + fault + "\n"));
  EXPECT_THAT(scenario.faults, SizeIs(1));
  return scenario.faults.empty() ? Fault() : scenario.faults[0];
}

TEST(Fault, MultipliesOrAddsLatency) {
  EXPECT_EQ(fault_of("{at: 1s, on: service.bank, latency: x2.5}").latency_factor, 2.5);
  const Fault added = fault_of("{at: 1s, on: service.bank, latency: +50ms}");
  EXPECT_EQ(added.latency_factor, 1.0);
  EXPECT_EQ(added.latency_add, 50ms);
}

TEST(Fault, TakesEveryEffectOnAService) {
  const Fault fault = fault_of(
      "{at: 1s, for: 2s, on: service.bank, replica: 0, failure: 30%, capacity: x0.2, "
      "down: blackhole, pause: true}");
  EXPECT_EQ(fault.length, 2s);
  EXPECT_EQ(fault.failure, 0.3);
  EXPECT_EQ(fault.capacity_factor, 0.2);
  EXPECT_EQ(fault.down, Fault::Down::blackhole);
  EXPECT_TRUE(fault.pause);
}

TEST(Fault, LastsToTheEndUnlessItSays) {
  EXPECT_EQ(fault_of("{at: 1s, on: service.bank, pause: true}").length, forever);
  EXPECT_EQ(fault_of("{at: 1s, for: forever, on: service.bank, pause: true}").length, forever);
}

TEST(Fault, FallsOnEveryEdgeBetweenTwo) {
  const Scenario scenario = scenario_of(
      around("services:\n"
             "  bank: {calls: [{to: ledger}, {to: fraud}, {to: ledger}]}\n"
             "  ledger: {}\n"
             "  fraud: {}\n"
             "faults: {lossy: {at: 1s, on: call.bank->ledger, loss: 5%, latency: +1ms}}\n"));
  EXPECT_THAT(scenario.faults[0].edges, ElementsAre(1U, 3U));
  EXPECT_EQ(scenario.faults[0].loss, 0.05);
  EXPECT_EQ(scenario.faults[0].latency_add, 1ms);
}

TEST(Fault, FallsOnCallsOfWorkloadsAndConsumersToo) {
  const Scenario scenario =
      scenario_of(around("queues: {orders: {}}\n"
                         "consumers: {worker: {from: orders, calls: [{to: bank}]}}\n"
                         "faults:\n"
                         "  a: {at: 1s, on: call.shoppers->bank, loss: 5%}\n"
                         "  b: {at: 1s, on: call.worker->bank, loss: 5%}\n"));
  EXPECT_THAT(scenario.faults[0].edges, ElementsAre(0U));
  EXPECT_THAT(scenario.faults[1].edges, ElementsAre(1U));
}

// --- Settings that change while it runs ---

constexpr const char* policies =
    "policies: {careful: {timeout: 100ms, retry: {max_attempts: 4}}}\n";

TEST(Settings, HoldWhileTheFaultLasts) {
  const Scenario scenario = scenario_of(
      around(std::string(policies) +
             "faults: {off: {at: 5s, for: 3s, set: {policies.careful.retry.max_attempts: 1,\n"
             "  services.bank.workers: 7, services.bank.latency: {exponential: 5ms}}}}\n"));
  EXPECT_THAT(scenario.faults[0].set, ElementsAre(Pair("policies.careful.retry.max_attempts", "1"),
                                                  Pair("services.bank.workers", "7"),
                                                  Pair("services.bank.latency", testing::_)));
  ASSERT_THAT(scenario.changes, SizeIs(2));
  const Scenario& during = *scenario.changes[0].settings;
  EXPECT_EQ(scenario.changes[0].at, Instant{5s});
  EXPECT_EQ(during.policies[0].options.retry->max_attempts, 1U);
  EXPECT_EQ(during.services[0].workers, 7U);
  EXPECT_EQ(std::get<Exponential>(during.services[0].latency).mean, 5ms);
  EXPECT_THAT(during.changes, IsEmpty());
  const Scenario& after = *scenario.changes[1].settings;
  EXPECT_EQ(scenario.changes[1].at, Instant{8s});
  EXPECT_EQ(after.policies[0].options.retry->max_attempts, 4U);
  EXPECT_EQ(after.services[0].workers, unlimited);
}

TEST(Settings, OfTheLaterFaultWinWhileBothLast) {
  const Scenario scenario = scenario_of(
      around(std::string(policies) +
             "faults:\n"
             "  late: {at: 6s, for: 2s, set: {policies.careful.retry.max_attempts: 2}}\n"
             "  early: {at: 5s, for: 5s, set: {policies.careful.retry.max_attempts: 1}}\n"
             "  always: {at: 7s, set: {services.bank.workers: 9}}\n"));
  std::vector<std::pair<Instant, std::uint32_t>> attempts;
  std::vector<std::uint64_t> workers;
  for (const SettingsChange& change : scenario.changes) {
    attempts.emplace_back(change.at, change.settings->policies[0].options.retry->max_attempts);
    workers.push_back(change.settings->services[0].workers);
  }
  EXPECT_THAT(attempts,
              ElementsAre(Pair(Instant{5s}, 1U), Pair(Instant{6s}, 2U), Pair(Instant{7s}, 2U),
                          Pair(Instant{8s}, 1U), Pair(Instant{10s}, 4U)));
  EXPECT_THAT(workers, ElementsAre(unlimited, unlimited, 9U, 9U, 9U));
}

TEST(Settings, ChangeWithTheVariant) {
  const Bundle bundle =
      built(around(std::string(policies) +
                   "faults: {off: {at: 5s, set: {policies.careful.timeout: 50ms}}}\n"
                   "variants: {eager: {policies.careful.retry.max_attempts: 9}}\n"));
  const Scenario& during = *bundle.variants[0].scenario.changes[0].settings;
  EXPECT_EQ(during.policies[0].options.retry->max_attempts, 9U);
  EXPECT_EQ(during.policies[0].options.timeout, 50ms);
}

struct Change {
  const char* path;
  const char* value;
};

class ChangeOfShape : public testing::TestWithParam<Change> {};

TEST_P(ChangeOfShape, IsRefusedWithItsPath) {
  const std::string path = GetParam().path;
  const std::string text = around(
      "services:\n"
      "  bank: {replicas: 2, contention: {optimistic: {}}, calls: [{to: ledger, policy: "
      "careful}]}\n"
      "  ledger: {}\n"
      "policies:\n"
      "  careful: {timeout: 1s, retry: {backoff: 5ms}, breaker: {resilience4j: {}}}\n"
      "  other: {breaker: {sentinel: {error_ratio: 50%}}, retry: {preset: aws}, budget: {bucket: "
      "{}}}\n"
      "queues: {orders: {redelivery: {exponential: {base: 5ms}, jitter: full}}, dlq: {}}\n"
      "consumers: {worker: {from: orders}}\n"
      "faults:\n"
      "  change: {at: 5s, set: {" +
      path + ": " + GetParam().value + "}}\n");
  const std::string error = error_of(text);
  EXPECT_THAT(error, testing::StartsWith("checkout.yaml:10: faults.change.set." + path + ": "));
  EXPECT_THAT(error, testing::HasSubstr("cannot change while it runs"));
}

INSTANTIATE_TEST_SUITE_P(
    Settings, ChangeOfShape,
    testing::Values(
        Change{"services.bank.replicas", "3"}, Change{"services.bank.balance", "random"},
        Change{"services.bank.queue.order", "lifo"}, Change{"services.bank.demand_at", "arrival"},
        Change{"services.bank.contention", "null"},
        Change{"services.bank.contention.optimistic.rows", "2"},
        Change{"services.ledger.contention", "{optimistic: {as: error}}"},
        Change{"services.bank.when_caller_gone", "cancel"},
        Change{"services.bank.during_calls", "release"}, Change{"services.bank.calls", "[]"},
        Change{"services.bank.calls.0.policy", "other"},
        Change{"services.bank.calls.0.on_failure", "continue"},
        Change{"services.bank.failure", "[{p: 1%, as: new}]"},
        Change{"services.bank.queue.codel", "{}"},
        Change{"services.bank.admission.throttle", "{sre: {}}"},
        Change{"policies.careful.throttle", "{sre: {}}"},
        Change{"policies.careful.timeout", "null"}, Change{"policies.careful.deadline", "5s"},
        Change{"policies.careful.retry", "null"}, Change{"policies.careful.retry.preset", "envoy"},
        Change{"policies.careful.retry.backoff", "{linear: 5ms}"},
        Change{"policies.careful.retry.backoff", "{fixed: 5ms, jitter: full}"},
        Change{"policies.careful.retry.backoff", "{decorrelated: {base: 5ms}}"},
        Change{"policies.careful.retry", "{backoff: {exponential: 5ms, jitter: equal}}"},
        Change{"policies.other.retry.preset", "polly"},
        Change{"policies.other.retry.preset", "null"},
        Change{"policies.other.retry.backoff", "{jitter: none}"},
        Change{"policies.other.budget.bucket.filled_by", "call"},
        Change{"policies.other.budget", "{bucket: {filled_by: call}}"},
        Change{"queues.orders.redelivery.jitter", "equal"},
        Change{"queues.orders.redelivery.cap", "after_jitter"},
        Change{"queues.orders.redelivery", "{cumulative: 5ms, jitter: full}"},
        Change{"policies.careful.hedge", "{}"}, Change{"policies.careful.budget", "{grpc: {}}"},
        Change{"policies.careful.budget", "{finagle: {}}"},
        Change{"policies.careful.budget", "{aws: {}}"},
        Change{"policies.careful.budget", "{failsafe: {}}"},
        Change{"policies.careful.budget", "{bucket: {}}"},
        Change{"policies.careful.budget", "{cutoff: {}}"},
        Change{"policies.careful.breaker", "{window: {}}"},
        Change{"policies.careful.breaker", "{polly: {}}"},
        Change{"policies.careful.breaker.resilience4j.window", "10s"},
        Change{"policies.other.breaker.sentinel", "{error_count: 5}"},
        Change{"policies.careful.bulkhead", "{}"},
        Change{"policies.careful.order", "[timeout, retry, breaker]"},
        Change{"policies.careful.state.per", "callee"},
        Change{"policies.careful.state.instances", "2"}, Change{"queues.orders.overflow", "block"},
        Change{"queues.orders.dead_letter", "dlq"}, Change{"queues.orders.partitions", "4"},
        Change{"consumers.worker.from", "dlq"}, Change{"consumers.worker.on_failure", "ack"},
        Change{"consumers.worker.calls", "[{to: bank}]"}));

class ChangeOfNumber : public testing::TestWithParam<Change> {};

TEST_P(ChangeOfNumber, IsTaken) {
  const std::string text = around(
      "services:\n"
      "  bank: {queue: {capacity: 5}, calls: [{to: ledger, policy: careful}]}\n"
      "  ledger: {}\n"
      "  cut: {queue: {order: adaptive_lifo, codel: {}},\n"
      "        admission: {limit: 9, throttle: {sre: {}}}}\n"
      "policies:\n"
      "  careful: {timeout: 1s, deadline: 2s, retry: {}, breaker: {resilience4j: {}},\n"
      "            budget: {envoy: {}}, bulkhead: {}}\n"
      "  throttled: {throttle: {envoy: {}}}\n"
      "  spread: {retry: {backoff: {exponential: {base: 5ms, max: 1s}, jitter: {proportional: "
      "10%}}},\n"
      "           budget: {bucket: {filled_by: call}}}\n"
      "  product: {retry: {preset: aws}}\n"
      "  polly: {breaker: {polly: {}}}\n"
      "  hystrix: {breaker: {hystrix: {}}}\n"
      "  sentinel: {breaker: {sentinel: {error_ratio: 50%}}}\n"
      "  linkerd: {breaker: {linkerd: {}}}\n"
      "queues: {orders: {}}\n"
      "consumers: {worker: {from: orders}}\n"
      "faults:\n"
      "  change: {at: 5s, set: {" +
      std::string(GetParam().path) + ": " + GetParam().value + "}}\n");
  EXPECT_EQ(error_of(text), "");
}

INSTANTIATE_TEST_SUITE_P(
    Settings, ChangeOfNumber,
    testing::Values(
        Change{"services.bank.workers", "3"}, Change{"services.bank.queue.capacity", "3"},
        Change{"services.bank.latency", "{exponential: 5ms}"},
        Change{"services.bank.failure", "100%"}, Change{"services.bank.overload", "{capacity: 5}"},
        Change{"services.bank.admission.limit", "5"},
        Change{"services.bank.refusal.pushback", "never"},
        Change{"services.cut.queue.codel", "{target: 1ms, interval: 20ms}"},
        Change{"services.cut.queue.lifo_after", "1ms"},
        Change{"services.cut.admission.priority", "{0: 10%}"},
        Change{"services.cut.admission.throttle.sre.k", "3"},
        Change{"policies.throttled.throttle.envoy.window", "3s"},
        Change{"services.bank.calls.0.network.loss", "5%"},
        Change{"services.bank.calls.0.max_depth", "5"}, Change{"policies.careful.timeout", "5s"},
        Change{"policies.careful.deadline", "5s"},
        Change{"policies.careful.retry.backoff", "{decorrelated: {base: 5ms}}"},
        Change{"policies.careful.retry.on", "[timeout]"},
        Change{"policies.careful.retry.honour_pushback", "false"},
        Change{"policies.spread.retry.backoff", "none"},
        Change{"policies.spread.retry.backoff.exponential", "{base: 9ms, multiplier: 3}"},
        Change{"policies.spread.retry.backoff.jitter", "{proportional: 50%}"},
        Change{"policies.spread.retry.backoff.unit", "1ms"},
        Change{"policies.spread.budget.bucket.deposit", "0.5"},
        Change{"policies.product.retry.max_attempts", "1"},
        Change{"policies.product.retry.backoff", "none"},
        Change{"policies.product.retry.backoff", "{exponential: {max: 5s}}"},
        Change{"policies.careful.budget.envoy.percent", "5%"},
        Change{"policies.careful.breaker.resilience4j.window", "10"},
        Change{"policies.polly.breaker.polly.sampling", "100ms"},
        Change{"policies.hystrix.breaker.hystrix.snapshot", "100ms"},
        Change{"policies.sentinel.breaker.sentinel.error_ratio", "10%"},
        Change{"policies.sentinel.breaker.sentinel", "{error_ratio: 10%, interval: 20s}"},
        Change{"policies.linkerd.breaker.linkerd.max_failures", "3"},
        Change{"policies.careful.bulkhead.max_wait", "1s"}, Change{"queues.orders.capacity", "5"},
        Change{"queues.orders.redelivery", "5ms"}, Change{"queues.orders.max_deliveries", "2"},
        Change{"queues.orders.visibility_timeout", "2s"},
        Change{"consumers.worker.concurrency", "5"}, Change{"consumers.worker.latency", "5ms"}));

}  // namespace
}  // namespace squall::scenario::faults_test
