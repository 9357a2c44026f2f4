#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "squall/base/time.hpp"

/// The last calls, added up: what breakers judge by. All memory is taken at construction and by
/// resize(); recording and clearing take none. Not thread-safe.
namespace squall::policy {

/// A call that failed slowly counts as both.
struct CallTotals {
  std::uint64_t calls = 0;
  std::uint64_t failed = 0;
  std::uint64_t slow = 0;

  CallTotals& operator+=(const CallTotals& more) noexcept {
    calls += more.calls;
    failed += more.failed;
    slow += more.slow;
    return *this;
  }
  CallTotals& operator-=(const CallTotals& less) noexcept {
    calls -= less.calls;
    failed -= less.failed;
    slow -= less.slow;
    return *this;
  }
  [[nodiscard]] friend bool operator==(const CallTotals&, const CallTotals&) = default;
};

/// The totals of one call.
[[nodiscard]] constexpr CallTotals one_call(bool failed, bool slow) noexcept {
  return {.calls = 1, .failed = failed ? 1U : 0U, .slow = slow ? 1U : 0U};
}

/// The last `size` calls, whenever they were.
class CountWindow {
 public:
  /// REQUIRES size > 0.
  explicit CountWindow(std::uint32_t size);

  /// Takes a call in, and the oldest out if the window is full.
  /// @return the totals with it.
  const CallTotals& record(bool failed, bool slow) noexcept;
  void clear() noexcept;
  /// Keeps the newest calls that the new size holds. REQUIRES size > 0.
  void resize(std::uint32_t size);

  [[nodiscard]] bool full() const noexcept { return totals_.calls == ring_.size(); }
  [[nodiscard]] const CallTotals& totals() const noexcept { return totals_; }

 private:
  static constexpr std::uint8_t failed_bit = 1;
  static constexpr std::uint8_t slow_bit = 2;

  std::vector<std::uint8_t> ring_;  // of each call two bits
  std::size_t next_ = 0;
  CallTotals totals_;
};

inline const CallTotals& CountWindow::record(bool failed, bool slow) noexcept {
  if (!failed && !slow && totals_.failed == 0 && totals_.slow == 0 && full()) [[likely]] {
    return totals_;  // another one that is in no way remarkable, as all in the ring
  }
  // The byte is stored last: as far as a compiler knows a byte may be one of anything, and it loads
  // everything anew after that.
  const std::size_t place = next_;
  const std::size_t size = ring_.size();
  const bool is_full = totals_.calls == size;
  const std::uint8_t oldest = is_full ? ring_[place] : std::uint8_t{0};
  totals_.calls += is_full ? 0U : 1U;
  totals_.failed += failed ? 1U : 0U;
  totals_.failed -= (oldest & failed_bit) != 0 ? 1U : 0U;
  totals_.slow += slow ? 1U : 0U;
  totals_.slow -= (oldest & slow_bit) != 0 ? 1U : 0U;
  next_ = place + 1 == size ? 0 : place + 1;
  ring_[place] = static_cast<std::uint8_t>((failed ? failed_bit : 0U) | (slow ? slow_bit : 0U));
  return totals_;
}

/// The calls of the last `buckets` buckets of time, which start at whole multiples of `bucket` in
/// virtual time: the current one, however little of it has passed, and the buckets - 1 before it. A
/// single bucket tumbles.
class TimeWindow {
 public:
  /// REQUIRES buckets > 0 and bucket > 0.
  TimeWindow(std::uint32_t buckets, Duration bucket);

  /// Takes a call in, and the buckets that have become too old out. A call from before the newest
  /// bucket counts into the newest.
  /// @return the totals with it.
  const CallTotals& record(bool failed, bool slow, Instant now) noexcept;
  void clear() noexcept;
  /// Keeps the newest buckets that the new number of them holds. REQUIRES buckets > 0.
  void resize(std::uint32_t buckets);

  [[nodiscard]] Duration bucket() const noexcept { return bucket_; }
  /// As of the last call taken in.
  [[nodiscard]] const CallTotals& totals() const noexcept { return totals_; }

 private:
  void advance_to(Instant now) noexcept;

  std::vector<CallTotals> buckets_;
  Duration bucket_;
  std::size_t newest_ = 0;
  Instant newest_start_{};
  CallTotals totals_;
};

}  // namespace squall::policy
