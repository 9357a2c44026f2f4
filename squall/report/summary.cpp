#include "squall/report/summary.hpp"

#include <map>

namespace squall::report {
namespace {

void add_limit(const std::optional<metrics::LimitRecord>& of, Summary& s) {
  if (!of) return;
  if (!s.limit) s.limit.emplace();
  s.limit->add(*of);
}

void add_workloads(const metrics::RunRecord& record, Summary& s) {
  bool all_alike = !record.workloads.empty();
  for (const metrics::WorkloadRecord& w : record.workloads) {
    s.offered += w.offered;
    s.ok += w.ok;
    s.degraded += w.degraded;
    s.late += w.late;
    s.failed += w.failed;
    s.rejected += w.rejected;
    s.dead_lettered += w.dead_lettered;
    s.dropped += w.dropped;
    s.unfinished += w.unfinished;
    s.duplicates += w.duplicates;
    s.failed_timeout += w.failed_timeout;
    s.failed_error += w.failed_error;
    s.failed_deadline += w.failed_deadline;
    s.rejected_local += w.rejected_local;
    s.rejected_remote += w.rejected_remote;
    s.latency.merge(w.latency);
    s.ok_latency.merge(w.ok_latency);
    s.has_events = s.has_events || w.is_event;
    s.has_objective = s.has_objective || w.objective.has_value();
    all_alike = all_alike && w.objective == record.workloads.front().objective;
  }
  if (all_alike) s.common_objective = record.workloads.front().objective;
  s.ended = s.ok + s.late;
  if (record.measured > Duration{0}) {
    s.goodput_per_s =
        static_cast<double>(s.ok) * 1e9 / static_cast<double>(record.measured.count());
  }
}

void add_calls(const metrics::RunRecord& record, Summary& s) {
  std::map<std::string, std::uint64_t> attempts_at;
  for (const metrics::CallRecord& c : record.calls) {
    s.attempts += c.attempts;
    s.retries += c.retries;
    s.hedges += c.hedges;
    s.timeouts += c.timeouts;
    s.errors += c.errors;
    s.rejected_breaker += c.rejected_breaker;
    s.rejected_bulkhead += c.rejected_bulkhead;
    s.rejected_rate_limit += c.rejected_rate_limit;
    s.rejected_throttle += c.rejected_throttle;
    s.rejected_limiter += c.rejected_limiter;
    s.rejected_queue += c.rejected_queue;
    s.rejected_admission += c.rejected_admission;
    s.denied += c.denied_budget + c.denied_deadline + c.denied_pushback;
    s.lost += c.lost;
    s.ejections += c.ejections;
    add_limit(c.limit, s);
    attempts_at[callee_of(c.name)] += c.attempts;
  }
  std::uint64_t most = 0;
  // In the order of the calls, so that of two alike the first is named.
  for (const metrics::CallRecord& c : record.calls) {
    const std::string callee = callee_of(c.name);
    if (attempts_at[callee] > most) {
      most = attempts_at[callee];
      s.amplification_at = callee;
    }
  }
  if (s.offered > 0) {
    s.amplification = static_cast<double>(most) / static_cast<double>(s.offered);
  }
}

void add_services(const metrics::RunRecord& record, Summary& s) {
  double most_wasted_s = 0.0;
  for (const metrics::ServiceRecord& service : record.services) {
    s.wasted += service.wasted;
    s.conflicts += service.conflicts;
    s.sheds = s.sheds || service.sheds;
    add_limit(service.limit, s);
    if (service.wasted_time_s > most_wasted_s) {
      most_wasted_s = service.wasted_time_s;
      s.wasted_ratio = service.wasted_ratio();
      s.wasted_at = service.name;
    }
    if (service.queue_max > s.line_max) {
      s.line_max = service.queue_max;
      s.line_at = service.name;
    }
  }
}

void add_queues(const metrics::RunRecord& record, Summary& s) {
  for (const metrics::QueueRecord& queue : record.queues) {
    s.delivered += queue.delivered;
    s.redelivered += queue.redelivered;
    s.expired += queue.expired;
    s.from_delivery.merge(queue.from_delivery);
    if (queue.depth_max > s.depth_max) {
      s.depth_max = queue.depth_max;
      s.depth_at = queue.name;
    }
  }
}

}  // namespace

Summary summarise(const metrics::RunRecord& record) {
  Summary summary;
  add_workloads(record, summary);
  add_calls(record, summary);
  add_services(record, summary);
  add_queues(record, summary);
  return summary;
}

std::string callee_of(const std::string& call) {
  const std::size_t arrow = call.rfind("->");
  return arrow == std::string::npos ? call : call.substr(arrow + 2);
}

}  // namespace squall::report
