// The formulas themselves: against published tables, closed special cases, and each other. None of
// it simulates.
#include "squall/study/validation/formulas.hpp"

#include <array>
#include <cmath>
#include <tuple>

#include <gtest/gtest.h>

namespace squall::study::validation::formulas_test {
namespace {

constexpr double exact = 1e-12;

/// Integrates `f` from 0 to `end`, Simpson's rule.
template <typename Function>
double integral(Function f, double end, int halves = 20'000) {
  const double h = end / (2.0 * halves);
  double sum = f(0.0) + f(end);
  for (int i = 1; i < 2 * halves; ++i) sum += (i % 2 == 1 ? 4.0 : 2.0) * f(i * h);
  return sum * h / 3.0;
}

TEST(ErlangB, AgreesWithTheTrafficTables) {
  // Offered load in erlang that so many lines carry at that blocking; the tables of every handbook
  // (e.g. T. Frankel, Tables for Traffic Management and Design, 1976), to three decimals.
  for (const auto& [lines, load, blocking] : {std::tuple{1U, 0.0101, 0.01},
                                              {5U, 1.361, 0.01},
                                              {10U, 4.461, 0.01},
                                              {10U, 5.084, 0.02},
                                              {20U, 13.182, 0.02},
                                              {30U, 21.932, 0.02},
                                              {100U, 84.064, 0.01},
                                              {100U, 87.972, 0.02}}) {
    // Half a unit of the last place of the load moves the blocking by less than this.
    EXPECT_NEAR(erlang_b(lines, load), blocking, 0.005 * blocking) << lines << " lines";
  }
}

TEST(ErlangB, OfOneLineIsLoadOverOnePlusLoad) { EXPECT_NEAR(erlang_b(1, 2.0), 2.0 / 3.0, exact); }

TEST(ErlangB, IsTheLastStateOfMMcc) {
  EXPECT_NEAR(erlang_b(10, 12.0), mmck(10, 10, 1200.0, 100.0).back(), exact);
}

TEST(ErlangC, AgreesWithTextbookValues) {
  EXPECT_NEAR(erlang_c(1, 0.8), 0.8, exact);             // M/M/1: rho
  EXPECT_NEAR(erlang_c(2, 1.6), 2 * 0.64 / 1.8, exact);  // M/M/2: 2 rho^2 / (1 + rho)
  EXPECT_NEAR(erlang_c(3, 2.0), 4.0 / 9.0, exact);       // Gross and Harris, M/M/3 at rho = 2/3
  EXPECT_NEAR(erlang_c(5, 4.0), 0.5541, 5e-5);           // M/M/5 at rho = 0.8
  EXPECT_NEAR(erlang_c(10, 8.0), 0.4092, 5e-5);          // M/M/10 at rho = 0.8
}

TEST(ErlangC, IsTheLimitOfMMcKWithoutAnEnd) {
  const std::vector<double> shares = mmck(4, 400, 320.0, 100.0);
  double waiting = 0.0;
  for (std::size_t k = 4; k < shares.size(); ++k) waiting += shares[k];
  EXPECT_NEAR(erlang_c(4, 3.2), waiting, 1e-9);
  // Little: the wait is the mean line over lambda.
  EXPECT_NEAR(mmc_wait(4, 320.0, 100.0), (mean_state(shares) - 3.2) / 320.0, 1e-9);
}

TEST(ErlangC, TailsIntegrateToTheMeans) {
  const double wait = mmc_wait(4, 320.0, 100.0);
  EXPECT_NEAR(integral([](double t) { return mmc_wait_tail(4, 320.0, 100.0, t); }, 2.0), wait,
              1e-9);
  EXPECT_NEAR(integral([](double t) { return mmc_sojourn_tail(4, 320.0, 100.0, t); }, 2.0),
              wait + 0.01, 1e-9);
}

TEST(MM1K, ClosedFormAndChainAgree) {
  for (const auto& [places, r] : {std::pair{3U, 0.8}, {5U, 1.5}, {6U, 0.9}, {4U, 1.0}}) {
    EXPECT_NEAR(mm1k_loss(places, r), mmck(1, places, r, 1.0).back(), exact);
  }
  EXPECT_NEAR(mm1k_loss(1, 0.5), 1.0 / 3.0, exact);  // one line: Erlang B
}

TEST(PollaczekKhinchine, HasTheKnownSpecialCases) {
  EXPECT_NEAR(pollaczek_khinchine(0.8, 1.0, 2.0), 4.0, exact);  // M/M/1: rho / (1 - rho)
  EXPECT_NEAR(pollaczek_khinchine(0.8, 1.0, 1.0), 2.0, exact);  // M/D/1: half of it
}

TEST(MD1, BeginsAtOneMinusRhoAndIntegratesToTheMean) {
  EXPECT_NEAR(md1_wait_at_most(0.8, 1.0, 0.0), 0.2, exact);
  EXPECT_NEAR(md1_wait_at_most(0.8, 1.0, 0.5), 0.2 * std::exp(0.4), exact);
  // Beyond t = 12 the tail holds less than e^-(0.4 * 12) of it; rho = 0.5 has decay 1.26.
  EXPECT_NEAR(integral([](double t) { return 1.0 - md1_wait_at_most(0.5, 1.0, t); }, 12.0),
              pollaczek_khinchine(0.5, 1.0, 1.0), 1e-5);
}

TEST(GIM1, RootsAgreeWithClosedFormsAndTables) {
  EXPECT_NEAR(ekm1_sigma(1, 0.8, 1.0), 0.8, 1e-9);  // M/M/1
  // E2/M/1: (lambda + mu (1 - s))^2 s = lambda^2, the root below 1 of a quadratic.
  const double lambda = 1.6;
  const double s = ekm1_sigma(2, lambda, 1.0);
  EXPECT_NEAR(s, ((2 * lambda + 1) - std::sqrt(4 * lambda + 1)) / 2, 1e-12);
  // D/M/1, to four decimals as in the tables of Kendall's root.
  EXPECT_NEAR(dm1_sigma(0.5, 1.0), 0.2032, 5e-5);
  EXPECT_NEAR(dm1_sigma(0.8, 1.0), 0.6286, 5e-5);
  EXPECT_NEAR(gim1_wait(0.8, 1.0), 4.0, exact);
}

TEST(Cobham, KeepsTheConservationLaw) {
  // Kleinrock: sum of rho_i W_i = rho W_fifo, whoever comes first.
  const std::array<double, 3> loads = {0.2, 0.3, 0.25};
  const double residual = 0.75;
  double sum = 0.0;
  for (std::size_t i = 0; i < loads.size(); ++i) sum += loads[i] * cobham(loads, residual, i);
  EXPECT_NEAR(sum, 0.75 * residual / (1.0 - 0.75), exact);
  EXPECT_LT(cobham(loads, residual, 0), cobham(loads, residual, 2));
}

TEST(Patience, WithoutAnyTheWorkerServesWhoFindsItIdle) {
  EXPECT_NEAR(leaving_the_line(120.0, 100.0, 0.0).never_started, 1.2 / 2.2, exact);
  EXPECT_NEAR(leaving_the_worker(120.0, 100.0, 0.0).timed_out, 1.0, exact);
}

TEST(Patience, WithoutEndIsMM1) {
  const Impatience patient = leaving_the_line(50.0, 100.0, 10.0);
  EXPECT_NEAR(patient.never_started, 0.0, exact);
  // Far out in the tail: 1 - rho^2 of M/M/1's e^(-(mu - lambda) t), as the work beyond t is cut
  // off.
  EXPECT_NEAR(leaving_the_line(50.0, 100.0, 0.4).timed_out / std::exp(-50.0 * 0.4), 0.75, 1e-6);
}

TEST(Patience, TheWorkerIsBusyWithThoseThatStarted) {
  const double lambda = 120.0;
  const double mu = 100.0;
  const double t = 0.05;
  const Impatience line = leaving_the_line(lambda, mu, t);
  const double idle = (line.timed_out - line.never_started) * std::exp(-(lambda - mu) * t);
  EXPECT_NEAR(lambda / mu * (1.0 - line.never_started), 1.0 - idle, exact);
  EXPECT_GT(line.timed_out, leaving_the_worker(lambda, mu, t).timed_out);
}

TEST(Networks, ForkJoinHasItsLimits) {
  EXPECT_NEAR(fork_join_of_two(1e-12, 1.0), harmonic(2), 1e-9);  // alone: the larger of two
  EXPECT_NEAR(fork_join_of_two(1.0 - 1e-9, 1.0) * 1e-9, 11.0 / 8.0, 1e-6);
  EXPECT_NEAR(harmonic(5), 137.0 / 60.0, exact);
}

TEST(Networks, ASumOfTwoIntegratesToItsMean) {
  EXPECT_NEAR(integral([](double t) { return sum_of_two_tail(40.0, 20.0, t); }, 2.0),
              1.0 / 40.0 + 1.0 / 20.0, 1e-9);
}

TEST(ClosedLoops, WithAWorkerForEachUserNobodyWaits) {
  const ClosedNetwork network = repairman(5, 0.1, 5, 0.01);
  EXPECT_NEAR(network.throughput, 5 / 0.11, 1e-9);
  EXPECT_NEAR(network.response, 0.01, 1e-12);
}

TEST(ClosedLoops, MeanValueAnalysisOfOneStationIsTheRepairman) {
  const std::array<double, 1> services = {0.01};
  const ClosedNetwork by_chain = repairman(12, 0.08, 1, 0.01);
  const ClosedNetwork by_mean = mean_value_analysis(12, 0.08, services);
  EXPECT_NEAR(by_mean.throughput, by_chain.throughput, 1e-9);
  EXPECT_NEAR(by_mean.response, by_chain.response, 1e-12);
  // Little over the whole circle.
  EXPECT_NEAR(by_mean.throughput * (0.08 + by_mean.response), 12.0, 1e-9);
}

TEST(Retries, AttemptsAreTheGeometricSum) {
  EXPECT_NEAR(mean_attempts(0.5, 4), 1.875, exact);
  EXPECT_NEAR(mean_attempts(0.3, 4), 1 + 0.3 + 0.09 + 0.027, exact);
}

TEST(Retries, BackoffIsCappedAndWeighted) {
  // 0.5 * 10 + 0.25 * 20 + 0.125 * 20 + ... = 5 + 20 * 0.5.
  EXPECT_NEAR(mean_backoff(0.5, 10.0, 2.0, 20.0), 15.0, exact);
}

}  // namespace
}  // namespace squall::study::validation::formulas_test
