#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "squall/base/distribution.hpp"
#include "squall/base/quantity.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/adaptive_lifo.hpp"
#include "squall/policy/codel.hpp"
#include "squall/policy/policy.hpp"
#include "squall/scenario/node.hpp"

/// What the user wrote, validated: plain structs, every default filled in, every name resolved to
/// an index. Nothing here runs.
namespace squall::scenario {

/// Index into the vector of Scenario that the field's comment names.
using Index = std::uint32_t;

struct Network {
  DistributionSpec latency = Constant{};  ///< each way, drawn apart
  double loss = 0.0;                      ///< each way, drawn apart; in [0, 1]
};

/// Where a call, a publish or a workload leads.
struct Target {
  enum class Kind : std::uint8_t { service, queue };
  Kind kind = Kind::service;
  Index index = 0;  ///< into services or queues
};

enum class OnFailure : std::uint8_t { fail, proceed };  ///< scenario words: fail, continue
enum class Await : std::uint8_t { accepted, effect };

struct Call {
  Target to;
  std::optional<Index> policy;  ///< into policies
  Network network;              ///< its own, or the scenario's where it has none
  bool own_latency = false;     ///< whether network.latency was said on the call itself
  bool own_loss = false;        ///< whether network.loss was
  OnFailure on_failure = OnFailure::fail;
  Await await = Await::accepted;  ///< of a publish
  /// The call is left out (as if it had succeeded) when its caller is already this deep, a
  /// workload's own call being depth 1. Every cycle of calls and publishes needs one with a bound.
  std::uint32_t max_depth = unbounded_depth;
  static constexpr std::uint32_t unbounded_depth = 0xffffffffU;
};

/// One call, or several made in parallel and awaited together.
struct Step {
  std::vector<Call> calls;   ///< at least one
  bool in_parallel = false;  ///< written as `parallel`; true whenever there are several
};

struct FailureMode {
  double p = 0.0;
  std::uint8_t code = 0;  ///< into error_codes
  std::optional<Duration>
      after;  ///< service time of a request that fails so; nothing: the drawn latency
  policy::Pushback pushback{};  ///< what the answer says about retrying
};

struct Overload {
  double capacity = 0.0;  ///< requests in service at one replica at which load is 1; > 0
  Duration latency{0};    ///< added to the latency for each unit of load above 1
  double failure = 0.0;   ///< added to the probability of failure for each unit of load above 1
  double max_failure =
      1.0;  ///< the sum of all failure probabilities never exceeds it because of overload
};

/// Optimistic concurrency control: a request reads the version of a row when its service starts,
/// and at its end, its calls included, it commits a new one if nobody else has meanwhile. Otherwise
/// it fails.
struct OptimisticContention {
  std::uint32_t rows = 1;  ///< of which each call needs one, drawn evenly; 1 to 1,000,000
  std::uint8_t code = 0;   ///< of the failure; into error_codes
};

enum class QueueOrder : std::uint8_t { fifo, lifo, adaptive_lifo, priority };
enum class Balance : std::uint8_t { round_robin, random, least_requests, power_of_two };
enum class DemandAt : std::uint8_t { start, arrival };
enum class WhenCallerGone : std::uint8_t { finish, skip_queued, cancel };
enum class DuringCalls : std::uint8_t { hold, release };

inline constexpr std::uint64_t unlimited = 0xffffffffffffffffULL;

struct Service {
  std::string name;
  std::uint32_t replicas = 1;  ///< 1 to 10,000
  Balance balance = Balance::round_robin;
  std::uint64_t workers = unlimited;         ///< per replica; 1 to 1e9
  std::uint64_t queue_capacity = unlimited;  ///< waiting requests per replica; 0 and up
  QueueOrder queue_order = QueueOrder::fifo;
  policy::AdaptiveLifoOptions adaptive_lifo{};  ///< with that order
  std::optional<policy::CodelOptions> codel;    ///< of mode classic with order fifo only
  DistributionSpec latency = Constant{};
  std::vector<FailureMode> failure;  ///< the probabilities add up to at most 1
  std::optional<Overload> overload;
  std::optional<OptimisticContention> contention;  ///< for the rows that all replicas share
  DemandAt demand_at = DemandAt::start;
  WhenCallerGone when_caller_gone = WhenCallerGone::finish;
  DuringCalls during_calls = DuringCalls::hold;
  policy::AdmissionOptions admission{};
  /// What a refusal by the queue, the admission or the codel says about retrying.
  policy::Pushback refusal_pushback{};
  std::vector<Step> steps;  ///< after its own latency, in order
};

struct Policy {
  std::string name;
  policy::PolicyOptions options;
};

enum class Overflow : std::uint8_t { reject, drop_oldest, block };

struct Queue {
  std::string name;
  std::uint64_t capacity =
      unlimited;  ///< messages that wait at the broker, redeliveries included; >= 1
  Overflow overflow = Overflow::reject;
  Duration visibility_timeout = forever;  ///< from leaving the broker to the ack; > 0
  std::uint32_t max_deliveries = 0;       ///< 0: no limit
  policy::BackoffOptions redelivery{};    ///< default: at once
  std::optional<Index> dead_letter;       ///< into queues
  std::uint32_t partitions =
      0;  ///< 0: unordered; n: ordered within each of n partitions, one message of each under way
};

enum class OnHandlerFailure : std::uint8_t { redeliver, dead_letter, ack };

struct Consumer {
  std::string name;
  Index from = 0;                 ///< into queues
  std::uint32_t concurrency = 1;  ///< handlers at once; 1 to 1e6
  std::uint32_t prefetch =
      1;  ///< messages taken from the broker for each handler, the one in hand included
  DistributionSpec latency = Constant{};  ///< the handler's own, before its calls
  std::vector<Step> steps;
  OnHandlerFailure on_failure = OnHandlerFailure::redeliver;
};

struct ConstantArrivals {
  Rate rate;
};
struct PoissonArrivals {
  Rate rate;
};
struct BurstArrivals {
  std::uint32_t size = 1;  ///< requests at one instant; >= 1
  Duration every{0};       ///< > 0; the first burst comes at 0
};
struct ProfileArrivals {
  enum class Process : std::uint8_t { poisson, constant };
  struct Step {
    Duration length{0};  ///< > 0
    Rate from;           ///< at the start of the step
    Rate to;             ///< at its end; equal to `from` but in a ramp
  };
  Process process = Process::poisson;
  std::vector<Step> steps;  ///< the last rate holds after the last step
};
struct ClosedArrivals {
  std::uint32_t users = 1;  ///< 1 to 10,000,000
  DistributionSpec think =
      Constant{};  ///< from the end of a request to the next, and before the first
};
struct TraceArrivals {
  std::string file;
  std::shared_ptr<const std::vector<Instant>> times;  ///< ascending
};

using Arrivals = std::variant<ConstantArrivals, PoissonArrivals, BurstArrivals, ProfileArrivals,
                              ClosedArrivals, TraceArrivals>;

struct Workload {
  std::string name;
  Call call;                     ///< to a service: RPC; to a queue: an event
  Duration objective = forever;  ///< effect within this of arrival is ok, after it late
  std::int32_t priority = 0;     ///< larger is served first where a queue's order is priority
  Arrivals arrivals = ConstantArrivals{};
  std::uint64_t requests = unlimited;  ///< at most so many arrive; >= 1
};

struct Fault {
  enum class On : std::uint8_t { nothing, service, call, workload };
  enum class Down : std::uint8_t { no, refuse, blackhole };
  std::string name;
  Instant at{};
  Duration length = forever;             ///< forever: to the end of the run
  On on = On::nothing;                   ///< `nothing` only with `set`
  Index index = 0;                       ///< service or workload; for calls see `edges`
  std::vector<std::uint32_t> edges;      ///< for calls: into Scenario::edges()
  std::optional<std::uint32_t> replica;  ///< one replica of the service; nothing: all
  double latency_factor = 1.0;           ///< of a service's latency, or of a call's network latency
  Duration latency_add{0};
  double failure = 0.0;  ///< added to the probability of failure (error `unavailable`)
  double capacity_factor =
      1.0;  ///< of workers and of the overload capacity, rounded to whole workers
  Down down = Down::no;
  bool pause = false;
  double loss = 0.0;                                     ///< added to the loss each way
  double rate_factor = 1.0;                              ///< of a workload's arrivals
  std::vector<std::pair<std::string, std::string>> set;  ///< path and value, see to_inline()
};

/// What came of `warmup: auto`. Made by study; no key of the document.
struct AutoWarmup {
  enum class State : std::uint8_t { not_sought, found, no_steady_state, too_short };
  State state = State::not_sought;
  Duration own_cut{0};  ///< found: of this scenario alone; `warmup` may be longer
};

struct Scenario;

/// From `at` on, the numbers of `settings` hold: the same entities, names, edges and kinds of
/// policy, other values.
struct SettingsChange {
  Instant at{};
  std::shared_ptr<const Scenario> settings;
};

/// One arrow of the call graph: a workload's own call, or a call or publish in the steps of a
/// service or consumer.
struct Edge {
  enum class From : std::uint8_t { workload, service, consumer };
  std::string name;  ///< "caller->callee", with "#2" and so on for further calls of the same pair
  From from = From::workload;
  Index caller = 0;            ///< into workloads, services or consumers
  const Call* call = nullptr;  ///< into the Scenario it was made from
};

struct Scenario {
  std::string name;
  std::string description;
  std::uint64_t seed = 1;
  Duration duration = forever;  ///< forever: until drained
  Duration warmup{0};
  bool warmup_auto = false;  ///< to be found by study, which sets `warmup`; 0 until then
  AutoWarmup warmup_found;
  Network network;  ///< what calls have that say nothing of their own
  std::vector<std::string> error_codes{"error", "unavailable", "dead_lettered",
                                       "dropped"};  ///< at most 64
  std::vector<Service> services;
  std::vector<Policy> policies;
  std::vector<Queue> queues;
  std::vector<Consumer> consumers;
  std::vector<Workload> workloads;
  std::vector<Fault> faults;
  std::vector<SettingsChange> changes;  ///< by time; made from the faults with `set`
  /// Of the result, at most, where there is a duration; no key of the document. 80 or more come of
  /// 200, as the interval is a round number. REQUIRES 1 to 2,048.
  std::int64_t series_points = 200;

