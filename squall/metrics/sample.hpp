#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/histogram.hpp"
#include "squall/metrics/per_column.hpp"

/// What a run looks like at one instant, as far as people want to see it over time: what was
/// counted since its start, warm-up or not, and gauges of what is there now.
namespace squall::metrics {

/// The value of a gauge that has none: the age of the oldest message of an empty queue.
inline constexpr double no_value = std::numeric_limits<double>::quiet_NaN();
[[nodiscard]] constexpr bool has_value(double gauge) noexcept { return gauge == gauge; }

// The counts mean what they mean in the records (run_record.hpp); a name in brackets is the field.

enum class WorkloadCount : std::uint8_t {
  offered,
  ok,
  late,
  failed,
  rejected,
  dead_lettered,
  dropped,
  count
};
enum class WorkloadGauge : std::uint8_t {
  open,  ///< requests that have arrived and not ended
  count
};

enum class CallCount : std::uint8_t {
  requests,
  attempts,
  retries,
  hedges,
  ok,  ///< attempts answered with success [attempts_ok]
  timeouts,
  errors,
  rejected,       ///< attempts that the callee refused [rejected_queue, rejected_admission]
  refused_local,  ///< by a policy of the caller: no attempts [the other rejected_...]
  refused_by_breaker,
  denied,  ///< retries that were not granted [denied_...]
  denied_by_budget,
  count
};
enum class CallGauge : std::uint8_t {
  under_way,       ///< calls begun and not ended
  breaker_closed,  ///< states of its breaker (of each client, of each replica of the caller)
  breaker_open,
  breaker_half_open,
  budget,  ///< what is left of the retry budget, see policy::RetryBudget::level(); mean of states
  limit,   ///< of its limiter; mean of its states
  count
};

enum class ServiceCount : std::uint8_t { arrived, completed, failed, refused, wasted, count };
enum class ServiceGauge : std::uint8_t {
  waiting,     ///< requests in line, at all replicas
  in_service,  ///< workers taken
  /// In service / capacity, of those replicas that are not down: the overload's capacity where it
  /// has one, else the workers, as the faults in force leave them; no value without either.
  load,
  count
};

enum class QueueCount : std::uint8_t {
  published,
  delivered,
  redelivered,
  acked,
  dead_lettered,
  rejected,
  dropped,
  count
};
enum class QueueGauge : std::uint8_t {
  depth,          ///< messages that wait at the broker, redeliveries included
  oldest_age_ms,  ///< since the first acceptance; no value where none waits
  unsettled,      ///< messages accepted and not settled: waiting or delivered
  count
};

template <typename Count, typename Gauge>
struct EntitySample {
  PerColumn<Count, std::uint64_t> counts;  ///< since the start
  PerColumn<Gauge, double> gauges;
};
using WorkloadSample = EntitySample<WorkloadCount, WorkloadGauge>;
using CallSample = EntitySample<CallCount, CallGauge>;
using ServiceSample = EntitySample<ServiceCount, ServiceGauge>;
using QueueSample = EntitySample<QueueCount, QueueGauge>;

/// Which entities are looked at: indices into the lists of a RunRecord.
struct Focus {
  std::vector<std::uint32_t> workloads, calls, services, queues;
};

/// Where a run counts how long the requests of a workload took, ok and late: what they hold
/// together is what came since the start. To look at them costs nothing; they are the run's own,
/// and go on with it. All are there.
using LatencySources = std::array<const Histogram*, 4>;

/// In the order of the focus.
struct Sample {
  std::vector<WorkloadSample> workloads;
  std::vector<LatencySources> latencies;  ///< of each workload
  std::vector<CallSample> calls;
  std::vector<ServiceSample> services;
  std::vector<QueueSample> queues;
};

}  // namespace squall::metrics
