// Queues and consumers.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::queues_test {
namespace {

using namespace std::chrono_literals;

metrics::RunRecord run(const std::string& text) { return test::run("squall: 1\n" + text); }

/// Workloads a, b ... of one event each at 0, to the queue q.
std::string events(const std::string& names, const std::string& rest = "") {
  std::string text = "workloads:\n";
  for (const char name : names) {
    text += std::string("  ") + name + ": {to: q, " + rest +
            "arrivals: {constant: 1/s}, requests: 1}\n";
  }
  return text;
}

TEST(FullQueue, Rejects) {
  // One in hand, two in the queue.
  const auto r =
      run("until: drained\nqueues: {q: {capacity: 2}}\n"
          "consumers: {c: {from: q, latency: 100ms}}\n" +
          events("abcde"));
  for (std::size_t w = 0; w < 3; ++w) EXPECT_EQ(r.workloads[w].ok, 1U) << w;
  EXPECT_EQ(r.workloads[2].latency.max(), 300ms);
  EXPECT_EQ(r.workloads[3].rejected_remote, 1U);
  EXPECT_EQ(r.workloads[4].rejected_remote, 1U);
  EXPECT_EQ(r.queues[0].published, 5U);
  EXPECT_EQ(r.queues[0].rejected, 2U);
  EXPECT_EQ(r.queues[0].acked, 3U);
  EXPECT_EQ(r.queues[0].depth_max, 2U);
}

TEST(FullQueue, DropsTheOldest) {
  // a is in hand; d pushes b out, e pushes c out.
  const auto r =
      run("until: drained\nqueues: {q: {capacity: 2, overflow: drop_oldest}}\n"
          "consumers: {c: {from: q, latency: 100ms}}\n" +
          events("abcde"));
  EXPECT_EQ(r.workloads[0].latency.max(), 100ms);
  EXPECT_EQ(r.workloads[1].dropped, 1U);
  EXPECT_EQ(r.workloads[2].dropped, 1U);
  EXPECT_EQ(r.workloads[3].latency.max(), 200ms);
  EXPECT_EQ(r.workloads[4].latency.max(), 300ms);
  EXPECT_EQ(r.queues[0].dropped, 2U);
}

TEST(FullQueue, NeverDropsTheNewest) {
  // Whatever partition they are in: b waits and is the oldest when c comes, c when d comes.
  for (int seed = 1; seed <= 16; ++seed) {
    const auto r = run("until: drained\nseed: " + std::to_string(seed) +
                       "\nqueues: {q: {capacity: 1, overflow: drop_oldest, partitions: 4}}\n"
                       "consumers: {c: {from: q, latency: 100ms}}\n" +
                       events("abcd"));
    EXPECT_EQ(r.workloads[0].ok, 1U) << seed;
    EXPECT_EQ(r.workloads[3].ok, 1U) << seed;
    EXPECT_EQ(r.queues[0].dropped, 2U) << seed;
  }
}

TEST(FullQueue, BlocksAndUnblocksInOrder) {
  const auto r =
      run("until: drained\nqueues: {q: {capacity: 2, overflow: block}}\n"
          "consumers: {c: {from: q, latency: 100ms}}\n" +
          events("abcde"));
  for (int w = 0; w < 5; ++w)
    EXPECT_EQ(r.workloads[static_cast<std::size_t>(w)].latency.max(), (w + 1) * 100ms);
  EXPECT_EQ(r.queues[0].published, 5U);
  EXPECT_EQ(r.queues[0].rejected, 0U);
  EXPECT_EQ(r.queues[0].depth_max, 2U);
}

TEST(FullQueue, APublisherThatGivesUpWhileBlockedIsCounted) {
  const auto r =
      run("until: drained\nqueues: {q: {capacity: 2, overflow: block}}\npolicies: {p: {timeout: "
          "50ms}}\n"
          "consumers: {c: {from: q, latency: 100ms}}\n" +
          events("abcde", "policy: p, "));
  for (std::size_t w = 0; w < 3; ++w) EXPECT_EQ(r.workloads[w].ok, 1U) << w;
  EXPECT_EQ(r.workloads[3].failed_timeout, 1U);
  EXPECT_EQ(r.workloads[4].failed_timeout, 1U);
  EXPECT_EQ(r.queues[0].rejected, 2U);
  EXPECT_EQ(r.queues[0].acked, 3U);
}

TEST(FullQueue, TakesARedeliveryBack) {
  // a fails at 10 ms and returns although b fills the queue: b 10-20, a 20-30. c was rejected.
  const auto r = run(R"(
until: drained
services: {s: {latency: 10ms}}
queues: {q: {capacity: 1}}
consumers: {c: {from: q, calls: [{to: s}]}}
faults: {f: {at: 0s, for: 5ms, on: service.s, failure: 100%}}
)" + events("abc"));
  EXPECT_EQ(r.workloads[0].latency.max(), 30ms);
  EXPECT_EQ(r.workloads[1].latency.max(), 20ms);
  EXPECT_EQ(r.workloads[2].rejected, 1U);
  EXPECT_EQ(r.queues[0].rejected, 1U);
  EXPECT_EQ(r.queues[0].depth_max, 2U);
}

TEST(Visibility, TheFirstEffectCountsAndTheOtherIsADuplicate) {
  // The first delivery takes 200 ms; at 100 ms its lease is over, and the second takes 50 ms.
  const auto r = run(R"(
duration: 1s
services: {s: {latency: 50ms}}
queues: {q: {visibility_timeout: 100ms}}
consumers: {c: {from: q, concurrency: 2, calls: [{to: s}]}}
faults: {f: {at: 0s, for: 10ms, on: service.s, latency: x4}}
)" + events("a"));
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 150ms);
  EXPECT_EQ(r.workloads[0].duplicates, 1U);
  EXPECT_EQ(r.queues[0].delivered, 2U);
  EXPECT_EQ(r.queues[0].redelivered, 1U);
  EXPECT_EQ(r.queues[0].expired, 1U);
  EXPECT_EQ(r.queues[0].acked, 1U);
  EXPECT_EQ(r.queues[0].age.max(), 150ms);
  EXPECT_EQ(r.queues[0].from_delivery.max(), 50ms);
}

