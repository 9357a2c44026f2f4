// `squall import`: the shipped examples of each format with their pinned output, that what it
// prints can be checked and run, and what is wrong with a command line or a file.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/process.hpp"

namespace squall::cli::testing::import_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string examples = std::string(SQUALL_SOURCE_DIR) + "/tests/scenario/import";

std::string text_of(const std::filesystem::path& path) {
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The configurations in the folder of a format, sorted.
std::vector<std::string> configurations(const std::string& format) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(examples + '/' + format)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".expected") && !name.ends_with(".left")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

class ImportExamples : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Formats, ImportExamples,
                         ::testing::Values("envoy", "istio", "grpc", "resilience4j"));

TEST_P(ImportExamples, ComeOutAsPinned) {
  const std::string format = GetParam();
  const std::vector<std::string> names = configurations(format);
  EXPECT_GE(names.size(), 5U);
  for (const std::string& name : names) {
    const std::string file = format + '/' + name;
    const Ended ended = squall({"import", format, file}, examples);
    EXPECT_EQ(ended.status, 0) << file;
    EXPECT_EQ(ended.output, text_of(examples + '/' + file + ".expected")) << file;
    EXPECT_EQ(ended.errors, text_of(examples + '/' + file + ".left")) << file;
  }
}

TEST_P(ImportExamples, CanBeCheckedAndRun) {
  const std::string format = GetParam();
  for (const std::string& name : configurations(format)) {
    const std::string output = squall({"import", format, format + '/' + name}, examples).output;
    const Ended checked = run({.arguments = {"check", "-"}, .input = output});
    EXPECT_EQ(checked.status, 0) << name << '\n' << checked.errors;
    const Ended ran = run({.arguments = {"run", "-", "--quiet"}, .input = output});
    EXPECT_EQ(ran.status, 0) << name << '\n' << ran.errors;
  }
}

TEST_P(ImportExamples, ReadStandardInputToo) {
  const std::string format = GetParam();
  const std::string name = configurations(format).front();
  const Ended ended = run({.arguments = {"import", format, "-"},
                           .input = text_of(examples + '/' + format + '/' + name)});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(ended.output, HasSubstr("# standard input:"));
}

constexpr const char* edge = "cluster: bank\ntimeout: 2s\nretry_policy: {retry_on: 5xx}\n";
constexpr const char* shop =
    "squall: 1\n"
    "duration: 1s\n"
    "services: {bank: {}}   # mine\n"
    "workloads: {users: {to: bank, arrivals: {constant: 10/s}}}\n";

TEST(Import, PutsAPolicyIntoAScenario) {
  const TemporaryFolder folder;
  (void)folder.write("edge.yaml", edge);
  (void)folder.write("shop.yaml", shop);
  const std::vector<std::string> arguments = {"import",    "envoy",  "edge.yaml",  "--into",
                                              "shop.yaml", "--call", "users->bank"};
  const Ended ended = squall(arguments, folder.path());
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.errors, "");
  EXPECT_THAT(ended.output, HasSubstr("services: {bank: {}}   # mine\n"));
  EXPECT_THAT(ended.output, HasSubstr("{to: bank, policy: bank, arrivals: {constant: 10/s}}"));
  EXPECT_EQ(run({.arguments = {"run", "-", "--quiet"}, .input = ended.output}).status, 0);

  // Again: the policy is there already, and its text is not cut out of a text.
  (void)folder.write("shop.yaml", ended.output);
  const Ended again = squall(arguments, folder.path());
  EXPECT_EQ(again.status, 0);
  EXPECT_EQ(again.errors,
            "shop.yaml: policies.bank: replaced by the imported one\n"
            "shop.yaml: written anew, without its comments\n");
  EXPECT_EQ(run({.arguments = {"check", "-", "--quiet"}, .input = again.output}).status, 0);
}

