#include "squall/base/reciprocal.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace squall::reciprocal_test {
namespace {

constexpr std::uint64_t number_end = 1ULL << 63U;

/// Numbers around the powers of two and at both ends, where a multiplier that is off by one shows.
std::vector<std::uint64_t> edges(std::uint64_t last) {
  std::vector<std::uint64_t> found;
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (const std::int64_t off : {-2, -1, 0, 1, 2}) {
      const std::uint64_t number = (1ULL << bit) + static_cast<std::uint64_t>(off);
      if (number <= last) found.push_back(number);
    }
  }
  return found;
}

TEST(Reciprocal, DividesByOneUnlessToldOtherwise) {
  EXPECT_EQ(Reciprocal{}.quotient(0), 0U);
  EXPECT_EQ(Reciprocal{}.quotient(number_end - 1), number_end - 1);
}

TEST(Reciprocal, IsExactAroundPowersOfTwo) {
  for (const std::uint64_t divisor : edges(number_end)) {
    if (divisor == 0) continue;
    const Reciprocal reciprocal{divisor};
    for (const std::uint64_t number : edges(number_end - 1))
      ASSERT_EQ(reciprocal.quotient(number), number / divisor) << number << " / " << divisor;
  }
}

TEST(Reciprocal, IsExactAroundMultiples) {
  // Just below a multiple of the divisor a quotient that is too large shows first.
  for (const std::uint64_t divisor : edges(number_end)) {
    if (divisor == 0) continue;
    const Reciprocal reciprocal{divisor};
    const std::uint64_t most = (number_end - 1) / divisor;
    for (const std::uint64_t times : {most, most / 2, most / 3, std::uint64_t{1}}) {
      for (const unsigned less : {0U, 1U}) {
        const std::uint64_t number = times * divisor - less;
        if (times == 0) continue;
        ASSERT_EQ(reciprocal.quotient(number), number / divisor) << number << " / " << divisor;
      }
    }
  }
}

RC_GTEST_PROP(Reciprocal, IsExact, (std::uint64_t number, std::uint64_t divisor, std::uint8_t by)) {
  number &= number_end - 1;
  divisor = divisor >> (by % 64U) & (number_end - 1);
  RC_PRE(divisor > 0U);
  const Reciprocal reciprocal{divisor};
  RC_ASSERT(reciprocal.quotient(number) == number / divisor);
  const std::uint64_t multiple = number / divisor * divisor;
  RC_ASSERT(reciprocal.quotient(multiple) == number / divisor);
  if (multiple > 0) RC_ASSERT(reciprocal.quotient(multiple - 1) == number / divisor - 1);
}

TEST(ReciprocalDeathTest, RefusesZero) { EXPECT_DEATH(Reciprocal{0}, "nothing to divide by"); }

}  // namespace
}  // namespace squall::reciprocal_test
