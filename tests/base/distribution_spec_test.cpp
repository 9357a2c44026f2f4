#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/distribution.hpp"

namespace squall::distribution_spec_test {
namespace {

using namespace std::chrono_literals;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// What validate() finds wrong, with the key in front; empty if nothing.
std::string complaint(const DistributionSpec& spec) {
  const Result<void> valid = validate(spec);
  return valid ? std::string() : valid.error().text();
}

Hyperexponential phases(std::vector<Hyperexponential::Phase> all) {
  Hyperexponential spec;
  spec.phases = std::move(all);
  return spec;
}

Empirical empirical(std::vector<Empirical::Entry> all) {
  return {"latencies.csv", std::make_shared<const std::vector<Empirical::Entry>>(std::move(all))};
}

TEST(Validate, TakesTheEndsOfEachRange) {
  EXPECT_EQ(complaint(Constant{0ns}), "");
  EXPECT_EQ(complaint(Constant{forever}), "");
  EXPECT_EQ(complaint(Uniform{0ns, 0ns}), "");
  EXPECT_EQ(complaint(Uniform{0ns, forever}), "");
  EXPECT_EQ(complaint(Exponential{1ns}), "");
  EXPECT_EQ(complaint(Normal{0ns, 0ns}), "");
  EXPECT_EQ(complaint(Lognormal{1ns, 1ns}), "");
  EXPECT_EQ(complaint(Gamma{1ns, 1e-300}), "");
  EXPECT_EQ(complaint(Pareto{1ns, 1e-300}), "");
  EXPECT_EQ(complaint(Weibull{1ns, 1e-300}), "");
  EXPECT_EQ(complaint(phases({{1.0, 0ns}})), "");
  EXPECT_EQ(complaint(empirical({{0ns, 1e-300}, {1ms, 0.0}})), "");
}

TEST(Validate, RefusesDurationsBelowTheirRange) {
  EXPECT_EQ(complaint(Constant{-1ns}), "must be 0 or more, is -1ns");
  EXPECT_EQ(complaint(Uniform{-1ms, 1ms}), "must be 0 or more, is -1ms");
  EXPECT_EQ(complaint(Exponential{0ns}), "must be longer than 0, is 0s");
  EXPECT_EQ(complaint(Normal{-1ms, 1ms}), "mean: must be 0 or more, is -1ms");
  EXPECT_EQ(complaint(Normal{1ms, -1ms}), "sd: must be 0 or more, is -1ms");
  EXPECT_EQ(complaint(Lognormal{0ns, 1ms}), "median: must be longer than 0, is 0s");
  EXPECT_EQ(complaint(Gamma{0ns, 1.0}), "mean: must be longer than 0, is 0s");
  EXPECT_EQ(complaint(Pareto{0ns, 1.0}), "minimum: must be longer than 0, is 0s");
  EXPECT_EQ(complaint(Weibull{0ns, 1.0}), "scale: must be longer than 0, is 0s");
}

TEST(Validate, RefusesEndsTheWrongWayRound) {
  EXPECT_EQ(complaint(Uniform{14ms, 8ms}),
            "the low end, 14ms, is above the high end, 8ms; exchange them");
  EXPECT_EQ(complaint(Lognormal{80ms, 10ms}), "p99: must be the median, 80ms, or longer, is 10ms");
}

TEST(Validate, RefusesNumbersThatAreNotAboveZeroAndFinite) {
  EXPECT_EQ(complaint(Gamma{1ms, 0.0}), "shape: must be above 0 and finite, is 0");
  EXPECT_EQ(complaint(Gamma{1ms, nan}), "shape: must be above 0 and finite, is not a number");
  EXPECT_EQ(complaint(Pareto{1ms, -1.5}), "alpha: must be above 0 and finite, is -1.5");
  EXPECT_EQ(complaint(Weibull{1ms, infinity}), "shape: must be above 0 and finite, is infinite");
}

TEST(Validate, RefusesPhasesThatAreNoDistribution) {
  EXPECT_EQ(complaint(phases({})), "must have from 1 to 64 phases, has 0");
  EXPECT_EQ(complaint(phases(std::vector<Hyperexponential::Phase>(65, {1.0 / 65.0, 1ms}))),
            "must have from 1 to 64 phases, has 65");
  EXPECT_EQ(complaint(phases({{0.5, 1ms}, {0.25, 2ms}})),
            "the p of the phases must add up to 1, they add up to 0.75");
  EXPECT_EQ(complaint(phases({{0.5, 1ms}, {1.5, 2ms}})), "phase 2: p must be from 0 to 1, is 1.5");
  EXPECT_EQ(complaint(phases({{nan, 1ms}})), "phase 1: p must be from 0 to 1, is not a number");
  EXPECT_EQ(complaint(phases({{1.0, -1ms}})), "phase 1: the mean must be 0 or more, is -1ms");
}

TEST(Validate, AllowsPhasesToMissOneByABillionth) {
  EXPECT_EQ(complaint(phases({{0.1, 1ms}, {0.2, 1ms}, {0.7, 1ms}})), "");
  EXPECT_EQ(complaint(phases({{0.5, 1ms}, {0.5 + 9e-10, 1ms}})), "");
  EXPECT_NE(complaint(phases({{0.5, 1ms}, {0.5 + 2e-9, 1ms}})), "");
  EXPECT_EQ(complaint(phases(std::vector<Hyperexponential::Phase>(64, {1.0 / 64.0, 1ms}))), "");
}

TEST(Validate, RefusesEntriesThatCannotBeDrawn) {
  EXPECT_EQ(complaint(Empirical{}), "holds no values");
  EXPECT_EQ(complaint(empirical({})), "holds no values");
  EXPECT_EQ(complaint(empirical({{1ms, 0.0}, {2ms, 0.0}})), "holds no weight above 0");
  EXPECT_EQ(complaint(empirical({{-1ms, 1.0}})), "holds a value below 0, -1ms");
  EXPECT_EQ(complaint(empirical({{1ms, -1.0}})),
            "holds a weight that is not 0 or more and finite, -1");
  EXPECT_EQ(complaint(empirical({{1ms, infinity}})),
            "holds a weight that is not 0 or more and finite, infinite");
  EXPECT_EQ(complaint(empirical(std::vector<Empirical::Entry>(1'000'000, {1ms, 1.0}))), "");
  EXPECT_EQ(complaint(empirical(std::vector<Empirical::Entry>(1'000'001, {1ms, 1.0}))),
            "holds more than 1,000,000 values");
}

TEST(MeanOf, IsWhatTheSpecSaysOrFollowsFromIt) {
  EXPECT_EQ(mean_of(Constant{12ms}), 12ms);
  EXPECT_EQ(mean_of(Uniform{8ms, 14ms}), 11ms);
  EXPECT_EQ(mean_of(Exponential{5ms}), 5ms);
  EXPECT_EQ(mean_of(Gamma{7ms, 0.5}), 7ms);
  EXPECT_EQ(mean_of(Pareto{5ms, 1.5}), 15ms);
  EXPECT_EQ(mean_of(phases({{0.9, 500us}, {0.1, 5500us}})), 1ms);
  EXPECT_EQ(mean_of(empirical({{1ms, 1.0}, {5ms, 3.0}})), 4ms);
  EXPECT_EQ(mean_of(Lognormal{10ms, 10ms}), 10ms);
}

TEST(MeanOf, IsOfTheUntruncatedLawForNormal) { EXPECT_EQ(mean_of(Normal{1ms, 100ms}), 1ms); }

TEST(MeanOf, RoundsHalvesUp) {
  EXPECT_EQ(mean_of(Uniform{1ns, 2ns}), 2ns);
  EXPECT_EQ(mean_of(Uniform{forever - 1ns, forever}), forever);
  EXPECT_EQ(mean_of(empirical({{1ns, 1.0}, {2ns, 1.0}})), 2ns);
}

TEST(MeanOf, IsForeverWhereItIsInfinite) {
  EXPECT_EQ(mean_of(Pareto{1ns, 1.0}), forever);
  EXPECT_EQ(mean_of(Pareto{1ns, 0.5}), forever);
  EXPECT_LT(mean_of(Pareto{1ns, 1.001}), forever);
}

TEST(MeanOf, IsForeverWhereItIsLongerThanThat) {
  EXPECT_EQ(mean_of(Weibull{1ns, 0.01}), forever);
  EXPECT_EQ(mean_of(Weibull{1ns, 1.0 / 21.0}), forever);
  EXPECT_LT(mean_of(Weibull{1ns, 1.0 / 20.0}), forever);
  EXPECT_EQ(mean_of(Lognormal{1ns, forever}), forever);
}

TEST(MeanOf, FollowsTheGammaFunctionForWeibull) {
  for (double shape = 0.09; shape < 200.0; shape *= 1.07) {
    const double exact = 1e6 * std::tgamma(1.0 + 1.0 / shape);
    const auto found = static_cast<double>(mean_of(Weibull{1ms, shape}).count());
    // Half a nanosecond of rounding, and some ulps of the two functions.
    EXPECT_LE(std::fabs(found - exact), 0.5 + 1e-14 * exact) << "shape " << shape;
  }
}

TEST(MeanOf, TakesWeightsOfAnySize) {
  EXPECT_EQ(mean_of(empirical({{1ms, 1e308}, {3ms, 1e308}})), 2ms);
  EXPECT_EQ(mean_of(empirical({{1ms, 1e-308}, {3ms, 1e-308}})), 2ms);
}

}  // namespace
}  // namespace squall::distribution_spec_test
