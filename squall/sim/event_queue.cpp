#include "squall/sim/event_queue.hpp"

#include <algorithm>

namespace squall::sim {

EventQueue::EventQueue() { (void)add_lane(EventClass::completion, std::uint8_t{0}); }

LaneId EventQueue::add_lane(EventClass event_class, std::uint8_t type) {
  SQUALL_CHECK(lanes_.size() < 0xffffffffU, "more than 2^32 - 2 lanes");
  const auto lane = static_cast<LaneId>(lanes_.size());
  heads_.push_back({.lane = lane});
  lanes_.emplace_back(event_class, type);
  directs_ = &heads_[std::min<std::size_t>(lane, direct_max)];
  find_direct();
  return lane;
}

LaneId EventQueue::add_source(EventClass event_class, std::uint8_t type) {
  const LaneId source = add_lane(event_class, type);
  heads_[source].is_source = true;
  return source;
}

bool EventQueue::pop_any_before(const Event& limit, Event& event) {
  const First first = find_first();
  if (!first.event->comes_before(limit)) return false;
  event = take(first);
  return true;
}

void EventQueue::insert_rare(Instant at, std::uint64_t order, std::uint32_t slot,
                             std::uint32_t stamp) {
  ladder_.insert({at, order, slot, stamp}, static_cast<std::uint64_t>(now_ns_), pool_);
}

void EventQueue::clear_source(LaneId source) noexcept {
  if (heads_[source].event.at == never) return;
  heads_[source].event = Ladder::nothing;
  --size_;
  if (source <= direct_max) head_changed(source);
}

std::size_t EventQueue::memory_bytes() const noexcept {
  // With addresses of 64 bits, whatever they have here: the figure is part of the result.
  constexpr std::size_t queue_bytes = 1208;
  constexpr std::size_t lane_bytes = 64;
  static_assert(sizeof(void*) != 8 ||
                (sizeof(EventQueue) == queue_bytes && sizeof(Lane) == lane_bytes));
  return queue_bytes + pool_.memory_bytes() + ladder_.memory_bytes() +
         heads_.capacity() * sizeof(Head) + lanes_.capacity() * lane_bytes;
}

}  // namespace squall::sim
