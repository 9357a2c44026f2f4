#include "squall/report/json.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "squall/metrics/steady_state.hpp"
#include "squall/report/series_rates.hpp"
#include "squall/report/study_json.hpp"

namespace squall::report {
namespace {

using Json = nlohmann::ordered_json;
using metrics::Histogram;

constexpr std::size_t line_width = 100;

// --- Values ---

/// Nearest double to the exact decimal; its shortest text is that decimal again (up to 100 days).
Json ms(Duration duration) { return to_ms(duration); }

Json ms(const std::optional<Duration>& duration) {
  return duration ? ms(*duration) : Json(nullptr);
}

struct Quantile {
  const char* name;
  double share;
};
constexpr std::array<Quantile, 5> quantiles = {
    {{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}}};

Json distribution(const Histogram& histogram) {
  const bool any = histogram.count() > 0;
  Json out = Json::object();
  out["count"] = histogram.count();
  out["mean"] = any ? ms(nanoseconds_saturated(histogram.mean_ns())) : Json(nullptr);
  for (const Quantile& p : quantiles) out[p.name] = ms(histogram.quantile(p.share));
  out["max"] = any ? ms(histogram.max()) : Json(nullptr);
  return out;
}

Json within(const Histogram& histogram, std::uint64_t offered) {
  Json out = Json::object();
  for (const Quantile& p : quantiles) {
    out[p.name] = offered == 0 ? Json(nullptr) : ms(histogram.quantile_of(p.share, offered));
  }
  return out;
}

// --- The parts of a variant ---

Json workload(const metrics::WorkloadRecord& w, Duration measured) {
  Json out = Json::object();
  out["kind"] = w.is_event ? "event" : "rpc";
  out["objective_ms"] = ms(w.objective);
  out["offered"] = w.offered;
  out["ok"] = w.ok;
  out["late"] = w.late;
  out["failed"] = w.failed;
  out["rejected"] = w.rejected;
  out["dead_lettered"] = w.dead_lettered;
  out["dropped"] = w.dropped;
  out["unfinished"] = w.unfinished;
  out["duplicates"] = w.duplicates;
  if (w.may_degrade) out["degraded"] = w.degraded;
  out["failed_by"] = {
      {"timeout", w.failed_timeout}, {"error", w.failed_error}, {"deadline", w.failed_deadline}};
  out["rejected_by"] = {{"local", w.rejected_local}, {"remote", w.rejected_remote}};
  out["goodput_ratio"] = w.offered == 0 ? Json(nullptr) : Json(w.goodput_ratio());
  out["goodput_per_s"] = measured > Duration{0} ? Json(per_second(w.ok, measured)) : Json(nullptr);
  out["latency_ms"] = distribution(w.latency);
  out["ok_within_ms"] = within(w.ok_latency, w.offered);
  return out;
}

Json limit(const metrics::LimitRecord& l) {
  return {{"end", l.end()}, {"min", l.least}, {"max", l.most}};
}

Json call(const metrics::CallRecord& c) {
  Json out = Json::object();
  out["requests"] = c.requests;
  out["attempts"] = c.attempts;
  out["retries"] = c.retries;
  out["hedges"] = c.hedges;
  out["amplification"] = c.requests == 0 ? Json(nullptr) : Json(c.amplification());
  out["ok"] = c.ok;
  out["failed"] = c.failed;
  out["refused"] = c.refused;
  out["abandoned"] = c.abandoned;
  out["unfinished"] = c.unfinished;
  out["attempts_ok"] = c.attempts_ok;
  out["timeouts"] = c.timeouts;
  out["errors"] = c.errors;
  out["attempts_abandoned"] = c.attempts_abandoned;
  out["attempts_unfinished"] = c.attempts_unfinished;
  Json& rejected = out["rejected"] = {{"breaker", c.rejected_breaker},
                                      {"bulkhead", c.rejected_bulkhead},
                                      {"rate_limit", c.rejected_rate_limit}};
  if (c.limit) rejected["limiter"] = c.rejected_limiter;
  rejected["queue"] = c.rejected_queue;
  rejected["admission"] = c.rejected_admission;
  if (c.has_throttle) rejected["throttle"] = c.rejected_throttle;
  out["retries_denied"] = {{"budget", c.denied_budget},
                           {"deadline", c.denied_deadline},
                           {"pushback", c.denied_pushback}};
  out["deadlines"] = c.deadlines;
  out["lost"] = c.lost;
  if (c.has_fallback) out["fallbacks"] = c.fallbacks;
  if (c.has_outlier) {
    out["outlier"] = {
        {"ejections", c.ejections}, {"not_ejected", c.not_ejected}, {"panics", c.panics}};
  }
  if (c.limit) out["limit"] = limit(*c.limit);
  return out;
}

Json service(const metrics::ServiceRecord& s) {
  Json out = Json::object();
  out["arrived"] = s.arrived;
  out["completed"] = s.completed;
  out["failed"] = s.failed;
  out["refused"] = s.refused;
  if (s.sheds) out["shed"] = s.shed;
  out["skipped"] = s.skipped;
  if (s.may_expire) out["expired"] = s.expired;
  out["cancelled"] = s.cancelled;
  out["lost"] = s.lost;
  out["unfinished"] = s.unfinished;
  if (s.has_rows) out["conflicts"] = s.conflicts;
  out["wasted"] = s.wasted;
  out["wasted_ratio"] = s.wasted_ratio();
  out["service_time_s"] = s.service_time_s;
  out["wasted_time_s"] = s.wasted_time_s;
  out["utilization"] = s.utilization;
  out["mean_in_system"] = s.mean_in_system;
  out["mean_in_service"] = s.mean_in_service;
  out["wait_ms"] = distribution(s.wait);
  out["queue_max"] = s.queue_max;
  if (s.limit) out["limit"] = limit(*s.limit);
  return out;
}

Json queue(const metrics::QueueRecord& q) {
  Json out = Json::object();
  out["published"] = q.published;
  out["rejected"] = q.rejected;
  out["dropped"] = q.dropped;
  out["delivered"] = q.delivered;
  out["redelivered"] = q.redelivered;
  out["expired"] = q.expired;
  out["acked"] = q.acked;
  out["dead_lettered"] = q.dead_lettered;
  out["unfinished"] = q.unfinished;
  out["depth_max"] = q.depth_max;
  out["mean_inside"] = q.mean_inside;
  out["age_ms"] = distribution(q.age);
  out["from_delivery_ms"] = distribution(q.from_delivery);
  return out;
}

Json warmup(const metrics::WarmupRecord& w) {
  Json out = Json::object();
  out["state"] = text_of(w.state);
  out["cut_ms"] = ms(w.cut);
  out["own_cut_ms"] = ms(w.own_cut);
  return out;
}

/// @param unit  of the interval's numbers: as many go into one of the JSON's.
Json interval(const metrics::BatchInterval& i, double unit) {
  using State = metrics::BatchInterval::State;
  const bool given = i.state == State::given;
  Json out = Json::object();
  out["state"] = given ? "given" : i.state == State::correlated ? "correlated" : "too_short";
  out["mean"] = given ? Json(i.mean / unit) : Json(nullptr);
  out["low_95"] = given ? Json(i.low / unit) : Json(nullptr);
  out["high_95"] = given ? Json(i.high / unit) : Json(nullptr);
  out["batches"] = given ? Json(i.batches) : Json(nullptr);
  return out;
}

/// Null where no steady state is to be expected.
Json steady_state(const metrics::RunRecord& record) {
  if (!record.is_steady) return nullptr;
  constexpr double ns_in_ms = 1e6;
  const metrics::SteadyState steady = metrics::steady_state_of(record);
  Json out = Json::object();
  out["goodput_ratio"] = interval(steady.goodput_ratio, 1.0);
  out["goodput_per_s"] = interval(steady.goodput_per_s, 1.0);
  Json& latency = out["latency_mean_ms"] = Json::object();
  for (std::size_t w = 0; w < record.workloads.size(); ++w) {
    latency[record.workloads[w].name] = interval(steady.latency_ns[w], ns_in_ms);
  }
  return out;
}

/// All of a variant but its series.
Json totals(const metrics::RunRecord& record) {
  Json out = Json::object();
  out["name"] = record.variant;
  out["simulated_ms"] = ms(record.simulated);
  out["measured_ms"] = ms(record.measured);
  out["warmup"] = warmup(record.warmup);
  Json& workloads = out["workloads"] = Json::object();
  for (const auto& w : record.workloads) workloads[w.name] = workload(w, record.measured);
  Json& calls = out["calls"] = Json::object();
  for (const auto& c : record.calls) calls[c.name] = call(c);
  Json& services = out["services"] = Json::object();
  for (const auto& s : record.services) services[s.name] = service(s);
  Json& queues = out["queues"] = Json::object();
  for (const auto& q : record.queues) queues[q.name] = queue(q);
  out["verdict"] = {{"state", text_of(record.verdict.state)},
                    {"recovered_after_ms", ms(record.verdict.recovered_after)}};
  out["steady_state"] = steady_state(record);
  out["engine"] = {{"events", record.engine.events},
                   {"requests_inside_max", record.engine.requests_inside_max},
                   {"memory_bytes_max", record.engine.memory_bytes_max}};
  return out;
}

Json series(const metrics::SeriesTable& table, std::uint64_t runs) {
  const SeriesRates rates(table, runs);
  Json out = Json::object();
  out["interval_ms"] = ms(table.interval());
  Json& time = out["time_ms"] = Json::array();
  for (std::size_t row = 0; row < table.rows(); ++row) time.push_back(ms(rates.time_of(row)));
  for (const SeriesRates::Rate& rate : SeriesRates::rates) {
    Json& values = out[rate.name] = Json::array();
    for (std::size_t row = 0; row < table.rows(); ++row) {
      values.push_back(rates.per_s(row, rate.column));
    }
  }
  if (runs == 1)
    out["queue_depth"] = rates.queue_depth();
  else
    out["queue_depth"] = rates.mean_queue_depth();
  return out;
}

// --- Text ---

std::string number_text(double value) {
  // Whole numbers of any usual size without an exponent; the very large and small with one.
  const double magnitude = value < 0 ? -value : value;
  const bool fixed = magnitude == 0.0 || (magnitude >= 1e-6 && magnitude < 1e15);
  std::array<char, 64> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                    fixed ? std::chars_format::fixed : std::chars_format::scientific);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string("null");
}

/// REQUIRES a value that is no list and no object.
std::string scalar_text(const Json& value) {
  if (value.is_number_float()) {
    const double number = value.get<double>();
    const bool finite = number - number == 0.0;
    return finite ? number_text(number) : "null";
  }
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// nlohmann's own dump() puts each number of a series on a line of its own.
void print(const Json& value, std::size_t indent, std::string& out) {
  const std::string inner(indent + 2, ' ');
  if (is_interval(value)) {
    const char* separator = "{";
    for (const auto& [key, member] : value.items()) {
      out += separator + scalar_text(Json(key)) + ": " + scalar_text(member);
      separator = ", ";
    }
    out += "}";
  } else if (value.is_object() && !value.empty()) {
    out += "{";
    const char* separator = "\n";
    for (const auto& [key, member] : value.items()) {
      out += separator + inner + scalar_text(Json(key)) + ": ";
      print(member, indent + 2, out);
      separator = ",\n";
    }
    out += "\n" + std::string(indent, ' ') + "}";
  } else if (value.is_array() && !value.empty() && value.front().is_structured()) {
    out += "[";
    const char* separator = "\n";
    for (const Json& element : value) {
      out += separator + inner;
      print(element, indent + 2, out);
      separator = ",\n";
    }
    out += "\n" + std::string(indent, ' ') + "]";
  } else if (value.is_array()) {
    out += "[";
    std::size_t column = line_width;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string text = scalar_text(value[i]) + (i + 1 < value.size() ? "," : "");
      if (column + 1 + text.size() > line_width) {
        out += "\n" + inner;
        column = inner.size();
      } else {
        out += " ";
        ++column;
      }
      out += text;
      column += text.size();
    }
    out += value.empty() ? "]" : "\n" + std::string(indent, ' ') + "]";
  } else if (value.is_object()) {
    out += "{}";
  } else {
    out += scalar_text(value);
  }
}

// --- Figures ---

void flatten(const Json& value, const std::string& kind, const std::string& name,
             const std::string& metric, std::vector<Figure>& out) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      std::string inner = metric;
      if (!inner.empty()) inner += '.';
      inner += key;
      flatten(member, kind, name, inner, out);
    }
    return;
  }
  Figure figure{kind, name, metric, "", std::nullopt};
  if (value.is_string()) {
    figure.text = value.get_ref<const std::string&>();
  } else if (!value.is_null()) {
    figure.text = scalar_text(value);
    if (figure.text == "null") figure.text.clear();
    if (!figure.text.empty()) figure.value = value.get<double>();
  }
  out.push_back(std::move(figure));
}

}  // namespace

