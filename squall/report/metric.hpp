#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "squall/metrics/run_record.hpp"

/// One figure of a run by its name, for the expectations of a scenario.
namespace squall::report {

struct MetricName {
  std::string_view name;
  std::string_view meaning;
};

/// The short names: figures over all workloads of a run.
[[nodiscard]] std::span<const MetricName> metric_names();

/// Whether there is such a figure in this run, with or without a value: a short name, or a path to
/// a number in the variant's JSON such as `workloads.shoppers.latency_ms.p99` or
/// `calls.shop->bank.retries_denied.budget` (not into the series).
[[nodiscard]] bool is_metric(const metrics::RunRecord& record, std::string_view name);

/// Its value. Infinity for a time that was never reached: a percentile of `ok_within_ms` (and of
/// the short names p50_ms, p95_ms, p99_ms) that falls among the requests that did not end ok, and
/// the recovery of a run that did not recover; so "at most 500 ms" is not met. Nothing for what is
/// no metric, and where there is nothing to tell: the percentile of no values, the recovery where
/// no fault ended.
[[nodiscard]] std::optional<double> metric_value(const metrics::RunRecord& record,
                                                 std::string_view name);

/// A figure by the name that metric_value() takes, with that value.
struct MetricValue {
  std::string metric;
  std::optional<double> value;
};

/// Every figure of the run, the short names first, then the JSON's, in its order; but for what is
/// no outcome (the objective). Runs of one scenario have the same names in the same order.
[[nodiscard]] std::vector<MetricValue> metric_values(const metrics::RunRecord& record);

/// Whether a figure of that name is a percentile: `p99_ms`, `services.bank.wait_ms.p50`. It comes
/// from a histogram and is as exact as its buckets are.
[[nodiscard]] bool is_percentile(std::string_view name);

}  // namespace squall::report
