// How often chance alone opens a breaker, held against what can be added up by hand.
#include "squall/lint/noise.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "squall/lint/probability.hpp"

namespace squall::lint::noise_test {
namespace {

constexpr std::uint64_t unjudged = 1'000'000;

TEST(Fill, JudgedAtItsEndAloneIsTheBinomialTail) {
  std::vector<std::uint64_t> levels(20, unjudged);
  levels.back() = 4;
  const Filling filling = fill(levels, 0.1, false);
  EXPECT_NEAR(filling.opens, binomial_tail(20, 0.1, 4), 1e-12);
  EXPECT_NEAR(filling.results, 20.0, 1e-12);
}

TEST(Fill, JudgedAtEveryResultOpensAtTheFirstFailure) {
  const Filling filling = fill(std::vector<std::uint64_t>(3, 1), 0.5, false);
  EXPECT_NEAR(filling.opens, 0.875, 1e-15);
  EXPECT_NEAR(filling.results, 1.0 + 0.5 + 0.25, 1e-15);
}

TEST(Fill, JudgedAtFailuresPassesOverSuccesses) {
  // One failure is enough, from the second result on: of the four, F F and S F.
  const std::vector<std::uint64_t> levels = {unjudged, 1};
  EXPECT_NEAR(fill(levels, 0.5, true).opens, 0.5, 1e-15);
  EXPECT_NEAR(fill(levels, 0.5, false).opens, 0.75, 1e-15) << "and F S";
  EXPECT_NEAR(fill(levels, 1.0, true).opens, 1.0, 1e-15);
}

TEST(Slide, OfOneBucketIsAWindowAnew) {
  const std::vector<std::uint64_t> levels = {unjudged, unjudged, 2};
  EXPECT_NEAR(slide(1, levels, 0.5, false), 0.5, 1e-12);
}

TEST(Slide, OfTwoResultsIsCountedByHand) {
  // Not both have failed: SS, SF, FS, a third each. Then two more come, one at a time. After SS it
  // takes FF; after SF an F at first, or SFF, of which only two fit; after FS as after SS.
  const std::vector<std::uint64_t> levels = {2};
  const double after_success = 0.25;
  const double after_failure = 0.5;
  EXPECT_NEAR(slide(2, levels, 0.5, false), (2.0 * after_success + after_failure) / 3.0, 1e-12);
}

TEST(Slide, OpensForCertainWhereNothingIsBelowTheLevel) {
  EXPECT_EQ(slide(2, std::vector<std::uint64_t>{0}, 0.1, true), 1.0);
  EXPECT_EQ(slide(2, std::vector<std::uint64_t>{unjudged}, 0.1, true), 0.0);
}

TEST(Slide, IsNotAskedOfLargeWindows) {
  EXPECT_TRUE(can_slide(3'000, 0.1));
  EXPECT_FALSE(can_slide(30'000, 0.1));
  EXPECT_FALSE(can_slide(fill_max + 1, 1e-9));
}

TEST(ResultsUntilRun, AreTheSumOfThePowers) {
  EXPECT_NEAR(results_until_run(1, 0.1), 10.0, 1e-12);
  EXPECT_NEAR(results_until_run(3, 0.1), 10.0 + 100.0 + 1000.0, 1e-9);
  EXPECT_NEAR(results_until_run(2, 0.5), 6.0, 1e-12) << "two heads in a row";
  EXPECT_EQ(results_until_run(7, 1.0), 7.0);
  EXPECT_GT(results_until_run(1'000, 0.1), 1e300);
}

}  // namespace
}  // namespace squall::lint::noise_test
