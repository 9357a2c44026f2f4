#pragma once

#include <string_view>

namespace squall {

/// `text` without the UTF-8 byte order mark that some editors and spreadsheets put in front.
[[nodiscard]] constexpr std::string_view without_byte_order_mark(std::string_view text) noexcept {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  if (text.starts_with(mark)) text.remove_prefix(mark.size());
  return text;
}

}  // namespace squall
