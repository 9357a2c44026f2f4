#pragma once

#include <string>
#include <string_view>

#include "squall/scenario/node.hpp"

namespace squall::lint {

struct Place {
  std::string file;
  int line = 0;  ///< 0 when unknown: of --set there are no lines
};

/// Where the value at a dotted path stands in a document, or, where it is not written (a default),
/// as much of its path as is.
[[nodiscard]] Place place_of(const scenario::Node& document, std::string_view key);

}  // namespace squall::lint
