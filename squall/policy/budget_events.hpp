#pragma once

#include "squall/base/time.hpp"
#include "squall/policy/budget_call.hpp"
#include "squall/policy/outcome.hpp"

namespace squall::policy {

/// What happens around a retry budget, and what it is asked; RetryBudget says when. Each does
/// nothing, and allows. A family derives from this and declares anew what it takes note of; nothing
/// is virtual.
struct BudgetEvents {
  void on_pending(int /*change*/) noexcept {}
  void on_call_start(Instant /*now*/) noexcept {}
  void on_call_end(const BudgetCall& /*call*/, const Outcome& /*outcome*/) noexcept {}
  void on_attempt_start(Instant /*now*/) noexcept {}
  void on_attempt_end(const Outcome& /*outcome*/, bool /*retryable*/, bool /*was_retry*/,
                      Instant /*now*/) noexcept {}
  [[nodiscard]] bool try_retry(BudgetCall& /*call*/, const Outcome& /*outcome*/,
                               Instant /*now*/) noexcept {
    return true;
  }
  void on_retry_end() noexcept {}
  [[nodiscard]] bool try_hedge() noexcept { return true; }
  void on_hedge_end() noexcept {}
};

}  // namespace squall::policy
