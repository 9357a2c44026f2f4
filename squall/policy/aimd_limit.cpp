#include "squall/policy/aimd_limit.hpp"

#include <algorithm>

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

Result<void> check_aimd(const AimdLimitOptions& options) {
  if (options.max < 1) return out_of_range("max", "at least 1", text_of(options.max));
  const std::string to_max = "from 1 to the max, " + text_of(options.max);
  if (options.min < 1 || options.min > options.max)
    return out_of_range("min", to_max, text_of(options.min));
  if (options.initial < 1 || options.initial > options.max)
    return out_of_range("initial", to_max, text_of(options.initial));
  if (!(options.backoff_ratio >= 0.5 && options.backoff_ratio < 1.0)) {
    return out_of_range("backoff_ratio", "from 0.5 to below 1", text_of(options.backoff_ratio));
  }
  if (options.timeout <= Duration{0}) {
    return out_of_range("timeout", "above 0s", text_of(options.timeout));
  }
  return {};
}

}  // namespace

Result<void> AimdLimitOptions::validate() const {
  return below_key("limiter.aimd", check_aimd(*this));
}

void AimdLimit::on_sample(const LimiterSample& sample) noexcept {
  std::uint64_t limit = gauge_.value();
  if (sample.dropped || sample.now - sample.started > options_.timeout) {
    limit = static_cast<std::uint64_t>(static_cast<double>(limit) * options_.backoff_ratio);
  } else if (2 * std::uint64_t{sample.in_flight} >= limit) {
    ++limit;
  }
  limit = std::min<std::uint64_t>(options_.max, std::max<std::uint64_t>(options_.min, limit));
  gauge_.set(static_cast<std::uint32_t>(limit));
}

}  // namespace squall::policy
