#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "squall/metrics/run_record.hpp"
#include "squall/report/page_json.hpp"
#include "squall/study/compare.hpp"
#include "squall/study/timeline.hpp"

/// Which runs a page looks at over time.
namespace squall::task {

/// A run to look at.
struct Look {
  const study::Subject* subject = nullptr;
  std::size_t variant = 0;  ///< its place in the comparison
  std::uint64_t seed = 0;
  std::string label;  ///< the world it is an example of; empty where there is only one
};

/// Of each variant the first replication; where the replications split into worlds, an example of
/// each.
/// @param subjects  outlive the looks
[[nodiscard]] std::vector<Look> looks_of(const std::vector<study::Subject>& subjects,
                                         const metrics::Comparison& comparison);

/// The variants of the comparison, not looked at as yet.
[[nodiscard]] std::vector<report::PageVariant> page_variants_of(
    const std::vector<study::Subject>& subjects, const metrics::Comparison& comparison);

/// What a look came to, as the page shows it: thinned, and with its story.
[[nodiscard]] report::PageRun page_run(const Look& look, study::SampledRun sampled);

}  // namespace squall::task
