#include "squall/policy/bulkhead.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::bulkhead_test {
namespace {

using Entry = Bulkhead::Entry;

TEST(Bulkhead, Resilience4jRefusesTheTwentySixth) {
  // resilience4j 2.x: 25 concurrent calls, no wait.
  Bulkhead bulkhead;
  for (int i = 0; i < 25; ++i) EXPECT_EQ(bulkhead.enter(), Entry::entered);
  EXPECT_EQ(bulkhead.enter(), Entry::refused);
  bulkhead.leave();
  EXPECT_EQ(bulkhead.enter(), Entry::entered);
  EXPECT_EQ(bulkhead.concurrent(), 25U);
}

TEST(Bulkhead, LinesUpWhoFindsItFull) {
  Bulkhead bulkhead({.max_concurrent = 1, .max_waiting = 2, .max_wait = 1ns});
  EXPECT_EQ(bulkhead.enter(), Entry::entered);
  EXPECT_EQ(bulkhead.enter(), Entry::waiting);
  EXPECT_EQ(bulkhead.enter(), Entry::waiting);
  EXPECT_EQ(bulkhead.enter(), Entry::refused);
  EXPECT_EQ(bulkhead.waiting(), 2U);
  EXPECT_FALSE(bulkhead.admit_waiting()) << "no place is free";
  bulkhead.leave();
  EXPECT_TRUE(bulkhead.admit_waiting());
  EXPECT_FALSE(bulkhead.admit_waiting());
  EXPECT_EQ(bulkhead.concurrent(), 1U);
  EXPECT_EQ(bulkhead.waiting(), 1U);
  bulkhead.stop_waiting();
  bulkhead.leave();
  EXPECT_FALSE(bulkhead.admit_waiting()) << "nobody is in line";
  EXPECT_EQ(bulkhead.concurrent(), 0U);
}

TEST(Bulkhead, SaysWhetherItWouldLetACallInAtOnce) {
  Bulkhead bulkhead({.max_concurrent = 2, .max_waiting = 1, .max_wait = 1ns});
  EXPECT_TRUE(bulkhead.has_room());
  EXPECT_EQ(bulkhead.enter(), Entry::entered);
  EXPECT_TRUE(bulkhead.has_room());
  EXPECT_EQ(bulkhead.enter(), Entry::entered);
  EXPECT_FALSE(bulkhead.has_room()) << "full";
  EXPECT_EQ(bulkhead.enter(), Entry::waiting);
  bulkhead.leave();
  EXPECT_FALSE(bulkhead.has_room()) << "somebody is in line";
  EXPECT_TRUE(bulkhead.admit_waiting());
  bulkhead.leave();
  EXPECT_TRUE(bulkhead.has_room());
}

TEST(Bulkhead, WithoutALineRefusesWhenFull) {
  Bulkhead no_places({.max_concurrent = 1, .max_waiting = 0, .max_wait = forever});
  EXPECT_EQ(no_places.enter(), Entry::entered);
  EXPECT_EQ(no_places.enter(), Entry::refused);
  Bulkhead no_wait({.max_concurrent = 1, .max_waiting = 10, .max_wait = 0ns});
  EXPECT_EQ(no_wait.enter(), Entry::entered);
  EXPECT_EQ(no_wait.enter(), Entry::refused);
}

TEST(Bulkhead, AnArrivalNeverOvertakesTheLine) {
  Bulkhead bulkhead({.max_concurrent = 1, .max_waiting = 2, .max_wait = 1s});
  EXPECT_EQ(bulkhead.enter(), Entry::entered);
  EXPECT_EQ(bulkhead.enter(), Entry::waiting);
  bulkhead.leave();
  EXPECT_EQ(bulkhead.enter(), Entry::waiting);
  EXPECT_TRUE(bulkhead.admit_waiting());
}

TEST(Bulkhead, ReconfiguringAdmitsOrHoldsBack) {
  Bulkhead bulkhead({.max_concurrent = 1, .max_waiting = 5, .max_wait = 1s});
  for (int i = 0; i < 4; ++i) static_cast<void>(bulkhead.enter());
  bulkhead.reconfigure({.max_concurrent = 3, .max_waiting = 5, .max_wait = 1s});
  EXPECT_EQ(bulkhead.options().max_concurrent, 3U);
  EXPECT_TRUE(bulkhead.admit_waiting());
  EXPECT_TRUE(bulkhead.admit_waiting());
  EXPECT_FALSE(bulkhead.admit_waiting());
  EXPECT_EQ(bulkhead.waiting(), 1U);
  bulkhead.reconfigure({.max_concurrent = 2, .max_waiting = 0, .max_wait = 1s});
  EXPECT_EQ(bulkhead.enter(), Entry::refused);
  bulkhead.leave();
  EXPECT_FALSE(bulkhead.admit_waiting());
  bulkhead.leave();
  EXPECT_TRUE(bulkhead.admit_waiting());
}

TEST(BulkheadDeathTest, NobodyLeavesWhoIsNotThere) {
  Bulkhead bulkhead;
  EXPECT_EXIT(bulkhead.leave(), testing::ExitedWithCode(70), "");
  EXPECT_EXIT(bulkhead.stop_waiting(), testing::ExitedWithCode(70), "");
}

TEST(BulkheadOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said(BulkheadOptions{}.validate()), "ok");
  EXPECT_EQ(said((BulkheadOptions{.max_concurrent = 0}).validate()),
            "bulkhead.max_concurrent: must be at least 1, is 0");
  EXPECT_EQ(said((BulkheadOptions{.max_concurrent = 1}).validate()), "ok");
  EXPECT_EQ(said((BulkheadOptions{.max_wait = -1ms}).validate()),
            "bulkhead.max_wait: must be at least 0s, is -1ms");
}

RC_GTEST_PROP(BulkheadProperty, NeverPassesItsBounds, ()) {
  const auto max_concurrent = *rc::gen::inRange<std::uint32_t>(1, 4);
  const auto max_waiting = *rc::gen::inRange<std::uint32_t>(0, 4);
  Bulkhead bulkhead({.max_concurrent = max_concurrent,
                     .max_waiting = max_waiting,
                     .max_wait = *rc::gen::element(Duration{0}, Duration{1s}, forever)});
  std::uint32_t inside = 0;
  std::uint32_t in_line = 0;
  for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 5))) {
    if (step <= 1) {
      const Entry entry = bulkhead.enter();
      RC_ASSERT(entry != Entry::refused || inside == max_concurrent);
      inside += entry == Entry::entered ? 1 : 0;
      in_line += entry == Entry::waiting ? 1 : 0;
    } else if (step == 2 && inside > 0) {
      bulkhead.leave();
      --inside;
    } else if (step == 3 && in_line > 0) {
      bulkhead.stop_waiting();
      --in_line;
    }
    while (bulkhead.admit_waiting()) {
      ++inside;
      --in_line;
    }
    RC_ASSERT(bulkhead.concurrent() == inside);
    RC_ASSERT(bulkhead.waiting() == in_line);
    RC_ASSERT(inside <= max_concurrent);
    RC_ASSERT(in_line <= max_waiting);
    RC_ASSERT(in_line == 0 || inside == max_concurrent);
  }
}

}  // namespace
}  // namespace squall::policy::bulkhead_test
