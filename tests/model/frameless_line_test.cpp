#include "squall/model/frameless_line.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/model/model.hpp"
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

/// However the run is cut into pieces, and what waits without a frame gets one sooner: the order of
/// the line is the same, and so is what memory the run takes, which is a result.
TEST(FramelessLine, NothingDependsOnWhenFramesAreGiven) {
  const scenario::Bundle bundle = test::bundle_of(R"(
squall: 1
name: line
until: drained
services:
  bank: {workers: 2, latency: {exponential: 10ms}}
workloads:
  shoppers: {to: bank, arrivals: {poisson: 2000/s}, requests: 20000}
)");
  const auto run_in_pieces = [&](std::uint64_t piece) {
    Model model(bundle.base);
    for (;;) {
      const Result<Model::Status> status = model.run(piece);
      EXPECT_TRUE(status);
      if (*status == Model::Status::done) return model.result();
    }
  };
  const metrics::RunRecord whole = run_in_pieces(std::numeric_limits<std::uint64_t>::max() / 2);
  // Nearly all are in line at some time, far more than wait without a frame.
  ASSERT_GT(whole.services[0].queue_max, 15'000U);
  EXPECT_GT(whole.engine.memory_bytes_max, 15'000U * 96);
  for (const std::uint64_t piece : {64U, 1'000U, 31'337U}) {
    const metrics::RunRecord made = run_in_pieces(piece);
    EXPECT_EQ(made.engine.memory_bytes_max, whole.engine.memory_bytes_max) << piece;
    EXPECT_EQ(made.services[0].queue_max, whole.services[0].queue_max) << piece;
    EXPECT_EQ(made.workloads[0].ok_latency, whole.workloads[0].ok_latency) << piece;
    EXPECT_EQ(made.services[0].wait, whole.services[0].wait) << piece;
  }
}

}  // namespace
}  // namespace squall::model::frameless_line_test
