#include "squall/policy/backoff.hpp"

#include <algorithm>
#include <cmath>

#include "squall/base/check.hpp"
#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

__extension__ using Wide = unsigned __int128;

/// Uniform on [0, length), in whole nanoseconds; 0 if length is 0. The bias of one multiplication
/// without rejection is below length / 2^64; rejecting would take a second value of `rng`.
Duration uniform_below(Duration length, Rng& rng) noexcept {
  const auto bound = static_cast<std::uint64_t>(length.count());
  const Wide product = static_cast<Wide>(rng.next()) * bound;
  return Duration{static_cast<std::int64_t>(product >> 64)};
}

/// d * factor, or `forever` where that would overflow.
Duration times(Duration d, std::uint32_t factor) noexcept {
  return d > forever / factor ? forever : d * factor;
}

/// factor^exponent by squaring: at most 32 steps however large the exponent, and infinity instead
/// of an overflow.
double whole_power(double factor, std::uint32_t exponent) noexcept {
  double result = 1.0;
  while (exponent > 0) {
    if ((exponent & 1U) != 0) result *= factor;
    factor *= factor;
    exponent >>= 1U;
  }
  return result;
}

/// The delay before jitter.
Duration shaped(const BackoffOptions& options, std::uint32_t retry) noexcept {
  Duration delay = options.base;
  switch (options.shape) {
    case BackoffShape::fixed:
      break;
    case BackoffShape::linear:
      delay = times(options.base, retry);
      break;
    case BackoffShape::exponential:
      // 0 times an infinite power is NaN, which scaled() takes for 0.
      delay = scaled(delay, whole_power(options.multiplier, retry - 1));
      break;
  }
  return std::min(delay, options.max);
}

Duration decorrelated(const BackoffOptions& options, std::uint32_t retry, Duration previous,
                      Rng& rng) noexcept {
  const Duration last = retry == 1 ? options.base : previous;
  const Duration high = std::max(options.base, times(last, 3));
  return std::min(options.max, options.base + uniform_below(high - options.base, rng));
}

}  // namespace

Result<void> BackoffOptions::validate() const {
  if (base < Duration{0}) return out_of_range("base", "at least 0s", text_of(base));
  if (max < base) {
    return out_of_range("max", "at least the base, " + text_of(base), text_of(max));
  }
  if (!(multiplier >= 1.0) || std::isinf(multiplier)) {
    return out_of_range("multiplier", "a number from 1", text_of(multiplier));
  }
  if (!(spread >= 0.0) || spread > 1.0) {
    return out_of_range("spread", "from 0 to 1", text_of(spread));
  }
  return {};
}

Duration backoff_delay(const BackoffOptions& options, std::uint32_t retry, Duration previous,
                       Rng& rng) noexcept {
  SQUALL_CHECK(retry >= 1, "retries count from 1");
  if (options.jitter == Jitter::decorrelated) return decorrelated(options, retry, previous, rng);

  const Duration t = shaped(options, retry);
  switch (options.jitter) {
    case Jitter::full:
      return uniform_below(t, rng);
    case Jitter::equal: {
      const Duration half = t / 2;
      return half + uniform_below(t - half, rng);
    }
    case Jitter::proportional: {
      const double u = rng.uniform();
      return scaled(t, (1.0 - options.spread) + 2.0 * options.spread * u);
    }
    case Jitter::none:
    case Jitter::decorrelated:
      break;
  }
  return t;
}

}  // namespace squall::policy
