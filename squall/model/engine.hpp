#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "squall/base/check.hpp"
#include "squall/base/random.hpp"
#include "squall/metrics/population.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/metrics/sample.hpp"
#include "squall/model/arrival_clock.hpp"
#include "squall/model/draws.hpp"
#include "squall/model/frameless_line.hpp"
#include "squall/model/frames.hpp"
#include "squall/model/settings.hpp"
#include "squall/model/states.hpp"
#include "squall/model/topology.hpp"
#include "squall/model/tracer.hpp"
#include "squall/policy/policy.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/sim/event_queue.hpp"
#include "squall/sim/pool.hpp"
#include "squall/sim/slot_table.hpp"

namespace squall::model {

/// The state of a run and everything that may happen to it. The functions are grouped as the
/// source files are: arrivals, calls (the caller's side), layers (of its policy), express (for
/// calls that nothing unusual concerns), network, service (the callee's side), contention (there,
/// for rows), shedding (what it refuses), work, broker, handlers, faults, ledger, record, tracing.
/// Only model.hpp is meant for others.
class Engine {
 public:
  explicit Engine(const scenario::Scenario& scenario);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Runs so many events at the most. False when there is none left before the end of the run.
  bool run(std::uint64_t events_max);
  /// The same, and no event at `until` or later, the events at the very end apart. Where none is
  /// left before it, though the run is not over, the clock is moved there. REQUIRES until >= now().
  bool run_until(Instant until, std::uint64_t events_max);
  /// Moves the clock to the end of the run.
  void finish();

  [[nodiscard]] Instant now() const noexcept { return queue_.now(); }
  [[nodiscard]] const std::int64_t* now_ns_address() const noexcept {
    return queue_.now_ns_address();
  }
  [[nodiscard]] Instant end() const noexcept { return end_; }
  /// Requests that have arrived.
  [[nodiscard]] std::uint64_t offered() const noexcept;
  [[nodiscard]] std::uint64_t events() const noexcept { return dispatched_; }
  /// True when something answers something else at one instant without end: the users of a closed
  /// workload, or else the redelivery of a queue.
  [[nodiscard]] bool is_stuck() const noexcept { return stuck_; }
  /// The workload whose users keep arriving at one instant, if it is that.
  [[nodiscard]] std::optional<std::uint32_t> stuck_workload() const noexcept {
    return stuck_workload_;
  }
  [[nodiscard]] std::uint32_t stuck_queue() const noexcept { return stuck_queue_; }

  // ---- tracing.cpp
  /// Tells the tracer what happens from here on; every call then goes the general way.
  /// REQUIRES that nothing has run yet. The tracer outlives the engine.
  void trace_to(Tracer& tracer);
  /// Tells it what is under way, for the record of a run that is over or cut.
  void finish_trace();
  [[nodiscard]] const Topology& topology() const noexcept { return topology_; }

  // ---- ledger.cpp: walks everything alive
  [[nodiscard]] std::optional<std::string> find_violation() const;

  // ---- record.cpp
  [[nodiscard]] metrics::RunRecord record() const;
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept;

  // ---- sample.cpp
  void sample(const metrics::Focus& focus, metrics::Sample& into) const;

 private:
  friend struct Saboteur;   // tests: breaks the books on purpose
  friend struct Inspector;  // tests: reads what is alive

  /// A step that takes no time, as over a network without latency, is an event of its own, but
  /// nearly always the next one. Where whoever makes it does nothing afterwards that posts an event
  /// or that the step would read, it is taken on the spot if nothing else comes first: the same
  /// order, without the way through the queue.
  enum class StepOn : bool { in_its_event, at_once };
  [[nodiscard]] SQUALL_HOT bool may_step(StepOn on) {
    if (on != StepOn::at_once || dispatched_ == dispatch_until_ || !queue_.is_now_clear())
      return false;
    ++dispatched_;  // it is an event all the same
    return true;
  }
  /// Nothing happens after this event.
  void end_run() noexcept {
    over_ = true;
    dispatch_until_ = dispatched_;
  }
  /// To be called, and nothing else done, for an event that nobody waits for any more. It is none,
  /// as many such events are not even scheduled, or are forgotten by the queue: it is not counted,
  /// and a run does not last until it.
  [[gnu::noinline]] void pass_over() noexcept {
    --dispatched_;
    if (passed_over_at_ == dispatched_) return;  // so was the one before
    passed_over_at_ = dispatched_;
    passed_over_from_ = event_at_;
  }
  /// When something happened last. REQUIRES that no event is being dispatched.
  [[nodiscard]] Instant last_event_at() const noexcept {
    return passed_over_at_ == dispatched_ ? passed_over_from_ : event_at_;
  }

