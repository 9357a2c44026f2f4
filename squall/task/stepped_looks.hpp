#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/report/page_json.hpp"
#include "squall/study/compare.hpp"
#include "squall/study/timeline.hpp"
#include "squall/task/looks.hpp"

namespace squall::task {

/// The runs over time that a page shows, made step by step, one after the other.
class SteppedLooks {
 public:
  /// @param subjects    outlive this
  /// @param comparison  what came of them, whole
  SteppedLooks(const std::vector<study::Subject>& subjects, const metrics::Comparison& comparison,
               const study::Limits& limits);

  enum class Status { under_way, done };
  /// Some milliseconds of work further. No-op when all is done; nothing is to be had after an
  /// Error.
  [[nodiscard]] Result<Status> step();
  /// Share that is behind, in [0, 1].
  [[nodiscard]] double progress() const noexcept;
  /// What is under way, for people.
  [[nodiscard]] std::string label() const;

  /// What there is so far: variants that were not looked at have no runs, and a run under way goes
  /// as far as it has come.
  [[nodiscard]] std::vector<report::PageVariant> variants() const;

 private:
  void begin();

  study::Limits limits_;
  std::vector<Look> looks_;
  std::vector<metrics::Focus> focuses_;  ///< of the looks
  std::vector<report::PageVariant> variants_;
  std::size_t at_ = 0;
  std::optional<study::SamplingInSteps> sampling_;  ///< of the look `at_`
};

}  // namespace squall::task
