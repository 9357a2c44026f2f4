// Work for callers that have gone, and what the callee does about it.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::waste_test {
namespace {

using namespace std::chrono_literals;

metrics::RunRecord run(const std::string& text) {
  return test::run("squall: 1\nduration: 1s\n" + text);
}

TEST(WastedWork, IsThatOfACallerThatGaveUp) {
  // Both work for 100 ms; the impatient one has gone at 40 ms.
  const auto r = run(R"(
services: {s: {latency: 100ms}}
policies: {p: {timeout: 40ms}}
workloads:
  impatient: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}
  patient: {to: s, arrivals: {constant: 1/s}, requests: 1}
)");
  EXPECT_EQ(r.services[0].completed, 2U);
  EXPECT_EQ(r.services[0].wasted, 1U);
  EXPECT_DOUBLE_EQ(r.services[0].service_time_s, 0.2);
  EXPECT_DOUBLE_EQ(r.services[0].wasted_time_s, 0.1);
  EXPECT_DOUBLE_EQ(r.services[0].wasted_ratio(), 0.5);
  EXPECT_EQ(r.workloads[0].failed_timeout, 1U);
  EXPECT_EQ(r.workloads[0].late, 0U);
}

TEST(WastedWork, IsThatOfAGrandchildToo) {
  // front 0-10, middle 10-20, back 20-30; the user has gone at 25 ms, middle and front still wait.
  const auto r = run(R"(
services:
  front: {latency: 10ms, calls: [{to: middle}]}
  middle: {latency: 10ms, calls: [{to: back}]}
  back: {latency: 10ms}
policies: {p: {timeout: 25ms}}
workloads: {w: {to: front, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  for (const metrics::ServiceRecord& service : r.services) {
    EXPECT_EQ(service.completed, 1U) << service.name;
    EXPECT_EQ(service.wasted, 1U) << service.name;
    EXPECT_DOUBLE_EQ(service.wasted_ratio(), 1.0) << service.name;
  }
  EXPECT_EQ(r.calls[1].ok, 1U);
  EXPECT_EQ(r.calls[2].ok, 1U);
}

TEST(WastedWork, IsNotThatDoneInTime) {
  // back is done at 20 ms, before the user goes at 25 ms; front goes on to other, in vain.
  const auto r = run(R"(
services:
  front: {latency: 10ms, calls: [{to: back}, {to: other}]}
  back: {latency: 10ms}
  other: {latency: 10ms}
policies: {p: {timeout: 25ms}}
workloads: {w: {to: front, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.services[0].wasted, 1U);
  EXPECT_EQ(r.services[1].wasted, 0U);
  EXPECT_EQ(r.services[2].wasted, 1U);
}

TEST(WastedWork, IsThatOfARetriedAttemptAndNotThatOfTheOneThatSucceeds) {
  // The first attempt is priced at 100 ms, the second, from 40 ms, at 10 ms.
  const auto r = run(R"(
services: {s: {latency: 10ms}}
policies: {p: {timeout: 40ms, retry: {max_attempts: 2}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
faults: {f: {at: 0s, for: 1ms, on: service.s, latency: x10}}
)");
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].latency.max(), 50ms);
  EXPECT_EQ(r.services[0].completed, 2U);
  EXPECT_EQ(r.services[0].wasted, 1U);
  EXPECT_DOUBLE_EQ(r.services[0].service_time_s, 0.11);
  EXPECT_DOUBLE_EQ(r.services[0].wasted_time_s, 0.1);
}

/// Two at once to one worker, who needs 100 ms; both give up at 50 ms.
metrics::RunRecord two_that_give_up(const std::string& rule) {
  return run(R"(
services: {s: {workers: 1, latency: 100ms, when_caller_gone: )" +
             rule + R"(}}
policies: {p: {timeout: 50ms}}
workloads: {w: {to: s, policy: p, arrivals: {bursts: {size: 2, every: 10s}}}}
)");
}

TEST(WhenCallerGone, FinishServesTheQueueInVain) {
  const auto r = two_that_give_up("finish");
  EXPECT_EQ(r.services[0].completed, 2U);
  EXPECT_EQ(r.services[0].wasted, 2U);
  EXPECT_EQ(r.services[0].wait.max(), 100ms);
  EXPECT_DOUBLE_EQ(r.services[0].wasted_time_s, 0.2);
}

TEST(WhenCallerGone, SkipQueuedDoesNotStartThem) {
  const auto r = two_that_give_up("skip_queued");
  EXPECT_EQ(r.services[0].completed, 1U);
  EXPECT_EQ(r.services[0].skipped, 1U);
  EXPECT_DOUBLE_EQ(r.services[0].wasted_time_s, 0.1);
}

TEST(WhenCallerGone, CancelStopsAtOnce) {
  const auto r = two_that_give_up("cancel");
  EXPECT_EQ(r.services[0].completed, 0U);
  EXPECT_EQ(r.services[0].cancelled, 2U);
  // 50 ms of the first. The second gets the worker at 50 ms and is stopped at once.
  EXPECT_DOUBLE_EQ(r.services[0].service_time_s, 0.05);
  EXPECT_DOUBLE_EQ(r.services[0].wasted_time_s, 0.05);
}

TEST(WhenCallerGone, TheNewsTravelsOverTheNetwork) {
  // There at 10 ms; the caller goes at 50 ms, the callee knows at 60 ms.
  const auto of_latency = [](const std::string& latency) {
    return run(R"(
network: {latency: 10ms}
services: {s: {latency: )" +
               latency + R"(, when_caller_gone: cancel}}
policies: {p: {timeout: 50ms}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  };
  const auto cancelled = of_latency("80ms");
  EXPECT_EQ(cancelled.services[0].cancelled, 1U);
  EXPECT_DOUBLE_EQ(cancelled.services[0].service_time_s, 0.05);
  // Done at 55 ms, before the news.
  const auto finished = of_latency("45ms");
  EXPECT_EQ(finished.services[0].cancelled, 0U);
  EXPECT_EQ(finished.services[0].completed, 1U);
  EXPECT_EQ(finished.services[0].wasted, 1U);
}

TEST(WhenCallerGone, AQueuedRequestIsSkippedOnlyIfTheNewsIsThere) {
  // Both are there at 10 ms and gone at 50 ms; the news is there at 60 ms.
  const auto of_latency = [](const std::string& latency) {
    return run(R"(
network: {latency: 10ms}
services: {s: {workers: 1, latency: )" +
               latency + R"(, when_caller_gone: skip_queued}}
policies: {p: {timeout: 50ms}}
workloads: {w: {to: s, policy: p, arrivals: {bursts: {size: 2, every: 10s}}}}
)");
  };
  // The worker is free at 55 ms.
  const auto before = of_latency("45ms");
  EXPECT_EQ(before.services[0].skipped, 0U);
  EXPECT_EQ(before.services[0].completed, 2U);
  EXPECT_EQ(before.services[0].wasted, 2U);
  // The worker is free at 65 ms.
  const auto after = of_latency("55ms");
  EXPECT_EQ(after.services[0].skipped, 1U);
  EXPECT_EQ(after.services[0].completed, 1U);
}

TEST(WhenCallerGone, ARequestThatIsOvertakenByTheNewsIsNotStarted) {
  // Sent in the fault, it is there at 60 ms; the news, sent at 5 ms after it, at 15 ms.
  const auto r = run(R"(
network: {latency: 10ms}
services: {s: {latency: 5ms, when_caller_gone: cancel}}
policies: {p: {timeout: 5ms}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
faults: {f: {at: 0s, for: 1ms, on: call.w->s, latency: +50ms}}
)");
  EXPECT_EQ(r.services[0].arrived, 1U);
  EXPECT_EQ(r.services[0].cancelled, 1U);
  EXPECT_DOUBLE_EQ(r.services[0].service_time_s, 0.0);
}

TEST(WhenCallerGone, WorkDoneAtTheInstantOfTheNewsWaitsForItsTurn) {
  // There at 10 ms, done at 15 ms; the news of 5 ms is there at 15 ms too, but was sent before the
  // work was started: of the two, the one scheduled first comes first.
  const auto r = run(R"(
network: {latency: 10ms}
services: {s: {latency: 5ms, when_caller_gone: cancel}}
policies: {p: {timeout: 5ms}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.services[0].cancelled, 1U);
  EXPECT_DOUBLE_EQ(r.services[0].service_time_s, 0.005);
}

TEST(WhenCallerGone, CancelGoesDownTheChain) {
  // front 0-10, then back from 10 ms; the user goes at 30 ms.
  const auto r = run(R"(
services:
  front: {latency: 10ms, when_caller_gone: cancel, calls: [{to: back}]}
  back: {latency: 100ms, when_caller_gone: cancel}
policies: {p: {timeout: 30ms}}
workloads: {w: {to: front, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.services[0].cancelled, 1U);
  EXPECT_DOUBLE_EQ(r.services[0].service_time_s, 0.01);
  EXPECT_EQ(r.services[1].cancelled, 1U);
  EXPECT_DOUBLE_EQ(r.services[1].service_time_s, 0.02);
  EXPECT_EQ(r.calls[1].abandoned, 1U);
  EXPECT_EQ(r.calls[1].attempts_abandoned, 1U);
}

TEST(WhenCallerGone, CancelStopsAtAServiceThatFinishes) {
  const auto r = run(R"(
services:
  front: {latency: 10ms, calls: [{to: back}]}
  back: {latency: 100ms, when_caller_gone: cancel}
policies: {p: {timeout: 30ms}}
workloads: {w: {to: front, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  // front goes on and waits for back, who has no reason to stop.
  EXPECT_EQ(r.services[0].completed, 1U);
  EXPECT_EQ(r.services[1].completed, 1U);
  EXPECT_EQ(r.services[1].wasted, 1U);
}

TEST(WhenCallerGone, CancelFreesTheWorker) {
  // The second arrives at 10 ms, starts at 50 ms, is done at 150 ms and answered at 160 ms.
  const auto r = run(R"(
services: {s: {workers: 1, latency: 100ms, when_caller_gone: cancel}}
policies: {p: {timeout: 50ms}}
workloads:
  impatient: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}
  patient: {to: s, network: {latency: 10ms}, arrivals: {constant: 1/s}, requests: 1}
)");
  EXPECT_EQ(r.workloads[1].latency.max(), 160ms);
}

}  // namespace
}  // namespace squall::waste_test
