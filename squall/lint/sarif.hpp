#pragma once

#include <span>
#include <string>

#include "squall/lint/finding.hpp"
#include "squall/lint/findings_json.hpp"

namespace squall::lint {

/// The findings as a SARIF 2.1.0 log (OASIS, 2020), with a newline at the end: one run, all rules,
/// a result for each finding. `info` is SARIF's `note`. The key is the logical location; the
/// physical one is left out where what is meant came from --set.
[[nodiscard]] std::string sarif(std::span<const Finding> findings, const Subject& subject);

/// A path as the reference by URI that SARIF wants: what may not stand in one is percent-encoded.
[[nodiscard]] std::string uri_of(std::string_view path);

}  // namespace squall::lint
