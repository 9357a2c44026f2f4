#pragma once

#include <cstdint>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/breaker_state.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/probe_gate.hpp"

namespace squall::policy {

/// Linkerd 2 (2.13 on) failure accrual of the kind `consecutive`, as its proxy does it. Defaults
/// are the product's. There each endpoint of a service has one of its own, and the balancer passes
/// over those that are shut; here it stands before the call, and what it does not let through is
/// rejected.
struct LinkerdBreakerOptions {
  std::uint32_t max_failures = 7;                  ///< trips at so many failures in a row; >= 1
  Duration min_penalty = std::chrono::seconds{1};  ///< the first penalty; > 0
  Duration max_penalty = std::chrono::minutes{1};  ///< no penalty is longer; >= min_penalty
  double jitter = 0.5;  ///< the share of a penalty that may be added to it at random; 0 to 100

  /// Keys start with `breaker.linkerd.`.
  [[nodiscard]] Result<void> validate() const;
};

/// How long the breaker stays shut: min_penalty * 2^doublings, at most max_penalty, and a uniform
/// share of jitter more, at most up to max_penalty. A pure function of its arguments and of `rng`,
/// of which it consumes one value with jitter and none without.
///
/// As in the proxy, which scales the seconds and the nanoseconds of a penalty apart and cuts both
/// off to whole numbers: to a penalty of whole seconds whole seconds are added, and so none at all
/// to the first two of the defaults.
/// @param doublings  from 0: probes that failed since the breaker opened first.
[[nodiscard]] Duration linkerd_penalty(const LinkerdBreakerOptions& options,
                                       std::uint32_t doublings, Rng& rng) noexcept;

/// Starts closed. As the product does:
/// - max_failures in a row trip it; a success starts the count again.
/// - When the penalty has passed it is half-open by itself. One call goes through then, and the
/// first
///   result, whichever call it is of, is the verdict: a success closes, a failure opens for the
///   next penalty. Results that arrive while open say nothing.
/// - Every outcome but ok and abandoned is a failure. An abandoned call is not classified; if it
/// was
///   the probe, half-open goes on without another until some result arrives (linkerd2-proxy up to
///   2025; a bound on probation is newer).
/// Not thread-safe.
class LinkerdBreaker {
 public:
  /// REQUIRES options.validate().
  explicit LinkerdBreaker(const LinkerdBreakerOptions& options) noexcept : options_(options) {}

  [[nodiscard]] bool try_acquire(Instant now) noexcept { return gate_.try_acquire(now); }
  /// @param rng  for the jitter of a penalty; consumed when this result opens the breaker and there
  ///             is jitter, and not otherwise.
  void on_result(const Outcome& outcome, Duration elapsed, Instant now, Rng& rng) noexcept;
  /// The call says nothing.
  void release(Instant /*now*/) noexcept {}
  [[nodiscard]] BreakerState state(Instant now) const noexcept { return gate_.state_by_time(now); }
  /// Keeps the state, the failures in a row, which the next one judges, and the doublings so far.
  /// The penalty under way lasts as long as it would have. REQUIRES options.validate().
  void reconfigure(const LinkerdBreakerOptions& options) noexcept { options_ = options; }

 private:
  void open(Instant now, Rng& rng) noexcept;

  LinkerdBreakerOptions options_;
  std::uint32_t failures_ = 0;   // in a row, while closed
  std::uint32_t doublings_ = 0;  // of the next penalty
  ProbeGate gate_;
};

}  // namespace squall::policy
