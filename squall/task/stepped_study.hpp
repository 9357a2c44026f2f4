#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/report/study_builder.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/study/compare.hpp"
#include "squall/study/run_in_steps.hpp"
#include "squall/study/warmup.hpp"

namespace squall::task {

/// The work of compare and run where there are no threads, and where somebody wants to look at it
/// or to stop between two steps: `warmup: auto` first, then replication after replication. In one
/// replication all subjects advance together in virtual time, so that what there is so far can be
/// compared. What comes of it is to the bit what the command gets.
class SteppedStudy {
 public:
  struct Plan {
    std::uint64_t replications = 1;  ///< > 0
    study::Limits limits;
  };

  /// @param header    without variants
  /// @param subjects  one or more; their scenarios outlive this
  SteppedStudy(metrics::Comparison header, std::vector<study::Subject> subjects, const Plan& plan);

  enum class Status { under_way, done };

  /// Takes the run that is furthest behind one step further, some milliseconds of work. After an
  /// Error, which is the one that the command would end with, there is nothing to be had. No-op
  /// when all is done.
  [[nodiscard]] Result<Status> step();

  /// Share of all runs that is behind, in [0, 1], never falling.
  [[nodiscard]] double progress() const noexcept { return share_; }
  /// What is under way: the only subject, the number of them, or the replication.
  [[nodiscard]] std::string label() const;

  /// As they are run: with the warm-up that was found. REQUIRES that all is done; good as long as
  /// this.
  [[nodiscard]] const std::vector<study::Subject>& subjects() const noexcept { return subjects_; }

  /// What there is so far, `partial` until all is done: of replications those that are whole, or
  /// the parts of the first.
  [[nodiscard]] metrics::Comparison result() const;

 private:
  struct Run {
    scenario::Scenario scenario;
    std::unique_ptr<study::RunInSteps> run;  ///< nothing when it has ended
    std::optional<metrics::RunRecord> record;
    std::optional<Error> error;
  };

  void begin_pilots();
  void begin_replication();
  void add_run(scenario::Scenario scenario, const std::string& name);
  [[nodiscard]] Run* furthest_behind();
  [[nodiscard]] std::uint64_t memory_in_use() const;
  /// Ends a run that failed, and those after it: they cannot fail first any more.
  void end_from(const Run& failed, Error error);
  [[nodiscard]] std::vector<metrics::RunRecord> take_records();
  void measure();

  metrics::Comparison header_;
  std::vector<study::Subject> subjects_;
  Plan plan_;
  std::vector<scenario::Scenario> settled_;  ///< that subjects_ may refer to
  std::vector<study::Unsettled> unsettled_;  ///< while their pilot runs are under way
  std::size_t pilots_ = 0;
  std::optional<report::StudyBuilder> builder_;
  std::vector<Run> runs_;  ///< the pilots, or of the replication under way
  std::size_t runs_behind_ = 0;
  double share_ = 0.0;
};

}  // namespace squall::task
