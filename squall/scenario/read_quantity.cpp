#include "squall/scenario/read_quantity.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "squall/base/decimal.hpp"
#include "squall/scenario/scalar_form.hpp"

namespace squall::scenario {
namespace {

/// The value that `parse` makes of the scalar, or `fallback` and an error.
template <typename T>
T parsed(const Value& value, Result<T> (*parse)(std::string_view), T fallback,
         std::string_view expected) {
  if (!value.is_scalar()) {
    value.must_be(expected);
    return fallback;
  }
  const Result<T> result = parse(value.node().text);
  if (result) return *result;
  value.error(result.error().message);
  return fallback;
}

/// A bare number in quotes is text.
bool is_quoted_number(const Value& value) {
  return value.is_scalar() && value.node().quoted && is_number_form(value.node().text);
}

bool is_written_percent(const Value& value) {
  return value.is_scalar() && value.node().text.ends_with('%');
}

/// The number before a `%`, times ten to the power of `shift`.
double read_written_percent(const Value& value, int shift) {
  std::string_view text = value.node().text;
  text.remove_suffix(1);
  const bool exponent = text.find_first_of("eE") != text.npos;
  const std::optional<double> percent = exponent ? std::nullopt : nearest_double(text, shift);
  if (!percent) value.must_be("a percentage such as 20%");
  return percent.value_or(0.0);
}

}  // namespace

Duration read_duration(const Value& value) {
  return parsed(value, &parse_duration, Duration{0}, "a duration such as 120ms");
}

Duration read_positive_duration(const Value& value) {
  const Duration duration = read_duration(value);
  if (duration <= Duration{0}) value.must_be("longer than 0");
  return duration;
}

Duration read_duration_or_forever(const Value& value) {
  if (value.is_word("forever")) return forever;
  return read_duration(value);
}

Rate read_rate(const Value& value) {
  return parsed(value, &parse_rate, Rate{}, "a rate such as 50/s");
}

double read_share(const Value& value) {
  constexpr std::string_view expected = "a share such as 5%, or a number from 0 to 1";
  if (is_quoted_number(value)) {
    value.must_be(std::string(expected) + ", without quotes");
    return 0.0;
  }
  return parsed(value, &parse_share, 0.0, expected);
}

double read_factor(const Value& value) {
  return parsed(value, &parse_factor, 1.0, "a factor such as x4");
}

double read_number(const Value& value) {
  constexpr std::string_view expected = "a number of 0 or more";
  if (is_quoted_number(value)) {
    value.must_be(std::string(expected) + ", without quotes");
    return 1.0;
  }
  return parsed(value, &parse_number, 1.0, expected);
}

double read_ratio(const Value& value) {
  if (is_written_percent(value)) return read_written_percent(value, -2);
  return read_share(value);
}

double read_percent(const Value& value) {
  if (is_written_percent(value)) return read_written_percent(value, 0);
  (void)read_share(value);  // for its errors
  return value.errors().any() ? 0.0 : nearest_double(value.node().text, 2).value_or(0.0);
}

}  // namespace squall::scenario
