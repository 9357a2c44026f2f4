#pragma once

#include <string>

#include "squall/metrics/run_record.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::test {

/// Builds a scenario from YAML text; fails the test with the parser's words when it is wrong.
[[nodiscard]] scenario::Bundle bundle_of(const std::string& yaml);

/// Runs the base of a scenario to its end.
[[nodiscard]] metrics::RunRecord run(const std::string& yaml);

}  // namespace squall::test
