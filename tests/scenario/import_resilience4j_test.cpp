// What becomes of the fields of resilience4j's configurations: their meaning, defaults and clamps.
#include <cstdint>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/import_support.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario::import_resilience4j_test {
namespace {

using enum ImportFormat;
using namespace std::chrono_literals;
using policy::BackoffShape;
using policy::Jitter;
using policy::Layer;
using policy::PolicyOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ImportResilience4j, WritesItsDefaultsOut) {
  const PolicyOptions options = policy_of(resilience4j,
                                          "resilience4j:\n"
                                          "  retry.instances.a: {}\n"
                                          "  circuitbreaker.instances.a: {}\n"
                                          "  bulkhead.instances.a: {}\n"
                                          "  timelimiter.instances.a: {}\n");
  EXPECT_EQ(options.timeout, 1s);
  ASSERT_TRUE(options.retry);
  EXPECT_EQ(options.retry->max_attempts, 3U);
  EXPECT_EQ(options.retry->backoff.shape, BackoffShape::fixed);
  EXPECT_EQ(options.retry->backoff.base, 500ms);
  EXPECT_EQ(options.retry->backoff.jitter, Jitter::none);
  const auto& breaker = std::get<policy::Resilience4jBreakerOptions>(options.breaker);
  EXPECT_EQ(breaker.window, 100U);
  EXPECT_EQ(breaker.minimum, 100U);
  EXPECT_EQ(breaker.open_for, 60s);
  EXPECT_EQ(options.bulkhead->max_concurrent, 25U);
  EXPECT_EQ(options.bulkhead->max_wait, 0s);
  EXPECT_THAT(options.order, ElementsAre(Layer::retry, Layer::breaker, Layer::rate_limit,
                                         Layer::timeout, Layer::bulkhead));
}

TEST(ImportResilience4j, ReadsItsRateLimiter) {
  const auto limit_of = [](const std::string& settings) {
    const PolicyOptions options =
        policy_of(resilience4j, "resilience4j.ratelimiter: {instances: {a: " + settings + "}}\n");
    return std::get<policy::Resilience4jRateLimitOptions>(options.rate_limit);
  };
  const auto given = limit_of("{limitForPeriod: 7, limitRefreshPeriod: 2s, timeoutDuration: 30}");
  EXPECT_EQ(given.limit_for_period, 7U);
  EXPECT_EQ(given.limit_refresh_period, 2s);
  EXPECT_EQ(given.timeout, 30ms);
  const auto defaults = limit_of("{}");
  EXPECT_EQ(defaults.limit_for_period, 50U);
  EXPECT_EQ(defaults.limit_refresh_period, 500ns);
  EXPECT_EQ(defaults.timeout, 5s);
  EXPECT_TRUE(defaults.blocking);
}

TEST(ImportResilience4j, PutsTheRateLimiterWhereItsAspectStands) {
  const auto order_of = [](const std::string& aspects) {
    return policy_of(resilience4j,
                     "resilience4j:\n  ratelimiter: {" + aspects + "instances: {a: {}}}\n")
        .order;
  };
  EXPECT_THAT(order_of(""), ElementsAre(Layer::retry, Layer::breaker, Layer::rate_limit,
                                        Layer::timeout, Layer::bulkhead));
  EXPECT_THAT(order_of("rateLimiterAspectOrder: 1, "),
              ElementsAre(Layer::rate_limit, Layer::retry, Layer::breaker, Layer::timeout,
                          Layer::bulkhead));
}

