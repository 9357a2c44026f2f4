// What prints a text and runs nothing: scenarios, help and version.
#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/shipped_scenarios.hpp"
#include "cli/write_output.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"

namespace squall::cli {
namespace {

Result<std::string> description_of(const ShippedScenario& shipped) {
  const Result<scenario::Node> document =
      scenario::parse_yaml(shipped.text, std::string(shipped.name) + ".yaml");
  if (!document) return fail(document.error());
  const scenario::Node* description = document->find("description");
  return description == nullptr ? std::string() : description->text;
}

Result<Outcome> print_one(const std::string& name) {
  const ShippedScenario* shipped = find_shipped(name);
  if (shipped != nullptr) return print(shipped->text);
  Error error{.message = "no shipped scenario has this name", .file = name};
  if (const std::string_view nearest = nearest_shipped(name); !nearest.empty()) {
    error.message += fmt::format("; did you mean '{}'?", nearest);
  } else {
    error.message += "; 'squall scenarios' lists them";
  }
  return fail(std::move(error));
}

}  // namespace

Result<Outcome> execute(const ScenariosCommand& command) {
  if (command.name) return print_one(*command.name);
  std::size_t width = 0;
  for (const ShippedScenario& one : shipped_scenarios()) width = std::max(width, one.name.size());
  std::string list;
  for (const ShippedScenario& one : shipped_scenarios()) {
    if (command.names_only) {
      list += fmt::format("{}\n", one.name);
      continue;
    }
    const Result<std::string> description = description_of(one);
    if (!description) return fail(description.error());
    list += fmt::format("{:<{}}  {}\n", one.name, width, *description);
  }
  return print(list);
}

Result<Outcome> execute(const TextCommand& command) { return print(command.text); }

}  // namespace squall::cli
