#include "squall/report/validation_values.hpp"

#include <cmath>

#include <fmt/format.h>

#include "squall/report/text.hpp"

namespace squall::report {
namespace {

using metrics::FigureUnit;
using metrics::FigureVerdict;
using metrics::ValidatedFigure;

/// How many of the unit that is shown make one of the unit that is stored.
double scale_of(FigureUnit unit) {
  switch (unit) {
    case FigureUnit::seconds:
      return 1e3;
    case FigureUnit::share:
      return 1e2;
    case FigureUnit::number:
      return 1.0;
  }
  return 1.0;
}

const char* suffix_of(FigureUnit unit) {
  switch (unit) {
    case FigureUnit::seconds:
      return " ms";
    case FigureUnit::share:
      return " %";
    case FigureUnit::number:
      return "";
  }
  return "";
}

/// So many that `value` shows four significant digits; at most nine.
int decimals_for(double value) {
  constexpr int most = 9;
  int decimals = 3;
  double magnitude = value < 0.0 ? -value : value;
  if (magnitude == 0.0) return decimals;
  for (; magnitude >= 9.9995 && decimals > 0; magnitude /= 10.0) --decimals;
  for (; magnitude < 0.99995 && decimals < most; magnitude *= 10.0) ++decimals;
  return decimals;
}

const char* marked(FigureVerdict verdict) {
  switch (verdict) {
    case FigureVerdict::agrees:
      return "ok";
    case FigureVerdict::out:
      return "OUT";
    case FigureVerdict::too_wide:
      return "WIDE";
  }
  return "";
}

}  // namespace

std::string theory_text(const ValidatedFigure& figure) {
  const double value = figure.theory * scale_of(figure.unit);
  return fmt::format("{:.{}f}{}", value, decimals_for(value), suffix_of(figure.unit));
}

ValidationValues values_of(const ValidatedFigure& figure) {
  const double scale = scale_of(figure.unit);
  const int decimals = decimals_for(figure.theory * scale);
  const metrics::Estimate& simulated = figure.simulated;
  ValidationValues values;
  values.theory = theory_text(figure);
  values.simulated =
      fmt::format("{:.{}f}{}", simulated.mean * scale, decimals, suffix_of(figure.unit));
  values.interval = simulated.standard_error == 0.0
                        ? "exact"
                        : fmt::format("{:.{}f} .. {:.{}f}", simulated.low() * scale, decimals,
                                      simulated.high() * scale, decimals);
  values.error = fmt::format("{:.2f} %", figure.relative_error() * 100.0);
  values.z = std::isfinite(figure.z) ? fmt::format("{:+.2f}", figure.z)
                                     : (figure.z > 0.0 ? "+inf" : "-inf");
  if (figure.z == 0.0) values.z = "0";
  values.verdict = marked(figure.verdict);
  return values;
}

std::string runs_text(const metrics::ValidatedCase& one) {
  return fmt::format("{} runs, {}", grouped(one.replications), one.length);
}

std::string plain_number(double value) { return fmt::format("{}", value); }

std::string conclusion_of(const metrics::ValidationRecord& record) {
  const metrics::ValidationTotals totals = metrics::totals_of(record);
  const std::string figures =
      fmt::format("{} figures of {} cases", grouped(totals.figures), grouped(record.cases.size()));
  std::string text;
  if (totals.out == 0) {
    text = fmt::format("All {} lie within {} standard errors of the theory.", figures,
                       plain_number(record.z_max));
  } else {
    text = fmt::format("{} of {} lie OUT of {} standard errors of the theory.", grouped(totals.out),
                       figures, plain_number(record.z_max));
  }
  if (totals.too_wide > 0) {
    text += fmt::format(" {} are too WIDE to tell: their standard error is above {} %.",
                        grouped(totals.too_wide), plain_number(record.relative_error_max * 100.0));
  }
  if (totals.with_spread > 0) {
    text += fmt::format(" Of the {} intervals of 95 %, {} hold it ({}).",
                        grouped(totals.with_spread), grouped(totals.intervals_that_hold),
                        percent_text(permille_of(totals.intervals_that_hold, totals.with_spread)));
  }
  return text;
}

}  // namespace squall::report
