#include "cli/shell_words.hpp"

#include <algorithm>

namespace squall::cli {
namespace {

/// Means nothing to a shell wherever it stands.
bool is_plain(char c) {
  constexpr std::string_view plain = "@%+=:,./-_";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         plain.find(c) != plain.npos;
}

}  // namespace

std::string shell_word(std::string_view word) {
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

std::string shell_command(std::span<const char* const> arguments) {
  std::string command = "squall";
  for (const char* argument : arguments) command += " " + shell_word(argument);
  return command;
}

}  // namespace squall::cli
