/// hotos21 as it ships: every claim of the retry example of "Metastable Failures in Distributed
/// Systems" (Bronson, Aghayev, Charapko, Zhu, HotOS 2021, section 2.1), the closed form of the
/// recovery, and an event loop that shares no code with the engine.

#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/truth/engine.hpp"
#include "tests/truth/retry_storm_loop.hpp"
#include "tests/truth/statistics.hpp"

namespace truth::hotos21_test {
namespace {

using squall::metrics::SeriesColumn;
using State = squall::metrics::Verdict::State;

constexpr std::uint64_t seeds = 8;
constexpr std::chrono::seconds last_minute{60};

/// Enough where nothing happens after the outage: at 140/s the line is gone after 118 s.
const Overrides shorter = {{"duration", "300s"}};

/// The database alone, without any outage.
std::string healthy(int load_per_s) {
  return "squall: 1\nduration: 200s\nwarmup: 20s\n"
         "services: {database: {workers: 3, latency: 10ms}}\n"
         "policies: {application: {timeout: 1s, retry: {max_attempts: 2, on: [timeout]}}}\n"
         "workloads: {users: {to: database, policy: application, arrivals: {poisson: " +
         std::to_string(load_per_s) + "/s}}}\n";
}

/// "Answers within 100 ms below 300 requests a second": 19 of 20 at 280/s, practically all at 200;
/// "and ten times worse above": the median of 320/s is beyond 1 s.
TEST(Hotos21, TheDatabaseAnswersWithin100MillisecondsBelow300AndNotAbove) {
  const auto quantile_of = [](int load, double q) {
    const auto record = run(scenario_of(healthy(load), {{"policies.application.retry", "null"},
                                                        {"policies.application.timeout", "null"}}),
                            1);
    return quantile_ms(workload(record, "users").latency, q);
  };
  EXPECT_LE(quantile_of(200, 0.999), 100);
  EXPECT_LE(quantile_of(280, 0.95), 100);
  EXPECT_GE(quantile_of(320, 0.5), 1000);
}

/// Claim: stable at 280/s as long as nothing happens. Not one of 50,000 is asked twice.
TEST(Hotos21, WithoutAnOutageItIsStableAt280) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto record = run(scenario_of(healthy(280)), seed);
    EXPECT_EQ(call(record, "users->database").retries, 0U);
    EXPECT_EQ(workload(record, "users").failed, 0U);
  }
}

/// Claim: the outage leaves 560 requests a second and no goodput. The rate of a Poisson process
/// over 60 s and 8 seeds: twice 280 within 4 x 2 x sqrt(280 / 480), 1.1 %.
TEST(Hotos21, TheOutageLeaves560AttemptsASecondAndNoGoodput) {
  const auto bundle = shipped("hotos21", shorter);
  Sample attempts;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto record = run(bundle, seed, "load-280");
    EXPECT_EQ(record.verdict.state, State::not_recovered);
    EXPECT_EQ(rate_at_the_end(record, SeriesColumn::goodput, last_minute), 0.0);
    attempts.add(rate_at_the_end(record, SeriesColumn::attempts, last_minute));
  }
  EXPECT_NEAR(attempts.mean(), 560.0, 4 * 2 * std::sqrt(280.0 / 480.0)) << attempts;
}

int recovered_of(const squall::scenario::Bundle& bundle, std::string_view variant,
                 std::uint64_t n = seeds) {
  int recovered = 0;
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    const auto record = run(bundle, seed, variant);
    if (record.verdict.state == State::recovered) ++recovered;
  }
  return recovered;
}

/// Claim: stable below 150/s.
TEST(Hotos21, TheSameOutageIsSurvivedAt140AndNotAt160) {
  const auto bundle = shipped("hotos21", shorter);
  EXPECT_EQ(recovered_of(bundle, "load-140"), static_cast<int>(seeds));
  EXPECT_EQ(recovered_of(bundle, "load-160"), 0);
}

/// Claim: leaving the state needs a load below 150/s.
TEST(Hotos21, TheStateIsLeftAt140AndNotAt200) {
  const auto bundle = shipped("hotos21");
  EXPECT_EQ(recovered_of(bundle, "cut-to-140", 4), 4);
  EXPECT_EQ(recovered_of(bundle, "cut-to-200", 4), 0);
}

/// What the claim hangs on: packets that TCP sends again. Lost for good, they leave one second of
/// twice the load: at 250/s a line of 200, which is less than 1 s of work. (At 280/s it is 260, so
/// near to 1 s that chance decides.)
TEST(Hotos21, WithoutRetransmissionItRecovers) {
  const Overrides at_250 = {{"workloads.users.arrivals", "{poisson: 250/s}"}, {"duration", "300s"}};
  EXPECT_EQ(recovered_of(shipped("hotos21", at_250), "lost"), static_cast<int>(seeds));
  EXPECT_EQ(recovered_of(shipped("hotos21", at_250), "load-280"), 0);
}

/// The line after the outage, 10 L first attempts and 9 L retries, shrinks by 300 - 2 L a second,
/// until whoever joins it is answered within 1 s, 10 ms of service included: 297 are left. The
/// mean time of a walk with drift to a level is distance over drift (Wald). Everyone who came in
/// the outage and until then was asked twice, so the retries tell the time. Within 4 standard
/// errors, and half a second for the overshoot.
TEST(Hotos21, RecoveryTakesAsLongAsTheLineNeedsToShrink) {
  for (const int load : {100, 120, 140}) {
    const auto bundle = shipped(
        "hotos21", {{"workloads.users.arrivals", "{poisson: " + std::to_string(load) + "/s}"},
                    {"duration", "300s"}});
    Sample after_s;
    for (std::uint64_t seed = 1; seed <= 16; ++seed) {
      const auto record = run(bundle, seed, "load-280");
      ASSERT_EQ(record.verdict.state, State::recovered) << load;
      after_s.add(static_cast<double>(call(record, "users->database").retries) / load - 10.0);
    }
    const double expected = (19.0 * load - 297.0) / (300.0 - 2.0 * load);
    EXPECT_NEAR(after_s.mean(), expected, z_max * after_s.standard_error() + 0.5)
        << load << ": " << after_s;
  }
}

/// The loop: no attempts refused, none lost, workers that are gone for 10 s.
TEST(Hotos21, AnEventLoopWithoutTheEngineSaysTheSame) {
  for (const auto& [load, recovers] : {std::pair{140.0, true}, {160.0, false}, {280.0, false}}) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      const LastTenSeconds end = run_retry_storm({.per_s = load,
                                                  .evenly_spaced = false,
                                                  .workers = 3,
                                                  .service_s = 0.01,
                                                  .timeout = 1 * s,
                                                  .attempts = 2,
                                                  .trigger_at = 20 * s,
                                                  .trigger_for = 10 * s,
                                                  .workers_meanwhile = 0,
                                                  .until = 300 * s,
                                                  .seed = seed});
      // 10 s of a Poisson process, to 5 standard deviations.
      const double chance = 5.0 * std::sqrt(load / 10.0);
      EXPECT_NEAR(end.goodput_per_s, recovers ? load : 0.0, recovers ? chance : 0.0) << load;
      EXPECT_NEAR(end.attempts_per_s, recovers ? load : 2.0 * load, 2.0 * chance) << load;
    }
  }
}

}  // namespace
}  // namespace truth::hotos21_test
