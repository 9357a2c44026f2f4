// What many replications come to: pooled totals, estimates, paired differences, worlds.
#include "squall/report/study_builder.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "squall/base/random.hpp"
#include "squall/metrics/replication_seed.hpp"
#include "squall/metrics/student_t.hpp"
#include "squall/report/csv.hpp"
#include "squall/report/json.hpp"
#include "squall/report/metric.hpp"
#include "squall/report/sentences.hpp"
#include "squall/report/table.hpp"
#include "tests/report/records.hpp"

namespace squall::report::study_builder_test {
namespace {

using metrics::Comparison;
using metrics::FigureEstimate;
using metrics::PairedFigure;
using metrics::RunRecord;
using metrics::Verdict;
using nlohmann::ordered_json;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr double infinite = std::numeric_limits<double>::infinity();

Comparison header() {
  Comparison comparison;
  comparison.scenario = "storm";
  comparison.seed = 7;
  return comparison;
}

/// 1,000 requests of which so many are ok, each after so long.
RunRecord run_of(std::string name, std::uint64_t ok, Duration latency = milliseconds{10}) {
  RunRecord record;
  record.variant = std::move(name);
  record.simulated = record.measured = milliseconds{1'000};
  metrics::WorkloadRecord& w = record.workloads.emplace_back();
  w.name = "load";
  w.offered = 1'000;
  w.ok = ok;
  w.failed = w.failed_timeout = 1'000 - ok;
  w.latency.add(latency, ok);
  w.ok_latency.add(latency, ok);
  record.series.add(0, Instant{milliseconds{1}}, 1'000);
  record.series.add(1, Instant{milliseconds{1}}, static_cast<std::int64_t>(ok));
  return record;
}

RunRecord with_verdict(RunRecord record, Verdict::State state, Duration after = Duration{0}) {
  record.verdict.state = state;
  if (state == Verdict::State::recovered) record.verdict.recovered_after = after;
  return record;
}

/// A study of one variant.
Comparison study_of(const std::vector<RunRecord>& runs) {
  StudyBuilder builder(header(), {7});
  for (const RunRecord& run : runs) builder.add({run});
  return std::move(builder).finish();
}

const FigureEstimate& figure(const Comparison& comparison, const std::string& metric,
                             std::size_t variant = 0) {
  const FigureEstimate* found =
      metrics::find_figure(comparison.study.value().variants.at(variant), metric);
  if (found == nullptr) throw std::out_of_range(metric);
  return *found;
}

std::string all_of(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += sentence + "\n";
  return text;
}

TEST(Study, OfOneReplicationIsThePlainRun) {
  StudyBuilder builder(comparison_of({}), {7, 7});
  builder.add({collapsed("rpc"), queued("event")});
  const Comparison made = std::move(builder).finish();
  const Comparison plain = comparison_of({collapsed("rpc"), queued("event")});
  EXPECT_FALSE(made.study);
  EXPECT_EQ(to_json(made), to_json(plain));
  EXPECT_EQ(to_table(made), to_table(plain));
  EXPECT_EQ(totals_csv(made), totals_csv(plain));
  EXPECT_EQ(findings(made), findings(plain));
}

TEST(Study, GivesTheMeanAndStudentsInterval) {
  const Comparison made = study_of({run_of("a", 900), run_of("a", 920), run_of("a", 940)});
  const FigureEstimate& goodput = figure(made, "goodput_ratio");
  EXPECT_EQ(goodput.estimate.count, 3U);
  EXPECT_DOUBLE_EQ(goodput.point.value(), 0.92);
  // Standard deviation 0.02; t for two degrees of freedom 4.3027.
  EXPECT_NEAR(goodput.half_width_95.value(), 4.302652729749464 * 0.02 / std::sqrt(3.0), 1e-12);
  EXPECT_NEAR(goodput.low.value(), 0.92 - 0.0496827, 1e-6);
  EXPECT_NEAR(goodput.high.value(), 0.92 + 0.0496827, 1e-6);
  // A count: the mean of a run, beside the sum of all.
  EXPECT_DOUBLE_EQ(figure(made, "workloads.load.ok").point.value(), 920.0);
  EXPECT_EQ(made.variants.front().workloads.front().ok, 2'760U);
}

TEST(Study, HasAnEstimateOfEveryFigureThatIsANumber) {
  StudyBuilder builder(header(), {7, 7});
  builder.add({collapsed("rpc"), queued("event")});
  builder.add({collapsed("rpc"), queued("event")});
  const Comparison made = std::move(builder).finish();
  const ordered_json json = ordered_json::parse(to_json(made));
  for (std::size_t v = 0; v < 2; ++v) {
    const ordered_json& estimates = json["variants"][v]["estimates"];
    for (const MetricName& metric : metric_names()) EXPECT_TRUE(estimates.contains(metric.name));
    for (const Figure& one : figures_of(v == 0 ? collapsed("rpc") : queued("event"))) {
      const bool is_word = !one.value && !one.text.empty();
      const bool is_setting = one.metric == "objective_ms";
      EXPECT_EQ(estimates.contains(one.path()), !is_word && !is_setting) << one.path();
    }
  }
}

TEST(Study, ConfinesAnIntervalToWhatCanBe) {
  const Comparison made = study_of({run_of("a", 1'000), run_of("a", 700)});
  const FigureEstimate& goodput = figure(made, "goodput_ratio");
  EXPECT_EQ(goodput.low.value(), 0.0);
  EXPECT_EQ(goodput.high.value(), 1.0);
  EXPECT_GT(goodput.half_width_95.value(), 1.0) << "it is known to nothing, and says so";
  EXPECT_EQ(figure(made, "ok").low.value(), 0.0);
  EXPECT_GT(figure(made, "ok").high.value(), 1'000.0) << "a count is no share";
}

TEST(Study, TakesPercentilesOfAllTogetherAndNeverNarrowerThanTheBucket) {
  const std::vector<RunRecord> alike(5, run_of("a", 1'000, milliseconds{100}));
  const Comparison same = study_of(alike);
  const FigureEstimate& p99 = figure(same, "p99_ms");
  EXPECT_TRUE(p99.is_percentile);
  EXPECT_EQ(p99.estimate.half_width_95, 0.0) << "no run differs";
  const double bucket = metrics::Histogram{}.relative_error();
  EXPECT_DOUBLE_EQ(p99.half_width_95.value(), p99.point.value() * bucket);
  // Exactly known things stay so.
  EXPECT_EQ(figure(same, "goodput_ratio").half_width_95, 0.0);

  // One run of ten is slow, so it holds the top tenth of all.
  std::vector<RunRecord> mixed(9, run_of("a", 1'000, milliseconds{10}));
  mixed.push_back(run_of("a", 1'000, milliseconds{400}));
  const Comparison pooled = study_of(mixed);
  const double p95 = figure(pooled, "p95_ms").point.value();
  EXPECT_NEAR(p95, 400.0, 400.0 * bucket);
  EXPECT_NEAR(figure(pooled, "p95_ms").estimate.mean, 49.0, 49.0 * bucket);
  EXPECT_NEAR(figure(pooled, "p50_ms").point.value(), 10.0, 10.0 * bucket);
  EXPECT_EQ(figure(pooled, "p95_ms").high.value(),
            p95 + figure(pooled, "p95_ms").half_width_95.value());
}

TEST(Study, HasNoIntervalWhereSomeRunsNeverGetThere) {
  const Comparison made = study_of({run_of("a", 1'000), run_of("a", 500), run_of("a", 1'000)});
  const FigureEstimate& p99 = figure(made, "workloads.load.ok_within_ms.p99");
  EXPECT_EQ(p99.never, 1U);
  EXPECT_EQ(p99.estimate.count, 2U);
  EXPECT_FALSE(p99.low);
  EXPECT_EQ(p99.point.value(), infinite) << "of 3,000 requests 500 were not ok";
  EXPECT_TRUE(figure(made, "workloads.load.ok_within_ms.p50").low);
  const ordered_json json = ordered_json::parse(to_json(made));
  const ordered_json& shown = json["variants"][0]["estimates"]["workloads.load.ok_within_ms.p99"];
  EXPECT_TRUE(shown["mean"].is_null());
  EXPECT_TRUE(shown["low_95"].is_null());
  EXPECT_EQ(shown["never"], 1);
  EXPECT_EQ(shown["count"], 2);
}

TEST(Study, LeavesOutRunsWithoutAValue) {
  RunRecord empty = run_of("a", 0);
  const Comparison made = study_of({run_of("a", 900), empty, run_of("a", 900)});
  const FigureEstimate& latency = figure(made, "latency_p50_ms");
  EXPECT_EQ(latency.estimate.count, 2U);
  EXPECT_EQ(latency.never, 0U);
  EXPECT_TRUE(latency.low);
  EXPECT_EQ(figure(study_of({empty, empty}), "latency_p50_ms").point, std::nullopt);
}

TEST(Study, GivesTheBitsOfTheOrderAlone) {
  const auto study = [](bool batched) {
    StudyBuilder builder(header(), {7});
    std::vector<RunRecord> runs;
    for (std::uint64_t r = 0; r < 25; ++r) runs.push_back(run_of("a", 500 + 17 * r % 97));
    for (RunRecord& run : runs) {
      if (batched) (void)builder.widest("goodput_ratio");  // a look changes nothing
      builder.add({std::move(run)});
    }
    return to_json(std::move(builder).finish());
  };
  EXPECT_EQ(study(false), study(true));
}

// --- Pairs ---

/// Two variants that share what a run has to do: ok = 500 + common (+ own noise) + difference.
Comparison paired_study(int replications, double common, double own, int difference) {
  StudyBuilder builder(header(), {7, 7});
  Rng rng(11);
  const auto normal = [&rng] {
    return metrics::normal_quantile(1e-9 + (1.0 - 2e-9) * rng.uniform());
  };
  for (int r = 0; r < replications; ++r) {
    const double shared = 500.0 + common * normal();
    const double a = shared + own * normal();
    const double b = shared + own * normal() + difference;
    builder.add({run_of("a", static_cast<std::uint64_t>(std::lround(a))),
                 run_of("b", static_cast<std::uint64_t>(std::lround(b)))});
  }
  return std::move(builder).finish();
}

const PairedFigure& pair_figure(const Comparison& comparison, const std::string& metric) {
  return *metrics::find_figure(comparison.study.value().pairs.front(), metric);
}

TEST(Pairs, FindADifferenceThatTheIntervalsOfTheVariantsHide) {
  // Standard deviation 40 in common and 4 of each its own: the difference of 10 has 5.7.
  const Comparison made = paired_study(40, 40.0, 4.0, 10);
  const FigureEstimate& a = figure(made, "ok", 0);
  const FigureEstimate& b = figure(made, "ok", 1);
  EXPECT_GT(a.high.value(), b.low.value()) << "they overlap";
  const PairedFigure& ok = pair_figure(made, "ok");
  EXPECT_TRUE(ok.significant);
  // Standard error 5.7 / sqrt(40) = 0.9; four of them.
  EXPECT_NEAR(ok.difference.mean, 10.0, 3.6);
  EXPECT_LT(ok.low.value(), ok.difference.mean);
  EXPECT_GT(ok.high.value(), ok.difference.mean);
  // Independent: 2 (40^2 + 4^2) = 3,232; paired: 2 * 4^2 = 32; so 101, and a ratio of two sample
  // variances with 39 degrees of freedom, one of them correlated, strays by a factor of 2 at most
  // in all but 3 of 100.
  EXPECT_GT(ok.variance_reduction.value(), 50.0);
  EXPECT_LT(ok.variance_reduction.value(), 200.0);
}

TEST(Pairs, SayWhenThereIsNone) {
  const Comparison made = paired_study(40, 40.0, 20.0, 0);
  const PairedFigure& ok = pair_figure(made, "ok");
  EXPECT_FALSE(ok.significant);
  EXPECT_LT(ok.low.value(), 0.0);
  EXPECT_GT(ok.high.value(), 0.0);
  EXPECT_THAT(all_of(findings(made)), HasSubstr("do not differ significantly"));
  EXPECT_THAT(to_table(made), HasSubstr("not significant"));
  EXPECT_THAT(paired_csv(made), HasSubstr("\nb,a,goodput_ratio,"));
}

TEST(Pairs, AreWrongAboutNothingIn5Of100) {
  // 2,000 studies of two variants that do not differ: the share that says so has a standard error
  // of 0.005; the band is 3.5 of them.
  constexpr int studies = 2'000;
  int significant = 0;
  Rng rng(5);
  for (int i = 0; i < studies; ++i) {
    metrics::Moments differences;
    for (int r = 0; r < 6; ++r) {
      differences.add(metrics::normal_quantile(1e-9 + (1.0 - 2e-9) * rng.uniform()));
    }
    if (differences.estimate().excludes(0.0)) ++significant;
  }
  EXPECT_NEAR(significant / static_cast<double>(studies), 0.05, 0.0175);
}

TEST(Pairs, AreOfAllVariantsAndMostFiguresAgainstTheFirst) {
  StudyBuilder builder(header(), {7, 7, 7});
  for (std::uint64_t r = 0; r < 3; ++r) {
    builder.add({run_of("a", 900 + r), run_of("b", 800 + 2 * r), run_of("c", 700 + r)});
  }
  const Comparison made = std::move(builder).finish();
  const ordered_json json = ordered_json::parse(to_json(made));
  ASSERT_EQ(json["paired"].size(), 3U);
  EXPECT_EQ(json["paired"][0]["variant"], "b");
  EXPECT_EQ(json["paired"][0]["minus"], "a");
  EXPECT_TRUE(json["paired"][0]["figures"].contains("workloads.load.ok"));
  EXPECT_EQ(json["paired"][2]["variant"], "c");
  EXPECT_EQ(json["paired"][2]["minus"], "b");
  EXPECT_FALSE(json["paired"][2]["figures"].contains("workloads.load.ok"));
  const ordered_json& ok = json["paired"][1]["figures"]["ok"];
  EXPECT_EQ(ok["mean"], -200.0);
  EXPECT_EQ(ok["low_95"], -200.0);
  EXPECT_EQ(ok["significant"], true);
  EXPECT_TRUE(ok["variance_reduction"].is_null()) << "the difference never varies";
  EXPECT_TRUE(json["paired"][1]["figures"]["offered"]["variance_reduction"].is_null());
}

TEST(Pairs, OfVeryManyVariantsAreWithTheFirstAlone) {
  const std::size_t many = StudyBuilder::variants_all_paired_max + 1;
  StudyBuilder builder(header(), std::vector<std::uint64_t>(many, 7));
  for (std::uint64_t r = 0; r < 2; ++r) {
    std::vector<RunRecord> variants;
    for (std::size_t v = 0; v < many; ++v) {
      variants.push_back(run_of("v" + std::to_string(v), 900 + r + v));
    }
    builder.add(std::move(variants));
  }
  const Comparison made = std::move(builder).finish();
  EXPECT_EQ(made.study->pairs.size(), many - 1);
  EXPECT_THAT(all_of(findings(made)), Not(HasSubstr("largest share")));
}

// --- Two worlds ---

TEST(WorldsOfAStudy, AreNamedByTheVerdict) {
  std::vector<RunRecord> runs;
  for (int r = 0; r < 20; ++r) {
    const bool lives = r % 4 != 3;
    runs.push_back(with_verdict(run_of("a", lives ? 980 : 300),
                                lives ? Verdict::State::recovered : Verdict::State::not_recovered,
                                milliseconds{100}));
  }
  const Comparison made = study_of(runs);
  const std::vector<metrics::WorldRecord>& worlds = made.study->variants.front().worlds;
  ASSERT_EQ(worlds.size(), 2U);
  EXPECT_EQ(worlds[0].name, "recovered");
  EXPECT_EQ(worlds[0].count, 15U);
  EXPECT_EQ(worlds[1].count, 5U);
  // Wilson for 15 of 20: 0.5313 to 0.8881.
  EXPECT_NEAR(worlds[0].share.low, 0.5313, 0.0001);
  EXPECT_NEAR(worlds[0].share.high, 0.8881, 0.0001);
  EXPECT_EQ(worlds[1].example_replication, 3U);
  EXPECT_EQ(worlds[1].example_seed, metrics::replication_seed(7, 3));

  const std::string said = all_of(findings(made));
  EXPECT_THAT(said, HasSubstr("came back after the last fault in 15 of 20 replications (53 to 89 "
                              "%, 95 %) and did not in 5"));
  EXPECT_THAT(said, HasSubstr("--seed " + std::to_string(worlds[1].example_seed)));
  const std::string table = to_table(made);
  EXPECT_THAT(table, AllOf(HasSubstr("two kinds"), HasSubstr("15 of 20"), HasSubstr("53 to 89 %"),
                           HasSubstr("98.0 %"), HasSubstr("30.0 %")));
  // The mean of both, 81.0 %, stands nowhere.
  EXPECT_THAT(said + table, Not(HasSubstr("81.0 %")));
  const ordered_json json = ordered_json::parse(to_json(made))["variants"][0];
  EXPECT_EQ(json["worlds"].size(), 2U);
  EXPECT_EQ(json["verdict"]["state"], "mixed");
  EXPECT_EQ(json["verdicts"]["recovered"]["count"], 15);
}

TEST(WorldsOfAStudy, AreSeenInTheGoodputWhereNoVerdictTells) {
  std::vector<RunRecord> runs;
  for (std::uint64_t r = 0; r < 20; ++r) runs.push_back(run_of("a", r < 18 ? 980 + r : 100 + r));
  const Comparison made = study_of(runs);
  const std::vector<metrics::WorldRecord>& worlds = made.study->variants.front().worlds;
  ASSERT_EQ(worlds.size(), 2U);
  EXPECT_EQ(worlds[0].name, "high");
  EXPECT_EQ(worlds[1].count, 2U);
  EXPECT_EQ(worlds[1].example_replication, 18U);
  EXPECT_THAT(all_of(findings(made)),
              HasSubstr("2 of 20 replications (3 to 30 %, 95 %) served 11.8 % to 11.9 %"));
}

TEST(WorldsOfAStudy, AreNotSeenInOne) {
  std::vector<RunRecord> runs;
  for (std::uint64_t r = 0; r < 20; ++r) {
    runs.push_back(with_verdict(run_of("a", 700 + 11 * r), Verdict::State::recovered,
                                milliseconds{100 + 10 * static_cast<std::int64_t>(r)}));
  }
  const Comparison made = study_of(runs);
  EXPECT_TRUE(made.study->variants.front().worlds.empty());
  const std::string said = all_of(findings(made));
  EXPECT_THAT(said, Not(HasSubstr("kinds")));
  EXPECT_THAT(said, HasSubstr("in all 20 replications goodput was back"));
  const std::string table = to_table(made);
  EXPECT_THAT(table, Not(HasSubstr("two kinds")));
  EXPECT_THAT(table, HasSubstr("80.5 %"));  // 700 + 11 * 9.5 of 1,000, rounded up from 80.45
  EXPECT_EQ(ordered_json::parse(to_json(made))["variants"][0]["worlds"].size(), 0U);
}

TEST(WorldsOfAStudy, AreNotRanked) {
  StudyBuilder builder(header(), {7, 7, 7});
  for (std::uint64_t r = 0; r < 20; ++r) {
    builder.add(
        {run_of("calm", 900 + r), run_of("torn", r % 2 == 0 ? 990 : 100), run_of("slow", 850 + r)});
  }
  const std::string said = all_of(findings(std::move(builder).finish()));
  EXPECT_THAT(said, HasSubstr("calm served the largest share"));
  EXPECT_THAT(said, Not(HasSubstr("more than torn")));
}

// --- Precision ---

TEST(Precision, IsTheWidestOfTheVariants) {
  StudyBuilder builder(header(), {7, 7});
  EXPECT_EQ(builder.widest("goodput_ratio"), 0.0) << "nothing is wide where nothing is";
  builder.add({run_of("a", 900), run_of("b", 500)});
  EXPECT_FALSE(builder.widest("goodput_ratio")) << "one run has no interval";
  builder.add({run_of("a", 900), run_of("b", 520)});
  const double half = metrics::student_t_quantile(0.975, 1) * 0.01;
  EXPECT_NEAR(builder.widest("goodput_ratio").value(), half / 0.51, 1e-12);
  EXPECT_FALSE(builder.widest("goodput"));
  EXPECT_FALSE(builder.widest("p99_ms")) << "never reached";
  EXPECT_NEAR(builder.widest("latency_p99_ms").value(), metrics::Histogram{}.relative_error(),
              1e-12);
}

// --- What is said ---

TEST(Study, SaysHowMuchItRestsOn) {
  const std::string few = all_of(findings(study_of({run_of("a", 900), run_of("a", 901)})));
  EXPECT_THAT(few, HasSubstr("These are 2 replications"));
  EXPECT_THAT(few, HasSubstr("Take 20 or more"));
  EXPECT_THAT(few, Not(HasSubstr("This is one run")));
  std::vector<RunRecord> runs(19, run_of("a", 900));
  const std::string alike = all_of(findings(study_of(runs)));
  EXPECT_THAT(alike, HasSubstr("All 19 replications are alike in every figure"));
  runs.push_back(run_of("a", 901));
  const std::string many = all_of(findings(study_of(runs)));
  EXPECT_THAT(many, HasSubstr("These are 20 replications"));
  EXPECT_THAT(many, Not(HasSubstr("or more")));
}

TEST(Study, ShowsIntervalsInTheTable) {
  const Comparison made = study_of({run_of("a", 900), run_of("a", 920), run_of("a", 940)});
  const std::string table = to_table(made);
  EXPECT_THAT(table, HasSubstr("storm · seed 7 · 3 replications · 3 s simulated in all\n"));
  EXPECT_THAT(
      table,
      HasSubstr("offered           3,000\ngoodput          92.0 %\n  95 %             ±5.0\n"));
  const std::string ascii = to_table(made, {.unicode = false});
  EXPECT_THAT(ascii, HasSubstr("+-5.0"));
}

TEST(Study, KeepsEveryLineWithinTheWidth) {
  const Comparison made = paired_study(40, 40.0, 20.0, 5);
  for (const int width : {40, 60, 100}) {
    const std::string table = to_table(made, {.width = width, .unicode = false});
    std::size_t start = 0;
    for (std::size_t end = table.find('\n'); end != table.npos; end = table.find('\n', start)) {
      EXPECT_LE(end - start, static_cast<std::size_t>(width)) << table.substr(start, end - start);
      start = end + 1;
    }
  }
}

TEST(Study, ShowsTheMeanRunOverTime) {
  const Comparison made = study_of({run_of("a", 900), run_of("a", 920), run_of("a", 940)});
  const ordered_json series = ordered_json::parse(to_json(made))["variants"][0]["series"];
  EXPECT_EQ(series["offered_per_s"][1], 1'000'000.0);
  EXPECT_EQ(series["goodput_per_s"][1], 920'000.0);
  EXPECT_THAT(series_csv(made.variants.front()), HasSubstr("\n1,1000000,920000,"));
}

TEST(Study, AddsItsEstimatesToTheCsv) {
  const std::string csv = totals_csv(study_of({run_of("a", 900), run_of("a", 900)}));
  EXPECT_THAT(csv,
              testing::StartsWith("variant,kind,name,metric,value,mean,low_95,high_95,count\n"));
  EXPECT_THAT(csv, HasSubstr("\na,workloads,load,ok,1800,900,900,900,2\n"));
  EXPECT_THAT(csv, HasSubstr("\na,workloads,load,kind,rpc,,,,\n"));
}

TEST(PartialResult, SaysSoEverywhere) {
  Comparison comparison = comparison_of({collapsed("rpc"), queued("event")});
  comparison.partial = true;
  comparison.variants[1].cut = true;
  comparison.not_begun = {"other"};
  const ordered_json json = ordered_json::parse(to_json(comparison));
  EXPECT_EQ(json["partial"], true);
  EXPECT_EQ(json["not_begun"], ordered_json({"other"}));
  EXPECT_FALSE(json["variants"][0].contains("partial"));
  EXPECT_EQ(json["variants"][1]["partial"], true);
  EXPECT_THAT(to_table(comparison), AllOf(HasSubstr(" · interrupted\n"), HasSubstr("stopped at")));
  const std::string said = all_of(findings(comparison));
  EXPECT_THAT(said, testing::StartsWith("Interrupted: "));
  EXPECT_THAT(said, AllOf(HasSubstr("event at 6.00 s"), HasSubstr("not begun: other")));
  EXPECT_THAT(said, Not(HasSubstr("largest share"))) << "parts are not ranked";
}

TEST(PartialResult, OfAStudyCountsWholeReplications) {
  Comparison comparison = study_of({run_of("a", 900), run_of("a", 910), run_of("a", 905)});
  comparison.partial = true;
  comparison.study->asked = 50;
  EXPECT_THAT(all_of(findings(comparison)), HasSubstr("3 of 50 replications"));
  EXPECT_EQ(ordered_json::parse(to_json(comparison))["replications_asked"], 50);
  EXPECT_EQ(ordered_json::parse(to_json(comparison))["replications"], 3);
}

// --- The metrics it takes ---

TEST(MetricValues, AreThoseOfMetricValue) {
  for (const RunRecord& record : {collapsed("rpc"), queued("event"), run_of("a", 500)}) {
    for (const MetricValue& one : metric_values(record)) {
      EXPECT_TRUE(is_metric(record, one.metric)) << one.metric;
      EXPECT_EQ(one.value, metric_value(record, one.metric)) << one.metric;
    }
  }
}

TEST(MetricValues, KnowAPercentile) {
  for (const char* name : {"p50_ms", "p99_ms", "latency_p95_ms", "workloads.a.latency_ms.p999",
                           "services.x.wait_ms.p50", "workloads.a.ok_within_ms.p90"}) {
    EXPECT_TRUE(is_percentile(name)) << name;
  }
  for (const char* name :
       {"goodput_ratio", "latency_max_ms", "workloads.a.latency_ms.mean", "workloads.p50.ok",
        "workloads.a.latency_ms.max", "p", "", "p50", "recovered_after_ms"}) {
    EXPECT_FALSE(is_percentile(name)) << name;
  }
}

}  // namespace
}  // namespace squall::report::study_builder_test
