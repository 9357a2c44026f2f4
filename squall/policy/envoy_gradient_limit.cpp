#include "squall/policy/envoy_gradient_limit.hpp"

#include <algorithm>
#include <cmath>

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

using namespace std::chrono_literals;

/// Limits set in a row at min_concurrency before minRTT is doubted.
constexpr std::uint32_t doubtful = 5;

Unexpected not_a_share(const char* key, double found) {
  return out_of_range(key, "from 0% to 100%", percent_text(found));
}

bool is_share(double percent) noexcept { return percent >= 0.0 && percent <= 100.0; }

Result<void> check_envoy_gradient(const EnvoyGradientLimitOptions& options) {
  if (!is_share(options.sample_aggregate_percentile))
    return not_a_share("sample_aggregate_percentile", options.sample_aggregate_percentile);
  if (options.max_concurrency_limit < 1) {
    return out_of_range("max_concurrency_limit", "at least 1",
                        text_of(options.max_concurrency_limit));
  }
  if (options.concurrency_update_interval < Duration{1ms}) {
    return out_of_range("concurrency_update_interval", "at least 1ms",
                        text_of(options.concurrency_update_interval));
  }
  if (options.interval < Duration{1ms}) {
    return out_of_range("interval", "at least 1ms", text_of(options.interval));
  }
  if (options.request_count < 1) {
    return out_of_range("request_count", "at least 1", text_of(options.request_count));
  }
  if (!is_share(options.jitter)) return not_a_share("jitter", options.jitter);
  if (options.min_concurrency < 1 || options.min_concurrency > options.max_concurrency_limit) {
    return out_of_range(
        "min_concurrency",
        "from 1 to the max_concurrency_limit, " + text_of(options.max_concurrency_limit),
        text_of(options.min_concurrency));
  }
  if (!is_share(options.buffer)) return not_a_share("buffer", options.buffer);
  return {};
}

/// Up to so many percent of the interval, in whole milliseconds; the bound itself is not reached.
Duration jitter_of(const EnvoyGradientLimitOptions& options, Rng& rng) noexcept {
  if (options.jitter == 0.0) return Duration{0};
  const auto interval_ms = std::chrono::floor<std::chrono::milliseconds>(options.interval).count();
  const double range_ms = static_cast<double>(interval_ms) * (options.jitter / 100.0);
  auto values = static_cast<std::uint64_t>(range_ms);
  if (static_cast<double>(values) < range_ms) ++values;
  return std::chrono::milliseconds{static_cast<std::int64_t>(rng.below(values))};
}

}  // namespace

Result<void> EnvoyGradientLimitOptions::validate() const {
  return below_key("limiter.envoy_gradient", check_envoy_gradient(*this));
}

std::uint32_t envoy_gradient_limit(const EnvoyGradientLimitOptions& options, std::uint32_t limit,
                                   Duration min_rtt, Duration sample) noexcept {
  const auto shortest = static_cast<double>(min_rtt.count());
  const double buffered = shortest + shortest * (options.buffer / 100.0);
  double gradient = 2.0;
  if (sample > Duration{0}) {
    gradient = std::max(0.5, std::min(2.0, buffered / static_cast<double>(sample.count())));
  }
  const double steered = limit * gradient;
  const double wanted = steered + std::sqrt(steered);
  const double bounded = std::min<double>(options.max_concurrency_limit, wanted);
  return std::max(options.min_concurrency, static_cast<std::uint32_t>(bounded));
}

EnvoyGradientLimit::EnvoyGradientLimit(const EnvoyGradientLimitOptions& options,
                                       Instant start) noexcept
    : options_(options), gauge_(options.min_concurrency) {
  measure(start);
}

/// A measurement begins.
void EnvoyGradientLimit::measure(Instant at) noexcept {
  before_ = gauge_.value();
  set_limit(options_.min_concurrency, at);
  bins_.clear();
  epoch_ = at;
  // An interval that ends meanwhile does nothing; the measurement's end begins a new one.
  interval_ends_ = never;
  measure_at_ = never;
}

void EnvoyGradientLimit::advance(Instant now) noexcept {
  for (;;) {
    const Instant due = std::min(interval_ends_, measure_at_);
    if (due > now || due == never) return;
    if (due != interval_ends_) {
      measure(due);
      continue;
    }
    end_interval();
    // Those after it are as empty until the next sample.
    const Duration passed = now - interval_ends_;
    const std::int64_t more = passed / options_.concurrency_update_interval + 1;
    interval_ends_ = more > (never - interval_ends_) / options_.concurrency_update_interval
                         ? never
                         : interval_ends_ + more * options_.concurrency_update_interval;
  }
}

void EnvoyGradientLimit::end_interval() noexcept {
  if (bins_.count() == 0) return;
  const Duration sample = percentile_and_clear();
  set_limit(envoy_gradient_limit(options_, gauge_.value(), min_rtt_, sample), interval_ends_);
}

void EnvoyGradientLimit::set_limit(std::uint32_t limit, Instant at) noexcept {
  const bool stays_at_min =
      limit == options_.min_concurrency && gauge_.value() == options_.min_concurrency;
  at_min_ = !is_measuring() && stays_at_min ? at_min_ + 1 : 0;
  gauge_.set(limit);
  if (at_min_ >= doubtful) measure_at_ = at;
}

Duration EnvoyGradientLimit::percentile_and_clear() noexcept {
  const std::uint64_t us = bins_.quantile(options_.sample_aggregate_percentile / 100.0);
  bins_.clear();
  return std::chrono::microseconds{static_cast<std::int64_t>(us)};
}

void EnvoyGradientLimit::on_sample(const LimiterSample& sample, Rng& rng) {
  advance(sample.now - Duration{1});  // what is due now comes after it
  if (sample.started < epoch_) return;
  const auto us = std::chrono::floor<std::chrono::microseconds>(sample.now - sample.started);
  bins_.add(static_cast<std::uint64_t>(us.count()));
  if (!is_measuring() || bins_.count() < options_.request_count) return;
  min_rtt_ = percentile_and_clear();
  set_limit(before_, sample.now);
  before_ = 0;
  interval_ends_ = later(sample.now, options_.concurrency_update_interval);
  measure_at_ = later(later(sample.now, options_.interval), jitter_of(options_, rng));
}

}  // namespace squall::policy
