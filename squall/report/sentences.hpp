#pragma once

#include <string>
#include <vector>

#include "squall/metrics/run_record.hpp"

namespace squall::report {

struct SentenceOptions {
  bool unicode = true;  ///< names and units beyond ASCII
};

/// What a person would say after reading the table. For each variant one or two sentences that
/// begin with its name: how many of its requests were served and what the largest part of the
/// others ended as; then the most telling of: no recovery, attempts and work wasted, the time in
/// the queue that a latency from delivery hides, the time to recover. Then which variants served
/// the largest share of their requests, and by how much over the next; shares within half a
/// percentage point count as the same. At last a reminder that this is one run, and as one run it
/// is reported: never as a verdict. Empty without variants.
///
/// Of several replications the sentences are about all of them together; where they disagree in
/// kind that is said in place of a mean. Which variant is best is then said by the paired
/// differences, and only where they are significant.
///
/// Every number in them is a figure of the records, a ratio of two, or the difference of two shares
/// as shown. They say what happened together, not what caused what.
[[nodiscard]] std::vector<std::string> findings(const metrics::Comparison& comparison,
                                                const SentenceOptions& options = {});

}  // namespace squall::report
