#include "squall/policy/breaker.hpp"

#include <gtest/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy {
namespace {

TEST(Breaker, NoneIsAlwaysClosed) {
  Breaker breaker;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(breaker.try_acquire(at(0s)));
    breaker.on_result(errored, 1h, at(0s));
  }
  breaker.release(at(0s));
  breaker.reconfigure(BreakerOptions{});
  EXPECT_EQ(breaker.state(at(0s)), BreakerState::closed);
}

TEST(Breaker, OfTheWindowKind) {
  Breaker breaker(WindowBreakerOptions{.window = 2, .failures = 2, .open_for = 1s});
  EXPECT_TRUE(breaker.try_acquire(at(0s)));
  breaker.on_result(errored, 1ms, at(0s));
  breaker.release(at(0s));
  breaker.reconfigure(WindowBreakerOptions{.window = 3, .failures = 2, .open_for = 1s});
  breaker.on_result(errored, 1ms, at(0s));
  EXPECT_EQ(breaker.state(at(0s)), BreakerState::closed);
  breaker.on_result(succeeded, 1ms, at(0s));
  EXPECT_EQ(breaker.state(at(0s)), BreakerState::open);
  EXPECT_FALSE(breaker.try_acquire(at(0s)));
}

TEST(Breaker, OfTheResilience4jKind) {
  Breaker breaker(
      Resilience4jBreakerOptions{.window = 1, .minimum = 1, .open_for = 1s, .half_open_calls = 1});
  EXPECT_TRUE(breaker.try_acquire(at(0s)));
  breaker.on_result(errored, 1ms, at(0s));
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
}

}  // namespace
}  // namespace squall::policy
