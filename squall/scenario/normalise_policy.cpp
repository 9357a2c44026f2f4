#include "squall/scenario/node_making.hpp"
#include "squall/scenario/normalise_parts.hpp"
#include "squall/scenario/read_quantity.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

using policy::BackoffOptions;
using policy::BackoffShape;
using policy::Jitter;

Node write_jitter(const BackoffOptions& options) {
  if (options.jitter == Jitter::proportional) {
    return map_of("proportional", write_share(options.spread));
  }
  if (options.jitter == Jitter::lognormal) {
    return map_of("lognormal", plain(format_number(options.sigma)));
  }
  return plain(std::string(name_of(jitter_words, options.jitter)));
}

Node write_fallback(const policy::FallbackOptions& options, const Scenario& scenario) {
  Node on = write_retry_on(options.on, scenario);
  if (options.on_deadline) on.items.push_back(plain(std::string("deadline")));
  Node map = map_node();
  put(map, "on", std::move(on));
  put(map, "latency", write_duration(options.latency));
  put(map, "failure", write_share(options.failure));
  return map;
}

Node write_retry(const policy::RetryOptions& options, const Scenario& scenario) {
  const bool of_preset = options.preset != policy::RetryPreset::none;
  Node map = map_node();
  if (of_preset) {
    put(map, "preset", plain(std::string(name_of(retry_preset_words, options.preset))));
  }
  put(map, "max_attempts", plain(options.max_attempts));
  put(map, "on", write_retry_on(options.on, scenario));
  put(map, "backoff", write_backoff(options.backoff, of_preset));
  put(map, "honour_pushback", truth(options.honour_pushback));
  return map;
}

Node write_hedge(const policy::HedgeOptions& options, const Scenario& scenario) {
  Node map = map_node();
  if (options.preset != policy::HedgePreset::none)
    put(map, "preset", plain(std::string(name_of(hedge_preset_words, options.preset))));
  put(map, "max_attempts", plain(options.max_attempts));
  put(map, "delay", write_duration(options.delay));
  put(map, "on", write_retry_on(options.on, scenario));
  put(map, "honour_pushback", truth(options.honour_pushback));
  return map;
}

Node write_part_of(const policy::EnvoyBudgetOptions& options) {
  Node map = map_node();
  put(map, "percent", write_percent(options.percent));
  put(map, "min_concurrency", plain(options.min_concurrency));
  return map_of("envoy", std::move(map));
}

Node write_part_of(const policy::GrpcThrottleOptions& options) {
  Node map = map_node();
  put(map, "max_tokens", plain(options.max_tokens));
  put(map, "token_ratio", plain(format_number(options.token_ratio)));
  return map_of("grpc", std::move(map));
}

Node write_part_of(const policy::FinagleBudgetOptions& options) {
  Node map = map_node();
  put(map, "ttl", write_duration(options.ttl));
  put(map, "min_retries_per_s", plain(options.min_retries_per_s));
  put(map, "percent_can_retry", write_share(options.percent_can_retry));
  return map_of("finagle", std::move(map));
}

Node write_part_of(const policy::AwsBudgetOptions& options) {
  Node map = map_node();
  put(map, "capacity", plain(options.capacity));
  put(map, "retry_cost", plain(options.retry_cost));
  put(map, "timeout_cost", plain(options.timeout_cost));
  put(map, "no_retry_increment", plain(options.no_retry_increment));
  return map_of("aws", std::move(map));
}

Node write_part_of(const policy::FailsafeBudgetOptions& options) {
  Node map = map_node();
  put(map, "max_rate", write_share(options.max_rate));
  put(map, "min_concurrency", plain(options.min_concurrency));
  return map_of("failsafe", std::move(map));
}

Node write_part_of(const policy::BucketBudgetOptions& options) {
  Node map = map_node();
  put(map, "capacity", plain(options.capacity));
  put(map, "deposit", plain(format_number(options.deposit)));
  put(map, "filled_by", plain(std::string(name_of(filled_by_words, options.filled_by))));
  return map_of("bucket", std::move(map));
}

