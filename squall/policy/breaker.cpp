#include "squall/policy/breaker.hpp"

#include <type_traits>

#include "squall/base/check.hpp"
#include "squall/policy/is_none.hpp"

namespace squall::policy {
namespace {

/// Calls f with the breaker, if there is one.
template <typename State, typename Function>
void with_breaker(State& state, Function f) noexcept {
  std::visit(
      [&f](auto& breaker) {
        if constexpr (!is_none<decltype(breaker)>) f(breaker);
      },
      state);
}

/// The breaker that has these options.
template <typename Options>
struct BreakerOf;
template <>
struct BreakerOf<WindowBreakerOptions> : std::type_identity<WindowBreaker> {};
template <>
struct BreakerOf<Resilience4jBreakerOptions> : std::type_identity<Resilience4jBreaker> {};
template <>
struct BreakerOf<PollyBreakerOptions> : std::type_identity<PollyBreaker> {};
template <>
struct BreakerOf<HystrixBreakerOptions> : std::type_identity<HystrixBreaker> {};
template <>
struct BreakerOf<SentinelBreakerOptions> : std::type_identity<SentinelBreaker> {};
template <>
struct BreakerOf<LinkerdBreakerOptions> : std::type_identity<LinkerdBreaker> {};
template <typename Options>
using BreakerKind = typename BreakerOf<std::decay_t<Options>>::type;

}  // namespace

Result<void> validate(const BreakerOptions& options) {
  return std::visit(
      [](const auto& of_kind) -> Result<void> {
        if constexpr (is_none<decltype(of_kind)>)
          return {};
        else
          return of_kind.validate();
      },
      options);
}

Breaker::Breaker(const BreakerOptions& options) {
  with_breaker(options, [this](const auto& of_kind) {
    state_.emplace<BreakerKind<decltype(of_kind)>>(of_kind);
  });
}

void Breaker::reconfigure(const BreakerOptions& options) {
  SQUALL_CHECK(options.index() == state_.index(), "a breaker changed its kind");
  with_breaker(options, [this](const auto& of_kind) {
    std::get_if<BreakerKind<decltype(of_kind)>>(&state_)->reconfigure(of_kind);
  });
}

bool Breaker::try_acquire_apart(Instant now) noexcept {
  bool allowed = true;
  with_breaker(state_, [&allowed, now](auto& breaker) { allowed = breaker.try_acquire(now); });
  return allowed;
}

void Breaker::on_result_apart(const Outcome& outcome, Duration elapsed, Instant now,
                              Rng& rng) noexcept {
  with_breaker(state_, [&outcome, elapsed, now, &rng](auto& breaker) {
    if constexpr (std::is_same_v<std::decay_t<decltype(breaker)>, LinkerdBreaker>) {
      breaker.on_result(outcome, elapsed, now, rng);
    } else {
      breaker.on_result(outcome, elapsed, now);
    }
  });
}

void Breaker::on_success_apart(Duration elapsed, Instant now) noexcept {
  Rng unused{0};
  on_result_apart(Outcome{}, elapsed, now, unused);
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
