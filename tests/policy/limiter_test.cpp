#include "squall/policy/limiter.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "squall/policy/rate_limit.hpp"
#include "tests/policy/support.hpp"

namespace squall::policy::limiter_test {
namespace {

constexpr Outcome bulkhead_full{.kind = OutcomeKind::rejected, .by = RejectedBy::bulkhead};

Limiter aimd(std::uint32_t limit) {
  return Limiter(AimdLimitOptions{.initial = limit, .min = 1, .max = 100});
}

/// The limit after a call that ended so.
std::uint32_t after(const LimiterOptions& options, const Outcome& outcome, Duration rtt = 1ms) {
  Limiter limiter(options);
  Rng rng{1};
  const std::uint32_t in_flight = limiter.try_enter(at(0s));
  limiter.leave(outcome, at(0s), in_flight, at(rtt), rng);
  return limiter.gauge(at(rtt)).value();
}

TEST(Limiter, WithoutOneEverybodyIsLetIn) {
  Limiter limiter;
  Rng rng{1};
  for (std::uint32_t i = 1; i <= 10'000; ++i) EXPECT_EQ(limiter.try_enter(at(0s)), i);
  limiter.leave(succeeded, at(0s), 1, at(1s), rng);
  EXPECT_EQ(limiter.in_flight(), 9'999U);
  EXPECT_FALSE(limiter.draws());
  limiter.restart_extremes(at(1s));
  limiter.reconfigure(LimiterOptions{}, at(1s));
}

TEST(Limiter, LetsInAsManyAsTheLimitSays) {
  Limiter limiter = aimd(2);
  Rng rng{1};
  EXPECT_EQ(limiter.try_enter(at(0s)), 1U);
  EXPECT_EQ(limiter.try_enter(at(0s)), 2U);
  EXPECT_EQ(limiter.try_enter(at(0s)), 0U);
  EXPECT_EQ(limiter.in_flight(), 2U);
  limiter.leave(was_abandoned, at(0s), 1, at(0s), rng);
  EXPECT_EQ(limiter.try_enter(at(0s)), 2U);
  EXPECT_EQ(limiter.try_enter(at(0s)), 0U);
}

TEST(Limiter, TellsTheLimitHowManyWereInFlightWhenTheCallCame) {
  Limiter limiter = aimd(4);
  Rng rng{1};
  const std::uint32_t first = limiter.try_enter(at(0s));
  const std::uint32_t second = limiter.try_enter(at(0s));
  limiter.leave(succeeded, at(0s), first, at(1ms), rng);
  EXPECT_EQ(limiter.gauge(at(1ms)).value(), 4U) << "one is fewer than half";
  limiter.leave(succeeded, at(0s), second, at(1ms), rng);
  EXPECT_EQ(limiter.gauge(at(1ms)).value(), 5U);
}

TEST(Limiter, OfNetflixLearnsFromOutcomesAsItsInterceptorsDo) {
  const AimdLimitOptions options{
      .initial = 10, .min = 1, .outcomes = {.drop_on = {.error = false, .codes = 1U << 3U}}};
  const Outcome unavailable{.kind = OutcomeKind::error, .code = 3};
  const Outcome full{.kind = OutcomeKind::rejected, .by = RejectedBy::admission};
  EXPECT_EQ(after(options, timed_out), 9U);
  EXPECT_EQ(after(options, past_deadline), 9U);
  EXPECT_EQ(after(options, was_rejected), 9U);
  EXPECT_EQ(after(options, full), 9U);
  EXPECT_EQ(after(options, unavailable), 9U);
  EXPECT_EQ(after(options, errored), 10U) << "no sample";
  EXPECT_EQ(after(options, was_abandoned), 10U);
  EXPECT_EQ(after(options, bulkhead_full), 10U);
  AimdLimitOptions small = options;
  small.initial = 2;
  EXPECT_EQ(after(small, succeeded), 3U);
  EXPECT_EQ(after(small, errored), 2U);
  small.outcomes.errors_are_samples = true;
  EXPECT_EQ(after(small, errored), 3U);
  EXPECT_EQ(after(small, unavailable), 1U) << "but the dropped ones are dropped";
  small.outcomes.drop_on = {.timeout = false, .error = false, .rejected = false};
  EXPECT_EQ(after(small, timed_out), 2U);
  EXPECT_EQ(after(small, past_deadline), 2U);
  EXPECT_EQ(after(small, was_rejected), 2U);
}

TEST(Limiter, OfEnvoyLearnsFromEveryAnswerButOfAbandonedCalls) {
  for (const Outcome& outcome :
       {succeeded, errored, timed_out, past_deadline, was_rejected, bulkhead_full}) {
    Limiter limiter(EnvoyGradientLimitOptions{.request_count = 1});
    Rng rng{1};
    limiter.leave(outcome, at(0s), limiter.try_enter(at(0s)), at(1ms), rng);
    (void)limiter.try_enter(at(2ms));
    limiter.leave(outcome, at(2ms), 1, at(3ms), rng);
    EXPECT_GT(limiter.gauge(at(1s)).value(), 3U);
  }
  Limiter limiter(EnvoyGradientLimitOptions{.request_count = 1});
  Rng rng{1};
  limiter.leave(was_abandoned, at(0s), limiter.try_enter(at(0s)), at(1ms), rng);
  (void)limiter.try_enter(at(2ms));
  limiter.leave(succeeded, at(2ms), 1, at(3ms), rng);
  EXPECT_EQ(limiter.gauge(at(1s)).value(), 3U) << "the second was the measurement";
}

TEST(Limiter, SeesTheIntervalThatHasJustEnded) {
  Limiter limiter(EnvoyGradientLimitOptions{.request_count = 1, .min_concurrency = 1});
  Rng rng{1};
  limiter.leave(succeeded, at(0s), limiter.try_enter(at(0s)), at(1ms), rng);
  limiter.leave(succeeded, at(50ms), limiter.try_enter(at(50ms)), at(51ms), rng);
  EXPECT_EQ(limiter.try_enter(at(101ms - 1ns)), 1U);
  EXPECT_EQ(limiter.try_enter(at(101ms - 1ns)), 0U);
  EXPECT_EQ(limiter.try_enter(at(101ms)), 2U);
}

TEST(Limiter, SaysWhichKindsDraw) {
  EXPECT_TRUE(Limiter(VegasLimitOptions{}).draws());
  EXPECT_TRUE(Limiter(EnvoyGradientLimitOptions{}).draws());
  EXPECT_FALSE(Limiter(Gradient2LimitOptions{}).draws());
  EXPECT_FALSE(Limiter(AimdLimitOptions{}).draws());
}

TEST(Limiter, CountsItsExtremesFromWhereItIsTold) {
  Limiter limiter = aimd(20);
  Rng rng{1};
  limiter.leave(timed_out, at(0s), limiter.try_enter(at(0s)), at(1ms), rng);
  EXPECT_EQ(limiter.gauge(at(1ms)).least(), 18U);
  EXPECT_EQ(limiter.gauge(at(1ms)).most(), 20U);
  limiter.restart_extremes(at(1ms));
  EXPECT_EQ(limiter.gauge(at(1ms)).most(), 18U);
}

TEST(Limiter, TakesNewNumbersOfItsKind) {
  Limiter limiter = aimd(50);
  limiter.reconfigure(AimdLimitOptions{.initial = 1, .min = 1, .max = 10}, at(0s));
  EXPECT_EQ(limiter.gauge(at(0s)).value(), 50U);
  Rng rng{1};
  limiter.leave(succeeded, at(0s), limiter.try_enter(at(0s)), at(1ms), rng);
  EXPECT_EQ(limiter.gauge(at(1ms)).value(), 10U);
}

TEST(LimiterDeathTest, HasMoreOnTheWayOutThanIn) {
  Limiter limiter = aimd(2);
  Rng rng{1};
  EXPECT_DEATH(limiter.leave(succeeded, at(0s), 1, at(0s), rng), "more calls left the limiter");
  EXPECT_DEATH(limiter.reconfigure(VegasLimitOptions{}, at(0s)), "changed its kind");
}

RC_GTEST_PROP(Limiter, NeverLetsInMoreThanItsLimit, (std::uint64_t seed)) {
  Rng rng{seed};
  for (const LimiterOptions& options :
       {LimiterOptions{VegasLimitOptions{.initial = 3, .max = 12}},
        LimiterOptions{Gradient2LimitOptions{.initial = 4, .min = 2, .max = 12}},
        LimiterOptions{AimdLimitOptions{.initial = 4, .min = 1, .max = 12}},
        LimiterOptions{EnvoyGradientLimitOptions{.max_concurrency_limit = 12,
                                                 .concurrency_update_interval = 5ms,
                                                 .interval = 50ms,
                                                 .request_count = 3}}}) {
    Limiter limiter(options);
    struct Call {
      Instant started;
      std::uint32_t in_flight;
    };
    std::vector<Call> inside;
    Instant now{};
    for (int i = 0; i < 400; ++i) {
      now += Duration{static_cast<std::int64_t>(rng.below(1'000'000))};
      if (inside.empty() || rng.below(2) == 0) {
        const std::uint32_t limit = limiter.gauge(now).value();
        const std::uint32_t in_flight = limiter.try_enter(now);
        RC_ASSERT((in_flight > 0) == (inside.size() < limit));
        if (in_flight == 0) continue;
        inside.push_back({now, in_flight});
      } else {
        const std::size_t who = rng.below(inside.size());
        const Outcome outcome = rng.below(8) == 0 ? timed_out : succeeded;
        limiter.leave(outcome, inside[who].started, inside[who].in_flight, now, rng);
        inside.erase(inside.begin() + static_cast<std::ptrdiff_t>(who));
      }
      RC_ASSERT(limiter.in_flight() == inside.size());
    }
  }
}

// --- RateLimit ----------------------------------------------------------------------------------

TEST(RateLimit, IsTheLimitOfItsOptions) {
  RateLimit none;
  RateLimit bucket(TokenBucketLimitOptions{});
  RateLimit resilience4j(Resilience4jRateLimitOptions{
      .limit_for_period = 1, .limit_refresh_period = 1s, .timeout = 2s});
  RateLimit envoy(EnvoyRateLimitOptions{});
  for (RateLimit* limit : {&none, &bucket, &resilience4j, &envoy}) {
    EXPECT_EQ(limit->on_call(at(0s)), RateLimitDecision{});
  }
  EXPECT_EQ(none.on_call(at(0s)), RateLimitDecision{});
  EXPECT_EQ(bucket.on_call(at(0s)), (RateLimitDecision{.wait = 0s, .granted = false}));
  EXPECT_EQ(resilience4j.on_call(at(0s)), (RateLimitDecision{.wait = 1s, .granted = true}));
  EXPECT_EQ(envoy.on_call(at(0s)), (RateLimitDecision{.wait = 0s, .granted = false}));
}

TEST(RateLimit, TakesNewNumbersOfItsKind) {
  RateLimit bucket(TokenBucketLimitOptions{});
  EXPECT_TRUE(bucket.on_call(at(0s)).granted);
  bucket.reconfigure(TokenBucketLimitOptions{.burst = 2}, at(0s));
  EXPECT_TRUE(bucket.on_call(at(0s)).granted);
  RateLimit envoy(EnvoyRateLimitOptions{});
  EXPECT_TRUE(envoy.on_call(at(0s)).granted);
  envoy.reconfigure(EnvoyRateLimitOptions{.fill_interval = 100ms}, at(0s));
  EXPECT_FALSE(envoy.on_call(at(99ms)).granted);
  EXPECT_TRUE(envoy.on_call(at(100ms)).granted);
  RateLimit none;
  none.reconfigure(RateLimitOptions{}, at(0s));
}

TEST(RateLimitDeathTest, KeepsItsKind) {
  RateLimit bucket(TokenBucketLimitOptions{});
  EXPECT_DEATH(bucket.reconfigure(EnvoyRateLimitOptions{}, at(0s)), "changed its kind");
  EXPECT_DEATH(bucket.reconfigure(RateLimitOptions{}, at(0s)), "changed its kind");
}

}  // namespace
}  // namespace squall::policy::limiter_test
