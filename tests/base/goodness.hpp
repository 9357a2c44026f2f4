#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

/// Goodness of fit, for tests with fixed seeds: what passes once passes always.
namespace squall::goodness {

/// The largest distance between the empirical distribution function of the draws and `cdf`
/// (Kolmogorov-Smirnov).
template <typename Cdf>
[[nodiscard]] double distance(std::vector<double> draws, const Cdf& cdf) {
  std::sort(draws.begin(), draws.end());
  const auto n = static_cast<double>(draws.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    const double p = cdf(draws[i]);
    largest = std::max(largest, p - static_cast<double>(i) / n);
    largest = std::max(largest, static_cast<double>(i + 1) / n - p);
  }
  return largest;
}

/// What the distance exceeds with probability 0.001 when the draws are of that law: 1.949 / sqrt(n)
/// for large n.
[[nodiscard]] inline double critical_distance(std::size_t n) {
  return 1.949 / std::sqrt(static_cast<double>(n));
}

/// Sum of (counted - expected)^2 / expected.
[[nodiscard]] inline double chi_square(std::span<const double> counted,
                                       std::span<const double> expected) {
  double sum = 0.0;
  for (std::size_t i = 0; i < counted.size(); ++i) {
    const double off = counted[i] - expected[i];
    sum += off * off / expected[i];
  }
  return sum;
}

}  // namespace squall::goodness
