#include <algorithm>

#include "squall/model/engine.hpp"

/// Requests of workloads: when they arrive, and how they end.
namespace squall::model {

using metrics::SeriesColumn;
using policy::Outcome;
using policy::OutcomeKind;
using sim::EventClass;

namespace {

/// So many requests for each closed user may arrive at one instant before the run is taken to
/// stand still.
constexpr std::uint64_t rounds_at_instant_max = 1'000;

/// A burst every `every`: the clock passes `units_per_ns` units a nanosecond.
constexpr std::int64_t units_per_ns = 1'000'000;

[[nodiscard]] bool arrive_by_poisson(const scenario::Arrivals& arrivals) {
  const auto* profile = std::get_if<scenario::ProfileArrivals>(&arrivals);
  return std::holds_alternative<scenario::PoissonArrivals>(arrivals) ||
         (profile != nullptr && profile->process == scenario::ProfileArrivals::Process::poisson);
}

}  // namespace

void Engine::start_workload(std::uint32_t workload) {
  WorkloadState& state = workload_states_[workload];
  const scenario::Workload& options = scenario_.workloads[workload];
  state.id = entity_id(options.name);
  const RandomKey key = RandomKey{scenario_.seed}.with(state.id);
  state.objective = options.objective;
  state.edge = topology_.workload_edge[workload];
  state.rank = topology_.workload_rank[workload];
  state.leads_to_queue = topology_.edges[state.edge].to.kind == scenario::Target::Kind::queue;
  state.requests = options.requests;
  if (const auto* trace = std::get_if<scenario::TraceArrivals>(&options.arrivals)) {
    state.requests = std::min<std::uint64_t>(state.requests, trace->times->size());
    state.trace = trace->times.get();
  }
  if (state.requests > 0) ++workloads_arriving_;
  state.is_poisson = arrive_by_poisson(options.arrivals);
  start_draws(state, key);
  if (state.is_poisson) state.clock.require(state.coming.need());
  if (const auto* constant = std::get_if<scenario::ConstantArrivals>(&options.arrivals)) {
    state.clock.set_rate(now(), constant->rate.per_second_micro, constant->rate.per_second_micro,
                         forever);
  } else if (const auto* poisson = std::get_if<scenario::PoissonArrivals>(&options.arrivals)) {
    state.clock.set_rate(now(), poisson->rate.per_second_micro, poisson->rate.per_second_micro,
                         forever);
  } else if (const auto* bursts = std::get_if<scenario::BurstArrivals>(&options.arrivals)) {
    state.burst = bursts->size;
    state.clock.set_rate(now(), units_per_ns, units_per_ns, forever);
  } else if (std::holds_alternative<scenario::ProfileArrivals>(options.arrivals)) {
    on_profile_step(workload);
    return;
  } else if (const auto* closed = std::get_if<scenario::ClosedArrivals>(&options.arrivals)) {
    state.is_closed = true;
    state.think = Sampler(closed->think);
    for (std::uint32_t user = 0; user < closed->users; ++user) {
      Rng rng = key.with(user).with(static_cast<std::uint64_t>(Purpose::think)).rng();
      schedule_as(user, later(now(), state.think(rng)), EventClass::arrival,
                  EventType::user_arrives, workload);
    }
    return;
  }
  schedule_arrival(workload);
}

/// Says how much of its clock the workload's next arrival needs.
void Engine::require_next(std::uint32_t workload) {
  WorkloadState& state = workload_states_[workload];
  if (state.is_poisson) return state.clock.require(state.coming.need());
  const scenario::Arrivals& arrivals = scenario_.workloads[workload].arrivals;
  if (const auto* bursts = std::get_if<scenario::BurstArrivals>(&arrivals)) {
    state.clock.require(ArrivalClock::Units{bursts->every.count()} * units_per_ns);
  } else if (state.trace == nullptr) {
    state.clock.require(nanoseconds_saturated(ArrivalClock::units_per_arrival).count());
  }
}

/// When a workload arrives next, from one arrival to the other.
Instant Engine::next_due(WorkloadState& state, std::uint32_t workload) {
  return state.is_poisson ? state.clock.next_due(now(), state.coming.need()) : due_apart(workload);
}

/// The same where it is no Poisson process.
Instant Engine::due_apart(std::uint32_t workload) {
  WorkloadState& state = workload_states_[workload];
  state.clock.advance(now());
  require_next(workload);
  return state.clock.due();
}

/// What can be said of its requests in advance.
void Engine::start_draws(WorkloadState& state, RandomKey key) {
  DrawsWanted wanted{.key = key, .workload_id = state.id, .needs = state.is_poisson};
  if (!state.leads_to_queue) {
    const std::uint32_t callee = topology_.edges[state.edge].to.index;
    const Sampler& latency = settings_.services[callee].latency;
    wanted.service_times = latency.is_exponential();
    wanted.service_id = topology_.services[callee].id;
    if (wanted.service_times) wanted.service_mean_ns = latency.exponential_mean_ns();
  }
  state.coming.start(wanted);
}

void Engine::schedule_arrival(std::uint32_t workload) {
  schedule_arrival_at(workload, workload_states_[workload].clock.due());
}

/// @param due  as the clock says; a trace says it otherwise.
void Engine::schedule_arrival_at(std::uint32_t workload, Instant due) {
  WorkloadState& state = workload_states_[workload];
  if (!may_arrive(state)) [[unlikely]] {
    queue_.clear_source(state.source);
    return;
  }
  const Instant at = state.trace == nullptr ? due : (*state.trace)[state.coming.number()];
  if (at == never) [[unlikely]]
    queue_.clear_source(state.source);
  else
    queue_.set_source(state.source, at < now() ? now() : at, workload);
}

void Engine::on_profile_step(std::uint32_t workload) {
  WorkloadState& state = workload_states_[workload];
  const auto& profile = std::get<scenario::ProfileArrivals>(scenario_.workloads[workload].arrivals);
  if (state.profile_step < profile.steps.size()) {
    const scenario::ProfileArrivals::Step& step = profile.steps[state.profile_step++];
    state.clock.set_rate(now(), step.from.per_second_micro, step.to.per_second_micro, step.length);
    schedule(later(now(), step.length), EventClass::edge, EventType::profile_step, workload);
  } else {
    const std::int64_t last = profile.steps.back().to.per_second_micro;
    state.clock.set_rate(now(), last, last, forever);
  }
  schedule_arrival(workload);
}

void Engine::on_request_arrives(std::uint32_t workload) {
  WorkloadState& state = workload_states_[workload];
  const ComingDraws::Request request = take_request(state);
  if (state.burst > 1) [[unlikely]]
    start_burst(workload, request.lineage);
  schedule_arrival_at(workload, next_due(state, workload));
  const bool is_express = state.burst == 1 && start_express(state, request, 0);
  if (state.burst == 1 && !is_express) start_request(workload, request.lineage, 0, StepOn::at_once);
  if (!is_express || state.trace != nullptr) return;
  if (state.flow_rests == 0)
    flow(workload);
  else
    --state.flow_rests;
}

ComingDraws::Request Engine::take_request(WorkloadState& state) {
  const ComingDraws::Request request = state.coming.take();
  if (state.coming.number() == state.requests) --workloads_arriving_;
  return request;
}

void Engine::start_burst(std::uint32_t workload, RandomKey lineage) {
  WorkloadState& state = workload_states_[workload];
  start_request(workload, lineage, 0, StepOn::in_its_event);
  for (std::uint32_t i = 1; i < state.burst && may_arrive(state); ++i)
    start_request(workload, take_request(state).lineage, 0, StepOn::in_its_event);
}

void Engine::on_user_arrives(std::uint32_t workload, std::uint32_t user) {
  WorkloadState& state = workload_states_[workload];
  if (!may_arrive(state)) return pass_over();  // they have sent all that there is to send
  const auto& closed = std::get<scenario::ClosedArrivals>(scenario_.workloads[workload].arrivals);
  if (state.instant != now()) {
    state.instant = now();
    state.at_instant = 0;
  }
  if (++state.at_instant > rounds_at_instant_max * closed.users) {
    stuck_ = true;
    end_run();
    stuck_workload_ = workload;
    return;
  }
  const ComingDraws::Request request = take_request(state);
  if (!start_express(state, request, user))
    start_request(workload, request.lineage, user, StepOn::at_once);
}

void Engine::start_request(std::uint32_t workload, RandomKey lineage, std::uint32_t user,
                           StepOn on) {
  WorkloadState& state = workload_states_[workload];
  const bool measured = measured_now();
  state.open.enter(now());
  ++state.totals[measured ? 1 : 0].offered;
  open_requests_max_ = std::max(open_requests_max_, ++open_requests_);
  count(SeriesColumn::offered);

  const CallStart start{.edge = state.edge,
                        .owner_kind = OwnerKind::user,
                        .owner = user,
                        .lineage = lineage.value,
                        .caller_replica = 0,
                        .depth = 1,
                        .rank = state.rank,
                        .measured = measured,
                        .deadline = never};
  if (state.leads_to_queue) [[unlikely]]
    start_event(workload, start);
  else
    (void)start_call(start, on);
}

/// The request is an event: it has a record of its own, and the call publishes it.
void Engine::start_event(std::uint32_t workload, CallStart start) {
  const Slot slot = events_.acquire();
  Event& event = events_[slot];
  event.live = true;
  event.arrived = now();
  event.lineage = start.lineage;
  event.workload = workload;
  event.user = start.owner;
  event.measured = start.measured;
  event.call_under_way = true;
  if (tracer_ != nullptr)
    tracer_->event_arrives(slot, workload, workload_states_[workload].coming.number() - 1);
  start.owner_kind = OwnerKind::event;
  start.owner = slot;
  (void)start_inner_call(start);
}

void Engine::on_rpc_ended(WorkloadState& state, const Ending& request, const Outcome& outcome) {
  end_request(state, request, end_of_rpc(state, request, outcome), outcome);
}

End Engine::end_of_rpc(const WorkloadState& state, const Ending& request, const Outcome& outcome) {
  if (outcome.is_ok()) return end_of_ok(state, request.arrived);
  return outcome.kind == OutcomeKind::rejected ? End::rejected : End::failed;
}

/// The effect decides how the event ends, not the publish.
void Engine::on_publish_ended(Slot slot, const Outcome& outcome) {
  Event& event = events_[slot];
  event.call_under_way = false;
  event.publish_over = true;
  event.publish_outcome = outcome;
  settle_event(slot);
}

void Engine::on_event_effect(Slot slot, const Outcome& outcome) {
  Event& event = events_[slot];
  if (event.effected) {
    ++workload_states_[event.workload].totals[event.measured ? 1 : 0].duplicates;
    return;
  }
  event.effected = true;
  if (event.ended) return;  // given up before; its end is booked
  end_event(slot, is_in_time(event) ? End::ok : End::late, outcome);
}

void Engine::on_event_message_settled(Slot slot, End how) {
  Event& event = events_[slot];
  --event.carriers_inside;
  if (how != End::none) event.message_end = how;
  settle_event(slot);
}

/// A publish that carried the event ended without a message: refused, lost or withdrawn.
void Engine::on_event_carrier_gone(Slot slot) {
  Event& event = events_[slot];
  --event.carriers;
  --event.carriers_inside;
  settle_event(slot);
}

/// Ends an event once nothing that carries it is left: neither its publish nor a message.
void Engine::settle_event(Slot slot) {
  Event& event = events_[slot];
  if (event.ended || !event.publish_over || event.carriers_inside > 0) {
    release_event_if_done(slot);
    return;
  }
  if (event.message_end != End::none) {
    Outcome outcome{};
    outcome.kind = OutcomeKind::error;
    end_event(slot, event.message_end, outcome);
  } else if (event.publish_outcome.kind == OutcomeKind::rejected) {
    end_event(slot, End::rejected, event.publish_outcome);
  } else if (event.publish_outcome.degraded) {
    // Nothing carries it, but its publish has an answer all the same.
    end_event(slot, is_in_time(event) ? End::ok : End::late, event.publish_outcome);
  } else {
    Outcome outcome = event.publish_outcome;
    if (outcome.is_ok()) outcome.kind = OutcomeKind::error;
    end_event(slot, End::failed, outcome);
  }
}

void Engine::end_event(Slot slot, End how, const Outcome& outcome) {
  Event& event = events_[slot];
  event.ended = true;
  if (tracer_ != nullptr) tracer_->event_ends(slot, how, outcome);
  workload_states_[event.workload].open.leave(now(), event.arrived);
  end_request(workload_states_[event.workload],
              {.workload = event.workload,
               .user = event.user,
               .arrived = event.arrived,
               .lineage = event.lineage,
               .measured = event.measured},
              how, outcome);
  release_event_if_done(slot);
}

/// All but that it is no longer open.
void Engine::end_request(WorkloadState& state, const Ending& request, End how,
                         const Outcome& outcome) {
  note_end(state, request.arrived, request.measured, how, outcome);
  if (state.is_closed) {
    Rng rng = key_of(request.lineage, state.id, Purpose::think).rng();
    schedule_as(request.user, later(now(), state.think(rng)), EventClass::arrival,
                EventType::user_arrives, request.workload);
  }
}

/// What the books say of it.
void Engine::note_end(WorkloadState& state, Instant arrived, bool measured, End how,
                      const Outcome& outcome) {
  metrics::WorkloadRecord& totals = state.totals[measured ? 1 : 0];
  const Duration sojourn = now() - arrived;
  if (--open_requests_ == 0 && is_drained()) end_run();
  if (how == End::ok) {
    ++totals.ok;
    totals.degraded += outcome.degraded ? 1U : 0U;
    totals.ok_latency.add(sojourn);
    totals.sojourns.add(sojourn);
    count(SeriesColumn::goodput);
  } else if (how == End::late) {
    ++totals.late;
    totals.latency.add(sojourn);  // record() adds the others
    totals.sojourns.add(sojourn);
    count(SeriesColumn::late);
  } else {
    end_without_effect(totals, how, outcome);
  }
}

void Engine::end_without_effect(metrics::WorkloadRecord& totals, End how, const Outcome& outcome) {
  count(SeriesColumn::failed);
  switch (how) {
    case End::failed:
      ++totals.failed;
      if (outcome.kind == OutcomeKind::timeout)
        ++totals.failed_timeout;
      else if (outcome.kind == OutcomeKind::deadline)
        ++totals.failed_deadline;
      else
        ++totals.failed_error;
      return;
    case End::rejected:
      ++totals.rejected;
      ++(policy::is_local(outcome.by) ? totals.rejected_local : totals.rejected_remote);
      return;
    case End::dead_lettered:
      ++totals.dead_lettered;
      return;
    case End::dropped:
      ++totals.dropped;
      return;
    case End::none:
    case End::ok:
    case End::late:
      break;
  }
  SQUALL_CHECK(false, "a request ended in no way");
}

void Engine::release_event_if_done(Slot slot) {
  const Event& event = events_[slot];
  if (event.ended && event.carriers == 0 && !event.call_under_way) events_.release(slot);
}

}  // namespace squall::model
