#include "squall/sim/event_queue.hpp"

#include <map>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace squall::sim::event_queue_test {
namespace {

using namespace std::chrono_literals;

Instant at(Duration time) { return Instant{time}; }

TEST(EventQueue, RunsByTimeThenClassThenSequence) {
  EventQueue queue;
  queue.schedule(at(2ns), EventClass::completion, 1, 10, 0);
  queue.schedule(at(1ns), EventClass::arrival, 2, 11, 0);
  queue.schedule(at(1ns), EventClass::timer, 3, 12, 0);
  queue.schedule(at(1ns), EventClass::edge, 4, 13, 0);
  queue.schedule(at(1ns), EventClass::completion, 5, 14, 0);
  queue.schedule(at(1ns), EventClass::timer, 6, 15, 0);
  queue.schedule(at(1ns), EventClass::completion, 0, 16, 0);
  std::vector<std::uint32_t> slots;
  while (!queue.empty()) slots.push_back(queue.pop().slot);
  EXPECT_EQ(slots, (std::vector<std::uint32_t>{14, 16, 13, 12, 15, 11, 10}));
  EXPECT_EQ(queue.now(), at(2ns));
}

TEST(EventQueue, GivesBackWhatItWasGiven) {
  EventQueue queue;
  queue.schedule(at(7ns), EventClass::timer, 255, 0xffffffffU, 0xfffffffeU);
  EXPECT_EQ(queue.top().at, at(7ns));
  EXPECT_EQ(queue.now(), at(0ns));
  const Event event = queue.pop();
  EXPECT_EQ(event.type(), 255);
  EXPECT_EQ(event.event_class(), EventClass::timer);
  EXPECT_EQ(event.slot, 0xffffffffU);
  EXPECT_EQ(event.stamp, 0xfffffffeU);
  EXPECT_EQ(queue.now(), at(7ns));
}

TEST(EventQueue, TakesHoweverManyBeforeTheOneThatWasLookedAt) {
  // Its sorted part ends where its memory did, and behind that stands what bounds it: with
  // AddressSanitizer this shows.
  EventQueue queue;
  std::uint32_t scheduled = 0;
  for (; scheduled < 60; ++scheduled) queue.schedule(at(1us), EventClass::timer, 0, scheduled, 0);
  for (; scheduled < 140; ++scheduled)
    queue.schedule(at(100us + scheduled * 1us), EventClass::timer, 0, scheduled, 0);
  ASSERT_EQ(queue.top().slot, 0U);
  for (; scheduled < 540; ++scheduled) queue.schedule(at(0ns), EventClass::timer, 0, scheduled, 0);
  for (std::uint32_t slot = 140; slot < 540; ++slot) ASSERT_EQ(queue.pop().slot, slot);
  for (std::uint32_t slot = 0; slot < 140; ++slot) ASSERT_EQ(queue.pop().slot, slot);
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueue, CompletionsOfThisInstantRunAfterThoseScheduledBeforeAndAheadOfTheRest) {
  EventQueue queue;
  queue.schedule(at(5ns), EventClass::completion, 0, 1, 0);
  queue.schedule(at(5ns), EventClass::completion, 0, 2, 0);
  queue.schedule(at(5ns), EventClass::arrival, 0, 3, 0);
  EXPECT_EQ(queue.pop().slot, 1U);
  queue.schedule(at(5ns), EventClass::completion, 0, 4, 0);
  EXPECT_EQ(queue.pop().slot, 2U);
  EXPECT_EQ(queue.pop().slot, 4U);
  EXPECT_EQ(queue.pop().slot, 3U);
}

TEST(EventQueue, GrowsForManyCompletionsOfOneInstant) {
  EventQueue queue;
  // Some in and out first, so that the ring does not begin at its beginning.
  for (std::uint32_t i = 0; i < 50; ++i) queue.schedule(at(0ns), EventClass::completion, 0, i, 0);
  for (std::uint32_t i = 0; i < 50; ++i) EXPECT_EQ(queue.pop().slot, i);
  for (std::uint32_t i = 0; i < 1'000; ++i)
    queue.schedule(at(0ns), EventClass::completion, 0, i, 0);
  EXPECT_EQ(queue.size(), 1'000U);
  for (std::uint32_t i = 0; i < 1'000; ++i) EXPECT_EQ(queue.pop().slot, i);
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueue, LetsTimePassWithoutAnEvent) {
  EventQueue queue;
  queue.advance_to(at(10ns));
  EXPECT_EQ(queue.now(), at(10ns));
  EXPECT_EQ(*queue.now_ns_address(), 10);
  queue.advance_to(at(10ns));
  queue.schedule(at(10ns), EventClass::completion, 0, 1, 0);
  queue.schedule(at(12ns), EventClass::completion, 0, 2, 0);
  EXPECT_EQ(queue.pop().slot, 1U);
  queue.advance_to(at(11ns));
  EXPECT_EQ(queue.pop().at, at(12ns));
}

TEST(EventQueueDeathTest, ChecksThatTimeDoesNotGoBack) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        EventQueue queue;
        queue.advance_to(at(10ns));
        queue.schedule(at(9ns), EventClass::timer, 0, 0, 0);
      },
      ::testing::ExitedWithCode(70), "an event in the past");
  EXPECT_EXIT(
      {
        EventQueue queue;
        queue.advance_to(at(10ns));
        queue.advance_to(at(9ns));
      },
      ::testing::ExitedWithCode(70), "time goes backwards");
}

RC_GTEST_PROP(EventQueueProperty, AgreesWithAnOrderedMap, ()) {
  // Key: time, class, when it was scheduled.
  std::map<std::tuple<Instant, int, std::uint32_t>, std::uint32_t> model;
  EventQueue queue;
  std::uint32_t sequence = 0;
  const auto pop = [&] {
    const Event event = queue.pop();
    const auto [time, event_class, number] = model.begin()->first;
    RC_ASSERT(event.at == time);
    RC_ASSERT(event.event_class() == static_cast<EventClass>(event_class));
    RC_ASSERT(event.slot == number);
    RC_ASSERT(event.stamp == model.begin()->second);
    RC_ASSERT(queue.now() == time);
    model.erase(model.begin());
  };
  const int steps = *rc::gen::inRange(1, 2'000);
  for (int i = 0; i < steps; ++i) {
    RC_ASSERT(queue.size() == model.size());
    RC_ASSERT(queue.empty() == model.empty());
    const int what = *rc::gen::inRange(0, 10);
    if (what < 4 && !model.empty()) {
      pop();
    } else if (what == 4) {
      const Instant until = model.empty() ? queue.now() + 3ns : std::get<0>(model.begin()->first);
      queue.advance_to(until);
      RC_ASSERT(queue.now() == until);
    } else {
      // Often this very instant, and often the same class.
      const Instant time = queue.now() + Duration{*rc::gen::element(0, 0, 0, 1, 1, 2, 5, 100)};
      const int event_class = *rc::gen::element(0, 0, 0, 1, 2, 3);
      const auto stamp = *rc::gen::arbitrary<std::uint32_t>();
      queue.schedule(time, static_cast<EventClass>(event_class), 0, sequence, stamp);
      model[{time, event_class, sequence}] = stamp;
      ++sequence;
    }
  }
  while (!model.empty()) pop();
  RC_ASSERT(queue.empty());
  RC_ASSERT(queue.scheduled() == sequence);
}

}  // namespace
}  // namespace squall::sim::event_queue_test
