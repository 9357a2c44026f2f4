#include "squall/metrics/series.hpp"

#include <chrono>
#include <cstdint>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/base/random.hpp"

namespace squall::metrics::series_test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr Instant at(Duration since_start) { return Instant{since_start}; }

TEST(SeriesTable, CountsAtTheInterval) {
  SeriesTable series(10ms, 2);
  series.add(0, at(0ns));
  series.add(0, at(9'999'999ns));
  series.add(0, at(10ms), 5);
  series.add(1, at(35ms), -2);
  series.add(0, at(5ms));
  EXPECT_EQ(series.interval(), 10ms);
  EXPECT_THAT(series.column(0), ElementsAre(3, 5, 0, 0));
  EXPECT_THAT(series.column(1), ElementsAre(0, 0, 0, -2));
}

TEST(SeriesTable, ReachesTheQuietEnd) {
  SeriesTable series(10ms, 1);
  series.extend_to(at(0ns));
  EXPECT_EQ(series.rows(), 0U);
  series.add(0, at(3ms));
  series.extend_to(at(40ms));
  EXPECT_THAT(series.column(0), ElementsAre(1, 0, 0, 0));
  series.extend_to(at(40ms + 1ns));
  EXPECT_EQ(series.rows(), 5U);
  series.extend_to(at(1ms));
  EXPECT_EQ(series.rows(), 5U);
  series.add(0, at(3ms));
  EXPECT_THAT(series.column(0), ElementsAre(2, 0, 0, 0, 0));
}

TEST(SeriesTable, DoublesTheIntervalWhenFull) {
  SeriesTable series(1ms, 1);
  for (int i = 0; i < 2048; ++i) series.add(0, at(i * 1ms));
  EXPECT_EQ(series.rows(), 2048U);
  EXPECT_EQ(series.interval(), 1ms);
  series.add(0, at(2048ms));
  EXPECT_EQ(series.interval(), 2ms);
  EXPECT_EQ(series.rows(), 1025U);
  EXPECT_EQ(series.at(0, 0), 2);
  EXPECT_EQ(series.at(1023, 0), 2);
  EXPECT_EQ(series.at(1024, 0), 1);
}

TEST(SeriesTable, TakesTheLastInstantThereIs) {
  SeriesTable series(1ns, 1);
  series.add(0, at(0ns));
  series.add(0, never);
  EXPECT_LE(series.rows(), SeriesTable::points_max);
  EXPECT_EQ(series.at(0, 0), 1);
  EXPECT_EQ(series.at(series.rows() - 1, 0), 1);
}

TEST(SeriesTableDeathTest, RefusesTheTimeBeforeTheStart) {
  SeriesTable series(1ms, 1);
  EXPECT_DEATH(series.add(0, at(-1ns)), "start of the run");
  EXPECT_DEATH(SeriesTable(0ms, 1), "interval");
  EXPECT_DEATH(SeriesTable(1ms, 0), "columns");
}

// The order of the additions decides when the interval doubles; the table is the same.
RC_GTEST_PROP(SeriesTableProperty, DoesNotDependOnTheOrder, (std::uint64_t seed)) {
  struct Addition {
    std::size_t column;
    Duration when;
    std::int64_t by;
  };
  Rng rng(seed);
  const auto count = *rc::gen::inRange<std::size_t>(1, 300);
  const auto shift = *rc::gen::inRange(1, 63);
  std::vector<Addition> additions;
  for (std::size_t i = 0; i < count; ++i) {
    const auto column = static_cast<std::size_t>(rng.below(3));
    const Duration when{static_cast<std::int64_t>(rng.next() >> shift)};
    additions.push_back({column, when, static_cast<std::int64_t>(rng.below(9)) - 4});
  }
  Duration last{0};
  std::int64_t total = 0;
  SeriesTable forwards(1us, 3);
  for (const Addition& a : additions) {
    forwards.add(a.column, at(a.when), a.by);
    last = std::max(last, a.when);
    total += a.by;
  }
  SeriesTable backwards(1us, 3);
  for (auto a = additions.rbegin(); a != additions.rend(); ++a) {
    backwards.add(a->column, at(a->when), a->by);
  }
  RC_ASSERT(forwards.rows() <= SeriesTable::points_max);
  RC_ASSERT(forwards.rows() == static_cast<std::size_t>(last / forwards.interval()) + 1);
  RC_ASSERT(forwards.interval() == backwards.interval());
  std::int64_t found = 0;
  for (std::size_t column = 0; column < 3; ++column) {
    const std::vector<std::int64_t> values = forwards.column(column);
    RC_ASSERT(values == backwards.column(column));
    found = std::accumulate(values.begin(), values.end(), found);
  }
  RC_ASSERT(found == total);
}

}  // namespace
}  // namespace squall::metrics::series_test
