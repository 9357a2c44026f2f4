// Rate limits and limiters: what is read, and what `check` shows of it.
#include <string>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/support.hpp"

namespace squall::scenario::limits_test {
namespace {

using namespace std::chrono_literals;

std::string with_part(const std::string& part) {
  return around("services: {bank: {}}\npolicies: {p: {" + part + "}}\n");
}

template <typename Options>
Options rate_limit(const std::string& text) {
  const Scenario scenario = scenario_of(with_part("rate_limit: " + text));
  return std::get<Options>(scenario.policies.at(0).options.rate_limit);
}

template <typename Options>
Options limiter(const std::string& text) {
  const Scenario scenario = scenario_of(with_part("limiter: " + text));
  return std::get<Options>(scenario.policies.at(0).options.limiter);
}

template <typename Options>
Options admission_limiter(const std::string& text) {
  const Scenario scenario =
      scenario_of(around("services: {bank: {admission: {limiter: " + text + "}}}\n"));
  return std::get<Options>(scenario.services.at(0).admission.limiter);
}

/// What `check` shows of it.
std::string shown_of(const std::string& part) {
  const std::string yaml = to_yaml(normalised(built(with_part(part))));
  const std::string key = part.substr(0, part.find(':'));
  const std::size_t from = yaml.find("    " + key + ":");
  return yaml.substr(from, yaml.find("    order:") - from);
}

TEST(RateLimits, HaveTheDefaultsOfTheirProducts) {
  EXPECT_EQ(shown_of("rate_limit: {token_bucket: {}}"),
            "    rate_limit: {token_bucket: {rate: 50/s, burst: 1, max_wait: 0s}}\n");
  EXPECT_EQ(shown_of("rate_limit: {resilience4j: {}}"), R"(    rate_limit:
      resilience4j:
        limit_for_period: 50
        limit_refresh_period: 500ns
        timeout: 5s
        blocking: true
)");
  EXPECT_EQ(shown_of("rate_limit: {envoy: {max_tokens: 10, fill_interval: 1s}}"),
            R"(    rate_limit: {envoy: {max_tokens: 10, tokens_per_fill: 1, fill_interval: 1s}}
)");
}

TEST(RateLimits, AreReadWhole) {
  const auto bucket = rate_limit<policy::TokenBucketLimitOptions>(
      "{token_bucket: {rate: 12.5/s, burst: 7, max_wait: forever}}");
  EXPECT_EQ(bucket.rate, Rate{12'500'000});
  EXPECT_EQ(bucket.burst, 7U);
  EXPECT_EQ(bucket.max_wait, forever);
  const auto cycles = rate_limit<policy::Resilience4jRateLimitOptions>(
      "{resilience4j: {limit_for_period: 3, limit_refresh_period: 2s, timeout: 0s, "
      "blocking: false}}");
  EXPECT_EQ(cycles.limit_for_period, 3U);
  EXPECT_EQ(cycles.limit_refresh_period, 2s);
  EXPECT_EQ(cycles.timeout, 0s);
  EXPECT_FALSE(cycles.blocking);
  const auto envoy = rate_limit<policy::EnvoyRateLimitOptions>(
      "{envoy: {max_tokens: 9, tokens_per_fill: 4, fill_interval: 50ms}}");
  EXPECT_EQ(envoy.max_tokens, 9U);
  EXPECT_EQ(envoy.tokens_per_fill, 4U);
  EXPECT_EQ(envoy.fill_interval, 50ms);
}

TEST(Limiters, HaveTheDefaultsOfTheirProducts) {
  EXPECT_EQ(shown_of("limiter: {vegas: {}}"), R"(    limiter:
      vegas:
        initial: 20
        max: 1000
        smoothing: 100%
        alpha: 3
        beta: 6
        probe_multiplier: 30
        drop_on: [timeout, rejected, unavailable]
)");
  EXPECT_EQ(shown_of("limiter: {gradient2: {}}"), R"(    limiter:
      gradient2:
        initial: 20
        min: 20
        max: 200
        smoothing: 20%
        tolerance: 1.5
        long_window: 600
        queue_size: 4
        drop_on: [timeout, rejected, unavailable]
)");
  EXPECT_EQ(shown_of("limiter: {aimd: {}}"), R"(    limiter:
      aimd:
        initial: 20
        min: 20
        max: 200
        backoff_ratio: 0.9
        timeout: 5s
        drop_on: [timeout, rejected, unavailable]
)");
  EXPECT_EQ(shown_of("limiter: {envoy_gradient: {}}"), R"(    limiter:
      envoy_gradient:
        sample_aggregate_percentile: 50%
        max_concurrency_limit: 1000
        concurrency_update_interval: 100ms
        interval: 1m
        request_count: 50
        jitter: 15%
        min_concurrency: 3
        buffer: 25%
)");
}

TEST(Limiters, OfNetflixAreReadWhole) {
  const auto vegas = limiter<policy::VegasLimitOptions>(
      "{vegas: {initial: 5, max: 50, smoothing: 50%, alpha: 2, beta: 4, probe_multiplier: 9, "
      "drop_on: [error]}}");
  EXPECT_EQ(vegas.initial, 5U);
  EXPECT_EQ(vegas.max, 50U);
  EXPECT_EQ(vegas.smoothing, 0.5);
  EXPECT_EQ(vegas.alpha, 2U);
  EXPECT_EQ(vegas.beta, 4U);
  EXPECT_EQ(vegas.probe_multiplier, 9U);
  EXPECT_EQ(vegas.outcomes.drop_on,
            (policy::RetryOn{.timeout = false, .error = true, .rejected = false, .codes = 0}));
  EXPECT_FALSE(vegas.outcomes.errors_are_samples);
  const auto gradient = limiter<policy::Gradient2LimitOptions>(
      "{gradient2: {initial: 5, min: 2, max: 50, smoothing: 0.1, tolerance: 2, long_window: 100, "
      "queue_size: 0}}");
  EXPECT_EQ(gradient.initial, 5U);
  EXPECT_EQ(gradient.min, 2U);
  EXPECT_EQ(gradient.max, 50U);
  EXPECT_EQ(gradient.smoothing, 0.1);
  EXPECT_EQ(gradient.tolerance, 2.0);
  EXPECT_EQ(gradient.long_window, 100U);
  EXPECT_EQ(gradient.queue_size, 0U);
  const auto aimd = limiter<policy::AimdLimitOptions>(
      "{aimd: {initial: 5, min: 2, max: 50, backoff_ratio: 0.5, timeout: 100ms, drop_on: []}}");
  EXPECT_EQ(aimd.initial, 5U);
  EXPECT_EQ(aimd.min, 2U);
  EXPECT_EQ(aimd.max, 50U);
  EXPECT_EQ(aimd.backoff_ratio, 0.5);
  EXPECT_EQ(aimd.timeout, 100ms);
  EXPECT_EQ(aimd.outcomes.drop_on,
            (policy::RetryOn{.timeout = false, .error = false, .rejected = false, .codes = 0}));
}

TEST(Limiters, OfEnvoyAreReadWhole) {
  const auto envoy = limiter<policy::EnvoyGradientLimitOptions>(
      "{envoy_gradient: {sample_aggregate_percentile: 90%, max_concurrency_limit: 50, "
      "concurrency_update_interval: 1s, interval: 5s, request_count: 9, jitter: 0%, "
      "min_concurrency: 7, buffer: 10%}}");
  EXPECT_EQ(envoy.sample_aggregate_percentile, 90.0);
  EXPECT_EQ(envoy.max_concurrency_limit, 50U);
  EXPECT_EQ(envoy.concurrency_update_interval, 1s);
  EXPECT_EQ(envoy.interval, 5s);
  EXPECT_EQ(envoy.request_count, 9U);
  EXPECT_EQ(envoy.jitter, 0.0);
  EXPECT_EQ(envoy.min_concurrency, 7U);
  EXPECT_EQ(envoy.buffer, 10.0);
}

TEST(Limiters, TakeAtACalleeEveryAnswerForASample) {
  const auto vegas = admission_limiter<policy::VegasLimitOptions>("{vegas: {}}");
  EXPECT_EQ(vegas.outcomes.drop_on,
            (policy::RetryOn{.timeout = false, .error = false, .rejected = false, .codes = 0}));
  EXPECT_TRUE(vegas.outcomes.errors_are_samples);
  const auto aimd = admission_limiter<policy::AimdLimitOptions>("{aimd: {drop_on: [unavailable]}}");
  EXPECT_EQ(aimd.outcomes.drop_on.codes, std::uint64_t{1} << code_unavailable);
  EXPECT_EQ(admission_limiter<policy::Gradient2LimitOptions>("{gradient2: {max: 60}}").max, 60U);
  EXPECT_EQ(admission_limiter<policy::EnvoyGradientLimitOptions>("{envoy_gradient: {}}").buffer,
            25.0);
}

TEST(Limiters, AreShownWithTheAdmissionThatHasOne) {
  const std::string yaml =
      to_yaml(normalised(built(around("services: {bank: {admission: {limiter: {aimd: {}}}}}\n"))));
  EXPECT_THAT(yaml, testing::HasSubstr(R"(
    admission:
      limit: unlimited
      limiter:
        aimd: {initial: 20, min: 20, max: 200, backoff_ratio: 0.9, timeout: 5s, drop_on: []}
)"));
}

/// What is wrong with changing a part in mid-run.
std::string change_of(const std::string& part, const std::string& set) {
  return error_of(with_part(part) + "faults: {f: {at: 1s, set: {" + set + "}}}\n");
}

TEST(Limits, ChangeTheirNumbersInMidRunAndNotTheirKinds) {
  EXPECT_EQ(
      change_of("rate_limit: {token_bucket: {}}", "policies.p.rate_limit.token_bucket.rate: 10/s"),
      "");
  EXPECT_EQ(change_of("limiter: {vegas: {}}", "policies.p.limiter.vegas.max: 30"), "");
  EXPECT_THAT(
      change_of("rate_limit: {token_bucket: {}}", "policies.p.rate_limit: {resilience4j: {}}"),
      testing::HasSubstr("policies.p.rate_limit"));
  EXPECT_THAT(change_of("limiter: {vegas: {}}", "policies.p.limiter: {aimd: {}}"),
              testing::HasSubstr("policies.p.limiter"));
  EXPECT_THAT(change_of("limiter: {vegas: {}}", "policies.p.limiter: null"),
              testing::HasSubstr("policies.p.limiter"));
  EXPECT_THAT(change_of("", "services.bank.admission.limiter: {aimd: {}}"),
              testing::HasSubstr("services.bank.admission.limiter"));
}

}  // namespace
}  // namespace squall::scenario::limits_test
