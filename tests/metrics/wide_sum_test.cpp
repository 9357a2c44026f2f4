#include "squall/metrics/wide_sum.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace squall::metrics::wide_sum_test {
namespace {

TEST(WideSum, IsNothingAtFirst) { EXPECT_EQ(WideSum{}.value(), Int128{0}); }

TEST(WideSum, CarriesIntoTheUpperHalf) {
  WideSum sum;
  sum.add(std::numeric_limits<std::uint64_t>::max());
  sum.add(2);
  EXPECT_EQ(sum.value(), (Int128{1} << 64U) + 1);
}

TEST(WideSum, GoesBelowNothing) {
  WideSum sum;
  sum.add_signed(-3);
  EXPECT_EQ(sum.value(), Int128{-3});
  sum.add_signed(5);
  EXPECT_EQ(sum.value(), Int128{2});
}

TEST(WideSum, HoldsTheEndsOfItsNumbers) {
  WideSum sum;
  for (int i = 0; i < 3; ++i) sum.add_signed(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(sum.value(), Int128{std::numeric_limits<std::int64_t>::min()} * 3);
}

RC_GTEST_PROP(WideSum, IsThatOfAnInt128, (const std::vector<std::int64_t>& numbers)) {
  WideSum sum;
  WideSum whole;
  Int128 expected = 0;
  for (const std::int64_t number : numbers) {
    sum.add_signed(number);
    whole += Int128{number};
    expected += number;
  }
  RC_ASSERT(sum.value() == expected);
  RC_ASSERT(whole == sum);
}

}  // namespace
}  // namespace squall::metrics::wide_sum_test
