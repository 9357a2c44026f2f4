#include "squall/metrics/run_record.hpp"

#include <algorithm>

namespace squall::metrics {

double WorkloadRecord::goodput_ratio() const noexcept {
  return offered == 0 ? 0.0 : static_cast<double>(ok) / static_cast<double>(offered);
}

double LimitRecord::end() const noexcept {
  return states == 0 ? 0.0 : ends_sum / static_cast<double>(states);
}

void LimitRecord::add(const LimitRecord& other) noexcept {
  if (other.states == 0) return;
  least = states == 0 ? other.least : std::min(least, other.least);
  most = std::max(most, other.most);
  ends_sum += other.ends_sum;
  states += other.states;
}

double CallRecord::amplification() const noexcept {
  return requests == 0 ? 0.0 : static_cast<double>(attempts) / static_cast<double>(requests);
}

double ServiceRecord::wasted_ratio() const noexcept {
  return service_time_s > 0.0 ? wasted_time_s / service_time_s : 0.0;
}

}  // namespace squall::metrics
