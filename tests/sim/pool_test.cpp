#include "squall/sim/pool.hpp"

#include <algorithm>
#include <iterator>
#include <list>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace squall::sim {
namespace {

struct Record {
  int value = 0;
  int kept = 0;
  Slot previous = no_slot, next = no_slot;
  Slot next_free = no_slot;
  bool live = false;
  void recycle() noexcept {
    const int keep = kept;
    *this = Record{};
    kept = keep;
  }
};

TEST(Pool, UsesTheLastReleasedFirst) {
  Pool<Record> pool;
  const Slot a = pool.acquire();
  const Slot b = pool.acquire();
  const Slot c = pool.acquire();
  pool.release(b);
  pool.release(a);
  EXPECT_EQ(pool.acquire(), a);
  EXPECT_EQ(pool.acquire(), b);
  const Slot d = pool.acquire();
  EXPECT_NE(d, c);
  EXPECT_EQ(pool.live(), 4U);
}

TEST(Pool, GivesARecordAnewButForWhatItKeeps) {
  Pool<Record> pool;
  const Slot a = pool.acquire();
  pool[a].value = 5;
  pool[a].kept = 7;
  pool.release(a);
  EXPECT_EQ(pool.live(), 0U);
  ASSERT_EQ(pool.acquire(), a);
  EXPECT_EQ(pool[a].value, 0);
  EXPECT_EQ(pool[a].kept, 7);
  EXPECT_TRUE(pool[a].live);
}

TEST(Pool, VisitsThoseInUseBySlot) {
  Pool<Record> pool;
  const Slot a = pool.acquire();
  const Slot b = pool.acquire();
  const Slot c = pool.acquire();
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
        const Slot slot = pool.acquire();
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
      RC_ASSERT(pool.acquire() == expected);
      used.push_back(expected);
    }
    RC_ASSERT(pool.live() == used.size());
  }
  std::set<Slot> seen;
  pool.for_each([&](Slot slot, const Record&) { seen.insert(slot); });
  RC_ASSERT(seen == std::set<Slot>(used.begin(), used.end()));
}

RC_GTEST_PROP(ListProperty, AgreesWithStdList, ()) {
  Pool<Record> pool;
  List list;
  std::list<Slot> model;
  const int steps = *rc::gen::inRange(1, 500);
  for (int i = 0; i < steps; ++i) {
    const int what = *rc::gen::inRange(0, 3);
    if (what == 0) {
      const Slot slot = pool.acquire();
      list.push_back(pool, slot);
      model.push_back(slot);
    } else if (what == 1) {
      const Slot slot = pool.acquire();
      list.push_front(pool, slot);
      model.push_front(slot);
    } else if (!model.empty()) {
      const auto which =
          std::next(model.begin(), *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(model)));
      const Slot slot = *which;
      list.remove(pool, slot);
      RC_ASSERT(pool[slot].previous == no_slot);
      RC_ASSERT(pool[slot].next == no_slot);
      pool.release(slot);
      model.erase(which);
    }
    RC_ASSERT(list.size == model.size());
    RC_ASSERT(list.empty() == model.empty());
    std::vector<Slot> forward;
    for (Slot slot = list.head; slot != no_slot; slot = pool[slot].next) forward.push_back(slot);
    std::vector<Slot> backward;
    for (Slot slot = list.tail; slot != no_slot; slot = pool[slot].previous)
      backward.push_back(slot);
    std::reverse(backward.begin(), backward.end());
    RC_ASSERT(std::equal(forward.begin(), forward.end(), model.begin(), model.end()));
    RC_ASSERT(forward == backward);
  }
}

}  // namespace
}  // namespace squall::sim
