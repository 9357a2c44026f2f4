#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "squall/sim/chunk_pool.hpp"
#include "squall/sim/event.hpp"

namespace squall::sim {

/// Pending events in exact order: a ladder queue (Tang, Goh, Thng, "Ladder queue: an O(1) priority
/// queue structure for large-scale discrete event simulation", ACM TOMACS 15(3), 2005) on aligned
/// power-of-two widths, so that the rung of an event is found as in a radix heap (Ahuja, Mehlhorn,
/// Orlin, Tarjan, "Faster algorithms for the shortest path problem", JACM 37(2), 1990): by the
/// highest bit in which its time differs from `base_`, the start of what was opened last.
///
/// In three places, by how near they are:
/// - `bottom`, a small sorted array: all events before `bottom_end_` but for those of `instant`.
///   With few pending it is everything, and there are no rungs.
/// - `instant`, a first-in first-out list for each class: events that were inserted at the current
///   instant, or the many of one instant; they come in order by themselves.
/// - the rungs: unsorted buckets, up to 256 a rung. A bucket of few events is sorted into the
///   bottom when its time comes, one of many is spread over a new rung. A bottom that overflows
///   goes back to the rungs.
///
/// Inserting and removing cost O(1) amortised at any number pending, on any mixture of time scales.
/// Memory: 24 bytes an event and a part of a chunk for each bucket in use; the rungs take 96 KiB,
/// once, when more than `bottom_max` are pending for the first time. Not thread-safe.
class Ladder {
 public:
  Ladder();
  Ladder(const Ladder&) = delete;
  Ladder& operator=(const Ladder&) = delete;

  /// Takes in an event that has a greater sequence than all before it.
  /// REQUIRES now <= time of the event; now must not go back.
  ///
  /// By value, and by value on the way: an event that was put together in memory and is copied from
  /// there in one piece waits until all the pieces have arrived.
  [[gnu::always_inline]] void insert(Event event, std::uint64_t now, ChunkPool& pool) {
    const auto at = static_cast<std::uint64_t>(event.at_ns());
    if (at != now) [[likely]]
      return insert_apart(event, at, now, pool);
    if (classes_ == 0 || instant_ == now) return push_instant(event, pool);
    forget_last();
    insert_apart(event, at, now, pool);
  }
  /// The same for an event of any sequence.
  void insert_late(const Event& event, std::uint64_t now, ChunkPool& pool);

  /// The earliest event if its time may be `limit` or less; otherwise any later event, or one that
  /// compares later than all. Good until the next call. Opens no bucket that begins after `limit`,
  /// and what is inserted next may be slow if it precedes `limit`.
  [[nodiscard]] const Event& front(std::uint64_t limit, ChunkPool& pool) {
    if (classes_ != 0 && instant_ < limit) limit = instant_;
    if (head_ == tail_ && bottom_end_ <= limit) refill(limit, pool);
    const Event& first = head_ == tail_ ? nothing : *head_;
    if (classes_ == 0) [[likely]]
      return first;
    const Event& other = by_class_[first_class()].front();
    return first.before(other) ? first : other;
  }
  /// Looks no further than at what is sorted. REQUIRES !has_instant(): the earliest event; or where
  /// that is not known a **barrier**, no event, which no event precedes: its `order` is all ones.
  [[nodiscard]] const Event& sorted_front() const noexcept { return *head_; }
  [[nodiscard]] static bool is_barrier(const Event& front) noexcept { return front.order == ~0ULL; }
  /// What is likely to be the event after sorted_front(): a guess, of which only the slot is looked
  /// at, and that need not be an event's.
  [[nodiscard]] std::uint32_t slot_behind_front() const noexcept { return head_[1].slot; }
  /// Removes what sorted_front() gave. REQUIRES that it was an event.
  void pop_sorted() noexcept { ++head_; }
  /// Whether there are events apart from what is sorted that came in order by themselves.
  [[nodiscard]] bool has_instant() const noexcept { return classes_ != 0; }
  /// Removes what front() gave. REQUIRES that it was an event and the last call was front().
  void pop(const Event& front, ChunkPool& pool) noexcept {
    if (&front == head_) {
      ++head_;
      forget_last();  // of a head that is no more it may be later than what comes
    } else {
      pop_instant(pool);
    }
  }

  /// Without the chunks, which belong to the pool.
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

  /// Compares later than every event.
  static constexpr Event nothing{never, ~0ULL, 0, 0};

 private:
  /// Events of one width of time, in chunks; all but the last chunk are full.
  struct Bucket {
    Event* write = nullptr;
    Chunk* head = nullptr;
  };
  static constexpr unsigned fan_out_bits = 8;
  static constexpr std::size_t fan_out = 1U << fan_out_bits;
  struct Rung {
    std::array<Bucket, fan_out> buckets;
  };
  /// Which buckets of a rung hold something, a bit for each.
  using Occupied = std::array<std::uint64_t, fan_out / 64>;

  static constexpr std::size_t bottom_max = 40;    ///< that grows to so many goes to the rungs
  static constexpr std::size_t bottom_slack = 16;  ///< but this often looks at its size at most
  static constexpr std::size_t sort_max = 56;      ///< events in a bucket that are sorted at once
  static constexpr std::size_t bottom_places = 2 * (sort_max + bottom_slack);  ///< to begin with
  static constexpr unsigned rung_bits_min = 3;  ///< of a rung, but for the last bits of time
  static constexpr std::size_t rungs_max = 24;
  static_assert((rungs_max - 1) * rung_bits_min >= 64);

