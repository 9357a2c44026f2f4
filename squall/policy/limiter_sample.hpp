#pragma once

#include <cstdint>

#include "squall/base/time.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/retry.hpp"

namespace squall::policy {

/// What a limit on concurrency learns from a call that ended.
struct LimiterSample {
  Instant started{};            ///< when it was let in
  Instant now{};                ///< when it ended; never before that of an earlier sample
  std::uint32_t in_flight = 1;  ///< calls inside when it was let in, itself included
  bool dropped = false;         ///< it was lost to overload; its time may say nothing

  /// In nanoseconds; a call that took no time counts as one that took one.
  [[nodiscard]] std::int64_t rtt_ns() const noexcept {
    const std::int64_t ns = (now - started).count();
    return ns < 1 ? 1 : ns;
  }
};

/// Which outcomes say what to the limits of Netflix's concurrency-limits (Limiter.Listener): an
/// answer is a sample, what `drop_on` names is a dropped one, and all else is ignored: what a
/// policy further in refused, what was abandoned.
struct LimiterOutcomes {
  RetryOn drop_on{.timeout = true, .error = false, .rejected = true, .codes = 0};
  /// Whether errors that are not dropped are samples too, as they are for the server interceptor of
  /// the product; for its client interceptor they say nothing, so that errors that come fast are
  /// not taken for a short round trip.
  bool errors_are_samples = false;

  [[nodiscard]] friend bool operator==(const LimiterOutcomes&, const LimiterOutcomes&) = default;
};

enum class LimiterEvent : std::uint8_t { sample, dropped, ignored };

/// The deadline of the whole call counts as a timeout.
[[nodiscard]] LimiterEvent event_of(const LimiterOutcomes& outcomes,
                                    const Outcome& outcome) noexcept;

}  // namespace squall::policy