TEST(ImportResilience4j, ReadsEveryFormOfADuration) {
  const auto wait = [](const std::string& text) {
    return policy_of(resilience4j, "resilience4j.retry.instances.a.waitDuration: " + text + "\n")
        .retry->backoff.base;
  };
  EXPECT_EQ(wait("500"), 500ms);
  EXPECT_EQ(wait("500ms"), 500ms);
  EXPECT_EQ(wait("2s"), 2s);
  EXPECT_EQ(wait("PT2S"), 2s);
  EXPECT_EQ(wait("PT1M0.5S"), 60'500ms);
  EXPECT_EQ(wait("P1DT1H"), 25h);
  EXPECT_EQ(wait("pt0.25s"), 250ms);
  EXPECT_EQ(wait("3m"), 3min);
  EXPECT_EQ(wait("1d"), 24h);
  EXPECT_EQ(wait("10us"), 10us);
  EXPECT_EQ(wait("'0'"), 0s);
}

TEST(ImportResilience4j, InheritsAsTheProductDoes) {
  const Imported all = imported(resilience4j,
                                "resilience4j.retry:\n"
                                "  configs:\n"
                                "    default: {maxAttempts: 7}\n"
                                "    own: {maxAttempts: 8}\n"
                                "    middle: {baseConfig: default, waitDuration: 1s}\n"
                                "  instances:\n"
                                "    a: {}\n"
                                "    own: {}\n"
                                "    b: {baseConfig: middle}\n"
                                "    c: {baseConfig: own, max-attempts: 2}\n");
  const Scenario scenario = scenario_of(imported_scenario(all, {}));
  std::vector<std::uint32_t> attempts;
  for (const auto& policy : scenario.policies)
    attempts.push_back(policy.options.retry->max_attempts);
  EXPECT_THAT(attempts, ElementsAre(7U, 8U, 7U, 2U));
  EXPECT_EQ(scenario.policies[2].options.retry->backoff.base, 1s);
}

TEST(ImportResilience4j, TakesWhatIsIgnoredOutOfWhatIsRetried) {
  const auto retry = [](const std::string& classes) {
    return "resilience4j.retry.instances.a.ignoreExceptions: [" + classes + "]\n";
  };
  const auto on = [&](const std::string& classes) {
    const policy::RetryOn found = policy_of(resilience4j, retry(classes)).retry->on;
    return std::string(found.timeout ? "timeout " : "") + (found.error ? "error " : "") +
           (found.rejected ? "rejected" : "");
  };
  EXPECT_EQ(on("java.util.concurrent.TimeoutException"), "error rejected");
  EXPECT_EQ(on("java.lang.Exception"), "");
  EXPECT_EQ(on("java.lang.Throwable"), "");
  EXPECT_EQ(left_out_of(resilience4j, retry("java.lang.Exception")), "");
  EXPECT_EQ(on("java.lang.RuntimeException"), "timeout error ");
  EXPECT_THAT(left_out_of(resilience4j, retry("java.lang.RuntimeException")),
              HasSubstr("java.lang.RuntimeException: errors have no classes, and stay"));
  EXPECT_EQ(on("com.example.Oops"), "timeout error rejected");
  EXPECT_THAT(left_out_of(resilience4j, retry("com.example.Oops")),
              HasSubstr("com.example.Oops: errors have no classes"));
}

TEST(ImportResilience4j, PutsTheAspectOfTheLowestOrderOutermost) {
  const auto first_two = [](const std::string& retry_order) {
    const PolicyOptions options = policy_of(resilience4j,
                                            "resilience4j:\n"
                                            "  retry: {retry-aspect-order: " +
                                                retry_order +
                                                ", instances: {a: {}}}\n"
                                                "  circuitbreaker: {circuit-breaker-aspect-order: "
                                                "-7, instances: {a: {}}}\n");
    return std::pair(options.order[0], options.order[1]);
  };
  EXPECT_EQ(first_two("-8"), std::pair(Layer::retry, Layer::breaker));
  EXPECT_EQ(first_two("-6"), std::pair(Layer::breaker, Layer::retry));
  EXPECT_EQ(first_two("-2147483648"), std::pair(Layer::retry, Layer::breaker));
  EXPECT_THAT(import_error(resilience4j,
                           "resilience4j.retry: {retry-aspect-order: 2147483648, instances: {a: "
                           "{}}}\n"),
              HasSubstr("retry-aspect-order: must be a whole number from -2,147,483,648 to "
                        "2,147,483,647, is '2147483648'"));
}

TEST(ImportResilience4j, UnderstandsTheNamesOfItsFirstVersions) {
  const PolicyOptions options =
      policy_of(resilience4j,
                "resilience4j.circuitbreaker.backends.a:\n"
                "  ringBufferSizeInClosedState: 10\n"
                "  ringBufferSizeInHalfOpenState: 3\n"
                "  waitInterval: 1000\n"
                "resilience4j.bulkhead.backends.a.maxConcurrentCall: 2\n");
  const auto& breaker = std::get<policy::Resilience4jBreakerOptions>(options.breaker);
  EXPECT_EQ(breaker.window, 10U);
  EXPECT_EQ(breaker.minimum, 10U);
  EXPECT_EQ(breaker.half_open_calls, 3U);
  EXPECT_EQ(breaker.open_for, 1s);
  EXPECT_EQ(options.bulkhead->max_concurrent, 2U);
}

TEST(ImportResilience4j, LetsLaterDocumentsCount) {
  const std::string yaml =
      "resilience4j.retry.instances.a: {maxAttempts: 2, waitDuration: 1s}\n"
      "---\n"
      "resilience4j: {retry: {instances: {a: {max-attempts: 6}}}}\n"
      "---\n"
      "spring.profiles: dev\n"
      "resilience4j.retry.instances.a.maxAttempts: 1\n";
  const PolicyOptions options = policy_of(resilience4j, yaml);
  EXPECT_EQ(options.retry->max_attempts, 6U);
  EXPECT_EQ(options.retry->backoff.base, 1s);
  EXPECT_EQ(left_out_of(resilience4j, yaml),
            "1 resilience4j.retry.instances.a.max-attempts: is overridden by in.yaml:3\n"
            "5 profile dev: only the settings without a profile are imported; import this document "
            "alone to get it\n");
}

TEST(ImportResilience4j, TakesConfigsWhereThereAreNoInstances) {
  const Imported all =
      imported(resilience4j, "resilience4j.retry.configs.default.maxAttempts: 4\n");
  ASSERT_EQ(all.policies.size(), 1U);
  EXPECT_EQ(all.policies[0].name(), "default");
}

}  // namespace
}  // namespace squall::scenario::import_resilience4j_test
