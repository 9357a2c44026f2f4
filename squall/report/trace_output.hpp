#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "squall/metrics/trace_record.hpp"

/// What single requests went through, as files for trace viewers. Both are made in one pass and
/// handed on in pieces; the same records give the same bytes.
namespace squall::report {

/// Takes a text piece by piece. False: it could not, and wants no more.
using TextSink = std::function<bool(std::string_view)>;

/// What the traces are of.
struct TraceHeader {
  std::string scenario;
  std::uint64_t seed = 0;
  /// Replications that the results are of; the traces are of the first one.
  std::uint64_t replications = 1;
};

/// Chrome's JSON trace format, for ui.perfetto.dev and chrome://tracing. Time 0 is the start of the
/// run. Every workload, service, queue and consumer is a process, in whose threads (lanes) the
/// spans are laid, those of a request above each other where they are nested in time; of several
/// records the names of the processes begin with the variant.
void write_chrome_trace(const TraceHeader& header, const std::vector<metrics::TraceRecord>& records,
                        const TextSink& sink);

/// The start of a run in OTLP: 2000-01-01T00:00:00Z, in Unix seconds.
inline constexpr std::uint64_t otlp_epoch_s = 946'684'800;

/// OpenTelemetry's protocol as JSON (an ExportTraceServiceRequest), for Jaeger, Tempo and
/// collectors. Every workload, service, queue and consumer is a resource, every request a trace.
void write_otlp_trace(const TraceHeader& header, const std::vector<metrics::TraceRecord>& records,
                      const TextSink& sink);

}  // namespace squall::report
