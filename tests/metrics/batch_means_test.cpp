#include "squall/metrics/batch_means.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/base/distribution.hpp"
#include "squall/base/random.hpp"
#include "squall/metrics/estimate.hpp"

namespace squall::metrics::batch_means_test {
namespace {

using namespace std::chrono_literals;
using State = BatchInterval::State;

// --- What is added is kept ---

RC_GTEST_PROP(BatchMeans, KeepsEverySumInBatchesOfOneSize, ()) {
  Rng rng(*rc::gen::arbitrary<std::uint64_t>());
  const std::uint64_t count = rng.below(6'000);
  std::vector<std::int64_t> values(count);
  BatchMeans means;
  for (std::int64_t& value : values) {
    value = static_cast<std::int64_t>(rng.below(1'000'000));
    means.add(Duration{value});
  }
  RC_ASSERT(means.count() == count);
  const std::vector<Batch> batches = means.batches();
  RC_ASSERT(batches.size() < BatchMeans::batches_max);
  RC_ASSERT(count < BatchMeans::batches_max || batches.size() >= BatchMeans::batches_max / 2);
  std::size_t from = 0;
  for (std::size_t b = 0; b < batches.size(); ++b) {
    const auto size = static_cast<std::size_t>(batches[b].weight);
    RC_ASSERT(size >= 1U);
    const bool is_last = b + 1 == batches.size();
    RC_ASSERT(is_last || batches[b].weight == batches.front().weight);
    const std::int64_t sum =
        std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(from),
                        values.begin() + static_cast<std::ptrdiff_t>(from + size), std::int64_t{0});
    RC_ASSERT(batches[b].sum == static_cast<double>(sum));
    from += size;
  }
  RC_ASSERT(from == count);
}

TEST(BatchMeans, ExistsWithoutAnyValue) {
  const BatchMeans none;
  EXPECT_EQ(none.count(), 0U);
  EXPECT_TRUE(none.batches().empty());
  EXPECT_EQ(none.interval().state, State::too_short);
  EXPECT_EQ(none.interval().mean, 0.0);
}

TEST(BatchMeans, SumsBeyondSixtyFourBits) {
  BatchMeans means;
  for (int i = 0; i < 2'000; ++i) means.add(Duration::max());
  EXPECT_EQ(means.interval().mean, static_cast<double>(Duration::max().count()));
}

// --- The interval ---

/// Without correlation and skewness it is Student's from 32 batches: here of 128 stretches, 1 and 0
/// by turns in fours, so 16 batches of mean 1 and 16 of mean 0. The lag-1 correlation of the
/// batches is -1, but of the stretches it is 1 - 31 / 64 > 0.4: too correlated for 32, and with 16
/// batches every mean is 1/2.
TEST(BatchInterval, TakesLongerBatchesWhereNeighboursAreAlike) {
  std::vector<Batch> stretches;
  for (int i = 0; i < 128; ++i) stretches.push_back({(i / 4) % 2 == 0 ? 1.0 : 0.0, 1.0});
  const BatchInterval interval = batch_interval(stretches);
  ASSERT_EQ(interval.state, State::given);
  EXPECT_EQ(interval.batches, 16U);
  EXPECT_EQ(interval.mean, 0.5);
  EXPECT_EQ(interval.low, 0.5);
  EXPECT_EQ(interval.high, 0.5);
}

/// Stretches with batch means of 1 and 0 by turns, and no correlation of the stretches: each batch
/// of four is a, b, c, d around its mean such that neighbours go up and down.
TEST(BatchInterval, IsStudentsForBatchesWithoutSkewOrCorrelation) {
  std::vector<Batch> stretches;
  for (int b = 0; b < 32; ++b) {
    const double mean = b % 2;
    for (const double off : {5.0, -5.0, 5.0, -5.0}) stretches.push_back({mean + off, 1.0});
  }
  const BatchInterval interval = batch_interval(stretches);
  ASSERT_EQ(interval.state, State::given);
  EXPECT_EQ(interval.batches, 32U);
  EXPECT_EQ(interval.mean, 0.5);
  // s^2 = 32 / 4 / 31, standard error s / sqrt(32).
  const double half = factor_95(32) * std::sqrt(8.0 / 31.0 / 32.0);
  EXPECT_NEAR(interval.low, 0.5 - half, 1e-12);
  EXPECT_NEAR(interval.high, 0.5 + half, 1e-12);
}

TEST(BatchInterval, ReachesFurtherOnTheSideOfTheSkew) {
  Rng rng(3);
  std::vector<Batch> stretches;
  for (int i = 0; i < 128; ++i) {
    const double value = standard_exponential(rng);
    stretches.push_back({value * value, 1.0});
  }
  const BatchInterval right = batch_interval(stretches);
  ASSERT_EQ(right.state, State::given);
  EXPECT_GT(right.high - right.mean, right.mean - right.low);
  for (Batch& stretch : stretches) stretch.sum = -stretch.sum;
  const BatchInterval left = batch_interval(stretches);
  EXPECT_NEAR(left.low, -right.high, 1e-12);
  EXPECT_NEAR(left.high, -right.low, 1e-12);
}

TEST(BatchInterval, IsAPointForWhatNeverChanges) {
  BatchMeans means;
  for (int i = 0; i < 12'345; ++i) means.add(10ms);
  const BatchInterval interval = means.interval();
  ASSERT_EQ(interval.state, State::given);
  EXPECT_EQ(interval.mean, 1e7);
  EXPECT_EQ(interval.low, 1e7);
  EXPECT_EQ(interval.high, 1e7);
}

TEST(BatchInterval, TakesNoRoundingErrorForACorrelation) {
  // Nine in each tenth of a second: 0.1 is no double, so no stretch is exactly 90 each second.
  const BatchInterval interval = batch_interval(std::vector<Batch>(160, Batch{9.0, 0.1}));
  ASSERT_EQ(interval.state, State::given);
  EXPECT_NEAR(interval.low, 90.0, 1e-9);
  EXPECT_NEAR(interval.high, 90.0, 1e-9);
}

TEST(BatchInterval, IsRefusedForATrendAndForARandomWalk) {
  Rng rng(5);
  BatchMeans trend;
  BatchMeans walk;
  double at = 1e9;
  for (int i = 0; i < 50'000; ++i) {
    trend.add(Duration{i});
    at += 1e3 * standard_normal(rng);
    walk.add(Duration{static_cast<std::int64_t>(at)});
  }
  EXPECT_EQ(trend.interval().state, State::correlated);
  EXPECT_EQ(walk.interval().state, State::correlated);
  EXPECT_EQ(trend.interval().mean, 24'999.5);
}

TEST(BatchInterval, WantsFortyStretches) {
  Rng rng(6);
  std::vector<Batch> stretches;
  for (int i = 0; i < 39; ++i) stretches.push_back({standard_normal(rng), 1.0});
  EXPECT_EQ(batch_interval(stretches).state, State::too_short);
  stretches.push_back({standard_normal(rng), 1.0});
  EXPECT_EQ(batch_interval(stretches).batches, 10U);
  for (int i = 0; i < 24; ++i) stretches.push_back({standard_normal(rng), 1.0});
  EXPECT_EQ(batch_interval(stretches).batches, 16U);
}

TEST(BatchInterval, IsExactForARatioThatIsAlwaysTheSame) {
  // As many as there were ended well: 3 of 4, however many there were.
  std::vector<Batch> stretches;
  for (int i = 0; i < 200; ++i) {
    const double ended = 4.0 * (10 + i % 7);
    stretches.push_back({0.75 * ended, ended});
  }
  const BatchInterval interval = batch_interval(stretches);
  ASSERT_EQ(interval.state, State::given);
  EXPECT_EQ(interval.mean, 0.75);
  EXPECT_EQ(interval.low, 0.75);
  EXPECT_EQ(interval.high, 0.75);
}

// --- Coverage ---
//
// Of 1,000 intervals at 95 %, those that hold the truth are binomial with a standard error of
// sqrt(0.95 * 0.05 / 1000) = 0.69 %: 93 % to 97 % is 2.9 of them on either side.

constexpr int intervals = 1'000;
constexpr int held_least = 930;
constexpr int held_most = 970;

struct Coverage {
  int given = 0;
  int held = 0;
};

/// `next(rng, state)` gives the values one by one, in units of which a million is 1 of `truth`.
template <typename Start, typename Next>
Coverage coverage_of(std::uint64_t seed, int length, double truth, const Start& start,
                     const Next& next) {
  Coverage coverage;
  for (int i = 0; i < intervals; ++i) {
    Rng rng = RandomKey{seed}.with(static_cast<std::uint64_t>(i)).rng();
    BatchMeans means;
    double state = start(rng);
    for (int n = 0; n < length; ++n) {
      means.add(Duration{static_cast<std::int64_t>(std::floor(1e6 * next(rng, state) + 0.5))});
    }
    const BatchInterval interval = means.interval();
    if (interval.state != State::given) continue;
    ++coverage.given;
    if (interval.low <= 1e6 * truth && 1e6 * truth <= interval.high) ++coverage.held;
  }
  return coverage;
}

/// Sojourns of the M/M/1 queue with service rate 1, from its steady state on, by Lindley's
/// recursion (D. V. Lindley, "The theory of queues with a single server", 1952).
Coverage coverage_of_mm1(std::uint64_t seed, double rho, int length) {
  return coverage_of(
      seed, length, 1.0 / (1.0 - rho),
      [rho](Rng& rng) {
        const bool waits = rng.uniform() < rho;
        const double wait = standard_exponential(rng) / (1.0 - rho);
        return waits ? wait : 0.0;
      },
      [rho](Rng& rng, double& wait) {
        const double sojourn = wait + standard_exponential(rng);
        const double gap = standard_exponential(rng) / rho;
        wait = sojourn > gap ? sojourn - gap : 0.0;
        return sojourn;
      });
}

TEST(BatchInterval, HoldsTheMeanSojournOfMM1AtHalfLoad) {
  const Coverage coverage = coverage_of_mm1(101, 0.5, 20'000);
  EXPECT_EQ(coverage.given, intervals);
  EXPECT_GE(coverage.held, held_least);
  EXPECT_LE(coverage.held, held_most);
}

TEST(BatchInterval, HoldsTheMeanSojournOfMM1AtFourFifthsLoad) {
  const Coverage coverage = coverage_of_mm1(102, 0.8, 50'000);
  EXPECT_EQ(coverage.given, intervals);
  EXPECT_GE(coverage.held, held_least);
  EXPECT_LE(coverage.held, held_most);
}

TEST(BatchInterval, HoldsTheMeanOfAnAutoregressiveSequence) {
  constexpr double a = 0.9;
  const Coverage coverage = coverage_of(
      103, 10'000, 0.0, [](Rng& rng) { return standard_normal(rng) / std::sqrt(1.0 - a * a); },
      [](Rng& rng, double& x) {
        x = a * x + standard_normal(rng);
        return x;
      });
  EXPECT_EQ(coverage.given, intervals);
  EXPECT_GE(coverage.held, held_least);
  EXPECT_LE(coverage.held, held_most);
}

TEST(BatchInterval, HoldsTheMeanOfAFewHundredIndependentValues) {
  const Coverage coverage = coverage_of(
      104, 400, 1.0, [](Rng&) { return 0.0; },
      [](Rng& rng, double&) { return standard_exponential(rng); });
  EXPECT_EQ(coverage.given, intervals);
  EXPECT_GE(coverage.held, held_least);
  EXPECT_LE(coverage.held, held_most);
}

/// How much slower a sequence changes than the run is long shows: at 200 times the length over
/// which it is correlated, (1 + a) / (1 - a) = 399 values, nearly every run gets its interval; at
/// 5 times most get none.
TEST(BatchInterval, IsRefusedWhereTheRunIsTooShortForTheCorrelation) {
  constexpr double a = 0.995;
  const auto start = [](Rng& rng) { return standard_normal(rng) / std::sqrt(1.0 - a * a); };
  const auto next = [](Rng& rng, double& x) {
    x = a * x + standard_normal(rng);
    return x;
  };
  EXPECT_GT(coverage_of(105, 80'000, 0.0, start, next).given, 990);
  EXPECT_LT(coverage_of(106, 2'000, 0.0, start, next).given, 500);
}

}  // namespace
}  // namespace squall::metrics::batch_means_test
