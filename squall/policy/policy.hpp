#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/admission.hpp"
#include "squall/policy/breaker.hpp"
#include "squall/policy/budget.hpp"
#include "squall/policy/bulkhead.hpp"
#include "squall/policy/envoy_outlier.hpp"
#include "squall/policy/fallback.hpp"
#include "squall/policy/hedge.hpp"
#include "squall/policy/limiter.hpp"
#include "squall/policy/rate_limit.hpp"
#include "squall/policy/retry.hpp"
#include "squall/policy/throttle.hpp"

/// All that stands at a caller around one edge, and in which order.
///
/// Thread safety, of the whole module: options, outcomes and decisions are plain values; Retry and
/// Hedge never change and may be shared; what has a state (Throttle, Breaker, RateLimit, Limiter,
/// RetryBudget, Bulkhead, Codel, and the RetryState, BudgetCall and HedgeState of a call) is one
/// thread's at a time. squall::guard shares them between threads. Errors: a validate() returns what
/// is out of range; all else REQUIRES valid options, throws nothing but what an allocation may, and
/// ends the process where squall itself is wrong or what REQUIRES says was not so (SQUALL_CHECK).
namespace squall::policy {

/// One wrapper around a call. The deadline is not among them: it is always outermost.
enum class Layer : std::uint8_t {
  retry,
  hedge,
  throttle,
  breaker,
  rate_limit,
  limiter,
  bulkhead,
  timeout,
  /// Has no name and no place of its own in an order: where the budget counts calls it stands
  /// directly outside the layers whose attempts it bounds, and tells it of each call.
  budget,
};

/// The layers that an order may name.
inline constexpr std::array<std::string_view, 8> layer_names = {
    "retry", "hedge", "throttle", "breaker", "rate_limit", "limiter", "bulkhead", "timeout"};

/// Outermost first. resilience4j's order of retry, breaker, rate limit, with the timeout
/// innermost: the wait in the bulkhead's line does not count against an attempt. The throttle
/// stands outside the breaker and inside the retries: it draws for every attempt, as Envoy's filter
/// behind a client that retries, and what it refuses takes no trial call of a half-open breaker.
inline constexpr std::array<Layer, 8> default_order = {
    Layer::retry,      Layer::hedge,   Layer::throttle, Layer::breaker,
    Layer::rate_limit, Layer::limiter, Layer::bulkhead, Layer::timeout};

enum class StatePer : std::uint8_t {
  edge,    ///< each edge that names the policy, and each replica of its caller, has its own state
  callee,  ///< all edges that name the policy and lead to one callee share one state
};

struct PolicyOptions {
  Duration deadline = forever;  ///< the whole call, backoff and waiting included; > 0
  Duration timeout = forever;   ///< each attempt, from entering the timeout layer; > 0
  /// What is left of the deadline goes with the call: the callee does not begin work after it, and
  /// bounds its own calls by it. Ignored without a deadline, own or handed down.
  bool propagate_deadline = false;
  std::optional<RetryOptions> retry;
  std::optional<HedgeOptions> hedge;
  RetryBudgetOptions budget;
  ThrottleOptions throttle;
  BreakerOptions breaker;
  RateLimitOptions rate_limit;
  LimiterOptions limiter;
  std::optional<BulkheadOptions> bulkhead;
  /// Which replicas the balancer passes over; no layer. Ignored where there is one replica only, or
  /// none, as of a queue.
  std::optional<EnvoyOutlierOptions> outlier;
  std::optional<FallbackOptions> fallback;  ///< around all of it; no order names it
  /// Each at most once; the names of parts that are absent are skipped.
  std::vector<Layer> order{default_order.begin(), default_order.end()};
  StatePer state_per = StatePer::edge;
  std::uint32_t instances = 1;  ///< clients that each hold a state of their own; 1 to 1,000,000

  /// Ranges of every part, and that `order` names each present part exactly once. The key of an
  /// error is the dotted path within the policy.
  [[nodiscard]] Result<void> validate() const;
};

/// Whether the policy has what an order calls by this name. Never the budget, which none names.
[[nodiscard]] bool has(const PolicyOptions& options, Layer layer) noexcept;

}  // namespace squall::policy
