#include "squall/report/study_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "squall/report/text.hpp"

namespace squall::report {
namespace {

using metrics::PairedFigure;
using metrics::PairedRecord;

/// Shown only where runs of one variant disagree; then all else is no mean worth showing.
constexpr const char* recovered = "recovered";

enum class Unit : unsigned char { points, time, factor };

struct Shown {
  const char* metric;
  const char* heading;
  Unit unit;
};
constexpr std::array<Shown, 4> shown = {{
    {recovered, "share of runs that recovered", Unit::points},
    {"goodput_ratio", "goodput", Unit::points},
    {"p99_ms", "p99 of all offered", Unit::time},
    {"amplification", "attempts for each request", Unit::factor},
}};

/// Decimals that show two digits of `uncertainty`; 2 where it is 0.
int decimals_that_show(double uncertainty) {
  if (!(uncertainty > 0.0)) return 2;
  int decimals = 0;
  for (double scaled = uncertainty; scaled < 9.95 && decimals < 6; scaled *= 10.0) ++decimals;
  return decimals;
}

std::string signed_time(double ms, bool unicode) {
  if (ms == 0.0) return "0";
  const std::string magnitude = duration_text(from_ms(ms < 0.0 ? -ms : ms), unicode);
  return (ms < 0.0 ? "-" : "+") + magnitude;
}

struct Line {
  std::string name, difference, interval, note;
};

Line line_of(const std::string& name, const PairedFigure& figure, Unit unit, bool unicode) {
  const double mean = figure.difference.mean;
  const double half = (*figure.high - *figure.low) / 2.0;
  Line line{.name = name};
  switch (unit) {
    case Unit::points:
      line.difference = signed_text(100.0 * mean, 100.0 * half) + " points";
      line.interval = points_interval_text(figure);
      break;
    case Unit::time:
      line.difference = signed_time(mean, unicode);
      line.interval =
          signed_time(*figure.low, unicode) + " to " + signed_time(*figure.high, unicode);
      break;
    case Unit::factor:
      line.difference = signed_text(mean, half);
      line.interval = signed_text(*figure.low, half) + " to " + signed_text(*figure.high, half);
      break;
  }
  if (!figure.significant) line.note = "not significant";
  if (figure.variance_reduction && *figure.variance_reduction >= reduction_told) {
    if (!line.note.empty()) line.note += "; ";
    line.note += "pairing divides the variance by " + significant_text(*figure.variance_reduction);
  }
  return line;
}

/// As columns; lines that are too long are broken.
std::string columns(const std::vector<Line>& lines, std::size_t width) {
  std::array<std::size_t, 3> widths{};
  for (const Line& line : lines) {
    widths[0] = std::max(widths[0], display_width(line.name));
    widths[1] = std::max(widths[1], display_width(line.difference));
    widths[2] = std::max(widths[2], display_width(line.interval));
  }
  std::string out;
  for (const Line& line : lines) {
    std::string text = left_aligned(line.name, widths[0]) + "  " +
                       right_aligned(line.difference, widths[1]) + "  (" + line.interval + ")";
    if (!line.note.empty()) {
      text += std::string(widths[2] - display_width(line.interval), ' ') + "  " + line.note;
    }
    if (display_width(text) > width) {
      const std::string plain = line.name + " " + line.difference + " (" + line.interval + ")" +
                                (line.note.empty() ? "" : " " + line.note);
      text = wrapped(plain, width, 2);
    }
    out += text + "\n";
  }
  return out;
}

}  // namespace

std::string plus_minus(bool unicode) { return unicode ? "±" : "+-"; }

Duration from_ms(double ms) { return nanoseconds_saturated(ms * 1e6); }

std::string significant_text(double value) {
  if (value == 0.0) return "0";
  if (value < 1e-6) return fmt::format("{:.1e}", value);
  return fmt::format("{:.{}f}", value, decimals_that_show(value));
}

std::string points_text(double share) { return significant_text(100.0 * share); }

std::string signed_text(double value, double uncertainty) {
  const std::string text = fmt::format("{:+.{}f}", value, decimals_that_show(uncertainty));
  return text.find_first_of("123456789") == std::string::npos ? text.substr(1) : text;
}

std::string points_interval_text(const PairedFigure& figure) {
  const double half = 50.0 * (*figure.high - *figure.low);
  return signed_text(100.0 * *figure.low, half) + " to " + signed_text(100.0 * *figure.high, half);
}

std::string paired_text(const metrics::Comparison& comparison, std::size_t width, bool unicode) {
  std::string out;
  if (!comparison.study || comparison.variants.size() < 2) return out;
  const std::string first = printable(comparison.variants.front().variant, unicode);
  for (const Shown& one : shown) {
    std::vector<Line> lines;
    for (const PairedRecord& pair : comparison.study->pairs) {
      if (pair.minus != 0) continue;
      const PairedFigure* figure = metrics::find_figure(pair, one.metric);
      if (figure == nullptr || !figure->low) continue;
      const bool of_two_kinds = !comparison.study->variants.front().worlds.empty() ||
                                !comparison.study->variants[pair.variant].worlds.empty();
      if (of_two_kinds != (std::string_view(one.metric) == recovered)) continue;
      const std::string& name = comparison.variants[pair.variant].variant;
      lines.push_back(line_of(printable(name, unicode), *figure, one.unit, unicode));
    }
    if (lines.empty()) continue;
    out += fitted(fmt::format("{} less that of {}, on the same random numbers (95 %)", one.heading,
                              first),
                  width, unicode) +
           "\n" + columns(lines, width);
  }
  return out;
}

}  // namespace squall::report
