#include "squall/policy/budget.hpp"

#include "squall/base/check.hpp"
#include "squall/policy/is_none.hpp"

namespace squall::policy {
namespace {

// There is one for each client of each edge, beside what every call needs.
static_assert(sizeof(RetryBudget) <= 32, "what is large belongs behind a pointer");

/// Calls f with the budget, if there is one.
template <typename State, typename Function>
void with_budget(State& state, Function f) noexcept {
  std::visit(
      [&f](auto& budget) {
        if constexpr (!is_none<decltype(budget)>) f(budget);
      },
      state);
}

/// Calls f with the options, if there are any, and as a type the budget that they are of.
template <typename... Budgets, typename Function>
void with_family(std::variant<std::monostate, Budgets...>& /*state*/,
                 const RetryBudgetOptions& options, Function f) noexcept {
  const auto call = [&options, &f]<typename Budget>(std::type_identity<Budget> family) {
    if (const auto* own = std::get_if<typename Budget::Options>(&options)) f(family, *own);
  };
  (call(std::type_identity<Budgets>{}), ...);
}

}  // namespace

Result<void> validate(const RetryBudgetOptions& options) {
  return std::visit(
      [](const auto& own) -> Result<void> {
        if constexpr (is_none<decltype(own)>) {
          return {};
        } else {
          return own.validate();
        }
      },
      options);
}

bool counts_calls(const RetryBudgetOptions& options) noexcept {
  return std::holds_alternative<FinagleBudgetOptions>(options) ||
         std::holds_alternative<AwsBudgetOptions>(options) ||
         std::holds_alternative<FailsafeBudgetOptions>(options) ||
         std::holds_alternative<BucketBudgetOptions>(options) ||
         std::holds_alternative<CutoffBudgetOptions>(options);
}

bool counts_hedges(const RetryBudgetOptions& options) noexcept {
  return std::holds_alternative<FailsafeBudgetOptions>(options);
}

bool level_is_share(const RetryBudgetOptions& options) noexcept {
  return !std::holds_alternative<FinagleBudgetOptions>(options);
}

RetryBudget::RetryBudget(const RetryBudgetOptions& options) noexcept {
  with_family(state_, options,
              [this]<typename Budget>(std::type_identity<Budget> /*family*/, const auto& own) {
                state_.template emplace<Budget>(own);
              });
}

void RetryBudget::reconfigure(const RetryBudgetOptions& options) noexcept {
  SQUALL_CHECK(options.index() == state_.index(), "a retry budget changed its family");
  with_family(state_, options,
              [this]<typename Budget>(std::type_identity<Budget> /*family*/, const auto& own) {
                std::get_if<Budget>(&state_)->reconfigure(own);
              });
}

void RetryBudget::on_pending(int change) noexcept {
  with_budget(state_, [change](auto& budget) { budget.on_pending(change); });
}

void RetryBudget::on_call_start(Instant now) noexcept {
  with_budget(state_, [now](auto& budget) { budget.on_call_start(now); });
}

void RetryBudget::on_call_end(const BudgetCall& call, const Outcome& outcome) noexcept {
  with_budget(state_, [&call, &outcome](auto& budget) { budget.on_call_end(call, outcome); });
}

void RetryBudget::on_attempt_start(Instant now) noexcept {
  with_budget(state_, [now](auto& budget) { budget.on_attempt_start(now); });
}

void RetryBudget::on_attempt_end(const Outcome& outcome, bool retryable, bool was_retry,
                                 Instant now) noexcept {
  with_budget(state_, [&outcome, retryable, was_retry, now](auto& budget) {
    budget.on_attempt_end(outcome, retryable, was_retry, now);
  });
}

bool RetryBudget::try_retry(BudgetCall& call, const Outcome& outcome, Instant now) noexcept {
  bool allowed = true;
  with_budget(state_, [&](auto& budget) { allowed = budget.try_retry(call, outcome, now); });
  return allowed;
}

void RetryBudget::on_retry_end() noexcept {
  with_budget(state_, [](auto& budget) { budget.on_retry_end(); });
}

bool RetryBudget::is_asked_after_backoff() const noexcept {
  return std::holds_alternative<FailsafeBudget>(state_);
}

bool RetryBudget::try_hedge() noexcept {
  bool allowed = true;
  with_budget(state_, [&allowed](auto& budget) { allowed = budget.try_hedge(); });
  return allowed;
}

void RetryBudget::on_hedge_end() noexcept {
  with_budget(state_, [](auto& budget) { budget.on_hedge_end(); });
}

double RetryBudget::level(Instant now) const noexcept {
  double level = 1.0;
  with_budget(state_, [now, &level](const auto& budget) { level = budget.level(now); });
  return level;
}

std::optional<std::uint32_t> RetryBudget::executions() const noexcept {
  const auto* failsafe = std::get_if<FailsafeBudget>(&state_);
  if (failsafe == nullptr) return std::nullopt;
  return failsafe->executions();
}

}  // namespace squall::policy
