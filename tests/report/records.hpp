#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "squall/base/random.hpp"
#include "squall/metrics/run_record.hpp"

/// Records made by hand for the tests of the report.
namespace squall::report {

using std::chrono::milliseconds;

/// 2,400 requests over RPC to `payments`, of which 57 are ok and most time out.
inline metrics::RunRecord collapsed(std::string name) {
  metrics::RunRecord record;
  record.variant = std::move(name);
  record.simulated = record.measured = milliseconds{6'000};
  metrics::WorkloadRecord w;
  w.name = "shoppers";
  w.objective = milliseconds{1'000};
  w.offered = 2'400;
  w.ok = 57;
  w.late = 3;
  w.failed = 2'340;
  w.failed_timeout = 2'300;
  w.failed_error = 40;
  for (int i = 0; i < 57; ++i) {
    w.latency.add(milliseconds{20 + i});
    w.ok_latency.add(milliseconds{20 + i});
  }
  w.latency.add(milliseconds{1'500}, 3);
  record.workloads.push_back(std::move(w));

  metrics::CallRecord c;
  c.name = "shoppers->payments";
  c.requests = 2'400;
  c.attempts = 9'360;
  c.retries = 6'960;
  c.ok = 60;
  c.failed = 2'340;
  c.attempts_ok = 60;
  c.timeouts = 9'100;
  c.errors = 200;
  record.calls.push_back(std::move(c));

  metrics::ServiceRecord s;
  s.name = "payments";
  s.arrived = 9'360;
  s.completed = 6'000;
  s.failed = 3'360;
  s.wasted = 5'940;
  s.service_time_s = 1'000.0;
  s.wasted_time_s = 712.0;
  s.mean_in_system = 350.5;
  record.services.push_back(std::move(s));

  for (int i = 0; i < 60; ++i) {
    const Instant at{milliseconds{100 * i}};
    record.series.add(0, at, i < 6 ? 400 : 0);
    record.series.add(1, at, i < 10 ? 5 : i < 11 ? 7 : 0);
    record.series.add(2, at, 156);
  }
  record.engine = {100'000, 2'400, 1 << 20};
  return record;
}

/// The same 2,400 as events through `orders`: all ok, but after a long wait.
inline metrics::RunRecord queued(std::string name) {
  metrics::RunRecord record;
  record.variant = std::move(name);
  record.simulated = record.measured = milliseconds{6'000};
  metrics::WorkloadRecord w;
  w.name = "shoppers";
  w.is_event = true;
  w.objective = milliseconds{10'000};
  w.offered = 2'400;
  w.ok = 2'400;
  for (int i = 0; i < 2'400; ++i) {
    w.latency.add(milliseconds{12 + i});
    w.ok_latency.add(milliseconds{12 + i});
  }
  record.workloads.push_back(std::move(w));

  metrics::CallRecord publish;
  publish.name = "shoppers->orders";
  publish.requests = publish.attempts = publish.ok = publish.attempts_ok = 2'400;
  record.calls.push_back(std::move(publish));
  metrics::CallRecord call;
  call.name = "order-worker->payments";
  call.requests = call.attempts = 2'520;
  call.ok = call.attempts_ok = 2'400;
  call.failed = call.errors = 120;
  record.calls.push_back(std::move(call));

  metrics::ServiceRecord s;
  s.name = "payments";
  s.arrived = 2'520;
  s.completed = 2'400;
  s.failed = 120;
  s.service_time_s = 27.72;
  s.utilization = 0.8;
  record.services.push_back(std::move(s));

  metrics::QueueRecord q;
  q.name = "orders";
  q.published = q.acked = 2'400;
  q.delivered = 2'520;
  q.redelivered = 120;
  q.depth_max = 2'301;
  q.mean_inside = 1'000.25;
  q.from_delivery.add(milliseconds{11}, 2'400);
  record.queues.push_back(std::move(q));

  for (int i = 0; i < 60; ++i) {
    const Instant at{milliseconds{100 * i}};
    record.series.add(0, at, i < 6 ? 400 : 0);
    record.series.add(1, at, 40);
    record.series.add(5, at, i < 6 ? 360 : -40);
  }
  return record;
}

inline metrics::Comparison comparison_of(std::vector<metrics::RunRecord> variants) {
  metrics::Comparison comparison;
  comparison.scenario = "tutorial-bursts";
  comparison.description = "bursts against one service";
  comparison.seed = 7;
  comparison.variants = std::move(variants);
  return comparison;
}

/// A record with random figures that obey the ledger. Up to two workloads, calls, services, queues.
inline metrics::RunRecord random_record(Rng& rng, std::string name) {
  metrics::RunRecord record;
  record.variant = std::move(name);
  record.simulated = milliseconds{1 + static_cast<std::int64_t>(rng.below(100'000))};
  record.measured = record.simulated;
  // Often nothing, else up to 1, 10, 100 ... so that every magnitude and many zeros come up.
  const auto some = [&rng]() -> std::uint64_t {
    std::uint64_t bound = 1;
    for (std::uint64_t i = rng.below(6); i > 0; --i) bound *= 10;
    return bound == 1 ? 0 : rng.below(bound);
  };
  const auto time = [&] {
    return Duration{static_cast<std::int64_t>(1 + rng.below(5'000'000'000))};
  };

  for (std::uint64_t i = rng.below(3); i > 0; --i) {
    metrics::WorkloadRecord w;
    w.name = "load" + std::to_string(i);
    w.is_event = rng.below(2) == 0;
    if (rng.below(2) == 0)
      w.objective = milliseconds{static_cast<std::int64_t>(1 + rng.below(5'000))};
    w.ok = some();
    w.late = some();
    w.failed_timeout = some();
    w.failed_deadline = some();
    w.failed_error = some();
    w.rejected_local = some();
    w.rejected_remote = some();
    w.dead_lettered = some();
    w.dropped = some();
    w.unfinished = some();
    w.failed = w.failed_timeout + w.failed_deadline + w.failed_error;
    w.rejected = w.rejected_local + w.rejected_remote;
    w.offered = w.ok + w.late + w.failed + w.rejected + w.dead_lettered + w.dropped + w.unfinished;
    w.duplicates = some();
    for (std::uint64_t left = w.ok; left > 0;) {
      const std::uint64_t times = std::min<std::uint64_t>(left, 1 + left / 3);
      const Duration value = time();
      w.latency.add(value, times);
      w.ok_latency.add(value, times);
      left -= times;
    }
    w.latency.add(time(), w.late);
    record.workloads.push_back(std::move(w));
  }
  for (std::uint64_t i = rng.below(3); i > 0; --i) {
    metrics::CallRecord c;
    c.name = "a" + std::to_string(i) + "->callee" + std::to_string(i);
    c.requests = some();
    c.attempts = some();
    c.retries = some();
    c.rejected_breaker = some();
    c.rejected_bulkhead = some();
    c.rejected_rate_limit = some();
    c.rejected_queue = some();
    c.rejected_admission = some();
    c.denied_budget = some();
    record.calls.push_back(std::move(c));
  }
  for (std::uint64_t i = rng.below(3); i > 0; --i) {
    metrics::ServiceRecord s;
    s.name = "service" + std::to_string(i);
    s.arrived = some();
    s.service_time_s = rng.uniform() * 1'000.0;
    s.wasted_time_s = rng.below(2) == 0 ? 0.0 : s.service_time_s * rng.uniform();
    s.queue_max = some();
    record.services.push_back(std::move(s));
  }
  for (std::uint64_t i = rng.below(3); i > 0; --i) {
    metrics::QueueRecord q;
    q.name = "queue" + std::to_string(i);
    q.rejected = some();
    q.depth_max = some();
    const Duration delivery = time();
    q.from_delivery.add(delivery, some());
    record.queues.push_back(std::move(q));
  }
  record.verdict.state = static_cast<metrics::Verdict::State>(rng.below(4));
  if (record.verdict.state == metrics::Verdict::State::recovered) {
    record.verdict.recovered_after = rng.below(3) == 0 ? Duration{0} : time();
  }
  for (std::uint64_t i = rng.below(200); i > 0; --i) {
    // One draw to a statement: compilers order arguments differently.
    const auto column = static_cast<std::size_t>(rng.below(6));
    const std::uint64_t when = rng.below(static_cast<std::uint64_t>(record.simulated.count()));
    const auto by = static_cast<std::int64_t>(rng.below(20));
    record.series.add(column, Instant{Duration{static_cast<std::int64_t>(when)}}, by);
  }
  return record;
}

inline metrics::Comparison random_comparison(std::uint64_t seed) {
  Rng rng(seed);
  metrics::Comparison comparison;
  comparison.scenario = "random";
  comparison.seed = rng.below(1'000'000);
  for (std::uint64_t i = rng.below(5); i > 0; --i) {
    comparison.variants.push_back(
        random_record(rng, "variant-" + std::string(1, static_cast<char>('a' + i))));
  }
  return comparison;
}

}  // namespace squall::report
