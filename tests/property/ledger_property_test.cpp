#include <cstdint>
#include <cstdio>
#include <iostream>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/model/model.hpp"
#include "squall/report/json.hpp"
#include "squall/scenario/load.hpp"
#include "tests/property/random_scenario.hpp"
#include "tests/property/saboteur.hpp"

namespace squall::ledger_property_test {
namespace {

constexpr int scenarios_wanted = 10'000;

/// How many of the random scenarios showed each kind of behaviour.
struct Coverage {
  int scenarios = 0;
  int retries = 0, timeouts = 0, full_queues = 0, redelivery = 0, replicas_down = 0, parallel = 0,
      closed_loops = 0, priorities = 0, hedges = 0, dead_letters = 0, breakers = 0, bulkheads = 0,
      lost = 0, throttles = 0, sheddings = 0, dropped_in_line = 0;

  void add(const scenario::Scenario& scenario, const metrics::RunRecord& record) {
    ++scenarios;
    bool retry = false, timeout = false, full = false, redeliver = false, hedge = false,
         letters = false, breaker = false, bulkhead = false, loss = false, throttle = false,
         sheds = false, in_line = false;
    for (const metrics::CallRecord& call : record.calls) {
      retry = retry || call.retries > 0;
      timeout = timeout || call.timeouts > 0;
      full = full || call.rejected_queue > 0;
      hedge = hedge || call.hedges > 0;
      breaker = breaker || call.rejected_breaker > 0;
      bulkhead = bulkhead || call.rejected_bulkhead > 0;
      loss = loss || call.lost > 0;
      throttle = throttle || call.rejected_throttle > 0;
    }
    for (const metrics::QueueRecord& queue : record.queues) {
      full = full || queue.rejected > 0 || queue.dropped > 0;
      redeliver = redeliver || queue.redelivered > 0;
      letters = letters || queue.dead_lettered > 0;
    }
    for (std::size_t s = 0; s < scenario.services.size(); ++s) {
      sheds = sheds || record.services[s].shed > 0;
      const bool only_by_codel = scenario.services[s].codel &&
                                 scenario.services[s].admission.shares.empty() &&
                                 scenario.services[s].admission.throttle.index() == 0;
      in_line = in_line || (only_by_codel && record.services[s].shed > 0);
    }
    bool parallel_calls = false, closed = false, down = false;
    for (const scenario::Service& service : scenario.services) {
      for (const scenario::Step& step : service.steps)
        parallel_calls = parallel_calls || step.calls.size() > 1;
    }
    for (const scenario::Workload& workload : scenario.workloads) {
      closed = closed || std::holds_alternative<scenario::ClosedArrivals>(workload.arrivals);
    }
    for (const scenario::Fault& fault : scenario.faults) {
      down = down || (fault.down != scenario::Fault::Down::no &&
                      fault.at.time_since_epoch() < scenario.duration);
    }
    bool priority_order = false, priorities_differ = false;
    for (const scenario::Service& service : scenario.services) {
      priority_order = priority_order || service.queue_order == scenario::QueueOrder::priority;
    }
    for (const scenario::Workload& workload : scenario.workloads) {
      priorities_differ =
          priorities_differ || workload.priority != scenario.workloads.front().priority;
    }
    retries += retry;
    timeouts += timeout;
    full_queues += full;
    redelivery += redeliver;
    replicas_down += down;
    parallel += parallel_calls;
    closed_loops += closed;
    priorities += priority_order && priorities_differ;
    hedges += hedge;
    dead_letters += letters;
    breakers += breaker;
    bulkheads += bulkhead;
    lost += loss;
    throttles += throttle;
    sheddings += sheds;
    dropped_in_line += in_line;
  }

