#include "squall/policy/codel.hpp"

#include <cmath>

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

constexpr auto longest_interval = std::chrono::hours{1};
/// Within so many intervals after the last drop the rate of then is taken up again.
constexpr int intervals_remembered = 16;

}  // namespace

Result<void> CodelOptions::validate() const {
  if (target <= Duration{0}) {
    return out_of_range("queue.codel.target", "above 0s", text_of(target));
  }
  if (interval <= target || interval > longest_interval) {
    return out_of_range("queue.codel.interval",
                        "above the target, " + text_of(target) + ", and at most 1h",
                        text_of(interval));
  }
  return {};
}

Instant codel_next_drop(Instant at, Duration interval, std::uint32_t count) noexcept {
  const double ns = static_cast<double>(interval.count()) / std::sqrt(static_cast<double>(count));
  return later(at, nanoseconds_saturated(ns));
}

bool Codel::drops(Duration sojourn, std::uint64_t behind, Instant now) noexcept {
  const bool above = is_above(sojourn, behind, now);
  if (after_ != After::nothing) return go_on(above, now);
  if (!above) {
    dropping_ = false;
    return false;
  }
  if (!dropping_) {
    after_ = After::first_drop;
    return true;
  }
  if (now < next_drop_) return false;
  ++count_;
  after_ = After::further_drop;
  return true;
}

void Codel::on_empty(Instant now) noexcept {
  first_above_ = never;
  if (after_ != After::nothing)
    (void)go_on(false, now);
  else
    dropping_ = false;
}

/// Whether the waits have been above the target for an interval.
bool Codel::is_above(Duration sojourn, std::uint64_t behind, Instant now) noexcept {
  if (sojourn < options_.target || behind <= 1) {
    first_above_ = never;
    return false;
  }
  if (first_above_ == never) {
    first_above_ = now + options_.interval;
    return false;
  }
  return now >= first_above_;
}

/// One was dropped at this instant; this is the next in line, or there is none.
bool Codel::go_on(bool above, Instant now) noexcept {
  const After after = after_;
  after_ = After::nothing;
  if (after == After::first_drop) {
    // Dropping begins, whatever this one has waited, and this one is served.
    dropping_ = true;
    const std::uint32_t dropped_before = count_ - last_count_;
    const bool is_recent = now - next_drop_ < intervals_remembered * options_.interval;
    count_ = dropped_before > 1 && is_recent ? dropped_before : 1;
    next_drop_ = codel_next_drop(now, options_.interval, count_);
    last_count_ = count_;
    return false;
  }
  if (!above) {
    dropping_ = false;
    return false;
  }
  next_drop_ = codel_next_drop(next_drop_, options_.interval, count_);
  if (now < next_drop_) return false;
  ++count_;
  after_ = After::further_drop;
  return true;
}

}  // namespace squall::policy
