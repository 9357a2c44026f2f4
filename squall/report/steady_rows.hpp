#pragma once

#include <string>
#include <vector>

#include "squall/metrics/run_record.hpp"

/// What the table says of warm-up and steady state.
namespace squall::report {

struct SteadyRow {
  std::string label;
  std::vector<std::string> cells;  ///< one for each variant
};

struct SteadyRows {
  std::string heading;
  std::vector<SteadyRow> rows;
};

/// Sections for the end of the table: what the warm-up cut, and from within each run the 95 %
/// intervals of goodput and mean latency by batch means ("-" where there is none; the sentences say
/// why). Empty where no variant has a warm-up.
[[nodiscard]] std::vector<SteadyRows> steady_rows(const metrics::Comparison& comparison,
                                                  bool unicode);

/// For the findings: a sentence for each variant whose warm-up was sought in vain, or without an
/// interval that a steady state would have.
[[nodiscard]] std::vector<std::string> steady_findings(const metrics::RunRecord& record,
                                                       bool unicode);

}  // namespace squall::report
