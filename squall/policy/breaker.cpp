#include "squall/policy/breaker.hpp"

#include <type_traits>

#include "squall/base/check.hpp"

namespace squall::policy {
namespace {

/// Calls f with the breaker, if there is one.
template <typename State, typename Function>
void with_breaker(State& state, Function f) noexcept {
  std::visit(
      [&f](auto& breaker) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(breaker)>, std::monostate>) f(breaker);
      },
      state);
}

}  // namespace

Result<void> validate(const BreakerOptions& options) {
  if (const auto* window = std::get_if<WindowBreakerOptions>(&options)) return window->validate();
  if (const auto* r4j = std::get_if<Resilience4jBreakerOptions>(&options)) return r4j->validate();
  return {};
}

Breaker::Breaker(const BreakerOptions& options) {
  if (const auto* window = std::get_if<WindowBreakerOptions>(&options)) {
    state_.emplace<WindowBreaker>(*window);
  } else if (const auto* r4j = std::get_if<Resilience4jBreakerOptions>(&options)) {
    state_.emplace<Resilience4jBreaker>(*r4j);
  }
}

void Breaker::reconfigure(const BreakerOptions& options) {
  SQUALL_CHECK(options.index() == state_.index(), "a breaker changed its kind");
  if (const auto* window = std::get_if<WindowBreakerOptions>(&options)) {
    std::get_if<WindowBreaker>(&state_)->reconfigure(*window);
  } else if (const auto* r4j = std::get_if<Resilience4jBreakerOptions>(&options)) {
    std::get_if<Resilience4jBreaker>(&state_)->reconfigure(*r4j);
  }
}

bool Breaker::try_acquire_apart(Instant now) noexcept {
  bool allowed = true;
  with_breaker(state_, [&allowed, now](auto& breaker) { allowed = breaker.try_acquire(now); });
  return allowed;
}

void Breaker::on_result_apart(const Outcome& outcome, Duration elapsed, Instant now) noexcept {
  with_breaker(state_, [&outcome, elapsed, now](auto& breaker) {
    breaker.on_result(outcome, elapsed, now);
  });
}

void Breaker::release(Instant now) noexcept {
  with_breaker(state_, [now](auto& breaker) { breaker.release(now); });
}

BreakerState Breaker::state_apart(Instant now) const noexcept {
  BreakerState current = BreakerState::closed;
  with_breaker(state_, [&current, now](const auto& breaker) { current = breaker.state(now); });
  return current;
}

}  // namespace squall::policy
