#pragma once

#include <string>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/study/compare.hpp"

/// What a scenario expects of its runs, and whether they kept to it.
namespace squall::task {

/// Whether each metric in `expect` is one that a run of its variant has.
/// @param file  of the scenario, for the error
[[nodiscard]] Result<void> check_expectations(const scenario::Bundle& bundle,
                                              const std::string& file);

/// Whether every run of these has the metric.
/// @param option  that names it, for the error
[[nodiscard]] Result<void> check_metric(const std::vector<study::Subject>& subjects,
                                        const std::string& metric, const std::string& option);

/// One line for each expectation that a run did not meet: place, variant, metric, what was found
/// and what was wanted. A figure with nothing to tell (the percentile of no values) meets nothing.
///
/// With several replications the mean over them counts, for a percentile that of all together.
///
/// An expectation of a variant is held against the runs of that name; one without a variant against
/// all. `of_base` says that the run is the scenario without any variant's changes.
[[nodiscard]] std::vector<std::string> unmet_expectations(
    const std::vector<scenario::Expectation>& expectations, const metrics::Comparison& comparison,
    bool of_base, const std::string& file);

}  // namespace squall::task
