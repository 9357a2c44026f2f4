#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/scenario/scenario.hpp"

/// The way from a scenario's text to what the engine says about it.
namespace truth {

/// Path and value, as --set takes them.
using Overrides = std::vector<std::pair<std::string, std::string>>;

/// A shipped scenario, or one written in a test. Wrong ones end the test program with the error.
[[nodiscard]] squall::scenario::Bundle shipped(const std::string& name,
                                               const Overrides& overrides = {});
[[nodiscard]] squall::scenario::Bundle scenario_of(const std::string& yaml,
                                                   const Overrides& overrides = {});

/// Runs one variant (none named: the base) with one seed.
[[nodiscard]] squall::metrics::RunRecord run(squall::scenario::Bundle bundle, std::uint64_t seed,
                                             std::string_view variant = {});

/// The record of that name. Ends the test program when there is none.
[[nodiscard]] const squall::metrics::WorkloadRecord& workload(
    const squall::metrics::RunRecord& record, std::string_view name);
[[nodiscard]] const squall::metrics::CallRecord& call(const squall::metrics::RunRecord& record,
                                                      std::string_view name);
[[nodiscard]] const squall::metrics::ServiceRecord& service(
    const squall::metrics::RunRecord& record, std::string_view name);
[[nodiscard]] const squall::metrics::QueueRecord& queue(const squall::metrics::RunRecord& record,
                                                        std::string_view name);

/// A column of the series over the last `window` of the run, as a rate a second.
[[nodiscard]] double rate_at_the_end(const squall::metrics::RunRecord& record,
                                     squall::metrics::SeriesColumn column, squall::Duration window);

/// In milliseconds; 0 of nothing.
[[nodiscard]] double quantile_ms(const squall::metrics::Histogram& histogram, double q);

}  // namespace truth
