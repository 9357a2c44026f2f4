#include "squall/metrics/timeline.hpp"

#include <algorithm>
#include <utility>

#include "squall/base/check.hpp"

namespace squall::metrics {
namespace {

/// The greater of two gauges; one without a value is less than any.
double greater(double a, double b) noexcept { return !has_value(a) || b > a ? b : a; }

/// Groups of `factor` neighbours, the last one perhaps of fewer.
class Grouping {
 public:
  Grouping(std::size_t rows, std::size_t factor) : rows_(rows), factor_(factor) {}

  [[nodiscard]] std::size_t groups() const noexcept { return (rows_ + factor_ - 1) / factor_; }
  [[nodiscard]] std::size_t first(std::size_t group) const noexcept { return group * factor_; }
  [[nodiscard]] std::size_t last(std::size_t group) const noexcept {
    return std::min(rows_, (group + 1) * factor_) - 1;
  }

 private:
  std::size_t rows_;
  std::size_t factor_;
};

/// Leaves the first `kept` rows; what was counted in the others is added to the last of them.
template <typename Count, typename Gauge>
void cut(EntityRows<Count, Gauge>& rows, std::size_t kept) {
  for (std::vector<std::uint64_t>& counts : rows.counts) {
    for (std::size_t i = kept; i < counts.size(); ++i) counts[kept - 1] += counts[i];
    counts.resize(kept);
  }
  for (GaugeRows& gauge : rows.gauges) {
    gauge.end.resize(kept);
    gauge.most.resize(kept);
  }
}

template <typename Count, typename Gauge>
void add_up(EntityRows<Count, Gauge>& rows, const Grouping& grouping) {
  const std::size_t groups = grouping.groups();
  for (std::vector<std::uint64_t>& counts : rows.counts) {
    for (std::size_t g = 0; g < groups; ++g) {
      std::uint64_t sum = 0;
      for (std::size_t i = grouping.first(g); i <= grouping.last(g); ++i) sum += counts[i];
      counts[g] = sum;
    }
    counts.resize(groups);
  }
  for (GaugeRows& gauge : rows.gauges) {
    for (std::size_t g = 0; g < groups; ++g) {
      double most = no_value;
      for (std::size_t i = grouping.first(g); i <= grouping.last(g); ++i) {
        most = greater(most, gauge.most[i]);
      }
      gauge.end[g] = gauge.end[grouping.last(g)];
      gauge.most[g] = most;
    }
    gauge.end.resize(groups);
    gauge.most.resize(groups);
  }
}

void add_up(std::vector<LatencyRow>& rows, const Grouping& grouping) {
  const std::size_t groups = grouping.groups();
  for (std::size_t g = 0; g < groups; ++g) {
    LatencyRow sum;
    for (std::size_t i = grouping.first(g); i <= grouping.last(g); ++i)
      merge(sum, std::move(rows[i]));
    rows[g] = std::move(sum);
  }
  rows.resize(groups);
}

void add_up_rows(Timeline& timeline, std::size_t factor) {
  const Grouping grouping(timeline.rows, factor);
  for (WorkloadTimeline& workload : timeline.workloads) {
    add_up(workload, grouping);
    add_up(workload.latencies, grouping);
  }
  for (CallTimeline& call : timeline.calls) add_up(call, grouping);
  for (ServiceTimeline& service : timeline.services) add_up(service, grouping);
  for (QueueTimeline& queue : timeline.queues) add_up(queue, grouping);
  timeline.rows = grouping.groups();
  timeline.interval *= static_cast<std::int64_t>(factor);
}

void cut_rows(Timeline& timeline, std::size_t kept) {
  for (WorkloadTimeline& workload : timeline.workloads) {
    cut(workload, kept);
    for (std::size_t i = kept; i < timeline.rows; ++i)
      merge(workload.latencies[kept - 1], std::move(workload.latencies[i]));
    workload.latencies.resize(kept);
  }
  for (CallTimeline& call : timeline.calls) cut(call, kept);
  for (ServiceTimeline& service : timeline.services) cut(service, kept);
  for (QueueTimeline& queue : timeline.queues) cut(queue, kept);
  timeline.rows = kept;
}

/// Calls f(rows of an entity, its sample, its sample before) for every entity of the timeline.
template <typename Function>
void for_each_entity(Timeline& timeline, const Sample& now, const Sample& before, Function f) {
  const auto each = [&f](auto& rows, const auto& samples, const auto& samples_before) {
    SQUALL_CHECK(samples.size() == rows.size(), "a sample of other entities than the timeline's");
    for (std::size_t i = 0; i < rows.size(); ++i) f(rows[i], samples[i], samples_before[i]);
  };
  each(timeline.workloads, now.workloads, before.workloads);
  each(timeline.calls, now.calls, before.calls);
  each(timeline.services, now.services, before.services);
  each(timeline.queues, now.queues, before.queues);
}

}  // namespace

std::optional<Duration> quantile(const LatencyRow& row, double q) {
  std::uint64_t total = 0;
  for (const Histogram::Bucket& bucket : row) total += bucket.count;
  if (total == 0) return std::nullopt;
  std::uint64_t left = Histogram::rank_of(q, total);
  for (const Histogram::Bucket& bucket : row) {
    if (left <= bucket.count) return bucket.middle();
    left -= bucket.count;
  }
  return row.back().middle();
}

void merge(LatencyRow& to, LatencyRow from) {
  if (from.empty()) return;
  if (to.empty()) {
    to = std::move(from);
    return;
  }
  LatencyRow merged;
  merged.reserve(to.size() + from.size());
  auto other = from.begin();
  for (const Histogram::Bucket& bucket : to) {
    for (; other != from.end() && other->index < bucket.index; ++other) merged.push_back(*other);
    merged.push_back(bucket);
    if (other != from.end() && other->index == bucket.index)
      merged.back().count += (other++)->count;
  }
  merged.insert(merged.end(), other, from.end());
  to = std::move(merged);
}

const char* text_of(GraphNode::Kind kind) {
  switch (kind) {
    case GraphNode::Kind::workload:
      return "workload";
    case GraphNode::Kind::service:
      return "service";
    case GraphNode::Kind::queue:
      return "queue";
    case GraphNode::Kind::consumer:
      return "consumer";
  }
  return "";
}

std::string subject_of(GraphNode::Kind kind, const std::string& name) {
  return std::string(text_of(kind)) + "." + name;
}

Timeline thinned(Timeline timeline, std::size_t rows_max) {
  SQUALL_CHECK(rows_max > 0, "a timeline without rows");
  const std::size_t factor = (timeline.rows + rows_max - 1) / rows_max;
  if (factor > 1) add_up_rows(timeline, factor);
  return timeline;
}

TimelineRows::TimelineRows(Timeline& timeline, Duration interval, std::size_t rows_max)
    : timeline_(timeline), rows_max_(rows_max) {
  SQUALL_CHECK(interval > Duration{0}, "the interval of a timeline");
  SQUALL_CHECK(rows_max > 1, "the rows of a timeline");
  timeline_.interval = interval;
  timeline_.rows = 0;
  timeline_.end = Instant{};
  before_.workloads.resize(timeline.workloads.size());
  before_.calls.resize(timeline.calls.size());
  before_.services.resize(timeline.services.size());
  before_.queues.resize(timeline.queues.size());
  latencies_before_.resize(timeline.workloads.size());
}

Instant TimelineRows::next() const noexcept { return later(timeline_.end, timeline_.interval); }

void TimelineRows::add(const Sample& sample) {
  const Instant end = next();
  append(sample);
  timeline_.end = end;
  // What is left of an odd number would be a row that is too short.
  if (timeline_.rows == rows_max_ - rows_max_ % 2) add_up_rows(timeline_, 2);
}

void TimelineRows::finish(const Sample& sample, Instant end) {
  SQUALL_CHECK(end <= next(), "the end of a timeline");
  if (end < timeline_.end) {
    // The last row includes the end.
    const std::int64_t before = end.time_since_epoch().count() - 1;
    cut_rows(timeline_,
             before < 0 ? 1 : static_cast<std::size_t>(before / timeline_.interval.count()) + 1);
  }
  if (end <= timeline_.end && timeline_.rows > 0)
    add_to_last(sample);
  else
    append(sample);
  timeline_.end = end;
  for (std::size_t w = 0; w < timeline_.workloads.size(); ++w)
    timeline_.workloads[w].latency = latency_of(w);
}

Histogram TimelineRows::latency_of(std::size_t workload) const {
  Histogram latency;
  for (const Histogram& part : latencies_before_[workload]) latency.merge(part);
  return latency;
}

std::uint64_t TimelineRows::memory_bytes() const {
  std::uint64_t bytes = 0;
  const auto add = [&bytes](const auto& values) {
    bytes += values.capacity() * sizeof(values.front());
  };
  const auto add_columns = [&add](const auto& entities) {
    for (const auto& entity : entities) {
      for (const std::vector<std::uint64_t>& counts : entity.counts) add(counts);
      for (const GaugeRows& gauge : entity.gauges) {
        add(gauge.end);
        add(gauge.most);
      }
    }
  };
  add_columns(timeline_.workloads);
  add_columns(timeline_.calls);
  add_columns(timeline_.services);
  add_columns(timeline_.queues);
  for (const WorkloadTimeline& workload : timeline_.workloads) {
    add(workload.latencies);
    for (const LatencyRow& row : workload.latencies) add(row);
  }
  return bytes;
}

void TimelineRows::append(const Sample& sample) {
  for_each_entity(timeline_, sample, before_, [](auto& rows, const auto& now, const auto& before) {
    for (std::size_t c = 0; c < rows.counts.size; ++c)
      rows.counts.at(c).push_back(now.counts.at(c) - before.counts.at(c));
    for (std::size_t g = 0; g < rows.gauges.size; ++g) {
      rows.gauges.at(g).end.push_back(now.gauges.at(g));
      rows.gauges.at(g).most.push_back(now.gauges.at(g));
    }
  });
  for (std::size_t w = 0; w < timeline_.workloads.size(); ++w) {
    timeline_.workloads[w].latencies.push_back(take_latencies(w, sample));
  }
  ++timeline_.rows;
  before_ = sample;
}

void TimelineRows::add_to_last(const Sample& sample) {
  for_each_entity(timeline_, sample, before_, [](auto& rows, const auto& now, const auto& before) {
    for (std::size_t c = 0; c < rows.counts.size; ++c)
      rows.counts.at(c).back() += now.counts.at(c) - before.counts.at(c);
    for (std::size_t g = 0; g < rows.gauges.size; ++g) {
      GaugeRows& gauge = rows.gauges.at(g);
      gauge.end.back() = now.gauges.at(g);
      gauge.most.back() = greater(gauge.most.back(), now.gauges.at(g));
    }
  });
  for (std::size_t w = 0; w < timeline_.workloads.size(); ++w) {
    merge(timeline_.workloads[w].latencies.back(), take_latencies(w, sample));
  }
  before_ = sample;
}

/// What was added since the last sample.
LatencyRow TimelineRows::take_latencies(std::size_t workload, const Sample& sample) {
  LatencyRow added;
  LatenciesSeen& before = latencies_before_[workload];
  for (std::size_t i = 0; i < before.size(); ++i) {
    merge(added, before[i].catch_up_with(*sample.latencies[workload][i]));
  }
  return added;
}

}  // namespace squall::metrics
