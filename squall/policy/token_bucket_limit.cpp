#include "squall/policy/token_bucket_limit.hpp"

#include <limits>

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

/// A rate is in millionths of a token for each of the 10^9 nanoseconds of a second.
constexpr std::int64_t token = 1'000'000'000'000'000;

}  // namespace

Result<void> TokenBucketLimitOptions::validate() const {
  if (rate <= Rate{0}) {
    return out_of_range("rate_limit.token_bucket.rate", "above 0/s", format_rate(Rate{0}));
  }
  if (burst < 1) {
    return out_of_range("rate_limit.token_bucket.burst", "at least 1", text_of(burst));
  }
  if (max_wait < Duration{0}) {
    return out_of_range("rate_limit.token_bucket.max_wait", "at least 0s", text_of(max_wait));
  }
  return {};
}

void TokenBucketLimit::fill(Instant now) noexcept {
  const Units filled = Units{(now - filled_).count()} * options_.rate.per_second_micro;
  owed_ = owed_ > filled ? owed_ - filled : 0;
  filled_ = now;
}

RateLimitDecision TokenBucketLimit::on_call(Instant now) noexcept {
  fill(now);
  const Units after = owed_ + token;
  const Units missing = after - Units{options_.burst} * token;
  if (missing <= 0) {
    owed_ = after;
    return {};
  }
  const Units wait =
      (missing + options_.rate.per_second_micro - 1) / options_.rate.per_second_micro;
  constexpr Units longest = std::numeric_limits<std::int64_t>::max();
  const Duration told = wait < longest ? Duration{static_cast<std::int64_t>(wait)} : forever;
  if (told > options_.max_wait) return {.wait = Duration{0}, .granted = false};
  owed_ = after;
  return {.wait = told, .granted = true};
}

void TokenBucketLimit::reconfigure(const TokenBucketLimitOptions& options, Instant now) noexcept {
  fill(now);
  options_ = options;
}

}  // namespace squall::policy
