#pragma once

#include <string>
#include <string_view>

#include "squall/base/result.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::scenario {

/// The most arrivals that one trace may hold.
inline constexpr std::size_t trace_arrivals_max = 10'000'000;

/// Reads a trace: a line is one arrival's time since the start, with a unit (`1.5s`, `80ms`) or in
/// seconds, never before the line above. Blank lines, `#` comments and one header line are
/// skipped. The error carries the line.
[[nodiscard]] Result<TraceArrivals> parse_trace(std::string_view text, const std::string& file);

}  // namespace squall::scenario
