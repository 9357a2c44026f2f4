// Attempts, their timeouts, the backoff between them, and what ends a call.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::retries_test {
namespace {

using namespace std::chrono_literals;

metrics::RunRecord run(const std::string& text) { return test::run("squall: 1\n" + text); }

/// One request to one service, until it has ended.
metrics::RunRecord one_request(const std::string& service, const std::string& policy,
                               const std::string& rest = "") {
  return run("until: drained\nservices: {s: {" + service + "}}\npolicies: {p: {" + policy +
             "}}\nworkloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}\n" +
             rest);
}

TEST(Retries, BackOffExponentiallyUpToTheCap) {
  // Fails at 1; +10 +1 = 12; +20 +1 = 33; +25 (not 40) +1 = 59.
  const auto r =
      one_request("latency: 1ms, failure: 100%",
                  "retry: {max_attempts: 4, backoff: {exponential: {base: 10ms, max: 25ms}}}");
  EXPECT_EQ(r.simulated, 59ms);
  EXPECT_EQ(r.workloads[0].failed_error, 1U);
  EXPECT_EQ(r.calls[0].requests, 1U);
  EXPECT_EQ(r.calls[0].attempts, 4U);
  EXPECT_EQ(r.calls[0].retries, 3U);
  EXPECT_EQ(r.calls[0].errors, 4U);
  EXPECT_EQ(r.calls[0].failed, 1U);
  EXPECT_DOUBLE_EQ(r.calls[0].amplification(), 4.0);
}

TEST(Retries, BackOffLinearly) {
  // Fails at 1; +10 +1 = 12; +20 +1 = 33.
  const auto r = one_request("latency: 1ms, failure: 100%",
                             "retry: {max_attempts: 3, backoff: {linear: {base: 10ms}}}");
  EXPECT_EQ(r.simulated, 33ms);
  EXPECT_EQ(r.calls[0].attempts, 3U);
}

TEST(Retries, ComeAtOnceWithoutBackoff) {
  const auto r = one_request("latency: 1ms, failure: 100%", "retry: {max_attempts: 5}");
  EXPECT_EQ(r.simulated, 5ms);
  EXPECT_EQ(r.calls[0].attempts, 5U);
}

TEST(Retries, TheEndOfAWorkThatWasStoppedIsNoEvent) {
  // 0-30, 35-65, 70-100; the first would have been done at 100, before the timer. The request, and
  // of each attempt that it comes to the callee, the timeout, and that the callee learns of it; the
  // last of these is after the end of the run. And two backoffs.
  const auto r = one_request("latency: 100ms, when_caller_gone: cancel",
                             "timeout: 30ms, retry: {max_attempts: 3, backoff: {fixed: 5ms}}");
  EXPECT_EQ(r.simulated, 100ms);
  EXPECT_EQ(r.engine.events, 1U + 3U + 3U + 2U + 2U);
}

TEST(Retries, ARunInWhichOneNeverEndsIsOverWithWhatHappensLast) {
  // The first is lost. The second is stopped at 30, and would have been done at 100, which is
  // nothing that happens. The end of the fault is.
  const auto r =
      run("until: drained\nservices: {s: {latency: 100ms, when_caller_gone: cancel}}\n"
          "policies: {p: {timeout: 30ms}}\n"
          "workloads: {lost: {to: s, arrivals: {constant: 1/s}, requests: 1},\n"
          "            w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}\n"
          "faults: {f: {on: call.lost->s, loss: 100%, at: 0s, for: 50ms}}\n");
  EXPECT_EQ(r.workloads[0].unfinished, 1U);
  EXPECT_EQ(r.workloads[1].failed_timeout, 1U);
  EXPECT_EQ(r.simulated, 50ms);
}

TEST(Retries, EachAttemptHasItsOwnTimeout) {
  // 0-30, 35-65, 70-100. The work of the first attempt is done at 100 too, before the timer.
  const auto r = one_request("latency: 100ms",
                             "timeout: 30ms, retry: {max_attempts: 3, backoff: {fixed: 5ms}}");
  EXPECT_EQ(r.simulated, 100ms);
  EXPECT_EQ(r.workloads[0].failed_timeout, 1U);
  EXPECT_EQ(r.calls[0].timeouts, 3U);
  EXPECT_EQ(r.services[0].arrived, 3U);
  EXPECT_EQ(r.services[0].completed, 1U);
  EXPECT_EQ(r.services[0].wasted, 1U);
  EXPECT_EQ(r.services[0].unfinished, 2U);
}

TEST(Retries, TheDeadlineEndsTheAttemptUnderWay) {
  // The third attempt, of 70 ms, has until 80 ms.
  const auto r =
      one_request("latency: 100ms",
                  "deadline: 80ms, timeout: 30ms, retry: {max_attempts: 3, backoff: {fixed: 5ms}}");
  EXPECT_EQ(r.simulated, 80ms);
  EXPECT_EQ(r.workloads[0].failed_deadline, 1U);
  EXPECT_EQ(r.calls[0].attempts, 3U);
  EXPECT_EQ(r.calls[0].timeouts, 2U);
  EXPECT_EQ(r.calls[0].attempts_abandoned, 1U);
  EXPECT_EQ(r.calls[0].deadlines, 1U);
}

TEST(Retries, AreDeniedWhenTheBackoffWouldEndAtTheDeadline) {
  // Fails at 10 ms; 40 ms of backoff end at 50 ms.
  const auto denied =
      one_request("latency: 10ms, failure: 100%",
                  "deadline: 50ms, retry: {max_attempts: 3, backoff: {fixed: 40ms}}");
  EXPECT_EQ(denied.simulated, 10ms);
  EXPECT_EQ(denied.calls[0].attempts, 1U);
  EXPECT_EQ(denied.calls[0].denied_deadline, 1U);
  // It keeps the outcome of its last attempt.
  EXPECT_EQ(denied.workloads[0].failed_error, 1U);
  EXPECT_EQ(denied.calls[0].deadlines, 0U);

  const auto granted =
      one_request("latency: 10ms, failure: 100%",
                  "deadline: 51ms, retry: {max_attempts: 3, backoff: {fixed: 40ms}}");
  EXPECT_EQ(granted.simulated, 51ms);
  EXPECT_EQ(granted.calls[0].attempts, 2U);
  EXPECT_EQ(granted.calls[0].denied_deadline, 0U);
  EXPECT_EQ(granted.workloads[0].failed_deadline, 1U);
}

TEST(Retries, AreDeniedByPushback) {
  const auto r = one_request("latency: 1ms, failure: [{p: 100%, as: busy, pushback: never}]",
                             "retry: {max_attempts: 3, backoff: {fixed: 5ms}}");
  EXPECT_EQ(r.simulated, 1ms);
  EXPECT_EQ(r.calls[0].denied_pushback, 1U);
  EXPECT_EQ(r.calls[0].attempts, 1U);
}

TEST(Retries, WaitAsLongAsPushbackSays) {
  // Fails at 1; +70, not +5; +1.
  const auto r = one_request("latency: 1ms, failure: [{p: 100%, as: busy, pushback: 70ms}]",
                             "retry: {max_attempts: 2, backoff: {fixed: 5ms}}");
  EXPECT_EQ(r.simulated, 72ms);
  EXPECT_EQ(r.calls[0].denied_pushback, 0U);
}

TEST(Retries, OfWhatOnDoesNotNameAreNotMade) {
  const auto errors =
      one_request("latency: 1ms, failure: 100%", "retry: {max_attempts: 3, on: [timeout]}");
  EXPECT_EQ(errors.calls[0].attempts, 1U);
  const auto one_code = one_request("latency: 1ms, failure: [{p: 100%, as: busy}]",
                                    "retry: {max_attempts: 3, on: [unavailable]}");
  EXPECT_EQ(one_code.calls[0].attempts, 1U);
  const auto that_code = one_request("latency: 1ms, failure: [{p: 100%, as: busy}]",
                                     "retry: {max_attempts: 3, on: [busy]}");
  EXPECT_EQ(that_code.calls[0].attempts, 3U);
}

TEST(Retries, MakeALateSuccessLate) {
  // 0-10 fails, priced under the fault; 20-30 succeeds.
  const auto with_objective = [](const std::string& objective) {
    return run(R"(
until: drained
services: {s: {latency: 10ms}}
policies: {p: {retry: {max_attempts: 3, backoff: {fixed: 10ms}}}}
workloads: {w: {to: s, policy: p, objective: )" +
               objective + R"(, arrivals: {constant: 1/s}, requests: 1}}
faults: {f: {at: 0s, for: 15ms, on: service.s, failure: 100%}}
)");
  };
  const auto late = with_objective("29.999999ms");
  EXPECT_EQ(late.workloads[0].late, 1U);
  EXPECT_EQ(late.workloads[0].latency.max(), 30ms);
  EXPECT_EQ(with_objective("30ms").workloads[0].ok, 1U);
}

TEST(Retries, ARefusalByTheQueueIsAnAttempt) {
  // One is served; the other is refused at 0 and at 10 ms.
  const auto r = run(R"(
until: drained
services: {s: {workers: 1, queue: {capacity: 0}, latency: 100ms}}
policies: {p: {retry: {max_attempts: 2, backoff: {fixed: 10ms}}}}
workloads: {w: {to: s, policy: p, arrivals: {bursts: {size: 2, every: 1s}}, requests: 2}}
)");
  EXPECT_EQ(r.calls[0].attempts, 3U);
  EXPECT_EQ(r.calls[0].rejected_queue, 2U);
  EXPECT_EQ(r.calls[0].refused, 1U);
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].rejected, 1U);
  EXPECT_EQ(r.workloads[0].rejected_remote, 1U);
  EXPECT_EQ(r.services[0].refused, 2U);
}

