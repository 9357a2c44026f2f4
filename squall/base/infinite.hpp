#pragma once

#include <limits>
#include <optional>

namespace squall {

/// A number that nothing bounds, or a mean that there is none of.
inline constexpr double infinite = std::numeric_limits<double>::infinity();

/// Whether there is a number, and something bounds it.
[[nodiscard]] inline bool is_finite(const std::optional<double>& value) noexcept {
  return value && *value < infinite && *value > -infinite;
}

}  // namespace squall
