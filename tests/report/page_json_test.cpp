#include "squall/report/page_json.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "squall/report/json.hpp"
#include "tests/report/records.hpp"

namespace squall::report::page_json_test {
namespace {

using Json = nlohmann::ordered_json;

metrics::Comparison comparison_named(const std::string& name) {
  metrics::Comparison comparison;
  comparison.scenario = name;
  comparison.seed = 7;
  comparison.variants.push_back(collapsed("naive"));
  return comparison;
}

/// A run of two rows that has one of everything.
PageRun run_named(const std::string& name) {
  PageRun run;
  metrics::Timeline& timeline = run.timeline;
  timeline.seed = 7;
  timeline.workloads.resize(1);
  timeline.workloads[0].name = name;
  timeline.calls.resize(1);
  timeline.calls[0].name = name + "->bank";
  timeline.calls[0].has_breaker = true;
  timeline.services.resize(1);
  timeline.services[0].name = "bank";
  timeline.queues.resize(1);
  timeline.queues[0].name = "orders";
  timeline.faults.push_back(
      {.name = name, .on = "service.bank", .what = "pause", .from = Instant{}});
  timeline.nodes.push_back({name, metrics::GraphNode::Kind::workload});
  timeline.nodes.push_back({"bank", metrics::GraphNode::Kind::service});
  timeline.edges.push_back({0, 1, metrics::GraphEdge::Kind::call, name + "->bank"});

  metrics::TimelineRows rows(timeline, milliseconds{10}, 8);
  metrics::Sample sample;
  sample.workloads.resize(1);
  sample.workloads[0].counts[metrics::WorkloadCount::offered] = 3;
  metrics::Histogram latency;
  latency.add(milliseconds{20}, 2);
  const metrics::Histogram none;
  sample.latencies.push_back({&none, &none, &latency, &none});
  sample.calls.resize(1);
  sample.services.resize(1);
  sample.services[0].gauges[metrics::ServiceGauge::load] = 1.23456;
  sample.queues.resize(1);
  sample.queues[0].gauges[metrics::QueueGauge::oldest_age_ms] = metrics::no_value;
  rows.add(sample);
  rows.finish(sample, Instant{Duration{15'500'000}});
  run.story.headline = name;
  run.story.steps.push_back({.at = Instant{milliseconds{3}}, .subject = name, .text = name});
  return run;
}

Page page_named(const std::string& name, const metrics::Comparison& comparison) {
  Page page;
  page.command = "squall compare '" + name + "'";
  page.scenario_text = "name: " + name + "\n";
  page.comparison = &comparison;
  page.variants.push_back({.name = "naive", .seed = 7, .runs = {}});
  page.variants[0].runs.push_back(run_named(name));
  return page;
}

TEST(PageJson, HoldsTheResultAsTheJsonHasIt) {
  const metrics::Comparison comparison = comparison_named("checkout");
  const Json page = Json::parse(to_page_json(page_named("shoppers", comparison)));
  EXPECT_EQ(page["page"], 1);
  EXPECT_EQ(page["result"].dump(), Json::parse(to_json(comparison)).dump());
  EXPECT_EQ(page["command"], "squall compare 'shoppers'");
  EXPECT_EQ(page["scenario_text"], "name: shoppers\n");
}

TEST(PageJson, HasSeedsToTheLastDigit) {
  // As numbers of JavaScript they would be 2^53 and 2^64.
  metrics::Comparison comparison = comparison_named("checkout");
  comparison.seed = 9'007'199'254'740'993U;
  Page page = page_named("shoppers", comparison);
  page.variants[0].seed = comparison.seed;
  page.variants[0].runs[0].timeline.seed = 18'446'744'073'709'551'615U;
  const Json json = Json::parse(to_page_json(page));
  EXPECT_EQ(json["seed"], "9007199254740993");
  EXPECT_EQ(json["variants"][0]["seed"], "9007199254740993");
  EXPECT_EQ(json["variants"][0]["runs"][0]["seed"], "18446744073709551615");
}

TEST(PageJson, HasAListAsLongAsTheTimeForEveryColumn) {
  const metrics::Comparison comparison = comparison_named("checkout");
  const Json page = Json::parse(to_page_json(page_named("shoppers", comparison)));
  const Json& run = page["variants"][0]["runs"][0];
  EXPECT_EQ(run["time_ms"], (Json{10, 15.5}));
  EXPECT_EQ(run["interval_ms"], 10);
  std::size_t lists = 0;
  const auto check = [&lists](const auto& self, const Json& value) -> void {
    for (const auto& [key, member] : value.items()) {
      if (key == "distribution") continue;
      if (member.is_object()) self(self, member);
      if (!member.is_array()) continue;
      EXPECT_EQ(member.size(), 2U) << key;
      ++lists;
    }
  };
  for (const char* kind : {"workloads", "calls", "services", "queues"}) check(check, run[kind]);
  EXPECT_GT(lists, 40U);
  EXPECT_EQ(run["workloads"]["shoppers"]["offered"], (Json{3, 0}));
  EXPECT_EQ(run["workloads"]["shoppers"]["latency_ms"]["p50"][1], nullptr);
  EXPECT_NEAR(run["workloads"]["shoppers"]["latency_ms"]["p50"][0].get<double>(), 20.0, 0.1);
  EXPECT_EQ(run["workloads"]["shoppers"]["distribution"].size(), 1U);
  EXPECT_EQ(run["workloads"]["shoppers"]["distribution"][0][1], 2);
  EXPECT_GE(run["workloads"]["shoppers"]["distribution"][0][0].get<double>(), 20.0);
  EXPECT_NEAR(run["workloads"]["shoppers"]["latency_whole_ms"]["p99"].get<double>(), 20.0, 0.1);
  EXPECT_EQ(run["services"]["bank"]["load"][0], 1.235);
  EXPECT_EQ(run["queues"]["orders"]["oldest_age_ms"][0], nullptr);
  EXPECT_TRUE(run["calls"]["shoppers->bank"].contains("breaker"));
  EXPECT_FALSE(run["calls"]["shoppers->bank"].contains("budget"));
  EXPECT_EQ(run["faults"][0]["to_ms"], nullptr);
  EXPECT_EQ(run["nodes"][0]["id"], "workload.shoppers");
  EXPECT_EQ(run["edges"][0]["to"], "service.bank");
  EXPECT_EQ(run["story"]["steps"][0]["at_ms"], 3);
}

TEST(PageJson, IsInertInsideAScriptElement) {
  const std::vector<std::string> hostile = {
      "</script><script>alert(1)</script>",
      "<!--<script>",
      "]]>",
      "a&b",
      "line\xe2\x80\xa8separator\xe2\x80\xa9",
      "quote\"back\\slash\n\t",
      "emoji \xf0\x9f\xa6\x88",
      "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe2\x80\xae"
      "rtl",
  };
  for (const std::string& name : hostile) {
    const metrics::Comparison comparison = comparison_named(name);
    const std::string text = to_page_json(page_named(name, comparison));
    for (const char* forbidden : {"<", ">", "&", "\xe2\x80\xa8", "\xe2\x80\xa9"})
      EXPECT_EQ(text.find(forbidden), text.npos) << name;
    EXPECT_EQ(text.find('\n'), text.size() - 1) << name;
    const Json page = Json::parse(text);
    EXPECT_EQ(page["scenario_text"], "name: " + name + "\n");
    EXPECT_EQ(page["result"]["scenario"], name);
    EXPECT_EQ(page["variants"][0]["runs"][0]["nodes"][0]["name"], name);
    EXPECT_TRUE(page["variants"][0]["runs"][0]["workloads"].contains(name));
  }
}

TEST(PageJson, IsJsonWhateverAGaugeComesTo) {
  const metrics::Comparison comparison = comparison_named("checkout");
  for (const double load : {1e100, 1e-100, -1e300, std::numeric_limits<double>::infinity()}) {
    Page page = page_named("calm", comparison);
    auto& gauge = page.variants[0].runs[0].timeline.services[0].gauges[metrics::ServiceGauge::load];
    gauge.end.assign(gauge.end.size(), load);
    const std::string text = to_page_json(page);
    EXPECT_EQ(text.find('\0'), std::string::npos) << load;
    EXPECT_TRUE(Json::accept(text)) << load;
  }
}

TEST(PageJson, ReplacesWhatIsNotUtf8) {
  const std::string name = "bad\xff\xfe\xc3";
  const metrics::Comparison comparison = comparison_named(name);
  const Json page = Json::parse(to_page_json(page_named(name, comparison)));
  EXPECT_EQ(page["scenario_text"], "name: bad\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n");
}

TEST(PageJson, SaysWhereItIsOnlyAPart) {
  metrics::Comparison comparison = comparison_named("checkout");
  comparison.partial = true;
  comparison.variants[0].cut = true;
  Page page = page_named("shoppers", comparison);
  page.variants[0].runs.clear();
  const Json json = Json::parse(to_page_json(page));
  EXPECT_EQ(json["result"]["partial"], true);
  EXPECT_TRUE(json["variants"][0]["runs"].empty());
}

}  // namespace
}  // namespace squall::report::page_json_test
