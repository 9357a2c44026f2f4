#include "squall/scenario/trace_file.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "squall/base/byte_order_mark.hpp"
#include "squall/base/quantity.hpp"
#include "squall/scenario/reader.hpp"

namespace squall::scenario {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

Result<Duration> parse_time(std::string_view text) {
  const bool has_unit = text.find_first_of("nusmh") != text.npos;
  return parse_duration(has_unit ? std::string(text) : std::string(text) + "s");
}

bool looks_like_a_number(std::string_view text) {
  return text.find_first_of("0123456789") == 0 || text.front() == '-' || text.front() == '.';
}

}  // namespace

Result<TraceArrivals> parse_trace(std::string_view text, const std::string& file) {
  std::vector<Instant> times;
  int number = 0;
  bool header_allowed = true;
  text = without_byte_order_mark(text);
  const auto error = [&](std::string message) {
    return fail(Error{.message = std::move(message), .file = file, .line = number});
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const bool header = header_allowed && !looks_like_a_number(line);
    header_allowed = false;
    if (header) continue;
    const Result<Duration> time = parse_time(line);
    if (!time) {
      return error(shown(line) + " is not a time: one arrival a line, in seconds or with a unit");
    }
    const Instant at{*time};
    if (!times.empty() && at < times.back()) return error(shown(line) + " goes back in time");
    if (times.size() == trace_arrivals_max) {
      return error("more than " + grouped(trace_arrivals_max) + " arrivals");
    }
    times.push_back(at);
  }
  number = 0;
  if (times.empty()) return error("holds no arrivals");
  return TraceArrivals{file, std::make_shared<const std::vector<Instant>>(std::move(times))};
}

}  // namespace squall::scenario
