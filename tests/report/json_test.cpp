#include "squall/report/json.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/report/records.hpp"

namespace squall::report::json_test {
namespace {

using namespace std::chrono_literals;
using nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

ordered_json parsed(const metrics::Comparison& comparison) {
  return ordered_json::parse(to_json(comparison));
}

metrics::Comparison of_one_workload(const metrics::WorkloadRecord& workload) {
  metrics::RunRecord record;
  record.variant = "base";
  record.measured = record.simulated = 10s;
  record.workloads.push_back(workload);
  return comparison_of({record});
}

// --- The shape ---

std::vector<std::string> keys_of(const ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

/// That `found` has every key of `promised`, with a value of the same kind, at every level. A null
/// in `promised` stands for a number or null.
void expect_holds(const ordered_json& promised, const ordered_json& found,
                  const std::string& path) {
  if (promised.is_object()) {
    ASSERT_TRUE(found.is_object()) << path;
    for (const auto& [key, value] : promised.items()) {
      const std::string inner = path + "/" + key;
      ASSERT_TRUE(found.contains(key)) << inner;
      expect_holds(value, found.at(key), inner);
    }
  } else if (promised.is_null()) {
    EXPECT_TRUE(found.is_null() || found.is_number()) << path;
  } else if (promised.is_array()) {
    EXPECT_TRUE(found.is_array()) << path;
  } else {
    EXPECT_EQ(promised.is_number(), found.is_number()) << path;
    EXPECT_EQ(promised.is_string(), found.is_string()) << path;
  }
}

TEST(Json, HasTheShapeThatIsPromised) {
  const ordered_json latency = ordered_json::parse(R"({"count": 0, "mean": null, "p50": null,
      "p90": null, "p95": null, "p99": null, "p999": null, "max": null})");
  ordered_json variant = ordered_json::parse(R"({
    "name": "",
    "workloads": {"shoppers": {"offered": 0, "ok": 0, "late": 0, "failed": 0, "rejected": 0,
      "dead_lettered": 0, "dropped": 0, "unfinished": 0, "duplicates": 0, "goodput_ratio": 0,
      "goodput_per_s": 0, "ok_within_ms": {"p50": null, "p90": null, "p99": null}}},
    "calls": {"shoppers->orders": {"requests": 0, "attempts": 0, "retries": 0, "amplification": 0,
      "timeouts": 0, "errors": 0,
      "rejected": {"breaker": 0, "bulkhead": 0, "rate_limit": 0, "queue": 0, "admission": 0},
      "retries_denied": {"budget": 0, "deadline": 0, "pushback": 0}}},
    "services": {"payments": {"arrived": 0, "completed": 0, "failed": 0, "refused": 0, "skipped": 0,
      "cancelled": 0, "wasted": 0, "wasted_ratio": 0, "utilization": 0, "mean_in_system": 0,
      "queue_max": 0}},
    "queues": {"orders": {"published": 0, "rejected": 0, "dropped": 0, "delivered": 0,
      "redelivered": 0, "acked": 0, "dead_lettered": 0, "depth_max": 0}},
    "warmup": {"state": "", "cut_ms": 0, "own_cut_ms": null},
    "verdict": {"state": "", "recovered_after_ms": null},
    "steady_state": null,
    "series": {"interval_ms": 0, "time_ms": [], "offered_per_s": [], "goodput_per_s": [],
      "attempts_per_s": []}})");
  variant["workloads"]["shoppers"]["latency_ms"] = latency;
  variant["services"]["payments"]["wait_ms"] = latency;
  variant["queues"]["orders"]["age_ms"] = latency;
  variant["queues"]["orders"]["from_delivery_ms"] = latency;

