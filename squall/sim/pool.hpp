#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "squall/base/check.hpp"
#include "squall/sim/block.hpp"

namespace squall::sim {

/// Index of a record in its pool.
using Slot = std::uint32_t;
inline constexpr Slot no_slot = 0xffffffffU;
inline constexpr Slot slots_max = 1U << 31U;  ///< of a pool

/// The neighbours of a record in the List it stands in; of no meaning while it stands in none.
struct Link {
  Slot previous;
  Slot next;
};

/// Whether records of a pool may stand in a List. Their links are in memory of their own, close
/// together: whoever goes into a line or leaves it touches those beside it, and would otherwise
/// have to fetch their records for that alone.
enum class InLists : bool { no, yes };

/// Records addressed by index, with a last-in first-out free list, so that the slot used next is
/// the one still in cache. A record is a plain struct with `bool is_live() const`, which is false
/// for a record in its initial state, and `Slot& free_link()`, a member that is no_slot at first
/// and that nothing else needs while the record is free. References are good until the next
/// acquire(). Not thread-safe.
///
/// Memory grows by a sixteenth at a time and is never given back before the pool goes.
template <typename Record, InLists in_lists = InLists::no>
class Pool {
  static_assert(std::is_trivially_copyable_v<Record> && std::is_trivially_destructible_v<Record>);

 public:
  Pool() = default;

  /// A record in its initial state; is_live() is up to the caller from here on.
  [[nodiscard, gnu::always_inline]] Slot acquire() {
    ++live_;
    if (free_head_ != no_slot) [[likely]] {
      const Slot slot = free_head_;
      free_head_ = records_[slot].free_link();
      records_[slot].free_link() = no_slot;
      return slot;
    }
    if (size_ == capacity()) grow();
    new (&records_[size_]) Record{};
    return size_++;
  }

  /// Takes the memory from the system that so many records take which are live at once.
  [[gnu::always_inline]] void reserve(std::size_t records) {
    while (records > capacity()) [[unlikely]]
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
  /// Asks the processor for the record, which will be wanted soon, as far as it lies on its first
  /// line of the cache; any slot will do.
  [[gnu::always_inline]] void prefetch(Slot slot) const noexcept {
    __builtin_prefetch(reinterpret_cast<const void*>(records_.address_of(slot)));
  }
  [[nodiscard]] Link& link(Slot slot) noexcept
    requires(in_lists == InLists::yes)
  {
    return links_[slot];
  }
  [[nodiscard]] const Link& link(Slot slot) const noexcept
    requires(in_lists == InLists::yes)
  {
    return links_[slot];
  }
  [[nodiscard]] const Record& operator[](Slot slot) const noexcept { return records_[slot]; }
  [[nodiscard]] std::size_t live() const noexcept { return live_; }
  /// So many can be in use before more memory is taken from the system.
  [[nodiscard]] std::size_t capacity() const noexcept { return records_.capacity(); }
  /// What is taken from the system for records, used or not.
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    if constexpr (in_lists == InLists::yes) return records_.memory_bytes() + links_.memory_bytes();
    return records_.memory_bytes();
  }

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
  struct NoLinks {};

  /// Copies what a record is at first, piece by piece: of `Record{}`, and of a copy as a whole, the
  /// compiler may make an instruction that is slow to begin (rep stos, rep movs).
  template <std::size_t... piece>
  [[gnu::always_inline]] static void reset(Record& record, std::index_sequence<piece...>) {
    auto* const to = reinterpret_cast<std::byte*>(&record);
    const auto* const from = reinterpret_cast<const std::byte*>(&initial);
    (std::memcpy(to + piece * piece_size, from + piece * piece_size, piece_size), ...);
  }
  [[gnu::noinline]] void grow() {
    constexpr std::size_t least = 64;
    constexpr std::size_t share = 16;
    const std::size_t had = capacity();
    const std::size_t wanted = had + (had < least * share ? least : had / share);
    SQUALL_CHECK(wanted <= slots_max, "more than 2^31 records");
    records_.grow_to(wanted);
    if constexpr (in_lists == InLists::yes) links_.grow_to(wanted);
  }

  static constexpr std::size_t piece_size = sizeof(Record) % 16 == 0 ? 16 : 8;
  static_assert(sizeof(Record) % piece_size == 0);
  alignas(Block<Record>::cache_line) static constexpr Record initial{};

  Block<Record> records_;
  [[no_unique_address]] std::conditional_t<in_lists == InLists::yes, Block<Link>, NoLinks> links_;
  Slot size_ = 0;
  Slot free_head_ = no_slot;
  std::size_t live_ = 0;
};

/// First and last of a doubly linked list of records of a Pool, by their links. A record stands in
/// at most one such list at a time.
struct List {
  Slot head = no_slot;
  Slot tail = no_slot;
  std::uint32_t size = 0;

  template <typename Record>
  using Records = Pool<Record, InLists::yes>;

  [[nodiscard]] bool empty() const noexcept { return head == no_slot; }

  template <typename Record>
  [[gnu::always_inline]] void push_back(Records<Record>& pool, Slot slot) {
    pool.link(slot) = {.previous = tail, .next = no_slot};
    (tail == no_slot ? head : pool.link(tail).next) = slot;
    tail = slot;
    ++size;
  }
  template <typename Record>
  void push_front(Records<Record>& pool, Slot slot) {
    pool.link(slot) = {.previous = no_slot, .next = head};
    (head == no_slot ? tail : pool.link(head).previous) = slot;
    head = slot;
    ++size;
  }
  /// Takes the head out and returns it. REQUIRES !empty().
  template <typename Record>
  [[gnu::always_inline]] Slot pop_front(Records<Record>& pool) {
    const Slot slot = head;
    head = pool.link(slot).next;
    (head == no_slot ? tail : pool.link(head).previous) = no_slot;
    --size;
    return slot;
  }
  /// Takes the tail out and returns it. REQUIRES !empty().
  template <typename Record>
  Slot pop_back(Records<Record>& pool) {
    const Slot slot = tail;
    remove(pool, slot);
    return slot;
  }
  template <typename Record>
  void remove(Records<Record>& pool, Slot slot) {
    const Link link = pool.link(slot);
    (link.previous == no_slot ? head : pool.link(link.previous).next) = link.next;
    (link.next == no_slot ? tail : pool.link(link.next).previous) = link.previous;
    --size;
  }
};

}  // namespace squall::sim
