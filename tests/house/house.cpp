#include "tests/house/house.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <initializer_list>
#include <map>
#include <set>
#include <sstream>

namespace squall::house {
namespace {

constexpr int lines_max = 700;

/// Who may include whom, themselves apart. A new module needs a line here.
const std::map<std::string, std::set<std::string>, std::less<>>& may_include() {
  static const std::map<std::string, std::set<std::string>, std::less<>> table = {
      {"base", {}},
      {"policy", {"base"}},
      {"guard", {"base", "policy"}},
      {"scenario", {"base", "policy"}},
      {"scenario/yaml", {"base", "policy", "scenario"}},
      {"scenario/import", {"base", "policy", "scenario"}},
      {"lint", {"base", "policy", "scenario"}},
      {"sim", {"base"}},
      {"metrics", {"base"}},
      {"model", {"base", "policy", "scenario", "sim", "metrics"}},
      {"study", {"base", "policy", "scenario", "sim", "metrics", "model"}},
      {"study/threads", {"base", "scenario", "metrics", "study"}},
      {"study/validation", {"base", "scenario", "scenario/yaml", "metrics", "study"}},
      {"report", {"base", "metrics"}},
      {"task", {"base", "scenario", "metrics", "model", "study", "report"}},
      {"wasm", {"base", "scenario", "lint", "metrics", "study", "report", "task"}},
      {"live", {"base", "policy", "scenario", "metrics"}},
      {"cli",
       {"base", "policy", "scenario", "scenario/yaml", "scenario/import", "lint", "sim", "metrics",
        "model", "study", "study/threads", "study/validation", "report", "task", "live"}},
  };
  return table;
}

/// Libraries that one module alone may touch.
struct FencedLibrary {
  std::string_view prefix;
  std::string_view module;
};
constexpr std::array<FencedLibrary, 3> fenced_libraries = {{
    {"yaml-cpp/", "scenario/yaml"},
    {"CLI/", "cli"},
    {"grpcpp/", "live"},
}};

const std::set<std::string_view>& modules_that_compute() {
  static const std::set<std::string_view> modules = {"base", "policy", "guard",   "scenario",
                                                     "lint", "sim",    "metrics", "model"};
  return modules;
}

/// Functions of the C library whose last bit differs with its version or the CPU. sqrt is exact.
const std::set<std::string, std::less<>>& libm_functions() {
  static const std::set<std::string, std::less<>> functions = [] {
    std::set<std::string, std::less<>> all;
    for (const char* name : {"acos",  "acosh", "asin",  "asinh",  "atan", "atan2", "atanh", "beta",
                             "cbrt",  "cos",   "cosh",  "erf",    "erfc", "exp",   "exp2",  "exp10",
                             "expm1", "fma",   "hypot", "lgamma", "log",  "log10", "log1p", "log2",
                             "pow",   "pow10", "sin",   "sinh",   "tan",  "tanh",  "tgamma"}) {
      all.insert(name);
      all.insert(std::string(name) + "f");
      all.insert(std::string(name) + "l");
    }
    return all;
  }();
  return functions;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// A name as written, with its qualification: `log`, `std::log`, `::log`, `steady_clock::now`.
struct Name {
  std::string text;
  std::string before;  ///< the word before it, or the sign ("(", "->", ...); empty at the start
  char after = '\0';   ///< the first character after it that is not a blank
  int line = 0;

  [[nodiscard]] std::string_view last() const {
    const std::size_t colon = text.rfind(':');
    return std::string_view(text).substr(colon == std::string::npos ? 0 : colon + 1);
  }
  [[nodiscard]] bool is_qualified() const { return text.find(':') != std::string::npos; }
};

/// REQUIRES code without comments and literals.
std::vector<Name> names_in(std::string_view code) {
  std::vector<Name> names;
  std::string before;
  int line = 1;
  for (std::size_t i = 0; i < code.size();) {
    if (is_space(code[i])) {
      line += code[i] == '\n' ? 1 : 0;
      ++i;
      continue;
    }
    const bool global = code.substr(i, 2) == "::" && i + 2 < code.size() && is_word(code[i + 2]);
    if (!is_word(code[i]) && !global) {
      before = code.substr(i, 2) == "->" ? "->" : std::string(1, code[i]);
      i += before.size();
      continue;
    }
    std::size_t end = i + (global ? 2 : 0);
    while (end < code.size()) {
      if (is_word(code[end])) {
        ++end;
      } else if (code.substr(end, 2) == "::" && end + 2 < code.size() && is_word(code[end + 2])) {
        end += 2;
      } else {
        break;
      }
    }
    std::size_t next = end;
    while (next < code.size() && is_space(code[next])) ++next;
    names.push_back({std::string(code.substr(i, end - i)), before,
                     next < code.size() ? code[next] : '\0', line});
    before = names.back().text;
    i = end;
  }
  return names;
}

/// Whether the name calls into the C library. An own function is called qualified, and with a name
/// of its own; `double log(double)` and `curve.log(x)` do not call.
bool calls_libm(const Name& name) {
  if (!libm_functions().contains(name.last())) return false;
  if (name.text.starts_with("std::") || name.text.starts_with("::")) return true;
  if (name.is_qualified() || name.after != '(') return false;
  if (name.before == "." || name.before == "->") return false;
  return name.before.empty() || !is_word(name.before.front()) || name.before == "return";
}

/// Why the name must not stand in a module that computes results; empty if it may.
std::string objection_to(const Name& name) {
  const std::string& text = name.text;
  const auto holds = [&text](std::string_view part) { return text.find(part) != text.npos; };
  const bool of_std = text.starts_with("std::") || text.starts_with("::std::");
  if (text == "std::function" || text == "::std::function") {
    return text + ": allocates and hides its target; events are values, dispatched by a switch";
  }
  if (name.last().starts_with("unordered_")) {
    return text + ": its order is not defined; use an index, a sorted vector or std::map";
  }
  if (text == "double" && name.before == "long") {
    return "long double: has another width on every platform";
  }
  if (holds("_clock::now") || (name.last() == "time" && of_std)) {
    return text + ": no module reads a clock; the instant is handed in";
  }
  if (of_std && name.last().ends_with("_distribution")) {
    return text + ": every standard library draws differently; use squall/base/distribution.hpp";
  }
  if (holds("mt19937") || holds("minstd_rand") || holds("ranlux") || holds("random_device") ||
      holds("default_random_engine") || text == "std::rand" || text == "std::srand" ||
      text == "std::shuffle" || text == "std::sample") {
    return text + ": draws are keyed; use squall/base/random.hpp";
  }
  if (calls_libm(name)) {
    return text + ": the C library's last bits differ; use squall/base/math.hpp";
  }
  return {};
}

}  // namespace

std::string text_of(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.path + ":" + std::to_string(finding.line) + ": " + finding.what + "\n";
  }
  return text;
}

std::string blanked(std::string_view text, bool strings) {
  std::string out(text);
  const auto blank = [&out](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < std::min(to, out.size()); ++i) {
      if (out[i] != '\n') out[i] = ' ';
    }
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("//")) {
      const std::size_t end = std::min(text.find('\n', i), text.size());
      blank(i, end);
      i = end;
    } else if (rest.starts_with("/*")) {
      const std::size_t close = text.find("*/", i + 2);
      const std::size_t end = close == text.npos ? text.size() : close + 2;
      blank(i, end);
      i = end;
    } else if (rest.starts_with("R\"") && (i == 0 || !is_word(text[i - 1]))) {
      const std::size_t open = std::min(text.find('(', i), text.size());
      const std::string close = ")" + std::string(text.substr(i + 2, open - i - 2)) + "\"";
      const std::size_t found = text.find(close, open);
      const std::size_t end = found == text.npos ? text.size() : found + close.size();
      if (strings) blank(i + 2, end - 1);
      i = end;
    } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !is_word(text[i - 1])))) {
      // A quote after a word is a digit separator: 1'000.
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != text[i] && text[end] != '\n') {
        end += text[end] == '\\' ? 2U : 1U;
      }
      end = std::min(end, text.size());
      if (strings) blank(i + 1, end);
      i = end + 1;
    } else {
      ++i;
    }
  }
  return out;
}

