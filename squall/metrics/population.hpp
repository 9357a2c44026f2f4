#pragma once

#include <cstdint>

#include "squall/base/time.hpp"

namespace squall::metrics {

__extension__ typedef __int128 Int128;

/// How many are inside a system, over time, in whole nanoseconds. Holds the exact identity behind
/// Little's law: at any instant the time integral of the number inside equals the sojourns of
/// those that left plus the ages of those still inside (J. D. C. Little, S. C. Graves, "Little's
/// law", 2008). integral() is computed from the number alone, sojourns() from the times of each:
/// that they agree is worth checking.
class Population {
 public:
  void enter(Instant now) noexcept {
    advance(now);
    ++inside_;
  }
  void leave(Instant now, Instant entered) noexcept {
    advance(now);
    --inside_;
    sojourns_ns_ += (now - entered).count();
  }

  [[nodiscard]] std::int64_t inside() const noexcept { return inside_; }
  [[nodiscard]] Int128 integral_ns(Instant now) const noexcept {
    return integral_ns_ + Int128{inside_} * (now - since_).count();
  }
  /// Of those that left.
  [[nodiscard]] Int128 sojourns_ns() const noexcept { return sojourns_ns_; }

 private:
  void advance(Instant now) noexcept {
    integral_ns_ += Int128{inside_} * (now - since_).count();
    since_ = now;
  }

  std::int64_t inside_ = 0;
  Instant since_{};
  Int128 integral_ns_ = 0;
  Int128 sojourns_ns_ = 0;
};

}  // namespace squall::metrics
