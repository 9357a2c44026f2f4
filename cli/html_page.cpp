#include "cli/html_page.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "cli/web_assets.hpp"
#include "squall/base/check.hpp"
#include "squall/study/timeline.hpp"

namespace squall::cli {
namespace {

constexpr std::string_view template_path = "report.html";
constexpr std::string_view marker = "<!--squall-data-->";

/// Points of a chart: as many as can be told apart on a wide screen.
constexpr std::size_t points_max = 512;

/// A run to look at.
struct Look {
  const study::Subject* subject = nullptr;
  std::size_t variant = 0;
  std::uint64_t seed = 0;
  std::string label;
};

std::vector<Look> looks_of(const std::vector<study::Subject>& subjects,
                           const metrics::Comparison& comparison) {
  std::vector<Look> looks;
  for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
    const auto subject =
        std::ranges::find(subjects, comparison.variants[v].variant, &study::Subject::name);
    SQUALL_CHECK(subject != subjects.end(), "a variant that nobody asked for");
    if (comparison.study) {
      for (const metrics::WorldRecord& world : comparison.study->variants[v].worlds)
        looks.push_back({&*subject, v, world.example_seed, world.name});
    }
    if (looks.empty() || looks.back().variant != v)
      looks.push_back({&*subject, v, subject->scenario->seed, ""});
  }
  return looks;
}

/// The progress of one look, as that of the work as a whole.
class LookProgress {
 public:
  LookProgress(const study::Progress& whole, const Look& look, std::size_t index, std::size_t count)
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

Result<std::vector<report::PageVariant>> look_over_time(const std::vector<study::Subject>& subjects,
                                                        const metrics::Comparison& comparison,
                                                        const StudyOptions& options,
                                                        const study::Progress& progress,
                                                        const std::atomic<bool>* stop) {
  std::vector<report::PageVariant> variants;
  for (const metrics::RunRecord& record : comparison.variants) {
    const auto subject = std::ranges::find(subjects, record.variant, &study::Subject::name);
    variants.push_back({.name = record.variant, .seed = subject->scenario->seed, .runs = {}});
  }
  const std::vector<Look> looks = looks_of(subjects, comparison);
  for (std::size_t i = 0; i < looks.size(); ++i) {
    const Look& look = looks[i];
    const scenario::Scenario& scenario = *look.subject->scenario;
    LookProgress told(progress, look, i, looks.size());
    const study::Watch watch{.limits = options.limits,
                             .stop = stop,
                             .on_progress = &LookProgress::tell,
                             .context = &told};
    const metrics::Focus focus = study::focus_of(scenario, comparison.variants[look.variant]);
    Result<study::SampledRun> sampled =
        study::sample_run(scenario, look.subject->name, {.seed = look.seed, .focus = focus}, watch);
    if (!sampled) return fail(sampled.error());
    if (sampled->timeline.cut) return variants;
    variants[look.variant].runs.push_back(
        {.label = look.label,
         .timeline = metrics::thinned(sampled->timeline, points_max),
         .story = report::tell_story(sampled->timeline, sampled->record)});
  }
  return variants;
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