Node write_part_of(const policy::CutoffBudgetOptions& options) {
  Node map = map_node();
  put(map, "failure_rate", write_share(options.failure_rate));
  put(map, "window", write_duration(options.window));
  return map_of("cutoff", std::move(map));
}

Node write_part_of(const policy::WindowBreakerOptions& options) {
  Node map = map_node();
  put(map, "window", plain(options.window));
  put(map, "failures", plain(options.failures));
  put(map, "open_for", write_duration(options.open_for));
  return map_of("window", std::move(map));
}

Node write_part_of(const policy::Resilience4jBreakerOptions& options) {
  const bool counts = options.window_type == policy::Resilience4jBreakerOptions::Window::count;
  Node map = map_node();
  put(map, "window", counts ? plain(options.window) : write_duration(options.window_time));
  put(map, "minimum", plain(options.minimum));
  put(map, "failure_rate", write_percent(options.failure_rate));
  put(map, "slow_call_rate", write_percent(options.slow_call_rate));
  put(map, "slow_call", write_duration(options.slow_call));
  put(map, "open_for", write_duration(options.open_for));
  put(map, "half_open_calls", plain(options.half_open_calls));
  put(map, "max_half_open", write_duration(options.max_half_open));
  put(map, "automatic_half_open", truth(options.automatic_half_open));
  return map_of("resilience4j", std::move(map));
}

Node write_part_of(const policy::PollyBreakerOptions& options) {
  Node map = map_node();
  put(map, "failure_ratio", write_percent(options.failure_ratio));
  put(map, "minimum_throughput", plain(options.minimum_throughput));
  put(map, "sampling", write_duration(options.sampling));
  put(map, "break_for", write_duration(options.break_for));
  return map_of("polly", std::move(map));
}

Node write_part_of(const policy::HystrixBreakerOptions& options) {
  Node map = map_node();
  put(map, "request_volume", plain(options.request_volume));
  put(map, "error_threshold", write_percent(options.error_threshold));
  put(map, "window", write_duration(options.window));
  put(map, "snapshot", write_duration(options.snapshot));
  put(map, "sleep_window", write_duration(options.sleep_window));
  return map_of("hystrix", std::move(map));
}

Node write_part_of(const policy::SentinelBreakerOptions& options) {
  using Strategy = policy::SentinelBreakerOptions::Strategy;
  Node map = map_node();
  put(map, name_of(sentinel_strategy_words, options.strategy),
      options.strategy == Strategy::error_count ? plain(options.count)
                                                : write_percent(options.ratio));
  if (options.strategy == Strategy::slow_ratio) {
    put(map, "slow_call", write_duration(options.slow_call));
  }
  put(map, "minimum", plain(options.minimum));
  put(map, "interval", write_duration(options.interval));
  put(map, "open_for", write_duration(options.open_for));
  return map_of("sentinel", std::move(map));
}

Node write_part_of(const policy::LinkerdBreakerOptions& options) {
  Node map = map_node();
  put(map, "max_failures", plain(options.max_failures));
  put(map, "min_penalty", write_duration(options.min_penalty));
  put(map, "max_penalty", write_duration(options.max_penalty));
  put(map, "jitter", plain(format_number(options.jitter)));
  return map_of("linkerd", std::move(map));
}

Node write_part_of(std::monostate /*none*/) { return {}; }

/// @param scenario  none at a callee, where there is no `on`.
Node write_sre(const policy::SreThrottleOptions& options, const Scenario* scenario) {
  Node map = map_node();
  put(map, "k", plain(format_number(options.k)));
  put(map, "window", write_duration(options.window));
  if (scenario != nullptr) put(map, "on", write_retry_on(options.on, *scenario));
  return map_of("sre", std::move(map));
}

