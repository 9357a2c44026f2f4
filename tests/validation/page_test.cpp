// docs/validation.md is what `squall validate --thorough --markdown` writes. Writing it takes
// minutes, so here it is only held against the cases that exist, their formulas and their theory.
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/report/validation_markdown.hpp"
#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/validate.hpp"

namespace squall::study::validation::page_test {
namespace {

constexpr const char* remedy =
    "write it anew: squall validate --thorough --markdown docs/validation.md";

std::string page() {
  std::ifstream file(SQUALL_SOURCE_DIR "/docs/validation.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

metrics::ValidationRecord theory() { return theory_of(catalogue(), {.level = Level::thorough}); }

TEST(ValidationPage, ListsExactlyTheCasesThatExist) {
  std::set<std::string> expected;
  for (const metrics::ValidatedCase& one : theory().cases) expected.insert(one.name);
  std::set<std::string> listed;
  std::string text = page();
  text.erase(0, text.find("\n## Outcome\n"));  // the preface has lists of its own
  const std::regex item("(^|\n)- \\*\\*([a-z0-9-]+)\\*\\*: ");
  for (std::sregex_iterator at(text.begin(), text.end(), item), end; at != end; ++at) {
    listed.insert((*at)[2]);
  }
  EXPECT_EQ(listed, expected) << remedy;
}

TEST(ValidationPage, ShowsTheFormulasAndTheoryOfToday) {
  const std::string text = page();
  std::size_t rows = 0;
  for (const metrics::ValidatedCase& one : theory().cases) {
    for (const metrics::ValidatedFigure& figure : one.figures) {
      ++rows;
      const std::string head = report::markdown_row_head(one, figure);
      EXPECT_NE(text.find(head), text.npos) << head << "\n" << remedy;
    }
  }
  std::size_t verdicts = 0;
  for (std::size_t at = text.find(" | ok |"); at != text.npos; at = text.find(" | ok |", at + 1)) {
    ++verdicts;
  }
  EXPECT_EQ(verdicts, rows) << "every figure is on the page, and every one agrees; " << remedy;
}

TEST(ValidationPage, IsOfTheThoroughLevelAndTheFirstSeed) {
  EXPECT_THAT(page(), ::testing::HasSubstr("Level thorough, seed 1. All "));
}

}  // namespace
}  // namespace squall::study::validation::page_test
