#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/breaker_state.hpp"
#include "squall/policy/call_window.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/probe_gate.hpp"

namespace squall::policy {

/// Sentinel 1.8 circuit breaker (DegradeRule). Defaults are the product's where it has any: it
/// names none for slow_call and open_for, nor for error_ratio and error_count.
struct SentinelBreakerOptions {
  enum class Strategy : std::uint8_t {
    slow_ratio,   ///< the share of calls that took longer than slow_call, whatever came of them
    error_ratio,  ///< the share of failures
    error_count,  ///< the number of failures
  };
  Strategy strategy = Strategy::slow_ratio;
  /// Of slow_ratio and error_ratio: percent, trips strictly above; 0 to 100. At 100 slow_ratio
  /// trips when all are slow, and error_ratio never.
  double ratio = 100.0;
  std::uint32_t count = 5;                       ///< of error_count: trips strictly above
  Duration slow_call = std::chrono::seconds{1};  ///< of slow_ratio: what took longer is slow; >= 0
  std::uint32_t minimum = 5;                     ///< calls before anything counts, >= 1
  Duration interval = std::chrono::seconds{1};   ///< over which calls are counted; > 0
  Duration open_for = std::chrono::seconds{10};  ///< > 0

  /// Keys start with `breaker.sentinel.`; the ratio and the count bear the strategy's name there.
  [[nodiscard]] Result<void> validate() const;
};

/// Starts closed. As the product does:
/// - Calls are counted in one bucket, which starts at whole multiples of `interval` and is thrown
///   away whole at the next: failures at both sides of the change never meet.
/// - A result is judged when it is recorded, a success too.
/// - open ends at the first try_acquire() at or after open_for; that call is the probe, and until
/// it
///   is over no other goes through.
/// - In half-open the first result is the verdict, whichever call it is of: it closes, and empties
///   the bucket, or opens for another open_for. With slow_ratio only its time counts, otherwise
///   only whether it failed. While open results are counted and change nothing.
/// - What a policy further in refused is Sentinel's BlockException: not counted, and if half-open
///   then, back to open, but the next call may be the probe at once. An abandoned call the same.
/// - Every other outcome but ok is a failure.
/// Not thread-safe.
class SentinelBreaker {
 public:
  /// REQUIRES options.validate().
  explicit SentinelBreaker(const SentinelBreakerOptions& options);

  [[nodiscard]] bool try_acquire(Instant now) noexcept { return gate_.try_acquire(now); }
  void on_result(const Outcome& outcome, Duration elapsed, Instant now) noexcept;
  /// The call says nothing: half-open goes back to open, and the next call may be the probe.
  void release(Instant now) noexcept;
  [[nodiscard]] BreakerState state(Instant /*now*/) const noexcept { return gate_.state(); }
  /// Keeps the state and the bucket (with another interval it starts empty); the next result judges
  /// it. What was slow stays so. Open lasts as long as it would have. REQUIRES options.validate().
  void reconfigure(const SentinelBreakerOptions& options);

  /// What the bucket held with the last call.
  [[nodiscard]] const CallTotals& totals() const noexcept { return window_.totals(); }

 private:
  [[nodiscard]] bool trips(const CallTotals& totals) const noexcept;

  SentinelBreakerOptions options_;
  TimeWindow window_;
  ProbeGate gate_;
};

}  // namespace squall::policy
