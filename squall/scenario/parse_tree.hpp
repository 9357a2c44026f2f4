#pragma once

#include <string>
#include <string_view>

#include "squall/base/result.hpp"
#include "squall/scenario/node.hpp"

namespace squall::scenario {

/// A document that was parsed elsewhere, where yaml-cpp is not (a browser), as JSON text. A value
/// is an object with its line as `n` and, by its kind,
///
///     {"n": 1}                                   null
///     {"n": 1, "s": "text", "q": true}           a scalar; `q` where it was quoted
///     {"n": 1, "l": [value, ...]}                a list
///     {"n": 1, "m": [["key", line, value], ...]} a map, in the order written
///     {"n": 1, "e": "message"}                   what is wrong at this place; a value after it is
///                                                never looked at
///
/// The limits of any document hold, and keys are unique, with the messages of parse_yaml(). Errors
/// carry file and line; text that is no such JSON is an error too.
[[nodiscard]] Result<Node> parse_tree(std::string_view text, const std::string& file);

}  // namespace squall::scenario
