#pragma once

namespace squall {

/// The version of the library and of the command: major.minor.patch.
[[nodiscard]] const char* version() noexcept;

}  // namespace squall
