// The cases named Resilience4j are those of AtomicRateLimiterTest, resilience4j 2; those named
// Envoy those of local_ratelimit_test.cc, Envoy before July 2024 (LocalRateLimiterImplTest).
#include "squall/policy/cycle_limit.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::cycle_limit_test {
namespace {

constexpr Duration cycle = 250ms;
constexpr RateLimitDecision at_once{};
constexpr RateLimitDecision refused{.wait = Duration{0}, .granted = false};
constexpr RateLimitDecision after(Duration wait) { return {.wait = wait, .granted = true}; }

/// The product's tests ask with a thread that may wait or with a reservation; `blocking` is which.
CycleLimit resilience4j(Duration timeout, std::uint32_t limit = 1, Duration period = cycle,
                        bool blocking = false) {
  return CycleLimit(cycles_of(Resilience4jRateLimitOptions{.limit_for_period = limit,
                                                           .limit_refresh_period = period,
                                                           .timeout = timeout,
                                                           .blocking = blocking}));
}

TEST(CycleLimit, Resilience4jDefaults) {
  const Resilience4jRateLimitOptions options;
  EXPECT_EQ(options.limit_for_period, 50U);
  EXPECT_EQ(options.limit_refresh_period, 500ns);
  EXPECT_EQ(options.timeout, 5s);
  EXPECT_TRUE(options.blocking);
  EXPECT_EQ(said(options.validate()), "ok");
}

TEST(CycleLimit, EnvoyDefaults) {
  const EnvoyRateLimitOptions options;
  EXPECT_EQ(options.tokens_per_fill, 1U);
  EXPECT_EQ(said(options.validate()), "ok");
}

TEST(CycleLimit, SaysWhatIsOutOfRange) {
  EXPECT_EQ(said(Resilience4jRateLimitOptions{.limit_for_period = 0}.validate()),
            "rate_limit.resilience4j.limit_for_period: must be at least 1, is 0");
  EXPECT_EQ(said(Resilience4jRateLimitOptions{.limit_refresh_period = 0s}.validate()),
            "rate_limit.resilience4j.limit_refresh_period: must be above 0s, is 0s");
  EXPECT_EQ(said(Resilience4jRateLimitOptions{.limit_refresh_period = 1ns}.validate()), "ok");
  EXPECT_EQ(said(Resilience4jRateLimitOptions{.timeout = -1ns}.validate()),
            "rate_limit.resilience4j.timeout: must be at least 0s, is -1ns");
  EXPECT_EQ(said(EnvoyRateLimitOptions{.max_tokens = 0}.validate()),
            "rate_limit.envoy.max_tokens: must be at least 1, is 0");
  EXPECT_EQ(said(EnvoyRateLimitOptions{.tokens_per_fill = 0}.validate()),
            "rate_limit.envoy.tokens_per_fill: must be at least 1, is 0");
  EXPECT_EQ(said(EnvoyRateLimitOptions{.fill_interval = 50ms - 1ns}.validate()),
            "rate_limit.envoy.fill_interval: must be at least 50ms, is 49999999ns");
  EXPECT_EQ(said(EnvoyRateLimitOptions{.fill_interval = 50ms}.validate()), "ok");
}

// --- Conformance: resilience4j 2 ----------------------------------------------------------------

TEST(CycleLimit, Resilience4jGivesPermissionsInTheFirstCycle) {
  CycleLimit limit = resilience4j(0s);
  EXPECT_EQ(limit.permits(), 1);
  EXPECT_EQ(limit.on_call(at(cycle - 10ns)), at_once);
}

TEST(CycleLimit, Resilience4jAcquiresAndRefreshes) {
  CycleLimit limit = resilience4j(0s);
  for (int n = 1; n <= 2; ++n) {
    EXPECT_EQ(limit.on_call(at(n * cycle)), at_once);
    EXPECT_EQ(limit.permits(), 0);
    EXPECT_EQ(limit.on_call(at(n * cycle)), refused);
    EXPECT_EQ(limit.permits(), 0);
  }
}

TEST(CycleLimit, Resilience4jReservesThePermissionsOfTheNextCycle) {
  CycleLimit limit = resilience4j(cycle);
  EXPECT_EQ(limit.on_call(at(cycle)), at_once);
  EXPECT_EQ(limit.on_call(at(cycle)), after(cycle));
  EXPECT_EQ(limit.permits(), -1);
  EXPECT_EQ(limit.on_call(at(cycle)), refused) << "two cycles";
  EXPECT_EQ(limit.permits(), -1);
  EXPECT_EQ(limit.on_call(at(2 * cycle + 10ns)), after(cycle - 10ns));
  // Cycles that nobody used are lost.
  EXPECT_EQ(limit.on_call(at(6 * cycle + 10ns)), at_once);
  EXPECT_EQ(limit.permits(), 0);
}

TEST(CycleLimit, Resilience4jRefusesUntilTheLastNanosecondOfTheCycle) {
  CycleLimit limit = resilience4j(0s);
  EXPECT_EQ(limit.on_call(at(cycle)), at_once);
  EXPECT_EQ(limit.on_call(at(2 * cycle - 1ns)), refused);
  EXPECT_EQ(limit.on_call(at(2 * cycle)), at_once);
}

TEST(CycleLimit, Resilience4jWaitsExactlyItsTimeout) {
  CycleLimit by_timeout = resilience4j(10ns);
  EXPECT_EQ(by_timeout.on_call(at(cycle)), at_once);
  EXPECT_EQ(by_timeout.on_call(at(2 * cycle - 11ns)), refused);
  EXPECT_EQ(by_timeout.on_call(at(2 * cycle - 10ns)), after(10ns));
}

// A thread that cannot have its permission in time is parked for the timeout and then refused.
TEST(CycleLimit, Resilience4jHoldsAThreadForTheTimeoutBeforeItRefuses) {
  CycleLimit limit = resilience4j(cycle, 1, cycle, true);
  EXPECT_EQ(limit.on_call(at(cycle)), at_once);
  EXPECT_EQ(limit.on_call(at(cycle)), after(cycle));
  EXPECT_EQ(limit.on_call(at(cycle)), (RateLimitDecision{.wait = cycle, .granted = false}));
  EXPECT_EQ(limit.permits(), -1) << "and takes nothing";
}

TEST(CycleLimit, Resilience4jChangesTheLimitBetweenCycles) {
  CycleLimit limit = resilience4j(cycle);
  EXPECT_EQ(limit.on_call(at(cycle)), at_once);
  EXPECT_EQ(limit.on_call(at(cycle)), after(cycle));
  limit.reconfigure(cycles_of(Resilience4jRateLimitOptions{.limit_for_period = 2,
                                                           .limit_refresh_period = cycle,
                                                           .timeout = cycle,
                                                           .blocking = false}),
                    at(cycle));
  EXPECT_EQ(limit.permits(), -1);
  EXPECT_EQ(limit.on_call(at(cycle)), after(cycle)) << "the second of the next cycle";
  EXPECT_EQ(limit.on_call(at(2 * cycle + 10ns)), after(cycle - 10ns));
  EXPECT_EQ(limit.permits(), -1);
}

TEST(CycleLimit, Resilience4jReservesUpFront) {
  CycleLimit limit = resilience4j(12ms, 3, 10ms);
  std::vector<Duration> waits;
  for (int i = 0; i < 9; ++i) {
    const RateLimitDecision decision = limit.on_call(at(10ms + i * 1ns + 1ns));
    waits.push_back(decision.granted ? decision.wait : Duration{-1});
  }
  EXPECT_EQ(waits, (std::vector<Duration>{0ns, 0ns, 0ns, 10ms - 4ns, 10ms - 5ns, 10ms - 6ns, -1ns,
                                          -1ns, -1ns}));
}

// --- Conformance: Envoy -------------------------------------------------------------------------

CycleLimit envoy(std::uint32_t max_tokens, std::uint32_t per_fill, Duration interval) {
  return CycleLimit(cycles_of(EnvoyRateLimitOptions{
      .max_tokens = max_tokens, .tokens_per_fill = per_fill, .fill_interval = interval}));
}

TEST(CycleLimit, EnvoyTokenBucket) {
  CycleLimit limit = envoy(1, 1, 200ms);
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  EXPECT_EQ(limit.on_call(at(0s)), refused);
  EXPECT_EQ(limit.on_call(at(0s)), refused);
  EXPECT_EQ(limit.on_call(at(200ms)), at_once);
  EXPECT_EQ(limit.on_call(at(200ms)), refused);
  EXPECT_EQ(limit.on_call(at(600ms)), at_once) << "filled twice, kept once";
  EXPECT_EQ(limit.on_call(at(600ms)), refused);
}

TEST(CycleLimit, EnvoyTokenBucketMultipleTokensPerFill) {
  CycleLimit limit = envoy(2, 2, 200ms);
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  EXPECT_EQ(limit.on_call(at(0s)), refused);
  EXPECT_EQ(limit.on_call(at(200ms)), at_once);
  EXPECT_EQ(limit.on_call(at(400ms)), at_once);
  EXPECT_EQ(limit.on_call(at(400ms)), at_once);
  EXPECT_EQ(limit.on_call(at(400ms)), refused);
}

TEST(CycleLimit, EnvoyTokenBucketMaxTokensGreaterThanTokensPerFill) {
  CycleLimit limit = envoy(2, 1, 200ms);
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  EXPECT_EQ(limit.on_call(at(0s)), refused);
  EXPECT_EQ(limit.on_call(at(200ms)), at_once);
  EXPECT_EQ(limit.on_call(at(200ms)), refused);
}

// --- What the products' tests leave open ---------------------------------------------------------

TEST(CycleLimit, EnvoyKeepsWhatWasNotUsedUpToTheMost) {
  CycleLimit limit = envoy(3, 1, 100ms);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.on_call(at(0s)), at_once);
  EXPECT_EQ(limit.on_call(at(99ms)), refused);
  EXPECT_EQ(limit.on_call(at(200ms)), at_once);
  EXPECT_EQ(limit.on_call(at(200ms)), at_once);
  EXPECT_EQ(limit.on_call(at(200ms)), refused);
  EXPECT_EQ(limit.on_call(at(10h)), at_once);
  EXPECT_EQ(limit.permits(), 2);
}

