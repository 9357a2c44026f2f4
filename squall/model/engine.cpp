#include "squall/model/engine.hpp"

#include <algorithm>
#include <map>

namespace squall::model {

namespace {

/// An interval such that a run of known length has some 200 points, or as many as are asked for, in
/// a round number; a run until drained starts fine and coarsens as it grows.
Duration series_interval(const scenario::Scenario& scenario) {
  if (scenario.until_drained()) return std::chrono::milliseconds{10};
  const std::int64_t wanted = scenario.duration.count() / scenario.series_points;
  std::int64_t interval = 1;
  while (interval < wanted) {
    if (interval * 2 >= wanted) return Duration{interval * 2};
    if (interval * 5 >= wanted) return Duration{interval * 5};
    interval *= 10;
  }
  return Duration{interval};
}

}  // namespace

Engine::Engine(const scenario::Scenario& scenario)
    : scenario_(scenario),
      topology_(topology_of(scenario)),
      settings_(settings_of(scenario)),
      end_(scenario.until_drained() ? never : later(Instant{}, scenario.duration)),
      warmup_end_(later(Instant{}, scenario.warmup)),
      workload_states_(scenario.workloads.size()),
      edge_states_(topology_.edges.size()),
      keepers_(topology_.keeper_edge.size()),
      service_states_(scenario.services.size()),
      replicas_(topology_.replica_service.size()),
      queue_states_(scenario.queues.size()),
      consumer_states_(scenario.consumers.size()),
      series_(series_interval(scenario), static_cast<std::size_t>(metrics::SeriesColumn::count)) {
  SQUALL_CHECK(edge_states_.size() <= Frame::edges_max, "more edges than frames can name");
  for (const Topology::Service& service : topology_.services)
    SQUALL_CHECK(service.replicas <= Frame::replicas_max, "more replicas than frames can name");
  for (std::size_t k = 0; k < keepers_.size(); ++k) {
    const policy::PolicyOptions* options = settings_.edges[topology_.keeper_edge[k]].options;
    if (options == nullptr) continue;
    keepers_[k].breaker = policy::Breaker(options->breaker);
    keepers_[k].budget = policy::RetryBudget(options->budget);
    keepers_[k].throttle = policy::Throttle(options->throttle);
    if (options->bulkhead) keepers_[k].bulkhead = policy::Bulkhead(*options->bulkhead);
    const Topology::Edge& edge = topology_.edges[topology_.keeper_edge[k]];
    if (!options->outlier || edge.to.kind != scenario::Target::Kind::service) continue;
    const std::uint32_t replicas = topology_.services[edge.to.index].replicas;
    if (replicas == 1) continue;
    const RandomKey key = RandomKey{scenario.seed}
                              .with(edge.id)
                              .with(static_cast<std::uint64_t>(Purpose::outlier))
                              .with(static_cast<std::uint64_t>(k) - edge.keeper_first);
    keepers_[k].outlier = std::make_unique<policy::EnvoyOutlier>(*options->outlier, replicas, key);
  }
  make_limits();
  for (std::uint32_t r = 0; r < replicas_.size(); ++r) {
    const std::uint32_t service = topology_.replica_service[r];
    replicas_[r].service = service;
    const bool by_priority =
        settings_.services[service].options->queue_order == scenario::QueueOrder::priority;
    replicas_[r].lines.resize(by_priority ? topology_.ranks : 1);
    set_workers(r, effective_workers(service, 1.0));
  }
  for (std::size_t q = 0; q < queue_states_.size(); ++q) {
    const std::uint32_t partitions = settings_.queues[q].options->partitions;
    queue_states_[q].partitions.resize(partitions == 0 ? 1 : partitions);
  }
  for (std::uint32_t i = 0; i < service_states_.size(); ++i) {
    service_states_[i].id = topology_.services[i].id;
    service_states_[i].knows_inside = topology_.services[i].knows_inside;
    if (const auto& contention = scenario.services[i].contention)
      service_states_[i].versions.resize(contention->rows);
    service_states_[i].has_rows = scenario.services[i].contention.has_value();
    service_states_[i].notes_start = service_states_[i].knows_inside || service_states_[i].has_rows;
    service_states_[i].has_calls = !topology_.services[i].steps.empty();
  }
  make_shedders();
  lay_routes();
  add_lanes();
  // Faults first, so that an edge at time 0 precedes the arrivals at time 0 by class anyway and the
  // sequence of edges is that of the scenario.
  schedule_faults();
  if (scenario.warmup > Duration{0}) {
    schedule(warmup_end_, sim::EventClass::edge, EventType::warmup_over, 0);
  }
  for (std::uint32_t w = 0; w < workload_states_.size(); ++w) start_workload(w);
  lay_express();
  over_ = is_drained();
}

/// The first few lanes of a queue are the fastest: those of arrivals and timeouts, which every
/// request has.
void Engine::add_lanes() {
  for (std::uint32_t w = 0; w < workload_states_.size(); ++w) {
    if (std::holds_alternative<scenario::ClosedArrivals>(scenario_.workloads[w].arrivals)) continue;
    workload_states_[w].source = queue_.add_source(
        sim::EventClass::arrival, static_cast<std::uint8_t>(EventType::request_arrives));
  }
  // Timeouts of equal length come in order, whose they are. One that may get another length in
  // mid-run would disturb the order of the others.
  std::map<Duration, sim::LaneId> timeouts;
  const bool may_change = !scenario_.changes.empty();
  for (std::uint32_t e = 0; e < edge_states_.size(); ++e) {
    const Settings::Edge& edge = settings_.edges[e];
    EdgeState& state = edge_states_[e];
    if (edge.timeout != forever) {
      sim::LaneId own = sim::no_lane;
      sim::LaneId& of_all = may_change ? own : timeouts[edge.timeout];
      if (of_all == sim::no_lane) of_all = lane(sim::EventClass::timer, EventType::timeout_due);
      state.timeouts = of_all;
    }
    const Topology::Edge& from = topology_.edges[e];
    const bool may_inherit =
        from.from == scenario::Edge::From::service && service_states_[from.caller].may_expire;
    if (edge.deadline != forever || may_inherit)
      state.deadlines = lane(sim::EventClass::timer, EventType::deadline_due);
  }
  for (std::uint32_t e = 0; e < edge_states_.size(); ++e) {
    const Settings::Edge& edge = settings_.edges[e];
    if (!edge.network_latency.is_constant() || edge.network_constant == Duration{0}) continue;
    edge_states_[e].outbound = lane(sim::EventClass::completion, EventType::work_delivered);
    edge_states_[e].returning = lane(sim::EventClass::completion, EventType::response_delivered);
  }
  for (std::uint32_t s = 0; s < service_states_.size(); ++s) {
    if (settings_.services[s].latency.is_constant())
      service_states_[s].completions = lane(sim::EventClass::completion, EventType::work_done);
    if (!settings_.services[s].times_line) continue;
    service_states_[s].long_waits = lane(sim::EventClass::timer, EventType::queue_timeout_due);
    service_states_[s].short_waits = lane(sim::EventClass::timer, EventType::queue_timeout_due);
  }
  for (std::uint32_t q = 0; q < queue_states_.size(); ++q) {
    // A queue may get one in mid-run.
    if (settings_.queues[q].options->visibility_timeout != forever || !scenario_.changes.empty())
      queue_states_[q].leases = lane(sim::EventClass::timer, EventType::lease_expired);
  }
}

void Engine::lay_routes() {
  for (std::uint32_t i = 0; i < service_states_.size(); ++i)
    service_states_[i].settings = &settings_.services[i];
  lay_limits();
  for (std::uint32_t e = 0; e < edge_states_.size(); ++e) {
    const Topology::Edge& edge = topology_.edges[e];
    const Settings::Edge& settings = settings_.edges[e];
    Route& route = edge_states_[e].route;
    route.keeper_first = edge.keeper_first;
    route.keeper_step = edge.keeper_per_callee ? 0 : edge.instances;
    route.layer_count = settings.layer_count;
    route.has_instances = edge.instances > 1;
    route.is_plain = edge.is_first && edge.instances == 1 && !edge.bounded_depth;
    route.has_deadline = settings.deadline != forever;
    route.has_budget = settings.options != nullptr && settings.options->budget.index() != 0;
    route.has_fallback = settings.options != nullptr && settings.options->fallback.has_value();
    route.takes_no_time = settings.network_is_plain && settings.network_constant == Duration{0} &&
                          !edge_states_[e].has_fault;
    route.callee = edge.to.index;
    route.leads_to_queue = edge.to.kind == scenario::Target::Kind::queue;
    if (route.leads_to_queue) {
      route.replica = edge.to.index;
      continue;
    }
    const Topology::Service& service = topology_.services[edge.to.index];
    route.replica = service.first_replica;
    route.has_choice = service.replicas > 1;
    route.propagates = settings.options != nullptr && settings.options->propagate_deadline;
    if (route.propagates) service_states_[edge.to.index].may_expire = true;
    route.has_outlier = keepers_[edge.keeper_first].outlier != nullptr;
    route.has_work_extra =
        !service.steps.empty() || scenario_.services[edge.to.index].contention.has_value();
  }
}

bool Engine::run(std::uint64_t events_max) { return run_until(end_, events_max); }

bool Engine::run_until(Instant until, std::uint64_t events_max) {
  if (tracer_ == nullptr) [[likely]]
    return run_events(until, events_max, [] {});
  return run_events(until, events_max, [this] { read_counters_due(); });
}

/// @param before_each  called before each event, at its instant.
template <typename BeforeEach>
bool Engine::run_events(Instant until, std::uint64_t events_max, BeforeEach before_each) {
  sim::Event event;
  dispatch_until_ = dispatched_ + events_max;
  if (over_) return false;
  stop_ = std::min(until, end_);
  // Nobody arrives at the very end.
  const bool to_the_end = stop_ == end_;
  const sim::EventClass stop_class =
      to_the_end ? sim::EventClass::arrival : sim::EventClass::completion;
  while (dispatched_ != dispatch_until_) {
    if (!queue_.pop_before(stop_, stop_class, event)) {
      settle_express();
      // Until drained, and nothing will happen any more: what is still inside never ends.
      const bool is_last = end_ == never && queue_.empty();
      if (is_last) queue_.go_back_to(last_event_at());
      if (to_the_end || is_last) return false;
      queue_.advance_to(stop_);
      return true;
    }
    prefetch_upcoming();
    before_each();
    ++dispatched_;
    dispatch(static_cast<EventType>(event.type()), event.slot, event.stamp);
    event_at_ = now();
  }
  settle_express();
  return !over_;
}

/// For the records of events in the ladder. Those in lanes are asked for where events of types are
/// handled that may stand in one.
void Engine::prefetch_upcoming() const {
  if (!is_crowded()) return;
  const sim::EventQueue::Upcoming upcoming = queue_.upcoming();
  frames_.prefetch(upcoming.second);
  // That of the first was asked for one event ago.
  prefetch_extra_of(upcoming.first);
}

void Engine::prefetch_in_lane() const {
  if (is_crowded()) frames_.prefetch(queue_.upcoming().lane);
}

void Engine::finish() {
  for (Keeper& keeper : keepers_) {
    if (keeper.outlier) keeper.outlier->advance(end_ == never ? now() : end_);
  }
  // Time inside counts to the end of the run, also when the last event came before it.
  if (end_ == never) return;
  queue_.advance_to(end_);
  series_.extend_to(end_);
}

void Engine::dispatch(EventType type, Slot slot, Ticket ticket) {
  switch (type) {
    case EventType::request_arrives:
      return on_request_arrives(slot);
    case EventType::work_done:
      prefetch_in_lane();
      return on_work_done(slot, ticket);
    case EventType::timeout_due:
      if (ticket != frames_[slot].timeout) return pass_over();
      if (!time_out_express(slot)) time_out(slot);
      return;
    case EventType::backoff_ended:
      if (!awaits_backoff(frames_[slot], ticket)) return pass_over();
      if (!try_again_express(slot)) try_again(slot);
      return;
    default:
      return dispatch_rare(type, slot, ticket);
  }
}

void Engine::dispatch_rare(EventType type, Slot slot, Ticket ticket) {
  prefetch_in_lane();
  switch (type) {
    case EventType::request_arrives:
    case EventType::work_done:
    case EventType::timeout_due:
    case EventType::backoff_ended:
      break;  // not rare
    case EventType::user_arrives:
      return on_user_arrives(slot, ticket);
    case EventType::call_ended:
      return on_call_ended(slot, ticket);
    case EventType::permit_due:
      return on_permit_due(slot, ticket);
    case EventType::place_granted:
      return on_place_granted(slot, ticket);
    case EventType::wait_ended:
      return on_wait_ended(slot, ticket);
    case EventType::hedge_due:
      return on_hedge_due(slot, ticket);
    case EventType::fallback_ended:
      return on_fallback_ended(slot, ticket);
    case EventType::deadline_due:
      return on_deadline(slot, ticket);
    case EventType::queue_timeout_due:
      return on_queue_timeout(slot, ticket);
    case EventType::work_delivered:
      return on_work_delivered(slot, ticket);
    case EventType::response_delivered:
      return on_response(slot, ticket);
    case EventType::caller_gone:
      return on_caller_gone(slot, ticket);
    case EventType::lease_expired:
      return on_lease_expired(slot, ticket);
    case EventType::redelivery_due:
      return on_redelivery_due(slot, ticket);
    case EventType::edge:
      return on_edge();
    case EventType::profile_step:
      if (!may_arrive(workload_states_[slot])) return pass_over();  // nobody is to come any more
      return on_profile_step(slot);
    case EventType::warmup_over:
      return on_warmup_over();
  }
}

void Engine::on_warmup_over() {
  settle_express();
  for (Replica& replica : replicas_) replica.waiting_max = replica.waiting;
  for (std::uint32_t q = 0; q < queue_states_.size(); ++q) {
    for (metrics::QueueRecord& totals : queue_states_[q].totals) totals.depth_max = waiting_in(q);
  }
  for (ServiceState& service : service_states_) {
    service.inside_at_warmup = service.inside.integral_ns(now());
    service.busy_at_warmup = service.busy.integral_ns(now());
    service.workers_at_warmup = service.workers.integral_ns(now());
  }
  for (Keeper& keeper : keepers_) {
    if (!keeper.outlier) continue;
    keeper.outlier->advance(now());
    keeper.outlier_at_warmup = keeper.outlier->counts();
  }
  for (QueueState& queue : queue_states_) queue.inside_at_warmup = queue.inside.integral_ns(now());
  restart_limits();
}

std::uint64_t Engine::offered() const noexcept {
  std::uint64_t sum = 0;
  for (const WorkloadState& workload : workload_states_) sum += workload.coming.number();
  return sum;
}

std::uint64_t Engine::memory_bytes() const noexcept {
  return frames_.memory_bytes() + call_extras_.memory_bytes() + work_extras_.memory_bytes() +
         events_.memory_bytes() + messages_.memory_bytes() + ends_.memory_bytes() +
         lives_.memory_bytes() + endless_since_.memory_bytes() + queue_.memory_bytes();
}

}  // namespace squall::model
