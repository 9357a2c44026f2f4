#pragma once

#include <numeric>
#include <string>

#include "squall/metrics/run_record.hpp"
#include "squall/metrics/timeline.hpp"

namespace squall::test {

/// Holds what a timeline adds up to against the totals of its run, which have to be of all of it:
/// the first thing that differs, in words; empty if nothing does.
inline std::string find_difference(const metrics::Timeline& timeline,
                                   const metrics::RunRecord& record) {
  std::string difference;
  const auto compare = [&difference](const std::string& what, std::uint64_t sum,
                                     std::uint64_t total) {
    if (sum == total || !difference.empty()) return;
    difference =
        what + ": " + std::to_string(sum) + " over time, " + std::to_string(total) + " in all";
  };
  const auto named = [](const auto& records, const std::string& name) -> const auto& {
    for (const auto& one : records) {
      if (one.name == name) return one;
    }
    return records.front();
  };
  const auto sum = [](const auto& entity, auto column) {
    const auto& counts = entity.counts[column];
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  };
  using W = metrics::WorkloadCount;
  for (const auto& w : timeline.workloads) {
    const metrics::WorkloadRecord& all = named(record.workloads, w.name);
    compare(w.name + " offered", sum(w, W::offered), all.offered);
    compare(w.name + " ok", sum(w, W::ok), all.ok);
    compare(w.name + " late", sum(w, W::late), all.late);
    compare(w.name + " failed", sum(w, W::failed), all.failed);
    compare(w.name + " rejected", sum(w, W::rejected), all.rejected);
    compare(w.name + " dead_lettered", sum(w, W::dead_lettered), all.dead_lettered);
    compare(w.name + " dropped", sum(w, W::dropped), all.dropped);
    compare(w.name + " unfinished",
            static_cast<std::uint64_t>(w.gauges[metrics::WorkloadGauge::open].end.back()),
            all.unfinished);
    std::uint64_t latencies = 0;
    for (const metrics::LatencyRow& row : w.latencies) {
      for (const metrics::Histogram::Bucket& bucket : row) latencies += bucket.count;
    }
    compare(w.name + " latencies", latencies, all.ok + all.late);
    if (!(w.latency == all.latency)) compare(w.name + " latency", 0, 1);
  }
  using C = metrics::CallCount;
  for (const auto& c : timeline.calls) {
    const metrics::CallRecord& all = named(record.calls, c.name);
    compare(c.name + " requests", sum(c, C::requests), all.requests);
    compare(c.name + " attempts", sum(c, C::attempts), all.attempts);
    compare(c.name + " retries", sum(c, C::retries), all.retries);
    compare(c.name + " hedges", sum(c, C::hedges), all.hedges);
    compare(c.name + " ok", sum(c, C::ok), all.attempts_ok);
    compare(c.name + " timeouts", sum(c, C::timeouts), all.timeouts);
    compare(c.name + " errors", sum(c, C::errors), all.errors);
    compare(c.name + " rejected", sum(c, C::rejected), all.rejected_queue + all.rejected_admission);
    compare(c.name + " refused", sum(c, C::refused_local),
            all.rejected_breaker + all.rejected_bulkhead + all.rejected_rate_limit +
                all.rejected_throttle + all.rejected_limiter);
    compare(c.name + " by the breaker", sum(c, C::refused_by_breaker), all.rejected_breaker);
    compare(c.name + " denied", sum(c, C::denied),
            all.denied_budget + all.denied_deadline + all.denied_pushback);
    compare(c.name + " denied by the budget", sum(c, C::denied_by_budget), all.denied_budget);
    compare(c.name + " unfinished",
            static_cast<std::uint64_t>(c.gauges[metrics::CallGauge::under_way].end.back()),
            all.unfinished);
  }
  using S = metrics::ServiceCount;
  for (const auto& s : timeline.services) {
    const metrics::ServiceRecord& all = named(record.services, s.name);
    compare(s.name + " arrived", sum(s, S::arrived), all.arrived);
    compare(s.name + " completed", sum(s, S::completed), all.completed);
    compare(s.name + " failed", sum(s, S::failed), all.failed);
    compare(s.name + " refused", sum(s, S::refused), all.refused);
    compare(s.name + " wasted", sum(s, S::wasted), all.wasted);
  }
  using Q = metrics::QueueCount;
  for (const auto& q : timeline.queues) {
    const metrics::QueueRecord& all = named(record.queues, q.name);
    compare(q.name + " published", sum(q, Q::published), all.published);
    compare(q.name + " delivered", sum(q, Q::delivered), all.delivered);
    compare(q.name + " redelivered", sum(q, Q::redelivered), all.redelivered);
    compare(q.name + " acked", sum(q, Q::acked), all.acked);
    compare(q.name + " dead_lettered", sum(q, Q::dead_lettered), all.dead_lettered);
    compare(q.name + " rejected", sum(q, Q::rejected), all.rejected);
    compare(q.name + " dropped", sum(q, Q::dropped), all.dropped);
  }
  return difference;
}

}  // namespace squall::test
