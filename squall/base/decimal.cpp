#include "squall/base/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <string>
#include <system_error>
#include <version>

namespace squall {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

// Ten to this power times the largest multiplier, and times twice the largest divisor, is below
// 2^127; digits of a fraction beyond it only tell an exact number from one that is not.
constexpr std::size_t fraction_digits_max = 18;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::size_t count_digits(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) -
                                  text.begin());
}

std::optional<std::uint64_t> whole_part(std::string_view digits) noexcept {
  std::uint64_t value = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (largest - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

/// The double nearest to `text`, which is an unsigned decimal with an exponent.
std::optional<double> convert(const std::string& text) {
#if defined(__cpp_lib_to_chars)
  double value = 0.0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return value;
#else
  // libc++ 19, which the WebAssembly build uses, has no from_chars for double. strtod rounds
  // correctly there too; under a locale with another decimal point it would stop early and fail.
  char* stopped = nullptr;
  const double value = std::strtod(text.c_str(), &stopped);
  if (stopped != text.c_str() + text.size()) return std::nullopt;
  return value;
#endif
}

}  // namespace

std::optional<Decimal> take_decimal(std::string_view& text) noexcept {
  const std::size_t whole = count_digits(text);
  if (whole == 0) return std::nullopt;
  Decimal decimal{text.substr(0, whole), {}};
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    const std::size_t fraction = count_digits(text.substr(1));
    if (fraction > 0) {
      decimal.fraction = text.substr(1, fraction);
      text.remove_prefix(1 + fraction);
    }
  }
  return decimal;
}

std::optional<WholeNumber> whole_number(const Decimal& decimal, std::int64_t multiplier,
                                        std::int64_t divisor) noexcept {
  const std::optional<std::uint64_t> whole = whole_part(decimal.whole);
  if (!whole) return std::nullopt;

  const std::string_view kept = decimal.fraction.substr(0, fraction_digits_max);
  const std::string_view dropped = decimal.fraction.substr(kept.size());
  std::uint64_t fraction = 0;
  std::uint64_t fraction_unit = 1;
  for (const char c : kept) {
    fraction = fraction * 10 + static_cast<std::uint64_t>(c - '0');
    fraction_unit *= 10;
  }

  // whole m / d + fraction m / (unit d), each with its remainder over unit d.
  const auto m = static_cast<Wide>(multiplier);
  const auto d = static_cast<Wide>(divisor);
  const Wide scaled_whole = *whole * m;
  const Wide of_whole = scaled_whole / d;
  const Wide denominator = fraction_unit * d;
  const Wide rest = (scaled_whole % d) * fraction_unit + fraction * m;
  const Wide remainder = rest % denominator;
  const bool half_or_more = 2 * remainder >= denominator;
  const Wide value = of_whole + rest / denominator + (half_or_more ? 1U : 0U);
  if (value > largest) return std::nullopt;

  const bool nothing_dropped = dropped.find_first_not_of('0') == std::string_view::npos;
  return WholeNumber{static_cast<std::int64_t>(value), remainder == 0 && nothing_dropped};
}

std::optional<double> nearest_double(std::string_view text, int shift) {
  const std::string_view all = text;
  if (!take_decimal(text)) return std::nullopt;
  const std::string_view mantissa = all.substr(0, all.size() - text.size());
  const bool is_zero = mantissa.find_first_not_of("0.") == std::string_view::npos;

  int exponent = 0;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t digits = count_digits(text);
    if (digits == 0) return std::nullopt;
    // No double has an exponent of more than three digits; more zeros than ten thousand in front
    // of the point, or behind it, are nobody's number.
    constexpr int exponent_max = 10'000;
    for (const char c : text.substr(0, digits)) {
      exponent = std::min(exponent * 10 + (c - '0'), exponent_max);
    }
    if (negative) exponent = -exponent;
    text.remove_prefix(digits);
  }
  if (!text.empty()) return std::nullopt;
  if (is_zero) return 0.0;

  const std::optional<double> value =
      convert(std::string(mantissa) + 'e' + std::to_string(exponent + shift));
  if (!value || !(*value > 0.0) || *value > std::numeric_limits<double>::max()) return std::nullopt;
  return value;
}

}  // namespace squall
