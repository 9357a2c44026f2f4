#include "squall/report/steady_rows.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "squall/metrics/steady_state.hpp"
#include "squall/report/text.hpp"

namespace squall::report {
namespace {

using metrics::BatchInterval;
using metrics::RunRecord;
using metrics::SteadyState;
using metrics::WarmupRecord;

std::string warmup_text(const WarmupRecord& warmup, bool unicode) {
  if (warmup.cut == Duration{0}) return "nothing";
  return duration_text(warmup.cut, unicode);
}

std::string ratio_text(double ratio) { return fmt::format("{:.2f} %", 100.0 * ratio); }

std::string ms_text(double ns, bool unicode) {
  return duration_text(nanoseconds_saturated(ns), unicode);
}

/// The workloads of all variants, each once, in the order in which they are first met.
std::vector<std::string> workloads_of(const metrics::Comparison& comparison) {
  std::vector<std::string> names;
  for (const RunRecord& record : comparison.variants) {
    for (const metrics::WorkloadRecord& w : record.workloads) {
      if (std::ranges::find(names, w.name) == names.end()) names.push_back(w.name);
    }
  }
  return names;
}

/// Two rows: from where to where.
template <typename IntervalOf, typename TextOf>
void add_interval(std::vector<SteadyRow>& rows, const std::string& label, std::size_t variants,
                  const std::string& none, const IntervalOf& interval_of, const TextOf& text_of) {
  SteadyRow from{"  " + label + " from", {}};
  SteadyRow to{"    to", {}};
  bool any = false;
  for (std::size_t i = 0; i < variants; ++i) {
    const std::optional<BatchInterval> interval = interval_of(i);
    const bool given = interval && interval->state == BatchInterval::State::given;
    any = any || given;
    from.cells.push_back(given ? text_of(interval->low) : none);
    to.cells.push_back(given ? text_of(interval->high) : none);
  }
  if (!any) return;
  rows.push_back(std::move(from));
  rows.push_back(std::move(to));
}

std::string reason(BatchInterval::State state) {
  return state == BatchInterval::State::too_short
             ? "too little came after the warm-up"
             : "what follows each other still hangs together over a large part of the run";
}

}  // namespace

std::vector<SteadyRows> steady_rows(const metrics::Comparison& comparison, bool unicode) {
  std::vector<SteadyRows> sections;
  const bool any_warmup = std::ranges::any_of(comparison.variants, [](const RunRecord& record) {
    return record.warmup.cut > Duration{0} || record.warmup.state != WarmupRecord::State::fixed;
  });
  if (!any_warmup) return sections;

  SteadyRow cut{"warm-up left out", {}};
  SteadyRow state{"  steady state", {}};
  bool any_sought = false;
  for (const RunRecord& record : comparison.variants) {
    cut.cells.push_back(warmup_text(record.warmup, unicode));
    const bool sought = record.warmup.state != WarmupRecord::State::fixed;
    any_sought = any_sought || sought;
    const bool found = record.warmup.state == WarmupRecord::State::found;
    const bool too_short = record.warmup.state == WarmupRecord::State::too_short;
    state.cells.emplace_back(!sought ? (unicode ? "–" : "-")
                             : found ? "found"
                                     : (too_short ? "too short" : "none"));
  }
  sections.push_back({"", {std::move(cut)}});
  if (any_sought) sections.back().rows.push_back(std::move(state));

  std::vector<SteadyState> steady;
  steady.reserve(comparison.variants.size());
  for (const RunRecord& record : comparison.variants) {
    steady.push_back(metrics::steady_state_of(record));
  }
  SteadyRows intervals{"95 % intervals from within the run", {}};
  const std::string none = unicode ? "–" : "-";
  add_interval(
      intervals.rows, "goodput", steady.size(), none,
      [&](std::size_t i) { return std::optional(steady[i].goodput_ratio); }, ratio_text);
  add_interval(
      intervals.rows, "goodput per second", steady.size(), none,
      [&](std::size_t i) { return std::optional(steady[i].goodput_per_s); },
      [](double per_s) { return rate_text(per_s); });
  const std::vector<std::string> workloads = workloads_of(comparison);
  for (const std::string& workload : workloads) {
    const std::string label =
        workloads.size() == 1 ? "mean latency" : "latency of " + printable(workload, unicode);
    const auto interval_of = [&](std::size_t i) -> std::optional<BatchInterval> {
      const auto& all = comparison.variants[i].workloads;
      const auto found = std::ranges::find(all, workload, &metrics::WorkloadRecord::name);
      if (found == all.end()) return std::nullopt;
      return steady[i].latency_ns[static_cast<std::size_t>(found - all.begin())];
    };
    add_interval(intervals.rows, label, steady.size(), none, interval_of,
                 [&](double ns) { return ms_text(ns, unicode); });
  }
  if (!intervals.rows.empty()) sections.push_back(std::move(intervals));
  return sections;
}

std::vector<std::string> steady_findings(const RunRecord& record, bool unicode) {
  std::vector<std::string> out;
  const std::string name = printable(record.variant, unicode);
  const bool cut = record.warmup.cut > Duration{0};
  const std::string common = cut ? "left out were the " +
                                       duration_text_short(record.warmup.cut, unicode) +
                                       " that other variants need"
                                 : std::string("nothing was left out");
  switch (record.warmup.state) {
    case WarmupRecord::State::no_steady_state:
      out.push_back(fmt::format(
          "{}: no steady state: its warm-up would take more than half of the run; {}, and the "
          "figures{} depend on how long the run is.",
          name, common, cut ? "" : " are of the whole run and"));
      break;
    case WarmupRecord::State::too_short:
      out.push_back(fmt::format("{}: too little to find a warm-up in; {}.", name, common));
      break;
    case WarmupRecord::State::fixed:
    case WarmupRecord::State::found:
      break;
  }
  if (!record.is_steady) return out;
  const SteadyState steady = metrics::steady_state_of(record);
  const auto add = [&](const std::string& what, const BatchInterval& interval) {
    if (interval.state == BatchInterval::State::given) return;
    out.push_back(
        fmt::format("{}: no interval for {}: {}; run longer.", name, what, reason(interval.state)));
  };
  for (std::size_t w = 0; w < record.workloads.size(); ++w) {
    const bool several = record.workloads.size() > 1;
    add(several ? "the latency of " + printable(record.workloads[w].name, unicode)
                : std::string("the mean latency"),
        steady.latency_ns[w]);
  }
  add("the goodput", steady.goodput_ratio);
  return out;
}

}  // namespace squall::report
