#include "squall/policy/windowed_sum.hpp"

#include <algorithm>
#include <numeric>

namespace squall::policy {
namespace {

std::int64_t to_whole_ms(Duration duration) noexcept { return duration.count() / 1'000'000; }

}  // namespace

std::int64_t WindowedSum::slice_of(Duration window) noexcept {
  return to_whole_ms(window) / (static_cast<std::int64_t>(std::tuple_size_v<decltype(older_)>) + 1);
}

void WindowedSum::move_on(Instant now) noexcept {
  const std::int64_t now_ms = to_whole_ms(now.time_since_epoch());
  if (now_ms - began_ms_ < slice_ms_) return;
  const auto put = [this](std::int64_t amount) {
    older_[oldest_] = amount;
    oldest_ = oldest_ + 1 == older_.size() ? 0 : oldest_ + 1;
  };
  put(newest_);
  newest_ = 0;
  // Slices in which nobody asked are empty.
  const auto size = static_cast<std::int64_t>(older_.size());
  const std::int64_t skipped = std::min((now_ms - began_ms_) / slice_ms_ - 1, size);
  for (std::int64_t i = 0; i < skipped; ++i) put(0);
  began_ms_ = now_ms;
}

std::int64_t WindowedSum::sum(Instant now) noexcept {
  move_on(now);
  return std::accumulate(older_.begin(), older_.end(), newest_);
}

}  // namespace squall::policy
