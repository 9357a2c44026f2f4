#include "squall/model/trace_counters.hpp"

#include <algorithm>
#include <utility>

namespace squall::model {

namespace {

/// Where the length of the run is not known; it coarsens as the run grows.
constexpr Duration first_interval = std::chrono::milliseconds{1};

template <typename Value>
void drop_every_other(std::vector<Value>& values) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < values.size(); i += 2) values[kept++] = values[i];
  values.resize(kept);
}

}  // namespace

TraceCounters::TraceCounters(Duration length, std::size_t points)
    : interval_(length == forever ? first_interval
                                  : std::max(Duration{1}, length / static_cast<int>(points))),
      points_max_(2 * points) {}

void TraceCounters::note(const std::vector<std::int64_t>& values) {
  times_.push_back(due_);
  for (std::size_t c = 0; c < counters_.size(); ++c) counters_[c].values.push_back(values[c]);
  due_ = later(due_, interval_);
  // At once, so that due() is one of the points that stay.
  if (times_.size() == points_max_) thin();
}

void TraceCounters::thin() {
  drop_every_other(times_);
  for (metrics::TraceCounter& counter : counters_) drop_every_other(counter.values);
  interval_ *= 2;
  due_ = later(times_.back(), interval_);
}

void TraceCounters::cut(Instant end) {
  const auto after = std::ranges::upper_bound(times_, end);
  const auto kept = static_cast<std::size_t>(after - times_.begin());
  times_.resize(kept);
  for (metrics::TraceCounter& counter : counters_) counter.values.resize(kept);
}

void TraceCounters::move_to(metrics::TraceRecord& record) {
  record.counter_times = std::move(times_);
  for (metrics::TraceCounter& counter : counters_) {
    const bool is_ever_something =
        std::ranges::any_of(counter.values, [](std::int64_t value) { return value != 0; });
    if (is_ever_something) record.counters.push_back(std::move(counter));
  }
}

}  // namespace squall::model
