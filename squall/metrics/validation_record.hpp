#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "squall/metrics/estimate.hpp"

/// What a validation gives back: figures of runs beside what theory says of them.
namespace squall::metrics {

/// How a figure is to be read.
enum class FigureUnit : std::uint8_t {
  seconds,  ///< a time
  share,    ///< from 0 to 1
  number,   ///< a mean count, or a ratio that may exceed 1
};

enum class FigureVerdict : std::uint8_t {
  agrees,    ///< within the accepted number of standard errors of the theory
  out,       ///< further off: chance is no explanation
  too_wide,  ///< it agrees, but its standard error is larger than the level allows: no proof
};

/// One figure of a case: theory beside simulation.
struct ValidatedFigure {
  std::string name;     ///< "mean wait at server"
  std::string formula;  ///< as text: "rho / (mu - lambda)"
  FigureUnit unit = FigureUnit::number;
  double theory = 0.0;
  Estimate simulated;  ///< over independent replications
  /// Of (simulated - theory) in standard errors. Where all replications gave the same: 0 if that is
  /// the theory, else infinite.
  double z = 0.0;
  FigureVerdict verdict = FigureVerdict::agrees;

  /// standard_error / |theory|; infinite for a theory of 0 that was not met exactly.
  [[nodiscard]] double relative_error() const noexcept;
};

/// One scenario of known outcome.
struct ValidatedCase {
  std::string name;    ///< "mm1-busy"
  std::string family;  ///< "One worker"
  std::string title;   ///< what is simulated, in one line
  std::string source;  ///< who found the formula
  std::string length;  ///< of one replication: "125 s after 20 s"
  std::uint64_t replications = 0;
  std::vector<ValidatedFigure> figures;
};

struct ValidationRecord {
  std::string level;  ///< "fast" or "thorough"
  std::uint64_t seed = 0;
  double z_max = 0.0;               ///< accepted deviation, in standard errors
  double relative_error_max = 0.0;  ///< allowed standard error, as a share of the theory
  std::vector<ValidatedCase> cases;
};

/// A verdict counted over all figures.
struct ValidationTotals {
  std::uint64_t figures = 0;
  std::uint64_t out = 0;
  std::uint64_t too_wide = 0;
  /// Intervals of 95 % that hold the theory; should be some 95 % of `with_spread`.
  std::uint64_t intervals_that_hold = 0;
  std::uint64_t with_spread = 0;  ///< figures that differed between replications

  [[nodiscard]] bool passed() const noexcept { return out == 0 && too_wide == 0; }
};

/// Fills z and verdict of a figure whose other members are set.
/// @param z_max               accepted |z|; > 0.
/// @param relative_error_max  allowed standard error as a share of |theory|; > 0.
void judge(ValidatedFigure& figure, double z_max, double relative_error_max) noexcept;

[[nodiscard]] ValidationTotals totals_of(const ValidationRecord& record) noexcept;

}  // namespace squall::metrics
