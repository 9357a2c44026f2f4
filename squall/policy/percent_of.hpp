#pragma once

#include <cstdint>

namespace squall::policy {

/// How many percent `part` is of `whole`. One division, rounded once: equal to a threshold whenever
/// the true percentage is. REQUIRES whole > 0.
[[nodiscard]] inline double percent_of(std::uint64_t part, std::uint64_t whole) noexcept {
  return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace squall::policy
