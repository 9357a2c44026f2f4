#pragma once

#include <span>
#include <vector>

#include "squall/lint/finding.hpp"
#include "squall/scenario/node.hpp"
#include "squall/scenario/scenario.hpp"

/// Reads a scenario for what is going to hurt, without running it: arithmetic on what it states.
/// Faults are left out, and nothing is said of what cannot be known.
namespace squall::lint {

/// The findings of one scenario, in a fixed order: by family, then as declared.
/// @param document  that it was built from, for the places.
[[nodiscard]] std::vector<Finding> lint(const scenario::Scenario& scenario,
                                        const scenario::Node& document);

/// Of every variant, or of the base where there are none. What several variants share stands once:
/// `variants` names them, and is empty where it is all of them. In the order of the first variant
/// that has them.
/// @param document  of the base.
[[nodiscard]] std::vector<Finding> lint(const scenario::Bundle& bundle,
                                        const scenario::Node& document);

/// Without those of the kinds in `allowed`.
void remove_allowed(std::vector<Finding>& findings, std::span<const Code> allowed);

struct Totals {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t infos = 0;
};
[[nodiscard]] Totals totals_of(std::span<const Finding> findings) noexcept;

}  // namespace squall::lint
