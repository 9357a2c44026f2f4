#pragma once

#include <span>
#include <string>

#include "squall/lint/finding.hpp"

namespace squall::cli {

struct FindingTextOptions {
  bool colour = false;
  int width = 80;
};

/// The findings for people: `file:line: key: severity: message [code]`, below it the arithmetic,
/// the remedy, and which variants have it; at the end how many there are. Empty where there is
/// none.
/// @param file  of the scenario
[[nodiscard]] std::string findings_text(std::span<const lint::Finding> findings,
                                        const std::string& file, const FindingTextOptions& options);

}  // namespace squall::cli
