#include "cli/wrapped.hpp"

#include <algorithm>

#include "squall/report/text.hpp"

namespace squall::cli {

std::string wrapped(std::string_view text, int width) {
  constexpr std::string_view indent = "  ";
  const auto room = static_cast<std::size_t>(std::max(width, 1));
  std::string lines;
  std::size_t used = 0;  // columns of the line under way; 0 where it has no word yet
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t columns = report::display_width(word);
    if (used > 0 && used + 1 + columns > room) {
      lines += '\n';
      lines += indent;
      used = indent.size();
    } else if (used > 0) {
      lines += ' ';
      ++used;
    }
    lines += word;
    used += columns;
  }
  return lines + '\n';
}

}  // namespace squall::cli
