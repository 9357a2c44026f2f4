#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "squall/base/distribution.hpp"
#include "squall/base/random.hpp"
#include "squall/metrics/level.hpp"
#include "squall/metrics/population.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/metrics/wide_sum.hpp"
#include "squall/model/arrival_clock.hpp"
#include "squall/model/coming_draws.hpp"
#include "squall/model/frames.hpp"
#include "squall/model/settings.hpp"
#include "squall/policy/policy.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/sim/event_queue.hpp"
#include "squall/sim/pool.hpp"

/// The state of each thing of a topology in a run: what the engine keeps of a service and its
/// replicas, of an edge, of a policy, of a queue and its consumers, of a workload. (What is alive
/// in it, the calls and works and messages, stands in frames.hpp.)
namespace squall::model {

struct Replica {
  std::uint32_t service = 0;
  std::uint32_t waiting = 0;
  std::uint32_t waiting_max = 0;                ///< since the warm-up was over
  std::uint32_t busy = 0;                       ///< workers taken
  std::uint64_t workers = scenario::unlimited;  ///< under the faults in force
  std::uint32_t inside_count = 0;
  std::uint32_t outstanding = 0;  ///< attempts at it that a caller waits for
  bool has_fault = false;         ///< in force: any of what follows is not as it is here
  std::vector<List> lines;        ///< one for each rank where the order is priority, else one
  List inside;                    ///< started and not yet answered; kept only where faults need it
  double capacity_factor = 1.0;
  double latency_factor = 1.0;
  Duration latency_add{0};
  double failure_add = 0.0;
  scenario::Fault::Down down = scenario::Fault::Down::no;
  bool paused = false;
  Instant paused_at{};
};

/// What a replica refuses by.
struct Shedder {
  policy::Throttle throttle;
  policy::Codel codel;  ///< of mode classic
  /// When the line was empty last; of a line that is empty it says nothing.
  Instant last_empty{};
};

struct ServiceState {
  const Settings::Service* settings = nullptr;
  std::uint64_t id = 0;
  bool knows_inside = false;       ///< as in the topology
  bool has_rows = false;           ///< that requests contend for
  bool notes_start = false;        ///< one of the two
  bool has_calls = false;          ///< of its own
  bool may_expire = false;         ///< some call to it hands its deadline down
  std::uint32_t next_replica = 0;  ///< round robin
  metrics::Population inside;
  metrics::Population busy;
  metrics::Int128 inside_at_warmup = 0;
  metrics::Int128 busy_at_warmup = 0;
  std::vector<std::uint64_t> versions;           ///< of its rows
  sim::LaneId completions = sim::no_lane;        ///< where its latency is constant
  sim::LaneId long_waits = sim::no_lane;         ///< in line, with its codel of mode facebook
  sim::LaneId short_waits = sim::no_lane;        ///< the same while the line stands
  std::vector<std::uint32_t> limits;             ///< of each priority class, where they have shares
  std::array<metrics::ServiceRecord, 2> totals;  ///< [measured]
  std::array<metrics::WideSum, 2> service_ns{};
  std::array<metrics::WideSum, 2> wasted_ns{};
  /// Workers of all replicas: see Engine::workers_there().
  metrics::Level workers;
  metrics::Int128 workers_at_warmup = 0;
  Instant unlimited_until{};  ///< when it last began to have a number of workers
};

/// The state that a policy shares between calls.
struct Keeper {
  policy::Breaker breaker;
  policy::Bulkhead bulkhead;
  policy::RetryBudget budget;
  List line;
  std::unique_ptr<policy::EnvoyOutlier> outlier;  ///< null without, or without a choice
  policy::EnvoyOutlier::Counts outlier_at_warmup;
  policy::Throttle throttle;
};

/// What every call on an edge needs to know, together: of topology, settings and faults, as it
/// is now.
struct Route {
  std::uint32_t callee = 0;        ///< the service
  std::uint32_t replica = 0;       ///< its first, among those of all services; or the queue
  std::uint32_t keeper_first = 0;  ///< as in the topology
  std::uint32_t keeper_step = 0;   ///< from one replica of the caller to the next
  std::uint8_t layer_count = 0;
  bool leads_to_queue = false;
  bool has_instances = false;  ///< of the caller, several, each with a policy state of its own
  bool is_plain = false;       ///< nothing of the topology gives a call another name or keeper
  bool has_deadline = false;
  bool has_budget = false;
  bool has_choice = false;   ///< of replicas
  bool has_outlier = false;  ///< that choice passes over some
  bool has_fallback = false;
  bool propagates = false;      ///< hands its deadline down
  bool has_work_extra = false;  ///< the callee has calls of its own, or rows
  bool takes_no_time = false;   ///< the network might as well not be there
};

struct EdgeState {
  Route route;
  metrics::Population calls;
  std::array<metrics::CallRecord, 2> totals;  ///< [measured]
  sim::LaneId timeouts = sim::no_lane;
  sim::LaneId deadlines = sim::no_lane;
  sim::LaneId outbound = sim::no_lane;  ///< where the network's latency is constant, and not 0
  sim::LaneId returning = sim::no_lane;
  bool has_fault = false;  ///< on the network: what follows
  double latency_factor = 1.0;
  Duration latency_add{0};
  double loss_add = 0.0;
};

struct WorkloadState;
/// What is the same in the books of a workload, its edge and the service that it leads to, for
/// all calls that keep to the express way; settle_express() gives it to them.
struct ExpressBooks {
  metrics::Population inside;               ///< requests open, calls, and works at the service
  std::array<std::uint64_t, 2> begun{};     ///< [measured] requests, calls, attempts, arrivals
  std::array<std::uint64_t, 2> finished{};  ///< [measured] works, attempts, calls
  std::array<std::uint64_t, 2> unwaited{};  ///< [measured] works that were served at once
  // Of calls that are refused or time out, or have been, [measured].
  std::array<std::uint64_t, 2> attempts{};  ///< and arrivals at the service
  std::array<std::uint64_t, 2> retries{};
  std::array<std::uint64_t, 2> refused_by_bulkhead{};
  std::array<std::uint64_t, 2> timeouts{};
  std::array<std::uint64_t, 2> cancelled{};  ///< works
};
/// What the express way on an edge is made of; see express.cpp.
struct Express {
  bool is_open = false;
  bool has_layers = false;  ///< that do anything: one of the two that follow, or a timeout
  bool has_breaker = false;
  bool has_bulkhead = false;
  FrameNumbers numbers;      ///< of a call that has made its first attempt
  std::uint64_t begins = 0;  ///< the state of a call that has come to the callee
  std::uint64_t done = 0;    ///< the state of a call whose work is done, as far as
  std::uint64_t asked = 0;   ///< these bits of it go
  /// Calls that are refused or time out keep to it as well, and so do their retries.
  bool is_open_again = false;
  bool cancels = false;            ///< the callee stops at once when nobody waits any more
  std::uint64_t backs_off = 0;     ///< the state of a call that waits for its retry
  std::uint64_t begins_again = 0;  ///< that of one that has come to the callee again, but for
  std::uint64_t kept_again = 0;    ///< these bits, which it keeps
  bool counts_only = false;        ///< retries need to know no more than how many tries there were
  std::uint64_t asked_again = 0;   ///< `asked`, where it may have been tried before
  const policy::Retry* retry = nullptr;
  std::uint64_t target_id = 0;  ///< names the callee where its retries draw
  WorkloadState* workload = nullptr;
  EdgeState* edge = nullptr;
  Keeper* keeper = nullptr;
  Replica* replica = nullptr;
  ServiceState* service = nullptr;
  List* line = nullptr;
  const Sampler* latency = nullptr;  ///< of the service
  bool is_drawn_ahead = false;       ///< as far as randomness goes, for the first attempts
  /// A work that is served at once is done when its service time says, whatever happens: where that
  /// is before its timeout, the timeout need not be scheduled.
  bool skips_timeouts = false;
  /// And where its timeout is before that, the work is stopped then: its end need not be scheduled.
  bool stops_in_time = false;
  std::uint32_t workload_index = 0;
  std::uint32_t edge_index = 0;
  std::uint32_t keeper_index = 0;
  std::uint32_t place = 0;
  sim::LaneId timeouts = sim::no_lane;  ///< none without a timeout
  std::uint64_t queue_capacity = scenario::unlimited;
  Duration timeout = forever;
  ExpressBooks books;
};

struct Partition {
  List ready;
  std::uint32_t returned = 0;  ///< of the ready: delivered before
  bool taken = false;  ///< ordered queues: one message of it is under way or waits to be retried
};

struct QueueState {
  std::vector<Partition> partitions;
  std::uint32_t next_partition = 0;
  std::uint32_t next_consumer = 0;
  std::uint32_t ready = 0;
  List delayed;  ///< waiting to be redelivered
  bool delivering = false;
  std::uint64_t next_number = 0;
  List blocked;  ///< publish works
  sim::LaneId leases = sim::no_lane;
  metrics::Population inside;
  metrics::Int128 inside_at_warmup = 0;
  Instant instant{};  ///< of the last return without delay, to notice that time stands still
  std::uint64_t returned_at_instant = 0;
  std::array<metrics::QueueRecord, 2> totals;
};

struct ConsumerState {
  List line;                 ///< deliveries in the local buffer
  std::uint32_t active = 0;  ///< handlers at work
  std::uint32_t outstanding = 0;
};

struct WorkloadState {
  ArrivalClock clock;
  ComingDraws coming;                            ///< its requests
  std::uint64_t requests = scenario::unlimited;  ///< that will arrive in all
  sim::LaneId source = sim::no_lane;             ///< of its next arrival; none of a closed workload
  std::uint32_t edge = 0;
  std::uint32_t burst = 1;  ///< so many arrive at once
  std::uint8_t rank = 0;    ///< priority class
  bool leads_to_queue = false;
  std::uint32_t flow_rests = 0;  ///< so many arrivals go by before flow() is tried again
  bool is_poisson = false;       ///< as a whole, or by its profile
  bool is_closed = false;
  Duration objective = forever;
  const std::vector<Instant>* trace = nullptr;  ///< when they arrive, where a trace says so
  Sampler think;                                ///< of a closed workload
  std::uint64_t id = 0;
  std::size_t profile_step = 0;
  double rate_factor = 1.0;
  Instant instant{};  ///< of the last arrivals, to notice that time stands still
  std::uint64_t at_instant = 0;
  metrics::Population open;
  std::array<metrics::WorkloadRecord, 2> totals;
};

}  // namespace squall::model
