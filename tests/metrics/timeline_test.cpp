#include "squall/metrics/timeline.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/random.hpp"

namespace squall::metrics::timeline_test {
namespace {

using std::chrono::milliseconds;

Instant at(std::int64_t ms) { return Instant{milliseconds{ms}}; }

/// A timeline of one workload and one service, without rows.
Timeline empty_timeline() {
  Timeline timeline;
  timeline.workloads.resize(1);
  timeline.services.resize(1);
  return timeline;
}

const Histogram nothing;

/// What has come so far, and stands in line now.
Sample sample(std::uint64_t offered, double waiting, const Histogram& latency = nothing) {
  Sample made;
  made.workloads.resize(1);
  made.workloads[0].counts[WorkloadCount::offered] = offered;
  made.latencies.push_back({&nothing, &latency, &nothing, &nothing});
  made.services.resize(1);
  made.services[0].gauges[ServiceGauge::waiting] = waiting;
  made.services[0].gauges[ServiceGauge::load] = waiting > 0 ? waiting : no_value;
  return made;
}

const std::vector<std::uint64_t>& offered_of(const Timeline& timeline) {
  return timeline.workloads[0].counts[WorkloadCount::offered];
}
const GaugeRows& waiting_of(const Timeline& timeline) {
  return timeline.services[0].gauges[ServiceGauge::waiting];
}

std::uint64_t sum_of(const std::vector<std::uint64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

TEST(Timeline, HoldsInEachRowWhatWasAddedSinceTheOneBefore) {
  Timeline timeline = empty_timeline();
  TimelineRows rows(timeline, milliseconds{10}, 8);
  EXPECT_EQ(rows.next(), at(10));
  rows.add(sample(5, 1));
  rows.add(sample(5, 4));
  EXPECT_EQ(rows.next(), at(30));
  rows.finish(sample(7, 2), at(27));

  EXPECT_EQ(timeline.rows, 3U);
  EXPECT_EQ(offered_of(timeline), (std::vector<std::uint64_t>{5, 0, 2}));
  EXPECT_EQ(waiting_of(timeline).end, (std::vector<double>{1, 4, 2}));
  EXPECT_EQ(timeline.end_of(0), at(10));
  EXPECT_EQ(timeline.end_of(2), at(27));
  EXPECT_EQ(timeline.start_of(2), at(20));
}

TEST(Timeline, AddsWhatHappensAtTheVeryEndToItsLastRow) {
  Timeline timeline = empty_timeline();
  TimelineRows rows(timeline, milliseconds{10}, 8);
  rows.add(sample(5, 3));
  rows.finish(sample(9, 0), at(10));

  EXPECT_EQ(timeline.rows, 1U);
  EXPECT_EQ(offered_of(timeline), (std::vector<std::uint64_t>{9}));
  EXPECT_EQ(waiting_of(timeline).end, (std::vector<double>{0}));
  EXPECT_EQ(waiting_of(timeline).most, (std::vector<double>{3}));
}

TEST(Timeline, DoublesItsIntervalWhenTheRunOutgrowsIt) {
  Timeline timeline = empty_timeline();
  TimelineRows rows(timeline, milliseconds{1}, 4);
  std::uint64_t offered = 0;
  const std::vector<double> waiting = {0, 7, 1, 2, 3, 9, 4};
  std::size_t asked = 0;
  std::vector<Instant> instants;
  while (asked < waiting.size()) {
    instants.push_back(rows.next());
    offered += 10;
    rows.add(sample(offered, waiting[asked++]));
  }
  rows.finish(sample(offered + 1, 0), rows.next());

  // Four rows of 1 ms become two of 2 ms, four of those two of 4 ms, and so on.
  EXPECT_EQ(instants, (std::vector<Instant>{at(1), at(2), at(3), at(4), at(6), at(8), at(12)}));
  EXPECT_EQ(timeline.interval, milliseconds{4});
  EXPECT_EQ(timeline.end, at(16));
  EXPECT_EQ(offered_of(timeline), (std::vector<std::uint64_t>{40, 20, 10, 1}));
  EXPECT_EQ(waiting_of(timeline).most, (std::vector<double>{7, 9, 4, 0}));
  EXPECT_EQ(waiting_of(timeline).end, (std::vector<double>{2, 9, 4, 0}));
}

TEST(Timeline, ThinnedKeepsSumsEndsAndPeaks) {
  Timeline timeline = empty_timeline();
  TimelineRows rows(timeline, milliseconds{1}, 1'000);
  std::uint64_t offered = 0;
  Histogram latency;
  double peak = 0;
  for (int i = 1; i <= 899; ++i) {
    offered += static_cast<std::uint64_t>(i % 7);
    const double waiting = i == 437 ? 1'000 : (i * 37) % 101;
    peak = std::max(peak, waiting);
    latency.add(milliseconds{i % 50});
    rows.add(sample(offered, waiting, latency));
  }
  rows.finish(sample(offered, 5, latency), at(900));

  for (const std::size_t rows_max : {900U, 512U, 100U, 7U, 1U}) {
    const Timeline thin = thinned(timeline, rows_max);
    ASSERT_LE(thin.rows, rows_max);
    EXPECT_EQ(offered_of(thin).size(), thin.rows);
    EXPECT_EQ(sum_of(offered_of(thin)), offered);
    const std::vector<double>& most = waiting_of(thin).most;
    EXPECT_EQ(*std::max_element(most.begin(), most.end()), peak);
    EXPECT_EQ(waiting_of(thin).end.back(), 5);
    EXPECT_EQ(thin.end, timeline.end);
    EXPECT_EQ(thin.end_of(thin.rows - 1), at(900));
    std::uint64_t latencies = 0;
    for (const LatencyRow& row : thin.workloads[0].latencies) {
      for (const Histogram::Bucket& bucket : row) latencies += bucket.count;
    }
    EXPECT_EQ(latencies, latency.count());
  }
  EXPECT_EQ(quantile(thinned(timeline, 1).workloads[0].latencies[0], 0.5), latency.quantile(0.5));
}

TEST(Timeline, AGaugeWithoutAValueIsLessThanAny) {
  Timeline timeline = empty_timeline();
  TimelineRows rows(timeline, milliseconds{1}, 1'000);
  rows.add(sample(0, 2));
  rows.add(sample(0, 0));
  rows.add(sample(0, 0));
  rows.finish(sample(0, 0), at(4));
  const Timeline thin = thinned(timeline, 2);
  const GaugeRows& load = thin.services[0].gauges[ServiceGauge::load];
  EXPECT_EQ(load.most[0], 2);
  EXPECT_FALSE(has_value(load.end[0]));
  EXPECT_FALSE(has_value(load.most[1]));
}

TEST(Timeline, QuantilesAreThoseOfTheHistogram) {
  Histogram before;
  before.add(milliseconds{900}, 5);
  Histogram after = before;
  Histogram alone;
  for (int i = 1; i < 200; ++i) {
    after.add(milliseconds{i} + Duration{i * 977});
    alone.add(milliseconds{i} + Duration{i * 977});
  }
  const LatencyRow row = after.added_since(before);
  // A histogram knows its ends exactly and does not go beyond them.
  for (const double q : {0.1, 0.5, 0.9, 0.95}) EXPECT_EQ(quantile(row, q), alone.quantile(q)) << q;
  EXPECT_EQ(quantile({}, 0.5), std::nullopt);
}

TEST(Timeline, HoldsInEachRowWhatWasAddedToAnyOfTheHistograms) {
  Timeline timeline = empty_timeline();
  TimelineRows rows(timeline, milliseconds{1}, 1'000);
  std::array<Histogram, 4> parts;
  Sample now = sample(0, 0);
  now.latencies.front() = {&parts[0], &parts[1], &parts[2], &parts[3]};
  const auto merged = [&parts] {
    Histogram all;
    for (const Histogram& part : parts) all.merge(part);
    return all;
  };
  Histogram before;
  std::vector<LatencyRow> expected;
  Rng rng(11);
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t values = rng.below(3) * rng.below(4);
    for (std::uint64_t v = 0; v < values; ++v) {
      const std::uint64_t part = rng.below(4);
      parts[part].add(milliseconds{static_cast<std::int64_t>(rng.below(40))});
    }
    rows.add(now);
    expected.push_back(merged().added_since(before));
    before = merged();
    ASSERT_EQ(rows.latency_of(0), before);
  }
  parts[3].add(milliseconds{41});  // at the very end: of the last row
  rows.finish(now, at(300));
  expected.back().push_back(merged().added_since(before).front());
  EXPECT_EQ(timeline.workloads[0].latencies, expected);
  EXPECT_EQ(timeline.workloads[0].latency, merged());
}

TEST(Histogram, SaysWhatWasAddedAndWhereItsBucketsEnd) {
  Histogram histogram;
  EXPECT_TRUE(histogram.added_since(Histogram()).empty());
  histogram.add(Duration{100});
  Histogram earlier = histogram;
  histogram.add(Duration{1'000'000}, 3);
  histogram.add(forever);
  const std::vector<Histogram::Bucket> added = histogram.added_since(earlier);
  ASSERT_EQ(added.size(), 2U);
  EXPECT_EQ(added[0].count, 3U);
  EXPECT_LE(added[0].middle(), added[0].highest());
  EXPECT_GE(added[0].highest(), Duration{1'000'000});
  EXPECT_LE(added[0].highest() - Duration{1'000'000}, Duration{1'000'000 / 128});
  EXPECT_EQ(added[1].highest(), forever);
}

}  // namespace
}  // namespace squall::metrics::timeline_test
