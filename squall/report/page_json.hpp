#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "squall/metrics/run_record.hpp"
#include "squall/metrics/timeline.hpp"
#include "squall/report/story.hpp"

/// All that the report page and the playground show, as one JSON document. Its shape is described
/// in docs/report.md.
namespace squall::report {

/// The version of the shape; it changes when a key changes its meaning or goes.
inline constexpr int page_format = 1;

/// One run of a variant over time.
struct PageRun {
  std::string label;  ///< the world it is an example of; empty where there is only one
  metrics::Timeline timeline;
  Story story;
};

struct PageVariant {
  std::string name;
  std::uint64_t seed = 0;  ///< of its first replication
  std::vector<PageRun> runs;
};

struct Page {
  std::string command;                              ///< that makes it again; empty: none
  std::string scenario_text;                        ///< as the user wrote it
  const metrics::Comparison* comparison = nullptr;  ///< REQUIRED
  /// As those of the comparison. A variant without runs was not looked at over time.
  std::vector<PageVariant> variants;
};

/// On one line, a newline at the end. Seeds are strings of decimal digits, but for those within
/// `result`, which is the object of --json. Inert inside a script element: `<`, `>` and `&` are
/// escaped, and so are U+2028 and U+2029; what is not UTF-8 is replaced.
[[nodiscard]] std::string to_page_json(const Page& page);

}  // namespace squall::report
