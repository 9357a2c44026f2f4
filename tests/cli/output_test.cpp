// Where results go: standard output, JSON, CSV; and what happens when they cannot go there.
#include <algorithm>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/process.hpp"

namespace squall::cli::testing::output_test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int environment = 3;

// --- Standard output ---

TEST(Table, HasNoEscapeCodesInAPipe) {
  const Ended ended = squall({"compare"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
  EXPECT_THAT(ended.output, Not(HasSubstr("\033")));
  EXPECT_THAT(ended.output, Not(HasSubstr("\r")));
  for (const char* word : {"rpc-naive", "rpc-safe", "event-naive", "event-safe", "rpc-queued",
                           "offered", "2,400", "goodput over time"}) {
    EXPECT_THAT(ended.output, HasSubstr(word));
  }
}

/// The most characters on a line of ASCII text.
std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::size_t start = 0;
  for (std::size_t end = text.find('\n'); end != text.npos; end = text.find('\n', start)) {
    widest = std::max(widest, end - start);
    start = end + 1;
  }
  return widest;
}

TEST(Table, IsAsciiOutsideAUtf8Locale) {
  const Ended ended = run({.arguments = {"compare"}, .environment = {"LC_ALL=C"}});
  EXPECT_EQ(ended.status, 0);
  EXPECT_TRUE(std::ranges::all_of(ended.output, [](char c) { return c == '\n' || c >= ' '; }));
  EXPECT_LE(widest_line(ended.output), 100U);
}

TEST(Table, KeepsToTheColumnsAskedFor) {
  const Ended ended = run({.arguments = {"compare"}, .environment = {"LC_ALL=C", "COLUMNS=60"}});
  EXPECT_EQ(ended.status, 0);
  EXPECT_LE(widest_line(ended.output), 60U);
}

TEST(Table, IsLeftOutWhenQuiet) {
  const Ended ended = squall({"compare", "--quiet"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.output + ended.errors, "");
}

TEST(StandardOutput, EndsInSilenceWhenItsReaderHasGone) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"compare"},
                                             {"compare", "--json", "-"},
                                             {"check", "tutorial"},
                                             {"scenarios"},
                                             {"--help"}}) {
    const Ended ended = run({.arguments = arguments, .output = Output::gone_reader});
    EXPECT_EQ(ended.status, environment) << arguments.front();
    EXPECT_EQ(ended.errors, "") << arguments.front();
  }
}

TEST(StandardOutput, MakesNoNoiseBeforeHead) {
  const Ended ended =
      run({.program = "bash", .arguments = {"-c", "\"$0\" compare | head -n 1", SQUALL_COMMAND}});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
  EXPECT_THAT(ended.output, StartsWith("tutorial-bursts"));
}

TEST(StandardOutput, SaysWhenItIsFull) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"compare"}, {"check", "tutorial"}, {"--version"}}) {
    const Ended ended = run({.arguments = arguments, .output = Output::full_device});
    EXPECT_EQ(ended.status, environment) << arguments.front();
    EXPECT_EQ(ended.errors, "standard output: cannot be written: no space left on the device\n");
  }
}

TEST(StandardOutput, SaysWhenThereIsNone) {
  const TemporaryFolder folder;
  const Ended ended = run({.arguments = {"compare", "--json", "result.json"},
                           .folder = folder.path(),
                           .output = Output::closed});
  EXPECT_EQ(ended.status, environment);
  EXPECT_THAT(ended.errors, StartsWith("standard output: cannot be written: "));
  EXPECT_TRUE(json::accept(folder.read("result.json"))) << "and no table went into the file";
}

// --- JSON ---

