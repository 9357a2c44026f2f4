#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "squall/policy/policy.hpp"
#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/read_quantity.hpp"
#include "squall/scenario/scalar_form.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

using policy::BreakerOptions;
using policy::BulkheadOptions;
using policy::HedgeOptions;
using policy::Layer;
using policy::Resilience4jBreakerOptions;
using policy::SentinelBreakerOptions;

/// Of calls, in the windows of breakers that count calls.
constexpr std::uint32_t window_max = 100'000;

HedgeOptions read_hedge(const Value& value, const Scenario& scenario) {
  MapReader in(value);
  policy::HedgePreset preset = policy::HedgePreset::none;
  if (const auto v = in.find("preset")) preset = v->word(hedge_preset_words);
  const policy::HedgePresetRules rules = policy::preset_hedge(preset);
  HedgeOptions options = rules.options;
  if (const auto v = in.find("max_attempts"))
    options.max_attempts = std::min(v->whole32(2, rules.max_attempts), rules.attempts_act_as);
  if (const auto v = rules.needs_delay ? in.require("delay") : in.find("delay"))
    options.delay = read_duration_or_forever(*v);
  if (const auto v = in.find("on")) options.on = read_retry_on(*v, scenario);
  if (const auto v = in.find("honour_pushback")) options.honour_pushback = v->boolean();
  return options;
}

policy::WindowBreakerOptions read_window_breaker(const Value& value) {
  policy::WindowBreakerOptions options;
  MapReader in(value);
  if (const auto v = in.find("window")) options.window = v->whole32(1, window_max);
  if (const auto v = in.find("failures")) {
    options.failures = static_cast<std::uint32_t>(v->whole(1, options.window, ", the window"));
  }
  if (const auto v = in.find("open_for")) options.open_for = read_duration(*v);
  return options;
}

/// A number of outcomes, or a length of time.
void read_window(const Value& value, Resilience4jBreakerOptions& options) {
  const bool is_count =
      value.is_scalar() && !value.node().quoted && is_number_form(value.node().text);
  if (is_count) {
    options.window = static_cast<std::uint32_t>(value.whole(1, window_max, ", or a duration"));
  } else if (value.is_scalar()) {
    options.window_type = Resilience4jBreakerOptions::Window::time;
    options.window_time = read_duration(value);
  } else {
    value.must_be("a number of calls, or a duration");
  }
}

Resilience4jBreakerOptions read_resilience4j_breaker(const Value& value) {
  Resilience4jBreakerOptions options;
  MapReader in(value);
  if (const auto v = in.find("window")) read_window(*v, options);
  if (const auto v = in.find("minimum")) options.minimum = v->whole32(1);
  if (const auto v = in.find("failure_rate")) options.failure_rate = read_percent(*v);
  if (const auto v = in.find("slow_call_rate")) options.slow_call_rate = read_percent(*v);
  if (const auto v = in.find("slow_call")) options.slow_call = read_duration(*v);
  if (const auto v = in.find("open_for")) options.open_for = read_duration(*v);
  if (const auto v = in.find("half_open_calls"))
    options.half_open_calls = v->whole32(1, window_max);
  if (const auto v = in.find("max_half_open")) options.max_half_open = read_duration(*v);
  if (const auto v = in.find("automatic_half_open")) options.automatic_half_open = v->boolean();
  return options;
}

policy::PollyBreakerOptions read_polly(const Value& value) {
  policy::PollyBreakerOptions options;
  MapReader in(value);
  if (const auto v = in.find("failure_ratio")) options.failure_ratio = read_percent(*v);
  if (const auto v = in.find("minimum_throughput")) options.minimum_throughput = v->whole32(2);
  if (const auto v = in.find("sampling")) options.sampling = read_duration(*v);
  if (const auto v = in.find("break_for")) options.break_for = read_duration(*v);
  return options;
}

/// Whole percent, as the product has it.
std::uint32_t read_whole_percent(const Value& value) {
  const double percent = read_percent(value);
  if (value.errors().any()) return 1;
  if (!(percent >= 1.0 && percent <= 100.0) || percent != std::floor(percent)) {
    value.must_be("a whole percentage from 1% to 100%");
    return 1;
  }
  return static_cast<std::uint32_t>(percent);
}

policy::HystrixBreakerOptions read_hystrix(const Value& value) {
  policy::HystrixBreakerOptions options;
  MapReader in(value);
  if (const auto v = in.find("request_volume")) options.request_volume = v->whole32(1);
  if (const auto v = in.find("error_threshold")) options.error_threshold = read_whole_percent(*v);
  if (const auto v = in.find("window")) options.window = read_duration(*v);
  if (const auto v = in.find("snapshot")) options.snapshot = read_duration(*v);
  if (const auto v = in.find("sleep_window")) options.sleep_window = read_duration(*v);
  return options;
}

