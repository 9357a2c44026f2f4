// Where scenarios come from, what check prints of them, and what they expect.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/process.hpp"

namespace squall::cli::testing::scenarios_test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

constexpr const char* small =
    "squall: 1\n"
    "duration: 1s\n"
    "services: {bank: {latency: 10ms}}\n"
    "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n";

std::vector<std::string> shipped_names() {
  std::istringstream lines(squall({"scenarios", "--names"}).output);
  std::vector<std::string> names;
  for (std::string name; std::getline(lines, name);) names.push_back(name);
  return names;
}

// --- The shipped ones ---

TEST(ShippedScenarios, AreThoseOfTheFolder) {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(SQUALL_SOURCE_DIR) + "/scenarios")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().stem());
  }
  EXPECT_THAT(shipped_names(), ::testing::UnorderedElementsAreArray(files));
  EXPECT_TRUE(std::ranges::is_sorted(shipped_names()));
  EXPECT_THAT(files, IsSupersetOf({"tutorial", "tutorial-bursts", "tipping-point"}));
}

TEST(ShippedScenarios, ArePrintedAsTheyAre) {
  for (const std::string& name : shipped_names()) {
    std::ifstream file(std::string(SQUALL_SOURCE_DIR) + "/scenarios/" + name + ".yaml");
    std::ostringstream text;
    text << file.rdbuf();
    const Ended ended = squall({"scenarios", name});
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.output, text.str());
  }
}

