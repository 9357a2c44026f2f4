#include "squall/base/distribution.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/random.hpp"
#include "tests/base/goodness.hpp"

namespace squall::distribution_test {
namespace {

using namespace std::chrono_literals;

/// E X, E X^2, E X^3 and E X^4, in seconds.
using Moments = std::array<double, 4>;

/// A distribution and what mathematics says about it, in seconds, so that whole nanoseconds do not
/// show. `cdf` takes the two parameters `a` and `b`.
struct Law {
  std::string name;
  DistributionSpec spec;
  Moments moments;
  double (*cdf)(double x, double a, double b);
  double a = 0.0;
  double b = 0.0;
};

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }
double normal_density(double z) {
  return std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
}

Law uniform_law() {
  const double a = 1.0;
  const double b = 3.0;
  Moments moments{};
  for (int k = 1; k <= 4; ++k) {
    moments[static_cast<std::size_t>(k - 1)] =
        (std::pow(b, k + 1) - std::pow(a, k + 1)) / ((k + 1) * (b - a));
  }
  return {"Uniform", Uniform{1s, 3s},
          moments,   [](double x, double low, double high) { return (x - low) / (high - low); },
          a,         b};
}

Law exponential_law() {
  return {"Exponential",
          Exponential{2s},
          {2.0, 8.0, 48.0, 384.0},  // k! 2^k
          [](double x, double mean, double) { return -std::expm1(-x / mean); },
          2.0};
}

Law normal_law() {
  const double m = 10.0;  // 10 sd from 0: nothing is cut
  const double s = 1.0;
  return {"Normal",
          Normal{10s, 1s},
          {m, m * m + s * s, m * m * m + 3 * m * s * s,
           m * m * m * m + 6 * m * m * s * s + 3 * s * s * s * s},
          [](double x, double mean, double sd) { return normal_cdf((x - mean) / sd); },
          m,
          s};
}

Law lognormal_law() {
  const double sigma = std::log(2.0) / 2.3263478740408408;
  const auto moment = [sigma](double k) { return std::exp(0.5 * k * k * sigma * sigma); };
  return {"Lognormal",
          Lognormal{1s, 2s},
          {moment(1), moment(2), moment(3), moment(4)},
          [](double x, double s, double) { return normal_cdf(std::log(x) / s); },
          sigma};
}

Moments gamma_moments(double mean, double shape) {
  const double scale = mean / shape;
  Moments moments{};
  double moment = 1.0;
  for (std::size_t k = 0; k < 4; ++k) {
    moment *= (shape + static_cast<double>(k)) * scale;
    moments[k] = moment;
  }
  return moments;
}

Law gamma_half_law() {
  return {"GammaOfShapeOneHalf", Gamma{1s, 0.5}, gamma_moments(1.0, 0.5),
          [](double x, double, double) { return std::erf(std::sqrt(x / 2.0)); }};
}

Law gamma_one_law() {
  return {"GammaOfShapeOne", Gamma{1s, 1.0}, gamma_moments(1.0, 1.0),
          [](double x, double, double) { return -std::expm1(-x); }};
}

Law gamma_three_law() {
  return {"GammaOfShapeThree", Gamma{3s, 3.0}, gamma_moments(3.0, 3.0),
          [](double x, double, double) { return 1.0 - std::exp(-x) * (1.0 + x + 0.5 * x * x); }};
}

Law pareto_law() {
  const double alpha = 12.0;  // so that the fourth moment, and thus the variance's error, is small
  return {"Pareto",
          Pareto{1s, alpha},
          {alpha / (alpha - 1), alpha / (alpha - 2), alpha / (alpha - 3), alpha / (alpha - 4)},
          [](double x, double tail, double) { return 1.0 - std::pow(x, -tail); },
          alpha};
}

Law weibull_law(std::string name, double shape) {
  const auto moment = [shape](double k) { return std::tgamma(1.0 + k / shape); };
  return {std::move(name),
          Weibull{1s, shape},
          {moment(1), moment(2), moment(3), moment(4)},
          [](double x, double k, double) { return -std::expm1(-std::pow(x, k)); },
          shape};
}

Law hyperexponential_law() {
  Hyperexponential spec;
  spec.phases = {{0.9, 500ms}, {0.1, 5500ms}};
  Moments moments{};
  double factorial = 1.0;
  for (int k = 1; k <= 4; ++k) {
    factorial *= k;
    moments[static_cast<std::size_t>(k - 1)] =
        factorial * (0.9 * std::pow(0.5, k) + 0.1 * std::pow(5.5, k));
  }
  return {"Hyperexponential", spec, moments, [](double x, double, double) {
            return -0.9 * std::expm1(-x / 0.5) - 0.1 * std::expm1(-x / 5.5);
          }};
}

const std::vector<Law>& laws() {
  static const std::vector<Law> all = {uniform_law(),
                                       exponential_law(),
                                       normal_law(),
                                       lognormal_law(),
                                       gamma_half_law(),
                                       gamma_one_law(),
                                       gamma_three_law(),
                                       pareto_law(),
                                       weibull_law("WeibullOfShapeTwo", 2.0),
                                       weibull_law("WeibullOfShapeThreeQuarters", 0.75),
                                       hyperexponential_law()};
  return all;
}

constexpr std::size_t many = 200'000;

/// Each draw from a key of its own, as in a run; in seconds.
std::vector<double> draws_of(const DistributionSpec& spec, std::uint64_t seed) {
  const Sampler sampler(spec);
  const RandomKey key{seed};
  std::vector<double> draws;
  draws.reserve(many);
  for (std::uint64_t i = 0; i < many; ++i) {
    Rng rng = key.with(i).rng();
    draws.push_back(static_cast<double>(sampler(rng).count()) * 1e-9);
  }
  return draws;
}

double average(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

class EachDistribution : public testing::TestWithParam<std::size_t> {
 protected:
  [[nodiscard]] static const Law& law() { return laws()[GetParam()]; }
  [[nodiscard]] static double mean() { return law().moments[0]; }
  [[nodiscard]] static double variance() { return law().moments[1] - mean() * mean(); }
  [[nodiscard]] static double fourth_central_moment() {
    const auto& [m1, m2, m3, m4] = law().moments;
    return m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 * m1 * m1 * m1;
  }
};

TEST_P(EachDistribution, IsValid) { EXPECT_TRUE(validate(law().spec)); }

TEST_P(EachDistribution, SaysItsMean) {
  EXPECT_NEAR(static_cast<double>(mean_of(law().spec).count()), mean() * 1e9, 1.0);
}

TEST_P(EachDistribution, HasItsMean) {
  const std::vector<double> draws = draws_of(law().spec, 301);
  const double standard_error = std::sqrt(variance() / static_cast<double>(many));
  EXPECT_LE(std::fabs(average(draws) - mean()) / standard_error, 4.0);
}

TEST_P(EachDistribution, HasItsVariance) {
  std::vector<double> squares = draws_of(law().spec, 302);
  for (double& x : squares) x = (x - mean()) * (x - mean());
  const double standard_error =
      std::sqrt((fourth_central_moment() - variance() * variance()) / static_cast<double>(many));
  EXPECT_LE(std::fabs(average(squares) - variance()) / standard_error, 4.0);
}

TEST_P(EachDistribution, FollowsItsLaw) {
  const Law& of = law();
  const auto cdf = [&of](double x) { return of.cdf(x, of.a, of.b); };
  EXPECT_LT(goodness::distance(draws_of(of.spec, 303), cdf), goodness::critical_distance(many));
}

TEST_P(EachDistribution, IsNotConstant) { EXPECT_FALSE(Sampler(law().spec).is_constant()); }

INSTANTIATE_TEST_SUITE_P(Laws, EachDistribution, testing::Range(std::size_t{0}, laws().size()),
                         [](const auto& tested) { return laws()[tested.param].name; });

TEST(Constant, DrawsItsValueAndTakesNoRandomNumber) {
  const Sampler sampler(Constant{12ms});
  EXPECT_TRUE(sampler.is_constant());
  Rng rng{1};
  Rng untouched = rng;
  EXPECT_EQ(sampler(rng), 12ms);
  EXPECT_EQ(rng.next(), untouched.next());
}

TEST(Sampler, DrawsZeroByDefault) {
  const Sampler sampler;
  EXPECT_TRUE(sampler.is_constant());
  Rng rng{1};
  EXPECT_EQ(sampler(rng), 0ns);
}

std::shared_ptr<const std::vector<Empirical::Entry>> entries(std::vector<Empirical::Entry> values) {
  return std::make_shared<const std::vector<Empirical::Entry>>(std::move(values));
}

TEST(Sampler, IsConstantWhereverEveryDrawIsTheSame) {
  Hyperexponential zero;
  zero.phases = {{1.0, 0ns}, {0.0, 5ms}};
  const std::vector<std::pair<DistributionSpec, Duration>> cases = {
      {Uniform{7ms, 7ms}, 7ms},
      {Normal{7ms, 0ms}, 7ms},
      {Lognormal{7ms, 7ms}, 7ms},
      {zero, 0ms},
      {Empirical{"", entries({{7ms, 1.0}})}, 7ms},
      {Empirical{"", entries({{7ms, 1.0}, {9ms, 0.0}, {7ms, 2.0}})}, 7ms}};
  for (const auto& [spec, value] : cases) {
    const Sampler sampler(spec);
    EXPECT_TRUE(sampler.is_constant()) << "case " << spec.index();
    Rng rng{1};
    EXPECT_EQ(sampler(rng), value) << "case " << spec.index();
  }
}

TEST(SamplerDeathTest, RefusesASpecOutOfRange) {
  EXPECT_DEATH(Sampler(Exponential{0ns}), "out of range");
}

TEST(Uniform, DrawsBothEndsAndAllBetweenEquallyOften) {
  const Sampler sampler(Uniform{10ns, 19ns});
  std::vector<double> counted(10, 0.0);
  for (std::uint64_t i = 0; i < many; ++i) {
    Rng rng = RandomKey{304}.with(i).rng();
    counted.at(static_cast<std::size_t>(sampler(rng).count() - 10)) += 1.0;
  }
  const std::vector<double> expected(10, static_cast<double>(many) / 10.0);
  EXPECT_LT(goodness::chi_square(counted, expected), 27.877)
      << "the 0.999 quantile of chi-square with 9 degrees of freedom";
}

TEST(Uniform, StaysWithinItsEndsHoweverFarApart) {
  for (const Uniform spec : {Uniform{0ns, forever}, Uniform{1ns, forever},
                             Uniform{forever - 1ns, forever}, Uniform{0ns, 1ns}}) {
    const Sampler sampler(spec);
    Duration lowest = forever;
    Duration highest{0};
    for (std::uint64_t i = 0; i < 10'000; ++i) {
      Rng rng = RandomKey{305}.with(i).rng();
      lowest = std::min(lowest, sampler(rng));
      rng = RandomKey{305}.with(i).rng();
      highest = std::max(highest, sampler(rng));
    }
    EXPECT_GE(lowest, spec.low);
    EXPECT_LE(highest, spec.high);
    EXPECT_GT(highest, lowest);
  }
}

TEST(Normal, CountsADrawBelowZeroAsZero) {
  const std::vector<double> draws = draws_of(Normal{1s, 1s}, 306);
  double zeros = 0.0;
  for (const double x : draws) zeros += x == 0.0 ? 1.0 : 0.0;
  const double p = normal_cdf(-1.0);
  const auto n = static_cast<double>(many);
  const double error_of_share = std::sqrt(p * (1.0 - p) / n);
  EXPECT_LE(std::fabs(zeros / n - p) / error_of_share, 4.0);

  // E max(0, X) and E max(0, X)^2 for mean 1 and sd 1.
  const double mean = normal_cdf(1.0) + normal_density(1.0);
  const double square = 2.0 * normal_cdf(1.0) + normal_density(1.0);
  const double error_of_mean = std::sqrt((square - mean * mean) / n);
  EXPECT_LE(std::fabs(average(draws) - mean) / error_of_mean, 4.0);
}

TEST(Lognormal, HasItsMedianAndIts99thPercentile) {
  const auto n = static_cast<double>(many);
  double below_median = 0.0;
  double below_p99 = 0.0;
  for (const double x : draws_of(Lognormal{20ms, 150ms}, 307)) {
    below_median += x <= 0.020 ? 1.0 : 0.0;
    below_p99 += x <= 0.150 ? 1.0 : 0.0;
  }
  EXPECT_LE(std::fabs(below_median / n - 0.5) / std::sqrt(0.25 / n), 4.0);
  EXPECT_LE(std::fabs(below_p99 / n - 0.99) / std::sqrt(0.99 * 0.01 / n), 4.0);
}

TEST(Pareto, NeverDrawsLessThanItsMinimum) {
  const Sampler sampler(Pareto{5ms, 0.3});
  for (std::uint64_t i = 0; i < many; ++i) {
    Rng rng = RandomKey{308}.with(i).rng();
    ASSERT_GE(sampler(rng), 5ms);
  }
}

TEST(Pareto, FollowsItsLawWhereTheMeanIsInfinite) {
  const auto cdf = [](double x) { return 1.0 - std::pow(x, -0.8); };
  EXPECT_LT(goodness::distance(draws_of(Pareto{1s, 0.8}, 309), cdf),
            goodness::critical_distance(many));
}

TEST(Gamma, TakesShapesFromTinyToHuge) {
  for (const double shape : {1e-300, 1e-3, 1e9, 1e300}) {
    const Sampler sampler(Gamma{1s, shape});
    for (std::uint64_t i = 0; i < 1000; ++i) {
      Rng rng = RandomKey{310}.with(i).rng();
      const Duration draw = sampler(rng);
      ASSERT_GE(draw, 0ns);
      if (shape > 1.0) {
        ASSERT_LT(draw, 2s);
        ASSERT_GT(draw, 500ms);
      }
    }
  }
}

TEST(Empirical, DrawsItsValuesInProportionToTheirWeights) {
  const std::vector<Empirical::Entry> values = {{1ms, 1.0},  {5ms, 2.0},  {2ms, 3.0},
                                                {9ms, 4.0},  {10ms, 0.0}, {40ms, 10.0},
                                                {3ms, 30.0}, {4ms, 50.0}};
  const Sampler sampler(Empirical{"latencies.csv", entries(values)});
  std::vector<double> counted(values.size(), 0.0);
  for (std::uint64_t i = 0; i < many; ++i) {
    Rng rng = RandomKey{311}.with(i).rng();
    const Duration draw = sampler(rng);
    bool known = false;
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (values[k].value != draw) continue;
      counted[k] += 1.0;
      known = true;
    }
    ASSERT_TRUE(known) << draw.count();
  }
  EXPECT_EQ(counted[4], 0.0);
  std::vector<double> expected;
  for (const Empirical::Entry& entry : values) {
    expected.push_back(static_cast<double>(many) * entry.weight / 100.0);
  }
  counted.erase(counted.begin() + 4);
  expected.erase(expected.begin() + 4);
  EXPECT_LT(goodness::chi_square(counted, expected), 22.458)
      << "the 0.999 quantile of chi-square with 6 degrees of freedom";
}

TEST(Sampler, CopiesDrawTheSame) {
  Hyperexponential hyper;
  hyper.phases = {{0.5, 1ms}, {0.5, 9ms}};
  const Sampler first(hyper);
  const Sampler copy = first;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    Rng a = RandomKey{312}.with(i).rng();
    Rng b = a;
    EXPECT_EQ(first(a), copy(b));
  }
}

}  // namespace
}  // namespace squall::distribution_test
