#pragma once

#include <optional>
#include <string>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/scenario/node.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::cli {

/// Which scenario the user wants, and what of it to change.
struct ScenarioRequest {
  /// A file (YAML, or JSON by its extension or its beginning), `-` for standard input, or the name
  /// of a shipped scenario where there is no file of that name.
  std::string what;
  std::vector<std::string> assignments;  ///< of --set: PATH=VALUE, the value being YAML
  std::optional<std::string> seed;       ///< of --seed, as written
};

struct LoadedScenario {
  scenario::Bundle bundle;
  scenario::Node document;  ///< that it was built from, with the changes; knows the lines
  std::string file;         ///< as it is named in messages
  std::string text;         ///< as it was written, without the changes
};

struct ScenarioSource;

/// Builds a document. Files that it names are read from the folder of its source.
[[nodiscard]] Result<scenario::Bundle> build_document(const scenario::Node& document,
                                                      const ScenarioSource& source);

/// Reads, changes and builds. The changes go into the base document, in the order given, the seed
/// last, before the variants are made of it. Files that the scenario names are read from its own
/// folder: the current one for standard input, none for a shipped scenario.
///
/// `expect` is held against what the scenario has: a metric that no run of it can have is an error
/// now and not after the run.
[[nodiscard]] Result<LoadedScenario> load_scenario(const ScenarioRequest& request);

/// Writes to standard error what it says that is allowed but cannot be meant.
void warn_about(const LoadedScenario& scenario);

}  // namespace squall::cli
