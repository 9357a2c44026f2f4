#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/budget_events.hpp"
#include "squall/policy/outcome.hpp"

namespace squall::policy {

/// failsafe-go's budget (0.9.7; before it, `min_concurrency` was without effect and calls were not
/// counted): retries and hedges under way are bounded by a share of all executions under way. It
/// looks at what is there, not at what the retry would make of it: it denies only above the share.
struct FailsafeBudgetOptions {
  /// Share of the executions under way that may be retries and hedges; 0 to 1, default 0.2.
  double max_rate = 0.2;
  /// Retries and hedges that are allowed at once whatever their share; default 3. With neither this
  /// nor a rate, one at a time still passes: when none is under way their share is 0.
  std::uint32_t min_concurrency = 3;

  /// Keys start with `budget.failsafe.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Starts with nothing under way. Not thread-safe.
///
/// An execution is a call, from entering its retries until it leaves them, backoff included; each
/// retry, from the end of its backoff until its attempt has ended; and each hedge. A call that is
/// both retried and hedged counts once for its retries and, in each attempt, once for its hedges.
class FailsafeBudget : public BudgetEvents {
 public:
  using Options = FailsafeBudgetOptions;

  /// REQUIRES options.validate().
  explicit FailsafeBudget(const FailsafeBudgetOptions& options) noexcept : options_(options) {}
  /// Keeps the counts; what is above a new, lower bound goes on, and none is added to it.
  void reconfigure(const FailsafeBudgetOptions& options) noexcept { options_ = options; }

  void on_call_start(Instant now) noexcept;
  void on_call_end(const BudgetCall& call, const Outcome& outcome) noexcept;
  /// Denied iff at least `min_concurrency` retries and hedges are under way and they are more than
  /// `max_rate` of the executions under way. To be asked when the backoff is over.
  [[nodiscard]] bool try_retry(BudgetCall& call, const Outcome& outcome, Instant now) noexcept;
  void on_retry_end() noexcept { release(); }
  /// As try_retry(): both draw on the same budget.
  [[nodiscard]] bool try_hedge() noexcept { return acquire(); }
  void on_hedge_end() noexcept { release(); }

  /// Retries and hedges under way.
  [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }
  /// Share that is free of as many as may be under way.
  [[nodiscard]] double level(Instant now) const noexcept;
  /// Calls, retries and hedges under way.
  [[nodiscard]] std::uint32_t executions() const noexcept { return executions_; }

 private:
  [[nodiscard]] bool acquire() noexcept;
  void release() noexcept;
  [[nodiscard]] double rate() const noexcept;

  FailsafeBudgetOptions options_;
  std::uint32_t executions_ = 0;
  std::uint32_t in_flight_ = 0;
};

}  // namespace squall::policy
