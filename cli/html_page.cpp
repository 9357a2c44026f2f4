#include "cli/html_page.hpp"

#include <optional>
#include <utility>

#include "cli/web_assets.hpp"
#include "squall/base/check.hpp"
#include "squall/study/threads/sample_each.hpp"
#include "squall/study/timeline.hpp"
#include "squall/task/looks.hpp"

namespace squall::cli {
namespace {

constexpr std::string_view template_path = "report.html";
constexpr std::string_view marker = "<!--squall-data-->";

/// A progress that says what the work is about.
class OverTimeProgress {
 public:
  explicit OverTimeProgress(const study::Progress& whole) : whole_(whole) {}

  [[nodiscard]] study::Progress told() {
    return {.report =
                [](void* context, double share, const std::string& variant) {
                  const study::Progress& whole = static_cast<OverTimeProgress*>(context)->whole_;
                  if (whole.report != nullptr)
                    whole.report(whole.context, share, variant + " over time");
                },
            .context = this};
  }

 private:
  const study::Progress& whole_;
};

}  // namespace

Result<void> check_page_template() {
  if (find_web_asset(template_path) != nullptr) return {};
  return fail(Error{
      .message = "this squall was built without the report page; install Node.js 18 or later with "
                 "npm, configure and build again, or take --json or --csv",
      .file = "--html",
      .kind = Error::Kind::environment});
}

OverTime look_over_time(const std::vector<study::Subject>& subjects,
                        const metrics::Comparison& comparison, const StudyOptions& options,
                        const study::Progress& progress, const std::atomic<bool>* stop) {
  OverTime made{.variants = task::page_variants_of(subjects, comparison), .error = {}};
  const std::vector<task::Look> looks = task::looks_of(subjects, comparison);
  std::vector<study::Sight> sights;
  sights.reserve(looks.size());
  for (const task::Look& look : looks) {
    const scenario::Scenario& scenario = *look.subject->scenario;
    sights.push_back(
        {.scenario = &scenario,
         .variant = look.subject->name,
         .plan = {.seed = look.seed,
                  .focus = study::focus_of(scenario, comparison.variants[look.variant])}});
  }
  std::vector<std::optional<report::PageRun>> runs(looks.size());
  OverTimeProgress told(progress);
  const Result<void> sampled = study::sample_each(
      sights,
      {.jobs = options.jobs, .limits = options.limits, .stop = stop, .progress = told.told()},
      [&](std::size_t i, study::SampledRun run) {
        runs[i] = task::page_run(looks[i], std::move(run));
      });
  if (!sampled) made.error = sampled.error();
  // Up to the first that is missing, whatever other threads have come to.
  for (std::size_t i = 0; i < looks.size() && runs[i]; ++i)
    made.variants[looks[i].variant].runs.push_back(std::move(*runs[i]));
  return made;
}

std::string html_of(const report::Page& page) {
  const WebAsset* asset = find_web_asset(template_path);
  SQUALL_CHECK(asset != nullptr, "a page without its template");
  return with_data(asset->bytes, report::to_page_json(page));
}

std::string with_data(std::string_view template_page, std::string_view json) {
  const std::size_t at = template_page.find(marker);
  SQUALL_CHECK(at != template_page.npos && template_page.find(marker, at + 1) == template_page.npos,
               "the template of the page has no place, or several, for its data");
  std::string html(template_page.substr(0, at));
  html += "<script type=\"application/json\" id=\"squall-data\">";
  html += json;
  html += "</script>";
  html += template_page.substr(at + marker.size());
  return html;
}

}  // namespace squall::cli
