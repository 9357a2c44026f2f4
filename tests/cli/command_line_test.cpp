// The command line itself: what is wrong with it, and what it explains.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/process.hpp"

namespace squall::cli::testing::command_line_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

std::string error_of(std::vector<std::string> arguments) {
  const Ended ended = squall(std::move(arguments));
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.output, "");
  return ended.errors;
}

TEST(CommandLine, OffersTheNearestCommand) {
  EXPECT_EQ(error_of({"comapre"}), "squall: unknown command 'comapre'; did you mean 'compare'?\n");
  EXPECT_EQ(error_of({"dance"}), "squall: unknown command 'dance'; 'squall --help' lists them\n");
  EXPECT_EQ(error_of({}), "squall: which command? 'squall --help' lists them\n");
}

TEST(CommandLine, TellsWhoForgotTheCommand) {
  EXPECT_EQ(error_of({"tutorial"}),
            "squall: unknown command 'tutorial'; to run a scenario: squall compare tutorial\n");
  EXPECT_EQ(error_of({"my.yaml", "--quiet"}),
            "squall: unknown command 'my.yaml'; to run a scenario: squall compare my.yaml\n");
}

TEST(CommandLine, OffersTheNearestOption) {
  EXPECT_EQ(error_of({"compare", "--quite"}),
            "squall: compare: unknown option '--quite'; did you mean '--quiet'?\n");
  EXPECT_EQ(error_of({"run", "tutorial", "--varient=event"}),
            "squall: run: unknown option '--varient'; did you mean '--variant'?\n");
  EXPECT_EQ(error_of({"check", "tutorial", "--html", "x"}),
            "squall: check: unknown option '--html'; 'squall check --help' lists them\n");
  EXPECT_EQ(error_of({"run", "tutorial", "--sed", "3"}),
            "squall: run: unknown option '--sed'; did you mean '--set' or '--seed'?\n");
  EXPECT_EQ(error_of({"--versoin"}),
            "squall: unknown option '--versoin'; did you mean '--version'?\n");
}

TEST(CommandLine, WantsOptionsAfterTheCommand) {
  EXPECT_EQ(error_of({"--seed", "2", "compare"}),
            "squall: '--seed' comes after the command, as in 'squall compare --seed ...'\n");
}

TEST(CommandLine, WantsOneScenario) {
  EXPECT_EQ(error_of({"compare", "tutorial", "tipping-point"}),
            "squall: compare takes one name; 'tipping-point' is one too many\n");
  EXPECT_THAT(error_of({"run"}), StartsWith("squall: run: which scenario?"));
  EXPECT_THAT(error_of({"check"}), StartsWith("squall: check: which scenario?"));
}

TEST(CommandLine, WantsValuesForItsOptions) {
  EXPECT_EQ(error_of({"compare", "--set"}), "squall: '--set' needs a value\n");
  EXPECT_EQ(error_of({"compare", "--json", ""}), "squall: --json: needs a file, or -\n");
  EXPECT_EQ(error_of({"check", "tutorial", "--format", "xml"}),
            "squall: check: --format is text, json or sarif, not 'xml'\n");
}

