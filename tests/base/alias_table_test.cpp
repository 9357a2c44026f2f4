#include "squall/base/alias_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/random.hpp"
#include "tests/base/goodness.hpp"

namespace squall::alias_table_test {
namespace {

/// The probability with which the table gives each index, read off its columns.
std::vector<double> probabilities_of(const AliasTable& table) {
  const auto columns = table.columns();
  std::vector<double> probabilities(columns.size(), 0.0);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const double own = std::ldexp(static_cast<double>(columns[i].threshold), -64);
    probabilities[i] += own;
    probabilities[columns[i].other] += 1.0 - own;
  }
  for (double& p : probabilities) p /= static_cast<double>(columns.size());
  return probabilities;
}

void expect_proportional(const std::vector<double>& weights) {
  const std::vector<double> found = probabilities_of(AliasTable(weights));
  const double heaviest = *std::max_element(weights.begin(), weights.end());
  long double sum = 0.0L;
  for (const double weight : weights) sum += static_cast<long double>(weight / heaviest);
  ASSERT_EQ(found.size(), weights.size());
  double worst = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const long double exact = static_cast<long double>(weights[i] / heaviest) / sum;
    worst = std::max(worst, std::fabs(found[i] - static_cast<double>(exact)));
    if (weights[i] == 0.0) {
      EXPECT_EQ(found[i], 0.0) << "index " << i;
    }
  }
  EXPECT_LT(worst, 1e-12);  // as alias_table.hpp promises
}

TEST(AliasTable, GivesEachIndexItsProbability) {
  expect_proportional({1.0});
  expect_proportional({1.0, 3.0});
  expect_proportional({0.5, 0.25, 0.125, 0.125});
  expect_proportional({5.0, 1.0, 1.0, 1.0, 1.0, 1.0});
  expect_proportional({1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0});
}

TEST(AliasTable, GivesEachIndexItsProbabilityForRandomWeightsOfAnyNumber) {
  Rng rng = RandomKey{201}.rng();
  for (const std::size_t size : {2U, 3U, 10U, 63U, 64U, 65U, 1000U, 65'537U}) {
    std::vector<double> weights(size);
    for (double& weight : weights) {
      const double u = rng.uniform();
      weight = u * u * u * u;  // a few heavy, many light
    }
    expect_proportional(weights);
  }
}

TEST(AliasTable, TakesAMillionWeights) {
  Rng rng = RandomKey{202}.rng();
  std::vector<double> weights(AliasTable::size_max);
  for (double& weight : weights) weight = rng.uniform();
  expect_proportional(weights);
}

TEST(AliasTable, TakesWeightsOfAnySize) {
  expect_proportional({1e308, 1e308, 1e308});
  expect_proportional({1e-308, 3e-308});
  expect_proportional({5e-324, 1e-323});
  expect_proportional({1e308, 1e-308, 1.0});
}

TEST(AliasTable, NeverGivesAnIndexOfWeightZero) {
  const std::vector<double> weights = {0.0, 1.0, 0.0, 1e-9, 0.0, 2.0, 0.0};
  expect_proportional(weights);
  const AliasTable table(weights);
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    Rng rng = RandomKey{203}.with(i).rng();
    EXPECT_GT(weights[table(rng)], 0.0);
  }
}

TEST(AliasTable, GivesTheOnlyIndexThatHasWeight) {
  const AliasTable table(std::vector<double>{0.0, 0.0, 4.0});
  for (std::uint64_t i = 0; i < 1000; ++i) {
    Rng rng = RandomKey{204}.with(i).rng();
    EXPECT_EQ(table(rng), 2U);
  }
}

TEST(AliasTable, TakesOneValueForADraw) {
  const AliasTable table(std::vector<double>{1.0, 2.0, 3.0});
  Rng drawn = RandomKey{205}.rng();
  Rng skipped = drawn;
  for (int i = 0; i < 1000; ++i) {
    static_cast<void>(table(drawn));
    static_cast<void>(skipped.next());
  }
  EXPECT_EQ(drawn.next(), skipped.next());
}

TEST(AliasTable, DrawsInProportionToTheWeights) {
  const std::vector<double> weights = {1.0, 2.0, 3.0, 4.0, 10.0, 30.0, 50.0};
  const AliasTable table(weights);
  constexpr int draws = 500'000;
  std::vector<double> counted(weights.size(), 0.0);
  for (std::uint64_t i = 0; i < draws; ++i) {
    Rng rng = RandomKey{206}.with(i).rng();
    counted[table(rng)] += 1.0;
  }
  std::vector<double> expected;
  for (const double weight : weights) expected.push_back(draws * weight / 100.0);
  EXPECT_LT(goodness::chi_square(counted, expected), 22.458)
      << "the 0.999 quantile of chi-square with 6 degrees of freedom";
}

TEST(AliasTable, IsTheSameEveryTimeAndEverywhere) {
  Rng rng = RandomKey{207}.rng();
  std::vector<double> weights(1000);
  for (double& weight : weights) weight = rng.uniform();
  const AliasTable table(weights);
  std::uint64_t hash = 0;
  for (const AliasTable::Column& column : table.columns()) {
    hash = mix64(hash ^ column.threshold);
    hash = mix64(hash ^ column.other);
  }
  EXPECT_EQ(hash, 0x1aa5edcd2b6a3532ULL);
}

TEST(AliasTableDeathTest, RefusesWhatItCannotDrawFrom) {
  EXPECT_DEATH(AliasTable(std::vector<double>{}), "1 to 1,000,000 weights");
  EXPECT_DEATH(AliasTable(std::vector<double>{0.0, 0.0}), "needs a weight above 0");
  EXPECT_DEATH(AliasTable(std::vector<double>{1.0, -1.0}), "below 0 or not finite");
  EXPECT_DEATH(AliasTable(std::vector<double>{1.0, std::numeric_limits<double>::infinity()}),
               "below 0 or not finite");
  EXPECT_DEATH(AliasTable(std::vector<double>{1.0, std::numeric_limits<double>::quiet_NaN()}),
               "below 0 or not finite");
}

}  // namespace
}  // namespace squall::alias_table_test