TEST(Retries, TheTimeoutCoversQueueServiceAndNestedCalls) {
  const auto with_timeout = [](const std::string& timeout) {
    return run(R"(
until: drained
services:
  front: {workers: 1, latency: 10ms, calls: [{to: back}]}
  back: {latency: 10ms}
policies: {p: {timeout: )" +
               timeout + R"(}}
workloads: {w: {to: front, policy: p, arrivals: {bursts: {size: 2, every: 1s}}, requests: 2}}
)");
  };
  // The second waits for 20 ms, works for 10 ms and its call takes 10 ms.
  EXPECT_EQ(with_timeout("40ms").workloads[0].ok, 2U);
  EXPECT_EQ(with_timeout("39.999999ms").workloads[0].ok, 1U);
}

TEST(Retries, ATimeoutAroundTheRetriesCoversThemAll) {
  // Attempts at 0-10 and 20-30; the backoff from 30 to 40 is cut short at 35.
  const auto r = one_request("latency: 10ms, failure: 100%",
                             "timeout: 35ms, retry: {max_attempts: 9, backoff: {fixed: 10ms}}, "
                             "order: [timeout, retry]");
  EXPECT_EQ(r.simulated, 35ms);
  EXPECT_EQ(r.workloads[0].failed_timeout, 1U);
  EXPECT_EQ(r.calls[0].attempts, 2U);
  EXPECT_EQ(r.calls[0].timeouts, 0U);  // no attempt was under way
}

TEST(RetryBudget, OfEnvoyAllowsSoManyAtOnce) {
  // All three fail at 10 ms; one retry may be active. It fails at 25 ms and may go on at once,
  // to 40 ms.
  const auto r = run(R"(
until: drained
services: {s: {latency: 10ms, failure: 100%}}
policies: {p: {retry: {max_attempts: 3, backoff: {fixed: 5ms}}, budget: {envoy: {percent: 0%, min_concurrency: 1}}}}
workloads: {w: {to: s, policy: p, arrivals: {bursts: {size: 3, every: 1s}}, requests: 3}}
)");
  EXPECT_EQ(r.calls[0].attempts, 5U);
  EXPECT_EQ(r.calls[0].retries, 2U);
  EXPECT_EQ(r.calls[0].denied_budget, 2U);
  EXPECT_EQ(r.workloads[0].failed_error, 3U);
  EXPECT_EQ(r.simulated, 40ms);
}

TEST(RetryBudget, OfGrpcStopsAtHalfTheTokens) {
  // Four tokens: 3 after the first failure, 2 after the second, and 2 is not more than half.
  const auto r =
      one_request("latency: 1ms, failure: 100%",
                  "retry: {max_attempts: 5}, budget: {grpc: {max_tokens: 4, token_ratio: 0.1}}");
  EXPECT_EQ(r.calls[0].attempts, 2U);
  EXPECT_EQ(r.calls[0].denied_budget, 1U);
}

}  // namespace
}  // namespace squall::retries_test
