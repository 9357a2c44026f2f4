#include "squall/policy/cycle_limit.hpp"

#include <algorithm>

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

using namespace std::chrono_literals;

Result<void> check_cycle(const Resilience4jRateLimitOptions& options) {
  if (options.limit_for_period < 1) {
    return out_of_range("limit_for_period", "at least 1", text_of(options.limit_for_period));
  }
  if (options.limit_refresh_period <= Duration{0}) {
    return out_of_range("limit_refresh_period", "above 0s", text_of(options.limit_refresh_period));
  }
  if (options.timeout < Duration{0}) {
    return out_of_range("timeout", "at least 0s", text_of(options.timeout));
  }
  return {};
}

Result<void> check_cycle(const EnvoyRateLimitOptions& options) {
  if (options.max_tokens < 1) {
    return out_of_range("max_tokens", "at least 1", text_of(options.max_tokens));
  }
  if (options.tokens_per_fill < 1) {
    return out_of_range("tokens_per_fill", "at least 1", text_of(options.tokens_per_fill));
  }
  if (options.fill_interval < Duration{50ms}) {
    return out_of_range("fill_interval", "at least 50ms", text_of(options.fill_interval));
  }
  return {};
}

}  // namespace

Result<void> Resilience4jRateLimitOptions::validate() const {
  return below_key("rate_limit.resilience4j", check_cycle(*this));
}

Result<void> EnvoyRateLimitOptions::validate() const {
  return below_key("rate_limit.envoy", check_cycle(*this));
}

CycleLimitOptions cycles_of(const Resilience4jRateLimitOptions& options) noexcept {
  return {.period = options.limit_refresh_period,
          .per_cycle = options.limit_for_period,
          .most = options.limit_for_period,
          .timeout = options.timeout,
          .refuses_late = options.blocking};
}

CycleLimitOptions cycles_of(const EnvoyRateLimitOptions& options) noexcept {
  return {.period = options.fill_interval,
          .per_cycle = options.tokens_per_fill,
          .most = options.max_tokens,
          .timeout = Duration{0},
          .refuses_late = false};
}

void CycleLimit::refresh(Instant now) noexcept {
  const std::int64_t cycle = now.time_since_epoch() / options_.period;
  if (cycle == cycle_) return;
  // No more cycles are needed than fill it, so that nothing overflows.
  const std::int64_t missing = options_.most - permits_;
  const std::int64_t enough = missing / options_.per_cycle + 1;
  permits_ += std::min(cycle - cycle_, enough) * options_.per_cycle;
  permits_ = std::min<std::int64_t>(permits_, options_.most);
  cycle_ = cycle;
}

RateLimitDecision CycleLimit::on_call(Instant now) noexcept {
  refresh(now);
  if (permits_ >= 1) {
    --permits_;
    return {};
  }
  const Duration to_next = options_.period - now.time_since_epoch() % options_.period;
  // Whole cycles beyond the next one until a permit is there that nobody has reserved.
  const std::int64_t more = -permits_ / options_.per_cycle;
  const bool is_long = more > (forever - to_next) / options_.period;
  const Duration wait = is_long ? forever : to_next + more * options_.period;
  if (wait <= options_.timeout) {
    --permits_;
    return {.wait = wait, .granted = true};
  }
  return {.wait = options_.refuses_late ? options_.timeout : Duration{0}, .granted = false};
}

void CycleLimit::reconfigure(const CycleLimitOptions& options, Instant now) noexcept {
  refresh(now);
  options_ = options;
  cycle_ = now.time_since_epoch() / options_.period;
}

}  // namespace squall::policy
