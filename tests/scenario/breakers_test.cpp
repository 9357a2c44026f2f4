// The kinds of breakers: what is read, and what `check` shows of it.
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "tests/scenario/support.hpp"

namespace squall::scenario::breakers_test {
namespace {

using namespace std::chrono_literals;

using policy::HystrixBreakerOptions;
using policy::LinkerdBreakerOptions;
using policy::PollyBreakerOptions;
using policy::SentinelBreakerOptions;
using Strategy = policy::SentinelBreakerOptions::Strategy;

std::string with_breaker(const std::string& breaker) {
  return around("services: {bank: {}}\npolicies: {p: {breaker: " + breaker + "}}\n");
}

/// The breaker of a scenario whose only policy has it.
template <typename Options>
Options read(const std::string& breaker) {
  const Scenario scenario = scenario_of(with_breaker(breaker));
  const auto* options = std::get_if<Options>(&scenario.policies.at(0).options.breaker);
  EXPECT_NE(options, nullptr) << breaker;
  return options == nullptr ? Options{} : *options;
}

/// What `check` shows of it.
std::string shown_of(const std::string& breaker) {
  const std::string yaml = to_yaml(normalised(built(with_breaker(breaker))));
  const std::size_t from = yaml.find("    breaker:");
  return yaml.substr(from, yaml.find("    order:") - from);
}

TEST(Breakers, HaveTheDefaultsOfTheirProducts) {
  EXPECT_EQ(shown_of("{polly: {}}"), R"(    breaker:
      polly: {failure_ratio: 10%, minimum_throughput: 100, sampling: 30s, break_for: 5s}
)");
  EXPECT_EQ(shown_of("{hystrix: {}}"), R"(    breaker:
      hystrix:
        request_volume: 20
        error_threshold: 50%
        window: 10s
        snapshot: 500ms
        sleep_window: 5s
)");
  EXPECT_EQ(shown_of("{sentinel: {}}"), R"(    breaker:
      sentinel: {slow_ratio: 100%, slow_call: 1s, minimum: 5, interval: 1s, open_for: 10s}
)");
  EXPECT_EQ(
      shown_of("{linkerd: {}}"),
      R"(    breaker: {linkerd: {max_failures: 7, min_penalty: 1s, max_penalty: 1m, jitter: 0.5}}
)");
}

TEST(Breakers, OfPollyAreReadWhole) {
  const auto options = read<PollyBreakerOptions>(
      "{polly: {failure_ratio: 0.25, minimum_throughput: 8, sampling: 100ms, break_for: 1.5s}}");
  EXPECT_EQ(options.failure_ratio, 25.0);
  EXPECT_EQ(options.minimum_throughput, 8U);
  EXPECT_EQ(options.sampling, 100ms);
  EXPECT_EQ(options.break_for, 1500ms);
}

TEST(Breakers, OfHystrixAreReadWhole) {
  const auto options = read<HystrixBreakerOptions>(
      "{hystrix: {request_volume: 3, error_threshold: 0.29, window: 2s, snapshot: 100ms, "
      "sleep_window: 300ms}}");
  EXPECT_EQ(options.request_volume, 3U);
  EXPECT_EQ(options.error_threshold, 29U);
  EXPECT_EQ(options.window, 2s);
  EXPECT_EQ(options.snapshot, 100ms);
  EXPECT_EQ(options.sleep_window, 300ms);
}

TEST(Breakers, OfHystrixTakeEveryWholePercentage) {
  for (std::uint32_t percent = 1; percent <= 100; ++percent) {
    const std::string digits = std::to_string(percent);
    EXPECT_EQ(read<HystrixBreakerOptions>("{hystrix: {error_threshold: " + digits + "%}}")
                  .error_threshold,
              percent);
    const std::string share = percent == 100 ? "1" : percent < 10 ? "0.0" + digits : "0." + digits;
    EXPECT_EQ(
        read<HystrixBreakerOptions>("{hystrix: {error_threshold: " + share + "}}").error_threshold,
        percent);
  }
}

TEST(Breakers, OfSentinelHaveTheStrategyOfTheirThreshold) {
  const auto slow = read<SentinelBreakerOptions>("{sentinel: {slow_ratio: 60%, slow_call: 50ms}}");
  EXPECT_EQ(slow.strategy, Strategy::slow_ratio);
  EXPECT_EQ(slow.ratio, 60.0);
  EXPECT_EQ(slow.slow_call, 50ms);
  const auto ratio = read<SentinelBreakerOptions>(
      "{sentinel: {error_ratio: 0.5, minimum: 10, interval: 20s, open_for: 2s}}");
  EXPECT_EQ(ratio.strategy, Strategy::error_ratio);
  EXPECT_EQ(ratio.ratio, 50.0);
  EXPECT_EQ(ratio.minimum, 10U);
  EXPECT_EQ(ratio.interval, 20s);
  EXPECT_EQ(ratio.open_for, 2s);
  const auto count = read<SentinelBreakerOptions>("{sentinel: {error_count: 12}}");
  EXPECT_EQ(count.strategy, Strategy::error_count);
  EXPECT_EQ(count.count, 12U);
}

TEST(Breakers, OfSentinelShowTheirStrategyOnly) {
  EXPECT_EQ(shown_of("{sentinel: {error_ratio: 50%}}"),
            R"(    breaker: {sentinel: {error_ratio: 50%, minimum: 5, interval: 1s, open_for: 10s}}
)");
  EXPECT_EQ(shown_of("{sentinel: {error_count: 0}}"),
            R"(    breaker: {sentinel: {error_count: 0, minimum: 5, interval: 1s, open_for: 10s}}
)");
}

TEST(Breakers, OfLinkerdAreReadWhole) {
  const auto options = read<LinkerdBreakerOptions>(
      "{linkerd: {max_failures: 3, min_penalty: 100ms, max_penalty: 2s, jitter: 1.25}}");
  EXPECT_EQ(options.max_failures, 3U);
  EXPECT_EQ(options.min_penalty, 100ms);
  EXPECT_EQ(options.max_penalty, 2s);
  EXPECT_EQ(options.jitter, 1.25);
}

}  // namespace
}  // namespace squall::scenario::breakers_test
