#include "squall/metrics/histogram.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/base/random.hpp"

namespace squall::metrics::histogram_test {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();

/// Values of every magnitude, from 0 to the longest duration.
std::vector<std::int64_t> values_of(std::uint64_t seed, std::size_t count) {
  Rng rng(seed);
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < count; ++i) {
    const auto shift = 1 + rng.below(63);
    values.push_back(static_cast<std::int64_t>(rng.next() >> shift));
  }
  return values;
}

Histogram histogram_of(const std::vector<std::int64_t>& values,
                       int precision_bits = Histogram::precision_bits_default) {
  Histogram histogram(precision_bits);
  for (const std::int64_t value : values) histogram.add(Duration{value});
  return histogram;
}

double relative_difference(std::int64_t reported, std::int64_t exact) {
  const double difference = static_cast<double>(reported) - static_cast<double>(exact);
  return exact == 0 ? difference
                    : (difference < 0 ? -difference : difference) / static_cast<double>(exact);
}

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.min(), 0ns);
  EXPECT_EQ(histogram.max(), 0ns);
  EXPECT_EQ(histogram.mean_ns(), 0.0);
  EXPECT_FALSE(histogram.quantile(0.5).has_value());
  EXPECT_FALSE(histogram.quantile_of(0.5, 0).has_value());
  EXPECT_FALSE(histogram.quantile_of(0.0, 10).has_value());
}

TEST(Histogram, IsExactForSmallValues) {
  Histogram histogram;
  for (int i = 0; i < 256; ++i) histogram.add(Duration{i});
  for (int i = 1; i <= 256; ++i) {
    EXPECT_EQ(histogram.quantile(i / 256.0), Duration{i - 1});
  }
}

TEST(Histogram, CountsANegativeValueAsNothing) {
  Histogram histogram;
  histogram.add(-5ms);
  histogram.add(-1ms, 2);
  EXPECT_EQ(histogram.count(), 3U);
  EXPECT_EQ(histogram.max(), 0ns);
  EXPECT_EQ(histogram.mean_ns(), 0.0);
}

TEST(Histogram, HoldsTheLongestDuration) {
  Histogram histogram;
  histogram.add(forever);
  histogram.add(forever);
  EXPECT_EQ(histogram.quantile(1.0), forever);
  EXPECT_EQ(histogram.mean_ns(), static_cast<double>(longest));
}

TEST(Histogram, AddsUpIn128Bits) {
  Histogram one_by_one;
  for (int i = 0; i < 5; ++i) one_by_one.add(forever);
  one_by_one.add(0ns, 5);
  Histogram at_once;
  at_once.add(0ns, 5);
  at_once.add(forever, 5);
  EXPECT_EQ(at_once, one_by_one);
  EXPECT_EQ(at_once.mean_ns(), static_cast<double>(longest / 2) + 0.5);
  Histogram many;
  many.add(forever, std::uint64_t{1} << 62);
  EXPECT_EQ(many.mean_ns(), static_cast<double>(longest));
}

TEST(Histogram, AddingNoneChangesNothing) {
  Histogram histogram;
  histogram.add(7ms, 0);
  EXPECT_EQ(histogram, Histogram{});
}

TEST(Histogram, TakesAShareToNineDecimals) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.add(Duration{i});
  EXPECT_EQ(histogram.quantile(0.07), 7ns);  // 0.07 * 100 is above 7 in binary
  EXPECT_EQ(histogram.quantile(0.071), 8ns);
  EXPECT_EQ(histogram.quantile(0.0), 1ns);
  EXPECT_EQ(histogram.quantile(1.0), 100ns);
}

TEST(Histogram, RanksThoseThatNeverEndedAfterAllOthers) {
  Histogram histogram;
  for (int i = 1; i <= 60; ++i) histogram.add(Duration{i});
  EXPECT_EQ(histogram.quantile_of(0.5, 100), 50ns);
  EXPECT_EQ(histogram.quantile_of(0.6, 100), 60ns);
  EXPECT_FALSE(histogram.quantile_of(0.61, 100).has_value());
  EXPECT_FALSE(histogram.quantile_of(0.99, 100).has_value());
  EXPECT_EQ(histogram.quantile_of(0.99, 60), histogram.quantile(0.99));
}

