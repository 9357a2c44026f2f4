#pragma once

#include <cstdint>

namespace squall::policy {

/// What a breaker does with the calls that come.
enum class BreakerState : std::uint8_t {
  closed,     ///< lets every call through
  open,       ///< refuses every call
  half_open,  ///< lets so few through as its kind says, and judges by them; some kinds have none
};

}  // namespace squall::policy
