#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "squall/base/alias_table.hpp"
#include "squall/base/byte_order_mark.hpp"
#include "squall/base/decimal.hpp"
#include "squall/base/distribution.hpp"
#include "squall/base/quantity.hpp"

namespace squall {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

bool starts_like_a_number(std::string_view text) {
  return !text.empty() && std::string_view("0123456789.+-").find(text.front()) != text.npos;
}

/// What was found, in quotes and not too long for a message.
std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string out = "'";
  for (const char c : text.substr(0, longest)) {
    const bool printable = static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
    out += printable ? c : '?';
  }
  return out + (text.size() > longest ? "...'" : "'");
}

/// Ends in a unit, after a digit.
bool has_unit(std::string_view text) {
  return starts_like_a_number(text) && std::string_view("smh").find(text.back()) != text.npos;
}

/// `12ms`, or `12` for milliseconds, to the nearest nanosecond.
Result<Duration> parse_value(std::string_view text) {
  constexpr std::size_t longest = 64;  // what is longer is no duration, and no message either
  if (has_unit(text) && text.size() <= longest) return parse_duration(text);
  const std::optional<double> ns = nearest_double(text, 6);
  if (!ns) {
    return fail(quoted(text) +
                " is not a duration of 0 or more; write 12ms, or 12 for milliseconds");
  }
  const Duration value = nanoseconds_saturated(*ns);
  if (value == forever) return fail(quoted(text) + " is too long; the most is about 292 years");
  return value;
}

Result<Empirical::Entry> parse_entry(std::string_view line) {
  const std::size_t comma = line.find(',');
  const Result<Duration> value = parse_value(trimmed(line.substr(0, comma)));
  if (!value) return fail(value.error());
  if (comma == line.npos) return Empirical::Entry{*value, 1.0};
  const std::string_view text = trimmed(line.substr(comma + 1));
  const std::optional<double> weight = nearest_double(text);
  if (!weight) {
    return fail(quoted(text) + " is not a weight; it must be a number of 0 or more");
  }
  return Empirical::Entry{*value, *weight};
}

}  // namespace

Result<Empirical> parse_empirical_csv(const std::string& text, const std::string& file) {
  std::vector<Empirical::Entry> entries;
  std::string_view rest = without_byte_order_mark(text);
  bool header_allowed = true;
  for (int number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.front() == '#') continue;
    const bool header = std::exchange(header_allowed, false) && !starts_like_a_number(line);
    if (header) continue;

    const Result<Empirical::Entry> entry = parse_entry(line);
    if (!entry) {
      return fail(Error{.message = entry.error().message, .file = file, .line = number});
    }
    if (entries.size() == AliasTable::size_max) {
      return fail(Error{.message =
                            "more than 1,000,000 values; leave some out, or give values that "
                            "are alike one line with a weight",
                        .file = file,
                        .line = number});
    }
    entries.push_back(*entry);
  }

  Empirical empirical{file,
                      std::make_shared<const std::vector<Empirical::Entry>>(std::move(entries))};
  if (const Result<void> valid = validate(empirical); !valid) {
    return fail(Error{.message = valid.error().message, .file = file});
  }
  return empirical;
}

}  // namespace squall
