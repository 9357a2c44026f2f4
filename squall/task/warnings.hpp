#pragma once

#include <string>
#include <vector>

#include "squall/scenario/scenario.hpp"

namespace squall::task {

/// What a scenario says that is allowed but cannot be meant, a line each: a fault that would begin
/// when the run is over. Of the variants, or of the base where there are none.
/// @param file  of the scenario, for the lines
[[nodiscard]] std::vector<std::string> warnings_about(const scenario::Bundle& bundle,
                                                      const std::string& file);

}  // namespace squall::task
