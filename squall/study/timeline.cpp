#include "squall/study/timeline.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

#include "squall/metrics/recovery.hpp"
#include "squall/study/timeline_parts.hpp"
#include "squall/study/watched_run.hpp"

namespace squall::study {
namespace {

/// The smallest round number such that so many intervals cover the run.
Duration interval_of(Duration duration, std::size_t rows_max) {
  constexpr std::array<std::int64_t, 5> round_numbers = {10, 20, 25, 40, 50};  // go into 100
  const auto rows = static_cast<std::int64_t>(rows_max);
  const std::int64_t wanted = duration.count() / rows + (duration.count() % rows == 0 ? 0 : 1);
  if (wanted <= round_numbers.front()) return Duration{std::max<std::int64_t>(wanted, 1)};
  std::int64_t scale = 1;
  while (wanted > round_numbers.back() * scale) {
    if (wanted <= 10 * round_numbers.front() * scale)
      return Duration{10 * round_numbers.front() * scale};
    scale *= 10;
  }
  return Duration{*std::ranges::find_if(round_numbers, [&](std::int64_t n) {
    return n * scale >= wanted;
  }) * scale};
}

/// The `count_max` of the candidates that have the most to do, in their order.
std::vector<std::uint32_t> busiest(std::vector<std::uint32_t> candidates,
                                   const std::vector<std::uint64_t>& work, std::size_t count_max) {
  if (candidates.size() <= count_max) return candidates;
  std::ranges::stable_sort(candidates,
                           [&work](std::uint32_t a, std::uint32_t b) { return work[a] > work[b]; });
  candidates.resize(count_max);
  std::ranges::sort(candidates);
  return candidates;
}

template <typename Records, typename WorkOf>
std::vector<std::uint32_t> busiest_of(const Records& records, WorkOf work_of,
                                      std::size_t count_max) {
  std::vector<std::uint64_t> work;
  work.reserve(records.size());
  for (const auto& record : records) work.push_back(work_of(record));
  std::vector<std::uint32_t> all(records.size());
  std::iota(all.begin(), all.end(), 0U);
  return busiest(std::move(all), work, count_max);
}

bool contains(const std::vector<std::uint32_t>& sorted, std::uint32_t index) {
  return std::ranges::binary_search(sorted, index);
}

metrics::FaultSpan span_of(const scenario::Scenario& scenario) {
  metrics::FaultSpan span;
  for (const scenario::Fault& fault : scenario.faults) {
    const Instant end = later(fault.at, fault.length);
    span.last_end = span.first_start == never ? end : std::max(span.last_end, end);
    span.first_start = std::min(span.first_start, fault.at);
  }
  return span;
}

}  // namespace

metrics::Focus focus_of(const scenario::Scenario& scenario, const metrics::RunRecord& totals,
                        const FocusLimits& limits) {
  metrics::Focus focus;
  focus.workloads = busiest_of(
      totals.workloads, [](const auto& record) { return record.offered; }, limits.workloads);
  focus.services = busiest_of(
      totals.services, [](const auto& record) { return record.arrived; }, limits.services);
  focus.queues =
      busiest_of(totals.queues, [](const auto& record) { return record.published; }, limits.queues);

  const std::vector<scenario::Edge> edges = scenario::edges_of(scenario);
  std::vector<std::uint32_t> between;
  std::vector<std::uint64_t> work;
  for (std::uint32_t e = 0; e < edges.size(); ++e) {
    const scenario::Edge& edge = edges[e];
    work.push_back(totals.calls[e].requests);
    const std::vector<std::uint32_t>& callees =
        edge.call->to.kind == scenario::Target::Kind::queue ? focus.queues : focus.services;
    const bool has_caller = edge.from == scenario::Edge::From::workload
                                ? contains(focus.workloads, edge.caller)
                            : edge.from == scenario::Edge::From::service
                                ? contains(focus.services, edge.caller)
                                : contains(focus.queues, scenario.consumers[edge.caller].from);
    if (has_caller && contains(callees, edge.call->to.index)) between.push_back(e);
  }
  focus.calls = busiest(std::move(between), work, limits.calls);
  return focus;
}

Result<SampledRun> sample_run(const scenario::Scenario& scenario, const std::string& variant,
                              const TimelinePlan& plan, const Watch& watch) {
  scenario::Scenario sampled = scenario;
  sampled.seed = plan.seed;
  sampled.warmup = Duration{0};
  sampled.warmup_auto = false;
  SampledRun made{.timeline = timeline_of(scenario, plan.focus), .record = {}};
  made.timeline.seed = plan.seed;
  metrics::TimelineRows rows(made.timeline,
                             sampled.until_drained() ? std::chrono::milliseconds{1}
                                                     : interval_of(sampled.duration, plan.rows_max),
                             plan.rows_max);
  WatchedRun watched(sampled, variant, watch);
  const model::Model& model = watched.run().model();
  metrics::Sample sample;
  for (;;) {
    const Result<WatchedRun::Pause> pause = watched.run_until(rows.next());
    if (!pause) return fail(pause.error());
    made.timeline.cut = *pause == WatchedRun::Pause::stopped;
    if (*pause != WatchedRun::Pause::reached) break;
    model.sample(plan.focus, sample);
    rows.add(sample);
  }
  made.record = made.timeline.cut ? watched.run().result_so_far() : watched.run().result();
  model.sample(plan.focus, sample);
  // The run may have ended early in the last interval.
  rows.finish(sample, model.now());
  made.record.verdict =
      metrics::judge_recovery(made.record.series, made.record.simulated, span_of(scenario),
                              {.baseline_from = later(Instant{}, scenario.warmup)});
  return made;
}

}  // namespace squall::study
