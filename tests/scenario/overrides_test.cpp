#include "squall/scenario/overrides.hpp"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/scenario/yaml/parse_yaml.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario::overrides_test {
namespace {

constexpr const char* document = R"(squall: 1
duration: 60s
services:
  bank:
    workers: 4
    latency: {uniform: [8ms, 14ms]}
    calls: [{to: fraud}, {to: ledger, policy: careful}]
  fraud: {latency: 5ms}
  ledger: {}
policies:
  careful: {timeout: 120ms}
workloads:
  shoppers: {to: bank, arrivals: {profile: [{for: 10s, rate: 5/s}, {for: 5s, ramp_to: 9/s}]}}
)";

/// The YAML of the document with one override, or what is wrong with it.
std::string overridden(std::string_view path, std::string_view value) {
  Node node = parsed(document);
  Result<Node> replacement = parse_yaml(value, "--set");
  EXPECT_TRUE(replacement);
  const Result<void> applied = apply_override(node, path, std::move(*replacement));
  if (!applied) return applied.error().text();
  return to_yaml(node);
}

std::string scenario_with(std::string_view path, std::string_view value) {
  Node node = parsed(document);
  Result<Node> replacement = parse_yaml(value, "--set");
  EXPECT_TRUE(replacement);
  const Result<void> applied = apply_override(node, path, std::move(*replacement));
  if (!applied) return applied.error().text();
  const Result<Bundle> bundle = build(node, {});
  return bundle ? "" : bundle.error().text();
}

using testing::HasSubstr;
using testing::Not;

TEST(Override, ReplacesAValue) {
  EXPECT_THAT(overridden("services.bank.workers", "8"), HasSubstr("workers: 8\n"));
  EXPECT_THAT(overridden("duration", "5s"), HasSubstr("duration: 5s\n"));
}

TEST(Override, SaysHowToChangeWhatAPresetSays) {
  const auto error = [](const std::string& retry, const std::string& path) {
    Node node = parsed("policies: {p: {retry: " + retry + "}}\n");
    Node value = parsed("{a: 50ms}").members.front().value;
    const Result<void> applied = apply_override(node, "policies.p.retry" + path, std::move(value));
    return applied ? std::string() : applied.error().message;
  };
  EXPECT_EQ(error("{preset: aws}", ".backoff.exponential.base"),
            "'policies.p.retry' has no 'backoff': it is the preset's; give it whole, as in "
            "policies.p.retry.backoff={\"exponential\": {\"base\": ...}}");
  EXPECT_EQ(error("{preset: aws, backoff: {jitter: none}}", ".backoff.exponential.base"),
            "'policies.p.retry.backoff' has no 'exponential'; give it whole, as in "
            "policies.p.retry.backoff.exponential={\"base\": ...}");
  EXPECT_EQ(error("{preset: aws}", ".backoff"), "");
  EXPECT_EQ(error("{}", ".backoff.exponential.base"), "'policies.p.retry' has no 'backoff'");
  // What the message says works.
  Node node = parsed("policies: {p: {retry: {preset: aws}}}\n");
  const Result<Node> whole = from_inline("{\"exponential\": {\"base\": \"50ms\"}}", "--set");
  ASSERT_TRUE(whole);
  ASSERT_TRUE(apply_override(node, "policies.p.retry.backoff", *whole));
  EXPECT_THAT(to_yaml(node), HasSubstr("backoff: {exponential: {base: 50ms}}"));
}

TEST(Override, ReplacesAMapWhole) {
  EXPECT_THAT(overridden("services.bank.latency", "{exponential: 5ms}"),
              AllOf(HasSubstr("latency: {exponential: 5ms}"), Not(HasSubstr("uniform"))));
}

TEST(Override, ReachesIntoLists) {
  EXPECT_THAT(overridden("services.bank.calls.1.policy", "brave"), HasSubstr("policy: brave"));
  EXPECT_THAT(overridden("services.bank.latency.uniform.0", "9ms"), HasSubstr("[9ms, 14ms]"));
  EXPECT_THAT(overridden("services.bank.calls.0", "null"),
              AllOf(Not(HasSubstr("to: fraud")), HasSubstr("to: ledger")));
}

TEST(Override, ReachesIntoBothFormsOfAProfile) {
  EXPECT_THAT(overridden("workloads.shoppers.arrivals.profile.0.rate", "7/s"),
              HasSubstr("rate: 7/s"));
  EXPECT_THAT(overridden("workloads.shoppers.arrivals.profile.steps.0.rate", "7/s"),
              HasSubstr("rate: 7/s"));
  const std::string constant =
      overridden("workloads.shoppers.arrivals.profile.process", "constant");
  EXPECT_THAT(constant, AllOf(HasSubstr("process: constant"), HasSubstr("steps: ")));
}

TEST(Override, AddsAKeyToAMap) {
  EXPECT_THAT(overridden("policies.careful.deadline", "1s"), HasSubstr("deadline: 1s"));
  EXPECT_EQ(scenario_with("policies.careful.deadline", "1s"), "");
}

TEST(Override, RemovesWithNull) {
  EXPECT_THAT(overridden("policies.careful.timeout", "null"), HasSubstr("careful: {}"));
  EXPECT_THAT(overridden("services.bank.latency", "~"), Not(HasSubstr("uniform")));
}

