#pragma once

#include <cstdint>
#include <memory>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/budget_events.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/windowed_sum.hpp"

namespace squall::policy {

/// A circuit breaker for retries alone: first attempts always go, retries only while few fail. The
/// circuit breaker of Marc Brooker's "Fixing retries with token buckets and circuit breakers"
/// (2022), where it counts since the start; the simulation behind its figures
/// (mbrooker/simulator_example, retry_sim, 2022) says how.
struct CutoffBudgetOptions {
  /// Denies while more than this share failed; 0 to 1, default 0.1.
  double failure_rate = 0.1;
  /// The share is of the last so long, in tenths; 1 s and more, default forever: since the start.
  Duration window = forever;

  /// Keys start with `budget.cutoff.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Failed attempts, retries among them, are held against calls: where every call is tried twice and
/// all fails, the share is 2. An attempt counts as failed if it is worth a retry. Not thread-safe.
class CutoffBudget : public BudgetEvents {
 public:
  using Options = CutoffBudgetOptions;

  /// REQUIRES options.validate().
  explicit CutoffBudget(const CutoffBudgetOptions& options) noexcept;
  /// Keeps what was counted, as far as the new window holds it.
  void reconfigure(const CutoffBudgetOptions& options) noexcept;

  void on_call_start(Instant now) noexcept;
  void on_attempt_end(const Outcome& outcome, bool retryable, bool was_retry, Instant now) noexcept;
  /// Allowed iff failures / calls is not above the rate. Takes nothing.
  [[nodiscard]] bool try_retry(BudgetCall& call, const Outcome& outcome, Instant now) noexcept;
  /// How far the share of failures is from the rate: 1 without any, 0 where it denies.
  [[nodiscard]] double level(Instant now) const noexcept;

 private:
  struct State {
    WindowedSum calls;
    WindowedSum failures;
    double failure_rate = 0.0;
  };
  std::unique_ptr<State> state_;  // apart, as most budgets need no room for it
};

}  // namespace squall::policy
