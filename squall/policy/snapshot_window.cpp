#include "squall/policy/snapshot_window.hpp"

#include <algorithm>
#include <utility>

namespace squall::policy {

SnapshotWindow::SnapshotWindow(std::uint32_t buckets, Duration bucket)
    : ring_(buckets), bucket_(bucket) {}

void SnapshotWindow::advance_to(Instant now) noexcept {
  const Duration passed = now - start_;
  if (passed < bucket_) return;
  const std::int64_t steps = passed / bucket_;
  push(std::exchange(current_, {}));
  const auto empty = std::min(static_cast<std::uint64_t>(steps) - 1, std::uint64_t{ring_.size()});
  for (std::uint64_t left = empty; left > 0; --left) push({});
  start_ += steps * bucket_;
}

void SnapshotWindow::restart(Instant now) noexcept {
  std::fill(ring_.begin(), ring_.end(), CallTotals{});
  current_ = {};
  totals_ = {};
  start_ = now;
}

void SnapshotWindow::resize(std::uint32_t buckets, Duration bucket) {
  const std::vector<CallTotals> old = std::exchange(ring_, std::vector<CallTotals>(buckets));
  const std::size_t first = std::exchange(next_, 0);
  totals_ = {};
  if (std::exchange(bucket_, bucket) != bucket) return;
  const std::size_t kept = std::min(old.size(), ring_.size());
  for (std::size_t age = kept; age > 0; --age) push(old[(first + old.size() - age) % old.size()]);
}

void SnapshotWindow::push(const CallTotals& bucket) noexcept {
  totals_ -= ring_[next_];
  totals_ += bucket;
  ring_[next_] = bucket;
  next_ = next_ + 1 == ring_.size() ? 0 : next_ + 1;
}

}  // namespace squall::policy
