#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "squall/scenario/node.hpp"

namespace squall::scenario {

/// The text of a scenario with a policy added and named at calls, everything else as it was. A
/// guess by lines, which the caller has to hold against what it should read as; nothing where the
/// text is laid out in a way that leaves nothing to guess.
/// @param document  that the text reads as
/// @param lines     of the `to` or `publish` of each call
/// @param target    what these name
/// @param block     the policy as an entry of `policies`, not indented
/// @return its lines end as they did; new ones, and a last one without an end, as the first.
[[nodiscard]] std::optional<std::string> edited_text(const Node& document, std::string_view text,
                                                     const std::vector<int>& lines,
                                                     std::string_view target,
                                                     const std::string& block,
                                                     const std::string& name);

/// A text whose lines end with `\n`, with the line ends of the first line of `model`.
[[nodiscard]] std::string with_line_ends_of(std::string_view text, std::string_view model);

}  // namespace squall::scenario
