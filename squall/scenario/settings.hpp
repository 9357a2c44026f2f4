#pragma once

#include "squall/base/result.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::scenario {

/// Whether a run of `from` can take the settings of `to` while it goes on: numbers, times,
/// probabilities and distributions may differ; names, targets, replicas, the parts of policies and
/// their order, and every choice by word may not. The error's key is the path of the difference.
[[nodiscard]] Result<void> settings_compatible(const Scenario& from, const Scenario& to);

}  // namespace squall::scenario
