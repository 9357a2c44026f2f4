#include "squall/policy/envoy_outlier.hpp"

#include <algorithm>
#include <cmath>

#include "squall/base/check.hpp"
#include "squall/policy/option_error.hpp"
#include "squall/policy/percent_of.hpp"

namespace squall::policy {
namespace {

using namespace std::chrono_literals;

bool is_percentage(double value) { return value >= 0.0 && value <= 100.0; }

Result<void> check_envoy_outlier(const EnvoyOutlierOptions& options) {
  if (options.interval < 1ms)
    return out_of_range("interval", "at least 1ms", text_of(options.interval));
  if (options.base_ejection_time <= Duration{0})
    return out_of_range("base_ejection_time", "above 0s", text_of(options.base_ejection_time));
  if (options.max_ejection_time < options.base_ejection_time) {
    return out_of_range("max_ejection_time",
                        "at least the base_ejection_time, " + text_of(options.base_ejection_time),
                        text_of(options.max_ejection_time));
  }
  if (options.max_ejection_time_jitter < Duration{0}) {
    return out_of_range("max_ejection_time_jitter", "at least 0s",
                        text_of(options.max_ejection_time_jitter));
  }
  if (!is_percentage(options.max_ejection_percent)) {
    return out_of_range("max_ejection_percent", "from 0% to 100%",
                        percent_text(options.max_ejection_percent));
  }
  const double factor = options.success_rate.stdev_factor;
  if (!(factor >= 0.0 && factor <= 1'000'000.0))
    return out_of_range("success_rate.stdev_factor", "from 0 to 1,000,000", text_of(factor));
  if (!is_percentage(options.failure_percentage.threshold)) {
    return out_of_range("failure_percentage.threshold", "from 0% to 100%",
                        percent_text(options.failure_percentage.threshold));
  }
  if (!(options.panic_threshold > 0.0 && options.panic_threshold <= 100.0)) {
    return out_of_range("panic_threshold", "above 0% and at most 100%",
                        percent_text(options.panic_threshold));
  }
  const auto& enforcing = options.enforcing;
  const struct {
    const char* key;
    std::uint32_t value;
  } shares[] = {
      {"enforcing.consecutive_5xx", enforcing.consecutive_5xx},
      {"enforcing.consecutive_gateway_failure", enforcing.consecutive_gateway_failure},
      {"enforcing.success_rate", enforcing.success_rate},
      {"enforcing.failure_percentage", enforcing.failure_percentage},
  };
  for (const auto& share : shares) {
    if (share.value > 100)
      return out_of_range(share.key, "from 0% to 100%", percent_text(share.value));
  }
  return {};
}

/// `times` of it, at most `max`.
Duration multiple(Duration base, std::uint32_t times, Duration max) noexcept {
  if (times == 0) return Duration{0};
  return base > max / times ? max : base * times;
}

}  // namespace

Duration envoy_max_ejection_time(Duration base_ejection_time) noexcept {
  return std::max(EnvoyOutlierOptions{}.max_ejection_time, base_ejection_time);
}

Result<void> EnvoyOutlierOptions::validate() const {
  return below_key("outlier.envoy", check_envoy_outlier(*this));
}

SuccessRateThreshold success_rate_threshold(const std::vector<double>& rates,
                                            double stdev_factor) noexcept {
  double sum = 0.0;
  for (const double rate : rates) sum += rate;
  const auto count = static_cast<double>(rates.size());
  const double mean = sum / count;
  double variance = 0.0;
  for (const double rate : rates) variance += (rate - mean) * (rate - mean);
  const double deviation = std::sqrt(variance / count);
  return {mean, mean - stdev_factor * deviation};
}

bool panics(std::uint32_t healthy, std::uint32_t hosts, double threshold) noexcept {
  constexpr std::uint64_t overprovisioning_percent = 140;
  if (overprovisioning_percent * healthy / hosts >= 100) return false;
  return percent_of(healthy, hosts) < threshold;
}

EnvoyOutlier::EnvoyOutlier(const EnvoyOutlierOptions& options, std::uint32_t hosts, RandomKey key)
    : options_(options), key_(key), hosts_(hosts), next_tick_(Instant{} + options.interval) {
  SQUALL_CHECK(hosts > 0, "outlier ejection among no replicas");
  candidates_.reserve(hosts);
  rates_.reserve(hosts);
  list_candidates();
}

void EnvoyOutlier::reconfigure(const EnvoyOutlierOptions& options, Instant now) {
  advance(now);
  options_ = options;
}

void EnvoyOutlier::advance(Instant now) {
  while (next_tick_ <= now) {
    // A tick that finds nothing changes nothing, and neither do those after it.
    if (is_quiet()) {
      const auto due = (now - next_tick_) / options_.interval + 1;
      next_tick_ = later(next_tick_, options_.interval * due);
      return;
    }
    tick(next_tick_);
    next_tick_ = later(next_tick_, options_.interval);
  }
}

bool EnvoyOutlier::is_quiet() const noexcept {
  return std::all_of(hosts_.begin(), hosts_.end(), [](const Host& host) {
    return host.requests == 0 && host.backoff == 0;  // so none is ejected
  });
}

void EnvoyOutlier::tick(Instant at) {
  for (Host& host : hosts_) {
    if (!host.ejected) continue;
    const Duration stay =
        multiple(options_.base_ejection_time, host.backoff, options_.max_ejection_time);
    if (later(later(host.ejected_at, stay), host.jitter) <= at) let_return(host, at);
  }
  judge_rates(at);
  for (Host& host : hosts_) {
    host.requests = host.successes = 0;
    // With a backoff and not ejected it has returned at some time.
    if (!host.ejected && host.backoff > 0 && at - host.returned_at >= options_.interval) {
      --host.backoff;
    }
  }
}

/// Of the interval that ends.
void EnvoyOutlier::judge_rates(Instant at) {
  const EnvoyOutlierOptions::SuccessRate& by_rate = options_.success_rate;
  const EnvoyOutlierOptions::FailurePercentage& by_share = options_.failure_percentage;
  const auto is_judged = [](const Host& host, std::uint32_t volume) {
    return !host.ejected && host.requests > 0 && host.requests >= volume;
  };
  const auto rate_of = [](const Host& host) { return percent_of(host.successes, host.requests); };

  // Who is judged is settled before any is ejected.
  std::uint32_t shared = 0;
  rates_.clear();
  for (const Host& host : hosts_) {
    if (is_judged(host, by_share.request_volume)) ++shared;
    if (is_judged(host, by_rate.request_volume)) rates_.push_back(rate_of(host));
  }
  if (!rates_.empty() && rates_.size() >= by_rate.minimum_hosts) {
    const double threshold = success_rate_threshold(rates_, by_rate.stdev_factor).threshold;
    for (std::uint32_t h = 0; h < hosts_.size(); ++h) {
      if (is_judged(hosts_[h], by_rate.request_volume) && rate_of(hosts_[h]) < threshold)
        eject(h, options_.enforcing.success_rate, at);
    }
  }
  if (shared < by_share.minimum_hosts) return;
  for (std::uint32_t h = 0; h < hosts_.size(); ++h) {
    if (is_judged(hosts_[h], by_share.request_volume) &&
        100.0 - rate_of(hosts_[h]) >= by_share.threshold)
      eject(h, options_.enforcing.failure_percentage, at);
  }
}

void EnvoyOutlier::on_result(std::uint32_t index, HostResult result, Instant now) {
  advance(now);
  Host& host = hosts_[index];
  ++host.requests;
  if (result == HostResult::success) {
    ++host.successes;
    host.failures_in_row = host.gateway_failures_in_row = 0;
    return;
  }
  // Equal, not at least: while a replica is ejected its count goes past the threshold, and nothing
  // more is detected until it has returned.
  if (result == HostResult::gateway_failure) {
    if (++host.gateway_failures_in_row == options_.consecutive_gateway_failure && !host.ejected) {
      eject(index, options_.enforcing.consecutive_gateway_failure, now);
      host.gateway_failures_in_row = 0;
    }
  } else {
    host.gateway_failures_in_row = 0;
  }
  if (++host.failures_in_row == options_.consecutive_5xx && !host.ejected) {
    eject(index, options_.enforcing.consecutive_5xx, now);
    host.failures_in_row = 0;
  }
}

/// What was detected is enforced, unless too many are ejected or the draw says no.
/// @param enforcing  in percent.
void EnvoyOutlier::eject(std::uint32_t index, std::uint32_t enforcing, Instant at) {
  if (enforcing == 0) return;
  Host& host = hosts_[index];
  const RandomKey key = key_.with(index).with(host.detections++);
  const auto all = static_cast<std::uint32_t>(hosts_.size());
  const bool has_room =
      percent_of(std::uint64_t{ejected_} + 1, all) <= options_.max_ejection_percent;
  if (!has_room && !(options_.always_eject_one_host && ejected_ == 0)) {
    ++counts_.not_ejected;
    return;
  }
  Rng rng = key.rng();
  if (enforcing < 100 && rng.below(100) >= enforcing) return;
  ++counts_.ejections;
  ++ejected_;
  host.ejected = true;
  host.ejected_at = at;
  const auto jitter_ms = static_cast<std::uint64_t>(options_.max_ejection_time_jitter / 1ms);
  host.jitter =
      jitter_ms == 0
          ? Duration{0}
          : std::chrono::milliseconds{static_cast<std::int64_t>(rng.below(jitter_ms + 1))};
  // The backoff stops one step after it has reached the longest time: below max + base.
  const Duration base = options_.base_ejection_time;
  const Duration end = later(Instant{options_.max_ejection_time}, base).time_since_epoch();
  if (multiple(base, host.backoff, end) < end) ++host.backoff;
  list_candidates();
}

void EnvoyOutlier::let_return(Host& host, Instant at) {
  host.ejected = false;
  host.returned_at = at;
  host.failures_in_row = host.gateway_failures_in_row = 0;
  --ejected_;
  list_candidates();
}

void EnvoyOutlier::list_candidates() {
  candidates_.clear();
  for (std::uint32_t h = 0; h < hosts_.size(); ++h) {
    if (!hosts_[h].ejected) candidates_.push_back(h);
  }
}

const std::vector<std::uint32_t>* EnvoyOutlier::candidates(Instant now) {
  advance(now);
  if (ejected_ == 0) return nullptr;
  const auto all = static_cast<std::uint32_t>(hosts_.size());
  if (panics(all - ejected_, all, options_.panic_threshold)) {
    ++counts_.panics;
    return nullptr;
  }
  return &candidates_;
}

}  // namespace squall::policy
