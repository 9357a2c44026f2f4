#include "squall/metrics/steady_state.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include "squall/base/random.hpp"

namespace squall::metrics::steady_state_test {
namespace {

using namespace std::chrono_literals;
using State = BatchInterval::State;

/// 200 rows of 100 ms; the first 50 look quite different and are left out. In each of the others
/// 80 to 120 end, three quarters of them well.
RunRecord steady_record() {
  RunRecord record;
  record.simulated = 20s;
  record.warmup.cut = 5s;
  record.measured = 15s;
  record.is_steady = true;
  record.series = SeriesTable(100ms, static_cast<std::size_t>(SeriesColumn::count));
  Rng rng(9);
  const auto add = [&](SeriesColumn column, int row, std::int64_t by) {
    record.series.add(static_cast<std::size_t>(column), Instant{100ms * row}, by);
  };
  for (int row = 0; row < 200; ++row) {
    const auto quarter = static_cast<std::int64_t>(20 + rng.below(11));
    add(SeriesColumn::goodput, row, row < 50 ? 1'000 : 3 * quarter);
    add(SeriesColumn::late, row, row < 50 ? 0 : quarter - 10);
    add(SeriesColumn::failed, row, row < 50 ? 0 : 10);
  }
  record.workloads.resize(2);
  for (int i = 0; i < 1'000; ++i) {
    record.workloads[0].sojourns.add(Duration{900 + static_cast<std::int64_t>(rng.below(201))});
  }
  return record;
}

TEST(SteadyState, LooksAtWhatCameAfterTheWarmup) {
  const SteadyState steady = steady_state_of(steady_record());
  ASSERT_EQ(steady.goodput_ratio.state, State::given);
  EXPECT_EQ(steady.goodput_ratio.low, 0.75);
  EXPECT_EQ(steady.goodput_ratio.high, 0.75);
  ASSERT_EQ(steady.goodput_per_s.state, State::given);
  EXPECT_LT(steady.goodput_per_s.low, 750.0);
  EXPECT_GT(steady.goodput_per_s.high, 750.0);
  EXPECT_LT(steady.goodput_per_s.high - steady.goodput_per_s.low, 50.0);
}

TEST(SteadyState, HasAnIntervalForTheLatencyOfEachWorkload) {
  const SteadyState steady = steady_state_of(steady_record());
  ASSERT_EQ(steady.latency_ns.size(), 2U);
  ASSERT_EQ(steady.latency_ns[0].state, State::given);
  EXPECT_LT(steady.latency_ns[0].low, 1'000.0);
  EXPECT_GT(steady.latency_ns[0].high, 1'000.0);
  EXPECT_EQ(steady.latency_ns[1].state, State::too_short);
}

TEST(SteadyState, LeavesOutAnIntervalThatTheWarmupOrTheEndCuts) {
  RunRecord record = steady_record();
  record.warmup.cut = 4901ms;  // the last of the rows that look different is cut in two
  EXPECT_EQ(steady_state_of(record).goodput_ratio.high, 0.75);
  record.warmup.cut = 4900ms;
  EXPECT_NE(steady_state_of(record).goodput_ratio.high, 0.75);
  record = steady_record();
  record.series.add(static_cast<std::size_t>(SeriesColumn::goodput), Instant{20s}, 1'000);
  record.simulated = 20'050ms;
  EXPECT_EQ(steady_state_of(record).goodput_ratio.high, 0.75);
}

TEST(SteadyState, SaysNothingOfARunThatIsNotInOne) {
  RunRecord record = steady_record();
  record.is_steady = false;
  const SteadyState none = steady_state_of(record);
  EXPECT_EQ(none.goodput_ratio.state, State::too_short);
  EXPECT_EQ(none.goodput_per_s.state, State::too_short);
  ASSERT_EQ(none.latency_ns.size(), 2U);
  EXPECT_EQ(none.latency_ns[0].state, State::too_short);
}

}  // namespace
}  // namespace squall::metrics::steady_state_test
