#pragma once

#include <string>
#include <string_view>

#include "squall/scenario/node.hpp"

namespace squall::scenario {

/// The text of a Java .properties file -> a map of its keys, each as written. Comments (`#`, `!`),
/// continued lines and `key=value`, `key: value`, `key value`. Errors carry file and line.
[[nodiscard]] Result<Node> parse_properties(std::string_view text, const std::string& file);

}  // namespace squall::scenario
