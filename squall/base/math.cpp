#include "squall/base/math.hpp"

#include <bit>
#include <cstdint>
#include <limits>

#include "squall/base/math_tables.hpp"

// Both functions reduce their argument by a table and end with a short Taylor polynomial, after
// P. T. P. Tang, "Table-driven implementation of the exponential function" (1989) and "... of the
// logarithm function" (1990). Compile with -ffp-contract=off: a fused multiply-add has other bits.

namespace squall {

namespace {

using math_tables::exp_rows;
using math_tables::log_rows;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// ln 2 as a multiple of 2^-42, so that a product with an exponent is exact, and the rest.
constexpr double ln2_high = 0x1.62e42fefa3800p-1;
constexpr double ln2_low = 0x1.ef35793c76730p-45;

// ln 2 / 128, likewise: its product with an integer below 2^18 is exact.
constexpr double step_high = 0x1.62e42fefc0000p-8;
constexpr double step_low = -0x1.c610ca86c3899p-44;
constexpr double steps_in_one = 0x1.71547652b82fep+7;

/// high + low, which is `high` when rounded.
struct Pair {
  double high;
  double low;
};

/// The exact sum. REQUIRES |a| >= |b|, or a = 0.
Pair fast_sum(double a, double b) noexcept {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

/// The exact sum (Knuth).
Pair exact_sum(double a, double b) noexcept {
  const double sum = a + b;
  const double of_b = sum - a;
  const double of_a = sum - of_b;
  return {sum, (a - of_a) + (b - of_b)};
}

/// The exact product (Dekker). REQUIRES factors and product far from overflow and underflow.
Pair exact_product(double a, double b) noexcept {
  constexpr double splitter = 0x1p27 + 1.0;
  const double a_scaled = a * splitter;
  const double a_high = a_scaled - (a_scaled - a);
  const double a_low = a - a_high;
  const double b_scaled = b * splitter;
  const double b_high = b_scaled - (b_scaled - b);
  const double b_low = b - b_high;
  const double product = a * b;
  const double left = ((a_high * b_high - product) + a_high * b_low + a_low * b_high);
  return {product, left + a_low * b_low};
}

/// The double 2^exponent. REQUIRES -1022 <= exponent <= 1023.
double power_of_two(std::int64_t exponent) noexcept {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52U);
}

/// log x = base + r + rest, where r = r_high + r_low exactly, base is a multiple of 2^-42 that is
/// 0 when x is near 1 and larger than r elsewhere, and |r| <= 1/128.
struct Reduced {
  double base;
  double r_high;
  double r_low;
  double rest;
};

/// REQUIRES 0 < x < infinity.
Reduced reduce_log(double x) noexcept {
  std::int64_t exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    exponent = -54;
  }
  // x = 2^exponent m with m in [0.70703125, 1.4140625).
  constexpr auto lowest = std::bit_cast<std::uint64_t>(0x1.6ap-1);
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t above = bits - lowest;
  const std::int64_t whole = static_cast<std::int64_t>(above) >> 52;
  const auto& row = log_rows[(above >> 45U) & 127U];
  const std::uint64_t m_bits = bits - (static_cast<std::uint64_t>(whole) << 52U);
  exponent += whole;

  // m * inverse - 1, each half of m separately so that the products are exact.
  const double m = std::bit_cast<double>(m_bits);
  const double m_high = std::bit_cast<double>(m_bits & 0xfffffffff8000000ULL);
  const double m_low = m - m_high;
  const Pair r = exact_sum(m_high * row.inverse - 1.0, m_low * row.inverse);

  const auto e = static_cast<double>(exponent);
  return {e * ln2_high + row.high, r.high, r.low, e * ln2_low + row.low};
}

/// (log(1 + r) - r + r^2 / 2) / r^3 for |r| <= 1/128, to about 2^-45: 2^-59 of log(1 + r).
double log_polynomial(double r) noexcept {
  const double r2 = r * r;
  const double far = (1.0 / 7.0) - r * (1.0 / 8.0);
  const double middle = (1.0 / 5.0) - r * (1.0 / 6.0);
  const double near = (1.0 / 3.0) - r * (1.0 / 4.0);
  return near + r2 * (middle + r2 * far);
}

/// The logarithm to about 2^-65. REQUIRES 0 < x < infinity.
Pair extended_log(double x) noexcept {
  const Reduced t = reduce_log(x);
  const double r = t.r_high;
  const Pair square = exact_product(r, r);
  const Pair first = fast_sum(t.base, r);
  const Pair second = exact_sum(first.high, -0.5 * square.high);
  // Two more terms of the series, so that its end is 2^-73 of the logarithm.
  const double r6 = square.high * square.high * square.high;
  const double polynomial = log_polynomial(r) + r6 * ((1.0 / 9.0) - r * (1.0 / 10.0));
  // -r r_low is the part of the square that r_low adds.
  const double small =
      ((t.r_low - r * t.r_low) - 0.5 * square.low) + (t.rest + r * square.high * polynomial);
  return fast_sum(second.high, (first.low + second.low) + small);
}

/// exp(x + correction) for a correction below an ulp of x. REQUIRES -746 <= x <= 710.
double exp_of_sum(double x, double correction) noexcept {
  // Adding and taking away 1.5 * 2^52 rounds to an integer.
  constexpr double rounder = 0x1.8p52;
  const double steps = (x * steps_in_one + rounder) - rounder;
  const auto count = static_cast<std::int64_t>(steps);
  const double r = ((x - steps * step_high) - steps * step_low) + correction;
  const auto& row = exp_rows[static_cast<std::uint64_t>(count) & 127U];
  const double r2 = r * r;
  const double curve = r2 * ((0.5 + r * (1.0 / 6.0)) + r2 * ((1.0 / 24.0) + r * (1.0 / 120.0)));
  const double mantissa = row.power + row.power * (row.left + (r + curve));

  const std::int64_t exponent = count >> 7;
  if (exponent > -1022 && exponent < 1023) return mantissa * power_of_two(exponent);
  // In two steps, of which only the second may round or overflow.
  const std::int64_t half = exponent / 2;
  return mantissa * power_of_two(half) * power_of_two(exponent - half);
}

}  // namespace

double log_of(double x) noexcept {
  if (!(x > 0.0)) return x == 0.0 ? -infinity : not_a_number;
  if (x == infinity) return infinity;
  const Reduced t = reduce_log(x);
  const double r = t.r_high;
  const double r2 = r * r;
  const Pair sum = fast_sum(t.base, r);
  const double curve = r2 * (r * log_polynomial(r) - 0.5);
  return sum.high + (sum.low + ((t.rest + t.r_low) + curve));
}

double exp_of(double x) noexcept {
  if (x > 710.0) return infinity;
  if (x < -746.0) return 0.0;
  if (x != x) return x;
  return exp_of_sum(x, 0.0);
}

double power_of(double x, double y) noexcept {
  if (y == 0.0 || x == 1.0) return 1.0;
  if (!(x > 0.0) || x == infinity) return exp_of(y * log_of(x));
  const Pair log_x = extended_log(x);
  const double estimate = y * log_x.high;
  // What is too large, too small or not a number needs no more digits; nor what gives 1, for which
  // the exact product might underflow.
  if (!(estimate > -746.0 && estimate < 710.0)) return exp_of(estimate);
  if (estimate > -0x1p-60 && estimate < 0x1p-60) return 1.0;
  const Pair product = exact_product(y, log_x.high);
  return exp_of_sum(product.high, product.low + y * log_x.low);
}

}  // namespace squall
