#pragma once

#include <optional>
#include <string>

#include "cli/study_options.hpp"
#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/study/threads/replicate.hpp"

namespace squall::cli {

/// The options about single requests, as written.
struct TraceRequest {
  std::optional<std::string> file;
  std::optional<std::string> format;
  std::optional<std::string> requests;
};

/// Where what is followed goes, and how much of it.
struct TraceFile {
  enum class Format { chrome, otlp };
  std::string path;
  Format format = Format::chrome;
  model::TraceOptions options;
};

/// Reads them; nothing without --trace.
[[nodiscard]] Result<std::optional<TraceFile>> read_trace_options(const TraceRequest& request);

/// Writes it, whole or not at all.
[[nodiscard]] Result<void> write_trace(const TraceFile& file, const study::Traces& traces,
                                       const metrics::Comparison& comparison);

/// To standard error: what is less in the file than was asked.
void tell_about_trace(const TraceFile& file, const study::Traces& traces,
                      const StudyOptions& study);

}  // namespace squall::cli
