#include "tests/scenario/import_support.hpp"

#include <gtest/gtest.h>

#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario {
namespace {

Result<Imported> import_text(ImportFormat format, std::string_view yaml) {
  Result<std::vector<Node>> documents = parse_yaml_documents(yaml, "in.yaml");
  if (!documents) return fail(documents.error());
  return import_policies(format, std::move(*documents));
}

}  // namespace

Imported imported(ImportFormat format, std::string_view yaml) {
  Result<Imported> result = import_text(format, yaml);
  EXPECT_TRUE(result) << (result ? "" : result.error().text());
  return result ? std::move(*result) : Imported{};
}

std::string import_error(ImportFormat format, std::string_view yaml) {
  const Result<Imported> result = import_text(format, yaml);
  return result ? std::string() : result.error().text();
}

policy::PolicyOptions policy_of(ImportFormat format, std::string_view yaml) {
  const Imported all = imported(format, yaml);
  EXPECT_EQ(all.policies.size(), 1U);
  const Scenario scenario = scenario_of(imported_scenario(all, {}));
  return scenario.policies.empty() ? policy::PolicyOptions{} : scenario.policies.front().options;
}

std::string left_out_of(ImportFormat format, std::string_view yaml) {
  std::string text;
  for (const LeftOut& one : imported(format, yaml).left_out) {
    text += std::to_string(one.line) + ' ' + one.path + ": " + one.reason + '\n';
  }
  return text;
}

}  // namespace squall::scenario
