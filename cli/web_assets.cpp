#include "cli/web_assets.hpp"

namespace squall::cli {

std::span<const WebAsset> web_assets() noexcept { return {}; }

const WebAsset* find_web_asset(std::string_view path) noexcept {
  for (const WebAsset& asset : web_assets()) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

}  // namespace squall::cli
