#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "squall/base/version.hpp"
#include "squall/report/trace_lanes.hpp"
#include "squall/report/trace_output.hpp"
#include "squall/report/trace_text.hpp"

/// Chrome's JSON trace format. Every event begins with its time, since Perfetto looks for that
/// first and understands fewer escapes up to there than JSON has.
namespace squall::report {

using metrics::SpanCause;
using metrics::SpanEnd;
using metrics::SpanKind;
using metrics::TraceEntity;
using metrics::TraceRecord;
using metrics::TraceRequest;
using metrics::TraceSpan;

namespace {

/// Microseconds, as the format wants them. Readers make nanoseconds of them by multiplying a double
/// and cutting off; where that would give one too few, half a nanosecond is added.
std::string microseconds(std::int64_t ns) {
  if (ns % 1000 == 0) return std::to_string(ns / 1000);
  const bool is_cut_short =
      static_cast<std::int64_t>(static_cast<double>(ns) / 1000.0 * 1000.0) != ns;
  return fmt::format("{}.{:03}{}", ns / 1000, ns % 1000, is_cut_short ? "5" : "");
}

std::string microseconds(Instant at) { return microseconds(at.time_since_epoch().count()); }

const char* kind_of(const TraceEntity& entity) {
  switch (entity.kind) {
    case TraceEntity::Kind::workload:
      return "workload";
    case TraceEntity::Kind::service:
      return "service";
    case TraceEntity::Kind::queue:
      return "queue";
    case TraceEntity::Kind::consumer:
      break;
  }
  return "consumer";
}

std::string title_of(const TraceRecord& record, const TraceRequest& request,
                     const TraceSpan& span) {
  switch (span.kind) {
    case SpanKind::request:
      return name_of_request(record, request);
    case SpanKind::call:
      return record.edges[span.subject].name;
    case SpanKind::hedge:
      return fmt::format("hedge {}", span.number);
    case SpanKind::attempt:
      return fmt::format("attempt {}", span.number);
    case SpanKind::delivery:
      return fmt::format("delivery {}", span.number);
    case SpanKind::refusal:
      return "refused";
    case SpanKind::denied_retry:
      return "retry denied";
    case SpanKind::rate_limit_wait:
      return "waiting for the rate limit";
    case SpanKind::bulkhead_wait:
      return "waiting for the bulkhead";
    case SpanKind::backoff:
      return "backoff";
    case SpanKind::fallback:
      return "fallback";
    case SpanKind::work:
      return record.entities[span.entity].replicas == 1
                 ? std::string("work")
                 : fmt::format("work at replica {}", span.subject);
    case SpanKind::line:
      return "in line";
    case SpanKind::service:
      return "service";
    case SpanKind::pause:
      return "paused";
    case SpanKind::blocked:
      return "waiting for room";
    case SpanKind::message:
      return "message";
    case SpanKind::ready:
      return "waiting for delivery";
    case SpanKind::redelivery_delay:
      return "redelivery delay";
  }
  return metrics::name_of(span.kind);
}

/// What became of it stands in its name where it is not as it should be: so it is seen, and has a
/// colour of its own.
std::string name_of_slice(const TraceRecord& record, const TraceRequest& request,
                          const TraceSpan& span) {
  std::string name = title_of(record, request, span);
  const bool is_told = span.outcome != SpanEnd::ok && span.outcome != SpanEnd::over &&
                       span.outcome != SpanEnd::acked;
  if (is_told) name += ": " + outcome_of(record, span);
  if (span.wasted) name += ", wasted";
  return name;
}

/// An arrow from one span to another. The same to both ends.
struct Flow {
  const char* name;
  std::uint64_t id;
};

/// One record, whose spans are numbered through.
class ChromeRecord {
 public:
  /// @param id_first   of processes and lanes: all of a file have different ones
  /// @param flow_first likewise of flows
  ChromeRecord(const TraceRecord& record, std::string prefix, std::uint32_t id_first,
               std::uint64_t flow_first, TraceText& text)
      : record_(record),
        prefix_(std::move(prefix)),
        id_first_(id_first),
        flow_first_(flow_first),
        text_(text),
        id_next_(id_first + static_cast<std::uint32_t>(record.entities.size())),
        lanes_(record.entities.size()),
        lane_ids_(record.entities.size()) {
    first_span_.push_back(0);
    for (const TraceRequest& request : record.requests)
      first_span_.push_back(first_span_.back() + request.spans.size());
  }

