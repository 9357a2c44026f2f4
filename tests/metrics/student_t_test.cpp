#include "squall/metrics/student_t.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

namespace squall::metrics::student_t_test {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

double relative(double value, double truth) { return std::abs(value / truth - 1.0); }

TEST(NormalQuantile, IsThatOfThePublishedTable) {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.1, and AS 241's own test values.
  EXPECT_EQ(normal_quantile(0.5), 0.0);
  EXPECT_NEAR(normal_quantile(0.25), -0.6744897501960817, 1e-15);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167814, 1e-14);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(normal_quantile(0.995), 2.575829303548901, 1e-14);
}

TEST(NormalQuantile, InvertsTheDistributionFunction) {
  for (const double p : {1e-9, 1e-6, 0.003, 0.074, 0.076, 0.4, 0.9, 0.925, 0.9999}) {
    const double z = normal_quantile(p);
    EXPECT_LT(relative(0.5 * std::erfc(-z / std::numbers::sqrt2), p), 2e-14) << p;
  }
}

TEST(StudentT, IsThatOfThePublishedTable) {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2: three decimals.
  struct Row {
    double df;
    double at_90, at_95, at_975, at_99, at_995;
  };
  for (const Row& row :
       {Row{1, 3.078, 6.314, 12.706, 31.821, 63.657}, Row{2, 1.886, 2.920, 4.303, 6.965, 9.925},
        Row{3, 1.638, 2.353, 3.182, 4.541, 5.841}, Row{4, 1.533, 2.132, 2.776, 3.747, 4.604},
        Row{5, 1.476, 2.015, 2.571, 3.365, 4.032}, Row{9, 1.383, 1.833, 2.262, 2.821, 3.250},
        Row{10, 1.372, 1.812, 2.228, 2.764, 3.169}, Row{19, 1.328, 1.729, 2.093, 2.539, 2.861},
        Row{30, 1.310, 1.697, 2.042, 2.457, 2.750}, Row{60, 1.296, 1.671, 2.000, 2.390, 2.660},
        Row{100, 1.290, 1.660, 1.984, 2.364, 2.626},
        Row{infinite, 1.282, 1.645, 1.960, 2.326, 2.576}}) {
    EXPECT_NEAR(student_t_quantile(0.90, row.df), row.at_90, 0.0005) << row.df;
    EXPECT_NEAR(student_t_quantile(0.95, row.df), row.at_95, 0.0005) << row.df;
    EXPECT_NEAR(student_t_quantile(0.975, row.df), row.at_975, 0.0005) << row.df;
    EXPECT_NEAR(student_t_quantile(0.99, row.df), row.at_99, 0.0005) << row.df;
    EXPECT_NEAR(student_t_quantile(0.995, row.df), row.at_995, 0.0005) << row.df;
  }
}

TEST(StudentT, HasTheClosedFormsOfOneAndTwoDegreesOfFreedom) {
  for (const double p : {0.6, 0.75, 0.9, 0.975, 0.999, 0.999999}) {
    const double one = std::tan(std::numbers::pi * (p - 0.5));
    const double two = (2.0 * p - 1.0) / std::sqrt(2.0 * p * (1.0 - p));
    EXPECT_LT(relative(student_t_quantile(p, 1.0), one), 1e-9) << p;
    EXPECT_LT(relative(student_t_quantile(p, 2.0), two), 1e-9) << p;
  }
}

TEST(StudentT, TakesAnyDegreesOfFreedom) {
  // By mpmath 1.3 with 30 digits: the inverse of its regularised incomplete beta function.
  EXPECT_LT(relative(student_t_quantile(0.975, 3.5), 2.9400886379827298), 1e-11);
  EXPECT_LT(relative(student_t_quantile(0.9995, 3.5), 10.20482863165588), 1e-11);
  EXPECT_LT(relative(student_t_quantile(0.999999, 7), 14.241469651981446), 1e-9);
  EXPECT_LT(relative(student_t_quantile(0.975, 119), 1.9800998764569399), 1e-11);
  EXPECT_LT(relative(student_t_quantile(0.975, 999), 1.96234146113345), 1e-11);
  EXPECT_LT(relative(student_t_quantile(0.975, 1000), 1.9623390808264085), 1e-13);
  EXPECT_LT(relative(student_t_quantile(0.9995, 1000), 3.3002826484239129), 1e-11);
  EXPECT_LT(relative(student_t_quantile(0.999999, 1000), 4.7816086204583506), 1e-9);
  EXPECT_LT(relative(student_t_quantile(0.9, 5000.5), 1.281720888401149), 1e-13);
}

TEST(StudentT, IsSymmetricAndInvertsItsTail) {
  for (const double df : {1.0, 1.7, 4.0, 25.0, 640.0}) {
    EXPECT_EQ(student_t_quantile(0.5, df), 0.0);
    for (const double p : {0.501, 0.7, 0.975, 0.9999}) {
      EXPECT_EQ(student_t_quantile(1.0 - p, df), -student_t_quantile(1.0 - (1.0 - p), df));
      EXPECT_LT(relative(student_t_above(student_t_quantile(p, df), df), 1.0 - p), 1e-10)
          << df << " " << p;
    }
  }
}

TEST(StudentT, FallsTowardsTheNormalAsTheDegreesGrow) {
  double before = infinite;
  for (const double df : {1.0, 2.0, 3.0, 10.0, 100.0, 999.0, 1000.0, 1e4, 1e9}) {
    const double t = student_t_quantile(0.975, df);
    EXPECT_LT(t, before) << df;
    before = t;
  }
  EXPECT_GE(before, normal_quantile(0.975));
}

}  // namespace
}  // namespace squall::metrics::student_t_test