TEST(CommandLine, TakesNoOptionForTheValueOfAnother) {
  const TemporaryFolder folder;
  const auto error_in = [&folder](const std::vector<std::string>& arguments) {
    const Ended ended = squall(arguments, folder.path());
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.output, "");
    return ended.errors;
  };
  EXPECT_EQ(error_in({"compare", "--html", "--json"}),
            "squall: '--html' needs a value, and '--json' is an option; a file of that name is "
            "'./--json'\n");
  EXPECT_EQ(error_in({"run", "tutorial", "--csv", "--quiet"}),
            "squall: '--csv' needs a value, and '--quiet' is an option; a file of that name is "
            "'./--quiet'\n");
  EXPECT_EQ(error_in({"run", "tutorial", "--seed", "--json", "a.json"}),
            "squall: '--seed' needs a value, and '--json' is an option; for such a value: "
            "'--seed=--json'\n");
  EXPECT_EQ(error_in({"compare", "--set", "a.b=1", "--set", "--odd"}),
            "squall: '--set' needs a value, and '--odd' is an option; for such a value: "
            "'--set=--odd'\n");
  EXPECT_EQ(error_in({"compare", "--json", "--", "tutorial"}), "squall: '--json' needs a value\n");
  EXPECT_EQ(error_in({"serve", "--export", "--quiet"}),
            "squall: '--export' needs a value, and '--quiet' is an option; a file of that name is "
            "'./--quiet'\n");
  EXPECT_THAT(folder.names(), IsEmpty());
  // What is meant so is taken so, and a value is no option whatever the last one took.
  EXPECT_EQ(squall({"run", "tutorial", "--quiet", "--json", "./--json"}, folder.path()).status, 0);
  EXPECT_EQ(squall({"run", "tutorial", "--quiet", "--csv=--csv"}, folder.path()).status, 0);
  EXPECT_THAT(folder.names(), ElementsAre("--csv", "--json"));
  EXPECT_EQ(squall({"run", "tutorial", "--json", "-", "--quiet"}).status, 0);
}

TEST(CommandLine, EndsItsOptionsAtTwoDashes) {
  const TemporaryFolder folder;
  (void)folder.write("-odd.yaml",
                     "squall: 1\n"
                     "duration: 1s\n"
                     "services: {bank: {}}\n"
                     "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n");
  EXPECT_EQ(squall({"run", "--quiet", "--", "-odd.yaml"}, folder.path()).status, 0);
  EXPECT_EQ(squall({"check", "--", "tutorial"}).status, 0);
  EXPECT_EQ(squall({"compare", "--"}).status, 0);
  EXPECT_EQ(error_of({"check", "--", "tutorial", "--quiet"}),
            "squall: check takes one name; '--quiet' is one too many\n");
}

TEST(CommandLine, WantsNoValuesForItsFlags) {
  EXPECT_EQ(error_of({"check", "tutorial", "--quiet=maybe"}),
            "squall: '--quiet' takes no value; leave '=maybe' out\n");
}

TEST(CommandLine, OffersTheNearestVariant) {
  EXPECT_EQ(error_of({"run", "tutorial", "--variant", "evnt"}),
            "tutorial.yaml: no variant is called 'evnt'; did you mean 'event'?\n");
  EXPECT_EQ(error_of({"run", "tutorial", "--variant", "base"}),
            "tutorial.yaml: no variant is called 'base'; there are rpc and event\n");
}

TEST(CommandLine, WantsAWholeNumberForASeed) {
  EXPECT_EQ(error_of({"check", "tutorial", "--seed", "-1"}),
            "--seed: must be a whole number of 0 or more, is '-1'\n");
  EXPECT_EQ(error_of({"check", "tutorial", "--seed", "2x"}),
            "--seed: must be a whole number of 0 or more, is '2x'\n");
  EXPECT_THAT(error_of({"check", "tutorial", "--seed", "18446744073709551616"}),
              StartsWith("--seed: must be a whole number "));
}

// --- --set ---

TEST(Set, WantsAnAssignment) {
  EXPECT_THAT(error_of({"check", "tutorial", "--set", "services"}),
              StartsWith("--set: 'services' is not PATH=VALUE"));
}

TEST(Set, OffersTheNearestPart) {
  EXPECT_EQ(error_of({"check", "tutorial", "--set", "services.downstrem.latency=12ms"}),
            "--set: services.downstrem.latency: there is no service 'downstrem'; did you mean "
            "'downstream'?\n");
  EXPECT_EQ(error_of({"check", "tutorial", "--set", "service.downstream.latency=12ms"}),
            "--set: service.downstream.latency: the scenario has no 'service'; did you mean "
            "'services'?\n");
  EXPECT_THAT(error_of({"check", "tutorial", "--set", "services.downstream.latncy=12ms"}),
              MatchesRegex("--set: services.downstream.latncy: unknown key; did you mean "
                           "'latency'.*\n"));
}

