#include <algorithm>
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
    if (end == line.npos) return {};  // the function is on the next line
    line.remove_prefix(end + 2);
  }
  while (line.starts_with("[["))
    line.remove_prefix(std::min(line.find("]] "), line.size() - 3) + 3);
  return line;
}

/// Whether that can stand before the name of a function: a type, and nothing that is open.
bool is_a_type(std::string_view before) {
  if (before.empty() || std::string_view(" *&").find(before.back()) == before.npos) return false;
  for (const std::string_view other :
       {"struct ", "class ", "enum ", "union ", "using ", "operator "}) {
    if (before.starts_with(other) || (other == "operator " && before.find(other) != before.npos))
      return false;
  }
  return std::ranges::count(before, '<') == std::ranges::count(before, '>');
}

/// The function that a line declares which stands in a namespace, at its beginning; empty for what
/// is none (a line that goes on, a member defined outside of its class).
/// @param type_is_above  the line before ends in a type
std::string_view function_in(std::string_view line, bool type_is_above) {
  line = behind_what_precedes(line);
  if (line.empty() || !(is_of_a_name(line.front()) || line.front() == ':')) return {};
  const std::size_t end = line.find_first_of("(={;");
  if (end == line.npos || line[end] != '(') return {};
  std::size_t begin = end;
  while (begin > 0 && is_of_a_name(line[begin - 1])) --begin;
  const bool is_own = begin == 0 ? type_is_above : is_a_type(line.substr(0, begin));
  return is_own ? line.substr(begin, end - begin) : std::string_view{};
}

/// Calls f with the name and the line of each function of a namespace, and whether that is
/// anonymous.
/// @return whether the braces were understood
template <typename Function>
bool for_each_function(const SourceFile& file, Function f) {
  const std::string code = blanked(file.text, true);
  std::istringstream lines(code);
  std::string line;
  std::vector<bool> is_anonymous;  // the namespaces that are open
  std::size_t depth = 0;           // of braces
  bool type_is_above = false;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.starts_with('#')) continue;
    line.erase(line.find_last_not_of(' ') + 1);
    if (line.starts_with("namespace ")) {
      is_anonymous.push_back(line == "namespace {");
    } else if (depth == is_anonymous.size() && depth > 0) {
      const std::string_view name = function_in(line, type_is_above);
      if (!name.empty()) f(name, number, is_anonymous.back());
      type_is_above = !line.empty() && (is_of_a_name(line.front()) || line.front() == '[') &&
                      !line.starts_with("template") && is_a_type(line + ' ') &&
                      line.find_first_of("(;{}=") == line.npos;
    }
    for (const char c : line) {
      if (c == '{') ++depth;
      if (c == '}') {
        if (depth == 0) return false;
        --depth;
      }
    }
    while (is_anonymous.size() > depth) is_anonymous.pop_back();
  }
  return depth == 0;
}

}  // namespace

std::vector<Finding> check_helper_names(const std::vector<SourceFile>& files) {
  using Key = std::pair<std::string, std::string>;  // a module and a name
  std::map<Key, std::vector<Finding>> helpers;
  std::map<Key, std::string> declared;  // in a header: where
  std::vector<Finding> findings;
  for (const SourceFile& file : files) {
    const std::string module = module_of(file.path);
    if (module.empty()) continue;
    const bool is_header = file.path.ends_with(".hpp");
    const bool is_read =
        for_each_function(file, [&](std::string_view name, int line, bool anonymous) {
          const Key key{module, std::string(name)};
          const std::string place = file.path + ':' + std::to_string(line);
          if (is_header && !anonymous) declared.try_emplace(key, place);
          if (!is_header && anonymous) helpers[key].push_back({file.path, line, place});
        });
    if (!is_read)
      findings.push_back({file.path, 1, "has braces that this check does not understand"});
  }
  for (const auto& [key, places] : helpers) {
    auto in_header = declared.find(key);
    if (in_header == declared.end()) in_header = declared.find({"base", key.second});
    const Finding& first = places.front();
    for (const Finding& one : places) {
      const bool is_elsewhere = one.path != first.path;
      if (!is_elsewhere && in_header == declared.end()) continue;
      const std::string& other = is_elsewhere ? first.what : in_header->second;
      findings.push_back(
          {one.path, one.line, "'" + key.second + "' is a function in " + other + " too"});
    }
  }
  return findings;
}

}  // namespace squall::house
