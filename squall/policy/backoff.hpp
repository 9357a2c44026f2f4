#pragma once

#include <cstdint>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"

namespace squall::policy {

enum class BackoffShape : std::uint8_t {
  fixed,        ///< base
  linear,       ///< base * n
  exponential,  ///< base * multiplier^(n - 1)
};

/// How the computed delay t is spread. The first four after M. Brooker, "Exponential backoff and
/// jitter", AWS Architecture Blog, 2015.
enum class Jitter : std::uint8_t {
  none,          ///< t
  full,          ///< uniform on [0, t)
  equal,         ///< t/2 + uniform on [0, t/2)
  decorrelated,  ///< min(max, uniform on [base, 3 * previous delay)); the shape is ignored
  proportional,  ///< t * uniform on [1 - spread, 1 + spread] (gRPC A6: 0.2)
};

/// The wait before the n-th retry (n from 1), as data.
struct BackoffOptions {
  BackoffShape shape = BackoffShape::exponential;
  Duration base{0};         ///< >= 0; 0 retries at once
  Duration max = forever;   ///< cap on t before jitter (after it for decorrelated); >= base
  double multiplier = 2.0;  ///< >= 1; exponential only
  Jitter jitter = Jitter::none;
  double spread = 0.2;  ///< in [0, 1]; proportional only

  /// The key of an error is the member's name; whoever holds these options puts its own before it.
  [[nodiscard]] Result<void> validate() const;
};

/// The delay before retry number `retry`. A pure function of its arguments and of `rng`, of which
/// it consumes one value with jitter and none without.
///
/// Whole nanoseconds throughout: the exponential shape and `proportional` compute in double and
/// round once, at the end, to the nearest; the uniform draws are whole nanoseconds, rounded down,
/// so that none reaches its upper end unless the interval is empty.
/// @param retry     from 1.
/// @param previous  the delay before the retry that went before; ignored but by `decorrelated`,
///                  where the first retry uses base.
/// @return in [0, forever]; saturates instead of overflowing.
[[nodiscard]] Duration backoff_delay(const BackoffOptions& options, std::uint32_t retry,
                                     Duration previous, Rng& rng) noexcept;

}  // namespace squall::policy
