#pragma once

#include <cstdint>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/latency_bins.hpp"
#include "squall/policy/limit_gauge.hpp"
#include "squall/policy/limiter_sample.hpp"

namespace squall::policy {

/// The gradient controller of Envoy's adaptive_concurrency filter (1.29), with the names that the
/// product has. Defaults are the product's; of the two intervals, for which it has none, those of
/// the example in its documentation.
struct EnvoyGradientLimitOptions {
  double sample_aggregate_percentile = 50.0;   ///< percent; 0 to 100
  std::uint32_t max_concurrency_limit = 1000;  ///< >= 1
  /// The limit is set anew so often; >= 1ms.
  Duration concurrency_update_interval = std::chrono::milliseconds{100};
  /// Of the measurements of minRTT: from the end of one to the next, >= 1ms; how many samples one
  /// takes, >= 1; the share of the interval that may be added to it at random, percent, 0 to 100;
  /// the limit meanwhile, and at the least at any time, >= 1; and by how much more than minRTT a
  /// sample may take, percent, 0 to 100.
  Duration interval = std::chrono::seconds{60};
  std::uint32_t request_count = 50;
  double jitter = 15.0;
  std::uint32_t min_concurrency = 3;
  double buffer = 25.0;

  /// Keys start with `limiter.envoy_gradient.`.
  [[nodiscard]] Result<void> validate() const;
};

/// The limit after one of `limit`: with the gradient g = minRTT * (1 + buffer) / sample, from 0.5
/// to 2, it is limit * g + sqrt(limit * g), cut off, from min_concurrency to max_concurrency_limit.
/// A sample that took no time has a gradient of 2.
[[nodiscard]] std::uint32_t envoy_gradient_limit(const EnvoyGradientLimitOptions& options,
                                                 std::uint32_t limit, Duration min_rtt,
                                                 Duration sample) noexcept;

/// As the product does:
/// - It begins with a measurement: the limit is min_concurrency until request_count samples are
///   there; their percentile is minRTT, and the limit is what it was before. The next measurement
///   begins `interval` later, and up to `jitter` of it more, in whole milliseconds.
/// - Between measurements the percentile of the samples of each concurrency_update_interval makes a
///   new limit; one without samples makes none. When that has set the limit to min_concurrency five
///   times in a row, a measurement begins at once.
/// - Samples are in whole microseconds, and their percentiles those of LatencyBins. Calls that were
///   let in before the last measurement began are no samples.
/// There are no timers: what is due is done when it is next asked or told something, as of when it
/// was due. A sample at the very end of an interval is within it; where an interval ends as a
/// measurement begins, it ends first. Not thread-safe.
class EnvoyGradientLimit {
 public:
  /// REQUIRES options.validate().
  /// @param start  when the first measurement begins.
  explicit EnvoyGradientLimit(const EnvoyGradientLimitOptions& options,
                              Instant start = Instant{}) noexcept;

  /// Does what is due. @param now  never before an earlier one.
  void advance(Instant now) noexcept;
  /// Dropped or not. @param rng  consumed when this sample ends a measurement and there is jitter,
  ///                             one value.
  void on_sample(const LimiterSample& sample, Rng& rng);
  /// Keeps all that it knows; new intervals begin after those under way, new bounds hold from the
  /// next change on. REQUIRES options.validate().
  void reconfigure(const EnvoyGradientLimitOptions& options) noexcept { options_ = options; }

  [[nodiscard]] bool is_measuring() const noexcept { return before_ > 0; }
  [[nodiscard]] Duration min_rtt() const noexcept { return min_rtt_; }
  /// When the next measurement begins; never while one is under way.
  [[nodiscard]] Instant next_measurement() const noexcept { return measure_at_; }
  [[nodiscard]] const LimitGauge& gauge() const noexcept { return gauge_; }
  [[nodiscard]] LimitGauge& gauge() noexcept { return gauge_; }

 private:
  void measure(Instant at) noexcept;
  void end_interval() noexcept;
  void set_limit(std::uint32_t limit, Instant at) noexcept;
  [[nodiscard]] Duration percentile_and_clear() noexcept;

  EnvoyGradientLimitOptions options_;
  LimitGauge gauge_;
  std::uint32_t before_ = 0;  // the limit before the measurement under way; 0: there is none
  std::uint32_t at_min_ = 0;  // times in a row that the limit was left at min_concurrency
  Duration min_rtt_{0};
  Instant epoch_{};  // of the last measurement
  Instant interval_ends_ = never;
  Instant measure_at_ = never;
  LatencyBins bins_;
};

}  // namespace squall::policy