TEST(CycleLimit, WaitsWholeCyclesWhereMoreAreReserved) {
  CycleLimit limit = resilience4j(10s, 2, 100ms);
  EXPECT_EQ(limit.on_call(at(30ms)), at_once);
  EXPECT_EQ(limit.on_call(at(30ms)), at_once);
  for (int n = 0; n < 4; ++n) {
    EXPECT_EQ(limit.on_call(at(30ms)), after(70ms + n * 100ms));
    EXPECT_EQ(limit.on_call(at(30ms)), after(70ms + n * 100ms));
  }
}

TEST(CycleLimit, TakesTheShortestCycleToTheEndOfTime) {
  CycleLimit limit = resilience4j(0s, 4'294'967'295U, 1ns);
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  EXPECT_EQ(limit.on_call(never - 1ns), at_once);
  EXPECT_EQ(limit.permits(), 4'294'967'294);
  // Twice as many permits as there have been cycles are more than fit into 64 bits.
  CycleLimit two = resilience4j(0s, 2, 1ns);
  EXPECT_EQ(two.on_call(at(0s)), at_once);
  EXPECT_EQ(two.on_call(never - 1ns), at_once);
  EXPECT_EQ(two.permits(), 1);
}

TEST(CycleLimit, TakesTheLongestCycle) {
  CycleLimit limit = resilience4j(forever, 1, forever);
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  EXPECT_EQ(limit.on_call(at(1s)), after(forever - 1s));
  EXPECT_EQ(limit.on_call(at(1s)), after(forever));
}

TEST(CycleLimit, ALowerLimitHoldsFromTheNextCycleOn) {
  CycleLimit limit = resilience4j(0s, 5);
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  limit.reconfigure(cycles_of(Resilience4jRateLimitOptions{
                        .limit_for_period = 1, .limit_refresh_period = cycle, .timeout = 0s}),
                    at(0s));
  EXPECT_EQ(limit.permits(), 4);
  EXPECT_EQ(limit.on_call(at(cycle)), at_once);
  EXPECT_EQ(limit.permits(), 0);
}

TEST(CycleLimit, PermitsOfBeforeLastToTheEndOfTheCycle) {
  CycleLimit limit = resilience4j(0s, 5);
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  limit.reconfigure(cycles_of(Resilience4jRateLimitOptions{
                        .limit_for_period = 1, .limit_refresh_period = cycle, .timeout = 0s}),
                    at(0s));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(limit.on_call(at(cycle - 1ns)), at_once) << i;
  EXPECT_EQ(limit.on_call(at(cycle - 1ns)), (RateLimitDecision{.wait = 0s, .granted = false}));
}

TEST(CycleLimit, ANewPeriodBeginsWithTheNextOfItsMultiples) {
  CycleLimit limit = resilience4j(0s, 1, 100ms);
  EXPECT_EQ(limit.on_call(at(250ms)), at_once);
  limit.reconfigure(cycles_of(Resilience4jRateLimitOptions{
                        .limit_for_period = 1, .limit_refresh_period = 130ms, .timeout = 0s}),
                    at(250ms));
  EXPECT_EQ(limit.on_call(at(259ms)), (RateLimitDecision{.wait = 0s, .granted = false}));
  EXPECT_EQ(limit.on_call(at(260ms)), at_once);
}

// In no cycle do more calls go on than came in with it, once what the start gave is used.
RC_GTEST_PROP(CycleLimit, LetsOnNoMoreThanTheLimitInACycle, (std::uint64_t seed)) {
  const auto per_cycle = *rc::gen::inRange<std::uint32_t>(1, 6);
  const auto timeout = *rc::gen::inRange(0, 500);
  CycleLimit limit = resilience4j(timeout * 1ms, per_cycle, 100ms);
  std::vector<std::uint32_t> in_cycle(200);
  Rng rng{seed};
  Instant now{};
  Instant last{};
  for (int i = 0; i < 200; ++i) {
    const RateLimitDecision decision = limit.on_call(now);
    if (decision.granted) {
      const Instant on = now + decision.wait;
      RC_ASSERT(on >= last);
      last = on;
      ++in_cycle.at(static_cast<std::size_t>(on.time_since_epoch() / 100ms));
    }
    now += Duration{static_cast<std::int64_t>(rng.below(50'000'000))};
  }
  for (const std::uint32_t count : in_cycle) RC_ASSERT(count <= per_cycle);
}

}  // namespace
}  // namespace squall::policy::cycle_limit_test
