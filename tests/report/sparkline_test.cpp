#include "squall/report/sparkline.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/report/records.hpp"

namespace squall::report::sparkline_test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t goodput = 1;

auto are(const std::vector<double>& values) {
  return testing::Pointwise(testing::DoubleNear(1e-9), values);
}

/// `counts` of goodput, one for each interval.
metrics::RunRecord run_of(Duration interval, const std::vector<std::int64_t>& counts) {
  metrics::RunRecord record;
  record.series = metrics::SeriesTable(interval, 6);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    record.series.add(goodput, Instant{interval * static_cast<std::int64_t>(i)}, counts[i]);
  }
  return record;
}

TEST(Sparkline, HasEightHeightsAboveNothing) {
  const std::vector<double> values = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(sparkline(values, 8, true), " ▁▂▃▄▅▆▇█");
  EXPECT_EQ(sparkline(values, 8, false), " _.-:=+*#");
}

TEST(Sparkline, ShowsEvenALittle) {
  EXPECT_EQ(sparkline({0, 0.001, 1000}, 1000, true), " ▁█");
  EXPECT_EQ(sparkline({0, 0}, 0, true), "  ");
}

TEST(Sparkline, ScalesByTheCommonPeak) {
  EXPECT_EQ(sparkline({4, 4}, 8, true), "▄▄");
  EXPECT_EQ(sparkline({4, 4}, 4, true), "██");
}

TEST(GoodputCurves, SharesOneScaleAndOneAxis) {
  const GoodputCurves curves =
      goodput_curves({run_of(100ms, {1, 2, 3, 4}), run_of(100ms, {8, 0})}, 40);
  EXPECT_EQ(curves.span, 400ms);
  ASSERT_EQ(curves.values.size(), 2U);
  EXPECT_THAT(curves.values[0], are({10, 20, 30, 40}));
  EXPECT_THAT(curves.values[1], are({80, 0, 0, 0}));
  EXPECT_THAT(curves.peaks, are({40, 80}));
  EXPECT_DOUBLE_EQ(curves.peak, 80);
}

TEST(GoodputCurves, TakesTheCoarsestInterval) {
  const GoodputCurves curves =
      goodput_curves({run_of(100ms, {1, 3, 5, 7}), run_of(200ms, {4, 8})}, 40);
  ASSERT_EQ(curves.values[0].size(), 2U);
  EXPECT_DOUBLE_EQ(curves.values[0][0], 20);
  EXPECT_DOUBLE_EQ(curves.values[0][1], 60);
  EXPECT_THAT(curves.values[1], are({20, 40}));
}

TEST(GoodputCurves, SharesAnIntervalBetweenTwoBins) {
  const GoodputCurves curves = goodput_curves({run_of(1s, {6, 6, 6})}, 2);
  ASSERT_EQ(curves.values[0].size(), 2U);
  EXPECT_DOUBLE_EQ(curves.values[0][0], 6);
  EXPECT_DOUBLE_EQ(curves.values[0][1], 6);
}

TEST(GoodputCurves, ShowsTheQuietEndOfARun) {
  metrics::RunRecord run = run_of(100ms, {5});
  run.simulated = 1s;
  EXPECT_EQ(sparkline(goodput_curves({run}, 40).values[0], 50, true), "█         ");
}

TEST(GoodputCurves, IsEmptyWithoutSeries) {
  EXPECT_EQ(goodput_curves({}, 40).peak, 0);
  EXPECT_TRUE(goodput_curves({metrics::RunRecord{}}, 40).values.at(0).empty());
}

RC_GTEST_PROP(GoodputCurvesProperty, LosesNothing, (std::uint64_t seed)) {
  Rng rng(seed);
  std::vector<std::int64_t> counts;
  double sum = 0;
  for (std::uint64_t i = 1 + rng.below(300); i > 0; --i) {
    counts.push_back(static_cast<std::int64_t>(rng.below(50)));
    sum += static_cast<double>(counts.back());
  }
  const Duration interval{static_cast<std::int64_t>(1 + rng.below(10'000'000'000))};
  const std::size_t bins_max = 1 + rng.below(100);
  const GoodputCurves curves = goodput_curves({run_of(interval, counts)}, bins_max);
  RC_ASSERT(curves.values[0].size() == std::min(bins_max, counts.size()));
  const double bin_s = to_s(curves.span) / static_cast<double>(curves.values[0].size());
  double found = 0;
  for (const double value : curves.values[0]) found += value * bin_s;
  RC_ASSERT(found > sum * (1 - 1e-9) - 1e-9);
  RC_ASSERT(found < sum * (1 + 1e-9) + 1e-9);
}

}  // namespace
}  // namespace squall::report::sparkline_test
