#include "cli/http_request.hpp"

#include <algorithm>
#include <charconv>

namespace squall::cli {
namespace {

HttpReading refused(int status) {
  return {.state = HttpReading::State::refused, .request = {}, .bytes = 0, .status = status};
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return lower(c); });
  return result;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_token(std::string_view text) {
  static constexpr std::string_view signs = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || signs.find(c) != signs.npos;
  });
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// `GET /path?query HTTP/1.1`. @return 0, or the status that refuses it
int read_first_line(std::string_view line, HttpRequest& request) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == line.npos || first == last) return 400;
  const std::string_view method = line.substr(0, first);
  std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!version.starts_with("HTTP/")) return 400;
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return 505;
  if (!is_token(method) || std::ranges::any_of(target, is_control)) return 400;
  request.method = method;
  request.keeps_open = version == "HTTP/1.1";
  constexpr std::string_view scheme = "http://";
  if (lower(target.substr(0, scheme.size())) == scheme) {
    target.remove_prefix(scheme.size());
    const std::size_t slash = std::min(target.find_first_of("/?#"), target.size());
    request.host = target.substr(0, slash);
    target.remove_prefix(slash);
    if (request.host.empty()) return 400;
    if (target.empty()) target = "/";
  }
  const auto path = percent_decoded(target.substr(0, target.find('?')));
  if (!path || !path->starts_with('/')) return 400;
  request.path = *path;
  return 0;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      unsigned value = 0;
      const std::string_view digits = text.substr(i + 1, 2);
      const auto [stop, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
      if (error != std::errc() || stop - digits.data() != 2) return std::nullopt;
      c = static_cast<char>(value);
      i += 2;
    }
    if (is_control(c)) return std::nullopt;
    decoded += c;
  }
  return decoded;
}

HttpReading read_http_request(std::string_view bytes) {
  constexpr std::string_view line_end = "\r\n";
  std::string_view rest = bytes.substr(0, http_head_bytes_max);
  HttpRequest request;
  bool first = true;
  bool has_host = false;
  for (;;) {
    const std::size_t end = rest.find(line_end);
    if (end > http_line_bytes_max && first && rest.size() > http_line_bytes_max)
      return refused(414);
    if (end == rest.npos) {
      return bytes.size() >= http_head_bytes_max ? refused(431) : HttpReading{};
    }
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + line_end.size());
    if (first) {
      if (const int status = read_first_line(line, request); status != 0) return refused(status);
      first = false;
      continue;
    }
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == line.npos || !is_token(line.substr(0, colon))) return refused(400);
    const std::string name = lower(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (std::ranges::any_of(value, [](char c) { return is_control(c) && c != '\t'; })) {
      return refused(400);
    }
    if (name == "host") {
      if (has_host) return refused(400);
      has_host = true;
      // An absolute address comes before the field.
      if (request.host.empty()) request.host = value;
    } else if (name == "if-none-match") {
      request.if_none_match = value;
    } else if (name == "connection") {
      const std::string wish = lower(value);
      if (wish.find("close") != wish.npos) request.keeps_open = false;
    } else if ((name == "content-length" && value != "0") || name == "transfer-encoding") {
      request.keeps_open = false;
    }
  }
  return {.state = HttpReading::State::whole,
          .request = std::move(request),
          .bytes = bytes.substr(0, http_head_bytes_max).size() - rest.size(),
          .status = 0};
}

}  // namespace squall::cli