TEST(HistogramDeathTest, RefusesFewerThanItHolds) {
  Histogram histogram;
  histogram.add(1ms, 3);
  EXPECT_DEATH((void)histogram.quantile_of(0.5, 2), "holds at most all values");
  EXPECT_DEATH((void)histogram.quantile(1.5), "from 0 to 1");
  EXPECT_DEATH(histogram.merge(Histogram{9}), "different precision");
  EXPECT_DEATH(Histogram{2}, "precision");
}

TEST(Histogram, StaysWithinItsMemory) {
  Histogram histogram;
  EXPECT_LE(histogram.relative_error(), 0.004);
  // The highest bucket there is.
  histogram.add(forever);
  histogram.add(0ns);
  EXPECT_EQ(histogram.quantile(0.5), 0ns);
}

RC_GTEST_PROP(HistogramProperty, ReportsEveryRankWithinTheStatedError, (std::uint64_t seed)) {
  const int precision_bits = *rc::gen::inRange(3, 15);
  const auto count = *rc::gen::inRange<std::size_t>(1, 400);
  std::vector<std::int64_t> values = values_of(seed, count);
  const Histogram histogram = histogram_of(values, precision_bits);
  std::sort(values.begin(), values.end());
  RC_ASSERT(histogram.relative_error() == 1.0 / static_cast<double>(1 << (precision_bits + 1)));
  for (std::size_t rank = 1; rank <= count; ++rank) {
    // The middle of the shares that have this rank, so that the ninth decimal does not matter.
    const double q = (static_cast<double>(rank) - 0.5) / static_cast<double>(count);
    const auto reported = histogram.quantile(q);
    RC_ASSERT(reported.has_value());
    RC_ASSERT(relative_difference(reported->count(), values[rank - 1]) <=
              histogram.relative_error());
    RC_ASSERT(*reported >= histogram.min() && *reported <= histogram.max());
    RC_ASSERT(histogram.quantile_of(q / 2, 2 * count).has_value());
  }
}

RC_GTEST_PROP(HistogramProperty, KnowsMeanLeastAndGreatestExactly, (std::uint64_t seed)) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 300);
  const std::vector<std::int64_t> values = values_of(seed, count);
  const Histogram histogram = histogram_of(values);
  RC_ASSERT(histogram.count() == count);
  RC_ASSERT(histogram.min().count() == *std::min_element(values.begin(), values.end()));
  RC_ASSERT(histogram.max().count() == *std::max_element(values.begin(), values.end()));
  // Summed in two halves of 32 bits, which cannot overflow here.
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (const std::int64_t value : values) {
    high += static_cast<std::uint64_t>(value) >> 32;
    low += static_cast<std::uint64_t>(value) & 0xffffffffU;
  }
  const auto n = static_cast<double>(count);
  const double mean = (static_cast<double>(high) * 0x1p32 + static_cast<double>(low)) / n;
  RC_ASSERT(histogram.mean_ns() >= mean * (1 - 1e-15));
  RC_ASSERT(histogram.mean_ns() <= mean * (1 + 1e-15));
}

RC_GTEST_PROP(HistogramProperty, MergedEqualsAllAddedInAnyOrder, (std::uint64_t seed)) {
  const auto count = *rc::gen::inRange<std::size_t>(0, 200);
  const std::vector<std::int64_t> a = values_of(seed, count);
  const std::vector<std::int64_t> b = values_of(seed ^ 1, count / 2);
  const std::vector<std::int64_t> c = values_of(seed ^ 2, 5);
  std::vector<std::int64_t> all = c;
  all.insert(all.end(), b.begin(), b.end());
  all.insert(all.end(), a.rbegin(), a.rend());

  Histogram left = histogram_of(a);
  left.merge(histogram_of(b));
  left.merge(histogram_of(c));
  Histogram bc = histogram_of(b);
  bc.merge(histogram_of(c));
  Histogram right = histogram_of(a);
  right.merge(bc);
  RC_ASSERT(left == right);
  RC_ASSERT(left == histogram_of(all));

  Histogram with_empty = left;
  with_empty.merge(Histogram{});
  RC_ASSERT(with_empty == left);
  Histogram into_empty;
  into_empty.merge(left);
  RC_ASSERT(into_empty == left);
}

