#include "squall/report/trace_text.hpp"

#include <nlohmann/json.hpp>

namespace squall::report {

using metrics::SpanEnd;
using metrics::SpanKind;

std::string json_string(std::string_view text) {
  return nlohmann::json(std::string(text))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string name_of_request(const metrics::TraceRecord& record,
                            const metrics::TraceRequest& request) {
  return fmt::format("{} #{}", record.entities[request.workload].name, request.number);
}

std::string outcome_of(const metrics::TraceRecord& record, const metrics::TraceSpan& span) {
  // The first code is the failure without a name.
  if (span.outcome == SpanEnd::error && span.code != 0 && span.code < record.error_codes.size())
    return record.error_codes[span.code];
  return metrics::name_of(span.outcome);
}

bool is_instant(SpanKind kind) noexcept {
  return kind == SpanKind::refusal || kind == SpanKind::denied_retry;
}

}  // namespace squall::report
