// The cases named Envoy are those of test/common/upstream/outlier_detection_impl_test.cc and of the
// defaults in outlier_detection_impl.h, Envoy 1.25 to 1.36, told in outcomes instead of HTTP codes:
// 500 is a failure, 503 a gateway failure. That its tests eject the only host of a cluster is of
// versions before 1.31; here always_eject_one_host stands for it.
#include "squall/policy/envoy_outlier.hpp"

#include <limits>
#include <optional>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/envoy_outlier_support.hpp"

namespace squall::policy::envoy_outlier_test {
namespace {

// --- Conformance: failures in a row --------------------------------------------------------------

TEST(EnvoyOutlier, EnvoyDefaults) {
  const EnvoyOutlierOptions options;
  EXPECT_EQ(options.interval, 10s);
  EXPECT_EQ(options.base_ejection_time, 30s);
  EXPECT_EQ(options.max_ejection_time, 300s);
  EXPECT_EQ(options.max_ejection_time_jitter, 0s);
  EXPECT_EQ(options.max_ejection_percent, 10.0);
  EXPECT_FALSE(options.always_eject_one_host);
  EXPECT_EQ(options.consecutive_5xx, 5U);
  EXPECT_EQ(options.consecutive_gateway_failure, 5U);
  EXPECT_EQ(options.success_rate, (EnvoyOutlierOptions::SuccessRate{5, 100, 1.9}));
  EXPECT_EQ(options.failure_percentage, (EnvoyOutlierOptions::FailurePercentage{85.0, 5, 50}));
  EXPECT_EQ(options.enforcing, (EnvoyOutlierOptions::Enforcing{100, 0, 100, 0}));
  EXPECT_EQ(options.panic_threshold, 50.0);
  EXPECT_EQ(said(options.validate()), "ok");
}

TEST(EnvoyOutlier, EnvoyTheLongestEjectionIsNeverBelowTheBase) {
  EXPECT_EQ(envoy_max_ejection_time(10s), 300s);
  EXPECT_EQ(envoy_max_ejection_time(300s), 300s);
  EXPECT_EQ(envoy_max_ejection_time(400s), 400s);
}

TEST(EnvoyOutlier, EnvoyBasicFlow) {
  OutlierBench bench(2);
  bench.results(0, 1, failed);
  bench.results(0, 1, ok);
  bench.results(0, 4, failed);
  EXPECT_FALSE(bench.is_out(0));
  bench.results(0, 1, failed);
  EXPECT_TRUE(bench.is_out(0));
  EXPECT_EQ(bench.outlier.ejected(), 1U);
  bench.move_to(29'999ms);
  EXPECT_TRUE(bench.is_out(0)) << "no tick since 20 s";
  bench.move_to(30s);
  EXPECT_FALSE(bench.is_out(0));
  bench.results(0, 4, failed);
  EXPECT_FALSE(bench.is_out(0)) << "its return made the count start anew";
  bench.now = at(40s);
  bench.results(0, 1, failed);
  EXPECT_TRUE(bench.is_out(0));
  EXPECT_EQ(bench.outlier.counts(), (EnvoyOutlier::Counts{.ejections = 2}));
}

TEST(EnvoyOutlier, EnvoyReturnsAtATickOnly) {
  EnvoyOutlierOptions options = ejects_all();
  options.base_ejection_time = 11s;
  OutlierBench bench(2, options);
  bench.results(0, 5, failed);
  bench.move_to(19'999'999'999ns);
  EXPECT_TRUE(bench.is_out(0));
  bench.move_to(20s);
  EXPECT_FALSE(bench.is_out(0));
}

TEST(EnvoyOutlier, EnvoyASuccessAndAFailureInTurnNeverEject) {
  OutlierBench bench(1, {.always_eject_one_host = true});
  for (int i = 0; i < 100; ++i) {
    bench.results(0, 1, failed);
    bench.results(0, 1, ok);
  }
  EXPECT_FALSE(bench.is_out(0));
  bench.results(0, 100, failed);
  EXPECT_TRUE(bench.is_out(0));
}

TEST(EnvoyOutlier, EnvoyBasicFlowOfGatewayFailures) {
  EnvoyOutlierOptions options = ejects_all();
  options.enforcing.consecutive_5xx = 0;
  options.enforcing.consecutive_gateway_failure = 100;
  OutlierBench bench(2, options);
  bench.results(0, 1, gateway);
  bench.results(0, 1, failed);
  bench.results(0, 4, gateway);
  EXPECT_FALSE(bench.is_out(0)) << "the failure of its own stands between";
  bench.results(0, 1, gateway);
  EXPECT_TRUE(bench.is_out(0));
  bench.move_to(30s);
  EXPECT_FALSE(bench.is_out(0));
  bench.results(0, 4, gateway);
  EXPECT_FALSE(bench.is_out(0));
  bench.results(0, 1, gateway);
  EXPECT_TRUE(bench.is_out(0));
}

TEST(EnvoyOutlier, EnvoyNotEnforcingGatewayFailuresIsTheDefaultButTheyAreFailures) {
  OutlierBench bench(2);
  bench.results(0, 4, gateway);
  EXPECT_FALSE(bench.is_out(0));
  bench.results(0, 1, gateway);
  EXPECT_TRUE(bench.is_out(0));
  EXPECT_EQ(bench.outlier.counts().ejections, 1U);
}

TEST(EnvoyOutlier, EnvoyNotEnforcing) {
  EnvoyOutlierOptions options = ejects_all();
  options.enforcing.consecutive_5xx = 0;
  OutlierBench bench(1, options);
  bench.results(0, 50, gateway);
  EXPECT_FALSE(bench.is_out(0));
  EXPECT_EQ(bench.outlier.counts(), EnvoyOutlier::Counts{});
}

TEST(EnvoyOutlier, EnvoyAnEjectedHostIsNotEjectedAgain) {
  OutlierBench bench(1);
  bench.results(0, 5, failed);
  bench.results(0, 1, ok);
  bench.results(0, 5, failed);
  EXPECT_EQ(bench.outlier.counts().ejections, 1U);
  EXPECT_EQ(bench.outlier.ejected(), 1U);
}

TEST(EnvoyOutlier, EnvoyOverflow) {
  OutlierBench bench(2, {.max_ejection_percent = 1.0, .always_eject_one_host = true});
  bench.results(0, 5, failed);
  EXPECT_TRUE(bench.is_out(0));
  bench.results(1, 5, failed);
  EXPECT_FALSE(bench.is_out(1));
  EXPECT_EQ(bench.outlier.counts(), (EnvoyOutlier::Counts{.ejections = 1, .not_ejected = 1}));
}

TEST(EnvoyOutlier, ForgetsAtTheReturnWhatFailedWhileItWasOut) {
  EnvoyOutlierOptions options = ejects_all();
  options.enforcing.consecutive_gateway_failure = 100;
  OutlierBench bench(2, options);
  bench.results(0, 5, gateway);
  bench.results(0, 3, gateway);  // answers that were still under way
  bench.move_to(30s);
  bench.results(0, 4, gateway);
  EXPECT_FALSE(bench.is_out(0));
  bench.results(0, 1, gateway);
  EXPECT_TRUE(bench.is_out(0));
}

TEST(EnvoyOutlier, WhatIsNeverEnforcedIsNotCounted) {
  OutlierBench bench(2, {});
  bench.results(0, 5, gateway);
  EXPECT_EQ(bench.outlier.counts().not_ejected, 1U) << "by 5xx, and not by gateway failures too";
}

TEST(EnvoyOutlier, CountsAnewAfterWhatWasNotEjected) {
  OutlierBench bench(2, {});
  bench.results(0, 9, failed);
  EXPECT_EQ(bench.outlier.counts().not_ejected, 1U);
  bench.results(0, 1, failed);
  EXPECT_EQ(bench.outlier.counts().not_ejected, 2U);
}

TEST(EnvoyOutlier, AThresholdOfNoneNeverEjects) {
  EnvoyOutlierOptions options = ejects_all();
  options.consecutive_5xx = 0;
  options.consecutive_gateway_failure = 0;
  options.enforcing.consecutive_gateway_failure = 100;
  OutlierBench bench(2, options);
  bench.results(0, 1'000, gateway);
  EXPECT_FALSE(bench.is_out(0));
}

// --- How many ------------------------------------------------------------------------------------

TEST(EnvoyOutlier, EjectsWhileThePercentageHolds) {
  OutlierBench bench(10, {});
  for (std::uint32_t h = 0; h < 10; ++h) bench.results(h, 5, failed);
  EXPECT_EQ(bench.outlier.ejected(), 1U) << "one of ten is 10 %";
  OutlierBench nine(9, {});
  nine.results(0, 5, failed);
  EXPECT_EQ(nine.outlier.ejected(), 0U) << "one of nine is more";
  OutlierBench half(4, {.max_ejection_percent = 50.0});
  for (std::uint32_t h = 0; h < 4; ++h) half.results(h, 5, failed);
  EXPECT_EQ(half.outlier.ejected(), 2U);
  OutlierBench none(4, {.max_ejection_percent = 0.0});
  none.results(0, 5, failed);
  EXPECT_EQ(none.outlier.ejected(), 0U);
}

TEST(EnvoyOutlier, AlwaysEjectsOneAndThenAsThePercentageSays) {
  OutlierBench bench(4, {.max_ejection_percent = 49.0, .always_eject_one_host = true});
  for (std::uint32_t h = 0; h < 4; ++h) bench.results(h, 5, failed);
  EXPECT_EQ(bench.outlier.ejected(), 1U);
}

// --- How long ------------------------------------------------------------------------------------

/// Ejects the only host and tells at which tick it returns, in seconds from then.
int seconds_out(OutlierBench& bench, int from) {
  bench.now = at(std::chrono::seconds{from});
  bench.results(0, 5, failed);
  EXPECT_TRUE(bench.is_out(0));
  for (int second = from; second < from + 1'000; ++second) {
    bench.move_to(std::chrono::seconds{second});
    if (!bench.is_out(0)) return second - from;
  }
  return -1;
}

TEST(EnvoyOutlier, EnvoyEjectTimeBackoff) {
  EnvoyOutlierOptions options = ejects_all();
  options.base_ejection_time = 10s;
  OutlierBench bench(1, options);
  EXPECT_EQ(seconds_out(bench, 0), 10);
  EXPECT_EQ(seconds_out(bench, 10), 20);
  EXPECT_EQ(seconds_out(bench, 30), 30);
  // Healthy at the ticks of 70 s and 80 s: two steps down, and one up again.
  EXPECT_EQ(seconds_out(bench, 80), 20);
  EXPECT_EQ(seconds_out(bench, 610), 10);
}

TEST(EnvoyOutlier, EnvoyMaxEjectTime) {
  EnvoyOutlierOptions options = ejects_all();
  options.base_ejection_time = 10s;
  options.max_ejection_time = 300s;
  OutlierBench bench(1, options);
  int now = 0;
  for (int i = 1; i <= 40; ++i) {
    const int out = seconds_out(bench, now);
    ASSERT_EQ(out, std::min(10 * i, 300)) << i;
    now += out;
  }
}

TEST(EnvoyOutlier, EnvoyMaxEjectTimeThatIsNoMultipleOfTheBase) {
  EnvoyOutlierOptions options = ejects_all();
  options.base_ejection_time = 10s;
  options.max_ejection_time = 305s;
  OutlierBench bench(1, options);
  int now = 0;
  for (int i = 1; i <= 40; ++i) {
    const int out = seconds_out(bench, now);
    ASSERT_EQ(out, std::min(10 * i, 310)) << i << ": 305 s, at the next tick";
    now += out;
  }
}

/// Ejections in a row beyond the longest cost as many steps as there were up to it, no more.
TEST(EnvoyOutlier, TheBackoffStopsWhereTheLongestTimeIsReached) {
  EnvoyOutlierOptions options = ejects_all();
  options.base_ejection_time = 10s;
  options.max_ejection_time = 20s;
  OutlierBench bench(1, options);
  EXPECT_EQ(seconds_out(bench, 0), 10);
  EXPECT_EQ(seconds_out(bench, 10), 20);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(seconds_out(bench, 30 + 20 * i), 20);
  // It has returned at 190 s with a backoff of 3 (below 20 s + 10 s it grows, not from there on).
  EXPECT_EQ(seconds_out(bench, 210), 20) << "3 - 2 + 1 = 2";
  EXPECT_EQ(seconds_out(bench, 260), 10) << "2 - 3, at least 0, + 1";
}

TEST(EnvoyOutlier, TheNextEjectionIsShorterOnlyAWholeIntervalAfterTheReturn) {
  EnvoyOutlierOptions options = ejects_all();
  options.base_ejection_time = 10s;
  OutlierBench bench(1, options);
  EXPECT_EQ(seconds_out(bench, 0), 10);
  bench.move_to(19s);
  EXPECT_EQ(seconds_out(bench, 19), 21) << "20 s, and to the tick at 40 s";
  bench.move_to(50s);
  EXPECT_EQ(seconds_out(bench, 50), 20) << "one step down at 50 s, one up";
}

TEST(EnvoyOutlier, WaitsForATickIfItsTimeEndsANanosecondAfterOne) {
  EnvoyOutlierOptions options = ejects_all();
  options.base_ejection_time = 10s + 1ns;
  OutlierBench bench(1, options);
  EXPECT_EQ(seconds_out(bench, 0), 20);
}

TEST(EnvoyOutlier, TheFirstEjectionIsTheShortestHoweverLongAHostHasBeenWell) {
  OutlierBench bench(1);
  bench.results(0, 1, ok);
  bench.move_to(10s);
  bench.results(0, 1, ok);
  bench.move_to(20s);
  EXPECT_EQ(seconds_out(bench, 20), 30);
}

/// Two ejections of 10 s and 20 s; the longest is a nanosecond more than two bases.
TEST(EnvoyOutlier, CountsTheLongestTimeToTheNanosecond) {
  EnvoyOutlierOptions options = ejects_all();
  options.base_ejection_time = 10s;
  options.max_ejection_time = 20s + 1ns;
  OutlierBench bench(1, options);
  EXPECT_EQ(seconds_out(bench, 0), 10);
  EXPECT_EQ(seconds_out(bench, 10), 20) << "two bases, which are less than the longest";
  EXPECT_EQ(seconds_out(bench, 30), 30) << "20 s and 1 ns, at the next tick";
  EXPECT_EQ(seconds_out(bench, 60), 30);
  // It has a backoff of 4, as three bases are a nanosecond less than the longest and one base.
  bench.move_to(110s);
  EXPECT_EQ(seconds_out(bench, 110), 30) << "4 - 2 + 1";
}

TEST(EnvoyOutlier, IsOutForTheLongestTimeWhereTwoBasesAreANanosecondMore) {
  EnvoyOutlierOptions options = ejects_all();
  options.base_ejection_time = 10s;
  options.max_ejection_time = 20s - 1ns;
  OutlierBench bench(1, options);
  EXPECT_EQ(seconds_out(bench, 0), 10);
  bench.move_to(10s + 1ns);
  bench.results(0, 5, failed);
  bench.move_to(30s - 1ns);
  EXPECT_TRUE(bench.is_out(0));
  bench.move_to(30s);
  EXPECT_FALSE(bench.is_out(0));
}

TEST(EnvoyOutlier, TheBackoffIsLessOnlyAWholeIntervalAfterTheReturn) {
  EnvoyOutlierOptions options = ejects_all();
  options.base_ejection_time = 10s;
  OutlierBench bench(1, options);
  EXPECT_EQ(seconds_out(bench, 0), 10);
  options.interval = 10s + 1ns;
  bench.outlier.reconfigure(options, bench.now);  // the tick at 20 s is settled already
  bench.move_to(20s);
  bench.results(0, 5, failed);
  bench.move_to(30s + 1ns);
  EXPECT_TRUE(bench.is_out(0)) << "20 s, for no step down was made at 20 s";
  bench.move_to(40s + 2ns);
  EXPECT_FALSE(bench.is_out(0));
}

TEST(EnvoyOutlier, EjectionsThatNeverEndDoNotOverflow) {
  EnvoyOutlierOptions options = ejects_all();
  options.interval = 24h * 365;
  options.base_ejection_time = forever / 2 + 1ns;
  options.max_ejection_time = forever;
  OutlierBench bench(1, options);
  bench.results(0, 5, failed);
  bench.move_to(options.base_ejection_time - 1ns);
  EXPECT_TRUE(bench.is_out(0));
  bench.move_to(options.interval * 147);
  EXPECT_FALSE(bench.is_out(0));
  bench.results(0, 5, failed);
  bench.move_to(options.interval * 290);
  EXPECT_TRUE(bench.is_out(0)) << "twice the base is more than there is time";
}

TEST(EnvoyOutlier, JitterOfAMillisecondIsOneOrNone) {
  EnvoyOutlierOptions options = ejects_all();
  options.interval = 1ms;
  options.base_ejection_time = 10ms;
  options.max_ejection_time_jitter = 1ms;
  int later = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    OutlierBench bench(1, options, RandomKey{seed});
    bench.results(0, 5, failed);
    bench.move_to(10ms);
    if (!bench.is_out(0)) continue;
    ++later;
    bench.move_to(11ms);
    EXPECT_FALSE(bench.is_out(0));
  }
  EXPECT_GT(later, 25);
  EXPECT_LT(later, 75);
}

/// What is always enforced takes no draw for that.
TEST(EnvoyOutlier, TheJitterIsTheFirstDrawWhereAllIsEnforced) {
  EnvoyOutlierOptions options = ejects_all();
  options.interval = 1ms;
  options.base_ejection_time = 10ms;
  options.max_ejection_time_jitter = 99ms;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const RandomKey key{seed};
    Rng rng = key.with(0).with(0).rng();
    const auto jitter = std::chrono::milliseconds{rng.below(100)};
    OutlierBench bench(1, options, key);
    bench.results(0, 5, failed);
    bench.move_to(10ms + jitter - 1ns);
    EXPECT_TRUE(bench.is_out(0));
    bench.move_to(10ms + jitter);
    EXPECT_FALSE(bench.is_out(0));
  }
}

TEST(EnvoyOutlier, EnvoyJitterIsOfWholeMillisecondsUpToTheLargest) {
  EnvoyOutlierOptions options = ejects_all();
  options.interval = 1ms;
  options.base_ejection_time = 10ms;
  options.max_ejection_time_jitter = 3'999us;  // 3 ms
  std::vector<bool> seen(20, false);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    OutlierBench bench(1, options, RandomKey{seed});
    bench.results(0, 5, failed);
    int ms = 0;
    while (bench.is_out(0)) bench.move_to(std::chrono::milliseconds{++ms});
    ASSERT_LT(ms, 20);
    seen[static_cast<std::size_t>(ms)] = true;
  }
  for (std::size_t ms = 0; ms < seen.size(); ++ms) EXPECT_EQ(seen[ms], ms >= 10 && ms <= 13) << ms;
}

// --- Panic ---------------------------------------------------------------------------------------

TEST(EnvoyOutlier, EnvoyPanicsBelowTheThresholdUnlessTheRestIsEnough) {
  EXPECT_FALSE(panics(5, 10, 50.0)) << "half is not below half";
  EXPECT_TRUE(panics(4, 10, 50.0));
  EXPECT_TRUE(panics(0, 10, 0.001));
  EXPECT_TRUE(panics(7, 10, 100.0)) << "1.4 x 70 % is 98 %";
  EXPECT_TRUE(panics(17, 24, 100.0)) << "1.4 x 17 / 24 is 99.2 %";
  EXPECT_FALSE(panics(5, 7, 100.0)) << "1.4 x 5 / 7 is all of it";
  EXPECT_FALSE(panics(8, 10, 100.0));
}

TEST(EnvoyOutlier, LeavesOutTheEjectedUntilThereAreTooMany) {
  OutlierBench bench(4);
  EXPECT_EQ(left(bench), std::nullopt);
  bench.results(1, 5, failed);
  EXPECT_EQ(left(bench), (Hosts{0, 2, 3}));
  bench.results(3, 5, failed);
  EXPECT_EQ(left(bench), (Hosts{0, 2}));
  EXPECT_EQ(bench.outlier.counts().panics, 0U);
  bench.results(0, 5, failed);
  EXPECT_EQ(left(bench), std::nullopt) << "one of four is below half";
  EXPECT_EQ(left(bench), std::nullopt);
  EXPECT_EQ(bench.outlier.counts().panics, 2U);
  bench.now = at(30s);
  EXPECT_EQ(left(bench), std::nullopt) << "all have returned";
  EXPECT_EQ(bench.outlier.ejected(), 0U);
  EXPECT_EQ(bench.outlier.counts().panics, 2U);
}

// --- Time, and other numbers ---------------------------------------------------------------------

TEST(EnvoyOutlier, TakesUpNewNumbersAndKeepsWhoIsOut) {
  EnvoyOutlierOptions options = ejects_all();
  OutlierBench bench(3, options);
  bench.results(0, 5, failed);
  bench.now = at(5s);
  options.interval = 1s;
  options.base_ejection_time = 12s;
  options.consecutive_5xx = 2;
  bench.outlier.reconfigure(options, bench.now);
  EXPECT_TRUE(bench.is_out(0));
  bench.results(1, 2, failed);
  EXPECT_TRUE(bench.is_out(1));
  bench.move_to(11'999ms);
  EXPECT_TRUE(bench.is_out(0));
  bench.move_to(12s);  // ticks at 10 s, as planned, 11 s, 12 s
  EXPECT_FALSE(bench.is_out(0));
  bench.move_to(17s);
  EXPECT_FALSE(bench.is_out(1));
}

TEST(EnvoyOutlier, FindsWhatWasDueBeforeItTakesUpNewNumbers) {
  EnvoyOutlierOptions options = ejects_all();
  OutlierBench bench(3, options);
  bench.results(0, 5, failed);
  options.base_ejection_time = 290s;
  bench.outlier.reconfigure(options, at(30s));
  EXPECT_FALSE(bench.is_out(0));
}

TEST(EnvoyOutlier, GoesThroughYearsWithoutWork) {
  EnvoyOutlierOptions options = ejects_all();
  options.interval = 1ms;
  OutlierBench bench(10, options);
  bench.move_to(24h * 365 * 100);  // at once, or this test would not end
  bench.results(0, 5, failed);
  bench.move_to(24h * 365 * 100 + 30s);
  EXPECT_FALSE(bench.is_out(0));
}

/// Told the time at every millisecond or only when something happens: the same.
RC_GTEST_PROP(EnvoyOutlierProperty, TicksThatAreMadeUpForAreTheSame, ()) {
  EnvoyOutlierOptions options;
  options.interval = std::chrono::milliseconds{*rc::gen::inRange(1, 30)};
  options.base_ejection_time = std::chrono::milliseconds{*rc::gen::inRange(1, 60)};
  options.max_ejection_time =
      options.base_ejection_time + std::chrono::milliseconds{*rc::gen::inRange(0, 100)};
  options.max_ejection_time_jitter = std::chrono::milliseconds{*rc::gen::inRange(0, 10)};
  options.max_ejection_percent = *rc::gen::element(10.0, 40.0, 100.0);
  options.always_eject_one_host = *rc::gen::arbitrary<bool>();
  options.consecutive_5xx = *rc::gen::inRange<std::uint32_t>(0, 5);
  options.consecutive_gateway_failure = *rc::gen::inRange<std::uint32_t>(0, 4);
  options.success_rate = {.minimum_hosts = *rc::gen::inRange<std::uint32_t>(0, 4),
                          .request_volume = *rc::gen::inRange<std::uint32_t>(0, 6),
                          .stdev_factor = *rc::gen::element(0.0, 0.5, 1.9)};
  options.failure_percentage = {.threshold = *rc::gen::element(0.0, 50.0, 85.0),
                                .minimum_hosts = 1,
                                .request_volume = *rc::gen::inRange<std::uint32_t>(0, 6)};
  options.enforcing = {.consecutive_5xx = *rc::gen::element(0U, 50U, 100U),
                       .consecutive_gateway_failure = *rc::gen::element(0U, 50U, 100U),
                       .success_rate = *rc::gen::element(0U, 50U, 100U),
                       .failure_percentage = *rc::gen::element(0U, 50U, 100U)};
  RC_ASSERT(said(options.validate()) == "ok");
  const auto hosts = *rc::gen::inRange<std::uint32_t>(1, 7);
  OutlierBench rare(hosts, options);
  OutlierBench often(hosts, options);
  for (int step = 0; step < 100; ++step) {
    const Instant next = rare.now + std::chrono::milliseconds{*rc::gen::inRange(0, 40)};
    while (often.now < next) {
      often.now += 1ms;
      often.outlier.advance(often.now);
    }
    rare.now = next;
    const auto host = *rc::gen::inRange<std::uint32_t>(0, hosts);
    const auto result = *rc::gen::element(ok, failed, gateway);
    rare.results(host, 1, result);
    often.results(host, 1, result);
    RC_ASSERT(left(rare) == left(often));
    RC_ASSERT(rare.outlier.counts() == often.outlier.counts());

    std::uint32_t ejected = 0;
    for (std::uint32_t h = 0; h < hosts; ++h) ejected += rare.is_out(h) ? 1U : 0U;
    RC_ASSERT(rare.outlier.ejected() == ejected);
    const double share = 100.0 * ejected / hosts;
    RC_ASSERT(share <= options.max_ejection_percent ||
              (options.always_eject_one_host && ejected == 1));
  }
}

// --- Bad options ---------------------------------------------------------------------------------

TEST(EnvoyOutlierOptions, SayWhatIsOutOfRange) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto said_of = [](auto change) {
    EnvoyOutlierOptions options;
    change(options);
    return said(options.validate());
  };
  EXPECT_EQ(said_of([](auto& o) { o.interval = 999'999ns; }),
            "outlier.envoy.interval: must be at least 1ms, is 999999ns");
  EXPECT_EQ(said_of([](auto& o) { o.interval = 1ms; }), "ok");
  EXPECT_EQ(said_of([](auto& o) { o.base_ejection_time = 0s; }),
            "outlier.envoy.base_ejection_time: must be above 0s, is 0s");
  EXPECT_EQ(said_of([](auto& o) { o.base_ejection_time = 1ns; }), "ok");
  EXPECT_EQ(said_of([](auto& o) {
              o.base_ejection_time = 10s;
              o.max_ejection_time = 3s;
            }),
            "outlier.envoy.max_ejection_time: must be at least the base_ejection_time, 10s, is 3s");
  EXPECT_EQ(said_of([](auto& o) { o.max_ejection_time = 30s; }), "ok");
  EXPECT_EQ(said_of([](auto& o) { o.max_ejection_time_jitter = -1ms; }),
            "outlier.envoy.max_ejection_time_jitter: must be at least 0s, is -1ms");
  EXPECT_EQ(said_of([](auto& o) { o.max_ejection_percent = 100.1; }),
            "outlier.envoy.max_ejection_percent: must be from 0% to 100%, is 100.1%");
  EXPECT_EQ(said_of([](auto& o) { o.max_ejection_percent = -0.1; }),
            "outlier.envoy.max_ejection_percent: must be from 0% to 100%, is -0.1%");
  EXPECT_EQ(said_of([](auto& o) { o.max_ejection_percent = nan; }),
            "outlier.envoy.max_ejection_percent: must be from 0% to 100%, is nan%");
  EXPECT_EQ(said_of([](auto& o) { o.success_rate.stdev_factor = -1.0; }),
            "outlier.envoy.success_rate.stdev_factor: must be from 0 to 1,000,000, is -1");
  EXPECT_EQ(said_of([](auto& o) { o.failure_percentage.threshold = 101.0; }),
            "outlier.envoy.failure_percentage.threshold: must be from 0% to 100%, is 101%");
  EXPECT_EQ(said_of([](auto& o) { o.panic_threshold = 0.0; }),
            "outlier.envoy.panic_threshold: must be above 0% and at most 100%, is 0%");
  EXPECT_EQ(said_of([](auto& o) { o.panic_threshold = 100.0; }), "ok");
  EXPECT_EQ(said_of([](auto& o) { o.panic_threshold = 100.5; }),
            "outlier.envoy.panic_threshold: must be above 0% and at most 100%, is 100.5%");
  EXPECT_EQ(said_of([](auto& o) { o.enforcing.consecutive_5xx = 101; }),
            "outlier.envoy.enforcing.consecutive_5xx: must be from 0% to 100%, is 101%");
  EXPECT_EQ(
      said_of([](auto& o) { o.enforcing.consecutive_gateway_failure = 101; }),
      "outlier.envoy.enforcing.consecutive_gateway_failure: must be from 0% to 100%, is 101%");
  EXPECT_EQ(said_of([](auto& o) { o.enforcing.success_rate = 101; }),
            "outlier.envoy.enforcing.success_rate: must be from 0% to 100%, is 101%");
  EXPECT_EQ(said_of([](auto& o) { o.enforcing.failure_percentage = 101; }),
            "outlier.envoy.enforcing.failure_percentage: must be from 0% to 100%, is 101%");
}

TEST(EnvoyOutlierDeathTest, ThereIsAReplica) {
  EXPECT_EXIT(EnvoyOutlier(EnvoyOutlierOptions{}, 0, any_key), testing::ExitedWithCode(70), "");
}

}  // namespace
}  // namespace squall::policy::envoy_outlier_test