TEST(Set, SaysWhatIsWrongWithTheValue) {
  EXPECT_EQ(error_of({"check", "tutorial", "--set", "services.downstream.latency=12"}),
            "--set: services.downstream.latency: 12: a duration needs a unit (ns us ms s m h); did "
            "you mean '12ms'?\n");
  EXPECT_THAT(error_of({"check", "tutorial", "--set", "services.downstream.latency={"}),
              StartsWith("--set: services.downstream.latency: "));
}

TEST(Set, ReadsTheValueAsYaml) {
  const Ended ended =
      squall({"check", "tutorial", "--set", "policies.client.retry.backoff={fixed: 70ms}", "--set",
              "policies.client.breaker=null", "--seed", "99"});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(ended.output, HasSubstr("fixed: 70ms"));
  EXPECT_THAT(ended.output, HasSubstr("\nseed: 99\n"));
}

TEST(Set, AsksForAWarmupThatIsFound) {
  TemporaryFolder folder;
  folder.write("my.yaml",
               "squall: 1\nduration: 60s\n"
               "services: {s: {workers: 1, latency: {exponential: 10ms}}}\n"
               "workloads: {w: {to: s, arrivals: {poisson: 50/s}}}\n");
  const Ended checked = squall({"check", "my.yaml", "--set", "warmup=auto"}, folder.path());
  EXPECT_EQ(checked.status, 0) << checked.errors;
  EXPECT_THAT(checked.output, HasSubstr("\nwarmup: auto\n"));
  const Ended run = squall({"run", "my.yaml", "--set", "warmup=auto"}, folder.path());
  EXPECT_EQ(run.status, 0) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("warm-up left out"));
  EXPECT_THAT(run.output, HasSubstr("  mean latency from"));
  EXPECT_EQ(squall({"check", "my.yaml", "--set", "warmup=soon"}, folder.path()).errors,
            "--set: warmup: must be a duration such as 120ms, or auto, is 'soon'\n");
}

TEST(Set, TakesTheLastOfTwo) {
  const Ended ended = squall({"check", "--set", "seed=3", "--set", "seed=4", "tutorial"});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(ended.output, HasSubstr("\nseed: 4\n"));
}

TEST(Set, ComesBeforeTheVariants) {
  const TemporaryFolder folder;
  (void)folder.write("my.yaml",
                     "squall: 1\n"
                     "duration: 1s\n"
                     "services: {bank: {latency: 10ms}}\n"
                     "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n"
                     "variants: {plain: {}, slow: {services.bank.latency: 20ms}}\n");
  const Ended ended = squall(
      {"compare", "my.yaml", "--set", "services.bank.latency=15ms", "--json", "-"}, folder.path());
  ASSERT_EQ(ended.status, 0) << ended.errors;
  const auto result = nlohmann::json::parse(ended.output);
  const auto slowest_ms = [&result](std::size_t variant) {
    return result["variants"][variant]["workloads"]["shoppers"]["latency_ms"]["max"];
  };
  EXPECT_EQ(slowest_ms(0), 15.0) << "not changed by its variant";
  EXPECT_EQ(slowest_ms(1), 20.0) << "its variant's own";
}

// --- Help ---

TEST(Help, StandsBehindEveryCommand) {
  for (const char* command : {"compare", "run", "check", "scenarios", "validate"}) {
    const Ended ended = squall({command, "--help"});
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.errors, "");
    EXPECT_THAT(ended.output, HasSubstr(std::string("Usage: squall ") + command + " "));
    EXPECT_THAT(ended.output, HasSubstr("Examples:\n  squall "));
  }
}

TEST(Help, ListsTheCommandsAndTheExitStatuses) {
  const Ended ended = squall({"--help"});
  EXPECT_EQ(ended.status, 0);
  for (const char* word :
       {"compare", "run", "check", "scenarios", "validate", "Exit status:", "70"}) {
    EXPECT_THAT(ended.output, HasSubstr(word));
  }
}

TEST(Help, GivesTheVersion) {
  const Ended ended = squall({"--version"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.output, "squall " SQUALL_VERSION "\n");
}

}  // namespace
}  // namespace squall::cli::testing::command_line_test
