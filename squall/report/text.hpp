#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "squall/base/time.hpp"

/// Figures and names as people read them on a terminal: rounded, with units, of a known width.
namespace squall::report {

/// Columns that `text` takes on a terminal. Combining marks take none, East Asian wide characters
/// and emoji two (approximately: by block, without joining). A byte that is not UTF-8 takes one.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// `text` safe for a terminal: control characters and bytes that are not UTF-8 become '?', and so
/// does all beyond ASCII unless `unicode`.
[[nodiscard]] std::string printable(std::string_view text, bool unicode);

/// `text`, or its beginning and an ellipsis, so that it takes at most `width` columns. Never splits
/// a character from its combining marks. REQUIRES width > 0.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t width, bool unicode);

/// `text` broken at blanks into lines of at most `width` columns, each but the first indented by
/// `indent` blanks; a longer word has a line to itself. No newline at the end.
/// REQUIRES indent < width.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// Padded with blanks to `width` columns; wider text stays as it is.
[[nodiscard]] std::string left_aligned(std::string_view text, std::size_t width);
[[nodiscard]] std::string right_aligned(std::string_view text, std::size_t width);

/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t count);

/// "1 request", "1,234 requests".
[[nodiscard]] std::string counted(std::uint64_t count, const char* one, const char* many);

/// "a", "a and b", "a, b and c".
[[nodiscard]] std::string list_of(const std::vector<std::string>& names);

/// Three significant digits and a unit: "812 µs" ("812 us"), "11.6 ms", "1.40 s", "1,234 s".
/// Negative: counted as 0.
[[nodiscard]] std::string duration_text(Duration duration, bool unicode);
/// The same without zeros at the end: "1 s", "1.4 s".
[[nodiscard]] std::string duration_text_short(Duration duration, bool unicode);

/// Per second, three significant digits: "0.25/s", "41.2/s", "1,234/s". REQUIRES finite, >= 0.
[[nodiscard]] std::string rate_text(double per_s);

/// Tenths of a percent, rounded; but 1000 only for part == whole, and 0 only for part == 0.
/// REQUIRES part <= whole, whole > 0.
[[nodiscard]] std::uint64_t permille_of(std::uint64_t part, std::uint64_t whole);
/// The same for a share from 0 to 1; outside of it counted as the nearer end.
[[nodiscard]] std::uint64_t permille_of(double share);

/// 984 as "98.4 %".
[[nodiscard]] std::string percent_text(std::uint64_t permille);

/// A share of 0.984 as "98 %". With a decimal where there would be 100 or 0 for what is not exactly
/// all or nothing: "99.9 %".
[[nodiscard]] std::string whole_percent_text(double share);

/// "3.9", with one decimal; two below 2, where one would hide too much: "1.07"; none for "64" that
/// is exact. Above 1 never shown as "1.00". REQUIRES finite, >= 0.
[[nodiscard]] std::string factor_text(double factor);

}  // namespace squall::report
