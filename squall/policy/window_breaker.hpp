#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/breaker_state.hpp"
#include "squall/policy/call_window.hpp"
#include "squall/policy/outcome.hpp"

namespace squall::policy {

/// The simple breaker of the tutorial: keeps the last `window` outcomes; when the window is full
/// and at least `failures` of them failed, it rejects for `open_for`, then starts with an empty
/// window. No half-open state.
struct WindowBreakerOptions {
  std::uint32_t window = 20;                           ///< outcomes kept; 1 to 100,000
  std::uint32_t failures = 8;                          ///< trip at this many; 1 to window
  Duration open_for = std::chrono::milliseconds{500};  ///< > 0

  /// Keys start with `breaker.window.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Starts closed. Every outcome but ok and abandoned is a failure; outcomes that arrive while it
/// rejects are not counted. Not thread-safe.
class WindowBreaker {
 public:
  /// REQUIRES options.validate().
  explicit WindowBreaker(const WindowBreakerOptions& options);

  [[nodiscard]] bool try_acquire(Instant now) noexcept;
  void on_result(const Outcome& outcome, Duration elapsed, Instant now) noexcept;
  void release(Instant now) noexcept;
  [[nodiscard]] BreakerState state(Instant now) const noexcept;
  /// Keeps the newest outcomes that the new window holds; the next one judges them. A rejection
  /// under way ends when it would have ended. REQUIRES options.validate().
  void reconfigure(const WindowBreakerOptions& options);

  /// The outcomes in the window.
  [[nodiscard]] const CallTotals& totals() const noexcept { return window_.totals(); }

 private:
  WindowBreakerOptions options_;
  CountWindow window_;
  Instant open_until_{};
};

inline BreakerState WindowBreaker::state(Instant now) const noexcept {
  return now < open_until_ ? BreakerState::open : BreakerState::closed;
}

inline bool WindowBreaker::try_acquire(Instant now) noexcept {
  return state(now) == BreakerState::closed;
}

inline void WindowBreaker::on_result(const Outcome& outcome, Duration /*elapsed*/,
                                     Instant now) noexcept {
  if (outcome.kind == OutcomeKind::abandoned || state(now) == BreakerState::open) return;
  const CallTotals& totals = window_.record(!outcome.is_ok(), false);
  if (totals.failed >= options_.failures && window_.full()) {
    open_until_ = later(now, options_.open_for);
    window_.clear();
  }
}

}  // namespace squall::policy
