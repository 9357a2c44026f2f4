#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "squall/base/random.hpp"
#include "squall/base/version.hpp"
#include "squall/report/trace_output.hpp"
#include "squall/report/trace_text.hpp"

/// OTLP as JSON: protobuf's mapping, but that ids are hexadecimal and enumerators numbers; whole
/// numbers of 64 bits are strings
/// (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
namespace squall::report {

using metrics::SpanKind;
using metrics::TraceEntity;
using metrics::TraceRecord;
using metrics::TraceRequest;
using metrics::TraceSpan;

namespace {

// As in opentelemetry/proto/trace/v1/trace.proto.
constexpr int kind_internal = 1;
constexpr int kind_server = 2;
constexpr int kind_client = 3;
constexpr int kind_producer = 4;
constexpr int kind_consumer = 5;
constexpr int status_error = 2;

/// Nanoseconds from 1970 on.
std::uint64_t unix_ns(Instant at) {
  return otlp_epoch_s * 1'000'000'000U + static_cast<std::uint64_t>(at.time_since_epoch().count());
}

/// A name of 64 bits that is not 0, which would say that there is none.
std::uint64_t id_of(RandomKey key) { return key.value == 0 ? 1 : key.value; }

/// The attributes of something, separated by commas.
class Attributes {
 public:
  void add(std::string_view key, std::string_view text) {
    begin(key);
    json_ += "{\"stringValue\":" + json_string(text) + "}}";
  }
  void add_whole(std::string_view key, std::uint64_t number) {
    begin(key);
    json_ += fmt::format("{{\"intValue\":\"{}\"}}}}", number);
  }
  void add_true(std::string_view key) {
    begin(key);
    json_ += "{\"boolValue\":true}}";
  }
  [[nodiscard]] const std::string& json() const noexcept { return json_; }

 private:
  void begin(std::string_view key) {
    json_ += fmt::format("{}{{\"key\":\"{}\",\"value\":", json_.empty() ? "" : ",", key);
  }
  std::string json_;
};

bool is_of_callee(SpanKind kind) {
  return kind == SpanKind::work || kind == SpanKind::line || kind == SpanKind::service ||
         kind == SpanKind::pause;
}

/// One record, resource by resource.
class OtlpRecord {
 public:
  /// @param variant  whether there are others, so that its name is needed
  OtlpRecord(const TraceHeader& header, const TraceRecord& record, bool names_variant,
             TraceText& text)
      : header_(header), record_(record), names_variant_(names_variant), text_(text) {}

  /// @return whether anything was written.
  bool write(bool is_first) {
    std::vector<std::vector<SpanName>> of_entity(record_.entities.size());
    for (std::uint32_t r = 0; r < record_.requests.size(); ++r) {
      const std::vector<TraceSpan>& spans = record_.requests[r].spans;
      for (std::uint32_t i = 0; i < spans.size(); ++i) {
        if (!is_instant(spans[i].kind)) of_entity[spans[i].entity].push_back({r, i});
      }
    }
    bool is_any = false;
    for (std::size_t e = 0; e < of_entity.size(); ++e) {
      if (of_entity[e].empty()) continue;
      if (!is_first || is_any) text_.put(",");
      is_any = true;
      write_resource(record_.entities[e], of_entity[e]);
    }
    return is_any;
  }

 private:
  struct SpanName {
    std::uint32_t request;
    std::uint32_t index;
  };

  [[nodiscard]] RandomKey key_of_request(const TraceRequest& request) const {
    return RandomKey{record_.seed}
        .with(entity_id(header_.scenario))
        .with(entity_id(record_.variant))
        .with(entity_id(record_.entities[request.workload].name))
        .with(request.number);
  }
  [[nodiscard]] std::string trace_id(const TraceRequest& request) const {
    const RandomKey key = key_of_request(request);
    return fmt::format("{:016x}{:016x}", id_of(key.with(0)), id_of(key.with(1)));
  }
  [[nodiscard]] std::string span_id(const TraceRequest& request, std::uint32_t index) const {
    return fmt::format("{:016x}", id_of(key_of_request(request).with(std::uint64_t{2} + index)));
  }

  void write_resource(const TraceEntity& entity, const std::vector<SpanName>& spans) {
    Attributes attributes;
    attributes.add("service.name", entity.name);
    attributes.add("service.namespace",
                   names_variant_ ? header_.scenario + '/' + record_.variant : header_.scenario);
    attributes.add_whole("squall.seed", record_.seed);
    attributes.add("squall.variant", record_.variant);
    if (record_.partial) attributes.add_true("squall.partial");
    text_.put(
        "\n{{\"resource\":{{\"attributes\":[{}]}},\"scopeSpans\":[{{\"scope\":{{\"name\":"
        "\"squall\",\"version\":\"{}\"}},\"spans\":[",
        attributes.json(), version());
    bool is_first = true;
    for (const SpanName& name : spans) {
      text_.put("{}\n", is_first ? "" : ",");
      is_first = false;
      write_span(record_.requests[name.request], name.index);
    }
    text_.put("]}}]}}");
  }

