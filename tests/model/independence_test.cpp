// Works of one request draw independently of each other, however they are reached. Every share is
// of 100,000 requests with their own draws, and may be off by four standard errors of a binomial
// share, sqrt(p (1 - p) / 100,000).
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::independence_test {
namespace {

constexpr double requests = 100'000;

metrics::RunRecord run(const std::string& text) {
  return test::run("squall: 1\nuntil: drained\n" + text);
}

void expect_share(double found, double p) {
  EXPECT_NEAR(found, p, 4.0 * std::sqrt(p * (1.0 - p) / requests));
}

TEST(Independence, TwoCallersOfOneCalleeFailApart) {
  // 0.9 squared; alike they would all succeed or all fail: 0.9.
  const auto r = run(R"(
services:
  gate: {calls: [{parallel: [{to: orders}, {to: payments}]}]}
  orders: {calls: [{to: db}]}
  payments: {calls: [{to: db}]}
  db: {latency: {exponential: 10ms}, failure: 10%}
workloads: {w: {to: gate, arrivals: {constant: 1000/s}, requests: 100000}}
)");
  expect_share(r.workloads[0].goodput_ratio(), 0.81);
}

TEST(Independence, TheSameCallerByTwoWaysFailsApart) {
  // middle is reached by two services, and hands each on by the same edge.
  const auto r = run(R"(
services:
  gate: {calls: [{parallel: [{to: left}, {to: right}]}]}
  left: {calls: [{to: middle}]}
  right: {calls: [{to: middle}]}
  middle: {calls: [{to: db}]}
  db: {failure: 10%}
workloads: {w: {to: gate, arrivals: {constant: 1000/s}, requests: 100000}}
)");
  expect_share(r.workloads[0].goodput_ratio(), 0.81);
}

TEST(Independence, ASecondCallToTheSameCalleeFailsApart) {
  const auto r = run(R"(
services:
  gate: {calls: [{to: db}, {to: db}]}
  db: {failure: 10%}
workloads: {w: {to: gate, arrivals: {constant: 1000/s}, requests: 100000}}
)");
  expect_share(r.workloads[0].goodput_ratio(), 0.81);
}

TEST(Independence, RetriesOfTwoLayersMultiply) {
  // Each layer tries n times: all of n * n attempts have to fail.
  for (const int n : {2, 3}) {
    const std::string attempts = std::to_string(n);
    const auto r = run("policies: {p: {retry: {max_attempts: " + attempts + R"(}}}
services:
  a: {calls: [{to: b, policy: p}]}
  b: {failure: 50%}
workloads: {w: {to: a, policy: p, arrivals: {constant: 1000/s}, requests: 100000}}
)");
    const double all_fail = std::pow(0.5, n * n);
    expect_share(1.0 - r.workloads[0].goodput_ratio(), all_fail);
  }
}

TEST(Independence, RetriesOfAHandlerAndRedeliveriesMultiply) {
  const auto r = run(R"(
policies: {p: {retry: {max_attempts: 2}}}
services: {b: {failure: 50%}}
queues: {q: {max_deliveries: 2, redelivery: 1ms}}
consumers: {c: {from: q, concurrency: 100, calls: [{to: b, policy: p}]}}
workloads: {w: {to: q, arrivals: {constant: 1000/s}, requests: 100000}}
)");
  expect_share(1.0 - r.workloads[0].goodput_ratio(), std::pow(0.5, 4));
}

TEST(Independence, RetriesWithinHedgesMultiply) {
  // Two hedges at once, each with two attempts.
  const auto r = run(R"(
policies: {p: {retry: {max_attempts: 2}, hedge: {max_attempts: 2, delay: 0ms}, order: [hedge, retry]}}
services: {b: {failure: 50%}}
workloads: {w: {to: b, policy: p, arrivals: {constant: 1000/s}, requests: 100000}}
)");
  expect_share(1.0 - r.workloads[0].goodput_ratio(), std::pow(0.5, 4));
}

TEST(Independence, HedgesWithinRetriesMultiply) {
  const auto r = run(R"(
policies: {p: {retry: {max_attempts: 2}, hedge: {max_attempts: 2, delay: 0ms}, order: [retry, hedge]}}
services: {b: {failure: 50%}}
workloads: {w: {to: b, policy: p, arrivals: {constant: 1000/s}, requests: 100000}}
)");
  expect_share(1.0 - r.workloads[0].goodput_ratio(), std::pow(0.5, 4));
}

TEST(Independence, AHandlerOfItsCalleesNameTakesItsOwnTime) {
  // Together below the half of what each takes at most: 1/8. Alike they would be with 1/4.
  const auto r = run(R"(
services: {bank: {latency: {uniform: [0ms, 10ms]}}}
queues: {q: {}}
consumers: {bank: {from: q, concurrency: 1000, latency: {uniform: [0ms, 10ms]}, calls: [{to: bank}]}}
workloads: {w: {to: q, objective: 5ms, arrivals: {constant: 1000/s}, requests: 100000}}
)");
  expect_share(r.workloads[0].goodput_ratio(), 0.125);
}

TEST(Independence, ADeadLetterIsTriedAnew) {
  const auto r = run(R"(
services: {b: {failure: 50%}}
queues: {q: {max_deliveries: 1, dead_letter: d}, d: {max_deliveries: 1}}
consumers:
  c: {from: q, concurrency: 100, calls: [{to: b}]}
  redrive: {from: d, concurrency: 100, calls: [{to: b}]}
workloads: {w: {to: q, arrivals: {constant: 1000/s}, requests: 100000}}
)");
  const double redriven = static_cast<double>(r.queues[1].published);
  EXPECT_NEAR(static_cast<double>(r.queues[1].acked) / redriven, 0.5,
              4.0 * std::sqrt(0.25 / redriven));
}

}  // namespace
}  // namespace squall::independence_test
