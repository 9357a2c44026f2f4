// docs/lint.md has an entry for each code, and no other; so have the completions.
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/lint/finding.hpp"

namespace squall::lint::docs_test {
namespace {

using ::testing::HasSubstr;

std::string text_of(const std::string& path) {
  std::ifstream file(std::string(SQUALL_SOURCE_DIR) + "/" + path);
  EXPECT_TRUE(file.is_open()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(LintPage, HasAnEntryForEachCodeInOrder) {
  std::istringstream lines(text_of("docs/lint.md"));
  std::vector<std::string> entries;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("### ")) entries.push_back(line.substr(4));
  }
  std::vector<std::string> codes;
  for (const Rule& rule : rules) codes.emplace_back(rule.name);
  EXPECT_EQ(entries, codes);
}

TEST(LintPage, SaysTheSameOfEachCode) {
  const std::string page = text_of("docs/lint.md");
  for (const Rule& rule : rules) {
    const std::size_t begin = page.find("### " + std::string(rule.name) + "\n");
    ASSERT_NE(begin, std::string::npos) << rule.name;
    const std::string entry = page.substr(begin, page.find("\n### ", begin + 1) - begin);
    for (const char* part : {"**Arithmetic.**", "**Limit.**", "**Harmless**", "**Remedy.**"}) {
      EXPECT_THAT(entry, HasSubstr(part)) << rule.name;
    }
    EXPECT_THAT(entry, HasSubstr(std::string(word_of(rule.severity)))) << rule.name;
  }
}

TEST(Completions, KnowEachCode) {
  for (const char* path : {"completions/squall.bash", "completions/_squall"}) {
    const std::string text = text_of(path);
    for (const Rule& rule : rules) EXPECT_THAT(text, HasSubstr(std::string(rule.name))) << path;
  }
}

}  // namespace
}  // namespace squall::lint::docs_test
