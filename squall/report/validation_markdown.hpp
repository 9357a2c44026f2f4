#pragma once

#include <string>

#include "squall/metrics/validation_record.hpp"

namespace squall::report {

/// A validation as the page docs/validation.md: what is done and how it is to be read, the outcome,
/// and a table for each family. Ends with a newline.
[[nodiscard]] std::string validation_markdown(const metrics::ValidationRecord& record);

/// The head of a figure's row on that page: case, figure, formula and theory, but nothing that was
/// simulated. So whether the page is of today's cases can be told without simulating.
[[nodiscard]] std::string markdown_row_head(const metrics::ValidatedCase& one,
                                            const metrics::ValidatedFigure& figure);

}  // namespace squall::report
