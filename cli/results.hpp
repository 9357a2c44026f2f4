#pragma once

#include <string>

#include "cli/commands.hpp"
#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"

namespace squall::cli {

/// Whether the places that results shall go to are there, asked before the run; makes the folder of
/// --csv.
[[nodiscard]] Result<void> check_destinations(const ResultOptions& options);

/// Writes the results everywhere they shall go, also where one of the places fails: the table and
/// what stands out to standard output, JSON, CSV. The error is the first one.
[[nodiscard]] Result<void> deliver(const metrics::Comparison& comparison,
                                   const ResultOptions& options);

/// `series-VARIANT.csv`, with %XX for what has no place in a file's name.
[[nodiscard]] std::string series_file_name(const std::string& variant);

}  // namespace squall::cli
