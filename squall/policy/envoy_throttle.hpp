#pragma once

#include <cstdint>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/retry.hpp"
#include "squall/policy/throttle_window.hpp"

namespace squall::policy {

/// Envoy's admission control filter (envoy.filters.http.admission_control, 1.17 to 1.37). A call is
/// refused with probability
///
///     max(0, (n - s / success_rate_threshold) / (n + 1)) ^ (1 / aggression), at most max_rejection
///
/// where n calls of the window were let through and have ended, s of them with success. Unlike in
/// the SRE book's form, what is refused here does not count. Defaults are the product's.
struct EnvoyThrottleOptions {
  double success_rate_threshold = 0.95;  ///< nothing is refused from it on; 0.01 to 1
  double aggression = 1.0;  ///< 1: grows evenly as the success rate falls; more: sooner; 1 to 1,000
  /// Moves on by seconds; whole seconds, 1 s to 1 h.
  Duration window = std::chrono::seconds{30};
  double max_rejection = 0.8;  ///< 0 to 1
  /// Nothing is refused while fewer calls than this a second ended within the window, on average
  /// and cut off to whole ones; 0: no such threshold.
  std::uint32_t rps_threshold = 0;
  /// Outcomes that are no success. A call that its deadline ends counts as one that timed out.
  RetryOn on{};

  /// Keys start with `throttle.envoy.`.
  [[nodiscard]] Result<void> validate() const;
};

/// The probability of a refusal, before it is rounded up to the next 1/10,000, as which it acts.
/// REQUIRES options.validate().
[[nodiscard]] double envoy_rejection_probability(const ThrottleCounts& counts,
                                                 const EnvoyThrottleOptions& options) noexcept;

/// An abandoned call does not count (a stream that was reset, there). Not thread-safe.
class EnvoyThrottle {
 public:
  /// REQUIRES options.validate().
  explicit EnvoyThrottle(const EnvoyThrottleOptions& options);
  /// Keeps what was counted. REQUIRES options.validate().
  void reconfigure(const EnvoyThrottleOptions& options);

  /// @param rng  consumed only when the probability is above 0.
  /// @return whether the call may go on; true must be followed by exactly one on_result().
  [[nodiscard]] bool admits(Instant now, Rng& rng) noexcept;
  void on_result(const Outcome& outcome, Instant now) noexcept;
  /// Of the next call; 0 below the rps_threshold.
  [[nodiscard]] double rejection_probability(Instant now) noexcept;

 private:
  EnvoyThrottleOptions options_;
  ThrottleWindow window_;
};

}  // namespace squall::policy
