#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/study_options.hpp"
#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/report/page_json.hpp"
#include "squall/study/compare.hpp"

/// The page of --html: one file that opens in a browser, offline.
namespace squall::cli {

/// Whether this command can make a page: an Error of the environment where it was built without the
/// front end, with what to do.
[[nodiscard]] Result<void> check_page_template();

/// What comes over time on a page.
struct OverTime {
  std::vector<report::PageVariant> variants;  ///< those that were not looked at have no runs
  std::optional<Error> error;                 ///< why not all of them were, but for `stop`
};

/// Runs each variant again and looks at it over time: from the seed of its first replication, or,
/// where the replications split into two worlds, one example of each. On as many threads as the
/// options allow, whose number makes no difference to what is made.
/// @param comparison  what came of the subjects; without those that were left out
/// @param stop        when it becomes true what is left is not looked at
[[nodiscard]] OverTime look_over_time(const std::vector<study::Subject>& subjects,
                                      const metrics::Comparison& comparison,
                                      const StudyOptions& options, const study::Progress& progress,
                                      const std::atomic<bool>* stop);

/// The page with its data in it. REQUIRES check_page_template().
[[nodiscard]] std::string html_of(const report::Page& page);

/// `template_page` with the data in place of the marker in its head.
/// REQUIRES the marker exactly once.
[[nodiscard]] std::string with_data(std::string_view template_page, std::string_view json);

}  // namespace squall::cli
