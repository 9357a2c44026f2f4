#pragma once

#include <cstdint>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/policy/call_window.hpp"

namespace squall::policy {

/// The calls of the last `length` as Polly 8 samples them: in buckets that each begin with a call,
/// the first one that comes a tenth of the length or more after the beginning of the bucket before.
/// A bucket leaves whole, `length` after it began, and so do the calls at its end that are younger.
///
/// Below 200 ms there is one bucket for the whole length; the first begins when the window does, at
/// the start of time or with clear(). All memory is taken at construction. Not thread-safe.
class SampledWindow {
 public:
  /// REQUIRES length > 0.
  explicit SampledWindow(Duration length);

  /// Takes a call in, and what has become too old out.
  /// @param now  must not go backwards between calls.
  /// @return the totals with it.
  const CallTotals& record(bool failed, Instant now) noexcept;
  /// Forgets everything, and begins at `now`.
  void clear(Instant now) noexcept;
  /// Keeps the calls; those that are too old for the new length leave with the next call. Buckets
  /// that the new length has no room for join the one after them. REQUIRES length > 0.
  void resize(Duration length) noexcept;

  /// As of the last call taken in.
  [[nodiscard]] const CallTotals& totals() const noexcept { return totals_; }

 private:
  struct Bucket {
    Instant start;
    CallTotals totals;
  };

  [[nodiscard]] Bucket& oldest() noexcept { return ring_[first_]; }
  [[nodiscard]] Bucket& newest() noexcept { return ring_[(first_ + count_ - 1) % ring_.size()]; }
  void drop_oldest() noexcept;
  void begin_bucket(Instant now) noexcept;

  std::vector<Bucket> ring_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  Duration length_;
  Duration spacing_;  // between the beginnings of two buckets at the least
  CallTotals totals_;
};

}  // namespace squall::policy
