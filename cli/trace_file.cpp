#include "cli/trace_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/write_output.hpp"
#include "cli/wrong.hpp"
#include "squall/report/trace_output.hpp"

namespace squall::cli {
namespace {

constexpr double requests_most = 1'000'000;

Result<TraceFile::Format> read_format(const TraceRequest& request) {
  if (request.format) {
    if (*request.format == "chrome") return TraceFile::Format::chrome;
    if (*request.format == "otlp") return TraceFile::Format::otlp;
    return wrong_with("--trace-format", "must be chrome or otlp, is '" + *request.format + "'");
  }
  if (request.file->ends_with(".otlp.json")) return TraceFile::Format::otlp;
  if (request.file->ends_with(".json")) return TraceFile::Format::chrome;
  return wrong_with("--trace", "'" + *request.file +
                                   "' ends neither in .json (for Perfetto) nor in .otlp.json (for "
                                   "Jaeger and Tempo); say --trace-format chrome or otlp");
}

}  // namespace

Result<std::optional<TraceFile>> read_trace_options(const TraceRequest& request) {
  if (!request.file) {
    if (request.format) return wrong_with("--trace-format", "is of --trace FILE, which is missing");
    if (request.requests)
      return wrong_with("--trace-requests", "is of --trace FILE, which is missing");
    return std::optional<TraceFile>();
  }
  if (request.file->empty()) return wrong_with("--trace", "needs a file");
  if (is_standard_output(*request.file)) {
    return wrong_with("--trace",
                      "needs a file, not standard output, where the table or the JSON goes");
  }
  const Result<TraceFile::Format> format = read_format(request);
  if (!format) return fail(format.error());
  TraceFile file{.path = *request.file, .format = *format, .options = {}};
  if (request.requests) {
    const auto count = read_count("--trace-requests", *request.requests, requests_most);
    if (!count) return fail(count.error());
    file.options.requests_each = static_cast<std::size_t>(*count);
  }
  return std::optional<TraceFile>(std::move(file));
}

Result<void> write_trace(const TraceFile& file, const study::Traces& traces,
                         const metrics::Comparison& comparison) {
  const report::TraceHeader header{
      .scenario = comparison.scenario,
      .seed = comparison.seed,
      .replications = comparison.study ? comparison.study->replications : 1};
  return write_file(file.path, [&](const TextSink& sink) {
    if (file.format == TraceFile::Format::otlp)
      report::write_otlp_trace(header, traces.records, sink);
    else
      report::write_chrome_trace(header, traces.records, sink);
  });
}

void tell_about_trace(const TraceFile& file, const study::Traces& traces,
                      const StudyOptions& study) {
  if (study.replications > 1) {
    write_standard_error(
        fmt::format("squall: note: {} is of the first replication alone\n", file.path));
  }
  for (const metrics::TraceRecord& record : traces.records) {
    std::uint64_t spans_left_out = 0;
    for (const metrics::TraceRequest& request : record.requests)
      spans_left_out += request.spans_left_out;
    if (record.unwatched > 0) {
      write_standard_error(fmt::format(
          "squall: note: {}: {} requests of '{}' were not watched, since too many spans were held "
          "when they came; shorten the run, or ask for fewer --trace-requests\n",
          file.path, record.unwatched, record.variant));
    }
    if (spans_left_out > 0) {
      write_standard_error(fmt::format(
          "squall: note: {}: {} spans of requests of '{}' with more than {} are left "
          "out\n",
          file.path, spans_left_out, record.variant, file.options.spans_of_request_max));
    }
  }
}

}  // namespace squall::cli
