#include "cli/study_options.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <thread>
#include <unistd.h>

#include "cli/wrong.hpp"
#include "squall/base/quantity.hpp"
#include "squall/metrics/histogram.hpp"
#include "squall/report/metric.hpp"

namespace squall::cli {
namespace {

constexpr double replications_most = 10'000'000;
constexpr double jobs_most = 1024;
constexpr double events_most = 9e15;  // a double still tells neighbours apart

/// Of the machine, or of the container if that gets less. 0 if nobody says.
std::uint64_t memory_of_machine() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  std::uint64_t bytes = pages > 0 && page_bytes > 0 ? static_cast<std::uint64_t>(pages) *
                                                          static_cast<std::uint64_t>(page_bytes)
                                                    : 0;
  for (const char* file :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::uint64_t limit = 0;
    if (std::ifstream(file) >> limit && limit > 0 && (bytes == 0 || limit < bytes)) bytes = limit;
  }
  return bytes;
}

Result<StudyOptions::Precision> read_precision(const StudyRequest& request) {
  constexpr const char* option = "--precision";
  const Result<double> share = parse_share(*request.precision);
  if (!share || *share <= 0.0 || *share >= 1.0) {
    return wrong_with(option, "must be a share above 0 and below 100 %, such as 1%, is '" +
                                  *request.precision + "'");
  }
  StudyOptions::Precision precision{*share, request.metric.value_or("goodput_ratio")};
  const double bucket = metrics::Histogram{}.relative_error();
  if (report::is_percentile(precision.metric) && precision.relative < bucket) {
    return wrong_with(option, "percentiles come from a histogram that is exact to " +
                                  format_share(bucket) + "; ask " + precision.metric +
                                  " for no less than that, or for a metric that is no percentile");
  }
  return precision;
}

}  // namespace

Result<std::uint64_t> read_count(const std::string& option, const std::string& text, double most) {
  const Result<double> number = parse_number(text);
  const bool is_whole = number && *number >= 1.0 && *number <= most &&
                        static_cast<double>(static_cast<std::uint64_t>(*number)) == *number;
  if (!is_whole) {
    return wrong_with(option, "must be a whole number from 1 to " +
                                  std::to_string(static_cast<std::uint64_t>(most)) + ", is '" +
                                  text + "'");
  }
  return static_cast<std::uint64_t>(*number);
}

Result<std::uint64_t> parse_memory(const std::string& text) {
  struct Unit {
    std::string_view name;
    double bytes;
  };
  static constexpr std::array<Unit, 8> units = {{{"kB", 1e3},
                                                 {"MB", 1e6},
                                                 {"GB", 1e9},
                                                 {"TB", 1e12},
                                                 {"KiB", 0x1p10},
                                                 {"MiB", 0x1p20},
                                                 {"GiB", 0x1p30},
                                                 {"TiB", 0x1p40}}};
  const std::size_t number_ends = std::min(text.find_last_of("0123456789."), text.size() - 1) + 1;
  const std::string_view name = std::string_view(text).substr(std::min(number_ends, text.size()));
  const auto unit = std::ranges::find(units, name, &Unit::name);
  const Result<double> number = parse_number(text.substr(0, number_ends));
  constexpr double bytes_min = 1e6;
  constexpr double bytes_most = 0x1p60;
  if (unit == units.end() || !number || *number * unit->bytes < bytes_min ||
      *number * unit->bytes > bytes_most) {
    return fail("'" + text + "' is no size from 1MB on, such as 512MB, 4GB or 2GiB");
  }
  return static_cast<std::uint64_t>(*number * unit->bytes);
}

Result<StudyOptions> read_study_options(const StudyRequest& request) {
  StudyOptions options;
  if (request.replications) {
    const auto count = read_count("--replications", *request.replications, replications_most);
    if (!count) return fail(count.error());
    options.replications = *count;
  }
  options.jobs = std::max(1U, std::thread::hardware_concurrency());
  if (request.jobs) {
    const auto count = read_count("--jobs", *request.jobs, jobs_most);
    if (!count) return fail(count.error());
    options.jobs = static_cast<std::size_t>(*count);
  }
  if (request.precision) {
    const auto precision = read_precision(request);
    if (!precision) return fail(precision.error());
    options.precision = *precision;
    if (!request.replications) options.replications = replications_for_precision;
    if (options.replications < replications_min) {
      return wrong_with("--replications", "--precision needs " + std::to_string(replications_min) +
                                              " or more to judge by, not " + *request.replications);
    }
  } else if (request.metric) {
    return wrong_with("--metric", "says what --precision is about; give that too");
  }
  if (request.max_events) {
    const auto count = read_count("--max-events", *request.max_events, events_most);
    if (!count) return fail(count.error());
    options.limits.events_max = *count;
  }
  if (request.max_memory) {
    const auto bytes = parse_memory(*request.max_memory);
    if (!bytes) return wrong_with("--max-memory", bytes.error().message);
    options.limits.memory_bytes_max = *bytes;
  } else if (const std::uint64_t bytes = memory_of_machine(); bytes > 0) {
    options.limits.memory_bytes_max = bytes / 2;
  }
  return options;
}

}  // namespace squall::cli
