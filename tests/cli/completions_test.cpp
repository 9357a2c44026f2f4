// The completions for bash and zsh: they parse, and they know what the command knows.
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/process.hpp"

namespace squall::cli::testing::completions_test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string folder_of_completions = std::string(SQUALL_SOURCE_DIR) + "/completions";
const std::string for_bash = folder_of_completions + "/squall.bash";
const std::string for_zsh = folder_of_completions + "/_squall";

/// Runs it; a shell that is not installed says so.
Ended shell(const std::string& name, std::vector<std::string> arguments,
            const std::string& folder = ".") {
  return run({.program = name, .arguments = std::move(arguments), .folder = folder});
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// What bash offers with the cursor at the end of the last word, the words being split as bash
/// splits them.
std::vector<std::string> offered(const std::vector<std::string>& words,
                                 const std::string& folder = ".") {
  const std::string script =
      "set -u; SQUALL=$1; squall() { \"$SQUALL\" \"$@\"; }; source \"$2\"; shift 2\n"
      "COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _squall\n"
      "((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\"\n";
  std::vector<std::string> arguments = {"--norc", "-c", script, "bash", SQUALL_COMMAND, for_bash};
  arguments.insert(arguments.end(), words.begin(), words.end());
  const Ended ended = shell("bash", std::move(arguments), folder);
  EXPECT_EQ(ended.errors, "");
  return lines_of(ended.output);
}

TEST(BashCompletion, Parses) {
  const Ended ended = shell("bash", {"-n", for_bash});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
}

TEST(BashCompletion, IsRegisteredForTheCommand) {
  const Ended ended =
      shell("bash", {"--norc", "-c", "source \"$1\"; complete -p squall", "bash", for_bash});
  EXPECT_EQ(ended.output, "complete -F _squall squall\n");
}

TEST(BashCompletion, KnowsTheCommands) {
  EXPECT_THAT(offered({"squall", "co"}), ElementsAre("compare"));
  EXPECT_THAT(offered({"squall", "--v"}), ElementsAre("--version"));
}

TEST(BashCompletion, KnowsScenariosAndFiles) {
  const TemporaryFolder folder;
  (void)folder.write("tutorial of mine.yaml", "");
  EXPECT_THAT(offered({"squall", "compare", "tuto"}, folder.path()),
              ElementsAre("tutorial of mine.yaml", "tutorial", "tutorial-bursts"));
  EXPECT_THAT(offered({"squall", "scenarios", "tuto"}, folder.path()),
              ElementsAre("tutorial", "tutorial-bursts"));
  EXPECT_THAT(offered({"squall", "compare", "tutorial", ""}, folder.path()), IsEmpty());
  EXPECT_THAT(offered({"squall", "compare", "--set", "a", "=", "b", "--quiet", "tutorial-"}),
              ElementsAre("tutorial-bursts"));
}

TEST(BashCompletion, KnowsTheValuesOfOptions) {
  const TemporaryFolder folder;
  (void)folder.write("out.json", "");
  std::filesystem::create_directory(folder.path("outs"));
  EXPECT_THAT(offered({"squall", "run", "--json", "o"}, folder.path()),
              ::testing::UnorderedElementsAre("out.json", "outs"));
  EXPECT_THAT(offered({"squall", "run", "--json", "=", "out."}, folder.path()),
              ElementsAre("out.json"));
  EXPECT_THAT(offered({"squall", "run", "--csv", ""}, folder.path()), ElementsAre("outs"));
  EXPECT_THAT(offered({"squall", "check", "--format", "s"}), ElementsAre("sarif"));
  EXPECT_THAT(offered({"squall", "check", "--document", "=", "j"}), ElementsAre("json"));
  EXPECT_THAT(offered({"squall", "check", "--allow", "overl"}),
              ElementsAre("overloaded", "overloaded-by-one-retry"));
  EXPECT_THAT(offered({"squall", "check", "--seed", ""}), IsEmpty());
  EXPECT_THAT(offered({"squall", "validate", "--case", "mm1-b"}), ElementsAre("mm1-busy"));
  EXPECT_THAT(offered({"squall", "validate", "--scenario", "=", "fork"}), ElementsAre("fork-join"));
  EXPECT_THAT(offered({"squall", "validate", ""}), IsEmpty());
}

TEST(BashCompletion, KnowsFormatsAndFilesOfImports) {
  const TemporaryFolder folder;
  (void)folder.write("edge.yaml", "");
  EXPECT_THAT(offered({"squall", "import", "e"}, folder.path()), ElementsAre("envoy"));
  EXPECT_THAT(offered({"squall", "import", "envoy", "e"}, folder.path()), ElementsAre("edge.yaml"));
  EXPECT_THAT(offered({"squall", "import", "envoy", "edge.yaml", "e"}, folder.path()),
              ElementsAre("edge.yaml"));
  EXPECT_THAT(offered({"squall", "import", "envoy", "--into", "tipping"}, folder.path()),
              ElementsAre("tipping-point"));
  EXPECT_THAT(offered({"squall", "import", "envoy", "--call", ""}, folder.path()), IsEmpty());
}

/// The options that the help of a command shows.
std::vector<std::string> options_in_help(const std::string& command) {
  std::vector<std::string> options;
  for (const std::string& line : lines_of(squall({command, "--help"}).output)) {
    const std::size_t at = line.find("--");
    if (at == line.npos || at > 5 || !line.starts_with("  ")) continue;
    options.push_back(line.substr(at, line.find(' ', at) - at));
  }
  return options;
}

TEST(Completions, KnowEveryOption) {
  const std::string zsh = shell("cat", {for_zsh}).output;
  for (const char* command : {"compare", "run", "check", "scenarios", "validate", "import"}) {
    const std::vector<std::string> options = options_in_help(command);
    EXPECT_THAT(options, Contains("--help"));
    EXPECT_THAT(offered({"squall", command, "--"}), ::testing::UnorderedElementsAreArray(options));
    EXPECT_THAT(zsh, HasSubstr(command));
    for (const std::string& option : options) EXPECT_THAT(zsh, HasSubstr(option));
  }
}

TEST(ZshCompletion, Parses) {
  const Ended ended = shell("zsh", {"-n", for_zsh});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
}

TEST(ZshCompletion, IsRegisteredForTheCommand) {
  // As compinit finds it in a folder of $fpath.
  const std::string script =
      "fpath=($1 $fpath); autoload -Uz compinit; compinit -u -D; print ${_comps[squall]}\n"
      "autoload +X -Uz _squall && print loaded";
  const Ended ended = shell("zsh", {"-f", "-c", script, "zsh", folder_of_completions});
  EXPECT_EQ(ended.output, "_squall\nloaded\n") << ended.errors;
}

}  // namespace
}  // namespace squall::cli::testing::completions_test
