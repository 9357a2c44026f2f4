#include "squall/metrics/series.hpp"

#include "squall/base/check.hpp"

namespace squall::metrics {

SeriesTable::SeriesTable(Duration interval, std::size_t columns)
    : interval_(interval), columns_(columns) {
  SQUALL_CHECK(interval > Duration{0}, "the interval of a series");
  SQUALL_CHECK(columns > 0, "the columns of a series");
  cells_.reserve(points_max * columns);  // so that a run allocates nothing on its way
}

std::vector<std::int64_t> SeriesTable::column(std::size_t column) const {
  std::vector<std::int64_t> values(rows_);
  for (std::size_t row = 0; row < rows_; ++row) values[row] = at(row, column);
  return values;
}

void SeriesTable::extend_to(Instant end) {
  if (end > Instant{}) {
    const Duration last = end.time_since_epoch() - Duration{1};
    while (last / interval_ >= static_cast<std::int64_t>(points_max)) double_interval();
    const auto rows = static_cast<std::size_t>(last / interval_) + 1;
    if (rows > rows_) {
      rows_ = rows;
      cells_.resize(rows_ * columns_);
    }
  }
}

void SeriesTable::merge(const SeriesTable& other) {
  SQUALL_CHECK(columns_ == other.columns_, "series of different columns");
  SeriesTable added = other;
  while (added.interval_ < interval_) added.double_interval();
  while (interval_ < added.interval_) double_interval();
  SQUALL_CHECK(interval_ == added.interval_, "series of different intervals");
  if (added.rows_ > rows_) {
    rows_ = added.rows_;
    cells_.resize(rows_ * columns_);
  }
  for (std::size_t i = 0; i < added.cells_.size(); ++i) cells_[i] += added.cells_[i];
  row_length_ = 0;
}

void SeriesTable::go_to(Instant at) {
  SQUALL_CHECK(at >= Instant{}, "a series starts at the start of the run");
  const Duration since_start = at.time_since_epoch();
  while (since_start / interval_ >= static_cast<std::int64_t>(points_max)) double_interval();
  const auto row = static_cast<std::size_t>(since_start / interval_);
  if (row >= rows_) {
    rows_ = row + 1;
    cells_.resize(rows_ * columns_);
  }
  row_from_ = Instant{interval_ * static_cast<std::int64_t>(row)};
  row_length_ = static_cast<std::uint64_t>(interval_.count());
  row_offset_ = row * columns_;
}

void SeriesTable::double_interval() {
  const std::size_t rows = (rows_ + 1) / 2;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns_; ++column) {
      const std::size_t second = 2 * row + 1;
      cells_[row * columns_ + column] =
          at(2 * row, column) + (second < rows_ ? at(second, column) : 0);
    }
  }
  rows_ = rows;
  cells_.resize(rows_ * columns_);
  interval_ *= 2;
  row_length_ = 0;
}

}  // namespace squall::metrics
