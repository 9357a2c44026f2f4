#pragma once

#include <bit>
#include <chrono>
#include <cstdint>

/// Virtual time: a 64-bit count of nanoseconds in a clock of its own, so that no value of it can
/// be mixed up with the machine's clocks. The clock has no now(): whoever needs the time is told.
namespace squall {

/// A length of time in whole nanoseconds; about 292 years each way.
using Duration = std::chrono::nanoseconds;

/// The clock that virtual instants belong to. It cannot be read.
struct VirtualClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<VirtualClock, Duration>;
  static constexpr bool is_steady = true;
};

/// A point in virtual time; the run starts at `Instant{}`.
using Instant = VirtualClock::time_point;

static_assert(sizeof(Duration) == 8 && sizeof(Instant) == 8);

/// Longer than any run: the value of a limit that is not set.
inline constexpr Duration forever = Duration::max();
/// Later than any run.
inline constexpr Instant never = Instant::max();

/// `at + by`, or `never` where that would overflow. REQUIRES at >= Instant{}, by >= 0.
[[nodiscard]] constexpr Instant later(Instant at, Duration by) noexcept {
  // Two numbers of 63 bits: where their sum has 64, it is one below 0.
  const auto sum =
      static_cast<std::int64_t>(static_cast<std::uint64_t>(at.time_since_epoch().count()) +
                                static_cast<std::uint64_t>(by.count()));
  if (sum < 0) [[unlikely]]
    return never;
  return Instant{Duration{sum}};
}

/// The whole number nearest to `number` (halves up), without a cast. REQUIRES 0 <= number < 2^52.
[[nodiscard, gnu::always_inline]] constexpr std::int64_t nearest_by_sum(double number) noexcept {
  // The last bit of a sum from 2^52 on is worth 1: it is rounded to the nearest whole number, which
  // is its lower bits; halves to an even one.
  constexpr double ones = 0x1p52;
  const double sum = number + ones;
  const std::int64_t whole = std::bit_cast<std::int64_t>(sum) - std::bit_cast<std::int64_t>(ones);
  const double fraction = number - (sum - ones);
  return fraction >= 0.5 ? whole + 1 : whole;
}

/// The whole number nearest to `number` (halves up). REQUIRES 0 <= number < 2^63.
[[nodiscard, gnu::always_inline]] constexpr std::int64_t nearest_whole(double number) noexcept {
#if defined(__wasm__)
  // To check the range of a cast a browser makes three more of them.
  if (number < 0x1p52) [[likely]]
    return nearest_by_sum(number);
#endif
  // Not number + 0.5: that sum is itself rounded, just below 0.5 and from 2^52 on.
  const auto whole = static_cast<std::int64_t>(number);
  const double fraction = number - static_cast<double>(whole);
  return fraction >= 0.5 ? whole + 1 : whole;
}

/// The whole nanosecond nearest to `ns` (halves up), kept within [0, forever]; NaN gives 0.
[[nodiscard, gnu::always_inline]] constexpr Duration nanoseconds_saturated(double ns) noexcept {
  if (!(ns > 0.0)) [[unlikely]]
    return Duration{0};
  if (ns >= 9223372036854774784.0) [[unlikely]]
    return forever;
  return Duration{nearest_whole(ns)};
}

/// `d` times `factor`, rounded to whole nanoseconds and kept within [0, forever].
[[nodiscard]] constexpr Duration scaled(Duration d, double factor) noexcept {
  return nanoseconds_saturated(static_cast<double>(d.count()) * factor);
}

/// For the edges only: a duration as milliseconds.
[[nodiscard]] constexpr double to_ms(Duration d) noexcept {
  return static_cast<double>(d.count()) / 1e6;
}

/// For the edges only: a duration as seconds.
[[nodiscard]] constexpr double to_s(Duration d) noexcept {
  return static_cast<double>(d.count()) / 1e9;
}

}  // namespace squall
