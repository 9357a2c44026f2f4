/// aws-jitter as it ships: "Exponential Backoff And Jitter" (Marc Brooker, AWS Architecture Blog,
/// 2015) by the simulator behind its figures, aws-samples/aws-arch-backoff-simulator (2015, the
/// mean of 100 runs), and an event loop that shares no code with the engine.

#include <array>
#include <chrono>
#include <utility>

#include <gtest/gtest.h>

#include "tests/truth/contention_loop.hpp"
#include "tests/truth/engine.hpp"
#include "tests/truth/statistics.hpp"

namespace truth::aws_jitter_test {
namespace {

struct Cell {
  const char* variant;
  int clients;
  Jitter jitter;
  double time_ms, writes;  // published
};
constexpr std::array<Cell, 15> cells = {
    {{"none-10", 10, Jitter::no_backoff, 382, 50},
     {"exponential-10", 10, Jitter::none, 3590, 51},
     {"full-10", 10, Jitter::full, 465, 38},
     {"equal-10", 10, Jitter::equal, 732, 42},
     {"decorrelated-10", 10, Jitter::decorrelated, 434, 37},
     {"none-50", 50, Jitter::no_backoff, 1132, 687},
     {"exponential-50", 50, Jitter::none, 36237, 624},
     {"full-50", 50, Jitter::full, 2922, 332},
     {"equal-50", 50, Jitter::equal, 4303, 347},
     {"decorrelated-50", 50, Jitter::decorrelated, 2164, 376},
     {"none-100", 100, Jitter::no_backoff, 2027, 2421},
     {"exponential-100", 100, Jitter::none, 62862, 1853},
     {"full-100", 100, Jitter::full, 4879, 797},
     {"equal-100", 100, Jitter::equal, 6658, 812},
     {"decorrelated-100", 100, Jitter::decorrelated, 4530, 1002}}};

struct Measured {
  Sample time_ms, writes;
};

Measured measured(const Cell& cell, std::uint64_t runs) {
  static const auto bundle = shipped("aws-jitter");
  Measured result;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const auto record = run(bundle, seed, cell.variant);
    const auto& row = service(record, "row");
    EXPECT_EQ(row.completed, static_cast<std::uint64_t>(cell.clients));
    EXPECT_EQ(row.conflicts, row.failed);
    result.time_ms.add(
        std::chrono::duration<double, std::milli>(workload(record, "clients").latency.max())
            .count());
    result.writes.add(static_cast<double>(call(record, "clients->row").attempts));
  }
  return result;
}

/// As many runs as were published, and four times as many where a run says little: of 10 clients
/// without jitter the time of one run has a standard deviation of a third.
TEST(AwsJitter, EveryCellComesOutWithinFivePercent) {
  for (const Cell& cell : cells) {
    SCOPED_TRACE(cell.variant);
    const Measured m = measured(cell, cell.clients == 10 ? 400 : 100);
    EXPECT_NEAR(m.time_ms.mean(), cell.time_ms, 0.05 * cell.time_ms) << m.time_ms;
    EXPECT_NEAR(m.writes.mean(), cell.writes, 0.05 * cell.writes) << m.writes;
  }
}

/// There a read and a write are two messages to the row, here one request that calls its client.
TEST(AwsJitter, AnEventLoopWithTwoMessagesSaysTheSame) {
  for (const Cell& cell : cells) {
    if (cell.clients == 100) continue;
    SCOPED_TRACE(cell.variant);
    const Measured engine = measured(cell, 100);
    Measured loop;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      const Contended contended = write_one_row(cell.clients, cell.jitter, seed);
      loop.time_ms.add(static_cast<double>(contended.done) / 1e6);
      loop.writes.add(contended.writes);
    }
    EXPECT_LT(z_score(engine.time_ms, loop.time_ms), z_max) << engine.time_ms << loop.time_ms;
    EXPECT_LT(z_score(engine.writes, loop.writes), z_max) << engine.writes << loop.writes;
  }
}

/// What the article concludes, for 100 clients.
TEST(AwsJitter, JitterSavesWritesAndBackoffAloneDoesNot) {
  const auto writes_and_time = [](std::size_t cell) {
    const Measured m = measured(cells[cell], 20);
    return std::pair{m.writes.mean(), m.time_ms.mean()};
  };
  const auto none = writes_and_time(10), exponential = writes_and_time(11),
             full = writes_and_time(12), equal = writes_and_time(13);
  EXPECT_GT(exponential.first, 0.7 * none.first);
  EXPECT_LT(full.first, 0.5 * exponential.first);
  EXPECT_LT(full.first, equal.first);
  EXPECT_LT(full.second, equal.second);
  EXPECT_GT(exponential.second, 9.0 * equal.second);
}

TEST(ClaimsOfAwsJitter, WithTenRowsAFewWritesAreLeftToChooseBetween) {
  const auto writes = [](const char* variant) {
    Sample sample;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const auto bundle =
          shipped("aws-jitter", {{"services.row.contention.optimistic.rows", "10"}});
      sample.add(static_cast<double>(call(run(bundle, seed, variant), "clients->row").attempts));
    }
    return sample.mean();
  };
  EXPECT_LT(writes("none-100"), 700.0);
  EXPECT_GT(writes("none-100"), 400.0);
  EXPECT_LT(writes("full-100"), 400.0);
  EXPECT_GT(writes("full-100"), 250.0);
}

TEST(ClaimsOfAwsJitter, OnANetworkThatAlwaysTakesTheSameTimeTheyStayInStep) {
  const auto bundle = shipped("aws-jitter", {{"network.latency", "10ms"}});
  for (const char* variant : {"none-100", "exponential-100"}) {
    EXPECT_EQ(call(run(bundle, 1, variant), "clients->row").attempts, 100U * 101U / 2U) << variant;
  }
  EXPECT_EQ(workload(run(bundle, 1, "none-100"), "clients").latency.max(),
            100 * std::chrono::milliseconds{40});
}

}  // namespace
}  // namespace truth::aws_jitter_test
