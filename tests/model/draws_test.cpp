#include "squall/model/draws.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/random.hpp"
#include "tests/base/draws_support.hpp"

/// A key is a sum, and only what is drawn from it is mixed: so what differs in one part of the sum
/// has to look independent all the same.
namespace squall::model::draws_test {
namespace {

constexpr std::uint64_t pairs = 200'000;

/// A draw of a run as it is: the first attempt of a request, at a service, unless said otherwise.
struct Draw {
  std::uint64_t request = 0;
  std::uint32_t attempt = 1;
  std::uint64_t entity = entity_id("payments");
  Purpose purpose = Purpose::service_time;
  std::uint64_t turn = 0;

  [[nodiscard]] RandomKey key() const {
    const RandomKey workload = RandomKey{1}.with(entity_id("shoppers"));
    const std::uint64_t lineage =
        lineage_of_try(workload.with(request).value, Try::attempt, 1, attempt);
    return key_of(lineage, entity, purpose, turn);
  }
  [[nodiscard]] double operator()() const { return key().rng().uniform(); }
};

template <typename One, typename Other>
double chi_square_of(One&& one, Other&& other) {
  Squares squares;
  for (std::uint64_t i = 0; i < pairs; ++i) squares.add(one(i)(), other(i)());
  return squares.chi_square();
}
Draw of_request(std::uint64_t i) { return {.request = i}; }

TEST(Draws, OfTheNextRequestAreIndependent) {
  EXPECT_LT(chi_square_of([](auto i) { return of_request(2 * i); },
                          [](auto i) { return of_request(2 * i + 1); }),
            chi_square_255);
}

TEST(Draws, OfEveryOtherPurposeAreIndependent) {
  // 23 of them: by chance one of 44 runs would have one that is beyond the 0.999 quantile.
  for (auto purpose = static_cast<std::uint64_t>(Purpose::arrival);
       purpose <= static_cast<std::uint64_t>(Purpose::handling); ++purpose) {
    if (purpose == static_cast<std::uint64_t>(Purpose::service_time)) continue;
    EXPECT_LT(chi_square_of(of_request,
                            [purpose](auto i) {
                              return Draw{.request = i, .purpose = static_cast<Purpose>(purpose)};
                            }),
              chi_square_255)
        << purpose;
  }
}

TEST(Draws, OfTheNextTurnAreIndependent) {
  for (std::uint64_t turn = 1; turn <= 4; ++turn) {
    EXPECT_LT(chi_square_of(
                  [turn](auto i) {
                    return Draw{.request = i, .purpose = Purpose::backoff, .turn = turn};
                  },
                  [turn](auto i) {
                    return Draw{.request = i, .purpose = Purpose::backoff, .turn = turn + 1};
                  }),
              chi_square_255)
        << turn;
  }
}

TEST(Draws, OfTheNextAttemptAreIndependent) {
  EXPECT_LT(chi_square_of(of_request, [](auto i) { return Draw{.request = i, .attempt = 2}; }),
            chi_square_255);
}

TEST(Draws, OfEntitiesWithSimilarNamesAreIndependent) {
  EXPECT_LT(
      chi_square_of(of_request,
                    [](auto i) { return Draw{.request = i, .entity = entity_id("payments-2")}; }),
      chi_square_255);
}

TEST(Draws, FromOneKeyAreIndependentOfOneAnotherAndOfOtherKeys) {
  Squares within;
  Squares across;
  for (std::uint64_t i = 0; i < pairs; ++i) {
    Rng rng = of_request(i).key().rng();
    const double first = rng.uniform();
    const double second = rng.uniform();
    within.add(first, second);
    across.add(second, Draw{.request = i, .purpose = Purpose::failure}());
  }
  EXPECT_LT(within.chi_square(), chi_square_255);
  EXPECT_LT(across.chi_square(), chi_square_255);
}

TEST(Draws, OfTenMillionKeysStartNoTwoStreamsAtTheSameState) {
  std::vector<std::uint64_t> states;
  states.reserve(10'000'000);
  for (std::uint64_t request = 0; request < 100'000; ++request) {
    for (std::uint32_t attempt = 1; attempt <= 5; ++attempt) {
      for (const auto* name : {"payments", "payments-2"}) {
        for (const Purpose purpose : {Purpose::service_time, Purpose::backoff}) {
          for (std::uint64_t turn = 0; turn < 5; ++turn) {
            states.push_back(Draw{.request = request,
                                  .attempt = attempt,
                                  .entity = entity_id(name),
                                  .purpose = purpose,
                                  .turn = turn}
                                 .key()
                                 .value);
          }
        }
      }
    }
  }
  ASSERT_EQ(states.size(), 10'000'000U);
  EXPECT_EQ(count_equal_pairs(states), 0U);
}

// A stream walks by one step, the keys of an entity lie another apart. The d-th key from one on
// starts where the stream of that one is after k draws if d strides are k steps, modulo 2^64.
TEST(Draws, ManyTurnsOfAllPurposesDoNotMeetInTheStreamsOfOneAnother) {
  constexpr std::uint64_t step = 0x9e3779b97f4a7c15ULL;  // of Rng
  std::uint64_t inverse = step;                          // Newton: each turn doubles the bits
  for (int i = 0; i < 6; ++i) inverse *= 2 - step * inverse;
  ASSERT_EQ(step * inverse, 1U);
  const std::uint64_t stride = key_of(0, 0, Purpose{2}).value - key_of(0, 0, Purpose{1}).value;
  ASSERT_EQ(key_of(0, 0, Purpose{1}, 3).value - key_of(0, 0, Purpose{1}, 2).value, stride * 256);
  const std::uint64_t steps_of_stride = stride * inverse;
  std::uint64_t nearest = ~std::uint64_t{0};
  constexpr std::uint64_t keys = 256 * 65'536;  // as many turns, of as many purposes
  std::uint64_t steps = 0;
  for (std::uint64_t d = 1; d < keys; ++d) {
    steps += steps_of_stride;
    nearest = std::min({nearest, steps, 0 - steps});
  }
  EXPECT_GT(nearest, std::uint64_t{1} << 32U);
}

}  // namespace
}  // namespace squall::model::draws_test
