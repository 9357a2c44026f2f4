#include "squall/lint/place.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace squall::lint {

using scenario::Node;

const Node::Member* Places::member_of(const Node& map, std::string_view key) {
  constexpr std::size_t searched_one_by_one = 16;
  if (map.members.size() <= searched_one_by_one) {
    for (const Node::Member& member : map.members) {
      if (member.key == key) return &member;
    }
    return nullptr;
  }
  const auto [index, is_new] = indexes_.try_emplace(&map);
  if (is_new) {
    for (const Node::Member& member : map.members) index->second.emplace(member.key, &member);
  }
  const auto found = index->second.find(key);
  return found == index->second.end() ? nullptr : found->second;
}

Place Places::find(std::string_view key) {
  Place place{.file = document_.file, .line = document_.line};
  const Node* at = &document_;
  while (!key.empty()) {
    const std::size_t dot = std::min(key.find('.'), key.size());
    const std::string_view part = key.substr(0, dot);
    key.remove_prefix(std::min(dot + 1, key.size()));
    const Node* next = nullptr;
    int line = 0;
    if (at->kind == Node::Kind::map) {
      if (const Node::Member* member = member_of(*at, part)) {
        next = &member->value;
        line = member->line;  // of the key: its value may begin a line further down
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
