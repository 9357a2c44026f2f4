#pragma once

#include <string>

#include "squall/metrics/run_record.hpp"

namespace squall::report {

struct TableOptions {
  bool colour = false;  ///< ANSI colours for the goodput: green from 99 %, yellow from 90 %, red
  int width = 80;       ///< columns of the terminal; at least 40 are taken
  bool unicode = true;  ///< rules, blocks and names beyond ASCII
};

/// The comparison as text: variants as columns, then the goodput over time of each. No line is
/// wider than `width`: variants that do not fit beside each other follow in further blocks, and a
/// long name ends in an ellipsis. A row that is zero or does not apply in every variant is left
/// out. Ends with a newline.
///
/// Two latencies are shown, both from arrival: "all offered" ranks the requests that did not end ok
/// behind all others ("never"), so that the few survivors of a collapse cannot look fast; "those
/// that ended" is of ok and late alone, with their number. For events there is a third, from the
/// delivery that succeeded, which hides the time in the queue.
///
/// With several replications the counts are of all of them together; under the goodput, the
/// percentiles and the attempts stands half of the 95 % interval. Where the replications of a
/// variant disagree in kind the share of each kind takes the place of a mean. At the end stand the
/// paired differences from the first variant.
[[nodiscard]] std::string to_table(const metrics::Comparison& comparison,
                                   const TableOptions& options = {});

}  // namespace squall::report
