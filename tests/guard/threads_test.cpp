// Many threads at one guard. What must hold does not depend on who comes first.
#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/guard/support.hpp"

namespace squall::guard::threads_test {
namespace {

constexpr int thread_count = 8;
constexpr int calls_each = 4'000;

/// A clock that each look moves on: threads come to the guard in another order than they looked.
class Clock {
 public:
  [[nodiscard]] Instant now() noexcept { return at(Duration{ticks_.fetch_add(1'000)}); }

 private:
  std::atomic<std::int64_t> ticks_{0};
};

/// Something that is counted up and down, and the most it ever was.
class Gauge {
 public:
  void up() noexcept {
    const std::int64_t now = value_.fetch_add(1) + 1;
    std::int64_t most = most_.load();
    while (now > most && !most_.compare_exchange_weak(most, now)) {
    }
  }
  void down() noexcept { value_.fetch_sub(1); }
  [[nodiscard]] std::int64_t value() const noexcept { return value_.load(); }
  [[nodiscard]] std::int64_t most() const noexcept { return most_.load(); }

 private:
  std::atomic<std::int64_t> value_{0};
  std::atomic<std::int64_t> most_{0};
};

template <typename Body>
void on_threads(Body body) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < thread_count; ++i)
    threads.emplace_back([body, i] { body(static_cast<std::uint64_t>(i)); });
}

Outcome draw_outcome(Rng& rng, std::uint64_t failures_of_10) {
  return rng.below(10) < failures_of_10 ? errored : succeeded;
}

/// Takes the call through to its end, one in twenty dropped on the way.
void run_through(Call call, Rng& rng, Clock& clock, Gauge& inside, std::uint64_t failures_of_10) {
  while (!call.has_ended()) {
    const bool drops = rng.below(20) == 0;
    if (is_attempt(call)) {
      inside.up();
      if (rng.below(4) == 0) std::this_thread::yield();
      inside.down();
      if (drops) return;
      call.on_attempt_end(draw_outcome(rng, failures_of_10), clock.now());
    } else {
      if (drops) return;
      call.on_delay_over(clock.now());
    }
  }
}

PolicyOptions everything() {
  PolicyOptions options;
  options.deadline = 1s;
  options.timeout = 50ms;
  options.retry = policy::RetryOptions{.max_attempts = 4};
  options.retry->backoff.base = 1us;
  options.retry->backoff.jitter = policy::Jitter::full;
  options.budget = policy::EnvoyBudgetOptions{};
  options.breaker = policy::WindowBreakerOptions{.window = 20, .failures = 15, .open_for = 100us};
  options.bulkhead = {.max_concurrent = 3};
  return options;
}

void expect_conserved(const PolicyOptions& options, std::uint64_t failures_of_10) {
  Guard guard(options, 11);
  Clock clock;
  Gauge inside;
  on_threads([&](std::uint64_t thread) {
    Rng rng = RandomKey{5}.with(thread).rng();
    for (int i = 0; i < calls_each; ++i)
      run_through(guard.begin(clock.now()), rng, clock, inside, failures_of_10);
  });
  const Census census = guard.census(clock.now());
  EXPECT_TRUE(is_balanced(census));
  EXPECT_EQ(census.calls_begun, std::uint64_t{thread_count} * calls_each);
  EXPECT_EQ(inside.value(), 0);
  EXPECT_LE(inside.most(), options.bulkhead->max_concurrent);
  EXPECT_LE(census.concurrent_max, options.bulkhead->max_concurrent);
  EXPECT_LE(census.attempts_begun + census.refused_by_breaker + census.refused_by_bulkhead,
            census.calls_begun + census.retries_granted);
}

TEST(GuardThreads, GiveBackEveryPermitAndNeverExceedTheBulkhead) {
  expect_conserved(everything(), 3);
}

TEST(GuardThreads, GiveBackEveryPermitUnderEachBreaker) {
  PolicyOptions options = everything();
  for (const policy::BreakerOptions& breaker :
       {policy::BreakerOptions{policy::Resilience4jBreakerOptions{.window = 20, .minimum = 10}},
        policy::BreakerOptions{policy::PollyBreakerOptions{}},
        policy::BreakerOptions{policy::HystrixBreakerOptions{}},
        policy::BreakerOptions{policy::SentinelBreakerOptions{}},
        policy::BreakerOptions{policy::LinkerdBreakerOptions{}}}) {
    options.breaker = breaker;
    expect_conserved(options, 6);
  }
}

TEST(GuardThreads, GiveBackEveryPermitWithTheBulkheadOutsideTheRetries) {
  PolicyOptions options = everything();
  options.order = {policy::Layer::bulkhead, policy::Layer::breaker, policy::Layer::retry,
                   policy::Layer::timeout};
  expect_conserved(options, 3);
}

/// Nothing succeeds, so nothing is given back: the tokens pay for so many retries, and no more.
TEST(GuardThreads, SpendATokenBudgetToTheLastTokenAndNoFurther) {
  PolicyOptions options;
  options.retry = policy::RetryOptions{.max_attempts = 4};
  options.budget = policy::AwsBudgetOptions{.capacity = 5'003, .retry_cost = 5};
  Guard guard(options, 11);
  Clock clock;
  on_threads([&](std::uint64_t /*thread*/) {
    for (int i = 0; i < calls_each; ++i) {
      for (Call call = guard.begin(clock.now()); !call.has_ended();)
        call.on_attempt_end(errored, clock.now());
    }
  });
  const Census census = guard.census(clock.now());
  EXPECT_TRUE(is_balanced(census));
  EXPECT_EQ(census.retries_granted, 1'000U);
}

/// A tenth of a token for each success, a whole one for each retry.
TEST(GuardThreads, RetryNoMoreOftenThanTheBucketWasFilled) {
  PolicyOptions options;
  options.retry = policy::RetryOptions{.max_attempts = 4};
  options.budget = policy::BucketBudgetOptions{.capacity = 5, .deposit = 0.1};
  Guard guard(options, 11);
  Clock clock;
  Gauge inside;
  on_threads([&](std::uint64_t thread) {
    Rng rng = RandomKey{6}.with(thread).rng();
    for (int i = 0; i < calls_each; ++i)
      run_through(guard.begin(clock.now()), rng, clock, inside, 5);
  });
  const Census census = guard.census(clock.now());
  EXPECT_TRUE(is_balanced(census));
  EXPECT_GT(census.retries_granted, 5U);
  EXPECT_LE(census.retries_granted * 10, 5 * 10 + census.calls_ok);
}

/// Of those that bound what is under way the bound is seen in every census.
TEST(GuardThreads, KeepRetriesUnderWayWithinAConcurrentBudget) {
  PolicyOptions options;
  options.retry = policy::RetryOptions{.max_attempts = 4};
  options.budget = policy::EnvoyBudgetOptions{.percent = 0.0, .min_concurrency = 2};
  Guard guard(options, 11);
  Clock clock;
  std::atomic<std::uint64_t> most{0};
  on_threads([&](std::uint64_t /*thread*/) {
    for (int i = 0; i < calls_each; ++i) {
      for (Call call = guard.begin(clock.now()); !call.has_ended();) {
        const Census census = guard.census(clock.now());
        const std::uint64_t under_way = census.retries_granted - census.retries_ended;
        std::uint64_t seen = most.load();
        while (under_way > seen && !most.compare_exchange_weak(seen, under_way)) {
        }
        call.on_attempt_end(errored, clock.now());
      }
    }
  });
  EXPECT_TRUE(is_balanced(guard.census(clock.now())));
  EXPECT_LE(most.load(), 2U);
  EXPECT_GE(most.load(), 1U);
}

/// While it is half open one call alone is let through, whoever asks.
TEST(GuardThreads, LetOneProbeThroughAHalfOpenBreaker) {
  PolicyOptions options;
  options.breaker = policy::PollyBreakerOptions{.minimum_throughput = 2, .break_for = 1s};
  Guard guard(options, 11);
  for (int i = 0; i < 2; ++i) {
    Call call = guard.begin(at(0ms));
    call.on_attempt_end(errored, at(1ms));
  }
  ASSERT_EQ(guard.census(at(2ms)).breaker, policy::BreakerState::open);
  std::mutex mutex;
  std::vector<Call> let_through;
  on_threads([&](std::uint64_t /*thread*/) {
    for (int i = 0; i < 100; ++i) {
      Call call = guard.begin(at(2s));
      if (call.has_ended()) continue;
      const std::lock_guard lock(mutex);
      let_through.push_back(std::move(call));
    }
  });
  EXPECT_EQ(let_through.size(), 1U);
}

/// A call may begin on one thread and end on another.
TEST(GuardThreads, HandCallsToEachOther) {
  PolicyOptions options = everything();
  options.bulkhead = {.max_concurrent = 100};
  Guard guard(options, 11);
  Clock clock;
  Gauge inside;
  std::mutex mutex;
  std::deque<Call> handed;
  on_threads([&](std::uint64_t thread) {
    Rng rng = RandomKey{7}.with(thread).rng();
    for (int i = 0; i < calls_each; ++i) {
      std::optional<Call> taken;
      {
        Call begun = guard.begin(clock.now());
        const std::lock_guard lock(mutex);
        handed.push_back(std::move(begun));
        if (handed.size() > 20) {
          taken.emplace(std::move(handed.front()));
          handed.pop_front();
        }
      }
      if (taken) run_through(std::move(*taken), rng, clock, inside, 3);
    }
  });
  handed.clear();
  EXPECT_TRUE(is_balanced(guard.census(clock.now())));
}

}  // namespace
}  // namespace squall::guard::threads_test
