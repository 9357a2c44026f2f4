// unbounded-queue, dead-letters-unread, visibility-timeout-below-handler.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lint/support.hpp"

namespace squall::lint::queues_test {
namespace {

using ::testing::HasSubstr;

std::string line(const std::string& bank, const std::string& policy,
                 const std::string& arrivals = "constant: 10/s") {
  return head + "services: {bank: {workers: 3, latency: 10ms, " + bank + "}}\npolicies: {p: {" +
         policy + "}}\nworkloads: {w: {to: bank, policy: p, arrivals: {" + arrivals + "}}}\n";
}

TEST(UnboundedQueue, WorksForCallersThatHaveGone) {
  const auto findings = found(line("", "timeout: 1s"), Code::unbounded_queue);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].key, "services.bank.queue.capacity");
  EXPECT_EQ(findings[0].line, 4) << "not written, so where the service stands";
  EXPECT_EQ(findings[0].arithmetic,
            "queue.capacity is unlimited; 3 workers x 1s / 10ms = 300 in line at one replica, and "
            "w->bank has given up on those behind them");
}

TEST(UnboundedQueue, IsMilderWhereNobodyGivesUpOrTheyAreSkipped) {
  EXPECT_EQ(found(line("", ""), Code::unbounded_queue)[0].severity, Severity::info);
  EXPECT_EQ(found(line("when_caller_gone: skip_queued", "timeout: 1s"), Code::unbounded_queue)[0]
                .severity,
            Severity::info);
}

TEST(UnboundedQueue, IsNoneWithABoundOfAnyKind) {
  for (const char* bank :
       {"queue: {capacity: 0}", "queue: {capacity: 1000000}", "admission: {limit: 64}",
        "queue: {codel: {}}", "admission: {limiter: {vegas: {}}}", "workers: unlimited"}) {
    const std::string text = std::string(bank).starts_with("workers")
                                 ? head +
                                       "services: {bank: {}}\nworkloads: {w: {to: bank, "
                                       "arrivals: {constant: 1/s}}}\n"
                                 : line(bank, "timeout: 1s");
    EXPECT_EQ(arithmetic_of(text, Code::unbounded_queue), "no finding") << bank;
  }
  EXPECT_EQ(arithmetic_of(line("", "", "closed: {users: 5, think: 1s}"), Code::unbounded_queue),
            "no finding")
      << "at most all five users stand in line";
}

TEST(UnboundedQueue, MayGrowBesideTheClassicControlledDelay) {
  EXPECT_EQ(
      found(line("queue: {codel: {mode: classic}}", "timeout: 1s"), Code::unbounded_queue).size(),
      1U);
}

std::string broker(const std::string& queue, const std::string& consumer,
                   const std::string& more = "") {
  return head + "services: {bank: {latency: 20ms, failure: 10%}}\nqueues:\n  orders: {" + queue +
         "}\n  dlq: {}\nconsumers:\n" + consumer + more +
         "workloads: {w: {to: orders, arrivals: {constant: 20/s}}}\n";
}

constexpr const char* worker = "  worker: {from: orders, concurrency: 9, calls: [{to: bank}]}\n";

TEST(UnboundedQueue, AtTheBroker) {
  const auto findings = found(broker("", worker), Code::unbounded_queue);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::info);
  EXPECT_EQ(findings[0].arithmetic,
            "capacity is unlimited; 20/s x 1h = 72,000 messages in an hour in which its consumers "
            "stand still");
  EXPECT_EQ(arithmetic_of(broker("capacity: 1000", worker), Code::unbounded_queue), "no finding");
  const auto unread = found(broker("", "  other: {from: dlq}\n"), Code::unbounded_queue);
  ASSERT_EQ(unread.size(), 1U);
  EXPECT_EQ(unread[0].severity, Severity::warning);
}

TEST(DeadLettersUnread, SaysHowMany) {
  const auto findings =
      found(broker("max_deliveries: 2, dead_letter: dlq", worker), Code::dead_letters_unread);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].key, "queues.dlq");
  EXPECT_EQ(findings[0].line, 7);
  EXPECT_EQ(findings[0].arithmetic,
            "at the stated rate of failures 12 messages of this run, on average");
}

TEST(DeadLettersUnread, IsNoneWhereTheyAreReadOrCannotBe) {
  EXPECT_EQ(arithmetic_of(
                broker("max_deliveries: 2, dead_letter: dlq", worker, "  reader: {from: dlq}\n"),
                Code::dead_letters_unread),
            "no finding");
  EXPECT_EQ(arithmetic_of(broker("dead_letter: dlq", worker), Code::dead_letters_unread),
            "no finding")
      << "it is delivered until it succeeds";
  EXPECT_EQ(arithmetic_of(broker("dead_letter: dlq",
                                 "  worker: {from: orders, calls: [{to: bank}], on_failure: "
                                 "dead_letter}\n"),
                          Code::dead_letters_unread),
            "at the stated rate of failures 120 messages of this run, on average");
}

std::string visible(const std::string& timeout, const std::string& consumer) {
  return head +
         "services: {bank: {latency: 20ms}}\nqueues: {orders: {visibility_timeout: " + timeout +
         "}}\nconsumers: {worker: {from: orders, latency: 10ms, " + consumer +
         "}}\nworkloads: {w: {to: orders, arrivals: {constant: 1/s}}}\n";
}

TEST(VisibilityTimeout, BelowTheHandler) {
  const std::string calls = "calls: [{to: bank}, {parallel: [{to: bank}, {to: bank}]}]";
  const auto findings = found(visible("49ms", calls), Code::visibility_timeout_below_handler);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].arithmetic, "p99 of its handler 50ms > 49ms");
  EXPECT_EQ(findings[0].key, "queues.orders.visibility_timeout");
  EXPECT_EQ(arithmetic_of(visible("50ms", calls), Code::visibility_timeout_below_handler),
            "no finding")
      << "an acknowledgement at the end of the lease is in time";
  EXPECT_EQ(arithmetic_of(visible("forever", calls), Code::visibility_timeout_below_handler),
            "no finding");
}

TEST(VisibilityTimeout, RunsWhileFetchedMessagesWait) {
  EXPECT_EQ(arithmetic_of(visible("39ms", "prefetch: 4"), Code::visibility_timeout_below_handler),
            "p99 of its handler 10ms after 3 fetched ahead x 10ms = 40ms > 39ms");
  EXPECT_EQ(arithmetic_of(visible("40ms", "prefetch: 4"), Code::visibility_timeout_below_handler),
            "no finding");
}

TEST(VisibilityTimeout, IsHeldAgainstAnEstimatedQuantile) {
  const auto text = [](const std::string& timeout) {
    return head + "queues: {orders: {visibility_timeout: " + timeout +
           "}}\nconsumers: {worker: {from: orders, latency: {lognormal: {median: 10ms, p99: "
           "80ms}}}}\nworkloads: {w: {to: orders, arrivals: {constant: 1/s}}}\n";
  };
  EXPECT_THAT(arithmetic_of(text("60ms"), Code::visibility_timeout_below_handler),
              HasSubstr("(estimated) > 60ms"));
  EXPECT_EQ(arithmetic_of(text("100ms"), Code::visibility_timeout_below_handler), "no finding");
}

}  // namespace
}  // namespace squall::lint::queues_test
