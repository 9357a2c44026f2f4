#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/model/model.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::study {

inline constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

/// What a run may take. Looked at between two steps, so a run may go over by what happens in one.
struct Limits {
  std::uint64_t events_max = no_limit;        ///< of each run
  std::uint64_t memory_bytes_max = no_limit;  ///< of all runs that are under way at one time
};

/// The events between two looks at a run: some milliseconds of work. One number for all: how much
/// the event queue holds at the end depends a little on where a run was held up.
inline constexpr std::uint64_t events_between_looks = 100'000;

/// The record of the beginning of a run, as such: `cut`, its verdict not judged.
[[nodiscard]] metrics::RunRecord as_part(metrics::RunRecord record);

/// One run of a scenario, taken further step by step.
class RunInSteps {
 public:
  /// @param scenario  outlives this
  RunInSteps(const scenario::Scenario& scenario, std::string variant, const Limits& limits);

  enum class Status { under_way, done };

  /// So many events further, or to the end. An Error where the scenario makes no sense as a run,
  /// and where the run goes over its limit of events: that one says what to do.
  [[nodiscard]] Result<Status> step(std::uint64_t events);
  /// The same, but not to what comes at `until` or later. REQUIRES until >= model().now().
  [[nodiscard]] Result<Status> step_until(Instant until, std::uint64_t events);

  /// The Error where all runs under way hold more than is allowed; it says what to do.
  /// @param in_use  what they hold, this one included
  [[nodiscard]] Result<void> check_memory(std::uint64_t in_use) const;

  [[nodiscard]] const model::Model& model() const noexcept { return model_; }
  [[nodiscard]] const std::string& variant() const noexcept { return variant_; }
  [[nodiscard]] double progress() const noexcept { return model_.progress(); }
  /// Of the run, of what is followed of it, and of what is kept beside it.
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept {
    return model_.memory_bytes() + model_.trace_memory_bytes() + beside_bytes_;
  }
  /// What somebody who looks at the run holds of it, from now on.
  void keep_beside(std::uint64_t bytes) noexcept { beside_bytes_ = bytes; }

  /// Follows single requests from the beginning on. REQUIRES that nothing has run yet.
  void trace(const model::TraceOptions& options) { model_.trace(options); }
  [[nodiscard]] metrics::TraceRecord take_trace() { return model_.take_trace(); }

  /// What came of it. REQUIRES that step() said `done`.
  [[nodiscard]] metrics::RunRecord result();
  /// The part that is behind: `cut`, and its verdict not judged.
  [[nodiscard]] metrics::RunRecord result_so_far() const;

 private:
  const scenario::Scenario& scenario_;
  std::string variant_;
  Limits limits_;
  model::Model model_;
  std::uint64_t beside_bytes_ = 0;
};

}  // namespace squall::study