TEST(Visibility, ALateAckDoesNotSettle) {
  // Effects at 150 and at 250 ms, both after their leases; out of deliveries at 200 ms.
  const auto r =
      run("duration: 1s\nqueues: {q: {visibility_timeout: 100ms, max_deliveries: 2}}\n"
          "consumers: {c: {from: q, concurrency: 2, latency: 150ms}}\n" +
          events("a"));
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 150ms);
  EXPECT_EQ(r.workloads[0].duplicates, 1U);
  EXPECT_EQ(r.workloads[0].dropped, 0U);
  EXPECT_EQ(r.queues[0].expired, 2U);
  EXPECT_EQ(r.queues[0].acked, 0U);
  EXPECT_EQ(r.queues[0].dropped, 1U);
}

TEST(Visibility, AnAckExactlyAtTheTimeoutIsInTime) {
  const auto r =
      run("duration: 1s\nqueues: {q: {visibility_timeout: 100ms}}\n"
          "consumers: {c: {from: q, concurrency: 2, latency: 100ms}}\n" +
          events("a"));
  EXPECT_EQ(r.queues[0].acked, 1U);
  EXPECT_EQ(r.queues[0].expired, 0U);
}

TEST(Visibility, AFirstEffectAfterTheMessageWasGivenUpIsNoDuplicate) {
  // Out of deliveries at 100 ms; the handler is done at 150 ms.
  const auto r =
      run("duration: 1s\nqueues: {q: {visibility_timeout: 100ms, max_deliveries: 1}}\n"
          "consumers: {c: {from: q, latency: 150ms}}\n" +
          events("a"));
  EXPECT_EQ(r.workloads[0].dropped, 1U);
  EXPECT_EQ(r.workloads[0].duplicates, 0U);
}