  // ---- engine.cpp: dispatch
  template <typename BeforeEach>
  bool run_events(Instant until, std::uint64_t events_max, BeforeEach before_each);
  static constexpr std::size_t near_cache_bytes = 64 * 1024;
  /// Whether more is, or was, inside than the nearest cache holds: most of the time would go into
  /// waiting for the records of the next events then.
  [[nodiscard]] SQUALL_HOT bool is_crowded() const noexcept {
    return frames_.capacity() > near_cache_bytes / sizeof(Frame);
  }
  SQUALL_HOT void prefetch_upcoming() const;
  SQUALL_HOT void prefetch_in_lane() const;
  /// What some retries ask for beside the frame of the call, which is at hand. Any slot will do.
  /// Most calls have none: to ask for the records of those that do is worth it where they are many.
  SQUALL_HOT void prefetch_extra_of(Slot call) const {
    constexpr std::size_t many = near_cache_bytes / sizeof(CallExtra);
    if (call_extras_.live() > many && frames_.contains(call))
      call_extras_.prefetch(frames_[call].call_extra());
  }
  /// The frame of the work that made the call, which is told soon that the call has ended.
  SQUALL_HOT void prefetch_owner_of(const Frame& call) const {
    if (call.has_call_extra() && call.owner_kind == OwnerKind::work && is_crowded())
      frames_.prefetch(owner_of(call));
  }
  SQUALL_HOT void dispatch(EventType type, Slot slot, Ticket ticket);
  void dispatch_rare(EventType type, Slot slot, Ticket ticket);
  SQUALL_HOT Ticket schedule(Instant at, sim::EventClass event_class, EventType type, Slot slot) {
    if (at == never) return sim::no_ticket;
    return queue_.schedule(at, event_class, static_cast<std::uint8_t>(type), slot);
  }
  /// An event of a constant delay, in its lane.
  SQUALL_HOT Ticket schedule_in(sim::LaneId lane, Instant at, Slot slot) {
    SQUALL_CHECK(lane != sim::no_lane, "a delay without a lane");
    return at == never ? sim::no_ticket : queue_.schedule_in_lane(lane, at, slot);
  }
  [[nodiscard]] sim::LaneId lane(sim::EventClass event_class, EventType type) {
    return queue_.add_lane(event_class, static_cast<std::uint8_t>(type));
  }
  void add_lanes();
  /// Takes together anew what calls need; after settings or faults have changed.
  void lay_routes();
  void cancel_deadline(CallExtra& extra, std::uint32_t edge);
  void cancel_lease(Message& message);
  /// For events that something else than a ticket tells from stale ones.
  void schedule_as(std::uint32_t stamp, Instant at, sim::EventClass event_class, EventType type,
                   Slot slot) {
    if (at == never) return;
    queue_.schedule(at, event_class, static_cast<std::uint8_t>(type), slot, stamp);
  }
  Ticket post(EventType type, Slot slot) {
    return queue_.post(static_cast<std::uint8_t>(type), slot);
  }
  SQUALL_HOT void count(metrics::SeriesColumn column, std::int64_t by = 1) {
    series_.add(static_cast<std::size_t>(column), now(), by);
  }