  [[gnu::always_inline]] void insert_apart(Event event, std::uint64_t at, std::uint64_t now,
                                           ChunkPool& pool) {
    if (at >= bottom_end_) {
      insert_in_rungs(at, event.order, event.slot, event.stamp, pool);
    } else {
      if (tail_ == end_) [[unlikely]]
        return insert_in_full(event, now, pool);
      insert_in_bottom(event);
    }
  }
  /// REQUIRES that the last event taken precedes the event, as it does one of a later instant, or
  /// is forgotten.
  [[gnu::always_inline]] void insert_in_bottom(Event event) noexcept {
    Event* hole = tail_++;
    hole[1] = hole[0];  // the barrier
    // It ends at what was taken last, if not before: so nothing else has to be looked at.
    while (event.comes_before(hole[-1])) {
      do {
        *hole = hole[-1];
        --hole;
      } while (event.at < hole[-1].at);
    }
    *hole = event;
  }
  /// In place of what was taken last, which stands before the bottom, an event that precedes all.
  void forget_last() noexcept { head_[-1] = Event{}; }
  [[gnu::noinline]] void insert_in_full(Event event, std::uint64_t now, ChunkPool& pool);
  /// In pieces, since the compiler makes a function of it, and would hand over an Event in memory.
  void insert_in_rungs(std::uint64_t at, std::uint64_t order, std::uint32_t slot,
                       std::uint32_t stamp, ChunkPool& pool) {
    const std::uint64_t difference = (at ^ base_) | 1U;
    const unsigned rung = rung_of_bit_[63U - static_cast<unsigned>(std::countl_zero(difference))];
    const auto place = static_cast<std::uint8_t>(at >> shift_[rung]);
    Bucket& bucket = rungs_[rung].buckets[place];
    if (at_chunk_end(bucket.write)) [[unlikely]]
      extend(bucket, rung, place, pool);
    *bucket.write++ = {Instant{Duration{static_cast<std::int64_t>(at)}}, order, slot, stamp};
  }
  void insert_in_rungs(const Event& event, ChunkPool& pool) {
    insert_in_rungs(static_cast<std::uint64_t>(event.at_ns()), event.order, event.slot, event.stamp,
                    pool);
  }
  void extend(Bucket& bucket, unsigned rung, unsigned place, ChunkPool& pool);

  void push_instant(Event event, ChunkPool& pool) {
    const auto event_class = static_cast<std::size_t>(event.event_class());
    by_class_[event_class].push(pool, event);
    classes_ |= 1U << event_class;
    instant_ = static_cast<std::uint64_t>(event.at_ns());
  }
  void pop_instant(ChunkPool& pool) noexcept {
    const std::size_t event_class = first_class();
    by_class_[event_class].pop(pool);
    if (by_class_[event_class].empty()) classes_ &= ~(1U << event_class);
  }
  [[nodiscard]] std::size_t first_class() const noexcept {
    return static_cast<std::size_t>(std::countr_zero(classes_));
  }

  [[nodiscard]] Event* bottom_start() noexcept { return bottom_.data() + 1; }
  void settle_bottom(std::size_t size);
  void set_barrier() noexcept;
  void make_room(std::uint64_t now, ChunkPool& pool);
  void spill(std::uint64_t now, ChunkPool& pool);
  void refill(std::uint64_t limit, ChunkPool& pool);
  [[nodiscard]] unsigned first_place(unsigned rung) const noexcept;
  [[nodiscard]] Bucket take(unsigned rung, unsigned place) noexcept;
  void open(Bucket bucket, unsigned rung, ChunkPool& pool);
  void sort(Bucket bucket, std::size_t count, unsigned bits, ChunkPool& pool);
  void line_up(Bucket bucket, ChunkPool& pool);
  void add_rungs(unsigned shift);
  void drop_rungs(unsigned count) noexcept;
  template <typename Visit>
  static void drain(Bucket bucket, ChunkPool& pool, Visit&& visit);

  // The bottom: [head_, tail_) of bottom_, from its second place on; its last place is before end_.
  // At tail_ stands the barrier, before head_ what was taken last or what precedes everything: not
  // after any event that may yet come at a later instant.
  Event* head_ = nullptr;
  Event* tail_ = nullptr;
  Event* end_ = nullptr;
  std::uint64_t bottom_end_ =
      ~0ULL;  ///< no event in the rungs, and none of their buckets, is before

  // The instant.
  std::uint32_t classes_ = 0;  ///< bit c: by_class_[c] holds something
  std::uint64_t instant_ = 0;  ///< of all in by_class_, if there is any
  std::array<ChunkFifo<Event>, 4> by_class_;

  // The rungs, coarse to fine. In all but the finest the buckets before and at the place of base_
  // are empty; in the finest those before it.
  std::uint64_t base_ = 0;
  std::uint32_t rungs_used_ = 0;  ///< bit r: rung r holds something
  std::uint32_t rung_count_ = 0;
  std::array<std::uint8_t, 64> rung_of_bit_{};
  std::array<std::uint8_t, rungs_max> shift_{};  ///< a bucket of rung r is 2^shift_[r] ns wide
  std::array<Occupied, rungs_max> occupied_{};
  std::vector<Rung> rungs_;

  std::vector<Event> bottom_;
  std::vector<Event> scratch_;
};

}  // namespace squall::sim
