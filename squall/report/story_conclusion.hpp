#pragma once

#include <optional>
#include <string>
#include <vector>

#include "squall/metrics/run_record.hpp"
#include "squall/metrics/timeline.hpp"
#include "squall/report/story.hpp"
#include "squall/report/story_goodput.hpp"
#include "squall/report/story_signals.hpp"

/// What follows from the steps of a story. For story*.cpp only.
namespace squall::report {

/// What a story is told from. All of it outlives whoever reads it.
struct Plot {
  const metrics::Timeline& timeline;
  const metrics::RunRecord& record;
  const Signals& signals;
  const Goodput& goodput;
  const std::vector<StoryStep>& steps;  ///< by time
  /// From the first sign of trouble until goodput is back, or to the end; nothing: there is none.
  const std::optional<Episode>& trouble;
};

/// As those of Story.
[[nodiscard]] std::optional<std::string> origin_of(const Plot& plot);
[[nodiscard]] std::string fed_by(const Plot& plot);
[[nodiscard]] std::string stopped_by(const Plot& plot);
[[nodiscard]] std::string headline_of(const Plot& plot);

/// "1.25 s".
[[nodiscard]] std::string time_text(Instant at);

/// What is seen in a row is known at its end; so no effect comes before its cause.
[[nodiscard]] Instant begin_of(const metrics::Timeline& timeline, const Episode& episode);
/// The end of the run where it does not end before.
[[nodiscard]] Instant end_of(const metrics::Timeline& timeline, const Episode& episode);

}  // namespace squall::report