  // ---- arrivals.cpp
  struct CallStart {
    std::uint32_t edge = 0;
    OwnerKind owner_kind = OwnerKind::user;
    Slot owner = 0;
    std::uint64_t lineage = 0;
    std::uint32_t caller_replica = 0;
    std::uint32_t depth = 1;
    std::uint8_t rank = 0;
    bool measured = false;
    Instant deadline = never;  ///< handed down
  };
  void start_workload(std::uint32_t workload);
  void schedule_arrival(std::uint32_t workload);
  SQUALL_HOT void schedule_arrival_at(std::uint32_t workload, Instant due);
  [[nodiscard]] SQUALL_HOT Instant next_due(WorkloadState& state, std::uint32_t workload);
  void start_draws(WorkloadState& state, RandomKey key);
  void require_next(std::uint32_t workload);
  [[nodiscard]] Instant due_apart(std::uint32_t workload);
  void on_profile_step(std::uint32_t workload);
  SQUALL_HOT void on_request_arrives(std::uint32_t workload);
  void on_user_arrives(std::uint32_t workload, std::uint32_t user);
  SQUALL_HOT ComingDraws::Request take_request(WorkloadState& state);
  SQUALL_HOT void start_request(std::uint32_t workload, RandomKey lineage, std::uint32_t user,
                                StepOn on);
  void start_burst(std::uint32_t workload, RandomKey lineage);
  void start_event(std::uint32_t workload, CallStart start);
  /// A request that ends, whichever record held it.
  struct Ending {
    std::uint32_t workload;
    std::uint32_t user;
    Instant arrived;
    std::uint64_t lineage;
    bool measured;
  };
  SQUALL_HOT void on_rpc_ended(WorkloadState& state, const Ending& request,
                               const policy::Outcome& outcome);
  [[nodiscard]] SQUALL_HOT End end_of_rpc(const WorkloadState& state, const Ending& request,
                                          const policy::Outcome& outcome);
  void on_publish_ended(Slot event, const policy::Outcome& outcome);
  void on_event_effect(Slot event, const policy::Outcome& outcome);
  [[nodiscard]] bool is_in_time(const Event& event) const noexcept {
    return now() - event.arrived <= workload_states_[event.workload].objective;
  }
  void on_event_message_settled(Slot event, End how);
  void on_event_carrier_gone(Slot event);
  void settle_event(Slot event);
  void end_event(Slot event, End how, const policy::Outcome& outcome);
  [[nodiscard]] SQUALL_HOT End end_of_ok(const WorkloadState& state,
                                         Instant arrived) const noexcept {
    return (now() - arrived).count() <= state.objective.count() ? End::ok : End::late;
  }
  SQUALL_HOT void end_request(WorkloadState& state, const Ending& request, End how,
                              const policy::Outcome& outcome);
  SQUALL_HOT void note_end(WorkloadState& state, Instant arrived, bool measured, End how,
                           const policy::Outcome& outcome);
  void end_without_effect(metrics::WorkloadRecord& totals, End how, const policy::Outcome& outcome);
  void release_event_if_done(Slot event);
  [[nodiscard]] static bool may_arrive(const WorkloadState& state) noexcept {
    return state.coming.number() < state.requests;
  }
  /// Whether the run goes on until nothing is left, and nothing is.
  [[nodiscard]] bool is_drained() const noexcept {
    return open_requests_ == 0 && workloads_arriving_ == 0 && end_ == never;
  }

