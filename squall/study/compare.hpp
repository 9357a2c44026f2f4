#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::study {

/// Told now and then how far the work is, from the thread that runs it.
struct Progress {
  /// @param share    in [0, 1], never falling.
  /// @param variant  the one under way.
  void (*report)(void* context, double share, const std::string& variant) = nullptr;
  void* context = nullptr;
};

/// Runs one scenario to its end.
[[nodiscard]] Result<metrics::RunRecord> run(const scenario::Scenario& scenario,
                                             const std::string& variant,
                                             const Progress& progress = {});

/// Runs every variant of the bundle on common random numbers, one after the other; the base as
/// `base` where there is no variant.
[[nodiscard]] Result<metrics::Comparison> compare(const scenario::Bundle& bundle,
                                                  const Progress& progress = {});

/// Runs the base, or the variant of that name.
[[nodiscard]] Result<metrics::Comparison> run_one(const scenario::Bundle& bundle,
                                                  const std::string& variant,
                                                  const Progress& progress = {});

}  // namespace squall::study
