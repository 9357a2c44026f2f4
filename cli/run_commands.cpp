// compare and run: load, simulate, deliver, and hold against what was expected.
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/expectations.hpp"
#include "cli/progress_bar.hpp"
#include "cli/results.hpp"
#include "cli/warnings.hpp"
#include "cli/write_output.hpp"
#include "squall/study/compare.hpp"

namespace squall::cli {
namespace {

/// The engine knows no files; the scenario is to blame for what it says.
Unexpected in_scenario(Error error, const std::string& file) {
  if (error.file.empty()) error.file = file;
  return fail(std::move(error));
}

/// What the runs of a scenario are called.
std::vector<std::string> names_of(const scenario::Bundle& bundle) {
  std::vector<std::string> names;
  for (const scenario::Variant& variant : bundle.variants) names.push_back(variant.name);
  if (names.empty()) names.emplace_back("base");
  return names;
}

Result<Outcome> conclude(const LoadedScenario& scenario, const metrics::Comparison& comparison,
                         bool of_base, const ResultOptions& options) {
  const Result<void> delivered = deliver(comparison, options);
  if (!delivered) return fail(delivered.error());
  const std::vector<std::string> unmet =
      unmet_expectations(scenario.bundle.expectations, comparison, of_base, scenario.file);
  for (const std::string& line : unmet) write_standard_error(line + '\n');
  return unmet.empty() ? Outcome::done : Outcome::expectation_not_met;
}

}  // namespace

Result<Outcome> execute(const CompareCommand& command) {
  const Result<LoadedScenario> scenario = load_scenario(command.scenario);
  if (!scenario) return fail(scenario.error());
  if (!command.results.quiet) warn_about(scenario->bundle, scenario->file);
  const Result<void> ready =
      check_destinations(command.results, names_of(scenario->bundle), command.scenario.what);
  if (!ready) return fail(ready.error());

  const Result<metrics::Comparison> comparison = [&] {
    ProgressBar bar(!command.results.quiet);
    return study::compare(scenario->bundle, bar.progress());
  }();
  if (!comparison) return in_scenario(comparison.error(), scenario->file);
  return conclude(*scenario, *comparison, scenario->bundle.variants.empty(), command.results);
}

Result<Outcome> execute(const RunCommand& command) {
  const Result<LoadedScenario> scenario = load_scenario(command.scenario);
  if (!scenario) return fail(scenario.error());
  if (!command.results.quiet) warn_about(scenario->bundle, scenario->file);
  const Result<void> ready = check_destinations(
      command.results, {command.variant.empty() ? "base" : command.variant}, command.scenario.what);
  if (!ready) return fail(ready.error());

  const Result<metrics::Comparison> comparison = [&] {
    ProgressBar bar(!command.results.quiet);
    return study::run_one(scenario->bundle, command.variant, bar.progress());
  }();
  if (!comparison) return in_scenario(comparison.error(), scenario->file);
  return conclude(*scenario, *comparison, command.variant.empty(), command.results);
}

}  // namespace squall::cli
