#pragma once

#include <optional>
#include <string>
#include <vector>

#include "squall/metrics/run_record.hpp"

/// A comparison as JSON: the result's one machine-readable shape, byte-identical on every compiler.
namespace squall::report {

/// The version of the shape; it changes when a key changes its meaning or goes.
inline constexpr int json_format = 1;

/// The whole comparison, indented by two blanks, a newline at the end; a list of numbers stands on
/// as few lines as it can. Times in milliseconds carry their nanoseconds as decimals. What does not
/// exist (a percentile of nothing, a recovery that was none) is null, never 0; so is a percentile
/// of `ok_within_ms` that falls among the requests that did not end ok. A name that is not UTF-8
/// has its stray bytes replaced.
///
/// With several replications the totals are of all of them together and the series that of the mean
/// run; `estimates`, `verdicts` and `worlds` of each variant and `paired` tell them apart. What
/// those say is in docs/statistics.md.
[[nodiscard]] std::string to_json(const metrics::Comparison& comparison);

/// "recovered" and so on, as in the JSON.
[[nodiscard]] const char* text_of(metrics::Verdict::State state);

/// "no_steady_state" and so on, as in the JSON.
[[nodiscard]] const char* text_of(metrics::WarmupRecord::State state);

/// One leaf of a variant's JSON, the series apart.
struct Figure {
  std::string kind;    ///< "workloads", "calls", "services", "queues", "verdict", "engine", "run"
  std::string name;    ///< of the workload and so on; empty for the kinds that have one thing only
  std::string metric;  ///< "ok", "latency_ms.p99"
  std::string text;    ///< the value as in the JSON, strings without quotes; empty for null
  std::optional<double> value;  ///< if it is a number

  /// "workloads.shoppers.latency_ms.p99", as it lies in the variant's JSON.
  [[nodiscard]] std::string path() const;
};

/// All of them, in the order of the JSON.
[[nodiscard]] std::vector<Figure> figures_of(const metrics::RunRecord& record);

}  // namespace squall::report
