#include "squall/policy/envoy_throttle.hpp"

#include <algorithm>

#include "squall/base/math.hpp"
#include "squall/policy/option_error.hpp"
#include "squall/policy/throttle_outcome.hpp"

namespace squall::policy {
namespace {

constexpr auto second = std::chrono::seconds{1};
constexpr auto envoy_window_max = std::chrono::hours{1};
/// The product draws a whole number below it.
constexpr std::uint64_t steps = 10'000;

std::uint64_t seconds_in(Duration window) noexcept {
  return static_cast<std::uint64_t>(window / second);
}

Result<void> check_envoy_throttle(const EnvoyThrottleOptions& options) {
  if (!(options.success_rate_threshold >= 0.01 && options.success_rate_threshold <= 1.0)) {
    return out_of_range("success_rate_threshold", "from 0.01 (1%) to 1 (100%)",
                        text_of(options.success_rate_threshold));
  }
  if (!(options.aggression >= 1.0 && options.aggression <= 1'000.0)) {
    return out_of_range("aggression", "from 1 to 1,000", text_of(options.aggression));
  }
  if (options.window < second || options.window > envoy_window_max ||
      options.window % second != Duration{0}) {
    return out_of_range("window", "whole seconds from 1s to 1h", text_of(options.window));
  }
  if (!(options.max_rejection >= 0.0 && options.max_rejection <= 1.0)) {
    return out_of_range("max_rejection", "from 0 to 1 (100%)", text_of(options.max_rejection));
  }
  return {};
}

}  // namespace

Result<void> EnvoyThrottleOptions::validate() const {
  return below_key("throttle.envoy", check_envoy_throttle(*this));
}

double envoy_rejection_probability(const ThrottleCounts& counts,
                                   const EnvoyThrottleOptions& options) noexcept {
  const auto calls = static_cast<double>(counts.calls);
  const double missing =
      calls - static_cast<double>(counts.accepted) / options.success_rate_threshold;
  if (!(missing > 0.0)) return 0.0;
  const double share = missing / (calls + 1.0);
  const double grown =
      options.aggression == 1.0 ? share : power_of(share, 1.0 / options.aggression);
  return std::min(grown, options.max_rejection);
}

EnvoyThrottle::EnvoyThrottle(const EnvoyThrottleOptions& options)
    : options_(options), window_(options.window, second) {}

void EnvoyThrottle::reconfigure(const EnvoyThrottleOptions& options) {
  options_ = options;
  window_.resize(options.window, second);
}

double EnvoyThrottle::rejection_probability(Instant now) noexcept {
  // The product asks for the rate before it forgets what has become too old.
  const std::uint64_t rps = window_.last_counts().calls / seconds_in(options_.window);
  if (rps < options_.rps_threshold) return 0.0;
  return envoy_rejection_probability(window_.counts(now), options_);
}

bool EnvoyThrottle::admits(Instant now, Rng& rng) noexcept {
  const double probability = rejection_probability(now);
  if (probability == 0.0) return true;
  return static_cast<double>(steps) * probability <= static_cast<double>(rng.below(steps));
}

void EnvoyThrottle::on_result(const Outcome& outcome, Instant now) noexcept {
  if (outcome.kind == OutcomeKind::abandoned) return;
  window_.record(!counts_against(options_.on, outcome), now);
}

}  // namespace squall::policy
