#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/budget_events.hpp"
#include "squall/policy/outcome.hpp"

namespace squall::policy {

/// The retry quota of the AWS SDKs' standard mode, as botocore and its sister SDKs have it
/// unless told otherwise (since 2026 there is another, 14 tokens for a retry and 5 after being
/// throttled, to be opted in to): a bucket of tokens. A retry takes some, more after a timeout; a
/// call that succeeds gives back what its last retry took, or a little if it made none; one that
/// fails gives nothing.
struct AwsBudgetOptions {
  std::uint32_t capacity = 500;     ///< tokens; 0 (never retry) to 1,000,000, default 500
  std::uint32_t retry_cost = 5;     ///< tokens for a retry; 1 to 1,000,000, default 5
  std::uint32_t timeout_cost = 10;  ///< the same, after a timeout; 1 to 1,000,000, default 10
  /// Tokens that a success without a retry gives; 0 to 1,000,000, default 1.
  std::uint32_t no_retry_increment = 1;

  /// Keys start with `budget.aws.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Starts full. Not thread-safe.
class AwsBudget : public BudgetEvents {
 public:
  using Options = AwsBudgetOptions;

  /// REQUIRES options.validate().
  explicit AwsBudget(const AwsBudgetOptions& options) noexcept
      : options_(options), tokens_(options.capacity) {}
  /// Keeps the tokens, at most as many as the new capacity. Calls under way give back what they
  /// took.
  void reconfigure(const AwsBudgetOptions& options) noexcept;

  /// Allowed iff as many tokens are there as the retry costs; takes them, and notes so in `call`.
  [[nodiscard]] bool try_retry(BudgetCall& call, const Outcome& outcome, Instant now) noexcept;
  /// What an earlier retry of the call took is not given back, only what the last one did.
  void on_call_end(const BudgetCall& call, const Outcome& outcome) noexcept;

  /// Share of the tokens that is there; 0 where it can hold none.
  [[nodiscard]] double level(Instant /*now*/) const noexcept {
    return options_.capacity == 0
               ? 0.0
               : static_cast<double>(tokens_) / static_cast<double>(options_.capacity);
  }
  [[nodiscard]] std::uint32_t tokens() const noexcept { return tokens_; }

 private:
  AwsBudgetOptions options_;
  std::uint32_t tokens_;
};

}  // namespace squall::policy
