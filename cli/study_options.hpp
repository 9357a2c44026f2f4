#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "squall/base/result.hpp"
#include "squall/study/run_watched.hpp"

namespace squall::cli {

/// The options about many runs, as written.
struct StudyRequest {
  std::optional<std::string> replications;
  std::optional<std::string> jobs;
  std::optional<std::string> precision;
  std::optional<std::string> metric;
  std::optional<std::string> max_events;
  std::optional<std::string> max_memory;
};

/// How many runs, how many at one time, and what they may take.
struct StudyOptions {
  std::uint64_t replications = 1;  ///< with a precision: at most
  std::size_t jobs = 1;
  struct Precision {
    double relative = 0.0;  ///< half-width of the 95 % interval / value
    std::string metric;
  };
  std::optional<Precision> precision;
  study::Limits limits;
};

/// The most replications that --precision takes without --replications.
inline constexpr std::uint64_t replications_for_precision = 1280;
/// The fewest after which it may end.
inline constexpr std::uint64_t replications_min = 20;

/// Reads them. Without --jobs as many as the machine has threads; without --max-memory half of the
/// memory of the machine, or of the container that the process is in.
[[nodiscard]] Result<StudyOptions> read_study_options(const StudyRequest& request);

/// A whole number from 1 to `most`; `1e6` is one. The error names the option.
[[nodiscard]] Result<std::uint64_t> read_count(const std::string& option, const std::string& text,
                                               double most);

/// `512MB`, `4GB`, `2GiB`: a whole or decimal number and a unit (kB MB GB TB, KiB MiB GiB TiB), as
/// bytes. The error begins with the text.
[[nodiscard]] Result<std::uint64_t> parse_memory(const std::string& text);

}  // namespace squall::cli
