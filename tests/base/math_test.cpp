#include "squall/base/math.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "squall/base/math_tables.hpp"
#include "squall/base/random.hpp"

namespace squall::math_test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double smallest_normal = std::numeric_limits<double>::min();
constexpr double smallest = std::numeric_limits<double>::denorm_min();
constexpr double largest = std::numeric_limits<double>::max();

// What math.hpp promises. Half an ulp, 1.11e-16, is the least that any function can do.
constexpr long double promised = 2.3e-16L;

static_assert(std::numeric_limits<long double>::digits >= 64, "the reference needs more digits");

long double relative_error(double found, long double exact) {
  return std::fabs((static_cast<long double>(found) - exact) / exact);
}

/// Any positive normal double, each exponent as likely as another.
double any_positive(Rng& rng) {
  const std::uint64_t exponent = 1 + rng.below(2046);
  const std::uint64_t mantissa = rng.next() >> 12U;
  return std::bit_cast<double>((exponent << 52U) | mantissa);
}

/// 1 + d or 1 - d with d from 2^-52 to 1/2, each order of magnitude as likely as another.
double near_one(Rng& rng) {
  const auto order = static_cast<int>(rng.below(52));
  const double d = std::ldexp(1.0 + rng.uniform(), -order - 2);
  return (rng.next() & 1U) != 0 ? 1.0 + d : 1.0 - d;
}

TEST(LogOf, IsWithinAnUlpOverAllDoubles) {
  Rng rng = RandomKey{1}.rng();
  long double worst = 0;
  for (int i = 0; i < 500'000; ++i) {
    const double x = any_positive(rng);
    if (x == 1.0) continue;
    worst = std::max(worst, relative_error(log_of(x), std::log(static_cast<long double>(x))));
  }
  EXPECT_LT(worst, promised);
}

TEST(LogOf, IsWithinAnUlpNearOne) {
  Rng rng = RandomKey{2}.rng();
  long double worst = 0;
  for (int i = 0; i < 500'000; ++i) {
    const double x = near_one(rng);
    if (x == 1.0) continue;
    worst = std::max(worst, relative_error(log_of(x), std::log(static_cast<long double>(x))));
  }
  EXPECT_LT(worst, promised);
}

TEST(LogOf, IsWithinAnUlpWhereTheTableGoesFromRowToRow) {
  long double worst = 0;
  for (int i = 0; i <= 128; ++i) {
    double x = i < 75 ? 0x1.6ap-1 + i / 256.0 : 1.0 + (i - 75) / 128.0;
    for (int step = 0; step < 3; ++step) x = std::nextafter(x, 0.0);
    for (int step = 0; step < 6; ++step) {
      if (x != 1.0) {
        worst = std::max(worst, relative_error(log_of(x), std::log(static_cast<long double>(x))));
      }
      x = std::nextafter(x, 2.0);
    }
  }
  EXPECT_LT(worst, promised);
}

TEST(LogOf, IsWithinAnUlpForSubnormals) {
  Rng rng = RandomKey{3}.rng();
  for (int i = 0; i < 10'000; ++i) {
    const double x = std::bit_cast<double>(1 + (rng.next() >> (12U + rng.below(52))));
    EXPECT_LT(relative_error(log_of(x), std::log(static_cast<long double>(x))), promised) << x;
  }
}

TEST(LogOf, NeverFallsAsItsArgumentRises) {
  Rng rng = RandomKey{4}.rng();
  for (int i = 0; i < 100'000; ++i) {
    const double x = (i & 1) != 0 ? near_one(rng) : any_positive(rng);
    EXPECT_LE(log_of(x), log_of(std::nextafter(x, infinity))) << x;
  }
}

TEST(LogOf, TakesTheEndsAsItsHeaderSays) {
  EXPECT_EQ(log_of(1.0), 0.0);
  EXPECT_FALSE(std::signbit(log_of(1.0)));
  EXPECT_EQ(log_of(0.0), -infinity);
  EXPECT_EQ(log_of(-0.0), -infinity);
  EXPECT_EQ(log_of(infinity), infinity);
  EXPECT_TRUE(std::isnan(log_of(-smallest)));
  EXPECT_TRUE(std::isnan(log_of(-infinity)));
  EXPECT_TRUE(std::isnan(log_of(nan)));
}

