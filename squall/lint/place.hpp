#pragma once

#include <map>
#include <string>
#include <string_view>

#include "squall/scenario/node.hpp"

namespace squall::lint {

struct Place {
  std::string file;
  int line = 0;  ///< 0 when unknown: of --set there are no lines
};

/// Finds where things stand in a document, which must outlive it and stay as it is. Large maps are
/// indexed the first time they are looked into.
class Places {
 public:
  explicit Places(const scenario::Node& document) : document_(document) {}

  /// Where the value at a dotted path stands or, where it is not written (a default), as much of
  /// its path as is.
  [[nodiscard]] Place find(std::string_view key);

 private:
  using Index = std::map<std::string_view, const scenario::Node::Member*>;

  [[nodiscard]] const scenario::Node::Member* member_of(const scenario::Node& map,
                                                        std::string_view key);

  const scenario::Node& document_;
  std::map<const scenario::Node*, Index> indexes_;
};

}  // namespace squall::lint
