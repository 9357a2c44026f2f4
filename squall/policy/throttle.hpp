#pragma once

#include <variant>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/envoy_throttle.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/sre_throttle.hpp"

/// Throttles refuse a share of the calls at random, the larger the more of the last calls failed.
/// A breaker lets all through or none; a throttle lets so many through that the callee always shows
/// how it is.
namespace squall::policy {

using ThrottleOptions = std::variant<std::monostate, SreThrottleOptions, EnvoyThrottleOptions>;

/// Of whichever kind; without one there is nothing to get wrong.
[[nodiscard]] Result<void> validate(const ThrottleOptions& options);

/// Either of them, or none (lets every call on). Not thread-safe.
class Throttle {
 public:
  Throttle() = default;
  /// REQUIRES valid options.
  explicit Throttle(const ThrottleOptions& options);
  /// Takes new numbers of the same kind and keeps what was counted. REQUIRES valid options of the
  /// same kind.
  void reconfigure(const ThrottleOptions& options);

  /// @param rng  consumed only when a refusal is possible.
  /// @return whether the call may go on; true must be followed by exactly one on_result().
  [[nodiscard]] bool admits(Instant now, Rng& rng) noexcept;
  /// The call that was let on has ended. Abandoned says nothing.
  void on_result(const Outcome& outcome, Instant now) noexcept;
  /// Of a refusal of the next call.
  [[nodiscard]] double rejection_probability(Instant now) noexcept;

 private:
  std::variant<std::monostate, SreThrottle, EnvoyThrottle> state_;
};

}  // namespace squall::policy
