#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/report/json.hpp"
#include "squall/report/page_json.hpp"
#include "squall/scenario/load.hpp"
#include "squall/study/compare.hpp"
#include "squall/study/timeline.hpp"
#include "tests/property/random_scenario.hpp"
#include "tests/study/timeline_sums.hpp"

/// A run that is looked at over time is the run itself, and what is seen adds up to its totals, of
/// whatever scenario.
namespace squall::timeline_property_test {
namespace {

std::string json_of(const scenario::Scenario& scenario, metrics::RunRecord record) {
  metrics::Comparison comparison = study::header_of(scenario);
  comparison.variants.push_back(std::move(record));
  return report::to_json(comparison);
}

RC_GTEST_PROP(Timeline, AddsUpAndChangesNothing, ()) {
  const std::string text = test::random_scenario();
  const Result<scenario::Node> document = scenario::parse_json(text, "random.json");
  RC_ASSERT(bool(document));
  const Result<scenario::Bundle> bundle = scenario::build(*document, {});
  RC_ASSERT(bool(bundle));
  scenario::Scenario scenario = bundle->base;
  scenario.warmup = Duration{0};
  scenario.warmup_auto = false;
  const Result<metrics::RunRecord> whole = study::run(scenario, "base");
  if (!whole) return;  // a loop that never lets time pass

  const auto rows_max = static_cast<std::size_t>(*rc::gen::inRange(1, 300)) * 2;
  Result<study::SampledRun> run = study::sample_run(
      scenario, "base",
      {.seed = scenario.seed, .focus = study::focus_of(scenario, *whole), .rows_max = rows_max},
      {});
  RC_ASSERT(bool(run));
  RC_ASSERT(run->timeline.rows <= rows_max);
  const std::string difference = test::find_difference(run->timeline, run->record);
  if (!difference.empty()) RC_FAIL(difference + "\n" + text);
  const metrics::Timeline thin = metrics::thinned(run->timeline, 64);
  const std::string thin_difference = test::find_difference(thin, run->record);
  if (!thin_difference.empty()) RC_FAIL("thinned: " + thin_difference + "\n" + text);

  const report::Story story = report::tell_story(run->timeline, run->record);
  RC_ASSERT(!story.headline.empty());
  RC_ASSERT(story.steps.size() <= report::story_steps_max);
  for (std::size_t i = 0; i < story.steps.size(); ++i) {
    RC_ASSERT(story.steps[i].at <= run->timeline.end);
    // Not in one: RC_ASSERT evaluates both sides of ||.
    if (i > 0) RC_ASSERT(story.steps[i - 1].at <= story.steps[i].at);
  }

  metrics::RunRecord looked_at = std::move(run->record);
  metrics::RunRecord not_looked_at = *whole;
  looked_at.is_steady = not_looked_at.is_steady = false;
  RC_ASSERT(json_of(scenario, std::move(looked_at)) == json_of(scenario, std::move(not_looked_at)));
}

}  // namespace
}  // namespace squall::timeline_property_test
