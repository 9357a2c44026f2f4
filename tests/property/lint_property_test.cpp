// Whatever a scenario says, its lint ends, says the same each time, and shows no number that is
// none.
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/lint/lint.hpp"
#include "squall/lint/sarif.hpp"
#include "squall/scenario/load.hpp"
#include "tests/property/random_scenario.hpp"

namespace squall::lint_property_test {
namespace {

RC_GTEST_PROP(LintProperty, SaysTheSameEachTimeInNumbers, ()) {
  const std::string text = test::random_scenario();
  const Result<scenario::Node> document = scenario::parse_json(text, "random.json");
  RC_ASSERT(document.has_value());
  const Result<scenario::Bundle> bundle = scenario::build(*document, {});
  RC_ASSERT(bundle.has_value());
  const std::vector<lint::Finding> findings = lint::lint(*bundle, *document);
  for (const lint::Finding& finding : findings) {
    RC_ASSERT(finding.line > 0);
    RC_ASSERT(!finding.arithmetic.empty());
    for (const char* none : {"inf", "nan", " -"}) {
      RC_ASSERT(finding.arithmetic.find(none) == std::string::npos);
    }
  }
  RC_ASSERT(lint::sarif(findings, {}) == lint::sarif(lint::lint(*bundle, *document), {}));
}

}  // namespace
}  // namespace squall::lint_property_test