TEST(Visibility, RunsWhileAMessageWaitsInTheBuffer) {
  // b is prefetched at 0 and started at 80 ms, but its lease is over at 100 ms. Delivered again at
  // 100, 200 and 300 ms, it is started at 160, 240 and 320 ms: only the last is done, at 400 ms,
  // when its lease ends, and acked in time.
  const auto r =
      run("duration: 1s\nqueues: {q: {visibility_timeout: 100ms}}\n"
          "consumers: {c: {from: q, prefetch: 2, latency: 80ms}}\n" +
          events("ab"));
  EXPECT_EQ(r.workloads[1].latency.max(), 160ms);
  EXPECT_EQ(r.queues[0].expired, 3U);
  EXPECT_EQ(r.workloads[1].duplicates, 3U);
  EXPECT_EQ(r.queues[0].acked, 2U);
}

constexpr const char* always_failing = R"(
until: drained
services: {s: {latency: 5ms, failure: 100%}}
)";

TEST(Redelivery, BacksOffAndEndsInTheDeadLetterQueue) {
  // 0-5; +10: 15-20; +20: 40-45.
  const auto r = run(std::string(always_failing) + R"(
queues:
  q: {max_deliveries: 3, redelivery: {exponential: {base: 10ms}}, dead_letter: dlq}
  dlq: {}
consumers: {c: {from: q, calls: [{to: s}]}}
)" + events("a"));
  EXPECT_EQ(r.simulated, 45ms);
  EXPECT_EQ(r.workloads[0].dead_lettered, 1U);
  EXPECT_EQ(r.queues[0].delivered, 3U);
  EXPECT_EQ(r.queues[0].redelivered, 2U);
  EXPECT_EQ(r.queues[0].dead_lettered, 1U);
  EXPECT_EQ(r.queues[1].published, 1U);
  EXPECT_EQ(r.queues[1].unfinished, 1U);
}

TEST(Redelivery, DropsWithoutADeadLetterQueue) {
  const auto r =
      run(std::string(always_failing) +
          "queues: {q: {max_deliveries: 2}}\nconsumers: {c: {from: q, calls: [{to: s}]}}\n" +
          events("a"));
  EXPECT_EQ(r.simulated, 10ms);
  EXPECT_EQ(r.workloads[0].dropped, 1U);
  EXPECT_EQ(r.queues[0].dropped, 1U);
}

