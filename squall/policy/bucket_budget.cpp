#include "squall/policy/bucket_budget.hpp"

#include <algorithm>
#include <cmath>

#include "squall/policy/milli_tokens.hpp"
#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

/// At most a full bucket, 1e9.
std::uint32_t milli_tokens_deposited(const BucketBudgetOptions& options) noexcept {
  return static_cast<std::uint32_t>(milli_tokens(options.deposit, options.capacity));
}

}  // namespace

Result<void> BucketBudgetOptions::validate() const {
  if (capacity < 1 || capacity > 1'000'000) {
    return out_of_range("budget.bucket.capacity", "from 1 to 1,000,000", text_of(capacity));
  }
  if (!(deposit >= 0.001) || std::isinf(deposit)) {
    return out_of_range("budget.bucket.deposit", "a number from 0.001", text_of(deposit));
  }
  return {};
}

BucketBudget::BucketBudget(const BucketBudgetOptions& options) noexcept
    : capacity_(options.capacity),
      deposit_milli_(milli_tokens_deposited(options)),
      milli_tokens_(milli * options.capacity),
      filled_by_(options.filled_by) {}

void BucketBudget::reconfigure(const BucketBudgetOptions& options) noexcept {
  capacity_ = options.capacity;
  deposit_milli_ = milli_tokens_deposited(options);
  filled_by_ = options.filled_by;
  milli_tokens_ = std::min(milli_tokens_, milli * capacity_);
}

void BucketBudget::fill() noexcept {
  milli_tokens_ = std::min(milli_tokens_ + deposit_milli_, milli * capacity_);
}

void BucketBudget::on_call_start(Instant /*now*/) noexcept {
  if (filled_by_ == BucketBudgetOptions::FilledBy::call) fill();
}

void BucketBudget::on_call_end(const BudgetCall& /*call*/, const Outcome& outcome) noexcept {
  if (filled_by_ == BucketBudgetOptions::FilledBy::success && outcome.is_ok()) fill();
}

bool BucketBudget::try_retry(BudgetCall& /*call*/, const Outcome& /*outcome*/,
                             Instant /*now*/) noexcept {
  if (milli_tokens_ < milli) return false;
  milli_tokens_ -= milli;
  return true;
}

}  // namespace squall::policy
