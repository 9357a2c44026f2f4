#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/study/compare.hpp"

/// `warmup: auto`: found once, before the runs that count.
namespace squall::study {

/// A scenario that will be run, and its name for the progress.
struct Unsettled {
  scenario::Scenario* scenario = nullptr;
  std::string variant;
};

/// Whether the scenario asks for a warm-up that nobody has looked for yet.
[[nodiscard]] bool wants_warmup(const scenario::Scenario& scenario) noexcept;

/// What came of the search.
struct Settling {
  bool interrupted = false;  ///< stopped before all was found: nothing was set
  /// If so: what the pilot runs give of the runs themselves, with nothing left out; all of them
  /// `cut`. Those that were not begun are left out.
  std::vector<metrics::RunRecord> begun;
};

/// Finds the warm-up of every scenario among `together` that asks for one, and sets `warmup` and
/// `warmup_found` in it. Nothing else is touched, and without such a scenario nothing is done.
///
/// Each is run once from its own seed with nothing left out, up to the first edge of a fault; what
/// metrics::find_warmup() says of that pilot run is its own cut. They are to be compared on the
/// same requests, so the longest of these cuts is what all of them lose, also those that have no
/// steady state; where none has one, nothing is cut. The same input gives the same cut, whatever
/// else is done with it: replications use it too.
///
/// An Error where a pilot run makes no sense as a run or goes over a limit.
/// @param stop  when it becomes true the search ends within some milliseconds; nullptr: never
[[nodiscard]] Result<Settling> settle_warmups(const std::vector<Unsettled>& together,
                                              const Progress& progress = {},
                                              const Limits& limits = {},
                                              const std::atomic<bool>* stop = nullptr);

/// The scenario as far as its pilot run goes.
[[nodiscard]] scenario::Scenario pilot_of(const scenario::Scenario& wanted);

/// Sets what the pilot runs say, as settle_warmups() does.
/// @param wanted  scenarios that ask for a warm-up
/// @param pilots  the records of their pilot runs, in the same order
void settle_by_pilots(const std::vector<Unsettled>& wanted,
                      const std::vector<metrics::RunRecord>& pilots);

/// Where one of the subjects asks for a warm-up, makes all of them refer to copies in `storage`,
/// which is to outlive them; nothing otherwise.
/// @return those that ask for one
[[nodiscard]] std::vector<Unsettled> make_settleable(std::vector<Subject>& subjects,
                                                     std::vector<scenario::Scenario>& storage);

/// The same for what will be run side by side: where one of the subjects asks for a warm-up, all of
/// them are from then on of the copies in `storage`, which is to outlive them.
[[nodiscard]] Result<Settling> settle_subjects(std::vector<Subject>& subjects,
                                               std::vector<scenario::Scenario>& storage,
                                               const Progress& progress = {},
                                               const Limits& limits = {},
                                               const std::atomic<bool>* stop = nullptr);

/// Writes down in the record of a run of `scenario` what was left out and whether a steady state is
/// to be expected: a fixed warm-up above 0, or one that was found, and after it no edge of a fault,
/// no change of rate and no end of the requests.
void note_warmup(const scenario::Scenario& scenario, metrics::RunRecord& record);

}  // namespace squall::study
