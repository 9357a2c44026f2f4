#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/breaker_state.hpp"
#include "squall/policy/call_window.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/probe_gate.hpp"
#include "squall/policy/sampled_window.hpp"

namespace squall::policy {

/// Polly 8 circuit breaker (CircuitBreakerStrategyOptions). Defaults are the product's; it takes no
/// `sampling` or `break_for` below 500 ms, which is allowed here.
struct PollyBreakerOptions {
  double failure_ratio = 10.0;             ///< percent, trips at >=; 0 to 100. 0: at any failure
  std::uint32_t minimum_throughput = 100;  ///< calls before the ratio counts, >= 2
  Duration sampling = std::chrono::seconds{30};  ///< over which the ratio is taken; (0, 24 h]
  Duration break_for = std::chrono::seconds{5};  ///< > 0

  /// Keys start with `breaker.polly.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Starts closed. As the product does:
/// - The ratio is judged at a failure only: successes that bring the throughput to its minimum do
///   not trip it, however bad the ratio is.
/// - Calls are counted in ten buckets (SampledWindow), below 200 ms of sampling in one.
/// - open ends at the first try_acquire() at or after break_for; that call is the probe, and until
/// it
///   is over no other goes through.
/// - A result counts for the state that it arrives in, whichever call it is of: in half-open a
///   success closes, with nothing sampled, and a failure opens anew; while open results are sampled
///   and change nothing. So calls from before can be the verdict.
/// - Every outcome but ok and abandoned is a failure. A call that was given up is to Polly one that
///   its predicate does not handle (OperationCanceledException), and what is not handled is a
///   success: it is sampled, and closes half-open. (The first sources of version 8 did nothing at
///   all then, and a probe given up left the breaker half-open for good.)
/// Not thread-safe.
class PollyBreaker {
 public:
  /// REQUIRES options.validate().
  explicit PollyBreaker(const PollyBreakerOptions& options);

  [[nodiscard]] bool try_acquire(Instant now) noexcept { return gate_.try_acquire(now); }
  void on_result(const Outcome& outcome, Duration elapsed, Instant now) noexcept;
  /// The call was given up: a success.
  void release(Instant now) noexcept;
  [[nodiscard]] BreakerState state(Instant /*now*/) const noexcept { return gate_.state(); }
  /// Keeps the state and what was sampled, as far as the new sampling reaches back; the next
  /// failure judges it. Open lasts as long as it would have. REQUIRES options.validate().
  void reconfigure(const PollyBreakerOptions& options) noexcept;

  /// What is sampled.
  [[nodiscard]] const CallTotals& totals() const noexcept { return window_.totals(); }

 private:
  PollyBreakerOptions options_;
  SampledWindow window_;
  ProbeGate gate_;
};

}  // namespace squall::policy
