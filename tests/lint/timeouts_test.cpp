// timeout-inversion.
#include <string>

#include <gtest/gtest.h>

#include "tests/lint/support.hpp"

namespace squall::lint::timeouts_test {
namespace {

std::string two_layers(const std::string& caller, const std::string& callee,
                       const std::string& front = "") {
  return head +
         "services:\n"
         "  front: {latency: 1ms, calls: [{to: bank, policy: inner}]" +
         front +
         "}\n"
         "  bank: {latency: 1ms}\n"
         "policies:\n"
         "  outer: {" +
         caller +
         "}\n"
         "  inner: {" +
         callee +
         "}\n"
         "workloads: {users: {to: front, policy: outer, arrivals: {constant: 10/s}}}\n";
}

constexpr const char* three_attempts =
    "timeout: 100ms, retry: {max_attempts: 3, backoff: {exponential: {base: 20ms}, jitter: full}}";

TEST(TimeoutInversion, AddsUpAttemptsAndBackoff) {
  const auto findings =
      found(two_layers("timeout: 300ms", three_attempts), Code::timeout_inversion);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].arithmetic, "front->bank 3 x 100ms + 60ms backoff = 360ms > 300ms");
  EXPECT_EQ(findings[0].message,
            "users->front gives up after 300ms (timeout), while front may still be trying");
  EXPECT_EQ(findings[0].key, "policies.outer.timeout");
  EXPECT_EQ(findings[0].line, 8);
}

TEST(TimeoutInversion, IsNoneWhereTheTimesAreEqual) {
  EXPECT_EQ(arithmetic_of(two_layers("timeout: 360ms", three_attempts), Code::timeout_inversion),
            "no finding")
      << "an answer exactly at the timeout is in time";
  EXPECT_EQ(arithmetic_of(two_layers("timeout: 359ms", three_attempts), Code::timeout_inversion),
            "front->bank 3 x 100ms + 60ms backoff = 360ms > 359ms");
}

TEST(TimeoutInversion, IsNoneWhereTheDeadlineGoesWithTheCall) {
  EXPECT_EQ(arithmetic_of(two_layers("deadline: 300ms, propagate_deadline: true", three_attempts),
                          Code::timeout_inversion),
            "no finding");
  EXPECT_EQ(arithmetic_of(two_layers("timeout: 300ms, deadline: 301ms, propagate_deadline: true",
                                     three_attempts),
                          Code::timeout_inversion),
            "front->bank 3 x 100ms + 60ms backoff = 360ms > 300ms")
      << "a timeout does not go with it";
}

TEST(TimeoutInversion, AddsUpHedgesThatComeInTurn) {
  EXPECT_EQ(arithmetic_of(two_layers("timeout: 250ms",
                                     "timeout: 100ms, hedge: {max_attempts: 3, delay: forever}"),
                          Code::timeout_inversion),
            "front->bank 3 x 100ms = 300ms > 250ms");
}

TEST(TimeoutInversion, KnowsDeadlines) {
  EXPECT_EQ(found(two_layers("deadline: 300ms", three_attempts), Code::timeout_inversion)[0].key,
            "policies.outer.deadline");
  EXPECT_EQ(
      arithmetic_of(two_layers("timeout: 300ms", "deadline: 300ms, " + std::string(three_attempts)),
                    Code::timeout_inversion),
      "no finding");
  EXPECT_EQ(arithmetic_of(two_layers("timeout: 300ms", "deadline: 301ms"), Code::timeout_inversion),
            "front->bank 301ms deadline > 300ms");
}

TEST(TimeoutInversion, NeedsTimesThatAreKnown) {
  EXPECT_EQ(arithmetic_of(two_layers("timeout: 300ms", "retry: {max_attempts: 100}"),
                          Code::timeout_inversion),
            "no finding")
      << "without a timeout below nothing says how long the attempts take";
  EXPECT_EQ(arithmetic_of(two_layers("", three_attempts), Code::timeout_inversion), "no finding");
}

TEST(TimeoutInversion, IsNoneWhereTheCalleeStopsWithItsCaller) {
  EXPECT_EQ(
      arithmetic_of(two_layers("timeout: 300ms", three_attempts, ", when_caller_gone: cancel"),
                    Code::timeout_inversion),
      "no finding");
}

TEST(TimeoutInversion, AddsUpStepsAndTakesTheLongestOfParallelOnes) {
  EXPECT_EQ(
      arithmetic_of(
          head + "services:\n"
                 "  front: {calls: [{to: a, policy: short}, {parallel: [{to: a, policy: short}, "
                 "{to: b, policy: long}]}]}\n"
                 "  a: {}\n"
                 "  b: {}\n"
                 "policies: {outer: {timeout: 200ms}, short: {timeout: 50ms}, "
                 "long: {timeout: 160ms}}\n"
                 "workloads: {w: {to: front, policy: outer, arrivals: {constant: 1/s}}}\n",
          Code::timeout_inversion),
      "front->a 50ms, then front->b 160ms; together 210ms > 200ms");
}

TEST(TimeoutInversion, LooksThroughLayersWithoutTimeouts) {
  EXPECT_EQ(arithmetic_of(head + "services: {front: {calls: [{to: mid}]}, "
                                 "mid: {calls: [{to: bank, policy: inner}]}, bank: {}}\n"
                                 "policies: {outer: {timeout: 200ms}, inner: {timeout: 201ms}}\n"
                                 "workloads: {w: {to: front, policy: outer, arrivals: {constant: "
                                 "1/s}}}\n",
                          Code::timeout_inversion),
            "front->mid 201ms > 200ms");
}

TEST(TimeoutInversion, KnowsTheOrderOfTheLayers) {
  EXPECT_EQ(arithmetic_of(two_layers("timeout: 300ms",
                                     std::string(three_attempts) + ", order: [timeout, retry]"),
                          Code::timeout_inversion),
            "no finding")
      << "outside of the retries the timeout bounds them all";
}

}  // namespace
}  // namespace squall::lint::timeouts_test
