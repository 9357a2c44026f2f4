// What is no scenario, or no right one: each ends with its error on standard error and status 2.
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/process.hpp"

namespace squall::cli::testing::broken_scenarios_test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

constexpr int wrong_input = 2;

/// A right one; tests put their mistake in place of a part of it.
constexpr std::string_view right =
    "squall: 1\n"
    "duration: 2s\n"
    "services:\n"
    "  bank: {workers: 4, latency: 10ms, failure: 1%}\n"
    "policies:\n"
    "  careful: {timeout: 120ms}\n"
    "workloads:\n"
    "  shoppers: {to: bank, policy: careful, arrivals: {constant: 50/s}}\n"
    "variants:\n"
    "  plain: {}\n"
    "  slow: {services.bank.latency: 20ms}\n";

std::string with(std::string_view part, std::string_view mistake) {
  std::string text(right);
  const std::size_t at = text.find(part);
  EXPECT_NE(at, text.npos) << part;
  return text.replace(at, part.size(), mistake);
}

class BrokenScenario : public ::testing::Test {
 protected:
  /// Of `squall compare FILE`, the file being named without its folder; checks what all errors have
  /// in common.
  std::string error_of(const std::string& text, const std::string& name = "my.yaml") const {
    (void)folder_.write(name, text);
    return error_for(name);
  }
  std::string error_for(const std::string& what) const {
    const Ended ended = squall({"compare", what}, folder_.path());
    EXPECT_EQ(ended.status, wrong_input);
    EXPECT_EQ(ended.output, "");
    EXPECT_THAT(ended.errors, ::testing::EndsWith("\n"));
    EXPECT_LT(ended.errors.size(), 400U) << "is for people";
    return ended.errors;
  }

  TemporaryFolder folder_;
};

TEST_F(BrokenScenario, TheRightOneIsRight) {
  (void)folder_.write("my.yaml", std::string(right));
  const Ended ended = squall({"compare", "my.yaml"}, folder_.path());
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_EQ(ended.errors, "");
}

// --- Files ---

TEST_F(BrokenScenario, NoFile) {
  EXPECT_EQ(error_for("nothing.yaml"),
            "nothing.yaml: does not exist, neither as a file nor as a shipped scenario; 'squall "
            "scenarios' lists what is shipped\n");
}

TEST_F(BrokenScenario, NoFileButAShippedNameIsNear) {
  EXPECT_EQ(error_for("tutoral"),
            "tutoral: does not exist, neither as a file nor as a shipped scenario; did you mean "
            "'tutorial'?\n");
  EXPECT_EQ(error_for("scenarios/tutorial.yaml"),
            "scenarios/tutorial.yaml: does not exist; did you mean 'tutorial'?\n");
}

TEST_F(BrokenScenario, ADirectory) {
  ASSERT_EQ(::mkdir(folder_.path("my.yaml").c_str(), 0777), 0);
  EXPECT_EQ(error_for("my.yaml"), "my.yaml: is a directory, not a file\n");
}

TEST_F(BrokenScenario, ADevice) {
  EXPECT_EQ(error_for("/dev/zero"), "/dev/zero: is not a regular file\n");
}

TEST_F(BrokenScenario, NoPermission) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const std::string path = folder_.write("my.yaml", std::string(right));
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  EXPECT_EQ(error_for("my.yaml"), "my.yaml: cannot be read: no permission\n");
}

TEST_F(BrokenScenario, AnEmptyFile) { EXPECT_EQ(error_of(""), "my.yaml: is empty\n"); }

TEST_F(BrokenScenario, AnEmptyStandardInput) {
  const Ended ended = squall({"check", "-"});
  EXPECT_EQ(ended.status, wrong_input);
  EXPECT_EQ(ended.errors, "standard input: is empty\n");
}

TEST_F(BrokenScenario, BinaryRubbish) {
  std::string rubbish;
  for (unsigned i = 0; i < 4096; ++i) rubbish += static_cast<char>((i * 197U + 131U) % 256U);
  EXPECT_THAT(error_of(rubbish), StartsWith("my.yaml:1: is not a text file (UTF-8)"));
  EXPECT_THAT(error_of(std::string(100, '\0')), StartsWith("my.yaml:1: "));
}

std::string hundred_megabytes() {
  const std::string line = "  - {squall: 1, name: another line of the same}\n";
  std::string text = "squall: 1\nservices:\n";
  text.reserve(100'000'000 + line.size());
  while (text.size() < 100'000'000) text += line;
  return text;
}

TEST_F(BrokenScenario, HundredMegabytesOfYaml) {
  EXPECT_EQ(error_of(hundred_megabytes()),
            "my.yaml: is larger than 16 MiB, the most that is read\n");
}

