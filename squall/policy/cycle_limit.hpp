#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/rate_limit_decision.hpp"

namespace squall::policy {

/// resilience4j 2 RateLimiter (AtomicRateLimiter). Defaults are the product's: 50 calls each 500
/// nanoseconds, which is no limit at all.
struct Resilience4jRateLimitOptions {
  std::uint32_t limit_for_period = 50;                            ///< calls each period; >= 1
  Duration limit_refresh_period = std::chrono::nanoseconds{500};  ///< > 0
  Duration timeout = std::chrono::seconds{5};  ///< how long a call may wait; >= 0; or forever
  /// Of a call that cannot go on within the timeout: true, it waits the whole timeout before it is
  /// refused, as acquirePermission() has a thread do (decorators, annotated methods); false, it is
  /// refused at once, as reservePermission() says (Reactor, RxJava).
  bool blocking = true;

  /// Keys start with `rate_limit.resilience4j.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Envoy local_ratelimit with the timer that filled its buckets until pull request 35207 of July
/// 2024; the evenly filled ones since are a TokenBucketLimit. Nobody waits.
struct EnvoyRateLimitOptions {
  std::uint32_t max_tokens = 1;       ///< in a full bucket; >= 1; Envoy has no default
  std::uint32_t tokens_per_fill = 1;  ///< >= 1; Envoy's default
  Duration fill_interval = std::chrono::seconds{1};  ///< >= 50ms; Envoy has no default

  /// Keys start with `rate_limit.envoy.`.
  [[nodiscard]] Result<void> validate() const;
};

/// What the two are values of: permits that come in all at once at whole multiples of a period.
struct CycleLimitOptions {
  Duration period{1};           ///< > 0
  std::uint32_t per_cycle = 1;  ///< permits that come in; >= 1
  std::uint32_t most = 1;       ///< permits that are kept; >= 1
  Duration timeout{0};          ///< how long a call may wait; >= 0
  bool refuses_late = false;    ///< a call that is refused waits for the timeout first
};

[[nodiscard]] CycleLimitOptions cycles_of(const Resilience4jRateLimitOptions& options) noexcept;
[[nodiscard]] CycleLimitOptions cycles_of(const EnvoyRateLimitOptions& options) noexcept;

/// Starts with all the permits it keeps. A call takes one: at once, or by reservation, which leaves
/// fewer than none and makes it wait for the cycle in which its permit comes. One that goes away
/// while it waits has used its permit up, and so has a refused one none. Cycles start at whole
/// multiples of the period since the epoch (in both products, since it was made). Not thread-safe.
class CycleLimit {
 public:
  /// REQUIRES valid options.
  explicit CycleLimit(const CycleLimitOptions& options) noexcept
      : options_(options), permits_(options.most) {}

  /// A call arrives.
  /// @param now  must not go backwards between calls; not before the epoch.
  [[nodiscard]] RateLimitDecision on_call(Instant now) noexcept;
  /// Keeps the permits, at most as many as are kept from now on once the next cycle begins, and
  /// what those who wait were told. REQUIRES valid options.
  void reconfigure(const CycleLimitOptions& options, Instant now) noexcept;

  /// After the last call; below 0 where calls have reserved what is still to come.
  [[nodiscard]] std::int64_t permits() const noexcept { return permits_; }

 private:
  void refresh(Instant now) noexcept;

  CycleLimitOptions options_;
  std::int64_t cycle_ = 0;
  std::int64_t permits_;
};

}  // namespace squall::policy
