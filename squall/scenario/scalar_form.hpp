#pragma once

#include <string_view>

/// What a plain scalar is taken for, after the core schema of YAML 1.2.
namespace squall::scenario {

/// `~`, `null`, `Null`, `NULL`, or nothing.
[[nodiscard]] bool is_null_form(std::string_view text) noexcept;

/// `true`, `false`, and with a capital or in capitals.
[[nodiscard]] bool is_bool_form(std::string_view text) noexcept;

/// A whole or decimal number, hexadecimal, octal, an infinity or not-a-number.
[[nodiscard]] bool is_number_form(std::string_view text) noexcept;

/// A number as JSON writes it.
[[nodiscard]] bool is_json_number(std::string_view text) noexcept;

/// Whether a text has to be quoted so that it is not taken for something else.
[[nodiscard]] inline bool needs_quotes(std::string_view text) noexcept {
  return is_null_form(text) || is_bool_form(text) || is_number_form(text);
}

}  // namespace squall::scenario
