// What happens first when several things happen at one instant.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::instants_test {
namespace {

using namespace std::chrono_literals;

metrics::RunRecord run(const std::string& text) { return test::run("squall: 1\n" + text); }

TEST(OneInstant, AResponseExactlyAtItsTimeoutIsInTime) {
  // 5 ms there, 40 ms of service, 5 ms back.
  const auto with_timeout = [](const std::string& timeout) {
    return run(R"(
until: drained
network: {latency: 5ms}
services: {s: {latency: 40ms}}
policies: {p: {timeout: )" +
               timeout + R"(}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  };
  const metrics::RunRecord in_time = with_timeout("50ms");
  EXPECT_EQ(in_time.workloads[0].ok, 1U);
  EXPECT_EQ(in_time.calls[0].timeouts, 0U);
  EXPECT_EQ(in_time.workloads[0].latency.max(), 50ms);

  const metrics::RunRecord too_late = with_timeout("49.999999ms");
  EXPECT_EQ(too_late.workloads[0].failed_timeout, 1U);
  EXPECT_EQ(too_late.calls[0].timeouts, 1U);
}

TEST(OneInstant, AResponseExactlyAtItsDeadlineIsInTime) {
  const auto with_deadline = [](const std::string& deadline) {
    return run(R"(
until: drained
services: {s: {latency: 50ms}}
policies: {p: {deadline: )" +
               deadline + R"(}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  };
  EXPECT_EQ(with_deadline("50ms").workloads[0].ok, 1U);
  EXPECT_EQ(with_deadline("49.999999ms").workloads[0].failed_deadline, 1U);
}

TEST(OneInstant, OfTimeoutAndDeadlineTheOneSetFirstComesFirst) {
  // Both at 50 ms. The deadline stands around everything, so it was set first.
  const metrics::RunRecord r = run(R"(
until: drained
services: {s: {latency: 80ms}}
policies: {p: {timeout: 50ms, deadline: 50ms}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.workloads[0].failed_deadline, 1U);
  EXPECT_EQ(r.calls[0].timeouts, 0U);
  EXPECT_EQ(r.simulated, 50ms);
}

TEST(OneInstant, WorkIsDoneBeforeTheReplicaGoesDown) {
  const auto down_at = [](const std::string& at) {
    return run(R"(
duration: 1s
services: {s: {latency: 10ms}}
workloads: {w: {to: s, arrivals: {constant: 1/s}, requests: 1}}
faults: {f: {at: )" +
               at + R"(, for: 5ms, on: service.s, down: refuse}}
)");
  };
  EXPECT_EQ(down_at("10ms").workloads[0].ok, 1U);
  EXPECT_EQ(down_at("9.999999ms").workloads[0].failed_error, 1U);
}

TEST(OneInstant, WhatACompletionStartsIsStartedBeforeAFaultOfThatInstant) {
  // One worker: the second request starts when the first is done, at 10 ms.
  const auto slow_at = [](const std::string& at) {
    return run(R"(
duration: 1s
services: {s: {workers: 1, latency: 10ms}}
workloads: {w: {to: s, arrivals: {bursts: {size: 2, every: 1s}}, requests: 2}}
faults: {f: {at: )" +
               at + R"(, for: 1ms, on: service.s, latency: x10}}
)");
  };
  EXPECT_EQ(slow_at("10ms").workloads[0].latency.max(), 20ms);
  // 10 ms of waiting and ten times 10 ms.
  EXPECT_EQ(slow_at("9.999999ms").workloads[0].latency.max(), 110ms);
}

TEST(OneInstant, AFaultEndsBeforeATimerOfThatInstant) {
  // The first attempt fails at 0; its backoff and the fault end at 10 ms.
  const metrics::RunRecord r = run(R"(
until: drained
services: {s: {}}
policies: {p: {retry: {max_attempts: 2, backoff: {fixed: 10ms}}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
faults: {f: {at: 0s, for: 10ms, on: service.s, failure: 100%}}
)");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.calls[0].attempts, 2U);
  EXPECT_EQ(r.workloads[0].latency.max(), 10ms);
}

TEST(OneInstant, AFaultBeginsAndEndsBeforeAnArrivalOfThatInstant) {
  // Arrivals at 0, 1 s and 2 s; down from 1 s, included, to 2 s, not included.
  const metrics::RunRecord r = run(R"(
duration: 2.5s
services: {s: {latency: 1ms}}
workloads: {w: {to: s, arrivals: {constant: 1/s}}}
faults: {f: {at: 1s, for: 1s, on: service.s, down: refuse}}
)");
  EXPECT_EQ(r.workloads[0].offered, 3U);
  EXPECT_EQ(r.workloads[0].ok, 2U);
  EXPECT_EQ(r.services[0].refused, 1U);
}

TEST(OneInstant, ATimerComesBeforeAnArrival) {
  // The first gives up at 50 ms, which frees the one worker for the second, of 50 ms; without room
  // to wait it would be refused.
  const metrics::RunRecord r = run(R"(
duration: 1s
services: {s: {workers: 1, queue: {capacity: 0}, latency: 80ms, when_caller_gone: cancel}}
policies: {p: {timeout: 50ms}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 20/s}, requests: 2}}
)");
  EXPECT_EQ(r.services[0].arrived, 2U);
  EXPECT_EQ(r.services[0].refused, 0U);
  EXPECT_EQ(r.services[0].cancelled, 2U);
}

TEST(OneInstant, AWorkerFreedAtAnInstantServesAnArrivalOfThatInstant) {
  const metrics::RunRecord r = run(R"(
duration: 1s
services: {s: {workers: 1, queue: {capacity: 0}, latency: 50ms}}
workloads: {w: {to: s, arrivals: {constant: 20/s}}}
)");
  EXPECT_EQ(r.workloads[0].offered, 20U);
  // The last one, of 950 ms, is answered at the end of the run, which belongs to it.
  EXPECT_EQ(r.workloads[0].ok, 20U);
}

TEST(OneInstant, ArrivalsOfOneInstantComeInTheOrderOfTheWorkloads) {
  const metrics::RunRecord r = run(R"(
until: drained
services: {s: {workers: 1, latency: 10ms}}
workloads:
  c: {to: s, arrivals: {constant: 1/s}, requests: 1}
  a: {to: s, arrivals: {constant: 1/s}, requests: 1}
  b: {to: s, arrivals: {constant: 1/s}, requests: 1}
)");
  EXPECT_EQ(r.workloads[0].latency.max(), 10ms);
  EXPECT_EQ(r.workloads[1].latency.max(), 20ms);
  EXPECT_EQ(r.workloads[2].latency.max(), 30ms);
}

}  // namespace
}  // namespace squall::instants_test
