#include "tests/scenario/support.hpp"

namespace squall::scenario {

std::string whole_example() {
  return R"(squall: 1                          # version of the format
name: checkout
description: one line
seed: 7
duration: 60s
warmup: 0s
network: {latency: 0ms, loss: 0%}

services:
  checkout:
    workers: 200
    latency: 2ms
    during_calls: hold
    calls:
      - {to: bank, policy: careful, network: {latency: 1ms}, on_failure: fail}
      - {parallel: [{to: fraud}, {to: ledger}]}
      - {publish: orders, await: accepted}
  bank:
    replicas: 3
    balance: round_robin
    workers: 40
    queue: {capacity: 200, order: fifo}
    latency: {uniform: [8ms, 14ms]}
    failure: 5%
    overload: {capacity: 25, latency: 50ms, failure: 40%, max_failure: 95%}
    demand_at: start
    when_caller_gone: finish
    admission: {limit: 64}
  fraud: {latency: 5ms}
  ledger: {latency: 5ms}

policies:
  careful:
    deadline: 1s
    timeout: 120ms
    retry: {max_attempts: 4, on: [timeout, error, rejected], backoff: {exponential: {base: 20ms, max: 400ms}, jitter: full}}
    budget: {envoy: {percent: 20%, min_concurrency: 3}}
    breaker: {resilience4j: {window: 20, minimum: 20, failure_rate: 40%, open_for: 500ms, half_open_calls: 1}}
    bulkhead: {max_concurrent: 40, max_waiting: 100, max_wait: 0ms}
    order: [retry, breaker, rate_limit, bulkhead, timeout]
    state: {per: edge, instances: 1}
  consumer: {timeout: 200ms}

queues:
  orders:
    capacity: 5000
    overflow: reject
    visibility_timeout: 30s
    max_deliveries: 4
    redelivery: {exponential: {base: 20ms, max: 400ms}, jitter: full}
    dead_letter: orders-dlq
    partitions: 1
  orders-dlq: {}

consumers:
  order-worker: {from: orders, concurrency: 16, prefetch: 1, latency: 0ms, calls: [{to: bank, policy: consumer}], on_failure: redeliver}

workloads:
  shoppers: {to: checkout, policy: careful, objective: 1s, priority: 0, arrivals: {bursts: {size: 350, every: 80ms}}, requests: 2400}

faults:
  slow-bank: {at: 10s, for: 650ms, on: service.bank, replica: 0, latency: x4}
  lossy: {at: 20s, for: 2s, on: call.checkout->bank, loss: 30%}
  rush: {at: 30s, for: 5s, on: workload.shoppers, rate: x2}
  retries-off: {at: 40s, for: 10s, set: {policies.careful.retry.max_attempts: 1}}

variants:
  naive: {policies.careful.breaker: null, policies.careful.bulkhead: null}
  events: {workloads.shoppers.to: orders, workloads.shoppers.policy: null}

expect:
  - {variant: events, metric: goodput_ratio, at_least: 99%}
)";
}

}  // namespace squall::scenario
