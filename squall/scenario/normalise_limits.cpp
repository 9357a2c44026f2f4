#include "squall/base/quantity.hpp"
#include "squall/scenario/node_making.hpp"
#include "squall/scenario/normalise_parts.hpp"

namespace squall::scenario {
namespace {

Node number(double value) { return plain(format_number(value)); }

Node write_limit_of(const policy::TokenBucketLimitOptions& options, const Scenario& /*scenario*/) {
  Node map = map_node();
  put(map, "rate", plain(format_rate(options.rate)));
  put(map, "burst", plain(options.burst));
  put(map, "max_wait", write_duration(options.max_wait));
  return map_of("token_bucket", std::move(map));
}

Node write_limit_of(const policy::Resilience4jRateLimitOptions& options,
                    const Scenario& /*scenario*/) {
  Node map = map_node();
  put(map, "limit_for_period", plain(options.limit_for_period));
  put(map, "limit_refresh_period", write_duration(options.limit_refresh_period));
  put(map, "timeout", write_duration(options.timeout));
  put(map, "blocking", truth(options.blocking));
  return map_of("resilience4j", std::move(map));
}

Node write_limit_of(const policy::EnvoyRateLimitOptions& options, const Scenario& /*scenario*/) {
  Node map = map_node();
  put(map, "max_tokens", plain(options.max_tokens));
  put(map, "tokens_per_fill", plain(options.tokens_per_fill));
  put(map, "fill_interval", write_duration(options.fill_interval));
  return map_of("envoy", std::move(map));
}

Node write_limit_of(const policy::VegasLimitOptions& options, const Scenario& scenario) {
  Node map = map_node();
  put(map, "initial", plain(options.initial));
  put(map, "max", plain(options.max));
  put(map, "smoothing", write_share(options.smoothing));
  put(map, "alpha", plain(options.alpha));
  put(map, "beta", plain(options.beta));
  put(map, "probe_multiplier", plain(options.probe_multiplier));
  put(map, "drop_on", write_retry_on(options.outcomes.drop_on, scenario));
  return map_of("vegas", std::move(map));
}

Node write_limit_of(const policy::Gradient2LimitOptions& options, const Scenario& scenario) {
  Node map = map_node();
  put(map, "initial", plain(options.initial));
  put(map, "min", plain(options.min));
  put(map, "max", plain(options.max));
  put(map, "smoothing", write_share(options.smoothing));
  put(map, "tolerance", number(options.tolerance));
  put(map, "long_window", plain(options.long_window));
  put(map, "queue_size", plain(options.queue_size));
  put(map, "drop_on", write_retry_on(options.outcomes.drop_on, scenario));
  return map_of("gradient2", std::move(map));
}

Node write_limit_of(const policy::AimdLimitOptions& options, const Scenario& scenario) {
  Node map = map_node();
  put(map, "initial", plain(options.initial));
  put(map, "min", plain(options.min));
  put(map, "max", plain(options.max));
  put(map, "backoff_ratio", number(options.backoff_ratio));
  put(map, "timeout", write_duration(options.timeout));
  put(map, "drop_on", write_retry_on(options.outcomes.drop_on, scenario));
  return map_of("aimd", std::move(map));
}

Node write_limit_of(const policy::EnvoyGradientLimitOptions& options,
                    const Scenario& /*scenario*/) {
  Node map = map_node();
  put(map, "sample_aggregate_percentile", write_percent(options.sample_aggregate_percentile));
  put(map, "max_concurrency_limit", plain(options.max_concurrency_limit));
  put(map, "concurrency_update_interval", write_duration(options.concurrency_update_interval));
  put(map, "interval", write_duration(options.interval));
  put(map, "request_count", plain(options.request_count));
  put(map, "jitter", write_percent(options.jitter));
  put(map, "min_concurrency", plain(options.min_concurrency));
  put(map, "buffer", write_percent(options.buffer));
  return map_of("envoy_gradient", std::move(map));
}

Node write_limit_of(std::monostate /*none*/, const Scenario& /*scenario*/) { return {}; }

}  // namespace

Node write_rate_limit(const policy::RateLimitOptions& options, const Scenario& scenario) {
  return std::visit([&scenario](const auto& one) { return write_limit_of(one, scenario); },
                    options);
}

Node write_limiter(const policy::LimiterOptions& options, const Scenario& scenario) {
  return std::visit([&scenario](const auto& one) { return write_limit_of(one, scenario); },
                    options);
}

}  // namespace squall::scenario
