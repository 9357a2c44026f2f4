#include "squall/model/engine.hpp"

namespace squall::model {

namespace {

/// A run with more events at one instant than so many stands still: something answers something
/// else at once, for ever.
constexpr std::uint64_t events_at_instant_max = 1'000'000;
constexpr std::uint64_t events_for_each_request_max = 1'000;

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
  for (std::size_t k = 0; k < keepers_.size(); ++k) {
    const policy::PolicyOptions* options = settings_.edges[topology_.keeper_edge[k]].options;
    if (options == nullptr) continue;
    keepers_[k].breaker = policy::Breaker(options->breaker);
    keepers_[k].budget = policy::RetryBudget(options->budget);
    if (options->bulkhead) keepers_[k].bulkhead = policy::Bulkhead(*options->bulkhead);
  }
  for (std::uint32_t r = 0; r < replicas_.size(); ++r) {
    const std::uint32_t service = topology_.replica_service[r];
    const bool by_priority =
        settings_.services[service].options->queue_order == scenario::QueueOrder::priority;
    replicas_[r].lines.resize(by_priority ? topology_.ranks : 1);
    replicas_[r].workers = effective_workers(service, 1.0);
  }
  for (std::size_t q = 0; q < queue_states_.size(); ++q) {
    const std::uint32_t partitions = settings_.queues[q].options->partitions;
    queue_states_[q].partitions.resize(partitions == 0 ? 1 : partitions);
  }
  // Faults first, so that an edge at time 0 precedes the arrivals at time 0 by class anyway and the
  // sequence of edges is that of the scenario.
  schedule_faults();
  if (scenario.warmup > Duration{0}) {
    schedule(warmup_end_, sim::EventClass::edge, EventType::warmup_over, 0, 0);
  }
  for (std::uint32_t w = 0; w < workload_states_.size(); ++w) start_workload(w);
}

bool Engine::step() {
  if (queue_.empty() || stuck_) return false;
  if (end_ == never && is_drained()) return false;
  const Instant at = queue_.top().at;
  if (at > end_ || (at == end_ && queue_.top().event_class() == sim::EventClass::arrival))
    return false;
  const sim::Event event = queue_.pop();
  ++events_;
  events_at_instant_ = event.at == instant_ ? events_at_instant_ + 1 : 0;
  instant_ = event.at;
  if (events_at_instant_ > events_at_instant_max + events_for_each_request_max * offered_) {
    stuck_ = true;
    return false;
  }
  dispatch(event);
  return !stuck_;
}

void Engine::finish() {
  // Time inside counts to the end of the run, also when the last event came before it.
  if (end_ == never) return;
  queue_.advance_to(end_);
  series_.extend_to(end_);
}

void Engine::dispatch(const sim::Event& event) {
  const Slot slot = event.slot;
  const std::uint32_t stamp = event.stamp;
  switch (static_cast<EventType>(event.type())) {
    case EventType::request_arrives:
      return on_request_arrives(slot, stamp);
    case EventType::user_arrives:
      return on_user_arrives(slot, stamp);
    case EventType::call_ended:
      return on_call_ended(slot, stamp);
    case EventType::place_granted:
      return on_place_granted(slot, stamp);
    case EventType::backoff_ended:
      return on_backoff_ended(slot, stamp);
    case EventType::wait_ended:
      return on_wait_ended(slot, stamp);
    case EventType::hedge_due:
      return on_hedge_due(slot, stamp);
    case EventType::timeout_due:
      return on_timeout(slot, stamp);
    case EventType::deadline_due:
      return on_deadline(slot, stamp);
    case EventType::work_delivered:
      return on_work_delivered(slot, stamp);
    case EventType::work_done:
      return on_work_done(slot, stamp);
    case EventType::response_delivered:
      return on_response(slot, stamp);
    case EventType::caller_gone:
      return on_caller_gone(slot, stamp);
    case EventType::lease_expired:
      return on_lease_expired(slot, stamp);
    case EventType::redelivery_due:
      return on_redelivery_due(slot, stamp);
    case EventType::edge:
      return on_edge();
    case EventType::profile_step:
      return on_profile_step(slot);
    case EventType::warmup_over:
      return on_warmup_over();
  }
}

void Engine::on_warmup_over() {
  for (ServiceState& service : service_states_) {
    service.inside_at_warmup = service.inside.integral_ns(now());
    service.busy_at_warmup = service.busy.integral_ns(now());
  }
  for (QueueState& queue : queue_states_) queue.inside_at_warmup = queue.inside.integral_ns(now());
}

std::uint64_t Engine::memory_bytes() const noexcept {
  return requests_.memory_bytes() + calls_.memory_bytes() + works_.memory_bytes() +
         messages_.memory_bytes() + queue_.memory_bytes();
}

}  // namespace squall::model
