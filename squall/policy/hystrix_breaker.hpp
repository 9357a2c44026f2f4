#pragma once

#include <cstdint>
#include <optional>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/breaker_state.hpp"
#include "squall/policy/call_window.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/probe_gate.hpp"
#include "squall/policy/snapshot_window.hpp"

namespace squall::policy {

/// Hystrix 1.5 circuit breaker (HystrixCommandProperties). Defaults are the product's. Its timeout
/// of 1 s is a part of the policy beside this one.
struct HystrixBreakerOptions {
  std::uint32_t request_volume = 20;   ///< calls in the window before the percentage counts, >= 1
  std::uint32_t error_threshold = 50;  ///< whole percent, trips at >=; 1 to 100
  Duration window = std::chrono::seconds{10};  ///< 1 to 10,000 snapshots long, a whole number
  /// Between two looks at the window (metrics.healthSnapshot.intervalInMilliseconds), and the
  /// length of its buckets; > 0
  Duration snapshot = std::chrono::milliseconds{500};
  Duration sleep_window = std::chrono::seconds{5};  ///< rejects for so long; > 0

  /// Keys start with `breaker.hystrix.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Starts closed. As the product does:
/// - It does not trip at a call. At the end of every `snapshot` the buckets that are over are added
///   up, and that sum alone is judged: up to one snapshot goes by between the failure and the trip,
///   and the sum can also trip it later, when successes leave the window.
/// - The percentage is cut off to a whole number after a division and a multiplication in double,
/// so
///   29 errors of 100, which come to 28.999..., do not meet 29 %.
/// - open ends at the first try_acquire() strictly after sleep_window, counted from the snapshot
/// that
///   tripped it; that call is the probe, and no other goes through until there is a result.
/// - In half-open the first result is the verdict, whichever call it is of: a success closes, and
///   buckets begin anew at that instant; anything else opens for another sleep_window, and so does
///   a call that is given up (a command that is unsubscribed), lest half-open last for ever.
/// - Every outcome but ok and abandoned is an error, a rejection by a bulkhead further in too
///   (Hystrix's full thread pool or semaphore). What an open breaker refuses is not counted.
/// Not thread-safe.
class HystrixBreaker {
 public:
  /// The buckets begin at the start of time. REQUIRES options.validate().
  explicit HystrixBreaker(const HystrixBreakerOptions& options);

  [[nodiscard]] bool try_acquire(Instant now) noexcept;
  void on_result(const Outcome& outcome, Duration elapsed, Instant now) noexcept;
  /// The call was given up: not counted, and in half-open as good as an error.
  void release(Instant now) noexcept;
  [[nodiscard]] BreakerState state(Instant now) const noexcept;
  /// Keeps the state and the newest buckets that the new window holds (with another `snapshot` only
  /// what is in the bucket under way); the next snapshot judges them. Open lasts as long as it
  /// would have. REQUIRES options.validate().
  void reconfigure(const HystrixBreakerOptions& options);

  /// The last snapshot that was taken because someone asked.
  [[nodiscard]] const CallTotals& totals() const noexcept { return window_.totals(); }

 private:
  [[nodiscard]] std::optional<Instant> tripped_at(Instant now) const noexcept;
  void settle(Instant now) noexcept;
  void open_from(Instant at) noexcept;

  HystrixBreakerOptions options_;
  SnapshotWindow window_;
  ProbeGate gate_;
};

}  // namespace squall::policy
