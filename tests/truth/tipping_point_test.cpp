/// tipping-point as it ships against an event loop that shares no code with the engine, 64 seeds
/// each. Source of the scenario and of the published counts: moonpool, pull request 193.

#include <gtest/gtest.h>

#include "tests/truth/engine.hpp"
#include "tests/truth/statistics.hpp"
#include "tests/truth/tipping_point_loop.hpp"

namespace truth::tipping_point_test {
namespace {

constexpr int seeds = 64;

std::string_view variant_of(Priced priced) {
  return priced == Priced::at_arrival ? "arrival" : "start";
}

/// By the loop's criterion: in the last 10 of 60 s, fewer than half as many answers as requests.
bool engine_ends_saturated(const squall::scenario::Bundle& bundle, Priced priced,
                           std::uint64_t seed) {
  using squall::metrics::SeriesColumn;
  const auto record = run(bundle, seed, variant_of(priced));
  const auto& series = record.series;
  const auto last = static_cast<std::size_t>(std::chrono::seconds{50} / series.interval());
  std::int64_t offered = 0, good = 0;
  for (std::size_t row = last; row < series.rows(); ++row) {
    offered += series.at(row, static_cast<std::size_t>(SeriesColumn::offered));
    good += series.at(row, static_cast<std::size_t>(SeriesColumn::goodput));
  }
  // What the record itself says about recovery must be the same.
  using State = squall::metrics::Verdict::State;
  const bool saturated = 2 * good < offered;
  EXPECT_EQ(record.verdict.state, saturated ? State::not_recovered : State::recovered);
  return saturated;
}

struct Counts {
  int engine = 0;
  int loop = 0;
};

Counts saturated_of_64(Priced priced, int trigger_ms) {
  const auto bundle =
      shipped("tipping-point", {{"faults.trigger.for", std::to_string(trigger_ms) + "ms"}});
  Counts counts;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    counts.engine += engine_ends_saturated(bundle, priced, seed) ? 1 : 0;
    counts.loop += ends_saturated({priced, trigger_ms * ms, seed}) ? 1 : 0;
  }
  return counts;
}

/// The published counts, where they are certain: 0 of 64 at 500 and 600 ms, 64 of 64 from 700 ms.
TEST(TippingPoint, PricedAtArrivalNeverSaturatesUpTo600AndAlwaysFrom700Milliseconds) {
  for (const int trigger_ms : {500, 600, 700, 2000}) {
    SCOPED_TRACE(trigger_ms);
    const Counts counts = saturated_of_64(Priced::at_arrival, trigger_ms);
    EXPECT_EQ(counts.engine, trigger_ms <= 600 ? 0 : seeds);
    EXPECT_EQ(counts.loop, trigger_ms <= 600 ? 0 : seeds);
  }
}

/// The edge, wherever it is: engine and loop agree about it to within 4 standard errors of the
/// difference of two binomial shares (at 0 or 64 of 64 that is: exactly).
TEST(TippingPoint, EngineAndLoopAgreeOnTheEdgeWhenPricedAtArrival) {
  for (const int trigger_ms : {638, 640, 641, 650}) {
    SCOPED_TRACE(trigger_ms);
    const Counts counts = saturated_of_64(Priced::at_arrival, trigger_ms);
    EXPECT_LE(z_score_of_counts(counts.engine, counts.loop, seeds), z_max)
        << "engine " << counts.engine << ", loop " << counts.loop;
  }
}

TEST(TippingPoint, EngineAndLoopAgreeOnTheEdgeWhenPricedAtTheStart) {
  for (const int trigger_ms : {700, 825, 838, 840, 841, 850, 900}) {
    SCOPED_TRACE(trigger_ms);
    const Counts counts = saturated_of_64(Priced::at_start, trigger_ms);
    EXPECT_LE(z_score_of_counts(counts.engine, counts.loop, seeds), z_max)
        << "engine " << counts.engine << ", loop " << counts.loop;
    if (trigger_ms <= 825) {
      EXPECT_EQ(counts.engine, 0);
    } else if (trigger_ms >= 850) {
      EXPECT_EQ(counts.engine, seeds);
    }
  }
}

/// Without a network nothing is left to chance: arrivals and timeouts fall on the same instants,
/// and the order of ties decides. Engine and loop then agree to the millisecond.
TEST(TippingPoint, EngineAndLoopAgreeOnTheOrderOfTies) {
  for (const auto& [priced, last_good_ms] :
       {std::pair{Priced::at_arrival, 700}, std::pair{Priced::at_start, 919}}) {
    for (const int trigger_ms : {last_good_ms, last_good_ms + 1}) {
      SCOPED_TRACE(trigger_ms);
      const bool expected = trigger_ms > last_good_ms;
      const auto bundle = shipped(
          "tipping-point",
          {{"network.latency", "0ms"}, {"faults.trigger.for", std::to_string(trigger_ms) + "ms"}});
      EXPECT_EQ(engine_ends_saturated(bundle, priced, 1), expected);
      EXPECT_EQ(ends_saturated({priced, trigger_ms * ms, 1, 0}), expected);
    }
  }
}

}  // namespace
}  // namespace truth::tipping_point_test
