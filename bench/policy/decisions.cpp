// What a decision costs: of each breaker, each retry budget and the bulkhead, each alone, as the
// simulator has them.
#include <string>

#include "bench/benchmarks.hpp"
#include "bench/support/work.hpp"
#include "squall/base/random.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/backoff.hpp"
#include "squall/policy/breaker.hpp"
#include "squall/policy/budget.hpp"
#include "squall/policy/bulkhead.hpp"
#include "squall/policy/retry.hpp"

namespace squall::bench {
namespace {

constexpr Duration step = std::chrono::microseconds{100};
constexpr policy::Outcome errored{.kind = policy::OutcomeKind::error};

/// One in so many fails: enough for each window to hold some, too few for a breaker to stay open.
constexpr std::uint64_t failure_every = 50;

/// try_acquire() and, when it lets through, on_result() 1 ms later by the books.
void add_breaker(const Size& size, const std::string& name, const policy::BreakerOptions& options) {
  const std::uint64_t calls = size.of(10'000'000);
  add_benchmark("decision/breaker_" + name, [=](benchmark::State& state) {
    policy::Breaker breaker(options);
    Rng rng{1};
    Instant now{};
    std::uint64_t allowed = 0;
    for (auto _ : state) {
      for (std::uint64_t i = 0; i < calls; ++i) {
        now += step;
        if (!breaker.try_acquire(now)) continue;
        ++allowed;
        const policy::Outcome outcome = i % failure_every == 0 ? errored : policy::Outcome{};
        breaker.on_result(outcome, std::chrono::milliseconds{1}, now, rng);
      }
    }
    report_work(state, calls, WorkHash().add(allowed));
  });
}

/// All that a budget is told of a call with one attempt, and of one in fifty a retry asked for.
void add_budget(const Size& size, const std::string& name,
                const policy::RetryBudgetOptions& options) {
  const std::uint64_t calls = size.of(10'000'000);
  add_benchmark("decision/budget_" + name, [=](benchmark::State& state) {
    policy::RetryBudget budget(options);
    Instant now{};
    std::uint64_t granted = 0;
    for (auto _ : state) {
      for (std::uint64_t i = 0; i < calls; ++i) {
        now += step;
        policy::BudgetCall call;
        budget.on_call_start(now);
        budget.on_attempt_start(now);
        if (i % failure_every == 0) {
          budget.on_attempt_end(errored, true, false, now);
          if (budget.try_retry(call, errored, now)) {
            ++granted;
            budget.on_attempt_start(now);
            budget.on_attempt_end(policy::Outcome{}, false, true, now);
            budget.on_retry_end();
          }
        } else {
          budget.on_attempt_end(policy::Outcome{}, false, false, now);
        }
        budget.on_call_end(call, policy::Outcome{});
      }
    }
    report_work(state, calls, WorkHash().add(granted));
  });
}

void add_bulkhead(const Size& size) {
  const std::uint64_t calls = size.of(10'000'000);
  add_benchmark("decision/bulkhead", [=](benchmark::State& state) {
    policy::Bulkhead bulkhead(policy::BulkheadOptions{.max_concurrent = 4});
    std::uint64_t entered = 0;
    for (auto _ : state) {
      for (std::uint64_t i = 0; i < calls; ++i) {
        benchmark::DoNotOptimize(bulkhead);  // or the compiler counts to five by itself
        if (bulkhead.enter() == policy::Bulkhead::Entry::entered)
          ++entered;
        else
          while (bulkhead.concurrent() > 0) bulkhead.leave();
      }
    }
    report_work(state, calls, WorkHash().add(entered));
  });
}

/// The decision after a failed attempt, exponential backoff with full jitter.
void add_retry(const Size& size) {
  const std::uint64_t failures = size.of(10'000'000);
  add_benchmark("decision/retry", [=](benchmark::State& state) {
    policy::RetryOptions options;
    options.backoff = {.base = std::chrono::milliseconds{10}, .jitter = policy::Jitter::full};
    const policy::Retry retry(options);
    std::int64_t sum = 0;
    for (auto _ : state) {
      for (std::uint64_t i = 0; i < failures; ++i) {
        policy::RetryState call;
        Rng rng = RandomKey{1}.with(i).rng();
        const auto decision = retry.on_attempt_end(call, errored, Instant{}, never, rng);
        if (const auto* after = std::get_if<policy::RetryAfter>(&decision))
          sum += after->delay.count();
      }
    }
    report_work(state, failures, WorkHash().add(sum));
  });
}

}  // namespace

void register_decisions(const Size& size) {
  using Resilience4j = policy::Resilience4jBreakerOptions;
  add_breaker(size, "none", std::monostate{});
  add_breaker(size, "window", policy::WindowBreakerOptions{});
  add_breaker(size, "resilience4j_count", Resilience4j{});
  add_breaker(size, "resilience4j_time", Resilience4j{.window_type = Resilience4j::Window::time});
  add_breaker(size, "polly", policy::PollyBreakerOptions{});
  add_breaker(size, "hystrix", policy::HystrixBreakerOptions{});
  add_breaker(size, "sentinel", policy::SentinelBreakerOptions{});
  add_breaker(size, "linkerd", policy::LinkerdBreakerOptions{});
  add_budget(size, "none", std::monostate{});
  add_budget(size, "grpc", policy::GrpcThrottleOptions{});
  add_budget(size, "envoy", policy::EnvoyBudgetOptions{});
  add_budget(size, "finagle", policy::FinagleBudgetOptions{});
  add_budget(size, "aws", policy::AwsBudgetOptions{});
  add_budget(size, "failsafe", policy::FailsafeBudgetOptions{});
  add_budget(size, "bucket", policy::BucketBudgetOptions{});
  add_budget(size, "cutoff", policy::CutoffBudgetOptions{});
  add_bulkhead(size);
  add_retry(size);
}

}  // namespace squall::bench
