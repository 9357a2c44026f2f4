#pragma once

#include <string>
#include <string_view>

namespace squall::scenario {

/// Whether a UTF-8 character can get lost or be taken for a line's end: controls, the separators
/// of lines and paragraphs, marks of direction, the byte order mark.
[[nodiscard]] bool is_delicate(std::string_view character) noexcept;

/// Appends `text` in double quotes, escaped so that both JSON and YAML read it back. Bytes that are
/// not UTF-8 become U+FFFD.
void append_quoted(std::string_view text, std::string& out);

}  // namespace squall::scenario
