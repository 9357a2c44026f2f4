#include "squall/lint/probability.hpp"

#include <algorithm>

#include "squall/base/math.hpp"

namespace squall::lint {
namespace {

/// Terms below this share of the sum so far no longer matter.
constexpr double negligible_share = 1e-17;

/// ln n!, by Stirling's series where it is exact to a double.
double log_factorial(double n) noexcept {
  constexpr double series_from = 32.0;
  constexpr double half_log_two_pi = 0.91893853320467274178;
  if (n < series_from) {
    double product = 1.0;
    for (double i = 2.0; i <= n; i += 1.0) product *= i;
    return log_of(product);
  }
  const double inverse = 1.0 / n;
  const double square = inverse * inverse;
  const double series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square / 1260.0));
  return (n + 0.5) * log_of(n) - n + half_log_two_pi + series;
}

/// Sum of the terms from `first` on, each being the one before times ratio(step); they fall.
template <typename Ratio>
double falling_sum(double first, std::uint64_t steps, Ratio ratio) noexcept {
  double sum = first;
  double term = first;
  for (std::uint64_t step = 0; step < steps; ++step) {
    term *= ratio(step);
    sum += term;
    if (!(term > sum * negligible_share)) break;
  }
  return sum;
}

double clamped(double probability) noexcept { return std::clamp(probability, 0.0, 1.0); }

}  // namespace

double binomial_tail(std::uint64_t n, double p, std::uint64_t k) noexcept {
  if (k == 0) return 1.0;
  if (k > n || !(p > 0.0)) return 0.0;
  if (!(p < 1.0)) return 1.0;
  const auto count = static_cast<double>(n);
  const double odds = p / (1.0 - p);
  const auto term = [&](double j) {
    return exp_of(log_factorial(count) - log_factorial(j) - log_factorial(count - j) +
                  j * log_of(p) + (count - j) * log_of(1.0 - p));
  };
  const auto from = static_cast<double>(k);
  if (from > count * p) {
    return clamped(falling_sum(term(from), n - k, [&](std::uint64_t step) {
      const double j = from + static_cast<double>(step);
      return (count - j) / (j + 1.0) * odds;
    }));
  }
  // Below the mean the terms fall towards 0 successes: sum those that are not wanted.
  const double below = from - 1.0;
  return clamped(1.0 - falling_sum(term(below), k - 1, [&](std::uint64_t step) {
                   const double j = below - static_cast<double>(step);
                   return j / (count - j + 1.0) / odds;
                 }));
}

double poisson_tail(double mean, std::uint64_t k) noexcept {
  if (k == 0) return 1.0;
  if (!(mean > 0.0)) return 0.0;
  const auto term = [mean](double j) { return exp_of(j * log_of(mean) - mean - log_factorial(j)); };
  const auto from = static_cast<double>(k);
  constexpr std::uint64_t endless = ~std::uint64_t{0};
  if (from > mean) {
    return clamped(falling_sum(term(from), endless, [&](std::uint64_t step) {
      return mean / (from + static_cast<double>(step) + 1.0);
    }));
  }
  const double below = from - 1.0;
  return clamped(1.0 - falling_sum(term(below), k - 1, [&](std::uint64_t step) {
                   return (below - static_cast<double>(step)) / mean;
                 }));
}

}  // namespace squall::lint
