#include "squall/metrics/warmup.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "squall/metrics/mser.hpp"

namespace squall::metrics {
namespace {

constexpr std::size_t batch_least = 5;
/// With 20 batches of pure noise MSER would see no steady state in one sequence of ten, with 40 in
/// one of twenty-five.
constexpr std::size_t batches_least = 40;

/// The rows wholly before `until`, to the last one in which a request arrived.
std::size_t rows_judged(const SeriesTable& series, Duration until) {
  std::size_t rows = std::min(series.rows(), static_cast<std::size_t>(until / series.interval()));
  while (rows > 0 && cell(series, rows - 1, SeriesColumn::offered) == 0) --rows;
  return rows;
}

/// Rows in a batch: five, or a multiple of it, so that each but the last has an arrival.
std::size_t batch_for(const SeriesTable& series, std::size_t rows) {
  std::size_t longest = 0;
  std::size_t last = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    if (cell(series, row, SeriesColumn::offered) == 0) continue;
    longest = std::max(longest, row - last);
    last = row;
  }
  const std::size_t fives = (longest + batch_least - 1) / batch_least;
  return batch_least * std::max<std::size_t>(fives, 1);
}

}  // namespace

FoundWarmup find_warmup(const SeriesTable& series, Duration judged_until) {
  const std::size_t rows = rows_judged(series, judged_until);
  std::vector<double> inside_during(rows);
  std::int64_t inside = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    inside += cell(series, row, SeriesColumn::offered);
    inside_during[row] = static_cast<double>(inside);
    inside -= cell(series, row, SeriesColumn::goodput) + cell(series, row, SeriesColumn::late) +
              cell(series, row, SeriesColumn::failed);
  }
  const std::size_t batch = batch_for(series, rows);
  if (rows / batch < batches_least) return {};
  const Truncation truncation = mser(inside_during, batch);
  switch (truncation.state) {
    case Truncation::State::found:
      return {.state = WarmupRecord::State::found,
              .cut = series.interval() * static_cast<std::int64_t>(truncation.cut)};
    case Truncation::State::no_steady_state:
      return {.state = WarmupRecord::State::no_steady_state};
    case Truncation::State::too_short:
      break;
  }
  return {};
}

}  // namespace squall::metrics
