#include "squall/report/table.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "squall/report/sparkline.hpp"
#include "squall/report/steady_rows.hpp"
#include "squall/report/study_text.hpp"
#include "squall/report/summary.hpp"
#include "squall/report/text.hpp"

namespace squall::report {
namespace {

using metrics::Comparison;
using metrics::Histogram;
using metrics::Verdict;

constexpr std::size_t width_min = 40;
constexpr std::size_t column_min = 9;  // of a variant, without the gap before it
constexpr std::size_t column_max = 16;
constexpr std::size_t label_max = 32;
constexpr std::size_t label_cut = 25;  // labels are cut to this before a block is broken
constexpr std::size_t gap = 2;
constexpr std::size_t peak_usual = 16;  // "peak 1,234,567/s"
constexpr std::size_t curve_min = 4;

enum class Colour : unsigned char { none, green, yellow, red };

struct Cell {
  std::string text{};
  bool blank = false;  ///< zero, or does not apply: no reason to show the row
  Colour colour = Colour::none;
  bool is_name = false;  ///< may be cut
};

struct Row {
  std::string label;
  std::vector<Cell> cells;  ///< one for each variant; none: a heading
};

struct Section {
  std::string heading;  ///< empty: none
  std::vector<Row> rows;
};

/// Builds the rows of all variants.
class Rows {
 public:
  Rows(const Comparison& comparison, bool unicode) : comparison_(comparison), unicode_(unicode) {
    for (const metrics::RunRecord& record : comparison.variants) {
      summaries_.push_back(summarise(record));
    }
  }

  [[nodiscard]] std::vector<Section> sections() const {
    std::vector<Section> all;
    all.push_back({"", goodput()});
    for (Row& row : goodput_of_workloads()) all.back().rows.push_back(std::move(row));
    all.push_back({"replications of two kinds; all else is of both together", worlds()});
    all.push_back({"", ends()});
    all.push_back({"latency from arrival, all offered", within()});
    all.push_back({"latency from arrival, those that ended", latency()});
    all.push_back({"from delivery (time in queue hidden)", from_delivery()});
    all.push_back({"", costs()});
    for (SteadyRows& found : steady_rows(comparison_, unicode_)) {
      all.push_back({std::move(found.heading), {}});
      for (SteadyRow& row : found.rows) {
        all.back().rows.push_back({std::move(row.label), {}});
        for (std::string& text : row.cells) {
          all.back().rows.back().cells.push_back({std::move(text), false, Colour::none});
        }
      }
    }
    std::erase_if(all, [](const Section& section) { return section.rows.empty(); });
    return all;
  }

 private:
  /// Adds the row unless every cell of it is blank.
  template <typename CellOf>
  void add(std::vector<Row>& rows, std::string label, const CellOf& cell_of) const {
    Row row{std::move(label), {}};
    for (std::size_t i = 0; i < summaries_.size(); ++i) row.cells.push_back(cell_of(i));
    const bool all_blank = std::ranges::all_of(row.cells, &Cell::blank);
    if (!all_blank) rows.push_back(std::move(row));
  }
  void add_count(std::vector<Row>& rows, std::string label, std::uint64_t Summary::* member) const {
    add(rows, std::move(label), [&](std::size_t i) { return count(summaries_[i].*member); });
  }

  [[nodiscard]] static Cell count(std::uint64_t n) { return {grouped(n), n == 0, Colour::none}; }
  [[nodiscard]] Cell nothing() const { return {unicode_ ? "–" : "-", true, Colour::none}; }
  [[nodiscard]] Cell share(std::uint64_t part, std::uint64_t whole) const {
    if (whole == 0) return nothing();
    const std::uint64_t permille = permille_of(part, whole);
    const Colour colour = permille >= 990   ? Colour::green
                          : permille >= 900 ? Colour::yellow
                                            : Colour::red;
    return {percent_text(permille), false, colour};
  }
  [[nodiscard]] Cell time(std::optional<Duration> duration) const {
    return duration ? Cell{duration_text(*duration, unicode_), false, Colour::none} : nothing();
  }
  /// What the replications of variant i say; nullptr of a single one.
  [[nodiscard]] const metrics::VariantStudy* study(std::size_t i) const {
    return comparison_.study ? &comparison_.study->variants[i] : nullptr;
  }
  /// Half of the 95 % interval of a figure, under the figure; `text_of` writes its width.
  template <typename TextOf>
  void add_interval(std::vector<Row>& rows, const std::string& label, const std::string& metric,
                    const TextOf& text_of) const {
    if (!comparison_.study) return;
    add(rows, label, [&](std::size_t i) {
      const metrics::FigureEstimate* figure = metrics::find_figure(*study(i), metric);
      const bool any = figure != nullptr && figure->half_width_95 && study(i)->worlds.empty();
      return any ? Cell{plus_minus(unicode_) + text_of(*figure->half_width_95)} : nothing();
    });
  }
  void add_time_interval(std::vector<Row>& rows, const std::string& metric) const {
    add_interval(rows, "    95 %", metric,
                 [this](double half_ms) { return duration_text(from_ms(half_ms), unicode_); });
  }
  /// A name under the figures of a row above it.
  [[nodiscard]] Cell name(const std::string& text) const {
    return text.empty() ? nothing() : Cell{printable(text, unicode_), false, Colour::none, true};
  }

