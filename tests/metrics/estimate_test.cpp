#include "squall/metrics/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/random.hpp"
#include "squall/metrics/student_t.hpp"

namespace squall::metrics::estimate_test {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

Moments moments_of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) moments.add(value);
  return moments;
}

std::vector<double> uniforms(std::uint64_t seed, std::size_t count) {
  Rng rng(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(rng.uniform());
  return values;
}

double normal_draw(Rng& rng) {
  // Its ends, beyond 1e-9, are cut off.
  return normal_quantile(1e-9 + (1.0 - 2e-9) * rng.uniform());
}

TEST(Moments, AreThoseOfATextbookExample) {
  // Mean 5, sum of squares 32.
  const Moments moments = moments_of({2, 4, 4, 4, 5, 5, 7, 9});
  EXPECT_EQ(moments.count(), 8U);
  EXPECT_EQ(moments.mean(), 5.0);
  EXPECT_NEAR(moments.variance(), 32.0 / 7.0, 1e-15);
  EXPECT_EQ(moments.min(), 2.0);
  EXPECT_EQ(moments.max(), 9.0);
}

TEST(Moments, LoseNothingToALargeMean) {
  // NIST StRD, NumAcc4: mean 10000000.2, standard deviation exactly 0.1. The differences of its
  // values are exact to 2e-9 only, as doubles.
  Moments moments;
  moments.add(10000000.2);
  for (int i = 0; i < 500; ++i) {
    moments.add(10000000.1);
    moments.add(10000000.3);
  }
  EXPECT_NEAR(moments.mean(), 10000000.2, 1e-8);
  EXPECT_NEAR(std::sqrt(moments.variance()), 0.1, 1e-8);
}

TEST(Moments, HaveNoVarianceWhereAllAreEqual) {
  Moments moments;
  for (int i = 0; i < 1000; ++i) moments.add(0.1);
  EXPECT_EQ(moments.mean(), 0.1);
  EXPECT_EQ(moments.variance(), 0.0);
  EXPECT_EQ(moments.estimate().half_width_95, 0.0);
}

TEST(Moments, MergeToWhatAllTogetherAre) {
  const std::vector<double> values = uniforms(1, 1000);
  const Moments whole = moments_of(values);
  for (const std::size_t cut : {0U, 1U, 17U, 500U, 999U, 1000U}) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(cut);
    Moments left = moments_of({values.begin(), at});
    left.merge(moments_of({at, values.end()}));
    EXPECT_EQ(left.count(), whole.count());
    EXPECT_EQ(left.min(), whole.min());
    EXPECT_EQ(left.max(), whole.max());
    EXPECT_NEAR(left.mean(), whole.mean(), 1e-14);
    EXPECT_NEAR(left.variance(), whole.variance(), 1e-14);
  }
}

TEST(Moments, HaveTheSameBitsWheneverTheOrderIsTheSame) {
  const std::vector<double> values = uniforms(2, 300);
  EXPECT_EQ(moments_of(values), moments_of(values));
  Moments merged;
  Moments again;
  for (std::size_t from = 0; from < 300; from += 100) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(from);
    merged.merge(moments_of({at, at + 100}));
    again.merge(moments_of({at, at + 100}));
  }
  EXPECT_EQ(merged, again);
}

TEST(Estimate, KnowsNothingFromOne) {
  EXPECT_EQ(Moments{}.estimate().count, 0U);
  EXPECT_EQ(Moments{}.estimate().half_width_95, infinite);
  const Estimate one = moments_of({3.0}).estimate();
  EXPECT_EQ(one.count, 1U);
  EXPECT_EQ(one.mean, 3.0);
  EXPECT_EQ(one.standard_error, infinite);
  EXPECT_EQ(one.half_width_95, infinite);
  EXPECT_FALSE(one.excludes(1e300));
}

