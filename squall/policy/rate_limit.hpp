#pragma once

#include <variant>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/cycle_limit.hpp"
#include "squall/policy/rate_limit_decision.hpp"
#include "squall/policy/token_bucket_limit.hpp"

/// Rate limits: how many calls may go on in a time, whatever becomes of them. Each is asked once
/// for a call, and is told nothing of its end.
namespace squall::policy {

using RateLimitOptions = std::variant<std::monostate, TokenBucketLimitOptions,
                                      Resilience4jRateLimitOptions, EnvoyRateLimitOptions>;

/// Of whichever kind; without one there is nothing to get wrong.
[[nodiscard]] Result<void> validate(const RateLimitOptions& options);

/// Any of them, or none (every call goes on at once). Not thread-safe.
class RateLimit {
 public:
  RateLimit() = default;
  /// REQUIRES valid options.
  explicit RateLimit(const RateLimitOptions& options);

  /// A call arrives.
  /// @param now  must not go backwards between calls; not before the epoch.
  [[nodiscard]] RateLimitDecision on_call(Instant now) noexcept;
  /// Takes new numbers of the same kind; what was taken stays taken, and those who wait keep their
  /// place. REQUIRES valid options of the same kind.
  void reconfigure(const RateLimitOptions& options, Instant now);

 private:
  std::variant<std::monostate, TokenBucketLimit, CycleLimit> state_;
};

}  // namespace squall::policy