  // ---- calls.cpp
  SQUALL_HOT Slot start_call(const CallStart& start, StepOn on);
  Slot start_inner_call(const CallStart& start);
  void name_call(Frame& call, const CallStart& start) const noexcept;
  [[nodiscard, gnu::noinline]] std::uint32_t instance_of(const Frame& call) const noexcept;
  SQUALL_HOT void make_attempt(Slot call, StepOn on);
  void prepare_attempt(Slot call);
  SQUALL_HOT void end_attempt(Slot call, const policy::Outcome& outcome);
  [[nodiscard]] bool start_deadline(Slot call, Instant handed_down);
  void tell_budget(const Frame& call, const policy::Outcome& outcome);
  [[nodiscard]] bool is_for_nobody(const Frame& call) const noexcept;
  void prepare_publish(Slot slot);
  static void count_failed_attempt(metrics::CallRecord& totals, const policy::Outcome& outcome);
  void give_up_attempt(Slot call, const policy::Outcome& outcome);
  void end_in_event_of_its_own(Slot call, const policy::Outcome& outcome);
  SQUALL_HOT void end_call(Slot call, const policy::Outcome& outcome);
  SQUALL_HOT void finish_call(Slot call, const policy::Outcome& outcome);
  [[nodiscard]] bool falls_back(Slot call, const policy::Outcome& outcome);
  void finish_fallback(Slot call, const policy::Outcome& outcome);
  void on_fallback_ended(Slot call, Ticket ticket);
  void end_inner_call(Slot call, const policy::Outcome& outcome);
  void abandon_call(Slot call, const policy::Outcome& outcome);
  void abandon_children(Slot& first_child, const policy::Outcome& outcome);
  SQUALL_HOT void count_call_end(const Frame& call, const policy::Outcome& outcome);
  [[nodiscard]] Slot move_call(Slot call);
  SQUALL_HOT void free_call(Slot call);
  void free_call_apart(Slot call);
  [[nodiscard]] SQUALL_HOT CallExtra& extra_of_call(Slot call) {
    const Frame& frame = frames_[call];
    return frame.has_call_extra() ? call_extras_[frame.call_extra()] : make_call_extra(call);
  }
  [[nodiscard, gnu::noinline]] CallExtra& make_call_extra(Slot call);
  void link_child(Slot& first_child, Slot call);
  void unlink_child(Slot& first_child, Slot call);
  [[nodiscard]] bool awaits(const Frame& call, CallState state, Ticket ticket) const noexcept {
    return call.call_state == state && call.has_call_extra() &&
           call_extras_[call.call_extra()].wait == ticket;
  }
  [[nodiscard]] static bool awaits_backoff(const Frame& call, Ticket ticket) noexcept {
    return call.event == ticket && call.call_state == CallState::backing_off;
  }
  /// How many attempts of the call have ended, those included that it was refused.
  [[nodiscard]] std::uint32_t tries_of(const Frame& call) const noexcept {
    return call.has_call_extra() ? call_extras_[call.call_extra()].retry.attempts : call.tries;
  }
  /// When the breaker let the attempt on that is under way.
  [[nodiscard]] Instant breaker_entered(const Frame& call) const noexcept {
    if (call.breaker_at_start) return call.started;
    return call.breaker_on_arrival ? call.arrived : call_extras_[call.call_extra()].breaker_entered;
  }
  void on_call_ended(Slot call, Ticket ticket);
  void on_permit_due(Slot call, Ticket ticket);
  void on_place_granted(Slot call, Ticket ticket);
  void try_again(Slot call);
  void on_wait_ended(Slot call, Ticket ticket);
  void time_out(Slot call);
  void on_deadline(Slot extra, Ticket ticket);
  void on_response(Slot work, Ticket ticket);
  SQUALL_HOT void take_response(Slot work);
  void continue_call(Slot call, bool goes_on, policy::Outcome& outcome);
  [[nodiscard]] SQUALL_HOT Slot owner_of(const Frame& call) const noexcept {
    return call.has_call_extra() ? call_extras_[call.call_extra()].owner : call.owner;
  }
  /// Which policy state the call uses.
  [[nodiscard]] SQUALL_HOT std::uint32_t keeper_of(const Frame& call) const noexcept {
    if (call.has_call_extra()) return call_extras_[call.call_extra()].keeper;
    const Route& route = edge_states_[call.edge].route;
    return route.keeper_first + (route.has_instances ? instance_of(call) : 0);
  }
  /// Where the work of a call is: a replica, among those of all services, or a queue.
  [[nodiscard]] SQUALL_HOT std::uint32_t place_of(const Frame& work) const noexcept {
    return edge_states_[work.edge].route.replica + static_cast<std::uint32_t>(work.choice);
  }
  // ---- layers.cpp
  /// Down through the layers from the call's layer on. False when the call ended, and how.
  [[nodiscard]] bool descend(Slot call, policy::Outcome& outcome, StepOn on);
  /// Up through the layers with an outcome, until one turns the call round. False when the call
  /// ended, with that outcome.
  [[nodiscard]] bool ascend(Slot call, const policy::Outcome& outcome);
  enum class Passage : std::uint8_t { on, waiting, refused };
  [[nodiscard]] SQUALL_HOT Passage enter_layer(Slot call, policy::Layer layer, Keeper& keeper,
                                               policy::Outcome& refusal);
  [[nodiscard]] static Passage refuse_by(policy::RejectedBy by, policy::Outcome& refusal);
  [[nodiscard]] bool enter_throttle(Slot call, policy::Throttle& throttle);
  SQUALL_HOT void note_breaker_entered(Slot call);
  SQUALL_HOT void start_timeout(Frame& call, Slot slot);
  void stand_in_line(Slot call, Keeper& keeper);
  [[nodiscard]] SQUALL_HOT bool leave_layer(Slot call, policy::Layer layer,
                                            const policy::Outcome& outcome);
  SQUALL_HOT void leave_breaker(const Frame& call, const policy::Outcome& outcome);
  void leave_budget(const Frame& call, const policy::Outcome& outcome);
  [[nodiscard]] bool decide_retry(Slot call, const policy::Outcome& outcome);
  [[nodiscard]] bool grant_retry(Frame& call, CallExtra& extra, const policy::Outcome& outcome);
  [[nodiscard]] bool grant_retry_late(Slot call, policy::Outcome& outcome);
  void leave_all_layers(Slot call, const policy::Outcome& outcome);
  void stop_retrying(Frame& call);
  void stop_pending(Frame& call);
  void grant_places(std::uint32_t keeper);
  SQUALL_HOT void cancel_timeout(Frame& call) {
    cancel_timeout(call, edge_states_[call.edge].timeouts);
  }
  SQUALL_HOT void cancel_timeout(Frame& call, sim::LaneId timeouts) {
    if (call.timeout == no_ticket) return;
    call.timeout = no_ticket;
    queue_.retire(timeouts,
                  [this](Slot slot, Ticket ticket) { return frames_[slot].timeout == ticket; });
  }

