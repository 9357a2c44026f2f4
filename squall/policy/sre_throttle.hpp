#pragma once

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/retry.hpp"
#include "squall/policy/throttle_window.hpp"

namespace squall::policy {

/// Client-side throttling of Google's "Site Reliability Engineering" (2016), chapter 21, "Handling
/// Overload": a call is refused before it leaves the caller with probability
///
///     max(0, (requests - k x accepts) / (requests + 1))
///
/// where `requests` are the calls of the window, those refused here too, and `accepts` those of
/// them that the callee accepted. So a callee that accepts a share of what comes is sent no more
/// than about k times what it accepts, however much is asked for.
struct SreThrottleOptions {
  double k = 2.0;  ///< refuses while requests are more than so many times the accepts; 1 to 1,000
  Duration window = std::chrono::minutes{2};  ///< moves on by tenths; 10 ms to 24 h
  /// Outcomes that are no accept. A call that its deadline ends counts as one that timed out.
  RetryOn on{};

  /// Keys start with `throttle.sre.`.
  [[nodiscard]] Result<void> validate() const;
};

/// The probability of a refusal. REQUIRES k >= 1.
[[nodiscard]] double sre_rejection_probability(const ThrottleCounts& counts, double k) noexcept;

/// The book says what is counted but not when; here, as in libraries after it (deixis/bulwark 2,
/// go-kratos/aegis 0.2), a call that is let on counts when its outcome is known and a refusal at
/// once. An abandoned call does not count. Not thread-safe.
class SreThrottle {
 public:
  /// REQUIRES options.validate().
  explicit SreThrottle(const SreThrottleOptions& options);
  /// Keeps what was counted. REQUIRES options.validate().
  void reconfigure(const SreThrottleOptions& options);

  /// @param rng  consumed (one value) only when the probability is above 0.
  /// @return whether the call may go on; true must be followed by exactly one on_result().
  [[nodiscard]] bool admits(Instant now, Rng& rng) noexcept;
  void on_result(const Outcome& outcome, Instant now) noexcept;
  /// Of the next call.
  [[nodiscard]] double rejection_probability(Instant now) noexcept;

 private:
  SreThrottleOptions options_;
  ThrottleWindow window_;
};

}  // namespace squall::policy
