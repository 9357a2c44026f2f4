#pragma once

#include <string>
#include <string_view>

#include "squall/scenario/node.hpp"

namespace squall::scenario {

/// YAML text (one document) -> document. Anchors and aliases are expanded within
/// DocumentLimits::nodes_max; merge keys (`<<`), tags and a second document are errors. Never
/// throws; errors carry file and line.
[[nodiscard]] Result<Node> parse_yaml(std::string_view text, const std::string& file);

}  // namespace squall::scenario
