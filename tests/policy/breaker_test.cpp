#include "squall/policy/breaker.hpp"

#include <gtest/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::breaker_test {
namespace {

/// A breaker and draws that it may take.
struct Bench {
  Breaker breaker;
  Rng rng{1};

  explicit Bench(const BreakerOptions& options) : breaker(options) {}
  void result(const Outcome& outcome, Instant now) { breaker.on_result(outcome, 1ms, now, rng); }
};

TEST(Breaker, NoneIsAlwaysClosed) {
  Breaker breaker;
  Rng rng{1};
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(breaker.try_acquire(at(0s)));
    breaker.on_result(errored, 1h, at(0s), rng);
    breaker.on_success(1h, at(0s));
  }
  breaker.release(at(0s));
  breaker.reconfigure(BreakerOptions{});
  EXPECT_EQ(breaker.state(at(0s)), BreakerState::closed);
}

TEST(Breaker, OfTheWindowKind) {
  Breaker breaker(WindowBreakerOptions{.window = 2, .failures = 2, .open_for = 1s});
  Rng rng{1};
  EXPECT_TRUE(breaker.try_acquire(at(0s)));
  breaker.on_result(errored, 1ms, at(0s), rng);
  breaker.release(at(0s));
  breaker.reconfigure(WindowBreakerOptions{.window = 3, .failures = 2, .open_for = 1s});
  breaker.on_result(errored, 1ms, at(0s), rng);
  EXPECT_EQ(breaker.state(at(0s)), BreakerState::closed);
  breaker.on_success(1ms, at(0s));
  EXPECT_EQ(breaker.state(at(0s)), BreakerState::open);
  EXPECT_FALSE(breaker.try_acquire(at(0s)));
}

TEST(Breaker, OfTheResilience4jKind) {
  Rng rng{1};
  Breaker breaker(
      Resilience4jBreakerOptions{.window = 1, .minimum = 1, .open_for = 1s, .half_open_calls = 1});
  EXPECT_TRUE(breaker.try_acquire(at(0s)));
  breaker.on_result(errored, 1ms, at(0s), rng);
  EXPECT_FALSE(breaker.try_acquire(at(1s)));
  EXPECT_TRUE(breaker.try_acquire(at(2s)));
  EXPECT_FALSE(breaker.try_acquire(at(2s)));
  breaker.release(at(2s));
  EXPECT_TRUE(breaker.try_acquire(at(2s)));
  EXPECT_EQ(breaker.state(at(2s)), BreakerState::half_open);
  breaker.reconfigure(
      Resilience4jBreakerOptions{.window = 1, .minimum = 1, .open_for = 1s, .half_open_calls = 2});
  EXPECT_TRUE(breaker.try_acquire(at(2s)));
  EXPECT_FALSE(breaker.try_acquire(at(2s)));
}

TEST(Breaker, OfThePollyKind) {
  Bench bench(PollyBreakerOptions{.minimum_throughput = 2, .break_for = 1s});
  EXPECT_TRUE(bench.breaker.try_acquire(at(0s)));
  bench.breaker.on_success(1ms, at(0s));
  bench.result(errored, at(0s));
  EXPECT_FALSE(bench.breaker.try_acquire(at(1s - 1ns)));
  bench.breaker.reconfigure(PollyBreakerOptions{.minimum_throughput = 2, .break_for = 2s});
  EXPECT_TRUE(bench.breaker.try_acquire(at(1s)));
  EXPECT_EQ(bench.breaker.state(at(1s)), BreakerState::half_open);
  bench.result(errored, at(1s));
  EXPECT_FALSE(bench.breaker.try_acquire(at(3s - 1ns)));
  EXPECT_TRUE(bench.breaker.try_acquire(at(3s)));
  bench.breaker.release(at(3s));
  EXPECT_EQ(bench.breaker.state(at(3s)), BreakerState::closed);
}

TEST(Breaker, OfTheHystrixKind) {
  Bench bench(HystrixBreakerOptions{.request_volume = 1, .sleep_window = 1s});
  EXPECT_TRUE(bench.breaker.try_acquire(at(0s)));
  bench.result(errored, at(0s));
  EXPECT_EQ(bench.breaker.state(at(500ms - 1ns)), BreakerState::closed);
  EXPECT_EQ(bench.breaker.state(at(500ms)), BreakerState::open);
  bench.breaker.reconfigure(HystrixBreakerOptions{.request_volume = 1, .sleep_window = 2s});
  EXPECT_FALSE(bench.breaker.try_acquire(at(2500ms)));
  EXPECT_TRUE(bench.breaker.try_acquire(at(2500ms + 1ns)));
  bench.breaker.release(at(3s));
  EXPECT_EQ(bench.breaker.state(at(3s)), BreakerState::open);
}

