#include "squall/policy/polly_breaker.hpp"

#include "squall/policy/option_error.hpp"
#include "squall/policy/percent_of.hpp"

namespace squall::policy {
namespace {

constexpr Duration sampling_max = std::chrono::hours{24};

Result<void> check_polly(const PollyBreakerOptions& options) {
  if (!(options.failure_ratio >= 0.0 && options.failure_ratio <= 100.0)) {
    return out_of_range("failure_ratio", "from 0% to 100%", percent_text(options.failure_ratio));
  }
  if (options.minimum_throughput < 2) {
    return out_of_range("minimum_throughput", "at least 2", text_of(options.minimum_throughput));
  }
  if (options.sampling <= Duration{0} || options.sampling > sampling_max) {
    return out_of_range("sampling", "above 0s and at most 24h", text_of(options.sampling));
  }
  if (options.break_for <= Duration{0}) {
    return out_of_range("break_for", "above 0s", text_of(options.break_for));
  }
  return {};
}

}  // namespace

Result<void> PollyBreakerOptions::validate() const {
  return below_key("breaker.polly", check_polly(*this));
}

PollyBreaker::PollyBreaker(const PollyBreakerOptions& options)
    : options_(options), window_(options.sampling) {}

void PollyBreaker::on_result(const Outcome& outcome, Duration /*elapsed*/, Instant now) noexcept {
  if (outcome.is_ok() || outcome.kind == OutcomeKind::abandoned) {
    window_.record(false, now);
    if (gate_.state() == BreakerState::half_open) {
      gate_.close();
      window_.clear(now);
    }
    return;
  }
  if (gate_.state() == BreakerState::half_open) {
    gate_.open(later(now, options_.break_for));
    return;
  }
  const CallTotals& sampled = window_.record(true, now);
  if (gate_.state() == BreakerState::closed && sampled.calls >= options_.minimum_throughput &&
      percent_of(sampled.failed, sampled.calls) >= options_.failure_ratio) {
    gate_.open(later(now, options_.break_for));
  }
}

void PollyBreaker::release(Instant now) noexcept {
  on_result({.kind = OutcomeKind::abandoned}, Duration{0}, now);
}

void PollyBreaker::reconfigure(const PollyBreakerOptions& options) noexcept {
  options_ = options;
  window_.resize(options.sampling);
}

}  // namespace squall::policy
