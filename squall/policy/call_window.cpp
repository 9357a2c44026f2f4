#include "squall/policy/call_window.hpp"

#include <algorithm>
#include <utility>

namespace squall::policy {
namespace {

void add(CallTotals& totals, const CallTotals& more) noexcept {
  totals.calls += more.calls;
  totals.failed += more.failed;
  totals.slow += more.slow;
}

void subtract(CallTotals& totals, const CallTotals& less) noexcept {
  totals.calls -= less.calls;
  totals.failed -= less.failed;
  totals.slow -= less.slow;
}

CallTotals one_call(bool failed, bool slow) noexcept {
  return {.calls = 1, .failed = failed ? 1U : 0U, .slow = slow ? 1U : 0U};
}

std::size_t size_of(std::chrono::seconds length) noexcept {
  return static_cast<std::size_t>(length.count());
}

}  // namespace

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

TimeWindow::TimeWindow(std::chrono::seconds length) : buckets_(size_of(length)) {}

const CallTotals& TimeWindow::record(bool failed, bool slow, Instant now) noexcept {
  advance_to(std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()));
  const CallTotals call = one_call(failed, slow);
  add(buckets_[newest_], call);
  add(totals_, call);
  return totals_;
}

void TimeWindow::clear() noexcept {
  std::fill(buckets_.begin(), buckets_.end(), CallTotals{});
  totals_ = {};
}

void TimeWindow::resize(std::chrono::seconds length) {
  const std::size_t size = size_of(length);
  if (size == buckets_.size()) return;
  std::vector<CallTotals> kept(size);
  totals_ = {};
  const std::size_t seconds = std::min(size, buckets_.size());
  for (std::size_t age = 0; age < seconds; ++age) {
    const CallTotals& bucket = buckets_[(newest_ + buckets_.size() - age) % buckets_.size()];
    kept[size - 1 - age] = bucket;
    add(totals_, bucket);
  }
  buckets_ = std::move(kept);
  newest_ = size - 1;
}

void TimeWindow::advance_to(std::chrono::seconds second) noexcept {
  if (second <= newest_second_) return;
  if (size_of(second - newest_second_) >= buckets_.size()) {
    clear();
  } else {
    for (auto left = second - newest_second_; left.count() > 0; --left) {
      newest_ = newest_ + 1 == buckets_.size() ? 0 : newest_ + 1;
      subtract(totals_, buckets_[newest_]);
      buckets_[newest_] = {};
    }
  }
  newest_second_ = second;
}

}  // namespace squall::policy
