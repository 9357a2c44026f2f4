#pragma once

#include <cstdint>
#include <variant>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/aimd_limit.hpp"
#include "squall/policy/envoy_gradient_limit.hpp"
#include "squall/policy/gradient2_limit.hpp"
#include "squall/policy/limit_gauge.hpp"
#include "squall/policy/limiter_sample.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/vegas_limit.hpp"

/// Adaptive concurrency: a bound on calls under way that finds its own number by how long they
/// take and what comes of them. What is shared stands here (who is in, what an outcome says); a
/// dialect is a limit that learns from samples.
namespace squall::policy {

using LimiterOptions = std::variant<std::monostate, VegasLimitOptions, Gradient2LimitOptions,
                                    AimdLimitOptions, EnvoyGradientLimitOptions>;

/// Of whichever kind; without one there is nothing to get wrong.
[[nodiscard]] Result<void> validate(const LimiterOptions& options);

/// Any of them, or none (everybody is let in). There is no line: a call that finds the limit
/// reached is refused. Not thread-safe.
class Limiter {
 public:
  Limiter() = default;
  /// REQUIRES valid options.
  /// @param start  of Envoy's kind: when its first measurement begins.
  explicit Limiter(const LimiterOptions& options, Instant start = Instant{});

  /// A call arrives.
  /// @return the calls inside now, it included; 0: it is refused, as that many are inside already.
  [[nodiscard]] std::uint32_t try_enter(Instant now) noexcept;
  /// A call that was let in ends.
  /// @param started    when it was let in.
  /// @param in_flight  what try_enter() said then.
  /// @param rng        see draws().
  void leave(const Outcome& outcome, Instant started, std::uint32_t in_flight, Instant now,
             Rng& rng);
  /// Whether its kind may draw for a call that leaves: two values at most.
  [[nodiscard]] bool draws() const noexcept {
    return std::holds_alternative<VegasLimit>(state_) ||
           std::holds_alternative<EnvoyGradientLimit>(state_);
  }
  /// Takes new numbers of the same kind; the limit and who is inside stay. REQUIRES valid options
  /// of the same kind.
  void reconfigure(const LimiterOptions& options, Instant now);

  [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }
  /// The limit and its extremes as of `now`, of a limiter that is none.
  /// REQUIRES that there is a limit.
  [[nodiscard]] LimitGauge gauge(Instant now) const;
  /// From here on the extremes are counted anew; without a limit nothing happens.
  void restart_extremes(Instant now) noexcept;

 private:
  void advance(Instant now) noexcept {
    if (auto* envoy = std::get_if<EnvoyGradientLimit>(&state_)) envoy->advance(now);
  }

  std::variant<std::monostate, VegasLimit, Gradient2Limit, AimdLimit, EnvoyGradientLimit> state_;
  std::uint32_t in_flight_ = 0;
};

}  // namespace squall::policy
