#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/metrics/timeline.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/study/run_watched.hpp"

/// One run over time. It is a run of its own: the model knows nothing of it and is as fast as ever.
namespace squall::study {

/// Of a large system, so many of each are looked at: the busiest.
struct FocusLimits {
  std::size_t workloads = 20;
  std::size_t services = 40;
  std::size_t queues = 20;
  std::size_t calls = 60;
};

/// What of the system to look at: all of it, or, of each kind that has more than the limit, those
/// with the most to do in `totals`; calls only between what is looked at.
/// @param totals  of a run of the scenario, or of several
[[nodiscard]] metrics::Focus focus_of(const scenario::Scenario& scenario,
                                      const metrics::RunRecord& totals,
                                      const FocusLimits& limits = {});

struct TimelinePlan {
  std::uint64_t seed = 1;  ///< of the run
  metrics::Focus focus;
  /// At most so many rows; of a run until drained at least half of it. Even, > 1.
  std::size_t rows_max = 4'096;
};

struct SampledRun {
  metrics::Timeline timeline;
  /// Of the same run, with nothing left out of its totals; its verdict is that with the scenario's
  /// own warm-up.
  metrics::RunRecord record;
};

/// Runs the scenario with that seed, whatever its own, and looks at it at equal intervals: a round
/// number for a run of known length. The warm-up decides only what is counted, so the run is the
/// one that was counted with it. Where the watch stops it the timeline and the record are `cut`.
/// Errors as with run_watched().
[[nodiscard]] Result<SampledRun> sample_run(const scenario::Scenario& scenario,
                                            const std::string& variant, const TimelinePlan& plan,
                                            const Watch& watch);

}  // namespace squall::study
