#include "squall/policy/rate_limit.hpp"

#include <type_traits>

#include "squall/base/check.hpp"
#include "squall/policy/is_none.hpp"

namespace squall::policy {
namespace {

template <typename T>
constexpr bool is_bucket = std::is_same_v<std::decay_t<T>, TokenBucketLimitOptions>;

}  // namespace

Result<void> validate(const RateLimitOptions& options) {
  return std::visit(
      [](const auto& of_kind) -> Result<void> {
        if constexpr (is_none<decltype(of_kind)>)
          return {};
        else
          return of_kind.validate();
      },
      options);
}

RateLimit::RateLimit(const RateLimitOptions& options) {
  std::visit(
      [this](const auto& of_kind) {
        if constexpr (is_bucket<decltype(of_kind)>)
          state_.emplace<TokenBucketLimit>(of_kind);
        else if constexpr (!is_none<decltype(of_kind)>)
          state_.emplace<CycleLimit>(cycles_of(of_kind));
      },
      options);
}

RateLimitDecision RateLimit::on_call(Instant now) noexcept {
  if (auto* bucket = std::get_if<TokenBucketLimit>(&state_)) return bucket->on_call(now);
  if (auto* cycles = std::get_if<CycleLimit>(&state_)) return cycles->on_call(now);
  return {};
}

void RateLimit::reconfigure(const RateLimitOptions& options, Instant now) {
  std::visit(
      [this, now](const auto& of_kind) {
        if constexpr (is_bucket<decltype(of_kind)>) {
          auto* bucket = std::get_if<TokenBucketLimit>(&state_);
          SQUALL_CHECK(bucket != nullptr, "a rate limit changed its kind");
          bucket->reconfigure(of_kind, now);
        } else if constexpr (!is_none<decltype(of_kind)>) {
          auto* cycles = std::get_if<CycleLimit>(&state_);
          SQUALL_CHECK(cycles != nullptr, "a rate limit changed its kind");
          cycles->reconfigure(cycles_of(of_kind), now);
        } else {
          SQUALL_CHECK(std::holds_alternative<std::monostate>(state_),
                       "a rate limit changed its kind");
        }
      },
      options);
}

}  // namespace squall::policy
