// What check finds, where it prints it, and what it ends with.
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/process.hpp"

namespace squall::cli::testing::check_test {
namespace {

using nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CheckFindings : public ::testing::Test {
 protected:
  CheckFindings() {
    (void)folder_.write("loud.yaml",
                        "squall: 1\n"
                        "duration: 60s\n"
                        "services:\n"
                        "  bank:\n"
                        "    workers: 1\n"
                        "    queue: {capacity: 9}\n"
                        "    latency: 10ms\n"
                        "policies:\n"
                        "  p:\n"
                        "    retry: {max_attempts: 2, backoff: {fixed: 20ms, jitter: full}}\n"
                        "workloads: {w: {to: bank, policy: p, arrivals: {constant: 20/s}}}\n");
    // Nothing but a note: the line has no bound.
    (void)folder_.write("noted.yaml",
                        "squall: 1\n"
                        "duration: 60s\n"
                        "services: {bank: {workers: 1, latency: 10ms}}\n"
                        "workloads: {w: {to: bank, arrivals: {constant: 20/s}}}\n");
    (void)folder_.write("calm.yaml",
                        "squall: 1\n"
                        "duration: 60s\n"
                        "services: {bank: {latency: 10ms}}\n"
                        "workloads: {w: {to: bank, arrivals: {constant: 20/s}}}\n");
  }

  Ended check(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "check");
    return squall(std::move(arguments), folder_.path());
  }