namespace {

/// The text with the contents of literals replaced by blanks; comments stay.
std::string without_literals(std::string_view text) {
  std::string out(text);
  const std::string code = blanked(text, false);
  const std::string bare = blanked(text, true);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (code[i] != bare[i]) out[i] = ' ';
  }
  return out;
}

}  // namespace

std::string module_of(std::string_view path) {
  if (path.starts_with("cli/")) return "cli";
  if (path.starts_with("wasm/")) return "wasm";
  constexpr std::string_view top = "squall/";
  if (!path.starts_with(top)) return {};
  path.remove_prefix(top.size());
  const std::size_t slash = path.rfind('/');
  if (slash == path.npos) return {};
  const std::string folder(path.substr(0, slash));
  // A folder below a module belongs to that module, unless the table knows it as one of its own.
  return may_include().contains(folder) ? folder : folder.substr(0, folder.find('/'));
}

std::vector<Finding> check_includes(std::string_view path, std::string_view text) {
  std::vector<Finding> findings;
  const std::string self = module_of(path);
  const std::string code = blanked(text, false);
  const auto row = may_include().find(self);
  if (row == may_include().end()) {
    return {{std::string(path), 1, "module '" + self + "' is not in the table of tests/house"}};
  }

  int number = 0;
  for (std::string_view line : lines_of(code)) {
    ++number;
    const auto report = [&](const std::string& what) {
      findings.push_back({std::string(path), number, what});
    };
    std::string dense;
    std::copy_if(line.begin(), line.end(), std::back_inserter(dense),
                 [](char c) { return !is_space(c); });
    constexpr std::string_view directive = "#include";
    if (!dense.starts_with(directive) || dense.size() < directive.size() + 2) continue;
    const bool quoted = dense[directive.size()] == '"';
    const std::string target =
        dense.substr(directive.size() + 1, dense.size() - directive.size() - 2);

    for (const FencedLibrary& library : fenced_libraries) {
      if (target.starts_with(library.prefix) && self != library.module) {
        report(target + ": only " + std::string(library.module) + " touches this library");
      }
    }
    if (target.starts_with("squall/")) {
      const std::string other = module_of(target);
      if (other != self && !row->second.contains(other)) {
        report(self + " must not include " + target);
      }
    } else if (quoted && self != "cli") {
      report("\"" + target + "\": write the path from the root, \"squall/...\"");
    } else if (quoted && target.starts_with("tests/")) {
      report(self + " must not include " + target);
    }
  }
  return findings;
}

