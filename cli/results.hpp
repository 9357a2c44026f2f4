#pragma once

#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"

namespace squall::cli {

/// A file that results go to.
struct Destination {
  const char* option;  ///< that names it: `--json`
  std::string file;    ///< as the user named it; not standard output
};

/// An Error where two of them are one file, however they are spelled, or where one is the file that
/// standard output goes to. Devices and pipes may be written to by several.
/// @param prints  something goes to standard output, too
[[nodiscard]] Result<void> check_distinct(const std::vector<Destination>& destinations,
                                          bool prints);

/// Whether the places that results shall go to are there, asked before the run; makes the folder of
/// --csv. None of them may be the file of the scenario, no two of them the same.
/// @param variants  of the runs, in their order
/// @param scenario  as the user named it
[[nodiscard]] Result<void> check_destinations(const ResultOptions& options,
                                              const std::vector<std::string>& variants,
                                              const std::string& scenario);

/// Writes the results everywhere they shall go, also where one of the places fails: the table and
/// what stands out to standard output, JSON, CSV, the page. The error is the first one.
/// @param html  the page; used with --html only
[[nodiscard]] Result<void> deliver(const metrics::Comparison& comparison,
                                   const ResultOptions& options, const std::string& html);

/// For each variant `series-VARIANT.csv`, with %XX for what has no place in a file's name. A name
/// of more than 255 bytes, which no disk takes, is cut and ends in `%~N.csv`, N being the place of
/// the variant among these, from 1; so no two are the same.
[[nodiscard]] std::vector<std::string> series_file_names(const std::vector<std::string>& variants);

}  // namespace squall::cli
