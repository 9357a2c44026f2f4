#pragma once

#include <cmath>
#include <cstdint>
#include <ostream>

namespace truth {

/// The mean of independent numbers, and how far off it may be.
class Sample {
 public:
  void add(double value) {  // Welford, "Note on a method for calculating corrected sums", 1962
    ++count_;
    const double before = value - mean_;
    mean_ += before / static_cast<double>(count_);
    squares_ += before * (value - mean_);
  }
  [[nodiscard]] double mean() const { return mean_; }
  /// Of the mean: s / sqrt(n). 0 when all values were the same.
  [[nodiscard]] double standard_error() const {
    if (count_ < 2) return 0.0;
    const auto n = static_cast<double>(count_);
    return std::sqrt(squares_ / (n - 1.0) / n);
  }

  friend std::ostream& operator<<(std::ostream& out, const Sample& sample) {
    return out << sample.mean() << " +- " << sample.standard_error();
  }

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;
};

/// Beyond this many standard errors chance is no explanation: 1 in 16,000 for a normal law.
inline constexpr double z_max = 4.0;

/// How many standard errors `measured` lies from `expected`; without any spread 0 or infinity.
inline double z_score(double measured, double expected, double standard_error) {
  const double off = std::abs(measured - expected);
  if (off <= 1e-9 * std::abs(expected)) return 0.0;
  return off / standard_error;
}
/// The same for two means, each with its own error.
inline double z_score(const Sample& a, const Sample& b) {
  return z_score(a.mean(), b.mean(), std::hypot(a.standard_error(), b.standard_error()));
}
/// For two counts of the same thing among n each: the standard error is that of the difference of
/// two binomial shares with the pooled p, sqrt(2 p (1 - p) / n).
inline double z_score_of_counts(int a, int b, int n) {
  const double pooled = (a + b) / (2.0 * n);
  return z_score(a, b, n * std::sqrt(2.0 * pooled * (1.0 - pooled) / n));
}

}  // namespace truth
