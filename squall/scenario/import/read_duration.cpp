// Lengths of time as Protocol Buffers, Go and Spring write them.
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "squall/base/decimal.hpp"
#include "squall/scenario/import/reading.hpp"

namespace squall::scenario {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ns;
};

constexpr std::int64_t second = 1'000'000'000;
constexpr std::array<Unit, 7> go_units = {{{"ns", 1},
                                           {"us", 1'000},
                                           {"\xc2\xb5s", 1'000},
                                           {"ms", 1'000'000},
                                           {"s", second},
                                           {"m", 60 * second},
                                           {"h", 3'600 * second}}};
constexpr std::array<Unit, 3> iso_units = {
    {{"H", 3'600 * second}, {"M", 60 * second}, {"S", second}}};

/// `.5` as well as `0.5`.
std::optional<Decimal> take_number(std::string_view& text) {
  if (!text.starts_with('.')) return take_decimal(text);
  std::string_view digits = text.substr(1);
  const std::optional<Decimal> fraction = take_decimal(digits);
  if (!fraction || !fraction->fraction.empty()) return std::nullopt;
  text = digits;
  return Decimal{.whole = "0", .fraction = fraction->whole};
}

/// A whole number of nanoseconds; nothing where it is none, or too long.
std::optional<Duration> length_of(const Decimal& number, std::int64_t unit_ns) {
  const std::optional<WholeNumber> ns = whole_number(number, unit_ns);
  if (!ns || !ns->exact) return std::nullopt;
  return Duration{ns->value};
}

std::optional<Duration> sum_of(std::optional<Duration> a, std::optional<Duration> b) {
  if (!a || !b || *a > forever - *b) return std::nullopt;
  return *a + *b;
}

/// `1m30s`: numbers, each with one of the units.
template <std::size_t N>
std::optional<Duration> parse_units(std::string_view text, const std::array<Unit, N>& units) {
  if (text.empty()) return std::nullopt;
  std::optional<Duration> sum = Duration{0};
  while (!text.empty()) {
    const std::optional<Decimal> number = take_number(text);
    if (!number) return std::nullopt;
    std::size_t end = text.find_first_of("0123456789.");
    end = std::min(end, text.size());
    const std::string_view name = text.substr(0, end);
    text.remove_prefix(end);
    std::optional<Duration> part;
    for (const Unit& unit : units) {
      if (unit.name == name) part = length_of(*number, unit.ns);
    }
    sum = sum_of(sum, part);
    if (!sum) return std::nullopt;
  }
  return sum;
}

std::optional<Duration> parse_days(std::string_view number) {
  const std::optional<Decimal> days = take_number(number);
  if (!days || !number.empty() || !days->fraction.empty()) return std::nullopt;
  const std::optional<WholeNumber> hours = whole_number(*days, 24);
  if (!hours || hours->value > forever.count() / (3'600 * second)) return std::nullopt;
  return Duration{hours->value * 3'600 * second};
}

std::string in_capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

/// `PT1M30.5S`, `P1DT2H`.
std::optional<Duration> parse_iso(std::string_view text) {
  text.remove_prefix(1);
  const std::size_t t = text.find('T');
  const std::string_view days = text.substr(0, t);
  std::optional<Duration> sum = Duration{0};
  if (!days.empty()) {
    if (days.back() != 'D') return std::nullopt;
    sum = parse_days(days.substr(0, days.size() - 1));
  }
  if (t == text.npos) return days.empty() ? std::nullopt : sum;
  return sum_of(sum, parse_units(text.substr(t + 1), iso_units));
}

std::optional<Duration> parse_spring(std::string_view text) {
  const std::string capitals = in_capitals(text);
  if (capitals.starts_with('P')) return parse_iso(capitals);
  if (!text.empty() && text.find_first_not_of("0123456789") == text.npos) {
    return parse_units(std::string(text) + "ms", go_units);
  }
  if (text.ends_with('d')) return parse_days(text.substr(0, text.size() - 1));
  // One number, one unit.
  const bool one =
      text.find_first_of("0123456789", text.find_first_not_of("0123456789.")) == text.npos;
  return one ? parse_units(text, go_units) : std::nullopt;
}

std::optional<Duration> parse_protobuf(std::string_view text) {
  if (!text.ends_with('s')) return std::nullopt;
  text.remove_suffix(1);
  const std::optional<Decimal> number = take_number(text);
  if (!number || !text.empty()) return std::nullopt;
  return length_of(*number, second);
}

std::optional<Duration> parse(std::string_view text, DurationForm form) {
  switch (form) {
    case DurationForm::protobuf:
      return parse_protobuf(text);
    case DurationForm::go:
      return text == "0" ? Duration{0} : parse_units(text, go_units);
    case DurationForm::spring:
      return parse_spring(text);
  }
  return std::nullopt;
}

std::string_view example_of(DurationForm form) {
  switch (form) {
    case DurationForm::protobuf:
      return "a duration in seconds such as 0.25s, not below 0";
    case DurationForm::go:
      return "a duration such as 25ms or 2s, not below 0";
    case DurationForm::spring:
      return "a duration such as 500 (milliseconds), 500ms, 2s or PT2S, not below 0";
  }
  return {};
}

}  // namespace

Duration Reading::duration(const Field& field, DurationForm form) {
  take(field);
  if (field.is_scalar()) {
    if (const std::optional<Duration> found = parse(field.node->text, form)) return *found;
  }
  must_be(field, example_of(form));
  return Duration{0};
}

Duration Reading::positive_duration(const Field& field, DurationForm form) {
  const Duration found = duration(field, form);
  if (found == Duration{0}) must_be(field, "longer than 0");
  return found;
}

}  // namespace squall::scenario