TEST(Redelivery, IsWhatTheConsumerSays) {
  const auto with = [](const std::string& rule) {
    return run(std::string(always_failing) + R"(
queues:
  q: {max_deliveries: 3, dead_letter: dlq}
  dlq: {}
consumers: {c: {from: q, calls: [{to: s}], on_failure: )" +
               rule + "}}\n" + events("a"));
  };
  const auto dead_letter = with("dead_letter");
  EXPECT_EQ(dead_letter.workloads[0].dead_lettered, 1U);
  EXPECT_EQ(dead_letter.queues[0].delivered, 1U);
  const auto ack = with("ack");
  EXPECT_EQ(ack.workloads[0].failed_error, 1U);
  EXPECT_EQ(ack.queues[0].acked, 1U);
  EXPECT_EQ(ack.queues[0].delivered, 1U);
}

/// One handler, 10 ms each; what starts before 5 ms fails.
metrics::RunRecord first_fails(const std::string& queue, const std::string& names,
                               int concurrency = 1, int seed = 1) {
  return run("until: drained\nseed: " + std::to_string(seed) + R"(
services: {s: {latency: 10ms}}
queues: {q: {)" +
             queue + R"(}}
consumers: {c: {from: q, concurrency: )" +
             std::to_string(concurrency) + R"(, calls: [{to: s}]}}
faults: {f: {at: 0s, for: 5ms, on: service.s, failure: 100%}}
)" + events(names));
}

TEST(Redelivery, ReturnsToTheTail) {
  // a 0-10, b 10-20, c 20-30, a 30-40.
  const auto r = first_fails("", "abc");
  EXPECT_EQ(r.workloads[0].latency.max(), 40ms);
  EXPECT_EQ(r.workloads[1].latency.max(), 20ms);
  EXPECT_EQ(r.workloads[2].latency.max(), 30ms);
}

TEST(Redelivery, ReturnsToTheTailAfterTheBackoff) {
  // a is back at 25 ms, behind d: a 0-10, b 10-20, c 20-30, d 30-40, a 40-50.
  const auto r = first_fails("redelivery: {fixed: 15ms}", "abcd");
  EXPECT_EQ(r.workloads[3].latency.max(), 40ms);
  EXPECT_EQ(r.workloads[0].latency.max(), 50ms);
}

TEST(Redelivery, FreesTheSlotAtOnce) {
  // While a backs off until 110 ms the one handler serves b.
  const auto r = first_fails("redelivery: {fixed: 100ms}", "ab");
  EXPECT_EQ(r.workloads[1].latency.max(), 20ms);
  EXPECT_EQ(r.workloads[0].latency.max(), 120ms);
}

TEST(Redelivery, FollowsALocalRejectionToo) {
  // a has the only place; b is refused at 0 and comes back at 20 ms.
  const auto r = run(R"(
until: drained
services: {s: {latency: 10ms}}
policies: {p: {bulkhead: {max_concurrent: 1}}}
queues: {q: {redelivery: {fixed: 20ms}}}
consumers: {c: {from: q, concurrency: 2, calls: [{to: s, policy: p}]}}
)" + events("ab"));
  EXPECT_EQ(r.workloads[0].latency.max(), 10ms);
  EXPECT_EQ(r.workloads[1].latency.max(), 30ms);
  EXPECT_EQ(r.queues[0].delivered, 3U);
  EXPECT_EQ(r.calls[2].name, "c->s");
  EXPECT_EQ(r.calls[2].rejected_bulkhead, 1U);
}

TEST(Prefetch, HoldsMessagesBehindASlowHead) {
  const auto with = [](const std::string& prefetch) {
    return run(
        "until: drained\nqueues: {q: {}}\nconsumers:\n  slow: {from: q, latency: 100ms, "
        "prefetch: " +
        prefetch + "}\n  fast: {from: q, latency: 10ms, prefetch: " + prefetch + "}\n" +
        events("abcd"));
  };
  // a to slow, then all to fast.
  const auto one = with("1");
  EXPECT_EQ(one.workloads[2].latency.max(), 20ms);
  EXPECT_EQ(one.workloads[3].latency.max(), 30ms);
  // By turns: c waits behind a.
  const auto two = with("2");
  EXPECT_EQ(two.workloads[1].latency.max(), 10ms);
  EXPECT_EQ(two.workloads[2].latency.max(), 200ms);
  EXPECT_EQ(two.workloads[3].latency.max(), 20ms);
}

TEST(Partitions, OfOneServeOneAtATime) {
  const auto r =
      run("until: drained\nqueues: {q: {partitions: 1}}\n"
          "consumers: {c: {from: q, concurrency: 4, latency: 10ms}}\n" +
          events("abc"));
  EXPECT_EQ(r.workloads[0].latency.max(), 10ms);
  EXPECT_EQ(r.workloads[1].latency.max(), 20ms);
  EXPECT_EQ(r.workloads[2].latency.max(), 30ms);
}

TEST(Partitions, AFailingHeadBlocksItsOwn) {
  // a 0-10, backs off until 60, 60-70; b 70-80.
  const auto r = first_fails("partitions: 1, redelivery: {fixed: 50ms}", "ab", 4);
  EXPECT_EQ(r.workloads[0].latency.max(), 70ms);
  EXPECT_EQ(r.workloads[1].latency.max(), 80ms);
}

TEST(Partitions, AFailingHeadBlocksOnlyItsOwn) {
  // In the same partition b waits until 80 ms, in the other until 20 ms.
  int same = 0;
  int other = 0;
  for (int seed = 1; seed <= 24; ++seed) {
    const auto r = first_fails("partitions: 2, redelivery: {fixed: 50ms}", "ab", 1, seed);
    EXPECT_EQ(r.workloads[0].latency.max(), 70ms) << seed;
    const Duration b = r.workloads[1].latency.max();
    EXPECT_TRUE(b == 20ms || b == 80ms) << seed;
    ++(b == 80ms ? same : other);
  }
  EXPECT_GT(same, 0);
  EXPECT_GT(other, 0);
}

TEST(Publish, AwaitsAcceptanceOrEffect) {
  const auto with = [](const std::string& await, const std::string& failure) {
    return run(R"(
duration: 1s
services:
  front: {latency: 10ms, calls: [{publish: q, await: )" +
               await + R"(}]}
  back: {latency: 50ms, failure: )" +
               failure + R"(}
queues: {q: {max_deliveries: 1}}
consumers: {c: {from: q, calls: [{to: back}]}}
workloads: {w: {to: front, arrivals: {constant: 1/s}, requests: 1}}
)");
  };
  EXPECT_EQ(with("accepted", "0%").workloads[0].latency.max(), 10ms);
  EXPECT_EQ(with("effect", "0%").workloads[0].latency.max(), 60ms);
  EXPECT_EQ(with("accepted", "100%").workloads[0].ok, 1U);
  EXPECT_EQ(with("effect", "100%").workloads[0].failed_error, 1U);
}

TEST(Publish, ARefusalFailsTheService) {
  const auto r = run(R"(
duration: 1s
services: {front: {latency: 10ms, calls: [{publish: q}]}}
queues: {q: {capacity: 1}}
workloads: {w: {to: front, arrivals: {bursts: {size: 2, every: 10s}}}}
)");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].failed_error, 1U);
  EXPECT_EQ(r.calls[1].rejected_queue, 1U);
}

TEST(Publish, IsRetriedByThePolicyOfItsEdge) {
  // a is in hand until 100 ms and b in the queue; c is rejected at 0 and at 60 ms, accepted at 120.
  const auto r =
      run("until: drained\nqueues: {q: {capacity: 1}}\n"
          "policies: {p: {retry: {max_attempts: 3, backoff: {fixed: 60ms}}}}\n"
          "consumers: {c: {from: q, latency: 100ms}}\n" +
          events("abc", "policy: p, "));
  EXPECT_EQ(r.workloads[2].ok, 1U);
  // b is served from 100 to 200 ms, c from 200 to 300 ms.
  EXPECT_EQ(r.workloads[2].latency.max(), 300ms);
  EXPECT_EQ(r.calls[2].attempts, 3U);
}

TEST(Events, TheObjectiveIsHeldAgainstTheEffect) {
  const auto with = [](const std::string& objective) {
    return run("until: drained\nqueues: {q: {}}\nconsumers: {c: {from: q, latency: 100ms}}\n" +
               events("a", "objective: " + objective + ", "));
  };
  EXPECT_EQ(with("100ms").workloads[0].ok, 1U);
  EXPECT_EQ(with("99.999999ms").workloads[0].late, 1U);
}

TEST(Events, APublishWhoseAnswerIsLostMakesADuplicate) {
  // Accepted at 5 ms, the answer is lost; the second publish, of 30 ms, is accepted at 35 ms.
  const auto r = run(R"(
duration: 1s
network: {latency: 5ms}
queues: {q: {}}
policies: {p: {timeout: 30ms, retry: {max_attempts: 2}}}
consumers: {c: {from: q, concurrency: 2, latency: 100ms}}
faults: {f: {at: 2ms, for: 10ms, on: call.a->q, loss: 100%}}
)" + events("a", "policy: p, "));
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 105ms);
  EXPECT_EQ(r.workloads[0].duplicates, 1U);
  EXPECT_EQ(r.queues[0].published, 2U);
}

TEST(Events, AreUnfinishedWithoutAConsumer) {
  const auto r = run("duration: 1s\nqueues: {q: {}}\n" + events("a"));
  EXPECT_EQ(r.workloads[0].unfinished, 1U);
  EXPECT_EQ(r.queues[0].unfinished, 1U);
  EXPECT_DOUBLE_EQ(r.queues[0].mean_inside, 1.0);
}

TEST(FullQueue, DropsTheOldestEvenIfItWaitsToBeRedelivered) {
  // a fails at once and waits for its redelivery; b pushes it out, and is then redelivered alone.
  const auto r =
      run("until: drained\nservices: {bad: {failure: 100%}}\n"
          "queues: {q: {capacity: 1, overflow: drop_oldest, redelivery: 10s, max_deliveries: 2}}\n"
          "consumers: {c: {from: q, concurrency: 5, calls: [{to: bad}]}}\n"
          "workloads: {w: {to: q, arrivals: {constant: 1/s}, requests: 2}}\n");
  EXPECT_EQ(r.queues[0].delivered, 3U);
  EXPECT_EQ(r.queues[0].redelivered, 1U);
  EXPECT_EQ(r.queues[0].dropped, 2U);  // one by b, and b itself, which is out of deliveries
}

TEST(FullQueue, IsNeverDeeperThanItsCapacity) {
  const auto r =
      run("duration: 10s\nqueues: {q: {capacity: 3, overflow: drop_oldest}}\n"
          "workloads: {w: {to: q, arrivals: {constant: 10/s}}}\n");
  EXPECT_EQ(r.queues[0].depth_max, 3U);
}

TEST(OrderedQueue, GoesOnWhenALeaseRunsOutOnTheLastDelivery) {
  // The second message is leased at 100 ms, when the first is given up, though its handler goes on.
  const auto r =
      run("duration: 20s\nqueues:\n"
          "  q: {partitions: 1, visibility_timeout: 100ms, max_deliveries: 1, dead_letter: d}\n"
          "  d: {}\n"
          "consumers: {c: {from: q, concurrency: 2, latency: 10s}}\n"
          "workloads: {w: {to: q, arrivals: {bursts: {size: 2, every: 1h}}, requests: 2}}\n");
  EXPECT_EQ(r.queues[0].dead_lettered, 2U);
  // 100 ms and 200 ms of 20 s.
  EXPECT_DOUBLE_EQ(r.queues[0].mean_inside, 0.015);
}

TEST(FullQueue, DropsTheOldestEvenIfItCameBackBehindYoungerOnes) {
  // `first` fails at 100 ms and stands behind rest2 and rest3 when `late` finds the queue full.
  const auto r = run(R"(
duration: 3s
services: {bad: {failure: 100%}}
queues: {q: {capacity: 3, overflow: drop_oldest}}
consumers: {c: {from: q, concurrency: 1, latency: 100ms, calls: [{to: bad}]}}
workloads:
  first: {to: q, arrivals: {constant: 1000/s}, requests: 1}
  rest: {to: q, arrivals: {profile: {process: constant, steps: [{for: 50ms, rate: 0/s}, {for: 10s, rate: 200/s}]}}, requests: 3}
  late: {to: q, arrivals: {profile: {process: constant, steps: [{for: 150ms, rate: 0/s}, {for: 10s, rate: 200/s}]}}, requests: 1}
)");
  EXPECT_EQ(r.workloads[0].dropped, 1U);
  EXPECT_EQ(r.workloads[1].dropped, 0U);
  EXPECT_EQ(r.workloads[2].dropped, 0U);
}

}  // namespace
}  // namespace squall::queues_test
