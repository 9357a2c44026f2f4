#pragma once

#include <cstdint>

#include "squall/lint/probability.hpp"

namespace squall::lint {

/// Something that happens less often than this is taken for never: once in a thousand.
inline constexpr double as_good_as_never = 1e-3;

/// Whether a computed number is above a limit, and not merely by the rounding of its sums. Exactly
/// at the limit is not above it.
[[nodiscard]] inline bool exceeds(double number, double limit) noexcept {
  constexpr double rounding = 1e-9;
  return number > limit * (1.0 + rounding);
}

/// Whether a count of this mean practically never reaches `needed`. A finding that says "never"
/// leaves this much room on its side, since arrivals come at random: it holds back where the mean
/// is only a little below.
[[nodiscard]] inline bool is_out_of_reach(double mean, std::uint64_t needed) noexcept {
  return mean < static_cast<double>(needed) && poisson_tail(mean, needed) < as_good_as_never;
}

}  // namespace squall::lint
