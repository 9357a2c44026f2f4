// Requests that contend for the rows of a service: who commits, who fails, and what is counted.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::contention_test {
namespace {

using namespace std::chrono_literals;

/// Workloads a, b, ... of one request each; how they arrive, and their policy, if any, are given.
struct Client {
  std::string at;  ///< after the beginning
  std::string rest = "";
};

metrics::RunRecord run(const std::string& service, const std::vector<Client>& clients,
                       const std::string& more = "") {
  std::string text =
      "squall: 1\nuntil: drained\nservices:\n  s: {" + service + "}\n" + more + "workloads:\n";
  char name = 'a';
  for (const Client& client : clients) {
    text += std::string("  ") + name++ +
            ": {to: s, requests: 1, arrivals: {closed: {users: 1, think: " + client.at + "}}" +
            client.rest + "}\n";
  }
  return test::run(text);
}

const std::string one_row = "contention: {optimistic: {}}, ";

TEST(Contention, OfTwoThatOverlapTheSecondToEndFails) {
  const auto r = run(one_row + "latency: 10ms", {{"0ms"}, {"5ms"}});
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[1].failed_error, 1U);
  EXPECT_EQ(r.services[0].completed, 1U);
  EXPECT_EQ(r.services[0].failed, 1U);
  EXPECT_TRUE(r.services[0].has_rows);
  EXPECT_EQ(r.services[0].conflicts, 1U);
}

TEST(Contention, OfThoseThatOverlapTheFirstToEndWins) {
  // What starts from 1 ms on is ten times as fast: b begins last and is done first.
  const auto r = run(one_row + "latency: 10ms", {{"0ms"}, {"2ms"}},
                     "faults: {f: {at: 1ms, on: service.s, latency: x0.1}}\n");
  EXPECT_EQ(r.workloads[0].failed_error, 1U);
  EXPECT_EQ(r.workloads[1].ok, 1U);
}

TEST(Contention, OneAfterTheOtherBothCommit) {
  const auto r = run(one_row + "latency: 10ms", {{"0ms"}, {"11ms"}});
  EXPECT_EQ(r.services[0].completed, 2U);
  EXPECT_EQ(r.services[0].conflicts, 0U);
}

TEST(Contention, TheVersionIsReadWhenServiceStartsNotAtArrival) {
  // The one worker serves them in turn: the next starts at the instant at which the last committed.
  const auto r = run(one_row + "workers: 1, latency: 10ms", {{"0ms"}, {"0ms"}, {"5ms"}});
  EXPECT_EQ(r.services[0].completed, 3U);
  EXPECT_EQ(r.services[0].conflicts, 0U);
}

TEST(Contention, CallsAreInsideTheTransaction) {
  const auto with_calls = [](const char* second) {
    return run(one_row + "latency: 1ms, calls: [{to: other}]", {{"0ms"}, {second}},
               "  other: {latency: 20ms}\n");
  };
  EXPECT_EQ(with_calls("20ms").services[0].conflicts, 1U) << "it reads at 20 ms, a commits at 21";
  EXPECT_EQ(with_calls("22ms").services[0].conflicts, 0U);
}

TEST(Contention, AReadComesAfterACommitOfTheSameInstant) {
  // a commits at 10 ms; an arrival of that instant comes after what ends in it.
  EXPECT_EQ(run(one_row + "latency: 10ms", {{"0ms"}, {"10ms"}}).services[0].conflicts, 0U);
}

TEST(Contention, AConflictIsTriedAgainAndCommits) {
  const std::string retried = ", policy: p";
  const auto r = run(one_row + "latency: 10ms", {{"0ms", retried}, {"0ms", retried}},
                     "policies: {p: {retry: {max_attempts: 5, on: [conflict]}}}\n");
  EXPECT_EQ(r.workloads[0].ok + r.workloads[1].ok, 2U);
  EXPECT_EQ(r.services[0].arrived, 3U);
  EXPECT_EQ(r.services[0].conflicts, 1U);
  EXPECT_EQ(r.calls[1].retries, 1U);
  EXPECT_EQ(r.workloads[1].latency.max(), 20ms);
}

TEST(Contention, TheErrorHasTheNameThatTheScenarioGivesIt) {
  const auto r = run("contention: {optimistic: {as: stale}}, latency: 10ms",
                     {{"0ms"}, {"0ms", ", policy: p"}, {"30ms"}, {"30ms", ", policy: q"}},
                     "policies: {p: {retry: {on: [stale]}}, q: {retry: {on: [unavailable]}}}\n");
  EXPECT_EQ(r.workloads[1].ok, 1U);
  EXPECT_EQ(r.workloads[3].failed_error, 1U);
}

TEST(Contention, WhatFailsOtherwiseCommitsNothing) {
  const auto r = run(one_row + "latency: 10ms", {{"0ms"}, {"5ms"}},
                     "faults: {f: {at: 0ms, for: 1ms, on: service.s, failure: 100%}}\n");
  EXPECT_EQ(r.services[0].failed, 1U);
  EXPECT_EQ(r.services[0].conflicts, 0U);
  EXPECT_EQ(r.workloads[1].ok, 1U);
}