TEST(Estimate, IsStudentsIntervalOfSleep) {
  // "Student", "The probable error of a mean", Biometrika 6, 1908: ten patients' additional sleep
  // under two drugs; differences 1.2 2.4 1.3 1.3 0.0 1.0 1.8 0.8 4.6 1.4, mean 1.58, and by the
  // tables of today 0.700 to 2.460.
  const Estimate estimate =
      moments_of({1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4}).estimate();
  EXPECT_NEAR(estimate.mean, 1.58, 1e-12);
  EXPECT_NEAR(estimate.low(), 0.7001142, 1e-7);
  EXPECT_NEAR(estimate.high(), 2.4598858, 1e-7);
  EXPECT_TRUE(estimate.excludes(0.0));
  EXPECT_FALSE(estimate.excludes(1.0));
}

TEST(Estimate, HoldsTheTruthIn95Of100) {
  // Exact for normal observations, whatever their number. 20,000 intervals: standard error of the
  // share 0.00154, so the band of 3.9 of them is 0.944 to 0.956.
  constexpr int intervals = 20'000;
  for (const int count : {2, 3, 5, 20}) {
    Rng rng(static_cast<std::uint64_t>(count));
    int holding = 0;
    for (int i = 0; i < intervals; ++i) {
      Moments moments;
      for (int k = 0; k < count; ++k) moments.add(7.0 + 3.0 * normal_draw(rng));
      if (!moments.estimate().excludes(7.0)) ++holding;
    }
    EXPECT_NEAR(holding / static_cast<double>(intervals), 0.95, 0.006) << count;
  }
}

TEST(Wilson, IsThatOfThePublishedExamples) {
  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
  // Medicine 17, 1998, table I, method 3.
  struct Row {
    std::uint64_t part, whole;
    double low, high;
  };
  for (const Row& row : {Row{81, 263, 0.2553, 0.3662}, Row{15, 148, 0.0624, 0.1605},
                         Row{0, 20, 0.0000, 0.1611}, Row{1, 29, 0.0061, 0.1718}}) {
    const ShareInterval made = wilson_95(row.part, row.whole);
    EXPECT_NEAR(made.low, row.low, 0.00005) << row.part;
    EXPECT_NEAR(made.high, row.high, 0.00005) << row.part;
    EXPECT_EQ(made.share, static_cast<double>(row.part) / static_cast<double>(row.whole));
    // The others are the rest.
    const ShareInterval rest = wilson_95(row.whole - row.part, row.whole);
    EXPECT_NEAR(rest.low, 1.0 - made.high, 1e-15);
    EXPECT_NEAR(rest.high, 1.0 - made.low, 1e-15);
  }
}

TEST(Wilson, StaysWithinZeroAndOne) {
  for (std::uint64_t whole = 1; whole <= 200; ++whole) {
    for (std::uint64_t part = 0; part <= whole; ++part) {
      const ShareInterval made = wilson_95(part, whole);
      ASSERT_LE(0.0, made.low);
      ASSERT_LE(made.low, made.share);
      ASSERT_LE(made.share, made.high);
      ASSERT_LE(made.high, 1.0);
      ASSERT_LT(made.low, made.high);
    }
  }
  const ShareInterval nothing = wilson_95(0, 0);
  EXPECT_EQ(nothing.low, 0.0);
  EXPECT_EQ(nothing.high, 1.0);
}

TEST(Wilson, HoldsTheTruthOnAverageIn95Of100) {
  // Its coverage wavers with the share, as that of any interval of a count must; averaged over
  // shares it is 95 %. By the exact probabilities of the binomial distribution, so chance has no
  // part in it; the bands are for the wavering.
  constexpr std::uint64_t trials = 30;
  double coverage = 0.0;
  double least = 1.0;
  for (int percent = 1; percent <= 99; ++percent) {
    const double share = percent / 100.0;
    double chance = std::pow(1.0 - share, static_cast<double>(trials));
    double covered = 0.0;
    for (std::uint64_t part = 0; part <= trials; ++part) {
      const ShareInterval made = wilson_95(part, trials);
      if (made.low <= share && share <= made.high) covered += chance;
      chance *= static_cast<double>(trials - part) / static_cast<double>(part + 1) * share /
                (1.0 - share);
    }
    coverage += covered / 99.0;
    least = std::min(least, covered);
  }
  EXPECT_NEAR(coverage, 0.952, 0.006);
  EXPECT_GE(least, 0.83);
}

}  // namespace
}  // namespace squall::metrics::estimate_test
