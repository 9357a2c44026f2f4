#include "squall/policy/sentinel_breaker.hpp"

#include "squall/policy/option_error.hpp"
#include "squall/policy/percent_of.hpp"

namespace squall::policy {
namespace {

using Strategy = SentinelBreakerOptions::Strategy;

Result<void> check_sentinel(const SentinelBreakerOptions& options) {
  if (options.strategy != Strategy::error_count &&
      !(options.ratio >= 0.0 && options.ratio <= 100.0)) {
    return out_of_range(options.strategy == Strategy::slow_ratio ? "slow_ratio" : "error_ratio",
                        "from 0% to 100%", percent_text(options.ratio));
  }
  if (options.slow_call < Duration{0}) {
    return out_of_range("slow_call", "at least 0s", text_of(options.slow_call));
  }
  if (options.minimum < 1) return out_of_range("minimum", "at least 1", text_of(options.minimum));
  if (options.interval <= Duration{0}) {
    return out_of_range("interval", "above 0s", text_of(options.interval));
  }
  if (options.open_for <= Duration{0}) {
    return out_of_range("open_for", "above 0s", text_of(options.open_for));
  }
  return {};
}

}  // namespace

Result<void> SentinelBreakerOptions::validate() const {
  return below_key("breaker.sentinel", check_sentinel(*this));
}

SentinelBreaker::SentinelBreaker(const SentinelBreakerOptions& options)
    : options_(options), window_(1, options.interval) {}

void SentinelBreaker::on_result(const Outcome& outcome, Duration elapsed, Instant now) noexcept {
  if (outcome.kind == OutcomeKind::abandoned ||
      (outcome.kind == OutcomeKind::rejected && is_local(outcome.by))) {
    release(now);
    return;
  }
  const bool failed = !outcome.is_ok();
  const bool slow = elapsed > options_.slow_call;
  const CallTotals& counted = window_.record(failed, slow, now);
  bool to_open = false;
  switch (gate_.state()) {
    case BreakerState::closed:
      to_open = trips(counted);
      break;
    case BreakerState::open:
      break;
    case BreakerState::half_open:
      to_open = options_.strategy == Strategy::slow_ratio ? slow : failed;
      if (!to_open) {
        gate_.close();
        window_.clear();
      }
      break;
  }
  if (to_open) gate_.open(later(now, options_.open_for));
}

void SentinelBreaker::release(Instant /*now*/) noexcept {
  if (gate_.state() == BreakerState::half_open) gate_.open_again();
}

void SentinelBreaker::reconfigure(const SentinelBreakerOptions& options) {
  options_ = options;
  if (options.interval != window_.bucket()) window_ = TimeWindow(1, options.interval);
}

bool SentinelBreaker::trips(const CallTotals& totals) const noexcept {
  if (totals.calls < options_.minimum) return false;
  switch (options_.strategy) {
    case Strategy::slow_ratio: {
      // Nothing is above all of them, so there, and only there, the product takes equality.
      const double slow = percent_of(totals.slow, totals.calls);
      return slow > options_.ratio || (slow >= 100.0 && options_.ratio >= 100.0);
    }
    case Strategy::error_ratio:
      return percent_of(totals.failed, totals.calls) > options_.ratio;
    case Strategy::error_count:
      return totals.failed > options_.count;
  }
  return false;
}

}  // namespace squall::policy
