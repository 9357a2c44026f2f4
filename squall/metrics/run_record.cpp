#include "squall/metrics/run_record.hpp"

namespace squall::metrics {

double WorkloadRecord::goodput_ratio() const noexcept {
  return offered == 0 ? 0.0 : static_cast<double>(ok) / static_cast<double>(offered);
}

double CallRecord::amplification() const noexcept {
  return requests == 0 ? 0.0 : static_cast<double>(attempts) / static_cast<double>(requests);
}

double ServiceRecord::wasted_ratio() const noexcept {
  return service_time_s > 0.0 ? wasted_time_s / service_time_s : 0.0;
}

}  // namespace squall::metrics
