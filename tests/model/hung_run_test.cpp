#include <chrono>
#include <cstddef>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "squall/model/model.hpp"
#include "tests/model/support.hpp"

/// Runs until drained in which a request never ends: they end when something happened last.
namespace squall::hung_run_test {
namespace {

using test::bundle_of;
using test::run;

/// Of the requests a network loses some, for whose answer the caller waits for ever; before that it
/// makes twelve calls that end well, each by a policy of its own, `text` with # as its number.
std::string hanging(const std::string& text, const std::string& rest) {
  std::string policies;
  std::string calls;
  for (int i = 10; i < 22; ++i) {
    const std::string number = std::to_string(i);
    std::string policy = text;
    for (std::size_t at = policy.find('#'); at != std::string::npos; at = policy.find('#'))
      policy.replace(at, 1, number);
    policies += "  p" + number + ": {" + policy + "}\n";
    calls += "      - {to: inner, policy: p" + number + "}\n";
  }
  return "squall: 1\nuntil: drained\npolicies:\n" + policies +
         "services:\n  root:\n    latency: 1ms\n    calls:\n" + calls +
         "      - {to: lossy, network: {loss: 20%}}\n" +
         "  lossy: {latency: 1ms}\n"
         "  inner: {latency: 1ms}\n"
         "workloads: {w: {to: root, arrivals: {constant: 20/s}, requests: 50}}\n" +
         rest;
}

/// What is asked for and never comes to anything, as every call is answered in time.
struct Idle {
  const char* name;
  const char* policy;
  const char* rest = "";
};
void PrintTo(const Idle& idle, std::ostream* out) { *out << idle.name; }

class HungRun : public testing::TestWithParam<Idle> {};

TEST_P(HungRun, IsNotStretchedByWhatNobodyWaitsForAnyMore) {
  const auto plain = run(hanging("", GetParam().rest));
  const auto with = run(hanging(GetParam().policy, GetParam().rest));
  EXPECT_GT(plain.workloads[0].ok, 0U);
  EXPECT_GT(plain.workloads[0].unfinished, 0U);
  EXPECT_EQ(with.workloads[0].ok, plain.workloads[0].ok);
  EXPECT_EQ(with.workloads[0].unfinished, plain.workloads[0].unfinished);
  EXPECT_EQ(with.simulated, plain.simulated);
  EXPECT_EQ(with.measured, plain.measured);
  EXPECT_EQ(with.engine.events, plain.engine.events);
}

INSTANTIATE_TEST_SUITE_P(
    ByKind, HungRun,
    testing::Values(Idle{"Timeout", "timeout: 10s"}, Idle{"TimeoutsOfAllLengths", "timeout: #s"},
                    Idle{"TimeoutsThatMayChange", "timeout: 10s",
                         "faults: {f: {at: 0s, for: 1ms, set: {services.inner.workers: 99}}}"},
                    Idle{"Deadline", "deadline: #s"},
                    Idle{"Hedge", "hedge: {max_attempts: 2, delay: #s}"}),
    [](const auto& of) { return of.param.name; });

TEST_P(HungRun, IsTheSameInSteps) {
  const scenario::Bundle bundle = bundle_of(hanging(GetParam().policy, GetParam().rest));
  model::Model model(bundle.base);
  Instant until{};
  Result<model::Model::Status> status = model::Model::Status::running;
  while (status && *status == model::Model::Status::running) {
    until = later(until, std::chrono::milliseconds{300});
    status = model.run_until(until, 1'000'000);
  }
  ASSERT_TRUE(bool(status));
  const auto whole = run(hanging(GetParam().policy, GetParam().rest));
  const auto in_steps = model.result();
  EXPECT_EQ(in_steps.simulated, whole.simulated);
  EXPECT_EQ(in_steps.engine.events, whole.engine.events);
  EXPECT_EQ(in_steps.services[0].mean_in_system, whole.services[0].mean_in_system);
}

TEST(HungRun, IsNotStretchedByTheEndsOfWorksThatWereStopped) {
  // Each is stopped after 50 ms, by its timeout on the express way, and on
  // the general way, which those of `through` take.
  const auto with = [](const std::string& latency, const std::string& rest) {
    return run(
        "squall: 1\nuntil: drained\n"
        "policies: {p: {timeout: 50ms}}\n"
        "services:\n"
        "  through: {calls: [{to: slow, policy: p}]}\n"
        "  slow: {when_caller_gone: cancel, latency: " +
        latency +
        "}\n"
        "  lossy: {latency: 1ms}\n"
        "workloads:\n"
        "  hangs: {to: lossy, network: {loss: 100%}, arrivals: {constant: 1/s}, requests: 1}\n"
        "  express: {to: slow, policy: p, arrivals: {constant: 15/s}, requests: 20}\n"
        "  general: {to: through, arrivals: {constant: 15/s}, requests: 20}\n" +
        rest);
  };
  // Where settings change the ends are scheduled, or stand beside the queue.
  const std::string change = "faults: {f: {at: 0s, for: 1ms, set: {services.lossy.workers: 99}}}\n";
  for (const std::string& rest : {std::string(), change}) {
    for (const char* latency : {"30s", "60s", "{exponential: 3000s}"}) {
      const auto r = with(latency, rest);
      EXPECT_EQ(r.workloads[0].unfinished, 1U);
      EXPECT_EQ(r.workloads[1].failed_timeout, 20U) << latency;
      EXPECT_EQ(r.workloads[2].failed_timeout + r.workloads[2].failed_error, 20U) << latency;
      EXPECT_EQ(r.simulated, with("30s", "").simulated) << latency;
      EXPECT_LT(r.simulated, std::chrono::milliseconds{1'500}) << latency;
    }
  }
}

TEST(HungRun, IsNotStretchedByRatesOfAWorkloadThatHasSentAll) {
  const auto r =
      run("squall: 1\nuntil: drained\n"
          "services: {s: {latency: 1ms}, lossy: {latency: 1ms}}\n"
          "workloads:\n"
          "  hangs: {to: lossy, network: {loss: 100%}, arrivals: {constant: 1/s}, requests: 1}\n"
          "  w: {to: s, requests: 10, arrivals: {profile: [{rate: 100/s, for: 60s}, {rate: 10/s, "
          "for: 60s}]}}\n");
  EXPECT_EQ(r.workloads[0].unfinished, 1U);
  EXPECT_EQ(r.workloads[1].ok, 10U);
  EXPECT_LT(r.simulated, std::chrono::seconds{1});
}

TEST(HungRun, HasNoCountersBehindItsEndInATrace) {
  const scenario::Bundle bundle = bundle_of(hanging("timeout: #s", ""));
  model::Model model(bundle.base);
  model.trace({});
  ASSERT_TRUE(bool(model.run(1'000'000)));
  const auto record = model.result();
  const auto trace = model.take_trace();
  ASSERT_FALSE(trace.counter_times.empty());
  EXPECT_LE(trace.counter_times.back().time_since_epoch(), record.simulated);
  for (const metrics::TraceCounter& counter : trace.counters)
    EXPECT_EQ(counter.values.size(), trace.counter_times.size());
}

}  // namespace
}  // namespace squall::hung_run_test
