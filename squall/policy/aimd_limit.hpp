#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/limit_gauge.hpp"
#include "squall/policy/limiter_sample.hpp"

namespace squall::policy {

/// AIMDLimit of Netflix's concurrency-limits 0.5: up by one, down by a factor. Defaults are the
/// product's.
struct AimdLimitOptions {
  std::uint32_t initial = 20;  ///< 1 to max
  std::uint32_t min = 20;      ///< 1 to max
  std::uint32_t max = 200;     ///< >= 1
  double backoff_ratio = 0.9;  ///< 0.5 to 1, 1 excluded
  /// A call that took longer counts as dropped; > 0.
  Duration timeout = std::chrono::seconds{5};
  LimiterOutcomes outcomes{};

  /// Keys start with `limiter.aimd.`.
  [[nodiscard]] Result<void> validate() const;
};

/// For each sample: a dropped one, and one that took longer than the timeout, take the limit times
/// backoff_ratio, cut off; any other adds 1 if twice the calls in flight are at least the limit.
/// What comes out is kept between min and max. Not thread-safe.
class AimdLimit {
 public:
  /// REQUIRES options.validate().
  explicit AimdLimit(const AimdLimitOptions& options) noexcept
      : options_(options), gauge_(options.initial) {}

  void on_sample(const LimiterSample& sample) noexcept;
  /// The limit is kept; new bounds hold from the next sample on. REQUIRES options.validate().
  void reconfigure(const AimdLimitOptions& options) noexcept { options_ = options; }

  [[nodiscard]] const LimitGauge& gauge() const noexcept { return gauge_; }
  [[nodiscard]] LimitGauge& gauge() noexcept { return gauge_; }
  [[nodiscard]] const LimiterOutcomes& outcomes() const noexcept { return options_.outcomes; }

 private:
  AimdLimitOptions options_;
  LimitGauge gauge_;
};

}  // namespace squall::policy
