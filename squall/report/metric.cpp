#include "squall/report/metric.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "squall/base/infinite.hpp"
#include "squall/report/json.hpp"
#include "squall/report/summary.hpp"

namespace squall::report {
namespace {

using metrics::Verdict;

constexpr std::array<MetricName, 32> names = {{
    {"goodput_ratio", "ok / offered, from 0 to 1"},
    {"goodput_per_s", "ok for each second after the warm-up"},
    {"offered", "requests that arrived after the warm-up"},
    {"ok", "requests whose effect came within their objective"},
    {"late", "requests whose effect came after it"},
    {"failed", "requests that ended with an error, a timeout or at their deadline"},
    {"rejected", "requests refused at their last attempt"},
    {"dead_lettered", "requests that went to a dead-letter queue"},
    {"dropped",
     "requests that a full queue dropped, or that were given up without a dead-letter queue"},
    {"unfinished", "requests still inside when the run ended"},
    {"duplicates", "effects after the first one of a request"},
    {"p50_ms", "within it half of all offered requests were ok, from arrival"},
    {"p95_ms", "the same for 95 % of them"},
    {"p99_ms", "the same for 99 % of them"},
    {"latency_p50_ms", "median from arrival of the requests that took effect (ok and late)"},
    {"latency_p95_ms", "their 95th percentile"},
    {"latency_p99_ms", "their 99th percentile"},
    {"latency_max_ms", "the longest of them"},
    {"amplification", "attempts at the callee that saw most, for each offered request"},
    {"attempts", "attempts of all calls"},
    {"retries", "retries of all calls"},
    {"hedges", "hedged attempts of all calls"},
    {"timeouts", "attempts that timed out"},
    {"rejected_local", "requests refused before they left the caller"},
    {"rejected_remote", "requests refused by what they called"},
    {"retries_denied", "retries refused by a budget, the deadline or pushback"},
    {"wasted_ratio", "service time for callers that had gone, at the service that wasted most"},
    {"queue_max", "longest line at one replica of any service"},
    {"depth_max", "most messages waiting in any one queue"},
    {"redelivered", "second and later deliveries of messages"},
    {"recovered",
     "1 if goodput came back after the last fault and stayed, else 0; unknown where nobody can "
     "tell"},
    {"recovered_after_ms", "how long after the last fault it did"},
}};

std::optional<double> in_ms(std::optional<Duration> duration) {
  if (!duration) return std::nullopt;
  return to_ms(*duration);
}

std::optional<double> within_ms(const metrics::Histogram& ok, double share, std::uint64_t offered) {
  if (offered == 0) return std::nullopt;
  const std::optional<double> value = in_ms(ok.quantile_of(share, offered));
  return value ? value : infinite;
}

std::optional<double> short_metric(const metrics::RunRecord& record, const Summary& s,
                                   std::string_view name) {
  const auto count = [](std::uint64_t n) { return std::optional(static_cast<double>(n)); };
  if (name == "goodput_ratio") {
    if (s.offered == 0) return std::nullopt;
    return static_cast<double>(s.ok) / static_cast<double>(s.offered);
  }
  if (name == "goodput_per_s") return s.goodput_per_s;
  if (name == "offered") return count(s.offered);
  if (name == "ok") return count(s.ok);
  if (name == "late") return count(s.late);
  if (name == "failed") return count(s.failed);
  if (name == "rejected") return count(s.rejected);
  if (name == "dead_lettered") return count(s.dead_lettered);
  if (name == "dropped") return count(s.dropped);
  if (name == "unfinished") return count(s.unfinished);
  if (name == "duplicates") return count(s.duplicates);
  if (name == "p50_ms") return within_ms(s.ok_latency, 0.5, s.offered);
  if (name == "p95_ms") return within_ms(s.ok_latency, 0.95, s.offered);
  if (name == "p99_ms") return within_ms(s.ok_latency, 0.99, s.offered);
  if (name == "latency_p50_ms") return in_ms(s.latency.quantile(0.5));
  if (name == "latency_p95_ms") return in_ms(s.latency.quantile(0.95));
  if (name == "latency_p99_ms") return in_ms(s.latency.quantile(0.99));
  if (name == "latency_max_ms") {
    if (s.latency.count() == 0) return std::nullopt;
    return to_ms(s.latency.max());
  }
  if (name == "amplification") {
    if (s.offered == 0) return std::nullopt;
    return s.amplification;
  }
  if (name == "attempts") return count(s.attempts);
  if (name == "retries") return count(s.retries);
  if (name == "hedges") return count(s.hedges);
  if (name == "timeouts") return count(s.timeouts);
  if (name == "rejected_local") return count(s.rejected_local);
  if (name == "rejected_remote") return count(s.rejected_remote);
  if (name == "retries_denied") return count(s.denied);
  if (name == "wasted_ratio") return s.wasted_ratio;
  if (name == "queue_max") return count(s.line_max);
  if (name == "depth_max") return count(s.depth_max);
  if (name == "redelivered") return count(s.redelivered);
  const Verdict& verdict = record.verdict;
  if (verdict.state == Verdict::State::recovered) {
    return name == "recovered" ? std::optional(1.0) : in_ms(verdict.recovered_after);
  }
  if (verdict.state == Verdict::State::not_recovered) {
    return name == "recovered" ? 0.0 : infinite;
  }
  return std::nullopt;
}

bool is_short(std::string_view name) {
  return std::ranges::any_of(names, [name](const MetricName& m) { return m.name == name; });
}

/// Words are no figures.
bool is_figure(const Figure& figure) { return figure.value.has_value() || figure.text.empty(); }

/// REQUIRES a figure of this record.
std::optional<double> value_of(const metrics::RunRecord& record, const Figure& figure) {
  if (figure.value) return figure.value;
  if (figure.kind == "workloads" && figure.metric.starts_with("ok_within_ms.")) {
    const auto same = [&figure](const metrics::WorkloadRecord& w) { return w.name == figure.name; };
    const auto workload = std::ranges::find_if(record.workloads, same);
    const bool any = workload != record.workloads.end() && workload->offered > 0;
    if (any) return infinite;
  }
  if (figure.kind == "verdict" && figure.metric == "recovered_after_ms" &&
      record.verdict.state == Verdict::State::not_recovered) {
    return infinite;
  }
  return std::nullopt;
}

}  // namespace

std::span<const MetricName> metric_names() { return names; }

bool is_metric(const metrics::RunRecord& record, std::string_view name) {
  if (is_short(name)) return true;
  return std::ranges::any_of(figures_of(record), [name](const Figure& figure) {
    return is_figure(figure) && figure.path() == name;
  });
}

std::optional<double> metric_value(const metrics::RunRecord& record, std::string_view name) {
  if (is_short(name)) return short_metric(record, summarise(record), name);
  for (const Figure& figure : figures_of(record)) {
    if (is_figure(figure) && figure.path() == name) return value_of(record, figure);
  }
  return std::nullopt;
}

std::vector<MetricValue> metric_values(const metrics::RunRecord& record) {
  std::vector<MetricValue> values;
  const Summary summary = summarise(record);
  values.reserve(names.size());
  for (const MetricName& metric : names) {
    values.push_back({std::string(metric.name), short_metric(record, summary, metric.name)});
  }
  for (const Figure& figure : figures_of(record)) {
    if (!is_figure(figure) || figure.metric == "objective_ms") continue;
    values.push_back({figure.path(), value_of(record, figure)});
  }
  return values;
}

bool is_percentile(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  const bool is_path = dot != std::string_view::npos;
  std::string_view last = is_path ? name.substr(dot + 1) : name;
  if (!is_path) {
    if (!is_short(name) || !last.ends_with("_ms")) return false;
    last.remove_suffix(3);
    if (last.starts_with("latency_")) last.remove_prefix(8);
  }
  return last.size() > 1 && last.front() == 'p' &&
         last.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

}  // namespace squall::report
