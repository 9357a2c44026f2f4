#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/policy/limiter.hpp"

namespace squall::policy {

/// A callee's limits on the calls inside it (queued and in service): one that stands, and one that
/// finds its own number.
struct AdmissionOptions {
  std::uint32_t limit = 0xffffffffU;  ///< >= 1
  LimiterOptions limiter;

  /// Keys start with `admission.`.
  [[nodiscard]] Result<void> validate() const;
  /// Whether one more may come in while `inside` are there.
  [[nodiscard]] bool admits(std::uint64_t inside) const noexcept { return inside < limit; }
};

}  // namespace squall::policy