TEST(Json, IsAllThatStandsOnStandardOutput) {
  const Ended ended = squall({"compare", "--json", "-"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
  ASSERT_TRUE(json::accept(ended.output));
  EXPECT_EQ(squall({"compare", "--json", "/dev/stdout"}).output, ended.output);
}

/// Whether `actual` has every key of `expected`, all the way down.
void expect_keys(const json& expected, const json& actual, const std::string& path) {
  if (!expected.is_object()) return;
  for (const auto& [key, value] : expected.items()) {
    EXPECT_TRUE(actual.contains(key)) << path << '.' << key;
    if (actual.contains(key)) expect_keys(value, actual[key], path + '.' + key);
  }
}

TEST(Json, HasTheKeysThatArePromised) {
  const json result = json::parse(
      squall({"run", "tutorial-bursts", "--variant", "event-safe", "--seed", "7", "--json", "-"})
          .output);
  const json promised = json::parse(R"({
    "squall": "", "format": 1, "scenario": "", "seed": 7, "replications": 1, "variants": []})");
  expect_keys(promised, result, "");
  EXPECT_EQ(result["squall"], SQUALL_VERSION);
  EXPECT_EQ(result["format"], 1);
  EXPECT_EQ(result["scenario"], "tutorial-bursts");
  EXPECT_EQ(result["seed"], 7);
  ASSERT_EQ(result["variants"].size(), 1U);

  const json of_variant = json::parse(R"({
    "name": "",
    "workloads": {"shoppers": {"offered": 0, "ok": 0, "late": 0, "failed": 0, "rejected": 0,
      "dead_lettered": 0, "dropped": 0, "unfinished": 0, "duplicates": 0, "goodput_ratio": 0,
      "goodput_per_s": 0,
      "latency_ms": {"count": 0, "mean": 0, "p50": 0, "p90": 0, "p95": 0, "p99": 0, "p999": 0,
                     "max": 0},
      "ok_within_ms": {"p50": 0, "p90": 0, "p99": 0}}},
    "calls": {"handler->payments": {"requests": 0, "attempts": 0, "retries": 0, "amplification": 0,
      "timeouts": 0, "errors": 0,
      "rejected": {"breaker": 0, "bulkhead": 0, "rate_limit": 0, "queue": 0, "admission": 0},
      "retries_denied": {"budget": 0, "deadline": 0, "pushback": 0}}},
    "services": {"payments": {"arrived": 0, "completed": 0, "failed": 0, "refused": 0,
      "skipped": 0, "cancelled": 0, "wasted": 0, "wasted_ratio": 0, "utilization": 0,
      "mean_in_system": 0, "wait_ms": {}, "queue_max": 0}},
    "queues": {"orders": {"published": 0, "rejected": 0, "dropped": 0, "delivered": 0,
      "redelivered": 0, "acked": 0, "dead_lettered": 0, "depth_max": 0, "age_ms": {},
      "from_delivery_ms": {}}},
    "verdict": {"state": "", "recovered_after_ms": 0},
    "series": {"interval_ms": 0, "time_ms": [], "offered_per_s": [], "goodput_per_s": [],
               "attempts_per_s": []}})");
  const json& variant = result["variants"][0];
  expect_keys(of_variant, variant, "");
  EXPECT_EQ(variant["name"], "event-safe");
  EXPECT_EQ(variant["workloads"]["shoppers"]["offered"], 2400);
}

TEST(Json, IsTheSameForTheSameSeedAndElseAnother) {
  const std::string first = squall({"run", "tutorial", "--json", "-"}).output;
  EXPECT_EQ(squall({"run", "tutorial", "--json", "-"}).output, first);
  EXPECT_NE(squall({"run", "tutorial", "--json", "-", "--seed", "2"}).output, first);
}

TEST(Json, GoesToAFileBesideTheTable) {
  const TemporaryFolder folder;
  const Ended ended = squall({"run", "tutorial", "--json", "result.json"}, folder.path());
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(ended.output, HasSubstr("goodput"));
  EXPECT_THAT(folder.names(), ElementsAre("result.json"));
  EXPECT_EQ(folder.read("result.json"), squall({"run", "tutorial", "--json", "-"}).output);
}

