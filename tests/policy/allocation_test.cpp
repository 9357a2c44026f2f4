// No policy takes memory after construction.
#include <gtest/gtest.h>

#include "squall/policy/policy.hpp"
#include "tests/counted_new.hpp"
#include "tests/policy/support.hpp"

namespace squall::policy::allocation_test {
namespace {

const Outcome& some_outcome(int i) {
  static constexpr std::array<Outcome, 6> outcomes = {succeeded, errored,      timed_out,
                                                      errored,   was_rejected, was_abandoned};
  return outcomes[static_cast<std::size_t>(i) % outcomes.size()];
}

/// 100 s of calls, so that every state and every second of a window is passed.
void use(Breaker& breaker) {
  Rng rng{1};
  for (int i = 0; i < 10'000; ++i) {
    const Instant now = at(i * 10ms);
    if (breaker.try_acquire(now)) {
      i % 7 == 0 ? breaker.release(now) : breaker.on_result(some_outcome(i), i * 1ms, now, rng);
    }
    static_cast<void>(breaker.state(now));
  }
}

void use(RetryBudget& budget) {
  for (int i = 0; i < 1'000; ++i) {
    const Instant now = at(i * 10ms);
    BudgetCall call;
    budget.on_call_start(now);
    budget.on_pending(1);
    budget.on_attempt_start(now);
    if (budget.try_retry(call, some_outcome(i), now)) budget.on_retry_end();
    if (budget.try_hedge()) budget.on_hedge_end();
    budget.on_attempt_end(some_outcome(i), i % 3 == 0, i % 2 == 0, now);
    budget.on_pending(-1);
    budget.on_call_end(call, some_outcome(i + 1));
  }
}

TEST(Allocation, IsCounted) {
  EXPECT_EQ(test::allocations_in([] { ::operator delete(::operator new(1)); }), 1);
  EXPECT_GT(test::allocations_in([] { Breaker breaker(WindowBreakerOptions{}); }), 0);
}

TEST(Allocation, BreakersTakeNone) {
  using Window = Resilience4jBreakerOptions::Window;
  for (const BreakerOptions& options :
       {BreakerOptions{}, BreakerOptions{WindowBreakerOptions{}},
        BreakerOptions{Resilience4jBreakerOptions{.minimum = 10, .open_for = 1s}},
        BreakerOptions{Resilience4jBreakerOptions{.window_type = Window::time,
                                                  .window_time = 5s,
                                                  .minimum = 10,
                                                  .open_for = 1s,
                                                  .max_half_open = 500ms,
                                                  .automatic_half_open = true}},
        BreakerOptions{PollyBreakerOptions{.minimum_throughput = 10, .sampling = 3s}},
        BreakerOptions{PollyBreakerOptions{.minimum_throughput = 10, .sampling = 100ms}},
        BreakerOptions{HystrixBreakerOptions{.window = 2s, .sleep_window = 1s}},
        BreakerOptions{SentinelBreakerOptions{.open_for = 1s}},
        BreakerOptions{
            SentinelBreakerOptions{.strategy = SentinelBreakerOptions::Strategy::error_ratio,
                                   .ratio = 20.0,
                                   .open_for = 1s}},
        BreakerOptions{LinkerdBreakerOptions{.max_failures = 2}}}) {
    Breaker breaker(options);
    EXPECT_EQ(test::allocations_in([&breaker] { use(breaker); }), 0);
  }
}

TEST(Allocation, BudgetsTakeNone) {
  for (const RetryBudgetOptions& options :
       {RetryBudgetOptions{}, RetryBudgetOptions{GrpcThrottleOptions{}},
        RetryBudgetOptions{EnvoyBudgetOptions{}},
        RetryBudgetOptions{FinagleBudgetOptions{.ttl = 1s}}, RetryBudgetOptions{AwsBudgetOptions{}},
        RetryBudgetOptions{FailsafeBudgetOptions{}}, RetryBudgetOptions{BucketBudgetOptions{}},
        RetryBudgetOptions{CutoffBudgetOptions{}}}) {
    RetryBudget budget(options);
    EXPECT_EQ(test::allocations_in([&budget, &options] {
                use(budget);
                budget.reconfigure(options);
              }),
              0);
  }
}

TEST(Allocation, ThrottlesTakeNone) {
  for (const ThrottleOptions& options :
       {ThrottleOptions{}, ThrottleOptions{SreThrottleOptions{.window = 1s}},
        ThrottleOptions{EnvoyThrottleOptions{.window = 2s}}}) {
    Throttle throttle(options);
    EXPECT_EQ(test::allocations_in([&throttle, &options] {
                Rng rng{1};
                for (int i = 0; i < 1'000; ++i) {
                  const Instant now = at(i * 10ms);
                  if (throttle.admits(now, rng)) throttle.on_result(some_outcome(i), now);
                }
                throttle.reconfigure(options);
              }),
              0);
  }
}

TEST(Allocation, RetriesAndHedgesTakeNone) {
  EXPECT_EQ(test::allocations_in([] {
              for (const auto jitter : {Jitter::none, Jitter::full, Jitter::equal,
                                        Jitter::decorrelated, Jitter::proportional}) {
                const Retry retry({.max_attempts = 50, .backoff = {.base = 1ms, .jitter = jitter}});
                RetryState state;
                Rng rng{1};
                for (int i = 0; i < 50; ++i) {
                  static_cast<void>(
                      retry.on_attempt_end(state, some_outcome(i), at(i * 1ms), at(1h), rng));
                }
              }
              const Hedge hedge({.max_attempts = 5, .delay = 1ms});
              HedgeState state;
              for (int i = 0; i < 5; ++i) {
                static_cast<void>(hedge.on_attempt_start(state));
                static_cast<void>(hedge.on_timer(state));
                static_cast<void>(hedge.on_attempt_end(state, some_outcome(i)));
              }
            }),
            0);
}

TEST(Allocation, RateLimitsTakeNone) {
  for (const RateLimitOptions& options :
       {RateLimitOptions{}, RateLimitOptions{TokenBucketLimitOptions{.burst = 5, .max_wait = 1s}},
        RateLimitOptions{Resilience4jRateLimitOptions{}},
        RateLimitOptions{EnvoyRateLimitOptions{}}}) {
    RateLimit limit(options);
    EXPECT_EQ(test::allocations_in([&limit, &options] {
                for (int i = 0; i < 1'000; ++i) static_cast<void>(limit.on_call(at(i * 1ms)));
                limit.reconfigure(options, at(1s));
              }),
              0);
  }
}

/// 100 s of calls, of more and of less time each.
void use(Limiter& limiter) {
  Rng rng{1};
  for (int i = 0; i < 10'000; ++i) {
    const Instant now = at(i * 10ms);
    const std::uint32_t in_flight = limiter.try_enter(now);
    limiter.leave(some_outcome(i), now, in_flight, now + i % 97 * 100us, rng);
  }
}

TEST(Allocation, LimitersTakeNoneInSteadyState) {
  for (const LimiterOptions& options :
       {LimiterOptions{}, LimiterOptions{VegasLimitOptions{}},
        LimiterOptions{Gradient2LimitOptions{}}, LimiterOptions{AimdLimitOptions{}},
        LimiterOptions{EnvoyGradientLimitOptions{.interval = 1s, .request_count = 5}}}) {
    Limiter limiter(options);
    use(limiter);  // Envoy's kind takes memory for as many bins as it needs
    EXPECT_EQ(test::allocations_in([&limiter] {
                Rng rng{1};
                for (int i = 0; i < 10'000; ++i) {
                  const Instant now = at(200s + i * 10ms);
                  limiter.leave(succeeded, now, limiter.try_enter(now), now + i % 97 * 100us, rng);
                }
              }),
              0);
  }
}

TEST(Allocation, BulkheadsTakeNone) {
  EXPECT_EQ(test::allocations_in([] {
              Bulkhead bulkhead({.max_concurrent = 2, .max_waiting = 2, .max_wait = 1s});
              for (int i = 0; i < 5; ++i) static_cast<void>(bulkhead.enter());
              bulkhead.stop_waiting();
              bulkhead.leave();
              static_cast<void>(bulkhead.admit_waiting());
              bulkhead.reconfigure({});
            }),
            0);
}

}  // namespace
}  // namespace squall::policy::allocation_test
