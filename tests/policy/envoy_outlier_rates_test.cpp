// Outlier ejection by rates, and by chance. For what is named Envoy, see envoy_outlier_test.cpp.
#include <gtest/gtest.h>

#include "squall/policy/envoy_outlier.hpp"
#include "tests/policy/envoy_outlier_support.hpp"

namespace squall::policy::envoy_outlier_rates_test {
namespace {

// --- By rates ------------------------------------------------------------------------------------

TEST(EnvoyOutlier, EnvoySuccessRateThreshold) {
  const SuccessRateThreshold numbers = success_rate_threshold({50, 100, 100, 100, 100}, 1.9);
  EXPECT_EQ(numbers.mean, 90.0);
  EXPECT_EQ(numbers.threshold, 52.0);
}

/// Only rates eject.
EnvoyOutlierOptions by_success_rate() {
  EnvoyOutlierOptions options;
  options.max_ejection_percent = 100.0;
  options.enforcing.consecutive_5xx = 0;
  return options;
}

TEST(EnvoyOutlier, EnvoyBasicFlowOfSuccessRates) {
  OutlierBench bench(5, by_success_rate());
  for (std::uint32_t h = 0; h < 5; ++h) bench.results(h, 200, ok);
  bench.results(4, 200, gateway);
  bench.move_to(9'999'999'999ns);
  EXPECT_FALSE(bench.is_out(4));
  bench.move_to(10s);
  EXPECT_TRUE(bench.is_out(4)) << "50 % is below 52 %";
  EXPECT_EQ(bench.outlier.ejected(), 1U);
  bench.move_to(39'999ms);
  EXPECT_TRUE(bench.is_out(4));
  bench.move_to(40s);
  EXPECT_FALSE(bench.is_out(4));
  // Too few requests of the fifth: only four are judged, and they need to be five.
  for (std::uint32_t h = 0; h < 4; ++h) bench.results(h, 200, ok);
  bench.results(4, 25, ok);
  bench.results(4, 25, gateway);
  bench.move_to(50s);
  EXPECT_EQ(bench.outlier.ejected(), 0U);
}

TEST(EnvoyOutlier, JudgesFromTheRequestVolumeOnAndFromAsManyHosts) {
  const auto ejected_of = [](std::uint32_t hosts, int requests) {
    EnvoyOutlierOptions options = by_success_rate();
    options.success_rate.stdev_factor = 1.0;
    OutlierBench bench(hosts, options);
    for (std::uint32_t h = 0; h + 1 < hosts; ++h) bench.results(h, requests, ok);
    bench.results(hosts - 1, requests, failed);
    bench.move_to(10s);
    return bench.outlier.ejected();
  };
  EXPECT_EQ(ejected_of(5, 100), 1U);
  EXPECT_EQ(ejected_of(5, 99), 0U);
  EXPECT_EQ(ejected_of(4, 100), 0U);
}

TEST(EnvoyOutlier, ARateThatIsJustTheThresholdStays) {
  // All alike: the deviation is 0, and the threshold the rate itself.
  OutlierBench bench(5, by_success_rate());
  for (std::uint32_t h = 0; h < 5; ++h) {
    bench.results(h, 60, ok);
    bench.results(h, 60, failed);
  }
  bench.move_to(10s);
  EXPECT_EQ(bench.outlier.ejected(), 0U);
}

TEST(EnvoyOutlier, JudgesEachIntervalByItself) {
  OutlierBench bench(5, by_success_rate());
  for (std::uint32_t h = 0; h < 5; ++h) bench.results(h, 60, h == 4 ? failed : ok);
  bench.move_to(10s);
  for (std::uint32_t h = 0; h < 5; ++h) bench.results(h, 60, h == 4 ? failed : ok);
  bench.move_to(20s);
  EXPECT_EQ(bench.outlier.ejected(), 0U) << "120 requests, but 60 in each interval";
}

TEST(EnvoyOutlier, AResultAtATickCountsIntoTheNextInterval) {
  OutlierBench bench(5, by_success_rate());
  bench.now = at(10s);
  for (std::uint32_t h = 0; h < 5; ++h) bench.results(h, 100, h == 4 ? failed : ok);
  EXPECT_EQ(bench.outlier.ejected(), 0U);
  bench.move_to(20s);
  EXPECT_EQ(bench.outlier.ejected(), 1U);
}

TEST(EnvoyOutlier, WhoIsEjectedIsNotJudged) {
  EnvoyOutlierOptions options = by_success_rate();
  options.enforcing.consecutive_5xx = 100;
  options.success_rate.stdev_factor = 1.0;
  OutlierBench bench(6, options);
  bench.results(5, 5, failed);  // out until 30 s, and its answers still arrive
  for (std::uint32_t h = 0; h < 5; ++h) {
    bench.results(h, 100, ok);
    if (h == 4) {
      bench.results(h, 4, failed);
    }
  }
  bench.results(5, 200, failed);
  bench.move_to(10s);
  EXPECT_TRUE(bench.is_out(4)) << "an outlier among those that are left";
  EXPECT_EQ(bench.outlier.counts().ejections, 2U);
}

TEST(EnvoyOutlier, EnvoyNoRequestsWithoutAMinimumOfHostsIsNoError) {
  EnvoyOutlierOptions options = by_success_rate();
  options.success_rate = {.minimum_hosts = 0, .request_volume = 0, .stdev_factor = 0.0};
  options.failure_percentage = {.threshold = 0.0, .minimum_hosts = 0, .request_volume = 0};
  options.enforcing.failure_percentage = 100;
  OutlierBench bench(3, options);
  bench.move_to(10s);
  bench.results(0, 1, ok);
  bench.move_to(20s);
  EXPECT_EQ(bench.outlier.ejected(), 1U) << "0 % failed, and that is the threshold";
  bench.results(1, 1, ok);
  bench.results(2, 1, ok);
  bench.move_to(30s);
  EXPECT_EQ(bench.outlier.ejected(), 3U);
}

TEST(EnvoyOutlier, WhoHadNoRequestIsNotJudgedWhateverTheVolume) {
  EnvoyOutlierOptions options = by_success_rate();
  options.success_rate = {.minimum_hosts = 0, .request_volume = 0, .stdev_factor = 0.5};
  OutlierBench bench(3, options);
  bench.results(0, 1, ok);
  bench.results(1, 1, failed);
  bench.move_to(10s);
  EXPECT_TRUE(bench.is_out(1)) << "0 % is below 50 % - 0.5 x 50 %";
  EXPECT_EQ(bench.outlier.ejected(), 1U);
}

EnvoyOutlierOptions by_failure_percentage() {
  EnvoyOutlierOptions options = by_success_rate();
  options.enforcing.success_rate = 0;
  options.enforcing.failure_percentage = 100;
  return options;
}

TEST(EnvoyOutlier, EnvoyBasicFlowOfFailurePercentages) {
  OutlierBench bench(5, by_failure_percentage());
  for (std::uint32_t h = 0; h < 5; ++h) bench.results(h, 50, ok);
  bench.results(3, 250, gateway);  // 83.3 %
  bench.results(4, 300, gateway);  // 85.7 %
  bench.move_to(10s);
  EXPECT_FALSE(bench.is_out(3));
  EXPECT_TRUE(bench.is_out(4));
  bench.move_to(20s);
  EXPECT_TRUE(bench.is_out(4));
  bench.move_to(50s);
  EXPECT_FALSE(bench.is_out(4));
  // 50 requests of each, half of the fifth failed.
  for (std::uint32_t h = 0; h < 5; ++h) bench.results(h, 25, ok);
  bench.results(4, 25, gateway);
  bench.move_to(60s);
  EXPECT_EQ(bench.outlier.ejected(), 0U);
}

TEST(EnvoyOutlier, EjectsFromTheFailurePercentageOnAndFromItsVolumeAndHosts) {
  const auto ejected_of = [](std::uint32_t hosts, int failures, int successes) {
    OutlierBench bench(hosts, by_failure_percentage());
    for (std::uint32_t h = 0; h < hosts; ++h) bench.results(h, 50, ok);
    bench.move_to(10s);
    for (std::uint32_t h = 0; h + 1 < hosts; ++h) bench.results(h, 50, ok);
    bench.results(hosts - 1, failures, failed);
    bench.results(hosts - 1, successes, ok);
    bench.move_to(20s);
    return bench.outlier.ejected();
  };
  EXPECT_EQ(ejected_of(5, 85, 15), 1U) << "85 %";
  EXPECT_EQ(ejected_of(5, 84, 16), 0U);
  EXPECT_EQ(ejected_of(5, 50, 0), 1U);
  EXPECT_EQ(ejected_of(5, 49, 0), 0U) << "49 requests";
  EXPECT_EQ(ejected_of(4, 50, 0), 0U) << "four hosts";
}

TEST(EnvoyOutlier, WhoIsFoundByBothJudgementsIsEjectedOnce) {
  EnvoyOutlierOptions options = by_failure_percentage();
  options.enforcing.success_rate = 100;
  OutlierBench bench(5, options);
  for (std::uint32_t h = 0; h < 5; ++h) bench.results(h, 200, h == 4 ? failed : ok);
  bench.move_to(10s);
  EXPECT_EQ(bench.outlier.ejected(), 1U);
  EXPECT_EQ(bench.outlier.counts().ejections, 1U);
}

// --- Enforcing by chance -------------------------------------------------------------------------

TEST(EnvoyOutlier, EnforcesTheShareThatItIsTold) {
  for (const std::uint32_t share : {1U, 30U, 99U}) {
    EnvoyOutlierOptions options = ejects_all();
    options.enforcing.consecutive_5xx = share;
    std::uint32_t ejected = 0;
    for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
      OutlierBench bench(1, options, RandomKey{mix64(seed)});
      bench.results(0, 5, failed);
      ejected += bench.outlier.ejected();
    }
    // 10,000 draws: five standard deviations are at most 250.
    EXPECT_NEAR(ejected, 100.0 * share, 250.0);
    EXPECT_GT(ejected, 0U);
    EXPECT_LT(ejected, 10'000U);
  }
}

}  // namespace
}  // namespace squall::policy::envoy_outlier_rates_test
