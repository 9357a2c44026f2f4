// normalised(): every default filled in, and nothing else changed.
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "squall/scenario/yaml/parse_yaml.hpp"
#include "tests/scenario/equal.hpp"
#include "tests/scenario/random_document.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario::normalised_test {
namespace {

const Files& data_files() {
  static const Files files = [] {
    Files all("values.csv", "1ms\n2ms,3\n");
    all.add("arrivals.csv", "0\n1\n1.5s\n");
    return all;
  }();
  return files;
}

TEST(Normalised, FillsInEveryDefault) {
  const std::string yaml =
      to_yaml(normalised(built("squall: 1\n"
                               "duration: 60s\n"
                               "services: {bank: {calls: [{publish: orders}]}}\n"
                               "policies: {careful: {retry: {}}}\n"
                               "queues: {orders: {}}\n"
                               "consumers: {worker: {from: orders}}\n"
                               "workloads: {shoppers: {to: bank, arrivals: {closed: {users: 5}}}}\n"
                               "faults: {storm: {at: 1s, on: service.bank, pause: true}}\n")));
  EXPECT_EQ(yaml, R"(squall: 1
name: checkout
description: ""
seed: 1
duration: 1m
warmup: 0s
network: {latency: 0s, loss: 0%}
services:
  bank:
    replicas: 1
    balance: round_robin
    workers: unlimited
    queue: {capacity: unlimited, order: fifo}
    latency: 0s
    failure: 0%
    demand_at: start
    when_caller_gone: finish
    during_calls: hold
    admission: {limit: unlimited}
    calls: [{publish: orders, await: accepted, on_failure: fail}]
policies:
  careful:
    deadline: forever
    timeout: forever
    retry:
      max_attempts: 3
      on: [timeout, error, rejected]
      backoff: none
      honour_pushback: true
    order: [retry, hedge, throttle, breaker, rate_limit, limiter, bulkhead, timeout]
    state: {per: edge, instances: 1}
queues:
  orders:
    capacity: unlimited
    overflow: reject
    visibility_timeout: forever
    max_deliveries: unlimited
    redelivery: none
    partitions: unordered
consumers:
  worker:
    from: orders
    concurrency: 1
    prefetch: 1
    latency: 0s
    calls: []
    on_failure: redeliver
workloads:
  shoppers:
    to: bank
    objective: forever
    priority: 0
    arrivals: {closed: {users: 5, think: 0s}}
    requests: unlimited
faults:
  storm:
    at: 1s
    for: forever
    on: service.bank
    latency: x1
    failure: 0%
    capacity: x1
    pause: true
variants: {}
expect: []
)");
}

TEST(Normalised, KeepsAWarmupThatIsToBeFound) {
  const Bundle bundle = built(
      "squall: 1\n"
      "duration: 60s\n"
      "warmup: auto\n"
      "services: {bank: {}}\n"
      "workloads: {w: {to: bank, arrivals: {constant: 1/s}}}\n"
      "variants: {fixed: {warmup: 5s}}\n");
  EXPECT_TRUE(bundle.base.warmup_auto);
  EXPECT_EQ(bundle.base.warmup, Duration{0});
  EXPECT_FALSE(bundle.variants[0].scenario.warmup_auto);
  EXPECT_EQ(bundle.variants[0].scenario.warmup, std::chrono::seconds{5});
  EXPECT_NE(to_yaml(normalised(bundle)).find("\nwarmup: auto\n"), std::string::npos);
}

void expect_same_after_normalising(const Bundle& bundle, const Files& files) {
  const std::string yaml = to_yaml(normalised(bundle));
  const Result<Node> again = parse_yaml(yaml, "again.yaml");
  ASSERT_TRUE(again) << again.error().text() << "\n" << yaml;
  const Result<Bundle> from_yaml = build(*again, files.reader());
  ASSERT_TRUE(from_yaml) << from_yaml.error().text() << "\n" << yaml;
  EXPECT_EQ(difference(bundle, *from_yaml), "") << yaml;
  EXPECT_EQ(to_yaml(normalised(*from_yaml)), yaml);

  const std::string json = to_json(normalised(bundle));
  const Result<Node> as_json = parse_json(json, "again.json");
  ASSERT_TRUE(as_json) << as_json.error().text() << "\n" << json;
  const Result<Bundle> from_json = build(*as_json, files.reader());
  ASSERT_TRUE(from_json) << from_json.error().text() << "\n" << json;
  EXPECT_EQ(difference(bundle, *from_json), "") << json;
}

TEST(Normalised, BuildsTheSameExample) {
  expect_same_after_normalising(built(whole_example()), {});
}

TEST(Normalised, BuildsTheSameShippedScenarios) {
  for (const std::string& path : shipped_scenarios()) {
    SCOPED_TRACE(path);
    expect_same_after_normalising(built(file_text(path)), {});
  }
}

TEST(Normalised, KeepsWhatOverridesReachInto) {
  expect_same_after_normalising(
      built("squall: 1\n"
            "duration: 60s\n"
            "network: {latency: 1ms}\n"
            "services:\n"
            "  bank:\n"
            "    failure: [{p: 5%}]\n"
            "    calls: [{parallel: [{to: ledger, network: {loss: 1%}}]}, {to: ledger}]\n"
            "  ledger: {}\n"
            "policies: {p: {retry: {backoff: {linear: {base: 5ms}, jitter: decorrelated}}}}\n"
            "workloads:\n"
            "  w: {to: bank, arrivals: {profile: [{for: 1s, rate: 5/s}]}}\n"
            "  v: {to: bank, arrivals: {profile: {steps: [{for: 1s, rate: 5/s}]}}}\n"
            "variants:\n"
            "  a:\n"
            "    network.latency: 2ms\n"
            "    services.bank.failure.0.p: 6%\n"
            "    services.bank.calls.0.parallel.0.network.loss: 2%\n"
            "    services.bank.calls.1.network.latency: 7ms\n"
            "    policies.p.retry.backoff.linear.base: 6ms\n"
            "    workloads.w.arrivals.profile.0.rate: 7/s\n"
            "    workloads.v.arrivals.profile.steps.0.rate: 7/s\n"),
      {});
}

RC_GTEST_PROP(Normalised, BuildsTheSameScenario, (std::uint64_t seed)) {
  Rng rng(seed);
  const Node document = random_scenario(rng);
  const Result<Bundle> bundle = build(document, data_files().reader());
  if (!bundle) RC_FAIL(bundle.error().text() + "\n" + to_yaml(document));
  const Node normal = normalised(*bundle);
  for (const bool as_json : {false, true}) {
    const std::string text = as_json ? to_json(normal) : to_yaml(normal);
    const Result<Node> again = as_json ? parse_json(text, "again") : parse_yaml(text, "again");
    if (!again) RC_FAIL(again.error().text() + "\n" + text);
    const Result<Bundle> rebuilt = build(*again, data_files().reader());
    if (!rebuilt) RC_FAIL(rebuilt.error().text() + "\n" + text);
    if (const std::string where = difference(*bundle, *rebuilt); !where.empty()) {
      RC_FAIL(where + "\n" + to_yaml(document) + "\n" + text);
    }
  }
}

}  // namespace
}  // namespace squall::scenario::normalised_test
