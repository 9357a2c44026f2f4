#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "squall/scenario/node.hpp"

namespace squall::scenario {

/// YAML text (one document) -> document. Anchors and aliases are expanded within
/// DocumentLimits::nodes_max; merge keys (`<<`), tags and a second document are errors. Never
/// throws; errors carry file and line.
[[nodiscard]] Result<Node> parse_yaml(std::string_view text, const std::string& file);

/// As above, but any number of documents, up to DocumentLimits::documents_max; the bound on values
/// holds for all of them together. Empty ones are skipped; a file of none but such is an error.
[[nodiscard]] Result<std::vector<Node>> parse_yaml_documents(std::string_view text,
                                                             const std::string& file);

}  // namespace squall::scenario
