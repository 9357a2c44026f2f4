#pragma once

#include <chrono>

#include "squall/base/time.hpp"

/// Between the machine's steady clock and the instants that policies are told. Only converts: who
/// reads the clock is the program's business.
namespace squall::guard {

/// The same distance from the clock's epoch, in whole nanoseconds (rounded down).
[[nodiscard]] constexpr Instant instant_of(std::chrono::steady_clock::time_point at) noexcept {
  return Instant{std::chrono::floor<Duration>(at.time_since_epoch())};
}

/// The way back; `never` becomes the last point that the clock can have.
[[nodiscard]] constexpr std::chrono::steady_clock::time_point steady_of(Instant at) noexcept {
  using Steady = std::chrono::steady_clock;
  if (at == never) return Steady::time_point::max();
  return Steady::time_point{std::chrono::ceil<Steady::duration>(at.time_since_epoch())};
}

}  // namespace squall::guard