std::string to_json(const metrics::Comparison& comparison) {
  Json out = Json::object();
  out["squall"] = SQUALL_VERSION;
  out["format"] = json_format;
  out["scenario"] = comparison.scenario;
  out["description"] = comparison.description;
  out["seed"] = comparison.seed;
  out["replications"] = comparison.study ? comparison.study->replications : 1;
  if (comparison.partial) out["partial"] = true;
  if (!comparison.not_begun.empty()) out["not_begun"] = comparison.not_begun;
  if (comparison.study) add_study(out, *comparison.study);
  Json& variants = out["variants"] = Json::array();
  for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
    const metrics::RunRecord& record = comparison.variants[v];
    Json variant = totals(record);
    if (record.cut) variant["partial"] = true;
    if (comparison.study) add_variant_study(variant, comparison.study->variants[v]);
    variant["series"] = series(record.series, record.runs);
    variants.push_back(std::move(variant));
  }
  if (comparison.study) out["paired"] = paired(comparison);
  std::string text;
  print(out, 0, text);
  return text + "\n";
}

const char* text_of(metrics::Verdict::State state) {
  switch (state) {
    case metrics::Verdict::State::no_fault:
      return "no_fault";
    case metrics::Verdict::State::recovered:
      return "recovered";
    case metrics::Verdict::State::not_recovered:
      return "not_recovered";
    case metrics::Verdict::State::not_judged:
      return "not_judged";
    case metrics::Verdict::State::mixed:
      return "mixed";
  }
  return "";
}

const char* text_of(metrics::WarmupRecord::State state) {
  switch (state) {
    case metrics::WarmupRecord::State::fixed:
      return "fixed";
    case metrics::WarmupRecord::State::found:
      return "found";
    case metrics::WarmupRecord::State::no_steady_state:
      return "no_steady_state";
    case metrics::WarmupRecord::State::too_short:
      return "too_short";
  }
  return "";
}

std::string Figure::path() const {
  if (kind == "run") return metric;
  return name.empty() ? kind + "." + metric : kind + "." + name + "." + metric;
}

std::vector<Figure> figures_of(const metrics::RunRecord& record) {
  std::vector<Figure> out;
  const Json variant = totals(record);
  for (const auto& [kind, value] : variant.items()) {
    if (kind == "name") continue;
    if (kind == "workloads" || kind == "calls" || kind == "services" || kind == "queues") {
      for (const auto& [name, member] : value.items()) flatten(member, kind, name, "", out);
    } else if (value.is_object()) {
      flatten(value, kind, "", "", out);
    } else {
      flatten(value, "run", "", kind, out);
    }
  }
  return out;
}

}  // namespace squall::report
