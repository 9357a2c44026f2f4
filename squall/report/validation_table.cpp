#include "squall/report/validation_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "squall/report/text.hpp"
#include "squall/report/validation_values.hpp"

namespace squall::report {
namespace {

using metrics::ValidatedCase;
using metrics::ValidatedFigure;
using metrics::ValidationRecord;

constexpr std::size_t indent = 4;

struct Column {
  const char* heading;
  std::size_t width;
};
constexpr Column theory{"theory", 10};
constexpr Column simulated{"simulated", 10};
constexpr Column interval_95{"95 % interval", 18};
constexpr Column error{"error", 6};
constexpr Column deviation{"z", 5};

std::string row(const std::string& name, std::size_t name_width, const ValidationValues& values) {
  const auto cell = [](const std::string& text, const Column& column) {
    return "  " + right_aligned(text, column.width);
  };
  return std::string(2, ' ') + left_aligned(name, name_width) + cell(values.theory, theory) +
         cell(values.simulated, simulated) + cell(values.interval, interval_95) +
         cell(values.error, error) + cell(values.z, deviation) + "  ";
}

std::string verdict_coloured(const std::string& verdict, bool on) {
  if (!on) return verdict;
  return fmt::format("\x1b[{}m{}\x1b[0m", verdict == "ok" ? "32" : "31", verdict);
}

std::string case_text(const ValidatedCase& one, std::size_t name_width, std::size_t width,
                      bool colour) {
  std::string text =
      wrapped(one.name + ": " + one.title + " (" + one.source + "; " + runs_text(one) + ")", width,
              2) +
      "\n";
  for (const ValidatedFigure& figure : one.figures) {
    const ValidationValues values = values_of(figure);
    text += row(figure.name, name_width, values) + verdict_coloured(values.verdict, colour) + "\n";
    text += std::string(indent, ' ') + "= " + wrapped(figure.formula, width - indent - 2, 0) + "\n";
  }
  return text;
}

}  // namespace

std::string validation_table(const ValidationRecord& record,
                             const ValidationTableOptions& options) {
  const auto width = static_cast<std::size_t>(std::max(options.width, 40));
  std::size_t name_width = 0;
  for (const ValidatedCase& one : record.cases) {
    for (const ValidatedFigure& figure : one.figures) {
      name_width = std::max(name_width, display_width(figure.name));
    }
  }

  std::string text =
      wrapped(fmt::format("validation: {} level, seed {}; theory beside simulation, z in standard "
                          "errors, at most {} accepted, a standard error of at most {} %",
                          record.level, record.seed, plain_number(record.z_max),
                          plain_number(record.relative_error_max * 100.0)),
              width, 2) +
      "\n";
  std::string family;
  for (const ValidatedCase& one : record.cases) {
    if (one.family != family) {
      family = one.family;
      text += "\n" + row(family, name_width,
                         {.theory = theory.heading,
                          .simulated = simulated.heading,
                          .interval = interval_95.heading,
                          .error = error.heading,
                          .z = deviation.heading,
                          .verdict = {}});
      while (text.ends_with(' ')) text.pop_back();
      text += "\n";
    }
    text += case_text(one, name_width, width, options.colour);
  }
  return text + "\n" + wrapped(conclusion_of(record), width, 2) + "\n";
}

}  // namespace squall::report
