/// What the comments of hotos21, osdi22-retry and sre-bimodal promise to whoever follows "WHAT TO
/// TRY NEXT", as claims_test.cpp has it of the other scenarios.

#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "tests/truth/engine.hpp"

namespace truth::published_claims_test {
namespace {

/// Whether the variant recovers, which must not hang on the seed.
bool recovers(const char* scenario, const char* variant, Overrides overrides,
              const Overrides& shorter) {
  overrides.insert(overrides.end(), shorter.begin(), shorter.end());
  const auto bundle = shipped(scenario, overrides);
  int recovered = 0;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const auto record = run(bundle, seed, variant);
    if (record.verdict.state == squall::metrics::Verdict::State::recovered) ++recovered;
  }
  EXPECT_NE(recovered, 1) << variant;
  return recovered == 2;
}

bool hotos21_recovers(const char* variant, const char* path, const char* value) {
  return recovers("hotos21", variant, {{path, value}}, {{"duration", "300s"}});
}

TEST(ClaimsOfHotos21, WithoutRetriesItRecoversAndWithABudgetOf20PercentItDoesNot) {
  EXPECT_TRUE(hotos21_recovers("load-280", "policies.application.retry", "null"));
  constexpr const char* budget = "policies.application.budget";
  constexpr const char* percent_20 = "{envoy: {percent: 20%, min_concurrency: 3}}";
  EXPECT_FALSE(hotos21_recovers("load-280", budget, percent_20));
  EXPECT_TRUE(hotos21_recovers("load-160", budget, percent_20));
  EXPECT_TRUE(hotos21_recovers("cut-to-200", budget, percent_20));
}

TEST(ClaimsOfHotos21, AShortLineOrTheYoungestFirstRecovers) {
  for (const char* queue : {"{capacity: 200}", "{order: lifo}"}) {
    EXPECT_TRUE(hotos21_recovers("load-280", "services.database.queue", queue));
    EXPECT_TRUE(hotos21_recovers("load-160", "services.database.queue", queue));
  }
}

TEST(ClaimsOfHotos21, AnotherDatabaseOf300ASecondChangesNothing) {
  const Overrides other = {{"services.database.workers", "15"},
                           {"services.database.latency", "50ms"}};
  EXPECT_FALSE(recovers("hotos21", "load-280", other, {{"duration", "300s"}}));
  EXPECT_FALSE(recovers("hotos21", "load-160", other, {{"duration", "300s"}}));
  EXPECT_TRUE(recovers("hotos21", "load-140", other, {{"duration", "300s"}}));
}

bool osdi22_recovers(const char* variant, const char* path, const char* value) {
  return recovers("osdi22-retry", variant, {{path, value}},
                  {{"faults.trigger.at", "20s"}, {"duration", "70s"}});
}

TEST(ClaimsOfOsdi22Retry, ALongerTriggerOf78PercentDoesItToo) {
  EXPECT_FALSE(osdi22_recovers("minus-78", "faults.trigger.for", "14s"));
  EXPECT_TRUE(osdi22_recovers("less-load", "faults.trigger.for", "14s"));
}

TEST(ClaimsOfOsdi22Retry, FewerAttemptsRecover) {
  EXPECT_TRUE(osdi22_recovers("minus-80", "policies.client.retry.max_attempts", "2"));
  EXPECT_TRUE(osdi22_recovers("minus-80", "policies.client.budget",
                              "{envoy: {percent: 20%, min_concurrency: 3}}"));
}

TEST(ClaimsOfOsdi22Retry, TheYoungestFirstOrSkippingWhoHasGoneRecovers) {
  EXPECT_TRUE(osdi22_recovers("minus-80", "services.primary.queue", "{order: lifo}"));
  EXPECT_TRUE(osdi22_recovers("minus-80", "services.primary.when_caller_gone", "skip_queued"));
}

/// 5,300 threads for 5,095 Erlang refuse one in 10,000 by Erlang's formula, in clumps: most runs
/// none, some of them hundreds of 200,000.
TEST(ClaimsOfSreBimodal, TenSecondsRefuseNobodyAndEnoughThreadsHardlyAnybody) {
  const auto refused = [](const char* path, const char* value) {
    const auto record = run(shipped("sre-bimodal", {{path, value}, {"duration", "600s"}}), 1);
    return workload(record, "users").rejected;
  };
  EXPECT_EQ(refused("policies.user.deadline", "10s"), 0U);
  // Erlang's loss formula for 5,095 Erlang on 5,300 threads: 0.0094 % of 200,000 that are measured,
  // 19 on average. They come by hundreds, as those that hang do so for 100 s: of 40 runs one has 41
  // with a standard deviation of 181. Four of these.
  EXPECT_LE(refused("services.frontend.workers", "5300"), 41U + 4 * 181U);
}

/// All at once the load makes waves: in some 10 s hardly anybody is served, in others twice as many
/// as on average.
TEST(ClaimsOfSreBimodal, ALoadThatComesAtOnceMakesWaves) {
  const auto record =
      run(shipped("sre-bimodal", {{"workloads.users.arrivals", "{poisson: 1000/s}"}}), 1,
          "long-deadline");
  const auto& series = record.series;
  using squall::metrics::SeriesColumn;
  const auto stretch = static_cast<std::size_t>(std::chrono::seconds{10} / series.interval());
  double least = 1e9, most = 0.0;
  for (std::size_t row = series.rows() / 2; row + stretch <= series.rows(); row += stretch) {
    std::int64_t served = 0;
    for (std::size_t i = 0; i < stretch; ++i) {
      served += series.at(row + i, static_cast<std::size_t>(SeriesColumn::goodput));
    }
    least = std::min(least, static_cast<double>(served) / 10.0);
    most = std::max(most, static_cast<double>(served) / 10.0);
  }
  EXPECT_LT(least, 50.0);
  EXPECT_GT(most, 370.0);
}

}  // namespace
}  // namespace truth::published_claims_test
