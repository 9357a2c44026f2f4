#pragma once

#include <cstdint>

#include "squall/base/check.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"

namespace squall::policy {

/// A bound on concurrent calls with a bounded line before it and a bounded wait in that line.
struct BulkheadOptions {
  static constexpr std::uint32_t unlimited = 0xffffffffU;
  std::uint32_t max_concurrent = 25;      ///< >= 1
  std::uint32_t max_waiting = unlimited;  ///< calls in line; 0 refuses when full
  Duration max_wait{0};  ///< how long one may stand in line; 0: no line at all; forever: no bound

  /// Keys start with `bulkhead.`.
  [[nodiscard]] Result<void> validate() const;
};

/// Counts places and the length of the line; who stands where in the line, and the timer of each
/// wait, are the caller's (first in, first out). Not thread-safe.
class Bulkhead {
 public:
  enum class Entry : std::uint8_t { entered, waiting, refused };

  Bulkhead() = default;
  /// REQUIRES options.validate().
  explicit Bulkhead(const BulkheadOptions& options) noexcept : options_(options) {}
  /// Calls above a new, lower bound stay where they are; none is added to them.
  /// REQUIRES options.validate().
  void reconfigure(const BulkheadOptions& options) noexcept { options_ = options; }

  /// A call arrives. `waiting`: it stands in line, at the most options().max_wait. It never
  /// overtakes the line, even if a place is free that admit_waiting() was not asked about yet.
  [[nodiscard]] Entry enter() noexcept;
  /// A call that had entered ends.
  void leave() noexcept;
  /// Whether the head of the line may enter now; true has entered it. Ask again until false:
  /// after leave() there is at most one, after a reconfigure there may be several.
  [[nodiscard]] bool admit_waiting() noexcept;
  /// One in line stops waiting: its wait ran out, or its caller has gone.
  void stop_waiting() noexcept;

  /// Whether enter() would let a call in at once.
  [[nodiscard]] bool has_room() const noexcept {
    return waiting_ == 0 && concurrent_ < options_.max_concurrent;
  }
  /// enter(), where that is known. REQUIRES has_room().
  void enter_room() noexcept { ++concurrent_; }
  [[nodiscard]] std::uint32_t concurrent() const noexcept { return concurrent_; }
  [[nodiscard]] std::uint32_t waiting() const noexcept { return waiting_; }
  [[nodiscard]] const BulkheadOptions& options() const noexcept { return options_; }

 private:
  BulkheadOptions options_{};
  std::uint32_t concurrent_ = 0;
  std::uint32_t waiting_ = 0;
};

inline Bulkhead::Entry Bulkhead::enter() noexcept {
  if (waiting_ == 0 && concurrent_ < options_.max_concurrent) {
    ++concurrent_;
    return Entry::entered;
  }
  if (options_.max_wait > Duration{0} && waiting_ < options_.max_waiting) {
    ++waiting_;
    return Entry::waiting;
  }
  return Entry::refused;
}

inline void Bulkhead::leave() noexcept {
  SQUALL_CHECK(concurrent_ > 0, "more calls left the bulkhead than had entered");
  --concurrent_;
}

inline bool Bulkhead::admit_waiting() noexcept {
  if (waiting_ == 0 || concurrent_ >= options_.max_concurrent) return false;
  --waiting_;
  ++concurrent_;
  return true;
}

}  // namespace squall::policy
