#include "squall/policy/sre_throttle.hpp"

#include <algorithm>

#include "squall/policy/option_error.hpp"
#include "squall/policy/throttle_outcome.hpp"

namespace squall::policy {
namespace {

constexpr std::int64_t slices = 10;
constexpr auto sre_window_min = std::chrono::milliseconds{10};
constexpr auto sre_window_max = std::chrono::hours{24};

}  // namespace

Result<void> SreThrottleOptions::validate() const {
  if (!(k >= 1.0 && k <= 1'000.0)) {
    return out_of_range("throttle.sre.k", "from 1 to 1,000", text_of(k));
  }
  if (window < sre_window_min || window > sre_window_max) {
    return out_of_range("throttle.sre.window", "from 10ms to 24h", text_of(window));
  }
  return {};
}

double sre_rejection_probability(const ThrottleCounts& counts, double k) noexcept {
  const auto calls = static_cast<double>(counts.calls);
  return std::max(0.0, (calls - k * static_cast<double>(counts.accepted)) / (calls + 1.0));
}

SreThrottle::SreThrottle(const SreThrottleOptions& options)
    : options_(options), window_(options.window, options.window / slices) {}

void SreThrottle::reconfigure(const SreThrottleOptions& options) {
  options_ = options;
  window_.resize(options.window, options.window / slices);
}

double SreThrottle::rejection_probability(Instant now) noexcept {
  return sre_rejection_probability(window_.counts(now), options_.k);
}

bool SreThrottle::admits(Instant now, Rng& rng) noexcept {
  const double probability = rejection_probability(now);
  if (probability == 0.0 || rng.uniform() >= probability) return true;
  window_.record(false, now);
  return false;
}

void SreThrottle::on_result(const Outcome& outcome, Instant now) noexcept {
  if (outcome.kind == OutcomeKind::abandoned) return;
  window_.record(!counts_against(options_.on, outcome), now);
}

}  // namespace squall::policy
