#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/random.hpp"
#include "tests/base/draws_support.hpp"

/// Draws of different keys must look independent, however alike the keys are: real keys are small
/// numbers next to each other.
namespace squall::keyed_draws_test {
namespace {

struct Key {
  std::uint64_t seed = 1;
  std::uint64_t entity = 0;
  std::uint64_t request = 0;
  std::uint64_t attempt = 1;
  std::uint64_t purpose = 0;

  [[nodiscard]] RandomKey key() const {
    return RandomKey{seed}.with(entity).with(request).with(attempt).with(purpose);
  }
  [[nodiscard]] double draw() const { return key().rng().uniform(); }
};

constexpr std::uint64_t pairs = 200'000;

TEST(KeyedDraws, OfTheNextRequestAreIndependent) {
  Squares squares;
  for (std::uint64_t i = 0; i < pairs; ++i) {
    squares.add(Key{.request = 2 * i}.draw(), Key{.request = 2 * i + 1}.draw());
  }
  EXPECT_LT(squares.chi_square(), chi_square_255);
}

TEST(KeyedDraws, OfTheNextAttemptAreIndependent) {
  Squares squares;
  for (std::uint64_t i = 0; i < pairs; ++i) {
    squares.add(Key{.request = i, .attempt = 1}.draw(), Key{.request = i, .attempt = 2}.draw());
  }
  EXPECT_LT(squares.chi_square(), chi_square_255);
}

TEST(KeyedDraws, OfTheNextPurposeAreIndependent) {
  Squares squares;
  for (std::uint64_t i = 0; i < pairs; ++i) {
    squares.add(Key{.request = i, .purpose = 0}.draw(), Key{.request = i, .purpose = 1}.draw());
  }
  EXPECT_LT(squares.chi_square(), chi_square_255);
}

TEST(KeyedDraws, OfTheNextSeedAreIndependent) {
  Squares squares;
  for (std::uint64_t i = 0; i < pairs; ++i) {
    squares.add(Key{.seed = 1, .request = i}.draw(), Key{.seed = 2, .request = i}.draw());
  }
  EXPECT_LT(squares.chi_square(), chi_square_255);
}

TEST(KeyedDraws, OfEntitiesWithSimilarNamesAreIndependent) {
  Squares squares;
  const std::uint64_t one = entity_id("service-1");
  const std::uint64_t two = entity_id("service-2");
  for (std::uint64_t i = 0; i < pairs; ++i) {
    squares.add(Key{.entity = one, .request = i}.draw(), Key{.entity = two, .request = i}.draw());
  }
  EXPECT_LT(squares.chi_square(), chi_square_255);
}

TEST(KeyedDraws, SecondOnesAreIndependentOfTheFirstAndOfTheNextRequests) {
  Squares within;
  Squares across;
  for (std::uint64_t i = 0; i < pairs; ++i) {
    Rng rng = Key{.request = 2 * i}.key().rng();
    const double first = rng.uniform();
    const double second = rng.uniform();
    within.add(first, second);
    across.add(second, Key{.request = 2 * i + 1}.draw());
  }
  EXPECT_LT(within.chi_square(), chi_square_255);
  EXPECT_LT(across.chi_square(), chi_square_255);
}

TEST(KeyedDraws, HaveNoSerialCorrelationAtAnyShortLag) {
  constexpr std::size_t n = 500'000;
  std::vector<double> draws(n + 16);
  for (std::size_t i = 0; i < draws.size(); ++i) draws[i] = Key{.request = i}.draw() - 0.5;
  for (std::size_t lag = 1; lag <= 16; ++lag) {
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) sum += draws[i] * draws[i + lag];
    // A product of two independent uniforms about 0 has variance 1/144.
    const double z = sum / std::sqrt(n / 144.0);
    EXPECT_LT(std::abs(z), 4.0) << "lag " << lag;
  }
}

TEST(KeyedDraws, OfTenMillionKeysStartNoTwoStreamsAtTheSameState) {
  std::vector<std::uint64_t> states;
  states.reserve(10'000'000);
  for (std::uint64_t entity = 0; entity < 10; ++entity) {
    for (std::uint64_t request = 0; request < 200'000; ++request) {
      for (std::uint64_t attempt = 1; attempt <= 5; ++attempt) {
        states.push_back(Key{.entity = entity, .request = request, .attempt = attempt}.key().value);
      }
    }
  }
  ASSERT_EQ(states.size(), 10'000'000U);
  EXPECT_EQ(count_equal_pairs(states), 0U);
}

TEST(KeyedDraws, DependOnTheOrderOfTheParts) {
  const RandomKey root{7};
  EXPECT_NE(root.with(1).with(2), root.with(2).with(1));
  EXPECT_NE(root.with(0), root);
  EXPECT_NE(root.with(0).with(0), root.with(0));
}

TEST(KeyedDraws, AreTheSameEveryTime) {
  EXPECT_EQ((Key{.request = 5, .attempt = 2}.draw()), (Key{.request = 5, .attempt = 2}.draw()));
  // Pinned: a change here changes every result that anybody has kept.
  EXPECT_EQ(
      (Key{.seed = 42, .entity = entity_id("payments"), .request = 1000, .attempt = 3}.key().value),
      0xc680d881ae4d096dULL);
}

}  // namespace
}  // namespace squall::keyed_draws_test
