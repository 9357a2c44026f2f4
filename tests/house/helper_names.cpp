#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <sstream>
#include <utility>

#include "tests/house/house.hpp"

namespace squall::house {
namespace {

bool is_of_a_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// `line` behind a `template <...>` and attributes.
std::string_view behind_what_precedes(std::string_view line) {
  if (line.starts_with("template")) {
    const std::size_t end = line.find("> ");
    if (end == line.npos) return {};  // the name is on the next line
    line.remove_prefix(end + 2);
  }
  if (line.starts_with("[[")) line.remove_prefix(std::min(line.find("]] ") + 3, line.size()));
  return line;
}

/// The identifier that ends right before `end`.
std::string_view name_before(std::string_view line, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && is_of_a_name(line[begin - 1])) --begin;
  return line.substr(begin, end - begin);
}

/// The function that a line declares which stands in a namespace, at its beginning; empty for what
/// is none (a line that goes on, a member defined outside of its class).
std::string_view function_in(std::string_view line) {
  line = behind_what_precedes(line);
  if (line.empty() || !is_of_a_name(line.front())) return {};
  const std::size_t end = line.find_first_of("(={;");
  if (end == line.npos || line[end] != '(') return {};
  const std::string_view name = name_before(line, end);
  const std::string_view before =
      line.substr(0, static_cast<std::size_t>(name.data() - line.data()));
  const bool is_own = !before.empty() && !before.ends_with("::") && !before.ends_with('~');
  return is_own ? name : std::string_view{};
}

struct Place {
  std::string path;
  int line = 0;
};

/// Calls f with each function that the file's anonymous namespaces hold.
template <typename Function>
void for_each_helper(const SourceFile& file, Function f) {
  const std::string code = blanked(file.text, true);
  std::istringstream lines(code);
  std::string line;
  std::vector<bool> is_anonymous;  // the namespaces that are open
  std::size_t depth = 0;           // of braces
  for (int number = 1; std::getline(lines, line); ++number) {
    const bool is_preprocessed = line.starts_with('#');
    const bool opens = line.starts_with("namespace");
    if (opens)
      is_anonymous.push_back(line.starts_with("namespace {"));
    else if (!is_preprocessed && depth == is_anonymous.size() && depth > 0 && is_anonymous.back()) {
      if (const std::string_view name = function_in(line); !name.empty()) f(name, number);
    }
    if (is_preprocessed) continue;
    for (const char c : line) {
      if (c == '{') ++depth;
      if (c == '}' && depth > 0) --depth;
    }
    while (is_anonymous.size() > depth) is_anonymous.pop_back();
  }
}

}  // namespace

std::vector<Finding> check_helper_names(const std::vector<SourceFile>& files) {
  // The modules of which many files are one translation unit (UNITY in their CMakeLists.txt), and
  // the command.
  constexpr std::array<std::string_view, 11> modules = {
      "base",  "policy",           "scenario", "lint", "metrics", "model",
      "study", "study/validation", "report",   "task", "cli"};
  std::map<std::pair<std::string, std::string>, Place> first;  // of a module and a name
  std::vector<Finding> findings;
  for (const SourceFile& file : files) {
    const std::string module = module_of(file.path);
    if (!file.path.ends_with(".cpp") || std::ranges::find(modules, module) == modules.end())
      continue;
    for_each_helper(file, [&](std::string_view name, int line) {
      const auto [place, is_new] =
          first.try_emplace({module, std::string(name)}, Place{file.path, line});
      if (is_new || place->second.path == file.path) return;
      findings.push_back({file.path, line,
                          "'" + std::string(name) + "' is a function in " + place->second.path +
                              ':' + std::to_string(place->second.line) + " too"});
    });
  }
  return findings;
}

}  // namespace squall::house
