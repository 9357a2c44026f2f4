#include "squall/task/looks.hpp"

#include <algorithm>
#include <utility>

#include "squall/base/check.hpp"
#include "squall/report/story.hpp"

namespace squall::task {
namespace {

/// Points of a chart: as many as can be told apart on a wide screen.
constexpr std::size_t page_points_max = 512;

const study::Subject& subject_of(const std::vector<study::Subject>& subjects,
                                 const metrics::RunRecord& record) {
  const auto found = std::ranges::find(subjects, record.variant, &study::Subject::name);
  SQUALL_CHECK(found != subjects.end(), "a variant that nobody asked for");
  return *found;
}

}  // namespace

std::vector<Look> looks_of(const std::vector<study::Subject>& subjects,
                           const metrics::Comparison& comparison) {
  std::vector<Look> looks;
  for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
    const study::Subject& subject = subject_of(subjects, comparison.variants[v]);
    if (comparison.study) {
      for (const metrics::WorldRecord& world : comparison.study->variants[v].worlds) {
        looks.push_back({&subject, v, world.example_seed, world.name});
      }
    }
    if (looks.empty() || looks.back().variant != v) {
      looks.push_back({&subject, v, subject.scenario->seed, ""});
    }
  }
  return looks;
}

std::vector<report::PageVariant> page_variants_of(const std::vector<study::Subject>& subjects,
                                                  const metrics::Comparison& comparison) {
  std::vector<report::PageVariant> variants;
  variants.reserve(comparison.variants.size());
  for (const metrics::RunRecord& record : comparison.variants) {
    variants.push_back(
        {.name = record.variant, .seed = subject_of(subjects, record).scenario->seed, .runs = {}});
  }
  return variants;
}

report::PageRun page_run(const Look& look, study::SampledRun sampled) {
  // The story is of all rows, and so comes first.
  report::Story story = report::tell_story(sampled.timeline, sampled.record);
  return {.label = look.label,
          .timeline = metrics::thinned(std::move(sampled.timeline), page_points_max),
          .story = std::move(story)};
}

}  // namespace squall::task
