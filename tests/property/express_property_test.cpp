#include <algorithm>
#include <cstdint>
#include <iostream>
#include <limits>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/model/model.hpp"
#include "squall/report/json.hpp"
#include "squall/scenario/load.hpp"

/// The express way, and its flow, do what the general way does. A run event by event takes neither,
/// since no step is taken at once there; so they are compared, on scenarios of the kind that they
/// are for and on all that makes the way close and open again.
namespace squall::express_property_test {
namespace {

using Json = nlohmann::ordered_json;

int pick(int low, int high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, high + 1));
}
bool chance(int percent) { return pick(0, 99) < percent; }
std::string ms(int value) { return std::to_string(value) + "ms"; }

Json random_breaker() {
  const std::string open_for = ms(pick(5, 60));
  switch (pick(0, 6)) {
    case 0:
      return {{"resilience4j",
               {{"window", 6},
                {"minimum", 4},
                {"failure_rate", "50%"},
                // That of a call tried again is not slow for what came before.
                {"slow_call_rate", chance(50) ? "30%" : "100%"},
                {"slow_call", ms(pick(5, 60))},
                {"open_for", open_for},
                {"half_open_calls", pick(1, 3)}}}};
    case 1:
      return {{"polly",
               {{"failure_ratio", "30%"},
                {"minimum_throughput", 2},
                {"sampling", "100ms"},
                {"break_for", open_for}}}};
    case 2:
      return {{"hystrix",
               {{"request_volume", 2},
                {"error_threshold", "40%"},
                {"window", "100ms"},
                {"snapshot", "10ms"},
                {"sleep_window", open_for}}}};
    case 3:
      return {{"sentinel",
               {{"minimum", 2}, {"interval", "50ms"}, {"open_for", open_for}, {"error_count", 1}}}};
    case 4:
      return {{"linkerd",
               {{"max_failures", pick(1, 3)}, {"min_penalty", open_for}, {"max_penalty", "80ms"}}}};
    default:
      return {{"window", {{"window", 8}, {"failures", pick(2, 8)}, {"open_for", open_for}}}};
  }
}

Json random_policy() {
  Json made = Json::object();
  // Often one of a few, which then share a lane.
  if (chance(70)) made["timeout"] = ms(chance(50) ? 10 * pick(1, 4) : pick(5, 60));
  if (chance(70)) {
    // Up to nine of them a frame can keep count of, unless the jitter remembers more than that.
    made["retry"] = {{"max_attempts", chance(80)   ? pick(1, 4)
                                      : chance(80) ? pick(8, 11)
                                                   : 300},
                     {"backoff", chance(20) ? Json{{"fixed", "0ms"}}
                                            : Json{{"exponential", {{"base", ms(pick(1, 10))}}}}}};
    // Of two nanoseconds full jitter often leaves none.
    if (chance(10)) made["retry"]["backoff"] = {{"fixed", "2ns"}};
    if (chance(40)) made["retry"]["backoff"]["jitter"] = chance(70) ? "full" : "equal";
    if (chance(15))
      made["retry"]["backoff"] = {
          {"decorrelated", {{"base", ms(pick(1, 10))}, {"max", ms(pick(20, 200))}}}};
    if (chance(20)) made["retry"]["on"] = Json::array({chance(50) ? "timeout" : "rejected"});
  }
  if (chance(60)) made["breaker"] = random_breaker();
  if (chance(10)) made["throttle"] = {{"sre", {{"window", ms(pick(10, 100))}}}};
  if (chance(60)) {
    made["bulkhead"] = {{"max_concurrent", pick(1, 12)}};
    if (chance(50)) {
      made["bulkhead"]["max_waiting"] = pick(0, 10);
      made["bulkhead"]["max_wait"] = ms(pick(0, 40));
    }
  }
  if (chance(10)) made["fallback"] = Json::object();
  if (chance(40)) made["order"] = {"bulkhead", "timeout", "breaker", "throttle", "retry"};
  return made;
}

