#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/scenario/trace_file.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario::arrivals_test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::SizeIs;

Arrivals arrivals_of(const std::string& arrivals) {
  const Scenario scenario =
      scenario_of(around("workloads: {w: {to: bank, arrivals: " + arrivals + "}}\n"));
  return scenario.workloads.empty() ? Arrivals() : scenario.workloads[0].arrivals;
}

std::int64_t micro(Rate rate) { return rate.per_second_micro; }

TEST(Arrivals, AreConstantOrPoisson) {
  EXPECT_EQ(micro(std::get<ConstantArrivals>(arrivals_of("{constant: 50/s}")).rate), 50'000'000);
  EXPECT_EQ(micro(std::get<PoissonArrivals>(arrivals_of("{poisson: 0.5/s}")).rate), 500'000);
}

TEST(Arrivals, FollowAProfile) {
  const auto bare = std::get<ProfileArrivals>(arrivals_of(
      "{profile: [{for: 10s, rate: 40/s}, {for: 20s, ramp_to: 100/s}, {for: 5s, rate: 0/s}]}"));
  EXPECT_EQ(bare.process, ProfileArrivals::Process::poisson);
  ASSERT_THAT(bare.steps, SizeIs(3));
  EXPECT_EQ(bare.steps[0].length, 10s);
  EXPECT_EQ(micro(bare.steps[0].from), 40'000'000);
  EXPECT_EQ(micro(bare.steps[0].to), 40'000'000);
  EXPECT_EQ(micro(bare.steps[1].from), 40'000'000);
  EXPECT_EQ(micro(bare.steps[1].to), 100'000'000);
  EXPECT_EQ(micro(bare.steps[2].from), 0);

  const auto map = std::get<ProfileArrivals>(
      arrivals_of("{profile: {process: constant, steps: [{for: 1s, rate: 1/s, ramp_to: 9/s}]}}"));
  EXPECT_EQ(map.process, ProfileArrivals::Process::constant);
  EXPECT_EQ(micro(map.steps[0].from), 1'000'000);
  EXPECT_EQ(micro(map.steps[0].to), 9'000'000);
}

TEST(Arrivals, ComeFromClosedUsers) {
  const auto closed =
      std::get<ClosedArrivals>(arrivals_of("{closed: {users: 100, think: {exponential: 1s}}}"));
  EXPECT_EQ(closed.users, 100U);
  EXPECT_EQ(std::get<Exponential>(closed.think).mean, 1s);
  const auto hasty = std::get<ClosedArrivals>(arrivals_of("{closed: {users: 1}}"));
  EXPECT_EQ(std::get<Constant>(hasty.think).value, 0s);
}

TEST(Arrivals, ComeFromATraceReadOnce) {
  const Files files("t.csv", "time\n0.5\n# a comment\n\n1500ms\r\n1.5\n2s\n");
  const Bundle bundle = built(around("until: drained\n"
                                     "workloads: {w: {to: bank, arrivals: {trace: t.csv}}}\n"
                                     "variants: {slow: {services.bank.latency: 5ms}}\n"),
                              files);
  const auto& trace = std::get<TraceArrivals>(bundle.base.workloads[0].arrivals);
  EXPECT_EQ(trace.file, "t.csv");
  EXPECT_THAT(*trace.times,
              ElementsAre(Instant{500ms}, Instant{1500ms}, Instant{1500ms}, Instant{2s}));
  const auto& same = std::get<TraceArrivals>(bundle.variants[0].scenario.workloads[0].arrivals);
  EXPECT_EQ(trace.times, same.times);
}

TEST(Arrivals, HavePriorities) {
  const Scenario scenario =
      scenario_of(around("workloads:\n"
                         "  a: {to: bank, priority: -3, arrivals: {constant: 1/s}}\n"
                         "  b: {to: bank, priority: 2147483647, arrivals: {constant: 1/s}}\n"));
  EXPECT_EQ(scenario.workloads[0].priority, -3);
  EXPECT_EQ(scenario.workloads[1].priority, 2'147'483'647);
}

TEST(Arrivals, OfATraceAreAllThereBehindAByteOrderMark) {
  const Result<TraceArrivals> trace = parse_trace(
      "\xef\xbb\xbf"
      "1\n2\n",
      "t.csv");
  ASSERT_TRUE(trace);
  EXPECT_THAT(*trace->times, ElementsAre(Instant{1s}, Instant{2s}));
}

std::string trace_error(std::string_view text) {
  const Result<TraceArrivals> trace = parse_trace(text, "t.csv");
  return trace ? "no error" : trace.error().text();
}

TEST(TraceError, HasTheLine) {
  EXPECT_EQ(trace_error("1\n2\n1.5\n"), "t.csv:3: '1.5' goes back in time");
  EXPECT_EQ(trace_error("1\ntwo\n"),
            "t.csv:2: 'two' is not a time: one arrival a line, in seconds or with a unit");
  EXPECT_EQ(trace_error("1,GET\n"),
            "t.csv:1: '1,GET' is not a time: one arrival a line, in seconds or with a unit");
  EXPECT_EQ(trace_error("-1\n"),
            "t.csv:1: '-1' is not a time: one arrival a line, in seconds or with a unit");
  EXPECT_EQ(trace_error("# nothing\ntime\n"), "t.csv: holds no arrivals");
  EXPECT_EQ(trace_error(""), "t.csv: holds no arrivals");
}

TEST(TraceError, PointsAtTheFileOrAtTheKeyThatNamesIt) {
  const std::string text = around("workloads:\n  w: {to: bank, arrivals: {trace: t.csv}}\n");
  EXPECT_EQ(error_of(text),
            "checkout.yaml:2: workloads.w.arrivals.trace: 't.csv' cannot be opened");
  EXPECT_EQ(error_of(text, Files("t.csv", "1\n0\n")), "t.csv:2: '0' goes back in time");
  const Result<Bundle> bundle = build(parsed(text), FileReader{});
  ASSERT_FALSE(bundle);
  EXPECT_EQ(bundle.error().text(),
            "checkout.yaml:2: workloads.w.arrivals.trace: 't.csv' files cannot be read here");
}

}  // namespace
}  // namespace squall::scenario::arrivals_test