  void write() {
    order_spans();
    lay_spans();
    link_flows();
    write_processes();
    for (const SpanName& name : in_order_) write_span(name);
    for (const metrics::TraceCounter& counter : record_.counters) write_counter(counter);
  }

  [[nodiscard]] std::uint32_t id_next() const noexcept { return id_next_; }
  [[nodiscard]] std::uint64_t flow_next() const noexcept {
    return flow_first_ + 2 * first_span_.back();
  }

 private:
  struct SpanName {
    std::uint32_t request;
    std::uint32_t index;
  };

  [[nodiscard]] const TraceSpan& span_of(SpanName name) const {
    return record_.requests[name.request].spans[name.index];
  }
  [[nodiscard]] std::uint64_t number_of(SpanName name) const {
    return first_span_[name.request] + name.index;
  }
  [[nodiscard]] std::uint32_t pid_of(const TraceSpan& span) const {
    return id_first_ + span.entity;
  }
  [[nodiscard]] std::uint32_t tid_of(SpanName name) const {
    return lane_ids_[span_of(name).entity][places_[number_of(name)].lane];
  }

  void order_spans() {
    for (std::uint32_t r = 0; r < record_.requests.size(); ++r) {
      for (std::uint32_t i = 0; i < record_.requests[r].spans.size(); ++i)
        in_order_.push_back({r, i});
    }
    std::ranges::sort(in_order_, [this](SpanName a, SpanName b) {
      return std::tuple(span_of(a).start, a.request, a.index) <
             std::tuple(span_of(b).start, b.request, b.index);
    });
  }

  void lay_spans() {
    places_.resize(first_span_.back());
    for (const SpanName& name : in_order_) {
      const TraceSpan& span = span_of(name);
      std::optional<std::uint64_t> parent;
      if (span.parent != TraceSpan::none) {
        const SpanName of_parent{name.request, span.parent};
        if (span_of(of_parent).entity == span.entity) parent = number_of(of_parent);
      }
      TraceLanes& lanes = lanes_[span.entity];
      places_[number_of(name)] = lanes.place(number_of(name), span, parent ? &*parent : nullptr,
                                             parent ? places_[*parent].lane : 0);
    }
  }

  /// Counts the arrows that lead away from each span, then lists them.
  void link_flows() {
    first_flow_.assign(first_span_.back() + 1, 0);
    for_each_flow([this](std::uint64_t from, Flow) { ++first_flow_[from + 1]; });
    for (std::size_t i = 1; i < first_flow_.size(); ++i) first_flow_[i] += first_flow_[i - 1];
    flows_.resize(first_flow_.back());
    std::vector<std::uint64_t> next(first_flow_.begin(), first_flow_.end() - 1);
    for_each_flow([&](std::uint64_t from, Flow flow) { flows_[next[from]++] = flow; });
  }

  template <typename Take>
  void for_each_flow(Take take) const {
    for (const SpanName& name : in_order_) {
      const TraceSpan& span = span_of(name);
      if (has_flow_of_parent(name))
        take(number_of({name.request, span.parent}), flow_of_parent(name));
      if (span.cause != TraceSpan::none)
        take(number_of({name.request, span.cause}), flow_of_cause(name));
    }
  }

  /// Where it is not seen from where the span is drawn.
  [[nodiscard]] bool has_flow_of_parent(SpanName name) const {
    const TraceSpan& span = span_of(name);
    return span.parent != TraceSpan::none && span.cause_kind != SpanCause::message &&
           span.cause_kind != SpanCause::redelivery && span.cause_kind != SpanCause::dead_letter &&
           !places_[number_of(name)].is_on_parent;
  }
  [[nodiscard]] Flow flow_of_parent(SpanName name) const {
    const SpanKind kind = span_of(name).kind;
    return {kind == SpanKind::message ? "publish"
            : kind == SpanKind::work  ? "request"
                                      : "part",
            flow_first_ + 2 * number_of(name)};
  }
  [[nodiscard]] Flow flow_of_cause(SpanName name) const {
    return {metrics::name_of(span_of(name).cause_kind), flow_first_ + 2 * number_of(name) + 1};
  }

