#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// The rules of the house that no compiler checks, as functions from a file's text to findings.
/// Each takes the path relative to the repository ("squall/policy/breaker.cpp"), because the path
/// decides which rules apply, and the text, so that a test can show that a rule does bite.
namespace squall::house {

struct Finding {
  std::string path;
  int line = 0;  ///< from 1
  std::string what;

  friend bool operator==(const Finding&, const Finding&) = default;
};

/// One finding a line, as `path:line: what`; what a failing test prints.
[[nodiscard]] std::string text_of(const std::vector<Finding>& findings);

/// The text with comments, and the contents of string and character literals if `strings` is set,
/// replaced by blanks. Lines and columns stay where they were.
[[nodiscard]] std::string blanked(std::string_view text, bool strings);

/// The module a path below squall/ belongs to ("policy", "scenario/yaml"), "cli" for the command,
/// "wasm" for the engine in a browser; empty for every other path.
[[nodiscard]] std::string module_of(std::string_view path);

/// Who may include whom, and which module may touch which library.
[[nodiscard]] std::vector<Finding> check_includes(std::string_view path, std::string_view text);

/// What would make a result depend on the machine, the C library or the hour: in the modules that
/// compute results (base, policy, scenario, sim, metrics, model) only.
[[nodiscard]] std::vector<Finding> check_determinism(std::string_view path, std::string_view text);

/// Length, tab characters, markers of unfinished work. What stands in a literal is no such marker.
[[nodiscard]] std::vector<Finding> check_form(std::string_view path, std::string_view text);

/// Tests of a folder may be compiled as one translation unit (SQUALL_UNITY), so what a
/// *_test.cpp has for itself stands in a namespace of the file's name. Others may be opened for
/// what is looked up there.
[[nodiscard]] std::vector<Finding> check_test_namespace(std::string_view path,
                                                        std::string_view text);

struct SourceFile {
  std::string path;  ///< relative to the root, with forward slashes
  std::string text;
};

/// Files of a module may be compiled as one translation unit (SQUALL_UNITY), so a function in an
/// anonymous namespace has a name that no other file there gives to one, and that no header of the
/// module or of base declares: else a call could choose the other one without a word. (Types and
/// constants of one name do not compile, unless they are the same.) Read line by line, as
/// clang-format writes it.
[[nodiscard]] std::vector<Finding> check_helper_names(const std::vector<SourceFile>& files);

/// All C++ files below these folders of root, by path. A folder that is not there has none.
[[nodiscard]] std::vector<SourceFile> source_files(const std::filesystem::path& root,
                                                   std::initializer_list<std::string_view> folders);

}  // namespace squall::house