  const ordered_json found = parsed(comparison_of({queued("events")}));
  EXPECT_THAT(keys_of(found), ElementsAre("squall", "format", "scenario", "description", "seed",
                                          "replications", "variants"));
  EXPECT_EQ(found["format"], 1);
  EXPECT_EQ(found["scenario"], "tutorial-bursts");
  EXPECT_EQ(found["seed"], 7);
  EXPECT_EQ(found["replications"], 1);
  ASSERT_EQ(found["variants"].size(), 1U);
  expect_holds(variant, found["variants"][0], "");
  EXPECT_THAT(keys_of(found["variants"][0]),
              ElementsAre("name", "simulated_ms", "measured_ms", "warmup", "workloads", "calls",
                          "services", "queues", "verdict", "steady_state", "engine", "series"));
}

TEST(Json, SaysWhatTheRecordSays) {
  const metrics::RunRecord record = collapsed("rpc-naive");
  const ordered_json variant = parsed(comparison_of({record}))["variants"][0];
  EXPECT_EQ(variant["name"], "rpc-naive");
  const ordered_json& w = variant["workloads"]["shoppers"];
  EXPECT_EQ(w["kind"], "rpc");
  EXPECT_EQ(w["objective_ms"], 1'000);
  EXPECT_EQ(w["offered"], 2'400);
  EXPECT_EQ(w["ok"], 57);
  EXPECT_EQ(w["late"], 3);
  EXPECT_EQ(w["failed"], 2'340);
  EXPECT_EQ(w["failed_by"]["timeout"], 2'300);
  EXPECT_EQ(w["failed_by"]["error"], 40);
  EXPECT_EQ(w["goodput_ratio"], 57.0 / 2'400.0);
  EXPECT_EQ(w["goodput_per_s"], 9.5);
  EXPECT_EQ(w["latency_ms"]["count"], 60);
  EXPECT_EQ(w["latency_ms"]["max"], 1'500);
  EXPECT_TRUE(w["ok_within_ms"]["p50"].is_null());
  const ordered_json& c = variant["calls"]["shoppers->payments"];
  EXPECT_EQ(c["attempts"], 9'360);
  EXPECT_EQ(c["amplification"], 3.9);
  EXPECT_EQ(c["timeouts"], 9'100);
  const ordered_json& s = variant["services"]["payments"];
  EXPECT_EQ(s["wasted"], 5'940);
  EXPECT_EQ(s["wasted_ratio"], 0.712);
  EXPECT_EQ(s["mean_in_system"], 350.5);
  EXPECT_EQ(variant["engine"]["memory_bytes_max"], 1 << 20);
}

// Every field of the record has a value of its own, and each is found under its own key.
TEST(Json, MixesNoTwoCountsUp) {
  metrics::RunRecord record;
  std::uint64_t next = 0;
  const auto fresh = [&next] { return 1'000'000 + next++; };
  metrics::WorkloadRecord w;
  for (std::uint64_t* count :
       {&w.offered, &w.ok, &w.late, &w.failed, &w.rejected, &w.dead_lettered, &w.dropped,
        &w.unfinished, &w.duplicates, &w.failed_timeout, &w.failed_error, &w.failed_deadline,
        &w.rejected_local, &w.rejected_remote}) {
    *count = fresh();
  }
  metrics::CallRecord c;
  for (std::uint64_t* count : {&c.requests,
                               &c.attempts,
                               &c.retries,
                               &c.hedges,
                               &c.ok,
                               &c.failed,
                               &c.refused,
                               &c.abandoned,
                               &c.unfinished,
                               &c.attempts_ok,
                               &c.timeouts,
                               &c.errors,
                               &c.attempts_abandoned,
                               &c.attempts_unfinished,
                               &c.rejected_breaker,
                               &c.rejected_bulkhead,
                               &c.rejected_rate_limit,
                               &c.rejected_queue,
                               &c.rejected_admission,
                               &c.denied_budget,
                               &c.denied_deadline,
                               &c.denied_pushback,
                               &c.deadlines,
                               &c.lost}) {
    *count = fresh();
  }
  metrics::ServiceRecord s;
  for (std::uint64_t* count : {&s.arrived, &s.completed, &s.failed, &s.refused, &s.skipped,
                               &s.cancelled, &s.lost, &s.unfinished, &s.wasted, &s.queue_max}) {
    *count = fresh();
  }
  metrics::QueueRecord q;
  for (std::uint64_t* count :
       {&q.published, &q.rejected, &q.dropped, &q.delivered, &q.redelivered, &q.expired, &q.acked,
        &q.dead_lettered, &q.unfinished, &q.depth_max}) {
    *count = fresh();
  }
  record.workloads.push_back(w);
  record.calls.push_back(c);
  record.services.push_back(s);
  record.queues.push_back(q);

  const std::vector<std::string> keys = {"offered",
                                         "ok",
                                         "late",
                                         "failed",
                                         "rejected",
                                         "dead_lettered",
                                         "dropped",
                                         "unfinished",
                                         "duplicates",
                                         "failed_by.timeout",
                                         "failed_by.error",
                                         "failed_by.deadline",
                                         "rejected_by.local",
                                         "rejected_by.remote",
                                         "requests",
                                         "attempts",
                                         "retries",
                                         "hedges",
                                         "ok",
                                         "failed",
                                         "refused",
                                         "abandoned",
                                         "unfinished",
                                         "attempts_ok",
                                         "timeouts",
                                         "errors",
                                         "attempts_abandoned",
                                         "attempts_unfinished",
                                         "rejected.breaker",
                                         "rejected.bulkhead",
                                         "rejected.rate_limit",
                                         "rejected.queue",
                                         "rejected.admission",
                                         "retries_denied.budget",
                                         "retries_denied.deadline",
                                         "retries_denied.pushback",
                                         "deadlines",
                                         "lost",
                                         "arrived",
                                         "completed",
                                         "failed",
                                         "refused",
                                         "skipped",
                                         "cancelled",
                                         "lost",
                                         "unfinished",
                                         "wasted",
                                         "queue_max",
                                         "published",
                                         "rejected",
                                         "dropped",
                                         "delivered",
                                         "redelivered",
                                         "expired",
                                         "acked",
                                         "dead_lettered",
                                         "unfinished",
                                         "depth_max"};
  ASSERT_EQ(keys.size(), next);
  std::vector<std::string> found(keys.size());
  for (const Figure& figure : figures_of(record)) {
    if (!figure.value || *figure.value < 1'000'000) continue;
    found.at(static_cast<std::size_t>(*figure.value - 1'000'000)) = figure.metric;
  }
  EXPECT_EQ(found, keys);
}

TEST(Json, SaysWhatWasShedOnlyOfThoseThatShed) {
  metrics::RunRecord record;
  record.calls.emplace_back().name = "a->b";
  record.services.emplace_back().name = "b";
  const auto variant = [&record] { return parsed(comparison_of({record}))["variants"][0]; };
  EXPECT_FALSE(variant()["calls"]["a->b"]["rejected"].contains("throttle"));
  EXPECT_FALSE(variant()["services"]["b"].contains("shed"));
  record.calls[0].has_throttle = true;
  record.calls[0].rejected_throttle = 7;
  record.services[0].sheds = true;
  record.services[0].shed = 9;
  EXPECT_EQ(variant()["calls"]["a->b"]["rejected"]["throttle"], 7);
  EXPECT_EQ(variant()["services"]["b"]["shed"], 9);
}

TEST(Json, NamesEveryVerdict) {
  using State = metrics::Verdict::State;
  metrics::RunRecord record;
  const auto verdict_of = [&record] {
    return parsed(comparison_of({record}))["variants"][0]["verdict"];
  };
  EXPECT_EQ(verdict_of()["state"], "no_fault");
  EXPECT_TRUE(verdict_of()["recovered_after_ms"].is_null());
  record.verdict = {State::recovered, 3'250us};
  EXPECT_EQ(verdict_of()["state"], "recovered");
  EXPECT_EQ(verdict_of()["recovered_after_ms"], 3.25);
  record.verdict = {State::not_recovered, std::nullopt};
  EXPECT_EQ(verdict_of()["state"], "not_recovered");
  record.verdict = {State::not_judged, std::nullopt};
  EXPECT_EQ(verdict_of()["state"], "not_judged");
}

// --- Numbers ---

TEST(Json, PrintsTimesAsExactDecimals) {
  metrics::WorkloadRecord w;
  w.name = "w";
  w.offered = w.ok = 1;
  const auto text_with = [&w](Duration latency) {
    metrics::WorkloadRecord filled = w;
    filled.latency.add(latency);
    return to_json(of_one_workload(filled));
  };
  EXPECT_THAT(text_with(1'403'217us), HasSubstr("\"max\": 1403.217\n"));
  EXPECT_THAT(text_with(1ns), HasSubstr("\"max\": 0.000001\n"));
  EXPECT_THAT(text_with(123'456'789'012'345ns), HasSubstr("\"max\": 123456789.012345\n"));
  EXPECT_THAT(text_with(1s), HasSubstr("\"max\": 1000\n"));
  EXPECT_THAT(text_with(1h), HasSubstr("\"max\": 3600000\n"));
  EXPECT_THAT(text_with(0ns), HasSubstr("\"max\": 0\n"));
}

RC_GTEST_PROP(JsonProperty, PrintsAnyTimeUpToADayExactly, (std::uint64_t bits)) {
  const auto ns = static_cast<std::int64_t>(bits % 86'400'000'000'000ULL);
  metrics::RunRecord record;
  record.simulated = Duration{ns};
  std::string decimal = std::to_string(ns / 1'000'000);
  std::string fraction = std::to_string(1'000'000 + ns % 1'000'000).substr(1);
  while (fraction.ends_with('0')) fraction.pop_back();
  if (!fraction.empty()) decimal += "." + fraction;
  RC_ASSERT(to_json(comparison_of({record})).find("\"simulated_ms\": " + decimal + ",\n") !=
            std::string::npos);
}

TEST(Json, PrintsTheShortestNumberThatReadsBack) {
  metrics::RunRecord record;
  metrics::ServiceRecord s;
  s.name = "s";
  s.utilization = 0.1 + 0.2;
  s.mean_in_system = 1.0 / 3.0;
  s.mean_in_service = 1e22;
  s.service_time_s = 5e-324;
  record.services.push_back(s);
  const std::string text = to_json(comparison_of({record}));
  EXPECT_THAT(text, HasSubstr("\"utilization\": 0.30000000000000004,"));
  EXPECT_THAT(text, HasSubstr("\"mean_in_system\": 0.3333333333333333,"));
  EXPECT_THAT(text, HasSubstr("\"mean_in_service\": 1e+22,"));
  EXPECT_THAT(text, HasSubstr("\"service_time_s\": 5e-324,"));
}

TEST(Json, PrintsNoNumberThatIsNone) {
  metrics::RunRecord record;
  metrics::ServiceRecord s;
  s.name = "s";
  s.utilization = std::numeric_limits<double>::quiet_NaN();
  s.mean_in_system = std::numeric_limits<double>::infinity();
  record.services.push_back(s);
  const ordered_json found = parsed(comparison_of({record}))["variants"][0]["services"]["s"];
  EXPECT_TRUE(found["utilization"].is_null());
  EXPECT_TRUE(found["mean_in_system"].is_null());
}

TEST(Json, HasNullWhereThereIsNothingToTell) {
  metrics::WorkloadRecord w;
  w.name = "w";
  const ordered_json found = parsed(of_one_workload(w))["variants"][0]["workloads"]["w"];
  EXPECT_EQ(found["latency_ms"]["count"], 0);
  for (const char* key : {"mean", "p50", "p90", "p95", "p99", "p999", "max"}) {
    EXPECT_TRUE(found["latency_ms"][key].is_null()) << key;
  }
  for (const char* key : {"p50", "p90", "p95", "p99", "p999"}) {
    EXPECT_TRUE(found["ok_within_ms"][key].is_null()) << key;
  }
  EXPECT_TRUE(found["goodput_ratio"].is_null());
  EXPECT_TRUE(found["objective_ms"].is_null());
}

TEST(Json, RanksOkAmongAllThatWereOffered) {
  metrics::WorkloadRecord w;
  w.name = "w";
  w.offered = 100;
  w.ok = 92;
  w.failed = 8;
  for (int i = 1; i <= 92; ++i) w.ok_latency.add(Duration{i});
  w.latency = w.ok_latency;
  const ordered_json found = parsed(of_one_workload(w))["variants"][0]["workloads"]["w"];
  EXPECT_EQ(found["ok_within_ms"]["p50"], 50e-6);
  EXPECT_EQ(found["ok_within_ms"]["p90"], 90e-6);
  EXPECT_TRUE(found["ok_within_ms"]["p95"].is_null());
  EXPECT_TRUE(found["ok_within_ms"]["p99"].is_null());
  EXPECT_EQ(found["latency_ms"]["p50"], 46e-6);
  EXPECT_EQ(found["latency_ms"]["p99"], 92e-6);
}

// --- Series ---

TEST(Json, GivesTheSeriesAsRates) {
  metrics::RunRecord record;
  record.series = metrics::SeriesTable(100ms, 6);
  record.series.add(0, Instant{0ms}, 5);
  record.series.add(1, Instant{110ms}, 3);
  record.series.add(5, Instant{0ms}, 4);
  record.series.add(5, Instant{250ms}, -1);
  const ordered_json series = parsed(comparison_of({record}))["variants"][0]["series"];
  EXPECT_THAT(keys_of(series),
              ElementsAre("interval_ms", "time_ms", "offered_per_s", "goodput_per_s",
                          "attempts_per_s", "retries_per_s", "failed_per_s", "queue_depth"));
  EXPECT_EQ(series["interval_ms"], 100);
  EXPECT_EQ(series["time_ms"], ordered_json({0, 100, 200}));
  EXPECT_EQ(series["offered_per_s"], ordered_json({50, 0, 0}));
  EXPECT_EQ(series["goodput_per_s"], ordered_json({0, 30, 0}));
  EXPECT_EQ(series["queue_depth"], ordered_json({4, 4, 3}));
}

TEST(Json, KeepsALongSeriesOnFewLines) {
  metrics::RunRecord record;
  for (int i = 0; i < 2048; ++i) record.series.add(0, Instant{milliseconds{i}});
  const std::string text = to_json(comparison_of({record}));
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  EXPECT_LE(longest, 100U);
  EXPECT_LT(std::ranges::count(text, '\n'), 1'500);
  const ordered_json series = ordered_json::parse(text)["variants"][0]["series"];
  EXPECT_EQ(series["offered_per_s"].size(), 2048U);
  EXPECT_EQ(series["offered_per_s"][2047], 1'000);
}

// --- Text ---

TEST(Json, TakesAnyName) {
  metrics::WorkloadRecord w;
  w.name = "a.b \"q\" \\ \n ünï 支";
  const ordered_json found = parsed(of_one_workload(w))["variants"][0]["workloads"];
  EXPECT_TRUE(found.contains(w.name));
  w.name = "bad \xff byte";
  EXPECT_THAT(to_json(of_one_workload(w)), HasSubstr("bad \xef\xbf\xbd byte"));
}

TEST(Json, IsIndentedAndEndsInANewline) {
  const std::string text = to_json(comparison_of({}));
  EXPECT_TRUE(text.starts_with("{\n  \"squall\": \""));
  EXPECT_TRUE(text.ends_with("  \"variants\": []\n}\n")) << text;
}

RC_GTEST_PROP(JsonProperty, ReadsBackAndAddsUp, (std::uint64_t seed)) {
  const metrics::Comparison comparison = random_comparison(seed);
  const std::string text = to_json(comparison);
  RC_ASSERT(text == to_json(comparison));
  const ordered_json found = ordered_json::parse(text);
  RC_ASSERT(found["variants"].size() == comparison.variants.size());
  for (std::size_t i = 0; i < comparison.variants.size(); ++i) {
    const metrics::RunRecord& record = comparison.variants[i];
    const ordered_json& variant = found["variants"][i];
    RC_ASSERT(variant["name"] == record.variant);
    RC_ASSERT(variant["workloads"].size() == record.workloads.size());
    for (const metrics::WorkloadRecord& w : record.workloads) {
      const ordered_json& one = variant["workloads"][w.name];
      std::uint64_t sum = 0;
      for (const char* end :
           {"ok", "late", "failed", "rejected", "dead_lettered", "dropped", "unfinished"}) {
        sum += one[end].get<std::uint64_t>();
      }
      RC_ASSERT(one["offered"] == w.offered);
      RC_ASSERT(sum == w.offered);
      RC_ASSERT(one["latency_ms"]["count"] == w.ok + w.late);
      if (w.offered > 0) RC_ASSERT(one["goodput_ratio"].get<double>() == w.goodput_ratio());
      RC_ASSERT(one["ok_within_ms"]["p99"].is_null() ==
                (w.offered == 0 || !w.ok_latency.quantile_of(0.99, w.offered).has_value()));
    }
    const ordered_json& series = variant["series"];
    for (const char* column : {"time_ms", "offered_per_s", "goodput_per_s", "attempts_per_s",
                               "retries_per_s", "failed_per_s", "queue_depth"}) {
      RC_ASSERT(series[column].size() == record.series.rows());
    }
    for (std::size_t row = 0; row < record.series.rows(); ++row) {
      const double count = series["goodput_per_s"][row].get<double>() *
                           series["interval_ms"].get<double>() / 1'000.0;
      RC_ASSERT(std::abs(count - static_cast<double>(record.series.at(row, 1))) < 1e-6);
    }
  }
}

}  // namespace
}  // namespace squall::report::json_test
