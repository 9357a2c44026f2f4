#include "squall/report/story_goodput.hpp"

#include <algorithm>
#include <chrono>

namespace squall::report {
namespace {

using metrics::WorkloadCount;
using metrics::WorkloadGauge;
using metrics::WorkloadTimeline;

/// What begins so early begins with the run: rows, and as a part of signals_.gap().
constexpr std::size_t start_min = 8, start_of_gap = 5;

/// Those that end otherwise than ok, in each row.
Counts ended_badly(const WorkloadTimeline& workload) {
  const auto& counts = workload.counts;
  Counts made = sum_of(counts[WorkloadCount::late], counts[WorkloadCount::failed]);
  made = sum_of(made, counts[WorkloadCount::rejected]);
  made = sum_of(made, counts[WorkloadCount::dead_lettered]);
  return sum_of(made, counts[WorkloadCount::dropped]);
}

/// Of those inside at the end of each row, so many have been there longer than `span` rows: all but
/// those that came in that time and have not ended well since.
Counts overdue_in(const WorkloadTimeline& workload, std::size_t span, Duration interval) {
  const std::vector<double>& open = workload.gauges[WorkloadGauge::open].end;
  const Counts& offered = workload.counts[WorkloadCount::offered];
  Counts ended(open.size());  // well, or late: by the row in which they came
  Counts made(open.size());
  std::uint64_t recent = 0;  // came in the last `span` rows, and have not ended so
  for (std::size_t i = 0; i < open.size(); ++i) {
    recent += offered[i];
    if (i >= span) recent -= offered[i - span] - ended[i - span];
    for (const metrics::Histogram::Bucket& bucket : workload.latencies[i]) {
      const std::int64_t ago = bucket.highest() / interval + 1;
      const std::size_t came =
          static_cast<std::size_t>(std::max<std::int64_t>(0, static_cast<std::int64_t>(i) - ago));
      // They may have come a row later; but never more of them than there were.
      const std::uint64_t count = std::min(bucket.count, offered[came] - ended[came]);
      ended[came] += count;
      if (came + span > i) recent -= count;
    }
    const auto inside = static_cast<std::uint64_t>(open[i]);
    made[i] = inside > recent ? inside - recent : 0;
  }
  return made;
}

/// Those that end after having been inside for longer than `patience`, or badly, in each row.
Counts ended_late_or_badly(const WorkloadTimeline& workload, const Counts& badly,
                           Duration patience) {
  Counts made(badly.size());
  for (std::size_t i = 0; i < made.size(); ++i) {
    made[i] = badly[i] - workload.counts[WorkloadCount::late][i];
    for (const metrics::Histogram::Bucket& bucket : workload.latencies[i]) {
      if (bucket.highest() > patience) made[i] += bucket.count;
    }
  }
  return made;
}

/// So many, at least, in each row and from there on to the end.
Counts to_stay(Counts counts) {
  for (std::size_t i = counts.size() - 1; i-- > 0;) counts[i] = std::min(counts[i], counts[i + 1]);
  return counts;
}

std::size_t first_with(const Counts& rising, std::uint64_t count) {
  return static_cast<std::size_t>(std::ranges::lower_bound(rising, count) - rising.begin());
}

}  // namespace

Goodput::Goodput(const metrics::Timeline& timeline, const Signals& signals)
    : timeline_(timeline),
      signals_(signals),
      offered_(timeline.rows),
      ok_(timeline.rows),
      lost_(timeline.rows) {
  for (std::size_t w = 0; w < timeline.workloads.size(); ++w) count(w);
  find_falls();
}

Goodput::Known Goodput::known_in(const Episode& rows) const {
  return {.ok = sum_in(ok_, rows), .lost = sum_in(lost_, rows)};
}

/// Where the workload has no objective.
Duration Goodput::usual_patience(const WorkloadTimeline& workload) const {
  constexpr std::size_t part_of_run = 10;
  const Episode rows = signals_.usual().value_or(
      Episode{0, std::min(timeline_.rows, timeline_.rows / part_of_run + 1), 0});
  metrics::LatencyRow latencies;
  for (std::size_t i = rows.first; i < rows.end; ++i)
    metrics::merge(latencies, workload.latencies[i]);
  const std::optional<Duration> p99 = metrics::quantile(latencies, 0.99);
  const Duration shortest = timeline_.interval * static_cast<std::int64_t>(signals_.gap());
  return p99 ? std::max(shortest, *p99 > forever / 2 ? forever : 2 * *p99) : shortest;
}

void Goodput::count(std::size_t workload) {
  const WorkloadTimeline& line = timeline_.workloads[workload];
  const Counts badly = ended_badly(line);
  const Duration patience = line.objective ? *line.objective : usual_patience(line);
  // A row more, since requests come anywhere in a row.
  const Counts overdue = overdue_in(line, signals_.rows_of(patience) + 1, timeline_.interval);
  const Counts staying = to_stay(overdue);
  std::uint64_t ended = 0;
  std::uint64_t known = 0;
  for (std::size_t i = 0; i < timeline_.rows; ++i) {
    offered_[i] += line.counts[WorkloadCount::offered][i];
    ok_[i] += line.counts[WorkloadCount::ok][i];
    ended += badly[i];
    // Who ends badly after he was counted among the overdue is not counted again.
    const std::uint64_t now = std::max(known, ended + (line.objective ? overdue[i] : staying[i]));
    lost_[i] += now - known;
    known = now;
  }
  find_hanging(workload, staying, ended_late_or_badly(line, badly, patience), patience);
}

void Goodput::find_hanging(std::size_t workload, const Counts& staying, const Counts& ended,
                           Duration patience) {
  const std::uint64_t at_end = staying.back();
  const Episode all{0, timeline_.rows, 0};
  const auto offered = static_cast<double>(
      sum_in(timeline_.workloads[workload].counts[WorkloadCount::offered], all));
  if (static_cast<double>(at_end) < std::max(hanging_min, hanging_share * offered)) return;
  constexpr std::uint64_t some = 20;  // of which part there are some
  Hanging found{.workload = workload,
                .first = first_with(staying, (at_end + some - 1) / some),
                .half = first_with(staying, (at_end + 1) / 2),
                .at_end = at_end,
                .patience = patience};
  found.at_half = staying[found.half];
  // Where a line only stays as long as it is, half of it is there soon.
  found.is_growing = staying[found.first + (timeline_.rows - found.first) / 2] <= at_end / 4 * 3;
  const std::uint64_t meanwhile = sum_in(ended, {found.half, timeline_.rows, 0});
  if (!found.is_growing && meanwhile >= at_end / 2) return;
  found.never_end = meanwhile < at_end / some;
  found.call = call_waited_for(found);
  hanging_.push_back(found);
}

std::optional<std::size_t> Goodput::call_waited_for(const Hanging& hanging) const {
  std::optional<std::size_t> innermost;
  std::string caller = metrics::subject_of(metrics::GraphNode::Kind::workload,
                                           timeline_.workloads[hanging.workload].name);
  // No way is longer than there are calls, but calls may go round in a circle.
  for (std::size_t step = 0; step < timeline_.calls.size(); ++step) {
    double most = static_cast<double>(hanging.at_end) / 2.0;
    std::optional<std::size_t> next;
    for (std::size_t c = 0; c < timeline_.calls.size(); ++c) {
      const metrics::CallTimeline& call = timeline_.calls[c];
      const double under_way = call.gauges[metrics::CallGauge::under_way].end.back();
      if (call.from != caller || under_way < most) continue;
      most = under_way;
      next = c;
    }
    if (!next) break;
    innermost = next;
    caller = timeline_.calls[*next].to;
  }
  return innermost;
}

std::vector<Episode> Goodput::falls_below(double usual, std::size_t first, std::size_t end) const {
  const std::size_t rows = timeline_.rows;
  const auto all = static_cast<double>(known_in({0, rows, 0}).all());
  const double alarm = std::max(goodput_alarm_min, goodput_alarm_share * all);

  std::vector<Episode> found;
  bool is_down = false;
  double sum = 0.0;
  std::size_t grows_since = 0;
  for (std::size_t i = first; i < end; ++i) {
    // What came of chance before the first fault is no part of what it does.
    if (!is_down && signals_.usual() && i == signals_.usual()->end) sum = 0.0;
    const double share = usual + (is_down ? goodput_lost_ends : goodput_lost_begins);
    const double excess =
        static_cast<double>(lost_[i]) - share * static_cast<double>(lost_[i] + ok_[i]);
    const double step = is_down ? -excess : excess;
    if (sum <= 0.0 && step > 0.0) grows_since = i;
    sum = std::max(0.0, sum + step);
    if (sum < alarm) continue;
    if (!is_down) {
      if (!found.empty() && grows_since < found.back().end + signals_.gap()) {
        found.back().end = rows;
        ++found.back().repeats;
      } else {
        found.push_back({grows_since, rows, 0});
      }
    } else {
      found.back().end = grows_since;
    }
    is_down = !is_down;
    sum = 0.0;
  }
  // What came last ends well, and after it nothing comes: that is no recovery.
  if (end == rows && !found.empty() && offered_in({found.back().end, rows, 0}) == 0)
    found.back().end = rows;
  return found;
}

bool Goodput::is_from_start(const Episode& fall) const {
  if (fall.first < std::max(signals_.gap() / start_of_gap, start_min)) return true;
  const double share = known_in(fall).lost_share();
  const Known before = known_in({0, fall.first, 0});
  if (static_cast<double>(before.ok) * share <= chance_ok_max) return true;
  // So long an answer takes where nothing is in its way.
  metrics::LatencyRow latencies;
  for (const WorkloadTimeline& workload : timeline_.workloads) {
    for (std::size_t i = 0; i < fall.first; ++i) metrics::merge(latencies, workload.latencies[i]);
  }
  const std::size_t usual =
      signals_.rows_of(metrics::quantile(latencies, 0.1).value_or(Duration{0}));
  const std::uint64_t came = offered_in({0, fall.first - std::min(usual, fall.first), 0});
  const double not_well = 1.0 - ratio_of(before.ok, std::max(came, before.all()));
  return not_well >= loss_before_share * share;
}

void Goodput::find_falls() {
  const std::size_t rows = timeline_.rows;
  if (!signals_.usual()) {
    falls_ = falls_below(0.0, 0, rows);
    if (!falls_.empty() && is_from_start(falls_.front())) {
      low_ = falls_.front();
      falls_.erase(falls_.begin());
    }
    return;
  }
  // What falls before the first fault is not what is usual then, but what is low from the start
  // until then is.
  Episode usual = *signals_.usual();
  std::vector<Episode> before = falls_below(0.0, 0, usual.end);
  for (Episode& fall : before) fall.end = std::min(fall.end, usual.end);
  std::size_t told = 0;  // rows, by low_
  if (!before.empty() && is_from_start(before.front())) {
    low_ = before.front();
    told = low_->end;
    if (told < usual.end) usual.first = std::max(usual.first, told);
  } else if (!before.empty()) {
    usual.end = std::max(usual.first, before.front().first);
  }
  const Known known = known_in(usual);
  usual_ = known.lost_share();
  if (before.empty() && usual_ >= goodput_lost_begins && known.lost >= events_min) low_ = usual;
  falls_ = falls_below(usual_, told, rows);
}

}  // namespace squall::report
