// Retries: the presets of products, what is read beside them, and what `check` shows.
#include <string>

#include <gtest/gtest.h>

#include "squall/policy/retry_preset.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario::retries_test {
namespace {

using namespace std::chrono_literals;

using policy::BackoffShape;
using policy::Cap;
using policy::Jitter;
using policy::RetryOptions;

std::string with_retry(const std::string& retry) {
  return around("services: {bank: {}}\npolicies: {p: {retry: " + retry + "}}\n");
}

RetryOptions read(const std::string& retry) {
  return scenario_of(with_retry(retry)).policies.at(0).options.retry.value();
}

/// What `check` shows of it.
std::string shown_of(const std::string& retry) {
  const std::string yaml = to_yaml(normalised(built(with_retry(retry))));
  const std::size_t from = yaml.find("    retry:");
  return yaml.substr(from, yaml.find("    order:") - from);
}

TEST(RetryPresets, AreShownWithEverythingFilledIn) {
  EXPECT_EQ(shown_of("{preset: envoy}"), R"(    retry:
      preset: envoy
      max_attempts: 2
      on: [timeout, error, rejected]
      backoff:
        exponential: {base: 25ms, max: 250ms, multiplier: 2}
        jitter: full
        cap: before_jitter
        unit: 1ms
      honour_pushback: false
)");
  EXPECT_EQ(shown_of("{preset: polly}"), R"(    retry:
      preset: polly
      max_attempts: 4
      on: [timeout, error, rejected]
      backoff: {fixed: 2s, jitter: none, cap: after_jitter, unit: 1ns}
      honour_pushback: false
)");
  EXPECT_EQ(shown_of("{preset: istio}"), R"(    retry:
      preset: istio
      max_attempts: 3
      on: [rejected, unavailable]
      backoff:
        exponential: {base: 25ms, max: 250ms, multiplier: 2}
        jitter: full
        cap: before_jitter
        unit: 1ms
      honour_pushback: false
)");
  EXPECT_EQ(shown_of("{preset: folly}"), R"(    retry:
      preset: folly
      max_attempts: 3
      on: [timeout, error, rejected]
      backoff:
        exponential: {base: 100ms, max: 1s, multiplier: 2}
        jitter: {lognormal: 0.1}
        cap: after_jitter
        unit: 1ms
      honour_pushback: false
)");
}

TEST(RetryPresets, LeaveEverySingleValueToTheScenario) {
  const RetryOptions attempts = read("{preset: envoy, max_attempts: 4}");
  EXPECT_EQ(attempts.max_attempts, 4U);
  EXPECT_EQ(attempts.backoff.base, 25ms);
  const RetryOptions on = read("{preset: istio, on: [timeout]}");
  EXPECT_TRUE(on.on.timeout);
  EXPECT_FALSE(on.on.rejected);
  EXPECT_EQ(on.on.codes, 0U);
  EXPECT_TRUE(read("{preset: aws, honour_pushback: true}").honour_pushback);
  EXPECT_EQ(read("{preset: aws, backoff: {exponential: {multiplier: 3}}}").backoff.multiplier, 3.0);
  EXPECT_EQ(read("{preset: aws, backoff: {exponential: {max: 5s}}}").backoff.max, 5s);
  EXPECT_EQ(read("{preset: aws, backoff: {exponential: {max: 5s}}}").backoff.base, 1s);
  EXPECT_EQ(read("{preset: aws, backoff: {jitter: equal}}").backoff.jitter, Jitter::equal);
  EXPECT_EQ(read("{preset: folly, backoff: {jitter: {lognormal: 0.5}}}").backoff.sigma, 0.5);
  EXPECT_EQ(read("{preset: folly, backoff: {cap: before_jitter}}").backoff.cap, Cap::before_jitter);
  EXPECT_EQ(read("{preset: folly, backoff: {unit: 1ns}}").backoff.unit, 1ns);
  EXPECT_EQ(read("{preset: folly, backoff: none}").backoff.base, 0ns);
}

TEST(RetryPresets, OfEnvoyHaveAMaxOfTenBases) {
  for (const char* const preset : {"envoy", "istio"}) {
    const auto backoff =
        read("{preset: " + std::string(preset) + ", backoff: {exponential: 40ms}}").backoff;
    EXPECT_EQ(backoff.base, 40ms);
    EXPECT_EQ(backoff.max, 400ms);
  }
  EXPECT_EQ(read("{preset: envoy, backoff: {exponential: {base: 40ms, max: 1s}}}").backoff.max, 1s);
  EXPECT_EQ(read("{preset: envoy_2018, backoff: {cumulative: 40ms}}").backoff.max, 400ms);
}

TEST(RetryPresets, OfPollyTakeItsOtherBackoffTypes) {
  // UseJitter with BackoffType Constant, Linear and Exponential.
  const auto constant = read("{preset: polly, backoff: {jitter: proportional}}").backoff;
  EXPECT_EQ(constant.shape, BackoffShape::fixed);
  EXPECT_EQ(constant.base, 2s);
  EXPECT_EQ(constant.spread, 0.25);
  const auto linear = read("{preset: polly, backoff: {linear: {}, jitter: proportional}}").backoff;
  EXPECT_EQ(linear.shape, BackoffShape::linear);
  EXPECT_EQ(linear.base, 2s);
  EXPECT_EQ(linear.spread, 0.25);
  const auto exponential =
      read("{preset: polly, backoff: {exponential: {base: 10s, max: 1s}, jitter: decorrelated_v2}}")
          .backoff;
  EXPECT_EQ(exponential.jitter, Jitter::decorrelated_v2);
  EXPECT_EQ(exponential.max, 1s);
}

TEST(RetryPresets, OfResilience4jTakeItsOtherIntervalFunctions) {
  const auto exponential = read("{preset: resilience4j, backoff: {exponential: {}}}").backoff;
  EXPECT_EQ(exponential.base, 500ms);
  EXPECT_EQ(exponential.multiplier, 1.5);
  EXPECT_EQ(exponential.unit, 1ms);
  const auto random =
      read("{preset: resilience4j, backoff: {exponential: 100ms, jitter: proportional}}").backoff;
  EXPECT_EQ(random.spread, 0.5);
  EXPECT_EQ(random.cap, Cap::after_jitter);
}

TEST(RetryPresets, OfGrpcActAsFiveAttemptsAtMost) {
  EXPECT_EQ(read("{preset: grpc, max_attempts: 5}").max_attempts, 5U);
  EXPECT_EQ(read("{preset: grpc, max_attempts: 6}").max_attempts, 5U);
  EXPECT_EQ(read("{preset: grpc_2017, max_attempts: 1000}").max_attempts, 5U);
  EXPECT_EQ(read("{max_attempts: 6}").max_attempts, 6U);
}

TEST(RetryPresets, AnotherShapeHasTheCapItSays) {
  const auto backoff = read("{preset: envoy, backoff: {linear: {base: 2s, max: 5s}}}").backoff;
  EXPECT_EQ(backoff.max, 5s);
  EXPECT_EQ(backoff.jitter, Jitter::full);
  EXPECT_EQ(read("{preset: envoy, backoff: 3s}").backoff.base, 3s);
  EXPECT_EQ(read("{preset: aws, backoff: {linear: 30s}}").backoff.max, forever);
}

TEST(RetryPresets, AreNothingButValues) {
  // The same without the name decides the same.
  const std::string values =
      "{max_attempts: 2, backoff: {exponential: {base: 25ms, max: 250ms}, jitter: full, unit: 1ms},"
      " honour_pushback: false}";
  RetryOptions by_hand = read(values);
  const RetryOptions preset = read("{preset: envoy}");
  EXPECT_EQ(by_hand.max_attempts, preset.max_attempts);
  EXPECT_EQ(by_hand.on, preset.on);
  EXPECT_EQ(by_hand.honour_pushback, preset.honour_pushback);
  for (std::uint32_t retry = 1; retry <= 9; ++retry) {
    Duration one{0};
    Duration two{0};
    Rng same(retry);
    Rng again(retry);
    EXPECT_EQ(backoff_delay(by_hand.backoff, retry, one, same),
              backoff_delay(preset.backoff, retry, two, again));
  }
}

TEST(Backoff, ShowsCapAndUnitWhereTheyAreNotAsAlways) {
  EXPECT_EQ(shown_of("{backoff: {fixed: 5ms}}").find("cap"), std::string::npos);
  EXPECT_NE(shown_of("{backoff: {fixed: 5ms, cap: after_jitter}}").find("cap: after_jitter"),
            std::string::npos);
  EXPECT_NE(shown_of("{backoff: {fixed: 5ms, unit: 2ms}}").find("unit: 2ms"), std::string::npos);
}

TEST(RetryPresets, VariantsReachIntoThem) {
  const Bundle bundle =
      built(around("services: {bank: {}}\npolicies: {p: {retry: {preset: aws}}}\n"
                   "variants: {more: {policies.p.retry.max_attempts: 7}}\n"));
  EXPECT_EQ(bundle.variants.at(0).scenario.policies.at(0).options.retry->max_attempts, 7U);
  EXPECT_EQ(bundle.variants.at(0).scenario.policies.at(0).options.retry->backoff.max, 20s);
}

}  // namespace
}  // namespace squall::scenario::retries_test
