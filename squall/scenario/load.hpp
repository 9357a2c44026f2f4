#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "squall/scenario/node.hpp"
#include "squall/scenario/scenario.hpp"

/// Documents -> validated structs.
namespace squall::scenario {

/// How files that a scenario names (traces, empirical distributions) are read. The library itself
/// opens nothing: the command gives the disk, a browser gives what it was handed.
struct FileReader {
  /// @return the whole text, or an Error of kind `environment` or `input`.
  Result<std::string> (*read)(const void* context, const std::string& path) = nullptr;
  const void* context = nullptr;
};

/// JSON text -> document. Errors carry file and line. Duplicate keys, depth and size are checked.
[[nodiscard]] Result<Node> parse_json(std::string_view text, const std::string& file);

/// A `path=value` of --set, or one override of a variant: replaces the value at the dotted path
/// whole; null removes it. Every part of the path but the last must exist, and so must the name of
/// an entity (services.NAME, policies.NAME, ...).
[[nodiscard]] Result<void> apply_override(Node& document, std::string_view path, Node value);

/// Splits PATH=VALUE; VALUE is read as inline JSON where it is that, as a plain scalar otherwise
/// (the command reads it as YAML first).
[[nodiscard]] Result<std::pair<std::string, std::string>> split_assignment(std::string_view text);

/// Builds base and variants. All errors found are worth fixing, but the first is what is returned.
[[nodiscard]] Result<Bundle> build(const Node& document, const FileReader& files);

/// The document of a scenario with every default filled in; build() of it gives the same scenario.
[[nodiscard]] Node normalised(const Bundle& bundle);

/// Block-style YAML text of a document, and JSON text.
[[nodiscard]] std::string to_yaml(const Node& document);
[[nodiscard]] std::string to_json(const Node& document);

}  // namespace squall::scenario