Node write_envoy(const policy::EnvoyThrottleOptions& options, const Scenario* scenario) {
  Node map = map_node();
  put(map, "success_rate_threshold", write_share(options.success_rate_threshold));
  put(map, "aggression", plain(format_number(options.aggression)));
  put(map, "window", write_duration(options.window));
  put(map, "max_rejection", write_share(options.max_rejection));
  put(map, "rps_threshold", plain(options.rps_threshold));
  if (scenario != nullptr) put(map, "on", write_retry_on(options.on, *scenario));
  return map_of("envoy", std::move(map));
}

Node write_bulkhead(const policy::BulkheadOptions& options) {
  Node map = map_node();
  put(map, "max_concurrent", plain(options.max_concurrent));
  put(map, "max_waiting",
      options.max_waiting == policy::BulkheadOptions::unlimited ? plain(std::string("unlimited"))
                                                                : plain(options.max_waiting));
  put(map, "max_wait", write_duration(options.max_wait));
  return map;
}

Node write_outlier(const policy::EnvoyOutlierOptions& options, const Scenario& scenario) {
  const auto percent = [](std::uint32_t share) { return write_percent(share); };
  Node by_rate = map_node();
  put(by_rate, "minimum_hosts", plain(options.success_rate.minimum_hosts));
  put(by_rate, "request_volume", plain(options.success_rate.request_volume));
  put(by_rate, "stdev_factor", plain(format_number(options.success_rate.stdev_factor)));
  Node by_share = map_node();
  put(by_share, "threshold", write_percent(options.failure_percentage.threshold));
  put(by_share, "minimum_hosts", plain(options.failure_percentage.minimum_hosts));
  put(by_share, "request_volume", plain(options.failure_percentage.request_volume));
  Node enforcing = map_node();
  put(enforcing, "consecutive_5xx", percent(options.enforcing.consecutive_5xx));
  put(enforcing, "consecutive_gateway_failure",
      percent(options.enforcing.consecutive_gateway_failure));
  put(enforcing, "success_rate", percent(options.enforcing.success_rate));
  put(enforcing, "failure_percentage", percent(options.enforcing.failure_percentage));
  Node map = map_node();
  put(map, "consecutive_5xx", plain(options.consecutive_5xx));
  put(map, "consecutive_gateway_failure", plain(options.consecutive_gateway_failure));
  put(map, "interval", write_duration(options.interval));
  put(map, "base_ejection_time", write_duration(options.base_ejection_time));
  put(map, "max_ejection_time", write_duration(options.max_ejection_time));
  put(map, "max_ejection_time_jitter", write_duration(options.max_ejection_time_jitter));
  put(map, "max_ejection_percent", write_percent(options.max_ejection_percent));
  put(map, "always_eject_one_host", truth(options.always_eject_one_host));
  put(map, "success_rate", std::move(by_rate));
  put(map, "failure_percentage", std::move(by_share));
  put(map, "enforcing", std::move(enforcing));
  put(map, "panic_threshold", write_percent(options.panic_threshold));
  put(map, "on", write_retry_on(options.on, scenario));
  return map_of("envoy", std::move(map));
}

Node write_state(const policy::PolicyOptions& options) {
  Node map = map_node();
  put(map, "per", plain(std::string(name_of(state_per_words, options.state_per))));
  put(map, "instances", plain(options.instances));
  return map;
}

}  // namespace

Node write_throttle(const policy::ThrottleOptions& options, const Scenario* scenario) {
  if (const auto* sre = std::get_if<policy::SreThrottleOptions>(&options)) {
    return write_sre(*sre, scenario);
  }
  return write_envoy(std::get<policy::EnvoyThrottleOptions>(options), scenario);
}

Node write_percent(double percent) {
  const std::string number = format_number(percent);
  // A percentage has no exponent.
  if (number.find('e') != std::string::npos) return plain(format_number(percent / 100.0));
  return plain(number + "%");
}

