#pragma once

#include <cstddef>
#include <string>

#include "squall/base/time.hpp"
#include "squall/metrics/run_record.hpp"

/// Intervals and differences as people read them.
namespace squall::report {

/// From here on the gain of pairing is worth a word.
inline constexpr double reduction_told = 1.2;

/// "±", or "+-".
[[nodiscard]] std::string plus_minus(bool unicode);

[[nodiscard]] Duration from_ms(double ms);

/// Two significant digits, as a person would round an uncertainty: "12", "1.2", "0.012"; "0" only
/// for 0. REQUIRES finite, >= 0.
[[nodiscard]] std::string significant_text(double value);

/// A share as percentage points, two significant digits, without the word: 0.0123 as "1.2".
[[nodiscard]] std::string points_text(double share);

/// "+8.4", "-0.21": with as many decimals as show two digits of `uncertainty`. Without a sign where
/// it rounds to 0.
[[nodiscard]] std::string signed_text(double value, double uncertainty);

/// "+7.9 to +8.9": in points, the interval of a difference of two shares. REQUIRES an interval.
[[nodiscard]] std::string points_interval_text(const metrics::PairedFigure& figure);

/// The paired differences of goodput, of the 99th percentile of all offered and of attempts, from
/// the first variant: a line for each other one, no wider than `width`. Empty without a study or
/// with one variant.
[[nodiscard]] std::string paired_text(const metrics::Comparison& comparison, std::size_t width,
                                      bool unicode);

}  // namespace squall::report
