// The breakers of the products around a call: a service that fails, 100 calls a second from 0 on,
// each of which ends at once.
#include <string>

#include <gtest/gtest.h>

#include "tests/model/support.hpp"

namespace squall::breakers_test {
namespace {

metrics::RunRecord run(const std::string& breaker, const std::string& failing_for,
                       const std::string& seed = "1") {
  return test::run(R"(
squall: 1
seed: )" + seed + R"(
duration: 10s
services: {s: {}}
policies: {p: {breaker: )" +
                   breaker + R"(}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 100/s}}}
faults: {f: {at: 0s, for: )" +
                   failing_for + R"(, on: service.s, failure: 100%}}
)");
}

struct Case {
  const char* name;
  const char* breaker;
  std::uint64_t failed;        ///< when the service fails for 10 s
  std::uint64_t failed_first;  ///< when it fails for 3 s
  std::uint64_t ok;            ///< of those
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class ProductsBreaker : public testing::TestWithParam<Case> {};

TEST_P(ProductsBreaker, LetsOnlyItsTrialsThroughToWhatKeepsFailing) {
  const auto r = run(GetParam().breaker, "10s");
  EXPECT_EQ(r.calls[0].attempts, GetParam().failed);
  EXPECT_EQ(r.workloads[0].failed_error, GetParam().failed);
  EXPECT_EQ(r.calls[0].rejected_breaker, 1000 - GetParam().failed);
}

TEST_P(ProductsBreaker, ClosesWhenATrialSucceeds) {
  const auto r = run(GetParam().breaker, "3s");
  EXPECT_EQ(r.workloads[0].failed_error, GetParam().failed_first);
  EXPECT_EQ(r.workloads[0].ok, GetParam().ok);
}

INSTANTIATE_TEST_SUITE_P(
    Model, ProductsBreaker,
    testing::Values(
        // Opens at the hundredth failure, at 990 ms; the trial is at 5.99 s.
        Case{"Polly", "{polly: {}}", 101, 100, 401},
        // Opens at 500 ms, with the 50 calls before it; the trial is after 5.5 s, at 5.51 s.
        Case{"Hystrix", "{hystrix: {}}", 51, 50, 449},
        // Opens at the fifth failure, at 40 ms, and again at each trial, a second apart.
        Case{"Sentinel", "{sentinel: {error_ratio: 50%, open_for: 1s}}", 14, 7, 696},
        // Opens at the seventh, at 60 ms; trials 1 s, 2 s and 4 s later: 1.06 s, 3.06 s, 7.06 s.
        Case{"Linkerd", "{linkerd: {jitter: 0}}", 10, 8, 694}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(LinkerdBreaker, DrawsItsJitterFromTheSeed) {
  // Penalties of 100 ms and more, each up to twice as long as it might be: with another seed the
  // trial that finds the service well is at another time.
  const std::string breaker = "{linkerd: {min_penalty: 100ms, max_penalty: 1h, jitter: 1}}";
  const auto ok = [&](const std::string& seed) { return run(breaker, "3s", seed).workloads[0].ok; };
  EXPECT_EQ(ok("1"), ok("1"));
  int others = 0;
  for (const char* seed : {"2", "3", "4", "5", "6"}) others += ok(seed) == ok("1") ? 0 : 1;
  EXPECT_GE(others, 4);
}

TEST(LinkerdBreaker, DrawsTheSamePenaltyWhateverElseThePolicyHas) {
  // Common random numbers: the jitter belongs to the call whose failure opens the breaker.
  const auto ok = [](const std::string& more) {
    return test::run(R"(
squall: 1
duration: 10s
services: {s: {}}
policies: {p: {breaker: {linkerd: {min_penalty: 100ms, max_penalty: 1h, jitter: 1}})" +
                     more + R"(}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 100/s}}}
faults: {f: {at: 0s, for: 3s, on: service.s, failure: 100%}}
)")
        .workloads[0]
        .ok;
  };
  EXPECT_EQ(ok(""), ok(", timeout: 1s, bulkhead: {max_concurrent: 5}"));
  EXPECT_EQ(ok(""), ok(", retry: {max_attempts: 1}"));
}

TEST(SentinelBreaker, ARefusalByTheBulkheadWithinIsNoVerdict) {
  // The only place is taken from 0 s to 10 s. Every other call is refused by the bulkhead, which to
  // Sentinel is no error, and to Polly is one.
  const auto of = [](const std::string& breaker) {
    return test::run(R"(
squall: 1
duration: 5s
services: {s: {latency: 10s}}
policies: {p: {breaker: )" +
                     breaker +
                     R"(, bulkhead: {max_concurrent: 1}}}
workloads: {w: {to: s, policy: p, arrivals: {constant: 100/s}}}
)");
  };
  EXPECT_EQ(of("{sentinel: {error_ratio: 0%}}").calls[0].rejected_breaker, 0U);
  EXPECT_GT(of("{polly: {}}").calls[0].rejected_breaker, 0U);
}

}  // namespace
}  // namespace squall::breakers_test
