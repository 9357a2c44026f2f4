#include "squall/study/timeline.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <numeric>
#include <utility>
#include <vector>

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

Sampling::Sampling(const scenario::Scenario& scenario, const TimelinePlan& plan)
    : scenario_(scenario),
      focus_(plan.focus),
      made_{.timeline = timeline_of(scenario, plan.focus), .record = {}},
      rows_(made_.timeline,
            scenario.until_drained() ? std::chrono::milliseconds{1}
                                     : interval_of(scenario.duration, plan.rows_max),
            plan.rows_max) {
  scenario_.seed = plan.seed;
  made_.timeline.seed = plan.seed;
}

void Sampling::take(RunInSteps& run) {
  run.model().sample(focus_, sample_);
  rows_.add(sample_);
  // It grows slowly, and to look takes as long as some events.
  constexpr std::size_t takes_between_looks = 64;
  if (++takes_ % takes_between_looks == 0) run.keep_beside(rows_.memory_bytes());
}

SampledRun Sampling::finish(RunInSteps& run, bool cut) {
  made_.timeline.cut = cut;
  made_.record = cut ? run.result_so_far() : run.result();
  run.model().sample(focus_, sample_);
  // The run may have ended early in the last interval.
  rows_.finish(sample_, run.model().now());
  return std::move(made_);
}

std::optional<SampledRun> Sampling::so_far() const {
  if (made_.timeline.rows == 0) return std::nullopt;
  SampledRun copy{.timeline = made_.timeline, .record = {}};
  copy.timeline.end = copy.timeline.start_of(copy.timeline.rows);
  copy.timeline.cut = true;
  for (std::size_t w = 0; w < copy.timeline.workloads.size(); ++w)
    copy.timeline.workloads[w].latency = rows_.latency_of(w);
  return copy;
}

SamplingInSteps::SamplingInSteps(const scenario::Scenario& scenario, const std::string& variant,
                                 const TimelinePlan& plan, const Limits& limits)
    : sampling_(scenario, plan), run_(sampling_.scenario(), variant, limits) {}

Result<RunInSteps::Status> SamplingInSteps::step() {
  const std::uint64_t end = run_.model().events() + events_between_looks;
  // Where little happens it is the looks that take the time.
  constexpr int looks_max = 256;
  int looks = 0;
  while (run_.model().events() < end && looks < looks_max) {
    const Result<RunInSteps::Status> status =
        run_.step_until(sampling_.next(), end - run_.model().events());
    if (!status) return fail(status.error());
    if (*status == RunInSteps::Status::done) return RunInSteps::Status::done;
    if (run_.model().now() >= sampling_.next()) {
      sampling_.take(run_);
      ++looks;
    }
  }
  return RunInSteps::Status::under_way;
}

SampledRun SamplingInSteps::result() { return sampling_.finish(run_, false); }

std::optional<SampledRun> SamplingInSteps::result_so_far() const {
  std::optional<SampledRun> so_far = sampling_.so_far();
  if (so_far) so_far->record = run_.result_so_far();
  return so_far;
}

Result<SampledRun> sample_run(const scenario::Scenario& scenario, const std::string& variant,
                              const TimelinePlan& plan, const Watch& watch) {
  Sampling sampling(scenario, plan);
  WatchedRun watched(sampling.scenario(), variant, watch);
  for (;;) {
    const Result<WatchedRun::Pause> pause = watched.run_until(sampling.next());
    if (!pause) return fail(pause.error());
    if (*pause != WatchedRun::Pause::reached) {
      return sampling.finish(watched.run(), *pause == WatchedRun::Pause::stopped);
    }
    sampling.take(watched.run());
  }
}

}  // namespace squall::study
