#include "squall/model/frameless_line.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/model/frames.hpp"
#include "squall/model/model.hpp"
#include "squall/sim/pool.hpp"
#include "tests/model/support.hpp"

namespace squall::model::frameless_line_test {
namespace {

/// Against a queue of the standard library, over what fills it several times.
RC_GTEST_PROP(FramelessLine, IsFirstInFirstOut, ()) {
  FramelessLine line;
  std::deque<std::uint64_t> expected;
  std::uint64_t next = 0;
  for (int turn = 0; turn < 20; ++turn) {
    for (int more = *rc::gen::inRange(0, 700); more > 0 && !line.full(); --more) {
      line.push({next, Instant{Duration{static_cast<std::int64_t>(next)}}, Duration{1}});
      expected.push_back(next++);
    }
    RC_ASSERT(line.length() == expected.size());
    RC_ASSERT(line.full() == (expected.size() == FramelessLine::length_max));
    for (int fewer = *rc::gen::inRange(0, 700); fewer > 0 && !line.empty(); --fewer) {
      const FramelessLine::Request request = line.pop();
      RC_ASSERT(request.lineage == expected.front());
      RC_ASSERT(request.arrived.time_since_epoch().count() ==
                static_cast<std::int64_t>(expected.front()));
      expected.pop_front();
    }
    RC_ASSERT(line.empty() == expected.empty());
  }
}

metrics::RunRecord run_in_pieces(const scenario::Bundle& bundle, std::uint64_t piece) {
  Model model(bundle.base);
  for (;;) {
    const Result<Model::Status> status = model.run(piece);
    EXPECT_TRUE(status);
    if (!status || *status == Model::Status::done) return model.result();
  }
}
constexpr std::uint64_t whole_run = std::numeric_limits<std::uint64_t>::max() / 2;

/// However the run is cut into pieces, and what waits without a frame gets one sooner: the order of
/// the line is the same.
void expect_the_same_order(const scenario::Bundle& bundle) {
  const metrics::RunRecord whole = run_in_pieces(bundle, whole_run);
  for (const std::uint64_t piece : {1U, 64U, 1'000U, 31'337U}) {
    const metrics::RunRecord made = run_in_pieces(bundle, piece);
    for (std::size_t w = 0; w < whole.workloads.size(); ++w) {
      EXPECT_EQ(made.workloads[w].ok, whole.workloads[w].ok) << piece;
      EXPECT_EQ(made.workloads[w].ok_latency, whole.workloads[w].ok_latency) << piece;
    }
    EXPECT_EQ(made.services[0].wait, whole.services[0].wait) << piece;
    EXPECT_EQ(made.services[0].queue_max, whole.services[0].queue_max) << piece;
  }
}

TEST(FramelessLine, OrderAndMemoryDoNotDependOnWhenFramesAreGiven) {
  const scenario::Bundle bundle = test::bundle_of(R"(
squall: 1
name: line
until: drained
services:
  bank: {workers: 2, latency: {exponential: 10ms}}
workloads:
  shoppers: {to: bank, arrivals: {poisson: 2000/s}, requests: 20000}
)");
  expect_the_same_order(bundle);
  // What memory a run takes is a result. (Event by event more is posted.)
  const metrics::RunRecord whole = run_in_pieces(bundle, whole_run);
  // Nearly all are in line at some time, far more than wait without a frame.
  ASSERT_GT(whole.services[0].queue_max, 15'000U);
  EXPECT_GT(whole.engine.memory_bytes_max, 15'000U * (sizeof(Frame) + sizeof(sim::Link)));
  for (const std::uint64_t piece : {64U, 1'000U, 31'337U}) {
    EXPECT_EQ(run_in_pieces(bundle, piece).engine.memory_bytes_max, whole.engine.memory_bytes_max)
        << piece;
  }
}

/// Those of the one workload have frames and give up in line, where they are passed over; those of
/// the other flow between them.
TEST(FramelessLine, StrangersInLineKeepTheirPlaces) {
  expect_the_same_order(test::bundle_of(R"(
squall: 1
name: strangers
until: drained
services:
  bank: {workers: 2, latency: {exponential: 10ms}, when_caller_gone: skip_queued}
policies:
  hasty: {timeout: 30ms}
workloads:
  shoppers: {to: bank, arrivals: {poisson: 190/s}, requests: 5000}
  hasty: {to: bank, policy: hasty, arrivals: {poisson: 20/s}, requests: 500}
)"));
}

/// With fewer workers than are at work nobody goes on to the next; with more the line is shorter.
TEST(FramelessLine, WorkersMayChangeInTheMiddle) {
  expect_the_same_order(test::bundle_of(R"(
squall: 1
name: workers
until: drained
services:
  bank: {workers: 4, latency: {exponential: 10ms}}
workloads:
  shoppers: {to: bank, arrivals: {poisson: 380/s}, requests: 10000}
faults:
  fewer: {at: 3s, for: 2s, set: {services.bank.workers: 1}}
  more: {at: 10s, for: 5s, set: {services.bank.workers: 9}}
)"));
}

}  // namespace
}  // namespace squall::model::frameless_line_test
