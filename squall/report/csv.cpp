#include "squall/report/csv.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

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

}  // namespace

std::string series_csv(const metrics::RunRecord& record) {
  const SeriesRates rates(record.series);
  const std::vector<std::int64_t> depth = rates.queue_depth();
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
    append(out, depth[row]);
    out += '\n';
  }
  return out;
}

std::string totals_csv(const metrics::Comparison& comparison) {
  std::string out = "variant,kind,name,metric,value\n";
  for (const metrics::RunRecord& record : comparison.variants) {
    for (const Figure& figure : figures_of(record)) {
      out += field(record.variant) + "," + field(figure.kind) + "," + field(figure.name) + "," +
             field(figure.metric) + "," + field(figure.text) + "\n";
    }
  }
  return out;
}

}  // namespace squall::report
