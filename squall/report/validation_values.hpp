#pragma once

#include <string>

#include "squall/metrics/validation_record.hpp"

/// The figures of a validation as people read them; shared by the table and the page.
namespace squall::report {

/// One figure's numbers as text, all in one unit and with as many decimals as give the theory four
/// significant digits.
struct ValidationValues {
  std::string theory;     ///< "40.00 ms"
  std::string simulated;  ///< "40.12 ms"
  std::string interval;   ///< "39.31 .. 40.93", of 95 %; "exact" where the replications agree
  std::string error;      ///< standard error as a share of the theory: "0.41 %"
  std::string z;          ///< "+0.31"
  std::string verdict;    ///< "ok", "OUT", "WIDE"
};

[[nodiscard]] ValidationValues values_of(const metrics::ValidatedFigure& figure);

/// The theory alone: "40.00 ms".
[[nodiscard]] std::string theory_text(const metrics::ValidatedFigure& figure);

/// "32 runs of 125 s after 20 s".
[[nodiscard]] std::string runs_text(const metrics::ValidatedCase& one);

/// The outcome in sentences, without a newline: how many figures agree, how many intervals hold the
/// theory.
[[nodiscard]] std::string conclusion_of(const metrics::ValidationRecord& record);

/// The same without trailing zeros: "4", "0.5".
[[nodiscard]] std::string plain_number(double value);

}  // namespace squall::report
