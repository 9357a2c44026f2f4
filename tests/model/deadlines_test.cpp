// Deadlines that go with a call: what is not begun after them, and what is not asked for.
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::deadlines_test {
namespace {

using namespace std::chrono_literals;

metrics::RunRecord run(const std::string& text) {
  return test::run("squall: 1\nduration: 10s\n" + text);
}

/// Three requests at once for a front with one worker, 10 ms and then 10 ms at the back.
std::string three_at_once(const std::string& propagate) {
  return R"(
services:
  front: {workers: 1, latency: 10ms, calls: [{to: back, policy: inner}]}
  back: {latency: 10ms}
policies:
  outer: {deadline: 25ms, propagate_deadline: )" +
         propagate + R"(}
  inner: {propagate_deadline: )" +
         propagate + R"(}
workloads: {w: {to: front, policy: outer, arrivals: {bursts: {size: 3, every: 1s}}, requests: 3}}
)";
}

TEST(DeadlinePropagation, WithoutItAllIsDoneForNobody) {
  // The second has its worker from 20 to 40 ms, the third from 40 to 60 ms; both users went at 25.
  const auto r = run(three_at_once("false"));
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].failed_deadline, 2U);
  EXPECT_EQ(r.services[0].completed, 3U);
  EXPECT_EQ(r.services[0].wasted, 2U);
  EXPECT_EQ(r.services[1].completed, 3U);
  EXPECT_EQ(r.services[1].wasted, 2U);
  EXPECT_FALSE(r.services[0].may_expire);
}

TEST(DeadlinePropagation, NeitherBeginsNorAsksForWhatIsTooLate) {
  // The first: front 0 to 10 ms, back 10 to 20. The second begins at 20, before its deadline of 25,
  // and has worked at 30: too late to ask the back. The third would begin at 30, and is not begun.
  const auto r = run(three_at_once("true"));
  EXPECT_EQ(r.workloads[0].ok, 1U);
  EXPECT_EQ(r.workloads[0].failed_deadline, 2U);
  const metrics::ServiceRecord& front = r.services[0];
  EXPECT_EQ(front.arrived, 3U);
  EXPECT_EQ(front.completed, 1U);
  EXPECT_EQ(front.failed, 1U);
  EXPECT_EQ(front.skipped, 1U);
  EXPECT_EQ(front.expired, 1U);
  EXPECT_TRUE(front.may_expire);
  EXPECT_DOUBLE_EQ(front.service_time_s, 0.02);
  EXPECT_DOUBLE_EQ(front.wasted_time_s, 0.01);
  EXPECT_EQ(r.services[1].arrived, 1U);
  EXPECT_EQ(r.services[1].wasted, 0U);
  EXPECT_EQ(r.calls[1].requests, 2U);
  EXPECT_EQ(r.calls[1].attempts, 1U);
  EXPECT_EQ(r.calls[1].failed, 1U);
  EXPECT_EQ(r.calls[1].deadlines, 1U);
}

TEST(DeadlinePropagation, WorkIsNotBegunAtTheVeryDeadline) {
  // Work from 0 to 10 ms and from 10 to 20, which is just in time; nothing from 20 on.
  const auto r = run(R"(
services: {s: {workers: 1, latency: 10ms}}
policies: {p: {deadline: 20ms, propagate_deadline: true}}
workloads: {w: {to: s, policy: p, arrivals: {bursts: {size: 3, every: 1s}}, requests: 3}}
)");
  EXPECT_EQ(r.workloads[0].ok, 2U);
  EXPECT_EQ(r.workloads[0].failed_deadline, 1U);
  EXPECT_EQ(r.services[0].completed, 2U);
  EXPECT_EQ(r.services[0].expired, 1U);
  EXPECT_EQ(r.calls[0].attempts, 3U);
  EXPECT_EQ(r.calls[0].attempts_abandoned, 1U);
}

