#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "squall/base/time.hpp"

namespace squall::policy {

/// What was added of late: a sum over a window of ten slices that moves on by a slice at a time, as
/// com.twitter.util.WindowedAdder (as of 2019) counts for Finagle's retry budget. Takes no memory.
/// Not thread-safe.
///
/// A slice ends at the first add() or sum() that comes a tenth of the window or more after the
/// slice began, and the next one begins there and then, not at a multiple of the tenth: of what
/// seldom asks, the slices are longer. Time counts in whole milliseconds, as it does there.
class WindowedSum {
 public:
  /// REQUIRES window >= 10 ms. The first slice begins at the start of the run.
  explicit WindowedSum(Duration window) noexcept : slice_ms_(slice_of(window)) {}

  /// What is there stays, in its slices. REQUIRES window >= 10 ms.
  void set_window(Duration window) noexcept { slice_ms_ = slice_of(window); }

  void add(std::int64_t amount, Instant now) noexcept {
    move_on(now);
    newest_ += amount;
  }
  /// @return what was added, less than 0 where the amounts that are left are.
  [[nodiscard]] std::int64_t sum(Instant now) noexcept;

 private:
  static std::int64_t slice_of(Duration window) noexcept;
  void move_on(Instant now) noexcept;

  std::array<std::int64_t, 9> older_{};  // a ring of the slices before the newest
  std::size_t oldest_ = 0;
  std::int64_t newest_ = 0;
  std::int64_t began_ms_ = 0;  // the newest
  std::int64_t slice_ms_;
};

}  // namespace squall::policy
