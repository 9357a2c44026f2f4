// compare and run with many replications, limits and interruptions, through the command itself.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/exit_status.hpp"
#include "tests/cli/process.hpp"

namespace squall::cli::testing::study_test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int wrong_input = static_cast<int>(ExitStatus::wrong_input);
constexpr int environment = static_cast<int>(ExitStatus::environment);
constexpr int interrupted = static_cast<int>(ExitStatus::interrupted);
constexpr int terminated = static_cast<int>(ExitStatus::terminated);

/// A shipped scenario in which much is drawn, with more words.
std::vector<std::string> tutorial(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"compare", "tutorial-bursts", "--set", "expect=null"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// --- Replications ---

TEST(Replications, OfOneAreThePlainRun) {
  const std::string plain = squall({"compare", "--json", "-"}).output;
  EXPECT_EQ(squall({"compare", "--replications", "1", "--jobs", "1", "--json", "-"}).output, plain);
  EXPECT_EQ(squall({"compare", "--replications", "1", "--jobs", "7", "--json", "-"}).output, plain);
  EXPECT_EQ(squall({"compare", "--replications", "1"}).output, squall({"compare"}).output);
  EXPECT_THAT(squall({"compare"}).output, HasSubstr("This is one run of each with seed 7"));
}

TEST(Replications, GiveTheSameBytesWhateverTheJobs) {
  const Ended one = squall(tutorial({"--replications", "6", "--jobs", "1", "--json", "-"}));
  EXPECT_EQ(one.status, 0);
  EXPECT_EQ(one.errors, "");
  ASSERT_TRUE(json::accept(one.output));
  for (const char* jobs : {"2", "7"}) {
    EXPECT_EQ(squall(tutorial({"--replications", "6", "--jobs", jobs, "--json", "-"})).output,
              one.output);
  }
  EXPECT_EQ(squall(tutorial({"--replications", "6", "--json", "-"})).output, one.output);
}

TEST(Replications, AreInTheResults) {
  const TemporaryFolder folder;
  const Ended ended =
      run({.arguments = tutorial({"--replications", "4", "--json", "out.json", "--csv", "csv"}),
           .folder = folder.path()});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("4 replications"), HasSubstr("±"),
                                  HasSubstr("goodput less that of rpc-naive")));
  const json result = json::parse(folder.read("out.json"));
  EXPECT_EQ(result["replications"], 4);
  EXPECT_EQ(result["variants"][0]["workloads"]["shoppers"]["offered"], 4 * 2400);
  EXPECT_EQ(result["variants"][0]["estimates"]["offered"]["mean"], 2400.0);
  EXPECT_EQ(result["paired"].size(), 10U);
  EXPECT_FALSE(result.contains("partial"));
  EXPECT_THAT(folder.read("csv/totals.csv"), StartsWith("variant,kind,name,metric,value,mean,"));
  EXPECT_THAT(folder.read("csv/paired.csv"), StartsWith("variant,minus,metric,"));
}

TEST(Replications, AreHeldAgainstWhatIsExpectedByTheirMean) {
  const TemporaryFolder folder;
  (void)folder.write("s.yaml", R"(
squall: 1
duration: 1s
services: {bank: {latency: 1ms}}
workloads: {w: {to: bank, arrivals: {constant: 100/s}}}
expect:
  - {metric: ok, at_least: 90, at_most: 101}
  - {metric: p99_ms, at_most: 1.01}
)");
  EXPECT_EQ(squall({"run", "s.yaml", "--replications", "5"}, folder.path()).status, 0)
      << "100 of each, and not 500";
  const Ended ended = squall(
      {"run", "s.yaml", "--replications", "5", "--set", "expect=[{metric: ok, at_least: 150}]"},
      folder.path());
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.errors, HasSubstr(" over all replications, wanted at least 150"));
}

// --- Precision ---

