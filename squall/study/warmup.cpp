#include "squall/study/warmup.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <variant>

#include "squall/metrics/warmup.hpp"
#include "squall/study/progress_part.hpp"

namespace squall::study {

namespace {

using scenario::AutoWarmup;
using scenario::Scenario;

/// Some 1,000 to 2,000 intervals, so 200 to 400 batches of five.
constexpr std::int64_t pilot_points = 2'000;

/// The first instant after the start, and before the end, at which a fault begins or ends;
/// otherwise the end.
Duration first_edge(const Scenario& scenario) {
  Duration first = scenario.duration;
  for (const scenario::Fault& fault : scenario.faults) {
    const Instant end = later(fault.at, fault.length);
    for (const Instant edge : {fault.at, end}) {
      if (edge > Instant{}) first = std::min(first, edge.time_since_epoch());
    }
  }
  return first;
}

bool has_edge_after(const Scenario& scenario, Instant from) {
  const Instant to = later(Instant{}, scenario.duration);
  return std::ranges::any_of(scenario.faults, [&](const scenario::Fault& fault) {
    const Instant end = later(fault.at, fault.length);
    return (fault.at > from && fault.at < to) || (end > from && end < to);
  });
}

/// Whether requests keep arriving by one rule from `from` on.
bool is_constant_after(const scenario::Workload& workload, Duration from) {
  if (workload.requests != scenario::unlimited) return false;
  if (std::holds_alternative<scenario::TraceArrivals>(workload.arrivals)) return false;
  const auto* profile = std::get_if<scenario::ProfileArrivals>(&workload.arrivals);
  if (profile == nullptr) return true;
  // After its last step a profile goes on at the rate that it ended with.
  const std::int64_t last = profile->steps.back().to.per_second_micro;
  Instant end{};
  for (const scenario::ProfileArrivals::Step& step : profile->steps) {
    end = later(end, step.length);
    const bool at_last = step.from.per_second_micro == last && step.to.per_second_micro == last;
    if (!at_last && end.time_since_epoch() > from) return false;
  }
  return true;
}

AutoWarmup::State state_of(metrics::WarmupRecord::State found) {
  switch (found) {
    case metrics::WarmupRecord::State::fixed:
      break;
    case metrics::WarmupRecord::State::found:
      return AutoWarmup::State::found;
    case metrics::WarmupRecord::State::no_steady_state:
      return AutoWarmup::State::no_steady_state;
    case metrics::WarmupRecord::State::too_short:
      return AutoWarmup::State::too_short;
  }
  return AutoWarmup::State::not_sought;
}

metrics::WarmupRecord::State state_of(AutoWarmup::State found) {
  switch (found) {
    case AutoWarmup::State::not_sought:
      break;
    case AutoWarmup::State::found:
      return metrics::WarmupRecord::State::found;
    case AutoWarmup::State::no_steady_state:
      return metrics::WarmupRecord::State::no_steady_state;
    case AutoWarmup::State::too_short:
      return metrics::WarmupRecord::State::too_short;
  }
  return metrics::WarmupRecord::State::fixed;
}

}  // namespace

bool wants_warmup(const Scenario& scenario) noexcept {
  return scenario.warmup_auto && scenario.warmup_found.state == AutoWarmup::State::not_sought;
}

Scenario pilot_of(const Scenario& wanted) {
  Scenario scenario = wanted;
  scenario.warmup_auto = false;
  scenario.warmup = Duration{0};
  scenario.duration = first_edge(scenario);
  scenario.series_points = pilot_points;
  return scenario;
}

void settle_by_pilots(const std::vector<Unsettled>& wanted,
                      const std::vector<metrics::RunRecord>& pilots) {
  Duration longest{0};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    Scenario& scenario = *wanted[i].scenario;
    const metrics::FoundWarmup found = metrics::find_warmup(pilots[i].series, first_edge(scenario));
    scenario.warmup_found = {.state = state_of(found.state), .own_cut = found.cut};
    longest = std::max(longest, found.cut);
  }
  for (const Unsettled& one : wanted) {
    // Half at most, also where the variants differ in length.
    one.scenario->warmup = std::min(longest, one.scenario->duration / 2);
  }
}

Result<Settling> settle_warmups(const std::vector<Unsettled>& together, const Progress& progress,
                                const Limits& limits, const std::atomic<bool>* stop) {
  std::vector<Unsettled> wanted;
  std::ranges::copy_if(together, std::back_inserter(wanted),
                       [](const Unsettled& one) { return wants_warmup(*one.scenario); });
  Settling settling;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const double share = 1.0 / static_cast<double>(wanted.size());
    ProgressPart part{progress, static_cast<double>(i) * share, share};
    const Scenario pilot = pilot_of(*wanted[i].scenario);
    Result<metrics::RunRecord> record =
        run(pilot, wanted[i].variant, part.as_progress(), limits, stop);
    if (!record) return fail(record.error());
    settling.interrupted = record->cut;
    // A pilot is the beginning of the run that is wanted.
    settling.begun.push_back(as_part(std::move(*record)));
    if (settling.interrupted) return settling;
  }
  settle_by_pilots(wanted, settling.begun);
  settling.begun.clear();
  return settling;
}

std::vector<Unsettled> make_settleable(std::vector<Subject>& subjects,
                                       std::vector<Scenario>& storage) {
  std::vector<Unsettled> wanted;
  const bool all_settled = std::ranges::none_of(
      subjects, [](const Subject& subject) { return wants_warmup(*subject.scenario); });
  if (all_settled) return wanted;
  storage.reserve(subjects.size());  // the subjects point into it
  for (Subject& subject : subjects) {
    Scenario& copy = storage.emplace_back(*subject.scenario);
    subject.scenario = &copy;
    if (wants_warmup(copy)) wanted.push_back({&copy, subject.name});
  }
  return wanted;
}

Result<Settling> settle_subjects(std::vector<Subject>& subjects, std::vector<Scenario>& storage,
                                 const Progress& progress, const Limits& limits,
                                 const std::atomic<bool>* stop) {
  return settle_warmups(make_settleable(subjects, storage), progress, limits, stop);
}

void note_warmup(const Scenario& scenario, metrics::RunRecord& record) {
  using State = metrics::WarmupRecord::State;
  record.warmup = {.state = state_of(scenario.warmup_found.state), .cut = scenario.warmup};
  const bool found = record.warmup.state == State::found;
  if (found) record.warmup.own_cut = scenario.warmup_found.own_cut;
  const bool asked_for =
      found || (record.warmup.state == State::fixed && scenario.warmup > Duration{0});
  record.is_steady =
      asked_for && !scenario.until_drained() &&
      !has_edge_after(scenario, Instant{scenario.warmup}) &&
      std::ranges::all_of(scenario.workloads, [&](const scenario::Workload& workload) {
        return is_constant_after(workload, scenario.warmup);
      });
}

}  // namespace squall::study
