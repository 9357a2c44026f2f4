#include "squall/metrics/validation_record.hpp"

#include <limits>

namespace squall::metrics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Two computations of one exact figure may differ in their last bits.
constexpr double same = 1e-9;

double magnitude(double x) noexcept { return x < 0.0 ? -x : x; }

}  // namespace

double ValidatedFigure::relative_error() const noexcept {
  if (simulated.standard_error == 0.0) return 0.0;
  return theory == 0.0 ? infinity : simulated.standard_error / magnitude(theory);
}

void judge(ValidatedFigure& figure, double z_max, double relative_error_max) noexcept {
  const double off = figure.simulated.mean - figure.theory;
  const double error = figure.simulated.standard_error;
  if (error > 0.0) {
    figure.z = off / error;
  } else if (magnitude(off) <= same * magnitude(figure.theory)) {
    figure.z = 0.0;
  } else {
    figure.z = off > 0.0 ? infinity : -infinity;
  }
  // Written so that a NaN is out.
  if (!(magnitude(figure.z) <= z_max)) {
    figure.verdict = FigureVerdict::out;
  } else if (!(figure.relative_error() <= relative_error_max)) {
    figure.verdict = FigureVerdict::too_wide;
  } else {
    figure.verdict = FigureVerdict::agrees;
  }
}

ValidationTotals totals_of(const ValidationRecord& record) noexcept {
  ValidationTotals totals;
  for (const ValidatedCase& one : record.cases) {
    for (const ValidatedFigure& figure : one.figures) {
      ++totals.figures;
      totals.out += figure.verdict == FigureVerdict::out ? 1U : 0U;
      totals.too_wide += figure.verdict == FigureVerdict::too_wide ? 1U : 0U;
      if (figure.simulated.standard_error == 0.0) continue;
      ++totals.with_spread;
      totals.intervals_that_hold += figure.simulated.excludes(figure.theory) ? 0U : 1U;
    }
  }
  return totals;
}

}  // namespace squall::metrics
