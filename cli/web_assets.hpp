#pragma once

#include <span>
#include <string_view>

/// The front end (web/) as it was built into the command.
namespace squall::cli {

struct WebAsset {
  std::string_view path;  ///< "report.html", "playground/index.html"
  std::string_view media_type;
  std::string_view bytes;
};

/// All of them; none where the command was built without Node.
[[nodiscard]] std::span<const WebAsset> web_assets() noexcept;

/// The asset of that path; nullptr where there is none.
[[nodiscard]] const WebAsset* find_web_asset(std::string_view path) noexcept;

}  // namespace squall::cli
