#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/metrics/timeline.hpp"
#include "squall/model/model.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/study/run_in_steps.hpp"
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
  metrics::Timeline timeline;  ///< its warm-up included
  metrics::RunRecord record;   ///< what the run comes to without anybody looking: as of run()
};

/// Runs the scenario with that seed, whatever its own, and looks at it at equal intervals: a round
/// number for a run of known length. Where the watch stops it the timeline and the record are
/// `cut`. Errors as with run_watched(). REQUIRES that the scenario's warm-up is known
/// (settle_warmups()).
[[nodiscard]] Result<SampledRun> sample_run(const scenario::Scenario& scenario,
                                            const std::string& variant, const TimelinePlan& plan,
                                            const Watch& watch);

/// The rows of a timeline while its run is under way. Whoever runs scenario() takes a sample at
/// each next().
class Sampling {
 public:
  Sampling(const scenario::Scenario& scenario, const TimelinePlan& plan);
  Sampling(const Sampling&) = delete;
  Sampling& operator=(const Sampling&) = delete;

  /// What to run.
  [[nodiscard]] const scenario::Scenario& scenario() const noexcept { return scenario_; }
  /// When the next sample is due.
  [[nodiscard]] Instant next() const noexcept { return rows_.next(); }
  /// REQUIRES that the run is just before next().
  void take(RunInSteps& run);
  /// What came of it. The rows are gone then.
  /// @param cut  the run was stopped before its end
  [[nodiscard]] SampledRun finish(RunInSteps& run, bool cut);
  /// The rows so far, `cut`, without a record; nothing before the first.
  [[nodiscard]] std::optional<SampledRun> so_far() const;

 private:
  scenario::Scenario scenario_;
  metrics::Focus focus_;
  SampledRun made_;
  metrics::TimelineRows rows_;  ///< refers to made_
  std::size_t takes_ = 0;
  metrics::Sample sample_;
};

/// sample_run() step by step.
class SamplingInSteps {
 public:
  SamplingInSteps(const scenario::Scenario& scenario, const std::string& variant,
                  const TimelinePlan& plan, const Limits& limits);

  /// Some milliseconds of work further. Errors as those of RunInSteps::step().
  [[nodiscard]] Result<RunInSteps::Status> step();
  [[nodiscard]] double progress() const noexcept { return run_.progress(); }
  /// As RunInSteps::check_memory(), of this run alone.
  [[nodiscard]] Result<void> check_memory() const { return run_.check_memory(run_.memory_bytes()); }

  /// REQUIRES that step() said `done`.
  [[nodiscard]] SampledRun result();
  /// What there is so far, `cut`; nothing before the first row is whole.
  [[nodiscard]] std::optional<SampledRun> result_so_far() const;

 private:
  Sampling sampling_;
  RunInSteps run_;
};

}  // namespace squall::study
