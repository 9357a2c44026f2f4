#include "squall/policy/grpc_throttle.hpp"

#include <algorithm>
#include <cmath>

#include "squall/policy/milli_tokens.hpp"
#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

std::int64_t max_of(const GrpcThrottleOptions& options) noexcept {
  return milli * options.max_tokens;
}

std::int64_t ratio_of(const GrpcThrottleOptions& options) noexcept {
  return milli_tokens(options.token_ratio, options.max_tokens);
}

}  // namespace

Result<void> GrpcThrottleOptions::validate() const {
  if (max_tokens < 1 || max_tokens > 1'000) {
    return out_of_range("budget.grpc.max_tokens", "from 1 to 1,000", text_of(max_tokens));
  }
  if (!(token_ratio >= 0.001) || std::isinf(token_ratio)) {
    return out_of_range("budget.grpc.token_ratio", "a number from 0.001", text_of(token_ratio));
  }
  return {};
}

GrpcThrottle::GrpcThrottle(const GrpcThrottleOptions& options) noexcept
    : max_milli_tokens_(max_of(options)),
      ratio_milli_(ratio_of(options)),
      milli_tokens_(max_milli_tokens_) {}

void GrpcThrottle::reconfigure(const GrpcThrottleOptions& options) noexcept {
  max_milli_tokens_ = max_of(options);
  ratio_milli_ = ratio_of(options);
  milli_tokens_ = std::min(milli_tokens_, max_milli_tokens_);
}

void GrpcThrottle::on_attempt_end(const Outcome& outcome, bool retryable, bool /*was_retry*/,
                                  Instant /*now*/) noexcept {
  if (outcome.kind == OutcomeKind::abandoned) return;
  if (outcome.is_ok()) {
    milli_tokens_ = std::min(milli_tokens_ + ratio_milli_, max_milli_tokens_);
  } else if (retryable || outcome.pushback.forbids()) {
    milli_tokens_ = std::max<std::int64_t>(milli_tokens_ - milli, 0);
  }
}

bool GrpcThrottle::try_retry(BudgetCall& /*call*/, const Outcome& /*outcome*/,
                             Instant /*now*/) noexcept {
  return try_hedge();
}

}  // namespace squall::policy