  [[nodiscard]] std::vector<Row> goodput() const {
    std::vector<Row> rows;
    add(rows, "stopped at", [&](std::size_t i) {
      const metrics::RunRecord& record = comparison_.variants[i];
      return record.cut ? time(record.simulated) : nothing();
    });
    add(rows, "offered",
        [&](std::size_t i) { return Cell{grouped(summaries_[i].offered), false, Colour::none}; });
    add(rows, "goodput", [&](std::size_t i) {
      // A mean over runs of two kinds would describe none of them.
      if (study(i) != nullptr && !study(i)->worlds.empty()) return Cell{"two kinds"};
      Cell cell = share(summaries_[i].ok, summaries_[i].offered);
      cell.blank = false;
      return cell;
    });
    add_interval(rows, "  95 %", "goodput_ratio", [](double half) { return points_text(half); });
    add(rows, "  per second", [&](std::size_t i) {
      if (study(i) != nullptr && !study(i)->worlds.empty()) return nothing();
      return Cell{rate_text(summaries_[i].goodput_per_s), summaries_[i].ok == 0, Colour::none};
    });
    return rows;
  }

  /// Where some variant has more than one workload, a row for the goodput of each.
  [[nodiscard]] std::vector<Row> goodput_of_workloads() const {
    std::vector<std::string> names;
    bool several = false;
    for (const metrics::RunRecord& record : comparison_.variants) {
      several = several || record.workloads.size() > 1;
      for (const metrics::WorkloadRecord& w : record.workloads) {
        if (std::ranges::find(names, w.name) == names.end()) names.push_back(w.name);
      }
    }
    std::vector<Row> rows;
    if (!several) return rows;
    for (const std::string& workload : names) {
      add(rows, "  of " + printable(workload, unicode_), [&](std::size_t i) {
        const auto& workloads = comparison_.variants[i].workloads;
        const auto found = std::ranges::find(workloads, workload, &metrics::WorkloadRecord::name);
        return found == workloads.end() ? nothing() : share(found->ok, found->offered);
      });
    }
    return rows;
  }

  /// Where the replications of some variant disagree in kind.
  [[nodiscard]] std::vector<Row> worlds() const {
    std::vector<Row> rows;
    if (!comparison_.study) return rows;
    const auto add_of_worlds = [&](const std::string& label, const auto& text_of) {
      add(rows, label, [&](std::size_t i) {
        const std::vector<metrics::WorldRecord>& found = study(i)->worlds;
        return found.empty() ? nothing() : Cell{text_of(found.front(), found.back())};
      });
    };
    using metrics::WorldRecord;
    const std::uint64_t all = comparison_.study->replications;
    add_of_worlds("  of the better kind", [all](const WorldRecord& better, const WorldRecord&) {
      return fmt::format("{} of {}", grouped(better.count), grouped(all));
    });
    add_of_worlds("    95 % of the share", [](const WorldRecord& better, const WorldRecord&) {
      return fmt::format("{:.0f} to {:.0f} %", 100.0 * better.share.low, 100.0 * better.share.high);
    });
    add_of_worlds("  goodput of these", [](const WorldRecord& better, const WorldRecord&) {
      return percent_text(permille_of(better.goodput.mean()));
    });
    add_of_worlds("  goodput of the others", [](const WorldRecord&, const WorldRecord& worse) {
      return percent_text(permille_of(worse.goodput.mean()));
    });
    return rows;
  }

