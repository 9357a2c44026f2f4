#include "squall/model/fault_span.hpp"

#include <algorithm>

namespace squall::model {

metrics::FaultSpan fault_span_of(const scenario::Scenario& scenario) {
  metrics::FaultSpan span;
  for (const scenario::Fault& fault : scenario.faults) {
    const Instant end = later(fault.at, fault.length);
    span.last_end = span.first_start == never ? end : std::max(span.last_end, end);
    span.first_start = std::min(span.first_start, fault.at);
  }
  return span;
}

}  // namespace squall::model
