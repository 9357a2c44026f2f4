#pragma once

#include <cstdint>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/policy/limiter.hpp"
#include "squall/policy/throttle.hpp"

namespace squall::policy {

/// Requests of this priority, and of lower ones that have no share of their own, may take this
/// share of the limit.
struct PriorityShare {
  std::int32_t priority = 0;
  double share = 1.0;  ///< 0 to 1

  [[nodiscard]] friend bool operator==(const PriorityShare&, const PriorityShare&) = default;
};

/// What a callee itself refuses, at each of its replicas.
///
/// The shares are Stripe's load shedders (P. Tarjan, "Scaling your API with rate limiters", 2017):
/// a part of what there is stays reserved for what is critical, and whatever is not is refused when
/// it would take more than the rest. The theory of telephony calls it trunk reservation.
struct AdmissionOptions {
  static constexpr std::uint32_t unlimited = 0xffffffffU;
  std::uint32_t limit = unlimited;  ///< calls inside, queued and in service; >= 1
  /// By priority, ascending, and so are the shares; a priority above all of them has all of the
  /// limit. Empty: so has every one. With a limit only; at most 256.
  std::vector<PriorityShare> shares{};
  LimiterOptions limiter{};  ///< a limit that finds its own number
  ThrottleOptions throttle{};

  /// Keys start with `admission.`.
  [[nodiscard]] Result<void> validate() const;
  /// Whether one more may come in while `inside` are there.
  [[nodiscard]] bool admits(std::uint64_t inside) const noexcept { return inside < limit; }
  /// The limit for requests of this priority: its share, rounded down to whole requests.
  [[nodiscard]] std::uint32_t limit_of(std::int32_t priority) const noexcept;
};

}  // namespace squall::policy
