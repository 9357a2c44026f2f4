#include "squall/scenario/scalar_form.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace squall::scenario {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// Takes the longest run of characters of `set` off the front, and returns how long it was.
std::size_t skip(std::string_view& text, std::string_view set) {
  const std::size_t length = std::min(text.find_first_not_of(set), text.size());
  text.remove_prefix(length);
  return length;
}

bool skip_one(std::string_view& text, std::string_view set) {
  if (text.empty() || set.find(text.front()) == set.npos) return false;
  text.remove_prefix(1);
  return true;
}

constexpr std::string_view digits = "0123456789";

/// The rest after the mantissa: an exponent or nothing.
bool is_exponent(std::string_view text) {
  if (text.empty()) return true;
  if (!skip_one(text, "eE")) return false;
  skip_one(text, "+-");
  return skip(text, digits) > 0 && text.empty();
}

}  // namespace

bool is_null_form(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 5> words = {"", "~", "null", "Null", "NULL"};
  return is_one_of(text, words);
}

bool is_bool_form(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 6> words = {"true",  "True",  "TRUE",
                                                     "false", "False", "FALSE"};
  return is_one_of(text, words);
}

bool is_number_form(std::string_view text) noexcept {
  if (text.starts_with("0x") || text.starts_with("0o")) {
    const bool hexadecimal = text[1] == 'x';
    text.remove_prefix(2);
    return skip(text, hexadecimal ? "0123456789abcdefABCDEF" : "01234567") > 0 && text.empty();
  }
  constexpr std::array<std::string_view, 3> nans = {".nan", ".NaN", ".NAN"};
  if (is_one_of(text, nans)) return true;
  skip_one(text, "+-");
  constexpr std::array<std::string_view, 3> infinities = {".inf", ".Inf", ".INF"};
  if (is_one_of(text, infinities)) return true;
  std::size_t mantissa = skip(text, digits);
  if (skip_one(text, ".")) mantissa += skip(text, digits);
  return mantissa > 0 && is_exponent(text);
}

bool is_json_number(std::string_view text) noexcept {
  skip_one(text, "-");
  const std::string_view whole = text;
  const std::size_t length = skip(text, digits);
  if (length == 0 || (length > 1 && whole.front() == '0')) return false;
  if (skip_one(text, ".") && skip(text, digits) == 0) return false;
  return is_exponent(text);
}

}  // namespace squall::scenario