RC_GTEST_PROP(HistogramProperty, TimesIsThatManyAdditions, (std::uint64_t seed)) {
  const std::int64_t value = values_of(seed, 1).front();
  const auto times = *rc::gen::inRange<std::uint64_t>(0, 50);
  Histogram at_once;
  at_once.add(Duration{value}, times);
  Histogram one_by_one;
  for (std::uint64_t i = 0; i < times; ++i) one_by_one.add(Duration{value});
  RC_ASSERT(at_once == one_by_one);
}

TEST(Histogram, CountsBelowTheEdgeOfABucketExactly) {
  for (const std::int64_t edge : {1LL, 100LL, 127LL << 3, 5LL << 22, 15LL << 19, 128LL << 30}) {
    Histogram histogram;
    histogram.add(Duration{0}, 2);
    histogram.add(Duration{edge - 1}, 3);
    histogram.add(Duration{edge}, 5);
    histogram.add(Duration{edge + 1}, 7);
    EXPECT_EQ(histogram.count_below(Duration{edge}), 5U) << edge;
  }
}

TEST(Histogram, CountsBelowWithinABucketNoneOfThatBucket) {
  Histogram histogram;
  histogram.add(1000us);  // its bucket is 999,424 to 1,003,519 ns
  EXPECT_EQ(histogram.count_below(1001us), 0U);
  EXPECT_EQ(histogram.count_below(Duration{1'003'520}), 1U);
}

TEST(Histogram, CountsBelowNothingAndBelowEverything) {
  Histogram histogram;
  EXPECT_EQ(histogram.count_below(forever), 0U);
  histogram.add(Duration{0});
  histogram.add(1s);
  EXPECT_EQ(histogram.count_below(Duration{0}), 0U);
  EXPECT_EQ(histogram.count_below(Duration{-1}), 0U);
  EXPECT_EQ(histogram.count_below(forever), 2U);
}

/// Few and many at a time, close together and far apart, in growing and in falling order.
RC_GTEST_PROP(HistogramProperty, CatchesUpWithWhatWasAdded, (std::uint64_t seed)) {
  Rng rng(seed);
  Histogram later;
  Histogram earlier;
  for (int look = 0; look < 40; ++look) {
    const std::uint64_t count = rng.below(4) == 0 ? rng.below(200) : rng.below(4);
    const std::uint64_t shift = 1 + rng.below(63);
    const std::uint64_t base = rng.below(2) == 0 ? 0 : rng.next() >> (1 + rng.below(63));
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t value =
          std::min(base + (rng.next() >> shift), static_cast<std::uint64_t>(longest));
      later.add(Duration{static_cast<std::int64_t>(value)}, 1 + rng.below(2));
    }
    const std::vector<Histogram::Bucket> expected = later.added_since(earlier);
    RC_ASSERT(earlier.catch_up_with(later) == expected);
    RC_ASSERT(earlier == later);
  }
}

TEST(Histogram, CatchesUpFromNothingAndWithOneValueOfAnyLength) {
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{1}, std::int64_t{255},
                                   std::int64_t{256}, std::int64_t{1} << 40U, longest}) {
    Histogram later;
    later.add(Duration{-7});  // counts as 0
    Histogram earlier = later;
    later.add(Duration{value});
    EXPECT_EQ(Histogram().catch_up_with(later), later.added_since(Histogram())) << value;
    EXPECT_EQ(earlier.catch_up_with(later).size(), 1U) << value;
    EXPECT_EQ(earlier, later) << value;
    EXPECT_TRUE(earlier.catch_up_with(later).empty()) << value;
  }
}

TEST(HistogramDeathTest, OnlyCatchesUpWithWhatItIsAnEarlierStateOf) {
  const auto of = [](std::initializer_list<int> values) {
    Histogram histogram;
    for (const int value : values) histogram.add(Duration{value});
    return histogram;
  };
  EXPECT_DEATH((void)of({5, 6}).catch_up_with(of({5})), "something is gone");
  EXPECT_DEATH((void)of({5}).catch_up_with(of({6, 7})), "something is gone");
  EXPECT_DEATH((void)of({5}).catch_up_with(of({6, 7, 8})), "something is gone");
}

}  // namespace
}  // namespace squall::metrics::histogram_test
