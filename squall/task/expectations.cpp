#include "squall/task/expectations.hpp"

#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "squall/base/nearest.hpp"
#include "squall/report/json.hpp"
#include "squall/report/metric.hpp"
#include "squall/report/text.hpp"

namespace squall::task {
namespace {

using metrics::RunRecord;
using scenario::Expectation;

/// A run in which nothing happened: it has the figures that any run of the scenario has.
RunRecord blank_run(const scenario::Scenario& scenario) {
  RunRecord run;
  run.is_steady = true;  // or it could not have the figures of one
  for (const auto& workload : scenario.workloads) run.workloads.emplace_back().name = workload.name;
  for (const auto& one : scenario.services) {
    metrics::ServiceRecord& service = run.services.emplace_back();
    service.name = one.name;
    if (one.admission.limiter.index() != 0) service.limit.emplace();
  }
  bool may_degrade = false;
  for (const scenario::Edge& edge : scenario::edges_of(scenario)) {
    metrics::CallRecord& call = run.calls.emplace_back();
    call.name = edge.name;
    if (!edge.call->policy) continue;
    const policy::PolicyOptions& options = scenario.policies[*edge.call->policy].options;
    if (options.limiter.index() != 0) call.limit.emplace();
    call.has_fallback = options.fallback.has_value();
    may_degrade = may_degrade || call.has_fallback;
    if (edge.call->to.kind != scenario::Target::Kind::service) continue;
    const scenario::Index callee = edge.call->to.index;
    call.has_outlier = options.outlier && scenario.services[callee].replicas > 1;
    if (options.propagate_deadline) run.services[callee].may_expire = true;
  }
  for (metrics::WorkloadRecord& workload : run.workloads) workload.may_degrade = may_degrade;
  for (const auto& queue : scenario.queues) run.queues.emplace_back().name = queue.name;
  return run;
}

std::optional<std::string> nearest_metric(const RunRecord& run, std::string_view wrong) {
  std::vector<std::string> names;
  for (const report::MetricName& metric : report::metric_names()) names.emplace_back(metric.name);
  for (const report::Figure& figure : report::figures_of(run)) {
    std::string path = figure.path();
    if (report::is_metric(run, path)) names.push_back(std::move(path));
  }
  return nearest_name(wrong, names);
}

std::string path_of_some_figure(const RunRecord& run) {
  for (const report::Figure& figure : report::figures_of(run)) {
    if (figure.kind == "workloads" && figure.metric == "ok") return figure.path();
  }
  return "simulated_ms";
}

/// @param file  of the scenario
const std::string& file_of(const Expectation& expectation, const std::string& file) {
  return expectation.file.empty() ? file : expectation.file;
}

/// Whether a share is asked to be at least what a share can be: 95 where 95% is meant.
Result<void> check_reach(const Expectation& expectation, const std::string& file) {
  const std::string& metric = expectation.metric;
  const bool is_share = metric.ends_with("_ratio") || metric == "recovered";
  if (!is_share || !expectation.at_least || *expectation.at_least <= 1.0) return {};
  std::string message = fmt::format("wants '{}' to be at least {:.6g}, but it is 1 at most", metric,
                                    *expectation.at_least);
  if (*expectation.at_least <= 100.0) {
    message += fmt::format("; did you mean '{:.6g}%'?", *expectation.at_least);
  }
  return fail(Error{.message = std::move(message),
                    .file = file_of(expectation, file),
                    .line = expectation.line,
                    .key = "expect"});
}

/// @param variant  empty: none in particular
std::optional<std::string> objection_to(const std::string& metric, const std::string& variant,
                                        const RunRecord& run) {
  if (report::is_metric(run, metric)) return std::nullopt;
  std::string message = "a run";
  if (!variant.empty()) message += " of variant '" + variant + "'";
  message += " has no metric '" + metric + "'";
  if (const auto nearest = nearest_metric(run, metric)) {
    message += "; did you mean '" + *nearest + "'?";
  } else {
    message +=
        "; there are short names such as goodput_ratio and p99_ms, and all figures that "
        "--json writes, such as " +
        path_of_some_figure(run);
  }
  return message;
}

Result<void> check_expectation(const Expectation& expectation, const std::string& variant,
                               const RunRecord& run, const std::string& file) {
  std::optional<std::string> objection = objection_to(expectation.metric, variant, run);
  if (!objection) return {};
  return fail(Error{.message = std::move(*objection),
                    .file = file_of(expectation, file),
                    .line = expectation.line,
                    .key = "expect"});
}

std::string number(double value) {
  if (std::isinf(value)) return "never";
  return fmt::format("{:.6g}", value);
}

std::string wanted(const Expectation& expectation) {
  std::string text;
  if (expectation.at_least) text = "at least " + number(*expectation.at_least);
  if (expectation.at_most) {
    if (!text.empty()) text += " and ";
    text += "at most " + number(*expectation.at_most);
  }
  return text;
}

bool is_met(const Expectation& expectation, std::optional<double> value) {
  if (!value) return false;
  if (expectation.at_least && *value < *expectation.at_least) return false;
  return !expectation.at_most || *value <= *expectation.at_most;
}

/// Of one run, or what all replications together say.
std::optional<double> value_of(const metrics::Comparison& comparison, std::size_t variant,
                               const std::string& metric) {
  if (!comparison.study) return report::metric_value(comparison.variants[variant], metric);
  const metrics::FigureEstimate* figure =
      metrics::find_figure(comparison.study->variants[variant], metric);
  return figure == nullptr ? std::nullopt : figure->point;
}

}  // namespace

Result<void> check_expectations(const scenario::Bundle& bundle, const std::string& file) {
  if (bundle.expectations.empty()) return {};
  const RunRecord base = blank_run(bundle.base);
  std::vector<RunRecord> variants;
  variants.reserve(bundle.variants.size());
  for (const auto& variant : bundle.variants) variants.push_back(blank_run(variant.scenario));

  for (const Expectation& expectation : bundle.expectations) {
    Result<void> reachable = check_reach(expectation, file);
    if (!reachable) return reachable;
    if (expectation.variant.empty()) {
      const Result<void> of_base = check_expectation(expectation, "", base, file);
      if (!of_base) return of_base;
    }
    for (std::size_t v = 0; v < variants.size(); ++v) {
      const std::string& name = bundle.variants[v].name;
      if (!expectation.variant.empty() && expectation.variant != name) continue;
      const Result<void> of_variant = check_expectation(expectation, name, variants[v], file);
      if (!of_variant) return of_variant;
    }
  }
  return {};
}

Result<void> check_metric(const std::vector<study::Subject>& subjects, const std::string& metric,
                          const std::string& option) {
  for (const study::Subject& subject : subjects) {
    std::optional<std::string> objection =
        objection_to(metric, subject.name, blank_run(*subject.scenario));
    if (objection) return fail(Error{.message = std::move(*objection), .file = option});
  }
  return {};
}

std::vector<std::string> unmet_expectations(const std::vector<Expectation>& expectations,
                                            const metrics::Comparison& comparison, bool of_base,
                                            const std::string& file) {
  std::vector<std::string> unmet;
  for (const Expectation& expectation : expectations) {
    for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
      const RunRecord& run = comparison.variants[v];
      const bool any = expectation.variant.empty();
      if (!any && (of_base || expectation.variant != run.variant)) continue;
      const std::optional<double> value = value_of(comparison, v, expectation.metric);
      if (is_met(expectation, value)) continue;
      Error error{.file = file_of(expectation, file), .line = expectation.line};
      error.message =
          fmt::format("expectation not met: {}: {} is {}{}, wanted {}", run.variant,
                      expectation.metric, value ? number(*value) : "unknown",
                      comparison.study ? " over all replications" : "", wanted(expectation));
      unmet.push_back(report::printable(error.text(), true));
    }
  }
  return unmet;
}

}  // namespace squall::task
