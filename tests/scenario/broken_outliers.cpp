#include "tests/scenario/broken_documents.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario {
namespace {

constexpr bool seen = true;
constexpr bool unseen = false;

std::string with(const std::string& outlier) {
  return around(
      "services: {bank: {replicas: 3}}\n"
      "policies:\n"
      "  careful: {outlier: " +
      outlier + "}\n");
}

}  // namespace

std::vector<BrokenDocument> broken_outliers() {
  return {
      {"OutlierOfNobody", with("{}"), "checkout.yaml:3: policies.careful.outlier: needs 'envoy'",
       seen},
      {"OutlierOfSomebodyElse", with("{linkerd: {}}"),
       "checkout.yaml:3: policies.careful.outlier.linkerd: unknown key; known: envoy", seen},
      {"OutlierKeyMisspelt", with("{envoy: {consecutive5xx: 3}}"),
       "checkout.yaml:3: policies.careful.outlier.envoy.consecutive5xx: unknown key; did you mean "
       "'consecutive_5xx'?",
       seen},
      {"OutlierIntervalBelowAMillisecond", with("{envoy: {interval: 10us}}"),
       "checkout.yaml:3: policies.careful.outlier.envoy.interval: must be at least 1ms, is 10us",
       unseen},
      {"OutlierLongestBelowTheFirst",
       with("{envoy: {base_ejection_time: 10s, max_ejection_time: 3s}}"),
       "checkout.yaml:3: policies.careful.outlier.envoy.max_ejection_time: must be at least the "
       "base_ejection_time, 10s, is 3s",
       unseen},
      {"OutlierWithoutPanic", with("{envoy: {panic_threshold: 0%}}"),
       "checkout.yaml:3: policies.careful.outlier.envoy.panic_threshold: must be above 0% and at "
       "most 100%, is 0%",
       unseen},
      {"OutlierMoreThanAll", with("{envoy: {max_ejection_percent: 150%}}"),
       "checkout.yaml:3: policies.careful.outlier.envoy.max_ejection_percent: must be from 0% to "
       "100%, is 150%",
       seen},
      {"OutlierEnforcedByHalves", with("{envoy: {enforcing: {success_rate: 12.5%}}}"),
       "checkout.yaml:3: policies.careful.outlier.envoy.enforcing.success_rate: must be a whole "
       "percentage from 0% to 100%, is '12.5%'",
       unseen},
      {"OutlierOfUnknownErrors", with("{envoy: {on: [timeouts]}}"),
       "checkout.yaml:3: policies.careful.outlier.envoy.on.0: nothing fails with 'timeouts'; did "
       "you mean 'timeout'?",
       unseen},
  };
}

}  // namespace squall::scenario