  [[nodiscard]] std::vector<Row> ends() const {
    std::vector<Row> rows;
    add_count(rows, "ok", &Summary::ok);
    add_count(rows, "  degraded", &Summary::degraded);
    add_count(rows, "late", &Summary::late);
    add_count(rows, "failed", &Summary::failed);
    add_count(rows, "  by timeout", &Summary::failed_timeout);
    add_count(rows, "  by error", &Summary::failed_error);
    add_count(rows, "  by deadline", &Summary::failed_deadline);
    add_count(rows, "rejected", &Summary::rejected);
    add_count(rows, "  by the caller", &Summary::rejected_local);
    add_count(rows, "  by the callee", &Summary::rejected_remote);
    add_count(rows, "dead-lettered", &Summary::dead_lettered);
    add_count(rows, "dropped", &Summary::dropped);
    add_count(rows, "unfinished", &Summary::unfinished);
    return rows;
  }

  [[nodiscard]] std::vector<Row> within() const {
    std::vector<Row> rows;
    const auto add_within = [&](const char* label, double q) {
      add(rows, label, [&](std::size_t i) {
        const Summary& s = summaries_[i];
        if (s.offered == 0) return nothing();
        const std::optional<Duration> value = s.ok_latency.quantile_of(q, s.offered);
        return value ? time(value) : Cell{"never", false, Colour::none};
      });
    };
    add_within("  p50", 0.5);
    add_time_interval(rows, "p50_ms");
    add_within("  p95", 0.95);
    add_time_interval(rows, "p95_ms");
    add_within("  p99", 0.99);
    add_time_interval(rows, "p99_ms");
    return rows;
  }

  [[nodiscard]] std::vector<Row> percentiles(Histogram Summary::* member) const {
    std::vector<Row> rows;
    add(rows, "  count", [&](std::size_t i) { return count((summaries_[i].*member).count()); });
    const auto add_quantile = [&](const char* label, double q) {
      add(rows, label, [&](std::size_t i) { return time((summaries_[i].*member).quantile(q)); });
    };
    add_quantile("  p50", 0.5);
    add_quantile("  p95", 0.95);
    add_quantile("  p99", 0.99);
    return rows;
  }

  /// Only where it tells something else than the section before it.
  [[nodiscard]] std::vector<Row> latency() const {
    const bool all_ok =
        std::ranges::all_of(summaries_, [](const Summary& s) { return s.ok == s.offered; });
    return all_ok ? std::vector<Row>{} : percentiles(&Summary::latency);
  }

  [[nodiscard]] std::vector<Row> from_delivery() const {
    return percentiles(&Summary::from_delivery);
  }

  [[nodiscard]] std::vector<Row> costs() const {
    std::vector<Row> rows;
    add(rows, "attempts for each request", [&](std::size_t i) {
      const double factor = summaries_[i].amplification;
      return factor > 0.0 ? Cell{factor_text(factor), false, Colour::none} : nothing();
    });
    add_name(rows, "  at", &Summary::amplification_at);
    if (!rows.empty()) {
      add_interval(rows, "  95 %", "amplification",
                   [](double half) { return significant_text(half); });
    }
    add_count(rows, "retries", &Summary::retries);
    add_count(rows, "retries denied", &Summary::denied);
    add_count(rows, "hedged attempts", &Summary::hedges);
    add_count(rows, "lost by the network", &Summary::lost);
    add_count(rows, "replicas ejected", &Summary::ejections);
    add(rows, "wasted work", [&](std::size_t i) {
      const Summary& s = summaries_[i];
      const bool none = s.wasted_at.empty();
      return Cell{percent_text(permille_of(s.wasted_ratio)), none, Colour::none};
    });
    add_name(rows, "  at", &Summary::wasted_at);
    add(rows, "concurrency limit, at the end", [&](std::size_t i) {
      const auto& limit = summaries_[i].limit;
      return limit ? Cell{significant_text(limit->end()), false, Colour::none} : nothing();
    });
    add(rows, "  lowest and highest", [&](std::size_t i) {
      const auto& limit = summaries_[i].limit;
      if (!limit) return nothing();
      const std::string text = grouped(limit->least) + ", " + grouped(limit->most);
      return Cell{text, false, Colour::none};
    });
    add_count(rows, "longest line at a service", &Summary::line_max);
    add_count(rows, "longest queue", &Summary::depth_max);
    add_count(rows, "redeliveries", &Summary::redelivered);
    add_count(rows, "leases that ran out", &Summary::expired);
    add_count(rows, "duplicates", &Summary::duplicates);
    add_count(rows, "write conflicts", &Summary::conflicts);
    add(rows, "recovered after fault", [&](std::size_t i) {
      const Verdict& verdict = comparison_.variants[i].verdict;
      switch (verdict.state) {
        case Verdict::State::recovered:
          return time(verdict.recovered_after);
        case Verdict::State::not_recovered:
          return Cell{"never", false, Colour::red};
        case Verdict::State::not_judged:
          return Cell{"unknown", false, Colour::none};
        case Verdict::State::mixed:
          if (study(i) == nullptr) break;
          return Cell{fmt::format("{} of {}", study(i)->recovered, comparison_.study->replications),
                      false, Colour::red};
        case Verdict::State::no_fault:
          break;
      }
      return nothing();
    });
    return rows;
  }

