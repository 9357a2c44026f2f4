#include "tests/scenario/equal.hpp"

#include <tuple>
#include <type_traits>

namespace squall::scenario {
namespace {

// Each struct as a tuple of all its fields. A structured binding fails to compile when a field is
// added and forgotten here.
#define SQUALL_FIELDS(type, ...)       \
  auto fields(const type& value) {     \
    const auto& [__VA_ARGS__] = value; \
    return std::tie(__VA_ARGS__);      \
  }

SQUALL_FIELDS(Constant, value_)
SQUALL_FIELDS(Uniform, low, high)
SQUALL_FIELDS(Exponential, mean)
SQUALL_FIELDS(Normal, mean, sd)
SQUALL_FIELDS(Lognormal, median, p99)
SQUALL_FIELDS(Gamma, mean, shape)
SQUALL_FIELDS(Pareto, minimum, alpha)
SQUALL_FIELDS(Weibull, scale, shape)
SQUALL_FIELDS(Hyperexponential::Phase, p, mean)
SQUALL_FIELDS(Hyperexponential, phases)
SQUALL_FIELDS(Empirical::Entry, value_, weight)
SQUALL_FIELDS(Empirical, file, entries)
SQUALL_FIELDS(Rate, per_second_micro)
SQUALL_FIELDS(Network, latency, loss)
SQUALL_FIELDS(Target, kind, index)
SQUALL_FIELDS(Call, to, policy, network, own_latency, own_loss, on_failure, await, max_depth)
SQUALL_FIELDS(Step, calls, in_parallel)
SQUALL_FIELDS(FailureMode, p, code, after, pushback)
SQUALL_FIELDS(Overload, capacity, latency, failure, max_failure)
SQUALL_FIELDS(policy::LimiterOutcomes, drop_on, errors_are_samples)
SQUALL_FIELDS(policy::VegasLimitOptions, initial, max, smoothing, alpha, beta, probe_multiplier,
              outcomes)
SQUALL_FIELDS(policy::Gradient2LimitOptions, initial, min, max, smoothing, tolerance, long_window,
              queue_size, outcomes)
SQUALL_FIELDS(policy::AimdLimitOptions, initial, min, max, backoff_ratio, timeout, outcomes)
SQUALL_FIELDS(policy::EnvoyGradientLimitOptions, sample_aggregate_percentile, max_concurrency_limit,
              concurrency_update_interval, interval, request_count, jitter, min_concurrency, buffer)
SQUALL_FIELDS(policy::TokenBucketLimitOptions, rate, burst, max_wait)
SQUALL_FIELDS(policy::Resilience4jRateLimitOptions, limit_for_period, limit_refresh_period, timeout,
              blocking)
SQUALL_FIELDS(policy::EnvoyRateLimitOptions, max_tokens, tokens_per_fill, fill_interval)
SQUALL_FIELDS(OptimisticContention, rows, code)
SQUALL_FIELDS(policy::SreThrottleOptions, k, window, on)
SQUALL_FIELDS(policy::EnvoyThrottleOptions, success_rate_threshold, aggression, window,
              max_rejection, rps_threshold, on)
SQUALL_FIELDS(policy::CodelOptions, mode, target, interval)
SQUALL_FIELDS(policy::AdaptiveLifoOptions, after)
SQUALL_FIELDS(policy::PriorityShare, priority, share)
SQUALL_FIELDS(policy::AdmissionOptions, limit, shares, limiter, throttle)
SQUALL_FIELDS(Service, name, replicas, balance, workers, queue_capacity, queue_order, adaptive_lifo,
              codel, latency, failure, overload, contention, demand_at, when_caller_gone,
              during_calls, admission, refusal_pushback, steps)
SQUALL_FIELDS(policy::BackoffOptions, shape, base, max, multiplier, jitter, spread, sigma, cap,
              unit)
SQUALL_FIELDS(policy::RetryOptions, max_attempts, on, backoff, honour_pushback, preset)
SQUALL_FIELDS(policy::HedgeOptions, max_attempts, delay, on, honour_pushback, preset)
SQUALL_FIELDS(policy::GrpcThrottleOptions, max_tokens, token_ratio)
SQUALL_FIELDS(policy::EnvoyBudgetOptions, percent, min_concurrency)
SQUALL_FIELDS(policy::FinagleBudgetOptions, ttl, min_retries_per_s, percent_can_retry)
SQUALL_FIELDS(policy::AwsBudgetOptions, capacity, retry_cost, timeout_cost, no_retry_increment)
SQUALL_FIELDS(policy::FailsafeBudgetOptions, max_rate, min_concurrency)
SQUALL_FIELDS(policy::BucketBudgetOptions, capacity, deposit, filled_by)
SQUALL_FIELDS(policy::CutoffBudgetOptions, failure_rate, window)
SQUALL_FIELDS(policy::WindowBreakerOptions, window, failures, open_for)
SQUALL_FIELDS(policy::Resilience4jBreakerOptions, window_type, window, window_time, minimum,
              failure_rate, slow_call_rate, slow_call, open_for, half_open_calls, max_half_open,
              automatic_half_open)
SQUALL_FIELDS(policy::PollyBreakerOptions, failure_ratio, minimum_throughput, sampling, break_for)
SQUALL_FIELDS(policy::HystrixBreakerOptions, request_volume, error_threshold, window, snapshot,
              sleep_window)
SQUALL_FIELDS(policy::SentinelBreakerOptions, strategy, ratio, count, slow_call, minimum, interval,
              open_for)
SQUALL_FIELDS(policy::LinkerdBreakerOptions, max_failures, min_penalty, max_penalty, jitter)
SQUALL_FIELDS(policy::BulkheadOptions, max_concurrent, max_waiting, max_wait)
SQUALL_FIELDS(policy::EnvoyOutlierOptions, interval, base_ejection_time, max_ejection_time,
              max_ejection_time_jitter, max_ejection_percent, always_eject_one_host,
              consecutive_5xx, consecutive_gateway_failure, success_rate, failure_percentage,
              enforcing, panic_threshold, on)
SQUALL_FIELDS(policy::FallbackOptions, on, on_deadline, latency, failure)
SQUALL_FIELDS(policy::PolicyOptions, deadline, timeout, propagate_deadline, retry, hedge, budget,
              throttle, breaker, rate_limit, limiter, bulkhead, outlier, fallback, order, state_per,
              instances)
SQUALL_FIELDS(Policy, name, options)
SQUALL_FIELDS(Queue, name, capacity, overflow, visibility_timeout, max_deliveries, redelivery,
              dead_letter, partitions)
SQUALL_FIELDS(Consumer, name, from, concurrency, prefetch, latency, steps, on_failure)
SQUALL_FIELDS(ConstantArrivals, rate)
SQUALL_FIELDS(PoissonArrivals, rate)
SQUALL_FIELDS(BurstArrivals, size, every)
SQUALL_FIELDS(ProfileArrivals::Step, length, from, to)
SQUALL_FIELDS(ProfileArrivals, process, steps)
SQUALL_FIELDS(ClosedArrivals, users, think)
SQUALL_FIELDS(TraceArrivals, file, times)
SQUALL_FIELDS(Workload, name, call, objective, priority, arrivals, requests)
SQUALL_FIELDS(Fault, name, at, length, on, index, edges, replica, latency_factor, latency_add,
              failure, capacity_factor, down, pause, loss, rate_factor, set)
SQUALL_FIELDS(SettingsChange, at, settings)
SQUALL_FIELDS(AutoWarmup, state, own_cut)
SQUALL_FIELDS(Scenario, name, description, seed, duration, warmup, warmup_auto, warmup_found,
              network, error_codes, services, policies, queues, consumers, workloads, faults,
              changes, series_points)
SQUALL_FIELDS(Bundle, base, variants, expectations)
#undef SQUALL_FIELDS

/// How a variant was written, and on which line an expectation, are no part of what they mean.
auto fields(const Variant& value) { return std::tie(value.name, value.scenario); }
auto fields(const Expectation& value) {
  return std::tie(value.variant, value.metric, value.at_least, value.at_most);
}

template <typename T>
concept HasFields = requires(const T& value) { fields(value); };

template <typename T>
std::string differ(const T& a, const T& b);

template <typename... T>
std::string differ_in_fields(const std::tuple<const T&...>& a, const std::tuple<const T&...>& b) {
  std::string found;
  int number = 0;
  const auto compare = [&](const auto& x, const auto& y) {
    ++number;
    if (!found.empty()) return;
    const std::string inside = differ(x, y);
    if (!inside.empty()) found = ".field " + std::to_string(number) + inside;
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (compare(std::get<I>(a), std::get<I>(b)), ...);
  }(std::index_sequence_for<T...>{});
  return found;
}

template <typename T>
std::string differ_in(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.size() != b.size()) return ".size";
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::string inside = differ(a[i], b[i]);
    if (!inside.empty()) return "[" + std::to_string(i) + "]" + inside;
  }
  return {};
}

template <typename... T>
std::string differ_in(const std::variant<T...>& a, const std::variant<T...>& b) {
  if (a.index() != b.index()) return ".kind";
  return std::visit(
      [&b](const auto& x) {
        using X = std::decay_t<decltype(x)>;
        return differ(x, std::get<X>(b));
      },
      a);
}

template <typename T>
std::string differ_in(const std::optional<T>& a, const std::optional<T>& b) {
  if (a.has_value() != b.has_value()) return ".has_value";
  return a ? differ(*a, *b) : std::string();
}

template <typename T>
std::string differ_in(const std::shared_ptr<T>& a, const std::shared_ptr<T>& b) {
  if ((a == nullptr) != (b == nullptr)) return ".is_null";
  return a ? differ(*a, *b) : std::string();
}

template <typename T>
std::string differ_in(const T& a, const T& b) {
  return a == b ? "" : ".value";
}

template <typename T>
std::string differ(const T& a, const T& b) {
  if constexpr (HasFields<T>) {
    return differ_in_fields(fields(a), fields(b));
  } else {
    return differ_in(a, b);
  }
}

}  // namespace

std::string difference(const Bundle& a, const Bundle& b) { return differ(a, b); }

}  // namespace squall::scenario
