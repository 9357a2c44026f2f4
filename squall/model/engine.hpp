#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "squall/base/random.hpp"
#include "squall/metrics/population.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/model/arrival_clock.hpp"
#include "squall/model/frames.hpp"
#include "squall/model/settings.hpp"
#include "squall/model/topology.hpp"
#include "squall/policy/policy.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/sim/event_queue.hpp"
#include "squall/sim/pool.hpp"

namespace squall::model {

/// The state of a run and everything that may happen to it. The functions are grouped as the
/// source files are: arrivals, calls (the caller's side), service (the callee's side), broker,
/// handlers, faults, ledger, record. Only model.hpp is meant for others.
class Engine {
 public:
  explicit Engine(const scenario::Scenario& scenario);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Runs the next event. False when there is none before the end of the run.
  bool step();
  /// Moves the clock to the end of the run.
  void finish();

  [[nodiscard]] Instant now() const noexcept { return queue_.now(); }
  [[nodiscard]] const std::int64_t* now_ns_address() const noexcept {
    return queue_.now_ns_address();
  }
  [[nodiscard]] Instant end() const noexcept { return end_; }
  [[nodiscard]] std::uint64_t offered() const noexcept { return offered_; }
  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
  /// True when events follow each other at one instant without end.
  [[nodiscard]] bool is_stuck() const noexcept { return stuck_; }
  /// The workload whose users keep arriving at one instant, if it is that.
  [[nodiscard]] std::optional<std::uint32_t> stuck_workload() const noexcept {
    return stuck_workload_;
  }

  // ---- ledger.cpp: walks everything alive
  [[nodiscard]] std::optional<std::string> find_violation() const;

  // ---- record.cpp
  [[nodiscard]] metrics::RunRecord record() const;
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept;

 private:
  friend struct Saboteur;   // tests: breaks the books on purpose
  friend struct Inspector;  // tests: reads what is alive

  struct Replica {
    std::vector<List> lines;  ///< one for each rank where the order is priority, else one
    List inside;              ///< started and not yet answered
    std::uint32_t waiting = 0;
    std::uint32_t busy = 0;                       ///< workers taken
    std::uint32_t outstanding = 0;                ///< sent to it and not yet gone from it
    std::uint64_t workers = scenario::unlimited;  ///< under the faults in force
    double capacity_factor = 1.0;
    double latency_factor = 1.0;
    Duration latency_add{0};
    double failure_add = 0.0;
    scenario::Fault::Down down = scenario::Fault::Down::no;
    bool paused = false;
  };

  struct ServiceState {
    std::uint32_t next_replica = 0;  ///< round robin
    metrics::Population inside;
    metrics::Population busy;
    metrics::Int128 inside_at_warmup = 0;
    metrics::Int128 busy_at_warmup = 0;
    std::array<metrics::ServiceRecord, 2> totals;  ///< [measured]
    std::array<metrics::Int128, 2> service_ns{};
    std::array<metrics::Int128, 2> wasted_ns{};
  };

  /// The state that a policy shares between calls.
  struct Keeper {
    policy::Breaker breaker;
    policy::Bulkhead bulkhead;
    policy::RetryBudget budget;
    List line;
  };

  struct EdgeState {
    metrics::Population calls;
    std::array<metrics::CallRecord, 2> totals;
    double latency_factor = 1.0;  ///< faults on the network
    Duration latency_add{0};
    double loss_add = 0.0;
  };

  struct Partition {
    List ready;
    bool taken = false;  ///< ordered queues: one message of it is under way or waits to be retried
  };

  struct QueueState {
    std::vector<Partition> partitions;
    std::uint32_t next_partition = 0;
    std::uint32_t next_consumer = 0;
    std::uint32_t ready = 0;
    std::uint32_t delayed = 0;
    bool delivering = false;
    std::uint64_t next_number = 0;
    List blocked;  ///< publish works
    metrics::Population inside;
    metrics::Int128 inside_at_warmup = 0;
    std::array<metrics::QueueRecord, 2> totals;
  };

  struct ConsumerState {
    List line;    ///< deliveries in the local buffer
    List active;  ///< handlers at work
    std::uint32_t outstanding = 0;
  };

  struct WorkloadState {
    ArrivalClock clock;
    Sampler think;  ///< of a closed workload
    std::uint64_t id = 0;
    std::uint64_t next_number = 0;
    std::uint64_t requests = scenario::unlimited;  ///< that will arrive in all
    std::uint32_t arrival_stamp = 0;
    std::size_t profile_step = 0;
    double rate_factor = 1.0;
    Instant instant{};  ///< of the last arrivals, to notice that time stands still
    std::uint64_t at_instant = 0;
    metrics::Population open;
    std::array<metrics::WorkloadRecord, 2> totals;
  };

