#include "squall/sim/pool.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <list>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace squall::sim::pool_test {
namespace {

struct Record {
  std::int64_t value = 0;
  Slot free = no_slot;
  bool live = false;
  [[nodiscard]] bool is_live() const { return live; }
  [[nodiscard]] Slot& free_link() { return free; }
};

/// A record in use.
template <InLists in_lists>
Slot take(Pool<Record, in_lists>& pool) {
  const Slot slot = pool.acquire();
  pool[slot].live = true;
  return slot;
}

TEST(Pool, UsesTheLastReleasedFirst) {
  Pool<Record> pool;
  const Slot a = take(pool);
  const Slot b = take(pool);
  const Slot c = take(pool);
  pool.release(b);
  pool.release(a);
  EXPECT_EQ(take(pool), a);
  EXPECT_EQ(take(pool), b);
  const Slot d = take(pool);
  EXPECT_NE(d, c);
  EXPECT_EQ(pool.live(), 4U);
}

TEST(Pool, GivesARecordAnew) {
  Pool<Record> pool;
  const Slot a = take(pool);
  pool[a].value = 5;
  pool.release(a);
  EXPECT_EQ(pool.live(), 0U);
  ASSERT_EQ(take(pool), a);
  EXPECT_EQ(pool[a].value, 0);
  EXPECT_EQ(pool[a].free, no_slot);
}

TEST(Pool, KeepsRecordsWhileItGrows) {
  Pool<Record> pool;
  constexpr int many = 100'000;
  for (int i = 0; i < many; ++i) pool[take(pool)].value = i;
  for (int i = 0; i < many; ++i) ASSERT_EQ(pool[static_cast<Slot>(i)].value, i);
  // A sixteenth of slack at the most.
  EXPECT_LE(pool.memory_bytes(), many * sizeof(Record) * 17 / 16 + 64 * sizeof(Record));
}

TEST(Pool, KeepsLinksWhileItGrows) {
  Pool<Record, InLists::yes> pool;
  constexpr Slot many = 100'000;
  List list;
  for (Slot i = 0; i < many; ++i) list.push_back(pool, take(pool));
  for (Slot i = 0; i < many; ++i) ASSERT_EQ(list.pop_front(pool), i);
  EXPECT_LE(pool.memory_bytes(), (many * 17 / 16 + 64) * (sizeof(Record) + sizeof(Link)));
}

TEST(Pool, TakesTheSameMemoryForWhatIsReservedAsForWhatIsUsed) {
  Pool<Record> used;
  Pool<Record> reserved;
  for (std::size_t live = 1; live <= 20'000; ++live) {
    (void)take(used);
    reserved.reserve(live);
    ASSERT_EQ(reserved.memory_bytes(), used.memory_bytes()) << live;
  }
  // It is there to be used, and what is less than there is takes none.
  const Slot first = take(reserved);
  reserved[first].value = 7;
  reserved.reserve(100);
  EXPECT_EQ(reserved.memory_bytes(), used.memory_bytes());
  EXPECT_EQ(reserved[first].value, 7);
}

TEST(Pool, StartsOnALineOfTheCacheHoweverItGrows) {
  Pool<Record> pool;
  for (int i = 0; i < 100'000; ++i) {
    pool[take(pool)].value = i;
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(&pool[0]) % 64, 0U);
  }
}

TEST(Pool, VisitsThoseInUseBySlot) {
  Pool<Record> pool;
  const Slot a = take(pool);
  const Slot b = take(pool);
  const Slot c = take(pool);
  pool.release(b);
  std::vector<Slot> seen;
  pool.for_each([&](Slot slot, const Record&) { seen.push_back(slot); });
  EXPECT_EQ(seen, (std::vector<Slot>{a, c}));
}

TEST(PoolDeathTest, ReleasingTwiceIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        Pool<Record> pool;
        const Slot slot = take(pool);
        pool.release(slot);
        pool.release(slot);
      },
      ::testing::ExitedWithCode(70), "a record was released twice");
}

RC_GTEST_PROP(PoolProperty, IsAStackOfFreeSlots, ()) {
  Pool<Record> pool;
  std::vector<Slot> free;  // the last is taken next
  std::vector<Slot> used;
  Slot fresh = 0;
  const int steps = *rc::gen::inRange(1, 500);
  for (int i = 0; i < steps; ++i) {
    if (!used.empty() && *rc::gen::arbitrary<bool>()) {
      const auto which = *rc::gen::inRange<std::size_t>(0, used.size());
      pool.release(used[which]);
      free.push_back(used[which]);
      used.erase(used.begin() + static_cast<std::ptrdiff_t>(which));
    } else {
      const Slot expected = free.empty() ? fresh++ : free.back();
      if (!free.empty()) free.pop_back();
      RC_ASSERT(take(pool) == expected);
      used.push_back(expected);
    }
    RC_ASSERT(pool.live() == used.size());
  }
  std::set<Slot> seen;
  pool.for_each([&](Slot slot, const Record&) { seen.insert(slot); });
  RC_ASSERT(seen == std::set<Slot>(used.begin(), used.end()));
}

RC_GTEST_PROP(ListProperty, AgreesWithStdList, ()) {
  Pool<Record, InLists::yes> pool;
  List list;
  std::list<Slot> model;
  const int steps = *rc::gen::inRange(1, 500);
  for (int i = 0; i < steps; ++i) {
    const int what = *rc::gen::inRange(0, 5);
    if (what == 0) {
      const Slot slot = take(pool);
      list.push_back(pool, slot);
      model.push_back(slot);
    } else if (what == 1) {
      const Slot slot = take(pool);
      list.push_front(pool, slot);
      model.push_front(slot);
    } else if (what == 2 && !model.empty()) {
      RC_ASSERT(list.pop_front(pool) == model.front());
      pool.release(model.front());
      model.pop_front();
    } else if (what == 3 && !model.empty()) {
      RC_ASSERT(list.pop_back(pool) == model.back());
      pool.release(model.back());
      model.pop_back();
    } else if (!model.empty()) {
      const auto which =
          std::next(model.begin(), *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(model)));
      const Slot slot = *which;
      list.remove(pool, slot);
      pool.release(slot);
      model.erase(which);
    }
    RC_ASSERT(list.size == model.size());
    RC_ASSERT(list.empty() == model.empty());
    std::vector<Slot> forward;
    for (Slot slot = list.head; slot != no_slot; slot = pool.link(slot).next)
      forward.push_back(slot);
    std::vector<Slot> backward;
    for (Slot slot = list.tail; slot != no_slot; slot = pool.link(slot).previous)
      backward.push_back(slot);
    std::reverse(backward.begin(), backward.end());
    RC_ASSERT(std::equal(forward.begin(), forward.end(), model.begin(), model.end()));
    RC_ASSERT(forward == backward);
  }
}

}  // namespace
}  // namespace squall::sim::pool_test
