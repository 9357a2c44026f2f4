#include "squall/report/steady_rows.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "squall/base/random.hpp"
#include "squall/report/json.hpp"
#include "squall/report/metric.hpp"
#include "squall/report/sentences.hpp"
#include "squall/report/table.hpp"
#include "tests/report/records.hpp"

namespace squall::report::steady_rows_test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using State = metrics::WarmupRecord::State;

/// 20 s of which `cut` were left out; then ten ends in each tenth of a second, nine of them well,
/// and latencies of 8 to 12 ms.
metrics::RunRecord record_of(const std::string& name, State state, Duration cut) {
  metrics::RunRecord record;
  record.variant = name;
  record.simulated = 20s;
  record.measured = 20s - cut;
  record.warmup.state = state;
  record.warmup.cut = cut;
  record.is_steady = state == State::found || (state == State::fixed && cut > Duration{0});
  record.workloads.emplace_back().name = "shoppers";
  record.series =
      metrics::SeriesTable(100ms, static_cast<std::size_t>(metrics::SeriesColumn::count));
  Rng rng(4);
  for (int row = 0; row < 200; ++row) {
    const Instant at{100ms * row};
    record.series.add(static_cast<std::size_t>(metrics::SeriesColumn::offered), at, 10);
    record.series.add(static_cast<std::size_t>(metrics::SeriesColumn::goodput), at, 9);
    record.series.add(static_cast<std::size_t>(metrics::SeriesColumn::late), at, 1);
  }
  for (int i = 0; i < 1'000; ++i) {
    const auto more = static_cast<std::int64_t>(rng.below(4'000'001));
    record.workloads[0].sojourns.add(8ms + Duration{more});
  }
  return record;
}

TEST(SteadyRows, AreNoneWithoutAWarmup) {
  EXPECT_TRUE(steady_rows(comparison_of({record_of("a", State::fixed, 0s)}), true).empty());
}

TEST(SteadyRows, ShowWhatWasLeftOutAndTheIntervals) {
  metrics::RunRecord found = record_of("found", State::found, 4s);
  found.warmup.own_cut = 4s;
  const metrics::Comparison comparison =
      comparison_of({found, record_of("growing", State::no_steady_state, 4s)});
  const std::vector<SteadyRows> sections = steady_rows(comparison, true);
  ASSERT_EQ(sections.size(), 2U);
  ASSERT_EQ(sections[0].rows.size(), 2U);
  EXPECT_EQ(sections[0].rows[0].label, "warm-up left out");
  EXPECT_THAT(sections[0].rows[0].cells, ElementsAre("4.00 s", "4.00 s"));
  EXPECT_THAT(sections[0].rows[1].cells, ElementsAre("found", "none"));

  const std::vector<SteadyRow>& rows = sections[1].rows;
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_EQ(rows[0].label, "  goodput from");
  EXPECT_THAT(rows[0].cells, ElementsAre("90.00 %", "–"));
  EXPECT_EQ(rows[1].label, "    to");
  EXPECT_THAT(rows[1].cells, ElementsAre("90.00 %", "–"));
  EXPECT_EQ(rows[2].label, "  goodput per second from");
  EXPECT_THAT(rows[2].cells, ElementsAre("90.0/s", "–"));
  EXPECT_EQ(rows[4].label, "  mean latency from");
  EXPECT_EQ(rows[4].cells[0].substr(0, 2), "9.");
  EXPECT_EQ(rows[5].cells[0].substr(0, 3), "10.");
  EXPECT_THAT(to_table(comparison), HasSubstr("95 % intervals from within the run\n"));
}

TEST(SteadyRows, ShowAFixedWarmupWithoutAskingForASteadyState) {
  const std::vector<SteadyRows> sections =
      steady_rows(comparison_of({record_of("a", State::fixed, 4s)}), true);
  ASSERT_EQ(sections.size(), 2U);
  ASSERT_EQ(sections[0].rows.size(), 1U);
  EXPECT_THAT(sections[0].rows[0].cells, ElementsAre("4.00 s"));
}

