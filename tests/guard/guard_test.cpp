#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "squall/guard/steady_time.hpp"
#include "tests/guard/support.hpp"

namespace squall::guard::guard_test {
namespace {

TEST(Guard, LetsACallThroughWhenThePolicyIsEmpty) {
  Guard guard(PolicyOptions{}, 1);
  Call call = guard.begin(at(0s));
  ASSERT_TRUE(is_attempt(call));
  EXPECT_EQ(std::get<Attempt>(call.step()).give_up_at, never);
  call.on_attempt_end(succeeded, at(1s));
  ASSERT_TRUE(call.has_ended());
  EXPECT_EQ(end_of(call).why, WhyEnded::succeeded);
  EXPECT_TRUE(is_balanced(guard.census(at(1s))));
}

TEST(Guard, RetriesAfterTheBackoffUntilTheAttemptsAreUsedUp) {
  PolicyOptions options;
  options.retry = three_attempts();
  Guard guard(options, 1);
  Call call = guard.begin(at(0ms));
  ASSERT_EQ(std::get<RetryAfter>(call.on_attempt_end(errored, at(1ms))).delay, 10ms);
  ASSERT_TRUE(std::holds_alternative<Attempt>(call.on_delay_over(at(11ms))));
  ASSERT_EQ(std::get<RetryAfter>(call.on_attempt_end(errored, at(12ms))).delay, 20ms);
  call.on_delay_over(at(32ms));
  call.on_attempt_end(errored, at(33ms));
  EXPECT_EQ(end_of(call).why, WhyEnded::exhausted);
  EXPECT_EQ(end_of(call).outcome, errored);
  const Census census = guard.census(at(33ms));
  EXPECT_EQ(census.attempts_begun, 3U);
  EXPECT_EQ(census.retries_granted, 2U);
  EXPECT_TRUE(is_balanced(census));
}

TEST(Guard, RetriesAtOnceWithoutABackoff) {
  PolicyOptions options;
  options.retry.emplace();
  Guard guard(options, 1);
  Call call = guard.begin(at(0ms));
  EXPECT_TRUE(std::holds_alternative<Attempt>(call.on_attempt_end(errored, at(1ms))));
}

TEST(Guard, SaysWhenAnAttemptIsToBeGivenUpAndAsWhat) {
  PolicyOptions options;
  options.deadline = 100ms;
  options.timeout = 60ms;
  options.retry = three_attempts();
  Guard guard(options, 1);
  Call call = guard.begin(at(0ms));
  const auto first = std::get<Attempt>(call.step());
  EXPECT_EQ(first.give_up_at, at(60ms));
  EXPECT_EQ(first.late().kind, OutcomeKind::timeout);
  call.on_attempt_end(first.late(), at(60ms));
  const auto second = std::get<Attempt>(call.on_delay_over(at(70ms)));
  EXPECT_EQ(second.give_up_at, at(100ms));
  EXPECT_EQ(second.late().kind, OutcomeKind::deadline);
  call.on_attempt_end(second.late(), at(100ms));
  EXPECT_EQ(end_of(call).why, WhyEnded::deadline);
}

TEST(Guard, EndsACallWhoseDelayWasSleptBeyondTheDeadline) {
  PolicyOptions options;
  options.deadline = 100ms;
  options.retry = three_attempts();
  Guard guard(options, 1);
  Call call = guard.begin(at(0ms));
  call.on_attempt_end(errored, at(50ms));
  call.on_delay_over(at(100ms));
  EXPECT_EQ(end_of(call).outcome.kind, OutcomeKind::deadline);
  EXPECT_TRUE(is_balanced(guard.census(at(100ms))));
}

TEST(Guard, RefusesBeyondTheBulkheadAndGivesThePlaceBackOnce) {
  PolicyOptions options;
  options.bulkhead = {.max_concurrent = 1};
  Guard guard(options, 1);
  Call first = guard.begin(at(0s));
  const Call second = guard.begin(at(0s));
  EXPECT_EQ(end_of(second).outcome.by, RejectedBy::bulkhead);
  EXPECT_EQ(end_of(second).why, WhyEnded::not_retried);
  Call moved = std::move(first);
  moved.on_attempt_end(succeeded, at(1s));
  moved.abandon(at(2s));
  EXPECT_EQ(guard.census(at(2s)).concurrent, 0U);
  EXPECT_TRUE(is_attempt(guard.begin(at(2s))));
}

TEST(Guard, HoldsThePlaceInABulkheadOutsideTheRetriesThroughTheBackoff) {
  PolicyOptions options;
  options.retry = three_attempts();
  options.bulkhead = {.max_concurrent = 1};
  options.order = {policy::Layer::bulkhead, policy::Layer::retry};
  Guard guard(options, 1);
  Call call = guard.begin(at(0ms));
  call.on_attempt_end(errored, at(1ms));
  EXPECT_EQ(guard.census(at(1ms)).concurrent, 1U);
}

TEST(Guard, ComesBackToABulkheadInsideTheRetries) {
  PolicyOptions options;
  options.retry = three_attempts();
  options.bulkhead = {.max_concurrent = 1};
  Guard guard(options, 1);
  Call first = guard.begin(at(0ms));
  Call second = guard.begin(at(0ms));
  ASSERT_EQ(std::get<RetryAfter>(second.step()).delay, 10ms);
  first.on_attempt_end(succeeded, at(5ms));
  EXPECT_TRUE(std::holds_alternative<Attempt>(second.on_delay_over(at(10ms))));
}

TEST(Guard, SharesTheBreakerBetweenCalls) {
  PolicyOptions options;
  options.breaker = quick_breaker();
  Guard guard(options, 1);
  for (int i = 0; i < 2; ++i) {
    Call call = guard.begin(at(0ms));
    call.on_attempt_end(errored, at(1ms));
  }
  EXPECT_EQ(guard.census(at(2ms)).breaker, policy::BreakerState::open);
  EXPECT_EQ(end_of(guard.begin(at(2ms))).outcome.by, RejectedBy::breaker);
  EXPECT_TRUE(is_attempt(guard.begin(at(1002ms))));
}

TEST(Guard, SharesTheBudgetBetweenCalls) {
  PolicyOptions options;
  options.retry = three_attempts();
  options.budget = policy::AwsBudgetOptions{.capacity = 5, .retry_cost = 5};
  Guard guard(options, 1);
  Call first = guard.begin(at(0ms));
  Call second = guard.begin(at(0ms));
  EXPECT_TRUE(std::holds_alternative<RetryAfter>(first.on_attempt_end(errored, at(1ms))));
  second.on_attempt_end(errored, at(1ms));
  EXPECT_EQ(end_of(second).why, WhyEnded::budget);
}

TEST(Guard, AsksABudgetAfterTheBackoffWhereItsFamilyWantsSo) {
  PolicyOptions options;
  options.retry = three_attempts();
  options.budget = policy::FailsafeBudgetOptions{.max_rate = 0.0, .min_concurrency = 1};
  Guard guard(options, 1);
  Call first = guard.begin(at(0ms));
  Call second = guard.begin(at(0ms));
  first.on_attempt_end(errored, at(1ms));
  second.on_attempt_end(errored, at(1ms));
  EXPECT_EQ(guard.census(at(1ms)).retries_granted, 0U);
  EXPECT_TRUE(std::holds_alternative<Attempt>(first.on_delay_over(at(11ms))));
  second.on_delay_over(at(11ms));
  EXPECT_EQ(end_of(second).why, WhyEnded::budget);
  EXPECT_EQ(end_of(second).outcome, errored);
}

TEST(Guard, GivesEverythingBackWhenACallIsDropped) {
  PolicyOptions options;
  options.retry = three_attempts();
  options.bulkhead = {.max_concurrent = 4};
  options.breaker = policy::PollyBreakerOptions{};
  options.budget = policy::EnvoyBudgetOptions{};
  Guard guard(options, 1);
  {
    const Call attempting = guard.begin(at(0ms));
    Call waiting = guard.begin(at(0ms));
    waiting.on_attempt_end(errored, at(1ms));
    Call assigned = guard.begin(at(1ms));
    assigned = guard.begin(at(2ms));
    EXPECT_FALSE(is_balanced(guard.census(at(2ms))));
  }
  EXPECT_TRUE(is_balanced(guard.census(at(2ms))));
}

TEST(Guard, RefusesWhatTheRateLimitDoesNotLetOn) {
  PolicyOptions options;
  options.rate_limit = policy::TokenBucketLimitOptions{.burst = 2};
  Guard guard(options, 1);
  Call first = guard.begin(at(0ms));
  Call second = guard.begin(at(0ms));
  Call third = guard.begin(at(19ms));
  EXPECT_TRUE(is_attempt(second));
  EXPECT_EQ(end_of(third).outcome.by, RejectedBy::rate_limit);
  EXPECT_TRUE(is_attempt(guard.begin(at(20ms))));
  EXPECT_EQ(guard.census(at(20ms)).refused_by_rate_limit, 1U);
  first.on_attempt_end(succeeded, at(21ms));
  second.on_attempt_end(succeeded, at(21ms));
  EXPECT_TRUE(is_balanced(guard.census(at(21ms))));
}

TEST(Guard, RefusesBeyondTheLimitThatItsLimiterHasFound) {
  PolicyOptions options;
  options.limiter = policy::AimdLimitOptions{.initial = 2, .min = 1};
  Guard guard(options, 1);
  Call first = guard.begin(at(0ms));
  Call second = guard.begin(at(0ms));
  const Call third = guard.begin(at(0ms));
  EXPECT_EQ(end_of(third).outcome.by, RejectedBy::limiter);
  // A success at two in flight makes the limit three, a timeout two again.
  second.on_attempt_end(succeeded, at(1ms));
  Call fourth = guard.begin(at(1ms));
  const Call fifth = guard.begin(at(1ms));
  EXPECT_TRUE(is_attempt(fifth));
  fourth.on_attempt_end({.kind = OutcomeKind::timeout}, at(2ms));
  EXPECT_EQ(end_of(guard.begin(at(2ms))).outcome.by, RejectedBy::limiter);
  first.abandon(at(2ms));
  EXPECT_TRUE(is_attempt(guard.begin(at(2ms))));
  EXPECT_EQ(guard.census(at(2ms)).refused_by_limiter, 2U);
}

TEST(Guard, TakesAnInstantFromBeforeTheLatestAsTheLatest) {
  PolicyOptions options;
  options.timeout = 10ms;
  Guard guard(options, 1);
  const Call late = guard.begin(at(100ms));
  const Call early = guard.begin(at(40ms));
  EXPECT_EQ(std::get<Attempt>(early.step()).give_up_at, at(110ms));
}

TEST(Guard, DrawsTheSameForTheSameSeed) {
  PolicyOptions options;
  options.retry = three_attempts();
  options.retry->backoff.jitter = policy::Jitter::full;
  const auto delay = [&options](std::uint64_t seed) {
    Guard guard(options, seed);
    Call call = guard.begin(at(0ms));
    return std::get<RetryAfter>(call.on_attempt_end(errored, at(1ms))).delay;
  };
  EXPECT_EQ(delay(7), delay(7));
  EXPECT_NE(delay(7), delay(8));
}

TEST(Guard, SharesTheThrottleBetweenCalls) {
  // The n-th call goes on with probability 1 / n: 5.9 of 200 on average, sd 2.1.
  PolicyOptions options;
  options.throttle = policy::SreThrottleOptions{};
  const auto census_with = [&options](std::uint64_t seed) {
    Guard guard(options, seed);
    for (int i = 0; i < 200; ++i) {
      Call call = guard.begin(at(0ms));
      if (is_attempt(call))
        call.on_attempt_end(errored, at(0ms));
      else
        EXPECT_EQ(end_of(call).outcome.by, RejectedBy::throttle);
    }
    return guard.census(at(0ms));
  };
  const Census census = census_with(1);
  EXPECT_TRUE(is_balanced(census));
  EXPECT_EQ(census.attempts_begun + census.refused_by_throttle, 200U);
  EXPECT_GE(census.attempts_begun, 1U);
  EXPECT_LE(census.attempts_begun, 16U);
  EXPECT_EQ(census_with(1).refused_by_throttle, census.refused_by_throttle);
  int others = 0;
  for (std::uint64_t seed = 2; seed < 12; ++seed)
    others += census_with(seed).refused_by_throttle == census.refused_by_throttle ? 0 : 1;
  EXPECT_GE(others, 4) << "drawn from the seed";
}

TEST(Guard, TriesAgainWhatTheThrottleInsideTheRetriesRefused) {
  PolicyOptions options;
  options.throttle = policy::EnvoyThrottleOptions{.max_rejection = 1.0};
  options.retry = three_attempts();
  Guard guard(options, 1);
  for (int i = 0; i < 50; ++i) {
    for (Call call = guard.begin(at(0ms)); !call.has_ended();) {
      if (is_attempt(call))
        call.on_attempt_end(errored, at(0ms));
      else
        call.on_delay_over(at(0ms));
    }
  }
  const Census census = guard.census(at(0ms));
  EXPECT_TRUE(is_balanced(census));
  EXPECT_EQ(census.attempts_begun + census.refused_by_throttle, 150U);
  EXPECT_GT(census.refused_by_throttle, 100U);
}

TEST(GuardValidate, NamesWhatAGuardCannotDo) {
  const auto key = [](const PolicyOptions& options) { return validate(options).error().key; };
  PolicyOptions hedged;
  hedged.hedge.emplace();
  EXPECT_EQ(key(hedged), "hedge");
  PolicyOptions ejecting;
  ejecting.outlier.emplace();
  EXPECT_EQ(key(ejecting), "outlier");
  PolicyOptions falling_back;
  falling_back.fallback.emplace();
  EXPECT_EQ(key(falling_back), "fallback");
  PolicyOptions propagating;
  propagating.propagate_deadline = true;
  EXPECT_EQ(key(propagating), "propagate_deadline");
  PolicyOptions in_line;
  in_line.bulkhead = {.max_wait = 1ms};
  EXPECT_EQ(key(in_line), "bulkhead.max_wait");
  PolicyOptions by_reservation;
  by_reservation.rate_limit = policy::TokenBucketLimitOptions{.max_wait = 1ns};
  EXPECT_EQ(key(by_reservation), "rate_limit.token_bucket.max_wait");
  by_reservation.rate_limit = policy::Resilience4jRateLimitOptions{.timeout = 1ns};
  EXPECT_EQ(key(by_reservation), "rate_limit.resilience4j.timeout");
  by_reservation.rate_limit = policy::Resilience4jRateLimitOptions{.timeout = 0ns};
  EXPECT_TRUE(validate(by_reservation));
  by_reservation.rate_limit = policy::TokenBucketLimitOptions{};
  EXPECT_TRUE(validate(by_reservation));
  by_reservation.rate_limit = policy::EnvoyRateLimitOptions{};
  EXPECT_TRUE(validate(by_reservation));
  PolicyOptions timeout_outside;
  timeout_outside.retry.emplace();
  timeout_outside.timeout = 1s;
  timeout_outside.order = {policy::Layer::timeout, policy::Layer::retry};
  EXPECT_EQ(key(timeout_outside), "order");
  PolicyOptions out_of_range;
  out_of_range.timeout = 0s;
  EXPECT_EQ(key(out_of_range), "timeout");
  EXPECT_TRUE(validate(PolicyOptions{}));
}

/// A steady clock begins anywhere; long after its epoch every family has to work as at its epoch.
TEST(Guard, DoesTheSameWhereverTheClockBegins) {
  const std::vector<policy::BreakerOptions> breakers = {
      std::monostate{},
      quick_breaker(),
      policy::Resilience4jBreakerOptions{
          .window_type = policy::Resilience4jBreakerOptions::Window::time, .minimum = 3},
      policy::PollyBreakerOptions{},
      policy::HystrixBreakerOptions{},
      policy::SentinelBreakerOptions{},
      policy::LinkerdBreakerOptions{}};
  const std::vector<policy::RetryBudgetOptions> budgets = {std::monostate{},
                                                           policy::GrpcThrottleOptions{},
                                                           policy::EnvoyBudgetOptions{},
                                                           policy::FinagleBudgetOptions{},
                                                           policy::AwsBudgetOptions{},
                                                           policy::FailsafeBudgetOptions{},
                                                           policy::BucketBudgetOptions{},
                                                           policy::CutoffBudgetOptions{}};
  for (const auto& breaker : breakers) {
    for (const auto& budget : budgets) {
      const auto counts = [&](Instant epoch) {
        PolicyOptions options;
        options.retry = three_attempts();
        options.breaker = breaker;
        options.budget = budget;
        Guard guard(options, 3);
        Instant now = epoch;
        for (int i = 0; i < 200; ++i) {
          for (Call call = guard.begin(now); !call.has_ended();) {
            now += 7ms;
            if (is_attempt(call))
              call.on_attempt_end(i % 3 == 0 ? succeeded : errored, now);
            else
              call.on_delay_over(now += std::get<RetryAfter>(call.step()).delay);
          }
          now += 5ms;
        }
        const Census census = guard.census(now);
        EXPECT_TRUE(is_balanced(census));
        return std::vector{census.attempts_begun, census.retries_granted, census.retries_denied,
                           census.refused_by_breaker};
      };
      // A whole number of every window's slices, so that only the distance differs.
      EXPECT_EQ(counts(at(0s)), counts(at(std::chrono::hours{24 * 3650})))
          << breaker.index() << " " << budget.index();
    }
  }
}

TEST(SteadyTime, GoesThereAndBack) {
  const auto point = std::chrono::steady_clock::time_point{} + 5s;
  EXPECT_EQ(instant_of(point), at(5s));
  EXPECT_EQ(steady_of(at(5s)), point);
  EXPECT_EQ(steady_of(never), std::chrono::steady_clock::time_point::max());
}

}  // namespace
}  // namespace squall::guard::guard_test
