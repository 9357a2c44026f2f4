#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "squall/model/model.hpp"
#include "tests/model/inspector.hpp"
#include "tests/model/support.hpp"

namespace squall::common_random_numbers_test {
namespace {

using model::Inspector;

struct Seen {
  Inspector::ServiceTimes times;
  Inspector::ServiceTimes retried;
  Inspector::Arrivals arrivals;
};

Seen watch(const scenario::Scenario& scenario) {
  Seen seen;
  model::Model model(scenario);
  do {
    Inspector::collect(model.engine(), seen.times, seen.retried);
    Inspector::collect(model.engine(), seen.arrivals);
  } while (model.step());
  return seen;
}

/// How many draws both runs made; every one of them must be the same.
int shared_draws(const Inspector::ServiceTimes& a, const Inspector::ServiceTimes& b) {
  int shared = 0;
  for (const auto& [key, time] : a) {
    const auto found = b.find(key);
    if (found == b.end()) continue;
    EXPECT_EQ(time, found->second);
    ++shared;
  }
  return shared;
}

// Poisson arrivals, random work, random failures, retries with jitter: everything is drawn.
constexpr const char* chain = R"(
squall: 1
name: chain
seed: 11
duration: 4s
services:
  front: {workers: 20, latency: {exponential: 2ms}, calls: [{to: back, policy: inner}, {to: side}]}
  back: {workers: 6, latency: {lognormal: {median: 10ms, p99: 60ms}}, failure: 20%}
  side: {latency: {uniform: [1ms, 9ms]}}
policies:
  outer: {timeout: 80ms, retry: {max_attempts: 3, backoff: {exponential: {base: 5ms, max: 50ms}, jitter: full}}}
  inner: {timeout: 40ms, retry: {max_attempts: 4, backoff: {exponential: {base: 5ms, max: 50ms}, jitter: full}}}
queues:
  inbox: {max_deliveries: 4, redelivery: {fixed: 5ms}}
consumers:
  worker: {from: inbox, concurrency: 3, calls: [{to: back}]}
workloads:
  users: {to: front, policy: outer, arrivals: {poisson: 150/s}}
# So that the model knows what is inside each of them. They are short, and late.
faults:
  pause-front: {at: 3999ms, for: 1ns, on: service.front, pause: true}
  pause-back: {at: 3999ms, for: 1ns, on: service.back, pause: true}
  pause-side: {at: 3999ms, for: 1ns, on: service.side, pause: true}
variants:
  as-written: {}
  patient: {policies.inner.timeout: 200ms, policies.inner.retry.max_attempts: 2}
  other-backoff: {policies.outer.retry.backoff: {fixed: 1ms}, policies.inner.retry.backoff: none}
)";

TEST(CommonRandomNumbers, APolicyChangesNeitherArrivalsNorTheServiceTimesOfSharedAttempts) {
  const scenario::Bundle bundle = test::bundle_of(chain);
  const Seen base = watch(bundle.variants[0].scenario);
  for (std::size_t v = 1; v < bundle.variants.size(); ++v) {
    const Seen other = watch(bundle.variants[v].scenario);
    EXPECT_EQ(base.arrivals, other.arrivals) << bundle.variants[v].name;
    EXPECT_GT(shared_draws(base.times, other.times), 1'000) << bundle.variants[v].name;
    // Past the first retry too.
    EXPECT_GT(shared_draws(base.retried, other.retried), 50) << bundle.variants[v].name;
  }
}

TEST(CommonRandomNumbers, ACallAndAMessageDoTheSameWork) {
  constexpr const char* text = R"(
squall: 1
name: both
duration: 3s
services: {back: {workers: 4, latency: {exponential: 20ms}, failure: 25%}}
policies: {again: {retry: {max_attempts: 3, backoff: {fixed: 7ms}}}}
queues: {inbox: {max_deliveries: 3, redelivery: {fixed: 7ms}}}
consumers: {worker: {from: inbox, concurrency: 4, calls: [{to: back}]}}
workloads: {users: {to: back, policy: again, arrivals: {poisson: 100/s}}}
faults: {late: {at: 2999ms, for: 1ns, on: service.back, pause: true}}
variants:
  rpc: {}
  events: {workloads.users.to: inbox, workloads.users.policy: null}
)";
  const scenario::Bundle bundle = test::bundle_of(text);
  const Seen rpc = watch(bundle.variants[0].scenario);
  const Seen events = watch(bundle.variants[1].scenario);
  EXPECT_EQ(rpc.arrivals, events.arrivals);
  // Nearly all of some 300 requests are served in both, and a quarter of them a second time.
  EXPECT_GT(shared_draws(rpc.times, events.times), 250);
  EXPECT_GT(shared_draws(rpc.retried, events.times), 40);
}

TEST(CommonRandomNumbers, AnotherSeedDrawsOtherNumbers) {
  scenario::Bundle bundle = test::bundle_of(chain);
  const Seen base = watch(bundle.base);
  bundle.base.seed = 12;
  const Seen other = watch(bundle.base);
  EXPECT_NE(base.arrivals, other.arrivals);
  EXPECT_EQ(shared_draws(base.times, other.times), 0);
}

TEST(CommonRandomNumbers, ThinkTimesDoNotHangOnWhoElseCallsTheSame) {
  constexpr const char* text = R"(
squall: 1
name: think
duration: 20s
services: {a: {}, b: {}}
workloads:
  other: {to: a, arrivals: {constant: 1/s}}
  w: {to: a, arrivals: {closed: {users: 3, think: {exponential: 100ms}}}}
variants: {to-a: {}, to-b: {workloads.w.to: b}, alone: {workloads.other.to: b}}
)";
  const scenario::Bundle bundle = test::bundle_of(text);
  std::vector<std::uint64_t> offered;
  for (const scenario::Variant& variant : bundle.variants) {
    model::Model model(variant.scenario);
    while (model.step()) continue;
    offered.push_back(model.result().workloads[1].offered);
  }
  EXPECT_GT(offered[0], 400U);
  EXPECT_EQ(offered[1], offered[0]);
  EXPECT_EQ(offered[2], offered[0]);
}

}  // namespace
}  // namespace squall::common_random_numbers_test
