#pragma once

#include <variant>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/breaker_state.hpp"
#include "squall/policy/hystrix_breaker.hpp"
#include "squall/policy/linkerd_breaker.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/polly_breaker.hpp"
#include "squall/policy/resilience4j_breaker.hpp"
#include "squall/policy/sentinel_breaker.hpp"
#include "squall/policy/window_breaker.hpp"

/// Circuit breakers. Each is asked before a call (try_acquire) and told its end (on_result), or
/// that the call says nothing (release). A dialect is a window over the calls and a way to be open;
/// what they share they share: CountWindow and TimeWindow, and ProbeGate for those with one probe.
namespace squall::policy {

using BreakerOptions =
    std::variant<std::monostate, WindowBreakerOptions, Resilience4jBreakerOptions,
                 PollyBreakerOptions, HystrixBreakerOptions, SentinelBreakerOptions,
                 LinkerdBreakerOptions>;

/// Of whichever kind; without one there is nothing to get wrong.
[[nodiscard]] Result<void> validate(const BreakerOptions& options);

/// Any of them, or none (always closed). Not thread-safe.
class Breaker {
 public:
  Breaker() = default;
  /// REQUIRES valid options.
  explicit Breaker(const BreakerOptions& options);
  /// Takes new numbers of the same kind. State and outcomes are kept as far as the new window
  /// holds them. REQUIRES valid options of the same kind.
  void reconfigure(const BreakerOptions& options);

  /// @return whether the call may go on. True must be followed by exactly one on_result() or
  ///         release().
  [[nodiscard]] bool try_acquire(Instant now) noexcept {
    if (auto* window = std::get_if<WindowBreaker>(&state_)) return window->try_acquire(now);
    return try_acquire_apart(now);
  }
  /// Whether its kind may draw for a result that is not ok.
  [[nodiscard]] bool draws() const noexcept {
    return std::holds_alternative<LinkerdBreaker>(state_);
  }
  /// The call that was let through has ended. Abandoned does what release() does.
  /// @param elapsed  from try_acquire to the end.
  /// @param rng      consumed only by Linkerd's kind, and only when this result opens it: one value
  ///                 at most. Where draws() is false it may be any.
  void on_result(const Outcome& outcome, Duration elapsed, Instant now, Rng& rng) noexcept {
    if (auto* window = std::get_if<WindowBreaker>(&state_))
      return window->on_result(outcome, elapsed, now);
    on_result_apart(outcome, elapsed, now, rng);
  }
  /// As on_result() of a call that ended ok, for which no kind draws anything.
  void on_success(Duration elapsed, Instant now) noexcept {
    static constexpr Outcome ok{};
    if (auto* window = std::get_if<WindowBreaker>(&state_))
      return window->on_result(ok, elapsed, now);
    on_success_apart(elapsed, now);
  }
  /// The call was let through but its outcome says nothing (abandoned, ignored).
  void release(Instant now) noexcept;
  /// While it is closed, try_acquire() lets every call on.
  [[nodiscard]] BreakerState state(Instant now) const noexcept {
    if (const auto* window = std::get_if<WindowBreaker>(&state_)) return window->state(now);
    return state_apart(now);
  }

 private:
  [[nodiscard]] BreakerState state_apart(Instant now) const noexcept;
  [[nodiscard]] bool try_acquire_apart(Instant now) noexcept;
  void on_result_apart(const Outcome& outcome, Duration elapsed, Instant now, Rng& rng) noexcept;
  void on_success_apart(Duration elapsed, Instant now) noexcept;

  std::variant<std::monostate, WindowBreaker, Resilience4jBreaker, PollyBreaker, HystrixBreaker,
               SentinelBreaker, LinkerdBreaker>
      state_;
};

}  // namespace squall::policy
