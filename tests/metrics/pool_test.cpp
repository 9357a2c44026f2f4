#include "squall/metrics/pool.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/base/random.hpp"

namespace squall::metrics::pool_test {
namespace {

using namespace std::chrono_literals;

RunRecord record_of(std::uint64_t ok, Duration measured) {
  RunRecord record;
  record.variant = "a";
  record.simulated = record.measured = measured;
  WorkloadRecord& w = record.workloads.emplace_back();
  w.name = "w";
  w.offered = ok + 5;
  w.ok = ok;
  w.failed = w.failed_timeout = 5;
  for (std::uint64_t i = 0; i < ok; ++i) {
    w.latency.add(Duration{1ms} * static_cast<std::int64_t>(i + 1));
  }
  w.ok_latency = w.latency;
  return record;
}

TEST(Pool, CountsEverythingOnce) {
  RunRecord pooled = record_of(10, 1s);
  pool(pooled, record_of(30, 1s));
  pool(pooled, record_of(20, 1s));
  EXPECT_EQ(pooled.runs, 3U);
  EXPECT_EQ(pooled.simulated, 3s);
  const WorkloadRecord& w = pooled.workloads.front();
  EXPECT_EQ(w.offered, 75U);
  EXPECT_EQ(w.offered,
            w.ok + w.late + w.failed + w.rejected + w.dead_lettered + w.dropped + w.unfinished);
  EXPECT_EQ(w.failed, w.failed_timeout + w.failed_error + w.failed_deadline);
  EXPECT_EQ(w.latency.count(), 60U);
  EXPECT_EQ(w.latency.max(), 30ms);
}

TEST(Pool, AddsUpWhatWasShed) {
  RunRecord pooled = record_of(1, 1s);
  pooled.calls.emplace_back().rejected_throttle = 3;
  pooled.calls[0].has_throttle = true;
  pooled.services.emplace_back().shed = 5;
  pooled.services[0].sheds = true;
  const RunRecord one = pooled;
  pool(pooled, one);
  EXPECT_EQ(pooled.calls[0].rejected_throttle, 6U);
  EXPECT_EQ(pooled.services[0].shed, 10U);
  EXPECT_TRUE(pooled.calls[0].has_throttle);
  EXPECT_TRUE(pooled.services[0].sheds);
}

TEST(Pool, WeighsTimeAveragesByTheirTime) {
  RunRecord pooled = record_of(1, 1s);
  RunRecord next = record_of(1, 3s);
  for (RunRecord* record : {&pooled, &next}) {
    record->services.emplace_back();
    record->queues.emplace_back();
  }
  pooled.services[0] = {.service_time_s = 0.5,
                        .utilization = 0.2,
                        .mean_in_system = 4,
                        .mean_in_service = 2,
                        .queue_max = 7};
  next.services[0] = {.service_time_s = 2.5,
                      .utilization = 0.6,
                      .mean_in_system = 8,
                      .mean_in_service = 6,
                      .queue_max = 3};
  pooled.queues[0].mean_inside = 10;
  next.queues[0].mean_inside = 20;
  next.queues[0].depth_max = 4;
  pool(pooled, next);
  const ServiceRecord& s = pooled.services.front();
  EXPECT_DOUBLE_EQ(s.utilization, 0.5);
  EXPECT_DOUBLE_EQ(s.mean_in_system, 7.0);
  EXPECT_DOUBLE_EQ(s.mean_in_service, 5.0);
  EXPECT_DOUBLE_EQ(s.service_time_s, 3.0);
  EXPECT_EQ(s.queue_max, 7U);
  EXPECT_DOUBLE_EQ(pooled.queues.front().mean_inside, 17.5);
  EXPECT_EQ(pooled.queues.front().depth_max, 4U);
}

TEST(Pool, SaysThatVerdictsDiffer) {
  const auto with = [](Verdict verdict) {
    RunRecord record = record_of(1, 1s);
    record.verdict = verdict;
    return record;
  };
  const Verdict soon{.state = Verdict::State::recovered, .recovered_after = 100ms};
  const Verdict later{.state = Verdict::State::recovered, .recovered_after = 400ms};
  const Verdict never{.state = Verdict::State::not_recovered};
  RunRecord alike = with(soon);
  pool(alike, with(later));
  EXPECT_EQ(alike.verdict.state, Verdict::State::recovered);
  EXPECT_EQ(alike.verdict.recovered_after, 250ms);
  pool(alike, with(later));
  EXPECT_EQ(alike.verdict.recovered_after, 300ms) << "the mean of three";
  pool(alike, with(never));
  EXPECT_EQ(alike.verdict.state, Verdict::State::mixed);
  EXPECT_FALSE(alike.verdict.recovered_after);
  pool(alike, with(soon));
  EXPECT_EQ(alike.verdict.state, Verdict::State::mixed);
  EXPECT_FALSE(alike.verdict.recovered_after);
}

TEST(Pool, DoesNotRunOverTheEndOfTime) {
  RunRecord pooled = record_of(1, forever - 1s);
  pool(pooled, record_of(1, 10s));
  EXPECT_EQ(pooled.simulated, forever);
}

TEST(PoolDeathTest, RefusesAnotherScenario) {
  RunRecord pooled = record_of(1, 1s);
  EXPECT_DEATH(pool(pooled, RunRecord{}), "different scenarios");
}

RC_GTEST_PROP(SeriesProperty, MergedEqualsAllAddedToOne, (std::uint64_t seed)) {
  Rng rng(seed);
  SeriesTable whole(1ms, 2);
  SeriesTable left(1ms, 2);
  SeriesTable right(1ms, 2);
  // Ends up to 64 times the length that fits without doubling, of each its own.
  const std::uint64_t reach_left = 1'000'000 * (1 + rng.below(std::uint64_t{1} << rng.below(18)));
  const std::uint64_t reach_right = 1'000'000 * (1 + rng.below(std::uint64_t{1} << rng.below(18)));
  for (int i = 0; i < 200; ++i) {
    const bool is_left = rng.below(2) == 0;
    const std::uint64_t when = rng.below(is_left ? reach_left : reach_right);
    const Instant at{Duration{static_cast<std::int64_t>(when)}};
    const std::size_t column = rng.below(2);
    const auto by = static_cast<std::int64_t>(rng.below(9)) - 4;
    whole.add(column, at, by);
    (is_left ? left : right).add(column, at, by);
  }
  left.merge(right);
  RC_ASSERT(left.interval() == whole.interval());
  RC_ASSERT(left.rows() == whole.rows());
  for (const std::size_t column : {0U, 1U}) RC_ASSERT(left.column(column) == whole.column(column));
  // And it goes on as a table does.
  left.add(0, Instant{1ms}, 3);
  whole.add(0, Instant{1ms}, 3);
  RC_ASSERT(left.column(0) == whole.column(0));
}

}  // namespace
}  // namespace squall::metrics::pool_test
