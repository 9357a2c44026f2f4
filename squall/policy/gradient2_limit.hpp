#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/policy/limit_gauge.hpp"
#include "squall/policy/limiter_sample.hpp"

namespace squall::policy {

/// Gradient2Limit of Netflix's concurrency-limits 0.5. Defaults are the product's.
struct Gradient2LimitOptions {
  std::uint32_t initial = 20;       ///< 1 to max
  std::uint32_t min = 20;           ///< 1 to max
  std::uint32_t max = 200;          ///< >= 1
  double smoothing = 0.2;           ///< the share of a new limit that counts; above 0, at most 1
  double tolerance = 1.5;           ///< a round trip may take so many times the long average; >= 1
  std::uint32_t long_window = 600;  ///< samples of the long average; >= 1
  std::uint32_t queue_size = 4;     ///< by how much the limit may grow; >= 0
  LimiterOutcomes outcomes{};

  /// Keys start with `limiter.gradient2.`.
  [[nodiscard]] Result<void> validate() const;
};

/// An average that is plain over the first samples and then exponential with the weight 2 / (window
/// + 1) for each one (ExpAvgMeasurement of the product).
class ExponentialAverage {
 public:
  /// REQUIRES window >= 1.
  ExponentialAverage(std::uint32_t window, std::uint32_t warmup) noexcept
      : window_(window), warmup_(warmup) {}
  double add(double sample) noexcept;
  void scale(double factor) noexcept { value_ *= factor; }
  void set_window(std::uint32_t window) noexcept { window_ = window; }
  [[nodiscard]] double value() const noexcept { return value_; }

 private:
  std::uint32_t window_, warmup_;
  std::uint32_t count_ = 0;
  double sum_ = 0.0, value_ = 0.0;
};

/// For each sample, dropped or not: the long average takes it in, and falls by 5 % where it is more
/// than twice the sample; then, unless fewer than half of the limit are in flight,
/// limit = (1 - smoothing) * limit + smoothing * (limit * gradient + queue_size), between min and
/// max, with gradient = tolerance * average / sample from 0.5 to 1. Not thread-safe.
class Gradient2Limit {
 public:
  /// REQUIRES options.validate().
  explicit Gradient2Limit(const Gradient2LimitOptions& options) noexcept;

  void on_sample(const LimiterSample& sample) noexcept;
  /// The estimate is kept; new bounds hold from the next change on. REQUIRES options.validate().
  void reconfigure(const Gradient2LimitOptions& options) noexcept;

  [[nodiscard]] const LimitGauge& gauge() const noexcept { return gauge_; }
  [[nodiscard]] LimitGauge& gauge() noexcept { return gauge_; }
  [[nodiscard]] const LimiterOutcomes& outcomes() const noexcept { return options_.outcomes; }

 private:
  Gradient2LimitOptions options_;
  double estimate_;
  LimitGauge gauge_;
  ExponentialAverage average_;
};

}  // namespace squall::policy
