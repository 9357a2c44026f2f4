#include "squall/sim/slot_table.hpp"

#include <cstdint>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace squall::sim::slot_table_test {
namespace {

TEST(SlotTable, TakesNoMemoryUntilAValueIsWritten) {
  SlotTable<std::int64_t> table;
  EXPECT_EQ(table[0], 0);
  EXPECT_EQ(table[no_slot], 0);
  EXPECT_FALSE(table.has(0));
  EXPECT_EQ(table.memory_bytes(), 0U);
  table.at(3, 64) = 7;
  EXPECT_TRUE(table.has(0));
  EXPECT_TRUE(table.has(63));
  EXPECT_FALSE(table.has(64));
  EXPECT_EQ(table.memory_bytes(), 64 * sizeof(std::int64_t));
}

RC_GTEST_PROP(SlotTableProperty, AgreesWithAMap, ()) {
  SlotTable<std::uint32_t> table;
  std::map<Slot, std::uint32_t> model;
  std::size_t slots = 1;
  const int steps = *rc::gen::inRange(1, 200);
  for (int i = 0; i < steps; ++i) {
    slots += *rc::gen::inRange<std::size_t>(0, 20);
    const Slot slot = *rc::gen::inRange<Slot>(0, static_cast<Slot>(slots));
    const auto value = *rc::gen::arbitrary<std::uint32_t>();
    table.at(slot, slots) = value;
    model[slot] = value;
    const Slot asked = *rc::gen::inRange<Slot>(0, static_cast<Slot>(2 * slots));
    const auto found = model.find(asked);
    RC_ASSERT(table[asked] == (found == model.end() ? 0 : found->second));
  }
}

}  // namespace
}  // namespace squall::sim::slot_table_test
