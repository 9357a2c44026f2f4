#include "squall/policy/admission.hpp"

#include <algorithm>
#include <string>

#include "squall/policy/option_error.hpp"

namespace squall::policy {
namespace {

constexpr std::size_t shares_max = 256;

Result<void> check_shares(const AdmissionOptions& options) {
  if (options.shares.size() > shares_max) {
    return out_of_range("priority", "at most 256 priorities",
                        text_of(static_cast<std::uint32_t>(options.shares.size())));
  }
  const PriorityShare* lower = nullptr;
  for (const PriorityShare& one : options.shares) {
    const std::string key = "priority." + std::to_string(one.priority);
    if (!(one.share >= 0.0 && one.share <= 1.0)) {
      return out_of_range(key, "from 0 to 1 (100%)", text_of(one.share));
    }
    if (lower != nullptr && one.priority <= lower->priority) {
      return out_of_range(
          key, "a priority above the one before",
          std::to_string(one.priority) + " after " + std::to_string(lower->priority));
    }
    if (lower != nullptr && one.share < lower->share) {
      return out_of_range(key,
                          "at least the share of priority " + std::to_string(lower->priority) +
                              ", " + text_of(lower->share),
                          text_of(one.share));
    }
    lower = &one;
  }
  return {};
}

}  // namespace

Result<void> AdmissionOptions::validate() const {
  if (limit < 1) return out_of_range("admission.limit", "at least 1", text_of(limit));
  if (auto result = below_key("admission", check_shares(*this)); !result) return result;
  if (!shares.empty() && limit == unlimited) {
    return out_of_range("admission.limit", "a number where priorities have shares of it",
                        "unlimited");
  }
  if (auto result = below_key("admission", policy::validate(limiter)); !result) return result;
  return below_key("admission", policy::validate(throttle));
}

std::uint32_t AdmissionOptions::limit_of(std::int32_t priority) const noexcept {
  for (const PriorityShare& one : shares) {
    if (priority > one.priority) continue;
    // 57 % of 100 is 57, also where the product of the two doubles is a little less.
    constexpr double slack = 1.0 + 1e-12;
    return std::min(limit,
                    static_cast<std::uint32_t>(one.share * static_cast<double>(limit) * slack));
  }
  return limit;
}

}  // namespace squall::policy
