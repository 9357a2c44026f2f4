#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/study/run_watched.hpp"

namespace squall::study {

/// Told now and then how far the work is, from the thread that asked for it.
struct Progress {
  /// @param share    in [0, 1], never falling.
  /// @param variant  the one under way, or the replication
  void (*report)(void* context, double share, const std::string& variant) = nullptr;
  void* context = nullptr;
};

/// Runs one scenario to its end. An Error also where it goes over a limit.
/// @param stop  when it becomes true the record is `cut`; nullptr: never
[[nodiscard]] Result<metrics::RunRecord> run(const scenario::Scenario& scenario,
                                             const std::string& variant,
                                             const Progress& progress = {},
                                             const Limits& limits = {},
                                             const std::atomic<bool>* stop = nullptr);

/// One of the scenarios that are run side by side.
struct Subject {
  std::string name;
  const scenario::Scenario* scenario = nullptr;  ///< outlives the work
};

/// Every variant of the bundle; the base as `base` where there is none. They refer to the bundle.
[[nodiscard]] std::vector<Subject> subjects_of(const scenario::Bundle& bundle);

/// The variant of that name; the base as `base` for an empty name.
[[nodiscard]] Result<Subject> find_subject(const scenario::Bundle& bundle,
                                           const std::string& variant);

/// A comparison without variants as yet: name, description and seed of the scenario.
[[nodiscard]] metrics::Comparison header_of(const scenario::Scenario& scenario);

/// What is there when the work ended before its first replication was whole; `partial`.
/// @param begun  the records of those subjects that were begun
[[nodiscard]] metrics::Comparison of_begun(metrics::Comparison header,
                                           std::vector<metrics::RunRecord> begun,
                                           const std::vector<Subject>& subjects);

}  // namespace squall::study
