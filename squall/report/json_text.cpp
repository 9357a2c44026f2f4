#include "squall/report/json_text.hpp"

#include <system_error>
#include <utility>

#include "squall/metrics/sample.hpp"

namespace squall::report {
namespace {

constexpr std::size_t integer_size_max = 24;

/// Up to here a decimal is the shortest text of the double that is nearest to it: doubles tell all
/// numbers of 15 digits apart.
constexpr std::int64_t short_units_max = 999'999'999'999'999;

}  // namespace

void JsonText::add_integer(std::uint64_t value) {
  char* const at = room(integer_size_max);
  end_at(std::to_chars(at, at + integer_size_max, value).ptr);
}

void JsonText::add_decimal(std::int64_t units, int places) {
  char* at = room(2 * integer_size_max);
  if (units < 0) *at++ = '-';
  std::uint64_t rest =
      units < 0 ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
  std::uint64_t one = 1;
  for (int i = 0; i < places; ++i) one *= 10;
  at = std::to_chars(at, at + integer_size_max, rest / one).ptr;
  rest %= one;
  if (rest > 0) *at++ = '.';
  while (rest > 0) {
    one /= 10;
    *at++ = static_cast<char>('0' + static_cast<char>(rest / one));
    rest %= one;
  }
  end_at(at);
}

void JsonText::add_double(double value) {
  constexpr std::size_t size_max = 64;
  char* const at = room(size_max);
  auto made = std::to_chars(at, at + size_max, value, std::chars_format::fixed);
  // Hundreds of digits say less than an exponent.
  if (made.ec != std::errc{}) made = std::to_chars(at, at + size_max, value);
  end_at(made.ptr);
}

void JsonText::add_gauge(double value) {
  const bool is_finite = value - value == 0.0;
  if (!metrics::has_value(value) || !is_finite) return add("null");
  constexpr double largest = 1e12;
  if (value <= -largest || value >= largest) return add_double(value);
  add_decimal(static_cast<std::int64_t>(value * 1e3 + (value < 0 ? -0.5 : 0.5)), 3);
}

void JsonText::add_ms(Duration duration) {
  const std::int64_t ns = duration.count();
  const bool is_whole = ns % 1'000'000 == 0;
  if (is_whole || (ns >= -short_units_max && ns <= short_units_max)) return add_decimal(ns, 6);
  add_double(to_ms(duration));
}

std::string JsonText::take() && {
  text_.resize(size_);
  size_ = 0;
  return std::exchange(text_, {});
}

std::string compact(std::string_view json) {
  std::string out(json.size(), '\0');
  char* to = out.data();
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string && c == '\\') {
      *to++ = c;
      *to++ = json[++i];
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (in_string || (c != ' ' && c != '\n')) *to++ = c;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
  return out;
}

std::string inert(std::string_view json) {
  constexpr std::string_view line_separator = "\xe2\x80\xa8";
  constexpr std::string_view paragraph_separator = "\xe2\x80\xa9";
  std::string out;
  out.reserve(json.size() + json.size() / 64);
  std::size_t taken = 0;
  const auto escape = [&](std::size_t i, std::size_t size, std::string_view instead) {
    out += json.substr(taken, i - taken);
    out += instead;
    taken = i + size;
  };
  for (std::size_t i = 0; i < json.size(); ++i) {
    switch (json[i]) {
      case '<':
        escape(i, 1, "\\u003c");
        break;
      case '>':
        escape(i, 1, "\\u003e");
        break;
      case '&':
        escape(i, 1, "\\u0026");
        break;
      case line_separator.front():
        if (json.substr(i).starts_with(line_separator))
          escape(i, line_separator.size(), "\\u2028");
        else if (json.substr(i).starts_with(paragraph_separator))
          escape(i, paragraph_separator.size(), "\\u2029");
        break;
      default:
        break;
    }
  }
  out += json.substr(taken);
  return out;
}

}  // namespace squall::report
