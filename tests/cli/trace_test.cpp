// --trace of run and compare, through the command itself.
#include <csignal>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/exit_status.hpp"
#include "tests/cli/process.hpp"

namespace squall::cli::testing::trace_test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int wrong_input = static_cast<int>(ExitStatus::wrong_input);
constexpr int interrupted = static_cast<int>(ExitStatus::interrupted);

TEST(Trace, ChangesNeitherTableNorJson) {
  const TemporaryFolder folder;
  const Ended plain = squall({"compare", "--json", "plain.json"}, folder.path());
  const Ended traced =
      squall({"compare", "--json", "traced.json", "--trace", "t.json"}, folder.path());
  EXPECT_EQ(traced.status, 0);
  EXPECT_EQ(traced.output, plain.output);
  EXPECT_EQ(traced.errors, "");
  EXPECT_EQ(folder.read("traced.json"), folder.read("plain.json"));
  EXPECT_THAT(folder.names(), ElementsAre("plain.json", "t.json", "traced.json"));
}

TEST(Trace, IsHeldToTheLimitOfMemory) {
  const TemporaryFolder folder;
  const std::string file = folder.write("many.yaml", many_requests_yaml);
  const std::vector<std::string> plain = {"run", file, "--quiet", "--max-memory", "2MB"};
  EXPECT_EQ(squall(plain, folder.path()).status, 0);
  std::vector<std::string> traced = plain;
  traced.insert(traced.end(), {"--trace", "t.json", "--trace-requests", "100000"});
  const Ended ended = squall(traced, folder.path());
  EXPECT_EQ(ended.status, static_cast<int>(ExitStatus::environment));
  EXPECT_THAT(ended.errors, HasSubstr("more than --max-memory 2 MB allows"));
  EXPECT_THAT(ended.errors, HasSubstr("most of it what is written down of the run"));
  EXPECT_THAT(folder.names(), ElementsAre("many.yaml"));
}

TEST(Trace, TakesTheFormatFromTheNameOfTheFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(squall({"run", "tutorial", "--quiet", "--trace", "a.json"}, folder.path()).status, 0);
  EXPECT_EQ(squall({"run", "tutorial", "--quiet", "--trace", "a.otlp.json"}, folder.path()).status,
            0);
  const Ended named = squall(
      {"run", "tutorial", "--quiet", "--trace", "a", "--trace-format", "otlp"}, folder.path());
  EXPECT_EQ(named.status, 0);
  EXPECT_TRUE(json::parse(folder.read("a.json")).contains("traceEvents"));
  EXPECT_TRUE(json::parse(folder.read("a.otlp.json")).contains("resourceSpans"));
  EXPECT_EQ(folder.read("a"), folder.read("a.otlp.json"));
}

TEST(Trace, HasAsManyRequestsOfEachKindAsAreAskedFor) {
  const TemporaryFolder folder;
  EXPECT_EQ(
      squall({"compare", "--quiet", "--trace", "t.json", "--trace-requests", "3"}, folder.path())
          .status,
      0);
  const json trace = json::parse(folder.read("t.json"));
  const json& naive = trace["otherData"]["variants"][0];
  EXPECT_EQ(naive["variant"], "rpc-naive");
  EXPECT_EQ(naive["sample"]["timeout"], json({{"seen", 2351}, {"kept", 3}}));
  EXPECT_EQ(naive["sample"]["slowest"], json({{"seen", 49}, {"kept", 3}}));
}

TEST(Trace, IsOfTheFirstReplicationAlone) {
  const TemporaryFolder folder;
  const std::vector<std::string> run = {"run",     "tutorial", "--variant", "event",
                                        "--quiet", "--jobs",   "2"};
  auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), run.begin(), run.end());
    return squall(more, folder.path());
  };
  EXPECT_EQ(with({"--trace", "one.otlp.json"}).errors, "");
  EXPECT_EQ(with({"--trace", "many.otlp.json", "--replications", "20"}).errors,
            "squall: note: many.otlp.json is of the first replication alone\n");
  EXPECT_EQ(folder.read("many.otlp.json"), folder.read("one.otlp.json"));
}

TEST(Trace, IsMarkedAsAPartWhenInterrupted) {
  const TemporaryFolder folder;
  (void)folder.write("long.yaml", R"(
squall: 1
name: long
duration: 10h
services: {s: {workers: 4, latency: {exponential: 1ms}}}
workloads: {w: {to: s, arrivals: {poisson: 3000/s}}}
)");
  const Ended ended = run({.arguments = {"run", "long.yaml", "--quiet", "--trace", "t.json"},
                           .folder = folder.path(),
                           .signals = {SIGINT}});
  EXPECT_EQ(ended.status, interrupted);
  const json trace = json::parse(folder.read("t.json"));
  EXPECT_EQ(trace["otherData"]["variants"][0]["partial"], true);
  EXPECT_GT(trace["traceEvents"].size(), 500U);
  EXPECT_THAT(folder.names(), ElementsAre("long.yaml", "t.json"));
}

struct WrongCase {
  std::vector<std::string> options;
  const char* expected;
};

TEST(Trace, SaysWhatIsWrongAndWritesNothing) {
  const std::vector<WrongCase> cases = {
      {{"--trace", "t.txt"}, "--trace: 't.txt' ends neither in .json (for Perfetto) nor"},
      {{"--trace", ""}, "--trace: needs a file"},
      {{"--trace", "-"}, "--trace: needs a file, not standard output"},
      {{"--trace", "t.json", "--trace-format", "zipkin"},
       "--trace-format: must be chrome or otlp, is 'zipkin'"},
      {{"--trace", "t.json", "--trace-requests", "0"},
       "--trace-requests: must be a whole number from 1 to 1000000, is '0'"},
      {{"--trace-requests", "5"}, "--trace-requests: is of --trace FILE, which is missing"},
      {{"--trace-format", "otlp"}, "--trace-format: is of --trace FILE, which is missing"},
      {{"--trace", "nowhere/t.json"},
       "nowhere/t.json: cannot be written: its folder does not exist"},
      {{"--trace", "t.json", "--json", "t.json"},
       "is the file that --json writes; --trace needs one of its own"},
  };
  for (const WrongCase& wrong : cases) {
    const TemporaryFolder folder;
    std::vector<std::string> arguments = {"run", "tutorial"};
    arguments.insert(arguments.end(), wrong.options.begin(), wrong.options.end());
    const Ended ended = squall(arguments, folder.path());
    EXPECT_EQ(ended.status, wrong_input) << wrong.expected;
    EXPECT_THAT(ended.errors, HasSubstr(wrong.expected));
    EXPECT_EQ(ended.output, "");
    EXPECT_THAT(folder.names(), IsEmpty());
  }
}

}  // namespace
}  // namespace squall::cli::testing::trace_test
