#pragma once

#include <cstdint>

#include "squall/base/time.hpp"
#include "squall/metrics/wide_sum.hpp"

namespace squall::metrics {

/// How many are inside a system, over time, in whole nanoseconds. Holds the exact identity behind
/// Little's law: at any instant the time integral of the number inside equals the sojourns of
/// those that left plus the ages of those still inside (J. D. C. Little, S. C. Graves, "Little's
/// law", 2008). integral_ns() knows only when somebody came or went, sojourns_ns() adds up what
/// each of them is said to have stayed: that they agree is worth checking.
class Population {
 public:
  [[gnu::always_inline]] void enter(Instant now) noexcept {
    ++inside_;
    enter_uncounted(now);
  }
  /// REQUIRES entered <= now.
  [[gnu::always_inline]] void leave(Instant now, Instant entered) noexcept {
    --inside_;
    leave_uncounted(now, entered);
  }
  /// The same where count() tells of many at once how many of them are inside.
  [[gnu::always_inline]] void enter_uncounted(Instant now) noexcept {
    came_ns_.add(static_cast<std::uint64_t>(now.time_since_epoch().count()));
  }
  [[gnu::always_inline]] void leave_uncounted(Instant now, Instant entered) noexcept {
    went_ns_.add(static_cast<std::uint64_t>(now.time_since_epoch().count()));
    sojourns_ns_.add(static_cast<std::uint64_t>((now - entered).count()));
  }
  void count(std::uint64_t entered, std::uint64_t left) noexcept {
    inside_ += static_cast<std::int64_t>(entered - left);
  }
  /// One leaves as another enters, which in the time integral is nothing. REQUIRES as leave().
  [[gnu::always_inline]] void exchange(Instant now, Instant entered) noexcept {
    sojourns_ns_.add(static_cast<std::uint64_t>((now - entered).count()));
  }
  /// Somebody still inside is from here on said to have entered so much later.
  void add_sojourn(Duration more) noexcept {
    sojourns_ns_.add(static_cast<std::uint64_t>(more.count()));
  }

  /// As if those who came and went there had come and gone here; the sums do not mind if somebody
  /// comes in the one and goes in the other.
  Population& operator+=(const Population& other) noexcept {
    inside_ += other.inside_;
    came_ns_ += other.came_ns_.value();
    went_ns_ += other.went_ns_.value();
    sojourns_ns_ += other.sojourns_ns_.value();
    return *this;
  }

  [[nodiscard]] std::int64_t inside() const noexcept { return inside_; }
  /// Each one inside adds the time since it came: the sum of now over all inside, and of the
  /// departures, less that of the arrivals.
  [[nodiscard]] Int128 integral_ns(Instant now) const noexcept {
    return went_ns_.value() - came_ns_.value() + Int128{inside_} * now.time_since_epoch().count();
  }
  /// Of those that left.
  [[nodiscard]] Int128 sojourns_ns() const noexcept { return sojourns_ns_.value(); }

 private:
  std::int64_t inside_ = 0;
  WideSum came_ns_;  // the instants of the arrivals, and of the departures
  WideSum went_ns_;
  WideSum sojourns_ns_;
};

}  // namespace squall::metrics