TEST(Import, SaysThatItWritesAScenarioAnew) {
  const TemporaryFolder folder;
  (void)folder.write("edge.yaml", edge);
  const auto told = [&folder](const std::string& name, const std::string& text) {
    (void)folder.write(name, text);
    const Ended ended = squall(
        {"import", "envoy", "edge.yaml", "--into", name, "--call", "u->bank"}, folder.path());
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(run({.arguments = {"check", "-", "--quiet"}, .input = ended.output}).status, 0);
    return ended.errors;
  };
  const std::string rest =
      "squall: 1\nduration: 1s\nservices: {bank: {}}\n"
      "workloads: {u: {to: bank, arrivals: {constant: 10/s}}}\n";
  const std::string laid_out_so = "policies: {other: {}}\n" + rest;
  EXPECT_EQ(told("a.yaml", laid_out_so), "a.yaml: written anew\n");
  EXPECT_EQ(told("b.yaml", laid_out_so + "# mine\n"),
            "b.yaml: written anew, without its comments\n");
  EXPECT_EQ(
      told("c.json",
           "{\"squall\": 1, \"duration\": \"1s\", \"services\": {\"bank\": {}}, \"workloads\": "
           "{\"u\": {\"to\": \"bank\", \"arrivals\": {\"constant\": \"10/s\"}}}}\n"),
      "c.json: written anew, as YAML\n");
  EXPECT_EQ(told("d.yaml", rest), "");
}

TEST(Import, KeepsTheLineEndsOfAScenario) {
  const TemporaryFolder folder;
  (void)folder.write("edge.yaml", edge);
  const auto with_returns = [](const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return out;
  };
  const auto into = [&folder](const std::string& text) {
    (void)folder.write("shop.yaml", text);
    return squall({"import", "envoy", "edge.yaml", "--into", "shop.yaml", "--call", "users->bank"},
                  folder.path())
        .output;
  };
  const std::string in_blocks =
      "squall: 1\nduration: 1s\nservices: {bank: {}}\nworkloads:\n  users:\n    to: bank\n"
      "    arrivals: {constant: 10/s}\n";
  for (const std::string& text :
       {std::string(shop), in_blocks, in_blocks + "policies:\n  other: {}\n",
        "policies: {other: {}}\n" + in_blocks, in_blocks + "# no end of line"}) {
    const std::string out = into(text);
    EXPECT_THAT(out, HasSubstr("policy: bank"));
    EXPECT_EQ(into(with_returns(text)), with_returns(out)) << text;
  }
  // Mixed: what was there stays as it was.
  const std::string mixed = "squall: 1\r\nduration: 1s\n" + in_blocks.substr(23);
  EXPECT_THAT(into(mixed), StartsWith("squall: 1\r\nduration: 1s\n"));
}

TEST(Import, WantsToKnowWhichPolicyGoesIntoAScenario) {
  const TemporaryFolder folder;
  (void)folder.write("edge.yaml", std::string(edge) + "---\ncluster: mint\n");
  (void)folder.write("shop.yaml", shop);
  const auto into = [&folder](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"import",    "envoy",  "edge.yaml",  "--into",
                                          "shop.yaml", "--call", "users->bank"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return squall(arguments, folder.path());
  };
  EXPECT_EQ(into({}).status, 2);
  EXPECT_EQ(into({}).errors,
            "squall: import: which of the 2 policies? --policy is one of bank or mint\n");
  EXPECT_EQ(into({"--policy", "bnak"}).errors,
            "--policy: no policy is called 'bnak'; did you mean 'bank'?\n");
  EXPECT_THAT(into({"--policy", "mint"}).output, HasSubstr("policy: mint"));
  const Ended alone = squall({"import", "envoy", "edge.yaml", "--policy", "mint"}, folder.path());
  EXPECT_THAT(alone.output, HasSubstr("calls-mint"));
  EXPECT_THAT(alone.output, Not(HasSubstr("calls-bank")));
}