  // ---- limits.cpp
  void make_limits();
  void reconfigure_limits();
  void restart_limits();
  [[nodiscard]] Passage enter_rate_limit(Slot call, policy::Outcome& refusal);
  [[nodiscard]] Passage enter_limiter(Slot call, policy::Outcome& refusal);
  void leave_limiter(const Frame& call, const policy::Outcome& outcome);
  [[nodiscard]] bool enter_admission(Slot work);
  void leave_admission(Slot work, const policy::Outcome& outcome);
  [[nodiscard]] std::size_t keepers_of(const Topology::Edge& edge) const noexcept;
  [[nodiscard]] metrics::LimitRecord limits_of(const std::vector<policy::Limiter>& limiters,
                                               std::size_t first, std::size_t count) const;

  // ---- express.cpp
  void lay_express();
  void settle_express();
  // `has_layers` is what the way says: apart, so that flow() can be compiled for either.
  [[nodiscard]] SQUALL_HOT bool lets_on(const Express& way, bool has_layers) const noexcept;
  [[nodiscard]] SQUALL_HOT bool is_done(const Express& way, const Frame& work) const noexcept;
  /// What these do with a work that is served is up to start_work(slot, work, end), which has it
  /// done at `end`.
  [[nodiscard]] SQUALL_HOT static Duration draw_latency(const Express& way,
                                                        std::uint64_t lineage) noexcept;
  [[nodiscard, gnu::noinline]] static Duration draw_latency_apart(const Express& way,
                                                                  std::uint64_t lineage) noexcept;
  [[nodiscard]] SQUALL_HOT static Duration latency_of(const Express& way,
                                                      const ComingDraws::Request& request) noexcept;
  SQUALL_HOT static void count_on(Express& way, bool measured, std::uint64_t begun,
                                  std::uint64_t finished) noexcept;
  SQUALL_HOT void note_begun_on(Express& way);
  [[nodiscard]] SQUALL_HOT Slot frame_on(const Express& way, const CallStart& start,
                                         Instant arrived);
  [[nodiscard]] SQUALL_HOT static std::uint64_t begins(const Express& way, bool measured) noexcept;
  SQUALL_HOT bool start_timeout_on(const Express& way, Slot slot, Duration latency, bool at_once);
  template <typename StartWork>
  SQUALL_HOT bool begin_on(Express& way, bool has_layers, const CallStart& start, Duration latency,
                           StartWork&& start_work);
  template <typename StartWork>
  SQUALL_HOT void come_on(Express& way, Slot slot, std::uint64_t state, Duration latency,
                          bool at_once, StartWork&& start_work);
  [[nodiscard]] SQUALL_HOT static bool is_served_at_once(const Replica& replica) noexcept;
  SQUALL_HOT static void note_waiting_on(Replica& replica) noexcept;
  SQUALL_HOT void wait_on(const Express& way, Slot slot, std::uint64_t state, Duration latency);
  template <typename StartWork>
  SQUALL_HOT bool leave_worker_on(const Express& way, Slot work, StartWork&& start_work);
  template <typename StartWork>
  SQUALL_HOT bool finish_on(Express& way, bool has_layers, Slot work, StartWork&& start_work);
  template <typename StartWork>
  SQUALL_HOT void serve_on(const Express& way, Slot work, Duration latency, StartWork&& start_work);
  template <typename StartWork>
  SQUALL_HOT bool serve_next_on(const Express& way, StartWork&& start_work);
  [[nodiscard]] SQUALL_HOT static bool is_stopped_first(const Express& way, const Frame& work,
                                                        Instant end) noexcept;
  /// A start_work that leaves it to the event queue.
  [[nodiscard]] SQUALL_HOT auto by_the_queue(const Express& way) noexcept;
  [[nodiscard]] SQUALL_HOT bool start_express(const WorkloadState& state,
                                              const ComingDraws::Request& request,
                                              std::uint32_t user);
  [[nodiscard]] SQUALL_HOT bool finish_express(Slot work, const Frame& frame);
  // ---- express_retries.cpp
  [[nodiscard]] SQUALL_HOT bool is_done_again(const Express& way, const Frame& work) const noexcept;
  [[nodiscard]] SQUALL_HOT bool may_go_on(const Express& way) const noexcept;
  [[nodiscard]] SQUALL_HOT policy::RejectedBy enter_on(Express& way, const Frame& call);
  SQUALL_HOT void tell_breaker_on(const Express& way, Instant entered,
                                  const policy::Outcome& outcome);
  SQUALL_HOT void attempt_on(Express& way, Slot call, std::uint64_t state);
  [[nodiscard]] SQUALL_HOT bool turn_round_on(Express& way, Slot call,
                                              const policy::Outcome& outcome);
  [[nodiscard]] SQUALL_HOT Duration delay_by_count_on(const Express& way, Frame& call,
                                                      const policy::Outcome& outcome);
  [[nodiscard, gnu::noinline]] Duration delay_by_extra_on(const Express& way, Slot call,
                                                          const policy::Outcome& outcome);
  SQUALL_HOT void note_retry_on(Express& way, const Frame& call);
  SQUALL_HOT void end_on(const Express& way, const Frame& call, const policy::Outcome& outcome);
  SQUALL_HOT void stop_work_on(Express& way, Slot work, bool is_queued);
  void start_express_again(Express& way, const CallStart& start);
  [[nodiscard]] bool try_again_express(Slot call);
  [[nodiscard]] bool time_out_express(Slot call);
  void finish_express_again(const Express& way, Slot work);
  // ---- flow.cpp
  void flow(std::uint32_t workload);
  SQUALL_HOT void flow_on(std::uint32_t workload, bool has_layers);
  SQUALL_HOT void wait_without_frame(Express& way, const FramelessLine::Request& request);
  template <typename StartWork>
  SQUALL_HOT void hand_over_on(Express& way, Slot work, bool measured, StartWork&& start_work);
  void give_frames(const Express& way, bool measured);

