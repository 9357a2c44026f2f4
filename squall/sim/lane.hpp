#pragma once

#include <cstddef>
#include <cstdint>

#include "squall/sim/chunk_pool.hpp"
#include "squall/sim/event.hpp"

namespace squall::sim {

/// Events of one class and type whose times do not go down, as when all were scheduled with one
/// delay: a first-in first-out list, 16 bytes an event. The 32 bits of an entry give its whole
/// sequence, since it follows on the one before. Not thread-safe.
class Lane {
 public:
  Lane(EventClass event_class, std::uint8_t type) noexcept
      : order_(static_cast<std::uint64_t>(event_class) << 62U | type) {}

  /// The `order` of an event of this lane.
  [[nodiscard]] std::uint64_t order_of(std::uint64_t sequence) const noexcept {
    return order_ | sequence << Event::sequence_shift;
  }
  /// How many, the head and those that are stale included.
  [[nodiscard]] std::uint64_t length() const noexcept { return length_; }
  /// The slot of the event behind the head; any slot where there is none.
  [[nodiscard]] std::uint32_t slot_behind_head() const noexcept {
    return behind_.empty() ? 0 : behind_.front().slot;
  }
  /// Whether an event may come behind those in the lane: it is not earlier than the last, and its
  /// sequence can be told from what follows. REQUIRES length() > 0.
  [[nodiscard]] bool takes(Instant at, std::uint64_t sequence) const noexcept {
    return at >= last_at_ && sequence - last_sequence_ < gap_end;
  }

  /// The event becomes the head; whoever owns the lane keeps it. REQUIRES length() == 0.
  void start(Instant at, std::uint64_t sequence) noexcept {
    head_sequence_ = last_sequence_ = sequence;
    last_at_ = at;
    length_ = 1;
  }
  /// REQUIRES length() > 0 and takes(at, sequence).
  void push(Instant at, std::uint64_t sequence, std::uint32_t slot, ChunkPool& pool) {
    behind_.push(pool, {at, slot, static_cast<Ticket>(sequence)});
    last_sequence_ = sequence;
    last_at_ = at;
    ++length_;
  }
  /// Lets the head go, if there is one, and makes `head` the one behind it.
  /// @return whether there is one; if not, `head` is as it was.
  bool advance(Event& head, ChunkPool& pool) noexcept {
    if (length_ <= 1) {
      length_ = 0;
      return false;
    }
    --length_;
    const Entry entry = behind_.front();
    behind_.pop(pool);
    head_sequence_ = follow(head_sequence_, entry.ticket);
    head = {entry.at, order_of(head_sequence_), entry.slot, entry.ticket};
    return true;
  }
  /// The same, and past all events for which is_alive(slot, ticket) does not hold.
  template <typename IsAlive>
  bool advance(Event& head, ChunkPool& pool, IsAlive& is_alive) {
    std::uint64_t sequence = head_sequence_;
    while (length_ > 1) {
      --length_;
      const Entry entry = behind_.front();
      behind_.pop(pool);
      sequence = follow(sequence, entry.ticket);
      if (!is_alive(entry.slot, entry.ticket)) continue;
      head_sequence_ = sequence;
      head = {entry.at, order_of(sequence), entry.slot, entry.ticket};
      return true;
    }
    length_ = 0;
    return false;
  }
  /// Forgets the events behind the head for which is_alive(slot, ticket) does not hold. A few of
  /// them may stay, where 2^31 events or more were scheduled in between.
  template <typename IsAlive>
  void sweep(ChunkPool& pool, IsAlive&& is_alive) {
    if (length_ == 0) return;
    std::uint64_t sequence = head_sequence_;
    last_sequence_ = head_sequence_;
    length_ = 1;
    behind_.filter(pool, [&](const Entry& entry) {
      sequence = follow(sequence, entry.ticket);
      if (sequence - last_sequence_ < gap_end && !is_alive(entry.slot, entry.ticket)) return false;
      last_sequence_ = sequence;
      ++length_;
      return true;
    });
  }

  /// Events in the lane, or fallen out of it because they were too early, that are not retired.
  std::uint64_t alive = 0;

 private:
  struct Entry {
    Instant at{};
    std::uint32_t slot = 0;
    Ticket ticket = no_ticket;
  };
  static_assert(sizeof(Entry) == 16);
  /// Two such gaps, after a sweep, must still be told from each other.
  static constexpr std::uint64_t gap_end = 1ULL << 31U;

  /// The sequence after `sequence` that ends in `ticket`.
  [[nodiscard]] static std::uint64_t follow(std::uint64_t sequence, Ticket ticket) noexcept {
    return sequence + static_cast<Ticket>(ticket - static_cast<Ticket>(sequence));
  }

  std::uint64_t order_;
  std::uint64_t length_ = 0;
  std::uint64_t head_sequence_ = 0;
  std::uint64_t last_sequence_ = 0;
  Instant last_at_{};
  ChunkFifo<Entry> behind_;
};

}  // namespace squall::sim