TEST(ShippedScenarios, AreListedWithADescription) {
  const Ended ended = squall({"scenarios"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.output, HasSubstr("tutorial-bursts    One bursty workload, five designs"));
  const Ended unknown = squall({"scenarios", "tutoral"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_EQ(unknown.errors,
            "tutoral: no shipped scenario has this name; did you mean 'tutorial'?\n");
}

TEST(ShippedScenarios, AreFoundFromAnywhere) {
  const TemporaryFolder folder;
  EXPECT_EQ(squall({"check", "tutorial", "--quiet"}, folder.path()).status, 0);
}

TEST(ShippedScenarios, GiveWayToAFileOfTheirName) {
  const TemporaryFolder folder;
  (void)folder.write("tutorial", small);
  const Ended ended = squall({"check", "tutorial"}, folder.path());
  EXPECT_THAT(ended.output, HasSubstr("bank"));
  const TemporaryFolder other;
  std::filesystem::create_directory(other.path("tutorial"));
  EXPECT_THAT(squall({"check", "tutorial"}, other.path()).output, HasSubstr("downstream"));
}

// --- The reference ---

/// What stands between the first `begin` behind `from` and the `end` after it.
std::string between(const std::string& text, std::size_t from, const std::string& begin,
                    const std::string& end) {
  const std::size_t start = text.find(begin, from);
  if (start == text.npos) return {};
  return text.substr(start + begin.size(),
                     text.find(end, start + begin.size()) - start - begin.size());
}

TEST(Reference, QuotesWhatItsExamplePrints) {
  std::ifstream file(SQUALL_SOURCE_DIR "/docs/scenario.md");
  std::ostringstream stream;
  stream << file.rdbuf();
  const std::string text = stream.str();
  const std::size_t chapter = text.find("## A worked example");
  ASSERT_NE(chapter, text.npos);
  const TemporaryFolder folder;
  (void)folder.write("payments.yaml", between(text, chapter, "```yaml\n", "```\n"));
  std::istringstream quoted(between(text, chapter, "\n\n```\n", "```\n"));
  const Ended ended = squall({"compare", "payments.yaml"}, folder.path());
  EXPECT_EQ(ended.status, 0) << ended.errors;
  int lines = 0;
  for (std::string line; std::getline(quoted, line); ++lines) {
    EXPECT_THAT(ended.output, HasSubstr("\n" + line + "\n"));
  }
  EXPECT_GT(lines, 4);
}

// --- Files and standard input ---

TEST(Scenario, ComesFromStandardInput) {
  const Ended ended = run({.arguments = {"check", "-"}, .input = small});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(ended.output, StartsWith("squall: 1\n"));
  const Ended wrong = run({.arguments = {"check", "-"}, .input = "squall: 1\nworker: 2\n"});
  EXPECT_THAT(wrong.errors, StartsWith("standard input:2: worker: unknown key"));
}

TEST(Scenario, ComesThroughAPipeOfTheShell) {
  const Ended ended =
      run({.program = "bash",
           .arguments = {"-c", "\"$0\" check <(\"$0\" scenarios tutorial)", SQUALL_COMMAND}});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(ended.output, StartsWith("squall: 1\nname: tutorial\n"));
}

TEST(Scenario, MayBeJsonByExtensionOrByItsBeginning) {
  const TemporaryFolder folder;
  const std::string text = squall({"check", "tutorial", "--document", "json"}).output;
  ASSERT_TRUE(json::accept(text));
  (void)folder.write("my.json", text);
  (void)folder.write("my", "\n " + text);
  const std::string normal = squall({"check", "tutorial"}).output;
  EXPECT_EQ(squall({"check", "my.json"}, folder.path()).output, normal);
  EXPECT_EQ(squall({"check", "my"}, folder.path()).output, normal);
  EXPECT_EQ(run({.arguments = {"check", "-"}, .input = text}).output, normal);
}

TEST(Scenario, InBracesIsStillYaml) {
  const Ended ended = run({.arguments = {"check", "-"},
                           .input = "{squall: 1, duration: 1s, services: {bank: {}}, workloads: "
                                    "{w: {to: bank, arrivals: {constant: 1/s}}}}"});
  EXPECT_EQ(ended.status, 0) << ended.errors;
}

TEST(Scenario, NamesItsFilesFromItsOwnFolder) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("sub"));
  (void)folder.write("sub/arrivals.csv", "at\n0.1\n0.2s\n300ms\n");
  (void)folder.write("sub/latencies.csv", "10ms\n20ms\n");
  (void)folder.write("sub/my.yaml",
                     "squall: 1\n"
                     "duration: 1s\n"
                     "services: {bank: {latency: {empirical: latencies.csv}}}\n"
                     "workloads: {shoppers: {to: bank, arrivals: {trace: arrivals.csv}}}\n");
  const Ended ended = squall({"run", "sub/my.yaml", "--json", "-"}, folder.path());
  ASSERT_EQ(ended.status, 0) << ended.errors;
  EXPECT_EQ(json::parse(ended.output)["variants"][0]["workloads"]["shoppers"]["ok"], 3);
  const Ended here = run({.arguments = {"check", "-", "--quiet"},
                          .input = folder.read("sub/my.yaml"),
                          .folder = folder.path("sub")});
  EXPECT_EQ(here.status, 0) << here.errors;
}

// --- check ---

TEST(Check, PrintsWhatItPrintsAgain) {
  for (const std::string& name : shipped_names()) {
    const Ended first = squall({"check", name});
    ASSERT_EQ(first.status, 0) << first.errors;
    const Ended second = run({.arguments = {"check", "-"}, .input = first.output});
    EXPECT_EQ(second.output, first.output) << name;
    const Ended as_json = squall({"check", name, "--document", "json"});
    EXPECT_TRUE(json::accept(as_json.output));
    const Ended from_json = run({.arguments = {"check", "-"}, .input = as_json.output});
    EXPECT_EQ(from_json.output, first.output) << name;
  }
}

TEST(Check, PrintsWhatRunsTheSame) {
  const std::string normal = squall({"check", "tutorial"}).output;
  const Ended ended = run({.arguments = {"compare", "-", "--json", "-"}, .input = normal});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_EQ(ended.output, squall({"compare", "tutorial", "--json", "-"}).output);
}

TEST(Check, PrintsNothingWhenQuiet) {
  const Ended ended = squall({"check", "tutorial", "--quiet"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.output + ended.errors, "");
}

// --- run ---

TEST(Run, TakesTheBaseOrAVariant) {
  const auto name_in = [](const Ended& ended) {
    return json::parse(ended.output)["variants"][0]["name"].get<std::string>();
  };
  EXPECT_EQ(name_in(squall({"run", "tutorial", "--json", "-"})), "base");
  EXPECT_EQ(name_in(squall({"run", "tutorial", "--json", "-", "--variant", "event"})), "event");
}

TEST(Compare, TakesTheBaseWhereThereIsNoVariant) {
  const Ended ended = run({.arguments = {"compare", "-", "--json", "-"}, .input = small});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_EQ(json::parse(ended.output)["variants"].size(), 1U);
}

// --- expect ---

class Expectations : public ::testing::Test {
 protected:
  /// `squall COMMAND my.yaml ...` with variants plain and slow (which misses its objective).
  Ended result(std::vector<std::string> arguments, const std::string& expect) const {
    (void)folder_.write("my.yaml",
                        "squall: 1\n"
                        "duration: 2s\n"
                        "services: {bank: {latency: 10ms}}\n"
                        "workloads: {w: {to: bank, objective: 15ms, arrivals: {constant: 50/s}}}\n"
                        "variants: {plain: {}, slow: {services.bank.latency: 20ms}}\n"
                        "expect:\n" +
                            expect);
    arguments.insert(arguments.begin() + 1, "my.yaml");
    return squall(std::move(arguments), folder_.path());
  }

  TemporaryFolder folder_;
};

TEST_F(Expectations, AreSilentWhenMet) {
  const Ended ended = result({"compare", "--quiet"},
                             "  - {variant: plain, metric: goodput_ratio, at_least: 95%}\n"
                             "  - {variant: slow, metric: workloads.w.ok, at_most: 0}\n");
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
}

TEST_F(Expectations, AreNamedWhenNot) {
  const Ended ended = result({"compare"},
                             "  - {variant: plain, metric: goodput_ratio, at_least: 95%}\n"
                             "  - {variant: slow, metric: goodput_ratio, at_least: 99%}\n"
                             "  - {variant: slow, metric: p50_ms, at_most: 500}\n");
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(ended.errors,
            "my.yaml:8: expectation not met: slow: goodput_ratio is 0, wanted at least 0.99\n"
            "my.yaml:9: expectation not met: slow: p50_ms is never, wanted at most 500\n");
  EXPECT_THAT(ended.output, HasSubstr("goodput")) << "the table comes all the same";
}

TEST_F(Expectations, HoldForEveryVariantWhereNoneIsNamed) {
  const Ended ended =
      result({"compare", "--quiet"}, "  - {metric: goodput_ratio, at_least: 0.5}\n");
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(ended.errors,
            "my.yaml:7: expectation not met: slow: goodput_ratio is 0, wanted at least 0.5\n");
}

TEST_F(Expectations, HoldForTheVariantThatIsRun) {
  const std::string expect = "  - {variant: slow, metric: goodput_ratio, at_least: 50%}\n";
  EXPECT_EQ(result({"run", "--quiet"}, expect).status, 0);
  EXPECT_EQ(result({"run", "--quiet", "--variant", "plain"}, expect).status, 0);
  EXPECT_EQ(result({"run", "--quiet", "--variant", "slow"}, expect).status, 1);
  EXPECT_EQ(result({"run", "--quiet", "--variant", "slow", "--set", "expect=null"}, expect).status,
            0);
}

TEST_F(Expectations, LeaveJsonOnStandardOutputAlone) {
  const Ended ended =
      result({"compare", "--json", "-"}, "  - {metric: goodput_ratio, at_least: 0.5}\n");
  EXPECT_EQ(ended.status, 1);
  EXPECT_TRUE(json::accept(ended.output));
}

}  // namespace
}  // namespace squall::cli::testing::scenarios_test
