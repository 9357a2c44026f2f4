#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/trace_record.hpp"

namespace squall::model {

/// Numbers that are read at even instants of a run, so many that the memory is bounded however long
/// it is: when there are too many points, every other one is forgotten.
class TraceCounters {
 public:
  /// @param length  of the run; `forever` where it is not known
  /// @param points  at least, in a run that is long enough; > 0
  TraceCounters(Duration length, std::size_t points);

  /// REQUIRES that nothing was noted yet.
  void add(std::string name, std::string unit, std::uint32_t entity) {
    counters_.push_back(
        {.name = std::move(name), .unit = std::move(unit), .entity = entity, .values = {}});
  }

  /// When the numbers are wanted next.
  [[nodiscard]] Instant due() const noexcept { return due_; }
  /// The numbers, as they are at due(), which then is later.
  void note(const std::vector<std::int64_t>& values);

  /// Forgets what was read after the end of the run.
  void cut(Instant end);
  /// Those that ever were another than 0, and when they were read.
  void move_to(metrics::TraceRecord& record);

  [[nodiscard]] std::uint64_t memory_bytes() const noexcept {
    return times_.capacity() * (sizeof(Instant) + counters_.size() * sizeof(std::int64_t));
  }

 private:
  void thin();

  Duration interval_;
  std::size_t points_max_;
  Instant due_{};
  std::vector<Instant> times_;
  std::vector<metrics::TraceCounter> counters_;
};

}  // namespace squall::model
