#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "squall/base/result.hpp"

namespace squall::scenario {

/// What is wrong with the bytes of a document before anyone parses it: none at all, too many, or
/// not UTF-8 text. Nothing when all is well.
[[nodiscard]] std::optional<Error> check_text(std::string_view text, const std::string& file);

/// What is wrong with it as YAML that a parser would take long, much memory or a strange message to
/// refuse: a tab in the indentation, or far too many brackets or values.
[[nodiscard]] std::optional<Error> check_yaml_text(std::string_view text, const std::string& file);

/// The length of the UTF-8 character at the start of `text`; 0 where none stands there (a stray or
/// missing continuation byte, an overlong form, a surrogate, above U+10FFFF, or no byte at all).
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

}  // namespace squall::scenario