TEST(Override, MakesMapsWhoseAbsenceMeansNothing) {
  EXPECT_THAT(overridden("network.loss", "5%"), HasSubstr("network: {loss: 5%}"));
  EXPECT_THAT(overridden("services.bank.queue.capacity", "10"), HasSubstr("queue: {capacity: 10}"));
  EXPECT_THAT(overridden("services.bank.calls.0.network.latency", "1ms"),
              HasSubstr("network: {latency: 1ms}"));
  EXPECT_THAT(overridden("policies.careful.state.instances", "5"),
              HasSubstr("state: {instances: 5}"));
}

TEST(OverrideError, UnknownEntity) {
  EXPECT_EQ(overridden("services.bnak.workers", "8"),
            "--set: services.bnak.workers: there is no service 'bnak'; did you mean 'bank'?");
  EXPECT_EQ(overridden("policies.carefull", "{}"),
            "--set: policies.carefull: there is no policy 'carefull'; did you mean 'careful'?");
}

TEST(OverrideError, UnknownKeyOnTheWay) {
  EXPECT_EQ(overridden("policies.careful.retry.max_attempts", "1"),
            "--set: policies.careful.retry.max_attempts: 'policies.careful' has no 'retry'; "
            "known: timeout");
  EXPECT_EQ(overridden("service.bank.workers", "8"),
            "--set: service.bank.workers: the scenario has no 'service'; did you mean "
            "'services'?");
  EXPECT_EQ(overridden("queues.orders.capacity", "8"),
            "--set: queues.orders.capacity: the scenario has no 'queues'; known: squall, "
            "duration, services, policies and workloads");
}

TEST(OverrideError, UnknownLastKeyIsFoundByTheScenario) {
  EXPECT_EQ(scenario_with("services.bank.worker", "8"),
            "--set: services.bank.worker: unknown key; did you mean 'workers'?");
  EXPECT_EQ(scenario_with("durations", "8s"),
            "--set: durations: unknown key; did you mean 'duration'?");
}

TEST(OverrideError, WrongValueIsNamedByItsSource) {
  EXPECT_EQ(scenario_with("services.bank.workers", "0"),
            "--set: services.bank.workers: must be a whole number from 1 to 1,000,000,000, or "
            "'unlimited', is '0'");
}

TEST(OverrideError, NothingToRemove) {
  EXPECT_EQ(overridden("policies.careful.breaker", "null"),
            "--set: policies.careful.breaker: there is nothing to remove: 'policies.careful' has "
            "no 'breaker'; known: timeout");
}

TEST(OverrideError, ThroughAValue) {
  EXPECT_EQ(overridden("services.fraud.latency.exponential", "5ms"),
            "--set: services.fraud.latency.exponential: 'services.fraud.latency' is a single "
            "value, not a map; override it whole");
}

TEST(OverrideError, OutsideAList) {
  EXPECT_EQ(overridden("services.bank.calls.2.policy", "careful"),
            "--set: services.bank.calls.2.policy: 'services.bank.calls' is a list; its entries "
            "are 0 to 1, not '2'");
  EXPECT_EQ(overridden("services.bank.calls.fraud.policy", "careful"),
            "--set: services.bank.calls.fraud.policy: 'services.bank.calls' is a list; its "
            "entries are 0 to 1, not 'fraud'");
}

TEST(OverrideError, EmptyParts) {
  EXPECT_EQ(overridden("services..workers", "5"),
            "--set: services..workers: the path 'services..workers' has an empty part");
}

TEST(SplitAssignment, TakesTheFirstEqualsSign) {
  const auto simple = split_assignment("services.bank.workers=8");
  ASSERT_TRUE(simple);
  EXPECT_EQ(simple->first, "services.bank.workers");
  EXPECT_EQ(simple->second, "8");
  const auto spaced = split_assignment(" description = a = b ");
  ASSERT_TRUE(spaced);
  EXPECT_EQ(spaced->first, "description");
  EXPECT_EQ(spaced->second, "a = b");
}

TEST(SplitAssignment, SaysWhatIsMissing) {
  EXPECT_EQ(split_assignment("seed").error().text(),
            "--set: 'seed' is not PATH=VALUE, as in services.bank.workers=40");
  EXPECT_EQ(split_assignment("=5").error().text(), "--set: '=5' has no path before '='");
  EXPECT_EQ(split_assignment("seed=").error().text(),
            "--set: seed gets no value; write null to remove what stands there");
}

TEST(InlineValue, ReadsBackAsItWasWritten) {
  for (const char* text : {"5", "12ms", "[1, 2]", "{a: {b: 5%}, c: ['x y', \"1\"]}", "'~'", "x4"}) {
    const Node node = parsed(text);
    const Result<Node> again = from_inline(to_inline(node), "x");
    ASSERT_TRUE(again) << text;
    EXPECT_EQ(to_yaml(*again), to_yaml(node)) << text;
  }
  EXPECT_EQ(from_inline("null", "x")->kind, Node::Kind::null);
}

}  // namespace
}  // namespace squall::scenario::overrides_test
