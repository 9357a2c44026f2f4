#pragma once

#include <optional>
#include <string>

#include "squall/base/result.hpp"
#include "squall/scenario/node.hpp"

namespace squall::cli {

/// The text of a scenario, and where it came from.
struct ScenarioSource {
  std::string text;
  std::string file;                   ///< as it is named in messages
  std::optional<std::string> folder;  ///< that the files it names are relative to; none: no files
};

/// Finds `what`: standard input for `-`; a file; or a shipped scenario where no file has that name.
/// The error for what is none of them offers the nearest shipped name.
[[nodiscard]] Result<ScenarioSource> find_scenario(const std::string& what);

/// What the user names: the text of a file, or standard input for `-`. Not a shipped scenario.
[[nodiscard]] Result<ScenarioSource> read_source(const std::string& what);

/// JSON if the file's extension or, for one that says neither YAML nor JSON, the text's beginning
/// says so; YAML otherwise.
[[nodiscard]] bool reads_as_json(const ScenarioSource& source);

/// By the same rule.
[[nodiscard]] Result<scenario::Node> parse_scenario(const ScenarioSource& source);

}  // namespace squall::cli