  // ---- hedging.cpp
  void start_hedge(Slot call);
  policy::HedgeDecision follow_hedge(Slot call, policy::HedgeDecision decision);
  [[nodiscard]] bool grant_hedge(Slot parent);
  void stop_counting_hedge(Slot child);
  void end_hedging(Slot parent, policy::Outcome outcome);
  void on_hedge_due(Slot call, Ticket ticket);
  void on_hedge_ended(Slot parent, const policy::Outcome& outcome);

  // ---- network.cpp
  [[nodiscard]] std::optional<Duration> travel(const Frame& work, bool back);
  [[nodiscard]] Duration under_faults(std::uint32_t edge, Duration latency) const noexcept;
  SQUALL_HOT void send_work(Slot work, StepOn on);
  void send_work_far(Slot work);
  void respond(Slot work, const policy::Outcome& outcome);
  SQUALL_HOT void answer(Slot work);
  void answer_far(Slot work);
  void notify_caller_gone(Slot work);

  // ---- service.cpp
  /// A work at a service, with all that belongs to it.
  struct AtService {
    Slot slot;
    std::uint32_t place;  ///< of the replica
    Frame& work;
    Replica& replica;
    ServiceState& service;
    metrics::ServiceRecord& totals;  ///< of its cohort
  };
  [[nodiscard]] SQUALL_HOT AtService at_service(Slot work, std::uint32_t place) noexcept {
    Frame& frame = frames_[work];
    Replica& replica = replicas_[place];
    ServiceState& service = service_states_[replica.service];
    return {work, place, frame, replica, service, service.totals[frame.measured ? 1 : 0]};
  }
  [[nodiscard]] SQUALL_HOT AtService at_service(Slot work) noexcept {
    return at_service(work, place_of(frames_[work]));
  }
  [[nodiscard]] std::uint32_t choose_replica(std::uint32_t service, const Frame& work);
  void note_result_of_replica(const Frame& work, const policy::Outcome& outcome);
  void on_work_delivered(Slot work, Ticket ticket);
  SQUALL_HOT void arrive_at_service(Slot work);
  [[nodiscard]] bool is_turned_away(Slot work, bool can_start);
  void refuse_arrival(const AtService& at, const policy::Outcome& outcome);
  SQUALL_HOT void price(const AtService& at, std::uint64_t in_service);
  void price_by_all(Slot work, std::uint64_t in_service);
  SQUALL_HOT void draw_ahead(const AtService& at);
  void forget_draws_ahead();
  void start_waiting(std::uint32_t replica);
  SQUALL_HOT void start_service(const AtService& at);
  /// The work, whose service has begun, will be done at that time.
  SQUALL_HOT void end_service_at(Slot slot, Frame& work, Instant end, sim::LaneId completions) {
    if (end == never) [[unlikely]]
      endless_since_.at(slot, frames_.capacity()) = work.begun;
    work.event = completions == sim::no_lane
                     ? schedule(end, sim::EventClass::completion, EventType::work_done, slot)
                     : schedule_in(completions, end, slot);
  }
  /// Of the work's own service time.
  void note_service_end(Slot work, Instant end) { ends_.at(work, frames_.capacity()) = end; }
  /// What names the work in news that nobody waits for it.
  [[nodiscard]] Ticket life_of(Slot work) { return lives_.at(work, frames_.capacity()); }
  /// Of a service that faults may look into.
  void note_inside(Replica& replica, Slot work, Instant end) {
    replica.inside.push_back(frames_, work);
    note_service_end(work, end);
  }
  [[nodiscard]] SQUALL_HOT Slot next_in_line(Replica& replica);
  [[nodiscard]] bool has_expired(const Frame& work) const noexcept {
    return work.work_extra != no_slot && work_extras_[work.work_extra].deadline <= now();
  }
  void expire(Slot work);
  SQUALL_HOT void on_work_done(Slot work, Ticket ticket);
  void begin_calls(const AtService& at);
  void go_on(Slot work);
  void on_child_ended(Slot work, std::uint32_t edge, const policy::Outcome& outcome);
  SQUALL_HOT void finish_service(const AtService& at, Instant end, StepOn on);
  SQUALL_HOT void release_worker(const AtService& at);
  SQUALL_HOT void leave_service(const AtService& at, Tracer::WorkEnd how);
  [[nodiscard]] Instant service_end_of(Slot work) const noexcept;
  [[nodiscard]] Duration worked_so_far(Slot work) const noexcept;
  SQUALL_HOT static void account_service_time(const AtService& at, Duration worked) noexcept;
  void on_caller_gone(Slot work, Ticket life);
  void cancel_work(Slot work);
  void abandon_calls_of(Slot work);
  void mark_unwanted(Slot work);
  void mark_children_unwanted(Slot first_child);
  /// The line that the work stands in, or is about to.
  [[nodiscard]] static List& line_of(const AtService& at) noexcept {
    std::vector<List>& lines = at.replica.lines;
    return lines[lines.size() > 1 ? at.work.rank : 0];
  }
  // contention.cpp
  [[nodiscard]] std::uint32_t choose_row(const Frame& call);
  void note_start(const AtService& at, Instant end);
  void commit(const AtService& at);
  // ---- shedding.cpp
  [[nodiscard]] Shedder& shedder_of(const Frame& work) noexcept {
    return shedders_[place_of(work)];
  }
  [[nodiscard]] const policy::CodelOptions& codel_of(const AtService& at) const noexcept;
  [[nodiscard]] policy::Outcome refusal_by(const AtService& at, policy::RejectedBy by) const;
  void make_shedders();
  void reconfigure_shedders();
  void lay_limits();
  [[nodiscard]] bool is_shed(const AtService& at);
  void start_without_waiting(const AtService& at);
  void watch_line(const AtService& at);
  [[nodiscard]] Slot next_of_watched_line(std::uint32_t replica);
  void shed_from_line(const AtService& at);
  void on_queue_timeout(Slot work, Ticket ticket);
  void tell_throttle(const AtService& at, const policy::Outcome& outcome);
  // work.cpp
  [[nodiscard]] WorkExtra& extra_of_work(Slot work);
  /// What names the draws of a work.
  [[nodiscard]] SQUALL_HOT std::uint64_t work_lineage(const Frame& work) const noexcept {
    return !work.has_call() || work.attempts <= 1 ? work.lineage : lineage_of_attempt(work);
  }
  [[nodiscard]] std::uint64_t lineage_of_attempt(const Frame& work) const noexcept;
  [[nodiscard]] std::uint32_t depth_of_call(const Frame& call) const noexcept {
    return call.has_call_extra() ? call_extras_[call.call_extra()].depth : 1;
  }
  [[nodiscard]] SQUALL_HOT policy::Outcome outcome_of(const Frame& work) const noexcept;
  void set_outcome(Slot work, const policy::Outcome& outcome);
  SQUALL_HOT void free_work(Slot work);
  void free_work_extra(Slot extra);

