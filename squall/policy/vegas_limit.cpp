#include "squall/policy/vegas_limit.hpp"

#include <algorithm>

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

Result<void> check_vegas(const VegasLimitOptions& options) {
  if (options.max < 1) return out_of_range("max", "at least 1", text_of(options.max));
  if (options.initial < 1 || options.initial > options.max) {
    return out_of_range("initial", "from 1 to the max, " + text_of(options.max),
                        text_of(options.initial));
  }
  if (!(options.smoothing > 0.0 && options.smoothing <= 1.0)) {
    return out_of_range("smoothing", "above 0 and at most 1", text_of(options.smoothing));
  }
  if (options.beta < options.alpha) {
    return out_of_range("beta", "at least the alpha, " + text_of(options.alpha),
                        text_of(options.beta));
  }
  if (options.probe_multiplier < 1) {
    return out_of_range("probe_multiplier", "at least 1", text_of(options.probe_multiplier));
  }
  return {};
}

/// REQUIRES 0 <= x < 2^32.
std::uint32_t whole(double x) noexcept { return static_cast<std::uint32_t>(x); }

/// REQUIRES 0 <= x < 2^63.
double rounded_up(double x) noexcept {
  const auto cut = static_cast<double>(static_cast<std::int64_t>(x));
  return cut < x ? cut + 1.0 : cut;
}

double draw_share(Rng& rng) noexcept { return 0.5 + 0.5 * rng.uniform(); }

}  // namespace

Result<void> VegasLimitOptions::validate() const {
  return below_key("limiter.vegas", check_vegas(*this));
}

std::uint32_t vegas_log10(std::uint32_t limit) noexcept {
  std::uint32_t whole_part = 0;
  for (std::uint32_t rest = limit; rest >= 10; rest /= 10) ++whole_part;
  return std::max(1U, whole_part);
}

bool VegasLimit::probes(Rng& rng) noexcept {
  if (probe_share_ == 0.0) probe_share_ = draw_share(rng);
  ++since_probe_;
  if (probe_share_ * options_.probe_multiplier * estimate_ > static_cast<double>(since_probe_))
    return false;
  probe_share_ = draw_share(rng);
  since_probe_ = 0;
  return true;
}

void VegasLimit::on_sample(const LimiterSample& sample, Rng& rng) noexcept {
  const std::int64_t rtt_ns = sample.rtt_ns();
  if (probes(rng) || shortest_ns_ == 0 || rtt_ns < shortest_ns_) {
    shortest_ns_ = rtt_ns;
    return;
  }
  change(sample);
}

void VegasLimit::change(const LimiterSample& sample) noexcept {
  const std::uint32_t step = vegas_log10(whole(estimate_));
  double wanted = 0.0;
  if (sample.dropped) {
    wanted = estimate_ - step;
  } else {
    if (2.0 * sample.in_flight < estimate_) return;
    const double shortest = static_cast<double>(shortest_ns_);
    const double line =
        rounded_up(estimate_ * (1.0 - shortest / static_cast<double>(sample.rtt_ns())));
    const double beta = static_cast<double>(options_.beta) * step;
    if (line <= step) {
      wanted = estimate_ + beta;
    } else if (line < static_cast<double>(options_.alpha) * step) {
      wanted = estimate_ + step;
    } else if (line > beta) {
      wanted = estimate_ - step;
    } else {
      return;
    }
  }
  wanted = std::max(1.0, std::min<double>(options_.max, wanted));
  estimate_ = (1.0 - options_.smoothing) * estimate_ + options_.smoothing * wanted;
  gauge_.set(whole(estimate_));
}

}  // namespace squall::policy
