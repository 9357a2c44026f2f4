// The guard and the simulator put the same policies together, each in its own way: one for threads
// and a lock, one for pools and events. Here both do the same calls against the same dependency,
// and have to count the same decisions of each kind. Without jitter, for their draws have other
// keys.
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "squall/guard/guard.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "squall/study/compare.hpp"

namespace squall::guard_agreement_test {
namespace {

using namespace std::chrono_literals;

constexpr int requests = 1'500;
constexpr Duration spacing = 4ms;
constexpr Duration service_time = 5'003us;

/// Odd numbers throughout, so that no two things happen at one instant.
std::string scenario_with(const std::string& budget, const std::string& breaker,
                          const std::string& order, const std::string& more) {
  return R"(squall: 1
name: agreement
until: drained
services:
  bank: {latency: 5003us}
policies:
  careful:
    timeout: 20011us
    retry: {max_attempts: 3, backoff: {exponential: {base: 3007us}}}
    bulkhead: {max_concurrent: 4}
)" + (budget.empty() ? "" : "    budget: " + budget + "\n") +
         (breaker.empty() ? "" : "    breaker: " + breaker + "\n") +
         (order.empty() ? "" : "    order: " + order + "\n") +
         (more.empty() ? "" : "    " + more + "\n") +
         R"(workloads:
  shop: {to: bank, policy: careful, objective: 1s, arrivals: {constant: 250/s}, requests: 1500}
faults:
  failing: {at: 1000513us, for: 500ms, on: service.bank, failure: 100%}
  slow: {at: 3000513us, for: 500ms, on: service.bank, latency: x10}
)";
}

scenario::Bundle bundle_of(const std::string& yaml) {
  const Result<scenario::Node> document = scenario::parse_yaml(yaml, "agreement.yaml");
  if (!document) throw std::runtime_error(document.error().text());
  Result<scenario::Bundle> bundle = scenario::build(*document, {});
  if (!bundle) throw std::runtime_error(bundle.error().text());
  return std::move(*bundle);
}

/// How an attempt that starts at `now` ends, if it may take so long.
std::pair<Instant, policy::Outcome> bank(const guard::Attempt& limits, Instant now) {
  const auto during = [now](Duration from) {
    return now >= Instant{from} && now < Instant{from + 500ms};
  };
  const Instant answer = now + service_time * (during(3'000'513us) ? 10 : 1);
  if (answer > limits.give_up_at) return {limits.give_up_at, limits.late()};
  policy::Outcome outcome{};
  if (during(1'000'513us)) {
    outcome.kind = policy::OutcomeKind::error;
    outcome.code = scenario::code_unavailable;
  }
  return {answer, outcome};
}

guard::Census guarded(const policy::PolicyOptions& options, Instant first) {
  struct Due {
    std::size_t call = 0;
    policy::Outcome outcome{};
  };
  guard::Guard guard(options, 1);
  std::vector<guard::Call> calls;
  calls.reserve(requests);
  std::multimap<Instant, Due> due;
  const auto go_on = [&](std::size_t index, Instant now) {
    const guard::Step& step = calls[index].step();
    if (const auto* limits = std::get_if<guard::Attempt>(&step)) {
      const auto [end, outcome] = bank(*limits, now);
      due.emplace(end, Due{index, outcome});
    } else if (const auto* after = std::get_if<policy::RetryAfter>(&step)) {
      due.emplace(now + after->delay, Due{index, {}});
    }
  };
  Instant last = first;
  for (Instant arrival = first; !due.empty() || calls.size() < requests;) {
    if (calls.size() < requests && (due.empty() || arrival < due.begin()->first)) {
      last = arrival;
      calls.push_back(guard.begin(arrival));
      go_on(calls.size() - 1, arrival);
      arrival += spacing;
      continue;
    }
    const auto [now, next] = *due.begin();
    due.erase(due.begin());
    last = now;
    guard::Call& call = calls[next.call];
    if (std::holds_alternative<guard::Attempt>(call.step()))
      call.on_attempt_end(next.outcome, now);
    else
      call.on_delay_over(now);
    go_on(next.call, now);
  }
  return guard.census(last);
}

struct Case {
  std::string name;
  std::string budget;
  std::string breaker;
  std::string order;
  std::string more{};  ///< parts
};

