#include "squall/policy/aws_budget.hpp"

#include <algorithm>

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

constexpr std::uint32_t most = 1'000'000;  // two of them fit into 32 bits

}  // namespace

Result<void> AwsBudgetOptions::validate() const {
  if (capacity > most) {
    return out_of_range("budget.aws.capacity", "from 0 to 1,000,000", text_of(capacity));
  }
  if (retry_cost < 1 || retry_cost > most) {
    return out_of_range("budget.aws.retry_cost", "from 1 to 1,000,000", text_of(retry_cost));
  }
  if (timeout_cost < 1 || timeout_cost > most) {
    return out_of_range("budget.aws.timeout_cost", "from 1 to 1,000,000", text_of(timeout_cost));
  }
  if (no_retry_increment > most) {
    return out_of_range("budget.aws.no_retry_increment", "from 0 to 1,000,000",
                        text_of(no_retry_increment));
  }
  return {};
}

void AwsBudget::reconfigure(const AwsBudgetOptions& options) noexcept {
  options_ = options;
  tokens_ = std::min(tokens_, options.capacity);
}

bool AwsBudget::try_retry(BudgetCall& call, const Outcome& outcome, Instant /*now*/) noexcept {
  const std::uint32_t cost =
      outcome.kind == OutcomeKind::timeout ? options_.timeout_cost : options_.retry_cost;
  if (cost > tokens_) return false;
  tokens_ -= cost;
  call.taken = cost;
  return true;
}

void AwsBudget::on_call_end(const BudgetCall& call, const Outcome& outcome) noexcept {
  if (!outcome.is_ok()) return;
  const std::uint32_t given = call.taken != 0 ? call.taken : options_.no_retry_increment;
  tokens_ = std::min(tokens_ + given, options_.capacity);
}

}  // namespace squall::policy