TEST(Json, TakesThePlaceOfAFileAndItsPermissions) {
  const TemporaryFolder folder;
  const std::string real = folder.write("real.json", "old");
  ASSERT_EQ(::chmod(real.c_str(), 0640), 0);
  ASSERT_EQ(::symlink("real.json", folder.path("link.json").c_str()), 0);
  EXPECT_EQ(squall({"run", "tutorial", "--quiet", "--json", "link.json"}, folder.path()).status, 0);
  EXPECT_THAT(folder.names(), ElementsAre("link.json", "real.json"));
  EXPECT_TRUE(json::accept(folder.read("real.json")));
  struct stat status{};
  ASSERT_EQ(::lstat(folder.path("link.json").c_str(), &status), 0);
  EXPECT_TRUE(S_ISLNK(status.st_mode));
  ASSERT_EQ(::stat(real.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST(Json, SaysWhenTheDiskIsFull) {
  const Ended ended = squall({"compare", "--json", "/dev/full"});
  EXPECT_EQ(ended.status, environment);
  EXPECT_EQ(ended.errors, "/dev/full: cannot be written: no space left on the device\n");
  EXPECT_THAT(ended.output, HasSubstr("goodput")) << "what can be delivered is";
}

TEST(Json, LeavesNothingBehindWhenTheFileCannotBeFinished) {
  const TemporaryFolder folder;
  (void)folder.write("result.json", "old");
  // A limit on the size of files fails like a full disk, in the middle of writing.
  const Ended ended =
      run({.program = "bash",
           .arguments = {"-c", "ulimit -f 4; exec \"$0\" compare --quiet --json result.json",
                         SQUALL_COMMAND},
           .folder = folder.path()});
  EXPECT_EQ(ended.status, environment);
  EXPECT_THAT(ended.errors, StartsWith("result.json: cannot be written: "));
  EXPECT_THAT(folder.names(), ElementsAre("result.json"));
  EXPECT_EQ(folder.read("result.json"), "old");
}

TEST(Json, WantsAFolderThatIsThere) {
  const TemporaryFolder folder;
  const Ended missing = squall({"compare", "--json", "no/result.json"}, folder.path());
  EXPECT_EQ(missing.status, 2);
  EXPECT_EQ(missing.output, "") << "said before the run";
  EXPECT_EQ(missing.errors, "no/result.json: cannot be written: its folder does not exist\n");
  const Ended directory = squall({"compare", "--json", "."}, folder.path());
  EXPECT_EQ(directory.status, 2);
  EXPECT_EQ(directory.errors, ".: is a directory, not a file\n");
}

// --- CSV ---

TEST(Csv, GoesIntoAFolderThatIsMade) {
  const TemporaryFolder folder;
  const Ended ended = squall({"compare", "tutorial", "--quiet", "--csv", "a/b"}, folder.path());
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(folder.names(), ElementsAre("a"));
  EXPECT_THAT(folder.read("a/b/totals.csv"), StartsWith("variant,kind,name,metric,value\n"));
  EXPECT_THAT(folder.read("a/b/series-rpc.csv"), StartsWith("time_ms,offered_per_s,"));
  EXPECT_THAT(folder.read("a/b/series-event.csv"), StartsWith("time_ms,offered_per_s,"));
}

TEST(Csv, StaysInItsFolderWhateverAVariantIsCalled) {
  const TemporaryFolder folder;
  (void)folder.write("my.yaml",
                     "squall: 1\n"
                     "duration: 1s\n"
                     "services: {bank: {latency: 10ms}}\n"
                     "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n"
                     "variants: {/tmp/x: {}, 50%: {}}\n");
  const Ended ended = squall({"compare", "my.yaml", "--quiet", "--csv", "out"}, folder.path());
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(folder.read("out/series-%2Ftmp%2Fx.csv"), StartsWith("time_ms"));
  EXPECT_THAT(folder.read("out/series-50%25.csv"), StartsWith("time_ms"));
}

constexpr const char* small =
    "squall: 1\n"
    "duration: 1s\n"
    "services: {bank: {latency: 10ms}}\n"
    "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n";

TEST(Csv, ShortensAndNumbersWhatIsTooLongForAFile) {
  const TemporaryFolder folder;
  // Escaped they have 300 bytes; the second differs from the first in the last byte only.
  const std::string colons(99, ':');
  const std::string umlauts = "\xc3\xa4" + std::string(30, 'x') + std::string(80, '|');
  (void)folder.write("my.yaml", small + ("variants: {\"" + colons + "a\": {}, \"" + colons +
                                         "b\": {}, \"" + umlauts + "\": {}, plain: {}}\n"));
  const Ended ended = squall({"compare", "my.yaml", "--quiet", "--csv", "out"}, folder.path());
  ASSERT_EQ(ended.status, 0) << ended.errors;
  const auto repeated = [](const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
  };
  // 255 bytes at most, and no part of an escape.
  EXPECT_THAT(folder.read("out/series-" + repeated("%3A", 80) + "%~1.csv"), StartsWith("time_ms"));
  EXPECT_THAT(folder.read("out/series-" + repeated("%3A", 80) + "%~2.csv"), StartsWith("time_ms"));
  EXPECT_THAT(
      folder.read("out/series-\xc3\xa4" + std::string(30, 'x') + repeated("%7C", 69) + "%~3.csv"),
      StartsWith("time_ms"));
  EXPECT_THAT(folder.read("out/series-plain.csv"), StartsWith("time_ms"));
}

TEST(Csv, LooksAtEveryFileBeforeTheRun) {
  const TemporaryFolder folder;
  (void)folder.write("my.yaml", small + std::string("variants: {a: {}, b: {}}\n"));
  ASSERT_EQ(::mkdir(folder.path("out").c_str(), 0777), 0);
  ASSERT_EQ(::mkdir(folder.path("out/series-b.csv").c_str(), 0777), 0);
  const Ended ended = squall({"compare", "my.yaml", "--csv", "out"}, folder.path());
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.output, "") << "said before the run";
  EXPECT_EQ(ended.errors, "out/series-b.csv: is a directory, not a file\n");
}

TEST(Results, NeverReplaceTheScenario) {
  const TemporaryFolder folder;
  (void)folder.write("my.yaml", small);
  ASSERT_EQ(::symlink("my.yaml", folder.path("link.json").c_str()), 0);
  for (const char* file : {"my.yaml", "./my.yaml", "link.json"}) {
    const Ended ended = squall({"run", "my.yaml", "--json", file}, folder.path());
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.output, "");
    EXPECT_EQ(ended.errors,
              std::string(file) + ": is the scenario itself; write the results somewhere else\n");
  }
  EXPECT_EQ(folder.read("my.yaml"), small);
}

TEST(Csv, WantsAFolderAndNoFile) {
  const TemporaryFolder folder;
  (void)folder.write("out", "");
  const Ended ended = squall({"compare", "--csv", "out"}, folder.path());
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.errors, "out: is a file, not a folder\n");
}

}  // namespace
}  // namespace squall::cli::testing::output_test
