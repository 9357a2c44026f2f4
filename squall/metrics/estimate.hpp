#pragma once

#include <cstdint>

/// What a number of independent observations says about the truth behind them.
namespace squall::metrics {

/// A mean with its 95 % interval of confidence: mean -+ half_width_95, by Student's t. Over many
/// experiments 95 of 100 such intervals hold the true mean, provided that the observations are
/// independent and their mean is near normal: so for a few dozen replications, or for fewer of what
/// is itself the mean of much.
struct Estimate {
  std::uint64_t count = 0;      ///< independent observations
  double mean = 0.0;            ///< 0 when there are none
  double standard_error = 0.0;  ///< of the mean; infinite below two observations
  double half_width_95 = 0.0;   ///< infinite below two observations

  [[nodiscard]] double low() const noexcept { return mean - half_width_95; }
  [[nodiscard]] double high() const noexcept { return mean + half_width_95; }
  /// Whether the interval leaves out `value`: at 95 % the truth is another.
  [[nodiscard]] bool excludes(double value) const noexcept {
    return value < low() || value > high();
  }
};

/// Mean and variance of numbers, as they come, without loss by cancellation (B. P. Welford, "Note
/// on a method for calculating corrected sums of squares and products", Technometrics 4, 1962). The
/// same numbers in the same order give the same bits everywhere; another order may give another
/// last bit, so add and merge in the order of the replications. Equal numbers have exactly that
/// mean and variance 0. Not thread-safe.
class Moments {
 public:
  /// REQUIRES a finite value.
  void add(double value) noexcept;
  /// As if all of `other` had been added (T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating
  /// formulae and a pairwise algorithm for computing sample variances", 1979), but for the last
  /// bits.
  void merge(const Moments& other) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] double mean() const noexcept { return mean_; }  ///< 0 when empty
  /// Of the population they were drawn from: divided by count - 1. 0 below two.
  [[nodiscard]] double variance() const noexcept;
  [[nodiscard]] double min() const noexcept { return min_; }  ///< 0 when empty
  [[nodiscard]] double max() const noexcept { return max_; }  ///< 0 when empty

  [[nodiscard]] Estimate estimate() const noexcept;

  [[nodiscard]] friend bool operator==(const Moments&, const Moments&) noexcept = default;

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;  // sum of (value - mean)^2
  double min_ = 0.0;
  double max_ = 0.0;
};

/// The factor of a two-sided 95 % interval from so many observations: Student's t quantile at
/// 0.975 with count - 1 degrees of freedom; infinite below two.
[[nodiscard]] double factor_95(std::uint64_t count) noexcept;

/// A share with its 95 % interval.
struct ShareInterval {
  double share = 0.0;            ///< part / whole
  double low = 0.0, high = 1.0;  ///< 0 <= low <= share <= high <= 1
};

/// Wilson's score interval of a share (E. B. Wilson, "Probable inference, the law of succession,
/// and statistical inference", 1927), without correction for continuity: sound for few trials and
/// for shares of 0 and 1, where mean -+ error is not. [0, 1] with share 0 of nothing. REQUIRES part
/// <= whole.
[[nodiscard]] ShareInterval wilson_95(std::uint64_t part, std::uint64_t whole) noexcept;

}  // namespace squall::metrics
