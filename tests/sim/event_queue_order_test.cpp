// The order of the queue, against an ordered map, on every kind of times that could trouble it.
#include <algorithm>
#include <bit>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/base/distribution.hpp"
#include "tests/sim/event_queue_twin.hpp"

namespace squall::sim::event_queue_order_test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t hour_ns = 3'600'000'000'000;

/// How far ahead the next event is.
enum class Ahead {
  ties,          ///< now, or one of few instants
  one_instant,   ///< all at the next whole second
  near,          ///< within 100 ns
  exponential,   ///< of mean 1 ms
  every_scale,   ///< 1 ns to 1 h, each decade alike
  far_and_near,  ///< within 1 us, or within 1 us after the next hour
  whole_steps,   ///< multiples of 1 ms up to 50
  kinds
};

Duration draw(Ahead ahead, Instant now, Rng& rng) {
  const auto ns = [](std::uint64_t count) { return Duration{static_cast<std::int64_t>(count)}; };
  const auto now_ns = static_cast<std::uint64_t>(now.time_since_epoch().count());
  switch (ahead) {
    case Ahead::ties:
      return ns(rng.below(3) == 0 ? rng.below(4) : 0);
    case Ahead::one_instant:
      return ns(1'000'000'000 - now_ns % 1'000'000'000);
    case Ahead::near:
      return ns(rng.below(100));
    case Ahead::exponential:
      return nanoseconds_saturated(standard_exponential(rng) * 1e6);
    case Ahead::every_scale: {
      const std::uint64_t bits = rng.below(42);
      return ns(
          std::min(hour_ns, (std::uint64_t{1} << bits) + rng.below(std::uint64_t{1} << bits)));
    }
    case Ahead::far_and_near:
      return ns(rng.below(1'000) + (rng.below(2) == 0 ? 0 : hour_ns - now_ns % hour_ns));
    case Ahead::whole_steps:
      return ns(rng.below(50) * 1'000'000);
    case Ahead::kinds:
      break;
  }
  return Duration{0};
}

EventClass draw_class(Rng& rng) { return static_cast<EventClass>(rng.below(4)); }

/// What a run does, by chance: all of it is drawn from the seed.
struct Mixture {
  std::uint64_t lanes = 0, sources = 0;
  std::uint64_t steps = 0;
  bool only_one_kind = false;  ///< of times; otherwise each phase has another
  bool looks = false;          ///< at the top, then inserts before it
  bool keeps = false;          ///< events beside the queue for a while
};

QueueTwin::Known run(const Mixture& mixture, std::uint64_t seed) {
  Rng rng{seed};
  QueueTwin twin;
  std::vector<Duration> delays;
  for (std::uint64_t i = 0; i < mixture.lanes; ++i) {
    twin.add_lane(draw_class(rng));
    delays.push_back(Duration{static_cast<std::int64_t>(rng.below(3) * 1'000'000)});
  }
  for (std::uint64_t i = 0; i < mixture.sources; ++i) twin.add_source(draw_class(rng));
  Ahead ahead = static_cast<Ahead>(rng.below(static_cast<std::uint64_t>(Ahead::kinds)));
  std::uint64_t tendency = 5;  // of 10 steps so many add an event
  for (std::uint64_t step = 0; step < mixture.steps && !twin.failed(); ++step) {
    if (step % 500 == 0) {  // another phase
      tendency = 2 + rng.below(8);
      if (!mixture.only_one_kind) {
        ahead = static_cast<Ahead>(rng.below(static_cast<std::uint64_t>(Ahead::kinds)));
      }
      if (mixture.lanes > 0) {  // a delay changes
        delays[rng.below(mixture.lanes)] = draw(ahead, twin.now(), rng);
      }
    }
    if (rng.below(10) >= tendency) {
      if (twin.queue.empty()) continue;
      const std::uint64_t how = rng.below(8);
      twin.check_now();
      if (how < 4) {
        const Duration limit = draw(ahead, twin.now(), rng);
        twin.pop_before(twin.now() + limit, draw_class(rng));
      } else {
        if (how == 4) twin.look();
        twin.pop();
      }
    } else {
      const Duration by = draw(ahead, twin.now(), rng);
      const std::uint64_t how = rng.below(9);
      if (how == 8) {
        twin.post();
      } else if (how < 3 && mixture.lanes > 0) {
        const std::uint64_t lane = rng.below(mixture.lanes);
        twin.schedule_in_lane(lane, twin.now() + delays[lane]);
      } else if (how < 5 && mixture.sources > 0) {
        const std::uint64_t source = rng.below(mixture.sources);
        if (rng.below(20) == 0) {
          twin.clear_source(source);
        } else if (!twin.is_set(source) || rng.below(10) == 0) {
          twin.set_source(source, twin.now() + by);
        }
      } else {
        twin.schedule(twin.now() + by, draw_class(rng));
      }
      if (mixture.looks && rng.below(2) == 0 && !twin.queue.empty()) twin.look();
    }
    if (mixture.lanes > 0 && twin.alive() > 0 && rng.below(2) == 0) {
      twin.cancel(rng.below(std::min<std::uint64_t>(twin.alive(), 20)));
    }
    if (mixture.keeps) {
      const std::uint64_t how = rng.below(6);
      if (how == 0) twin.schedule_late(twin.now() + draw(ahead, twin.now(), rng), draw_class(rng));
      if (how == 1 && mixture.sources > 0) twin.keep_source(rng.below(mixture.sources));
      if (how == 2) twin.pop_known_before(twin.now() + draw(ahead, twin.now(), rng));
      twin.check_known();
    }
    if (step % 16 == 0) twin.check_size();
  }
  twin.pop_all();
  return twin.known();
}

std::uint64_t any_seed() { return *rc::gen::arbitrary<std::uint64_t>(); }
std::uint64_t any_steps() { return *rc::gen::inRange<std::uint64_t>(1, 6'000); }

RC_GTEST_PROP(EventQueueOrder, IsThatOfAnOrderedMapForAnyEvents, ()) {
  run({.steps = any_steps(), .only_one_kind = *rc::gen::arbitrary<bool>()}, any_seed());
  RC_ASSERT(!::testing::Test::HasFailure());
}

RC_GTEST_PROP(EventQueueOrder, IsThatOfAnOrderedMapWithFewLanesAndSources, ()) {
  run({.lanes = *rc::gen::inRange<std::uint64_t>(1, 5),
       .sources = *rc::gen::inRange<std::uint64_t>(0, 4),
       .steps = any_steps()},
      any_seed());
  RC_ASSERT(!::testing::Test::HasFailure());
}

RC_GTEST_PROP(EventQueueOrder, IsThatOfAnOrderedMapWithManyLanesAndSources, ()) {
  run({.lanes = *rc::gen::inRange<std::uint64_t>(5, 200),
       .sources = *rc::gen::inRange<std::uint64_t>(5, 200),
       .steps = any_steps(),
       .only_one_kind = *rc::gen::arbitrary<bool>()},
      any_seed());
  RC_ASSERT(!::testing::Test::HasFailure());
}

RC_GTEST_PROP(EventQueueOrder, HoldsWhenWhatIsInsertedPrecedesWhatWasLookedAt, ()) {
  run({.lanes = *rc::gen::inRange<std::uint64_t>(0, 12), .steps = any_steps(), .looks = true},
      any_seed());
  RC_ASSERT(!::testing::Test::HasFailure());
}

RC_GTEST_PROP(EventQueueOrder, HoldsForEventsThatWereKeptBesideTheQueue, ()) {
  run({.lanes = *rc::gen::inRange<std::uint64_t>(0, 12),
       .sources = *rc::gen::inRange<std::uint64_t>(0, 12),
       .steps = any_steps(),
       .only_one_kind = *rc::gen::arbitrary<bool>(),
       .keeps = true},
      any_seed());
  RC_ASSERT(!::testing::Test::HasFailure());
}

TEST(EventQueueOrder, KnowsMostlyWhatComesNext) {
  // So that the property above is about something: each answer was given.
  QueueTwin::Known all;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const QueueTwin::Known known =
        run({.lanes = 3, .sources = 2, .steps = 6'000, .keeps = true}, seed);
    all.taken += known.taken;
    all.later += known.later;
    all.looked += known.looked;
  }
  EXPECT_GT(all.taken, 100U);
  EXPECT_GT(all.later, 100U);
  EXPECT_GT(all.looked, 100U);
}

/// Schedules at the times and takes all out again: in strict order, each once.
void expect_sorted(const std::vector<std::int64_t>& times_ns) {
  EventQueue queue;
  for (std::uint32_t i = 0; i < times_ns.size(); ++i) {
    const auto event_class = static_cast<EventClass>(i % 4);
    queue.schedule(Instant{Duration{times_ns[i]}}, event_class, 0, i, 0);
  }
  std::vector<bool> seen(times_ns.size());
  Event last{Instant{Duration{-1}}, 0, 0, 0};
  for (std::size_t i = 0; i < times_ns.size(); ++i) {
    const Event event = queue.pop();
    ASSERT_TRUE(last.at < event.at || last.before(event)) << i;
    ASSERT_EQ(event.at_ns(), times_ns[event.slot]);
    ASSERT_EQ(event.sequence(), event.slot + 1U);
    ASSERT_FALSE(seen[event.slot]);
    seen[event.slot] = true;
    last = event;
  }
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueueGrowth, OrdersAMillionAllAtOneInstant) {
  expect_sorted(std::vector<std::int64_t>(1'000'000, 7'000'000'000));
}

TEST(EventQueueGrowth, OrdersAMillionAllNow) {
  expect_sorted(std::vector<std::int64_t>(1'000'000, 0));
}

TEST(EventQueueGrowth, OrdersAMillionThatComeLastFirst) {
  std::vector<std::int64_t> times(1'000'000);
  for (std::size_t i = 0; i < times.size(); ++i) {
    times[i] = static_cast<std::int64_t>((times.size() - i) * 1'000);
  }
  expect_sorted(times);
}

TEST(EventQueueGrowth, OrdersAMillionOnEveryScaleUpToTheEndOfTime) {
  Rng rng{1};
  std::vector<std::int64_t> times(1'000'000);
  for (std::int64_t& time : times) {
    time = static_cast<std::int64_t>(rng.next() >> (1 + rng.below(63)));
  }
  times.front() = never.time_since_epoch().count();
  expect_sorted(times);
}

TEST(EventQueueGrowth, OrdersTwoClustersAnHourApart) {
  Rng rng{2};
  std::vector<std::int64_t> times(200'000);
  for (std::int64_t& time : times) {
    time = static_cast<std::int64_t>(rng.below(2) * hour_ns + rng.below(1'000));
  }
  expect_sorted(times);
}

// A few events of a bucket are ordered by 31 bits of their times, as long as those tell them apart.
TEST(EventQueueGrowth, OrdersTimesThatHardlyDiffer) {
  Rng rng{4};
  for (const unsigned bits : {8U, 16U, 30U, 31U, 32U, 33U, 48U, 62U}) {
    for (const std::uint64_t count : {60U, 200U, 1'000U}) {
      for (int turn = 0; turn < 20; ++turn) {
        std::vector<std::int64_t> times;
        while (times.size() < count) {
          std::uint64_t time = rng.next() >> (64U - bits);
          if (rng.below(4) == 0)
            time |= (1U << std::min(bits, 31U)) - 1U;  // the greatest there are
          const std::uint64_t others = rng.below(4);
          const std::uint64_t bit = rng.below(bits / 2);
          const std::uint64_t apart = rng.below(2) << bit;  // some not at all
          for (std::uint64_t i = 0; i <= others; ++i) {
            times.push_back(static_cast<std::int64_t>(time + i * apart));
          }
        }
        for (std::size_t i = 1; i < times.size(); ++i) std::swap(times[i], times[rng.below(i + 1)]);
        expect_sorted(times);
      }
    }
  }
}

TEST(EventQueueGrowth, GoesUpToAMillionPendingAndBackThreeTimes) {
  Rng rng{3};
  EventQueue queue;
  std::uint64_t alive = 0;
  std::size_t memory_bytes = 0;
  for (int round = 0; round < 3; ++round) {
    while (alive < 1'000'000) {
      const Duration by = nanoseconds_saturated(standard_exponential(rng) * 1e9);
      queue.schedule(queue.now() + by, EventClass::timer, 0, 0, 0);
      ++alive;
      if (rng.below(4) == 0) {
        (void)queue.pop();
        --alive;
      }
    }
    EXPECT_EQ(queue.size(), alive);
    Event last{Instant{Duration{-1}}, 0, 0, 0};
    for (; alive > 0; --alive) {
      const Event event = queue.pop();
      ASSERT_TRUE(last.at < event.at || last.before(event));
      last = event;
    }
    EXPECT_TRUE(queue.empty());
    // What it took it uses again; some chunks more for other buckets.
    if (round == 0) memory_bytes = queue.memory_bytes();
    EXPECT_LT(queue.memory_bytes(), memory_bytes + memory_bytes / 10);
  }
  // 24 bytes an event in chunks of 10, the last slab up to a quarter too large.
  EXPECT_LT(memory_bytes, 1'000'000 * 256 / 10 * 5 / 4);
}

TEST(EventQueueGrowth, TakesFarEventsThatCameBeforeManyNearOnes) {
  QueueTwin twin;
  twin.add_lane(EventClass::timer);
  Rng rng{4};
  for (int i = 0; i < 2'000; ++i) {
    twin.schedule(Instant{1h} + Duration{static_cast<std::int64_t>(rng.below(1'000))},
                  EventClass::timer);
  }
  twin.look();
  for (int i = 0; i < 2'000; ++i) {
    twin.schedule(Instant{1ms} + Duration{static_cast<std::int64_t>(rng.below(1'000))},
                  EventClass::completion);
    twin.schedule_in_lane(0, Instant{1ms} + Duration{i});
    if (i % 100 == 0) twin.look();
  }
  twin.check_size();
  twin.pop_all();
}

TEST(EventQueueGrowth, KeepsTwoInstantsApartOfWhichTheLaterWasLookedAtFirst) {
  QueueTwin twin;
  twin.schedule(Instant{2ns}, EventClass::timer);
  for (int i = 0; i < 200; ++i) twin.schedule(Instant{1s}, EventClass::completion);
  twin.pop();
  twin.look();
  for (int i = 0; i < 200; ++i) twin.schedule(Instant{3ns + Duration{i / 100}}, EventClass::timer);
  twin.check_size();
  twin.pop_all();
}

/// Each step has the sorted events overflow into new rungs, and leaves one event in the coarsest of
/// them before the next does the same half as far away. So the rungs would run out if any of them
/// could have but a bit or two.
/// @param first  so many events make the sorted ones overflow; after that `more` fit in.
void overflow_again_and_again(std::uint32_t first, std::uint32_t more) {
  QueueTwin twin;
  std::size_t left = 0;
  for (unsigned far_bits = 62; far_bits >= 33; --far_bits) {
    const Instant start = twin.now();
    const std::uint32_t near = left == 0 ? first : first + more;
    // Nearly all are due at once; of two it depends how wide the rungs are.
    const auto spread = static_cast<unsigned>(std::bit_width(near + near / 3)) - 4;
    const Duration width{std::int64_t{1} << (far_bits - 33 + spread)};
    for (std::uint32_t i = 0; i <= near; ++i) {
      twin.schedule(start + Duration{1 + i / 8} + (i + 2 > near ? width : Duration{0}),
                    EventClass::timer);
    }
    twin.schedule(start + Duration{std::int64_t{1} << far_bits}, EventClass::timer);
    twin.schedule(start + Duration{std::int64_t{1} << (far_bits - 24)}, EventClass::timer);
    ++left;
    while (twin.alive() > left) twin.pop();
  }
  twin.pop_all();
  ASSERT_FALSE(twin.failed());
}

TEST(EventQueueGrowth, NeverRunsOutOfRungs) {
  for (std::uint32_t first = 24; first <= 72; first += 4) {
    for (std::uint32_t more = 0; more <= 24; ++more) overflow_again_and_again(first, more);
  }
}

}  // namespace
}  // namespace squall::sim::event_queue_order_test
