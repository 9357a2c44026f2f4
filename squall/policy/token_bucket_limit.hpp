#pragma once

#include <cstdint>

#include "squall/base/quantity.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/rate_limit_decision.hpp"

namespace squall::policy {

/// A bucket of tokens that fills evenly, as the generic cell rate algorithm has it (ITU-T I.371,
/// virtual scheduling). With max_wait 0 it is Envoy's local rate limit since pull request 35207 of
/// July 2024 (rate = tokens_per_fill / fill_interval, burst = max_tokens).
struct TokenBucketLimitOptions {
  Rate rate{50'000'000};    ///< tokens that come in; > 0, default 50/s
  std::uint32_t burst = 1;  ///< tokens in a full bucket; >= 1, default 1
  /// How long a call may wait for its token; >= 0, default 0: it is refused at once. `forever`: no
  /// bound.
  Duration max_wait{0};

  /// Keys start with `rate_limit.token_bucket.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Starts full. A call takes one token: at once, or by reservation, so that those who wait go on in
/// the order in which they came, one every 1 / rate. A call that goes away while it waits has used
/// its token up. Exact: what is owed is kept in units of which a token has 10^15 and a nanosecond
/// brings in a whole number. Not thread-safe.
class TokenBucketLimit {
 public:
  /// REQUIRES options.validate().
  explicit TokenBucketLimit(const TokenBucketLimitOptions& options) noexcept : options_(options) {}

  /// A call arrives. It never waits before it is refused.
  /// @param now  must not go backwards between calls.
  [[nodiscard]] RateLimitDecision on_call(Instant now) noexcept;
  /// What is owed, and what those who wait were told, stays. REQUIRES options.validate().
  void reconfigure(const TokenBucketLimitOptions& options, Instant now) noexcept;

 private:
  __extension__ using Units = __int128;

  void fill(Instant now) noexcept;

  TokenBucketLimitOptions options_;
  Instant filled_{};
  Units owed_ = 0;  // of tokens taken and not yet come in again; a full bucket owes none
};

}  // namespace squall::policy
