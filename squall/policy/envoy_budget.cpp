#include "squall/policy/envoy_budget.hpp"

#include <algorithm>

#include "squall/base/check.hpp"
#include "squall/policy/option_error.hpp"

namespace squall::policy {

Result<void> EnvoyBudgetOptions::validate() const {
  if (!(percent >= 0.0) || percent > 100.0) {
    return out_of_range("budget.envoy.percent", "from 0% to 100%", percent_text(percent));
  }
  return {};
}

EnvoyBudget::EnvoyBudget(const EnvoyBudgetOptions& options) noexcept
    : percent_(options.percent), min_concurrency_(options.min_concurrency) {}

void EnvoyBudget::reconfigure(const EnvoyBudgetOptions& options) noexcept {
  percent_ = options.percent;
  min_concurrency_ = options.min_concurrency;
}

void EnvoyBudget::on_pending(int change) noexcept {
  const std::int64_t pending = std::int64_t{pending_} + change;
  SQUALL_CHECK(pending >= 0, "more calls stopped waiting than had started to");
  pending_ = static_cast<std::uint32_t>(pending);
}

void EnvoyBudget::on_attempt_start(Instant /*now*/) noexcept { ++active_; }

void EnvoyBudget::on_attempt_end(const Outcome& /*outcome*/, bool /*retryable*/, bool /*was_retry*/,
                                 Instant /*now*/) noexcept {
  SQUALL_CHECK(active_ > 0, "more attempts ended than had started");
  --active_;
}

std::uint32_t EnvoyBudget::limit() const noexcept {
  // At most 2^33 calls, so that the product is exact wherever the percentage is whole.
  const auto calls = static_cast<double>(std::uint64_t{active_} + pending_);
  const auto share = static_cast<std::uint64_t>(percent_ * calls / 100.0);
  const std::uint64_t cap = 0xffffffffU;
  return std::max(static_cast<std::uint32_t>(std::min(share, cap)), min_concurrency_);
}

bool EnvoyBudget::try_retry(BudgetCall& /*call*/, const Outcome& /*outcome*/,
                            Instant /*now*/) noexcept {
  return try_hedge();
}

bool EnvoyBudget::try_hedge() noexcept {
  if (active_retries_ >= limit()) return false;
  ++active_retries_;
  return true;
}

void EnvoyBudget::on_retry_end() noexcept {
  SQUALL_CHECK(active_retries_ > 0, "more retries ended than were allowed");
  --active_retries_;
}

double EnvoyBudget::level(Instant /*now*/) const noexcept {
  const std::uint32_t bound = limit();
  if (active_retries_ >= bound) return 0.0;
  return 1.0 - static_cast<double>(active_retries_) / static_cast<double>(bound);
}

}  // namespace squall::policy