Json random_fault() {
  Json made = {{"at", ms(pick(0, 250))}, {"for", ms(pick(1, 100))}};
  switch (pick(0, 9)) {
    case 8:
      // What was begun before may come back late, or not at all.
      made["on"] = "call.w0->bank";
      made["latency"] = "+" + ms(pick(1, 60));
      return made;
    case 9:
      made["on"] = "call.w0->bank";
      made["loss"] = std::to_string(pick(1, 100)) + "%";
      return made;
    case 0:
      made["set"] = {{"services.bank.latency",
                      chance(60) ? Json{{"exponential", ms(pick(1, 15))}} : Json(ms(pick(0, 15)))}};
      return made;
    case 1:
      made["set"] = {{"services.bank.workers", pick(1, 4)}};
      return made;
    case 7:
      made["set"] = {{"services.bank.queue.capacity", pick(0, 20)}};
      return made;
    case 2:
      made["on"] = "workload.w0";
      made["rate"] = "x" + std::to_string(pick(0, 4));
      return made;
    case 3:
      made["latency"] = "x" + std::to_string(pick(0, 5));
      break;
    case 4:
      made["capacity"] = chance(50) ? "x0.5" : "x0";
      break;
    case 5:
      made["pause"] = true;
      break;
    default:
      made["down"] = chance(50) ? "refuse" : "blackhole";
      break;
  }
  made["on"] = "service.bank";
  return made;
}

/// Times of five milliseconds, so that much falls on one instant.
std::string on_a_grid(const std::string& document) {
  static const std::regex time(R"re("(\d+)ms")re");
  std::string made;
  auto from = document.cbegin();
  for (std::sregex_iterator it(document.cbegin(), document.cend(), time), end; it != end; ++it) {
    const int value = std::stoi((*it)[1]);
    made.append(from, (*it)[0].first);
    made += '"' + ms(value == 0 ? 0 : std::max(5, value / 5 * 5)) + '"';
    from = (*it)[0].second;
  }
  return made.append(from, document.cend());
}

/// With so many at work that their ends fill more than one bucket of the queue.
void make_a_crowd(Json& made) {
  made["services"]["bank"]["workers"] = pick(60, 300);
  for (auto& [name, workload] : made["workloads"].items()) {
    workload["requests"] = pick(150, 600);
    workload["arrivals"] = {{"poisson", std::to_string(pick(5, 20)) + "000/s"}};
  }
}

