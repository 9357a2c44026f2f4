#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "squall/scenario/node.hpp"
#include "squall/scenario/scalar_form.hpp"

/// Making documents by hand.
namespace squall::scenario {

/// A number, a quantity or a word of the format.
[[nodiscard]] inline Node plain(std::string text) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  return node;
}

[[nodiscard]] inline Node plain(std::uint64_t number) { return plain(std::to_string(number)); }

[[nodiscard]] inline Node truth(bool value) { return plain(std::string(value ? "true" : "false")); }

/// Text that must be read back as text.
[[nodiscard]] inline Node text_node(std::string text) {
  Node node = plain(std::move(text));
  node.quoted = needs_quotes(node.text);
  return node;
}

[[nodiscard]] inline Node list_node() {
  Node node;
  node.kind = Node::Kind::list;
  return node;
}

[[nodiscard]] inline Node map_node() {
  Node node;
  node.kind = Node::Kind::map;
  return node;
}

/// REQUIRES that `map` has no such key yet.
inline void put(Node& map, std::string_view key, Node value) {
  map.members.push_back({std::string(key), 0, std::move(value)});
}

[[nodiscard]] inline Node map_of(std::string_view key, Node value) {
  Node map = map_node();
  put(map, key, std::move(value));
  return map;
}

}  // namespace squall::scenario
