#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/run_record.hpp"

/// Curves over time in a line of text each.
namespace squall::report {

/// The goodput of some runs, on one time axis; of pooled replications that of the mean run.
struct GoodputCurves {
  Duration span{0};                         ///< from the start to the end of the longest run
  std::vector<std::vector<double>> values;  ///< for each run its bins, per second
  std::vector<double> peaks;                ///< for each run the largest of its bins
  double peak = 0.0;                        ///< the largest of all
};

/// @param bins_max  upper bound of the number of bins, > 0; there are fewer when the coarsest
/// series
///                  has fewer intervals, so that every bin is at least an interval wide. None when
///                  no run has a series. An interval that lies in two bins is shared among them by
///                  its overlap.
[[nodiscard]] GoodputCurves goodput_curves(const std::vector<metrics::RunRecord>& runs,
                                           std::size_t bins_max);

/// One character for each value: a blank for 0, then eight heights, the highest for `peak`.
/// @param unicode  block elements, or ASCII (`_.-:=+*#`)
[[nodiscard]] std::string sparkline(const std::vector<double>& values, double peak, bool unicode);

}  // namespace squall::report