  // ---- broker.cpp
  void arrive_at_broker(Slot work);
  void accept_publish(Slot work);
  void add_message(std::uint32_t queue, const Message& made);
  void acknowledge(Slot message, End how);
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
  void settle(Slot message, End how);
  void effect(Slot message, const policy::Outcome& outcome);
  void release_message_if_done(Slot message);
  [[nodiscard]] Slot oldest_waiting(const QueueState& state,
                                    std::size_t looks_max = SIZE_MAX) const noexcept;
  void note_depth(std::uint32_t queue, bool measured) noexcept;
  [[nodiscard]] bool has_room(std::uint32_t queue) const noexcept;
  void on_lease_expired(Slot message, Ticket ticket);
  [[nodiscard]] bool turns_for_ever(std::uint32_t queue);
  [[nodiscard]] std::uint64_t waiting_in(std::uint32_t queue) const noexcept;
  void on_redelivery_due(Slot message, Ticket ticket);
  void tell_waiter(Slot message, const policy::Outcome& outcome);

  // ---- handlers.cpp
  void start_handlers(std::uint32_t consumer);
  void finish_handler(Slot work, bool succeeded);

  // ---- sample.cpp
  void sample_call(std::uint32_t edge, metrics::CallSample& made) const;
  void sample_service(std::uint32_t service, metrics::ServiceSample& made) const;
  // ---- tracing.cpp
  void read_counters_due();
  void declare_counters();
  void trace_call(Slot call);
  void trace_stop(Slot call, policy::Stop::Reason reason);
  void read_counters(Instant at, std::vector<std::int64_t>& values) const;

