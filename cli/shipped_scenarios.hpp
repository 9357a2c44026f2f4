#pragma once

#include <span>
#include <string_view>

namespace squall::cli {

/// A scenario that is part of the command.
struct ShippedScenario {
  std::string_view name;  ///< its file's, without the extension
  std::string_view text;  ///< the whole file, YAML
};

/// All of them, by name; at least one. Defined in a source that the build makes of scenarios/.
[[nodiscard]] std::span<const ShippedScenario> shipped_scenarios() noexcept;

/// The one of that name, or nullptr.
[[nodiscard]] const ShippedScenario* find_shipped(std::string_view name) noexcept;

/// The name that `wrong` was probably meant to be, or an empty one. A folder and an extension of
/// `wrong` do not count.
[[nodiscard]] std::string_view nearest_shipped(std::string_view wrong);

}  // namespace squall::cli
