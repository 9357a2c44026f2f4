#include "squall/report/trace_lanes.hpp"

namespace squall::report {

LanePlace TraceLanes::place(Id id, const metrics::TraceSpan& span, const Id* parent,
                            std::uint32_t parent_lane) {
  if (parent != nullptr) {
    std::vector<Drawn>& lane = lanes_[parent_lane];
    // Also a parent without length takes children that have none.
    while (!lane.empty() && lane.back().id != *parent && lane.back().end <= span.start)
      lane.pop_back();
    if (!lane.empty() && lane.back().id == *parent && span.end <= lane.back().end) {
      lane.push_back({id, span.end});
      return {parent_lane, true};
    }
  }
  for (; !busy_.empty() && busy_.top().until <= span.start; busy_.pop())
    free_.push(busy_.top().lane);
  std::uint32_t chosen = 0;
  if (free_.empty()) {
    chosen = static_cast<std::uint32_t>(lanes_.size());
    lanes_.emplace_back();
  } else {
    chosen = free_.top();
    free_.pop();
  }
  lanes_[chosen].assign(1, {id, span.end});
  busy_.push({span.end, chosen});
  return {chosen, false};
}

}  // namespace squall::report
