#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "squall/report/trace_lanes.hpp"
#include "squall/report/trace_output.hpp"

/// Traces as files, read back as their viewers read them.
namespace squall::report::trace_test {
namespace {

using metrics::SpanCause;
using metrics::SpanEnd;
using metrics::SpanKind;
using metrics::TraceClass;
using metrics::TraceEntity;
using metrics::TraceRecord;
using metrics::TraceSpan;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

Instant at(std::int64_t ns) { return Instant{Duration{ns}}; }

/// Quotes, a backslash, a control character, an emoji, right to left, and what is no UTF-8.
const std::string odd_name = "sho\"p\\</script>\x01 \xF0\x9F\x94\xA5 \xD7\xA9 \xFF";

/// A request whose first attempt times out while the work goes on; a message of it is delivered.
TraceRecord record_of_one(const std::string& variant) {
  TraceRecord record;
  record.variant = variant;
  record.seed = 7;
  record.end = at(9'000'000);
  record.entities = {{TraceEntity::Kind::workload, odd_name, 1},
                     {TraceEntity::Kind::service, "bank", 2},
                     {TraceEntity::Kind::queue, "orders", 1},
                     {TraceEntity::Kind::consumer, "worker", 1}};
  record.edges = {{odd_name + "->bank", 1}, {"bank->orders", 2}};
  record.error_codes = {"error", "unavailable"};
  record.tallies.resize(metrics::trace_classes);
  constexpr std::uint32_t none = TraceSpan::none;
  record.requests.push_back({.workload = 0, .number = 12, .kept_as = TraceClass::error});
  record.requests.back().spans = {
      {at(1), at(8'000'000), none, none, 0, none, 0, SpanKind::request, SpanEnd::error},
      {at(1), at(8'000'000), 0, none, 0, 0, 0, SpanKind::call, SpanEnd::error},
      {at(1), at(3'000'001), 1, none, 0, 0, 1, SpanKind::attempt, SpanEnd::timeout},
      {at(1'001), at(5'000'000), 2, none, 1, 1, 0, SpanKind::work, SpanEnd::ok},
      {at(3'000'001), at(4'000'000), 1, none, 0, 0, 0, SpanKind::backoff, SpanEnd::over},
      {at(4'000'000), at(8'000'000), 1, 2, 0, 0, 2, SpanKind::attempt, SpanEnd::error,
       SpanCause::retry, 1},
      {at(8'000'000), at(8'000'000), 1, none, 0, 0, 0, SpanKind::refusal,
       SpanEnd::rejected_breaker},
      {at(4'000'500), at(4'100'000), 3, none, 1, 1, 1, SpanKind::attempt, SpanEnd::ok},
      {at(4'100'000), at(9'000'000), 7, none, 2, none, 0, SpanKind::message, SpanEnd::unfinished},
      {at(6'000'000), at(9'000'000), 8, 8, 3, none, 1, SpanKind::delivery, SpanEnd::unfinished,
       SpanCause::message},
  };
  record.requests.back().spans[3].wasted = true;
  record.counter_times = {at(0), at(1'000), at(2'000), at(3'000)};
  record.counters.push_back({"in line", "requests", 1, {0, 4, 4, 1}});
  return record;
}

template <typename Write>
std::string text_of(Write write, const std::vector<TraceRecord>& records) {
  std::string text;
  write({.scenario = "trace", .seed = 7}, records, [&text](std::string_view piece) {
    text += piece;
    return true;
  });
  return text;
}

/// Nanoseconds as Perfetto reads them.
std::int64_t ns_of(const json& microseconds) {
  return static_cast<std::int64_t>(microseconds.get<double>() * 1000.0);
}

using Lane = std::pair<int, int>;
Lane lane_of(const json& event) { return {event["pid"].get<int>(), event["tid"].get<int>()}; }

TEST(ChromeTrace, NestsInEveryLane) {
  const json trace = json::parse(text_of(write_chrome_trace, {record_of_one("base")}));
  std::map<Lane, std::vector<std::pair<std::int64_t, std::int64_t>>> open;
  int slices = 0;
  for (const json& event : trace["traceEvents"]) {
    if (event["ph"] != "X") continue;
    ++slices;
    const std::int64_t start = ns_of(event["ts"]);
    const std::int64_t end = start + ns_of(event["dur"]);
    auto& lane = open[lane_of(event)];
    while (!lane.empty() && lane.back().second <= start) lane.pop_back();
    if (!lane.empty()) {
      EXPECT_LE(end, lane.back().second) << event;
    }
    lane.emplace_back(start, end);
  }
  EXPECT_EQ(slices, 10);
}

TEST(ChromeTrace, IsExactToTheNanosecond) {
  TraceRecord record = record_of_one("base");
  std::vector<TraceSpan>& spans = record.requests.front().spans;
  const TraceSpan root = spans.front();
  spans.assign(1, root);
  for (std::int64_t ns = 1; ns < 3'000'000'000'000; ns = ns * 3 + 7) {
    spans.front().start = at(ns);
    spans.front().end = at(ns + ns / 7);
    const json trace = json::parse(text_of(write_chrome_trace, {record}));
    for (const json& event : trace["traceEvents"]) {
      if (event["ph"] != "X") continue;
      EXPECT_EQ(ns_of(event["ts"]), ns);
      EXPECT_EQ(ns_of(event["dur"]), ns / 7);
    }
  }
}

/// An arrow's end belongs to the slice right before it, which Perfetto finds on top of the lane.
TEST(ChromeTrace, DrawsArrowsFromWhatCausedToWhatFollowed) {
  const json trace = json::parse(text_of(write_chrome_trace, {record_of_one("base")}));
  std::map<std::uint64_t, std::string> from;
  std::map<std::string, std::string> arrows;
  json slice;
  for (const json& event : trace["traceEvents"]) {
    const std::string phase = event["ph"];
    if (phase == "X") slice = event;
    if (phase != "s" && phase != "f") continue;
    EXPECT_EQ(lane_of(event), lane_of(slice));
    EXPECT_EQ(event["ts"], slice["ts"]);
    const auto id = event["id"].get<std::uint64_t>();
    if (phase == "s") {
      EXPECT_TRUE(from.emplace(id, slice["name"]).second);
    } else {
      EXPECT_EQ(event["bp"], "e");
      ASSERT_TRUE(from.contains(id)) << "it began before it ended";
      arrows[event["name"].get<std::string>() + ": " + from[id]] = slice["name"];
    }
  }
  const std::map<std::string, std::string> expected = {
      {"retry: attempt 1: timeout", "attempt 2: unavailable"},
      {"request: attempt 1: timeout", "work at replica 1, wasted"},
      {"publish: attempt 1", "message: unfinished"},
      {"message: message: unfinished", "delivery 1: unfinished"}};
  EXPECT_EQ(arrows, expected);
}

TEST(ChromeTrace, GivesEveryVariantProcessesOfItsOwn) {
  const json trace =
      json::parse(text_of(write_chrome_trace, {record_of_one("a"), record_of_one("b")}));
  std::map<int, std::string> processes;
  std::map<int, int> process_of_lane;
  for (const json& event : trace["traceEvents"]) {
    if (event["name"] == "process_name") processes[event["pid"]] = event["args"]["name"];
    if (event["name"] != "thread_name") continue;
    EXPECT_TRUE(process_of_lane.emplace(event["tid"], event["pid"]).second) << "lanes are unique";
    EXPECT_FALSE(processes.contains(event["tid"]));
  }
  EXPECT_EQ(processes.size(), 8U);
  EXPECT_EQ(processes[2], "a: service bank");
  for (const json& event : trace["traceEvents"]) {
    if (event["ph"] == "X") {
      EXPECT_EQ(process_of_lane.at(event["tid"]), event["pid"]);
    }
  }
}

TEST(ChromeTrace, WritesCountersWhereTheyChange) {
  const json trace = json::parse(text_of(write_chrome_trace, {record_of_one("base")}));
  std::vector<std::pair<std::int64_t, int>> points;
  for (const json& event : trace["traceEvents"]) {
    if (event["ph"] != "C") continue;
    EXPECT_EQ(event["name"], "in line");
    points.emplace_back(ns_of(event["ts"]), event["args"]["requests"].get<int>());
  }
  const std::vector<std::pair<std::int64_t, int>> expected = {{0, 0}, {1'000, 4}, {3'000, 1}};
  EXPECT_EQ(points, expected);
}

/// Perfetto looks through an event for its time first, and stops at escapes that it does not know.
TEST(ChromeTrace, BeginsEveryEventWithItsTime) {
  const std::string text = text_of(write_chrome_trace, {record_of_one("base")});
  const std::size_t events = text.find("\"traceEvents\":[\n") + 16;
  std::size_t line = events;
  int count = 0;
  for (; text.compare(line, 2, "]}") != 0; line = text.find('\n', line) + 1, ++count)
    ASSERT_EQ(text.compare(line, 6, "{\"ts\":"), 0) << text.substr(line, 80);
  EXPECT_GT(count, 20);
}

TEST(Traces, TakeNamesAsTheyAre) {
  for (const std::string& text : {text_of(write_chrome_trace, {record_of_one(odd_name)}),
                                  text_of(write_otlp_trace, {record_of_one(odd_name)})}) {
    ASSERT_TRUE(json::accept(text));
    EXPECT_THAT(json::parse(text).dump(-1, ' ', true), HasSubstr("\\ud83d\\udd25 \\u05e9 \\ufffd"));
    EXPECT_THAT(text, HasSubstr("sho\\\"p\\\\</script>\\u0001 "));
  }
}

TEST(Traces, AreTheSameEachTimeAndStopWhenNobodyWantsMore) {
  const std::vector<TraceRecord> records = {record_of_one("a"), record_of_one("b")};
  EXPECT_EQ(text_of(write_chrome_trace, records), text_of(write_chrome_trace, records));
  EXPECT_EQ(text_of(write_otlp_trace, records), text_of(write_otlp_trace, records));
  TraceRecord large = record_of_one("large");
  for (int i = 0; i < 2'000; ++i) large.requests.push_back(large.requests.front());
  int pieces = 0;
  write_otlp_trace({.scenario = "s"}, {large}, [&pieces](std::string_view) {
    ++pieces;
    return false;
  });
  EXPECT_EQ(pieces, 1);
}

std::map<std::string, json> attributes_of(const json& of) {
  std::map<std::string, json> made;
  for (const json& attribute : of["attributes"]) {
    EXPECT_EQ(attribute["value"].size(), 1U) << "one of several";
    made[attribute["key"]] = attribute["value"].front();
  }
  return made;
}

TEST(OtlpTrace, FollowsTheMappingOfTheSpecification) {
  const json trace = json::parse(text_of(write_otlp_trace, {record_of_one("base")}));
  std::map<std::string, json> spans;  // by their names, which are unique here but for attempts
  std::map<std::string, std::string> service_of;
  std::set<std::string> traces;
  for (const json& resource : trace["resourceSpans"]) {
    for (const json& span : resource["scopeSpans"][0]["spans"]) {
      const std::string name =
          span["name"] == "attempt"
              ? "attempt " + attributes_of(span)["squall.call"].get<std::string>().substr(0, 4) +
                    attributes_of(span)["squall.number"].get<std::string>()
              : span["name"].get<std::string>();
      EXPECT_TRUE(spans.emplace(name, span).second) << name;
      service_of[name] = attributes_of(resource["resource"])["service.name"];
      traces.insert(span["traceId"]);
      EXPECT_EQ(span["spanId"].get<std::string>().size(), 16U);
    }
  }
  EXPECT_EQ(spans.size(), 9U) << "the refusal is an event";
  ASSERT_EQ(traces.size(), 1U);
  EXPECT_EQ(traces.begin()->size(), 32U);

  EXPECT_EQ(service_of["work"], "bank");
  EXPECT_EQ(service_of["message"], "orders");
  EXPECT_EQ(service_of["delivery"], "worker");
  EXPECT_EQ(spans["work"]["kind"], 2);
  EXPECT_EQ(spans["attempt sho\"1"]["kind"], 3);
  EXPECT_EQ(spans["attempt bank1"]["kind"], 4);
  EXPECT_EQ(spans["delivery"]["kind"], 5);
  EXPECT_EQ(spans["backoff"]["kind"], 1);
  EXPECT_EQ(spans["work"]["parentSpanId"], spans["attempt sho\"1"]["spanId"]);
  EXPECT_EQ(spans["work"]["startTimeUnixNano"], "946684800000001001");
  EXPECT_EQ(spans["work"]["endTimeUnixNano"], "946684800005000000");
  EXPECT_FALSE(spans["work"].contains("status"));
  EXPECT_EQ(attributes_of(spans["work"])["squall.wasted"], true);
  EXPECT_EQ(attributes_of(spans["work"])["squall.replica"], "1");
  EXPECT_EQ(spans["attempt sho\"1"]["status"], json({{"code", 2}, {"message", "timeout"}}));
  EXPECT_EQ(spans["attempt sho\"2"]["status"], json({{"code", 2}, {"message", "unavailable"}}));
  EXPECT_EQ(spans["attempt sho\"2"]["links"][0]["spanId"], spans["attempt sho\"1"]["spanId"]);
  EXPECT_EQ(attributes_of(spans["attempt sho\"2"]["links"][0])["squall.cause"], "retry");
  EXPECT_EQ(spans["delivery"]["links"][0]["spanId"], spans["message"]["spanId"]);
  for (const auto& [name, span] : spans) {
    EXPECT_EQ(span.contains("events"), name.ends_with("->bank")) << "of the call alone";
    if (!span.contains("events")) continue;
    EXPECT_EQ(span["events"][0]["name"], "refusal");
    EXPECT_EQ(span["events"][0]["timeUnixNano"], "946684800008000000");
  }
}

TEST(OtlpTrace, NamesTheRequestsOfVariantsDifferently) {
  const json trace =
      json::parse(text_of(write_otlp_trace, {record_of_one("a"), record_of_one("b")}));
  std::map<std::string, std::set<std::string>> traces;
  for (const json& resource : trace["resourceSpans"]) {
    const std::string space = attributes_of(resource["resource"])["service.namespace"];
    for (const json& span : resource["scopeSpans"][0]["spans"])
      traces[space].insert(span["traceId"]);
  }
  EXPECT_EQ(traces.size(), 2U);
  EXPECT_EQ(traces["trace/a"].size(), 1U);
  EXPECT_NE(traces["trace/a"], traces["trace/b"]);
}

TEST(TraceLanes, PutASpanOnItsParentOnlyWhereItIsNestedAndOnTop) {
  TraceLanes lanes;
  const auto span = [](std::int64_t start, std::int64_t end) {
    return TraceSpan{.start = at(start), .end = at(end)};
  };
  const TraceLanes::Id parent = 0;
  EXPECT_EQ(lanes.place(0, span(0, 100), nullptr, 0).lane, 0U);
  EXPECT_TRUE(lanes.place(1, span(10, 50), &parent, 0).is_on_parent);
  const LanePlace beside = lanes.place(2, span(20, 60), &parent, 0);
  EXPECT_FALSE(beside.is_on_parent) << "its sibling is in the way";
  EXPECT_EQ(beside.lane, 1U);
  EXPECT_TRUE(lanes.place(3, span(50, 100), &parent, 0).is_on_parent);
  EXPECT_FALSE(lanes.place(4, span(99, 101), &parent, 0).is_on_parent) << "it outlasts its parent";
  EXPECT_EQ(lanes.place(5, span(100, 120), nullptr, 0).lane, 0U) << "the first that is free";
}

}  // namespace
}  // namespace squall::report::trace_test
