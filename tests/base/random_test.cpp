#include "squall/base/random.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace squall::random_test {
namespace {

TEST(Rng, GivesTheKnownOutputsOfSplitMix64) {
  Rng zero(0);
  EXPECT_EQ(zero.next(), 0xe220a8397b1dcdafULL);
  EXPECT_EQ(zero.next(), 0x6e789e6aa1b965f4ULL);
  EXPECT_EQ(zero.next(), 0x06c45d188009454fULL);

  Rng other(1234567);
  EXPECT_EQ(other.next(), 6457827717110365317ULL);
  EXPECT_EQ(other.next(), 3203168211198807973ULL);
  EXPECT_EQ(other.next(), 9817491932198370423ULL);
  EXPECT_EQ(other.next(), 4593380528125082431ULL);
  EXPECT_EQ(other.next(), 16408922859458223821ULL);
}

TEST(Rng, IsUsableInConstantExpressions) {
  constexpr auto first = [] {
    Rng rng(0);
    return rng.next();
  }();
  static_assert(first == 0xe220a8397b1dcdafULL);
  static_assert(entity_id("a") == mix64(0xaf63dc4c8601ec8cULL), "FNV-1a of one letter, mixed");
  static_assert(entity_id("") == mix64(0xcbf29ce484222325ULL));
  SUCCEED();
}

TEST(Rng, UniformIsAMultipleOfTwoToTheMinus53AndBelowOne) {
  Rng rng(1);
  for (int i = 0; i < 100'000; ++i) {
    const double u = rng.uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    const double scaled = u * 0x1p53;
    ASSERT_EQ(scaled, std::floor(scaled));
  }
}

TEST(Rng, UniformFollowsItsLaw) {
  constexpr std::size_t n = 200'000;
  std::vector<double> draws(n);
  Rng rng(2);
  for (double& draw : draws) draw = rng.uniform();
  std::sort(draws.begin(), draws.end());
  double distance = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double below = static_cast<double>(i) / n;
    const double up_to = static_cast<double>(i + 1) / n;
    distance = std::max({distance, draws[i] - below, up_to - draws[i]});
  }
  // Kolmogorov's limiting law: 2 exp(-2 c^2) = 0.001 at c = sqrt(ln(2000) / 2) = 1.9495.
  EXPECT_LT(distance, 1.9495 / std::sqrt(static_cast<double>(n)));
}

TEST(Rng, BelowGivesEveryNumberEquallyOften) {
  constexpr std::size_t bound = 10;
  constexpr int n = 1'000'000;
  std::array<int, bound> counts{};
  Rng rng(3);
  for (int i = 0; i < n; ++i) ++counts.at(rng.below(bound));
  double chi_square = 0.0;
  const double expected = static_cast<double>(n) / bound;
  for (const int count : counts) chi_square += (count - expected) * (count - expected) / expected;
  EXPECT_LT(chi_square, 27.877) << "the 0.999 quantile of chi-square with 9 degrees of freedom";
}

TEST(Rng, BelowIsWithoutBiasWhereBitsModuloTheBoundWouldHaveMuch) {
  // 2^64 modulo 3 * 2^62 would give the lowest third twice as often as the other two.
  constexpr std::uint64_t third = 1ULL << 62U;
  constexpr int n = 300'000;
  std::array<int, 3> counts{};
  Rng rng(4);
  for (int i = 0; i < n; ++i) ++counts.at(rng.below(3 * third) / third);
  const double standard_error = std::sqrt(n * (1.0 / 3.0) * (2.0 / 3.0));
  for (const int count : counts) EXPECT_NEAR(count, n / 3, 4 * standard_error);
}

TEST(Rng, BelowOneIsZero) {
  Rng rng(5);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(rng.below(1), 0U);
}

TEST(Rng, BelowReachesTheLastNumberAndNoFurther) {
  Rng rng(6);
  std::uint64_t largest = 0;
  for (int i = 0; i < 1000; ++i) largest = std::max(largest, rng.below(3));
  EXPECT_EQ(largest, 2U);
}

TEST(Mix64, ChangesHalfOfTheBitsWhenOneBitChanges) {
  constexpr int n = 2000;
  Rng rng(7);
  for (unsigned bit = 0; bit < 64; ++bit) {
    int changed = 0;
    for (int i = 0; i < n; ++i) {
      const std::uint64_t x = rng.next();
      changed += std::popcount(mix64(x) ^ mix64(x ^ (1ULL << bit)));
    }
    // n * 64 fair coins; 64 bands are looked at, so each is wider than 4 standard errors.
    const double standard_error = std::sqrt(n * 64 * 0.25);
    EXPECT_NEAR(changed, n * 32, 5 * standard_error) << "bit " << bit;
  }
}

}  // namespace
}  // namespace squall::random_test
