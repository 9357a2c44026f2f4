#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/baseline/calendar.hpp"

namespace squall::bench::baseline {

/// Timeouts that are all equally long, and so in order as they come: a ring. One that is removed
/// leaves a gap, which is passed over when it gets to the front.
class Timeouts {
 public:
  /// When the first is due; end_of_time when there is none.
  [[nodiscard]] std::int64_t next_due() const noexcept {
    return first_ == end_ ? end_of_time : ring_[first_ & (ring_.size() - 1)].due;
  }
  /// REQUIRES that there is one.
  [[nodiscard]] std::uint32_t front() const noexcept {
    return ring_[first_ & (ring_.size() - 1)].slot;
  }

  /// @return its place, for remove().
  std::uint64_t append(std::int64_t due, std::uint32_t slot) {
    if (end_ - first_ == ring_.size()) grow();
    ring_[end_ & (ring_.size() - 1)] = {due, slot};
    return end_++;
  }

  void remove(std::uint64_t place) noexcept {
    ring_[place & (ring_.size() - 1)].slot = none;
    while (first_ != end_ && front() == none) ++first_;
  }

 private:
  struct Timeout {
    std::int64_t due = 0;
    std::uint32_t slot = none;
  };

  void grow() {
    std::vector<Timeout> larger(2 * ring_.size());
    for (std::uint64_t i = first_; i < end_; ++i) {
      larger[i & (larger.size() - 1)] = ring_[i & (ring_.size() - 1)];
    }
    ring_.swap(larger);
  }

  std::vector<Timeout> ring_ = std::vector<Timeout>(64);
  std::uint64_t first_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace squall::bench::baseline