std::vector<Finding> check_determinism(std::string_view path, std::string_view text) {
  std::vector<Finding> findings;
  if (!modules_that_compute().contains(module_of(path))) return findings;
  for (const Name& name : names_in(blanked(text, true))) {
    std::string what = objection_to(name);
    if (!what.empty()) findings.push_back({std::string(path), name.line, std::move(what)});
  }
  return findings;
}

std::vector<Finding> check_form(std::string_view path, std::string_view text) {
  std::vector<Finding> findings;
  const std::string bare = without_literals(text);
  int number = 0;
  for (std::string_view line : lines_of(bare)) {
    ++number;
    if (line.find('\t') != line.npos) {
      findings.push_back({std::string(path), number, "tab character"});
    }
    for (std::string_view marker : {"TODO", "FIXME", "XXX"}) {
      const std::size_t at = line.find(marker);
      if (at == line.npos) continue;
      const std::size_t end = at + marker.size();
      const bool whole =
          (at == 0 || !is_word(line[at - 1])) && (end == line.size() || !is_word(line[end]));
      if (whole) findings.push_back({std::string(path), number, std::string(marker)});
    }
  }
  if (number > lines_max) {
    findings.push_back({std::string(path), number,
                        "has more than " + std::to_string(lines_max) + " lines; split it"});
  }
  return findings;
}

std::vector<Finding> check_test_namespace(std::string_view path, std::string_view text) {
  constexpr std::string_view ending = "_test.cpp";
  // What is in a fixture is no test of ours.
  if (!path.starts_with("tests/") || !path.ends_with(ending) || path.find("/fixture/") != path.npos)
    return {};
  const std::size_t slash = path.rfind('/');
  const std::string stem(path.substr(slash + 1, path.size() - slash - 1 - 4));
  const std::string code = blanked(text, true);
  int number = 0;
  bool own = false;  // the namespace last opened is of the file's name
  bool found = false;
  for (std::string_view line : lines_of(code)) {
    ++number;
    if (!line.starts_with("namespace ")) continue;
    const std::string_view name = line.substr(10, line.find(' ', 10) - 10);
    if (name != "{") own = name == stem || name.ends_with("::" + stem);
    if (name == "{" && !own) {
      return {{std::string(path), number, "stands in no namespace that ends in ::" + stem}};
    }
    found = found || own;
  }
  if (found) return {};
  return {{std::string(path), 1, "has no namespace that ends in ::" + stem}};
}

std::vector<SourceFile> source_files(const std::filesystem::path& root,
                                     std::initializer_list<std::string_view> folders) {
  std::vector<SourceFile> files;
  for (const std::string_view top : folders) {
    if (!std::filesystem::exists(root / top)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / top)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".hpp" && extension != ".cpp" && extension != ".h") continue;
      std::ostringstream text;
      text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      files.push_back({entry.path().lexically_relative(root).generic_string(), text.str()});
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

}  // namespace squall::house
