#pragma once

#include <cstdint>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/policy/limit_gauge.hpp"
#include "squall/policy/limiter_sample.hpp"

namespace squall::policy {

/// VegasLimit of Netflix's concurrency-limits 0.5, after TCP Vegas. Defaults are the product's.
struct VegasLimitOptions {
  std::uint32_t initial = 20;  ///< 1 to max
  std::uint32_t max = 1000;    ///< >= 1; the limit never falls below 1
  double smoothing = 1.0;      ///< the share of a new limit that counts; above 0, at most 1
  /// The line may hold alpha * log10(limit) calls before the limit stops growing, and beta *
  /// log10(limit) before it shrinks; >= 0, beta >= alpha.
  std::uint32_t alpha = 3;
  std::uint32_t beta = 6;
  /// The shortest round trip is learned anew after so many times the limit samples, or half of
  /// that, at random; >= 1.
  std::uint32_t probe_multiplier = 30;
  LimiterOutcomes outcomes{};

  /// Keys start with `limiter.vegas.`.
  [[nodiscard]] Result<void> validate() const;
};

/// log10 as the product takes it: of whole numbers, cut off to a whole number, at least 1.
[[nodiscard]] std::uint32_t vegas_log10(std::uint32_t limit) noexcept;

/// The line at the callee is estimated as ceil(limit * (1 - shortest / round trip)). For each
/// sample:
/// - a dropped one lessens the limit by log10(limit);
/// - else nothing changes if twice the calls in flight are fewer than the limit;
/// - a line of at most log10(limit): more by beta * log10(limit); one shorter than alpha times
///   log10(limit):
///   by log10(limit); longer than beta * log10(limit): less by log10(limit).
/// The first sample, one that is shorter than all before it and a probe, dropped or not, do nothing
/// but set the shortest round trip. Not thread-safe.
class VegasLimit {
 public:
  /// REQUIRES options.validate().
  explicit VegasLimit(const VegasLimitOptions& options) noexcept
      : options_(options), estimate_(options.initial), gauge_(options.initial) {}

  /// @param rng  consumed for the first sample and for a probe, one value each.
  void on_sample(const LimiterSample& sample, Rng& rng) noexcept;
  /// The estimate is kept; new bounds hold from the next change on. REQUIRES options.validate().
  void reconfigure(const VegasLimitOptions& options) noexcept { options_ = options; }

  [[nodiscard]] const LimitGauge& gauge() const noexcept { return gauge_; }
  [[nodiscard]] LimitGauge& gauge() noexcept { return gauge_; }
  [[nodiscard]] const LimiterOutcomes& outcomes() const noexcept { return options_.outcomes; }

 private:
  [[nodiscard]] bool probes(Rng& rng) noexcept;
  void change(const LimiterSample& sample) noexcept;

  VegasLimitOptions options_;
  double estimate_;
  LimitGauge gauge_;
  std::int64_t shortest_ns_ = 0;  // 0: none yet
  double probe_share_ = 0.0;      // from 0.5 to 1; 0 before the first sample
  std::uint64_t since_probe_ = 0;
};

}  // namespace squall::policy
