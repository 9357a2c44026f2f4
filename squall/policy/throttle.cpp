#include "squall/policy/throttle.hpp"

#include "squall/base/check.hpp"

namespace squall::policy {

Result<void> validate(const ThrottleOptions& options) {
  if (const auto* sre = std::get_if<SreThrottleOptions>(&options)) return sre->validate();
  if (const auto* envoy = std::get_if<EnvoyThrottleOptions>(&options)) return envoy->validate();
  return {};
}

Throttle::Throttle(const ThrottleOptions& options) {
  if (const auto* sre = std::get_if<SreThrottleOptions>(&options))
    state_.emplace<SreThrottle>(*sre);
  else if (const auto* envoy = std::get_if<EnvoyThrottleOptions>(&options))
    state_.emplace<EnvoyThrottle>(*envoy);
}

void Throttle::reconfigure(const ThrottleOptions& options) {
  SQUALL_CHECK(options.index() == state_.index(), "a throttle cannot become one of another kind");
  if (const auto* sre = std::get_if<SreThrottleOptions>(&options))
    std::get_if<SreThrottle>(&state_)->reconfigure(*sre);
  else if (const auto* envoy = std::get_if<EnvoyThrottleOptions>(&options))
    std::get_if<EnvoyThrottle>(&state_)->reconfigure(*envoy);
}

bool Throttle::admits(Instant now, Rng& rng) noexcept {
  if (auto* sre = std::get_if<SreThrottle>(&state_)) return sre->admits(now, rng);
  if (auto* envoy = std::get_if<EnvoyThrottle>(&state_)) return envoy->admits(now, rng);
  return true;
}

void Throttle::on_result(const Outcome& outcome, Instant now) noexcept {
  if (auto* sre = std::get_if<SreThrottle>(&state_))
    sre->on_result(outcome, now);
  else if (auto* envoy = std::get_if<EnvoyThrottle>(&state_))
    envoy->on_result(outcome, now);
}

double Throttle::rejection_probability(Instant now) noexcept {
  if (auto* sre = std::get_if<SreThrottle>(&state_)) return sre->rejection_probability(now);
  if (auto* envoy = std::get_if<EnvoyThrottle>(&state_)) return envoy->rejection_probability(now);
  return 0.0;
}

}  // namespace squall::policy
