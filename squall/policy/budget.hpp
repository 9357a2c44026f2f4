#pragma once

#include <variant>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/envoy_budget.hpp"
#include "squall/policy/grpc_throttle.hpp"
#include "squall/policy/outcome.hpp"

/// Retry budgets: one state for many calls, asked before each retry. Every budget has the same
/// five functions, so that a new family is one more alternative of RetryBudget.
namespace squall::policy {

using RetryBudgetOptions = std::variant<std::monostate, GrpcThrottleOptions, EnvoyBudgetOptions>;

/// Of whichever family; without one there is nothing to get wrong.
[[nodiscard]] Result<void> validate(const RetryBudgetOptions& options);

/// Any of them, or none (which allows everything). Not thread-safe.
class RetryBudget {
 public:
  RetryBudget() = default;
  /// REQUIRES valid options.
  explicit RetryBudget(const RetryBudgetOptions& options) noexcept;
  /// Takes new numbers of the same family, keeping tokens and counts (clamped to the new bounds).
  /// REQUIRES valid options of the same family.
  void reconfigure(const RetryBudgetOptions& options) noexcept;

  /// +1 when a call starts to wait for a place (bulkhead), -1 when it stops waiting.
  void on_pending(int change) noexcept;
  /// Each attempt, a first one too, starts once and ends once.
  void on_attempt_start(Instant now) noexcept;
  /// @param retryable  whether the retry policy counts this outcome as worth a retry.
  void on_attempt_end(const Outcome& outcome, bool retryable, bool was_retry, Instant now) noexcept;
  /// Asked once for each retry the retry policy wants. True takes what the retry costs; then
  /// on_retry_end() must follow exactly once, when that retry's attempt has ended, whether it was
  /// made or not (refused by a breaker, abandoned in backoff).
  [[nodiscard]] bool try_retry(Instant now) noexcept;
  void on_retry_end() noexcept;

 private:
  std::variant<std::monostate, GrpcThrottle, EnvoyBudget> state_;
};

}  // namespace squall::policy
