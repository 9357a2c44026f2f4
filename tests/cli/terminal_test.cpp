// What only a terminal gets to see: colours, its width, progress.
#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/process.hpp"

namespace squall::cli::testing::terminal_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* any_escape = "\033[";

TEST(Terminal, SeesColours) {
  const Ended ended = squall_on_terminal({"compare", "tutorial"}, 100);
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.output, HasSubstr(any_escape));
}

TEST(Terminal, SeesNoColoursWhereTheyAreNotWanted) {
  EXPECT_THAT(squall_on_terminal({"compare", "tutorial", "--no-color"}, 100).output,
              Not(HasSubstr(any_escape)));
  EXPECT_THAT(squall_on_terminal({"compare", "tutorial"}, 100, {"NO_COLOR=1"}).output,
              Not(HasSubstr(any_escape)));
  EXPECT_THAT(squall_on_terminal({"compare", "tutorial"}, 100, {"TERM=dumb"}).output,
              Not(HasSubstr(any_escape)));
}

TEST(Terminal, GivesTheWidth) {
  const Ended ended = squall_on_terminal({"compare", "tutorial", "--no-color"}, 50, {"LC_ALL=C"});
  EXPECT_EQ(ended.status, 0);
  std::size_t start = 0;
  for (std::size_t end = ended.output.find("\r\n"); end != ended.output.npos;
       end = ended.output.find("\r\n", start)) {
    EXPECT_LE(end - start, 50U) << ended.output.substr(start, end - start);
    start = end + 2;
  }
}

class Progress : public ::testing::Test {
 protected:
  /// Work of more than a second, whatever the machine: of three or more, since it may be faster in
  /// a moment, when others have done what they do now.
  std::vector<std::string> long_run() const {
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds half_of_it{1500};
    std::vector<std::string> arguments = {"run", folder_.path("long.yaml")};
    bool is_enough = false;
    for (int seconds = 1;; seconds *= 2) {
      (void)folder_.write("long.yaml",
                          "squall: 1\nduration: " + std::to_string(seconds) +
                              "s\n"
                              "services: {bank: {latency: 10ms}}\n"
                              "workloads: {w: {to: bank, arrivals: {constant: 100000/s}}}\n");
      if (is_enough) return arguments;
      const Clock::time_point start = Clock::now();
      EXPECT_EQ(squall(arguments).status, 0);
      is_enough = Clock::now() - start > half_of_it;
    }
  }

  TemporaryFolder folder_;
};

TEST_F(Progress, ShowsOnATerminalAndIsClearedAtTheEnd) {
  const Ended ended = squall_on_terminal(long_run(), 80, {"NO_COLOR=1"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.output, HasSubstr("\r\033[Kbase  [#"));
  EXPECT_THAT(ended.output, HasSubstr(" %\r\033[K"));
  const std::size_t cleared = ended.output.rfind("\033[K");
  ASSERT_NE(cleared, ended.output.npos);
  EXPECT_LT(cleared, ended.output.find("goodput")) << "before the table";
}

TEST_F(Progress, IsLeftOutWhenQuiet) {
  std::vector<std::string> arguments = long_run();
  arguments.emplace_back("--quiet");
  EXPECT_EQ(squall_on_terminal(arguments, 80).output, "");
}

TEST_F(Progress, IsLeftOutInAPipe) {
  const Ended ended = squall(long_run());
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
}

TEST_F(Progress, IsLeftOutForWhatIsDoneAtOnce) {
  EXPECT_THAT(squall_on_terminal({"compare", "tutorial", "--no-color"}, 80).output,
              Not(HasSubstr("\033[K")));
}

}  // namespace
}  // namespace squall::cli::testing::terminal_test
