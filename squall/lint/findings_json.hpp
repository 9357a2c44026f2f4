#pragma once

#include <span>
#include <string>

#include "squall/lint/finding.hpp"

namespace squall::lint {

/// What the findings are of.
struct Subject {
  std::string scenario;  ///< its name
  std::string file;      ///< as the user named it
};

/// The findings as one JSON object, with a newline at the end: `squall`, `format`, `scenario`,
/// `file`, `totals`, and `findings` of `code`, `severity`, `file`, `line` (null: unknown), `key`,
/// `message`, `arithmetic`, `remedy` and `variants` (null: all of them, or there are none).
[[nodiscard]] std::string findings_json(std::span<const Finding> findings, const Subject& subject);

}  // namespace squall::lint
