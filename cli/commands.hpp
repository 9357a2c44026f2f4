#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/exit_status.hpp"
#include "cli/load_scenario.hpp"
#include "cli/study_options.hpp"
#include "cli/trace_file.hpp"
#include "squall/base/result.hpp"

/// What a user can ask for, as data, and the functions that do it.
namespace squall::cli {

/// Where results go besides the table on standard output.
struct ResultOptions {
  std::optional<std::string> json;  ///< a file, or `-`: standard output, in place of the table
  std::optional<std::string> csv;   ///< a folder
  std::optional<std::string> html;  ///< a file, or `-`, as `json`
  std::string invocation;           ///< what was typed, for the page
  TraceRequest trace;
  bool quiet = false;  ///< no table, no progress
  bool no_colour = false;
};

struct CompareCommand {
  ScenarioRequest scenario{.what = "tutorial-bursts"};
  StudyRequest study;
  ResultOptions results;
};

struct RunCommand {
  ScenarioRequest scenario;
  std::string variant;  ///< empty: the scenario without any variant's changes
  StudyRequest study;
  ResultOptions results;
};

struct CheckCommand {
  /// What standard output gets: the scenario (its findings then go to standard error), or the
  /// findings alone.
  enum class Format { text, json, sarif };
  ScenarioRequest scenario;
  Format format = Format::text;
  bool document_as_json = false;     ///< of the scenario, which is YAML otherwise
  bool strict = false;               ///< a warning or an error is a failure
  std::vector<std::string> allowed;  ///< codes of findings to leave out; execute() checks them
  bool quiet = false;                ///< print nothing when all is well
  bool no_colour = false;
};

struct ScenariosCommand {
  std::optional<std::string> name;  ///< print this one; nothing: list them
  bool names_only = false;          ///< list the bare names, for completion
};

/// Options as written; execute() says what is wrong with them.
struct ValidateCommand {
  bool thorough = false;
  bool list = false;                    ///< list the cases and run none
  bool names_only = false;              ///< list their bare names, for completion
  std::optional<std::string> scenario;  ///< print the scenario of this case and run none
  std::vector<std::string> cases;       ///< run these; empty: all
  std::optional<std::string> seed;
  std::optional<std::string> jobs;
  std::optional<std::string> z_max;
  std::optional<std::string> json;      ///< a file, or `-`: standard output, in place of the table
  std::optional<std::string> markdown;  ///< likewise
  bool quiet = false;                   ///< no table, no progress
  bool no_colour = false;
};

/// As written; execute() says what is wrong with it.
struct ImportCommand {
  std::string format;
  std::vector<std::string> files;     ///< `-`: standard input
  std::optional<std::string> into;    ///< a scenario, which is printed with the policy in it
  std::optional<std::string> call;    ///< there: CALLER->CALLEE
  std::optional<std::string> policy;  ///< only this one
};

/// As written; execute() says what is wrong with it.
struct ServeCommand {
  std::optional<std::string> port;       ///< 0: any that is free
  std::optional<std::string> host;       ///< an address of this machine
  std::optional<std::string> export_to;  ///< a folder: write the pages there and serve nothing
  bool open = false;                     ///< open the page in a browser
  bool quiet = false;                    ///< print the address and nothing else
};

/// Help, or the version.
struct TextCommand {
  std::string text;
};

using Command = std::variant<CompareCommand, RunCommand, CheckCommand, ScenariosCommand,
                             ValidateCommand, ImportCommand, ServeCommand, TextCommand>;

/// Each does its work, results on standard output and all else on standard error, but for the error
/// that it returns.
[[nodiscard]] Result<Outcome> execute(const CompareCommand& command);
[[nodiscard]] Result<Outcome> execute(const RunCommand& command);
[[nodiscard]] Result<Outcome> execute(const CheckCommand& command);
[[nodiscard]] Result<Outcome> execute(const ScenariosCommand& command);
[[nodiscard]] Result<Outcome> execute(const ValidateCommand& command);
[[nodiscard]] Result<Outcome> execute(const ImportCommand& command);
[[nodiscard]] Result<Outcome> execute(const ServeCommand& command);
[[nodiscard]] Result<Outcome> execute(const TextCommand& command);

}  // namespace squall::cli
