#pragma once

#include "cli/commands.hpp"
#include "squall/base/result.hpp"

namespace squall::cli {

/// What main() was given -> what is asked for. The error names the word that is wrong and the
/// nearest one that is right.
[[nodiscard]] Result<Command> parse_command_line(int argc, const char* const* argv);

}  // namespace squall::cli