TEST(Contention, AFailedCallOfItsOwnCommitsNothing) {
  const auto r = run(one_row + "latency: 1ms, calls: [{to: other}]", {{"0ms"}, {"5ms"}},
                     "  other: {latency: 20ms}\n"
                     "faults: {f: {at: 0ms, for: 2ms, on: service.other, failure: 100%}}\n");
  EXPECT_EQ(r.services[0].failed, 1U);
  EXPECT_EQ(r.services[0].conflicts, 0U);
  EXPECT_EQ(r.workloads[1].ok, 1U);
}

TEST(Contention, WorkThatNobodyWaitsForCommitsAllTheSame) {
  const std::string policies = "policies: {p: {timeout: 5ms}}\n";
  const auto r = run(one_row + "latency: 10ms", {{"0ms", ", policy: p"}, {"6ms"}}, policies);
  EXPECT_EQ(r.workloads[0].failed_timeout, 1U);
  EXPECT_EQ(r.services[0].completed, 1U);
  EXPECT_EQ(r.services[0].wasted, 1U);
  EXPECT_EQ(r.services[0].conflicts, 1U);
}

TEST(Contention, WorkThatIsCancelledDoesNot) {
  const auto r = run(one_row + "when_caller_gone: cancel, latency: 10ms",
                     {{"0ms", ", policy: p"}, {"4ms"}}, "policies: {p: {timeout: 5ms}}\n");
  EXPECT_EQ(r.services[0].cancelled, 1U);
  EXPECT_EQ(r.services[0].conflicts, 0U);
  EXPECT_EQ(r.workloads[1].ok, 1U);
}

TEST(Contention, ReplicasShareTheRows) {
  const auto r = run(one_row + "replicas: 2, latency: 10ms", {{"0ms"}, {"5ms"}});
  EXPECT_EQ(r.services[0].conflicts, 1U);
}

TEST(Contention, OnDifferentRowsTheyDoNotMeet) {
  // Of two among four rows a quarter meet: 250 of 1,000 pairs, give or take 4 x 13.7.
  const auto r = test::run(
      "squall: 1\nuntil: drained\n"
      "services: {s: {contention: {optimistic: {rows: 4}}, latency: 10ms}}\n"
      "workloads: {w: {to: s, requests: 2000, arrivals: {bursts: {size: 2, every: 1s}}}}\n");
  EXPECT_GT(r.services[0].conflicts, 250U - 55U);
  EXPECT_LT(r.services[0].conflicts, 250U + 55U);
}

TEST(Contention, AttemptsOfOneCallNeedTheSameRow) {
  // The first attempt is given up and commits at 10 ms; the second has read before.
  const auto r = test::run(
      "squall: 1\nduration: 20s\n"
      "services: {s: {contention: {optimistic: {rows: 1000000}}, latency: 10ms}}\n"
      "policies: {p: {timeout: 5ms, retry: {max_attempts: 2}}}\n"
      "workloads: {w: {to: s, policy: p, requests: 100, arrivals: {constant: 10/s}}}\n");
  EXPECT_EQ(r.services[0].arrived, 200U);
  EXPECT_EQ(r.services[0].conflicts, 100U);
}

TEST(Contention, HedgesOfOneCallNeedTheSameRow) {
  const auto r = test::run(
      "squall: 1\nduration: 20s\n"
      "services: {s: {contention: {optimistic: {rows: 1000000}}, latency: 10ms}}\n"
      "policies: {p: {hedge: {max_attempts: 2, delay: 5ms}}}\n"
      "workloads: {w: {to: s, policy: p, requests: 100, arrivals: {constant: 10/s}}}\n");
  EXPECT_EQ(r.workloads[0].ok, 100U);
  EXPECT_EQ(r.services[0].arrived, 200U);
  EXPECT_EQ(r.services[0].conflicts, 100U);
}

TEST(Contention, CountsTheCohortAfterTheWarmUp) {
  const auto r = test::run(
      "squall: 1\nduration: 10s\nwarmup: 5s\n"
      "services: {s: {contention: {optimistic: {}}, latency: 10ms}}\n"
      "workloads: {w: {to: s, arrivals: {bursts: {size: 3, every: 1s}}}}\n");
  EXPECT_EQ(r.services[0].completed, 5U);
  EXPECT_EQ(r.services[0].conflicts, 10U);
}

/// Read, compute at the client, write: the answer to the read and the write are a call back.
TEST(Contention, AReadAndAWriteOverANetworkAreOneRequestThatCallsBack) {
  const auto r = test::run(
      "squall: 1\nuntil: drained\nnetwork: {latency: 10ms}\n"
      "services:\n"
      "  row: {contention: {optimistic: {}}, calls: [{to: client}]}\n"
      "  client: {latency: 3ms}\n"
      "policies: {p: {retry: {max_attempts: 9, on: [conflict]}}}\n"
      "workloads: {w: {to: row, policy: p, requests: 2, arrivals: {bursts: {size: 2, every: "
      "1s}}}}\n");
  // To the row, to the client and back, to the client: 43 ms; the second once more.
  EXPECT_EQ(r.workloads[0].ok, 2U);
  EXPECT_EQ(r.services[0].arrived, 3U);
  EXPECT_EQ(r.workloads[0].latency.max(), 86ms);
}

TEST(Contention, ServicesWithoutItHaveNoRows) {
  const auto r = run("latency: 10ms", {{"0ms"}, {"5ms"}});
  EXPECT_EQ(r.services[0].completed, 2U);
  EXPECT_FALSE(r.services[0].has_rows);
}

}  // namespace
}  // namespace squall::contention_test
