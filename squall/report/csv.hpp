#pragma once

#include <string>

#include "squall/metrics/run_record.hpp"

/// CSV as RFC 4180 has it, but with a bare newline at the end of a line: a header, a comma between
/// fields, quotes where a field needs them, a point in decimals.
namespace squall::report {

/// One row for each interval: time_ms, offered_per_s, goodput_per_s, attempts_per_s, retries_per_s,
/// failed_per_s, queue_depth; the same figures as in the JSON.
[[nodiscard]] std::string series_csv(const metrics::RunRecord& record);

/// One row for each figure of each variant: variant, kind, name, metric, value. `kind` and `metric`
/// as in the JSON (`workloads`, `latency_ms.p99`); the value of null is empty. With several
/// replications the value is that of all together, and mean, low_95, high_95 and count follow.
[[nodiscard]] std::string totals_csv(const metrics::Comparison& comparison);

/// One row for each paired difference of two variants: variant, minus, metric, mean, low_95,
/// high_95, significant, variance_reduction, count. The header alone without a study.
[[nodiscard]] std::string paired_csv(const metrics::Comparison& comparison);

}  // namespace squall::report
