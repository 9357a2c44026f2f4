#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "squall/metrics/estimate.hpp"

/// What several replications of a scenario say beyond the sums of their totals.
namespace squall::metrics {

/// One figure over the replications.
struct FigureEstimate {
  /// As an expectation names it: "goodput_ratio", "workloads.shoppers.latency_ms.p99".
  std::string metric;
  /// Of the values of those replications in which the figure has a finite one.
  Estimate estimate;
  /// Replications in which it is infinite: a percentile that falls among the requests that did not
  /// end ok, the recovery of a run that did not recover. With any, there is no interval.
  std::uint64_t never = 0;
  /// It is a percentile: the point is that of the pooled histogram, the interval lies around it.
  bool is_percentile = false;
  /// The mean, or the pooled percentile; infinite where that is "never"; nothing where the figure
  /// has no value in any replication.
  std::optional<double> point;
  /// Of the 95 % interval; for a percentile never less than half of the histogram's bucket. Nothing
  /// without an interval.
  std::optional<double> half_width_95;
  /// The interval, confined to what the figure can be: not below 0, shares not above 1.
  std::optional<double> low, high;
};

/// A figure of one variant less the same of another, replication by replication.
struct PairedFigure {
  std::string metric;
  Estimate difference;  ///< of the replications in which both have a value
  /// The interval; nothing without one: below two replications, or where some are "never".
  std::optional<double> low, high;
  bool significant = false;  ///< there is an interval and it leaves out 0
  /// What common random numbers bought: the variance of the difference if the two had been
  /// independent, as a multiple of the variance it has. So many times as many replications would
  /// have been needed. Nothing where either is 0.
  std::optional<double> variance_reduction;
};

struct PairedRecord {
  std::size_t variant = 0;  ///< index into the variants
  std::size_t minus = 0;    ///< likewise
  std::vector<PairedFigure> figures;
};

/// Replications of one kind, where there is more than one.
struct WorldRecord {
  std::string name;  ///< "recovered", "not_recovered"; by goodput alone "high", "low"
  std::uint64_t count = 0;
  ShareInterval share;                    ///< of all replications
  Moments goodput;                        ///< of theirs, as ratios
  std::uint64_t example_replication = 0;  ///< the first of them
  std::uint64_t example_seed = 0;         ///< with it that replication can be run alone
};

struct VariantStudy {
  std::vector<FigureEstimate> figures;
  // Replications by their verdict.
  std::uint64_t recovered = 0, not_recovered = 0, not_judged = 0, no_fault = 0;
  /// Two, the better first, where the replications disagree in kind; else none. A mean over all of
  /// them then describes no run there was.
  std::vector<WorldRecord> worlds;
};

/// What --precision came to.
struct PrecisionRecord {
  std::string metric;
  double asked = 0.0;  ///< relative half-width
  bool reached = false;
  std::optional<double> widest;  ///< of the variants; nothing where one of them has no interval
  std::uint64_t replications_max = 0;
};

struct StudyRecord {
  std::uint64_t replications = 0;  ///< whole ones, that are in the figures
  std::uint64_t asked = 0;         ///< more than that if it was interrupted
  std::vector<VariantStudy> variants;
  /// Every variant less every one before it; of many variants, less the first alone.
  std::vector<PairedRecord> pairs;
  std::optional<PrecisionRecord> precision;
};

/// The figure of that name; nullptr if there is none.
[[nodiscard]] inline const FigureEstimate* find_figure(const VariantStudy& study,
                                                       const std::string& metric) noexcept {
  for (const FigureEstimate& figure : study.figures) {
    if (figure.metric == metric) return &figure;
  }
  return nullptr;
}
[[nodiscard]] inline const PairedFigure* find_figure(const PairedRecord& pair,
                                                     const std::string& metric) noexcept {
  for (const PairedFigure& figure : pair.figures) {
    if (figure.metric == metric) return &figure;
  }
  return nullptr;
}

}  // namespace squall::metrics
