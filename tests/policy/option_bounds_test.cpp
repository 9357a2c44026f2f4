// Options take the ends of their ranges, and nothing a step beyond. What a step beyond is called in
// the message is tested beside each policy.
#include <chrono>

#include <gtest/gtest.h>

#include "squall/policy/breaker.hpp"
#include "squall/policy/budget.hpp"
#include "squall/policy/bulkhead.hpp"
#include "squall/policy/envoy_outlier.hpp"
#include "squall/policy/hedge.hpp"
#include "squall/policy/limiter.hpp"
#include "squall/policy/policy.hpp"
#include "squall/policy/rate_limit.hpp"
#include "tests/policy/support.hpp"

namespace squall::policy::option_bounds_test {
namespace {

TEST(OptionBounds, OfBackoff) {
  EXPECT_TRUE((BackoffOptions{.base = 0s, .max = 0s}.validate()));
  EXPECT_FALSE((BackoffOptions{.base = 2ns, .max = 1ns}.validate()));
  EXPECT_TRUE((BackoffOptions{.max = 0s, .cap = Cap::after_jitter}.validate()));
  EXPECT_FALSE((BackoffOptions{.max = -1ns, .cap = Cap::after_jitter}.validate()));
}

TEST(OptionBounds, OfBudgetsAndBulkheads) {
  EXPECT_TRUE((CutoffBudgetOptions{.window = 1s}.validate()));
  EXPECT_FALSE((CutoffBudgetOptions{.window = 1s - 1ns}.validate()));
  EXPECT_TRUE((BulkheadOptions{.max_wait = 0s}.validate()));
  EXPECT_FALSE((BulkheadOptions{.max_wait = -1ns}.validate()));
}

TEST(OptionBounds, OfBreakers) {
  EXPECT_TRUE((WindowBreakerOptions{.open_for = 1ns}.validate()));
  EXPECT_TRUE((Resilience4jBreakerOptions{.slow_call = 1ns, .open_for = 1ns}.validate()));
  EXPECT_TRUE((HystrixBreakerOptions{.window = 1ns, .snapshot = 1ns}.validate()));
  EXPECT_FALSE((HystrixBreakerOptions{.window = 0ns, .snapshot = 1ns}.validate()));
  EXPECT_TRUE((HystrixBreakerOptions{.sleep_window = 1ns}.validate()));
  EXPECT_TRUE((LinkerdBreakerOptions{.min_penalty = 1s, .max_penalty = 1s}.validate()));
  EXPECT_FALSE((LinkerdBreakerOptions{.min_penalty = 1s, .max_penalty = 1s - 1ns}.validate()));
  EXPECT_TRUE((PollyBreakerOptions{.sampling = 24h}.validate()));
  EXPECT_FALSE((PollyBreakerOptions{.sampling = 24h + 1ns}.validate()));
}

TEST(OptionBounds, OfLimits) {
  EXPECT_TRUE((VegasLimitOptions{.initial = 1, .max = 1}.validate()));
  EXPECT_TRUE((VegasLimitOptions{.probe_multiplier = 1}.validate()));
  EXPECT_TRUE((Gradient2LimitOptions{.initial = 1, .min = 1, .max = 1}.validate()));
  EXPECT_TRUE((Gradient2LimitOptions{.smoothing = 1.0, .long_window = 1}.validate()));
  EXPECT_TRUE((AimdLimitOptions{.initial = 1, .min = 1, .max = 1}.validate()));
  EXPECT_TRUE((AimdLimitOptions{.timeout = 1ns}.validate()));
  EXPECT_TRUE((EnvoyGradientLimitOptions{.sample_aggregate_percentile = 0.0,
                                         .max_concurrency_limit = 1,
                                         .interval = 1ms,
                                         .request_count = 1,
                                         .min_concurrency = 1}
                   .validate()));
  EXPECT_FALSE((EnvoyGradientLimitOptions{.interval = 1ms - 1ns}.validate()));
  EXPECT_TRUE((Resilience4jRateLimitOptions{.limit_for_period = 1, .timeout = 0s}.validate()));
}

TEST(OptionBounds, OfOutlierEjection) {
  EXPECT_TRUE((EnvoyOutlierOptions{.base_ejection_time = 1s, .max_ejection_time = 1s}.validate()));
  EXPECT_FALSE(
      (EnvoyOutlierOptions{.base_ejection_time = 1s, .max_ejection_time = 1s - 1ns}.validate()));
  EXPECT_FALSE((EnvoyOutlierOptions{.max_ejection_time_jitter = -1ns}.validate()));
  EnvoyOutlierOptions widest;
  widest.success_rate.stdev_factor = 1'000'000.0;
  EXPECT_TRUE(widest.validate());
}

TEST(OptionBounds, OfHedgesAndDeadlines) {
  EXPECT_TRUE((HedgeOptions{.delay = 0s}.validate()));
  EXPECT_FALSE((HedgeOptions{.delay = -1ns}.validate()));
  EXPECT_TRUE((PolicyOptions{.deadline = 1ns, .timeout = 1ns}.validate()));
}

}  // namespace
}  // namespace squall::policy::option_bounds_test
