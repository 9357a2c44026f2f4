#include "squall/sim/lane.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "squall/sim/event_queue.hpp"

namespace squall::sim::lane_test {
namespace {

using namespace std::chrono_literals;

std::vector<std::uint64_t> sequences_of(Lane& lane, ChunkPool& pool) {
  std::vector<std::uint64_t> sequences;
  Event head;
  while (lane.advance(head, pool)) sequences.push_back(head.sequence());
  return sequences;
}

TEST(Lane, TellsWholeSequencesFrom32Bits) {
  ChunkPool pool;
  Lane lane(EventClass::timer, 9);
  constexpr std::uint64_t start = 0xfffffff0ULL;
  lane.start(Instant{5ns}, start);
  std::vector<std::uint64_t> expected;
  for (std::uint64_t i = 1; i < 100; ++i) {
    const std::uint64_t sequence = start + i * 0x7ffffff0ULL;
    ASSERT_TRUE(lane.takes(Instant{5ns}, sequence));
    lane.push(Instant{5ns}, sequence, 1, pool);
    expected.push_back(sequence);
  }
  EXPECT_EQ(lane.length(), 100U);
  EXPECT_EQ(sequences_of(lane, pool), expected);
}

TEST(Lane, TakesNoneThatIsEarlierOrTooFarBehindTheLast) {
  ChunkPool pool;
  Lane lane(EventClass::timer, 9);
  lane.start(Instant{5ns}, 1);
  EXPECT_FALSE(lane.takes(Instant{4ns}, 2));
  EXPECT_TRUE(lane.takes(Instant{5ns}, 0x8000'0000ULL));
  EXPECT_FALSE(lane.takes(Instant{5ns}, 0x8000'0001ULL));
}

TEST(Lane, KeepsWhatItNeedsToTellSequencesWhenItIsSwept) {
  ChunkPool pool;
  Lane lane(EventClass::timer, 9);
  lane.start(Instant{0ns}, 1);
  for (std::uint64_t i = 1; i <= 40; ++i) {
    lane.push(Instant{0ns}, 1 + i * 0x6000'0000ULL, static_cast<std::uint32_t>(i), pool);
  }
  // Only the last is alive, 40 * 0.375 * 2^32 behind the head.
  lane.sweep(pool, [](std::uint32_t slot, Ticket /*ticket*/) { return slot == 40; });
  EXPECT_LT(lane.length(), 25U);
  EXPECT_EQ(sequences_of(lane, pool).back(), 1 + 40 * 0x6000'0000ULL);
}

TEST(EventQueueLane, GivesClassTypeSlotAndTicket) {
  EventQueue queue;
  const LaneId lane = queue.add_lane(EventClass::timer, 77);
  const Ticket first = queue.schedule_in_lane(lane, Instant{5ns}, 3);
  const Ticket second = queue.schedule_in_lane(lane, Instant{5ns}, 4);
  EXPECT_NE(first, no_ticket);
  EXPECT_NE(first, second);
  for (const auto& [slot, ticket] : {std::pair(3U, first), std::pair(4U, second)}) {
    const Event event = queue.pop();
    EXPECT_EQ(event.event_class(), EventClass::timer);
    EXPECT_EQ(event.type(), 77);
    EXPECT_EQ(event.slot, slot);
    EXPECT_EQ(event.stamp, ticket);
    EXPECT_EQ(event.at, Instant{5ns});
  }
}

/// Requests of 10 ms whose timeouts of 1 s are all cancelled: 99 of 100 in the lane are stale.
std::size_t memory_after(std::uint32_t requests, bool retires) {
  EventQueue queue;
  constexpr std::uint8_t done = 1, timeout = 2;
  const LaneId lane = queue.add_lane(EventClass::timer, timeout);
  std::vector<Ticket> waits_for(requests, no_ticket);
  const auto is_alive = [&](std::uint32_t slot, Ticket ticket) {
    return waits_for[slot] == ticket;
  };
  std::uint64_t longest = 0;
  for (std::uint32_t i = 0; i < requests; ++i) {
    queue.advance_to(Instant{i * 10us});
    waits_for[i] = queue.schedule_in_lane(lane, queue.now() + 1s, i);
    queue.schedule(queue.now() + 10ms, EventClass::completion, done, i);
    Event event;
    while (queue.pop_before(Instant{(i + 1) * 10us}, EventClass::completion, event)) {
      if (event.type() == timeout) {
        EXPECT_FALSE(is_alive(event.slot, event.stamp));
        continue;
      }
      waits_for[event.slot] = no_ticket;
      if (retires) queue.retire(lane, is_alive);
    }
    longest = std::max(longest, queue.length(lane));
  }
  // 1,000 are in flight, their timers are not stale.
  if (retires) {
    EXPECT_LE(longest, 2 * 1'001U + 512 + 1);
  } else {
    EXPECT_GT(longest, 90'000U);
  }
  return queue.memory_bytes();
}

TEST(EventQueueLane, DoesNotFillUpWithStaleTimersThatAreRetired) {
  EXPECT_GT(memory_after(300'000, false), 100'000U * 16);
  EXPECT_LT(memory_after(300'000, true), 300'000U);
}

TEST(EventQueueLane, ForgetsAllWhenAllIsStale) {
  for (const int others : {0, 20}) {  // the lane's head directly compared, or not
    EventQueue queue;
    for (int i = 0; i < others; ++i) (void)queue.add_lane(EventClass::timer, 0);
    const LaneId lane = queue.add_lane(EventClass::timer, 1);
    const auto none = [](std::uint32_t, Ticket) { return false; };
    constexpr std::uint32_t many = 1'000;
    for (std::uint32_t i = 0; i < many; ++i) (void)queue.schedule_in_lane(lane, Instant{1s}, i);
    queue.schedule(Instant{2s}, EventClass::timer, 2, 5);
    for (std::uint32_t i = 0; i < many; ++i) queue.retire(lane, none);
    EXPECT_EQ(queue.length(lane), 0U);
    EXPECT_EQ(queue.size(), 1U);
    EXPECT_EQ(queue.pop().slot, 5U);
    EXPECT_TRUE(queue.empty());
    (void)queue.schedule_in_lane(lane, Instant{3s}, 6);
    EXPECT_EQ(queue.pop().slot, 6U);
    EXPECT_TRUE(queue.empty());
    queue.retire(lane, none);  // of what was popped
  }
}

TEST(EventQueueLane, IsNeverLongerThanTwiceThoseAliveAnd512) {
  EventQueue queue;
  const LaneId lane = queue.add_lane(EventClass::timer, 1);
  constexpr std::uint32_t many = 1'000;
  std::vector<bool> alive;
  const auto is_alive = [&](std::uint32_t slot, Ticket /*ticket*/) { return bool{alive[slot]}; };
  for (std::uint32_t i = 0; i < 2 * many + 400; ++i) {
    (void)queue.schedule_in_lane(lane, Instant{1s}, i);
    alive.push_back(true);
  }
  std::uint32_t left = 2 * many + 400;
  const auto end = [&](std::uint32_t slot) {
    alive[slot] = false;
    queue.retire(lane, is_alive);
    ASSERT_LE(queue.length(lane), 2 * std::uint64_t{--left} + 512);
  };
  for (std::uint32_t i = many; i < 2 * many + 400; ++i) end(i);  // behind the head
  for (std::uint32_t i = 0; i < many; ++i) end(i);               // each at the front
}

TEST(EventQueueLane, NeedNotPopTheStaleAtItsFront) {
  EventQueue queue;
  const LaneId lane = queue.add_lane(EventClass::timer, 1);
  std::vector<Ticket> waits_for;
  for (std::uint32_t i = 0; i < 10; ++i)
    waits_for.push_back(queue.schedule_in_lane(lane, Instant{i * 1ms}, i));
  const auto is_alive = [&](std::uint32_t slot, Ticket ticket) {
    return waits_for[slot] == ticket;
  };
  for (const std::uint32_t gone : {3U, 1U, 2U, 0U}) {
    waits_for[gone] = no_ticket;
    queue.retire(lane, is_alive);
    EXPECT_EQ(queue.size(), gone == 0 ? 6U : 10U);  // only what is at the front goes
  }
  EXPECT_EQ(queue.top().slot, 4U);
  EXPECT_EQ(queue.pop().slot, 4U);
  waits_for[5] = no_ticket;
  queue.retire(lane, is_alive);
  EXPECT_EQ(queue.pop().slot, 6U);
}

TEST(EventQueueSource, ReplacesItsEventAndMayBeCleared) {
  for (const int others : {0, 20}) {
    EventQueue queue;
    for (int i = 0; i < others; ++i) (void)queue.add_source(EventClass::arrival, 0);
    const LaneId source = queue.add_source(EventClass::arrival, 4);
    queue.set_source(source, Instant{5ns}, 1);
    queue.set_source(source, Instant{7ns}, 2);
    queue.schedule(Instant{6ns}, EventClass::timer, 0, 3);
    EXPECT_EQ(queue.size(), 2U);
    EXPECT_EQ(queue.pop().slot, 3U);
    queue.clear_source(source);
    EXPECT_TRUE(queue.empty());
    queue.clear_source(source);
    queue.set_source(source, Instant{6ns}, 4);
    EXPECT_EQ(queue.size(), 1U);
    EXPECT_EQ(queue.pop().slot, 4U);
    EXPECT_TRUE(queue.empty());
  }
}

}  // namespace
}  // namespace squall::sim::lane_test
