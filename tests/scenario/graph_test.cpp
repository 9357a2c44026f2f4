// Cycles, depth and sizes of the call graph.
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/scenario/yaml/parse_yaml.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario::graph_test {
namespace {

using testing::HasSubstr;

std::string error_around(const std::string& yaml) { return error_of(around(yaml)); }

/// s0 calls s1 calls s2 ... , as a document made by hand: parsing is not what is measured.
Node chain(int length, bool closed) {
  std::string text = "squall: 1\nduration: 1s\nservices:\n";
  for (int i = 0; i < length; ++i) {
    const int next = i + 1 < length ? i + 1 : 0;
    text += "  s" + std::to_string(i) + ": ";
    text += i + 1 < length || closed ? "{calls: [{to: s" + std::to_string(next) + "}]}\n" : "{}\n";
  }
  text += "workloads: {shoppers: {to: s0, arrivals: {constant: 1/s}}}\n";
  return parsed(text);
}

TEST(Cycle, OfCallsIsRefusedWithItsPath) {
  EXPECT_EQ(error_around("services:\n"
                         "  bank: {calls: [{to: a}]}\n"
                         "  a: {calls: [{to: leaf}, {to: b}]}\n"
                         "  b: {calls: [{parallel: [{to: leaf}, {to: a}]}]}\n"
                         "  leaf: {}\n"),
            "checkout.yaml:4: services.b.calls: a cycle that nothing bounds: a -> b -> a; give one "
            "of its calls a max_depth");
}

TEST(Cycle, OfAServiceWithItselfIsRefused) {
  EXPECT_EQ(error_around("services:\n  bank: {calls: [{to: bank}]}\n"),
            "checkout.yaml:2: services.bank.calls: a cycle that nothing bounds: bank -> bank; give "
            "one of its calls a max_depth");
}

TEST(Cycle, WithAMaxDepthIsAllowed) {
  const Scenario scenario =
      scenario_of(around("services:\n"
                         "  bank: {calls: [{to: a}]}\n"
                         "  a: {calls: [{to: b}]}\n"
                         "  b: {calls: [{to: a, max_depth: 5}]}\n"));
  EXPECT_EQ(scenario.services[2].steps[0].calls[0].max_depth, 5U);
}

TEST(Cycle, NeedsTheBoundOnEveryWayRound) {
  EXPECT_THAT(error_around("services:\n"
                           "  bank: {calls: [{to: b}, {to: b, max_depth: 5}]}\n"
                           "  b: {calls: [{to: bank}]}\n"),
              HasSubstr("bank -> b -> bank"));
}

TEST(Cycle, ThroughAQueueIsRefused) {
  EXPECT_EQ(error_around("services:\n"
                         "  bank: {calls: [{publish: orders}]}\n"
                         "queues: {orders: {}}\n"
                         "consumers:\n"
                         "  worker: {from: orders, calls: [{to: bank}]}\n"),
            "checkout.yaml:5: consumers.worker.calls: a cycle that nothing bounds: bank -> orders "
            "-> worker -> bank; give one of its calls a max_depth");
  EXPECT_EQ(error_around("services:\n"
                         "  bank: {calls: [{publish: orders}]}\n"
                         "queues: {orders: {}}\n"
                         "consumers:\n"
                         "  worker: {from: orders, calls: [{to: bank, max_depth: 3}]}\n"),
            "");
}

TEST(Cycle, ThroughDeadLettersIsRefused) {
  EXPECT_EQ(error_around("queues:\n"
                         "  orders: {dead_letter: dlq}\n"
                         "  dlq: {}\n"
                         "consumers:\n"
                         "  redrive: {from: dlq, calls: [{publish: orders}]}\n"),
            "checkout.yaml:5: consumers.redrive.calls: a cycle that nothing bounds: orders -> dlq "
            "-> redrive -> orders; give one of its calls a max_depth");
  EXPECT_EQ(error_around("queues:\n  a: {dead_letter: b}\n  b: {dead_letter: a}\n"),
            "checkout.yaml:3: queues.b.dead_letter: dead letters would go round in a circle: a -> "
            "b -> a");
  EXPECT_EQ(error_around("queues:\n  a: {dead_letter: a}\n"),
            "checkout.yaml:2: queues.a.dead_letter: dead letters would go round in a circle: a -> "
            "a");
}

TEST(Cycle, OfManyIsShortened) {
  const Result<Bundle> bundle = build(chain(1'000, true), {});
  ASSERT_FALSE(bundle);
  EXPECT_THAT(bundle.error().text(),
              HasSubstr("s10 -> s11 -> (988 more) -> s0; give one of its calls a max_depth"));
}

TEST(Depth, OfTenThousandIsAllowedAndNoMore) {
  EXPECT_TRUE(build(chain(10'000, false), {}));
  const Result<Bundle> deeper = build(chain(10'001, false), {});
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().text(),
            "checkout.yaml:4: services.s0: leads through a chain of 10,001 services, queues and "
            "consumers; at most 10,000");
}

TEST(Depth, DoesNotMultiplyWithWaysThere) {
  // Sixty layers of two, each calling both of the next: 2^60 ways, but few services.
  std::string text = "services:\n  bank: {calls: [{to: a0}, {to: b0}]}\n";
  for (int i = 0; i < 60; ++i) {
    for (const char* side : {"a", "b"}) {
      const std::string next = std::to_string(i + 1);
      text += "  " + std::string(side) + std::to_string(i);
      text += i < 59 ? ": {calls: [{to: a" + next + "}, {to: b" + next + "}]}\n" : ": {}\n";
    }
  }
  EXPECT_EQ(error_around(text), "");
}

TEST(Size, OfNearlyAHundredThousandServicesIsFast) {
  std::string text = "squall: 1\nduration: 1s\nservices:\n";
  constexpr int count = 99'999;
  for (int i = 0; i < count; ++i) {
    text += "  s" + std::to_string(i) + ": ";
    text += i % 5'000 != 4'999 && i + 1 < count
                ? "{calls: [{to: s" + std::to_string(i + 1) + "}]}\n"
                : "{}\n";
  }
  text += "workloads: {shoppers: {to: s0, arrivals: {constant: 1/s}}}\n";
  const Node document = parsed(text);
  const auto before = std::chrono::steady_clock::now();
  const Result<Bundle> bundle = build(document, {});
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(60));
  ASSERT_TRUE(bundle) << bundle.error().text();
  EXPECT_EQ(bundle->base.services.size(), 99'999U);
}

TEST(Size, IsBounded) {
  std::string text = "services:\n  bank: {}\n";
  for (int i = 0; i < 100'000; ++i) text += "  s" + std::to_string(i) + ": {}\n";
  EXPECT_THAT(error_around(text), HasSubstr("more than 100,000 services, policies, queues"));
}

TEST(Await, NeedsSomebodyWhoBringsTheEffectAbout) {
  EXPECT_EQ(error_around("services:\n  bank: {calls: [{publish: orders, await: effect}]}\n"
                         "queues: {orders: {}}\n"),
            "checkout.yaml:2: services.bank.calls: waits for an effect, but nothing consumes queue "
            "'orders'");
  EXPECT_EQ(error_around("services:\n  bank: {calls: [{publish: orders, await: effect}]}\n"
                         "queues: {orders: {}}\nconsumers: {worker: {from: orders}}\n"),
            "");
  EXPECT_EQ(error_around("services:\n  bank: {calls: [{publish: orders}]}\nqueues: {orders: {}}\n"),
            "");
}

TEST(Edges, AreNumberedWhereTwoHaveTheSameEnds) {
  const Scenario scenario =
      scenario_of(around("services:\n"
                         "  bank: {calls: [{to: a}, {to: 'a#2'}, {to: a}, {parallel: [{to: a}]}]}\n"
                         "  a: {}\n"
                         "  'a#2': {}\n"));
  std::vector<std::string> names;
  for (const Edge& edge : edges_of(scenario)) names.push_back(edge.name);
  EXPECT_THAT(names, testing::ElementsAre("shoppers->bank", "bank->a", "bank->a#2", "bank->a#3",
                                          "bank->a#4"));
}

}  // namespace
}  // namespace squall::scenario::graph_test
