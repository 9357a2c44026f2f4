#pragma once

#include "squall/metrics/recovery.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::model {

/// When the faults of the scenario are, all of them together.
[[nodiscard]] metrics::FaultSpan fault_span_of(const scenario::Scenario& scenario);

}  // namespace squall::model
