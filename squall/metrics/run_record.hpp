#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "squall/metrics/batch_means.hpp"
#include "squall/metrics/histogram.hpp"
#include "squall/metrics/series.hpp"
#include "squall/metrics/study_record.hpp"

/// What a run gives back: the one output type. Totals are of the cohort of requests that arrived
/// after the warm-up; series count every request at the instant of the event.
namespace squall::metrics {

struct WorkloadRecord {
  std::string name;
  std::uint64_t offered = 0;
  // Each offered request is in exactly one of these seven.
  std::uint64_t ok = 0;        ///< effect within the objective
  std::uint64_t late = 0;      ///< effect after it
  std::uint64_t failed = 0;    ///< error, timeout or deadline
  std::uint64_t rejected = 0;  ///< refused at its last attempt; the sum of the two below
  std::uint64_t dead_lettered = 0;
  std::uint64_t dropped = 0;
  std::uint64_t unfinished = 0;  ///< still inside at the end, found by walking

  std::uint64_t rejected_local = 0;
  std::uint64_t rejected_remote = 0;
  std::uint64_t failed_timeout = 0;   ///< of failed: last outcome a timeout
  std::uint64_t failed_deadline = 0;  ///< of failed: the deadline
  std::uint64_t failed_error = 0;     ///< of failed: an error
  std::uint64_t duplicates = 0;       ///< effects after the first
  bool may_degrade = false;           ///< there is a fallback in the scenario
  std::uint64_t degraded = 0;         ///< of ok: a fallback's answer, its own or further down

  bool is_event = false;  ///< leads to a queue
  std::optional<Duration> objective;
  Histogram latency{};     ///< ok and late, from arrival
  Histogram ok_latency{};  ///< ok alone, from arrival
  BatchMeans sojourns{};   ///< ok and late, from arrival, in the order they ended

  [[nodiscard]] double goodput_ratio()
      const noexcept;  ///< ok / offered; 0 when nothing was offered
};

/// What an adaptive limit on concurrency came to, over all its states (of each replica, of each
/// client). At the instants at which it changed, not by the cohort of a request.
struct LimitRecord {
  double ends_sum = 0.0;              ///< of the limits at the end of the run
  std::uint64_t states = 0;           ///< how many there are, in all runs
  std::uint32_t least = 0, most = 0;  ///< after the warm-up, of any of them

  [[nodiscard]] double end() const noexcept;  ///< at the end, on average; 0 without any
  /// Takes in another state, or other runs.
  void add(const LimitRecord& other) noexcept;
};

struct CallRecord {
  std::string name;            ///< "caller->callee"
  std::uint64_t requests = 0;  ///< calls begun
  std::uint64_t attempts = 0;  ///< that left the caller
  std::uint64_t retries = 0;   ///< granted by the retry policy and begun, refused locally or not
  std::uint64_t hedges = 0;    ///< further attempts started by hedging
  // Each call begun ends in one of these, or is unfinished.
  std::uint64_t ok = 0, failed = 0, refused = 0, abandoned = 0, unfinished = 0;
  // Each attempt ends in one of these, or is under way at the end.
  std::uint64_t attempts_ok = 0, errors = 0, timeouts = 0, rejected_queue = 0,
                rejected_admission = 0, attempts_abandoned = 0, attempts_unfinished = 0;
  std::uint64_t rejected_breaker = 0, rejected_bulkhead = 0, rejected_rate_limit = 0,
                rejected_throttle = 0, rejected_limiter = 0;  ///< no attempts
  bool has_throttle = false;    ///< its policy has one, so that `rejected_throttle` says something
  std::uint64_t deadlines = 0;  ///< calls ended by their deadline
  std::uint64_t denied_budget = 0, denied_deadline = 0, denied_pushback = 0;  ///< retries refused
  std::uint64_t lost = 0;  ///< requests or answers that the network lost
  /// Its policy ejects replicas: what follows means something, and is of the time after the
  /// warm-up. Where edges share a state it stands at the first of them.
  bool has_outlier = false;
  std::uint64_t ejections = 0;
  std::uint64_t not_ejected = 0;     ///< outliers, but too many were ejected already
  bool has_fallback = false;         ///< its policy has one
  std::uint64_t fallbacks = 0;       ///< of ok: answered by it
  std::uint64_t panics = 0;          ///< attempts that chose among all replicas, ejected or not
  std::optional<LimitRecord> limit;  ///< of its limiter, where it has one

  [[nodiscard]] double amplification() const noexcept;  ///< attempts / requests; 0 without requests
};

struct ServiceRecord {
  std::string name;
  std::uint64_t arrived = 0;
  // Each arrival is in exactly one of these seven.
  std::uint64_t completed = 0;   ///< answered with success, wanted or not
  std::uint64_t failed = 0;      ///< answered with an error
  std::uint64_t refused = 0;     ///< full queue, codel, admission, or down (refuse)
  std::uint64_t skipped = 0;     ///< caller gone or deadline passed, never started
  std::uint64_t cancelled = 0;   ///< caller gone, stopped
  std::uint64_t lost = 0;        ///< ended by `down`
  std::uint64_t unfinished = 0;  ///< inside at the end

