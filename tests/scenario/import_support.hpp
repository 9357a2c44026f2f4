#pragma once

#include <string>
#include <string_view>

#include "squall/scenario/import/import.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::scenario {

/// YAML text that must import; "in.yaml" is its file.
[[nodiscard]] Imported imported(ImportFormat format, std::string_view yaml);
/// What is wrong with YAML text, as the command would print it; empty when nothing is.
[[nodiscard]] std::string import_error(ImportFormat format, std::string_view yaml);
/// The options of the only policy of it, as a scenario builds them.
[[nodiscard]] policy::PolicyOptions policy_of(ImportFormat format, std::string_view yaml);
/// What of it has no counterpart: `line path: reason`, a line each.
[[nodiscard]] std::string left_out_of(ImportFormat format, std::string_view yaml);

}  // namespace squall::scenario
