#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// Decimals as text, without detours over binary fractions and without the locale. What
/// quantity.cpp and the reader of empirical distributions have in common.
namespace squall {

/// An unsigned decimal as written, `12` or `12.50`: views of its digits, not copies.
struct Decimal {
  std::string_view whole;     ///< at least one digit
  std::string_view fraction;  ///< the digits after the point; empty without one
};

/// Takes the longest decimal off the front of `text`, which is left at what follows it. Nothing,
/// and `text` as it was, if `text` does not start with one. A point without a digit after it is
/// left in `text`.
[[nodiscard]] std::optional<Decimal> take_decimal(std::string_view& text) noexcept;

/// The whole number nearest to a decimal times a factor (halves up), and whether it is that number
/// exactly.
struct WholeNumber {
  std::int64_t value = 0;
  bool exact = true;
};

/// `decimal` * `multiplier` / `divisor`; nothing when that is 2^63 or more.
/// REQUIRES 0 < multiplier <= 2^42, 0 < divisor <= 3600.
[[nodiscard]] std::optional<WholeNumber> whole_number(const Decimal& decimal,
                                                      std::int64_t multiplier,
                                                      std::int64_t divisor = 1) noexcept;

/// The double nearest to an unsigned decimal with an optional exponent (`12`, `0.5`, `1.5e-07`)
/// times ten to the power of `shift`. Nothing if `text` is anything else, or too large or too
/// small for a double other than 0.
[[nodiscard]] std::optional<double> nearest_double(std::string_view text, int shift = 0);

}  // namespace squall
