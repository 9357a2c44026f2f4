#pragma once

#include <span>
#include <string>
#include <string_view>

namespace squall::cli {

/// A word as a POSIX shell takes it for exactly that: in quotes where it has to be.
[[nodiscard]] std::string shell_word(std::string_view word);

/// `squall` and the arguments, as one types them.
[[nodiscard]] std::string shell_command(std::span<const char* const> arguments);

}  // namespace squall::cli
