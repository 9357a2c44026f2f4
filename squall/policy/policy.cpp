#include "squall/policy/policy.hpp"

#include <algorithm>
#include <string>

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

Unexpected wrong_order(std::string message) {
  Error error;
  error.message = std::move(message);
  error.key = "order";
  return fail(std::move(error));
}

Result<void> validate_order(const PolicyOptions& options) {
  for (const std::string_view& layer_name : layer_names) {
    const auto layer = static_cast<Layer>(&layer_name - layer_names.data());
    const auto named = std::count(options.order.begin(), options.order.end(), layer);
    const std::string name(layer_name);
    if (named > 1) {
      return wrong_order("must name each layer at most once, names " + name + " " +
                         std::to_string(named) + " times");
    }
    if (named == 0 && has(options, layer)) {
      return wrong_order("must name every part that the policy has, leaves out " + name);
    }
  }
  return {};
}

}  // namespace

bool has(const PolicyOptions& options, Layer layer) noexcept {
  switch (layer) {
    case Layer::retry:
      return options.retry.has_value();
    case Layer::hedge:
      return options.hedge.has_value();
    case Layer::throttle:
      return options.throttle.index() != 0;
    case Layer::breaker:
      return options.breaker.index() != 0;
    case Layer::rate_limit:
      return options.rate_limit.index() != 0;
    case Layer::limiter:
      return options.limiter.index() != 0;
    case Layer::budget:
      break;  // no order names it
    case Layer::bulkhead:
      return options.bulkhead.has_value();
    case Layer::timeout:
      return options.timeout != forever;
  }
  return false;
}

Result<void> PolicyOptions::validate() const {
  if (deadline <= Duration{0}) return out_of_range("deadline", "above 0s", text_of(deadline));
  if (timeout <= Duration{0}) return out_of_range("timeout", "above 0s", text_of(timeout));
  if (retry) {
    if (auto result = retry->validate(); !result) return result;
  }
  if (hedge) {
    if (auto result = hedge->validate(); !result) return result;
  }
  if (auto result = policy::validate(budget); !result) return result;
  if (auto result = policy::validate(throttle); !result) return result;
  if (auto result = policy::validate(breaker); !result) return result;
  if (auto result = policy::validate(rate_limit); !result) return result;
  if (auto result = policy::validate(limiter); !result) return result;
  if (bulkhead) {
    if (auto result = bulkhead->validate(); !result) return result;
  }
  if (outlier) {
    if (auto result = outlier->validate(); !result) return result;
  }
  if (fallback) {
    if (auto result = fallback->validate(); !result) return result;
  }
  if (instances < 1 || instances > 1'000'000) {
    return out_of_range("state.instances", "from 1 to 1,000,000", text_of(instances));
  }
  return validate_order(*this);
}

}  // namespace squall::policy
