#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace squall {

/// The allowed name that `wrong` was probably meant to be, for "did you mean ...?". Nearest by the
/// number of edits (one byte inserted, deleted or replaced, or two neighbours exchanged; no byte
/// edited twice), upper and lower case ASCII letters being the same. Nothing if that takes more
/// edits than a third of the length of `wrong` (one edit is always allowed), or as many as it has
/// bytes; nothing for names longer than 64 bytes. Of several equally near the first one given.
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view wrong,
                                                      std::span<const std::string_view> allowed);
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view wrong,
                                                      std::span<const std::string> allowed);

/// All that are as near as nearest_name(), in the order given; none where it gives nothing.
[[nodiscard]] std::vector<std::string> nearest_names(std::string_view wrong,
                                                     std::span<const std::string> allowed);

}  // namespace squall
