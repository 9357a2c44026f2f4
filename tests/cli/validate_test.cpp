// squall validate, as a process.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/process.hpp"

namespace squall::cli::testing::validate_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// With one case of little work.
Ended validate(std::vector<std::string> arguments, const std::string& folder = ".") {
  std::vector<std::string> all = {"validate", "--case", "fault-failure"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return squall(std::move(all), folder);
}

TEST(Validate, PrintsFormulaTheorySimulationAndVerdict) {
  const Ended ended = validate({});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
  EXPECT_THAT(ended.output, StartsWith("validation: fast level, seed 1;"));
  EXPECT_THAT(ended.output, HasSubstr("  failed of clients"));
  EXPECT_THAT(ended.output, HasSubstr(" 9.500 % "));
  EXPECT_THAT(ended.output, HasSubstr("  ok\n    = 2 % + 30 % f / T\n"));
  EXPECT_THAT(ended.output, HasSubstr("All 1 figures of 1 cases lie within 4 standard errors"));
}

TEST(Validate, EndsWithStatusOneWhenAFigureIsOut) {
  // No mean of chance lies that near to the theory.
  const Ended ended = validate({"--z-max", "0.000001"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.output, HasSubstr("  OUT\n"));
  EXPECT_THAT(ended.output, HasSubstr("lie OUT of 1e-06 standard errors"));
  EXPECT_EQ(validate({"--z-max", "0.000001", "--quiet"}).status, 1);
}

TEST(Validate, GivesTheSameBytesWithAnyNumberOfThreads) {
  const Ended one = validate({"--json", "-", "--jobs", "1"});
  EXPECT_EQ(one.status, 0);
  EXPECT_EQ(validate({"--json", "-", "--jobs", "4"}).output, one.output);
  EXPECT_NE(validate({"--json", "-", "--seed", "2"}).output, one.output);
}

TEST(Validate, WritesJsonAndThePage) {
  const TemporaryFolder folder;
  const Ended ended =
      validate({"--json", "result.json", "--markdown", "page.md", "--quiet"}, folder.path());
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.output, "");
  const auto json = nlohmann::json::parse(folder.read("result.json"));
  EXPECT_EQ(json["passed"], true);
  EXPECT_EQ(json["cases"][0]["name"], "fault-failure");
  EXPECT_THAT(folder.read("page.md"), StartsWith("# Validation\n"));
  EXPECT_THAT(folder.read("page.md"), HasSubstr("| fault-failure | failed of clients |"));
}

TEST(Validate, ListsItsCases) {
  const Ended list = squall({"validate", "--list"});
  EXPECT_EQ(list.status, 0);
  EXPECT_THAT(list.output, HasSubstr("mm1-busy "));
  EXPECT_THAT(list.output, HasSubstr("  M/M/1, lambda 80/s, mu 100/s\n"));
  const Ended names = squall({"validate", "--names"});
  EXPECT_THAT(names.output, StartsWith("mm1-half\nmm1-busy\n"));
  EXPECT_EQ(squall({"validate", "--names", "--case", "erlang-b"}).output, "erlang-b\n");
}

TEST(Validate, PrintsAScenarioThatTheCommandRuns) {
  const TemporaryFolder folder;
  const Ended scenario = squall({"validate", "--scenario", "erlang-b"});
  EXPECT_EQ(scenario.status, 0);
  (void)folder.write("case.yaml", scenario.output);
  EXPECT_EQ(squall({"check", "case.yaml", "--quiet"}, folder.path()).status, 0);
  EXPECT_EQ(squall({"run", "case.yaml", "--quiet"}, folder.path()).status, 0);
  EXPECT_NE(squall({"validate", "--scenario", "erlang-b", "--seed", "2"}).output, scenario.output);
}

TEST(Validate, SaysWhatIsWrongWithItsOptions) {
  const auto expect_error = [](std::vector<std::string> arguments, const std::string& error) {
    arguments.insert(arguments.begin(), "validate");
    const Ended ended = squall(std::move(arguments));
    EXPECT_EQ(ended.status, 2);
    EXPECT_THAT(ended.output, IsEmpty());
    EXPECT_EQ(ended.errors, "squall: " + error + "\n");
  };
  expect_error({"--case", "mm1-bsy"},
               "validate: no case is called 'mm1-bsy'; did you mean 'mm1-busy'?");
  expect_error({"--scenario", "zzzzzzzz"},
               "validate: no case is called 'zzzzzzzz'; 'squall validate --list' lists them");
  expect_error({"--jobs", "0"}, "validate: --jobs must be a whole number from 1 to 1024, is '0'");
  expect_error({"--seed", "one"}, "validate: --seed must be a whole number of 0 or more, is 'one'");
  expect_error({"--z-max", "nan"}, "validate: --z-max must be a number above 0, is 'nan'");
  expect_error({"--json", "-", "--markdown", "-"},
               "validate: only one of --json and --markdown can go to standard output");
  expect_error({"mm1-busy"}, "validate takes no name; one case is --case mm1-busy");
}

TEST(Validate, TellsBeforeTheWorkWhatCannotBeWritten) {
  const Ended ended = validate({"--markdown", "/no/such/folder/page.md"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.errors, HasSubstr("/no/such/folder/page.md: cannot be written"));
  EXPECT_EQ(ended.output, "");
}

}  // namespace
}  // namespace squall::cli::testing::validate_test