  void print() const {
    const auto line = [&](const char* what, int count) {
      std::printf("  %-28s %6d  %5.1f %%\n", what, count, 100.0 * count / scenarios);
    };
    std::printf("%d random scenarios, of them with\n", scenarios);
    line("retries", retries);
    line("timeouts", timeouts);
    line("full queues", full_queues);
    line("redelivery", redelivery);
    line("replicas down", replicas_down);
    line("parallel calls", parallel);
    line("closed loops", closed_loops);
    line("priorities in a queue", priorities);
    line("hedges", hedges);
    line("dead letters", dead_letters);
    line("rejections by a breaker", breakers);
    line("rejections by a bulkhead", bulkheads);
    line("losses on the network", lost);
    line("rejections by a throttle", throttles);
    line("requests shed by a service", sheddings);
    line("requests shed from a line", dropped_in_line);
  }
};

scenario::Bundle build(const std::string& text) {
  const Result<scenario::Node> document = scenario::parse_json(text, "random.json");
  if (!document) RC_FAIL(document.error().text() + "\n" + text);
  Result<scenario::Bundle> bundle = scenario::build(*document, {});
  if (!bundle) RC_FAIL(bundle.error().text() + "\n" + text);
  return std::move(*bundle);
}

/// Runs to the end and asks for the books after every event.
void run_audited(model::Model& model, const std::string& text) {
  do {
    if (const std::optional<std::string> violation = model.find_violation()) {
      RC_FAIL(*violation + " at event " + std::to_string(model.events()) + "\n" + text);
    }
  } while (model.step());
}

TEST(Ledger, AddsUpAfterEveryEventOfTenThousandRandomScenarios) {
  Coverage coverage;
  // RapidCheck's own count is a hundred; the seed and the sizes are those of its configuration.
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = scenarios_wanted;
  const auto property = [&coverage] {
    const std::string text = test::random_scenario();
    const scenario::Bundle bundle = build(text);
    model::Model model(bundle.base);
    run_audited(model, text);
    coverage.add(bundle.base, model.result());
  };
  const rc::detail::TestResult result =
      rc::detail::checkTestable(property, rc::detail::TestMetadata{}, params);
  rc::detail::printResultMessage(result, std::cerr);
  coverage.print();
  ASSERT_TRUE(result.is<rc::detail::SuccessResult>());
  EXPECT_GE(coverage.scenarios, scenarios_wanted);
  const int tenth = coverage.scenarios / 10;
  EXPECT_GE(coverage.retries, tenth);
  EXPECT_GE(coverage.timeouts, tenth);
  EXPECT_GE(coverage.full_queues, tenth);
  EXPECT_GE(coverage.redelivery, tenth);
  EXPECT_GE(coverage.replicas_down, tenth);
  EXPECT_GE(coverage.parallel, tenth);
  EXPECT_GE(coverage.closed_loops, tenth);
  EXPECT_GE(coverage.priorities, tenth);
  EXPECT_GE(coverage.throttles, tenth / 5);
  EXPECT_GE(coverage.sheddings, tenth);
  EXPECT_GE(coverage.dropped_in_line, tenth / 5);
}

std::string json_of(const scenario::Scenario& scenario, metrics::RunRecord record) {
  record.variant = "base";
  record.engine = {};  // the memory of a run event by event is another
  metrics::Comparison comparison;
  comparison.scenario = scenario.name;
  comparison.seed = scenario.seed;
  comparison.variants.push_back(std::move(record));
  return report::to_json(comparison);
}

/// Steps that take no time are taken at once where the run may go on; event by event none is.
RC_GTEST_PROP(Steps, TakenAtOnceOrEachInItsEventGiveTheSame, ()) {
  const std::string text = test::random_scenario();
  const scenario::Bundle bundle = build(text);
  model::Model stepped(bundle.base);
  while (stepped.step()) continue;
  model::Model whole(bundle.base);
  const Result<model::Model::Status> status =
      whole.run(std::numeric_limits<std::uint64_t>::max() / 2);
  RC_ASSERT(status && *status == model::Model::Status::done);
  RC_ASSERT(whole.events() == stepped.events());
  RC_ASSERT(json_of(bundle.base, whole.result()) == json_of(bundle.base, stepped.result()));
}

/// One slow consumer behind a queue, and an objective that most requests miss.
constexpr const char* slow_consumer = R"({
  "squall": 1, "name": "slow", "duration": "2s",
  "services": {"a": {"latency": "10ms"}},
  "queues": {"q": {}},
  "consumers": {"c": {"from": "q", "latency": "20ms"}},
  "workloads": {
    "rpc": {"to": "a", "objective": "5ms", "arrivals": {"constant": "100/s"}},
    "events": {"to": "q", "arrivals": {"constant": "100/s"}}
  }})";

scenario::Bundle build_slow_consumer() {
  const Result<scenario::Node> document = scenario::parse_json(slow_consumer, "slow.json");
  Result<scenario::Bundle> bundle = scenario::build(*document, {});
  return std::move(*bundle);
}