class Agreement : public testing::TestWithParam<Case> {};

TEST_P(Agreement, OfGuardAndSimulator) {
  const Case& tested = GetParam();
  const scenario::Bundle bundle =
      bundle_of(scenario_with(tested.budget, tested.breaker, tested.order, tested.more));
  const Result<metrics::RunRecord> record = study::run(bundle.base, "base");
  ASSERT_TRUE(record) << record.error().text();
  const metrics::CallRecord& simulated = record->calls.front();

  const guard::Census census = guarded(bundle.base.policies.front().options, Instant{});
  EXPECT_EQ(census.calls_begun, simulated.requests);
  EXPECT_EQ(census.calls_ok, simulated.ok);
  EXPECT_EQ(census.attempts_begun, simulated.attempts);
  EXPECT_EQ(census.retries_granted, simulated.retries);
  EXPECT_EQ(census.retries_denied, simulated.denied_budget);
  EXPECT_EQ(census.refused_by_breaker, simulated.rejected_breaker);
  EXPECT_EQ(census.refused_by_bulkhead, simulated.rejected_bulkhead);
  EXPECT_EQ(census.refused_by_rate_limit, simulated.rejected_rate_limit);
  EXPECT_EQ(census.refused_by_limiter, simulated.rejected_limiter);
  EXPECT_GT(census.retries_granted, 0U);
  EXPECT_LT(census.calls_ok, census.calls_begun);
}

INSTANTIATE_TEST_SUITE_P(
    Policies, Agreement,
    testing::Values(
        Case{"RetriesAlone", "", "", ""},
        Case{"GrpcThrottle", "{grpc: {max_tokens: 10, token_ratio: 0.1}}", "", ""},
        Case{"EnvoyBudget", "{envoy: {}}", "", ""}, Case{"FinagleBudget", "{finagle: {}}", "", ""},
        Case{"AwsBudget", "{aws: {}}", "", ""}, Case{"FailsafeBudget", "{failsafe: {}}", "", ""},
        Case{"BucketBudget", "{bucket: {}}", "", ""},
        Case{"CutoffBudget", "{cutoff: {failure_rate: 60%}}", "", ""},
        Case{"WindowBreaker", "", "{window: {}}", ""},
        Case{"Resilience4jBreaker", "",
             "{resilience4j: {window: 20, minimum: 10, "
             "open_for: 100ms}}",
             ""},
        Case{"PollyBreaker", "", "{polly: {}}", ""},
        Case{"HystrixBreaker", "", "{hystrix: {}}", ""},
        Case{"SentinelBreaker", "", "{sentinel: {}}", ""},
        Case{"LinkerdBreaker", "", "{linkerd: {jitter: 0}}", ""},
        Case{"BulkheadOutsideTheBreaker", "{aws: {}}", "{polly: {}}",
             "[retry, bulkhead, breaker, timeout]"},
        Case{"BulkheadOutsideTheRetries", "{envoy: {}}", "{polly: {}}",
             "[bulkhead, breaker, retry, timeout]"},
        Case{"TokenBucket", "", "", "", "rate_limit: {token_bucket: {rate: 260/s, burst: 3}}"},
        Case{"Resilience4jRateLimiter", "", "", "",
             "rate_limit: {resilience4j: {limit_for_period: 20, limit_refresh_period: 79001us, "
             "timeout: 0s}}"},
        // Vegas' and Envoy's draw, and so each way gets other times to measure anew.
        Case{"AimdLimiter", "", "", "", "limiter: {aimd: {initial: 4, min: 2, max: 20}}"},
        Case{"Gradient2Limiter", "", "", "", "limiter: {gradient2: {initial: 4, min: 2, max: 20}}"},
        Case{"LimiterOutsideTheBreaker", "{aws: {}}", "{polly: {}}",
             "[retry, limiter, breaker, bulkhead, timeout]",
             "limiter: {aimd: {initial: 4, min: 2, max: 20}}"},
        Case{
            "EnvoyRateLimit", "", "", "",
            "rate_limit: {envoy: {max_tokens: 30, tokens_per_fill: 26, fill_interval: 100003us}}"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace squall::guard_agreement_test
