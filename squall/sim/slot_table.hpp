#pragma once

#include <cstddef>
#include <vector>

#include "squall/sim/pool.hpp"

namespace squall::sim {

/// What only some runs know of the records of a pool: one value for each slot, `Value{}` at first,
/// in memory that is taken when a value is asked for to be written. It outlives the record that has
/// the slot. Not thread-safe.
template <typename Value>
class SlotTable {
 public:
  /// The value, to be written. The table then has values for so many slots at the least.
  /// REQUIRES slot < slots.
  [[nodiscard]] Value& at(Slot slot, std::size_t slots) {
    if (slot >= values_.size()) [[unlikely]] {
      values_.reserve(slots);
      values_.resize(slots);
    }
    return values_[slot];
  }
  [[nodiscard]] Value operator[](Slot slot) const noexcept {
    return slot < values_.size() ? values_[slot] : Value{};
  }
  /// Whether there is a value that may have been written.
  [[nodiscard]] bool has(Slot slot) const noexcept { return slot < values_.size(); }
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return values_.capacity() * sizeof(Value);
  }

 private:
  std::vector<Value> values_;
};

}  // namespace squall::sim
