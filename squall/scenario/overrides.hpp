#pragma once

#include <string>
#include <string_view>

#include "squall/scenario/load.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::scenario {

/// A value on one line: a plain scalar as it is, all else as JSON.
[[nodiscard]] std::string to_inline(const Node& value);

/// The value of such a line: what starts like a JSON list, map or string must be one, the rest is
/// a plain scalar. @param file  for messages.
[[nodiscard]] Result<Node> from_inline(std::string_view text, const std::string& file);

/// Changes on their way into a document: an error names the override that failed.
[[nodiscard]] Result<void> apply_overrides(Node& document, const std::vector<Override>& overrides);

}  // namespace squall::scenario
