#include "squall/report/metric.hpp"

#include <chrono>
#include <cmath>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "squall/report/json.hpp"
#include "tests/report/records.hpp"

namespace squall::report::metric_test {
namespace {

using namespace std::chrono_literals;
using State = metrics::Verdict::State;

TEST(MetricNames, StandInTheReferenceWithTheirMeaning) {
  std::ifstream file(SQUALL_SOURCE_DIR "/docs/scenario.md");
  std::ostringstream reference;
  reference << file.rdbuf();
  for (const MetricName& metric : metric_names()) {
    const std::string row =
        "| `" + std::string(metric.name) + "` | " + std::string(metric.meaning) + " |\n";
    EXPECT_NE(reference.str().find(row), std::string::npos) << row;
  }
}

TEST(Metric, IsFoundByItsPath) {
  const metrics::RunRecord record = collapsed("rpc-naive");
  EXPECT_EQ(metric_value(record, "workloads.shoppers.ok"), 57);
  EXPECT_EQ(metric_value(record, "workloads.shoppers.latency_ms.max"), 1'500);
  EXPECT_EQ(metric_value(record, "calls.shoppers->payments.amplification"), 3.9);
  EXPECT_EQ(metric_value(record, "calls.shoppers->payments.retries_denied.budget"), 0);
  EXPECT_EQ(metric_value(record, "services.payments.wasted_ratio"), 0.712);
  EXPECT_EQ(metric_value(record, "simulated_ms"), 6'000);
  EXPECT_EQ(metric_value(record, "engine.events"), 100'000);
}

TEST(Metric, IsFoundByItsPathThroughANameWithDots) {
  metrics::RunRecord record;
  metrics::WorkloadRecord w;
  w.name = "eu.west";
  w.offered = 3;
  record.workloads.push_back(w);
  EXPECT_EQ(metric_value(record, "workloads.eu.west.offered"), 3);
}

TEST(Metric, IsNoneWhereThereIsNone) {
  const metrics::RunRecord record = collapsed("rpc-naive");
  for (const char* name : {"", ".", "goodput", "workloads", "workloads.shoppers",
                           "workloads.shoppers.", "workloads.nobody.ok", "ok.", "name",
                           "workloads.shoppers.kind", "verdict.state", "series.offered_per_s"}) {
    EXPECT_FALSE(is_metric(record, name)) << name;
    EXPECT_FALSE(metric_value(record, name).has_value()) << name;
  }
}

TEST(Metric, HasShortNamesOverAllWorkloads) {
  metrics::RunRecord record = collapsed("x");
  metrics::WorkloadRecord other;
  other.name = "other";
  other.offered = 100;
  other.ok = 100;
  other.latency.add(2s, 100);
  other.ok_latency.add(2s, 100);
  record.workloads.push_back(other);
  EXPECT_EQ(metric_value(record, "offered"), 2'500);
  EXPECT_EQ(metric_value(record, "ok"), 157);
  EXPECT_EQ(metric_value(record, "goodput_ratio"), 157.0 / 2'500.0);
  EXPECT_EQ(metric_value(record, "failed"), 2'340);
  EXPECT_EQ(metric_value(record, "retries"), 6'960);
  EXPECT_EQ(metric_value(record, "amplification"), 9'360.0 / 2'500.0);
  EXPECT_EQ(metric_value(record, "wasted_ratio"), 0.712);
  EXPECT_EQ(metric_value(record, "latency_max_ms"), 2'000);
}

TEST(Metric, CallsATimeThatWasNeverReachedInfinite) {
  const metrics::RunRecord record = collapsed("x");
  for (const char* name : {"p50_ms", "p99_ms", "workloads.shoppers.ok_within_ms.p99"}) {
    const std::optional<double> value = metric_value(record, name);
    ASSERT_TRUE(value.has_value()) << name;
    EXPECT_TRUE(std::isinf(*value)) << name;
  }
  EXPECT_EQ(metric_value(record, "latency_p99_ms"),
            metric_value(record, "workloads.shoppers.latency_ms.p99"));
  EXPECT_EQ(metric_value(queued("y"), "p99_ms"),
            metric_value(queued("y"), "workloads.shoppers.ok_within_ms.p99"));
}

TEST(Metric, IsWithoutValueWhereThereIsNothingToTell) {
  metrics::RunRecord record;
  record.workloads.emplace_back().name = "w";
  for (const char* name : {"p99_ms", "latency_p99_ms", "goodput_ratio", "recovered",
                           "recovered_after_ms", "workloads.w.latency_ms.p50",
                           "workloads.w.ok_within_ms.p50", "verdict.recovered_after_ms"}) {
    EXPECT_TRUE(is_metric(record, name)) << name;
    EXPECT_FALSE(metric_value(record, name).has_value()) << name;
  }
}

TEST(Metric, TellsWhetherItRecovered) {
  metrics::RunRecord record;
  record.verdict = {State::recovered, 1'500ms};
  EXPECT_EQ(metric_value(record, "recovered"), 1.0);
  EXPECT_EQ(metric_value(record, "recovered_after_ms"), 1'500.0);
  EXPECT_EQ(metric_value(record, "verdict.recovered_after_ms"), 1'500.0);
  record.verdict = {State::not_recovered, std::nullopt};
  EXPECT_EQ(metric_value(record, "recovered"), 0.0);
  EXPECT_TRUE(std::isinf(metric_value(record, "recovered_after_ms").value_or(0)));
  EXPECT_TRUE(std::isinf(metric_value(record, "verdict.recovered_after_ms").value_or(0)));
}

TEST(Metric, MultipliesTheLayersOfAChain) {
  metrics::RunRecord record;
  metrics::WorkloadRecord w;
  w.offered = 10;
  record.workloads.push_back(w);
  for (const auto& [name, attempts] :
       {std::pair{"users->a", 40U}, {"a->b", 160U}, {"b->c", 640U}}) {
    metrics::CallRecord call;
    call.name = name;
    call.attempts = attempts;
    record.calls.push_back(call);
  }
  EXPECT_EQ(metric_value(record, "amplification"), 64.0);
}

TEST(Metric, EveryShortNameIsKnownOnceAndExplained) {
  metrics::RunRecord record = queued("x");
  record.verdict = {State::recovered, 0ns};
  std::set<std::string_view> seen;
  for (const MetricName& metric : metric_names()) {
    EXPECT_TRUE(seen.insert(metric.name).second) << metric.name;
    EXPECT_FALSE(metric.meaning.empty()) << metric.name;
    EXPECT_TRUE(is_metric(record, metric.name)) << metric.name;
    EXPECT_TRUE(metric_value(record, metric.name).has_value()) << metric.name;
  }
  // A name that short_metric() does not know would end at the verdict.
  record.verdict = {};
  for (const MetricName& metric : metric_names()) {
    if (metric.name.starts_with("recovered")) continue;
    EXPECT_TRUE(metric_value(record, metric.name).has_value()) << metric.name;
  }
}

TEST(Metric, AgreesWithTheJsonOnEveryFigure) {
  const metrics::RunRecord record = queued("x");
  std::size_t numbers = 0;
  for (const Figure& figure : figures_of(record)) {
    if (!figure.value) continue;
    EXPECT_EQ(metric_value(record, figure.path()), figure.value) << figure.path();
    ++numbers;
  }
  EXPECT_GT(numbers, 100U);
}

}  // namespace
}  // namespace squall::report::metric_test