  void write_processes() {
    std::vector<bool> is_used(record_.entities.size());
    for (const SpanName& name : in_order_) is_used[span_of(name).entity] = true;
    for (const metrics::TraceCounter& counter : record_.counters) is_used[counter.entity] = true;
    for (std::uint32_t e = 0; e < is_used.size(); ++e) {
      if (!is_used[e]) continue;
      const TraceEntity& entity = record_.entities[e];
      const std::uint32_t pid = id_first_ + e;
      text_.put(
          ",\n{{\"ts\":0,\"ph\":\"M\",\"pid\":{0},\"tid\":{0},\"name\":\"process_name\","
          "\"args\":{{\"name\":{1}}}}}",
          pid, json_string(prefix_ + kind_of(entity) + ' ' + entity.name));
      text_.put(
          ",\n{{\"ts\":0,\"ph\":\"M\",\"pid\":{0},\"tid\":{0},\"name\":\"process_sort_index\","
          "\"args\":{{\"sort_index\":{0}}}}}",
          pid);
      for (std::size_t lane = 0; lane < lanes_[e].size(); ++lane) {
        const std::uint32_t tid = id_next_++;
        lane_ids_[e].push_back(tid);
        text_.put(
            ",\n{{\"ts\":0,\"ph\":\"M\",\"pid\":{},\"tid\":{},\"name\":\"thread_name\","
            "\"args\":{{\"name\":{}}}}}",
            pid, tid, json_string(fmt::format("{} {}", entity.name, lane + 1)));
        text_.put(
            ",\n{{\"ts\":0,\"ph\":\"M\",\"pid\":{0},\"tid\":{1},\"name\":"
            "\"thread_sort_index\",\"args\":{{\"sort_index\":{1}}}}}",
            pid, tid);
      }
    }
  }

  /// The slice, and right behind it, while it is the topmost of its lane, the ends of arrows.
  void write_span(SpanName name) {
    const TraceRequest& request = record_.requests[name.request];
    const TraceSpan& span = span_of(name);
    const std::string at = microseconds(span.start);
    const std::uint32_t pid = pid_of(span);
    const std::uint32_t tid = tid_of(name);
    text_.put(
        ",\n{{\"ts\":{},\"dur\":{},\"ph\":\"X\",\"pid\":{},\"tid\":{},\"cat\":\"{}\","
        "\"name\":{},\"args\":{{\"request\":{},\"outcome\":{}",
        at, microseconds((span.end - span.start).count()), pid, tid, metrics::name_of(span.kind),
        json_string(name_of_slice(record_, request, span)),
        json_string(name_of_request(record_, request)), json_string(outcome_of(record_, span)));
    write_more_arguments(request, span);
    text_.put("}}}}");
    const auto write_flow = [&](const char* phase, const Flow& flow) {
      text_.put(
          ",\n{{\"ts\":{},\"ph\":{},\"pid\":{},\"tid\":{},\"cat\":\"flow\",\"name\":\"{}\","
          "\"id\":{}}}",
          at, phase, pid, tid, flow.name, flow.id);
    };
    constexpr const char* ends_here = "\"f\",\"bp\":\"e\"";
    if (has_flow_of_parent(name)) write_flow(ends_here, flow_of_parent(name));
    if (span.cause != TraceSpan::none) write_flow(ends_here, flow_of_cause(name));
    const std::uint64_t number = number_of(name);
    for (std::uint64_t f = first_flow_[number]; f < first_flow_[number + 1]; ++f)
      write_flow("\"s\"", flows_[f]);
  }

