#include "cli/html_page.hpp"

#include <cstdint>
#include <utility>

#include "cli/web_assets.hpp"
#include "squall/base/check.hpp"
#include "squall/study/timeline.hpp"
#include "squall/task/looks.hpp"

namespace squall::cli {
namespace {

constexpr std::string_view template_path = "report.html";
constexpr std::string_view marker = "<!--squall-data-->";

/// The progress of one look, as that of the work as a whole.
class LookProgress {
 public:
  LookProgress(const study::Progress& whole, const task::Look& look, std::size_t index,
               std::size_t count)
      : whole_(whole), variant_(look.subject->name), index_(index), count_(count) {}

  static void tell(void* context, double share) {
    const auto& self = *static_cast<LookProgress*>(context);
    if (self.whole_.report == nullptr) return;
    self.whole_.report(
        self.whole_.context,
        (static_cast<double>(self.index_) + share) / static_cast<double>(self.count_),
        self.variant_ + " over time");
  }

 private:
  const study::Progress& whole_;
  const std::string& variant_;
  std::size_t index_;
  std::size_t count_;
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
  for (std::size_t i = 0; i < looks.size(); ++i) {
    const task::Look& look = looks[i];
    const scenario::Scenario& scenario = *look.subject->scenario;
    LookProgress told(progress, look, i, looks.size());
    const study::Watch watch{.limits = options.limits,
                             .stop = stop,
                             .on_progress = &LookProgress::tell,
                             .context = &told};
    const metrics::Focus focus = study::focus_of(scenario, comparison.variants[look.variant]);
    Result<study::SampledRun> sampled =
        study::sample_run(scenario, look.subject->name, {.seed = look.seed, .focus = focus}, watch);
    if (!sampled) made.error = sampled.error();
    if (!sampled || sampled->timeline.cut) break;
    made.variants[look.variant].runs.push_back(task::page_run(look, std::move(*sampled)));
  }
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
