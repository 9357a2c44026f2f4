#include "squall/lint/lint.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "squall/lint/place.hpp"
#include "squall/lint/system.hpp"
#include "squall/scenario/overrides.hpp"

namespace squall::lint {

std::string_view word_of(Severity severity) noexcept {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      return "info";
  }
  return "";
}

std::vector<Finding> lint(const scenario::Scenario& scenario, const scenario::Node& document) {
  System system(scenario);
  Findings findings;
  lint_retries(system, findings);
  lint_timeouts(system, findings);
  lint_budgets(system, findings);
  lint_breakers(system, findings);
  lint_bulkheads(system, findings);
  lint_utilisation(system, findings);
  lint_outliers(system, findings);
  lint_queues(system, findings);
  std::vector<Finding> all = std::move(findings).take();
  Places places(document);
  for (Finding& finding : all) {
    const Place place = places.find(finding.key);
    finding.file = place.file;
    finding.line = place.line;
  }
  return all;
}

std::vector<Finding> lint(const scenario::Bundle& bundle, const scenario::Node& document) {
  if (bundle.variants.empty()) return lint(bundle.base, document);
  std::vector<Finding> all;
  // The line is no part of it: a variant may write again what stands there already.
  std::map<std::tuple<Code, Severity, std::string, std::string, std::string>, std::size_t> known;
  for (const scenario::Variant& variant : bundle.variants) {
    scenario::Node changed = document;
    // They were applied once already, when the bundle was built.
    (void)scenario::apply_overrides(changed, variant.overrides);
    for (Finding& finding : lint(variant.scenario, changed)) {
      const auto [found, is_new] = known.try_emplace(
          {finding.code, finding.severity, finding.key, finding.message, finding.arithmetic},
          all.size());
      if (is_new) all.push_back(std::move(finding));
      std::vector<std::string>& variants = all[found->second].variants;
      if (variants.empty() || variants.back() != variant.name) variants.push_back(variant.name);
    }
  }
  for (Finding& finding : all) {
    if (finding.variants.size() == bundle.variants.size()) finding.variants.clear();
  }
  return all;
}

void remove_allowed(std::vector<Finding>& findings, std::span<const Code> allowed) {
  std::erase_if(findings, [allowed](const Finding& finding) {
    return std::find(allowed.begin(), allowed.end(), finding.code) != allowed.end();
  });
}

Totals totals_of(std::span<const Finding> findings) noexcept {
  Totals totals;
  for (const Finding& finding : findings) {
    switch (finding.severity) {
      case Severity::error:
        ++totals.errors;
        break;
      case Severity::warning:
        ++totals.warnings;
        break;
      case Severity::info:
        ++totals.infos;
        break;
    }
  }
  return totals;
}

}  // namespace squall::lint