  [[nodiscard]] bool until_drained() const noexcept { return duration == forever; }
};

/// The fixed meanings of the first error codes.
inline constexpr std::uint8_t code_error = 0;  ///< a failure without a name
inline constexpr std::uint8_t code_unavailable =
    1;  ///< refused connections, overload, a failed call further down
inline constexpr std::uint8_t code_dead_lettered = 2;  ///< to a publish that awaits the effect
inline constexpr std::uint8_t code_dropped = 3;        ///< likewise

/// Every edge, in a fixed order: workloads, then services, then consumers; within each by
/// declaration (steps in order, parallel calls in order). The scenario must outlive the result.
[[nodiscard]] std::vector<Edge> edges_of(const Scenario& scenario);

/// What `expect` demands of one variant's result.
struct Expectation {
  std::string variant;  ///< empty: every variant
  std::string
      metric;  ///< dotted path into the variant's result, or a short name such as goodput_ratio
  std::optional<double> at_least;
  std::optional<double> at_most;
  std::string file;  ///< where it was written, such as "--set"; empty: in the scenario's own file
  int line = 0;      ///< 0: none
};

/// One override as written: the value at a dotted path; a null node removes it.
struct Override {
  std::string path;
  Node value;
};

struct Variant {
  std::string name;
  Scenario scenario;
  std::vector<Override> overrides;  ///< what makes it of the base, in order
};

/// A whole document.
struct Bundle {
  Scenario base;                  ///< without any variant's overrides
  std::vector<Variant> variants;  ///< in the order written; may be empty
  std::vector<Expectation> expectations;
};

}  // namespace squall::scenario