Node write_retry_on(const policy::RetryOn& on, const Scenario& scenario) {
  Node list = list_node();
  if (on.timeout) list.items.push_back(plain(std::string("timeout")));
  if (on.error) list.items.push_back(plain(std::string("error")));
  if (on.rejected) list.items.push_back(plain(std::string("rejected")));
  for (std::size_t code = 0; code < scenario.error_codes.size(); ++code) {
    if ((on.codes >> code & 1U) != 0) list.items.push_back(text_node(scenario.error_codes[code]));
  }
  return list;
}

Node write_backoff(const BackoffOptions& options, bool whole) {
  constexpr BackoffOptions plain_ones{};
  const bool at_once = options.shape == BackoffShape::exponential && options.base == Duration{0} &&
                       options.max == forever && options.multiplier == 2.0 &&
                       options.jitter == Jitter::none && options.cap == plain_ones.cap &&
                       options.unit == plain_ones.unit;
  if (at_once) return plain(std::string("none"));
  Node shape = map_node();
  put(shape, "base", write_duration(options.base));
  put(shape, "max", write_duration(options.max));
  Node map = map_node();
  const bool is_decorrelated =
      options.shape == BackoffShape::fixed && options.jitter == Jitter::decorrelated;
  if (is_decorrelated) put(map, "decorrelated", shape);
  if (options.shape == BackoffShape::fixed && !is_decorrelated) {
    put(map, "fixed", write_duration(options.base));
  }
  if (options.shape == BackoffShape::linear) put(map, "linear", shape);
  if (options.shape == BackoffShape::exponential || options.shape == BackoffShape::cumulative) {
    put(shape, "multiplier", plain(format_number(options.multiplier)));
    put(map, options.shape == BackoffShape::exponential ? "exponential" : "cumulative",
        std::move(shape));
  }
  if (!is_decorrelated) put(map, "jitter", write_jitter(options));
  if (whole || options.cap != plain_ones.cap) {
    put(map, "cap", plain(std::string(name_of(cap_words, options.cap))));
  }
  if (whole || options.unit != plain_ones.unit) put(map, "unit", write_duration(options.unit));
  return map;
}

Node write_policy(const policy::PolicyOptions& options, const Scenario& scenario) {
  const auto write = [](const auto& part) { return write_part_of(part); };
  Node map = map_node();
  put(map, "deadline", write_duration(options.deadline));
  put(map, "timeout", write_duration(options.timeout));
  // Of what is seldom there, only where it is: what is printed for all others stays short.
  if (options.propagate_deadline) put(map, "propagate_deadline", truth(true));
  if (options.retry) put(map, "retry", write_retry(*options.retry, scenario));
  if (options.hedge) put(map, "hedge", write_hedge(*options.hedge, scenario));
  if (options.budget.index() != 0) put(map, "budget", std::visit(write, options.budget));
  if (options.throttle.index() != 0) {
    put(map, "throttle", write_throttle(options.throttle, &scenario));
  }
  if (options.breaker.index() != 0) put(map, "breaker", std::visit(write, options.breaker));
  if (options.rate_limit.index() != 0)
    put(map, "rate_limit", write_rate_limit(options.rate_limit, scenario));
  if (options.limiter.index() != 0) put(map, "limiter", write_limiter(options.limiter, scenario));
  if (options.bulkhead) put(map, "bulkhead", write_bulkhead(*options.bulkhead));
  if (options.outlier) put(map, "outlier", write_outlier(*options.outlier, scenario));
  if (options.fallback) put(map, "fallback", write_fallback(*options.fallback, scenario));
  Node order = list_node();
  for (const policy::Layer layer : options.order) {
    order.items.push_back(plain(std::string(policy::layer_names[static_cast<std::size_t>(layer)])));
  }
  put(map, "order", std::move(order));
  put(map, "state", write_state(options));
  return map;
}

}  // namespace squall::scenario
