#pragma once

#include "squall/base/time.hpp"
#include "squall/policy/breaker_state.hpp"

namespace squall::policy {

/// The states of a breaker that rejects until some instant and then lets a single call through, the
/// probe; half-open lasts until someone says what comes of it. Starts closed.
///
/// Polly, Hystrix, Sentinel and Linkerd all have this; what opens it, for how long, and what a
/// result means in each state is theirs. Not thread-safe.
class ProbeGate {
 public:
  /// @return whether a call may go on. The first one at or after the end of open is the probe.
  [[nodiscard]] bool try_acquire(Instant now) noexcept {
    if (state_ == BreakerState::closed) return true;
    if (state_ == BreakerState::half_open || !is_over(now)) return false;
    state_ = BreakerState::half_open;
    return true;
  }

  /// Rejects until `until`; `never` has no end.
  void open(Instant until) noexcept {
    state_ = BreakerState::open;
    until_ = until;
  }
  /// The probe came to nothing: the next call is the probe.
  void open_again() noexcept { state_ = BreakerState::open; }
  void close() noexcept { state_ = BreakerState::closed; }

  /// half_open from the probe on.
  [[nodiscard]] BreakerState state() const noexcept { return state_; }
  /// half_open as soon as the probe might come.
  [[nodiscard]] BreakerState state_by_time(Instant now) const noexcept {
    return state_ == BreakerState::open && is_over(now) ? BreakerState::half_open : state_;
  }

 private:
  [[nodiscard]] bool is_over(Instant now) const noexcept {
    return now >= until_ && until_ != never;
  }

  BreakerState state_ = BreakerState::closed;
  Instant until_{};  // of open
};

}  // namespace squall::policy
