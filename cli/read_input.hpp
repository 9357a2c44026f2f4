#pragma once

#include <cstddef>
#include <string>

#include "squall/base/result.hpp"

/// Whole texts from the disk and from standard input. Errors carry the file as the user named it.
namespace squall::cli {

enum class Accept {
  regular_files,           ///< what a scenario names
  regular_files_and_pipes  ///< what the user names: `squall compare <(generate)` is fine
};

/// The text of a file. Anything that is not of the accepted kind (a directory, a device) or larger
/// than `bytes_max` is an error; so is what does not exist or may not be read. Nothing of a file
/// that is too large is read.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t bytes_max,
                                            Accept accept);

/// What standard input gives until its end. Reads at most `bytes_max` bytes and one more.
/// @param name  for errors
[[nodiscard]] Result<std::string> read_standard_input(const std::string& name,
                                                      std::size_t bytes_max);

}  // namespace squall::cli