  // ---- ledger.cpp
  [[nodiscard]] bool somebody_waits_for(Slot work) const noexcept;

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
  void set_workers(std::uint32_t replica, std::uint64_t workers) noexcept;
  [[nodiscard]] static metrics::Int128 workers_there(const Replica& replica) noexcept;
  void note_worker_gone(const Replica& replica) noexcept;
  void on_warmup_over();

  [[nodiscard]] bool measured_now() const noexcept { return now() >= warmup_end_; }
  [[nodiscard]] metrics::CallRecord& tally(const Frame& call) noexcept {
    return edge_states_[call.edge].totals[call.measured ? 1 : 0];
  }
  [[nodiscard]] metrics::ServiceRecord& tally_service(const Frame& work) noexcept {
    return service_states_[replicas_[place_of(work)].service].totals[work.measured ? 1 : 0];
  }
  [[nodiscard]] metrics::QueueRecord& tally_queue(std::uint32_t queue, bool measured) noexcept {
    return queue_states_[queue].totals[measured ? 1 : 0];
  }

  const scenario::Scenario& scenario_;
  Topology topology_;
  Settings settings_;
  std::size_t next_change_ = 0;
  Instant end_{};
  Instant stop_{};  ///< of this call of run(): end_, or before it
  Instant warmup_end_{};

  sim::EventQueue queue_;
  sim::Pool<Frame, sim::InLists::yes> frames_;
  sim::Pool<CallExtra> call_extras_;
  sim::Pool<WorkExtra> work_extras_;
  sim::Pool<Event> events_;
  sim::Pool<Message, sim::InLists::yes> messages_;

  /// By frame: when the own service time of its work is over, of services that faults may look
  /// into.
  sim::SlotTable<Instant> ends_;
  /// By frame: names its work among those that have been in it. Kept where news may come too late,
  /// that nobody waits for a work.
  sim::SlotTable<Ticket> lives_;
  /// By frame: when its last work without an end began, which the audit asks for.
  sim::SlotTable<Instant> endless_since_;

  std::vector<WorkloadState> workload_states_;
  std::vector<EdgeState> edge_states_;
  std::vector<Express> express_;  ///< by edge
  FramelessLine frameless_;       ///< of the way that is in full flow; else empty
  std::vector<Keeper> keepers_;
  std::vector<policy::RateLimit> rate_limits_;       ///< by keeper; none where no policy has one
  std::vector<policy::Limiter> limiters_;            ///< the same
  std::vector<policy::Limiter> admission_limiters_;  ///< by replica; none where no service has one
  std::vector<ServiceState> service_states_;
  std::vector<Replica> replicas_;
  std::vector<Shedder> shedders_;  ///< of each replica of all services; empty where none sheds
  std::vector<QueueState> queue_states_;
  std::vector<ConsumerState> consumer_states_;

  metrics::SeriesTable series_;
  Instant event_at_{};          ///< of the last event before the one that is being dispatched
  Instant passed_over_from_{};  ///< of the last event before those that were passed over last
  std::uint64_t passed_over_at_ = ~std::uint64_t{0};  ///< so many had been dispatched by then
  std::uint64_t dispatched_ = 0;
  std::uint64_t dispatch_until_ = 0;  ///< so many have been dispatched when run() returns
  std::uint64_t open_requests_max_ = 0;
  std::uint64_t open_requests_ = 0;
  std::size_t workloads_arriving_ = 0;  ///< that have requests to come
  std::vector<Slot> unwanted_;          // scratch of mark_unwanted
  bool over_ = false;                   ///< drained or stuck
  bool stuck_ = false;
  std::optional<std::uint32_t> stuck_workload_;
  std::uint32_t stuck_queue_ = 0;
  Tracer* tracer_ = nullptr;       ///< null: nobody is told
  std::size_t counters_read_ = 0;  ///< for it
};

}  // namespace squall::model
