#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/histogram.hpp"
#include "squall/metrics/sample.hpp"

/// One run over time, in equal intervals (rows): what the report's charts and its story are made
/// of.
namespace squall::metrics {

/// A gauge in each row.
struct GaugeRows {
  std::vector<double> end;   ///< at the end of the row
  std::vector<double> most;  ///< the greatest at any instant that was looked at in the row
};

template <typename Count, typename Gauge>
struct EntityRows {
  PerColumn<Count, std::vector<std::uint64_t>> counts;  ///< in each row
  PerColumn<Gauge, GaugeRows> gauges;
};

/// Durations that came in one row: buckets of the histogram, ascending.
using LatencyRow = std::vector<Histogram::Bucket>;

/// As Histogram::quantile().
[[nodiscard]] std::optional<Duration> quantile(const LatencyRow& row, double q);
/// Adds `from` to `to`.
void merge(LatencyRow& to, LatencyRow from);

struct WorkloadTimeline : EntityRows<WorkloadCount, WorkloadGauge> {
  std::string name;
  bool is_event = false;
  std::optional<Duration> objective;
  std::vector<LatencyRow> latencies;  ///< of ok and late, in each row
  Histogram latency{};                ///< of the whole run
};

struct CallTimeline : EntityRows<CallCount, CallGauge> {
  std::string name;      ///< "caller->callee"
  std::string from, to;  ///< as subject_of() names them
  bool is_publish = false;
  // Of its policy, as at the start; nothing where it has none of that.
  std::optional<Duration> timeout;
  std::uint32_t attempts_max = 1;  ///< the first counted
  bool has_breaker = false, has_budget = false, has_limiter = false;
  /// The budget's level is a share of what it can hold, 0 to 1; else a number of retries.
  bool budget_is_share = true;
};

struct ServiceTimeline : EntityRows<ServiceCount, ServiceGauge> {
  std::string name;
  std::uint32_t replicas = 1;
  // Of all replicas together, as at the start; nothing: no limit.
  std::optional<std::uint64_t> workers;
  std::optional<std::uint64_t> line_capacity;
  std::optional<double> overload_capacity;
};

struct QueueTimeline : EntityRows<QueueCount, QueueGauge> {
  std::string name;
  std::optional<std::uint64_t> capacity;
  /// Nothing but dead letters comes to it, and nobody reads it.
  bool keeps_dead_letters = false;
};

struct FaultTimeline {
  std::string name;
  std::string on;    ///< "service.bank", "call.a->b", "workload.w"; empty: settings
  std::string what;  ///< "latency x4, loss 30%"
  Instant from{};
  Instant to = never;
};

/// The call graph as it is drawn.
struct GraphNode {
  enum class Kind : std::uint8_t { workload, service, queue, consumer };
  std::string name;
  Kind kind = Kind::service;
};
/// "workload", "service", "queue", "consumer".
[[nodiscard]] const char* text_of(GraphNode::Kind kind);
/// "service.bank": as names are unique only among those of one kind.
[[nodiscard]] std::string subject_of(GraphNode::Kind kind, const std::string& name);

struct GraphEdge {
  /// A call or publish has a CallTimeline; a delivery leads from a queue to its consumer, a dead
  /// letter from a queue to the one that takes what it gives up.
  enum class Kind : std::uint8_t { call, publish, delivery, dead_letter };
  std::size_t from = 0, to = 0;  ///< nodes
  Kind kind = Kind::call;
  std::string call;  ///< its name; empty where there is none
};

/// Of a large system, how many were left out: those with the least to do.
struct LeftOut {
  std::uint64_t workloads = 0, calls = 0, services = 0, queues = 0;
};

/// Row i is of the time from i * interval, included, to the end of the row, not included; but the
/// last row includes the end of the run, and may be shorter.
struct Timeline {
  std::uint64_t seed = 0;
  Duration interval{1};
  std::size_t rows = 0;
  Instant end{};       ///< of the last row
  Duration warmup{0};  ///< of the scenario; nothing is left out here
  bool cut = false;    ///< the run was stopped before its end
  std::vector<WorkloadTimeline> workloads;
  std::vector<CallTimeline> calls;
  std::vector<ServiceTimeline> services;
  std::vector<QueueTimeline> queues;
  std::vector<FaultTimeline> faults;  ///< by time
  std::vector<GraphNode> nodes;
  std::vector<GraphEdge> edges;
  LeftOut left_out;

  /// REQUIRES row < rows.
  [[nodiscard]] Instant start_of(std::size_t row) const noexcept {
    return Instant{interval * static_cast<std::int64_t>(row)};
  }
  [[nodiscard]] Instant end_of(std::size_t row) const noexcept {
    return row + 1 == rows ? end : start_of(row + 1);
  }
};

/// Adds up so many neighbouring rows to one that there are at most `rows_max`: counts and latencies
/// add up, of a gauge the last end and the greatest value stay. REQUIRES rows_max > 0.
[[nodiscard]] Timeline thinned(Timeline timeline, std::size_t rows_max);

/// Makes the rows of a timeline out of samples at the ends of its intervals. A run that outgrows
/// `rows_max` rows has its neighbours added up and the interval doubled.
class TimelineRows {
 public:
  /// Fills the rows of `timeline`, whose entities are there and have none yet; it must outlive
  /// this. REQUIRES interval > 0, rows_max > 1.
  TimelineRows(Timeline& timeline, Duration interval, std::size_t rows_max);

  /// When the next sample is due.
  [[nodiscard]] Instant next() const noexcept;
  /// The state just before next(). REQUIRES a sample of as many entities as the timeline has, and
  /// that each is of the same run as the one before it.
  void add(const Sample& sample);
  /// The state at the end of the run, which may be before rows in which nothing was counted any
  /// more: those go. REQUIRES end <= next().
  void finish(const Sample& sample, Instant end);

  /// How long the requests of a workload took, up to the last sample.
  [[nodiscard]] Histogram latency_of(std::size_t workload) const;
  /// What the rows hold. Costs a look at each of them.
  [[nodiscard]] std::uint64_t memory_bytes() const;

 private:
  /// The histograms of a workload as they were at the last sample.
  using LatenciesSeen = std::array<Histogram, std::tuple_size_v<LatencySources>>;

  void append(const Sample& sample);
  void add_to_last(const Sample& sample);
  [[nodiscard]] LatencyRow take_latencies(std::size_t workload, const Sample& sample);

  Timeline& timeline_;
  std::size_t rows_max_;
  Sample before_;
  std::vector<LatenciesSeen> latencies_before_;  ///< of each workload
};

}  // namespace squall::metrics
