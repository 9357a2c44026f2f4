#pragma once

#include <cstdint>
#include <memory>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/budget_events.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/windowed_sum.hpp"

namespace squall::policy {

/// Finagle's RetryBudget (finagle-core since 6.31, as of 2019, on util's leaky TokenBucket): each
/// call deposits 1,000 tokens, which go stale after `ttl`; a retry takes trunc(1,000 /
/// percent_can_retry) of them; and a reserve of `min_retries_per_s` for each second of `ttl` is
/// there besides.
struct FinagleBudgetOptions {
  /// How long deposits, and what was taken, count; 1 s to 60 s, default 10 s. Whole milliseconds
  /// count, and for the reserve whole seconds.
  Duration ttl = std::chrono::seconds{10};
  /// Retries a second that are allowed whatever is deposited, on average over `ttl`; 0 (no reserve)
  /// to 1,000,000, default 10.
  std::uint32_t min_retries_per_s = 10;
  /// Retries for each call, on top of those; 0 to 1,000 (2 lets each call be retried twice),
  /// default 0.2. With 0 only the reserve is there.
  double percent_can_retry = 0.2;

  /// Keys start with `budget.finagle.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Starts with the reserve. Not thread-safe.
class FinagleBudget : public BudgetEvents {
 public:
  using Options = FinagleBudgetOptions;

  /// REQUIRES options.validate().
  explicit FinagleBudget(const FinagleBudgetOptions& options) noexcept;
  /// Keeps what was deposited and taken, as tokens, in the slices of `ttl` in which it was; the new
  /// numbers hold for what comes. A smaller reserve may leave a debt: no retry until enough of what
  /// was taken has gone stale, or was deposited.
  void reconfigure(const FinagleBudgetOptions& options) noexcept;

  /// Deposits, whatever becomes of the call.
  void on_call_start(Instant now) noexcept;
  /// Allowed iff as many tokens are there as a retry takes; takes them.
  [[nodiscard]] bool try_retry(BudgetCall& call, const Outcome& outcome, Instant now) noexcept;

  /// The tokens there, the reserve included. Below 0 where deposits went stale before the retries
  /// that they paid for: a debt until those do too.
  [[nodiscard]] std::int64_t tokens(Instant now) noexcept;
  /// How many retries the tokens are there for.
  [[nodiscard]] double level(Instant now) const noexcept;
  /// What a retry takes.
  [[nodiscard]] std::int64_t retry_tokens() const noexcept { return state_->retry_tokens; }

 private:
  struct State {
    WindowedSum window;
    std::int64_t deposit_tokens = 0;
    std::int64_t retry_tokens = 0;
    std::int64_t reserve_tokens = 0;
  };

  std::unique_ptr<State> state_;  // apart, so that budgets of other families stay small
};

}  // namespace squall::policy
