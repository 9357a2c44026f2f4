#pragma once

#include <span>
#include <string_view>

namespace squall::cli {

/// A file of the web pages that is part of the command.
struct WebAsset {
  std::string_view path;  ///< below the folder of the pages: "report.html", "playground/index.html"
  std::string_view media_type;  ///< as in the header Content-Type: "text/html; charset=utf-8"
  std::string_view bytes;       ///< the whole file
};

/// All of them, by path; none where the command was built without Node. Defined in a source that
/// the build makes of what web/ was built into.
[[nodiscard]] std::span<const WebAsset> web_assets() noexcept;

/// The one of exactly that path, or nullptr.
[[nodiscard]] const WebAsset* find_web_asset(std::string_view path) noexcept;

}  // namespace squall::cli
