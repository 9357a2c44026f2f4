#pragma once

#include <cstdint>

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
  void require(Units units) noexcept { need_ += units; }
  /// When the need is met, if it is under the present rate; the first whole nanosecond at or
  /// after it. `never` when the rate is 0 or the ramp ends first (ask again after set_rate).
  [[nodiscard, gnu::always_inline]] Instant due() const noexcept {
    // Nearly always so; a division of 128 bits takes several times as long.
    if (from_ == to_ && from_ > 0 && need_ > 0 && need_ <= INT64_MAX) [[likely]] {
      const auto need = static_cast<std::int64_t>(need_);
      return later(since_, Duration{need / from_ + (need % from_ != 0 ? 1 : 0)});
    }
    return due_apart();
  }
  /// Settles up to `now`.
  void advance(Instant now) noexcept {
    need_ -= passed_until(now);
    since_ = now;
  }

 private:
  [[nodiscard]] Units passed_until(Instant now) const noexcept {
    return from_ == to_ ? Units{from_} * (now - since_).count() : passed_in_ramp(now);
  }
  [[nodiscard]] Units passed_in_ramp(Instant now) const noexcept;
  [[nodiscard]] Instant due_apart() const noexcept;

  Instant since_{};  // settled up to here
  Instant ramp_start_{};
  Duration ramp_length_ = forever;
  std::int64_t from_ = 0;  // rates, factor included
  std::int64_t to_ = 0;
  std::int64_t plain_from_ = 0;  // without the factor
  std::int64_t plain_to_ = 0;
  double factor_ = 1.0;
  Units need_ = 0;
};

}  // namespace squall::model
