#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "squall/base/time.hpp"

namespace squall::metrics {

/// Counts over time in equal intervals, several columns on one time axis. When a run outgrows
/// `points_max` intervals, neighbours are added up and the interval doubles, so memory is bounded
/// whatever the length; the result does not depend on when that happened.
class SeriesTable {
 public:
  static constexpr std::size_t points_max = 2048;

  /// REQUIRES interval > 0, columns > 0.
  SeriesTable(Duration interval, std::size_t columns);

  /// Adds `by` to `column` at `at`. REQUIRES at >= Instant{}.
  [[gnu::always_inline]] void add(std::size_t column, Instant at, std::int64_t by = 1) {
    // An instant before the row wraps, and is very long after its start.
    if (static_cast<std::uint64_t>((at - row_from_).count()) >= row_length_) [[unlikely]]
      go_to(at);
    cells_[row_offset_ + column] += by;
  }

  /// The cells of all columns at `at`, to be added to; good until the next call of a member that is
  /// not const. REQUIRES at >= Instant{}.
  [[nodiscard, gnu::always_inline]] std::int64_t* row_at(Instant at) {
    if (static_cast<std::uint64_t>((at - row_from_).count()) >= row_length_) [[unlikely]]
      go_to(at);
    return &cells_[row_offset_];
  }

  [[nodiscard]] Duration interval() const noexcept { return interval_; }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
  [[nodiscard]] std::int64_t at(std::size_t row, std::size_t column) const noexcept {
    return cells_[row * columns_ + column];
  }
  [[nodiscard]] std::vector<std::int64_t> column(std::size_t column) const;
  /// Makes the rows cover everything before `end` (with zeros), so that a quiet end of a run shows.
  /// A table that reaches as far already stays as it is.
  void extend_to(Instant end);
  /// Adds up with the table of another run: as if all had been added to one table. REQUIRES the
  /// same columns, and intervals of which one is the other times a power of two.
  void merge(const SeriesTable& other);

 private:
  void go_to(Instant at);
  void double_interval();

  Duration interval_;
  std::size_t columns_;
  std::size_t rows_ = 0;
  std::vector<std::int64_t> cells_;
  // The row that was added to last, as most additions go where the one before went.
  Instant row_from_{};
  std::uint64_t row_length_ = 0;  ///< ns; 0 before the first
  std::size_t row_offset_ = 0;
};

}  // namespace squall::metrics
