#pragma once

#include "squall/base/quantity.hpp"
#include "squall/base/time.hpp"
#include "squall/scenario/reader.hpp"

/// Values with a unit. Each records an error and gives a fallback when the text is none.
namespace squall::scenario {

/// `120ms`; 0 and more.
[[nodiscard]] Duration read_duration(const Value& value);
/// As above, more than 0.
[[nodiscard]] Duration read_positive_duration(const Value& value);
/// As read_duration(), or `forever`.
[[nodiscard]] Duration read_duration_or_forever(const Value& value);
/// `50/s`.
[[nodiscard]] Rate read_rate(const Value& value);
/// `20%`, or a number from 0 to 1.
[[nodiscard]] double read_share(const Value& value);
/// What read_share() reads, times 100, without a rounding error in between; may exceed 100 only
/// where `%` is written.
[[nodiscard]] double read_percent(const Value& value);
/// As read_share(), but may exceed 1 where `%` is written (`250%`): of what may be counted several
/// times.
[[nodiscard]] double read_ratio(const Value& value);
/// `x4`; 0 and more.
[[nodiscard]] double read_factor(const Value& value);
/// A plain number, 0 and more.
[[nodiscard]] double read_number(const Value& value);

}  // namespace squall::scenario
