#pragma once

#include <cstdint>
#include <variant>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/breaker_state.hpp"
#include "squall/policy/call_window.hpp"
#include "squall/policy/outcome.hpp"

namespace squall::policy {

/// resilience4j 2.x CircuitBreaker. Defaults are the product's.
struct Resilience4jBreakerOptions {
  enum class Window : std::uint8_t { count, time };
  Window window_type = Window::count;
  std::uint32_t window = 100;                        ///< count: calls kept; 1 to 100,000
  Duration window_time = std::chrono::seconds{100};  ///< time: whole seconds; 1 s to 24 h
  /// Calls before rates count, >= 1; with a count window at the most its size.
  std::uint32_t minimum = 100;
  double failure_rate = 50.0;                     ///< percent, trips at >=; in (0, 100]
  double slow_call_rate = 100.0;                  ///< percent, trips at >=; in (0, 100]
  Duration slow_call = std::chrono::seconds{60};  ///< a call that took longer is slow; > 0
  Duration open_for = std::chrono::seconds{60};   ///< > 0
  std::uint32_t half_open_calls = 10;             ///< permitted in half-open; 1 to 100,000
  Duration max_half_open{0};                      ///< back to open after so long; 0: for ever
  bool automatic_half_open = false;               ///< after open_for by itself, not at a call

  /// Keys start with `breaker.resilience4j.`; either window is `window` there.
  [[nodiscard]] Result<void> validate() const;
};

/// Starts closed. As the product does:
/// - A result is judged when it is recorded, a success too. Everything but ok and abandoned is a
///   failure: a timeout, a deadline, an error, a rejection at the callee or by a policy further in
///   (there an exception like any other). Abandoned is an ignored exception: on_result() then does
///   what release() does.
/// - open turns half-open at the first try_acquire() strictly after open_for, or, with
///   automatic_half_open, by itself when open_for has passed.
/// - half-open counts into a window of its own, fresh each time, of half_open_calls calls, and
///   decides as soon as min(minimum, half_open_calls) results are in: to open at a rate at or above
///   its threshold, to closed (and a fresh window) below.
/// - A result counts for the state that it arrives in, whichever it was let through in. So late
///   results of calls from before can decide half-open; and while open results are recorded into
///   the window that was left, change nothing, and go with it.
/// - release() in half-open gives a permit back, even for a call let through before it: beyond
///   half_open_calls, half-open lets through as many calls as were released in it.
/// Not thread-safe.
class Resilience4jBreaker {
 public:
  /// REQUIRES options.validate().
  explicit Resilience4jBreaker(const Resilience4jBreakerOptions& options);

  [[nodiscard]] bool try_acquire(Instant now) noexcept;
  void on_result(const Outcome& outcome, Duration elapsed, Instant now) noexcept;
  void release(Instant now) noexcept;
  /// Lazily open: half_open only after the call that turned it so.
  [[nodiscard]] BreakerState state(Instant now) const noexcept;
  /// Keeps the state, and the newest results that the new windows hold (a window of the other type
  /// starts empty); the next result judges them. The permits of a half-open state grow or shrink
  /// with half_open_calls. How long the current state lasts at the most stays what it was.
  /// REQUIRES options.validate().
  void reconfigure(const Resilience4jBreakerOptions& options);

  /// What the window that now takes results holds.
  [[nodiscard]] const CallTotals& totals() const noexcept;

 private:
  struct Phase {
    BreakerState state = BreakerState::closed;
    Instant until = never;  // when time alone may end it

    [[nodiscard]] friend bool operator==(const Phase&, const Phase&) = default;
  };

  [[nodiscard]] Phase phase_at(Instant now) const noexcept;
  [[nodiscard]] Phase open_from(Instant at) const noexcept;
  [[nodiscard]] Phase half_open_from(Instant at) const noexcept;
  void enter(const Phase& phase) noexcept;
  void settle(Instant now) noexcept;
  void judge(Instant now) noexcept;

  Resilience4jBreakerOptions options_;
  std::variant<CountWindow, TimeWindow> closed_window_;
  CountWindow half_open_window_;
  bool half_open_window_takes_ = false;  // results; from half-open until closed again
  std::uint32_t permits_ = 0;            // left in half-open
  Phase phase_;
};

}  // namespace squall::policy
