#include "squall/base/decimal.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace squall::decimal_test {
namespace {

std::optional<WholeNumber> whole_of(std::string_view text, std::int64_t multiplier,
                                    std::int64_t divisor = 1) {
  const std::optional<Decimal> decimal = take_decimal(text);
  EXPECT_TRUE(decimal && text.empty());
  return whole_number(*decimal, multiplier, divisor);
}

TEST(Decimal, IsTakenOffTheFrontOfAText) {
  std::string_view text = "12.50ms";
  const std::optional<Decimal> decimal = take_decimal(text);
  ASSERT_TRUE(decimal);
  EXPECT_EQ(decimal->whole, "12");
  EXPECT_EQ(decimal->fraction, "50");
  EXPECT_EQ(text, "ms");
}

TEST(Decimal, NeedsDigitsOnBothSidesOfItsPoint) {
  std::string_view text = ".5";
  EXPECT_FALSE(take_decimal(text));
  EXPECT_EQ(text, ".5");
  text = "5.s";
  ASSERT_TRUE(take_decimal(text));
  EXPECT_EQ(text, ".s");
  text = "";
  EXPECT_FALSE(take_decimal(text));
  text = "-1";
  EXPECT_FALSE(take_decimal(text));
}

TEST(Decimal, BecomesAWholeNumberExactly) {
  EXPECT_EQ(whole_of("1.5", 1000)->value, 1500);
  EXPECT_TRUE(whole_of("1.5", 1000)->exact);
  EXPECT_EQ(whole_of("0.1", 1'000'000'000)->value, 100'000'000);
  EXPECT_EQ(whole_of("9223372036.854775807", 1'000'000'000)->value,
            std::numeric_limits<std::int64_t>::max());
  EXPECT_TRUE(whole_of("9223372036.854775807000000000000000000000", 1'000'000'000)->exact);
  EXPECT_TRUE(whole_of("0000000000000000000000000000001.0", 1)->exact);
}

TEST(Decimal, RoundsHalvesUpAndSaysSo) {
  EXPECT_EQ(whole_of("0.4", 1)->value, 0);
  EXPECT_EQ(whole_of("0.5", 1)->value, 1);
  EXPECT_FALSE(whole_of("0.5", 1)->exact);
  EXPECT_EQ(whole_of("0.499999999999999999999999999999", 1)->value, 0);
  EXPECT_EQ(whole_of("0.500000000000000000000000000001", 1)->value, 1);
  EXPECT_FALSE(whole_of("1.000000000000000000000000000001", 1)->exact);
  EXPECT_EQ(whole_of("1", 1'000'000, 60)->value, 16'667);
  EXPECT_FALSE(whole_of("1", 1'000'000, 60)->exact);
  EXPECT_TRUE(whole_of("3", 1'000'000, 60)->exact);
}

TEST(Decimal, IsNothingAboveTheLargestNumber) {
  EXPECT_FALSE(whole_of("9223372036854775808", 1));
  EXPECT_FALSE(whole_of("9223372036854775807.5", 1));
  EXPECT_EQ(whole_of("9223372036854775807.4", 1)->value, std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(whole_of("9223372036854775807", 1LL << 42));
  EXPECT_FALSE(whole_of("99999999999999999999999999999999", 1));
}

TEST(NearestDouble, IsTheOneThatTheCompilerReads) {
  EXPECT_EQ(nearest_double("0.05"), 0.05);
  EXPECT_EQ(nearest_double("5", -2), 0.05);
  EXPECT_EQ(nearest_double("12.5e-3"), 0.0125);
  EXPECT_EQ(nearest_double("1E+2"), 100.0);
  EXPECT_EQ(nearest_double("0.1000000000000000055511151231257827021181583404541015625"), 0.1);
  EXPECT_EQ(nearest_double("2.2250738585072014e-308"), 0x1p-1022);
  EXPECT_EQ(nearest_double("5e-324"), 0x1p-1074);
  EXPECT_EQ(nearest_double("0"), 0.0);
  EXPECT_EQ(nearest_double("0.000e999999999999"), 0.0);
}

TEST(NearestDouble, IsNothingForOtherTexts) {
  for (const std::string_view text : {"", "-1", "+1", " 1", "1 ", ".5", "5.", "1e", "1e+", "0x10",
                                      "inf", "nan", "1,5", "1_000", "1e400", "1e-400", "1.2.3"}) {
    EXPECT_FALSE(nearest_double(text)) << text;
  }
}

RC_GTEST_PROP(NearestDoubleProperty, AgreesWithTheStandardLibraryForAnyDigits,
              (std::uint64_t whole, std::uint64_t fraction)) {
  const int exponent = *rc::gen::inRange(-290, 280);
  const std::string text =
      std::to_string(whole) + "." + std::to_string(fraction) + "e" + std::to_string(exponent);
  const std::optional<double> value = nearest_double(text);
  RC_ASSERT(value.has_value());
  RC_ASSERT(*value == std::stod(text));
}

}  // namespace
}  // namespace squall::decimal_test