/// The strategy is the one whose threshold is named.
SentinelBreakerOptions read_sentinel(const Value& value) {
  using Strategy = SentinelBreakerOptions::Strategy;
  SentinelBreakerOptions options;
  MapReader in(value);
  std::string_view named;
  for (const Word<Strategy>& word : sentinel_strategy_words) {
    const auto v = in.find(word.name);
    if (!v) continue;
    if (!named.empty()) {
      value.error("has both '" + std::string(named) + "' and '" + std::string(word.name) +
                  "'; only one can stand");
      break;
    }
    named = word.name;
    options.strategy = word.value;
    if (word.value == Strategy::error_count) {
      options.count = v->whole32(0);
    } else {
      options.ratio = read_percent(*v);
    }
  }
  if (const auto v = in.find("slow_call")) {
    options.slow_call = read_duration(*v);
    if (options.strategy != Strategy::slow_ratio) v->error("goes with slow_ratio only");
  }
  if (const auto v = in.find("minimum")) options.minimum = v->whole32(1);
  if (const auto v = in.find("interval")) options.interval = read_duration(*v);
  if (const auto v = in.find("open_for")) options.open_for = read_duration(*v);
  return options;
}

policy::LinkerdBreakerOptions read_linkerd(const Value& value) {
  policy::LinkerdBreakerOptions options;
  MapReader in(value);
  if (const auto v = in.find("max_failures")) options.max_failures = v->whole32(1);
  if (const auto v = in.find("min_penalty")) options.min_penalty = read_duration(*v);
  if (const auto v = in.find("max_penalty")) options.max_penalty = read_duration(*v);
  if (const auto v = in.find("jitter")) options.jitter = read_number(*v);
  return options;
}

BreakerOptions read_breaker(const Value& value) {
  constexpr std::array<std::string_view, 6> kinds = {"window",  "resilience4j", "polly",
                                                     "hystrix", "sentinel",     "linkerd"};
  MapReader in(value);
  const std::optional<MapReader::Chosen> chosen = in.choose(kinds);
  if (!chosen) return {};
  switch (chosen->index) {
    case 0:
      return read_window_breaker(chosen->value);
    case 1:
      return read_resilience4j_breaker(chosen->value);
    case 2:
      return read_polly(chosen->value);
    case 3:
      return read_hystrix(chosen->value);
    case 4:
      return read_sentinel(chosen->value);
    default:
      return read_linkerd(chosen->value);
  }
}

BulkheadOptions read_bulkhead(const Value& value) {
  BulkheadOptions options;
  MapReader in(value);
  constexpr std::uint32_t none = BulkheadOptions::unlimited;
  if (const auto v = in.find("max_concurrent")) options.max_concurrent = v->whole32(1);
  if (const auto v = in.find("max_waiting")) {
    options.max_waiting = static_cast<std::uint32_t>(v->whole_or_unlimited(0, none - 1, none));
  }
  if (const auto v = in.find("max_wait")) {
    options.max_wait = v->is_word("unlimited") ? forever : read_duration_or_forever(*v);
  }
  return options;
}

std::vector<Layer> read_order(const Value& value) {
  std::vector<Layer> order;
  if (!value.expect_list("layers, outermost first")) return order;
  for (std::size_t i = 0; i < value.node().items.size() && !value.errors().any(); ++i) {
    const Value item = value.at(i);
    const auto found = std::find_if(policy::layer_names.begin(), policy::layer_names.end(),
                                    [&](std::string_view name) { return item.is_word(name); });
    if (found == policy::layer_names.end()) {
      item.unknown_word(policy::layer_names);
      return order;
    }
    const auto layer = static_cast<Layer>(found - policy::layer_names.begin());
    if (std::find(order.begin(), order.end(), layer) != order.end()) {
      item.error(shown(*found) + " stands in the order twice");
    }
    order.push_back(layer);
  }
  return order;
}

void read_state(const Value& value, policy::PolicyOptions& options) {
  MapReader in(value);
  if (const auto v = in.find("per")) options.state_per = v->word(state_per_words);
  if (const auto v = in.find("instances")) options.instances = v->whole32(1, 1'000'000);
}

}  // namespace

policy::PolicyOptions read_policy(const Value& value, const Building& building) {
  policy::PolicyOptions options;
  MapReader in(value);
  if (const auto v = in.find("deadline")) options.deadline = read_duration_or_forever(*v);
  if (const auto v = in.find("timeout")) options.timeout = read_duration_or_forever(*v);
  if (const auto v = in.find("propagate_deadline")) options.propagate_deadline = v->boolean();
  if (const auto v = in.find("retry")) options.retry = read_retry(*v, building.scenario);
  if (const auto v = in.find("hedge")) options.hedge = read_hedge(*v, building.scenario);
  if (const auto v = in.find("budget")) options.budget = read_budget(*v);
  if (const auto v = in.find("throttle")) options.throttle = read_throttle(*v, &building.scenario);
  if (const auto v = in.find("breaker")) options.breaker = read_breaker(*v);
  if (const auto v = in.find("rate_limit")) options.rate_limit = read_rate_limit(*v);
  if (const auto v = in.find("limiter"))
    options.limiter = read_limiter(*v, LimiterAt::caller, building.scenario);
  if (const auto v = in.find("bulkhead")) options.bulkhead = read_bulkhead(*v);
  if (const auto v = in.find("outlier")) options.outlier = read_outlier(*v, building.scenario);
  if (const auto v = in.find("fallback")) options.fallback = read_fallback(*v, building.scenario);
  if (const auto v = in.find("order")) options.order = read_order(*v);
  if (const auto v = in.find("state")) read_state(*v, options);
  in.finish();
  if (const Result<void> valid = options.validate(); !valid) value.error(valid.error());
  return options;
}

}  // namespace squall::scenario
