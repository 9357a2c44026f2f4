#include "squall/metrics/mser.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/distribution.hpp"
#include "squall/base/random.hpp"

namespace squall::metrics::mser_test {
namespace {

using State = Truncation::State;

std::vector<double> alternating(std::size_t length) {
  std::vector<double> values(length);
  for (std::size_t i = 0; i < length; ++i) values[i] = static_cast<double>(i % 2);
  return values;
}

/// Each value five times, so that the batches of MSER-5 have these means.
std::vector<double> fivefold(const std::vector<double>& values) {
  std::vector<double> all;
  for (const double value : values) all.insert(all.end(), 5, value);
  return all;
}

// 10, then 0 and 1 by turns, 20 of them. Sum of squares over count squared:
//   d = 0: (110 - 20^2 / 21) / 441 = 0.206
//   d = 1: 20 / 4 / 400            = 0.01250   least
//   d = 2: 10 * 9 / 19 / 361       = 0.01312
//   d = 3: 18 / 4 / 324            = 0.01389, and more with every further one
TEST(Mser, CutsWhereTheMarginalStandardErrorIsLeast) {
  std::vector<double> values = alternating(20);
  values.insert(values.begin(), 10.0);
  const Truncation one = mser(values, 1);
  EXPECT_EQ(one.state, State::found);
  EXPECT_EQ(one.cut, 1U);
  const Truncation five = mser(fivefold(values));
  EXPECT_EQ(five.state, State::found);
  EXPECT_EQ(five.cut, 5U);
}

TEST(Mser, BatchesFiveAndLooksAtNoPartOfOne) {
  // Within a batch the order does not matter; the 4 values at the end, however far off, are none.
  std::vector<double> values = fivefold(alternating(20));
  for (std::size_t i = 0; i < 5; ++i) values[i] = static_cast<double>(i) * 5.0;  // mean 10
  values.insert(values.end(), 4, 1e6);
  EXPECT_EQ(mser(values).cut, 5U);
}

TEST(Mser, CutsNothingOfAConstant) {
  const Truncation found = mser(std::vector<double>(500, 3.25));
  EXPECT_EQ(found.state, State::found);
  EXPECT_EQ(found.cut, 0U);
}

TEST(Mser, CutsAllOfARampBeforeAConstant) {
  std::vector<double> values{5, 4, 3, 2, 1};
  values.insert(values.end(), 20, 0.0);
  EXPECT_EQ(mser(values, 1).cut, 5U);
}

TEST(Mser, FindsTheStepUpToHalfAndNoSteadyStateBeyond) {
  for (std::size_t step = 0; step <= 95; ++step) {
    std::vector<double> values = alternating(100);
    for (std::size_t i = 0; i < step; ++i) values[i] += 100.0;
    const Truncation found = mser(values, 1);
    if (step <= 50) {
      EXPECT_EQ(found.state, State::found) << step;
      EXPECT_EQ(found.cut, step);
    } else if (step < 94) {  // with five or fewer after it the step is not seen as one
      EXPECT_EQ(found.state, State::no_steady_state) << step;
      EXPECT_EQ(found.cut, 0U);
    }
  }
}

TEST(Mser, FindsNoSteadyStateInATrend) {
  std::vector<double> up(1'000);
  for (std::size_t i = 0; i < up.size(); ++i) up[i] = static_cast<double>(i);
  EXPECT_EQ(mser(up).state, State::no_steady_state);
  const std::vector<double> down(up.rbegin(), up.rend());
  EXPECT_EQ(mser(down).state, State::no_steady_state);
  // And with noise as large as a tenth of the rise.
  Rng rng(1);
  for (double& value : up) value += 100.0 * standard_normal(rng);
  EXPECT_EQ(mser(up).state, State::no_steady_state);
}

TEST(Mser, IsTooShortBelowTwentyBatches) {
  EXPECT_EQ(mser({}).state, State::too_short);
  EXPECT_EQ(mser(std::vector<double>(99, 1.0)).state, State::too_short);
  EXPECT_EQ(mser(std::vector<double>(100, 1.0)).state, State::found);
}

// 16 values by turns 0 and 1, then four of 1/2. All: 16 / 4 / 400 = 0.01, and with d even
// (16 - d) / 4 / (20 - d)^2, which grows to d = 10. Cut at 16 the rest would be constant.
TEST(Mser, TakesNoSteadyStateFromTheLastFive) {
  std::vector<double> values = alternating(16);
  values.insert(values.end(), 4, 0.5);
  const Truncation found = mser(values, 1);
  EXPECT_EQ(found.state, State::found);
  EXPECT_EQ(found.cut, 0U);
}

// 40 values, five of them 1 and the others 0. All: (5 - 25 / 40) / 1600 = 0.002734; from 4 on
// (4 - 16 / 36) / 1296 = 0.002744; from 10 on (3 - 9 / 30) / 900 = 0.003; from 23 on
// (1 - 1 / 17) / 289 = 0.00326. The nine zeros at the end would give 0.
TEST(Mser, TakesNoChanceStretchOfAConstantForTheSteadyState) {
  std::vector<double> values(40, 0.0);
  for (const std::size_t i : {3U, 9U, 17U, 22U, 30U}) values[i] = 1.0;
  const Truncation found = mser(values, 1);
  EXPECT_EQ(found.state, State::found);
  EXPECT_EQ(found.cut, 0U);
}

TEST(Mser, NeverCutsMoreThanHalf) {
  Rng rng(7);
  for (int i = 0; i < 2'000; ++i) {
    std::vector<double> values(100 + rng.below(400));
    double walk = 0.0;
    for (double& value : values) value = walk += standard_normal(rng);
    const Truncation found = mser(values);
    EXPECT_LE(2 * found.cut, values.size());
    EXPECT_EQ(found.cut % 5, 0U);
    if (found.state != State::found) {
      EXPECT_EQ(found.cut, 0U);
    }
  }
}

// An autoregressive sequence around 0 (coefficient a, standard deviation s = 1 / sqrt(1 - a^2))
// that starts 20 s too high; the start dies away as a^t. The mean of n = 2,000 values has the
// standard error s sqrt((1 + a) / (1 - a) / n) = 0.31 at a = 0.9; the start adds 20 s / (1 - a) / n
// = 0.23 to each, which 400 sequences show to 0.31 / 20 = 0.015.
TEST(Mser, TakesTheBiasOfTheStartFromAnAutoregressiveSequence) {
  constexpr double a = 0.9;
  constexpr std::size_t n = 2'000;
  constexpr int sequences = 400;
  const double s = 1.0 / std::sqrt(1.0 - a * a);
  double whole_sum = 0.0;
  double cut_sum = 0.0;
  double cut_squares = 0.0;
  double whole_squares = 0.0;
  for (int sequence = 0; sequence < sequences; ++sequence) {
    Rng rng = RandomKey{11}.with(static_cast<std::uint64_t>(sequence)).rng();
    std::vector<double> values(n);
    double x = 20.0 * s + s * standard_normal(rng);
    for (double& value : values) {
      value = x;
      x = a * x + standard_normal(rng);
    }
    const Truncation found = mser(values);
    ASSERT_EQ(found.state, State::found);
    double whole = 0.0;
    double rest = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      whole += values[i];
      if (i >= found.cut) rest += values[i];
    }
    whole /= static_cast<double>(n);
    rest /= static_cast<double>(n - found.cut);
    whole_sum += whole;
    whole_squares += whole * whole;
    cut_sum += rest;
    cut_squares += rest * rest;
    // Down from 20 s to s takes 28 values, to a tenth of s 50.
    EXPECT_GE(found.cut, 15U);
  }
  const double standard_error = s * std::sqrt((1.0 + a) / (1.0 - a) / n / sequences);
  EXPECT_NEAR(whole_sum / sequences, 20.0 * s / (1.0 - a) / n, 4.0 * standard_error);
  // A fifth of the bias may stay: MSER weighs it against the error of a single sequence.
  EXPECT_NEAR(cut_sum / sequences, 0.0, 0.2 * 20.0 * s / (1.0 - a) / n);
  EXPECT_LT(cut_squares, whole_squares);
}

}  // namespace
}  // namespace squall::metrics::mser_test
