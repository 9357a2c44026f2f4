#include "squall/model/arrival_clock.hpp"

#include <cmath>

namespace squall::model {

namespace {

using Int128 = ArrivalClock::Units;

std::int64_t scaled_rate(std::int64_t rate, double factor) noexcept {
  return nanoseconds_saturated(static_cast<double>(rate) * factor).count();
}

/// The integral of the rate over the first `ns` of a ramp from `from` to `to` of `length`.
Int128 ramp_integral(std::int64_t from, std::int64_t to, Duration length,
                     std::int64_t ns) noexcept {
  const Int128 flat = Int128{from} * ns;
  if (from == to || length == forever) return flat;
  // (to - from) * ns^2 / (2 * length): quotient and remainder apart, to stay exact in 128 bits.
  const Int128 slope = Int128{to - from} * ns;
  const Int128 span = length.count();
  return flat + (slope / span * ns + slope % span * ns / span) / 2;
}

}  // namespace

void ArrivalClock::set_rate(Instant now, std::int64_t from, std::int64_t to,
                            Duration length) noexcept {
  advance(now);
  plain_from_ = from;
  plain_to_ = to;
  scale_rates();
  ramp_start_ = now;
  ramp_length_ = length;
}

void ArrivalClock::set_factor(Instant now, double factor) noexcept {
  advance(now);
  factor_ = factor;
  scale_rates();
}

void ArrivalClock::scale_rates() noexcept {
  from_ = scaled_rate(plain_from_, factor_);
  to_ = scaled_rate(plain_to_, factor_);
  is_steady_ = from_ == to_ && from_ > 0 && from_ >> 61U == 0;
  if (is_steady_) one_by_rate_ = Reciprocal{static_cast<std::uint64_t>(from_)};
}

ArrivalClock::Units ArrivalClock::passed_in_ramp(Instant now) const noexcept {
  return ramp_integral(from_, to_, ramp_length_, (now - ramp_start_).count()) -
         ramp_integral(from_, to_, ramp_length_, (since_ - ramp_start_).count());
}

/// Where due() has no short answer.
Instant ArrivalClock::due_apart() const noexcept {
  if (from_ == 0 && to_ == 0) return never;
  const Units needed = need();
  if (needed <= 0) return since_;
  if (from_ == to_) {
    const Int128 ns = (needed - 1) / from_ + 1;
    return ns > INT64_MAX ? never : later(since_, Duration{static_cast<std::int64_t>(ns)});
  }
  const std::int64_t left = (ramp_start_ + ramp_length_ - since_).count();
  if (left <= 0 || passed_until(ramp_start_ + ramp_length_) < needed) return never;
  // Solve rate * x + slope * x^2 / 2 = need, then mend the last nanoseconds in integers.
  const double slope = static_cast<double>(to_ - from_) / static_cast<double>(ramp_length_.count());
  const double rate =
      static_cast<double>(from_) + slope * static_cast<double>((since_ - ramp_start_).count());
  const double need = static_cast<double>(needed);
  const double root = std::sqrt(rate * rate + 2.0 * slope * need);
  std::int64_t low = 0;
  std::int64_t high = left;
  const std::int64_t guess = nanoseconds_saturated(2.0 * need / (rate + root)).count();
  constexpr std::int64_t margin = 1'000;
  if (guess > margin && guess - margin < high &&
      passed_until(since_ + Duration{guess - margin}) < needed) {
    low = guess - margin;
  }
  if (guess < high - margin && passed_until(since_ + Duration{guess + margin}) >= needed)
    high = guess + margin;
  while (low + 1 < high) {
    const std::int64_t middle = low + (high - low) / 2;
    (passed_until(since_ + Duration{middle}) >= needed ? high : low) = middle;
  }
  return since_ + Duration{high};
}

}  // namespace squall::model