TEST(Precision, EndsAtTheFirstOfTheFixedCountsThatWillDo) {
  const auto precise = [](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {
        "run",      "tutorial-bursts", "--variant",   "event-safe",
        "--set",    "expect=null",     "--precision", "0.5%",
        "--metric", "latency_p99_ms",  "--json",      "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ended ended = squall(arguments);
    EXPECT_EQ(ended.status, 0);
    return ended.output;
  };
  const std::string one = precise({"--jobs", "1"});
  const json result = json::parse(one);
  EXPECT_EQ(result["precision"]["reached"], true);
  EXPECT_LE(result["precision"]["widest"], 0.005);
  EXPECT_EQ(result["precision"]["metric"], "latency_p99_ms");
  EXPECT_EQ(precise({"--jobs", "3"}), one);

  const std::vector<int> looks = {20, 30, 40, 60, 80, 120, 160, 240, 320, 480, 640, 960, 1280};
  const auto look = std::ranges::find(looks, result["replications"].get<int>());
  ASSERT_NE(look, looks.end());
  ASSERT_NE(look, looks.begin()) << "the scenario has become too steady for this test";
  const json before = json::parse(precise({"--replications", std::to_string(*(look - 1))}));
  EXPECT_EQ(before["precision"]["reached"], false);
  EXPECT_GT(before["precision"]["widest"], 0.005);
}

TEST(Precision, SaysWhenItWasNotReached) {
  const Ended ended =
      squall(tutorial({"--precision", "0.001%", "--replications", "22", "--json", "-"}));
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.errors,
              AllOf(StartsWith("squall: note: after 22 replications goodput_ratio is known to "),
                    HasSubstr("not to the 0.001 % asked")));
  const json result = json::parse(ended.output);
  EXPECT_EQ(result["precision"]["reached"], false);
  EXPECT_EQ(result["replications"], 22);
}

TEST(StudyOptions, SayWhatIsWrongWithThem) {
  const auto error = [](const std::vector<std::string>& more) {
    const Ended ended = squall(tutorial(more));
    EXPECT_EQ(ended.status, wrong_input);
    EXPECT_EQ(ended.output, "");
    return ended.errors;
  };
  EXPECT_EQ(error({"--replications", "0"}),
            "--replications: must be a whole number from 1 to 10000000, is '0'\n");
  EXPECT_THAT(error({"--replications", "2.5"}), HasSubstr("is '2.5'"));
  EXPECT_THAT(error({"--replications", "many"}), HasSubstr("is 'many'"));
  EXPECT_THAT(error({"--jobs", "-1"}), HasSubstr("--jobs"));
  EXPECT_THAT(error({"--precision", "0"}), HasSubstr("above 0 and below 100 %"));
  EXPECT_THAT(error({"--precision", "1%", "--replications", "5"}), HasSubstr("needs 20 or more"));
  EXPECT_THAT(error({"--metric", "ok"}), HasSubstr("--metric: says what --precision is about"));
  EXPECT_THAT(error({"--precision", "1%", "--metric", "godput_ratio"}),
              HasSubstr("did you mean 'goodput_ratio'?"));
  EXPECT_THAT(error({"--precision", "0.1%", "--metric", "p99_ms"}),
              AllOf(HasSubstr("histogram"), HasSubstr("0.390625%")));
  EXPECT_THAT(error({"--max-memory", "5"}), HasSubstr("--max-memory: '5' is no size"));
  EXPECT_THAT(error({"--max-events", "1.5"}), HasSubstr("--max-events: must be a whole number"));
}

// --- Limits and interruptions ---

class LongRun : public ::testing::Test {
 protected:
  LongRun() {
    (void)folder_.write("long.yaml", R"(
squall: 1
duration: 10h
services: {bank: {latency: 10ms}}
workloads: {w: {to: bank, arrivals: {constant: 100000/s}}}
faults: {slow: {at: 1ms, for: 1ms, on: service.bank, latency: x2}}
variants: {a: {}, b: {}, c: {}}
)");
    (void)folder_.write("flood.yaml", R"(
squall: 1
duration: 10h
services: {bank: {workers: 1, latency: 1s}}
workloads: {w: {to: bank, arrivals: {constant: 1000000/s}}}
)");
  }

