#pragma once

#include "squall/base/time.hpp"
#include "squall/metrics/wide_sum.hpp"

namespace squall::metrics {

/// A number that changes now and then, and its integral over time in whole nanoseconds. For what
/// comes and goes one by one, and often, there is Population.
class Level {
 public:
  /// From `now` on it is so much more, or less. REQUIRES now >= that of any change before.
  void change(Instant now, Int128 by) noexcept {
    value_ += by;
    // As if it had been so from the beginning on, less what it was not until now.
    missed_ns_ += by * now.time_since_epoch().count();
  }
  [[nodiscard]] Int128 value() const noexcept { return value_; }
  /// From the beginning to `now`. REQUIRES now >= that of any change.
  [[nodiscard]] Int128 integral_ns(Instant now) const noexcept {
    return value_ * now.time_since_epoch().count() - missed_ns_;
  }

 private:
  Int128 value_ = 0;
  Int128 missed_ns_ = 0;
};

}  // namespace squall::metrics