/// With nothing around the calls, and a line that may grow longer than what waits without a frame.
void make_a_line(Json& made) {
  made["services"]["bank"]["workers"] = pick(1, 3);
  for (auto& [name, workload] : made["workloads"].items()) {
    workload["requests"] = pick(100, 2'500);
    workload["arrivals"] = {{"poisson", std::to_string(pick(200, 20'000)) + "/s"}};
    if (chance(80)) workload.erase("policy");
  }
}

Json random_profile() {
  Json steps = Json::array();
  for (int step = pick(1, 3); step > 0; --step) {
    Json made = {{"for", ms(pick(5, 80))}};
    made[step > 1 && chance(40) ? "ramp_to" : "rate"] =
        std::to_string(chance(20) ? 0 : pick(50, 800)) + "/s";
    steps.push_back(made);
  }
  std::reverse(steps.begin(), steps.end());
  steps.front().erase("ramp_to");
  if (!steps.front().contains("rate")) steps.front()["rate"] = "200/s";
  return {{"profile", chance(70) ? steps : Json{{"process", "constant"}, {"steps", steps}}}};
}

std::string random_document() {
  Json made = {{"squall", 1}, {"name", "express"}, {"seed", pick(0, 1'000'000)}};
  if (chance(50))
    made["duration"] = ms(pick(100, 500));
  else
    made["until"] = "drained";
  if (chance(30)) made["warmup"] = ms(pick(1, 60));
  Json bank = {{"workers", pick(1, 4)}};
  bank["latency"] = chance(70) ? Json{{"exponential", ms(pick(1, 12))}} : Json(ms(pick(1, 12)));
  if (chance(40)) bank["queue"] = {{"capacity", pick(0, 20)}};
  // None of these may be taken for what the express way is for.
  if (chance(6)) bank["queue"]["codel"] = {{"target", "2ms"}, {"interval", ms(pick(5, 20))}};
  if (chance(6)) bank["queue"]["order"] = "adaptive_lifo";
  if (chance(6)) bank["admission"]["throttle"] = {{"sre", {{"window", ms(pick(10, 100))}}}};
  const std::vector<std::string> gone{"finish", "skip_queued", "cancel", "cancel"};
  bank["when_caller_gone"] = gone[static_cast<std::size_t>(pick(0, 3))];
  made["services"]["bank"] = bank;
  const int workloads = chance(5) ? pick(5, 9) : pick(1, 2);  // beyond eight lanes and sources
  for (int w = 0; w < workloads; ++w) {
    const std::string name = "w" + std::to_string(w);
    Json workload = {{"to", "bank"}, {"requests", chance(80) ? pick(1, 60) : pick(100, 400)}};
    if (chance(15)) workload["requests"] = 16 * pick(1, 4);  // to the end of a block of draws
    if (chance(25) && made.contains("policies")) {
      workload["policy"] = made["policies"].items().begin().key();
      made["policies"].front()["state"] = {{"per", chance(70) ? "callee" : "edge"}};
    } else if (chance(75)) {
      made["policies"]["p" + std::to_string(w)] = random_policy();
      workload["policy"] = "p" + std::to_string(w);
    }
    if (chance(40)) workload["objective"] = ms(pick(5, 80));
    workload["arrivals"] =
        chance(70)   ? Json{{"poisson", std::to_string(pick(50, 500)) + "/s"}}
        : chance(50) ? Json{{"constant", std::to_string(pick(50, 500)) + "/s"}}
                     : Json{{"closed", {{"users", pick(1, 5)}, {"think", ms(5 * pick(0, 1))}}}};
    if (chance(10)) workload["arrivals"] = {{"bursts", {{"size", pick(1, 6)}, {"every", "5ms"}}}};
    if (chance(15)) workload["arrivals"] = random_profile();
    if (chance(30)) workload["priority"] = pick(0, 1);
    made["workloads"][name] = workload;
  }
  if (chance(10))
    make_a_crowd(made);
  else if (chance(10))
    make_a_line(made);
  // From here on some may stand in the bulkhead's line, or from here on none may while some do.
  if (made.contains("policies") && chance(30)) {
    const Json policies = made["policies"];
    for (const auto& [name, policy] : policies.items()) {
      if (!policy.contains("bulkhead")) continue;
      made["faults"]["line-" + name] = {
          {"at", ms(pick(0, 250))},
          {"for", ms(pick(1, 100))},
          {"set", {{"policies." + name + ".bulkhead.max_wait", ms(chance(60) ? 0 : pick(1, 40))}}}};
    }
  }
  if (made.contains("policies") && chance(20)) {
    const Json policies = made["policies"];
    for (const auto& [name, policy] : policies.items()) {
      if (!policy.contains("timeout")) continue;
      made["faults"]["timeout-" + name] = {
          {"at", ms(pick(0, 250))},
          {"for", ms(pick(1, 100))},
          {"set", {{"policies." + name + ".timeout", ms(pick(1, 60))}}}};
    }
  }
  const bool rate_allowed = !made["workloads"]["w0"]["arrivals"].contains("closed");
  const int faults = pick(0, 2);
  for (int f = 0; f < faults; ++f) {
    const Json fault = random_fault();
    if (fault.contains("rate") && !rate_allowed) continue;
    made["faults"]["f" + std::to_string(f)] = fault;
  }
  // What is lost and has no timeout never ends, and the run ends without it.
  if (chance(5)) {
    made["faults"]["lost"] = {
        {"at", "0ms"}, {"for", ms(pick(1, 300))}, {"on", "call.w0->bank"}, {"loss", "30%"}};
    made["workloads"]["w0"].erase("policy");
  }
  // An interval of codel is longer than its target.
  const bool may_stand_on_grid = !bank.contains("queue") || !bank["queue"].contains("codel");
  return may_stand_on_grid && chance(30) ? on_a_grid(made.dump(2)) : made.dump(2);
}

std::string json_of(const scenario::Scenario& scenario, metrics::RunRecord record) {
  record.variant = "base";
  record.engine.memory_bytes_max = 0;  // a run event by event posts more
  metrics::Comparison comparison;
  comparison.scenario = scenario.name;
  comparison.seed = scenario.seed;
  comparison.variants.push_back(std::move(record));
  return report::to_json(comparison);
}

scenario::Bundle build(const std::string& text) {
  const Result<scenario::Node> document = scenario::parse_json(text, "express.json");
  if (!document) RC_FAIL(document.error().text() + "\n" + text);
  Result<scenario::Bundle> bundle = scenario::build(*document, {});
  if (!bundle) RC_FAIL(bundle.error().text() + "\n" + text);
  return std::move(*bundle);
}

void compare_the_ways_on(const std::string& text) {
  const scenario::Bundle bundle = build(text);
  model::Model stepped(bundle.base);
  while (stepped.step()) continue;
  // In pieces, so that the express way is broken off anywhere, with the books audited in between.
  model::Model pieces(bundle.base);
  const auto piece = static_cast<std::uint64_t>(chance(50) ? pick(1, 9) : pick(10, 900));
  for (;;) {
    const Result<model::Model::Status> status = pieces.run(piece);
    RC_ASSERT(bool(status));
    if (const auto violation = pieces.find_violation()) RC_FAIL(*violation + "\n" + text);
    if (*status == model::Model::Status::done) break;
  }
  model::Model whole(bundle.base);
  const Result<model::Model::Status> status =
      whole.run(std::numeric_limits<std::uint64_t>::max() / 2);
  RC_ASSERT(status && *status == model::Model::Status::done);
  const std::string expected = json_of(bundle.base, stepped.result());
  RC_ASSERT(json_of(bundle.base, pieces.result()) == expected);
  RC_ASSERT(json_of(bundle.base, whole.result()) == expected);
}

void compare_the_ways() {
  const std::string text = random_document();
  RC_LOG() << text << "\n";  // where it fails
  compare_the_ways_on(text);
}

/// Calls of this policy, and a timeout, many of which are in flight and time out. What is random
/// about a comparison of these is the pieces in which they run.
Json storm_of(Json policy) {
  policy["timeout"] = "30ms";
  return {{"squall", 1},
          {"name", "express"},
          {"seed", 1},
          {"duration", "1s"},
          {"services",
           {{"bank",
             {{"workers", 200},
              {"latency", {{"exponential", "40ms"}}},
              {"queue", {{"capacity", 100}}},
              {"when_caller_gone", "cancel"}}}}},
          {"policies", {{"p", policy}}},
          {"workloads",
           {{"w0", {{"to", "bank"}, {"policy", "p"}, {"arrivals", {{"poisson", "1000/s"}}}}}}}};
}

/// A breaker that a hundredth of its calls opens, if they take as long as no attempt does that is
/// timed from when it began.
Json breaker_of_slow_calls() {
  return {{"resilience4j",
           {{"window", 1000},
            {"minimum", 200},
            {"failure_rate", "100%"},
            {"slow_call_rate", "1%"},
            {"slow_call", "45ms"},
            {"open_for", "200ms"}}}};
}

const Json six_attempts = {{"max_attempts", 6}, {"backoff", {{"fixed", "100ms"}}}};

RC_GTEST_PROP(Express, TimesTheCallsOfABreakerFromTheirLastTry, ()) {
  // Tries of the express way and of the general way follow one another in one call.
  Json far = storm_of({{"retry", six_attempts}, {"breaker", breaker_of_slow_calls()}});
  far["faults"]["far"] = {
      {"at", "500ms"}, {"for", "30ms"}, {"on", "call.w0->bank"}, {"latency", "+40ms"}};
  compare_the_ways_on(far.dump());
}

RC_GTEST_PROP(Express, TimesThemSoWhereTheWorkKeepsTheFrame, ()) {
  Json finished = storm_of({{"retry", six_attempts}, {"breaker", breaker_of_slow_calls()}});
  finished["services"]["bank"]["workers"] = 400;
  finished["services"]["bank"]["when_caller_gone"] = "finish";
  compare_the_ways_on(finished.dump());
}

RC_GTEST_PROP(Express, RemembersTheDelayThatTheNextDependsOn, ()) {
  compare_the_ways_on(
      storm_of({{"retry",
                 {{"max_attempts", 6},
                  {"backoff", {{"decorrelated", {{"base", "5ms"}, {"max", "400ms"}}}}}}}})
          .dump());
}

TEST(Express, GivesWhatTheGeneralWayGives) {
  // RapidCheck's own count is a hundred; the seed and the sizes are those of its configuration.
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = 2'000;
  const rc::detail::TestResult result =
      rc::detail::checkTestable(compare_the_ways, rc::detail::TestMetadata{}, params);
  rc::detail::printResultMessage(result, std::cerr);
  ASSERT_TRUE(result.is<rc::detail::SuccessResult>());
}

}  // namespace
}  // namespace squall::express_property_test
