// Expected values by hand, from the bins and the rule of libcircllhist (hist_approx_quantile).
#include "squall/policy/latency_bins.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::latency_bins_test {
namespace {

LatencyBins of(const std::vector<std::uint64_t>& values) {
  LatencyBins bins;
  for (const std::uint64_t value : values) bins.add(value);
  return bins;
}

TEST(LatencyBins, GoEvenlyThroughABin) {
  EXPECT_EQ(of({5'000, 5'000, 5'000, 5'000}).quantile(0.5), 5'050U);
  EXPECT_EQ(of({5'000, 5'000, 5'000, 5'000}).quantile(0.25), 5'025U);
  EXPECT_EQ(of({5'099, 5'000}).quantile(0.5), 5'050U) << "one bin";
  EXPECT_EQ(of({5'100, 5'000}).quantile(0.5), 5'100U) << "two, of which the first is filled";
  EXPECT_EQ(of({9'000, 5'000}).quantile(0.5), 5'100U) << "to the end of the first";
}

// Envoy's CancelLatencySample: 1 to 5 ms, of which the median is 3 ms when cut off.
TEST(LatencyBins, TakeTheMedianOfFive) {
  EXPECT_EQ(of({1'000, 2'000, 3'000, 4'000, 5'000}).quantile(0.5), 3'050U);
}

TEST(LatencyBins, HaveTwoDigits) {
  EXPECT_EQ(of({1'349}).quantile(0.0), 1'300U);
  EXPECT_EQ(of({1'349}).quantile(1.0), 1'400U);
  EXPECT_EQ(of({99}).quantile(0.0), 99U);
  EXPECT_EQ(of({99}).quantile(1.0), 100U);
  EXPECT_EQ(of({100}).quantile(1.0), 110U);
  EXPECT_EQ(of({10}).quantile(1.0), 11U);
}

TEST(LatencyBins, StandInOrderNextToEachOther) {
  EXPECT_EQ(of({10, 11}).quantile(0.0), 10U);
  EXPECT_EQ(of({10, 11}).quantile(1.0), 12U);
}

TEST(LatencyBins, AreExactBelowTen) {
  for (std::uint64_t us = 0; us < 10; ++us) {
    EXPECT_EQ(of({us}).quantile(0.0), us);
    EXPECT_EQ(of({us}).quantile(1.0), us);
  }
}

TEST(LatencyBins, TakeTheLargestValue) {
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(of({most}).quantile(0.0), 9'200'000'000'000'000'000U);
}

TEST(LatencyBins, StartAnew) {
  LatencyBins bins = of({10, 20, 30});
  EXPECT_EQ(bins.count(), 3U);
  bins.clear();
  EXPECT_EQ(bins.count(), 0U);
  bins.add(7);
  EXPECT_EQ(bins.quantile(0.5), 7U);
}

// Never further from the value that it stands for than the width of a bin, a tenth of it.
RC_GTEST_PROP(LatencyBins, AreWithinABinOfTheTrueQuantile, (std::uint64_t seed)) {
  Rng rng{seed};
  std::vector<std::uint64_t> values;
  LatencyBins bins;
  const std::uint64_t count = 1 + rng.below(200);
  for (std::uint64_t i = 0; i < count; ++i) {
    values.push_back(rng.below(std::uint64_t{1} << rng.below(40)));
    bins.add(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double q : {0.0, 0.25, 0.5, 0.9, 1.0}) {
    const auto rank = static_cast<std::size_t>(q * static_cast<double>(count));
    const auto low = static_cast<double>(values[rank == 0 ? 0 : rank - 1]);
    const auto high = static_cast<double>(values[std::min(rank, values.size() - 1)]);
    const auto found = static_cast<double>(bins.quantile(q));
    RC_ASSERT(found >= low * 0.9 - 1.0);
    RC_ASSERT(found <= high * 1.1 + 1.0);
  }
}

}  // namespace
}  // namespace squall::policy::latency_bins_test
