#include "squall/policy/backoff.hpp"

#include <algorithm>
#include <cmath>

#include "squall/base/check.hpp"
#include "squall/base/math.hpp"
#include "squall/base/ziggurat.hpp"
#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

/// See Backoff.
Duration uniform_below(Duration length, Rng& rng) noexcept {
  return Backoff::uniform_below(length, rng);
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

/// Cut down to a whole number of units.
Duration whole_units(Duration d, Duration unit) noexcept {
  // Almost always the unit is a nanosecond; a division would be for nothing.
  return unit == Duration{1} || d == forever ? d : d - d % unit;
}

/// As a product that keeps whole units computes it: each step from the one before, in double and
/// cut down. So 100 x 1.15, in binary a little less than 115, is 114.
Duration grown_in_units(const BackoffOptions& options, std::uint32_t retry) noexcept {
  constexpr double too_long = 9223372036854774784.0;
  const auto unit = options.unit.count();
  std::int64_t units = options.base.count() / unit;
  for (std::uint32_t step = 1; step < retry; ++step) {
    const double product = static_cast<double>(units) * options.multiplier;
    if (product * static_cast<double>(unit) >= too_long) return forever;
    const auto next = static_cast<std::int64_t>(product);
    if (next == units) break;  // it never changes from here on
    units = next;
  }
  return Duration{units * unit};
}

/// The sum of the first `retry` exponential steps, or the first such sum above max.
Duration accumulated(const BackoffOptions& options, std::uint32_t retry) noexcept {
  const double base = static_cast<double>(options.base.count());
  double step = base;
  Duration sum = options.base;
  double exact = base;
  for (std::uint32_t n = 1; n < retry && sum <= options.max; ++n) {
    step *= options.multiplier;
    exact += step;
    const Duration next = nanoseconds_saturated(exact);
    if (next == sum) break;  // a base of 0, or as long as time lasts
    sum = next;
  }
  return sum;
}

/// The delay before jitter and cap.
Duration shaped(const BackoffOptions& options, std::uint32_t retry) noexcept {
  switch (options.shape) {
    case BackoffShape::fixed:
      break;
    case BackoffShape::linear:
      return times(options.base, retry);
    case BackoffShape::exponential:
      if (options.unit != Duration{1}) return grown_in_units(options, retry);
      // 0 times an infinite power is NaN, which scaled() takes for 0.
      return scaled(options.base, whole_power(options.multiplier, retry - 1));
    case BackoffShape::cumulative:
      return accumulated(options, retry);
  }
  return options.base;
}

Duration decorrelated(const BackoffOptions& options, std::uint32_t retry, Duration previous,
                      Rng& rng) noexcept {
  const Duration last = retry == 1 ? options.base : previous;
  const Duration high = std::max(options.base, times(last, 3));
  return options.base + uniform_below(high - options.base, rng);
}

double tanh_of(double x) noexcept { return 1.0 - 2.0 / (exp_of(2.0 * x) + 1.0); }

/// Where the curve of Polly's jitter stands, as a duration: base / 1.4 * f(x). 1.4 is theirs: with
/// it the medians are near base, 2 base, 4 base, ...
Duration polly_curve(Duration base, double x) noexcept {
  constexpr double scale = 1.0 / 1.4;
  return scaled(base, power_of(2.0, x) * tanh_of(std::sqrt(4.0 * x)) * scale);
}

/// Moves on along the curve; the delay is the way between.
Duration decorrelated_v2(const BackoffOptions& options, std::uint32_t retry, Duration& carried,
                         Rng& rng) noexcept {
  const double u = rng.uniform();
  const Duration from = retry == 1 ? Duration{0} : carried;
  carried = polly_curve(options.base, static_cast<double>(retry - 1) + u);
  // Beyond all bounds the way between is no longer known, and is not to be taken for none.
  if (carried == forever) return forever;
  return std::max(Duration{0}, carried - from);
}

/// The delay t spread.
Duration jittered(const BackoffOptions& options, Duration t, Rng& rng) noexcept {
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
    case Jitter::lognormal: {
      const double z = standard_normal(rng);
      return std::max(options.base, scaled(t, exp_of(options.sigma * z)));
    }
    case Jitter::none:
    case Jitter::decorrelated:
    case Jitter::decorrelated_v2:
      break;
  }
  return t;
}

/// Before it is cut down to whole units.
Duration spread_delay(const BackoffOptions& options, std::uint32_t retry, Duration& carried,
                      Rng& rng) noexcept {
  if (options.jitter == Jitter::decorrelated) {
    return std::min(options.max, decorrelated(options, retry, carried, rng));
  }
  if (options.jitter == Jitter::decorrelated_v2) {
    return std::min(options.max, decorrelated_v2(options, retry, carried, rng));
  }
  const Duration t = shaped(options, retry);
  if (options.cap == Cap::after_jitter) return std::min(options.max, jittered(options, t, rng));
  return jittered(options, std::min(t, options.max), rng);
}

/// The cap may lie below the base only where a product lets it: it comes last, and neither the
/// shape nor the jitter asks for more.
bool may_be_below_base(const BackoffOptions& options) noexcept {
  return options.cap == Cap::after_jitter && options.shape != BackoffShape::cumulative &&
         options.jitter != Jitter::lognormal;
}

}  // namespace

Result<void> BackoffOptions::validate() const {
  if (base < Duration{0}) return out_of_range("base", "at least 0s", text_of(base));
  if (max < base && !may_be_below_base(*this)) {
    return out_of_range("max", "at least the base, " + text_of(base), text_of(max));
  }
  if (max < Duration{0}) return out_of_range("max", "at least 0s", text_of(max));
  if (!(multiplier >= 1.0) || std::isinf(multiplier)) {
    return out_of_range("multiplier", "a number from 1", text_of(multiplier));
  }
  if (!(spread >= 0.0) || spread > 1.0) {
    return out_of_range("spread", "from 0 to 1", text_of(spread));
  }
  if (!(sigma >= 0.0) || sigma > 10.0) {
    return out_of_range("sigma", "from 0 to 10", text_of(sigma));
  }
  if (unit <= Duration{0}) return out_of_range("unit", "more than 0s", text_of(unit));
  return {};
}

Duration backoff_delay(const BackoffOptions& options, std::uint32_t retry, Duration& carried,
                       Rng& rng) noexcept {
  SQUALL_CHECK(retry >= 1, "retries count from 1");
  const Duration delay = whole_units(spread_delay(options, retry, carried, rng), options.unit);
  if (options.jitter != Jitter::decorrelated_v2) carried = delay;
  return delay;
}

Backoff::Backoff(const BackoffOptions& options) noexcept
    : options_(options), is_full_(options.jitter == Jitter::full) {
  if (options.unit != Duration{1} || options.cap != Cap::before_jitter ||
      (!is_full_ && options.jitter != Jitter::none)) {
    return;
  }
  for (; known_ < capped_.size(); ++known_) {
    const auto retry = static_cast<std::uint32_t>(known_ + 1);
    capped_[known_] = std::min(shaped(options, retry), options.max);
  }
}

}  // namespace squall::policy
