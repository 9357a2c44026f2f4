#include "cli/terminal.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace squall::cli {
namespace {

constexpr int width_without_terminal = 100;
constexpr int width_min = 40;
constexpr int width_max = 1000;

/// Empty when unset.
std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool is_dumb() { return variable("TERM") == "dumb"; }

/// 0 when it does not say.
int width_of(int fd) {
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int width_from_environment() {
  const std::string_view text = variable("COLUMNS");
  int width = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), width);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
  return whole ? width : 0;
}

}  // namespace

bool output_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

bool errors_are_on_terminal() { return ::isatty(STDERR_FILENO) == 1 && !is_dumb(); }

bool output_has_colours() {
  return output_is_terminal() && !is_dumb() && variable("NO_COLOR").empty();
}

bool errors_have_colours() { return errors_are_on_terminal() && variable("NO_COLOR").empty(); }

int output_width() {
  int width = width_from_environment();
  if (width <= 0) width = width_of(STDOUT_FILENO);
  if (width <= 0) width = width_without_terminal;
  return std::clamp(width, width_min, width_max);
}

int errors_width() {
  constexpr int usual = 80;
  const int width = width_of(STDERR_FILENO);
  return width > 0 ? std::clamp(width, width_min, width_max) : usual;
}

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view value = variable(name);
    if (value.empty()) continue;
    std::string lower;
    for (const char c : value) {
      lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return lower.find("utf-8") != lower.npos || lower.find("utf8") != lower.npos;
  }
  return false;
}

}  // namespace squall::cli
