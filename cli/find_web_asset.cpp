#include <algorithm>

#include "cli/web_assets.hpp"

namespace squall::cli {

const WebAsset* find_web_asset(std::string_view path) noexcept {
  const auto assets = web_assets();
  const auto found = std::ranges::find(assets, path, &WebAsset::path);
  return found == assets.end() ? nullptr : &*found;
}

}  // namespace squall::cli
