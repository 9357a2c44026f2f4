#include "squall/metrics/validation_record.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace squall::metrics::validation_record_test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

ValidatedFigure judged(double theory, double mean, double standard_error,
                       double relative_error_max = 0.05) {
  ValidatedFigure figure{.theory = theory,
                         .simulated = {.count = 32,
                                       .mean = mean,
                                       .standard_error = standard_error,
                                       .half_width_95 = 2.0 * standard_error}};
  judge(figure, 4.0, relative_error_max);
  return figure;
}

TEST(ValidatedFigure, AgreesUpToTheAcceptedNumberOfStandardErrors) {
  EXPECT_EQ(judged(100.0, 104.0, 1.0).verdict, FigureVerdict::agrees);
  EXPECT_DOUBLE_EQ(judged(100.0, 104.0, 1.0).z, 4.0);
  EXPECT_DOUBLE_EQ(judged(100.0, 97.0, 1.5).z, -2.0);
}

TEST(ValidatedFigure, IsOutBeyondIt) {
  EXPECT_EQ(judged(100.0, 104.01, 1.0).verdict, FigureVerdict::out);
  EXPECT_EQ(judged(100.0, 95.99, 1.0).verdict, FigureVerdict::out);
}

TEST(ValidatedFigure, IsTooWideWhereItAgreesButCannotTell) {
  EXPECT_EQ(judged(100.0, 101.0, 1.0, 0.005).verdict, FigureVerdict::too_wide);
  EXPECT_EQ(judged(100.0, 110.0, 1.0, 0.005).verdict, FigureVerdict::out);
  EXPECT_DOUBLE_EQ(judged(100.0, 101.0, 1.0).relative_error(), 0.01);
}

TEST(ValidatedFigure, WithoutSpreadHasToBeMet) {
  EXPECT_EQ(judged(0.1, 0.1, 0.0).verdict, FigureVerdict::agrees);
  EXPECT_EQ(judged(0.1, 0.1 + 1e-12, 0.0).z, 0.0);
  EXPECT_EQ(judged(0.1, 0.1 + 1e-9, 0.0).z, infinity);
  EXPECT_EQ(judged(0.1, 0.1 - 1e-9, 0.0).z, -infinity);
  EXPECT_EQ(judged(0.1, 0.2, 0.0).verdict, FigureVerdict::out);
  EXPECT_EQ(judged(0.0, 0.0, 0.0).verdict, FigureVerdict::agrees);
}

TEST(ValidatedFigure, IsOutWhenItIsNoNumber) {
  EXPECT_EQ(judged(std::nan(""), 1.0, 0.1).verdict, FigureVerdict::out);
  // Below two replications there is no error to measure by.
  EXPECT_EQ(judged(1.0, 1.0, infinity).verdict, FigureVerdict::too_wide);
}

TEST(ValidationTotals, CountVerdictsAndIntervals) {
  ValidationRecord record;
  record.cases.resize(2);
  record.cases[0].figures = {judged(100.0, 101.0, 1.0), judged(100.0, 110.0, 1.0)};
  record.cases[1].figures = {judged(1.0, 1.0, 0.0), judged(100.0, 103.0, 1.0, 0.001)};
  const ValidationTotals totals = totals_of(record);
  EXPECT_EQ(totals.figures, 4U);
  EXPECT_EQ(totals.out, 1U);
  EXPECT_EQ(totals.too_wide, 1U);
  EXPECT_EQ(totals.with_spread, 3U);
  EXPECT_EQ(totals.intervals_that_hold, 1U);  // half a width of 2: 101 +- 2 alone holds 100
  EXPECT_FALSE(totals.passed());
  record.cases[0].figures.pop_back();
  record.cases[1].figures.pop_back();
  EXPECT_TRUE(totals_of(record).passed());
}

}  // namespace
}  // namespace squall::metrics::validation_record_test
