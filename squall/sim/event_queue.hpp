#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "squall/base/time.hpp"

namespace squall::sim {

/// What happens first when several events share an instant; within a class the one scheduled
/// first.
enum class EventClass : std::uint8_t {
  completion = 0,  ///< completions of work, deliveries and responses of the network
  edge = 1,        ///< a fault or a profile step begins or ends
  timer = 2,       ///< timeouts, deadlines, backoff, visibility
  arrival = 3,     ///< requests of a workload
};

/// What an event is about, packed so that ordering is two integer comparisons. What `type`,
/// `slot` and `stamp` mean is up to whoever scheduled it; the usual use of `stamp` is to tell that
/// the record in `slot` has moved on and the event is stale.
struct Event {
  Instant at{};
  std::uint64_t order = 0;  ///< class (2 bits), sequence (54 bits), type (8 bits)
  std::uint32_t slot = 0;
  std::uint32_t stamp = 0;

  [[nodiscard]] std::uint8_t type() const noexcept {
    return static_cast<std::uint8_t>(order & 0xffU);
  }
  [[nodiscard]] EventClass event_class() const noexcept {
    return static_cast<EventClass>(order >> 62U);
  }
  /// Strict order by (time, class, sequence): no two events are equal.
  [[nodiscard]] bool before(const Event& other) const noexcept {
    return at != other.at ? at < other.at : order < other.order;
  }
};
static_assert(sizeof(Event) == 24);

/// The pending-event set: exact order by (time, class, sequence). A 4-ary heap, and beside it a
/// ring for the many completions scheduled at the current instant, which are in order already.
/// Not thread-safe. No allocation once it has grown to the largest number pending.
class EventQueue {
 public:
  EventQueue();

  /// REQUIRES at >= now(). Events at the current instant run before time advances.
  void schedule(Instant at, EventClass event_class, std::uint8_t type, std::uint32_t slot,
                std::uint32_t stamp);

  [[nodiscard]] bool empty() const noexcept { return heap_.empty() && ring_size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size() + ring_size_; }
  /// REQUIRES !empty().
  [[nodiscard]] const Event& top() const noexcept;
  /// Removes the earliest event and moves now() to it. REQUIRES !empty().
  Event pop() noexcept;

  /// Lets time pass without an event. REQUIRES at >= now(), and no event before `at`.
  void advance_to(Instant at) noexcept;
  [[nodiscard]] Instant now() const noexcept { return Instant{Duration{now_ns_}}; }
  /// Where now() is kept in nanoseconds, for messages about bugs.
  [[nodiscard]] const std::int64_t* now_ns_address() const noexcept { return &now_ns_; }
  [[nodiscard]] std::uint64_t scheduled() const noexcept { return sequence_; }
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  void ring_push(const Event& event);
  [[nodiscard]] bool ring_first() const noexcept;
  Event heap_pop() noexcept;

  std::int64_t now_ns_ = 0;
  std::uint64_t sequence_ = 0;
  std::vector<Event> heap_;
  std::vector<Event> ring_;  // capacity is a power of two
  std::size_t ring_head_ = 0;
  std::size_t ring_size_ = 0;
};

}  // namespace squall::sim