  TemporaryFolder folder_;
};

constexpr const char* loud_finding =
    "loud.yaml:10: policies.p.retry: warning: nothing bounds the retries of many calls together "
    "(w->bank): no budget, no breaker [retry-without-guard]\n"
    "    if every attempt fails, 20/s become up to 2 x 20/s = 40/s\n"
    "    remedy: give the policy a budget, such as {grpc: {max_tokens: 10,\n"
    "      token_ratio: 0.1}}, or a breaker\n"
    "loud.yaml: 0 errors, 1 warning, 0 notes\n";

TEST_F(CheckFindings, PrintsTheScenarioAndBesideItTheFindings) {
  const Ended ended = check({"loud.yaml"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.output, StartsWith("squall: 1\n"));
  EXPECT_THAT(ended.output, Not(HasSubstr("retry-without-guard")));
  EXPECT_EQ(ended.errors, loud_finding);
}

TEST_F(CheckFindings, IsSilentWhereThereIsNothing) {
  const Ended ended = check({"calm.yaml", "--strict"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
}

TEST_F(CheckFindings, FailsWhenStrictOnWarningsAndErrorsAlone) {
  EXPECT_EQ(check({"loud.yaml", "--strict"}).status, 1);
  EXPECT_EQ(check({"loud.yaml", "--strict", "--format", "json"}).status, 1);
  EXPECT_EQ(check({"loud.yaml", "--strict", "--format", "sarif"}).status, 1);
  EXPECT_EQ(
      check({"loud.yaml", "--strict", "--set", "workloads.w.arrivals={constant: 200/s}"}).status,
      1);
  const Ended noted = check({"noted.yaml", "--strict"});
  EXPECT_EQ(noted.status, 0);
  EXPECT_THAT(noted.errors, EndsWith("noted.yaml: 0 errors, 0 warnings, 1 note\n"));
}

TEST_F(CheckFindings, PrintsWhenQuietOnlyWhatFails) {
  const Ended quiet = check({"loud.yaml", "--quiet"});
  EXPECT_EQ(quiet.status, 0);
  EXPECT_EQ(quiet.output + quiet.errors, "");
  const Ended strict = check({"loud.yaml", "--quiet", "--strict"});
  EXPECT_EQ(strict.status, 1);
  EXPECT_EQ(strict.output, "");
  EXPECT_EQ(strict.errors, loud_finding);
}

TEST_F(CheckFindings, LeavesOutWhatIsAllowed) {
  const Ended ended =
      check({"loud.yaml", "--strict", "--allow", "retry-without-guard", "--allow", "overloaded"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
}

TEST_F(CheckFindings, KnowsNoOtherCodes) {
  EXPECT_EQ(check({"loud.yaml", "--allow", "retry-without-gard"}).errors,
            "squall: check: no finding has the code 'retry-without-gard'; did you mean "
            "'retry-without-guard'?\n");
  const Ended ended = check({"loud.yaml", "--allow", "everything"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.errors,
            "squall: check: no finding has the code 'everything'; docs/lint.md lists them\n");
}

TEST_F(CheckFindings, PrintsFindingsAsJsonInPlaceOfTheScenario) {
  const Ended ended = check({"loud.yaml", "--format", "json"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
  const json out = json::parse(ended.output);
  EXPECT_EQ(out["scenario"], "loud");
  EXPECT_EQ(out["totals"]["warning"], 1);
  ASSERT_EQ(out["findings"].size(), 1U);
  EXPECT_EQ(out["findings"][0]["file"], "loud.yaml");
  EXPECT_EQ(out["findings"][0]["line"], 10);
  EXPECT_EQ(json::parse(check({"calm.yaml", "--format", "json"}).output)["findings"].size(), 0U);
}

TEST_F(CheckFindings, PrintsFindingsAsSarif) {
  const json log = json::parse(check({"loud.yaml", "--format", "sarif", "--quiet"}).output);
  EXPECT_EQ(log["version"], "2.1.0");
  const json& run = log["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["version"], SQUALL_VERSION);
  ASSERT_EQ(run["results"].size(), 1U);
  const json& physical = run["results"][0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(physical["artifactLocation"]["uri"], "loud.yaml");
  EXPECT_EQ(physical["region"]["startLine"], 10);
}

TEST_F(CheckFindings, PlacesWhatCameFromTheCommandLineThere) {
  const Ended ended = check({"calm.yaml", "--set", "services.bank.workers=1", "--set",
                             "workloads.w.arrivals={constant: 101/s}", "--set",
                             "services.bank.queue={capacity: 1}"});
  EXPECT_THAT(ended.errors,
              StartsWith("--set: services.bank.workers: error: bank is asked for more "
                         "than it can do [overloaded]\n"
                         "    utilisation 101/s x 10ms / 1 worker = 1.01 > 1\n"));
}

TEST_F(CheckFindings, ToldTwoFormsForOneOutputSaysSo) {
  EXPECT_EQ(
      check({"loud.yaml", "--format", "json", "--document", "json"}).errors,
      "squall: check: --document is of the scenario, and --format json prints the findings in "
      "its place; leave one of the two out\n");
  EXPECT_EQ(check({"loud.yaml", "--format", "yaml"}).errors,
            "squall: check: --format is text, json or sarif, not 'yaml'; the scenario's own is "
            "--document\n");
  EXPECT_EQ(check({"loud.yaml", "--document", "xml"}).errors,
            "squall: check: --document is yaml or json, not 'xml'\n");
}

TEST_F(CheckFindings, HasColoursOnATerminalOnly) {
  EXPECT_THAT(check({"loud.yaml"}).errors, Not(HasSubstr("\033[")));
  const std::string file = folder_.path("loud.yaml");
  EXPECT_THAT(squall_on_terminal({"check", file}, 100).output,
              HasSubstr("\033[1;33mwarning\033[0m"));
  EXPECT_THAT(squall_on_terminal({"check", file, "--no-color"}, 100).output,
              Not(HasSubstr("\033[")));
  EXPECT_THAT(squall_on_terminal({"check", file}, 100, {"NO_COLOR=1"}).output,
              Not(HasSubstr("\033[")));
}

TEST_F(CheckFindings, LetsNoNameSteerTheTerminal) {
  (void)folder_.write("odd\033[2J.yaml", folder_.read("loud.yaml"));
  EXPECT_THAT(check({"odd\033[2J.yaml"}).errors, Not(HasSubstr("\033")));
}

TEST_F(CheckFindings, GivesEveryShippedScenarioAsFindings) {
  std::istringstream names(squall({"scenarios", "--names"}).output);
  for (std::string name; std::getline(names, name);) {
    const Ended ended = squall({"check", name, "--format", "json"});
    EXPECT_EQ(ended.status, 0) << name;
    const json out = json::parse(ended.output);
    for (const json& finding : out["findings"]) {
      EXPECT_EQ(finding["file"], name + ".yaml");
      EXPECT_GT(finding["line"], 0);
    }
    const Ended strict = squall({"check", name, "--strict", "--quiet"});
    const bool has_any = out["totals"]["error"] > 0 || out["totals"]["warning"] > 0;
    EXPECT_EQ(strict.status, has_any ? 1 : 0) << name;
  }
}

}  // namespace
}  // namespace squall::cli::testing::check_test
