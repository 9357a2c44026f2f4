#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "squall/base/time.hpp"

namespace squall::policy {

/// Calls, and how many of them were accepted.
struct ThrottleCounts {
  std::uint64_t calls = 0;
  std::uint64_t accepted = 0;

  [[nodiscard]] friend bool operator==(const ThrottleCounts&, const ThrottleCounts&) = default;
};

/// The calls of the last `length`, in buckets, as Envoy's admission control keeps them
/// (thread_local_controller.cc of 1.17 to 1.37): a bucket begins when something is counted or asked
/// and the newest began `spacing` ago or more, and leaves whole when it began `length` ago. So what
/// is counted stays for more than length - spacing and at most for length. All memory is taken at
/// construction, and by resize(). Not thread-safe.
class ThrottleWindow {
 public:
  /// REQUIRES length >= spacing > 0.
  ThrottleWindow(Duration length, Duration spacing);

  /// Counts a call. @param now  must not go backwards between calls of any member.
  void record(bool accepted, Instant now) noexcept;
  /// What has not become too old.
  [[nodiscard]] const ThrottleCounts& counts(Instant now) noexcept {
    move_on(now);
    return sum_;
  }
  /// The same as of the last record() or counts(), whatever has become too old since.
  [[nodiscard]] const ThrottleCounts& last_counts() const noexcept { return sum_; }
  /// Keeps the buckets; those that are too old now leave with the next call. May take memory.
  /// REQUIRES length >= spacing > 0.
  void resize(Duration length, Duration spacing);

 private:
  struct Bucket {
    Instant start;
    ThrottleCounts counts;
  };

  [[nodiscard]] Bucket& oldest() noexcept { return ring_[first_]; }
  [[nodiscard]] Bucket& newest() noexcept { return ring_[(first_ + count_ - 1) % ring_.size()]; }
  void move_on(Instant now) noexcept;

  std::vector<Bucket> ring_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  Duration length_;
  Duration spacing_;
  ThrottleCounts sum_;
};

}  // namespace squall::policy
