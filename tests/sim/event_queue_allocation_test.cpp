// The queue takes no memory once it has grown to its size.
#include <gtest/gtest.h>

#include "squall/base/distribution.hpp"
#include "squall/base/random.hpp"
#include "squall/sim/event_queue.hpp"
#include "tests/counted_new.hpp"

namespace squall::sim::event_queue_allocation_test {
namespace {

using namespace std::chrono_literals;

/// How often `steps` of pop and schedule take memory, with so many pending, after twice as many to
/// warm up and once through all that is pending. (How many chunks are in use is a matter of chance,
/// and the most may come late.)
long allocations_of(std::uint32_t pending, std::uint32_t lanes, long steps) {
  Rng rng{1};
  EventQueue queue;
  const LaneId first_lane = 1;
  for (std::uint32_t i = 0; i < lanes; ++i) (void)queue.add_lane(EventClass::timer, 1);
  const auto schedule = [&](std::uint32_t slot) {
    const Duration by = nanoseconds_saturated(standard_exponential(rng) * 1e9);
    if (slot % 2 == 0 && lanes > 0) {
      (void)queue.schedule_in_lane(first_lane + slot / 2 % lanes, queue.now() + 1s, slot);
    } else if (slot % 8 == 1) {  // many at one instant, some at this one
      queue.schedule(queue.now() + by / 500'000'000 * 500'000'000, EventClass::timer, 0, slot, 0);
    } else {
      queue.schedule(queue.now() + by, EventClass::completion, 0, slot, 0);
    }
  };
  const auto step = [&] { schedule(queue.pop().slot); };
  for (std::uint32_t i = 0; i < pending; ++i) schedule(i);
  for (long i = 0; i < 2 * steps + 4L * pending; ++i) step();
  const long allocations = test::allocations_in([&] {
    for (long i = 0; i < steps; ++i) step();
  });
  EXPECT_EQ(queue.size(), pending);
  return allocations;
}

TEST(EventQueueAllocation, IsNoneInSteadyState) {
  EXPECT_EQ(allocations_of(10, 0, 100'000), 0);
  EXPECT_EQ(allocations_of(70, 2, 100'000), 0);
  EXPECT_EQ(allocations_of(1'000, 0, 300'000), 0);
  EXPECT_EQ(allocations_of(1'000, 4, 300'000), 0);
  EXPECT_EQ(allocations_of(1'000, 100, 300'000), 0);
  EXPECT_EQ(allocations_of(100'000, 4, 300'000), 0);
}

TEST(EventQueueAllocation, IsSeenWhenTheQueueGrows) {
  EventQueue queue;
  const long allocations = test::allocations_in([&] {
    for (std::uint32_t i = 0; i < 10'000; ++i) {
      queue.schedule(Instant{Duration{i}}, EventClass::timer, 0, i, 0);
    }
  });
  EXPECT_GT(allocations, 1);
}

}  // namespace
}  // namespace squall::sim::event_queue_allocation_test
