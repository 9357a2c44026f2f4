#include "squall/policy/hystrix_breaker.hpp"

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

constexpr std::int64_t snapshots_max = 10'000;

std::uint32_t snapshots_in_window(const HystrixBreakerOptions& options) noexcept {
  return static_cast<std::uint32_t>(options.window / options.snapshot);
}

/// As the product computes it, two roundings and all. REQUIRES totals.calls > 0.
std::uint32_t error_percentage(const CallTotals& totals) noexcept {
  return static_cast<std::uint32_t>(static_cast<double>(totals.failed) /
                                    static_cast<double>(totals.calls) * 100.0);
}

Result<void> check_hystrix(const HystrixBreakerOptions& options) {
  if (options.request_volume < 1) {
    return out_of_range("request_volume", "at least 1", text_of(options.request_volume));
  }
  if (options.error_threshold < 1 || options.error_threshold > 100) {
    return out_of_range("error_threshold", "from 1 to 100", text_of(options.error_threshold));
  }
  if (options.snapshot <= Duration{0}) {
    return out_of_range("snapshot", "above 0s", text_of(options.snapshot));
  }
  if (options.window < options.snapshot || options.window % options.snapshot != Duration{0} ||
      options.window / options.snapshot > snapshots_max) {
    return out_of_range(
        "window",
        "1 to 10,000 times the snapshot, " + text_of(options.snapshot) + ", a whole number",
        text_of(options.window));
  }
  if (options.sleep_window <= Duration{0}) {
    return out_of_range("sleep_window", "above 0s", text_of(options.sleep_window));
  }
  return {};
}

}  // namespace

Result<void> HystrixBreakerOptions::validate() const {
  return below_key("breaker.hystrix", check_hystrix(*this));
}

HystrixBreaker::HystrixBreaker(const HystrixBreakerOptions& options)
    : options_(options), window_(snapshots_in_window(options), options.snapshot) {}

bool HystrixBreaker::try_acquire(Instant now) noexcept {
  settle(now);
  return gate_.try_acquire(now);
}

void HystrixBreaker::on_result(const Outcome& outcome, Duration /*elapsed*/, Instant now) noexcept {
  if (outcome.kind == OutcomeKind::abandoned) {
    release(now);
    return;
  }
  settle(now);
  switch (gate_.state()) {
    case BreakerState::closed:
      window_.record(!outcome.is_ok());
      break;
    case BreakerState::open:
      // Counted in the product too, but nobody looks before half-open closes, and that forgets it.
      break;
    case BreakerState::half_open:
      if (!outcome.is_ok()) return open_from(now);
      gate_.close();
      window_.restart(now);
      break;
  }
}

void HystrixBreaker::release(Instant now) noexcept {
  settle(now);
  if (gate_.state() == BreakerState::half_open) open_from(now);
}

BreakerState HystrixBreaker::state(Instant now) const noexcept {
  return tripped_at(now) ? BreakerState::open : gate_.state();
}

void HystrixBreaker::reconfigure(const HystrixBreakerOptions& options) {
  options_ = options;
  window_.resize(snapshots_in_window(options), options.snapshot);
}

/// The snapshot, among those that are due, that trips it.
std::optional<Instant> HystrixBreaker::tripped_at(Instant now) const noexcept {
  if (gate_.state() != BreakerState::closed) return std::nullopt;
  return window_.first_condemned(now, [this](const CallTotals& totals) {
    return totals.calls >= options_.request_volume &&
           error_percentage(totals) >= options_.error_threshold;
  });
}

void HystrixBreaker::settle(Instant now) noexcept {
  if (const std::optional<Instant> at = tripped_at(now)) open_from(*at);
  window_.advance_to(now);
}

void HystrixBreaker::open_from(Instant at) noexcept {
  // In whole nanoseconds, strictly after is from the next one on.
  gate_.open(later(later(at, options_.sleep_window), Duration{1}));
}

}  // namespace squall::policy
