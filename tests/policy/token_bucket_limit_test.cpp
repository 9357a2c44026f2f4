#include "squall/policy/token_bucket_limit.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::token_bucket_limit_test {
namespace {

constexpr Rate per_s(std::int64_t tokens) { return Rate{tokens * 1'000'000}; }

constexpr RateLimitDecision at_once{};
constexpr RateLimitDecision refused{.wait = Duration{0}, .granted = false};
constexpr RateLimitDecision after(Duration wait) { return {.wait = wait, .granted = true}; }

TEST(TokenBucketLimit, Defaults) {
  const TokenBucketLimitOptions options;
  EXPECT_EQ(options.rate, per_s(50));
  EXPECT_EQ(options.burst, 1U);
  EXPECT_EQ(options.max_wait, 0s);
  EXPECT_EQ(said(options.validate()), "ok");
}

TEST(TokenBucketLimit, SaysWhatIsOutOfRange) {
  EXPECT_EQ(said(TokenBucketLimitOptions{.rate = Rate{0}}.validate()),
            "rate_limit.token_bucket.rate: must be above 0/s, is 0/s");
  EXPECT_EQ(said(TokenBucketLimitOptions{.rate = Rate{1}}.validate()), "ok");
  EXPECT_EQ(said(TokenBucketLimitOptions{.burst = 0}.validate()),
            "rate_limit.token_bucket.burst: must be at least 1, is 0");
  EXPECT_EQ(said(TokenBucketLimitOptions{.max_wait = -1ns}.validate()),
            "rate_limit.token_bucket.max_wait: must be at least 0s, is -1ns");
}

TEST(TokenBucketLimit, LetsABurstThroughAndThenOneForEachToken) {
  TokenBucketLimit limit({.rate = per_s(100), .burst = 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.on_call(at(0s)), at_once);
  EXPECT_EQ(limit.on_call(at(0s)), refused);
  EXPECT_EQ(limit.on_call(at(10ms - 1ns)), refused);
  EXPECT_EQ(limit.on_call(at(10ms)), at_once);
  EXPECT_EQ(limit.on_call(at(20ms - 1ns)), refused);
  EXPECT_EQ(limit.on_call(at(20ms)), at_once);
}

TEST(TokenBucketLimit, HoldsNoMoreThanABurstHoweverLongNobodyCalls) {
  TokenBucketLimit limit({.rate = per_s(100), .burst = 2});
  const Instant late = at(24h);
  EXPECT_EQ(limit.on_call(late), at_once);
  EXPECT_EQ(limit.on_call(late), at_once);
  EXPECT_EQ(limit.on_call(late), refused);
}

TEST(TokenBucketLimit, CallsWaitForTheirReservationsOneAfterTheOther) {
  TokenBucketLimit limit({.rate = per_s(100), .burst = 1, .max_wait = 30ms});
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  EXPECT_EQ(limit.on_call(at(0s)), after(10ms));
  EXPECT_EQ(limit.on_call(at(4ms)), after(16ms));
  EXPECT_EQ(limit.on_call(at(4ms)), after(26ms));
  EXPECT_EQ(limit.on_call(at(10ms - 1ns)), refused) << "30 ms and a nanosecond";
  EXPECT_EQ(limit.on_call(at(10ms)), after(30ms)) << "exactly max_wait";
  EXPECT_EQ(limit.on_call(at(10ms)), refused);
}

TEST(TokenBucketLimit, ARefusedCallTakesNoToken) {
  TokenBucketLimit limit({.rate = per_s(100), .burst = 1});
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(limit.on_call(at(5ms)), refused);
  EXPECT_EQ(limit.on_call(at(10ms)), at_once);
}

// A third of a second is no whole number of nanoseconds; the thousandth token still comes when a
// thousand thirds of a second have passed.
TEST(TokenBucketLimit, DoesNotDrift) {
  TokenBucketLimit limit({.rate = per_s(3), .burst = 1, .max_wait = forever});
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  for (int i = 1; i <= 1'000; ++i) {
    const RateLimitDecision decision = limit.on_call(at(0s));
    EXPECT_EQ(decision.wait, Duration{(std::int64_t{i} * 1'000'000'000 + 2) / 3});
  }
}

TEST(TokenBucketLimit, TakesTheSlowestAndTheFastestRate) {
  TokenBucketLimit slow({.rate = Rate{1}, .burst = 1, .max_wait = forever});
  EXPECT_EQ(slow.on_call(at(0s)), at_once);
  EXPECT_EQ(slow.on_call(at(0s)), after(1'000'000s));
  for (int i = 0; i < 20'000; ++i) (void)slow.on_call(at(0s));
  EXPECT_EQ(slow.on_call(at(0s)), after(forever)) << "later than any run";
  TokenBucketLimit fast({.rate = rate_max, .burst = 1});
  EXPECT_EQ(fast.on_call(at(0s)), at_once);
  EXPECT_EQ(fast.on_call(at(0s)), refused);
  EXPECT_EQ(fast.on_call(at(1ns)), at_once);
}

TEST(TokenBucketLimit, RefusesANanosecondBeforeTheTokenIsWhole) {
  TokenBucketLimit slow({.rate = Rate{1}, .burst = 1});
  EXPECT_EQ(slow.on_call(at(0s)), at_once);
  EXPECT_EQ(slow.on_call(at(1'000'000s - 1ns)), refused);
  EXPECT_EQ(slow.on_call(at(1'000'000s)), at_once);
}

TEST(TokenBucketLimit, WaitsToTheLastNanosecondBeforeForever) {
  TokenBucketLimit slow({.rate = Rate{1}, .burst = 1, .max_wait = forever});
  for (int i = 0; i < 9'224; ++i) (void)slow.on_call(at(0s));
  // 9,224 x 10^15 ns, which the tokens take, less what has gone by is 2^63 - 2 ns.
  EXPECT_EQ(slow.on_call(at(627'963'145'224'194ns)), after(forever - 1ns));
}

TEST(TokenBucketLimit, ANewRateCountsFromNowOnAndWhatIsOwedStays) {
  TokenBucketLimit limit({.rate = per_s(100), .burst = 1, .max_wait = forever});
  EXPECT_EQ(limit.on_call(at(0s)), at_once);
  EXPECT_EQ(limit.on_call(at(0s)), after(10ms));
  // At 5 ms one and a half tokens are owed: the next is there when that is down to none.
  limit.reconfigure({.rate = per_s(1'000), .burst = 1, .max_wait = forever}, at(5ms));
  EXPECT_EQ(limit.on_call(at(5ms)), after(1500us));
  limit.reconfigure({.rate = per_s(1'000), .burst = 10, .max_wait = 0s}, at(5ms));
  for (int i = 0; i < 7; ++i) EXPECT_EQ(limit.on_call(at(5ms)), at_once);
  EXPECT_EQ(limit.on_call(at(5ms)), refused);
}

/// The instants at which calls go on, of calls that come at random.
std::vector<Instant> goes_on_at(TokenBucketLimit& limit, std::uint64_t seed, int calls) {
  std::vector<Instant> all;
  Rng rng{seed};
  Instant now{};
  for (int i = 0; i < calls; ++i) {
    const RateLimitDecision decision = limit.on_call(now);
    if (decision.granted) all.push_back(now + decision.wait);
    now += Duration{static_cast<std::int64_t>(rng.below(8'000'000))};
  }
  return all;
}

// What makes a token bucket one: in no stretch of time more than burst + rate * length go on.
RC_GTEST_PROP(TokenBucketLimit, NeverLetsOnMoreThanItsTokens, (std::uint64_t seed)) {
  const auto rate = *rc::gen::inRange<std::int64_t>(1, 2'000);
  const auto burst = *rc::gen::inRange<std::uint32_t>(1, 8);
  const auto wait = *rc::gen::inRange(0, 50);
  TokenBucketLimit limit({.rate = per_s(rate), .burst = burst, .max_wait = wait * 1ms});
  const std::vector<Instant> on = goes_on_at(limit, seed, 300);
  RC_ASSERT(std::is_sorted(on.begin(), on.end()));
  for (std::size_t i = 0; i + burst < on.size(); ++i) {
    // The call that comes burst after this one needs a token that came in since.
    RC_ASSERT((on[i + burst] - on[i]).count() * rate >= 1'000'000'000 - rate);
  }
  for (std::size_t i = 0; i < on.size(); ++i) {
    const auto most =
        static_cast<std::int64_t>(burst) + on[i].time_since_epoch().count() * rate / 1'000'000'000;
    RC_ASSERT(static_cast<std::int64_t>(i) + 1 <= most);
  }
}

// Nobody is refused or has to wait while a token is there: the same with the tokens counted.
RC_GTEST_PROP(TokenBucketLimit, RefusesNobodyAToken, (std::uint64_t seed)) {
  const auto burst = *rc::gen::inRange<std::uint32_t>(1, 5);
  TokenBucketLimit limit({.rate = per_s(250), .burst = burst});
  Rng rng{seed};
  Instant now{};
  std::int64_t full_ns = std::int64_t{burst} * 4'000'000;
  std::int64_t ns = full_ns;  // tokens, as the time that they take to come
  Instant last{};
  for (int i = 0; i < 300; ++i) {
    ns = std::min(full_ns, ns + (now - last).count());
    last = now;
    const bool has_token = ns >= 4'000'000;
    if (has_token) ns -= 4'000'000;
    RC_ASSERT(limit.on_call(now) == (has_token ? at_once : refused));
    now += Duration{static_cast<std::int64_t>(rng.below(8'000'000))};
  }
}

}  // namespace
}  // namespace squall::policy::token_bucket_limit_test