TEST(ExpOf, IsWithinAnUlpWhereTheResultIsNormal) {
  Rng rng = RandomKey{5}.rng();
  long double worst = 0;
  for (int i = 0; i < 500'000; ++i) {
    const double x = -708.0 + 1417.0 * rng.uniform();
    worst = std::max(worst, relative_error(exp_of(x), std::exp(static_cast<long double>(x))));
  }
  EXPECT_LT(worst, promised);
}

TEST(ExpOf, IsWithinAnUlpNearZero) {
  Rng rng = RandomKey{6}.rng();
  long double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = near_one(rng) - 1.0;
    worst = std::max(worst, relative_error(exp_of(x), std::exp(static_cast<long double>(x))));
  }
  EXPECT_LT(worst, promised);
}

TEST(ExpOf, IsWithinASubnormalStepBelowTheNormalNumbers) {
  for (double x = -745.0; x < -708.0; x += 1.0 / 1024.0) {
    const long double exact = std::exp(static_cast<long double>(x));
    EXPECT_LE(std::fabs(static_cast<long double>(exp_of(x)) - exact),
              static_cast<long double>(smallest))
        << x;
  }
}

TEST(ExpOf, NeverFallsAsItsArgumentRises) {
  Rng rng = RandomKey{7}.rng();
  for (int i = 0; i < 100'000; ++i) {
    const double x = -708.0 + 1417.0 * rng.uniform();
    EXPECT_LE(exp_of(x), exp_of(std::nextafter(x, infinity))) << x;
  }
}

TEST(ExpOf, TakesTheEndsAsItsHeaderSays) {
  EXPECT_EQ(exp_of(0.0), 1.0);
  EXPECT_EQ(exp_of(-0.0), 1.0);
  EXPECT_EQ(exp_of(smallest), 1.0);
  EXPECT_EQ(exp_of(-745.2), 0.0);
  EXPECT_EQ(exp_of(-745.1), smallest);
  EXPECT_EQ(exp_of(-infinity), 0.0);
  EXPECT_EQ(exp_of(-largest), 0.0);
  EXPECT_EQ(exp_of(709.8), infinity);
  EXPECT_LT(exp_of(709.78), infinity);
  EXPECT_EQ(exp_of(infinity), infinity);
  EXPECT_TRUE(std::isnan(exp_of(nan)));
}

TEST(PowerOf, IsWithinAnUlpWhateverTheSizeOfTheResult) {
  Rng rng = RandomKey{8}.rng();
  long double worst = 0;
  for (int i = 0; i < 300'000; ++i) {
    const double x = (i & 1) != 0 ? near_one(rng) : any_positive(rng);
    if (x == 1.0) continue;
    const double target = -708.0 + 1417.0 * rng.uniform();
    const double y = target / std::log(x);
    const long double exact = std::pow(static_cast<long double>(x), static_cast<long double>(y));
    if (exact < static_cast<long double>(smallest_normal)) continue;
    if (exact > static_cast<long double>(largest)) continue;
    worst = std::max(worst, relative_error(power_of(x, y), exact));
  }
  EXPECT_LT(worst, promised);
}

TEST(PowerOf, IsWithinAnUlpForResultsNearOne) {
  Rng rng = RandomKey{9}.rng();
  long double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = any_positive(rng);
    const double y = std::ldexp(rng.uniform() - 0.5, -static_cast<int>(rng.below(1000)));
    const long double exact = std::pow(static_cast<long double>(x), static_cast<long double>(y));
    if (exact < static_cast<long double>(smallest_normal)) continue;
    if (exact > static_cast<long double>(largest)) continue;
    worst = std::max(worst, relative_error(power_of(x, y), exact));
  }
  EXPECT_LT(worst, promised);
}

