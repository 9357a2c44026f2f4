#pragma once

#include <string>

#include "squall/metrics/validation_record.hpp"

namespace squall::report {

struct ValidationTableOptions {
  bool colour = false;  ///< ANSI colours for the verdicts
  int width = 100;      ///< for what can be broken: titles and formulas; at least 40 are taken
};

/// A validation as text, case by case: each figure with theory, simulation, interval of 95 %,
/// standard error, deviation in standard errors and verdict, its formula below it; in the end the
/// outcome. Ends with a newline.
[[nodiscard]] std::string validation_table(const metrics::ValidationRecord& record,
                                           const ValidationTableOptions& options = {});

}  // namespace squall::report
