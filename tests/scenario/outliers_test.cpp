// Outlier ejection in a document: what is read, what it is when nothing is said, and what may
// change while it runs.
#include <string>

#include <gtest/gtest.h>

#include "squall/scenario/settings.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario::outliers_test {
namespace {

using namespace std::chrono_literals;

policy::EnvoyOutlierOptions outlier_of(const std::string& outlier) {
  const Scenario scenario =
      scenario_of(around("services: {bank: {failure: [{p: 1%, as: busy}]}}\n"
                         "policies: {p: {outlier: " +
                         outlier + "}}\n"));
  return scenario.policies[0].options.outlier.value();
}

TEST(Outliers, HaveTheDefaultsOfEnvoy) {
  const policy::EnvoyOutlierOptions read = outlier_of("{envoy: {}}");
  const policy::EnvoyOutlierOptions options;
  EXPECT_EQ(read.interval, options.interval);
  EXPECT_EQ(read.base_ejection_time, options.base_ejection_time);
  EXPECT_EQ(read.max_ejection_time, options.max_ejection_time);
  EXPECT_EQ(read.success_rate, options.success_rate);
  EXPECT_EQ(read.failure_percentage, options.failure_percentage);
  EXPECT_EQ(read.enforcing, options.enforcing);
  EXPECT_EQ(read.on, options.on);
  EXPECT_FALSE(scenario_of(around("policies: {p: {}}\n")).policies[0].options.outlier);
}

TEST(Outliers, AreWhatIsWritten) {
  const policy::EnvoyOutlierOptions read = outlier_of(
      "{envoy: {consecutive_5xx: 3, consecutive_gateway_failure: 4, interval: 1s, "
      "base_ejection_time: 2s, max_ejection_time: 9s, max_ejection_time_jitter: 5ms, "
      "max_ejection_percent: 33.3%, always_eject_one_host: true, "
      "success_rate: {minimum_hosts: 2, request_volume: 7, stdev_factor: 1.5}, "
      "failure_percentage: {threshold: 60%, minimum_hosts: 1, request_volume: 8}, "
      "enforcing: {consecutive_5xx: 90%, consecutive_gateway_failure: 80%, success_rate: 70%, "
      "failure_percentage: 0.6}, panic_threshold: 25%, on: [timeout, busy]}}");
  EXPECT_EQ(read.consecutive_5xx, 3U);
  EXPECT_EQ(read.consecutive_gateway_failure, 4U);
  EXPECT_EQ(read.interval, 1s);
  EXPECT_EQ(read.base_ejection_time, 2s);
  EXPECT_EQ(read.max_ejection_time, 9s);
  EXPECT_EQ(read.max_ejection_time_jitter, 5ms);
  EXPECT_EQ(read.max_ejection_percent, 33.3);
  EXPECT_TRUE(read.always_eject_one_host);
  EXPECT_EQ(read.success_rate, (policy::EnvoyOutlierOptions::SuccessRate{2, 7, 1.5}));
  EXPECT_EQ(read.failure_percentage, (policy::EnvoyOutlierOptions::FailurePercentage{60.0, 1, 8}));
  EXPECT_EQ(read.enforcing, (policy::EnvoyOutlierOptions::Enforcing{90, 80, 70, 60}));
  EXPECT_EQ(read.panic_threshold, 25.0);
  EXPECT_TRUE(read.on.timeout);
  EXPECT_FALSE(read.on.error);
  EXPECT_FALSE(read.on.rejected);
  EXPECT_EQ(read.on.codes, 16U);
}

TEST(Outliers, OfABaseAboveTheLongestAreEjectedForTheBase) {
  EXPECT_EQ(outlier_of("{envoy: {base_ejection_time: 400s}}").max_ejection_time, 400s);
  EXPECT_EQ(outlier_of("{envoy: {base_ejection_time: 10s}}").max_ejection_time, 300s);
}

TEST(Outliers, ArePrintedWithEveryDefault) {
  const std::string yaml =
      to_yaml(normalised(built(around("policies: {p: {outlier: {envoy: {}}}}\n"))));
  const std::size_t start = yaml.find("    outlier:");
  const std::size_t end = yaml.find("    order:");
  ASSERT_LT(start, end) << yaml;
  EXPECT_EQ(yaml.substr(start, end - start),
            "    outlier:\n"
            "      envoy:\n"
            "        consecutive_5xx: 5\n"
            "        consecutive_gateway_failure: 5\n"
            "        interval: 10s\n"
            "        base_ejection_time: 30s\n"
            "        max_ejection_time: 5m\n"
            "        max_ejection_time_jitter: 0s\n"
            "        max_ejection_percent: 10%\n"
            "        always_eject_one_host: false\n"
            "        success_rate: {minimum_hosts: 5, request_volume: 100, stdev_factor: 1.9}\n"
            "        failure_percentage: {threshold: 85%, minimum_hosts: 5, request_volume: 50}\n"
            "        enforcing:\n"
            "          consecutive_5xx: 100%\n"
            "          consecutive_gateway_failure: 0%\n"
            "          success_rate: 100%\n"
            "          failure_percentage: 0%\n"
            "        panic_threshold: 50%\n"
            "        on: [timeout, error, rejected]\n");
}

TEST(Outliers, MayChangeTheirNumbersButNotAppear) {
  const std::string head = "services: {bank: {replicas: 4}}\n";
  const Scenario none = scenario_of(around(head + "policies: {p: {}}\n"));
  const Scenario some = scenario_of(around(head + "policies: {p: {outlier: {envoy: {}}}}\n"));
  const Scenario other =
      scenario_of(around(head + "policies: {p: {outlier: {envoy: {consecutive_5xx: 2}}}}\n"));
  EXPECT_TRUE(settings_compatible(some, other));
  const Result<void> appears = settings_compatible(none, some);
  ASSERT_FALSE(appears);
  EXPECT_EQ(appears.error().key, "policies.p.outlier");
}

}  // namespace
}  // namespace squall::scenario::outliers_test
