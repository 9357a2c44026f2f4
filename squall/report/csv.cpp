#include "squall/report/csv.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "squall/base/infinite.hpp"
#include "squall/report/json.hpp"
#include "squall/report/series_rates.hpp"

namespace squall::report {
namespace {

std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

template <typename Number>
void append(std::string& out, Number value) {
  // Room for the largest double without an exponent.
  std::array<char, 400> buffer{};
  char* const end = buffer.data() + buffer.size();
  const auto written = [&] {
    if constexpr (std::is_floating_point_v<Number>) {
      return std::to_chars(buffer.data(), end, value, std::chars_format::fixed);
    } else {
      return std::to_chars(buffer.data(), end, value);
    }
  }();
  out.append(buffer.data(), written.ptr);
}

/// A comma and the number; nothing after it for what is infinite or not there.
void append_field(std::string& out, const std::optional<double>& value) {
  out += ',';
  if (is_finite(value)) append(out, *value);
}

std::string interval_fields(const metrics::FigureEstimate& figure) {
  std::string out;
  const bool any = figure.estimate.count > 0 && figure.never == 0;
  append_field(out, any ? std::optional(figure.estimate.mean) : std::nullopt);
  append_field(out, figure.low);
  append_field(out, figure.high);
  out += ',';
  append(out, figure.estimate.count);
  return out;
}

}  // namespace

std::string series_csv(const metrics::RunRecord& record) {
  const SeriesRates rates(record.series, record.runs);
  const std::vector<std::int64_t> depth = rates.queue_depth();
  const std::vector<double> mean_depth = rates.mean_queue_depth();
  std::string out = "time_ms";
  for (const SeriesRates::Rate& rate : SeriesRates::rates) out += std::string(",") + rate.name;
  out += ",queue_depth\n";
  for (std::size_t row = 0; row < record.series.rows(); ++row) {
    append(out, to_ms(rates.time_of(row)));
    for (const SeriesRates::Rate& rate : SeriesRates::rates) {
      out += ',';
      append(out, rates.per_s(row, rate.column));
    }
    out += ',';
    if (record.runs == 1)
      append(out, depth[row]);
    else
      append(out, mean_depth[row]);
    out += '\n';
  }
  return out;
}

std::string totals_csv(const metrics::Comparison& comparison) {
  std::string out = "variant,kind,name,metric,value";
  if (comparison.study) out += ",mean,low_95,high_95,count";
  out += "\n";
  for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
    const metrics::RunRecord& record = comparison.variants[v];
    std::map<std::string_view, const metrics::FigureEstimate*> estimates;
    if (comparison.study) {
      for (const auto& figure : comparison.study->variants[v].figures) {
        estimates[figure.metric] = &figure;
      }
    }
    for (const Figure& figure : figures_of(record)) {
      out += field(record.variant) + "," + field(figure.kind) + "," + field(figure.name) + "," +
             field(figure.metric) + "," + field(figure.text);
      if (comparison.study) {
        const auto found = estimates.find(figure.path());
        out += found == estimates.end() ? std::string(",,,,") : interval_fields(*found->second);
      }
      out += "\n";
    }
  }
  return out;
}

std::string paired_csv(const metrics::Comparison& comparison) {
  std::string out =
      "variant,minus,metric,mean,low_95,high_95,significant,variance_reduction,count\n";
  if (!comparison.study) return out;
  for (const metrics::PairedRecord& pair : comparison.study->pairs) {
    for (const metrics::PairedFigure& figure : pair.figures) {
      out += field(comparison.variants[pair.variant].variant) + "," +
             field(comparison.variants[pair.minus].variant) + "," + field(figure.metric);
      const bool any = figure.low.has_value();
      append_field(out, any ? std::optional(figure.difference.mean) : std::nullopt);
      append_field(out, figure.low);
      append_field(out, figure.high);
      out += !any ? "," : figure.significant ? ",true" : ",false";
      append_field(out, figure.variance_reduction);
      out += ',';
      append(out, figure.difference.count);
      out += '\n';
    }
  }
  return out;
}

}  // namespace squall::report