  // ---- engine.cpp: dispatch
  void dispatch(const sim::Event& event);
  void schedule(Instant at, sim::EventClass event_class, EventType type, Slot slot,
                std::uint32_t stamp) {
    if (at == never) return;
    queue_.schedule(at, event_class, static_cast<std::uint8_t>(type), slot, stamp);
  }
  void post(EventType type, Slot slot, std::uint32_t stamp) {
    schedule(now(), sim::EventClass::completion, type, slot, stamp);
  }
  void count(metrics::SeriesColumn column, std::int64_t by = 1) {
    series_.add(static_cast<std::size_t>(column), now(), by);
  }
  template <typename Record>
  static std::uint32_t next_stamp(Record& record) noexcept {
    return ++record.stamp_now;
  }

  // ---- arrivals.cpp
  void start_workload(std::uint32_t workload);
  void schedule_arrival(std::uint32_t workload);
  void require_next(std::uint32_t workload);
  void on_profile_step(std::uint32_t workload);
  void on_request_arrives(std::uint32_t workload, std::uint32_t stamp);
  void on_user_arrives(std::uint32_t workload, std::uint32_t user);
  void start_request(std::uint32_t workload, std::uint32_t user);
  void on_root_call_ended(Slot request, const policy::Outcome& outcome);
  void on_event_effect(Slot request);
  void on_event_message_settled(Slot request, Request::End how);
  void on_event_carrier_gone(Slot request);
  void settle_event(Slot request);
  void end_request(Slot request, Request::End how, const policy::Outcome& outcome);
  void release_request_if_done(Slot request);
  [[nodiscard]] bool may_arrive(std::uint32_t workload) const noexcept;
  [[nodiscard]] bool is_drained() const noexcept {
    return open_requests_ == 0 && workloads_arriving_ == 0;
  }

  // ---- calls.cpp
  struct CallStart {
    std::uint32_t edge;
    OwnerKind owner_kind;
    Slot owner;
    Slot request;
    std::uint64_t lineage;
    std::uint32_t caller_replica;
    std::uint32_t workload;
    std::uint32_t depth;
    std::uint8_t rank;
    bool measured;
  };
  Slot start_call(const CallStart& start);
  /// Down through the layers from call.layer on. False when the call ended (outcome is set).
  [[nodiscard]] bool descend(Slot call);
  /// Up through the layers with an outcome, and down again while retries are immediate. False
  /// when the call ended.
  [[nodiscard]] bool ascend(Slot call, policy::Outcome outcome);
  enum class Passage : std::uint8_t { on, waiting, refused };
  [[nodiscard]] Passage enter_layer(Slot call, policy::Layer layer, policy::Outcome& refusal);
  [[nodiscard]] bool leave_layer(Slot call, policy::Layer layer, const policy::Outcome& outcome);
  [[nodiscard]] bool decide_retry(Slot call, const policy::Outcome& outcome);
  void leave_all_layers(Slot call, const policy::Outcome& outcome);
  void make_attempt(Slot call);
  void end_attempt(Slot call, const policy::Outcome& outcome);
  void give_up_attempt(Slot call, const policy::Outcome& outcome);
  void end_call(Slot call);
  void abandon_call(Slot call);
  void abandon_children(Slot& first_child);
  void count_call_end(const Call& call, const policy::Outcome& outcome);
  void free_call(Slot call);
  void link_child(Slot& first_child, Slot call);
  void unlink_child(Slot& first_child, Slot call);
  void stop_retrying(Call& call);
  void stop_pending(Call& call);
  void on_call_ended(Slot call, std::uint32_t stamp);
  void on_place_granted(Slot call, std::uint32_t stamp);
  void on_backoff_ended(Slot call, std::uint32_t stamp);
  void on_wait_ended(Slot call, std::uint32_t stamp);
  void on_timeout(Slot call, std::uint32_t stamp);
  void on_deadline(Slot call, std::uint32_t stamp);
  void on_response(Slot work, std::uint32_t stamp);
  void continue_call(Slot call, bool goes_on);
  void grant_places(std::uint32_t keeper);
  // hedging.cpp
  void start_hedge(Slot call);
  void follow_hedge(Slot call, policy::HedgeDecision decision);
  void on_hedge_due(Slot call, std::uint32_t stamp);
  void on_hedge_ended(Slot parent, const policy::Outcome& outcome);

  // ---- network.cpp
  [[nodiscard]] std::optional<Duration> travel(std::uint32_t edge, std::uint64_t lineage,
                                               bool back);
  void send_work(Slot work);
  void respond(Slot work, const policy::Outcome& outcome);
  void notify_caller_gone(Slot work);

  // ---- service.cpp
  [[nodiscard]] std::uint32_t choose_replica(std::uint32_t service, std::uint64_t lineage);
  void on_work_delivered(Slot work, std::uint32_t stamp);
  void arrive_at_service(Slot work);
  void price(Slot work, std::uint64_t in_service);
  void start_waiting(std::uint32_t replica);
  void start_service(Slot work);
  [[nodiscard]] Slot next_in_line(std::uint32_t replica);
  void on_work_done(Slot work, std::uint32_t stamp);
  void go_on(Slot work);
  void on_child_ended(Slot work, const Call& call, const policy::Outcome& outcome);
  void finish_service(Slot work, const policy::Outcome& outcome);
  void release_worker(Slot work);
  void leave_service(Slot work);
  [[nodiscard]] Duration worked_so_far(const Work& work) const noexcept;
  void account_service_time(Slot work);
  void on_caller_gone(Slot work, std::uint32_t stamp);
  void cancel_work(Slot work);
  void free_work(Slot work);
  void mark_unwanted(Slot work);
  void mark_children_unwanted(Slot first_child);
  [[nodiscard]] List& line_of(const Work& work);

