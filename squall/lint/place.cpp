#include "squall/lint/place.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace squall::lint {

using scenario::Node;

Place place_of(const Node& document, std::string_view key) {
  Place place{.file = document.file, .line = document.line};
  const Node* at = &document;
  while (!key.empty()) {
    const std::size_t dot = std::min(key.find('.'), key.size());
    const std::string_view part = key.substr(0, dot);
    key.remove_prefix(std::min(dot + 1, key.size()));
    const Node* next = nullptr;
    int line = 0;
    if (at->kind == Node::Kind::map) {
      for (const Node::Member& member : at->members) {
        if (member.key != part) continue;
        next = &member.value;
        line = member.line;  // of the key: its value may begin a line further down
      }
    } else if (at->kind == Node::Kind::list) {
      std::size_t index = 0;
      const auto parsed = std::from_chars(part.data(), part.data() + part.size(), index);
      if (parsed.ec == std::errc{} && index < at->items.size()) next = &at->items[index];
    }
    if (next == nullptr) break;
    at = next;
    if (line == 0) line = next->line;
    if (line > 0) place.line = line;
    if (!next->file.empty()) place.file = next->file;
  }
  if (place.file == "--set") place.line = 0;
  return place;
}

}  // namespace squall::lint
