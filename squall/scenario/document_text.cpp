#include "squall/scenario/document_text.hpp"

#include <cstdint>

#include "squall/scenario/node.hpp"

namespace squall::scenario {
namespace {

std::string hex(unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {'0', 'x', digits[byte >> 4U], digits[byte & 15U]};
}

bool is_control(unsigned char byte) {
  return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
}

}  // namespace

std::size_t utf8_length(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  std::uint32_t code = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
    code = code << 6U | (byte(i) & 0x3fU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return overlong || surrogate || code > 0x10ffff ? 0 : length;
}

std::optional<Error> check_text(std::string_view text, const std::string& file) {
  if (text.empty()) return Error{.message = "is empty", .file = file};
  if (text.size() > DocumentLimits::bytes_max) {
    return Error{.message = "is too large: " + std::to_string(text.size() >> 20U) +
                            " MiB, of at most " + std::to_string(DocumentLimits::bytes_max >> 20U),
                 .file = file};
  }
  int line = 1;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = is_control(byte) ? 0 : utf8_length(text.substr(i, 4));
    if (length == 0) {
      return Error{.message = "is not a text file (UTF-8): found the byte " + hex(byte),
                   .file = file,
                   .line = line};
    }
    line += byte == '\n' ? 1 : 0;
    i += length;
  }
  return std::nullopt;
}

// Brackets and commas are counted wherever they stand, in text and comments too, hence the wide
// margins.
std::optional<Error> check_yaml_text(std::string_view text, const std::string& file) {
  constexpr std::int64_t brackets_max = 10'000;
  std::int64_t depth = 0;
  std::size_t marks = 0;
  int line = 1;
  bool line_start = true;
  const auto error = [&](std::string message) {
    return Error{.message = std::move(message), .file = file, .line = line};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (line_start && c == '\t') {
      const std::size_t next = text.find_first_not_of(" \t\r", i);
      const bool blank = next == text.npos || text[next] == '\n' || text[next] == '#';
      if (!blank) return error("a tab in the indentation; indent with spaces");
    }
    line_start = c == '\n' || (line_start && c == ' ');
    if (c == '\n') ++line;
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (depth > brackets_max) {
      return error("is nested deeper than " + std::to_string(DocumentLimits::depth_max) +
                   " levels");
    }
    if (c == ',' || c == '[' || c == '{') ++marks;
    if (marks > DocumentLimits::nodes_max) {
      return error("holds more than " + std::to_string(DocumentLimits::nodes_max) + " values");
    }
  }
  return std::nullopt;
}

}  // namespace squall::scenario
