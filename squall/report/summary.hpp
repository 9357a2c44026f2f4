#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/histogram.hpp"
#include "squall/metrics/run_record.hpp"

/// What a run comes to, over all of its workloads, calls, services and queues: the figures that the
/// table, the sentences and the expectations share.
namespace squall::report {

struct Summary {
  // Sums over the workloads.
  std::uint64_t offered = 0, ok = 0, late = 0, failed = 0, rejected = 0, dead_lettered = 0,
                dropped = 0, unfinished = 0, duplicates = 0;
  std::uint64_t failed_timeout = 0, failed_error = 0, failed_deadline = 0;
  std::uint64_t rejected_local = 0, rejected_remote = 0;
  std::uint64_t degraded = 0;                ///< of ok
  std::uint64_t ended = 0;                   ///< ok and late: those with a latency
  metrics::Histogram latency{};              ///< of those, from arrival
  metrics::Histogram ok_latency{};           ///< of ok alone
  double goodput_per_s = 0.0;                ///< ok over the measured time
  bool has_events = false;                   ///< some workload leads to a queue
  bool has_objective = false;                ///< some workload has one
  std::optional<Duration> common_objective;  ///< if all workloads have the same one

  // Sums over the calls.
  std::uint64_t attempts = 0, retries = 0, hedges = 0, timeouts = 0, errors = 0;
  std::uint64_t rejected_breaker = 0, rejected_bulkhead = 0, rejected_rate_limit = 0,
                rejected_throttle = 0, rejected_limiter = 0;
  std::uint64_t rejected_queue = 0, rejected_admission = 0;
  std::uint64_t denied = 0;     ///< retries that a budget, the deadline or pushback refused
  std::uint64_t lost = 0;       ///< by the network
  std::uint64_t ejections = 0;  ///< of replicas
  bool sheds = false;           ///< some service refuses what its line would have had room for

  /// Attempts at the callee that saw most of them, for each offered request: so the layers of a
  /// chain multiply, as they do for the one at the bottom. A fan-out counts too. 0 without calls
  /// or requests.
  double amplification = 0.0;
  std::string amplification_at;  ///< that callee

  double wasted_ratio = 0.0;    ///< of the service that wasted the most time
  std::string wasted_at;        ///< that service; empty when none wasted any
  std::uint64_t conflicts = 0;  ///< of writes to rows of services
  std::uint64_t wasted = 0;     ///< completions whose caller had gone, over all services
  std::uint64_t line_max = 0;   ///< longest line at one replica of a service
  std::string line_at;

  /// Of all adaptive limits on concurrency, at callers and callees; nothing without one.
  std::optional<metrics::LimitRecord> limit;

  // Over the queues.
  std::uint64_t depth_max = 0;  ///< of the queue that was deepest
  std::string depth_at;
  std::uint64_t delivered = 0, redelivered = 0, expired = 0;
  metrics::Histogram from_delivery{};  ///< of the acknowledged, from the delivery that was
};

[[nodiscard]] Summary summarise(const metrics::RunRecord& record);

/// "payments" of "shop->payments".
[[nodiscard]] std::string callee_of(const std::string& call);

}  // namespace squall::report
