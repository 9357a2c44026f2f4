#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/metrics/trace_record.hpp"
#include "squall/model/trace_options.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/study/run_in_steps.hpp"

namespace squall::study {

/// What is asked and told between two stretches of a run. May be shared by runs in several threads
/// but for `on_progress`.
struct Watch {
  Limits limits;
  /// Bytes that the runs under way hold; shared by those that share the limit. May be nullptr.
  std::atomic<std::uint64_t>* memory_in_use = nullptr;
  /// When one of them becomes true the run is cut. May be nullptr.
  const std::atomic<bool>* stop = nullptr;
  const std::atomic<bool>* give_up = nullptr;
  /// Told the share of the run that is behind, from the thread that runs it. May be nullptr.
  void (*on_progress)(void* context, double share) = nullptr;
  void* context = nullptr;
  /// With both, single requests are followed; what came of them is put there, of a run that was cut
  /// too, but not with an Error. No result depends on it.
  const model::TraceOptions* trace = nullptr;
  std::optional<metrics::TraceRecord>* traced = nullptr;
};

/// Runs one scenario to its end, with a look at the limits every 100,000 events, or until it is
/// told to stop: then the record is `cut` and its verdict not judged. An Error where the scenario
/// makes no sense as a run, and where it goes over a limit: that one says what to do.
[[nodiscard]] Result<metrics::RunRecord> run_watched(const scenario::Scenario& scenario,
                                                     const std::string& variant,
                                                     const Watch& watch);

}  // namespace squall::study
