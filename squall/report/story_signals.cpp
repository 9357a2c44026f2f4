#include "squall/report/story_signals.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace squall::report {
namespace {

using metrics::CallCount;
using metrics::CallGauge;
using metrics::CallTimeline;
using metrics::QueueCount;
using metrics::QueueGauge;
using metrics::QueueTimeline;
using metrics::ServiceCount;
using metrics::ServiceGauge;
using metrics::ServiceTimeline;
using metrics::WorkloadCount;
using metrics::WorkloadTimeline;

/// The fewest rows that a window spans, and that tell what is usual.
constexpr std::size_t window_min = 8;
constexpr std::size_t usual_min = 8;

}  // namespace

Signals::Signals(const metrics::Timeline& timeline) : timeline_(timeline) {
  gap_ = std::max(window_min, static_cast<std::size_t>(static_cast<double>(timeline.rows) *
                                                       same_episode_share));
  gap_ = std::max(gap_, longest_silence() + longest_silence() / 4);
  if (timeline.faults.empty()) return;
  const std::size_t first = rows_of(timeline.warmup);
  const std::int64_t before = timeline.faults.front().from.time_since_epoch() / timeline.interval;
  const auto end =
      static_cast<std::size_t>(std::min(before, static_cast<std::int64_t>(timeline.rows)));
  if (end >= first + usual_min) usual_ = Episode{first, end, 0};
}

/// Rows between two arrivals, the longest such time.
std::size_t Signals::longest_silence() const {
  std::size_t longest = 0;
  std::optional<std::size_t> last;
  for (std::size_t i = 0; i < timeline_.rows; ++i) {
    const bool arrives =
        std::ranges::any_of(timeline_.workloads, [i](const WorkloadTimeline& workload) {
          return workload.counts[WorkloadCount::offered][i] > 0;
        });
    if (!arrives) continue;
    if (last) longest = std::max(longest, i - *last - 1);
    last = i;
  }
  return longest;
}

std::size_t Signals::rows_of(Duration duration) const {
  const std::int64_t whole = duration / timeline_.interval;
  const std::int64_t rows = whole + (duration % timeline_.interval > Duration{0} ? 1 : 0);
  return static_cast<std::size_t>(std::min(rows, static_cast<std::int64_t>(timeline_.rows) + 1));
}

