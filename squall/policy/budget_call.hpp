#pragma once

#include <cstdint>

namespace squall::policy {

/// What one call remembers for its retry budget between its attempts. Plain data, owned by whoever
/// makes the call; new for each call.
struct BudgetCall {
  /// What the call's last retry took, in whatever the family counts; 0 while it has made none.
  std::uint32_t taken = 0;
};

}  // namespace squall::policy
