// A run takes no memory for its events once it has grown to its size.
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "squall/model/model.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "tests/counted_new.hpp"

namespace squall::engine_allocation_test {
namespace {

/// How often so many events of the scenario take memory after the first `warm` of them.
long allocations_of(const std::string& text, int warm, int events) {
  const Result<scenario::Node> document = scenario::parse_yaml(text, "test.yaml");
  if (!document) ADD_FAILURE() << document.error().text();
  if (!document) return -1;
  const Result<scenario::Bundle> bundle = scenario::build(*document, {});
  if (!bundle) ADD_FAILURE() << bundle.error().text();
  if (!bundle) return -1;
  model::Model model(bundle->base);
  for (int i = 0; i < warm; ++i) EXPECT_TRUE(model.step());
  const std::uint64_t bytes = model.memory_bytes();
  bool goes_on = true;
  const long allocations = test::allocations_in([&] {
    for (int i = 0; i < events; ++i) goes_on = model.step() && goes_on;
  });
  EXPECT_TRUE(goes_on);
  // The records are not taken from operator new.
  return allocations + (model.memory_bytes() == bytes ? 0 : 1);
}

TEST(Allocation, IsSeenWhereRecordsOrEventsBecomeMore) {
  EXPECT_GT(allocations_of(R"(
squall: 1
duration: 1h
services: {s: {workers: 1, latency: 1s}}
workloads: {w: {to: s, arrivals: {poisson: 100/s}}}
)",
                           1'000, 10'000),
            0);
}

TEST(Allocation, AServerWithALineTakesNoneForItsEvents) {
  EXPECT_EQ(allocations_of(R"(
squall: 1
duration: 1h
services: {s: {workers: 1, latency: {exponential: 5ms}}}
workloads: {w: {to: s, arrivals: {poisson: 100/s}}}
)",
                           500'000, 100'000),
            0);
}

TEST(Allocation, NorDoesAScenarioWithEverything) {
  EXPECT_EQ(allocations_of(R"(
squall: 1
duration: 1h
network: {latency: {exponential: 1ms}}
services:
  front: {replicas: 2, workers: 50, latency: 1ms, calls: [{parallel: [{to: back, policy: inner}, {publish: q}]}]}
  back: {replicas: 3, balance: least_requests, workers: 5, queue: {capacity: 50}, latency: {lognormal: {median: 5ms, p99: 30ms}}, failure: 5%, when_caller_gone: cancel}
policies:
  outer: {deadline: 1s, timeout: 100ms, retry: {max_attempts: 3, backoff: {exponential: {base: 5ms, max: 50ms}, jitter: full}}}
  inner: {timeout: 30ms, retry: {max_attempts: 2}, hedge: {max_attempts: 2, delay: 10ms}, budget: {envoy: {}}, breaker: {resilience4j: {window: 50, minimum: 50, open_for: 100ms}}, bulkhead: {max_concurrent: 40, max_waiting: 20, max_wait: 10ms}}
queues: {q: {capacity: 1000, visibility_timeout: 1s, max_deliveries: 3, redelivery: {fixed: 10ms}}}
consumers: {c: {from: q, concurrency: 5, prefetch: 2, latency: 5ms, calls: [{to: back, policy: inner}]}}
workloads: {w: {to: front, policy: outer, arrivals: {poisson: 100/s}}}
)",
                           2'000'000, 100'000),
            0);
}

TEST(Allocation, NorDoBreakersOfAnyKind) {
  EXPECT_EQ(allocations_of(R"(
squall: 1
duration: 1h
services:
  front: {latency: 1ms, calls: [{to: a, policy: window, on_failure: continue}, {to: a, policy: resilience4j, on_failure: continue}, {to: a, policy: polly, on_failure: continue}, {to: a, policy: hystrix, on_failure: continue}, {to: a, policy: sentinel, on_failure: continue}, {to: a, policy: linkerd, on_failure: continue}]}
  a: {latency: {exponential: 5ms}, failure: 5%}
policies:
  window: {breaker: {window: {failures: 2}}}
  resilience4j: {breaker: {resilience4j: {window: 10s, minimum: 5, failure_rate: 10%, open_for: 1s}}}
  polly: {breaker: {polly: {minimum_throughput: 5, break_for: 1s}}}
  hystrix: {breaker: {hystrix: {request_volume: 5, error_threshold: 5%, sleep_window: 1s}}}
  sentinel: {breaker: {sentinel: {error_ratio: 10%, open_for: 1s}}}
  linkerd: {breaker: {linkerd: {max_failures: 1}}}
workloads: {w: {to: front, arrivals: {poisson: 100/s}}}
)",
                           500'000, 100'000),
            0);
}

TEST(Allocation, FaultsThatComeAndGoTakeNoneBetweenTheirEdges) {
  EXPECT_EQ(allocations_of(R"(
squall: 1
duration: 1h
services: {s: {workers: 10, latency: 5ms}}
workloads: {w: {to: s, arrivals: {bursts: {size: 50, every: 100ms}}}}
faults: {f: {at: 1s, for: 1s, on: service.s, latency: x2}}
)",
                           500'000, 100'000),
            0);
}

TEST(Allocation, BudgetsOfEveryFamilyTakeNone) {
  for (const std::string budget :
       {"grpc: {}", "envoy: {}", "finagle: {ttl: 1s, min_retries_per_s: 1}", "aws: {}",
        "failsafe: {}", "bucket: {}", "cutoff: {window: 1s}"}) {
    SCOPED_TRACE(budget);
    EXPECT_EQ(allocations_of(R"(
squall: 1
duration: 1h
services: {s: {workers: 20, latency: {exponential: 5ms}, failure: 20%}}
policies: {p: {timeout: 50ms, retry: {max_attempts: 3, backoff: {fixed: 10ms}}, hedge: {max_attempts: 2, delay: 10ms}, budget: {)" +
                                 budget + R"(}}}
workloads: {w: {to: s, policy: p, arrivals: {poisson: 500/s}}}
)",
                             500'000, 100'000),
              0);
  }
}

TEST(Allocation, NorDoRowsThatRequestsContendFor) {
  EXPECT_EQ(allocations_of(R"(
squall: 1
duration: 1h
services: {s: {workers: 20, latency: {exponential: 5ms}, contention: {optimistic: {rows: 20}}}}
policies: {p: {timeout: 50ms, retry: {max_attempts: 3, on: [conflict], backoff: {fixed: 10ms}}}}
workloads: {w: {to: s, policy: p, arrivals: {poisson: 500/s}}}
)",
                           500'000, 100'000),
            0);
}

}  // namespace
}  // namespace squall::engine_allocation_test
