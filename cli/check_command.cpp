// check: validate, print, and lint a scenario without running it.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/finding_text.hpp"
#include "cli/terminal.hpp"
#include "cli/write_output.hpp"
#include "squall/base/nearest.hpp"
#include "squall/lint/findings_json.hpp"
#include "squall/lint/lint.hpp"
#include "squall/lint/sarif.hpp"
#include "squall/scenario/load.hpp"

namespace squall::cli {
namespace {

using lint::Finding;

Result<std::vector<lint::Code>> allowed_codes(const std::vector<std::string>& names) {
  std::vector<lint::Code> codes;
  for (const std::string& name : names) {
    if (const lint::Rule* rule = lint::find_rule(name)) {
      codes.push_back(rule->code);
      continue;
    }
    std::vector<std::string_view> known;
    known.reserve(lint::rules.size());
    for (const lint::Rule& rule : lint::rules) known.push_back(rule.name);
    const auto nearest = nearest_name(name, known);
    return fail(Error{.message = fmt::format(
                          "check: no finding has the code '{}'; {}", name,
                          nearest ? "did you mean '" + *nearest + "'?" : "docs/lint.md lists them"),
                      .file = "squall"});
  }
  return codes;
}

std::string document_text(const CheckCommand& command, const scenario::Bundle& bundle) {
  const scenario::Node document = scenario::normalised(bundle);
  std::string text =
      command.document_as_json ? scenario::to_json(document) : scenario::to_yaml(document);
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

}  // namespace

Result<Outcome> execute(const CheckCommand& command) {
  using Format = CheckCommand::Format;
  const Result<std::vector<lint::Code>> allowed = allowed_codes(command.allowed);
  if (!allowed) return fail(allowed.error());
  const Result<LoadedScenario> scenario = load_scenario(command.scenario);
  if (!scenario) return fail(scenario.error());
  warn_about(*scenario);

  std::vector<Finding> findings = lint::lint(scenario->bundle, scenario->document);
  lint::remove_allowed(findings, *allowed);
  const lint::Totals totals = lint::totals_of(findings);
  const bool failed = command.strict && totals.errors + totals.warnings > 0;

  const lint::Subject subject{.scenario = scenario->bundle.base.name, .file = scenario->file};
  std::string text;
  if (command.format == Format::json) {
    text = lint::findings_json(findings, subject);
  } else if (command.format == Format::sarif) {
    text = lint::sarif(findings, subject);
  } else if (!command.quiet) {
    text = document_text(command, scenario->bundle);
  }
  // Asked for by name, they are printed whatever else is left out.
  if (!text.empty()) {
    const Result<void> written = write_standard_output(text);
    if (!written) return fail(written.error());
  }
  // After the scenario, so that on a terminal they are what one sees.
  if (command.format == Format::text && (!command.quiet || failed)) {
    write_standard_error(findings_text(
        findings, scenario->file,
        {.colour = !command.no_colour && errors_have_colours(), .width = errors_width()}));
  }
  return failed ? Outcome::expectation_not_met : Outcome::done;
}

}  // namespace squall::cli
