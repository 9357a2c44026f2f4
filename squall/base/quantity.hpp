#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"

/// Quantities as people write them. Every parser takes the whole text, without spaces around or
/// within it, in ASCII, whatever the locale; an error starts with the text that was found and says
/// what is wrong and what to write instead, without file or line. Every `format_` gives text that
/// its parser reads back as the same value.
namespace squall {

/// Events a second, in millionths of an event.
struct Rate {
  std::int64_t per_second_micro = 0;

  [[nodiscard]] friend constexpr auto operator<=>(Rate, Rate) noexcept = default;
};

/// The largest rate that parse_rate() takes: 1e12/s.
inline constexpr Rate rate_max{1'000'000'000'000'000'000};

/// `12ms`, `1.5s`, `250us`, `2h`; units ns us ms s m h. Exact: a duration that is no whole number
/// of nanoseconds is an error, and so is one below 0 or above about 292 years. Only 0 may stand
/// without a unit.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

/// `50/s`, `0.5/s`, `30/m`, `2/h`, to the nearest millionth of an event a second (halves up), at
/// most rate_max. A rate above 0 that would become 0 is an error. The unit is never left out.
[[nodiscard]] Result<Rate> parse_rate(std::string_view text);

/// `5%` or `0.05`, from 0 to 1; the double nearest to what is written, so both give 0.05. An
/// exponent may follow the digits of a plain number (`1e-7`), not those of a percentage.
[[nodiscard]] Result<double> parse_share(std::string_view text);

/// `x4`, `x0.2`; 0 or more and finite.
[[nodiscard]] Result<double> parse_factor(std::string_view text);

/// `4`, `0.25`, `1e-7`; 0 or more and finite; the nearest double.
[[nodiscard]] Result<double> parse_number(std::string_view text);

/// The shortest exact text, such as `12ms`, `1.5s` or `1h`: in the unit, among those in which the
/// value is at least 1 and has at most 6 decimals, that takes the fewest characters; of two, the
/// one without decimals, else the larger. 0 is `0s`; below 0 a `-` stands in front (for messages:
/// that is not read back).
[[nodiscard]] std::string format_duration(Duration duration);

/// `50/s`, `0.016667/s`. REQUIRES 0 <= rate <= rate_max.
[[nodiscard]] std::string format_rate(Rate rate);

/// `5%`; below a millionth of a percent a plain number (`1e-12`). REQUIRES 0 <= share <= 1,000;
/// above 1 (`250%`) parse_share() does not read it back.
[[nodiscard]] std::string format_share(double share);

/// `x0.2`. REQUIRES factor finite and >= 0.
[[nodiscard]] std::string format_factor(double factor);

/// The shortest decimal that is read back as the same double; with an exponent where that is
/// shorter. REQUIRES number finite.
[[nodiscard]] std::string format_number(double number);

}  // namespace squall
