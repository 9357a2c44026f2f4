#pragma once

#include <string>
#include <string_view>

namespace squall::cli {

/// `text` in lines of at most `width` columns, broken at blanks, the second and later ones indented
/// by two; each ends with a newline. A word that is wider than a line keeps one for itself.
[[nodiscard]] std::string wrapped(std::string_view text, int width);

}  // namespace squall::cli
