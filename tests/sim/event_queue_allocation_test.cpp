// The queue takes no memory once it has grown to its size. This file replaces operator new for the
// whole test program; it counts only while it is told to.
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "squall/base/distribution.hpp"
#include "squall/base/random.hpp"
#include "squall/sim/event_queue.hpp"

namespace {

long allocations = 0;  // the tests run in one thread
bool counting = false;

void* counted(std::size_t size) {
  if (counting) ++allocations;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace squall::sim {
namespace {

using namespace std::chrono_literals;

/// How often `steps` of pop and schedule take memory, with so many pending, after as many to warm
/// up and once through all that is pending.
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
  for (long i = 0; i < steps + 4L * pending; ++i) step();
  allocations = 0;
  counting = true;
  for (long i = 0; i < steps; ++i) step();
  counting = false;
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
  allocations = 0;
  counting = true;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    queue.schedule(Instant{Duration{i}}, EventClass::timer, 0, i, 0);
  }
  counting = false;
  EXPECT_GT(allocations, 1);
}

}  // namespace
}  // namespace squall::sim
