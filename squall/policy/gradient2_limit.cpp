#include "squall/policy/gradient2_limit.hpp"

#include <algorithm>
#include <cmath>

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

/// Samples of which the average is plain; no option of the product.
constexpr std::uint32_t warmup = 10;

Result<void> check_gradient2(const Gradient2LimitOptions& options) {
  if (options.max < 1) return out_of_range("max", "at least 1", text_of(options.max));
  const std::string to_max = "from 1 to the max, " + text_of(options.max);
  if (options.min < 1 || options.min > options.max)
    return out_of_range("min", to_max, text_of(options.min));
  if (options.initial < 1 || options.initial > options.max)
    return out_of_range("initial", to_max, text_of(options.initial));
  if (!(options.smoothing > 0.0 && options.smoothing <= 1.0)) {
    return out_of_range("smoothing", "above 0 and at most 1", text_of(options.smoothing));
  }
  if (!(options.tolerance >= 1.0) || std::isinf(options.tolerance)) {
    return out_of_range("tolerance", "a number from 1", text_of(options.tolerance));
  }
  if (options.long_window < 1) {
    return out_of_range("long_window", "at least 1", text_of(options.long_window));
  }
  return {};
}

}  // namespace

Result<void> Gradient2LimitOptions::validate() const {
  return below_key("limiter.gradient2", check_gradient2(*this));
}

double ExponentialAverage::add(double sample) noexcept {
  if (count_ < warmup_) {
    ++count_;
    sum_ += sample;
    value_ = sum_ / count_;
  } else {
    const double weight = 2.0 / (static_cast<double>(window_) + 1.0);
    value_ = value_ * (1.0 - weight) + sample * weight;
  }
  return value_;
}

Gradient2Limit::Gradient2Limit(const Gradient2LimitOptions& options) noexcept
    : options_(options),
      estimate_(options.initial),
      gauge_(options.initial),
      average_(options.long_window, warmup) {}

void Gradient2Limit::reconfigure(const Gradient2LimitOptions& options) noexcept {
  options_ = options;
  average_.set_window(options.long_window);
}

void Gradient2Limit::on_sample(const LimiterSample& sample) noexcept {
  const auto rtt = static_cast<double>(sample.rtt_ns());
  const double average = average_.add(rtt);
  if (average / rtt > 2.0) average_.scale(0.95);
  if (sample.in_flight < estimate_ / 2.0) return;
  const double gradient = std::max(0.5, std::min(1.0, options_.tolerance * average / rtt));
  const double wanted = estimate_ * gradient + options_.queue_size;
  const double smoothed = estimate_ * (1.0 - options_.smoothing) + wanted * options_.smoothing;
  estimate_ = std::max<double>(options_.min, std::min<double>(options_.max, smoothed));
  gauge_.set(static_cast<std::uint32_t>(estimate_));
}

}  // namespace squall::policy