TEST(DeadlinePropagation, NothingIsAskedForAtTheVeryDeadline) {
  const auto r = run(R"(
services:
  front: {latency: 10ms, calls: [{to: back}]}
  back: {}
policies: {p: {deadline: 10ms, propagate_deadline: true}}
workloads: {w: {to: front, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.calls[1].requests, 1U);
  EXPECT_EQ(r.calls[1].attempts, 0U);
  EXPECT_EQ(r.calls[1].deadlines, 1U);
  EXPECT_EQ(r.services[1].arrived, 0U);
  EXPECT_EQ(r.workloads[0].failed, 1U);
}

TEST(DeadlinePropagation, BoundsACallThatHasNoOrALaterDeadline) {
  for (const char* inner : {"{}", "{deadline: 1s}", "{deadline: 31ms}"}) {
    const auto r = run(std::string(R"(
services:
  front: {latency: 10ms, calls: [{to: back, policy: inner}]}
  back: {latency: 100ms, when_caller_gone: cancel}
policies:
  outer: {deadline: 30ms, propagate_deadline: true}
  inner: )") + inner + R"(
workloads: {w: {to: front, policy: outer, arrivals: {constant: 1/s}, requests: 1}}
)");
    EXPECT_EQ(r.calls[1].deadlines, 1U) << inner;
    EXPECT_EQ(r.services[1].cancelled, 1U) << inner;
    EXPECT_DOUBLE_EQ(r.services[1].service_time_s, 0.02) << inner;
  }
}

TEST(DeadlinePropagation, AnEarlierDeadlineOfItsOwnStays) {
  const auto r = run(R"(
services:
  front: {latency: 10ms, calls: [{to: back, policy: inner}]}
  back: {latency: 100ms, when_caller_gone: cancel}
policies:
  outer: {deadline: 30ms, propagate_deadline: true}
  inner: {deadline: 15ms}
workloads: {w: {to: front, policy: outer, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.calls[1].deadlines, 1U);
  EXPECT_DOUBLE_EQ(r.services[1].service_time_s, 0.015);
  EXPECT_EQ(r.workloads[0].failed_error, 1U) << "front failed at 25 ms, in time";
}

TEST(DeadlinePropagation, GoesNoFurtherThanThoseWhoPropagate) {
  // The middle is done at 31 ms and calls the back, unless it knows of the deadline at 10 ms.
  const auto back_arrived = [](const std::string& inner) {
    return run(R"(
services:
  front: {latency: 1ms, calls: [{to: middle, policy: inner}]}
  middle: {latency: 30ms, calls: [{to: back}]}
  back: {}
policies:
  outer: {deadline: 10ms, propagate_deadline: true}
  inner: )" + inner +
               R"(
workloads: {w: {to: front, policy: outer, arrivals: {constant: 1/s}, requests: 1}}
)")
        .services[2]
        .arrived;
  };
  EXPECT_EQ(back_arrived("{}"), 1U);
  EXPECT_EQ(back_arrived("{propagate_deadline: true}"), 0U);
}

TEST(DeadlinePropagation, TheDeadlineIsAnInstantAndTheNetworkTakesOfIt) {
  // 25 ms there: the work arrives after the deadline of 20 ms, at an idle service.
  const auto r = run(R"(
network: {latency: 25ms}
services: {s: {latency: 1ms}}
policies: {p: {deadline: 20ms, propagate_deadline: true}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.workloads[0].failed_deadline, 1U);
  EXPECT_EQ(r.services[0].arrived, 1U);
  EXPECT_EQ(r.services[0].expired, 1U);
  EXPECT_DOUBLE_EQ(r.services[0].service_time_s, 0.0);
}

TEST(DeadlinePropagation, NoRetryIsMadeThatWouldComeAfterIt) {
  const auto r = run(R"(
services:
  front: {calls: [{to: back, policy: inner}]}
  back: {failure: 100%}
policies:
  outer: {deadline: 15ms, propagate_deadline: true}
  inner: {retry: {max_attempts: 5, backoff: 10ms}}
workloads: {w: {to: front, policy: outer, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.calls[1].retries, 1U);
  EXPECT_EQ(r.calls[1].denied_deadline, 1U);
  EXPECT_EQ(r.workloads[0].failed_error, 1U);
}

TEST(DeadlinePropagation, HedgesKnowItToo) {
  const auto r = run(R"(
services: {s: {workers: 1, latency: 20ms}}
policies: {p: {deadline: 15ms, propagate_deadline: true, hedge: {max_attempts: 2, delay: 5ms}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)");
  EXPECT_EQ(r.calls[0].hedges, 1U);
  EXPECT_EQ(r.services[0].completed, 1U);
  EXPECT_EQ(r.services[0].expired, 1U);
}

/// A chain of three under overload. Of Poisson arrivals at an exponential server, first come first
/// served, that are not begun once they have waited for T, with rho = lambda / mu and
/// a = (mu - lambda) T, by level crossing (Barrer 1957; Gnedenko and Kovalenko 1968):
/// 1/p0 = 1 + rho (1 - e^-a) / (1 - rho) + rho e^-a is the inverse of the share of time that it is
/// idle; rho p0 e^-a of them are never begun, and p0 e^-a are begun and end too late.
TEST(DeadlinePropagation, WastesInAChainOfThreeUnderOverloadWhatTheorySays) {
  const auto chain = [](const std::string& propagate) {
    return test::run("squall: 1\nseed: 3\nduration: 400s\n" + std::string(R"(
services:
  a: {workers: 1, latency: {exponential: 10ms}, calls: [{to: b, policy: inner}]}
  b: {latency: 0ms, calls: [{to: c, policy: inner}]}
  c: {latency: 0ms}
policies:
  outer: {deadline: 40ms, propagate_deadline: )") +
                     propagate + "}\n  inner: {propagate_deadline: " + propagate + R"(}
workloads: {w: {to: a, policy: outer, arrivals: {poisson: 150/s}}}
)");
  };
  const double rho = 1.5;
  const double grown = std::exp(2.0);  // e^-a
  const double p0 = 1.0 / (1.0 + rho * (1.0 - grown) / (1.0 - rho) + rho * grown);
  const double never_begun = rho * p0 * grown;
  const double too_late = p0 * grown;

  const auto r = chain("true");
  const auto offered = static_cast<double>(r.workloads[0].offered);
  const auto share = [offered](std::uint64_t count) {
    return static_cast<double>(count) / offered;
  };
  EXPECT_NEAR(share(r.services[0].expired), never_begun, 0.015);
  EXPECT_NEAR(share(r.workloads[0].ok), 1.0 - never_begun - too_late, 0.015);
  EXPECT_NEAR(share(r.services[0].failed), too_late, 0.015) << "done too late to call on";
  for (const std::size_t downstream : {1U, 2U}) {
    EXPECT_EQ(r.services[downstream].arrived, r.workloads[0].ok);
    EXPECT_EQ(r.services[downstream].wasted, 0U);
  }
  // Without it the line grows without end, and soon all is for nobody, all the way down.
  const auto all = chain("false");
  EXPECT_LT(share(all.workloads[0].ok), 0.01);
  for (const metrics::ServiceRecord& service : all.services)
    EXPECT_GT(static_cast<double>(service.wasted), 0.99 * static_cast<double>(service.completed));
}

}  // namespace
}  // namespace squall::deadlines_test