TEST(Breaker, OfTheSentinelKind) {
  using Strategy = SentinelBreakerOptions::Strategy;
  Bench bench(SentinelBreakerOptions{
      .strategy = Strategy::error_count, .count = 0, .minimum = 1, .open_for = 1s});
  bench.breaker.on_success(1ms, at(0s));
  EXPECT_TRUE(bench.breaker.try_acquire(at(0s)));
  bench.result(errored, at(0s));
  EXPECT_FALSE(bench.breaker.try_acquire(at(1s - 1ns)));
  EXPECT_TRUE(bench.breaker.try_acquire(at(1s)));
  bench.breaker.release(at(1s));
  EXPECT_TRUE(bench.breaker.try_acquire(at(1s)));
  bench.breaker.reconfigure(SentinelBreakerOptions{
      .strategy = Strategy::error_count, .count = 0, .minimum = 1, .open_for = 3s});
  bench.result(errored, at(1s));
  EXPECT_FALSE(bench.breaker.try_acquire(at(4s - 1ns)));
  EXPECT_TRUE(bench.breaker.try_acquire(at(4s)));
}

TEST(Breaker, OfTheLinkerdKindTakesItsDrawFromTheCaller) {
  const LinkerdBreakerOptions options{
      .max_failures = 1, .min_penalty = 100ms, .max_penalty = 1s, .jitter = 1.0};
  Breaker breaker(options);
  Rng lowest = drawing_lowest();
  breaker.on_result(errored, 1ms, at(0s), lowest);
  EXPECT_TRUE(breaker.try_acquire(at(100ms)));
  Rng highest = drawing_highest();
  breaker.on_result(errored, 1ms, at(100ms), highest);  // 200 ms and just below 200 ms more
  EXPECT_EQ(breaker.state(at(500ms - 2ns)), BreakerState::open);
  EXPECT_EQ(breaker.state(at(500ms)), BreakerState::half_open);
  breaker.reconfigure(options);
  EXPECT_TRUE(breaker.try_acquire(at(500ms)));
  breaker.release(at(500ms));
  breaker.on_success(1ms, at(500ms));
  EXPECT_EQ(breaker.state(at(500ms)), BreakerState::closed);
}

TEST(Breaker, DrawsNothingUnlessAPenaltyWithJitterBegins) {
  const std::uint64_t first = Rng{1}.next();
  for (const BreakerOptions& options :
       {BreakerOptions{}, BreakerOptions{WindowBreakerOptions{.window = 1, .failures = 1}},
        BreakerOptions{Resilience4jBreakerOptions{.window = 1}},
        BreakerOptions{PollyBreakerOptions{.minimum_throughput = 2}},
        BreakerOptions{HystrixBreakerOptions{.request_volume = 1}},
        BreakerOptions{SentinelBreakerOptions{.minimum = 1}},
        BreakerOptions{LinkerdBreakerOptions{.max_failures = 4}},
        BreakerOptions{LinkerdBreakerOptions{.max_failures = 1, .jitter = 0.0}}}) {
    Bench bench(options);
    for (int i = 0; i < 3; ++i) bench.result(errored, at(0s));
    EXPECT_EQ(bench.rng.next(), first) << options.index();
  }
  Bench bench(LinkerdBreakerOptions{.max_failures = 3});
  for (int i = 0; i < 5; ++i) bench.result(errored, at(0s));
  EXPECT_NE(bench.rng.next(), first);
}

TEST(BreakerDeathTest, KeepsItsKind) {
  Breaker breaker(WindowBreakerOptions{});
  EXPECT_EXIT(breaker.reconfigure(Resilience4jBreakerOptions{}), testing::ExitedWithCode(70), "");
}

TEST(BreakerOptions, AreThoseOfTheKind) {
  EXPECT_EQ(said(validate(BreakerOptions{})), "ok");
  EXPECT_EQ(said(validate(BreakerOptions{WindowBreakerOptions{.window = 0}})),
            "breaker.window.window: must be from 1 to 100,000, is 0");
  EXPECT_EQ(said(validate(BreakerOptions{Resilience4jBreakerOptions{.minimum = 0}})),
            "breaker.resilience4j.minimum: must be at least 1, is 0");
  EXPECT_EQ(said(validate(BreakerOptions{PollyBreakerOptions{.break_for = 0s}})),
            "breaker.polly.break_for: must be above 0s, is 0s");
  EXPECT_EQ(said(validate(BreakerOptions{HystrixBreakerOptions{.request_volume = 0}})),
            "breaker.hystrix.request_volume: must be at least 1, is 0");
  EXPECT_EQ(said(validate(BreakerOptions{SentinelBreakerOptions{.minimum = 0}})),
            "breaker.sentinel.minimum: must be at least 1, is 0");
  EXPECT_EQ(said(validate(BreakerOptions{LinkerdBreakerOptions{.max_failures = 0}})),
            "breaker.linkerd.max_failures: must be at least 1, is 0");
}

}  // namespace
}  // namespace squall::policy::breaker_test
