#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "squall/base/check.hpp"

namespace squall::sim {

/// Index of a record in its pool.
using Slot = std::uint32_t;
inline constexpr Slot no_slot = 0xffffffffU;

/// Records addressed by index, with a last-in first-out free list, so that the slot used next is
/// the one still in cache. A record is a plain struct with `bool is_live() const`, which is false
/// for a record in its initial state, and `Slot& free_link()`, a member that nothing else needs
/// while the record is free. References are good until the next acquire(). Not thread-safe.
///
/// Memory grows by a sixteenth at a time and is never given back before the pool goes. Large blocks
/// are moved by the C library, which on Linux only renames their pages.
template <typename Record>
class Pool {
  static_assert(std::is_trivially_copyable_v<Record> && std::is_trivially_destructible_v<Record>);

 public:
  Pool() = default;
  ~Pool() { std::free(memory_); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// A record in its initial state; is_live() is up to the caller from here on.
  [[nodiscard, gnu::always_inline]] Slot acquire() {
    ++live_;
    if (free_head_ != no_slot) [[likely]] {
      const Slot slot = free_head_;
      free_head_ = records_[slot].free_link();
      records_[slot].free_link() = no_slot;
      return slot;
    }
    if (size_ == capacity_) grow();
    new (records_ + size_) Record{};
    return size_++;
  }

  /// Takes the memory from the system that so many records take which are live at once.
  [[gnu::always_inline]] void reserve(std::size_t records) {
    while (records > capacity_) [[unlikely]]
      grow();
  }

  /// REQUIRES that the record is live; it is in its initial state again.
  [[gnu::always_inline]] void release(Slot slot) {
    Record& record = records_[slot];
    SQUALL_CHECK(record.is_live(), "a record was released twice");
    reset(record, std::make_index_sequence<sizeof(Record) / piece_size>{});
    record.free_link() = free_head_;
    free_head_ = slot;
    --live_;
  }

  [[nodiscard]] Record& operator[](Slot slot) noexcept { return records_[slot]; }
  /// Whether there is a record of that index, in use or not.
  [[nodiscard]] bool contains(Slot slot) const noexcept { return slot < size_; }
  /// Asks the processor for the record, which will be wanted soon; any slot will do.
  [[gnu::always_inline]] void prefetch(Slot slot) const noexcept {
    prefetch_front(slot);
    if constexpr (sizeof(Record) > cache_line)
      __builtin_prefetch(reinterpret_cast<const void*>(address_of(slot) + cache_line));
  }
  /// The same, of no more than the line of the cache on which it begins.
  [[gnu::always_inline]] void prefetch_front(Slot slot) const noexcept {
    __builtin_prefetch(reinterpret_cast<const void*>(address_of(slot)));
  }
  [[nodiscard]] const Record& operator[](Slot slot) const noexcept { return records_[slot]; }
  [[nodiscard]] std::size_t live() const noexcept { return live_; }
  /// So many can be in use before more memory is taken from the system.
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  /// What is taken from the system for records, used or not.
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return capacity_ * sizeof(Record); }

  /// Calls visit(slot, record) for every record in use, by slot.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (Slot slot = 0; slot < size_; ++slot) {
      if (records_[slot].is_live()) visit(slot, records_[slot]);
    }
  }
  template <typename Visit>
  void for_each_mutable(Visit&& visit) {
    for (Slot slot = 0; slot < size_; ++slot) {
      if (records_[slot].is_live()) visit(records_[slot]);
    }
  }

 private:
  /// Copies what a record is at first, piece by piece: of `Record{}`, and of a copy as a whole, the
  /// compiler may make an instruction that is slow to begin (rep stos, rep movs).
  template <std::size_t... piece>
  [[gnu::always_inline]] static void reset(Record& record, std::index_sequence<piece...>) {
    auto* const to = reinterpret_cast<std::byte*>(&record);
    const auto* const from = reinterpret_cast<const std::byte*>(&initial);
    (std::memcpy(to + piece * piece_size, from + piece * piece_size, piece_size), ...);
  }
  /// An address and no pointer, as it need not be one of ours.
  [[gnu::always_inline]] std::uintptr_t address_of(Slot slot) const noexcept {
    return reinterpret_cast<std::uintptr_t>(records_) + std::uintptr_t{slot} * sizeof(Record);
  }
  [[gnu::noinline]] void grow() {
    constexpr std::size_t least = 64;
    constexpr std::size_t share = 16;
    const std::size_t wanted = capacity_ + (capacity_ < least * share ? least : capacity_ / share);
    SQUALL_CHECK(wanted < no_slot, "more than 2^32 - 1 records");
    const std::size_t had_offset = offset_;
    void* grown = std::realloc(memory_, wanted * sizeof(Record) + cache_line);
    SQUALL_CHECK(grown != nullptr, "out of memory");
    memory_ = static_cast<std::byte*>(grown);
    offset_ = (cache_line - reinterpret_cast<std::uintptr_t>(memory_) % cache_line) % cache_line;
    // Seldom: a large block is where it was in its page.
    if (offset_ != had_offset)
      std::memmove(memory_ + offset_, memory_ + had_offset, size_ * sizeof(Record));
    records_ = reinterpret_cast<Record*>(memory_ + offset_);
    capacity_ = wanted;
  }

  /// The records start on a line of the cache, so that each lies on as few lines as it can.
  static constexpr std::size_t cache_line = 64;
  static_assert(alignof(Record) <= cache_line);
  static constexpr std::size_t piece_size = sizeof(Record) % 16 == 0 ? 16 : 8;
  static_assert(sizeof(Record) % piece_size == 0);
  alignas(cache_line) static constexpr Record initial{};

  std::byte* memory_ = nullptr;
  std::size_t offset_ = 0;  ///< of the records in it
  Record* records_ = nullptr;
  std::size_t capacity_ = 0;
  Slot size_ = 0;
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
  [[gnu::always_inline]] void push_back(Pool<Record>& pool, Slot slot) {
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
  /// Takes the head out and returns it. REQUIRES !empty().
  template <typename Record>
  [[gnu::always_inline]] Slot pop_front(Pool<Record>& pool) {
    const Slot slot = head;
    Record& record = pool[slot];
    head = record.next;
    (head == no_slot ? tail : pool[head].previous) = no_slot;
    record.next = no_slot;
    --size;
    return slot;
  }
  /// Takes the tail out and returns it. REQUIRES !empty().
  template <typename Record>
  Slot pop_back(Pool<Record>& pool) {
    const Slot slot = tail;
    remove(pool, slot);
    return slot;
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
