#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/wide_sum.hpp"

/// What one long run in steady state says about the truth: an interval from the means of batches.
namespace squall::metrics {

/// A stretch of a run: the sum of what was measured in it, and how much of it there was (requests,
/// seconds). The mean of the stretch is sum / weight.
struct Batch {
  double sum = 0.0;
  double weight = 0.0;
};

/// A mean with its 95 % interval from one run; or why there is none.
struct BatchInterval {
  enum class State : std::uint8_t {
    given,
    too_short,   ///< too few batches to judge anything by
    correlated,  ///< neighbouring batches still depend on each other: the run is too short for how
                 ///< slowly it changes
  };
  State state = State::too_short;
  double mean = 0.0;          ///< over the whole stretch; also without an interval
  double low = 0.0;           ///< given: the ends of the interval; not symmetric about the mean
  double high = 0.0;          ///< where the batches are skewed
  std::uint32_t batches = 0;  ///< given: from so many
};

/// The interval of sum / weight over a run in steady state.
///
/// Neighbours are joined into b = 32 batches (16 or 10 where there are fewer than 4 b stretches, or
/// where 32 are too short): more gain next to nothing (B. W. Schmeiser, "Batch size effects in the
/// analysis of simulation output", Operations Research 30, 1982). Whether they are long enough is
/// judged on 4 b batches, on which a test has more power: their lag-1 correlation, as in von
/// Neumann's ratio, must be below 0.4 (A. M. Law, J. S. Carson, "A sequential procedure for
/// determining the length of a steady-state simulation", Operations Research 27, 1979). The
/// interval is Student's, with the two corrections of A. Tafazzoli, J. R. Wilson, "Skart: a
/// skewness- and autoregression-adjusted batch-means procedure", IIE Transactions 43, 2011: wider
/// by what is left of the correlation, taken as autoregressive of order 1 and estimated where the
/// test is; and moved by R. Willink's transformation for the skewness of the batches.
///
/// Where the weights differ it is the interval of a ratio, from the residuals sum - mean * weight.
/// Coverage is a test (tests/metrics/batch_means_test.cpp) and a table in docs/warmup.md.
/// REQUIRES finite sums, weights >= 0 that are about alike.
[[nodiscard]] BatchInterval batch_interval(std::span<const Batch> stretches);

/// Sums of durations in the order in which they are added, in at most 512 batches: when they are
/// full, neighbours are joined and a batch is twice as long. So the memory is bounded (8 KiB, taken
/// with the first value), whatever the length of the run, and adding costs one addition and one
/// comparison. Exact: 128-bit sums. Not thread-safe; not mergeable, as order is what it is about.
class BatchMeans {
 public:
  static constexpr std::size_t batches_max = 512;

  [[gnu::always_inline]] void add(Duration value) {
    open_ns_.add_signed(value.count());
    if (--room_ == 0) [[unlikely]]
      close();
  }

  [[nodiscard]] std::uint64_t count() const noexcept;
  /// The closed batches in order, in nanoseconds; what is in the open one joins the last of them.
  [[nodiscard]] std::vector<Batch> batches() const;
  /// Of the mean, in nanoseconds; see batch_interval().
  [[nodiscard]] BatchInterval interval() const { return batch_interval(batches()); }

  [[nodiscard]] friend bool operator==(const BatchMeans&, const BatchMeans&) = default;

 private:
  void close();

  WideSum open_ns_;
  std::int64_t room_ = 1;  ///< values until the open batch is full
  std::int64_t size_ = 1;  ///< values in a batch
  std::vector<Int128> closed_ns_;
};

}  // namespace squall::metrics
