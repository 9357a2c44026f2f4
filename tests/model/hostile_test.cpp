// Scenarios at the edge of what a run may be asked.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "squall/model/model.hpp"
#include "tests/model/support.hpp"

namespace squall::hostile_test {
namespace {

using namespace std::chrono_literals;

metrics::RunRecord run(const std::string& text) { return test::run("squall: 1\n" + text); }

TEST(Hostile, AChainOfAThousandServices) {
  constexpr int length = 1'000;
  std::string text = "until: drained\nservices:\n";
  for (int i = 0; i < length; ++i) {
    text += "  s" + std::to_string(i) + ": {workers: 1, latency: 1ms";
    if (i + 1 < length) text += ", calls: [{to: s" + std::to_string(i + 1) + "}]";
    text += "}\n";
  }
  text += "workloads: {w: {to: s0, arrivals: {bursts: {size: 2, every: 1s}}, requests: 2}}\n";
  const auto r = run(text);
  // Every worker is held to the end of its call, so the second goes down after the first.
  EXPECT_EQ(r.workloads[0].latency.max(), 2 * length * 1ms);
  EXPECT_EQ(r.services[length - 1].completed, 2U);
}

TEST(Hostile, AChainOfAThousandServicesIsCancelledToItsEnd) {
  constexpr int length = 1'000;
  std::string text = "duration: 10s\nservices:\n";
  for (int i = 0; i < length; ++i) {
    text += "  s" + std::to_string(i) +
            ": {when_caller_gone: cancel, latency: " + (i + 1 < length ? "0ms" : "5s");
    if (i + 1 < length) text += ", calls: [{to: s" + std::to_string(i + 1) + "}]";
    text += "}\n";
  }
  text +=
      "policies: {p: {timeout: 1s}}\n"
      "workloads: {w: {to: s0, policy: p, arrivals: {constant: 1/s}, requests: 1}}\n";
  const auto r = run(text);
  for (const metrics::ServiceRecord& service : r.services)
    EXPECT_EQ(service.cancelled, 1U) << service.name;
  EXPECT_DOUBLE_EQ(r.services[length - 1].service_time_s, 1.0);
}

TEST(Hostile, AMillionRequests) {
  const auto begin = std::chrono::steady_clock::now();
  const auto r = run(R"(
until: drained
services: {s: {workers: 10, latency: {exponential: 9ms}}}
policies: {p: {timeout: 100ms, retry: {max_attempts: 3, backoff: {exponential: {base: 10ms, max: 100ms}, jitter: full}}}}
workloads: {w: {to: s, policy: p, arrivals: {poisson: 1000/s}, requests: 1000000}}
)");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(r.workloads[0].offered, 1'000'000U);
  EXPECT_EQ(r.workloads[0].unfinished, 0U);
  std::printf("%.2f s, %.1f million events a second, %.1f MB\n", took.count(),
              static_cast<double>(r.engine.events) / took.count() / 1e6,
              static_cast<double>(r.engine.memory_bytes_max) / 1e6);
}

TEST(Hostile, AMillionRequestsOfWhichNoneEnds) {
  const auto r = run(R"(
duration: 1s
services: {s: {latency: 10s}}
workloads: {w: {to: s, arrivals: {constant: 1000000/s}}}
)");
  EXPECT_EQ(r.workloads[0].unfinished, 1'000'000U);
  EXPECT_EQ(r.services[0].unfinished, 1'000'000U);
  std::printf("%.1f MB for a million requests inside\n",
              static_cast<double>(r.engine.memory_bytes_max) / 1e6);
}

TEST(Hostile, NothingTakesTime) {
  const auto r = run(R"(
until: drained
services:
  a: {calls: [{parallel: [{to: b}, {publish: q, await: effect}]}, {to: b}]}
  b: {workers: 1, failure: 30%}
policies: {p: {retry: {max_attempts: 5}}}
queues: {q: {max_deliveries: 3, dead_letter: dlq}, dlq: {}}
consumers: {c: {from: q, calls: [{to: b}]}}
workloads: {w: {to: a, policy: p, arrivals: {bursts: {size: 1000, every: 1s}}, requests: 1000}}
)");
  EXPECT_EQ(r.simulated, 0s);
  EXPECT_EQ(r.workloads[0].offered, 1'000U);
  EXPECT_EQ(r.workloads[0].unfinished, 0U);
  EXPECT_GT(r.workloads[0].ok, 0U);
  EXPECT_EQ(r.workloads[0].latency.max(), 0s);
}

TEST(Hostile, RedeliveryWithoutDelayOrEndIsAnError) {
  EXPECT_THROW((void)run("until: drained\nservices: {s: {failure: 100%}}\nqueues: {q: {}}\n"
                         "consumers: {c: {from: q, calls: [{to: s}]}}\n"
                         "workloads: {w: {to: q, arrivals: {constant: 1/s}, requests: 1}}\n"),
               std::runtime_error);
}

TEST(Hostile, ABurstOfTenThousand) {
  // Served one after the other, and the whole line is walked by LIFO and priority too.
  for (const char* order : {"fifo", "lifo", "priority"}) {
    const auto r = run(std::string("until: drained\nservices: {s: {workers: 1, queue: {order: ") +
                       order + R"(}, latency: 1ms}}
workloads: {w: {to: s, arrivals: {bursts: {size: 10000, every: 1s}}, requests: 10000}}
)");
    EXPECT_EQ(r.workloads[0].latency.max(), 10s) << order;
    EXPECT_EQ(r.services[0].queue_max, 9'999U) << order;
    EXPECT_EQ(r.engine.requests_inside_max, 10'000U) << order;
  }
}

TEST(Hostile, ABurstOfTenThousandIntoEachNarrowPlace) {
  const auto r = run(R"(
until: drained
services: {s: {workers: 1, queue: {capacity: 10}, calls: [{publish: q}]}}
policies: {p: {bulkhead: {max_concurrent: 5, max_waiting: 100, max_wait: 1s}}}
queues: {q: {capacity: 3, overflow: block}}
consumers: {c: {from: q, latency: 1ms}}
workloads: {w: {to: s, policy: p, arrivals: {bursts: {size: 10000, every: 1s}}, requests: 10000}}
)");
  EXPECT_EQ(r.workloads[0].ok, 105U);
  EXPECT_EQ(r.calls[0].rejected_bulkhead, 9'895U);
}

constexpr const char* everything_at_once = R"(
squall: 1
duration: 3s
network: {latency: {exponential: 2ms}, loss: 2%}
services:
  front: {replicas: 2, workers: 10, latency: 1ms, when_caller_gone: cancel, calls: [{parallel: [{to: back, policy: inner}, {publish: q, await: effect, policy: inner, on_failure: continue}]}]}
  back: {replicas: 3, balance: power_of_two, workers: 4, queue: {capacity: 20, order: lifo}, latency: {exponential: 15ms}, failure: 10%, when_caller_gone: cancel}
policies:
  outer: {deadline: 300ms, timeout: 100ms, retry: {max_attempts: 4, backoff: {fixed: 5ms}}, hedge: {max_attempts: 3, delay: 20ms}, breaker: {window: {window: 20, failures: 15, open_for: 50ms}}, bulkhead: {max_concurrent: 60, max_waiting: 20, max_wait: 10ms}}
  inner: {timeout: 50ms, retry: {max_attempts: 3}, hedge: {max_attempts: 2, delay: 10ms}, order: [hedge, retry, breaker, bulkhead, timeout], bulkhead: {max_concurrent: 30, max_waiting: 5, max_wait: 5ms}, budget: {envoy: {percent: 50%}}}
queues: {q: {capacity: 20, overflow: block, visibility_timeout: 60ms, max_deliveries: 3, dead_letter: dlq, partitions: 4}, dlq: {capacity: 5, overflow: drop_oldest}}
consumers: {c: {from: q, concurrency: 3, prefetch: 2, latency: 5ms, calls: [{to: back, policy: inner}]}}
workloads:
  users: {to: front, policy: outer, arrivals: {poisson: 200/s}}
  orders: {to: q, policy: inner, arrivals: {poisson: 30/s}}
faults:
  a: {at: 500ms, for: 100ms, on: service.back, down: refuse}
  b: {at: 550ms, for: 100ms, on: service.back, down: blackhole, replica: 1}
  c: {at: 600ms, for: 200ms, on: service.front, pause: true}
  d: {at: 700ms, for: 200ms, on: service.front, down: blackhole, replica: 0}
  e: {at: 1s, for: 300ms, on: call.front->back, loss: 50%}
  f: {at: 1100ms, for: 300ms, on: service.back, capacity: x0}
  g: {at: 1200ms, for: 300ms, on: workload.users, rate: x3}
  h: {at: 1300ms, for: 300ms, set: {policies.inner.bulkhead.max_concurrent: 3, services.back.workers: 1, consumers.c.concurrency: 1, queues.q.capacity: 2}}
)";

TEST(Hostile, HedgeRetryCancelAndDownAtOnceKeepTheBooks) {
  scenario::Bundle bundle = test::bundle_of(everything_at_once);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    bundle.base.seed = seed;
    model::Model model(bundle.base);
    std::uint64_t steps = 0;
    while (model.step()) {
      if (++steps % 16 != 0) continue;
      ASSERT_EQ(model.find_violation(), std::nullopt) << "seed " << seed << ", " << steps;
    }
    const metrics::RunRecord r = model.result();
    EXPECT_GT(r.workloads[0].ok, 0U);
    EXPECT_GT(r.services[1].cancelled, 0U);
    EXPECT_GT(r.calls[0].hedges, 0U);
    EXPECT_GT(r.calls[0].retries, 0U);
    EXPECT_GT(r.services[1].lost, 0U);
  }
}

TEST(Hostile, FiniteWorkAtOneInstantComesToItsEnd) {
  // 500 requests with 300,000 calls, 1.5 million events, none of which takes time.
  std::string calls;
  for (int i = 0; i < 600; ++i) calls += "{to: x}, ";
  const auto r = run("until: drained\nservices:\n  gate: {calls: [{parallel: [" + calls +
                     "]}]}\n  x: {}\n"
                     "workloads: {w: {to: gate, arrivals: {bursts: {size: 500, every: 1h}}, "
                     "requests: 500}}\n");
  EXPECT_EQ(r.workloads[0].ok, 500U);
}

TEST(Hostile, AMillionAttemptsAtOneInstantComeToTheirEnd) {
  const auto r =
      run("until: drained\nservices: {s: {failure: 100%}}\n"
          "policies: {p: {retry: {max_attempts: 1000000}}}\n"
          "workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}\n");
  EXPECT_EQ(r.calls[0].attempts, 1'000'000U);
}

TEST(Hostile, CancelledTimersAreForgotten) {
  // 10,000 deadlines a second, each of an hour, on answers of a millisecond.
  const auto r =
      run("duration: 60s\nservices: {s: {latency: 1ms}}\n"
          "policies: {p: {deadline: 1h, timeout: 50m}}\n"
          "workloads: {w: {to: s, policy: p, arrivals: {constant: 10000/s}}}\n");
  EXPECT_LT(r.engine.memory_bytes_max, 1'000'000U);
}

}  // namespace
}  // namespace squall::hostile_test
