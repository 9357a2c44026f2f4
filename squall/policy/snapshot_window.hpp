#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/policy/call_window.hpp"

namespace squall::policy {

/// The calls of the last `buckets` whole buckets of time, as Hystrix 1.5 sees them: a bucket counts
/// once it is over, and only then is there a new snapshot to judge. What is in the bucket under way
/// is not known yet. Buckets follow each other from the instant at which the window began.
///
/// Nobody has to come at the end of a bucket: snapshots that are due are found at the next
/// question. All memory is taken at construction and by resize(). Not thread-safe.
class SnapshotWindow {
 public:
  /// Begins at the start of time. REQUIRES buckets > 0 and bucket > 0.
  SnapshotWindow(std::uint32_t buckets, Duration bucket);

  /// Takes a call into the bucket under way. REQUIRES advance_to(now) before.
  void record(bool failed) noexcept { current_ += one_call(failed, false); }

  /// The first snapshot after the last advance_to(), and not after `now`, that `judge` condemns.
  /// @param judge  bool(const CallTotals&); false for no calls at all.
  template <typename Judge>
  [[nodiscard]] std::optional<Instant> first_condemned(Instant now, Judge judge) const noexcept {
    if (now - start_ < bucket_) return std::nullopt;
    CallTotals totals = totals_;
    totals += current_;
    Instant end = start_ + bucket_;
    // Once round the ring, and everything has left.
    for (std::size_t i = 0; i < ring_.size(); ++i) {
      totals -= ring_[(next_ + i) % ring_.size()];
      if (judge(totals)) return end;
      if (now - end < bucket_) return std::nullopt;
      end += bucket_;
    }
    return std::nullopt;
  }
  /// Takes in the buckets that are over at `now`, and those that are too old out.
  void advance_to(Instant now) noexcept;
  /// Forgets everything, and begins at `now`.
  void restart(Instant now) noexcept;
  /// Keeps the newest buckets that the new number of them holds; with another length of the buckets
  /// only what is in the bucket under way. REQUIRES buckets > 0 and bucket > 0.
  void resize(std::uint32_t buckets, Duration bucket);

  /// The last snapshot.
  [[nodiscard]] const CallTotals& totals() const noexcept { return totals_; }

 private:
  void push(const CallTotals& bucket) noexcept;

  std::vector<CallTotals> ring_;  // of buckets that are over
  std::size_t next_ = 0;          // the oldest, which the next one takes the place of
  Duration bucket_;
  Instant start_{};  // of the bucket under way
  CallTotals current_;
  CallTotals totals_;
};

}  // namespace squall::policy
