#include "squall/base/quantity.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>

#include "squall/base/decimal.hpp"

namespace squall {

namespace {

struct DurationUnit {
  std::string_view name;
  std::int64_t nanoseconds;
};

constexpr DurationUnit duration_units[] = {
    {"h", 3'600'000'000'000}, {"m", 60'000'000'000}, {"s", 1'000'000'000},
    {"ms", 1'000'000},        {"us", 1'000},         {"ns", 1},
};

struct RateUnit {
  std::string_view name;
  std::int64_t seconds;
};

constexpr RateUnit rate_units[] = {{"/s", 1}, {"/m", 60}, {"/h", 3600}};

constexpr std::int64_t micro_in_one = 1'000'000;
constexpr std::size_t decimals_max = 6;

struct Spelling {
  std::string_view written;  // in lower case
  std::string_view meant;
};

constexpr Spelling duration_spellings[] = {
    {"nsec", "ns"},      {"nanos", "ns"},  {"nanoseconds", "ns"},  {"\xc2\xb5s", "us"},
    {"\xce\xbcs", "us"}, {"usec", "us"},   {"micros", "us"},       {"microseconds", "us"},
    {"msec", "ms"},      {"millis", "ms"}, {"milliseconds", "ms"}, {"sec", "s"},
    {"secs", "s"},       {"second", "s"},  {"seconds", "s"},       {"min", "m"},
    {"mins", "m"},       {"minute", "m"},  {"minutes", "m"},       {"hr", "h"},
    {"hrs", "h"},        {"hour", "h"},    {"hours", "h"},
};

constexpr Spelling rate_spellings[] = {
    {"s", "/s"},       {"rps", "/s"},     {"qps", "/s"},   {"tps", "/s"}, {"hz", "/s"},
    {"/sec", "/s"},    {"/second", "/s"}, {"req/s", "/s"}, {"rpm", "/m"}, {"/min", "/m"},
    {"/minute", "/m"}, {"/hr", "/h"},     {"/hour", "/h"},
};

/// The text as an error shows it: on one line and not too long.
std::string shown(std::string_view text) {
  constexpr std::size_t length_max = 40;
  if (text.empty()) return "nothing";
  std::size_t length = text.size();
  if (length > length_max) {
    length = length_max;
    // Not in the middle of a character of several bytes.
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U) --length;
  }
  std::string out(text.substr(0, length));
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return length < text.size() ? out + "..." : out;
}

Unexpected wrong(std::string_view text, std::string_view what, std::string_view meant = {}) {
  std::string message = shown(text) + ": " + std::string(what);
  if (!meant.empty()) message += "; did you mean '" + std::string(meant) + "'?";
  return fail(std::move(message));
}

/// `unit` without leading spaces and in lower case.
std::string plain_unit(std::string_view unit) {
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  std::string plain(unit);
  for (char& c : plain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return plain;
}

/// The unit that `unit` must have been meant to be; empty if none.
template <typename Units, typename Spellings>
std::string_view meant_unit(std::string_view unit, const Units& units, const Spellings& spellings) {
  const std::string plain = plain_unit(unit);
  for (const auto& known : units) {
    if (plain == known.name) return known.name;
  }
  for (const Spelling& spelling : spellings) {
    if (plain == spelling.written) return spelling.meant;
  }
  return {};
}

bool is_negative_number(std::string_view text) noexcept {
  if (!text.starts_with('-')) return false;
  text.remove_prefix(1);
  if (text.starts_with('.')) text.remove_prefix(1);
  return take_decimal(text).has_value();
}

/// `value` / `one` in decimals, which are exact. REQUIRES one a power of ten times up to 3.6 and
/// at most 3.6e12, and `value` % `one` to have at most six decimals.
std::string decimal_text(std::uint64_t value, std::uint64_t one) {
  std::string text = std::to_string(value / one);
  const std::uint64_t millionths = value % one * micro_in_one / one;
  if (millionths == 0) return text;
  std::string digits = std::to_string(millionths);
  digits.insert(0, decimals_max - digits.size(), '0');
  digits.erase(digits.find_last_not_of('0') + 1);
  return text + '.' + digits;
}

/// The text between the first and the last of `digits`, as printed by std::to_chars.
template <typename... Format>
std::string shortest(double number, Format... format) {
  std::array<char, 32> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format...);
  SQUALL_CHECK(error == std::errc{}, "a double takes at most 24 characters");
  return {buffer.data(), end};
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  constexpr std::string_view form =
      "a duration is one number and one unit (ns us ms s m h), such as 12ms or 1.5s";
  if (is_negative_number(text)) return wrong(text, "a duration may not be negative");
  std::string_view unit = text;
  const std::optional<Decimal> number = take_decimal(unit);
  if (!number) {
    const bool starts_with_point = text.size() > 1 && text[0] == '.';
    const std::string completed = std::string("0").append(text);
    if (starts_with_point && parse_duration(completed)) return wrong(text, form, completed);
    return wrong(text, form);
  }
  const std::string written(text.substr(0, text.size() - unit.size()));

  if (unit.empty()) {
    const std::optional<WholeNumber> value = whole_number(*number, 1);
    if (value && value->value == 0 && value->exact) return Duration{0};
    return wrong(text, "a duration needs a unit (ns us ms s m h)", written + "ms");
  }
  for (const DurationUnit& known : duration_units) {
    if (unit != known.name) continue;
    const std::optional<WholeNumber> value = whole_number(*number, known.nanoseconds);
    if (!value) return wrong(text, "a duration is at most 9223372036s (about 292 years)");
    if (!value->exact) return wrong(text, "a duration is a whole number of nanoseconds");
    return Duration{value->value};
  }
  const std::string_view meant = meant_unit(unit, duration_units, duration_spellings);
  return wrong(text, form, meant.empty() ? std::string() : written + std::string(meant));
}

Result<Rate> parse_rate(std::string_view text) {
  if (is_negative_number(text)) return wrong(text, "a rate may not be negative");
  std::string_view unit = text;
  const std::optional<Decimal> number = take_decimal(unit);
  if (!number) return wrong(text, "a rate is one number and one unit (/s /m /h), such as 50/s");
  const std::string written(text.substr(0, text.size() - unit.size()));

  if (unit.empty()) return wrong(text, "a rate needs a unit (/s /m /h)", written + "/s");
  for (const RateUnit& known : rate_units) {
    if (unit != known.name) continue;
    const std::optional<WholeNumber> value = whole_number(*number, micro_in_one, known.seconds);
    if (!value || value->value > rate_max.per_second_micro) {
      return wrong(text, "a rate is at most 1000000000000/s");
    }
    if (value->value == 0 && !value->exact) {
      return wrong(text, "a rate is a multiple of 0.000001/s, and this is nearest to 0");
    }
    return Rate{value->value};
  }
  const std::string_view meant = meant_unit(unit, rate_units, rate_spellings);
  return wrong(text, "a rate is one number and one unit (/s /m /h), such as 50/s",
               meant.empty() ? std::string() : written + std::string(meant));
}

Result<double> parse_share(std::string_view text) {
  const bool percent = text.ends_with('%');
  const std::string_view number = percent ? text.substr(0, text.size() - 1) : text;
  const bool exponent = number.find_first_of("eE") != std::string_view::npos;
  const std::optional<double> value =
      percent && exponent ? std::nullopt : nearest_double(number, percent ? -2 : 0);
  if (!value) {
    if (is_negative_number(text)) return wrong(text, "a share is from 0% to 100%");
    const std::size_t space = number.find(' ');
    const std::string_view trimmed = number.substr(0, space);
    const bool spaced = percent && space != std::string_view::npos && nearest_double(trimmed) &&
                        number.find_first_not_of(' ', space) == std::string_view::npos;
    return wrong(text, "a share is a percentage such as 5%, or a number from 0 to 1",
                 spaced ? std::string(trimmed) + '%' : std::string());
  }
  if (*value <= 1.0) return *value;
  if (percent) return wrong(text, "a share is from 0% to 100%");
  const bool meant_percent = *value <= 100.0;
  return wrong(text, "a share is from 0 to 1, or from 0% to 100%",
               meant_percent ? std::string(text) + '%' : std::string());
}

Result<double> parse_factor(std::string_view text) {
  constexpr std::string_view form = "a factor is an x and a number, such as x4 or x0.2";
  if (text.starts_with('x')) {
    const std::string_view number = text.substr(1);
    if (const std::optional<double> value = nearest_double(number)) return *value;
    if (is_negative_number(number)) return wrong(text, "a factor may not be negative");
    return wrong(text, form);
  }
  if (is_negative_number(text)) return wrong(text, "a factor may not be negative");
  const std::string_view number = text.ends_with('x') ? text.substr(0, text.size() - 1) : text;
  return wrong(text, form,
               nearest_double(number) ? std::string("x").append(number) : std::string());
}

Result<double> parse_number(std::string_view text) {
  if (const std::optional<double> value = nearest_double(text)) return *value;
  if (is_negative_number(text)) return wrong(text, "this number may not be negative");
  return wrong(text, "a number is written in digits, such as 4 or 0.25");
}

std::string format_duration(Duration duration) {
  const bool negative = duration < Duration{0};
  const auto count = static_cast<std::uint64_t>(duration.count());
  const std::uint64_t value = negative ? 0 - count : count;
  if (value == 0) return "0s";

  std::string best;
  bool best_is_whole = false;
  for (const DurationUnit& unit : duration_units) {
    const auto one = static_cast<std::uint64_t>(unit.nanoseconds);
    const bool is_short = value % one * micro_in_one % one == 0;
    if (value < one || !is_short) continue;
    const bool is_whole = value % one == 0;
    const std::string text = decimal_text(value, one) + std::string(unit.name);
    const bool is_better = best.empty() || text.size() < best.size() ||
                           (text.size() == best.size() && is_whole && !best_is_whole);
    if (!is_better) continue;
    best = text;
    best_is_whole = is_whole;
  }
  return negative ? '-' + best : best;
}

std::string format_rate(Rate rate) {
  SQUALL_CHECK(rate >= Rate{} && rate <= rate_max, "a rate is from 0 to rate_max");
  return decimal_text(static_cast<std::uint64_t>(rate.per_second_micro), micro_in_one) + "/s";
}

std::string format_share(double share) {
  SQUALL_CHECK(share >= 0.0 && share <= 1'000.0, "a share is from 0 to 1,000");
  if (share == 0.0) return "0%";
  if (share < 1e-8) return format_number(share);

  // d.ddde-xx, as digits and the place of the point among them, two further on in percent.
  std::string digits = shortest(share, std::chars_format::scientific);
  const std::size_t e = digits.find('e');
  int exponent = 0;
  std::from_chars(digits.data() + e + 2, digits.data() + digits.size(), exponent);
  if (digits[e + 1] == '-') exponent = -exponent;
  digits.erase(e);
  std::erase(digits, '.');

  const int whole_digits = exponent + 3;
  if (whole_digits <= 0) {
    digits.insert(0, static_cast<std::size_t>(-whole_digits), '0');
    return "0." + digits + '%';
  }
  const auto point = static_cast<std::size_t>(whole_digits);
  if (digits.size() <= point) {
    digits.append(point - digits.size(), '0');
  } else {
    digits.insert(point, 1, '.');
  }
  return digits + '%';
}

std::string format_factor(double factor) {
  SQUALL_CHECK(factor >= 0.0, "a factor is 0 or more");
  return 'x' + format_number(factor);
}

std::string format_number(double number) {
  SQUALL_CHECK(std::isfinite(number), "a number is finite");
  return shortest(number == 0.0 ? 0.0 : number);
}

}  // namespace squall