TEST_F(BrokenScenario, HundredMegabytesOnStandardInput) {
  const Ended ended = run({.arguments = {"check", "-"}, .input = hundred_megabytes()});
  EXPECT_EQ(ended.status, wrong_input);
  EXPECT_EQ(ended.errors, "standard input: is larger than 16 MiB, the most that is read\n");
}

// --- Documents ---

TEST_F(BrokenScenario, NestedHundredThousandDeep) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_THAT(error_of("squall: " + deep + "\n"), MatchesRegex("my.yaml:1: .*deep.*\n"));
  EXPECT_THAT(error_of("{\"squall\": " + deep + "}", "my.json"),
              MatchesRegex("my.json:1: .*deep.*\n"));
  std::string block;
  for (int i = 0; i < 3000; ++i) block += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_THAT(error_of(block), MatchesRegex("my.yaml:[0-9]+: .*deep.*\n"));
}

TEST_F(BrokenScenario, AnAliasBomb) {
  std::string bomb = "squall: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string inner = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + inner;
    for (int k = 1; k < 10; ++k) bomb += ", " + inner;
    bomb += "]\n";
  }
  EXPECT_THAT(error_of(bomb), MatchesRegex("my.yaml:[0-9]+: .*(values|aliases|nodes).*\n"));
}

TEST_F(BrokenScenario, ADuplicateKey) {
  EXPECT_EQ(error_of(with("policies:", "services: {}\npolicies:")),
            "my.yaml:5: duplicate key 'services'; it stands on line 3 already\n");
}

TEST_F(BrokenScenario, ATab) {
  EXPECT_THAT(error_of(with("  bank:", "\tbank:")), MatchesRegex("my.yaml:4: .*tab.*\n"));
}

TEST_F(BrokenScenario, ATimeoutWithoutAUnit) {
  EXPECT_EQ(error_of(with("timeout: 120ms", "timeout: 120")),
            "my.yaml:6: policies.careful.timeout: 120: a duration needs a unit (ns us ms s m h); "
            "did you mean '120ms'?\n");
}

TEST_F(BrokenScenario, AFailureAboveAll) {
  EXPECT_THAT(error_of(with("failure: 1%", "failure: 140%")),
              MatchesRegex("my.yaml:4: services.bank.failure.*140%.*100.*\n"));
}

TEST_F(BrokenScenario, ANegativeLatency) {
  EXPECT_THAT(error_of(with("latency: 10ms", "latency: -10ms")),
              MatchesRegex("my.yaml:4: services.bank.latency: .*-10ms.*\n"));
}

TEST_F(BrokenScenario, AnUnknownTarget) {
  EXPECT_THAT(error_of(with("to: bank", "to: bnak")),
              MatchesRegex("my.yaml:8: workloads.shoppers.to: .*'bnak'; did you mean 'bank'.\n"));
}

TEST_F(BrokenScenario, AnUnknownKey) {
  EXPECT_EQ(error_of(with("workers: 4", "worker: 4")),
            "my.yaml:4: services.bank.worker: unknown key; did you mean 'workers'?\n");
}

TEST_F(BrokenScenario, AVariantThatOverridesAMissingKey) {
  EXPECT_THAT(error_of(with("services.bank.latency: 20ms", "services.bnk.latency: 20ms")),
              MatchesRegex("my.yaml:11: variants.slow.services.bnk.latency: .*'bnk'; did you mean "
                           "'bank'.\n"));
  EXPECT_THAT(error_of(with("services.bank.latency: 20ms", "services.bank.latncy: 20ms")),
              MatchesRegex("my.yaml:11: .*latncy: unknown key; did you mean 'latency'.*\n"));
}

TEST_F(BrokenScenario, AnExpectationOfNoMetric) {
  EXPECT_EQ(error_of(std::string(right) + "expect: [{metric: godput_ratio, at_least: 1}]\n"),
            "my.yaml:12: expect: a run has no metric 'godput_ratio'; did you mean "
            "'goodput_ratio'?\n");
  EXPECT_EQ(error_of(std::string(right) +
                     "expect:\n  - {variant: slow, metric: services.bnk.wasted, at_most: 0}\n"),
            "my.yaml:13: expect: a run of variant 'slow' has no metric 'services.bnk.wasted'; did "
            "you mean 'services.bank.wasted'?\n");
}

TEST_F(BrokenScenario, AnExpectationOfNothingNear) {
  EXPECT_EQ(error_of(std::string(right) + "expect: [{metric: happiness, at_least: 1}]\n"),
            "my.yaml:12: expect: a run has no metric 'happiness'; there are short names such as "
            "goodput_ratio and p99_ms, and all figures that --json writes, such as "
            "workloads.shoppers.ok\n");
}