std::vector<Episode> Signals::episodes(const Row& begins, const Row& ends) const {
  std::vector<Episode> found;
  const std::size_t rows = timeline_.rows;
  for (std::size_t i = 0; i < rows;) {
    if (!begins(i)) {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    while (end < rows && !ends(end)) ++end;
    if (!found.empty() && i < found.back().end + gap_) {
      found.back().end = end;
      ++found.back().repeats;
    } else {
      found.push_back({i, end, 0});
    }
    i = end;
  }
  return found;
}

std::optional<double> Signals::most_usual(const std::vector<double>& gauge) const {
  if (!usual_) return std::nullopt;
  double most = 0.0;
  for (std::size_t i = usual_->first; i < usual_->end; ++i) {
    if (metrics::has_value(gauge[i])) most = std::max(most, gauge[i]);
  }
  return most;
}

// --- Levels ---

std::vector<Episode> Signals::load(const ServiceTimeline& service) const {
  if (!service.overload_capacity) return {};
  const std::vector<double>& load = service.gauges[ServiceGauge::load].most;
  const double usual = most_usual(load).value_or(0.0);
  const double begins = std::max(load_begins, usual > load_begins ? 1.2 * usual : 0.0);
  const double ends = begins * load_ends / load_begins;
  return episodes([&](std::size_t i) { return load[i] > begins; },
                  [&](std::size_t i) { return !(load[i] >= ends); });
}

/// How long callers wait for the service: the shortest timeout of a call to it, else the shortest
/// objective of a workload.
std::optional<Duration> Signals::patience_with(const ServiceTimeline& service) const {
  std::optional<Duration> shortest;
  const auto consider = [&shortest](const std::optional<Duration>& one) {
    if (one && (!shortest || *one < *shortest)) shortest = one;
  };
  const std::string subject = metrics::subject_of(metrics::GraphNode::Kind::service, service.name);
  for (const CallTimeline& call : timeline_.calls) {
    if (call.to == subject) consider(call.timeout);
  }
  if (shortest) return shortest;
  for (const WorkloadTimeline& workload : timeline_.workloads) consider(workload.objective);
  return shortest;
}

std::vector<Episode> Signals::line(const ServiceTimeline& service) const {
  if (!service.workers) return {};
  const std::vector<double>& waiting = service.gauges[ServiceGauge::waiting].most;
  const auto workers = static_cast<double>(*service.workers);
  const Cumulated left(
      sum_of(service.counts[ServiceCount::completed], service.counts[ServiceCount::failed]));
  const std::optional<Duration> patience = patience_with(service);
  const std::optional<double> usual = most_usual(waiting);
  /// @param part  of each threshold
  const auto is_long = [&](std::size_t i, double part) {
    if (patience) {
      const std::size_t span = std::max<std::size_t>(rows_of(*patience), 1);
      const std::size_t from = i + 1 > span ? i + 1 - span : 0;
      const double answered = static_cast<double>(left(from, i + 1));
      // Near the start less time than that has passed.
      const bool is_whole = i + 1 >= span;
      const double least = std::max(line_min, workers);
      if (is_whole && waiting[i] >= part * std::max(least, answered)) return true;
    }
    if (usual && waiting[i] >= part * std::max({crowd_min, workers, unusual_begins * *usual}))
      return true;
    return !patience && !usual &&
           waiting[i] >= part * std::max(line_of_worker * workers, line_of_worker * crowd_min);
  };
  return episodes([&](std::size_t i) { return is_long(i, 1.0); },
                  [&](std::size_t i) { return !is_long(i, 0.5); });
}

std::vector<Episode> Signals::crowd(const ServiceTimeline& service) const {
  if (service.workers || service.overload_capacity) return {};
  const std::vector<double>& inside = service.gauges[ServiceGauge::in_service].most;
  const std::optional<double> usual = most_usual(inside);
  if (!usual) return {};
  return episodes(
      [&](std::size_t i) { return inside[i] >= std::max(crowd_min, unusual_begins * *usual); },
      [&](std::size_t i) { return inside[i] < std::max(crowd_min / 2.0, unusual_ends * *usual); });
}

std::vector<Episode> Signals::backlog(const QueueTimeline& queue) const {
  if (queue.keeps_dead_letters) return {};
  const std::vector<double>& depth = queue.gauges[QueueGauge::depth].most;
  const std::vector<double>& age = queue.gauges[QueueGauge::oldest_age_ms].most;
  const std::optional<double> usual = most_usual(depth);
  std::optional<double> patience_ms;
  for (const WorkloadTimeline& workload : timeline_.workloads) {
    if (workload.is_event && workload.objective)
      patience_ms = std::min(patience_ms.value_or(to_ms(forever)), to_ms(*workload.objective));
  }
  const auto is_long = [&](std::size_t i, double part) {
    if (patience_ms && age[i] >= part * *patience_ms) return true;
    if (usual) return depth[i] >= part * std::max(crowd_min, unusual_begins * *usual);
    return !patience_ms && depth[i] >= part * line_of_worker * crowd_min;
  };
  return episodes([&](std::size_t i) { return is_long(i, 1.0); },
                  [&](std::size_t i) { return !is_long(i, 0.5); });
}

std::vector<Episode> Signals::breaker(const CallTimeline& call) const {
  if (!call.has_breaker) return {};
  const std::vector<double>& closed = call.gauges[CallGauge::breaker_closed].end;
  const std::vector<double>& open = call.gauges[CallGauge::breaker_open].most;
  const std::vector<double>& half_open = call.gauges[CallGauge::breaker_half_open].end;
  const std::vector<double>& open_at_end = call.gauges[CallGauge::breaker_open].end;
  const auto states = [&](std::size_t i) { return closed[i] + open_at_end[i] + half_open[i]; };
  return episodes(
      [&](std::size_t i) { return open[i] >= breaker_begins * states(i) && open[i] > 0; },
      [&](std::size_t i) { return closed[i] > breaker_ends * states(i); });
}

// --- Shares ---

std::size_t Signals::window_of(const CallTimeline& call) const {
  return std::max(window_min, call.timeout ? rows_of(*call.timeout) : 0);
}

std::vector<Episode> Signals::share(const Counts& part, const Counts& whole, double begins,
                                    std::size_t window) const {
  const Cumulated parts(part);
  const Cumulated wholes(whole);
  if (usual_) {
    const auto usual_whole = static_cast<double>(wholes(usual_->first, usual_->end));
    const auto usual_part = static_cast<double>(parts(usual_->first, usual_->end));
    if (usual_whole > 0.0) begins = std::max(begins, 2.0 * usual_part / usual_whole);
  }
  const auto is_above = [&](std::size_t i, double share) {
    return static_cast<double>(parts(i, i + window)) >=
           share * static_cast<double>(wholes(i, i + window));
  };
  const double average =
      static_cast<double>(wholes(0, timeline_.rows)) / static_cast<double>(timeline_.rows);
  const auto has_traffic = [&](std::size_t i) {
    const std::uint64_t most = std::max(parts(i, i + window), wholes(i, i + window));
    // The run may end within the window.
    const auto rows = static_cast<double>(std::min(window, timeline_.rows - i));
    return static_cast<double>(most) >= traffic_min * average * rows;
  };
  const auto is_no_chance = [&](std::size_t i) {
    const double expected = begins * static_cast<double>(wholes(i, i + window));
    return static_cast<double>(parts(i, i + window)) >=
           expected + deviations_min * std::sqrt(expected);
  };
  return episodes(
      [&](std::size_t i) {
        return part[i] > 0 && parts(i, i + window) >= events_min && has_traffic(i) &&
               is_no_chance(i);
      },
      [&](std::size_t i) {
        return parts(i, i + window) == 0 || !is_above(i, share_ends * begins);
      });
}

/// Where retries, or redeliveries, make more of what there is to do.
std::vector<Episode> Signals::feeding(const Counts& repeated, const Counts& whole,
                                      std::size_t window) const {
  const Cumulated repeats(repeated);
  const Cumulated wholes(whole);
  const double average =
      static_cast<double>(wholes(0, timeline_.rows)) / static_cast<double>(timeline_.rows);
  std::vector<Episode> found = share(repeated, whole, repeats_begin, window);
  std::erase_if(found, [&](const Episode& episode) {
    const std::size_t end = std::max(episode.end, std::min(timeline_.rows, episode.first + window));
    const auto all = static_cast<double>(wholes(episode.first, end));
    const auto again = static_cast<double>(repeats(episode.first, end));
    return all < feeding_traffic_min * average * static_cast<double>(end - episode.first) ||
           again > (1.0 - feeding_firsts_min) * all || again < share_ends * repeats_begin * all;
  });
  return found;
}

std::vector<Episode> Signals::timeouts(const CallTimeline& call) const {
  return share(call.counts[CallCount::timeouts], call.counts[CallCount::attempts], timeouts_begin,
               window_of(call));
}

std::vector<Episode> Signals::errors(const CallTimeline& call) const {
  return share(sum_of(call.counts[CallCount::errors], call.counts[CallCount::rejected]),
               call.counts[CallCount::attempts], errors_begin, window_of(call));
}

std::vector<Episode> Signals::retries(const CallTimeline& call) const {
  const Counts repeated = sum_of(call.counts[CallCount::retries], call.counts[CallCount::hedges]);
  // Of retries that are refused locally no attempt comes.
  const Counts tries =
      sum_of(call.counts[CallCount::attempts], call.counts[CallCount::refused_local]);
  return feeding(repeated, tries, window_of(call));
}

std::vector<Episode> Signals::denials(const CallTimeline& call) const {
  return share(call.counts[CallCount::denied_by_budget],
               sum_of(call.counts[CallCount::retries], call.counts[CallCount::denied]),
               denials_begin, window_of(call));
}

std::vector<Episode> Signals::refusals(const ServiceTimeline& service) const {
  return share(service.counts[ServiceCount::refused], service.counts[ServiceCount::arrived],
               refusals_begin, window_min);
}

std::vector<Episode> Signals::overflow(const QueueTimeline& queue) const {
  if (!queue.capacity) return {};
  return share(sum_of(queue.counts[QueueCount::rejected], queue.counts[QueueCount::dropped]),
               queue.counts[QueueCount::published], refusals_begin, window_min);
}

std::vector<Episode> Signals::redeliveries(const QueueTimeline& queue) const {
  return feeding(queue.counts[QueueCount::redelivered], queue.counts[QueueCount::delivered],
                 window_min);
}

std::vector<Episode> Signals::any(const Counts& counts) const {
  const Cumulated sums(counts);
  return episodes([&](std::size_t i) { return counts[i] > 0; },
                  [&](std::size_t i) { return sums(i, i + window_min) == 0; });
}

std::vector<Episode> Signals::dead_letters(const QueueTimeline& queue) const {
  return any(queue.counts[QueueCount::dead_lettered]);
}

std::vector<Episode> Signals::collected(const QueueTimeline& queue) const {
  if (!queue.keeps_dead_letters) return {};
  return any(queue.counts[QueueCount::published]);
}

}  // namespace squall::report
