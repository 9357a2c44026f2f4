// Which file an option of results means: links, other spellings, open descriptors.
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/process.hpp"

namespace squall::cli::testing::destinations_test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int wrong_input = 2;
constexpr int environment = 3;

bool is_link(const std::string& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

/// `squall WORDS`, by a shell, so that it can redirect.
Ended by_shell(const std::string& words, const TemporaryFolder& folder) {
  return run({.program = "bash",
              .arguments = {"-c", "\"$0\" " + words, SQUALL_COMMAND},
              .folder = folder.path()});
}

TEST(Destinations, AreOneFileHoweverTheyAreSpelled) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkdir(folder.path("sub").c_str(), 0777), 0);
  ASSERT_EQ(::symlink("sub", folder.path("link").c_str()), 0);
  ASSERT_EQ(::symlink("a.json", folder.path("other.json").c_str()), 0);
  const std::vector<std::vector<std::string>> pairs = {{"a.json", "./a.json"},
                                                       {"a.json", "sub/../a.json"},
                                                       {"a.json", folder.path("a.json")},
                                                       {"a.json", "other.json"},
                                                       {"sub/a.json", "link/a.json"}};
  for (const std::vector<std::string>& two : pairs) {
    const Ended ended =
        squall({"compare", "--json", two[0], "--trace", two[1], "--quiet"}, folder.path());
    EXPECT_EQ(ended.status, wrong_input) << two[1];
    EXPECT_EQ(ended.errors,
              two[1] + ": is the file that --json writes; --trace needs one of its own\n");
  }
  EXPECT_THAT(folder.names(), ElementsAre("link", "other.json", "sub"));
}

TEST(Destinations, AreNotInTheWayOfTheTablesOfCsv) {
  const TemporaryFolder folder;
  const Ended ended =
      squall({"compare", "--csv", "out", "--json", "./out/totals.csv", "--quiet"}, folder.path());
  EXPECT_EQ(ended.status, wrong_input);
  EXPECT_EQ(ended.errors,
            "out/totals.csv: is the file that --json writes; --csv needs one of its own\n");
}

TEST(Destinations, OfValidateAreOneFileHoweverTheyAreSpelled) {
  const TemporaryFolder folder;
  const Ended ended =
      squall({"validate", "--case", "mm1-half", "--json", "a", "--markdown", "./a"}, folder.path());
  EXPECT_EQ(ended.status, wrong_input);
  EXPECT_EQ(ended.output, "");
  EXPECT_EQ(ended.errors, "./a: is the file that --json writes; --markdown needs one of its own\n");
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(Destinations, FollowALinkToAFileThatIsNotThereYet) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkdir(folder.path("sub").c_str(), 0777), 0);
  ASSERT_EQ(::symlink("second.json", folder.path("first.json").c_str()), 0);
  ASSERT_EQ(::symlink("sub/real.json", folder.path("second.json").c_str()), 0);
  const Ended ended = squall({"run", "tutorial", "--quiet", "--json", "first.json"}, folder.path());
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_TRUE(is_link(folder.path("first.json")));
  EXPECT_TRUE(is_link(folder.path("second.json")));
  EXPECT_TRUE(json::accept(folder.read("sub/real.json")));
  EXPECT_THAT(folder.names(), ElementsAre("first.json", "second.json", "sub"));
}

TEST(Destinations, SayWhereALinkLeadsThatCannotBeFollowed) {
  const TemporaryFolder folder;
  ASSERT_EQ(::symlink("no/such.json", folder.path("nowhere.json").c_str()), 0);
  ASSERT_EQ(::symlink("loop.json", folder.path("loop.json").c_str()), 0);
  const Ended nowhere = squall({"compare", "--json", "nowhere.json"}, folder.path());
  EXPECT_EQ(nowhere.status, wrong_input);
  EXPECT_EQ(nowhere.output, "") << "said before the run";
  EXPECT_EQ(nowhere.errors, "nowhere.json: cannot be written: its folder does not exist\n");
  const Ended loop = squall({"compare", "--json", "loop.json"}, folder.path());
  EXPECT_EQ(loop.status, environment);
  EXPECT_EQ(loop.output, "");
  EXPECT_THAT(loop.errors, HasSubstr("loop.json: cannot be written: "));
  EXPECT_TRUE(is_link(folder.path("nowhere.json")));
}

