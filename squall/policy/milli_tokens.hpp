#pragma once

#include <algorithm>
#include <cstdint>

namespace squall::policy {

/// Tokens are kept in thousandths, so that their sums are exact.
inline constexpr std::int64_t milli = 1'000;

/// `tokens`, which may have decimals, in thousandths, at most as many as a bucket of `max` holds: a
/// deposit above that fills it at once, as one of `max` does. Decimals past the third are dropped.
/// REQUIRES tokens >= 0.
[[nodiscard]] constexpr std::int64_t milli_tokens(double tokens, std::uint32_t max) noexcept {
  // 1.001 * 1000 is a little less than 1001: the millionth keeps the third decimal.
  return static_cast<std::int64_t>(std::min(tokens, static_cast<double>(max)) * 1e3 + 1e-6);
}

}  // namespace squall::policy
