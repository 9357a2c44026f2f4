#include "squall/policy/budget.hpp"

#include <type_traits>

#include "squall/base/check.hpp"

namespace squall::policy {
namespace {

/// Calls f with the budget, if there is one.
template <typename State, typename Function>
void with_budget(State& state, Function f) noexcept {
  std::visit(
      [&f](auto& budget) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(budget)>, std::monostate>) f(budget);
      },
      state);
}

}  // namespace

Result<void> validate(const RetryBudgetOptions& options) {
  if (const auto* grpc = std::get_if<GrpcThrottleOptions>(&options)) return grpc->validate();
  if (const auto* envoy = std::get_if<EnvoyBudgetOptions>(&options)) return envoy->validate();
  return {};
}

RetryBudget::RetryBudget(const RetryBudgetOptions& options) noexcept {
  if (const auto* grpc = std::get_if<GrpcThrottleOptions>(&options)) {
    state_.emplace<GrpcThrottle>(*grpc);
  } else if (const auto* envoy = std::get_if<EnvoyBudgetOptions>(&options)) {
    state_.emplace<EnvoyBudget>(*envoy);
  }
}

void RetryBudget::reconfigure(const RetryBudgetOptions& options) noexcept {
  SQUALL_CHECK(options.index() == state_.index(), "a retry budget changed its family");
  if (const auto* grpc = std::get_if<GrpcThrottleOptions>(&options)) {
    std::get_if<GrpcThrottle>(&state_)->reconfigure(*grpc);
  } else if (const auto* envoy = std::get_if<EnvoyBudgetOptions>(&options)) {
    std::get_if<EnvoyBudget>(&state_)->reconfigure(*envoy);
  }
}

void RetryBudget::on_pending(int change) noexcept {
  with_budget(state_, [change](auto& budget) { budget.on_pending(change); });
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

bool RetryBudget::try_retry(Instant now) noexcept {
  bool allowed = true;
  with_budget(state_, [&allowed, now](auto& budget) { allowed = budget.try_retry(now); });
  return allowed;
}

void RetryBudget::on_retry_end() noexcept {
  with_budget(state_, [](auto& budget) { budget.on_retry_end(); });
}

}  // namespace squall::policy
