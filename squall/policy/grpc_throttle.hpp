#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/budget_events.hpp"
#include "squall/policy/outcome.hpp"

namespace squall::policy {

/// gRPC retryThrottling (proposal A6): a bucket of tokens; each failure takes one, each success
/// gives back `token_ratio`; retries are allowed only while more than half the tokens are there.
/// Kept in thousandths of a token.
struct GrpcThrottleOptions {
  std::uint32_t max_tokens = 10;  ///< 1 to 1,000
  double token_ratio = 0.1;       ///< >= 0.001; decimals past the third are dropped

  /// Keys start with `budget.grpc.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Starts full. Not thread-safe.
class GrpcThrottle : public BudgetEvents {
 public:
  using Options = GrpcThrottleOptions;

  /// REQUIRES options.validate().
  explicit GrpcThrottle(const GrpcThrottleOptions& options) noexcept;
  /// Keeps the tokens, at most as many as the new maximum.
  void reconfigure(const GrpcThrottleOptions& options) noexcept;

  /// An abandoned attempt neither takes nor gives.
  /// @param retryable  whether the retry policy counts this outcome as worth a retry; a failure
  ///                   that is not costs no token, except one with pushback `never`.
  void on_attempt_end(const Outcome& outcome, bool retryable, bool was_retry, Instant now) noexcept;
  /// @return whether more than half of the tokens are there. Takes none: the attempt's end does.
  [[nodiscard]] bool try_retry(BudgetCall& call, const Outcome& outcome, Instant now) noexcept;
  /// As try_retry(): hedges are throttled too, and those under way go on.
  [[nodiscard]] bool try_hedge() const noexcept { return 2 * milli_tokens_ > max_milli_tokens_; }
  /// Share of the tokens that is there; retries go on above one half.
  [[nodiscard]] double level(Instant /*now*/) const noexcept {
    return static_cast<double>(milli_tokens_) / static_cast<double>(max_milli_tokens_);
  }
  [[nodiscard]] double tokens() const noexcept { return static_cast<double>(milli_tokens_) / 1e3; }

 private:
  std::int64_t max_milli_tokens_;
  std::int64_t ratio_milli_;
  std::int64_t milli_tokens_;
};

}  // namespace squall::policy
