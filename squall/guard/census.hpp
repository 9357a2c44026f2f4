#pragma once

#include <cstdint>

#include "squall/policy/breaker_state.hpp"

namespace squall::guard {

/// What a guard has counted since it was made, all of it at one instant. At every instant
/// calls_begun == calls_ended + calls under way, and likewise for attempts and for retries.
struct Census {
  std::uint64_t calls_begun = 0;
  std::uint64_t calls_ended = 0;  ///< the abandoned ones too
  std::uint64_t calls_ok = 0;
  std::uint64_t attempts_begun = 0;  ///< what the callee sees; refusals are not among them
  std::uint64_t attempts_ended = 0;
  std::uint64_t retries_granted = 0;  ///< by the budget, or for want of one
  std::uint64_t retries_ended = 0;    ///< what was granted and has been given back
  std::uint64_t retries_denied = 0;   ///< by the budget
  std::uint64_t refused_by_throttle = 0;
  std::uint64_t refused_by_breaker = 0;
  std::uint64_t refused_by_rate_limit = 0;
  std::uint64_t refused_by_limiter = 0;
  std::uint64_t refused_by_bulkhead = 0;
  std::uint32_t concurrent = 0;      ///< in the bulkhead now; 0 without one
  std::uint32_t concurrent_max = 0;  ///< the most there have been at once
  policy::BreakerState breaker = policy::BreakerState::closed;  ///< closed without one
};

}  // namespace squall::guard