  bool may_expire = false;      ///< some call to it hands its deadline down
  std::uint64_t expired = 0;    ///< of skipped: that deadline had passed
  bool has_rows = false;        ///< requests contend for rows
  std::uint64_t conflicts = 0;  ///< of failed: another had committed to the row meanwhile
  std::uint64_t wasted = 0;     ///< of completed: the caller had gone
  std::uint64_t shed = 0;  ///< of refused: taken out of the line, by the throttle, for its priority
  bool sheds = false;      ///< it has any of these, so that `shed` says something
  double service_time_s = 0.0;  ///< own latency worked off
  double wasted_time_s = 0.0;   ///< of it, for requests whose caller had gone
  /// Busy time of the workers / time of the workers, as many as there were at each time, after the
  /// warm-up: 0 to 1. One that is taken away while it works is there until it is free. 0 where
  /// their number was unlimited at any time.
  double utilization = 0.0;
  double mean_in_system = 0.0;       ///< time average of requests inside
  double mean_in_service = 0.0;      ///< time average of requests in service
  std::uint64_t queue_max = 0;       ///< longest line at any one replica
  Histogram wait{};                  ///< from arrival at the replica to the start of service
  std::optional<LimitRecord> limit;  ///< of its admission's limiter, where it has one

  [[nodiscard]] double wasted_ratio() const noexcept;  ///< wasted_time / service_time
};

struct QueueRecord {
  std::string name;
  std::uint64_t published =
      0;  ///< publishes that reached the broker, dead letters coming in included
  // Each of them is in exactly one of these.
  std::uint64_t rejected = 0;  ///< full, overflow reject; or given up while blocked
  std::uint64_t dropped =
      0;  ///< full, drop_oldest; or out of deliveries without a dead-letter queue
  std::uint64_t acked = 0;
  std::uint64_t dead_lettered = 0;
  std::uint64_t unfinished = 0;  ///< inside, or blocked before it, at the end

  std::uint64_t delivered = 0;    ///< leases handed out
  std::uint64_t redelivered = 0;  ///< of them, second and later ones of a message
  std::uint64_t expired = 0;      ///< leases that ran out (visibility timeout)
  std::uint64_t depth_max = 0;    ///< messages waiting at the broker
  double mean_inside = 0.0;       ///< time average of messages not yet settled
  Histogram age{};                ///< from first acceptance to the ack
  Histogram from_delivery{};      ///< from the delivery that was acked to the ack
};

struct Verdict {
  enum class State : std::uint8_t {
    no_fault,       ///< the scenario has no fault, or one that does not end before the run does
    recovered,      ///< goodput came back after the last fault and stayed
    not_recovered,  ///< it did not before the end of the run
    not_judged,  ///< nothing arrived after the last fault, or there is no baseline: nobody can tell
    mixed,       ///< of several runs together: they ended differently
  };
  State state = State::no_fault;
  std::optional<Duration> recovered_after;  ///< from the end of the last fault; only if recovered
  /// Why it is not_judged: no goodput before the first fault (after the warm-up) to compare with.
  bool without_baseline = false;
};

/// What was left out of the totals at the start, and who said so.
struct WarmupRecord {
  enum class State : std::uint8_t {
    fixed,            ///< the scenario
    found,            ///< `warmup: auto`, by MSER-5
    no_steady_state,  ///< `warmup: auto`, but more than half would have had to go
    too_short,        ///< `warmup: auto`, but there was too little to judge by
  };
  State state = State::fixed;
  /// Left out. Automatic: the largest that was found in any variant, so that all of them count the
  /// same requests; also in a variant that has none of its own.
  Duration cut{0};
  std::optional<Duration> own_cut;  ///< found: what this variant alone would have lost
};

/// Columns of the series, in order.
enum class SeriesColumn : std::uint8_t {
  offered,
  goodput,
  attempts,
  retries,
  failed,
  queue_depth_change,
  late,
  count
};

/// What was counted in that row of the column. REQUIRES row < series.rows().
[[nodiscard]] inline std::int64_t cell(const SeriesTable& series, std::size_t row,
                                       SeriesColumn column) noexcept {
  return series.at(row, static_cast<std::size_t>(column));
}

struct EngineRecord {
  std::uint64_t events = 0;
  std::uint64_t requests_inside_max = 0;
  std::uint64_t memory_bytes_max = 0;  ///< of the pools and the event queue
};

/// One variant, one replication; or several of them pooled, see metrics/pool.hpp.
struct RunRecord {
  std::string variant;
  std::uint64_t runs = 1;  ///< replications in it
  bool cut = false;        ///< stopped before its end: all of it is of the time `simulated` only
  Duration simulated{0};   ///< virtual time at the end
  Duration measured{0};    ///< of it, after the warm-up
  WarmupRecord warmup;
  /// The scenario asks for a steady state (a warm-up, found or fixed above 0; then nothing that
  /// changes by plan), so that intervals within the run mean something. Not of several runs.
  bool is_steady = false;
  std::vector<WorkloadRecord> workloads;
  std::vector<CallRecord> calls;
  std::vector<ServiceRecord> services;
  std::vector<QueueRecord> queues;
  Verdict verdict;
  SeriesTable series{std::chrono::milliseconds{1}, static_cast<std::size_t>(SeriesColumn::count)};
  EngineRecord engine;
};

/// A scenario's runs side by side.
struct Comparison {
  std::string scenario;
  std::string description;
  std::uint64_t seed = 0;
  std::vector<RunRecord> variants;     ///< with several replications each pooled
  bool partial = false;                ///< interrupted: less than what was asked
  std::vector<std::string> not_begun;  ///< variants left out because of that
  std::optional<StudyRecord> study;    ///< with several replications
};

}  // namespace squall::metrics
