#pragma once

#include <string>

#include "squall/scenario/import/import.hpp"

namespace squall::scenario {

/// One policy as an entry of `policies`, in block style, each value with its origin behind it.
/// @param indent  columns before the name
[[nodiscard]] std::string annotated_yaml(const PolicyDraft& policy, std::size_t indent);

/// The document that imported_scenario() writes.
[[nodiscard]] Node scenario_around(const Imported& imported);

}  // namespace squall::scenario
