/// osdi22-retry as it ships: the four runs of the published artifact of "Metastable Failures in the
/// Wild" (Huang et al., OSDI 2022), the edges of the one fitted number, and an event loop that
/// shares no code with the engine.

#include <array>
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "tests/truth/engine.hpp"
#include "tests/truth/retry_storm_loop.hpp"
#include "tests/truth/statistics.hpp"

namespace truth::osdi22_retry_test {
namespace {

using squall::metrics::SeriesColumn;
using State = squall::metrics::Verdict::State;

constexpr std::uint64_t seeds = 4;

/// Nothing happens in the first 60 s, and whether it recovers is decided long before 110 s after
/// the trigger, so tests trigger at 20 s and end 50 s later.
const Overrides shorter = {{"faults.trigger.at", "20s"}, {"duration", "70s"}};

struct Case {
  const char* variant;
  bool metastable;
  // What the loop needs of it.
  double per_s;
  int workers_meanwhile;
  Ns trigger_for;
};
constexpr std::array<Case, 4> cases = {{{"minus-78", false, 1333, 22, 10 * s},
                                        {"minus-80", true, 1333, 20, 10 * s},
                                        {"shorter", false, 1333, 20, 9 * s},
                                        {"less-load", false, 1000, 20, 10 * s}}};

int stuck_of(const squall::scenario::Bundle& bundle, std::string_view variant, std::uint64_t n) {
  int stuck = 0;
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    const auto record = run(bundle, seed, variant);
    if (record.verdict.state == State::not_recovered) ++stuck;
  }
  return stuck;
}

TEST(Osdi22Retry, AllFourRunsOfTheArtifactComeOut) {
  const auto bundle = shipped("osdi22-retry", shorter);
  for (const Case& c : cases) {
    EXPECT_EQ(stuck_of(bundle, c.variant, seeds), c.metastable ? static_cast<int>(seeds) : 0)
        << c.variant;
  }
}

/// The one fitted number, 28 ms, and how far it may be off: all four hold from 27.5 to 28.75 ms and
/// at neither 26.75 nor 29.25 ms. The other two runs set no bound anywhere near.
TEST(Osdi22Retry, TheRegionWhereAllFourHoldIsAsNarrowAsThePageSays) {
  const auto with_insert_of = [](const char* mean) {
    Overrides overrides = shorter;
    overrides.emplace_back("services.primary.latency",
                           std::string("{gamma: {mean: ") + mean + ", shape: 10}}");
    return shipped("osdi22-retry", overrides);
  };
  for (const char* mean : {"27.5ms", "28.75ms"}) {
    const auto bundle = with_insert_of(mean);
    for (const Case& c : cases) {
      EXPECT_EQ(stuck_of(bundle, c.variant, 1), c.metastable ? 1 : 0) << mean << " " << c.variant;
    }
  }
  EXPECT_EQ(stuck_of(with_insert_of("26.75ms"), "minus-80", 2), 0);
  EXPECT_EQ(stuck_of(with_insert_of("29.25ms"), "minus-78", 2), 2);
  EXPECT_EQ(stuck_of(with_insert_of("29.25ms"), "shorter", 2), 0);
  EXPECT_EQ(stuck_of(with_insert_of("36ms"), "less-load", 2), 0);
  EXPECT_EQ(stuck_of(with_insert_of("37ms"), "less-load", 2), 2);
}

/// Five attempts for each request, none of them in time. At 180 s, as it ships.
TEST(Osdi22Retry, TheMetastableRunHasNoGoodputAndFiveTimesTheLoad) {
  const auto record = run(shipped("osdi22-retry"), 1, "minus-80");
  constexpr std::chrono::seconds window{30};
  EXPECT_EQ(rate_at_the_end(record, SeriesColumn::goodput, window), 0.0);
  EXPECT_NEAR(rate_at_the_end(record, SeriesColumn::attempts, window), 5 * 1333.0, 50.0);
}

TEST(Osdi22Retry, AnEventLoopWithoutTheEngineSaysTheSame) {
  for (const Case& c : cases) {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      const LastTenSeconds end = run_retry_storm({.per_s = c.per_s,
                                                  .workers = 100,
                                                  .service_s = 0.028,
                                                  .phases = 10,
                                                  .timeout = 3 * s,
                                                  .attempts = 5,
                                                  .trigger_at = 20 * s,
                                                  .trigger_for = c.trigger_for,
                                                  .workers_meanwhile = c.workers_meanwhile,
                                                  .until = 70 * s,
                                                  .seed = seed});
      // Evenly spaced arrivals: what ends in 10 s may be off by what is inside at both ends.
      EXPECT_NEAR(end.goodput_per_s, c.metastable ? 0.0 : c.per_s, c.metastable ? 0.0 : 10.0)
          << c.variant;
      EXPECT_NEAR(end.attempts_per_s, c.metastable ? 5 * c.per_s : c.per_s, 10.0) << c.variant;
    }
  }
}

}  // namespace
}  // namespace truth::osdi22_retry_test
