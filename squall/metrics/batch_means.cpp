#include "squall/metrics/batch_means.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "squall/base/check.hpp"
#include "squall/base/math.hpp"
#include "squall/metrics/estimate.hpp"

namespace squall::metrics {
namespace {

constexpr std::array<std::size_t, 3> batches_tried = {32, 16, 10};
constexpr std::size_t tested_for_each = 4;
constexpr double correlation_max = 0.4;

/// Neighbours joined, so that about as many of the stretches are in each.
std::vector<Batch> joined(std::span<const Batch> stretches, std::size_t batches) {
  std::vector<Batch> made(batches);
  for (std::size_t b = 0; b < batches; ++b) {
    const std::size_t from = b * stretches.size() / batches;
    const std::size_t to = (b + 1) * stretches.size() / batches;
    for (const Batch& stretch : stretches.subspan(from, to - from)) {
      made[b].sum += stretch.sum;
      made[b].weight += stretch.weight;
    }
  }
  return made;
}

/// What is but a rounding error counts as 0, or a constant that is no whole number would look
/// perfectly correlated.
std::vector<double> residuals_of(const std::vector<Batch>& batches, double mean) {
  constexpr double rounding = 1e-12;  // over a thousand times that of a double
  std::vector<double> residuals;
  residuals.reserve(batches.size());
  for (const Batch& batch : batches) {
    const double residual = batch.sum - mean * batch.weight;
    const double size = batch.sum < 0.0 ? -batch.sum : batch.sum;
    const bool is_none = residual < rounding * size && -residual < rounding * size;
    residuals.push_back(is_none ? 0.0 : residual);
  }
  return residuals;
}

double squares_of(const std::vector<double>& residuals) {
  double squares = 0.0;
  for (const double residual : residuals) squares += residual * residual;
  return squares;
}

/// Lag-1 correlation as 1 - q / 2 of von Neumann's ratio q (J. von Neumann, "Distribution of the
/// ratio of the mean square successive difference to the variance", 1941); 0 without any spread.
double correlation_of(const std::vector<double>& residuals) {
  const double squares = squares_of(residuals);
  if (squares == 0.0) return 0.0;
  double steps = 0.0;
  for (std::size_t i = 1; i < residuals.size(); ++i) {
    const double step = residuals[i] - residuals[i - 1];
    steps += step * step;
  }
  return 1.0 - steps / (2.0 * squares);
}

/// The factor on the variance of the mean of batches, each of `tested_for_each` fine ones whose
/// correlation falls as c, c^2, c^3 ...: (1 + r) / (1 - r) with r the correlation of the batches.
double remaining_correlation_factor(double c) {
  if (c <= 0.0) return 1.0;
  static_assert(tested_for_each == 4);
  const double c2 = c * c;
  const double c3 = c2 * c;
  const double variance = 4.0 + 6.0 * c + 4.0 * c2 + 2.0 * c3;
  // Neighbours: 1, 2, 3, 4, 3, 2, 1 pairs at lags 1 to 7.
  const double covariance =
      c * (1.0 + 2.0 * c + 3.0 * c2 + 4.0 * c3 + 3.0 * c3 * c + 2.0 * c3 * c2 + c3 * c3);
  const double r = covariance / variance;
  return (1.0 + r) / (1.0 - r);
}

double cube_root(double x) {
  constexpr double third = 1.0 / 3.0;
  return x < 0.0 ? -power_of(-x, third) : power_of(x, third);
}

/// R. Willink, "A confidence interval and test for the mean of an asymmetric distribution",
/// Communications in Statistics 34, 2005: t, where the skewness of the mean is 6 `beta`.
double unskewed(double t, double beta) {
  constexpr double none = 1e-6;
  if (beta < none && beta > -none) return t;
  return (cube_root(1.0 + 6.0 * beta * (t - beta)) - 1.0) / (2.0 * beta);
}

/// Of the mean of all batches. REQUIRES at least three.
BatchInterval interval_of(const std::vector<Batch>& batches, double mean, double weight,
                          double variance_factor) {
  const std::vector<double> residuals = residuals_of(batches, mean);
  const double squares = squares_of(residuals);
  double cubes = 0.0;
  for (const double residual : residuals) cubes += residual * residual * residual;

  const auto n = static_cast<double>(batches.size());
  const double t = factor_95(batches.size());
  BatchInterval interval{.state = BatchInterval::State::given,
                         .mean = mean,
                         .low = mean,
                         .high = mean,
                         .batches = static_cast<std::uint32_t>(batches.size())};
  if (squares == 0.0) return interval;
  const double variance = squares / (n - 1.0);
  const double skewness = cubes * n / ((n - 1.0) * (n - 2.0)) / (variance * std::sqrt(variance));
  const double beta = skewness / (6.0 * std::sqrt(n));
  const double error = std::sqrt(n * variance * variance_factor) / weight;
  interval.low = mean - unskewed(t, beta) * error;
  interval.high = mean - unskewed(-t, beta) * error;
  return interval;
}

}  // namespace

BatchInterval batch_interval(std::span<const Batch> stretches) {
  Batch whole;
  for (const Batch& stretch : stretches) {
    whole.sum += stretch.sum;
    whole.weight += stretch.weight;
  }
  BatchInterval none;
  if (!(whole.weight > 0.0)) return none;
  none.mean = whole.sum / whole.weight;
  for (const std::size_t batches : batches_tried) {
    if (stretches.size() < tested_for_each * batches) continue;
    none.state = BatchInterval::State::correlated;
    const double correlation =
        correlation_of(residuals_of(joined(stretches, tested_for_each * batches), none.mean));
    if (correlation >= correlation_max) continue;
    return interval_of(joined(stretches, batches), none.mean, whole.weight,
                       remaining_correlation_factor(correlation));
  }
  return none;
}

std::uint64_t BatchMeans::count() const noexcept {
  const auto full = static_cast<std::int64_t>(closed_ns_.size()) * size_;
  return static_cast<std::uint64_t>(full + size_ - room_);
}

std::vector<Batch> BatchMeans::batches() const {
  std::vector<Batch> made;
  made.reserve(closed_ns_.size() + 1);
  for (const Int128 sum : closed_ns_) {
    made.push_back({static_cast<double>(sum), static_cast<double>(size_)});
  }
  if (made.empty() || room_ == size_) return made;
  made.back().sum += static_cast<double>(open_ns_.value());
  made.back().weight += static_cast<double>(size_ - room_);
  return made;
}

void BatchMeans::close() {
  static_assert(batches_max % 2 == 0);
  if (closed_ns_.capacity() == 0) closed_ns_.reserve(batches_max);
  closed_ns_.push_back(open_ns_.value());
  open_ns_ = {};
  if (closed_ns_.size() == batches_max) {
    for (std::size_t i = 0; i < batches_max / 2; ++i) {
      closed_ns_[i] = closed_ns_[2 * i] + closed_ns_[2 * i + 1];
    }
    closed_ns_.resize(batches_max / 2);
    size_ *= 2;
  }
  room_ = size_;
}

}  // namespace squall::metrics
