#include "squall/report/page_json.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "squall/base/check.hpp"
#include "squall/report/json.hpp"
#include "squall/report/json_text.hpp"

namespace squall::report {
namespace {

using metrics::Timeline;

// --- Values as text ---

std::string string_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// To four digits, which is as good as the histogram is.
Duration rounded(Duration duration) {
  std::int64_t scale = 1;
  while (duration.count() / scale >= 10'000) scale *= 10;
  return Duration{(duration.count() + scale / 2) / scale * scale};
}

// --- JSON, put together in order ---

class Writer {
 public:
  /// A key of the object that is open, and its value by the next call.
  Writer& key(std::string_view name) {
    separate();
    out_.add(string_text(std::string(name)));
    out_.add(':');
    is_first_ = true;
    return *this;
  }
  void open(char bracket) {
    separate();
    out_.add(bracket);
    is_first_ = true;
  }
  void close(char bracket) {
    out_.add(bracket);
    is_first_ = false;
  }
  /// A value that is JSON already.
  void raw(std::string_view json) {
    separate();
    out_.add(json);
  }
  void text(const std::string& text) { raw(string_text(text)); }
  /// For what JavaScript must read to the last digit: its numbers are exact up to 2^53.
  void exact(std::uint64_t value) { raw('"' + std::to_string(value) + '"'); }
  void integer(std::uint64_t value) {
    separate();
    out_.add_integer(value);
  }
  void gauge(double value) {
    separate();
    out_.add_gauge(value);
  }
  void ms(Duration duration) {
    separate();
    out_.add_ms(duration);
  }
  void gauges(const std::vector<double>& values) {
    open('[');
    for (const double value : values) gauge(value);
    close(']');
  }
  void integers(const std::vector<std::uint64_t>& values) {
    open('[');
    for (const std::uint64_t value : values) integer(value);
    close(']');
  }

  [[nodiscard]] std::string take() && { return std::move(out_).take(); }

 private:
  void separate() {
    if (!is_first_) out_.add(',');
    is_first_ = false;
  }

  JsonText out_;
  bool is_first_ = true;
};

template <typename Count, typename Gauge>
void write_counts(
    Writer& out, const metrics::EntityRows<Count, Gauge>& rows,
    const std::array<std::string_view, static_cast<std::size_t>(Count::count)>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) out.key(names[i]).integers(rows.counts.at(i));
}

constexpr std::array<std::string_view, 7> workload_counts = {
    "offered", "ok", "late", "failed", "rejected", "dead_lettered", "dropped"};
constexpr std::array<std::string_view, 12> call_counts = {
    "requests", "attempts",        "retries",  "hedges",        "ok",
    "timeouts", "errors",          "rejected", "refused_local", "refused_by_breaker",
    "denied",   "denied_by_budget"};
constexpr std::array<std::string_view, 5> service_counts = {"arrived", "completed", "failed",
                                                            "refused", "wasted"};
constexpr std::array<std::string_view, 7> queue_counts = {
    "published", "delivered", "redelivered", "acked", "dead_lettered", "rejected", "dropped"};

struct PercentileLine {
  std::string_view name;
  double share;
};
constexpr std::array<PercentileLine, 3> percentile_lines = {
    {{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}}};

void write_latencies(Writer& out, const metrics::WorkloadTimeline& workload) {
  out.key("latency_ms").open('{');
  for (const PercentileLine& percentile : percentile_lines) {
    out.key(percentile.name).open('[');
    for (const metrics::LatencyRow& row : workload.latencies) {
      const std::optional<Duration> value = metrics::quantile(row, percentile.share);
      if (value)
        out.ms(rounded(*value));
      else
        out.raw("null");
    }
    out.close(']');
  }
  out.key("max").open('[');
  for (const metrics::LatencyRow& row : workload.latencies) {
    if (row.empty())
      out.raw("null");
    else
      out.ms(rounded(std::min(row.back().middle(), workload.latency.max())));
  }
  out.close(']');
  out.close('}');
}

/// Of the whole run, from the histogram itself: the figures of the result where there is no
/// warm-up.
void write_whole_latency(Writer& out, const metrics::Histogram& latency) {
  out.key("latency_whole_ms").open('{');
  for (const PercentileLine& percentile : percentile_lines) {
    out.key(percentile.name);
    if (const std::optional<Duration> value = latency.quantile(percentile.share))
      out.ms(*value);
    else
      out.raw("null");
  }
  out.close('}');
}

/// Of the whole run, 32 buckets to each power of two: finer than a chart shows.
void write_distribution(Writer& out, const metrics::Histogram& latency) {
  constexpr std::uint32_t joined = 3;  // the last bits of the index
  const std::vector<metrics::Histogram::Bucket> buckets = latency.added_since(metrics::Histogram());
  out.key("distribution").open('[');
  for (std::size_t i = 0; i < buckets.size();) {
    const std::uint32_t last = buckets[i].index | joined;
    std::uint64_t count = 0;
    for (; i < buckets.size() && buckets[i].index <= last; ++i) count += buckets[i].count;
    out.open('[');
    out.ms(rounded(metrics::Histogram::Bucket{last, 0}.highest()));
    out.integer(count);
    out.close(']');
  }
  out.close(']');
}

void write_workload(Writer& out, const metrics::WorkloadTimeline& workload) {
  using metrics::WorkloadGauge;
  out.open('{');
  out.key("objective_ms");
  if (workload.objective)
    out.ms(*workload.objective);
  else
    out.raw("null");
  write_counts(out, workload, workload_counts);
  out.key("open").gauges(workload.gauges[WorkloadGauge::open].end);
  out.key("open_max").gauges(workload.gauges[WorkloadGauge::open].most);
  write_latencies(out, workload);
  write_whole_latency(out, workload.latency);
  write_distribution(out, workload.latency);
  out.close('}');
}

void write_call(Writer& out, const metrics::CallTimeline& call) {
  using metrics::CallGauge;
  out.open('{');
  out.key("from").text(call.from);
  out.key("to").text(call.to);
  out.key("kind").raw(call.is_publish ? "\"publish\"" : "\"call\"");
  write_counts(out, call, call_counts);
  out.key("under_way").gauges(call.gauges[CallGauge::under_way].end);
  if (call.has_breaker) {
    out.key("breaker").open('{');
    out.key("closed").gauges(call.gauges[CallGauge::breaker_closed].end);
    out.key("open").gauges(call.gauges[CallGauge::breaker_open].end);
    out.key("half_open").gauges(call.gauges[CallGauge::breaker_half_open].end);
    out.key("open_max").gauges(call.gauges[CallGauge::breaker_open].most);
    out.close('}');
  }
  if (call.has_budget) {
    out.key("budget").gauges(call.gauges[CallGauge::budget].end);
    out.key("budget_unit").raw(call.budget_is_share ? "\"share\"" : "\"retries\"");
  }
  if (call.has_limiter) out.key("limit").gauges(call.gauges[CallGauge::limit].end);
  out.close('}');
}

void write_service(Writer& out, const metrics::ServiceTimeline& service) {
  using metrics::ServiceGauge;
  out.open('{');
  out.key("replicas").integer(service.replicas);
  out.key("workers");
  if (service.workers)
    out.integer(*service.workers);
  else
    out.raw("null");
  out.key("line_capacity");
  if (service.line_capacity)
    out.integer(*service.line_capacity);
  else
    out.raw("null");
  write_counts(out, service, service_counts);
  const auto& gauges = service.gauges;
  out.key("waiting").gauges(gauges[ServiceGauge::waiting].end);
  out.key("waiting_max").gauges(gauges[ServiceGauge::waiting].most);
  out.key("in_service").gauges(gauges[ServiceGauge::in_service].end);
  out.key("load").gauges(gauges[ServiceGauge::load].end);
  out.key("load_max").gauges(gauges[ServiceGauge::load].most);
  out.close('}');
}

void write_queue(Writer& out, const metrics::QueueTimeline& queue) {
  using metrics::QueueGauge;
  out.open('{');
  out.key("capacity");
  if (queue.capacity)
    out.integer(*queue.capacity);
  else
    out.raw("null");
  write_counts(out, queue, queue_counts);
  const auto& gauges = queue.gauges;
  out.key("depth").gauges(gauges[QueueGauge::depth].end);
  out.key("depth_max").gauges(gauges[QueueGauge::depth].most);
  out.key("oldest_age_ms").gauges(gauges[QueueGauge::oldest_age_ms].end);
  out.key("unsettled").gauges(gauges[QueueGauge::unsettled].end);
  out.close('}');
}

const char* json_of_kind(metrics::GraphEdge::Kind kind) {
  switch (kind) {
    case metrics::GraphEdge::Kind::call:
      return "\"call\"";
    case metrics::GraphEdge::Kind::publish:
      return "\"publish\"";
    case metrics::GraphEdge::Kind::delivery:
      return "\"delivery\"";
    case metrics::GraphEdge::Kind::dead_letter:
      return "\"dead_letter\"";
  }
  return "null";
}

void write_graph(Writer& out, const Timeline& timeline) {
  const auto id_of = [&timeline](std::size_t node) {
    return metrics::subject_of(timeline.nodes[node].kind, timeline.nodes[node].name);
  };
  out.key("nodes").open('[');
  for (std::size_t i = 0; i < timeline.nodes.size(); ++i) {
    out.open('{');
    out.key("id").text(id_of(i));
    out.key("name").text(timeline.nodes[i].name);
    out.key("kind").text(metrics::text_of(timeline.nodes[i].kind));
    out.close('}');
  }
  out.close(']');
  out.key("edges").open('[');
  for (const metrics::GraphEdge& edge : timeline.edges) {
    out.open('{');
    out.key("from").text(id_of(edge.from));
    out.key("to").text(id_of(edge.to));
    out.key("kind").raw(json_of_kind(edge.kind));
    if (!edge.call.empty()) out.key("call").text(edge.call);
    out.close('}');
  }
  out.close(']');
}

void write_faults(Writer& out, const Timeline& timeline) {
  out.key("faults").open('[');
  for (const metrics::FaultTimeline& fault : timeline.faults) {
    out.open('{');
    out.key("name").text(fault.name);
    out.key("on").text(fault.on);
    out.key("from_ms").ms(fault.from.time_since_epoch());
    out.key("to_ms");
    if (fault.to == never)
      out.raw("null");
    else
      out.ms(fault.to.time_since_epoch());
    out.key("what").text(fault.what);
    out.close('}');
  }
  out.close(']');
}

void write_story(Writer& out, const Story& story) {
  out.open('{');
  out.key("headline").text(story.headline);
  out.key("origin");
  if (story.origin)
    out.text(*story.origin);
  else
    out.raw("null");
  out.key("steps").open('[');
  for (const StoryStep& step : story.steps) {
    out.open('{');
    out.key("at_ms").ms(step.at.time_since_epoch());
    out.key("kind").text(text_of(step.kind));
    out.key("subject").text(step.subject);
    out.key("text").text(step.text);
    out.key("value").gauge(step.value);
    out.key("unit").text(step.unit);
    out.close('}');
  }
  out.close(']');
  out.key("fed_by").text(story.fed_by);
  out.key("stopped_by").text(story.stopped_by);
  out.close('}');
}

/// The entities of one kind as an object, by name.
template <typename Entities, typename Write>
void write_all(Writer& out, std::string_view key, const Entities& entities, Write write) {
  out.key(key).open('{');
  for (const auto& entity : entities) {
    out.key(entity.name);
    write(out, entity);
  }
  out.close('}');
}

void write_run(Writer& out, const PageRun& run) {
  const Timeline& timeline = run.timeline;
  out.open('{');
  out.key("seed").exact(timeline.seed);
  out.key("label").text(run.label);
  if (timeline.cut) out.key("partial").raw("true");
  out.key("interval_ms").ms(timeline.interval);
  out.key("time_ms").open('[');
  for (std::size_t row = 0; row < timeline.rows; ++row)
    out.ms(timeline.end_of(row).time_since_epoch());
  out.close(']');
  write_all(out, "workloads", timeline.workloads, write_workload);
  write_all(out, "calls", timeline.calls, write_call);
  write_all(out, "services", timeline.services, write_service);
  write_all(out, "queues", timeline.queues, write_queue);
  out.key("left_out").open('{');
  out.key("workloads").integer(timeline.left_out.workloads);
  out.key("calls").integer(timeline.left_out.calls);
  out.key("services").integer(timeline.left_out.services);
  out.key("queues").integer(timeline.left_out.queues);
  out.close('}');
  write_faults(out, timeline);
  write_graph(out, timeline);
  out.key("story");
  write_story(out, run.story);
  out.close('}');
}

}  // namespace

std::string to_page_json(const Page& page) {
  SQUALL_CHECK(page.comparison != nullptr, "a page of nothing");
  Writer out;
  out.open('{');
  out.key("page").integer(page_format);
  out.key("squall").text(SQUALL_VERSION);
  out.key("command").text(page.command);
  out.key("scenario_text").text(page.scenario_text);
  out.key("seed").exact(page.comparison->seed);
  out.key("result").raw(compact(to_json(*page.comparison)));
  out.key("variants").open('[');
  for (const PageVariant& variant : page.variants) {
    out.open('{');
    out.key("name").text(variant.name);
    out.key("seed").exact(variant.seed);
    out.key("runs").open('[');
    for (const PageRun& run : variant.runs) write_run(out, run);
    out.close(']');
    out.close('}');
  }
  out.close(']');
  out.close('}');
  return inert(std::move(out).take()) + "\n";
}

}  // namespace squall::report
