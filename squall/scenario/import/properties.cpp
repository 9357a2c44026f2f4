#include "squall/scenario/import/properties.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "squall/base/byte_order_mark.hpp"
#include "squall/scenario/document_builder.hpp"
#include "squall/scenario/document_text.hpp"

namespace squall::scenario {
namespace {

constexpr std::string_view blanks = " \t\f\r";

std::string_view without_blanks_before(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text;
}

std::string_view without_blanks_behind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

}  // namespace

Result<Node> parse_properties(std::string_view text, const std::string& file) {
  if (std::optional<Error> error = check_text(text, file)) return fail(std::move(*error));
  text = without_byte_order_mark(text);
  DocumentBuilder builder(file);
  if (!builder.start(Node::Kind::map, 1)) return fail(builder.error());
  int line = 0;
  while (!text.empty()) {
    int first = 0;
    std::string whole;
    bool goes_on = true;
    while (goes_on && !text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view part = without_blanks_before(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
      ++line;
      if (first == 0) first = line;
      const bool is_comment = whole.empty() && (part.starts_with('#') || part.starts_with('!'));
      part = without_blanks_behind(part);
      goes_on = !is_comment && part.ends_with('\\');
      if (goes_on) part.remove_suffix(1);
      if (!is_comment) whole += part;
    }
    if (whole.empty()) continue;
    const std::size_t end = std::min(whole.find_first_of("=: \t"), whole.size());
    std::string_view value = without_blanks_before(std::string_view(whole).substr(end));
    if (value.starts_with('=') || value.starts_with(':')) value.remove_prefix(1);
    value = without_blanks_before(value);
    if (!builder.key(whole.substr(0, end), first) ||
        !builder.scalar(std::string(value), false, first)) {
      return fail(builder.error());
    }
  }
  if (!builder.end()) return fail(builder.error());
  return std::move(builder).take();
}

}  // namespace squall::scenario