  void write_more_arguments(const TraceRequest& request, const TraceSpan& span) {
    const bool is_of_caller = span.subject != TraceSpan::none && span.kind != SpanKind::work &&
                              span.kind != SpanKind::line && span.kind != SpanKind::service &&
                              span.kind != SpanKind::pause;
    if (is_of_caller) text_.put(",\"call\":{}", json_string(record_.edges[span.subject].name));
    if (span.kind == SpanKind::work) text_.put(",\"replica\":{}", span.subject);
    if (span.kind == SpanKind::request) {
      text_.put(",\"kept_as\":\"{}\"", metrics::name_of(request.kept_as));
      if (request.spans_left_out > 0) text_.put(",\"spans_left_out\":{}", request.spans_left_out);
    }
    if (span.degraded) text_.put(",\"degraded\":true");
    if (span.request_lost) text_.put(",\"request_lost\":true");
    if (span.answer_lost) text_.put(",\"answer_lost\":true");
    if (span.lease_expired) text_.put(",\"lease_expired\":true");
  }

  /// Only where it changes; and its last value, so that it is drawn up to there.
  void write_counter(const metrics::TraceCounter& counter) {
    const std::string name = json_string(counter.name);
    for (std::size_t i = 0; i < counter.values.size(); ++i) {
      if (i > 0 && i + 1 < counter.values.size() && counter.values[i] == counter.values[i - 1])
        continue;
      text_.put(",\n{{\"ts\":{},\"ph\":\"C\",\"pid\":{},\"name\":{},\"args\":{{\"{}\":{}}}}}",
                microseconds(record_.counter_times[i]), id_first_ + counter.entity, name,
                counter.unit, counter.values[i]);
    }
  }

  const TraceRecord& record_;
  std::string prefix_;
  std::uint32_t id_first_;
  std::uint64_t flow_first_;
  TraceText& text_;
  std::uint32_t id_next_;

  std::vector<std::uint64_t> first_span_;  ///< of each request, its number among all; and the end
  std::vector<SpanName> in_order_;         ///< of their starts, parents first
  std::vector<LanePlace> places_;          ///< by number of the span
  std::vector<TraceLanes> lanes_;          ///< by entity
  std::vector<std::vector<std::uint32_t>> lane_ids_;
  std::vector<std::uint64_t> first_flow_;  ///< of each span, among flows_; and the end
  std::vector<Flow> flows_;                ///< that lead away, by the span that they start at
};

void write_sample(const TraceRecord& record, TraceText& text) {
  text.put(
      "\n    {{\"variant\":{},\"partial\":{},\"unwatched\":{},\"counters_left_out\":{},"
      "\"sample\":{{",
      json_string(record.variant), record.partial, record.unwatched, record.counters_left_out);
  for (std::size_t c = 0; c < record.tallies.size(); ++c) {
    text.put("{}\"{}\":{{\"seen\":{},\"kept\":{}}}", c == 0 ? "" : ",",
             metrics::name_of(static_cast<metrics::TraceClass>(c)), record.tallies[c].seen,
             record.tallies[c].kept);
  }
  text.put("}}}}");
}

}  // namespace

void write_chrome_trace(const TraceHeader& header, const std::vector<TraceRecord>& records,
                        const TextSink& sink) {
  TraceText text(sink);
  text.put(
      "{{\"otherData\":{{\"squall\":\"{}\",\"scenario\":{},\"seed\":{},\"replication\":1,"
      "\"replications\":{},\n  \"time\":\"virtual; 0 is the start of the run\",\"variants\":[",
      version(), json_string(header.scenario), header.seed, header.replications);
  for (std::size_t r = 0; r < records.size(); ++r) {
    if (r > 0) text.put(",");
    write_sample(records[r], text);
  }
  // The first event is one that says nothing new, so that all others may begin with a comma.
  text.put(
      "]}},\n\"traceEvents\":[\n{{\"ts\":0,\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":"
      "\"process_sort_index\",\"args\":{{\"sort_index\":1}}}}");
  std::uint32_t id_next = 1;
  std::uint64_t flow_next = 1;
  for (const TraceRecord& record : records) {
    const std::string prefix = records.size() == 1 ? std::string() : record.variant + ": ";
    ChromeRecord of_record(record, prefix, id_next, flow_next, text);
    of_record.write();
    id_next = of_record.id_next();
    flow_next = of_record.flow_next();
  }
  text.put("\n]}}\n");
}

}  // namespace squall::report
