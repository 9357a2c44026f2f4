#pragma once

#include "squall/policy/outcome.hpp"
#include "squall/policy/retry.hpp"

namespace squall::policy {

/// Whether an outcome counts against the callee; one that the deadline brought, as a timeout does.
[[nodiscard]] inline bool counts_against(const RetryOn& on, const Outcome& outcome) noexcept {
  return outcome.kind == OutcomeKind::deadline ? on.timeout : on.matches(outcome);
}

}  // namespace squall::policy
