#include "squall/policy/sampled_window.hpp"

namespace squall::policy {
namespace {

constexpr std::int64_t buckets = 10;
/// Ten buckets of the 20 ms to which Polly takes a timer to be good.
constexpr Duration length_of_several = std::chrono::milliseconds{200};
/// Where ten spacings, rounded down, are less than the length, eleven buckets are alive at once.
constexpr std::size_t buckets_alive_max = 11;

bool is_single(Duration length) noexcept { return length < length_of_several; }

Duration spacing_of(Duration length) noexcept {
  return is_single(length) ? length : length / buckets;
}

}  // namespace

SampledWindow::SampledWindow(Duration length)
    : ring_(buckets_alive_max), length_(length), spacing_(spacing_of(length)) {
  clear(Instant{});
}

const CallTotals& SampledWindow::record(bool failed, Instant now) noexcept {
  while (count_ > 0 && now - oldest().start >= length_) drop_oldest();
  if (count_ == 0 || now - newest().start >= spacing_) begin_bucket(now);
  const CallTotals call = one_call(failed, false);
  newest().totals += call;
  totals_ += call;
  return totals_;
}

void SampledWindow::clear(Instant now) noexcept {
  first_ = 0;
  count_ = 0;
  totals_ = {};
  if (is_single(length_)) begin_bucket(now);
}

void SampledWindow::resize(Duration length) noexcept {
  length_ = length;
  spacing_ = spacing_of(length);
}

void SampledWindow::drop_oldest() noexcept {
  totals_ -= oldest().totals;
  first_ = (first_ + 1) % ring_.size();
  --count_;
}

void SampledWindow::begin_bucket(Instant now) noexcept {
  if (count_ == ring_.size()) {
    const CallTotals joining = oldest().totals;
    first_ = (first_ + 1) % ring_.size();
    --count_;
    oldest().totals += joining;
  }
  ++count_;
  newest() = {.start = now, .totals = {}};
}

}  // namespace squall::policy
