#include "squall/sim/event_queue.hpp"

#include "squall/base/check.hpp"

namespace squall::sim {

namespace {
constexpr std::size_t kArity = 4;
constexpr std::size_t kRingStart = 64;
}  // namespace

EventQueue::EventQueue() : ring_(kRingStart) {}

void EventQueue::schedule(Instant at, EventClass event_class, std::uint8_t type, std::uint32_t slot,
                          std::uint32_t stamp) {
  SQUALL_CHECK(at >= now(), "an event in the past");
  const Event event{at, (static_cast<std::uint64_t>(event_class) << 62U) | (sequence_ << 8U) | type,
                    slot, stamp};
  ++sequence_;
  if (at == now() && event_class == EventClass::completion) {
    ring_push(event);
    return;
  }
  std::size_t hole = heap_.size();
  heap_.push_back(event);
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / kArity;
    if (!event.before(heap_[parent])) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = event;
}

void EventQueue::ring_push(const Event& event) {
  if (ring_size_ == ring_.size()) {
    std::vector<Event> larger(ring_.size() * 2);
    for (std::size_t i = 0; i < ring_size_; ++i) {
      larger[i] = ring_[(ring_head_ + i) & (ring_.size() - 1)];
    }
    ring_ = std::move(larger);
    ring_head_ = 0;
  }
  ring_[(ring_head_ + ring_size_) & (ring_.size() - 1)] = event;
  ++ring_size_;
}

bool EventQueue::ring_first() const noexcept {
  // The ring is sorted by itself: all of it is at one instant, of one class, in sequence.
  return ring_size_ > 0 && (heap_.empty() || ring_[ring_head_].before(heap_.front()));
}

const Event& EventQueue::top() const noexcept {
  return ring_first() ? ring_[ring_head_] : heap_.front();
}

Event EventQueue::pop() noexcept {
  if (ring_first()) {
    const Event event = ring_[ring_head_];
    ring_head_ = (ring_head_ + 1) & (ring_.size() - 1);
    --ring_size_;
    return event;
  }
  const Event event = heap_pop();
  now_ns_ = event.at.time_since_epoch().count();
  return event;
}

void EventQueue::advance_to(Instant at) noexcept {
  SQUALL_CHECK(at >= now(), "time goes backwards");
  now_ns_ = at.time_since_epoch().count();
}

Event EventQueue::heap_pop() noexcept {
  const Event first = heap_.front();
  const Event last = heap_.back();
  heap_.pop_back();
  const std::size_t size = heap_.size();
  if (size == 0) return first;
  std::size_t hole = 0;
  for (;;) {
    const std::size_t begin = hole * kArity + 1;
    if (begin >= size) break;
    const std::size_t end = begin + kArity < size ? begin + kArity : size;
    std::size_t least = begin;
    for (std::size_t child = begin + 1; child < end; ++child) {
      if (heap_[child].before(heap_[least])) least = child;
    }
    if (!heap_[least].before(last)) break;
    heap_[hole] = heap_[least];
    hole = least;
  }
  heap_[hole] = last;
  return first;
}

std::size_t EventQueue::memory_bytes() const noexcept {
  return (heap_.capacity() + ring_.capacity()) * sizeof(Event);
}

}  // namespace squall::sim
