#include <array>
#include <string_view>

#include "squall/policy/limiter.hpp"
#include "squall/policy/rate_limit.hpp"
#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/read_quantity.hpp"

namespace squall::scenario {
namespace {

policy::TokenBucketLimitOptions read_token_bucket(const Value& value) {
  policy::TokenBucketLimitOptions options;
  MapReader in(value);
  if (const auto v = in.find("rate")) options.rate = read_rate(*v);
  if (const auto v = in.find("burst")) options.burst = v->whole32(1);
  if (const auto v = in.find("max_wait")) options.max_wait = read_duration_or_forever(*v);
  return options;
}

policy::Resilience4jRateLimitOptions read_resilience4j_rate_limit(const Value& value) {
  policy::Resilience4jRateLimitOptions options;
  MapReader in(value);
  if (const auto v = in.find("limit_for_period")) options.limit_for_period = v->whole32(1);
  if (const auto v = in.find("limit_refresh_period"))
    options.limit_refresh_period = read_duration(*v);
  if (const auto v = in.find("timeout")) options.timeout = read_duration_or_forever(*v);
  if (const auto v = in.find("blocking")) options.blocking = v->boolean();
  return options;
}

/// The product has no defaults for two of the three.
policy::EnvoyRateLimitOptions read_envoy_rate_limit(const Value& value) {
  policy::EnvoyRateLimitOptions options;
  MapReader in(value);
  if (const auto v = in.require("max_tokens")) options.max_tokens = v->whole32(1);
  if (const auto v = in.find("tokens_per_fill")) options.tokens_per_fill = v->whole32(1);
  if (const auto v = in.require("fill_interval")) options.fill_interval = read_duration(*v);
  return options;
}

/// What a limiter of Netflix's takes for a drop and for a sample, where nothing is said: at a
/// caller as the product's client interceptor does, at a callee as its server interceptor.
policy::LimiterOutcomes outcomes_at(LimiterAt at) {
  policy::LimiterOutcomes outcomes;
  if (at == LimiterAt::caller) {
    outcomes.drop_on.codes = std::uint64_t{1} << code_unavailable;
  } else {
    outcomes.drop_on = {.timeout = false, .error = false, .rejected = false, .codes = 0};
    outcomes.errors_are_samples = true;
  }
  return outcomes;
}

policy::LimiterOutcomes read_limiter_outcomes(MapReader& in, LimiterAt at,
                                              const Scenario& scenario) {
  policy::LimiterOutcomes outcomes = outcomes_at(at);
  if (const auto v = in.find("drop_on")) outcomes.drop_on = read_retry_on(*v, scenario);
  return outcomes;
}

policy::VegasLimitOptions read_vegas(const Value& value, LimiterAt at, const Scenario& scenario) {
  policy::VegasLimitOptions options;
  MapReader in(value);
  if (const auto v = in.find("initial")) options.initial = v->whole32(1);
  if (const auto v = in.find("max")) options.max = v->whole32(1);
  if (const auto v = in.find("smoothing")) options.smoothing = read_share(*v);
  if (const auto v = in.find("alpha")) options.alpha = v->whole32(0);
  if (const auto v = in.find("beta")) options.beta = v->whole32(0);
  if (const auto v = in.find("probe_multiplier")) options.probe_multiplier = v->whole32(1);
  options.outcomes = read_limiter_outcomes(in, at, scenario);
  return options;
}

policy::Gradient2LimitOptions read_gradient2(const Value& value, LimiterAt at,
                                             const Scenario& scenario) {
  policy::Gradient2LimitOptions options;
  MapReader in(value);
  if (const auto v = in.find("initial")) options.initial = v->whole32(1);
  if (const auto v = in.find("min")) options.min = v->whole32(1);
  if (const auto v = in.find("max")) options.max = v->whole32(1);
  if (const auto v = in.find("smoothing")) options.smoothing = read_share(*v);
  if (const auto v = in.find("tolerance")) options.tolerance = read_number(*v);
  if (const auto v = in.find("long_window")) options.long_window = v->whole32(1);
  if (const auto v = in.find("queue_size")) options.queue_size = v->whole32(0);
  options.outcomes = read_limiter_outcomes(in, at, scenario);
  return options;
}

policy::AimdLimitOptions read_aimd(const Value& value, LimiterAt at, const Scenario& scenario) {
  policy::AimdLimitOptions options;
  MapReader in(value);
  if (const auto v = in.find("initial")) options.initial = v->whole32(1);
  if (const auto v = in.find("min")) options.min = v->whole32(1);
  if (const auto v = in.find("max")) options.max = v->whole32(1);
  if (const auto v = in.find("backoff_ratio")) options.backoff_ratio = read_number(*v);
  if (const auto v = in.find("timeout")) options.timeout = read_duration_or_forever(*v);
  options.outcomes = read_limiter_outcomes(in, at, scenario);
  return options;
}

policy::EnvoyGradientLimitOptions read_envoy_gradient(const Value& value) {
  policy::EnvoyGradientLimitOptions options;
  MapReader in(value);
  if (const auto v = in.find("sample_aggregate_percentile"))
    options.sample_aggregate_percentile = read_percent(*v);
  if (const auto v = in.find("max_concurrency_limit"))
    options.max_concurrency_limit = v->whole32(1);
  if (const auto v = in.find("concurrency_update_interval"))
    options.concurrency_update_interval = read_duration(*v);
  if (const auto v = in.find("interval")) options.interval = read_duration(*v);
  if (const auto v = in.find("request_count")) options.request_count = v->whole32(1);
  if (const auto v = in.find("jitter")) options.jitter = read_percent(*v);
  if (const auto v = in.find("min_concurrency")) options.min_concurrency = v->whole32(1);
  if (const auto v = in.find("buffer")) options.buffer = read_percent(*v);
  return options;
}

}  // namespace

policy::RateLimitOptions read_rate_limit(const Value& value) {
  constexpr std::array<std::string_view, 3> kinds = {"token_bucket", "resilience4j", "envoy"};
  MapReader in(value);
  const std::optional<MapReader::Chosen> chosen = in.choose(kinds);
  if (!chosen) return {};
  switch (chosen->index) {
    case 0:
      return read_token_bucket(chosen->value);
    case 1:
      return read_resilience4j_rate_limit(chosen->value);
    default:
      return read_envoy_rate_limit(chosen->value);
  }
}

policy::LimiterOptions read_limiter(const Value& value, LimiterAt at, const Scenario& scenario) {
  constexpr std::array<std::string_view, 4> kinds = {"vegas", "gradient2", "aimd",
                                                     "envoy_gradient"};
  MapReader in(value);
  const std::optional<MapReader::Chosen> chosen = in.choose(kinds);
  if (!chosen) return {};
  switch (chosen->index) {
    case 0:
      return read_vegas(chosen->value, at, scenario);
    case 1:
      return read_gradient2(chosen->value, at, scenario);
    case 2:
      return read_aimd(chosen->value, at, scenario);
    default:
      return read_envoy_gradient(chosen->value);
  }
}

}  // namespace squall::scenario
