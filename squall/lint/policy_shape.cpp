#include "squall/lint/policy_shape.hpp"

#include <algorithm>
#include <cmath>

#include "squall/base/infinite.hpp"
#include "squall/base/math.hpp"
#include "squall/base/random.hpp"
#include "squall/lint/figures.hpp"
#include "squall/lint/nanoseconds.hpp"

namespace squall::lint {
namespace {

using policy::BackoffOptions;
using policy::Jitter;
using policy::Layer;
using policy::PolicyOptions;

/// So many times what stands in a text, which may be a sum.
std::string repeated(std::uint32_t attempts, const std::string& one, bool is_sum) {
  return figure(attempts) + (is_sum ? " x (" + one + ")" : " x " + one);
}

}  // namespace

double attempts_at_most(const PolicyOptions& options) noexcept {
  const double retried = options.retry ? options.retry->max_attempts : 1U;
  const double hedged = options.hedge ? options.hedge->max_attempts : 1U;
  return retried * hedged;
}

bool retries(const PolicyOptions& options) noexcept {
  return options.retry && options.retry->max_attempts > 1;
}

bool has_budget(const PolicyOptions& options) noexcept {
  return !std::holds_alternative<std::monostate>(options.budget);
}

bool has_breaker(const PolicyOptions& options) noexcept {
  return !std::holds_alternative<std::monostate>(options.breaker);
}

bool bounds_retries(const PolicyOptions& options) noexcept {
  return has_budget(options) || has_breaker(options) ||
         !std::holds_alternative<std::monostate>(options.throttle) ||
         (!std::holds_alternative<std::monostate>(options.rate_limit) &&
          is_outside(options, Layer::retry, Layer::rate_limit));
}

double most_at_once(const PolicyOptions& options) noexcept {
  double most = infinite;
  if (options.bulkhead) most = options.bulkhead->max_concurrent;
  if (const auto* vegas = std::get_if<policy::VegasLimitOptions>(&options.limiter))
    most = std::min<double>(most, vegas->max);
  if (const auto* gradient2 = std::get_if<policy::Gradient2LimitOptions>(&options.limiter))
    most = std::min<double>(most, gradient2->max);
  if (const auto* aimd = std::get_if<policy::AimdLimitOptions>(&options.limiter))
    most = std::min<double>(most, aimd->max);
  if (const auto* envoy = std::get_if<policy::EnvoyGradientLimitOptions>(&options.limiter))
    most = std::min<double>(most, envoy->max_concurrency_limit);
  return most;
}

double most_a_second(const PolicyOptions& options) noexcept {
  constexpr double second_ns = 1e9;
  if (const auto* bucket = std::get_if<policy::TokenBucketLimitOptions>(&options.rate_limit))
    return static_cast<double>(bucket->rate.per_second_micro) / 1e6;
  if (const auto* cycles = std::get_if<policy::Resilience4jRateLimitOptions>(&options.rate_limit)) {
    return cycles->limit_for_period * second_ns / ns_of(cycles->limit_refresh_period);
  }
  if (const auto* envoy = std::get_if<policy::EnvoyRateLimitOptions>(&options.rate_limit)) {
    return std::min(envoy->tokens_per_fill, envoy->max_tokens) * second_ns /
           ns_of(envoy->fill_interval);
  }
  return infinite;
}

bool is_outside(const PolicyOptions& options, Layer outer, Layer inner) noexcept {
  for (const Layer layer : options.order) {
    if (layer == outer) return true;
    if (layer == inner) return false;
  }
  return false;
}

Duration attempt_limit(const PolicyOptions& options) noexcept {
  return std::min(options.timeout, options.deadline);
}

double longest_backoff(const BackoffOptions& options, std::uint32_t retry) noexcept {
  // The shape is asked without jitter, which takes no random number.
  BackoffOptions plain = options;
  plain.jitter = Jitter::none;
  Rng unused(0);
  if (options.jitter == Jitter::decorrelated) {
    // Up to three times the wait before, which was base before the first.
    const double cap = ns_of(options.max);
    double wait = ns_of(options.base);
    for (std::uint32_t n = 0; n < retry && wait < cap; ++n) wait *= 3.0;
    return std::min(wait, cap);
  }
  const double cap = ns_of(options.max);
  if (options.jitter == Jitter::decorrelated_v2) {
    // From the lowest draw of the wait before to the highest of this one.
    const auto curve = [&](double x) {
      return x < 0.0 ? 0.0 : power_of(2.0, x) * (1.0 - 2.0 / (exp_of(4.0 * std::sqrt(x)) + 1.0));
    };
    const double n = retry;
    const double steps = n > 1000.0 ? infinite : (curve(n) - curve(n - 2.0)) / 1.4;
    return std::min(ns_of(options.base) * steps, cap);
  }
  Duration carried{0};
  const double wait = ns_of(policy::backoff_delay(plain, retry, carried, unused));
  double factor = 1.0;
  if (options.jitter == Jitter::proportional) factor = 1.0 + options.spread;
  // Lognormal jitter has no longest draw; one in 741 is above three sigma.
  if (options.jitter == Jitter::lognormal) factor = exp_of(3.0 * options.sigma);
  return options.cap == policy::Cap::after_jitter ? std::min(wait * factor, cap) : wait * factor;
}

double longest_backoff_sum(const BackoffOptions& options, std::uint32_t retries) noexcept {
  // By then an exponential wait has reached its maximum or lasts for years.
  constexpr std::uint32_t counted_one_by_one = 1'000;
  double sum = 0.0;
  const std::uint32_t counted = std::min(retries, counted_one_by_one);
  for (std::uint32_t n = 1; n <= counted; ++n) sum += longest_backoff(options, n);
  if (retries > counted) {
    sum += static_cast<double>(retries - counted) * longest_backoff(options, retries);
  }
  return sum;
}

std::optional<CallBound> longest_call(const PolicyOptions& options, std::optional<double> callee) {
  std::optional<double> bound = callee;
  std::string text = callee ? time_text(*callee) : std::string();
  bool is_sum = false;
  for (auto layer = options.order.rbegin(); layer != options.order.rend(); ++layer) {
    if (*layer == Layer::timeout && options.timeout != forever) {
      bound = ns_of(options.timeout);
      text = time_text(*bound);
      is_sum = false;
    } else if (*layer == Layer::retry && retries(options) && bound) {
      const std::uint32_t attempts = options.retry->max_attempts;
      const double waits = longest_backoff_sum(options.retry->backoff, attempts - 1);
      bound = *bound * attempts + waits;
      text = repeated(attempts, text, is_sum);
      if (waits > 0.0) text += " + " + time_text(waits) + " backoff";
      is_sum = true;
    } else if (*layer == Layer::hedge && options.hedge && bound && *bound > 0.0) {
      if (options.hedge->delay == forever) {  // one at a time
        const std::uint32_t attempts = options.hedge->max_attempts;
        bound = *bound * attempts;
        text = repeated(attempts, text, is_sum);
        is_sum = true;
        continue;
      }
      // The last attempt begins when all delays have passed.
      const double delays = ns_of(options.hedge->delay) * (options.hedge->max_attempts - 1U);
      if (!(delays > 0.0)) continue;
      bound = *bound + delays;
      text += " + " + time_text(delays) + " hedging delay";
      is_sum = true;
    }
  }
  if (options.deadline != forever && (!bound || ns_of(options.deadline) < *bound)) {
    bound = ns_of(options.deadline);
    return CallBound{.ns = *bound, .arithmetic = time_text(*bound) + " deadline"};
  }
  if (!bound) return std::nullopt;
  if (is_sum) text += " = " + time_text(*bound);
  return CallBound{.ns = *bound, .arithmetic = std::move(text)};
}

}  // namespace squall::lint
