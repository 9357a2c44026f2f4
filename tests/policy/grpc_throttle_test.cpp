#include "squall/policy/grpc_throttle.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::grpc_throttle_test {
namespace {

constexpr Instant now{};

struct Throttle : GrpcThrottle {
  using GrpcThrottle::GrpcThrottle;

  /// @return the tokens after a retryable failure.
  double fail() {
    on_attempt_end(errored, true, false, now);
    return tokens();
  }
  /// @return the tokens after a success.
  double succeed() {
    on_attempt_end(succeeded, false, false, now);
    return tokens();
  }
  bool allows() { return grants(*this); }
};

// --- Conformance: gRPC proposal A6, as gRPC C++ 1.6x tests it -----------------------------------

TEST(GrpcThrottle, GrpcAllowsAboveHalfTheTokens) {
  Throttle throttle({.max_tokens = 4, .token_ratio = 1.6});
  EXPECT_EQ(throttle.fail(), 3.0);
  EXPECT_TRUE(throttle.allows());
  EXPECT_EQ(throttle.succeed(), 4.0) << "never above the maximum";
  EXPECT_EQ(throttle.fail(), 3.0);
  EXPECT_TRUE(throttle.allows());
  EXPECT_EQ(throttle.fail(), 2.0);
  EXPECT_FALSE(throttle.allows()) << "exactly half does not suffice";
}

TEST(GrpcThrottle, GrpcThrottlesHedgesAsItDoesRetries) {
  Throttle throttle({.max_tokens = 4, .token_ratio = 1.6});
  EXPECT_EQ(throttle.fail(), 3.0);
  EXPECT_TRUE(throttle.try_hedge());
  throttle.on_hedge_end();
  EXPECT_EQ(throttle.tokens(), 3.0) << "a hedge itself takes none";
  EXPECT_EQ(throttle.fail(), 2.0);
  EXPECT_FALSE(throttle.try_hedge());
}

TEST(GrpcThrottle, GrpcStopsAtZeroAndFillsFromThere) {
  Throttle throttle({.max_tokens = 4, .token_ratio = 1.6});
  for (int i = 0; i < 4; ++i) throttle.fail();
  EXPECT_EQ(throttle.fail(), 0.0);
  EXPECT_FALSE(throttle.allows());
  EXPECT_EQ(throttle.succeed(), 1.6);
  EXPECT_EQ(throttle.succeed(), 3.2);
  EXPECT_TRUE(throttle.allows());
  EXPECT_EQ(throttle.fail(), 2.2);
  EXPECT_TRUE(throttle.allows());
  EXPECT_EQ(throttle.fail(), 1.2);
  EXPECT_FALSE(throttle.allows());
}

TEST(GrpcThrottle, GrpcThreeFailuresInARowAtTheFloor) {
  Throttle throttle({.max_tokens = 4, .token_ratio = 1.6});
  throttle.fail();
  throttle.fail();  // 2
  EXPECT_EQ(throttle.fail(), 1.0);
  EXPECT_EQ(throttle.fail(), 0.0);
  EXPECT_EQ(throttle.fail(), 0.0);
  EXPECT_FALSE(throttle.allows());
}

TEST(GrpcThrottle, GrpcTheFifthOfTenFailuresDenies) {
  Throttle throttle({.max_tokens = 10, .token_ratio = 0.1});
  for (int i = 0; i < 4; ++i) {
    throttle.fail();
    EXPECT_TRUE(throttle.allows());
  }
  EXPECT_EQ(throttle.fail(), 5.0);
  EXPECT_FALSE(throttle.allows());
}

TEST(GrpcThrottle, GrpcTheFiftyFirstSuccessAllowsAgain) {
  Throttle throttle({.max_tokens = 10, .token_ratio = 0.1});
  for (int i = 0; i < 12; ++i) throttle.fail();
  EXPECT_EQ(throttle.tokens(), 0.0);
  for (int i = 0; i < 50; ++i) throttle.succeed();
  EXPECT_EQ(throttle.tokens(), 5.0);
  EXPECT_FALSE(throttle.allows());
  throttle.succeed();
  EXPECT_TRUE(throttle.allows());
}

TEST(GrpcThrottle, GrpcRefusesANegativeRatio) {
  EXPECT_EQ(said((GrpcThrottleOptions{.token_ratio = -1.0}).validate()),
            "budget.grpc.token_ratio: must be a number from 0.001, is -1");
}

TEST(GrpcThrottle, GrpcCountsOnlyRetryableFailuresAndPushback) {
  Throttle throttle({.max_tokens = 10});
  throttle.on_attempt_end(errored, false, false, now);
  EXPECT_EQ(throttle.tokens(), 10.0);
  throttle.on_attempt_end(error_with(Pushback::Kind::after, 1ms), false, false, now);
  EXPECT_EQ(throttle.tokens(), 10.0);
  throttle.on_attempt_end(error_with(Pushback::Kind::never), false, false, now);
  EXPECT_EQ(throttle.tokens(), 9.0);
  throttle.on_attempt_end(error_with(Pushback::Kind::after, -1ms), false, false, now);
  EXPECT_EQ(throttle.tokens(), 8.0);
}

TEST(GrpcThrottle, GrpcDropsDecimalsPastTheThird) {
  for (const auto& [ratio, given_back] :
       {std::pair{0.1239, 0.123}, {0.001, 0.001}, {1.001, 1.001}, {0.29, 0.29}, {4.035, 4.035}}) {
    Throttle throttle({.max_tokens = 10, .token_ratio = ratio});
    for (int i = 0; i < 10; ++i) throttle.fail();
    EXPECT_EQ(throttle.succeed(), given_back);
  }
}

// --- Edges --------------------------------------------------------------------------------------

TEST(GrpcThrottle, AnAbandonedAttemptNeitherTakesNorGives) {
  Throttle throttle({.max_tokens = 10, .token_ratio = 1.0});
  throttle.fail();
  throttle.on_attempt_end(was_abandoned, true, false, now);
  EXPECT_EQ(throttle.tokens(), 9.0);
}

TEST(GrpcThrottle, AllowingTakesNothing) {
  Throttle throttle({.max_tokens = 2});
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(throttle.allows());
  throttle.on_retry_end();
  throttle.on_pending(1);
  throttle.on_attempt_start(now);
  EXPECT_EQ(throttle.tokens(), 2.0);
}

TEST(GrpcThrottle, ReconfiguringKeepsTheTokensUpToTheNewMaximum) {
  Throttle throttle({.max_tokens = 10, .token_ratio = 1.0});
  for (int i = 0; i < 3; ++i) throttle.fail();
  throttle.reconfigure({.max_tokens = 20, .token_ratio = 2.0});
  EXPECT_EQ(throttle.tokens(), 7.0);
  EXPECT_FALSE(throttle.allows());
  EXPECT_EQ(throttle.succeed(), 9.0);
  throttle.reconfigure({.max_tokens = 5});
  EXPECT_EQ(throttle.tokens(), 5.0);
}

TEST(GrpcThrottle, AHugeRatioFillsTheBucket) {
  Throttle throttle({.max_tokens = 1000, .token_ratio = std::numeric_limits<double>::max()});
  for (int i = 0; i < 1000; ++i) throttle.fail();
  EXPECT_EQ(throttle.succeed(), 1000.0);
}

TEST(GrpcThrottleOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said(GrpcThrottleOptions{}.validate()), "ok");
  EXPECT_EQ(said((GrpcThrottleOptions{.max_tokens = 1}).validate()), "ok");
  EXPECT_EQ(said((GrpcThrottleOptions{.max_tokens = 1000}).validate()), "ok");
  EXPECT_EQ(said((GrpcThrottleOptions{.max_tokens = 0}).validate()),
            "budget.grpc.max_tokens: must be from 1 to 1,000, is 0");
  EXPECT_EQ(said((GrpcThrottleOptions{.max_tokens = 1001}).validate()),
            "budget.grpc.max_tokens: must be from 1 to 1,000, is 1001");
  EXPECT_EQ(said((GrpcThrottleOptions{.token_ratio = 0.001}).validate()), "ok");
  EXPECT_EQ(said((GrpcThrottleOptions{.token_ratio = 0.0009}).validate()),
            "budget.grpc.token_ratio: must be a number from 0.001, is 0.0009");
  EXPECT_FALSE((GrpcThrottleOptions{.token_ratio = std::numeric_limits<double>::quiet_NaN()})
                   .validate()
                   .has_value());
  EXPECT_FALSE((GrpcThrottleOptions{.token_ratio = std::numeric_limits<double>::infinity()})
                   .validate()
                   .has_value());
}

RC_GTEST_PROP(GrpcThrottleProperty, TokensStayBetweenNoneAndTheMaximum, ()) {
  const auto max = *rc::gen::inRange<std::uint32_t>(1, 1001);
  Throttle throttle({.max_tokens = max, .token_ratio = *rc::gen::element(0.001, 0.1, 1.6, 5000.0)});
  for (const bool ok : *rc::gen::arbitrary<std::vector<bool>>()) {
    ok ? throttle.succeed() : throttle.fail();
    RC_ASSERT(throttle.tokens() >= 0.0);
    RC_ASSERT(throttle.tokens() <= max);
    RC_ASSERT(throttle.allows() == (throttle.tokens() > max / 2.0));
  }
}

}  // namespace
}  // namespace squall::policy::grpc_throttle_test
