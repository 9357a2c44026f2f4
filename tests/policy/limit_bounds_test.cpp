// The options of limits take the ends of their ranges.
#include <chrono>

#include <gtest/gtest.h>

#include "squall/policy/limiter.hpp"
#include "squall/policy/rate_limit.hpp"

namespace squall::policy {
namespace {

TEST(LimitBounds, AreWithinTheRange) {
  EXPECT_TRUE((VegasLimitOptions{.initial = 1, .max = 1}.validate()));
  EXPECT_TRUE((VegasLimitOptions{.probe_multiplier = 1}.validate()));
  EXPECT_TRUE((Gradient2LimitOptions{.initial = 1, .min = 1, .max = 1}.validate()));
  EXPECT_TRUE((Gradient2LimitOptions{.smoothing = 1.0, .long_window = 1}.validate()));
  EXPECT_TRUE((AimdLimitOptions{.initial = 1, .min = 1, .max = 1}.validate()));
  EXPECT_TRUE((EnvoyGradientLimitOptions{.sample_aggregate_percentile = 0.0,
                                         .max_concurrency_limit = 1,
                                         .request_count = 1,
                                         .min_concurrency = 1}
                   .validate()));
  EXPECT_TRUE(
      (Resilience4jRateLimitOptions{.limit_for_period = 1, .timeout = std::chrono::seconds{0}}
           .validate()));
}

}  // namespace
}  // namespace squall::policy
