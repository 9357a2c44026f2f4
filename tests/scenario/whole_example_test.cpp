// The example of the reference, value by value.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/support.hpp"

namespace squall::scenario::whole_example_test {
namespace {

using namespace std::chrono_literals;
using policy::Layer;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class WholeExample : public testing::Test {
 protected:
  static const Bundle& bundle() {
    static const Bundle bundle = built(whole_example());
    return bundle;
  }
  static const Scenario& base() { return bundle().base; }
};

TEST_F(WholeExample, HasItsHeader) {
  EXPECT_EQ(base().name, "checkout");
  EXPECT_EQ(base().description, "one line");
  EXPECT_EQ(base().seed, 7U);
  EXPECT_EQ(base().duration, 60s);
  EXPECT_FALSE(base().until_drained());
  EXPECT_EQ(base().warmup, 0s);
  EXPECT_EQ(base().network.loss, 0.0);
  EXPECT_THAT(base().error_codes, ElementsAre("error", "unavailable", "dead_lettered", "dropped"));
}

TEST_F(WholeExample, HasItsServices) {
  EXPECT_THAT(base().services,
              ElementsAre(Field(&Service::name, "checkout"), Field(&Service::name, "bank"),
                          Field(&Service::name, "fraud"), Field(&Service::name, "ledger")));
  const Service& checkout = base().services[0];
  EXPECT_EQ(checkout.workers, 200U);
  EXPECT_EQ(checkout.replicas, 1U);
  EXPECT_EQ(std::get<Constant>(checkout.latency).value, 2ms);
  EXPECT_EQ(checkout.during_calls, DuringCalls::hold);
  EXPECT_THAT(checkout.failure, IsEmpty());
  EXPECT_FALSE(checkout.overload.has_value());

  const Service& bank = base().services[1];
  EXPECT_EQ(bank.replicas, 3U);
  EXPECT_EQ(bank.balance, Balance::round_robin);
  EXPECT_EQ(bank.workers, 40U);
  EXPECT_EQ(bank.queue_capacity, 200U);
  EXPECT_EQ(bank.queue_order, QueueOrder::fifo);
  EXPECT_EQ(std::get<Uniform>(bank.latency).low, 8ms);
  EXPECT_EQ(std::get<Uniform>(bank.latency).high, 14ms);
  ASSERT_THAT(bank.failure, SizeIs(1));
  EXPECT_EQ(bank.failure[0].p, 0.05);
  EXPECT_EQ(bank.failure[0].code, code_error);
  EXPECT_FALSE(bank.failure[0].after.has_value());
  ASSERT_TRUE(bank.overload.has_value());
  EXPECT_EQ(bank.overload->capacity, 25.0);
  EXPECT_EQ(bank.overload->latency, 50ms);
  EXPECT_EQ(bank.overload->failure, 0.4);
  EXPECT_EQ(bank.overload->max_failure, 0.95);
  EXPECT_EQ(bank.demand_at, DemandAt::start);
  EXPECT_EQ(bank.when_caller_gone, WhenCallerGone::finish);
  EXPECT_EQ(bank.admission.limit, 64U);

  const Service& fraud = base().services[2];
  EXPECT_EQ(fraud.workers, unlimited);
  EXPECT_EQ(fraud.queue_capacity, unlimited);
}

TEST_F(WholeExample, HasItsCalls) {
  const std::vector<Step>& steps = base().services[0].steps;
  ASSERT_THAT(steps, SizeIs(3));

  ASSERT_THAT(steps[0].calls, SizeIs(1));
  const Call& to_bank = steps[0].calls[0];
  EXPECT_FALSE(steps[0].in_parallel);
  EXPECT_EQ(to_bank.to.kind, Target::Kind::service);
  EXPECT_EQ(to_bank.to.index, 1U);
  EXPECT_EQ(to_bank.policy, 0U);
  EXPECT_EQ(std::get<Constant>(to_bank.network.latency).value, 1ms);
  EXPECT_EQ(to_bank.network.loss, 0.0);
  EXPECT_EQ(to_bank.on_failure, OnFailure::fail);
  EXPECT_EQ(to_bank.max_depth, Call::unbounded_depth);

  ASSERT_THAT(steps[1].calls, SizeIs(2));
  EXPECT_TRUE(steps[1].in_parallel);
  EXPECT_EQ(steps[1].calls[0].to.index, 2U);
  EXPECT_EQ(steps[1].calls[1].to.index, 3U);
  EXPECT_FALSE(steps[1].calls[0].policy.has_value());

  ASSERT_THAT(steps[2].calls, SizeIs(1));
  EXPECT_EQ(steps[2].calls[0].to.kind, Target::Kind::queue);
  EXPECT_EQ(steps[2].calls[0].to.index, 0U);
  EXPECT_EQ(steps[2].calls[0].await, Await::accepted);
}

TEST_F(WholeExample, HasItsPolicies) {
  ASSERT_THAT(base().policies, SizeIs(2));
  EXPECT_EQ(base().policies[0].name, "careful");
  const policy::PolicyOptions& careful = base().policies[0].options;
  EXPECT_EQ(careful.deadline, 1s);
  EXPECT_EQ(careful.timeout, 120ms);
  ASSERT_TRUE(careful.retry.has_value());
  EXPECT_EQ(careful.retry->max_attempts, 4U);
  EXPECT_EQ(careful.retry->on, (policy::RetryOn{true, true, true, 0}));
  EXPECT_EQ(careful.retry->backoff.shape, policy::BackoffShape::exponential);
  EXPECT_EQ(careful.retry->backoff.base, 20ms);
  EXPECT_EQ(careful.retry->backoff.max, 400ms);
  EXPECT_EQ(careful.retry->backoff.multiplier, 2.0);
  EXPECT_EQ(careful.retry->backoff.jitter, policy::Jitter::full);
  EXPECT_TRUE(careful.retry->honour_pushback);
  EXPECT_FALSE(careful.hedge.has_value());
  const auto& budget = std::get<policy::EnvoyBudgetOptions>(careful.budget);
  EXPECT_EQ(budget.percent, 20.0);
  EXPECT_EQ(budget.min_concurrency, 3U);
  const auto& breaker = std::get<policy::Resilience4jBreakerOptions>(careful.breaker);
  EXPECT_EQ(breaker.window_type, policy::Resilience4jBreakerOptions::Window::count);
  EXPECT_EQ(breaker.window, 20U);
  EXPECT_EQ(breaker.minimum, 20U);
  EXPECT_EQ(breaker.failure_rate, 40.0);
  EXPECT_EQ(breaker.open_for, 500ms);
  EXPECT_EQ(breaker.half_open_calls, 1U);
  ASSERT_TRUE(careful.bulkhead.has_value());
  EXPECT_EQ(careful.bulkhead->max_concurrent, 40U);
  EXPECT_EQ(careful.bulkhead->max_waiting, 100U);
  EXPECT_EQ(careful.bulkhead->max_wait, 0ms);
  EXPECT_THAT(careful.order, ElementsAre(Layer::retry, Layer::breaker, Layer::rate_limit,
                                         Layer::bulkhead, Layer::timeout));
  EXPECT_EQ(careful.state_per, policy::StatePer::edge);
  EXPECT_EQ(careful.instances, 1U);

  const policy::PolicyOptions& consumer = base().policies[1].options;
  EXPECT_EQ(consumer.timeout, 200ms);
  EXPECT_EQ(consumer.deadline, forever);
  EXPECT_FALSE(consumer.retry.has_value());
  EXPECT_EQ(consumer.breaker.index(), 0U);
  EXPECT_THAT(consumer.order, SizeIs(policy::default_order.size()));
}

TEST_F(WholeExample, HasItsQueuesAndConsumers) {
  ASSERT_THAT(base().queues, SizeIs(2));
  const Queue& orders = base().queues[0];
  EXPECT_EQ(orders.name, "orders");
  EXPECT_EQ(orders.capacity, 5000U);
  EXPECT_EQ(orders.overflow, Overflow::reject);
  EXPECT_EQ(orders.visibility_timeout, 30s);
  EXPECT_EQ(orders.max_deliveries, 4U);
  EXPECT_EQ(orders.redelivery.base, 20ms);
  EXPECT_EQ(orders.redelivery.jitter, policy::Jitter::full);
  EXPECT_EQ(orders.dead_letter, 1U);
  EXPECT_EQ(orders.partitions, 1U);
  const Queue& dead_letters = base().queues[1];
  EXPECT_EQ(dead_letters.capacity, unlimited);
  EXPECT_EQ(dead_letters.visibility_timeout, forever);
  EXPECT_EQ(dead_letters.max_deliveries, 0U);
  EXPECT_EQ(dead_letters.redelivery.base, 0ms);
  EXPECT_FALSE(dead_letters.dead_letter.has_value());
  EXPECT_EQ(dead_letters.partitions, 0U);

  ASSERT_THAT(base().consumers, SizeIs(1));
  const Consumer& worker = base().consumers[0];
  EXPECT_EQ(worker.name, "order-worker");
  EXPECT_EQ(worker.from, 0U);
  EXPECT_EQ(worker.concurrency, 16U);
  EXPECT_EQ(worker.prefetch, 1U);
  ASSERT_THAT(worker.steps, SizeIs(1));
  EXPECT_EQ(worker.steps[0].calls[0].to.index, 1U);
  EXPECT_EQ(worker.steps[0].calls[0].policy, 1U);
  EXPECT_EQ(worker.on_failure, OnHandlerFailure::redeliver);
}

TEST_F(WholeExample, HasItsWorkload) {
  ASSERT_THAT(base().workloads, SizeIs(1));
  const Workload& shoppers = base().workloads[0];
  EXPECT_EQ(shoppers.name, "shoppers");
  EXPECT_EQ(shoppers.call.to.kind, Target::Kind::service);
  EXPECT_EQ(shoppers.call.to.index, 0U);
  EXPECT_EQ(shoppers.call.policy, 0U);
  EXPECT_EQ(shoppers.objective, 1s);
  EXPECT_EQ(shoppers.priority, 0);
  EXPECT_EQ(std::get<BurstArrivals>(shoppers.arrivals).size, 350U);
  EXPECT_EQ(std::get<BurstArrivals>(shoppers.arrivals).every, 80ms);
  EXPECT_EQ(shoppers.requests, 2400U);
}

TEST_F(WholeExample, HasItsFaults) {
  ASSERT_THAT(base().faults, SizeIs(4));
  const Fault& slow = base().faults[0];
  EXPECT_EQ(slow.name, "slow-bank");
  EXPECT_EQ(slow.at, Instant{10s});
  EXPECT_EQ(slow.length, 650ms);
  EXPECT_EQ(slow.on, Fault::On::service);
  EXPECT_EQ(slow.index, 1U);
  EXPECT_EQ(slow.replica, 0U);
  EXPECT_EQ(slow.latency_factor, 4.0);

  const Fault& lossy = base().faults[1];
  EXPECT_EQ(lossy.on, Fault::On::call);
  EXPECT_THAT(lossy.edges, ElementsAre(1U));
  EXPECT_EQ(lossy.loss, 0.3);

  const Fault& rush = base().faults[2];
  EXPECT_EQ(rush.on, Fault::On::workload);
  EXPECT_EQ(rush.index, 0U);
  EXPECT_EQ(rush.rate_factor, 2.0);

  const Fault& off = base().faults[3];
  EXPECT_EQ(off.on, Fault::On::nothing);
  EXPECT_THAT(off.set, ElementsAre(Pair("policies.careful.retry.max_attempts", "1")));
}

TEST_F(WholeExample, ChangesItsSettingsAndBack) {
  ASSERT_THAT(base().changes, SizeIs(2));
  EXPECT_EQ(base().changes[0].at, Instant{40s});
  EXPECT_EQ(base().changes[0].settings->policies[0].options.retry->max_attempts, 1U);
  EXPECT_EQ(base().changes[1].at, Instant{50s});
  EXPECT_EQ(base().changes[1].settings->policies[0].options.retry->max_attempts, 4U);
}

TEST_F(WholeExample, HasItsVariants) {
  ASSERT_THAT(bundle().variants, SizeIs(2));
  EXPECT_EQ(bundle().variants[0].name, "naive");
  const policy::PolicyOptions& naive = bundle().variants[0].scenario.policies[0].options;
  EXPECT_EQ(naive.breaker.index(), 0U);
  EXPECT_FALSE(naive.bulkhead.has_value());
  EXPECT_TRUE(naive.retry.has_value());
  EXPECT_EQ(bundle().variants[1].name, "events");
  const Workload& shoppers = bundle().variants[1].scenario.workloads[0];
  EXPECT_EQ(shoppers.call.to.kind, Target::Kind::queue);
  EXPECT_FALSE(shoppers.call.policy.has_value());
  EXPECT_THAT(bundle().variants[1].scenario.changes, SizeIs(2));
}

TEST_F(WholeExample, HasItsExpectation) {
  ASSERT_THAT(bundle().expectations, SizeIs(1));
  EXPECT_EQ(bundle().expectations[0].variant, "events");
  EXPECT_EQ(bundle().expectations[0].metric, "goodput_ratio");
  EXPECT_EQ(bundle().expectations[0].at_least, 0.99);
  EXPECT_FALSE(bundle().expectations[0].at_most.has_value());
}

TEST_F(WholeExample, NamesItsEdges) {
  const std::vector<Edge> edges = edges_of(base());
  std::vector<std::string> names;
  for (const Edge& edge : edges) names.push_back(edge.name);
  EXPECT_THAT(names, ElementsAre("shoppers->checkout", "checkout->bank", "checkout->fraud",
                                 "checkout->ledger", "checkout->orders", "order-worker->bank"));
  EXPECT_EQ(edges[1].call, &base().services[0].steps[0].calls[0]);
  EXPECT_EQ(edges[5].from, Edge::From::consumer);
}

}  // namespace
}  // namespace squall::scenario::whole_example_test
