#pragma once

#include <cstdint>

#include "squall/base/reciprocal.hpp"
#include "squall/base/time.hpp"

namespace squall::model {

/// When the next tick of an arrival process comes, while its rate may change at any time. A
/// process is run on a clock of its own that ticks at the rate: `need` of it has to pass before
/// the next arrival, and dt nanoseconds of virtual time pass rate * dt of it. All in integers:
/// rate in units a nanosecond, need in units, so a constant rate has no drift, and a change of
/// rate half-way keeps what has passed (for a Poisson process this is its time-rescaling).
class ArrivalClock {
 public:
  __extension__ using Units = __int128;

  /// So many units are one whole arrival of a process whose rate is given in millionths a second.
  static constexpr double units_per_arrival = 1e15;

  /// A rate that goes from `from` at `now` to `to` at `now + length`, linearly; constant for
  /// length == forever. What has passed since the last call is settled at the old rate.
  /// REQUIRES from, to >= 0.
  void set_rate(Instant now, std::int64_t from, std::int64_t to, Duration length) noexcept;
  /// Scales the rate from `now` on. REQUIRES factor >= 0.
  void set_factor(Instant now, double factor) noexcept;
  /// Adds what the next arrival needs. Units passed beyond the last need are credited.
  void require(Units units) noexcept { set_need(need() + units); }
  /// The same, for what fits. REQUIRES units >= 0.
  [[gnu::always_inline]] void require(std::int64_t units) noexcept {
    const auto more = static_cast<std::uint64_t>(units);
    need_low_ += more;
    need_high_ += need_low_ < more ? 1 : 0;
  }
  /// When the need is met, if it is under the present rate; the first whole nanosecond at or
  /// after it. `never` when the rate is 0 or the ramp ends first (ask again after set_rate).
  [[nodiscard, gnu::always_inline]] Instant due() const noexcept {
    // Nearly always so; a division of 128 bits takes several times as long.
    const auto need = static_cast<std::int64_t>(need_low_);
    if (need_high_ == 0 && need > 0 && from_ == to_ && from_ > 0) [[likely]]
      return later(since_, Duration{(need - 1) / from_ + 1});
    return due_apart();
  }
  /// advance(now), require(units) and due(), in as few steps as they take together: while the rate
  /// is constant nothing needs to be settled, as since_ + need / rate is the same before and after.
  /// REQUIRES units >= 0, and now no later than due() has been.
  [[nodiscard, gnu::always_inline]] Instant next_due(Instant now, std::int64_t units) noexcept {
    const auto more = static_cast<std::uint64_t>(units);
    if (is_steady_ && need_high_ == 0 && (need_low_ | more) >> 61U == 0) [[likely]] {
      need_low_ += more;
      const auto rate = static_cast<std::uint64_t>(from_);
      const std::uint64_t by = one_by_rate_.quotient(need_low_ + (rate - 1));
      return later(since_, Duration{static_cast<std::int64_t>(by)});
    }
    advance(now);
    require(units);
    return due();
  }
  /// Settles up to `now`.
  [[gnu::always_inline]] void advance(Instant now) noexcept {
    std::int64_t passed = 0;
    if (from_ == to_ && !__builtin_mul_overflow(from_, (now - since_).count(), &passed))
        [[likely]] {
      const auto less = static_cast<std::uint64_t>(passed);
      need_high_ -= need_low_ < less ? 1 : 0;
      need_low_ -= less;
    } else {
      set_need(need() - passed_until(now));
    }
    since_ = now;
  }

 private:
  void scale_rates() noexcept;
  [[nodiscard]] Units need() const noexcept {
    return static_cast<Units>(need_high_) << 64U | static_cast<Units>(need_low_);
  }
  void set_need(Units need) noexcept {
    need_low_ = static_cast<std::uint64_t>(need);
    need_high_ = static_cast<std::int64_t>(need >> 64U);
  }
  [[nodiscard]] Units passed_until(Instant now) const noexcept {
    return from_ == to_ ? Units{from_} * (now - since_).count() : passed_in_ramp(now);
  }
  [[nodiscard]] Units passed_in_ramp(Instant now) const noexcept;
  [[nodiscard]] Instant due_apart() const noexcept;

  // The rate is constant, and neither 0 nor so large that sums of three such numbers were too large
  // to divide.
  bool is_steady_ = false;
  Reciprocal one_by_rate_;  // if steady
  Instant since_{};         // settled up to here
  Instant ramp_start_{};
  Duration ramp_length_ = forever;
  std::int64_t from_ = 0;  // rates, factor included
  std::int64_t to_ = 0;
  std::int64_t plain_from_ = 0;  // without the factor
  std::int64_t plain_to_ = 0;
  double factor_ = 1.0;
  // What is needed, of 128 bits, in two halves: to load in one piece what was stored as halves
  // stalls a processor.
  std::uint64_t need_low_ = 0;
  std::int64_t need_high_ = 0;
};

}  // namespace squall::model
