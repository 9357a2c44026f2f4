#pragma once

#include <string>

#include "squall/scenario/scenario.hpp"

namespace squall::scenario {

/// Where two bundles differ, as a path through their structs; empty when they are equal in every
/// field, variants and settings changes included.
[[nodiscard]] std::string difference(const Bundle& a, const Bundle& b);

}  // namespace squall::scenario
