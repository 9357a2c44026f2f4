#pragma once

#include <string>
#include <utility>

#include "squall/base/result.hpp"

namespace squall::cli {

/// What is wrong with an option (`--jobs`) or a file, as an error that begins with its name.
[[nodiscard]] inline Unexpected wrong_with(std::string what, std::string message) {
  return fail(Error{.message = std::move(message), .file = std::move(what)});
}

/// What is wrong with the words of the command.
[[nodiscard]] inline Unexpected wrong(std::string message) {
  return wrong_with("squall", std::move(message));
}

}  // namespace squall::cli