TEST(Destinations, AreNotTheFileThatStandardOutputGoesTo) {
  const TemporaryFolder folder;
  ASSERT_EQ(::symlink("out.x", folder.path("link.x").c_str()), 0);
  ASSERT_EQ(::mkdir(folder.path("tables").c_str(), 0777), 0);
  const auto said = [](const std::string& file, const std::string& option) {
    return file + ": is the file that standard output goes to; " + option +
           " needs one of its own\n";
  };
  const struct {
    std::string words, file, option;
  } cases[] = {
      {"run tutorial --html out.x > out.x", "out.x", "--html"},
      {"run tutorial --html ./out.x >> out.x", "./out.x", "--html"},
      {"compare tutorial --json link.x > out.x", "link.x", "--json"},
      {"compare tutorial --json out.x > link.x", "out.x", "--json"},
      {"run tutorial --trace out.x --trace-format otlp > out.x", "out.x", "--trace"},
      {"run tutorial --csv tables > tables/totals.csv", "tables/totals.csv", "--csv"},
      {"run tutorial --quiet --json - --html out.x > out.x", "out.x", "--html"},
      {"validate --case mm1-half --markdown out.x > out.x", "out.x", "--markdown"},
      {"validate --case mm1-half --quiet --json - --markdown ./out.x > out.x", "./out.x",
       "--markdown"},
  };
  for (const auto& one : cases) {
    const Ended ended = by_shell(one.words, folder);
    EXPECT_EQ(ended.status, wrong_input) << one.words;
    EXPECT_EQ(ended.errors, said(one.file, one.option)) << one.words;
    EXPECT_EQ(folder.read(one.option == "--csv" ? one.file : "out.x").size(), 0U)
        << one.words << ": said before the run";
  }
}

TEST(Destinations, MayBeTheFileThatNothingIsPrintedTo) {
  const TemporaryFolder folder;
  const std::string plain = squall({"run", "tutorial", "--json", "-"}).output;
  const Ended ended = by_shell("run tutorial --quiet --json out.json > out.json", folder);
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_EQ(folder.read("out.json"), plain);
  // What is open already is written to, not replaced; both can stand in it, one after the other.
  const Ended shared = by_shell("run tutorial --json /dev/fd/5 > both.txt 5>&1", folder);
  EXPECT_EQ(shared.status, 0) << shared.errors;
  EXPECT_THAT(folder.read("both.txt"), ::testing::EndsWith(plain));
  EXPECT_GT(folder.read("both.txt").size(), plain.size());
}

TEST(Destinations, TakeAnyNameOfStandardOutputForIt) {
  const TemporaryFolder folder;
  ASSERT_EQ(::symlink("/dev/stdout", folder.path("out").c_str()), 0);
  const std::string plain = squall({"run", "tutorial", "--json", "-"}).output;
  for (const char* name : {"/proc/self/fd/1", "/dev/fd/1", "/dev/stdout", "out"}) {
    const Ended piped = squall({"run", "tutorial", "--json", name}, folder.path());
    EXPECT_EQ(piped.status, 0) << name << piped.errors;
    EXPECT_EQ(piped.output, plain) << name << ": and no table";
    const Ended redirected =
        by_shell(std::string("run tutorial --json ") + name + " > kept.json", folder);
    EXPECT_EQ(redirected.status, 0) << name << redirected.errors;
    EXPECT_EQ(folder.read("kept.json"), plain) << name;
  }
  EXPECT_THAT(squall({"run", "tutorial", "--json", "/proc/self/fd/1", "--html", "-"}).errors,
              HasSubstr("both write to standard output"));
  EXPECT_THAT(squall({"run", "tutorial", "--trace", "/proc/self/fd/1"}).errors,
              HasSubstr("needs a file, not standard output"));
}

TEST(Destinations, WriteIntoADescriptorThatIsOpen) {
  const TemporaryFolder folder;
  const std::string plain = squall({"run", "tutorial", "--json", "-"}).output;
  const Ended ended = by_shell(
      "run tutorial --quiet --json /dev/fd/5 5> kept.json && echo more >> kept.json", folder);
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_EQ(folder.read("kept.json"), plain + "more\n");
  EXPECT_THAT(folder.names(), ElementsAre("kept.json"));
  const Ended not_open = by_shell("run tutorial --json /dev/fd/7", folder);
  EXPECT_NE(not_open.status, 0);
  EXPECT_EQ(not_open.output, "") << "said before the run";
  const Ended only_read = by_shell("run tutorial --json /dev/fd/5 5< kept.json", folder);
  EXPECT_EQ(only_read.status, environment);
  EXPECT_EQ(only_read.output, "");
  EXPECT_THAT(only_read.errors, HasSubstr("/dev/fd/5: cannot be written: "));
}

}  // namespace
}  // namespace squall::cli::testing::destinations_test
