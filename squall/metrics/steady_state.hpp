#pragma once

#include <vector>

#include "squall/metrics/batch_means.hpp"
#include "squall/metrics/run_record.hpp"

/// Intervals of confidence from within one run.
namespace squall::metrics {

/// By batch means (batch_means.hpp) over what came after the warm-up. Every interval is `too_short`
/// for a run that is not judged to be in steady state.
struct SteadyState {
  BatchInterval goodput_ratio;  ///< ok / ended, over the ends of each stretch; within [0, 1]
  BatchInterval goodput_per_s;  ///< ok at the instant of the effect, each second
  std::vector<BatchInterval>
      latency_ns;  ///< of each workload: ok and late, in the order they ended
};

/// REQUIRES a run of its own, not a merger of several.
[[nodiscard]] SteadyState steady_state_of(const RunRecord& record);

}  // namespace squall::metrics
