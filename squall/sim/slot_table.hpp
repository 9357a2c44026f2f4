#pragma once

#include <cstddef>
#include <new>

#include "squall/sim/block.hpp"
#include "squall/sim/pool.hpp"

namespace squall::sim {

/// What only some runs know of the records of a pool: one value for each slot, `Value{}` at first,
/// in memory that is taken when a value is asked for to be written. It outlives the record that has
/// the slot. Not thread-safe.
template <typename Value>
class SlotTable {
 public:
  /// The value, to be written. The table then has values for so many slots at the least.
  /// REQUIRES slot < slots. Out of memory is a CHECK.
  [[nodiscard]] Value& at(Slot slot, std::size_t slots) {
    if (!has(slot)) [[unlikely]]
      grow_to(slots);
    return values_[slot];
  }
  [[nodiscard]] Value operator[](Slot slot) const noexcept {
    return has(slot) ? values_[slot] : Value{};
  }
  /// Whether there is a value that may have been written.
  [[nodiscard]] bool has(Slot slot) const noexcept { return slot < values_.capacity(); }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return values_.memory_bytes(); }

 private:
  [[gnu::noinline]] void grow_to(std::size_t slots) {
    std::size_t made = values_.capacity();
    values_.grow_to(slots);
    for (; made < slots; ++made) new (&values_[made]) Value{};
  }

  Block<Value> values_;
};

}  // namespace squall::sim
