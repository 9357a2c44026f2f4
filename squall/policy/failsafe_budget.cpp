#include "squall/policy/failsafe_budget.hpp"

#include <algorithm>

#include "squall/base/check.hpp"
#include "squall/policy/option_error.hpp"

namespace squall::policy {

Result<void> FailsafeBudgetOptions::validate() const {
  if (!(max_rate >= 0.0) || max_rate > 1.0) {
    return out_of_range("budget.failsafe.max_rate", "from 0 to 1", text_of(max_rate));
  }
  return {};
}

void FailsafeBudget::on_call_start(Instant /*now*/) noexcept { ++executions_; }

void FailsafeBudget::on_call_end(const BudgetCall& /*call*/, const Outcome& /*outcome*/) noexcept {
  SQUALL_CHECK(executions_ > in_flight_, "more calls ended than had started");
  --executions_;
}

bool FailsafeBudget::try_retry(BudgetCall& /*call*/, const Outcome& /*outcome*/,
                               Instant /*now*/) noexcept {
  return acquire();
}

double FailsafeBudget::rate() const noexcept {
  if (executions_ == 0) return 0.0;
  return static_cast<double>(in_flight_) / static_cast<double>(executions_);
}

bool FailsafeBudget::acquire() noexcept {
  if (in_flight_ >= options_.min_concurrency && rate() > options_.max_rate) return false;
  ++in_flight_;
  ++executions_;
  return true;
}

void FailsafeBudget::release() noexcept {
  SQUALL_CHECK(in_flight_ > 0, "more retries and hedges ended than were allowed");
  --in_flight_;
  --executions_;
}

double FailsafeBudget::level(Instant /*now*/) const noexcept {
  const double bound = std::max(static_cast<double>(options_.min_concurrency),
                                options_.max_rate * static_cast<double>(executions_));
  const auto taken = static_cast<double>(in_flight_);
  return taken < bound ? 1.0 - taken / bound : 0.0;
}

}  // namespace squall::policy
