#pragma once

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/retry.hpp"

namespace squall::policy {

/// A degraded answer in place of a failure (a cached value, an empty list), after Polly 8, Hystrix
/// and resilience4j: it stands around everything else, the deadline too, and is asked once, when
/// the call would have ended. None of the products has a default for any of this.
struct FallbackOptions {
  RetryOn on{};             ///< the outcomes it answers for; never of kind ok or abandoned
  bool on_deadline = true;  ///< and whether it does when the deadline has passed
  Duration latency{0};      ///< of the answer; >= 0
  double failure = 0.0;     ///< how often there is none, and the call ends as it would have; 0 to 1

  /// Keys start with `fallback.`.
  [[nodiscard]] Result<void> validate() const;
};

struct FallbackDecision {
  bool is_tried = false;  ///< false: the call ends as it would have, at once
  bool answers = false;   ///< with is_tried: ok once `delay` has passed, or as it would have
  Duration delay{0};
};

/// What becomes of a call that would end with `outcome`. Consumes one value of `rng` where the
/// fallback is tried and may fail or not, and none otherwise. REQUIRES options.validate().
[[nodiscard]] FallbackDecision fall_back(const FallbackOptions& options, const Outcome& outcome,
                                         Rng& rng) noexcept;

}  // namespace squall::policy
