#include "squall/model/engine.hpp"

/// The express way: what becomes of a call that nothing unusual concerns. It leads from a workload
/// through layers that let it on, without taking time, to a service of one replica that no fault
/// holds, and back with success. What is done on it is what the other files do, in the same order,
/// where each of their questions has its usual answer; here they are asked once for all calls, when
/// settings or faults change, and the rest is one comparison. Wherever an answer is another one the
/// call is left to the general way, which finds it as it would have left it itself.
namespace squall::model {

using metrics::SeriesColumn;
using policy::Layer;
using policy::Outcome;

/// Finds out anew which edges are open to it; after settings or faults have changed.
void Engine::lay_express() {
  express_.resize(edge_states_.size());
  for (std::uint32_t e = 0; e < express_.size(); ++e) {
    Express& way = express_[e];
    way = Express{};
    const Route& route = edge_states_[e].route;
    const Settings::Edge& edge = settings_.edges[e];
    if (topology_.edges[e].from != scenario::Edge::From::workload || route.leads_to_queue ||
        route.has_choice || route.has_callee_calls || !route.is_plain || route.has_deadline ||
        route.has_budget || !route.takes_no_time) {
      continue;
    }
    const Settings::Service& service = settings_.services[route.callee];
    Replica& replica = replicas_[route.replica];
    way.is_open = service.has_latency_only && !service.prices_at_arrival && !service.is_lifo &&
                  service.admission.limit == policy::AdmissionOptions{}.limit &&
                  !replica.has_fault && replica.lines.size() == 1;
    way.workload_index = topology_.edges[e].caller;
    way.workload = &workload_states_[way.workload_index];
    way.edge = &edge_states_[e];
    way.keeper = &keepers_[route.keeper_first];
    way.replica = &replica;
    way.service = &service_states_[route.callee];
    way.line = &replica.lines.front();
    way.keeper_index = route.keeper_first;
    way.place = route.replica;
    way.queue_capacity = service.queue_capacity;
    for (std::uint8_t layer = 0; layer < edge.layer_count; ++layer) {
      switch (edge.layers[layer]) {
        case Layer::retry:
        case Layer::rate_limit:
          break;
        case Layer::hedge:
        case Layer::budget:
          way.is_open = false;
          break;
        case Layer::breaker:
          way.has_breaker = true;
          break;
        case Layer::bulkhead:
          way.has_bulkhead = true;
          break;
        case Layer::timeout:
          way.timeout = edge.timeout;
          way.timeouts = edge_states_[e].timeouts;
          break;
      }
    }
    FrameState state;
    state.layer = edge.layer_count & 0xfU;
    state.rank = way.workload->rank;
    state.breaker_at_start = way.has_breaker;
    state.call_state = CallState::attempting;
    way.begins = state;
    state.work_state = WorkState::serving;
    state.holds_worker = true;
    state.priced = true;
    way.done = state.word();
    FrameState either;
    either.measured = true;
    either.is_drawn = true;
    way.asked = ~either.word();
  }
}

/// Whether every layer would let a call on, and the callee take it in.
bool Engine::lets_on(const Express& way) const noexcept {
  const Replica& replica = *way.replica;
  return replica.waiting < way.queue_capacity &&
         (!way.has_bulkhead || way.keeper->bulkhead.has_room()) &&
         (!way.has_breaker || way.keeper->breaker.state(now()) == policy::BreakerState::closed);
}

/// A request arrives. False, and nothing was done, where it has to go the general way.
bool Engine::start_express(WorkloadState& state, RandomKey lineage, std::uint32_t user) {
  const Express& way = express_[state.edge];
  if (!way.is_open || !lets_on(way) || !may_step(StepOn::at_once)) return false;
  const Instant now = this->now();
  const bool measured = measured_now();
  const std::size_t cohort = measured ? 1 : 0;

  state.open.enter(now);
  ++state.totals[cohort].offered;
  open_requests_max_ = std::max(open_requests_max_, ++open_requests_);
  std::int64_t* const counts = series_.row_at(now);
  ++counts[static_cast<std::size_t>(SeriesColumn::offered)];
  ++counts[static_cast<std::size_t>(SeriesColumn::attempts)];
  EdgeState& edge = *way.edge;
  edge.calls.enter(now);
  ++edge.totals[cohort].requests;
  ++edge.totals[cohort].attempts;

  const Slot slot = frames_.acquire();
  Frame& frame = frames_[slot];
  FrameState begins = way.begins;
  begins.measured = measured;
  frame.lineage = lineage.value;
  frame.edge = state.edge;
  frame.owner = user;
  frame.started = now;
  frame.keeper = way.keeper_index;
  frame.attempts = 1;
  frame.place = way.place;
  frame.life = ++last_life_;
  frame.arrived = now;
  if (way.has_breaker) (void)way.keeper->breaker.try_acquire(now);
  if (way.has_bulkhead) (void)way.keeper->bulkhead.enter();
  if (way.timeouts != sim::no_lane)
    frame.timeout = schedule_in(way.timeouts, later(now, way.timeout), slot);

  Replica& replica = *way.replica;
  ServiceState& service = *way.service;
  ++replica.outstanding;
  service.inside.enter(now);
  const AtService at{slot, frame, replica, service, service.totals[cohort]};
  ++at.totals.arrived;
  if (replica.busy < replica.workers && replica.waiting == 0) {
    begins.work_state = WorkState::serving;
    frame.set(begins);
    start_service(at);
  } else {
    begins.work_state = WorkState::queued;
    frame.set(begins);
    draw_ahead(at);
    way.line->push_back(frames_, slot);
    ++replica.waiting;
    replica.waiting_max = std::max(replica.waiting_max, replica.waiting);
  }
  return true;
}

/// Starts as many of those in line as there are workers for.
void Engine::start_next(const Express& way) {
  Replica& replica = *way.replica;
  while (replica.waiting > 0 && replica.busy < replica.workers) {
    const Slot slot = way.line->head;
    Frame& next = frames_[slot];
    if (next.knows_gone) return start_waiting(way.place);
    way.line->pop_front(frames_);
    --replica.waiting;
    start_service({slot, next, replica, *way.service, way.service->totals[next.measured ? 1 : 0]});
  }
}

/// The work of a call is done. False, and nothing was done, where it has to go the general way.
bool Engine::finish_express(Slot slot, Frame& work) {
  const Express& way = express_[work.edge];
  if (!way.is_open || ((work.word() ^ way.done) & way.asked) != 0 || work.call_extra != no_slot ||
      work.work_extra != no_slot || !may_step(StepOn::at_once)) {
    return false;
  }
  const Instant now = this->now();
  const std::size_t cohort = work.measured ? 1 : 0;
  const Instant started = work.started;

  ServiceState& service = *way.service;
  Replica& replica = *way.replica;
  ++service.totals[cohort].completed;
  service.service_ns[cohort].add(static_cast<std::uint64_t>((work.finish - work.begun).count()));
  --replica.busy;
  service.busy.leave(now, work.begun);
  --replica.inside_count;
  if (service.knows_inside) replica.inside.remove(frames_, slot);
  service.inside.leave(now, work.arrived);
  start_next(way);

  --replica.outstanding;
  EdgeState& edge = *way.edge;
  edge.calls.leave(now, started);
  ++edge.totals[cohort].attempts_ok;
  ++edge.totals[cohort].ok;
  static constexpr Outcome ok{};
  if (work.timeout != no_ticket) cancel_timeout(work);
  if (way.has_bulkhead) {
    way.keeper->bulkhead.leave();
    if (way.keeper->bulkhead.waiting() > 0) grant_places(way.keeper_index);
  }
  if (way.has_breaker) way.keeper->breaker.on_success(now - started, now);

  const Ending request{.workload = way.workload_index,
                       .user = work.owner,
                       .arrived = started,
                       .lineage = work.lineage,
                       .measured = cohort != 0};
  frames_.release(slot);
  on_rpc_ended(*way.workload, request, ok);
  return true;
}

}  // namespace squall::model
