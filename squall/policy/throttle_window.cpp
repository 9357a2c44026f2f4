#include "squall/policy/throttle_window.hpp"

#include <utility>

namespace squall::policy {
namespace {

/// As many buckets as may be alive at once: they begin a spacing apart or more, the oldest less
/// than the length ago.
std::size_t buckets_of(Duration length, Duration spacing) {
  return static_cast<std::size_t>((length.count() - 1) / spacing.count() + 1);
}

}  // namespace

ThrottleWindow::ThrottleWindow(Duration length, Duration spacing)
    : ring_(buckets_of(length, spacing)), length_(length), spacing_(spacing) {}

void ThrottleWindow::record(bool accepted, Instant now) noexcept {
  move_on(now);
  ThrottleCounts& counts = newest().counts;
  ++counts.calls;
  ++sum_.calls;
  if (!accepted) return;
  ++counts.accepted;
  ++sum_.accepted;
}

void ThrottleWindow::resize(Duration length, Duration spacing) {
  if (length == length_ && spacing == spacing_) return;
  // The buckets of before and those to come are never more than both together.
  std::vector<Bucket> ring(count_ + buckets_of(length, spacing));
  for (std::size_t i = 0; i < count_; ++i) ring[i] = ring_[(first_ + i) % ring_.size()];
  ring_ = std::move(ring);
  first_ = 0;
  length_ = length;
  spacing_ = spacing;
}

void ThrottleWindow::move_on(Instant now) noexcept {
  while (count_ > 0 && now - oldest().start >= length_) {
    sum_.calls -= oldest().counts.calls;
    sum_.accepted -= oldest().counts.accepted;
    first_ = (first_ + 1) % ring_.size();
    --count_;
  }
  if (count_ > 0 && now - newest().start < spacing_) return;
  ++count_;
  newest() = {.start = now, .counts = {}};
}

}  // namespace squall::policy
