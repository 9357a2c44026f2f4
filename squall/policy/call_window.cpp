#include "squall/policy/call_window.hpp"

#include <algorithm>
#include <utility>

namespace squall::policy {

CountWindow::CountWindow(std::uint32_t size) : ring_(size) {}

void CountWindow::clear() noexcept {
  next_ = 0;
  totals_ = {};
}

void CountWindow::resize(std::uint32_t size) {
  if (size == ring_.size()) return;
  CountWindow other(size);
  const auto kept = static_cast<std::size_t>(std::min<std::uint64_t>(totals_.calls, size));
  for (std::size_t age = kept; age > 0; --age) {
    const std::uint8_t bits = ring_[(next_ + ring_.size() - age) % ring_.size()];
    other.record((bits & failed_bit) != 0, (bits & slow_bit) != 0);
  }
  *this = std::move(other);
}

TimeWindow::TimeWindow(std::uint32_t buckets, Duration bucket)
    : buckets_(buckets), bucket_(bucket) {}

const CallTotals& TimeWindow::record(bool failed, bool slow, Instant now) noexcept {
  advance_to(now);
  const CallTotals call = one_call(failed, slow);
  buckets_[newest_] += call;
  totals_ += call;
  return totals_;
}

void TimeWindow::clear() noexcept {
  std::fill(buckets_.begin(), buckets_.end(), CallTotals{});
  totals_ = {};
}

void TimeWindow::resize(std::uint32_t buckets) {
  const std::size_t size = buckets;
  if (size == buckets_.size()) return;
  std::vector<CallTotals> kept(size);
  totals_ = {};
  for (std::size_t age = 0; age < std::min(size, buckets_.size()); ++age) {
    const CallTotals& bucket = buckets_[(newest_ + buckets_.size() - age) % buckets_.size()];
    kept[size - 1 - age] = bucket;
    totals_ += bucket;
  }
  buckets_ = std::move(kept);
  newest_ = size - 1;
}

void TimeWindow::advance_to(Instant now) noexcept {
  const Duration passed = now - newest_start_;
  if (passed < bucket_) return;
  const auto steps = static_cast<std::uint64_t>(passed / bucket_);
  if (steps >= buckets_.size()) {
    clear();
  } else {
    for (std::uint64_t left = steps; left > 0; --left) {
      newest_ = newest_ + 1 == buckets_.size() ? 0 : newest_ + 1;
      totals_ -= buckets_[newest_];
      buckets_[newest_] = {};
    }
  }
  newest_start_ += static_cast<std::int64_t>(steps) * bucket_;
}

}  // namespace squall::policy
