#include "squall/study/timeline.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "squall/report/json.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "squall/study/compare.hpp"
#include "tests/study/support.hpp"
#include "tests/study/timeline_sums.hpp"

namespace squall::timeline_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::bundle_of;

study::SampledRun sampled(const scenario::Scenario& scenario, std::size_t rows_max = 4'096) {
  const Result<metrics::RunRecord> record = study::run(scenario, "base");
  if (!record) throw std::runtime_error(record.error().text());
  Result<study::SampledRun> run = study::sample_run(
      scenario, "base",
      {.seed = scenario.seed, .focus = study::focus_of(scenario, *record), .rows_max = rows_max},
      {});
  if (!run) throw std::runtime_error(run.error().text());
  return std::move(*run);
}

scenario::Bundle shipped(const std::string& name) {
  const std::string path = std::string(SQUALL_SOURCE_DIR) + "/scenarios/" + name + ".yaml";
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return bundle_of(text.str());
}

/// Those that do not take long.
class ShippedScenario : public testing::TestWithParam<const char*> {};

TEST_P(ShippedScenario, HasATimelineThatAddsUpToItsTotals) {
  const scenario::Bundle bundle = shipped(GetParam());
  for (const study::Subject& subject : study::subjects_of(bundle)) {
    const study::SampledRun run = sampled(*subject.scenario);
    EXPECT_EQ(test::find_difference(run.timeline, run.record), "") << subject.name;
    EXPECT_EQ(test::find_difference(metrics::thinned(run.timeline, 512), run.record), "")
        << subject.name;
    EXPECT_LE(run.timeline.rows, 4'096U);
    EXPECT_EQ(run.timeline.end.time_since_epoch(), run.record.simulated);
  }
}

TEST_P(ShippedScenario, IsTheSameRunWhenItIsLookedAt) {
  const scenario::Bundle bundle = shipped(GetParam());
  for (const study::Subject& subject : study::subjects_of(bundle)) {
    const scenario::Scenario& scenario = *subject.scenario;
    Result<metrics::RunRecord> whole = study::run(scenario, subject.name);
    ASSERT_TRUE(bool(whole));
    Result<study::SampledRun> run =
        study::sample_run(scenario, subject.name,
                          {.seed = scenario.seed, .focus = study::focus_of(scenario, *whole)}, {});
    ASSERT_TRUE(bool(run));
    metrics::Comparison a = study::header_of(scenario);
    metrics::Comparison b = a;
    a.variants.push_back(std::move(*whole));
    b.variants.push_back(std::move(run->record));
    EXPECT_EQ(report::to_json(a), report::to_json(b)) << subject.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Timeline, ShippedScenario,
                         testing::Values("checkout", "limits", "outliers", "retry-layers",
                                         "tipping-point", "tutorial", "tutorial-bursts"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(SampledRun, KnowsTheFaultsAndDrawsTheGraph) {
  const scenario::Bundle bundle = bundle_of(R"(
squall: 1
name: all
duration: 2s
services:
  shop: {workers: 2, latency: 1ms, calls: [{to: bank}, {publish: orders}]}
  bank: {replicas: 2, workers: 3, queue: {capacity: 5}, latency: 5ms}
queues:
  orders: {capacity: 9, dead_letter: dead}
  dead: {}
consumers:
  worker: {from: orders, concurrency: 1, calls: [{to: bank}]}
workloads:
  users: {to: shop, objective: 1s, arrivals: {constant: 20/s}}
faults:
  late: {at: 1s, on: workload.users, rate: x2}
  early: {at: 100ms, for: 200ms, on: service.bank, replica: 1, latency: x4, failure: 2.5%}
  line: {at: 300ms, for: 1ms, on: call.shop->bank, loss: 10%}
)");
  const metrics::Timeline timeline = sampled(bundle.base).timeline;
  ASSERT_EQ(timeline.faults.size(), 3U);
  EXPECT_EQ(timeline.faults[0].name, "early");
  EXPECT_EQ(timeline.faults[0].on, "service.bank");
  EXPECT_EQ(timeline.faults[0].what, "latency x4, failure +2.5% (replica 1)");
  EXPECT_EQ(timeline.faults[0].to, Instant{milliseconds{300}});
  EXPECT_EQ(timeline.faults[1].on, "call.shop->bank");
  EXPECT_EQ(timeline.faults[1].what, "loss +10%");
  EXPECT_EQ(timeline.faults[2].on, "workload.users");
  EXPECT_EQ(timeline.faults[2].to, never);

  std::vector<std::string> nodes;
  for (const metrics::GraphNode& node : timeline.nodes)
    nodes.push_back(metrics::subject_of(node.kind, node.name));
  EXPECT_EQ(nodes, (std::vector<std::string>{"workload.users", "service.shop", "service.bank",
                                             "queue.orders", "queue.dead", "consumer.worker"}));
  std::vector<std::string> edges;
  for (const metrics::GraphEdge& edge : timeline.edges) {
    edges.push_back(nodes[edge.from] + ">" + nodes[edge.to]);
    EXPECT_EQ(edge.call.empty(), edge.kind == metrics::GraphEdge::Kind::delivery ||
                                     edge.kind == metrics::GraphEdge::Kind::dead_letter);
  }
  EXPECT_EQ(edges,
            (std::vector<std::string>{"workload.users>service.shop", "service.shop>service.bank",
                                      "service.shop>queue.orders", "consumer.worker>service.bank",
                                      "queue.orders>consumer.worker", "queue.orders>queue.dead"}));
  EXPECT_EQ(timeline.services[1].workers, 6U);
  EXPECT_EQ(timeline.services[1].line_capacity, 10U);
  EXPECT_EQ(timeline.queues[0].capacity, 9U);
  EXPECT_EQ(timeline.queues[1].capacity, std::nullopt);
}

TEST(SampledRun, HasRoundIntervals) {
  const auto interval = [](const std::string& duration, std::size_t rows_max) {
    const scenario::Bundle bundle =
        bundle_of("squall: 1\nname: x\nduration: " + duration +
                  "\nservices: {a: {latency: 1ms}}\n"
                  "workloads: {w: {to: a, arrivals: {constant: 1/s}}}\n");
    const metrics::Timeline timeline = sampled(bundle.base, rows_max).timeline;
    EXPECT_LE(timeline.rows, rows_max);
    EXPECT_GE(timeline.rows, rows_max / 2 - 1) << duration;
    return timeline.interval;
  };
  EXPECT_EQ(interval("60s", 4'096), milliseconds{20});
  EXPECT_EQ(interval("40960ms", 4'096), milliseconds{10});
  EXPECT_EQ(interval("100s", 4'096), milliseconds{25});
  EXPECT_EQ(interval("600s", 4'096), milliseconds{200});
  EXPECT_EQ(interval("10h", 100), seconds{400});
  EXPECT_EQ(interval("1us", 100), Duration{10});
  EXPECT_EQ(interval("200ns", 100), Duration{2});
}

TEST(SampledRun, LooksAtTheBusiestOfALargeSystem) {
  std::string services;
  std::string workloads;
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    services += "  s" + n + ": {latency: 1ms}\n";
    workloads += "  w" + n + ": {to: s" + n +
                 ", arrivals: {constant: " + std::to_string(i < 50 ? 10 + i : 1000 - i) + "/s}}\n";
  }
  const scenario::Bundle bundle = bundle_of("squall: 1\nname: x\nduration: 1s\nservices:\n" +
                                            services + "workloads:\n" + workloads);
  const study::SampledRun run = sampled(bundle.base);
  ASSERT_EQ(run.timeline.services.size(), 40U);
  ASSERT_EQ(run.timeline.workloads.size(), 20U);
  EXPECT_EQ(run.timeline.services.front().name, "s50");
  EXPECT_EQ(run.timeline.workloads.back().name, "w69");
  EXPECT_EQ(run.timeline.calls.size(), 20U);
  EXPECT_EQ(run.timeline.left_out.services, 60U);
  EXPECT_EQ(run.timeline.left_out.calls, 80U);
  EXPECT_EQ(run.timeline.nodes.size(), 60U);
  EXPECT_EQ(run.timeline.edges.size(), 20U);
  EXPECT_EQ(test::find_difference(run.timeline, run.record), "");
}

TEST(SampledRun, IsOfTheSeedItIsAskedFor) {
  const scenario::Bundle bundle = bundle_of(test::storm());
  scenario::Scenario other = bundle.base;
  other.seed = 99;
  const Result<metrics::RunRecord> record = study::run(other, "base");
  ASSERT_TRUE(bool(record));
  const Result<study::SampledRun> run = study::sample_run(
      bundle.base, "base", {.seed = 99, .focus = study::focus_of(other, *record)}, {});
  ASSERT_TRUE(bool(run));
  EXPECT_EQ(run->timeline.seed, 99U);
  EXPECT_EQ(run->record.workloads[0].ok, record->workloads[0].ok);
  EXPECT_EQ(run->record.verdict.state, record->verdict.state);
}

TEST(SampledRun, ShowsTheWarmupAndCountsWithoutIt) {
  scenario::Bundle bundle = bundle_of(test::storm());
  bundle.base.warmup = milliseconds{300};
  const Result<metrics::RunRecord> record = study::run(bundle.base, "base");
  ASSERT_TRUE(bool(record));
  const study::SampledRun run = sampled(bundle.base);
  EXPECT_EQ(run.record.workloads[0].offered, record->workloads[0].offered);
  EXPECT_EQ(run.record.verdict.state, record->verdict.state);
  EXPECT_EQ(run.record.series.column(0), record->series.column(0));
  bundle.base.warmup = Duration{0};
  EXPECT_EQ(test::find_difference(run.timeline, sampled(bundle.base).record), "");
}

TEST(SampledRun, EndsWithItsLastEventWhereRequestsNeverEnd) {
  // Drained, but some answers are lost and nobody waits with a timeout: those requests hang.
  const scenario::Bundle bundle = bundle_of(R"(
squall: 1
name: lost
until: drained
network: {loss: 20%}
services: {bank: {latency: 5ms}}
workloads: {users: {to: bank, arrivals: {constant: 100/s}, requests: 200}}
)");
  const Result<metrics::RunRecord> record = study::run(bundle.base, "base");
  ASSERT_TRUE(bool(record));
  ASSERT_GT(record->workloads[0].unfinished, 0U);
  const study::SampledRun run = sampled(bundle.base);
  EXPECT_EQ(run.record.simulated, record->simulated);
  EXPECT_EQ(run.timeline.end.time_since_epoch(), record->simulated);
  EXPECT_EQ(test::find_difference(run.timeline, run.record), "");
}

TEST(SampledRun, HasNoRowsBehindItsEnd) {
  // The timeouts, of which nothing comes, stand in lanes whose heads alone the queue looks at: so
  // it comes to them, and to rows in which nothing happens, before it knows that nothing does.
  std::string policies;
  std::string calls;
  for (int i = 0; i < 12; ++i) {
    policies.append("  p" + std::to_string(i) + ": {timeout: " + std::to_string(20 + i) + "s}\n");
    calls.append("      - {to: inner, policy: p" + std::to_string(i) + "}\n");
  }
  const scenario::Bundle bundle =
      bundle_of("squall: 1\nname: lost\nuntil: drained\npolicies:\n" + policies +
                "services:\n  bank:\n    latency: 5ms\n    calls:\n" + calls +
                "      - {to: lossy, network: {loss: 20%}}\n  lossy: {latency: 1ms}\n"
                "  inner: {latency: 1ms}\n"
                "workloads: {users: {to: bank, arrivals: {constant: 100/s}, requests: 200}}\n");
  const Result<metrics::RunRecord> record = study::run(bundle.base, "base");
  ASSERT_TRUE(bool(record));
  ASSERT_GT(record->workloads[0].unfinished, 0U);
  ASSERT_LT(record->simulated, seconds{3});
  for (const std::size_t rows_max : {2U, 3U, 8U, 500U, 4'096U}) {
    const study::SampledRun run = sampled(bundle.base, rows_max);
    EXPECT_EQ(run.record.simulated, record->simulated);
    EXPECT_EQ(run.timeline.end.time_since_epoch(), record->simulated);
    EXPECT_LT(run.timeline.start_of(run.timeline.rows - 1), run.timeline.end);
    EXPECT_EQ(test::find_difference(run.timeline, run.record), "");
  }
}

TEST(SampledRun, HasTheLatenciesSoFarBeforeItsEnd) {
  const scenario::Bundle bundle = bundle_of(R"(
squall: 1
name: calm
duration: 1000s
services: {bank: {latency: 5ms}}
workloads: {users: {to: bank, arrivals: {constant: 1/s}}}
)");
  study::SamplingInSteps sampling(
      bundle.base, "base",
      {.seed = 1, .focus = {.workloads = {0}, .calls = {0}, .services = {0}, .queues = {}}}, {});
  const auto status = sampling.step();
  ASSERT_TRUE(bool(status));
  EXPECT_EQ(*status, study::RunInSteps::Status::under_way) << "so that it can be stopped";
  const std::optional<study::SampledRun> so_far = sampling.result_so_far();
  ASSERT_TRUE(so_far);
  EXPECT_GT(so_far->timeline.workloads[0].latency.count(), 0U);
  EXPECT_EQ(so_far->timeline.workloads[0].latency.max(), milliseconds{5});
}

TEST(SampledRun, IsCutWhereItIsStopped) {
  const scenario::Bundle bundle = bundle_of(test::storm());
  const std::atomic<bool> stop{true};
  const Result<study::SampledRun> run =
      study::sample_run(bundle.base, "base", {.seed = 1, .focus = {}}, {.stop = &stop});
  ASSERT_TRUE(bool(run));
  EXPECT_TRUE(run->timeline.cut);
  EXPECT_TRUE(run->record.cut);
}

TEST(SampledRun, IsHeldToTheLimits) {
  const scenario::Bundle bundle = bundle_of(test::storm());
  const Result<study::SampledRun> run = study::sample_run(
      bundle.base, "base", {.seed = 1, .focus = {}}, {.limits = {.events_max = 100}});
  ASSERT_FALSE(bool(run));
  EXPECT_EQ(run.error().kind, Error::Kind::environment);
  EXPECT_NE(run.error().message.find("--max-events 100"), std::string::npos);
}

TEST(SampledRun, SeesGaugesAsTheyAre) {
  // One worker takes 100 ms for each of three that come at once; the breaker opens at the first
  // timeout and stays so for 300 ms.
  const scenario::Bundle bundle = bundle_of(R"(
squall: 1
name: gauges
duration: 1s
services:
  bank: {workers: 1, latency: 100ms}
policies:
  p: {timeout: 250ms, breaker: {window: {window: 3, failures: 1, open_for: 300ms}}}
workloads:
  users: {to: bank, policy: p, arrivals: {bursts: {size: 3, every: 10s}}}
)");
  const metrics::Timeline timeline = sampled(bundle.base, 100).timeline;
  ASSERT_EQ(timeline.interval, milliseconds{10});
  const auto row = [](int ms) { return static_cast<std::size_t>(ms / 10 - 1); };
  const auto& bank = timeline.services[0].gauges;
  EXPECT_EQ(bank[metrics::ServiceGauge::waiting].end[row(10)], 2);
  EXPECT_EQ(bank[metrics::ServiceGauge::in_service].end[row(10)], 1);
  EXPECT_EQ(bank[metrics::ServiceGauge::load].end[row(10)], 1);
  EXPECT_EQ(bank[metrics::ServiceGauge::waiting].end[row(100)], 2);  // just before 100 ms
  EXPECT_EQ(bank[metrics::ServiceGauge::waiting].end[row(110)], 1);
  EXPECT_EQ(bank[metrics::ServiceGauge::in_service].end[row(310)], 0);
  const auto& call = timeline.calls[0].gauges;
  EXPECT_EQ(call[metrics::CallGauge::under_way].end[row(200)], 2);
  EXPECT_EQ(call[metrics::CallGauge::under_way].end[row(260)], 0);
  EXPECT_EQ(call[metrics::CallGauge::breaker_open].end[row(250)], 0);
  EXPECT_EQ(call[metrics::CallGauge::breaker_open].end[row(260)], 1);
  EXPECT_EQ(call[metrics::CallGauge::breaker_open].end[row(540)], 1);
  // Nobody asks it, and yet it is seen to be closed again.
  EXPECT_EQ(call[metrics::CallGauge::breaker_open].end[row(560)], 0);
  EXPECT_EQ(call[metrics::CallGauge::breaker_closed].end[row(560)], 1);
  EXPECT_FALSE(metrics::has_value(call[metrics::CallGauge::budget].end[row(10)]));
}

TEST(SampledRun, SeesTheAgeOfMessages) {
  const scenario::Bundle bundle = bundle_of(R"(
squall: 1
name: ages
duration: 1s
services: {bank: {latency: 200ms}}
queues: {orders: {}}
consumers: {worker: {from: orders, concurrency: 1, calls: [{to: bank}]}}
workloads: {users: {to: orders, arrivals: {bursts: {size: 3, every: 10s}}}}
)");
  const metrics::Timeline timeline = sampled(bundle.base, 100).timeline;
  const auto row = [](int ms) { return static_cast<std::size_t>(ms / 10 - 1); };
  const auto& orders = timeline.queues[0].gauges;
  EXPECT_EQ(orders[metrics::QueueGauge::depth].end[row(100)], 2);
  EXPECT_EQ(orders[metrics::QueueGauge::unsettled].end[row(100)], 3);
  EXPECT_EQ(orders[metrics::QueueGauge::oldest_age_ms].end[row(100)], 100);
  EXPECT_EQ(orders[metrics::QueueGauge::depth].end[row(410)], 0);
  EXPECT_FALSE(metrics::has_value(orders[metrics::QueueGauge::oldest_age_ms].end[row(410)]));
  EXPECT_EQ(orders[metrics::QueueGauge::unsettled].end[row(610)], 0);
}

TEST(SampledRun, SeesBudgetsAndLimits) {
  const scenario::Bundle bundle = bundle_of(R"(
squall: 1
name: budgets
duration: 1s
services: {bank: {latency: 10ms, failure: 100%}}
policies:
  p: {retry: {max_attempts: 3, on: [error], backoff: {fixed: 1ms}}, budget: {bucket: {capacity: 10}}}
workloads: {users: {to: bank, policy: p, arrivals: {constant: 10/s}}}
)");
  const metrics::Timeline timeline = sampled(bundle.base, 100).timeline;
  const std::vector<double>& level = timeline.calls[0].gauges[metrics::CallGauge::budget].end;
  EXPECT_EQ(level.front(), 1.0);
  EXPECT_EQ(level.back(), 0.0);
  EXPECT_TRUE(timeline.calls[0].has_budget);
  EXPECT_TRUE(timeline.calls[0].budget_is_share);
}

}  // namespace
}  // namespace squall::timeline_test
