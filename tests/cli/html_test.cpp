// --html: the page, and what is said where none can be made.
#include <string>
#include <sys/stat.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/process.hpp"

namespace squall::cli::testing::html_test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int wrong_input = 2;
constexpr int environment = 3;

/// Whether the command that is tested was built with the front end.
bool has_front_end() {
  static const bool has = squall({"run", "tutorial", "--html", "-"}).status == 0;
  return has;
}

/// The data of a page.
json data_of(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"squall-data\">";
  const std::size_t at = page.find(begin);
  if (at == page.npos) return nullptr;
  const std::size_t from = at + begin.size();
  return json::parse(page.substr(from, page.find("</script>", from) - from));
}

TEST(Html, NeedsTheFrontEndAndSaysSoBeforeItRuns) {
  if (has_front_end()) GTEST_SKIP() << "this command has it";
  const TemporaryFolder folder;
  const Ended ended =
      squall({"compare", "--html", "report.html", "--json", "out.json"}, folder.path());
  EXPECT_EQ(ended.status, environment);
  EXPECT_THAT(ended.errors, StartsWith("--html: this squall was built without the report page; "));
  EXPECT_EQ(ended.output, "");
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(Html, WritesOnePageWithTheResultInIt) {
  if (!has_front_end()) GTEST_SKIP() << "built without the front end";
  const TemporaryFolder folder;
  const Ended ended = squall({"compare", "tutorial-bursts", "--set", "description=it's <b>bold</b>",
                              "--html", "report.html", "--json", "out.json"},
                             folder.path());
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
  EXPECT_THAT(ended.output, HasSubstr("goodput over time"));
  EXPECT_THAT(folder.names(), ElementsAre("out.json", "report.html"));
  const std::string page = folder.read("report.html");
  EXPECT_LT(page.size(), 1'000'000U);
  EXPECT_THAT(page, StartsWith("<!"));
  const json data = data_of(page);
  ASSERT_TRUE(data.is_object());
  EXPECT_LT(data.dump().size(), 700'000U);
  EXPECT_EQ(data["result"], json::parse(folder.read("out.json")));
  EXPECT_EQ(data["command"],
            "squall compare tutorial-bursts --set "
            "'description=it'\\''s <b>bold</b>' --html report.html --json out.json");
  EXPECT_THAT(data["scenario_text"].get<std::string>(), StartsWith("# Five designs, one storm"));
  ASSERT_EQ(data["variants"].size(), 5U);
  for (std::size_t v = 0; v < 5; ++v) {
    const json& variant = data["variants"][v];
    const json& result = data["result"]["variants"][v];
    EXPECT_EQ(variant["name"], result["name"]);
    EXPECT_EQ(variant["seed"], data["result"]["seed"].dump());
    ASSERT_EQ(variant["runs"].size(), 1U);
    const json& run = variant["runs"][0];
    EXPECT_LE(run["time_ms"].size(), 512U);
    for (const char* count : {"offered", "ok", "failed", "rejected"}) {
      std::uint64_t sum = 0;
      for (const json& value : run["workloads"]["shoppers"][count])
        sum += value.get<std::uint64_t>();
      EXPECT_EQ(sum, result["workloads"]["shoppers"][count].get<std::uint64_t>()) << count;
    }
  }
}

TEST(Html, GoesToStandardOutputInPlaceOfTheTable) {
  if (!has_front_end()) GTEST_SKIP() << "built without the front end";
  const Ended ended = squall({"run", "tutorial", "--html", "-"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
  EXPECT_TRUE(data_of(ended.output).is_object());
  EXPECT_THAT(ended.output, StartsWith("<!"));
}

TEST(Html, IsTheSameWhateverTheNumberOfThreads) {
  if (!has_front_end()) GTEST_SKIP() << "built without the front end";
  const auto with_jobs = [](const std::string& jobs) {
    const TemporaryFolder folder;
    const Ended ended =
        squall({"compare", "tutorial-bursts", "--quiet", "--jobs", jobs, "--html", "report.html"},
               folder.path());
    EXPECT_EQ(ended.status, 0) << ended.errors;
    std::string page = folder.read("report.html");
    const std::string option = "--jobs " + jobs;  // in the command that the page shows
    const std::size_t at = page.find(option);
    EXPECT_NE(at, page.npos);
    return page.replace(at, option.size(), "--jobs N");
  };
  const std::string alone = with_jobs("1");
  EXPECT_TRUE(with_jobs("3") == alone);
  EXPECT_TRUE(with_jobs("64") == alone);
}

TEST(Html, HasAnExampleOfEachWorld) {
  if (!has_front_end()) GTEST_SKIP() << "built without the front end";
  const TemporaryFolder folder;
  const Ended ended =
      squall({"compare", "tutorial-bursts", "--replications", "20", "--html", "report.html"},
             folder.path());
  EXPECT_EQ(ended.status, 0);
  const json data = data_of(folder.read("report.html"));
  for (std::size_t v = 0; v < data["variants"].size(); ++v) {
    const json& result = data["result"]["variants"][v];
    const json& runs = data["variants"][v]["runs"];
    const json all_worlds = result.value("worlds", json::array());
    const std::size_t worlds = all_worlds.size();
    ASSERT_EQ(runs.size(), worlds == 0 ? 1U : worlds);
    for (std::size_t w = 0; w < worlds; ++w) {
      EXPECT_EQ(runs[w]["label"], all_worlds[w]["name"]);
      EXPECT_EQ(runs[w]["seed"], all_worlds[w]["example"]["seed"].dump());
    }
  }
}

TEST(Html, KnowsNoOtherFormOfScript) {
  if (!has_front_end()) GTEST_SKIP() << "built without the front end";
  const TemporaryFolder folder;
  const std::string name = "</script><b>\xf0\x9f\xa6\x88 \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d";
  const std::string file =
      folder.write("hostile.yaml", "squall: 1\nname: x\nduration: 1s\nservices:\n  '" + name +
                                       "': {latency: 1ms}\nworkloads:\n  w: {to: '" + name +
                                       "', arrivals: {constant: 10/s}}\n");
  const Ended ended = squall({"run", file, "--html", "-"});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(ended.output, Not(HasSubstr("</script><b>")));
  const json data = data_of(ended.output);
  ASSERT_TRUE(data.is_object());
  EXPECT_TRUE(data["variants"][0]["runs"][0]["services"].contains(name));
}

TEST(Html, KeepsTheResultsWhereALimitIsHitWhileThePageIsMade) {
  if (!has_front_end()) GTEST_SKIP() << "built without the front end";
  const TemporaryFolder folder;
  const std::string file = folder.write("many.yaml", many_requests_yaml);
  const std::vector<std::string> words = {"run", file, "--max-memory", "2MB", "--json", "out.json"};
  ASSERT_EQ(squall(words, folder.path()).status, 0);
  std::vector<std::string> with_page = words;
  with_page.insert(with_page.end(), {"--html", "report.html"});
  const Ended ended = squall(with_page, folder.path());
  EXPECT_EQ(ended.status, environment);
  EXPECT_THAT(ended.output, HasSubstr("goodput over time"));
  EXPECT_THAT(ended.errors, HasSubstr("the page could not be made whole; the results are"));
  EXPECT_THAT(ended.errors, HasSubstr("more than --max-memory 2 MB allows"));
  EXPECT_THAT(ended.errors, HasSubstr("most of it what is written down of the run"));
  EXPECT_THAT(folder.names(), ElementsAre("many.yaml", "out.json", "report.html"));
  const json data = data_of(folder.read("report.html"));
  EXPECT_EQ(data["result"], json::parse(folder.read("out.json")));
  EXPECT_EQ(data["variants"][0]["runs"].size(), 0U);
}

TEST(Html, IsHeldToTheRulesOfOtherFiles) {
  const TemporaryFolder folder;
  EXPECT_EQ(squall({"compare", "--html", ""}, folder.path()).errors,
            "squall: --html: needs a file, or -\n");
  const Ended both = squall({"compare", "--html", "-", "--json", "-"}, folder.path());
  EXPECT_EQ(both.status, wrong_input);
  EXPECT_THAT(both.errors, HasSubstr("both write to standard output"));
  if (has_front_end()) {
    const Ended same = squall({"compare", "--html", "out", "--json", "out"}, folder.path());
    EXPECT_EQ(same.status, wrong_input);
    EXPECT_THAT(same.errors,
                HasSubstr("is the file that --json writes; --html needs one of its own"));
    const Ended nowhere = squall({"compare", "--html", "no/such/report.html"}, folder.path());
    EXPECT_EQ(nowhere.status, wrong_input);
    EXPECT_EQ(nowhere.output, "");
    EXPECT_THAT(nowhere.errors, HasSubstr("its folder does not exist"));
    const std::string file = folder.write("my.yaml", squall({"scenarios", "tutorial"}).output);
    const Ended itself = squall({"run", file, "--html", file}, folder.path());
    EXPECT_EQ(itself.status, wrong_input);
    EXPECT_THAT(itself.errors, HasSubstr("is the scenario itself"));
    EXPECT_THAT(folder.names(), ElementsAre("my.yaml"));
  } else {
    EXPECT_THAT(folder.names(), IsEmpty());
  }
}

}  // namespace
}  // namespace squall::cli::testing::html_test
