#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/budget_events.hpp"
#include "squall/policy/outcome.hpp"

namespace squall::policy {

/// Envoy's retry_budget: active retries must stay below a share of the active and pending calls,
/// and a floor is always allowed.
struct EnvoyBudgetOptions {
  double percent = 20.0;              ///< of active + pending calls; in [0, 100]
  std::uint32_t min_concurrency = 3;  ///< retries that are always allowed at once

  /// Keys start with `budget.envoy.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Starts with nothing active. Not thread-safe.
class EnvoyBudget : public BudgetEvents {
 public:
  using Options = EnvoyBudgetOptions;

  /// REQUIRES options.validate().
  explicit EnvoyBudget(const EnvoyBudgetOptions& options) noexcept;
  /// Keeps the counts; retries above a new, lower limit go on, and none is added to them.
  void reconfigure(const EnvoyBudgetOptions& options) noexcept;

  /// +1 when a call starts to wait for a place (bulkhead), -1 when it stops waiting.
  void on_pending(int change) noexcept;
  void on_attempt_start(Instant now) noexcept;
  void on_attempt_end(const Outcome& outcome, bool retryable, bool was_retry, Instant now) noexcept;
  /// Allowed iff active retries < max(trunc(percent * (active + pending)), min_concurrency); then
  /// the retry is active, its backoff included, until on_retry_end().
  [[nodiscard]] bool try_retry(BudgetCall& call, const Outcome& outcome, Instant now) noexcept;
  void on_retry_end() noexcept;
  /// A hedge is a retry.
  [[nodiscard]] bool try_hedge() noexcept;
  void on_hedge_end() noexcept { on_retry_end(); }
  [[nodiscard]] std::uint32_t active_retries() const noexcept { return active_retries_; }
  /// How many retries may be active at once right now.
  [[nodiscard]] std::uint32_t limit() const noexcept;
  /// Share of limit() that is free.
  [[nodiscard]] double level(Instant now) const noexcept;

 private:
  double percent_;
  std::uint32_t min_concurrency_;
  std::uint32_t active_ = 0;
  std::uint32_t pending_ = 0;
  std::uint32_t active_retries_ = 0;
};

}  // namespace squall::policy