  // ---- broker.cpp
  void arrive_at_broker(Slot work);
  void accept_publish(Slot work);
  void add_message(std::uint32_t queue, const Message& made);
  void acknowledge(Slot message, Request::End how);
  [[nodiscard]] std::uint64_t queue_id(std::uint32_t queue) const noexcept {
    return topology_.queue_ids[queue];
  }
  void admit_blocked(std::uint32_t queue);
  void withdraw_blocked(Slot work);
  void make_ready(Slot message, bool at_head);
  void deliver_waiting(std::uint32_t queue);
  [[nodiscard]] Slot take_ready(std::uint32_t queue);
  void lease(Slot message, std::uint32_t consumer);
  void hand_back(Slot message);
  void dead_letter(Slot message);
  void drop_message(Slot message);
  void settle(Slot message, Request::End how);
  void effect(Slot message);
  void release_message_if_done(Slot message);
  [[nodiscard]] Slot oldest_ready(const QueueState& state) const noexcept;
  [[nodiscard]] bool has_room(std::uint32_t queue) const noexcept;
  void on_lease_expired(Slot message, std::uint32_t stamp);
  void on_redelivery_due(Slot message, std::uint32_t stamp);
  void tell_waiter(Slot message, const policy::Outcome& outcome);

  // ---- handlers.cpp
  void start_handlers(std::uint32_t consumer);
  void finish_handler(Slot work, bool succeeded);

  // ---- ledger.cpp
  [[nodiscard]] bool somebody_waits_for(const Work& work) const noexcept;

  // ---- faults.cpp
  void schedule_faults();
  void on_edge();
  void apply_faults();
  void apply_settings();
  void shut_down(std::uint32_t replica, scenario::Fault::Down how);
  void pause(std::uint32_t replica);
  void resume(std::uint32_t replica);
  [[nodiscard]] std::uint64_t effective_workers(std::uint32_t service,
                                                double factor) const noexcept;
  void on_warmup_over();

  [[nodiscard]] bool measured_now() const noexcept { return now() >= warmup_end_; }
  [[nodiscard]] metrics::CallRecord& tally(const Call& call) noexcept {
    return edge_states_[call.edge].totals[call.measured ? 1 : 0];
  }
  [[nodiscard]] metrics::ServiceRecord& tally_service(const Work& work) noexcept {
    return service_states_[topology_.replica_service[work.place]].totals[work.measured ? 1 : 0];
  }
  [[nodiscard]] metrics::QueueRecord& tally_queue(std::uint32_t queue, bool measured) noexcept {
    return queue_states_[queue].totals[measured ? 1 : 0];
  }

  const scenario::Scenario& scenario_;
  Topology topology_;
  Settings settings_;
  std::size_t next_change_ = 0;
  Instant end_{};
  Instant warmup_end_{};

  sim::EventQueue queue_;
  sim::Pool<Request> requests_;
  sim::Pool<Call> calls_;
  sim::Pool<Work> works_;
  sim::Pool<Message> messages_;

  std::vector<WorkloadState> workload_states_;
  std::vector<EdgeState> edge_states_;
  std::vector<Keeper> keepers_;
  std::vector<ServiceState> service_states_;
  std::vector<Replica> replicas_;
  std::vector<QueueState> queue_states_;
  std::vector<ConsumerState> consumer_states_;

  metrics::SeriesTable series_;
  std::uint64_t events_ = 0;
  std::uint64_t offered_ = 0;
  std::size_t open_requests_max_ = 0;
  std::int64_t open_requests_ = 0;
  std::size_t workloads_arriving_ = 0;  ///< that have requests to come
  std::vector<Slot> unwanted_;          // scratch of mark_unwanted
  bool stuck_ = false;
  std::optional<std::uint32_t> stuck_workload_;
  Instant instant_{};  ///< of the last event
  std::uint64_t events_at_instant_ = 0;
};

/// What a draw is for; part of its key.
enum class Purpose : std::uint64_t {
  arrival = 1,
  think,
  service_time,
  failure,
  network_out,
  network_back,
  loss_out,
  loss_back,
  network_gone,
  balance,
  balance_other,
  backoff,
  redelivery,
  instance,
  partition,
};

[[nodiscard]] inline RandomKey key_of(std::uint64_t lineage, std::uint64_t entity,
                                      Purpose purpose) noexcept {
  return RandomKey{lineage}.with(entity).with(static_cast<std::uint64_t>(purpose));
}

}  // namespace squall::model
