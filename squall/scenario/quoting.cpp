#include "squall/scenario/quoting.hpp"

#include "squall/scenario/document_text.hpp"

namespace squall::scenario {
namespace {

/// REQUIRES valid UTF-8 of at most three bytes.
void append_escape(std::string_view character, std::string& out) {
  const auto byte = [character](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(character[i]));
  };
  switch (byte(0)) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  unsigned code = byte(0);
  if (character.size() == 2) code = (byte(0) & 31U) << 6U | (byte(1) & 63U);
  if (character.size() == 3) {
    code = (byte(0) & 15U) << 12U | (byte(1) & 63U) << 6U | (byte(2) & 63U);
  }
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) out += digits[code >> shift & 15U];
}

/// U+2028 and U+2029; U+200E, U+200F, U+202A to U+202E and U+2066 to U+2069, which turn the
/// direction of the line around.
bool is_separator_or_direction(std::string_view character) noexcept {
  if (character.size() != 3 || character[0] != '\xe2') return false;
  const auto last = static_cast<unsigned char>(character[2]);
  if (character[1] == '\x80') return (last >= 0xa8 && last <= 0xae) || last == 0x8e || last == 0x8f;
  return character[1] == '\x81' && last >= 0xa6 && last <= 0xa9;
}

}  // namespace

bool is_delicate(std::string_view character) noexcept {
  if (character.size() == 1) {
    const auto byte = static_cast<unsigned char>(character[0]);
    return byte < 0x20 || byte == 0x7f;
  }
  const bool c1_control = character.size() == 2 && character[0] == '\xc2' &&
                          static_cast<unsigned char>(character[1]) < 0xa0;
  return c1_control || character == "\xef\xbb\xbf" || is_separator_or_direction(character);
}

void append_quoted(std::string_view text, std::string& out) {
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = utf8_length(text.substr(i, 4));
    if (length == 0) {
      out += "\xef\xbf\xbd";
    } else if (byte == '"' || byte == '\\' || is_delicate(text.substr(i, length))) {
      append_escape(text.substr(i, length), out);
    } else {
      out += text.substr(i, length);
    }
    i += length == 0 ? 1 : length;
  }
  out += '"';
}

}  // namespace squall::scenario