TEST_F(BrokenScenario, AnExpectationBeyondTheWhole) {
  EXPECT_EQ(error_of(std::string(right) + "expect: [{metric: goodput_ratio, at_least: 95}]\n"),
            "my.yaml:12: expect: wants 'goodput_ratio' to be at least 95, but it is 1 at most; did "
            "you mean '95%'?\n");
}

TEST_F(BrokenScenario, AnExpectationFromTheCommandLine) {
  (void)folder_.write("my.yaml", std::string(right) + "expect: [{metric: ok, at_least: 1}]\n");
  const auto error_with = [this](const std::string& assignment) {
    const Ended ended =
        squall({"compare", "my.yaml", "--quiet", "--set", assignment}, folder_.path());
    return std::to_string(ended.status) + " " + ended.errors;
  };
  EXPECT_EQ(error_with("expect=[{metric: godput_ratio, at_least: 1}]"),
            "2 --set: expect: a run has no metric 'godput_ratio'; did you mean 'goodput_ratio'?\n");
  EXPECT_EQ(error_with("expect.0.metric=oK"),
            "2 --set: expect: a run has no metric 'oK'; did you mean 'ok'?\n");
  EXPECT_THAT(error_with("expect=[{variant: slow, metric: ok, at_least: 1000}]"),
              StartsWith("1 --set: expectation not met: slow: ok is "));
}

TEST_F(BrokenScenario, ANameThatTurnsTheLineAround) {
  EXPECT_EQ(error_of(with("to: bank", "to: \"a\\u202eb\"")),
            "my.yaml:8: workloads.shoppers.to: there is no service or queue 'a?b'; known: bank\n");
}

TEST_F(BrokenScenario, AMissingTrace) {
  EXPECT_THAT(
      error_of(with("constant: 50/s", "trace: arrivals.csv")),
      MatchesRegex("my.yaml:8: workloads.shoppers.arrivals.trace: .*arrivals.csv.* does not "
                   "exist\n"));
  ASSERT_EQ(::mkdir(folder_.path("arrivals.csv").c_str(), 0777), 0);
  EXPECT_THAT(error_of(with("constant: 50/s", "trace: arrivals.csv")),
              HasSubstr(" is a directory, not a file\n"));
  EXPECT_THAT(error_of(with("constant: 50/s", "trace: /dev/zero")),
              HasSubstr(" is not a regular file\n"));
}

// --- Runs ---

TEST_F(BrokenScenario, ClosedUsersWhoNeverThinkAndAreRefusedAtOnce) {
  const std::string error = error_of(
      "squall: 1\n"
      "duration: 10s\n"
      "services:\n"
      "  bank: {workers: 1, queue: {capacity: 0}, latency: 1h}\n"
      "workloads:\n"
      "  users: {to: bank, arrivals: {closed: {users: 10, think: 0s}}}\n");
  EXPECT_THAT(error, StartsWith("my.yaml"));
  EXPECT_THAT(error, HasSubstr("users"));
}

TEST_F(BrokenScenario, RedeliveryAtOnceForEver) {
  const std::string error = error_of(
      "squall: 1\n"
      "duration: 1s\n"
      "services: {bank: {failure: 100%}}\n"
      "queues: {orders: {}}\n"
      "consumers: {clerk: {from: orders, calls: [{to: bank}]}}\n"
      "workloads: {shoppers: {to: orders, arrivals: {constant: 10/s}}}\n");
  EXPECT_THAT(error, StartsWith("my.yaml: queues.orders: its messages are handed back"));
  EXPECT_THAT(error, HasSubstr("give the queue a redelivery delay or max_deliveries"));
}

// --- What is allowed but cannot be meant ---

TEST_F(BrokenScenario, WarnsOfAFaultAfterTheEnd) {
  const std::string fault = "faults: {late: {at: 2s, on: service.bank, latency: x4}}\n";
  (void)folder_.write("my.yaml", std::string(right) + fault);
  const std::string warning =
      "my.yaml: faults.late: warning: begins at 2s, but the run ends at 2s; it does nothing\n";
  for (const char* command : {"compare", "check"}) {
    const Ended ended = squall({command, "my.yaml"}, folder_.path());
    EXPECT_EQ(ended.status, 0);
    EXPECT_TRUE(ended.errors.starts_with(warning)) << ended.errors;
  }
  EXPECT_EQ(squall({"compare", "my.yaml", "--quiet"}, folder_.path()).errors, "");
  (void)folder_.write("my.yaml", with("plain: {}", "plain: {duration: 3s}") + fault);
  EXPECT_EQ(squall({"compare", "my.yaml"}, folder_.path()).errors,
            warning.substr(0, warning.size() - 1) + " (in variant 'slow')\n");
}

}  // namespace
}  // namespace squall::cli::testing::broken_scenarios_test
