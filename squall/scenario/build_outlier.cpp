#include <cmath>

#include "squall/policy/envoy_outlier.hpp"
#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/read_quantity.hpp"

namespace squall::scenario {
namespace {

using policy::EnvoyOutlierOptions;

/// Whole percent, as the product has it; 0 and up.
std::uint32_t read_enforced(const Value& value) {
  const double percent = read_percent(value);
  if (value.errors().any()) return 0;
  if (!(percent >= 0.0 && percent <= 100.0) || percent != std::floor(percent)) {
    value.must_be("a whole percentage from 0% to 100%");
    return 0;
  }
  return static_cast<std::uint32_t>(percent);
}

EnvoyOutlierOptions::SuccessRate read_success_rate(const Value& value) {
  EnvoyOutlierOptions::SuccessRate options;
  MapReader in(value);
  if (const auto v = in.find("minimum_hosts")) options.minimum_hosts = v->whole32(0);
  if (const auto v = in.find("request_volume")) options.request_volume = v->whole32(0);
  if (const auto v = in.find("stdev_factor")) options.stdev_factor = read_number(*v);
  return options;
}

EnvoyOutlierOptions::FailurePercentage read_failure_percentage(const Value& value) {
  EnvoyOutlierOptions::FailurePercentage options;
  MapReader in(value);
  if (const auto v = in.find("threshold")) options.threshold = read_percent(*v);
  if (const auto v = in.find("minimum_hosts")) options.minimum_hosts = v->whole32(0);
  if (const auto v = in.find("request_volume")) options.request_volume = v->whole32(0);
  return options;
}

EnvoyOutlierOptions::Enforcing read_enforcing(const Value& value) {
  EnvoyOutlierOptions::Enforcing options;
  MapReader in(value);
  if (const auto v = in.find("consecutive_5xx")) options.consecutive_5xx = read_enforced(*v);
  if (const auto v = in.find("consecutive_gateway_failure"))
    options.consecutive_gateway_failure = read_enforced(*v);
  if (const auto v = in.find("success_rate")) options.success_rate = read_enforced(*v);
  if (const auto v = in.find("failure_percentage")) options.failure_percentage = read_enforced(*v);
  return options;
}

EnvoyOutlierOptions read_envoy_outlier(const Value& value, const Scenario& scenario) {
  EnvoyOutlierOptions options;
  MapReader in(value);
  if (const auto v = in.find("consecutive_5xx")) options.consecutive_5xx = v->whole32(0);
  if (const auto v = in.find("consecutive_gateway_failure"))
    options.consecutive_gateway_failure = v->whole32(0);
  if (const auto v = in.find("interval")) options.interval = read_duration(*v);
  if (const auto v = in.find("base_ejection_time")) options.base_ejection_time = read_duration(*v);
  options.max_ejection_time = policy::envoy_max_ejection_time(options.base_ejection_time);
  if (const auto v = in.find("max_ejection_time")) options.max_ejection_time = read_duration(*v);
  if (const auto v = in.find("max_ejection_time_jitter"))
    options.max_ejection_time_jitter = read_duration(*v);
  if (const auto v = in.find("max_ejection_percent"))
    options.max_ejection_percent = read_percent(*v);
  if (const auto v = in.find("always_eject_one_host")) options.always_eject_one_host = v->boolean();
  if (const auto v = in.find("success_rate")) options.success_rate = read_success_rate(*v);
  if (const auto v = in.find("failure_percentage"))
    options.failure_percentage = read_failure_percentage(*v);
  if (const auto v = in.find("enforcing")) options.enforcing = read_enforcing(*v);
  if (const auto v = in.find("panic_threshold")) options.panic_threshold = read_percent(*v);
  if (const auto v = in.find("on")) options.on = read_retry_on(*v, scenario);
  return options;
}

}  // namespace

policy::EnvoyOutlierOptions read_outlier(const Value& value, const Scenario& scenario) {
  MapReader in(value);
  const auto envoy = in.require("envoy");
  return envoy ? read_envoy_outlier(*envoy, scenario) : EnvoyOutlierOptions{};
}

}  // namespace squall::scenario