TEST(PowerOf, GivesSmallWholePowersExactly) {
  for (int x = 1; x <= 30; ++x) {
    double power = 1.0;
    for (int y = 0; y <= 10; ++y) {  // 30^10 < 2^53
      EXPECT_EQ(power_of(x, y), power) << x << "^" << y;
      power *= x;
    }
  }
}

TEST(PowerOf, TakesTheEndsAsItsHeaderSays) {
  for (const double x : {0.0, 1.0, 2.0, largest, infinity, -1.0}) EXPECT_EQ(power_of(x, 0.0), 1.0);
  for (const double y : {-infinity, -largest, -1.0, 1.0, largest, infinity}) {
    EXPECT_EQ(power_of(1.0, y), 1.0);
  }
  EXPECT_EQ(power_of(0.0, 2.0), 0.0);
  EXPECT_EQ(power_of(0.0, -2.0), infinity);
  EXPECT_EQ(power_of(infinity, 2.0), infinity);
  EXPECT_EQ(power_of(infinity, -2.0), 0.0);
  EXPECT_EQ(power_of(2.0, largest), infinity);
  EXPECT_EQ(power_of(2.0, -largest), 0.0);
  EXPECT_EQ(power_of(0.5, infinity), 0.0);
  EXPECT_EQ(power_of(largest, smallest), 1.0);
  EXPECT_EQ(power_of(2.0, -1074.0), smallest);
  EXPECT_EQ(power_of(2.0, 1023.0), 0x1p1023);
  EXPECT_TRUE(std::isnan(power_of(-1.0, 0.5)));
  EXPECT_TRUE(std::isnan(power_of(nan, 2.0)));
  EXPECT_TRUE(std::isnan(power_of(2.0, nan)));
}

TEST(MathTables, HoldTheLogarithmsOfTheirInverses) {
  for (const math_tables::LogRow& row : math_tables::log_rows) {
    // The high part is a multiple of 2^-42, the sum good to the digits of the reference.
    EXPECT_EQ(std::ldexp(row.high, 42), std::nearbyint(std::ldexp(row.high, 42)));
    const long double exact = -std::log(static_cast<long double>(row.inverse));
    const long double held = static_cast<long double>(row.high) + static_cast<long double>(row.low);
    EXPECT_LE(std::fabs(held - exact), std::ldexp(1.0L, -64)) << row.inverse;
  }
}

TEST(MathTables, HoldInversesThatLeaveALogarithmArgumentOfOneIn128) {
  for (int i = 0; i < 128; ++i) {
    const double inverse = math_tables::log_rows[i].inverse;
    const double low = i < 75 ? 0x1.6ap-1 + i / 256.0 : 1.0 + (i - 75) / 128.0;
    const double high = low + (i < 75 ? 1.0 / 256.0 : 1.0 / 128.0);
    EXPECT_EQ(std::ldexp(inverse, 9), std::nearbyint(std::ldexp(inverse, 9)));
    EXPECT_LE(std::fabs(low * inverse - 1.0), 1.0 / 128.0) << i;
    EXPECT_LE(std::fabs(high * inverse - 1.0), 1.0 / 128.0) << i;
  }
  // Around 1 nothing is added to log(1 + r), so nothing cancels.
  EXPECT_EQ(math_tables::log_rows[74].inverse, 1.0);
  EXPECT_EQ(math_tables::log_rows[75].inverse, 1.0);
}

TEST(MathTables, HoldThePowersOfTwoBetweenOneAndTwo) {
  for (int j = 0; j < 128; ++j) {
    const math_tables::ExpRow& row = math_tables::exp_rows[j];
    const long double exact = std::exp2(static_cast<long double>(j) / 128.0L);
    EXPECT_EQ(row.power, static_cast<double>(exact)) << j;
    const long double held =
        static_cast<long double>(row.power) * (1.0L + static_cast<long double>(row.left));
    EXPECT_LE(relative_error(row.power, exact), std::ldexp(1.0L, -53)) << j;
    EXPECT_LE(std::fabs(held - exact), std::ldexp(1.0L, -62)) << j;
  }
}

}  // namespace
}  // namespace squall::math_test