TEST(Ledger, NoticesAMessageThatIsLost) {
  const scenario::Bundle bundle = build_slow_consumer();
  model::Model model(bundle.base);
  while (model.now() < Instant{std::chrono::seconds{1}} && model.step()) {
  }
  ASSERT_EQ(model.find_violation(), std::nullopt);
  ASSERT_TRUE(model::Saboteur::lose_a_message(model.engine()));
  const std::optional<std::string> violation = model.find_violation();
  ASSERT_TRUE(violation.has_value());
  EXPECT_NE(violation->find("q: published ="), std::string::npos) << *violation;
}

TEST(Ledger, NoticesALateResponseThatIsCountedTwice) {
  const scenario::Bundle bundle = build_slow_consumer();
  model::Model model(bundle.base);
  while (model.now() < Instant{std::chrono::seconds{1}} && model.step()) {
  }
  ASSERT_TRUE(model::Saboteur::count_a_late_response_twice(model.engine()));
  const std::optional<std::string> violation = model.find_violation();
  ASSERT_TRUE(violation.has_value());
  EXPECT_NE(violation->find("rpc: offered ="), std::string::npos) << *violation;
}

TEST(Ledger, NoticesASojournThatIsOffByANanosecond) {
  const scenario::Bundle bundle = build_slow_consumer();
  model::Model model(bundle.base);
  while (model.now() < Instant{std::chrono::seconds{1}} && model.step()) {
  }
  model::Saboteur::misjudge_a_sojourn(model.engine());
  const std::optional<std::string> violation = model.find_violation();
  ASSERT_TRUE(violation.has_value());
  EXPECT_NE(violation->find("integral"), std::string::npos) << *violation;
}

TEST(Ledger, NoticesAWorkInServiceWithoutAnEnd) {
  // The second is stopped by its timeout, and needs no end; the first is not.
  for (const auto& [timeout, is_needed] : {std::pair{"1h", true}, std::pair{"3s", false}}) {
    const Result<scenario::Node> document = scenario::parse_json(
        R"({"squall": 1, "duration": "5s",
            "services": {"a": {"latency": "4s", "when_caller_gone": "cancel"}},
            "policies": {"p": {"timeout": ")" +
            std::string(timeout) + R"("}},
            "workloads": {"w": {"to": "a", "policy": "p", "requests": 1,
                                "arrivals": {"constant": "1/s"}}}})",
        "end.json");
    const scenario::Bundle bundle = std::move(*scenario::build(*document, {}));
    model::Model model(bundle.base);
    ASSERT_TRUE(bool(model.run_until(Instant{std::chrono::seconds{2}}, 1'000)));
    ASSERT_EQ(model.find_violation(), std::nullopt);
    ASSERT_TRUE(model::Saboteur::forget_an_end(model.engine()));
    const std::optional<std::string> violation = model.find_violation();
    EXPECT_EQ(violation.has_value(), is_needed);
    if (violation) {
      EXPECT_NE(violation->find("a: requests in service without an end"), std::string::npos)
          << *violation;
    }
  }
}

TEST(Ledger, NoticesACommitOfNobody) {
  const Result<scenario::Node> document = scenario::parse_json(
      R"({"squall": 1, "duration": "5s",
          "services": {"a": {"latency": "10ms", "contention": {"optimistic": {"rows": 3}}}},
          "workloads": {"w": {"to": "a", "arrivals": {"poisson": "300/s"}}}})",
      "rows.json");
  const scenario::Bundle bundle = std::move(*scenario::build(*document, {}));
  model::Model model(bundle.base);
  while (model.now() < Instant{std::chrono::seconds{1}} && model.step()) {
  }
  ASSERT_EQ(model.find_violation(), std::nullopt);
  ASSERT_TRUE(model::Saboteur::commit_for_nobody(model.engine()));
  const std::optional<std::string> violation = model.find_violation();
  ASSERT_TRUE(violation.has_value());
  EXPECT_NE(violation->find("a: versions of all rows = completed"), std::string::npos)
      << *violation;
}

TEST(LedgerDeathTest, EndsTheRunWhenTheBooksDoNotAddUp) {
  const scenario::Bundle bundle = build_slow_consumer();
  model::Model model(bundle.base);
  while (model.step()) {
  }
  ASSERT_TRUE(model::Saboteur::lose_a_message(model.engine()));
  EXPECT_EXIT((void)model.result(), testing::ExitedWithCode(70), "the books do not add up");
}

}  // namespace
}  // namespace squall::ledger_property_test
