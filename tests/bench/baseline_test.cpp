// The loops that the engine's speed is measured against do what they say: otherwise a ratio to them
// means nothing. They share no code with the engine, so they are also a check on it.
#include <cmath>
#include <queue>
#include <vector>

#include <gtest/gtest.h>

#include "bench/baseline/mm1_loop.hpp"
#include "bench/baseline/quad_heap.hpp"
#include "bench/baseline/request_loop.hpp"
#include "bench/baseline/timeouts.hpp"

namespace squall::bench::baseline::baseline_test {
namespace {

TEST(BaselineZiggurat, DrawsTheExponentialLaw) {
  const Ziggurat ziggurat;
  Xoshiro random(1);
  constexpr int n = 1'000'000;
  double sum = 0.0;
  double squares = 0.0;
  int beyond_3 = 0;
  int beyond_9 = 0;  // in the tail, which begins at 7.7
  for (int i = 0; i < n; ++i) {
    const double x = ziggurat(random);
    sum += x;
    squares += x * x;
    beyond_3 += x > 3.0 ? 1 : 0;
    beyond_9 += x > 9.0 ? 1 : 0;
  }
  // Mean 1, second moment 2; five standard errors: 1/sqrt(n), sqrt(20)/sqrt(n), sqrt(p (1 - p) n).
  EXPECT_NEAR(sum / n, 1.0, 5.0 * 1e-3);
  EXPECT_NEAR(squares / n, 2.0, 5.0 * 4.48e-3);
  EXPECT_NEAR(beyond_3, 49'787, 5 * 218);
  EXPECT_NEAR(beyond_9, 123, 5 * 12);
}

TEST(BaselineQuadHeap, GivesTheEarliestWhateverIsPutInBetween) {
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const { return b < a; }
  };
  std::priority_queue<Entry, std::vector<Entry>, Later> reference;
  QuadHeap heap;
  Xoshiro random(2);
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    const Entry entry{static_cast<std::int64_t>(random.next() % 1'000), i};
    const std::uint64_t what = random.next() % 5;
    if (what < 2 || heap.empty()) {
      heap.push(entry);
      reference.push(entry);
    } else if (what < 4) {
      heap.pop();
      reference.pop();
    } else {
      heap.replace_top(entry);
      reference.pop();
      reference.push(entry);
    }
    ASSERT_EQ(heap.size(), reference.size());
    if (!heap.empty()) {
      ASSERT_EQ(heap.top().tag, reference.top().tag) << "after " << i;
    }
  }
}

struct Item {
  std::int64_t due = 0;
  std::uint32_t next = none;
  std::uint32_t previous = none;
};

TEST(BaselineCalendar, GivesTheEarliestWhateverIsTakenOutBetween) {
  std::vector<Item> items(500);
  std::vector<bool> inside(items.size(), false);
  Calendar<Item> calendar(items, 100.0, 64);  // a year of 4,096: many wait for a later one
  Xoshiro random(3);
  std::int64_t now = 0;
  const auto earliest = [&] {
    std::int64_t least = end_of_time;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (inside[i]) least = std::min(least, items[i].due);
    }
    return least;
  };
  for (int i = 0; i < 100'000; ++i) {
    const auto slot = static_cast<std::uint32_t>(random.next() % items.size());
    if (!inside[slot]) {
      calendar.insert(slot, now + static_cast<std::int64_t>(random.next() % 20'000));
      inside[slot] = true;
    } else if (random.next() % 2 == 0) {
      calendar.remove(slot);
      inside[slot] = false;
    } else {
      now = calendar.next_due();
      const std::uint32_t first = calendar.pop();
      ASSERT_TRUE(inside[first]);
      ASSERT_EQ(items[first].due, now);
      inside[first] = false;
    }
    ASSERT_EQ(calendar.next_due(), earliest()) << "after " << i;
  }
}

TEST(BaselineTimeouts, ComeInOrderWithoutThoseRemoved) {
  Timeouts timeouts;
  std::vector<std::uint64_t> places;
  for (std::uint32_t i = 0; i < 1'000; ++i) places.push_back(timeouts.append(10 * i, i));
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    if (i % 3 != 2) timeouts.remove(places[i]);
  }
  for (std::uint32_t i = 2; i < 1'000; i += 3) {
    ASSERT_EQ(timeouts.next_due(), 10 * i);
    ASSERT_EQ(timeouts.front(), i);
    timeouts.remove(places[i]);
  }
  EXPECT_EQ(timeouts.next_due(), end_of_time);
}

TEST(BaselineMm1, HasTheMeanOfTheFormula) {
  // W = 1 / (mu - lambda) = 1 / (1000 - 500) s. At half the load the time average of a run of n
  // customers has a relative standard error of about sqrt(8 rho / (n (1 - rho)^2))
  // (Whitt, "Planning queueing simulations", 1989): 0.4 %.
  const Mm1Result result = mm1_loop(1'000'000, 2e6, 1e6, 5);
  const double mean_ms = static_cast<double>(result.sojourn_ns) / 1e6 / 1e6;
  EXPECT_NEAR(mean_ms, 2.0, 5 * 0.004 * 2.0);
}

TEST(BaselineRequest, IsErlangsQueueWhereNothingIsRefusedAndNothingTimesOut) {
  // M/M/2 at load 0.5: W = (1 / mu) / (1 - rho^2) = 10 ms / 0.75.
  RequestResult result = RequestLoop({.requests = 1'000'000,
                                      .arrival_mean_ns = 10e6,
                                      .workers = 2,
                                      .service_mean_ns = 10e6,
                                      .timeout_ns = 1'000'000'000'000,
                                      .breaker_window = 100,
                                      .breaker_failures = 100,
                                      .bulkhead = 1'000'000})
                             .run();
  EXPECT_EQ(result.ok, 1'000'000U);
  EXPECT_EQ(result.attempts, 1'000'000U);
  // Relative standard error about 0.4 %, as above.
  EXPECT_NEAR(static_cast<double>(result.latency_ns) / 1e12, 10.0 / 0.75, 5 * 0.004 * 13.3);
}

TEST(BaselineRequest, TriesAgainAsOftenAsItMayAndThenFails) {
  // Service takes hours: each attempt times out, each request fails after four.
  const RequestResult result = RequestLoop({.requests = 100,
                                            .arrival_mean_ns = 1e9,
                                            .workers = 1'000,
                                            .service_mean_ns = 1e13,
                                            .timeout_ns = 50'000'000,
                                            .backoff_base_ns = 10'000'000,
                                            .backoff_max_ns = 80'000'000,
                                            .breaker_window = 1'000,
                                            .breaker_failures = 1'000,
                                            .bulkhead = 1'000})
                                   .run();
  EXPECT_EQ(result.failed, 100U);
  EXPECT_EQ(result.attempts, 400U);
  EXPECT_EQ(result.timeouts, 400U);
  EXPECT_EQ(result.refused_bulkhead + result.refused_breaker, 0U);
}

}  // namespace
}  // namespace squall::bench::baseline::baseline_test