  void write_span(const TraceRequest& request, std::uint32_t index) {
    const TraceSpan& span = request.spans[index];
    text_.put("{{\"traceId\":\"{}\",\"spanId\":\"{}\"", trace_id(request), span_id(request, index));
    if (span.parent != TraceSpan::none)
      text_.put(",\"parentSpanId\":\"{}\"", span_id(request, span.parent));
    text_.put(
        ",\"name\":{},\"kind\":{},\"startTimeUnixNano\":\"{}\",\"endTimeUnixNano\":\"{}\","
        "\"attributes\":[{}]",
        json_string(name_of_span(request, span)), kind_of(span), unix_ns(span.start),
        unix_ns(span.end), attributes_of(request, span).json());
    write_events(request, index);
    if (span.cause != TraceSpan::none) {
      Attributes attributes;
      attributes.add("squall.cause", metrics::name_of(span.cause_kind));
      text_.put(",\"links\":[{{\"traceId\":\"{}\",\"spanId\":\"{}\",\"attributes\":[{}]}}]",
                trace_id(request), span_id(request, span.cause), attributes.json());
    }
    if (metrics::is_failure(span.outcome)) {
      text_.put(",\"status\":{{\"code\":{},\"message\":{}}}", status_error,
                json_string(outcome_of(record_, span)));
    }
    text_.put("}}");
  }

  /// Instants are events of the span that they are a part of. They stand behind it in the request.
  void write_events(const TraceRequest& request, std::uint32_t index) {
    const SpanKind kind = request.spans[index].kind;
    if (kind != SpanKind::call && kind != SpanKind::hedge) return;  // no others have any
    bool is_any = false;
    for (std::size_t i = index + 1; i < request.spans.size(); ++i) {
      const TraceSpan& span = request.spans[i];
      if (span.parent != index || !is_instant(span.kind)) continue;
      Attributes attributes;
      attributes.add("squall.outcome", outcome_of(record_, span));
      text_.put("{}{{\"timeUnixNano\":\"{}\",\"name\":\"{}\",\"attributes\":[{}]}}",
                is_any ? "," : ",\"events\":[", unix_ns(span.start), metrics::name_of(span.kind),
                attributes.json());
      is_any = true;
    }
    if (is_any) text_.put("]");
  }

  /// The same for all spans that are alike, as viewers group by it.
  [[nodiscard]] std::string name_of_span(const TraceRequest& request, const TraceSpan& span) const {
    switch (span.kind) {
      case SpanKind::request:
        return record_.entities[request.workload].name;
      case SpanKind::call:
        return record_.edges[span.subject].name;
      default:
        return metrics::name_of(span.kind);
    }
  }

  [[nodiscard]] int kind_of(const TraceSpan& span) const {
    switch (span.kind) {
      case SpanKind::attempt:
        return leads_to_queue(span) ? kind_producer : kind_client;
      case SpanKind::work:
        return kind_server;
      case SpanKind::delivery:
        return kind_consumer;
      default:
        return kind_internal;
    }
  }
  [[nodiscard]] bool leads_to_queue(const TraceSpan& attempt) const {
    return record_.entities[record_.edges[attempt.subject].callee].kind == TraceEntity::Kind::queue;
  }

  [[nodiscard]] Attributes attributes_of(const TraceRequest& request, const TraceSpan& span) const {
    Attributes made;
    made.add("squall.kind", metrics::name_of(span.kind));
    made.add("squall.outcome", outcome_of(record_, span));
    if (span.kind == SpanKind::request) {
      made.add_whole("squall.request", request.number);
      made.add("squall.kept_as", metrics::name_of(request.kept_as));
      if (request.spans_left_out > 0)
        made.add_whole("squall.spans_left_out", request.spans_left_out);
    }
    if (span.subject != TraceSpan::none && is_of_callee(span.kind)) {
      made.add_whole("squall.replica", span.subject);
    } else if (span.subject != TraceSpan::none) {
      made.add("squall.call", record_.edges[span.subject].name);
    }
    if (span.number > 0) made.add_whole("squall.number", span.number);
    if (span.kind == SpanKind::attempt) {
      const std::string& callee = record_.entities[record_.edges[span.subject].callee].name;
      made.add("peer.service", callee);
      if (leads_to_queue(span)) {
        made.add("messaging.system", "squall");
        made.add("messaging.operation.type", "send");
        made.add("messaging.destination.name", callee);
      }
    }
    if (span.kind == SpanKind::delivery) {
      made.add("messaging.system", "squall");
      made.add("messaging.operation.type", "process");
      made.add("messaging.destination.name",
               record_.entities[request.spans[span.parent].entity].name);
    }
    if (span.wasted) made.add_true("squall.wasted");
    if (span.degraded) made.add_true("squall.degraded");
    if (span.request_lost) made.add_true("squall.request_lost");
    if (span.answer_lost) made.add_true("squall.answer_lost");
    if (span.lease_expired) made.add_true("squall.lease_expired");
    return made;
  }

  const TraceHeader& header_;
  const TraceRecord& record_;
  bool names_variant_;
  TraceText& text_;
};

}  // namespace

void write_otlp_trace(const TraceHeader& header, const std::vector<TraceRecord>& records,
                      const TextSink& sink) {
  TraceText text(sink);
  text.put("{{\"resourceSpans\":[");
  bool is_first = true;
  for (const TraceRecord& record : records) {
    if (OtlpRecord(header, record, records.size() > 1, text).write(is_first)) is_first = false;
  }
  text.put("]}}\n");
}

}  // namespace squall::report
