#include <array>
#include <optional>

#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/read_quantity.hpp"

namespace squall::scenario {
namespace {

using policy::EnvoyThrottleOptions;
using policy::SreThrottleOptions;

SreThrottleOptions read_sre(const Value& value, const Scenario* scenario) {
  SreThrottleOptions options;
  MapReader in(value);
  if (const auto v = in.find("k")) options.k = read_number(*v);
  if (const auto v = in.find("window")) options.window = read_duration(*v);
  if (scenario != nullptr) {
    if (const auto v = in.find("on")) options.on = read_retry_on(*v, *scenario);
  }
  return options;
}

EnvoyThrottleOptions read_envoy_throttle(const Value& value, const Scenario* scenario) {
  EnvoyThrottleOptions options;
  MapReader in(value);
  if (const auto v = in.find("success_rate_threshold")) {
    options.success_rate_threshold = read_share(*v);
  }
  if (const auto v = in.find("aggression")) options.aggression = read_number(*v);
  if (const auto v = in.find("window")) options.window = read_duration(*v);
  if (const auto v = in.find("max_rejection")) options.max_rejection = read_share(*v);
  if (const auto v = in.find("rps_threshold")) options.rps_threshold = v->whole32(0);
  if (scenario != nullptr) {
    if (const auto v = in.find("on")) options.on = read_retry_on(*v, *scenario);
  }
  return options;
}

}  // namespace

policy::ThrottleOptions read_throttle(const Value& value, const Scenario* scenario) {
  constexpr std::array<std::string_view, 2> kinds = {"sre", "envoy"};
  MapReader in(value);
  const std::optional<MapReader::Chosen> chosen = in.choose(kinds);
  if (!chosen) return {};
  if (chosen->index == 0) return read_sre(chosen->value, scenario);
  return read_envoy_throttle(chosen->value, scenario);
}

}  // namespace squall::scenario
