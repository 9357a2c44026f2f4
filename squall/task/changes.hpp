#pragma once

#include <string>

#include "squall/base/result.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/node.hpp"
#include "squall/scenario/scenario.hpp"

/// What a user changes of a scenario before it is built: `--set` and `--seed`.
namespace squall::task {

/// How messages call an assignment.
inline constexpr const char* assignment_file = "--set";

/// Puts a value at a path; null removes what stands there.
/// @param value  as it was parsed, with assignment_file for its file; an error is handed on, with
///               the path in place of the line
[[nodiscard]] Result<void> assign(scenario::Node& document, const std::string& path,
                                  Result<scenario::Node> value);

/// @param digits  of a whole number of 0 or more; the error speaks of `--seed`
[[nodiscard]] Result<void> set_seed(scenario::Node& document, const std::string& digits);

/// Builds a document that may have been changed so. `expect` is held against what the scenario has:
/// a metric that no run of it can have is an error now and not after the run.
/// @param file  of the scenario, for messages
[[nodiscard]] Result<scenario::Bundle> build_changed(const scenario::Node& document,
                                                     const scenario::FileReader& files,
                                                     const std::string& file);

}  // namespace squall::task
