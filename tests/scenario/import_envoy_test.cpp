// What becomes of the fields of Envoy's configurations: their meaning, defaults and clamps.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/import_support.hpp"

namespace squall::scenario::import_envoy_test {
namespace {

using enum ImportFormat;
using namespace std::chrono_literals;
using policy::Jitter;
using policy::Layer;
using policy::PolicyOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ImportEnvoy, WritesItsDefaultsOut) {
  const PolicyOptions options = policy_of(envoy, "cluster: a\nretry_policy: {retry_on: 5xx}\n");
  EXPECT_EQ(options.deadline, 15s);
  EXPECT_EQ(options.timeout, forever);
  ASSERT_TRUE(options.retry);
  EXPECT_EQ(options.retry->max_attempts, 2U);
  EXPECT_EQ(options.retry->backoff.base, 25ms);
  EXPECT_EQ(options.retry->backoff.max, 250ms);
  EXPECT_EQ(options.retry->backoff.jitter, Jitter::full);
  const auto& budget = std::get<policy::EnvoyBudgetOptions>(options.budget);
  EXPECT_EQ(budget.percent, 0.0);
  EXPECT_EQ(budget.min_concurrency, 3U);
  ASSERT_TRUE(options.bulkhead);
  EXPECT_EQ(options.bulkhead->max_concurrent, 1024U);
  EXPECT_EQ(options.bulkhead->max_waiting, 1024U);
  EXPECT_EQ(options.bulkhead->max_wait, forever);
  EXPECT_EQ(options.state_per, policy::StatePer::callee);
  EXPECT_EQ(options.order.front(), Layer::bulkhead);
}

TEST(ImportEnvoy, TakesTenTimesTheBaseForTheLongestBackoff) {
  const PolicyOptions options =
      policy_of(envoy, "retry_policy: {retry_on: 5xx, retry_back_off: {base_interval: 0.0001s}}\n");
  EXPECT_EQ(options.retry->backoff.base, 1ms);
  EXPECT_EQ(options.retry->backoff.max, 10ms);
}

TEST(ImportEnvoy, ReadsTheClustersBesideRoutesOfOneFile) {
  const std::string clusters =
      "clusters:\n"
      "- {name: a, circuit_breakers: {thresholds: [{max_requests: 7, max_connections: 7}]}}\n";
  const std::string routes = "[{match: {prefix: /}, route: {cluster: a}}]\n";
  for (const std::string& yaml :
       {clusters + "virtual_hosts: [{name: v, domains: ['*'], routes: " + routes + "}]\n",
        clusters + "routes: " + routes}) {
    EXPECT_EQ(policy_of(envoy, yaml).bulkhead->max_concurrent, 7U) << yaml;
    EXPECT_THAT(left_out_of(envoy, yaml), Not(HasSubstr(" clusters: "))) << yaml;
  }
}

TEST(ImportEnvoy, ReadsConditions) {
  const auto on = [](const std::string& words) {
    const PolicyOptions options = policy_of(envoy, "retry_policy: {retry_on: '" + words + "'}\n");
    const policy::RetryOn& found = options.retry->on;
    return std::string(found.timeout ? "timeout " : "") + (found.error ? "error " : "") +
           (found.rejected ? "rejected " : "") + (found.codes != 0 ? "codes" : "");
  };
  EXPECT_EQ(on("5xx"), "timeout error rejected ");
  EXPECT_EQ(on("gateway-error"), "timeout rejected codes");
  EXPECT_EQ(on("connect-failure, refused-stream"), "rejected codes");
  EXPECT_EQ(on("internal"), "codes");
  EXPECT_EQ(on("retriable-4xx"), "");
}

TEST(ImportEnvoy, IgnoresAConditionThatEnvoyDoesNotKnow) {
  const std::string yaml = "retry_policy: {retry_on: 'gateway-eror, connect-failure'}\n";
  const policy::RetryOn on = policy_of(envoy, yaml).retry->on;
  EXPECT_FALSE(on.timeout || on.error || on.rejected);
  EXPECT_NE(on.codes, 0U);
  EXPECT_THAT(left_out_of(envoy, yaml),
              HasSubstr("1 retry_policy.retry_on: gateway-eror: Envoy knows no such condition and "
                        "ignores it; did you mean 'gateway-error'?\n"));
}

TEST(ImportEnvoy, RetriesNothingWithoutACondition) {
  const std::string yaml = "cluster: a\nretry_policy:\n  num_retries: 5\n";
  EXPECT_FALSE(policy_of(envoy, yaml).retry);
  EXPECT_EQ(left_out_of(envoy, yaml),
            "2 retry_policy: without retry_on only requests with a header of their own retry\n");
}

TEST(ImportEnvoy, HedgesInPlaceOfRetries) {
  const std::string yaml =
      "hedge_policy: {hedge_on_per_try_timeout: true}\n"
      "retry_policy: {retry_on: 5xx, num_retries: 2, per_try_timeout: 0.2s}\n";
  const PolicyOptions options = policy_of(envoy, yaml);
  EXPECT_FALSE(options.retry);
  ASSERT_TRUE(options.hedge);
  EXPECT_EQ(options.hedge->max_attempts, 3U);
  EXPECT_EQ(options.hedge->delay, 200ms);
  EXPECT_FALSE(options.hedge->on.timeout);
  EXPECT_TRUE(options.hedge->on.error);
  EXPECT_EQ(options.timeout, forever);
}

TEST(ImportEnvoy, MakesOnePolicyOfRoutesThatSayTheSame) {
  const std::string yaml =
      "routes:\n"
      "- {match: {prefix: /a}, route: {cluster: x, timeout: 1s}}\n"
      "- {match: {prefix: /b}, route: {cluster: x, timeout: 1s}}\n"
      "- {match: {prefix: /c}, route: {cluster: x, timeout: 2s}}\n";
  const Imported all = imported(envoy, yaml);
  ASSERT_EQ(all.policies.size(), 2U);
  EXPECT_THAT(all.policies[0].about(), ElementsAre("in.yaml:2 route to x", "in.yaml:3 route to x"));
  EXPECT_EQ(all.policies[1].name(), "x-2");
}

TEST(ImportEnvoy, LeavesNothingOutThatAnyPolicyUses) {
  EXPECT_EQ(left_out_of(envoy,
                        "routes:\n"
                        "- {match: {}, route: {cluster: x, retry_policy: {retry_on: 5xx}}}\n"
                        "- {match: {}, route: {cluster: x}}\n"
                        "---\n"
                        "{name: x, circuit_breakers: {thresholds: [{max_retries: 1}]}}\n"),
            "2 routes.0.match: which requests go where is not part of a policy\n"
            "3 routes.1.match: which requests go where is not part of a policy\n");
}

TEST(ImportEnvoy, TellsOfEveryFieldOfWhatWouldActOnCalls) {
  EXPECT_EQ(left_out_of(envoy,
                        "name: x\n"
                        "outlier_detection:\n"
                        "  consecutive_5xx: 3\n"
                        "  split_external_local_origin_errors: true\n"
                        "  consecutive_local_origin_failure: 3\n"),
            "4 outlier_detection.split_external_local_origin_errors: failures of the network and "
            "of replicas count together\n"
            "5 outlier_detection.consecutive_local_origin_failure: failures of the network and of "
            "replicas count together\n");
}

TEST(ImportEnvoy, EjectsOutliersAsTheClusterSays) {
  const auto options = policy_of(
      envoy,
      "name: x\n"
      "outlier_detection: {consecutive_5xx: 3, consecutive_gateway_failure: 4, interval: 1.5s,\n"
      "  base_ejection_time: 20s, max_ejection_time: 60s, max_ejection_time_jitter: 1s,\n"
      "  max_ejection_percent: 50, always_eject_one_host: true, success_rate_minimum_hosts: 3,\n"
      "  success_rate_request_volume: 30, success_rate_stdev_factor: 1300,\n"
      "  failure_percentage_threshold: 70, failure_percentage_minimum_hosts: 2,\n"
      "  failure_percentage_request_volume: 20, enforcing_consecutive_5xx: 90,\n"
      "  enforcing_consecutive_gateway_failure: 80, enforcing_success_rate: 70,\n"
      "  enforcing_failure_percentage: 60}\n"
      "common_lb_config: {healthy_panic_threshold: {value: 30}}\n");
  ASSERT_TRUE(options.outlier);
  const policy::EnvoyOutlierOptions& outlier = *options.outlier;
  EXPECT_EQ(outlier.consecutive_5xx, 3U);
  EXPECT_EQ(outlier.consecutive_gateway_failure, 4U);
  EXPECT_EQ(outlier.interval, 1500ms);
  EXPECT_EQ(outlier.base_ejection_time, 20s);
  EXPECT_EQ(outlier.max_ejection_time, 60s);
  EXPECT_EQ(outlier.max_ejection_time_jitter, 1s);
  EXPECT_EQ(outlier.max_ejection_percent, 50.0);
  EXPECT_TRUE(outlier.always_eject_one_host);
  EXPECT_EQ(outlier.success_rate, (policy::EnvoyOutlierOptions::SuccessRate{3, 30, 1.3}));
  EXPECT_EQ(outlier.failure_percentage,
            (policy::EnvoyOutlierOptions::FailurePercentage{70.0, 2, 20}));
  EXPECT_EQ(outlier.enforcing, (policy::EnvoyOutlierOptions::Enforcing{90, 80, 70, 60}));
  EXPECT_EQ(outlier.panic_threshold, 30.0);
}

TEST(ImportEnvoy, HasTheDefaultsOfOutlierDetectionWhereItIsThere) {
  const auto options = policy_of(envoy, "{name: x, outlier_detection: {}}\n");
  ASSERT_TRUE(options.outlier);
  EXPECT_EQ(options.outlier->consecutive_5xx, 5U);
  EXPECT_EQ(options.outlier->max_ejection_percent, 10.0);
  EXPECT_EQ(options.outlier->enforcing, policy::EnvoyOutlierOptions::Enforcing{});
  EXPECT_EQ(options.outlier->panic_threshold, 50.0);
  EXPECT_FALSE(policy_of(envoy, "{name: x, circuit_breakers: {}}\n").outlier);
  const auto off = policy_of(envoy,
                             "name: x\n"
                             "outlier_detection: {}\n"
                             "common_lb_config: {healthy_panic_threshold: {value: 0}}\n");
  EXPECT_EQ(off.outlier->panic_threshold, 0.001);
}

}  // namespace
}  // namespace squall::scenario::import_envoy_test
