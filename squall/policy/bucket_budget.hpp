#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/budget_events.hpp"
#include "squall/policy/outcome.hpp"

namespace squall::policy {

/// The retry token bucket of Marc Brooker's "Fixing retries with token buckets and circuit
/// breakers" (2022): successes fill a small bucket by a fraction of a token, and a retry takes a
/// whole one.
struct BucketBudgetOptions {
  enum class FilledBy : std::uint8_t {
    success,  ///< as the article says: each call that succeeds
    call,     ///< as the simulation behind its figures does: each call, when it starts
  };

  std::uint32_t capacity = 5;  ///< whole tokens; 1 to 1,000,000, default 5
  /// Tokens for each; >= 0.001, default 0.1. Decimals past the third are dropped; what is above the
  /// capacity fills the bucket.
  double deposit = 0.1;
  FilledBy filled_by = FilledBy::success;

  /// Keys start with `budget.bucket.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Starts full. Kept in thousandths of a token. Not thread-safe.
class BucketBudget : public BudgetEvents {
 public:
  using Options = BucketBudgetOptions;

  /// REQUIRES options.validate().
  explicit BucketBudget(const BucketBudgetOptions& options) noexcept;
  /// Keeps the tokens, at most as many as the new capacity.
  void reconfigure(const BucketBudgetOptions& options) noexcept;

  void on_call_start(Instant now) noexcept;
  void on_call_end(const BudgetCall& call, const Outcome& outcome) noexcept;
  /// Allowed iff a whole token is there; takes it.
  [[nodiscard]] bool try_retry(BudgetCall& call, const Outcome& outcome, Instant now) noexcept;

  /// Share of the tokens that is there.
  [[nodiscard]] double level(Instant /*now*/) const noexcept {
    return static_cast<double>(milli_tokens_) / (1e3 * static_cast<double>(capacity_));
  }
  [[nodiscard]] std::int64_t milli_tokens() const noexcept { return milli_tokens_; }

 private:
  void fill() noexcept;

  // The capacity in whole tokens and the deposit in 32 bits keep the budget small.
  std::uint32_t capacity_;
  std::uint32_t deposit_milli_;
  std::int64_t milli_tokens_;
  BucketBudgetOptions::FilledBy filled_by_;
};

}  // namespace squall::policy
