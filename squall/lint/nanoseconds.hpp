#pragma once

#include "squall/base/time.hpp"

namespace squall::lint {

/// A length of time as the estimates reckon with it.
[[nodiscard]] inline double ns_of(Duration duration) noexcept {
  return static_cast<double>(duration.count());
}

}  // namespace squall::lint
