#pragma once

#include "squall/base/time.hpp"

namespace squall::policy {

/// What a rate limit says to a call: after `wait` it goes on, or is refused.
struct RateLimitDecision {
  Duration wait{0};     ///< >= 0
  bool granted = true;  ///< after the wait

  [[nodiscard]] friend bool operator==(const RateLimitDecision&,
                                       const RateLimitDecision&) = default;
};

}  // namespace squall::policy
