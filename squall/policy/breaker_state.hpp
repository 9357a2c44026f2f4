#pragma once

#include <cstdint>

namespace squall::policy {

enum class BreakerState : std::uint8_t { closed, open, half_open };

}  // namespace squall::policy
