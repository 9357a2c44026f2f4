#include "squall/metrics/pool.hpp"

#include <algorithm>
#include <cstddef>

#include "squall/base/check.hpp"

namespace squall::metrics {

namespace {

/// The average over two stretches of time.
struct TimeAverage {
  double first, second;  // the lengths

  [[nodiscard]] double of(double a, double b) const noexcept {
    const double all = first + second;
    return all > 0.0 ? (a * first + b * second) / all : a;
  }
};

void add(WorkloadRecord& to, const WorkloadRecord& from) {
  to.offered += from.offered;
  to.ok += from.ok;
  to.late += from.late;
  to.failed += from.failed;
  to.rejected += from.rejected;
  to.dead_lettered += from.dead_lettered;
  to.dropped += from.dropped;
  to.unfinished += from.unfinished;
  to.rejected_local += from.rejected_local;
  to.rejected_remote += from.rejected_remote;
  to.failed_timeout += from.failed_timeout;
  to.failed_deadline += from.failed_deadline;
  to.failed_error += from.failed_error;
  to.duplicates += from.duplicates;
  to.may_degrade = to.may_degrade || from.may_degrade;
  to.degraded += from.degraded;
  to.latency.merge(from.latency);
  to.ok_latency.merge(from.ok_latency);
}

void add(std::optional<LimitRecord>& to, const std::optional<LimitRecord>& from) {
  if (!from) return;
  if (!to) to.emplace();
  to->add(*from);
}

void add(CallRecord& to, const CallRecord& from) {
  to.requests += from.requests;
  to.attempts += from.attempts;
  to.retries += from.retries;
  to.hedges += from.hedges;
  to.ok += from.ok;
  to.failed += from.failed;
  to.refused += from.refused;
  to.abandoned += from.abandoned;
  to.unfinished += from.unfinished;
  to.attempts_ok += from.attempts_ok;
  to.errors += from.errors;
  to.timeouts += from.timeouts;
  to.rejected_queue += from.rejected_queue;
  to.rejected_admission += from.rejected_admission;
  to.attempts_abandoned += from.attempts_abandoned;
  to.attempts_unfinished += from.attempts_unfinished;
  to.rejected_breaker += from.rejected_breaker;
  to.rejected_bulkhead += from.rejected_bulkhead;
  to.rejected_rate_limit += from.rejected_rate_limit;
  to.rejected_throttle += from.rejected_throttle;
  to.rejected_limiter += from.rejected_limiter;
  to.deadlines += from.deadlines;
  to.denied_budget += from.denied_budget;
  to.denied_deadline += from.denied_deadline;
  to.denied_pushback += from.denied_pushback;
  to.lost += from.lost;
  to.has_fallback = to.has_fallback || from.has_fallback;
  to.fallbacks += from.fallbacks;
  to.has_outlier = to.has_outlier || from.has_outlier;
  to.ejections += from.ejections;
  to.not_ejected += from.not_ejected;
  to.panics += from.panics;
  add(to.limit, from.limit);
}

void add(ServiceRecord& to, const ServiceRecord& from, const TimeAverage& average) {
  to.arrived += from.arrived;
  to.completed += from.completed;
  to.failed += from.failed;
  to.refused += from.refused;
  to.shed += from.shed;
  to.skipped += from.skipped;
  to.cancelled += from.cancelled;
  to.lost += from.lost;
  to.unfinished += from.unfinished;
  to.may_expire = to.may_expire || from.may_expire;
  to.expired += from.expired;
  to.conflicts += from.conflicts;
  to.wasted += from.wasted;
  to.service_time_s += from.service_time_s;
  to.wasted_time_s += from.wasted_time_s;
  to.utilization = average.of(to.utilization, from.utilization);
  to.mean_in_system = average.of(to.mean_in_system, from.mean_in_system);
  to.mean_in_service = average.of(to.mean_in_service, from.mean_in_service);
  to.queue_max = std::max(to.queue_max, from.queue_max);
  to.wait.merge(from.wait);
  add(to.limit, from.limit);
}

void add(QueueRecord& to, const QueueRecord& from, const TimeAverage& average) {
  to.published += from.published;
  to.rejected += from.rejected;
  to.dropped += from.dropped;
  to.acked += from.acked;
  to.dead_lettered += from.dead_lettered;
  to.unfinished += from.unfinished;
  to.delivered += from.delivered;
  to.redelivered += from.redelivered;
  to.expired += from.expired;
  to.depth_max = std::max(to.depth_max, from.depth_max);
  to.mean_inside = average.of(to.mean_inside, from.mean_inside);
  to.age.merge(from.age);
  to.from_delivery.merge(from.from_delivery);
}

void add(EngineRecord& to, const EngineRecord& from) {
  to.events += from.events;
  to.requests_inside_max = std::max(to.requests_inside_max, from.requests_inside_max);
  to.memory_bytes_max = std::max(to.memory_bytes_max, from.memory_bytes_max);
}

/// REQUIRES both >= 0.
Duration sum_of(Duration a, Duration b) { return a > forever - b ? forever : a + b; }

/// a * (runs of a) + b * (runs of b), over all runs, to whole nanoseconds.
Duration pooled_mean(Duration a, std::uint64_t runs_a, Duration b, std::uint64_t runs_b) {
  const auto all = static_cast<double>(runs_a) + static_cast<double>(runs_b);
  const double sum = static_cast<double>(a.count()) * static_cast<double>(runs_a) +
                     static_cast<double>(b.count()) * static_cast<double>(runs_b);
  return nanoseconds_saturated(sum / all);
}

void add(Verdict& to, std::uint64_t runs_to, const Verdict& from, std::uint64_t runs_from) {
  if (to.state != from.state) to.state = Verdict::State::mixed;
  if (to.state == Verdict::State::recovered && to.recovered_after && from.recovered_after) {
    to.recovered_after =
        pooled_mean(*to.recovered_after, runs_to, *from.recovered_after, runs_from);
  } else {
    to.recovered_after = std::nullopt;
  }
}

template <typename Record, typename... More>
void add_all(std::vector<Record>& to, const std::vector<Record>& from, const More&... more) {
  SQUALL_CHECK(to.size() == from.size(), "records of different scenarios");
  for (std::size_t i = 0; i < to.size(); ++i) add(to[i], from[i], more...);
}

}  // namespace

void pool(RunRecord& pooled, const RunRecord& next) {
  const TimeAverage average{static_cast<double>(pooled.measured.count()),
                            static_cast<double>(next.measured.count())};
  add_all(pooled.workloads, next.workloads);
  add_all(pooled.calls, next.calls);
  add_all(pooled.services, next.services, average);
  add_all(pooled.queues, next.queues, average);
  add(pooled.verdict, pooled.runs, next.verdict, next.runs);
  pooled.series.merge(next.series);
  add(pooled.engine, next.engine);
  pooled.simulated = sum_of(pooled.simulated, next.simulated);
  pooled.measured = sum_of(pooled.measured, next.measured);
  pooled.cut = pooled.cut || next.cut;
  pooled.is_steady = false;  // what several runs differ by says more than batches of one
  pooled.runs += next.runs;
}

}  // namespace squall::metrics
