#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"

/// Words for options that are out of range; for the validate() functions of this module.
namespace squall::policy {

/// A value as a person writes it: `0.25`; `1500ms` (whole, in the largest unit that fits), and
/// `forever`.
[[nodiscard]] std::string text_of(std::uint32_t value);
[[nodiscard]] std::string text_of(double value);
[[nodiscard]] std::string text_of(Duration value);
/// `12.5%`; the value counts percent.
[[nodiscard]] std::string percent_text(double value);

/// The failure `key: must be <allowed>, is <found>`.
[[nodiscard]] Unexpected out_of_range(std::string_view key, std::string_view allowed,
                                      std::string_view found);

/// `result` with `prefix.` put before the key of its error.
[[nodiscard]] Result<void> below_key(std::string_view prefix, Result<void> result);

}  // namespace squall::policy
