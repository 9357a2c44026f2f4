#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "squall/base/check.hpp"

namespace squall::sim {

/// Index of a record in its pool.
using Slot = std::uint32_t;
inline constexpr Slot no_slot = 0xffffffffU;

/// Records addressed by index, with a last-in first-out free list, so that the slot used next is
/// the one still in cache. A record is a plain struct with the members `Slot next_free` and
/// `bool live`. References are good until the next acquire(). Not thread-safe.
template <typename Record>
class Pool {
 public:
  /// A record in its initial state, but for the members that Record::recycle keeps.
  [[nodiscard]] Slot acquire() {
    Slot slot = free_head_;
    if (slot == no_slot) {
      SQUALL_CHECK(records_.size() < no_slot, "more than 2^32 - 1 records");
      slot = static_cast<Slot>(records_.size());
      records_.emplace_back();
    } else {
      free_head_ = records_[slot].next_free;
      records_[slot].recycle();
    }
    records_[slot].live = true;
    ++live_;
    return slot;
  }

  void release(Slot slot) {
    Record& record = records_[slot];
    SQUALL_CHECK(record.live, "a record was released twice");
    record.live = false;
    record.next_free = free_head_;
    free_head_ = slot;
    --live_;
  }

  [[nodiscard]] Record& operator[](Slot slot) noexcept { return records_[slot]; }
  [[nodiscard]] const Record& operator[](Slot slot) const noexcept { return records_[slot]; }
  [[nodiscard]] std::size_t live() const noexcept { return live_; }
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return records_.capacity() * sizeof(Record);
  }

  /// Calls visit(slot, record) for every record in use, by slot.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (Slot slot = 0; slot < records_.size(); ++slot) {
      if (records_[slot].live) visit(slot, records_[slot]);
    }
  }

 private:
  std::vector<Record> records_;
  Slot free_head_ = no_slot;
  std::size_t live_ = 0;
};

/// First and last of a doubly linked list threaded through records of a Pool, by the members
/// `Slot previous` and `Slot next`. A record stands in at most one such list at a time.
struct List {
  Slot head = no_slot;
  Slot tail = no_slot;
  std::uint32_t size = 0;

  [[nodiscard]] bool empty() const noexcept { return head == no_slot; }

  template <typename Record>
  void push_back(Pool<Record>& pool, Slot slot) {
    pool[slot].previous = tail;
    pool[slot].next = no_slot;
    (tail == no_slot ? head : pool[tail].next) = slot;
    tail = slot;
    ++size;
  }
  template <typename Record>
  void push_front(Pool<Record>& pool, Slot slot) {
    pool[slot].next = head;
    pool[slot].previous = no_slot;
    (head == no_slot ? tail : pool[head].previous) = slot;
    head = slot;
    ++size;
  }
  template <typename Record>
  void remove(Pool<Record>& pool, Slot slot) {
    Record& record = pool[slot];
    (record.previous == no_slot ? head : pool[record.previous].next) = record.next;
    (record.next == no_slot ? tail : pool[record.next].previous) = record.previous;
    record.previous = no_slot;
    record.next = no_slot;
    --size;
  }
};

}  // namespace squall::sim
