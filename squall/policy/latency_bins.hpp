#pragma once

#include <cstdint>
#include <vector>

namespace squall::policy {

/// Counts of microseconds in bins of two significant decimal digits (10, 11, ... 99, 100 to 109,
/// 110 to 119, ...), and quantiles of them by going evenly through a bin: the log-linear histogram
/// of Circonus (libcircllhist, hist_approx_quantile) that Envoy takes its percentiles from. Takes
/// memory only where it holds more bins than ever before. Not thread-safe.
class LatencyBins {
 public:
  void add(std::uint64_t us);
  void clear() noexcept {
    bins_.clear();
    count_ = 0;
  }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// In microseconds: of n values the one that q * n of them do not exceed, cut off to a whole
  /// number. REQUIRES count() > 0 and 0 <= q <= 1.
  [[nodiscard]] std::uint64_t quantile(double q) const noexcept;

 private:
  struct Bin {
    std::uint64_t left;   ///< the smallest value in it
    std::uint64_t width;  ///< 0: below 10, where a bin is a tenth wide and holds one value
    std::uint64_t count;
  };
  std::vector<Bin> bins_;  // those that hold something, in order
  std::uint64_t count_ = 0;
};

}  // namespace squall::policy