  /// Names tell nothing while all variants have the same or none; then they go to the label above.
  void add_name(std::vector<Row>& rows, const char* label, std::string Summary::* member) const {
    if (rows.empty()) return;
    std::vector<std::string> names;
    for (const Summary& s : summaries_) {
      if (!(s.*member).empty()) names.push_back(s.*member);
    }
    if (names.empty()) return;
    const bool alike =
        std::ranges::all_of(names, [&](const auto& n) { return n == names.front(); });
    if (!alike) {
      add(rows, label, [&](std::size_t i) { return name(summaries_[i].*member); });
    } else if (rows.back().label == "wasted work") {
      rows.back().label += " at " + printable(names.front(), unicode_);
    } else {
      rows.push_back({"  at " + printable(names.front(), unicode_), {}});
    }
  }

  const Comparison& comparison_;
  std::vector<Summary> summaries_;
  bool unicode_;
};

std::string coloured(const std::string& text, Colour colour, bool on) {
  if (!on || colour == Colour::none) return text;
  const char* code = colour == Colour::green ? "32" : colour == Colour::yellow ? "33" : "31";
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

/// A line without blanks at its end.
std::string line(std::string text) {
  while (text.ends_with(' ')) text.pop_back();
  return text + "\n";
}

std::string rule(std::size_t width, bool unicode) {
  std::string out;
  for (std::size_t i = 0; i < width; ++i) out += unicode ? "─" : "-";
  return out + "\n";
}

/// Of the longest run; `unknown` if none says.
Duration simulated_of(const Comparison& comparison, Duration unknown) {
  Duration simulated{0};
  for (const metrics::RunRecord& record : comparison.variants) {
    simulated = std::max(simulated, record.simulated);
  }
  return simulated > Duration{0} ? simulated : unknown;
}

std::string title(const Comparison& comparison, std::size_t width, bool unicode) {
  const Duration simulated = simulated_of(comparison, Duration{0});
  const std::string separator = unicode ? " · " : " - ";
  std::string text = printable(comparison.scenario, unicode);
  text += separator + fmt::format("seed {}", comparison.seed);
  if (comparison.study) {
    text += separator + grouped(comparison.study->replications) + " replications";
  }
  text += separator + duration_text_short(simulated, unicode) + " simulated";
  if (comparison.study) text += " in all";
  if (comparison.partial) text += separator + "interrupted";
  return line(fitted(text, width, unicode));
}

/// The variants [from, to) beside each other. A heading may be wider than they are, up to `limit`.
std::string block(const Comparison& comparison, const std::vector<Section>& sections,
                  std::size_t from, std::size_t to, std::size_t label_width,
                  std::size_t column_width, std::size_t limit, const TableOptions& options) {
  const std::size_t width = label_width + (to - from) * (gap + column_width);
  std::string head = left_aligned("", label_width);
  for (std::size_t i = from; i < to; ++i) {
    const std::string name = printable(comparison.variants[i].variant, options.unicode);
    head += std::string(gap, ' ') +
            right_aligned(fitted(name, column_width, options.unicode), column_width);
  }
  std::string out = line(head);
  for (const Section& section : sections) {
    out += rule(width, options.unicode);
    if (!section.heading.empty()) out += line(fitted(section.heading, limit, options.unicode));
    for (const Row& row : section.rows) {
      std::string text = left_aligned(fitted(row.label, label_width, options.unicode), label_width);
      for (std::size_t i = from; i < to && i < row.cells.size(); ++i) {
        const Cell& cell = row.cells[i];
        const std::string shown = fitted(cell.text, column_width, options.unicode);
        const std::string aligned = right_aligned(shown, column_width);
        const std::string padding = aligned.substr(0, aligned.size() - shown.size());
        text += std::string(gap, ' ') + padding + coloured(shown, cell.colour, options.colour);
      }
      out += line(text);
    }
  }
  return out;
}

std::string peak_text(double per_s) { return "peak " + rate_text(per_s); }

std::size_t widest_peak(const GoodputCurves& curves) {
  std::size_t widest = 0;
  for (const double peak : curves.peaks) widest = std::max(widest, display_width(peak_text(peak)));
  return widest;
}

/// The goodput over time of every variant, on one scale and one axis.
std::string curves(const Comparison& comparison, std::size_t width, bool unicode) {
  std::size_t name_width = 0;
  for (const metrics::RunRecord& record : comparison.variants) {
    name_width = std::max(name_width, display_width(printable(record.variant, unicode)));
  }
  name_width = std::min({name_width, column_max, width / 4});
  // The curves have what the labels of their peaks leave; how high these are depends a little on
  // how wide a curve is.
  const std::size_t shared = width - name_width - gap - gap;
  std::size_t peak_width = peak_usual;
  GoodputCurves found = goodput_curves(comparison.variants, shared - peak_width);
  for (std::size_t wanted = widest_peak(found);
       wanted > peak_width && peak_width < shared - curve_min; wanted = widest_peak(found)) {
    peak_width = std::min(wanted, shared - curve_min);
    found = goodput_curves(comparison.variants, shared - peak_width);
  }
  if (found.peak == 0.0) return {};

  const std::string heading = comparison.study
                                  ? "goodput over time, mean of the replications, all on one scale"
                                  : "goodput over time, all on one scale";
  std::string out = line(fitted(heading, width, unicode));
  std::size_t bins = 0;
  for (std::size_t i = 0; i < comparison.variants.size(); ++i) {
    const std::string name = printable(comparison.variants[i].variant, unicode);
    const std::string peak = peak_text(found.peaks[i]);
    bins = found.values[i].size();
    out += line(left_aligned(fitted(name, name_width, unicode), name_width + gap) +
                sparkline(found.values[i], found.peak, unicode) + std::string(gap, ' ') +
                fitted(peak, peak_width, unicode));
  }
  const std::string start = "0 s";
  // The last interval may reach beyond the end of the run; by less than a character.
  const Duration longest = comparison.study ? found.span : simulated_of(comparison, found.span);
  const std::string end = duration_text_short(longest, unicode);
  const std::size_t taken = display_width(start) + display_width(end) + 2;
  std::string axis = start + " ";
  for (std::size_t i = taken; i < bins; ++i) axis += unicode ? "─" : "-";
  axis += (bins >= taken ? " " : "to ") + end;
  return out + line(std::string(name_width + gap, ' ') + axis);
}

struct Widths {
  std::size_t label = 0;
  std::size_t column = 0;
};

/// As wide as everything would like to be. Long labels and names give way where that lets all
/// variants stand beside each other; figures never do.
Widths widths_of(const Comparison& comparison, const std::vector<Section>& sections,
                 std::size_t width, bool unicode) {
  std::size_t label = 0;
  std::size_t figure = column_min;
  for (const Section& section : sections) {
    for (const Row& row : section.rows) {
      label = std::max(label, display_width(row.label));
      for (const Cell& cell : row.cells) {
        if (!cell.is_name) figure = std::max(figure, display_width(cell.text));
      }
    }
  }
  std::size_t column = figure;
  for (const metrics::RunRecord& record : comparison.variants) {
    column = std::max(column, display_width(printable(record.variant, unicode)));
  }
  column = std::min(column, std::max(column_max, figure));
  label = std::min(label, label_max);

  const std::size_t variants = comparison.variants.size();
  const auto fits = [&] { return label + variants * (gap + column) <= width; };
  const Widths wished{std::min(label, width - gap - column), column};
  while (!fits() && label > label_cut) --label;
  while (!fits() && column > figure) --column;
  return fits() ? Widths{label, column} : wished;
}

}  // namespace

std::string to_table(const Comparison& comparison, const TableOptions& options) {
  const std::size_t width = std::max<std::size_t>(
      width_min, options.width > 0 ? static_cast<std::size_t>(options.width) : 0);
  std::string out = title(comparison, width, options.unicode);
  if (comparison.variants.empty()) return out;
  const std::vector<Section> sections = Rows(comparison, options.unicode).sections();

  const auto [label_width, column_width] = widths_of(comparison, sections, width, options.unicode);
  const std::size_t beside = (width - label_width) / (gap + column_width);
  for (std::size_t from = 0; from < comparison.variants.size(); from += beside) {
    const std::size_t to = std::min(from + beside, comparison.variants.size());
    out += "\n" + block(comparison, sections, from, to, label_width, column_width, width, options);
  }
  const std::string curve = curves(comparison, width, options.unicode);
  if (!curve.empty()) out += "\n" + curve;
  const std::string differences = paired_text(comparison, width, options.unicode);
  if (!differences.empty()) out += "\n" + differences;
  return out;
}

}  // namespace squall::report
