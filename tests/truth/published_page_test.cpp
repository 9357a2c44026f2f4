/// docs/published.md says for each of its figures which test holds it. They must exist.

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace truth::published_page_test {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::set<std::string> found_in(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) {
    found.insert(it->size() > 2 ? (*it)[1].str() + "." + (*it)[2].str() : (*it)[1].str());
  }
  return found;
}

const std::filesystem::path root = SQUALL_SOURCE_DIR;

TEST(PublishedPage, NamesOnlyTestsThatExist) {
  std::set<std::string> tests;
  for (const auto& entry : std::filesystem::directory_iterator(root / "tests" / "truth")) {
    if (entry.path().extension() != ".cpp") continue;
    tests.merge(found_in(text_of(entry.path()), std::regex(R"(TEST\((\w+),\s*(\w+)\))")));
  }
  const auto named =
      found_in(text_of(root / "docs" / "published.md"), std::regex(R"(`([A-Z]\w+\.[A-Z]\w+)`)"));
  EXPECT_GE(named.size(), 20U);
  for (const std::string& name : named) EXPECT_TRUE(tests.contains(name)) << name;
}

/// Whoever adds a scenario after somebody's publication adds its row as well.
TEST(PublishedPage, HasEveryScenarioThatNamesASource) {
  const std::string page = text_of(root / "docs" / "published.md");
  int with_source = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root / "scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string text = text_of(entry.path());
    if (!std::regex_search(text, std::regex(R"(\n# Sources?: )"))) continue;
    if (text.find("\n# Source: none") != std::string::npos) continue;
    ++with_source;
    EXPECT_NE(page.find("scenarios/" + entry.path().filename().string()), std::string::npos)
        << entry.path();
  }
  EXPECT_GE(with_source, 7);
}

}  // namespace
}  // namespace truth::published_page_test
