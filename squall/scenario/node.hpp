#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "squall/base/result.hpp"

namespace squall::scenario {

/// A document before it means anything: scalars, lists and maps, each with the line it came from.
/// YAML and JSON both become this.
struct Node {
  enum class Kind : unsigned char { null, scalar, list, map };
  struct Member;

  Kind kind = Kind::null;
  std::string text;     ///< of a scalar, as written
  bool quoted = false;  ///< a scalar that was quoted is text, never a number or null
  std::vector<Node> items;
  std::vector<Member> members;  ///< in the order written; keys are unique
  std::string file;  ///< where it came from, "--set" for an override; empty: see the node around it
  int line = 0;      ///< from 1; 0 when unknown

  [[nodiscard]] const Node* find(std::string_view key) const noexcept;
  [[nodiscard]] Node* find(std::string_view key) noexcept;
};

struct Node::Member {
  std::string key;
  int line = 0;
  Node value;
};

/// Bounds on any document, so that a hostile one ends in an error and not in a crash.
struct DocumentLimits {
  static constexpr std::size_t bytes_max = 16U << 20U;
  static constexpr int depth_max = 64;
  static constexpr std::size_t nodes_max = 2'000'000;   ///< after aliases are expanded
  static constexpr std::size_t documents_max = 10'000;  ///< in a file that may hold several
};

}  // namespace squall::scenario
