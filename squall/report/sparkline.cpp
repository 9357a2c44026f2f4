#include "squall/report/sparkline.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace squall::report {

GoodputCurves goodput_curves(const std::vector<metrics::RunRecord>& runs, std::size_t bins_max) {
  GoodputCurves curves;
  Duration coarsest{0};
  for (const metrics::RunRecord& run : runs) {
    const Duration reach = run.series.interval() * static_cast<std::int64_t>(run.series.rows());
    if (reach > Duration{0}) coarsest = std::max(coarsest, run.series.interval());
    // Of several runs it is the time of all together.
    curves.span = std::max({curves.span, reach, run.runs == 1 ? run.simulated : reach});
  }
  curves.values.resize(runs.size());
  curves.peaks.resize(runs.size());
  if (coarsest == Duration{0}) return curves;

  const auto intervals = static_cast<std::size_t>(curves.span / coarsest);
  const std::size_t bins = std::clamp<std::size_t>(intervals, 1, bins_max);
  const double bin_s = to_s(curves.span) / static_cast<double>(bins);
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const metrics::SeriesTable& series = runs[run].series;
    std::vector<double>& values = curves.values[run];
    values.resize(bins);
    const double row_s = to_s(series.interval());
    for (std::size_t row = 0; row < series.rows(); ++row) {
      const double count = static_cast<double>(series.at(
                               row, static_cast<std::size_t>(metrics::SeriesColumn::goodput))) /
                           static_cast<double>(runs[run].runs);
      if (count == 0.0) continue;
      const double from_s = row_s * static_cast<double>(row);
      const double to_s = row_s * static_cast<double>(row + 1);
      for (auto bin = static_cast<std::size_t>(from_s / bin_s); bin < bins; ++bin) {
        const double bin_from_s = bin_s * static_cast<double>(bin);
        if (bin_from_s >= to_s) break;
        const double bin_to_s = bin_s * static_cast<double>(bin + 1);
        const double overlap_s = std::min(to_s, bin_to_s) - std::max(from_s, bin_from_s);
        if (overlap_s > 0.0) values[bin] += count * (overlap_s / row_s) / bin_s;
      }
    }
    curves.peaks[run] = *std::ranges::max_element(values);
    curves.peak = std::max(curves.peak, curves.peaks[run]);
  }
  return curves;
}

std::string sparkline(const std::vector<double>& values, double peak, bool unicode) {
  static constexpr std::array<const char*, 9> blocks = {" ", "▁", "▂", "▃", "▄",
                                                        "▅", "▆", "▇", "█"};
  static constexpr std::array<const char*, 9> ascii = {" ", "_", ".", "-", ":", "=", "+", "*", "#"};
  std::string out;
  for (const double value : values) {
    std::size_t level = 0;
    if (value > 0.0 && peak > 0.0) {
      const double height = std::min(value / peak, 1.0) * 8.0;
      level = static_cast<std::size_t>(height);
      // Up to the next level; a hair above one, from adding up parts, stays on it.
      if (height - static_cast<double>(level) > 1e-9) ++level;
      level = std::clamp<std::size_t>(level, 1, 8);
    }
    out += unicode ? blocks[level] : ascii[level];
  }
  return out;
}

}  // namespace squall::report
