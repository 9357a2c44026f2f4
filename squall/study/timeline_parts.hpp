#pragma once

#include "squall/metrics/timeline.hpp"
#include "squall/scenario/scenario.hpp"

/// What a timeline knows of its scenario. For timeline.cpp only.
namespace squall::study {

/// A timeline without rows: what is in the focus, with its names and limits, the faults, and the
/// graph between them.
[[nodiscard]] metrics::Timeline timeline_of(const scenario::Scenario& scenario,
                                            const metrics::Focus& focus);

/// "latency x4, loss 30%".
[[nodiscard]] std::string effect_of(const scenario::Fault& fault);

}  // namespace squall::study
