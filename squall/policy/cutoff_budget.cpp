#include "squall/policy/cutoff_budget.hpp"

#include <algorithm>
#include <chrono>

#include "squall/policy/option_error.hpp"

namespace squall::policy {

Result<void> CutoffBudgetOptions::validate() const {
  if (!(failure_rate >= 0.0) || failure_rate > 1.0) {
    return out_of_range("budget.cutoff.failure_rate", "from 0 to 1", text_of(failure_rate));
  }
  if (window < std::chrono::seconds{1}) {
    return out_of_range("budget.cutoff.window", "1s or more", text_of(window));
  }
  return {};
}

CutoffBudget::CutoffBudget(const CutoffBudgetOptions& options) noexcept
    : state_(std::make_unique<State>(State{.calls = WindowedSum(options.window),
                                           .failures = WindowedSum(options.window),
                                           .failure_rate = options.failure_rate})) {}

void CutoffBudget::reconfigure(const CutoffBudgetOptions& options) noexcept {
  state_->calls.set_window(options.window);
  state_->failures.set_window(options.window);
  state_->failure_rate = options.failure_rate;
}

void CutoffBudget::on_call_start(Instant now) noexcept { state_->calls.add(1, now); }

void CutoffBudget::on_attempt_end(const Outcome& outcome, bool retryable, bool /*was_retry*/,
                                  Instant now) noexcept {
  if (!outcome.is_ok() && retryable) state_->failures.add(1, now);
}

bool CutoffBudget::try_retry(BudgetCall& /*call*/, const Outcome& /*outcome*/,
                             Instant now) noexcept {
  const std::int64_t failures = state_->failures.sum(now);
  if (failures == 0) return true;
  const std::int64_t calls = state_->calls.sum(now);
  // The call that asks may itself have begun before the window.
  if (calls == 0) return false;
  return !(static_cast<double>(failures) / static_cast<double>(calls) > state_->failure_rate);
}

double CutoffBudget::level(Instant now) const noexcept {
  WindowedSum failed = state_->failures;  // copies, as a look moves the window on
  WindowedSum begun = state_->calls;
  const std::int64_t failures = failed.sum(now);
  if (failures == 0) return 1.0;
  // Where no call began within the window, or none may fail, an infinity: nothing is left.
  const double share = static_cast<double>(failures) / static_cast<double>(begun.sum(now));
  return std::max(0.0, 1.0 - share / state_->failure_rate);
}

}  // namespace squall::policy
