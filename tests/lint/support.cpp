#include "tests/lint/support.hpp"

#include <gtest/gtest.h>

#include "squall/lint/lint.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"

namespace squall::lint {

Linted linted(const std::string& yaml) {
  const Result<scenario::Node> document = scenario::parse_yaml(yaml, "my.yaml");
  if (!document) {
    ADD_FAILURE() << document.error().text();
    return {};
  }
  Result<scenario::Bundle> bundle = scenario::build(*document, {});
  if (!bundle) {
    ADD_FAILURE() << bundle.error().text();
    return {};
  }
  Linted made{.bundle = std::move(*bundle), .findings = {}};
  made.findings = lint(made.bundle, *document);
  return made;
}

std::vector<Finding> found(const std::string& yaml, Code code) {
  std::vector<Finding> findings = linted(yaml).findings;
  std::erase_if(findings, [code](const Finding& finding) { return finding.code != code; });
  return findings;
}

std::string arithmetic_of(const std::string& yaml, Code code) {
  const std::vector<Finding> findings = found(yaml, code);
  if (findings.empty()) return "no finding";
  if (findings.size() == 1) return findings.front().arithmetic;
  std::string all = std::to_string(findings.size()) + " findings:";
  for (const Finding& finding : findings) all += "\n" + finding.arithmetic;
  return all;
}

}  // namespace squall::lint
