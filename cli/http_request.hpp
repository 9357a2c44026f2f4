#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace squall::cli {

/// The head of a request of HTTP/1.0 or 1.1, as far as a server of fixed pages wants to know it.
struct HttpRequest {
  std::string method;
  std::string path;           ///< decoded, without the query; begins with '/'
  std::string host;           ///< the field Host, or the authority of an absolute address
  std::string if_none_match;  ///< empty when there is none
  bool keeps_open = true;     ///< whether the connection may be used again afterwards
};

/// What to do with the bytes that have come so far.
struct HttpReading {
  enum class State { incomplete, whole, refused };
  State state = State::incomplete;
  HttpRequest request;    ///< of `whole`
  std::size_t bytes = 0;  ///< of `whole`: how many the head takes
  int status = 0;         ///< of `refused`: 400, 414, 431, 505
};

/// The longest head, first line included; a longer one is refused.
inline constexpr std::size_t http_head_bytes_max = 8192;
/// The longest first line.
inline constexpr std::size_t http_line_bytes_max = 4096;

/// Reads the head at the start of `bytes`. Strict: what two programs could read differently (a
/// second Host, a folded field, a blank before a colon) is refused, and a request with a body ends
/// the connection, since the body is never read.
[[nodiscard]] HttpReading read_http_request(std::string_view bytes);

/// %XX -> bytes; nothing where that is malformed or gives a control character.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace squall::cli
