#include "squall/policy/policy.hpp"

#include <gtest/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::policy_test {
namespace {

PolicyOptions everything() {
  PolicyOptions options;
  options.deadline = 1s;
  options.timeout = 100ms;
  options.retry.emplace();
  options.hedge.emplace();
  options.budget = EnvoyBudgetOptions{};
  options.throttle = SreThrottleOptions{};
  options.breaker = WindowBreakerOptions{};
  options.rate_limit = TokenBucketLimitOptions{};
  options.limiter = VegasLimitOptions{};
  options.bulkhead.emplace();
  return options;
}

TEST(PolicyOptions, NothingAndEverythingAreValid) {
  EXPECT_EQ(said(PolicyOptions{}.validate()), "ok");
  EXPECT_EQ(said(everything().validate()), "ok");
}

TEST(PolicyOptions, SayWhatIsOutOfRange) {
  auto options = everything();
  options.deadline = 0s;
  EXPECT_EQ(said(options.validate()), "deadline: must be above 0s, is 0s");
  options = everything();
  options.timeout = 0s;
  EXPECT_EQ(said(options.validate()), "timeout: must be above 0s, is 0s");
  options = everything();
  options.instances = 0;
  EXPECT_EQ(said(options.validate()), "state.instances: must be from 1 to 1,000,000, is 0");
  options.instances = 1'000'000;
  EXPECT_EQ(said(options.validate()), "ok");
  options.instances = 1'000'001;
  EXPECT_EQ(said(options.validate()), "state.instances: must be from 1 to 1,000,000, is 1000001");
}

TEST(PolicyOptions, SayWhichPartIsOutOfRange) {
  auto options = everything();
  options.retry->max_attempts = 0;
  EXPECT_EQ(said(options.validate()), "retry.max_attempts: must be from 1 to 1,000,000, is 0");
  options = everything();
  options.hedge->max_attempts = 0;
  EXPECT_EQ(said(options.validate()), "hedge.max_attempts: must be from 2 to 100, is 0");
  options = everything();
  options.budget = GrpcThrottleOptions{.max_tokens = 0};
  EXPECT_EQ(said(options.validate()), "budget.grpc.max_tokens: must be from 1 to 1,000, is 0");
  options = everything();
  options.throttle = SreThrottleOptions{.k = 0.5};
  EXPECT_EQ(said(options.validate()), "throttle.sre.k: must be from 1 to 1,000, is 0.5");
  options = everything();
  options.breaker = WindowBreakerOptions{.open_for = 0s};
  EXPECT_EQ(said(options.validate()), "breaker.window.open_for: must be above 0s, is 0s");
  options = everything();
  options.rate_limit = TokenBucketLimitOptions{.burst = 0};
  EXPECT_EQ(said(options.validate()), "rate_limit.token_bucket.burst: must be at least 1, is 0");
  options = everything();
  options.limiter = AimdLimitOptions{.timeout = 0s};
  EXPECT_EQ(said(options.validate()), "limiter.aimd.timeout: must be above 0s, is 0s");
  options = everything();
  options.bulkhead->max_concurrent = 0;
  EXPECT_EQ(said(options.validate()), "bulkhead.max_concurrent: must be at least 1, is 0");
  options = everything();
  options.outlier.emplace();
  EXPECT_EQ(said(options.validate()), "ok") << "no order names it";
  options.outlier->interval = 0s;
  EXPECT_EQ(said(options.validate()), "outlier.envoy.interval: must be at least 1ms, is 0s");
  options = everything();
  options.fallback.emplace();
  EXPECT_EQ(said(options.validate()), "ok") << "no order names it";
  options.fallback->failure = 2.0;
  EXPECT_EQ(said(options.validate()), "fallback.failure: must be from 0 to 1, is 2");
}

TEST(PolicyOptions, OrderNamesEachPresentPart) {
  for (const Layer left_out :
       {Layer::retry, Layer::hedge, Layer::throttle, Layer::breaker, Layer::rate_limit,
        Layer::limiter, Layer::bulkhead, Layer::timeout}) {
    auto options = everything();
    std::erase(options.order, left_out);
    EXPECT_EQ(said(options.validate()),
              "order: must name every part that the policy has, leaves out " +
                  std::string(layer_names[static_cast<std::size_t>(left_out)]));
  }
}

TEST(PolicyOptions, OrderMayLeaveOutAbsentParts) {
  PolicyOptions options;
  options.order.clear();
  EXPECT_EQ(said(options.validate()), "ok");
  auto no_rate_limit = everything();
  no_rate_limit.rate_limit = {};
  std::erase(no_rate_limit.order, Layer::rate_limit);
  EXPECT_EQ(said(no_rate_limit.validate()), "ok");
}

TEST(PolicyOptions, OrderNamesNoLayerTwice) {
  PolicyOptions options;
  options.order = {Layer::retry, Layer::timeout, Layer::retry};
  EXPECT_EQ(said(options.validate()),
            "order: must name each layer at most once, names retry 2 times");
}

TEST(PolicyOptions, LayersAreNamedInTheirOrder) {
  EXPECT_EQ(layer_names[static_cast<std::size_t>(Layer::retry)], "retry");
  EXPECT_EQ(layer_names[static_cast<std::size_t>(Layer::rate_limit)], "rate_limit");
  EXPECT_EQ(layer_names[static_cast<std::size_t>(Layer::throttle)], "throttle");
  EXPECT_EQ(layer_names[static_cast<std::size_t>(Layer::limiter)], "limiter");
  EXPECT_EQ(layer_names[static_cast<std::size_t>(Layer::timeout)], "timeout");
}

}  // namespace
}  // namespace squall::policy::policy_test