  Ended interrupt(const std::vector<std::string>& arguments, std::vector<int> signals) const {
    return run({.arguments = arguments, .folder = folder_.path(), .signals = std::move(signals)});
  }

  static void expect_books(const json& workload) {
    std::uint64_t ends = 0;
    for (const char* end :
         {"ok", "late", "failed", "rejected", "dead_lettered", "dropped", "unfinished"}) {
      ends += workload[end].get<std::uint64_t>();
    }
    EXPECT_EQ(workload["offered"], ends);
  }

  TemporaryFolder folder_;
};

TEST_F(LongRun, IsReportedAsAPartWhenInterrupted) {
  const Ended ended = interrupt({"run", "long.yaml", "--json", "out.json"}, {SIGINT});
  EXPECT_EQ(ended.status, interrupted);
  EXPECT_EQ(ended.errors, "squall: interrupted; the results are of a part of the run\n");
  EXPECT_THAT(ended.output, AllOf(HasSubstr(" · interrupted\n"), HasSubstr("stopped at"),
                                  HasSubstr("Interrupted: these figures are of a part")));
  const json result = json::parse(folder_.read("out.json"));
  EXPECT_EQ(result["partial"], true);
  const json& variant = result["variants"][0];
  EXPECT_EQ(variant["partial"], true);
  EXPECT_LT(variant["simulated_ms"], 36'000'000);
  EXPECT_NE(variant["verdict"]["state"], "recovered") << "the goodput may fall again";
  expect_books(variant["workloads"]["w"]);
  EXPECT_THAT(folder_.names(), ElementsAre("flood.yaml", "long.yaml", "out.json"));
}

TEST_F(LongRun, EndsLikewiseWhenItIsToldToTerminate) {
  const Ended ended = interrupt({"run", "long.yaml", "--json", "-"}, {SIGTERM});
  EXPECT_EQ(ended.status, terminated);
  EXPECT_EQ(json::parse(ended.output)["partial"], true);
}

TEST_F(LongRun, NamesTheVariantsThatWereNotBegun) {
  const Ended ended = interrupt({"compare", "long.yaml", "--jobs", "2", "--json", "-"}, {SIGINT});
  EXPECT_EQ(ended.status, interrupted);
  const json result = json::parse(ended.output);
  EXPECT_EQ(result["partial"], true);
  EXPECT_EQ(result["variants"].size(), 2U);
  EXPECT_EQ(result["not_begun"], json({"c"}));
}

TEST_F(LongRun, KeepsWholeReplicationsWhenInterrupted) {
  const TemporaryFolder folder;
  const Ended ended = run({.arguments = tutorial({"--replications", "1000000", "--jobs", "2",
                                                  "--json", "out.json", "--quiet"}),
                           .folder = folder.path(),
                           .signals = {SIGINT}});
  EXPECT_EQ(ended.status, interrupted);
  EXPECT_THAT(ended.errors, HasSubstr(" of 1000000 replications\n"));
  const json result = json::parse(folder.read("out.json"));
  EXPECT_EQ(result["partial"], true);
  if (result.contains("replications_asked")) {
    EXPECT_EQ(result["replications_asked"], 1'000'000);
    EXPECT_EQ(result["variants"][0]["workloads"]["shoppers"]["offered"],
              2400 * result["replications"].get<int>());
    // What it holds is what as many replications give.
    const std::string count = std::to_string(result["replications"].get<int>());
    const json whole =
        json::parse(squall(tutorial({"--replications", count, "--json", "-"})).output);
    EXPECT_EQ(result["variants"], whole["variants"]);
    EXPECT_EQ(result["paired"], whole["paired"]);
  }
}

