// When requests arrive, when a run ends, and that the results add up.
#include <cstdint>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "squall/study/compare.hpp"
#include "tests/model/support.hpp"

namespace squall::workloads_test {
namespace {

using namespace std::chrono_literals;
using metrics::SeriesColumn;

metrics::RunRecord run(const std::string& text) { return test::run("squall: 1\n" + text); }

std::int64_t at(const metrics::RunRecord& record, std::size_t row, SeriesColumn column) {
  return record.series.at(row, static_cast<std::size_t>(column));
}

std::int64_t sum(const metrics::RunRecord& record, SeriesColumn column) {
  std::int64_t total = 0;
  for (std::size_t row = 0; row < record.series.rows(); ++row) total += at(record, row, column);
  return total;
}

TEST(Arrivals, ConstantOnesBeginAtZeroAndKeepTheirDistance) {
  const auto r =
      run("duration: 1s\nservices: {s: {}}\nworkloads: {w: {to: s, arrivals: {constant: 10/s}}}\n");
  EXPECT_EQ(r.workloads[0].offered, 10U);
  ASSERT_EQ(r.series.interval(), 5ms);
  for (std::size_t row = 0; row < r.series.rows(); ++row) {
    EXPECT_EQ(at(r, row, SeriesColumn::offered), row % 20 == 0 ? 1 : 0) << row;
  }
}

TEST(Arrivals, BurstsBeginAtZeroAndStopAtTheLimit) {
  const auto all =
      run("duration: 1s\nservices: {s: {}}\n"
          "workloads: {w: {to: s, arrivals: {bursts: {size: 5, every: 200ms}}}}\n");
  EXPECT_EQ(all.workloads[0].offered, 25U);
  EXPECT_EQ(at(all, 0, SeriesColumn::offered), 5);
  EXPECT_EQ(at(all, 40, SeriesColumn::offered), 5);
  const auto limited =
      run("duration: 1s\nservices: {s: {}}\n"
          "workloads: {w: {to: s, arrivals: {bursts: {size: 5, every: 200ms}}, requests: 12}}\n");
  EXPECT_EQ(limited.workloads[0].offered, 12U);
  EXPECT_EQ(at(limited, 80, SeriesColumn::offered), 2);
}

TEST(Arrivals, OfUsersFollowTheAnswers) {
  // Each thinks for 90 ms, then waits for 10 ms: requests of 90, 190 ... 990 ms; the last is
  // answered at the very end.
  const auto r =
      run("duration: 1s\nservices: {s: {latency: 10ms}}\n"
          "workloads: {w: {to: s, arrivals: {closed: {users: 3, think: 90ms}}}}\n");
  EXPECT_EQ(r.workloads[0].offered, 30U);
  EXPECT_EQ(r.workloads[0].ok, 30U);
  ASSERT_EQ(r.series.interval(), 5ms);
  EXPECT_EQ(at(r, 18, SeriesColumn::offered), 3);
  EXPECT_EQ(at(r, 38, SeriesColumn::offered), 3);
}

TEST(Arrivals, OfUsersWithoutThinkTimeComeWithTheAnswer) {
  // At 0, 100 ... 900 ms.
  const auto r =
      run("duration: 1s\nservices: {s: {latency: 100ms}}\n"
          "workloads: {w: {to: s, arrivals: {closed: {users: 2}}}}\n");
  EXPECT_EQ(r.workloads[0].offered, 20U);
  EXPECT_EQ(r.workloads[0].ok, 20U);
}

TEST(Arrivals, OfUsersStopAtTheLimit) {
  const auto r =
      run("until: drained\nservices: {s: {latency: 10ms}}\n"
          "workloads: {w: {to: s, arrivals: {closed: {users: 3, think: 90ms}}, requests: 7}}\n");
  // Three at 90, three at 190 and one at 290 ms.
  EXPECT_EQ(r.workloads[0].ok, 7U);
  EXPECT_EQ(r.simulated, 300ms);
}

TEST(Arrivals, UsersForWhomTimeNeverPassesAreAnError) {
  try {
    (void)run(
        "duration: 1s\nservices: {s: {}}\nworkloads: {w: {to: s, arrivals: {closed: {users: "
        "2}}}}\n");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("workloads.w"), std::string::npos) << error.what();
  }
}

TEST(Arrivals, UsersWhoAreRefusedAtOnceAreAnErrorToo) {
  EXPECT_THROW(
      (void)run("duration: 1s\nservices: {s: {workers: 1, queue: {capacity: 0}, latency: 1ms}}\n"
                "workloads: {w: {to: s, arrivals: {closed: {users: 2}}}}\n"),
      std::runtime_error);
}

TEST(Arrivals, ARampAddsUp) {
  // From 0 to 100/s in a second: 50 t^2 have come by t, so the k-th, from 0, comes at sqrt(k / 50).
  const auto r =
      run("duration: 1s\nservices: {s: {}}\nworkloads: {w: {to: s, arrivals: {profile: "
          "{process: constant, steps: [{for: 1s, rate: 0/s, ramp_to: 100/s}]}}}}\n");
  EXPECT_EQ(r.workloads[0].offered, 50U);
  ASSERT_EQ(r.series.interval(), 5ms);
  EXPECT_EQ(at(r, 28, SeriesColumn::offered), 1);   // 141.4 ms
  EXPECT_EQ(at(r, 141, SeriesColumn::offered), 1);  // the 25th, at 707.1 ms
}

TEST(Arrivals, TheLastRateOfAProfileHolds) {
  const auto r =
      run("duration: 3s\nservices: {s: {}}\nworkloads: {w: {to: s, arrivals: {profile: "
          "{process: constant, steps: [{for: 1s, rate: 10/s}, {for: 1s, rate: 20/s}]}}}}\n");
  EXPECT_EQ(r.workloads[0].offered, 50U);
}

TEST(Arrivals, AtARateOfNothingDoNotCome) {
  // Nothing for a second, then at 1, 1.1 ... 1.9 s.
  const auto r =
      run("duration: 2s\nservices: {s: {}}\nworkloads: {w: {to: s, arrivals: {profile: "
          "{process: constant, steps: [{for: 1s, rate: 0/s}, {for: 1s, rate: 10/s}]}}}}\n");
  EXPECT_EQ(at(r, 0, SeriesColumn::offered), 0);
  EXPECT_EQ(r.workloads[0].offered, 10U);
}

TEST(Arrivals, AStepUpKeepsWhatHasPassed) {
  // 1/s for half a second, then 10/s: half an arrival has passed, the other half takes 50 ms.
  const auto r =
      run("duration: 1s\nservices: {s: {}}\nworkloads: {w: {to: s, arrivals: {profile: "
          "{process: constant, steps: [{for: 500ms, rate: 1/s}, {for: 1s, rate: 10/s}]}}}}\n");
  // 0, 550, 650, 750, 850 and 950 ms.
  EXPECT_EQ(r.workloads[0].offered, 6U);
  EXPECT_EQ(at(r, 110, SeriesColumn::offered), 1);
}

Result<std::string> a_trace(const void* /*context*/, const std::string& path) {
  EXPECT_EQ(path, "arrivals.csv");
  return std::string("time\n0.1\n0.1\n250ms\n# the end\n");
}

TEST(Arrivals, OfATraceComeWhenItSays) {
  const std::string text =
      "squall: 1\nuntil: drained\nservices: {s: {workers: 1, latency: 10ms}}\n"
      "workloads: {w: {to: s, arrivals: {trace: arrivals.csv}}}\n";
  const Result<scenario::Node> document = scenario::parse_yaml(text, "test.yaml");
  ASSERT_TRUE(document) << document.error().text();
  const Result<scenario::Bundle> bundle = scenario::build(*document, {&a_trace, nullptr});
  ASSERT_TRUE(bundle) << bundle.error().text();
  const Result<metrics::RunRecord> r = study::run(bundle->base, "base");
  ASSERT_TRUE(r) << r.error().text();
  // 100 and 100 ms, of which one waits, and 250 ms.
  EXPECT_EQ(r->workloads[0].ok, 3U);
  EXPECT_EQ(r->workloads[0].latency.max(), 20ms);
  EXPECT_DOUBLE_EQ(r->workloads[0].latency.mean_ns(), 40e6 / 3.0);
  EXPECT_EQ(r->simulated, 260ms);
}

TEST(Warmup, LeavesItsRequestsOutOfTheTotals) {
  // Arrivals of 0, 0.1 ... 1.9 s; that of 1 s is the first that counts.
  const auto r =
      run("duration: 2s\nwarmup: 1s\nservices: {s: {workers: 1, latency: 50ms}}\n"
          "workloads: {w: {to: s, arrivals: {constant: 10/s}}}\n");
  EXPECT_EQ(r.workloads[0].offered, 10U);
  EXPECT_EQ(r.workloads[0].ok, 10U);
  EXPECT_EQ(r.calls[0].attempts, 10U);
  EXPECT_EQ(r.services[0].arrived, 10U);
  EXPECT_EQ(r.simulated, 2s);
  EXPECT_EQ(r.measured, 1s);
  EXPECT_DOUBLE_EQ(r.services[0].utilization, 0.5);
  EXPECT_EQ(sum(r, SeriesColumn::offered), 20);
  EXPECT_EQ(sum(r, SeriesColumn::goodput), 20);
}

TEST(Warmup, ItsRequestsStayOutWhenTheyEndLater) {
  // That of 0.9 s ends at 1.2 s and is not counted; those of 1.8 and 1.9 s do not end.
  const auto r =
      run("duration: 2s\nwarmup: 1s\nservices: {s: {latency: 300ms}}\n"
          "workloads: {w: {to: s, arrivals: {constant: 10/s}}}\n");
  EXPECT_EQ(r.workloads[0].offered, 10U);
  EXPECT_EQ(r.workloads[0].ok, 8U);
  EXPECT_EQ(r.workloads[0].unfinished, 2U);
  EXPECT_EQ(r.services[0].completed, 8U);
}

TEST(End, OfTheDurationStopsArrivalsAndTheClock) {
  // Arrivals of 0 ... 0.9 s take 300 ms; that of 0.7 s ends at 1 s, the last two do not.
  const auto r =
      run("duration: 1s\nservices: {s: {latency: 300ms}}\nworkloads: {w: {to: s, arrivals: "
          "{constant: 10/s}}}\n");
  EXPECT_EQ(r.workloads[0].offered, 10U);
  EXPECT_EQ(r.workloads[0].ok, 8U);
  EXPECT_EQ(r.workloads[0].unfinished, 2U);
  EXPECT_EQ(r.services[0].unfinished, 2U);
  EXPECT_EQ(r.simulated, 1s);
}

TEST(End, WhenDrainedIsThatOfTheLastRequest) {
  // The last arrives at 0.9 s. The fault of 5 s is of no concern any more.
  const auto r =
      run("until: drained\nservices: {s: {latency: 300ms}}\n"
          "workloads: {w: {to: s, arrivals: {constant: 10/s}, requests: 10}}\n"
          "faults: {f: {at: 5s, for: 1s, on: service.s, latency: x2}}\n");
  EXPECT_EQ(r.workloads[0].ok, 10U);
  EXPECT_EQ(r.simulated, 1200ms);
}

TEST(Series, AddUpToTheTotals) {
  const auto r = run(R"(
duration: 10s
seed: 5
network: {latency: 1ms, loss: 1%}
services:
  front: {workers: 20, latency: {exponential: 2ms}, failure: 5%, calls: [{to: back, policy: inner}, {publish: q}]}
  back: {workers: 3, queue: {capacity: 10}, latency: {exponential: 10ms}}
policies:
  outer: {timeout: 80ms, retry: {max_attempts: 3, backoff: {fixed: 5ms}}}
  inner: {timeout: 40ms, retry: {max_attempts: 2}}
queues: {q: {capacity: 50, max_deliveries: 2}}
consumers: {c: {from: q, concurrency: 2, latency: 10ms, calls: [{to: back}]}}
workloads:
  users: {to: front, policy: outer, objective: 100ms, arrivals: {poisson: 200/s}}
  orders: {to: q, arrivals: {poisson: 20/s}}
)");
  std::int64_t offered = 0, ok = 0, failed = 0, attempts = 0, retries = 0;
  for (const metrics::WorkloadRecord& w : r.workloads) {
    offered += static_cast<std::int64_t>(w.offered);
    ok += static_cast<std::int64_t>(w.ok);
    failed += static_cast<std::int64_t>(w.failed + w.rejected + w.dead_lettered + w.dropped);
    EXPECT_EQ(w.offered,
              w.ok + w.late + w.failed + w.rejected + w.dead_lettered + w.dropped + w.unfinished);
  }
  for (const metrics::CallRecord& call : r.calls) {
    attempts += static_cast<std::int64_t>(call.attempts);
    retries += static_cast<std::int64_t>(call.retries);
  }
  EXPECT_GT(failed, 0);
  EXPECT_EQ(sum(r, SeriesColumn::offered), offered);
  EXPECT_EQ(sum(r, SeriesColumn::goodput), ok);
  EXPECT_EQ(sum(r, SeriesColumn::failed), failed);
  EXPECT_EQ(sum(r, SeriesColumn::attempts), attempts);
  EXPECT_EQ(sum(r, SeriesColumn::retries), retries);
}

TEST(Verdict, IsThereWithAFaultThatEnds) {
  const auto with = [](const std::string& faults) {
    return run("duration: 10s\nservices: {s: {workers: 10, latency: 1ms}}\n"
               "workloads: {w: {to: s, arrivals: {constant: 100/s}}}\n" +
               faults)
        .verdict;
  };
  using State = metrics::Verdict::State;
  EXPECT_EQ(with("").state, State::no_fault);
  EXPECT_EQ(with("faults: {f: {at: 3s, on: service.s, failure: 100%}}\n").state, State::no_fault);
  const metrics::Verdict recovered =
      with("faults: {f: {at: 3s, for: 1s, on: service.s, failure: 100%}}\n");
  EXPECT_EQ(recovered.state, State::recovered);
  ASSERT_TRUE(recovered.recovered_after);
  EXPECT_EQ(*recovered.recovered_after, 0s);
}

TEST(Verdict, SaysWhenItDoesNotRecover) {
  // One worker with 20 ms for 40/s; users who try again three times as soon as 100 ms are over make
  // up to 120/s of it, so that once the line is long it never is short again.
  const auto r = run(R"(
duration: 30s
services: {s: {workers: 1, latency: 20ms}}
policies: {p: {timeout: 100ms, retry: {max_attempts: 3}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 40/s}}}
faults: {f: {at: 5s, for: 2s, on: service.s, latency: x10}}
)");
  EXPECT_EQ(r.verdict.state, metrics::Verdict::State::not_recovered);
}

TEST(Arrivals, BurstsMayBeDaysApart) {
  // The clock of arrivals once held no more than 2.5 h of it.
  const auto r =
      run("duration: 24h\nservices: {s: {}}\n"
          "workloads: {w: {to: s, arrivals: {bursts: {size: 1, every: 3h}}}}\n");
  EXPECT_EQ(r.workloads[0].offered, 8U);
}

TEST(Warmup, PeaksAreThoseAfterIt) {
  // The line is long from 1 s to some 10 s, and there is none after 50 s.
  const auto r =
      run("duration: 100s\nwarmup: 50s\nservices: {s: {workers: 1, latency: 10ms}}\n"
          "workloads: {w: {to: s, arrivals: {constant: 50/s}}}\n"
          "faults: {f: {at: 1s, for: 5s, on: service.s, latency: x10}}\n");
  EXPECT_EQ(r.services[0].queue_max, 0U);
}

}  // namespace
}  // namespace squall::workloads_test