TEST(SteadyFindings, SayWhatIsNotSteadyAndWhatTheFiguresAreOf) {
  EXPECT_THAT(steady_findings(record_of("a", State::found, 4s), true), ElementsAre());
  EXPECT_THAT(steady_findings(record_of("a", State::fixed, 0s), true), ElementsAre());
  EXPECT_THAT(
      steady_findings(record_of("a", State::no_steady_state, 0s), true),
      ElementsAre("a: no steady state: its warm-up would take more than half of the run; nothing "
                  "was left out, and the figures are of the whole run and depend on how long the "
                  "run is."));
  EXPECT_THAT(
      steady_findings(record_of("a", State::no_steady_state, 4s), true),
      ElementsAre("a: no steady state: its warm-up would take more than half of the run; left out "
                  "were the 4 s that other variants need, and the figures depend on how long the "
                  "run is."));
  EXPECT_THAT(steady_findings(record_of("a", State::too_short, 0s), true),
              ElementsAre("a: too little to find a warm-up in; nothing was left out."));
  EXPECT_THAT(findings(comparison_of({record_of("a", State::too_short, 0s)})),
              Contains("a: too little to find a warm-up in; nothing was left out."));
}

TEST(SteadyFindings, SayWhyThereIsNoInterval) {
  metrics::RunRecord record = record_of("a", State::found, 4s);
  record.workloads[0].sojourns = {};
  EXPECT_THAT(steady_findings(record, true),
              ElementsAre("a: no interval for the mean latency: too little came after the warm-up; "
                          "run longer."));
  for (int i = 0; i < 10'000; ++i) record.workloads[0].sojourns.add(Duration{i});
  EXPECT_THAT(steady_findings(record, true), ElementsAre(HasSubstr("still hangs together")));
}

TEST(SteadyJson, HoldsTheWarmupAndTheIntervals) {
  metrics::RunRecord record = record_of("a", State::found, 4s);
  record.warmup.own_cut = 3s;
  const auto variant =
      nlohmann::ordered_json::parse(to_json(comparison_of({record})))["variants"][0];
  EXPECT_EQ(variant["warmup"]["state"], "found");
  EXPECT_EQ(variant["warmup"]["cut_ms"], 4'000.0);
  EXPECT_EQ(variant["warmup"]["own_cut_ms"], 3'000.0);
  const auto& steady = variant["steady_state"];
  EXPECT_EQ(steady["goodput_ratio"]["state"], "given");
  EXPECT_EQ(steady["goodput_ratio"]["low_95"], 0.9);
  EXPECT_NEAR(steady["goodput_per_s"]["mean"].get<double>(), 90.0, 1e-9);
  const auto& latency = steady["latency_mean_ms"]["shoppers"];
  EXPECT_EQ(latency["batches"], 32);
  EXPECT_LT(latency["low_95"].get<double>(), 10.0);
  EXPECT_GT(latency["high_95"].get<double>(), 10.0);
  // An expectation can ask for it.
  EXPECT_TRUE(is_metric(record, "steady_state.latency_mean_ms.shoppers.high_95"));
  EXPECT_EQ(metric_value(record, "steady_state.goodput_ratio.mean"), 0.9);
}

TEST(SteadyJson, SaysNullWhereNoSteadyStateIsToBeExpected) {
  const auto variant = nlohmann::ordered_json::parse(
      to_json(comparison_of({record_of("a", State::no_steady_state, 0s)})))["variants"][0];
  EXPECT_EQ(variant["warmup"]["state"], "no_steady_state");
  EXPECT_EQ(variant["warmup"]["cut_ms"], 0.0);
  EXPECT_TRUE(variant["warmup"]["own_cut_ms"].is_null());
  EXPECT_TRUE(variant["steady_state"].is_null());
}

}  // namespace
}  // namespace squall::report::steady_rows_test