TEST_F(LongRun, EndsAtOnceAtTheSecondSignal) {
  // Nobody reads the pipe, so the first signal leaves it waiting there.
  ASSERT_EQ(::mkfifo(folder_.path("pipe").c_str(), 0600), 0);
  const Ended ended =
      interrupt({"run", "long.yaml", "--json", "pipe", "--quiet"}, {SIGINT, SIGINT});
  EXPECT_EQ(ended.status, 128 + SIGINT);
  EXPECT_EQ(ended.output, "");
}

TEST_F(LongRun, TakesASignalThatIsToldTwiceForOne) {
  // As timeout(1) does, which signals its child and then the group of both.
  const Ended ended = run({.arguments = {"run", "long.yaml", "--json", "-"},
                           .folder = folder_.path(),
                           .signals = {SIGINT, SIGINT},
                           .between_signals = std::chrono::milliseconds{1}});
  EXPECT_EQ(ended.status, interrupted);
  EXPECT_EQ(json::parse(ended.output)["partial"], true);
}

TEST_F(LongRun, EndsAtTheLimitOfEvents) {
  const Ended ended =
      squall({"run", "long.yaml", "--max-events", "1e6", "--json", "out.json"}, folder_.path());
  EXPECT_EQ(ended.status, environment);
  EXPECT_EQ(ended.output, "");
  EXPECT_THAT(ended.errors,
              AllOf(StartsWith("long.yaml: variant 'base' took 1000001 events until "),
                    HasSubstr("more than --max-events 1000000 allows; raise it, or ")));
  EXPECT_THAT(folder_.names(), Not(Contains("out.json")));
}

TEST_F(LongRun, EndsAtTheLimitOfEventsInThePilotOfItsWarmupToo) {
  (void)folder_.write("auto.yaml", R"(
squall: 1
duration: 10h
warmup: auto
services: {bank: {latency: 10ms}}
workloads: {w: {to: bank, arrivals: {constant: 100000/s}}}
)");
  const Ended ended = squall({"run", "auto.yaml", "--max-events", "1e6"}, folder_.path());
  EXPECT_EQ(ended.status, environment);
  EXPECT_THAT(ended.errors, HasSubstr("more than --max-events 1000000 allows"));
}

TEST_F(LongRun, IsReportedAsAPartWhenInterruptedInThePilotOfItsWarmup) {
  (void)folder_.write("auto.yaml", R"(
squall: 1
duration: 10h
warmup: auto
services: {bank: {latency: 10ms}}
workloads: {w: {to: bank, arrivals: {constant: 100000/s}}}
variants: {a: {}, b: {}}
)");
  const Ended ended = interrupt({"compare", "auto.yaml", "--json", "out.json"}, {SIGINT});
  EXPECT_EQ(ended.status, interrupted);
  EXPECT_EQ(ended.errors,
            "squall: interrupted while the warm-up was looked for; the results are of a part of "
            "the run, with nothing left out\n");
  EXPECT_THAT(ended.output, HasSubstr(" · interrupted\n"));
  const json result = json::parse(folder_.read("out.json"));
  EXPECT_EQ(result["partial"], true);
  EXPECT_EQ(result["not_begun"], json({"b"}));
  ASSERT_EQ(result["variants"].size(), 1U);
  const json& variant = result["variants"][0];
  EXPECT_EQ(variant["partial"], true);
  EXPECT_EQ(variant["warmup"]["cut_ms"], 0);
  expect_books(variant["workloads"]["w"]);
}

TEST_F(LongRun, EndsAtTheLimitOfMemory) {
  const Ended ended = squall({"run", "flood.yaml", "--max-memory", "50MB"}, folder_.path());
  EXPECT_EQ(ended.status, environment);
  EXPECT_THAT(ended.errors, AllOf(StartsWith("flood.yaml: variant 'base' holds "),
                                  HasSubstr("more than --max-memory 50 MB allows"),
                                  HasSubstr("give the queues a 'capacity'")));
}

}  // namespace
}  // namespace squall::cli::testing::study_test
