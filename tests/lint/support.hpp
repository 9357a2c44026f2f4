#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "squall/lint/finding.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::lint {

/// YAML text that must build, with its findings.
struct Linted {
  scenario::Bundle bundle;
  std::vector<Finding> findings;
};

/// "my.yaml" is the file.
[[nodiscard]] Linted linted(const std::string& yaml);

/// The findings of one code.
[[nodiscard]] std::vector<Finding> found(const std::string& yaml, Code code);

/// The arithmetic of the only finding of a code; says so in its place where there is none, or more.
[[nodiscard]] std::string arithmetic_of(const std::string& yaml, Code code);

/// What a scenario begins with: version and a minute's duration.
inline const std::string head = "squall: 1\nname: my\nduration: 60s\n";

}  // namespace squall::lint