TEST(Import, TellsWhatIsWrongWithTheCommandLine) {
  const TemporaryFolder folder;
  (void)folder.write("edge.yaml", edge);
  (void)folder.write("broken.yaml", "squall: 1\n");
  (void)folder.write("shop.yaml", shop);
  const auto error_of = [&folder](const std::vector<std::string>& arguments) {
    const Ended ended = squall(arguments, folder.path());
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.output, "");
    return ended.errors;
  };
  EXPECT_EQ(error_of({"import"}),
            "squall: import: from what? envoy, istio, grpc or resilience4j, then files\n");
  EXPECT_EQ(error_of({"import", "envy", "edge.yaml"}),
            "squall: import: unknown format 'envy'; did you mean 'envoy'?\n");
  EXPECT_EQ(error_of({"import", "envoy"}), "squall: import: which file? - is standard input\n");
  EXPECT_EQ(error_of({"import", "envoy", "edge.yaml", "--into", "shop.yaml"}),
            "squall: import: --into needs --call, as in --call shop->payments\n");
  EXPECT_EQ(error_of({"import", "envoy", "edge.yaml", "--call", "a->b"}),
            "squall: import: --call needs --into SCENARIO\n");
  EXPECT_EQ(error_of({"import", "envoy", "-", "--into", "-", "--call", "a->b"}),
            "squall: import: standard input can be read only once\n");
  EXPECT_EQ(error_of({"import", "envoy", "none.yaml"}), "none.yaml: does not exist\n");
  EXPECT_EQ(error_of({"import", "envoy", "."}), ".: is a directory, not a file\n");
  EXPECT_EQ(error_of({"import", "envoy", "edge.yaml", "--inot", "shop.yaml"}),
            "squall: import: unknown option '--inot'; did you mean '--into'?\n");
  EXPECT_THAT(error_of({"import", "envoy", "edge.yaml", "--into", "broken.yaml", "--call", "a->b"}),
              StartsWith("broken.yaml:1: needs 'duration'"));
  EXPECT_EQ(
      error_of({"import", "envoy", "edge.yaml", "--into", "shop.yaml", "--call", "user->bank"}),
      "--call: there is no call 'user->bank'; did you mean 'users->bank'?\n");
}

TEST(Import, TellsWhatIsWrongWithAFile) {
  const TemporaryFolder folder;
  (void)folder.write("empty.yaml", "");
  (void)folder.write("chart.yaml", "retry_policy:\n  num_retries: {{ .Values.retries }}\n");
  (void)folder.write("broken.json", "{\"methodConfig\": [}");
  (void)folder.write("binary.yaml", std::string("\0\1\2", 3));
  const auto error_of = [&folder](const std::string& format, const std::string& file) {
    const Ended ended = squall({"import", format, file}, folder.path());
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.output, "");
    return ended.errors;
  };
  EXPECT_EQ(error_of("istio", "empty.yaml"), "empty.yaml: is empty\n");
  EXPECT_THAT(error_of("envoy", "chart.yaml"),
              HasSubstr(" (a template? import what it is rendered to)\n"));
  EXPECT_THAT(error_of("grpc", "broken.json"), StartsWith("broken.json:1: is not JSON: "));
  EXPECT_THAT(error_of("envoy", "binary.yaml"), StartsWith("binary.yaml:1: is not a text file"));
}

TEST(Import, TakesSeveralFilesForOneConfiguration) {
  const TemporaryFolder folder;
  (void)folder.write("route.yaml", "cluster: bank\n");
  (void)folder.write("cluster.yaml",
                     "name: bank\nconnect_timeout: 1s\n"
                     "circuit_breakers: {thresholds: [{max_connections: 7}]}\n");
  const Ended ended = squall({"import", "envoy", "route.yaml", "cluster.yaml"}, folder.path());
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.output, HasSubstr("# cluster.yaml:3 max_connections: 7"));
  EXPECT_EQ(ended.errors,
            "cluster.yaml:2: connect_timeout: left out: there are no connections here\n");
}

TEST(Import, ExplainsItself) {
  const std::string help = squall({"import", "--help"}).output;
  EXPECT_THAT(help, HasSubstr("Usage: squall import envoy|istio|grpc|resilience4j FILE..."));
  EXPECT_THAT(help, HasSubstr("Examples:\n  squall import envoy edge.yaml"));
  EXPECT_THAT(squall({"--help"}).output, HasSubstr("import"));
}

}  // namespace
}  // namespace squall::cli::testing::import_test
