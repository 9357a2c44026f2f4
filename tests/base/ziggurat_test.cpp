#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/distribution.hpp"
#include "squall/base/random.hpp"
#include "squall/base/ziggurat_tables.hpp"
#include "tests/base/goodness.hpp"

namespace squall::ziggurat_test {
namespace {

using Real = long double;

// --- The tables, computed again from what defines them ---

/// A falling density on [0, infinity) with f(0) = 1, its inverse, and the area beyond r.
struct Density {
  Real (*f)(Real);
  Real (*inverse)(Real);
  Real (*area_beyond)(Real);
};

const Density exponential = {
    .f = [](Real x) { return std::exp(-x); },
    .inverse = [](Real y) { return -std::log(y); },
    .area_beyond = [](Real r) { return std::exp(-r); },
};

const Density normal = {
    .f = [](Real x) { return std::exp(-x * x / 2); },
    .inverse = [](Real y) { return std::sqrt(-2 * std::log(y)); },
    .area_beyond =
        [](Real r) {
          return std::sqrt(std::numbers::pi_v<Real> / 2) *
                 std::erfc(r / std::numbers::sqrt2_v<Real>);
        },
};

struct Layers {
  std::array<Real, 257> x{};
  std::array<Real, 257> f{};
  Real excess = 0;  ///< of the top layer's upper edge over 1
};

Layers layers_from(const Density& density, Real r) {
  Layers layers;
  const Real area = r * density.f(r) + density.area_beyond(r);
  layers.x[0] = area / density.f(r);
  layers.x[1] = r;
  layers.f[1] = density.f(r);
  for (std::size_t i = 1; i < 256; ++i) {
    const Real top = layers.f[i] + area / layers.x[i];
    layers.f[i + 1] = top;
    if (i == 255 || top >= 1) {
      layers.excess = top - 1;
      layers.x[i + 1] = 0;
      if (i < 255) layers.excess = 1;  // the layers are too thick: r must grow
      break;
    }
    layers.x[i + 1] = density.inverse(top);
  }
  return layers;
}

/// The layers for the r with which the 256th ends at f(0) = 1.
Layers solved(const Density& density, Real low, Real high) {
  for (int step = 0; step < 80; ++step) {
    const Real middle = (low + high) / 2;
    (layers_from(density, middle).excess > 0 ? low : high) = middle;
  }
  return layers_from(density, high);
}

/// Within 4 units in the 53rd bit: the recomputation itself has 64 bits, of which the 255 steps
/// upwards lose some.
void expect_equal(const double (&table)[257], const std::array<Real, 257>& exact, std::size_t from,
                  std::size_t to) {
  for (std::size_t i = from; i <= to; ++i) {
    const Real error = std::fabs(static_cast<Real>(table[i]) / exact[i] - 1);
    EXPECT_LE(error, std::ldexp(Real{1}, -51)) << "entry " << i;
  }
}

TEST(ZigguratTables, OfTheExponentialLawSolveTheirEquations) {
  const Layers layers = solved(exponential, 7, 8);
  expect_equal(ziggurat_tables::exponential_x, layers.x, 0, 255);
  expect_equal(ziggurat_tables::exponential_f, layers.f, 1, 256);
  EXPECT_EQ(ziggurat_tables::exponential_x[256], 0.0);
  EXPECT_EQ(ziggurat_tables::exponential_f[256], 1.0);
  // As published: Marsaglia and Tsang (2000), for 256 layers.
  EXPECT_NEAR(ziggurat_tables::exponential_x[1], 7.69711747013104972, 1e-14);
}

TEST(ZigguratTables, OfTheNormalLawSolveTheirEquations) {
  const Layers layers = solved(normal, 3, 4);
  expect_equal(ziggurat_tables::normal_x, layers.x, 0, 255);
  expect_equal(ziggurat_tables::normal_f, layers.f, 1, 256);
  EXPECT_EQ(ziggurat_tables::normal_x[256], 0.0);
  EXPECT_EQ(ziggurat_tables::normal_f[256], 1.0);
  // As published: Marsaglia and Tsang (2000), for 256 layers.
  EXPECT_NEAR(ziggurat_tables::normal_x[1], 3.6541528853610088, 1e-14);
}

TEST(ZigguratTables, HoldTheDensityAtEachEdge) {
  // The density of the rounded edge differs from the rounded density by no more than the two
  // roundings: (x f'(x) / f(x) + 1) / 2 units of 2^-52.
  const Real half_unit = std::ldexp(Real{1}, -53);
  for (std::size_t i = 1; i <= 256; ++i) {
    const auto xe = static_cast<Real>(ziggurat_tables::exponential_x[i]);
    const auto fe = static_cast<Real>(ziggurat_tables::exponential_f[i]);
    EXPECT_LE(std::fabs(fe / exponential.f(xe) - 1), (xe + 1) * half_unit * 1.01L) << i;
    const auto xn = static_cast<Real>(ziggurat_tables::normal_x[i]);
    const auto fn = static_cast<Real>(ziggurat_tables::normal_f[i]);
    EXPECT_LE(std::fabs(fn / normal.f(xn) - 1), (xn * xn + 1) * half_unit * 1.01L) << i;
  }
}

TEST(ZigguratTables, FallInXAndRiseInF) {
  for (std::size_t i = 0; i < 256; ++i) {
    EXPECT_GT(ziggurat_tables::exponential_x[i], ziggurat_tables::exponential_x[i + 1]) << i;
    EXPECT_LT(ziggurat_tables::exponential_f[i], ziggurat_tables::exponential_f[i + 1]) << i;
    EXPECT_GT(ziggurat_tables::normal_x[i], ziggurat_tables::normal_x[i + 1]) << i;
    EXPECT_LT(ziggurat_tables::normal_f[i], ziggurat_tables::normal_f[i + 1]) << i;
  }
}

// --- The draws ---

constexpr std::size_t many = 1'000'000;

std::vector<double> draws_of(double (*draw)(Rng&), std::uint64_t seed) {
  std::vector<double> draws;
  draws.reserve(many);
  const RandomKey key{seed};
  for (std::uint64_t i = 0; i < many; ++i) {
    Rng rng = key.with(i).rng();
    draws.push_back(draw(rng));
  }
  return draws;
}

double exponential_cdf(double x) { return -std::expm1(-x); }
double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

/// Chi-square over 1024 ranges of equal probability. They are finer than most layers, so that a
/// wrong wedge shows.
double chi_square_of_1024(const std::vector<double>& draws, double (*cdf)(double)) {
  std::vector<double> counted(1024, 0.0);
  for (const double x : draws) {
    const auto range = static_cast<std::size_t>(cdf(x) * 1024.0);
    counted[std::min<std::size_t>(range, 1023)] += 1.0;
  }
  const std::vector<double> expected(1024, static_cast<double>(many) / 1024.0);
  return goodness::chi_square(counted, expected);
}

// The 0.999 quantile of chi-square with 1023 degrees of freedom.
constexpr double chi_square_1023 = 1168.50;

TEST(StandardExponential, FollowsItsLaw) {
  const std::vector<double> draws = draws_of(&standard_exponential, 101);
  EXPECT_LT(goodness::distance(draws, &exponential_cdf), goodness::critical_distance(many));
  EXPECT_LT(chi_square_of_1024(draws, &exponential_cdf), chi_square_1023);
}

TEST(StandardNormal, FollowsItsLaw) {
  const std::vector<double> draws = draws_of(&standard_normal, 102);
  EXPECT_LT(goodness::distance(draws, &normal_cdf), goodness::critical_distance(many));
  EXPECT_LT(chi_square_of_1024(draws, &normal_cdf), chi_square_1023);
}

/// The draws beyond r, as distances from it.
std::vector<double> beyond(const std::vector<double>& draws, double r) {
  std::vector<double> far;
  for (const double x : draws) {
    if (std::fabs(x) > r) far.push_back(std::fabs(x) - r);
  }
  return far;
}

TEST(StandardExponential, FollowsItsLawInTheTailToo) {
  const double r = ziggurat_tables::exponential_x[1];
  const std::vector<double> far = beyond(draws_of(&standard_exponential, 103), r);
  const auto count = static_cast<double>(far.size());
  const double expected = static_cast<double>(many) * std::exp(-r);   // 454
  EXPECT_LE(std::fabs(count - expected), 4.0 * std::sqrt(expected));  // Poisson
  EXPECT_LT(goodness::distance(far, &exponential_cdf), goodness::critical_distance(far.size()));
}

TEST(StandardNormal, FollowsItsLawInTheTailToo) {
  const double r = ziggurat_tables::normal_x[1];
  const std::vector<double> far = beyond(draws_of(&standard_normal, 104), r);
  const auto count = static_cast<double>(far.size());
  const double share = std::erfc(r / std::numbers::sqrt2);
  const double expected = static_cast<double>(many) * share;          // 258
  EXPECT_LE(std::fabs(count - expected), 4.0 * std::sqrt(expected));  // Poisson
  const auto cdf = [r, share](double d) {
    return 1.0 - std::erfc((r + d) / std::numbers::sqrt2) / share;
  };
  EXPECT_LT(goodness::distance(far, cdf), goodness::critical_distance(far.size()));
}

TEST(StandardNormal, HasBothSignsEquallyOftenInEveryLayer) {
  const std::vector<double> draws = draws_of(&standard_normal, 105);
  for (const double edge : {0.0, 0.5, 1.0, 2.0, 3.0}) {
    double positive = 0.0;
    double negative = 0.0;
    for (const double x : draws) {
      positive += x > edge ? 1.0 : 0.0;
      negative += x < -edge ? 1.0 : 0.0;
    }
    const double standard_error = std::sqrt(positive + negative);
    EXPECT_LE(std::fabs(positive - negative), 4.0 * standard_error) << "beyond " << edge;
  }
}

/// An Rng whose first value has these bits.
Rng that_starts_with(std::uint64_t bits) {
  const auto unshift = [](std::uint64_t x, unsigned by) {
    std::uint64_t y = x;
    for (int i = 0; i < 8; ++i) y = x ^ (y >> by);
    return y;
  };
  const auto inverse = [](std::uint64_t a) {  // of an odd number, modulo 2^64
    std::uint64_t b = a;
    for (int i = 0; i < 6; ++i) b *= 2 - a * b;
    return b;
  };
  std::uint64_t x = unshift(bits, 31) * inverse(0x94d049bb133111ebULL);
  x = unshift(x, 27) * inverse(0xbf58476d1ce4e5b9ULL);
  return Rng{unshift(x, 30) - 0x9e3779b97f4a7c15ULL};
}

TEST(StandardExponential, IsZeroForThePlaceZero) {
  Rng rng = that_starts_with(5);
  EXPECT_EQ(standard_exponential(rng), 0.0);
}

TEST(StandardExponential, IsFiniteAndBeyondTheLayersWhenTheTailIsDrawn) {
  for (std::uint64_t unused = 0; unused < 4; ++unused) {
    // Layer 0 and the last place in it; the other bits are not used.
    Rng rng = that_starts_with(0xfffffffffffff800ULL + (unused << 9U));
    const double x = standard_exponential(rng);
    EXPECT_GE(x, ziggurat_tables::exponential_x[1]);
    EXPECT_LT(x, 50.0);
  }
}

TEST(StandardNormal, TakesItsSignFromABitOfItsOwn) {
  const std::uint64_t place = 0x4000000000000000ULL;
  for (std::uint64_t layer = 0; layer < 255; ++layer) {
    Rng plus = that_starts_with(place | layer);
    Rng minus = that_starts_with(place | 256U | layer);
    const double x = standard_normal(plus);
    EXPECT_GT(x, 0.0);
    EXPECT_EQ(standard_normal(minus), -x) << "layer " << layer;
  }
}

}  // namespace
}  // namespace squall::ziggurat_test
