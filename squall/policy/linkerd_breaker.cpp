#include "squall/policy/linkerd_breaker.hpp"

#include <algorithm>

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

/// From here on every penalty that is not 0 has overflowed.
constexpr std::uint32_t doublings_max = 63;

Duration doubled(Duration base, std::uint32_t times, Duration max) noexcept {
  for (std::uint32_t i = 0; i < times; ++i) {
    if (base > max / 2) return max;
    base *= 2;
  }
  return base;
}

Result<void> check_linkerd(const LinkerdBreakerOptions& options) {
  if (options.max_failures < 1) {
    return out_of_range("max_failures", "at least 1", text_of(options.max_failures));
  }
  if (options.min_penalty <= Duration{0}) {
    return out_of_range("min_penalty", "above 0s", text_of(options.min_penalty));
  }
  if (options.max_penalty < options.min_penalty) {
    return out_of_range("max_penalty", "at least the min_penalty, " + text_of(options.min_penalty),
                        text_of(options.max_penalty));
  }
  if (!(options.jitter >= 0.0 && options.jitter <= 100.0)) {
    return out_of_range("jitter", "from 0 to 100", text_of(options.jitter));
  }
  return {};
}

}  // namespace

Result<void> LinkerdBreakerOptions::validate() const {
  return below_key("breaker.linkerd", check_linkerd(*this));
}

Duration linkerd_penalty(const LinkerdBreakerOptions& options, std::uint32_t doublings,
                         Rng& rng) noexcept {
  const Duration base = doubled(options.min_penalty, doublings, options.max_penalty);
  if (options.jitter == 0.0) return base;
  const double share = rng.uniform() * options.jitter;
  const auto whole = std::chrono::floor<std::chrono::seconds>(base);
  const auto seconds = static_cast<std::int64_t>(static_cast<double>(whole.count()) * share);
  const Duration rest = base - whole;
  const auto nanoseconds = static_cast<std::int64_t>(static_cast<double>(rest.count()) * share);
  const Duration room = options.max_penalty - base;
  // In seconds, as so many of them need not fit into nanoseconds.
  if (seconds > std::chrono::floor<std::chrono::seconds>(room).count()) return options.max_penalty;
  const Duration added = std::chrono::seconds{seconds};
  return base + added + std::min(Duration{nanoseconds}, room - added);
}

void LinkerdBreaker::on_result(const Outcome& outcome, Duration /*elapsed*/, Instant now,
                               Rng& rng) noexcept {
  if (outcome.kind == OutcomeKind::abandoned) return;
  switch (gate_.state_by_time(now)) {
    case BreakerState::closed:
      if (outcome.is_ok()) {
        failures_ = 0;
      } else if (++failures_ >= options_.max_failures) {
        doublings_ = 0;
        open(now, rng);
      }
      break;
    case BreakerState::open:
      break;
    case BreakerState::half_open:
      if (!outcome.is_ok()) return open(now, rng);
      gate_.close();
      failures_ = 0;
      break;
  }
}

void LinkerdBreaker::open(Instant now, Rng& rng) noexcept {
  gate_.open(later(now, linkerd_penalty(options_, doublings_, rng)));
  doublings_ = std::min(doublings_ + 1, doublings_max);
}

}  // namespace squall::policy
