#include "squall/policy/finagle_budget.hpp"

#include <algorithm>
#include <limits>

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

constexpr double scale = 1'000.0;  // the tokens that a call deposits
constexpr std::uint32_t min_retries_max = 1'000'000;
constexpr auto shortest_ttl = std::chrono::seconds{1};
constexpr auto longest_ttl = std::chrono::seconds{60};

std::int64_t deposit_of(const FinagleBudgetOptions& options) noexcept {
  return options.percent_can_retry == 0.0 ? 0 : static_cast<std::int64_t>(scale);
}

/// A 32-bit number there, in which what is too large becomes the largest.
std::int64_t retry_of(const FinagleBudgetOptions& options) noexcept {
  if (options.percent_can_retry == 0.0) return 1;
  constexpr double most = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int64_t>(std::min(scale / options.percent_can_retry, most));
}

/// At most 1.3e17, so that no sum of tokens comes near the end of its 64 bits.
std::int64_t reserve_of(const FinagleBudgetOptions& options) noexcept {
  const std::int64_t ttl_s = std::chrono::duration_cast<std::chrono::seconds>(options.ttl).count();
  return std::int64_t{options.min_retries_per_s} * ttl_s * retry_of(options);
}

}  // namespace

Result<void> FinagleBudgetOptions::validate() const {
  if (ttl < shortest_ttl || ttl > longest_ttl) {
    return out_of_range("budget.finagle.ttl", "from 1s to 60s", text_of(ttl));
  }
  if (min_retries_per_s > min_retries_max) {
    return out_of_range("budget.finagle.min_retries_per_s", "from 0 to 1,000,000",
                        text_of(min_retries_per_s));
  }
  if (!(percent_can_retry >= 0.0) || percent_can_retry > scale) {
    return out_of_range("budget.finagle.percent_can_retry", "from 0 to 1,000 (100,000%)",
                        text_of(percent_can_retry));
  }
  return {};
}

FinagleBudget::FinagleBudget(const FinagleBudgetOptions& options) noexcept
    : state_(std::make_unique<State>(State{.window = WindowedSum(options.ttl),
                                           .deposit_tokens = deposit_of(options),
                                           .retry_tokens = retry_of(options),
                                           .reserve_tokens = reserve_of(options)})) {}

void FinagleBudget::reconfigure(const FinagleBudgetOptions& options) noexcept {
  state_->window.set_window(options.ttl);
  state_->deposit_tokens = deposit_of(options);
  state_->retry_tokens = retry_of(options);
  state_->reserve_tokens = reserve_of(options);
}

void FinagleBudget::on_call_start(Instant now) noexcept {
  state_->window.add(state_->deposit_tokens, now);
}

bool FinagleBudget::try_retry(BudgetCall& /*call*/, const Outcome& /*outcome*/,
                              Instant now) noexcept {
  if (tokens(now) < state_->retry_tokens) return false;
  state_->window.add(-state_->retry_tokens, now);
  return true;
}

std::int64_t FinagleBudget::tokens(Instant now) noexcept {
  return state_->window.sum(now) + state_->reserve_tokens;
}

double FinagleBudget::level(Instant now) const noexcept {
  WindowedSum window = state_->window;  // a copy, as a look moves it on
  const std::int64_t there = window.sum(now) + state_->reserve_tokens;
  return static_cast<double>(std::max<std::int64_t>(there, 0)) /
         static_cast<double>(state_->retry_tokens);
}

}  // namespace squall::policy
