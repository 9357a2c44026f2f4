#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/aws_budget.hpp"
#include "squall/policy/bucket_budget.hpp"
#include "squall/policy/budget_call.hpp"
#include "squall/policy/cutoff_budget.hpp"
#include "squall/policy/envoy_budget.hpp"
#include "squall/policy/failsafe_budget.hpp"
#include "squall/policy/finagle_budget.hpp"
#include "squall/policy/grpc_throttle.hpp"
#include "squall/policy/outcome.hpp"

/// Retry budgets: one state for many calls, asked before each retry. A new family is one more
/// alternative of RetryBudgetOptions and of RetryBudget; it derives from BudgetEvents.
namespace squall::policy {

using RetryBudgetOptions =
    std::variant<std::monostate, GrpcThrottleOptions, EnvoyBudgetOptions, FinagleBudgetOptions,
                 AwsBudgetOptions, FailsafeBudgetOptions, BucketBudgetOptions, CutoffBudgetOptions>;

/// Of whichever family; without one there is nothing to get wrong.
[[nodiscard]] Result<void> validate(const RetryBudgetOptions& options);

/// Whether the family takes note of calls, not only of attempts and retries. Where it does not,
/// on_call_start() and on_call_end() do nothing and need not be called.
[[nodiscard]] bool counts_calls(const RetryBudgetOptions& options) noexcept;

/// Whether the family takes note of calls where they are hedged too, as on_call_start() says. More
/// families than that bound hedges: gRPC's and Envoy's take a hedge for a retry. Where one does
/// not, try_hedge() allows every one, and on_hedge_end() does nothing.
[[nodiscard]] bool counts_hedges(const RetryBudgetOptions& options) noexcept;

/// Whether RetryBudget::level() is a share of what there may be: of all but Finagle's, whose
/// deposits have no bound.
[[nodiscard]] bool level_is_share(const RetryBudgetOptions& options) noexcept;

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
  /// Each call starts once, when it comes to where it is tried again (the layer of the retries;
  /// with a family that counts hedges, that of the hedges likewise), and ends once, when it leaves.
  /// @param now  must not go backwards between calls, here and below.
  void on_call_start(Instant now) noexcept;
  /// @param call     what the call's retries were granted with.
  /// @param outcome  of the call, after its last attempt.
  void on_call_end(const BudgetCall& call, const Outcome& outcome) noexcept;
  /// Each attempt, a first one too, starts once and ends once.
  void on_attempt_start(Instant now) noexcept;
  /// @param retryable  whether the retry policy counts this outcome as worth a retry.
  void on_attempt_end(const Outcome& outcome, bool retryable, bool was_retry, Instant now) noexcept;
  /// Asked once for each retry the retry policy wants. True takes what the retry costs; then
  /// on_retry_end() must follow exactly once, when that retry's attempt has ended, whether it was
  /// made or not (refused by a breaker, abandoned in backoff). False takes nothing.
  /// @param outcome  of the attempt before.
  [[nodiscard]] bool try_retry(BudgetCall& call, const Outcome& outcome, Instant now) noexcept;
  void on_retry_end() noexcept;
  /// When to ask: once the backoff before the retry is over, or (false) before it begins.
  [[nodiscard]] bool is_asked_after_backoff() const noexcept;
  /// Asked before each hedge, the first attempt of a call not being one. After true on_hedge_end()
  /// must follow exactly once, when the hedge has ended.
  [[nodiscard]] bool try_hedge() noexcept;
  void on_hedge_end() noexcept;

  /// What is left: the share of what there may be, 0 to 1, or, as level_is_share() says, a number
  /// of retries. Looking at it changes nothing. 1 without a budget.
  [[nodiscard]] double level(Instant now) const noexcept;
  /// For audits: how many calls, retries and hedges it takes to be under way, if its family counts
  /// them together.
  [[nodiscard]] std::optional<std::uint32_t> executions() const noexcept;

 private:
  std::variant<std::monostate, GrpcThrottle, EnvoyBudget, FinagleBudget, AwsBudget, FailsafeBudget,
               BucketBudget, CutoffBudget>
      state_;
};

}  // namespace squall::policy
