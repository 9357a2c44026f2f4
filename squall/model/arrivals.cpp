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

}  // namespace

bool Engine::may_arrive(std::uint32_t workload) const noexcept {
  return workload_states_[workload].next_number < workload_states_[workload].requests;
}

void Engine::start_workload(std::uint32_t workload) {
  WorkloadState& state = workload_states_[workload];
  const scenario::Workload& options = scenario_.workloads[workload];
  state.id = entity_id(options.name);
  state.requests = options.requests;
  if (const auto* trace = std::get_if<scenario::TraceArrivals>(&options.arrivals)) {
    state.requests = std::min<std::uint64_t>(state.requests, trace->times->size());
  }
  if (state.requests > 0) ++workloads_arriving_;
  if (const auto* constant = std::get_if<scenario::ConstantArrivals>(&options.arrivals)) {
    state.clock.set_rate(now(), constant->rate.per_second_micro, constant->rate.per_second_micro,
                         forever);
  } else if (const auto* poisson = std::get_if<scenario::PoissonArrivals>(&options.arrivals)) {
    state.clock.set_rate(now(), poisson->rate.per_second_micro, poisson->rate.per_second_micro,
                         forever);
    require_next(workload);
  } else if (std::holds_alternative<scenario::BurstArrivals>(options.arrivals)) {
    state.clock.set_rate(now(), units_per_ns, units_per_ns, forever);
  } else if (const auto* profile = std::get_if<scenario::ProfileArrivals>(&options.arrivals)) {
    if (profile->process == scenario::ProfileArrivals::Process::poisson) require_next(workload);
    on_profile_step(workload);
    return;
  } else if (const auto* closed = std::get_if<scenario::ClosedArrivals>(&options.arrivals)) {
    state.think = Sampler(closed->think);
    for (std::uint32_t user = 0; user < closed->users; ++user) {
      Rng rng = RandomKey{scenario_.seed}
                    .with(state.id)
                    .with(user)
                    .with(static_cast<std::uint64_t>(Purpose::think))
                    .rng();
      schedule_as(user, later(now(), state.think(rng)), EventClass::arrival,
                  EventType::user_arrives, workload);
    }
    return;
  }
  schedule_arrival(workload);
}

void Engine::require_next(std::uint32_t workload) {
  WorkloadState& state = workload_states_[workload];
  const scenario::Arrivals& arrivals = scenario_.workloads[workload].arrivals;
  if (const auto* bursts = std::get_if<scenario::BurstArrivals>(&arrivals)) {
    state.clock.require(ArrivalClock::Units{bursts->every.count()} * units_per_ns);
    return;
  }
  const auto* profile = std::get_if<scenario::ProfileArrivals>(&arrivals);
  const bool poisson =
      std::holds_alternative<scenario::PoissonArrivals>(arrivals) ||
      (profile != nullptr && profile->process == scenario::ProfileArrivals::Process::poisson);
  double arrivals_needed = 1.0;
  if (poisson) {
    Rng rng = RandomKey{scenario_.seed}
                  .with(state.id)
                  .with(state.next_number)
                  .with(static_cast<std::uint64_t>(Purpose::arrival))
                  .rng();
    arrivals_needed = standard_exponential(rng);
  }
  state.clock.require(
      nanoseconds_saturated(arrivals_needed * ArrivalClock::units_per_arrival).count());
}

void Engine::schedule_arrival(std::uint32_t workload) {
  WorkloadState& state = workload_states_[workload];
  if (!may_arrive(workload)) {
    queue_.clear_source(state.source);
    return;
  }
  std::optional<Instant> at;
  if (const auto* trace =
          std::get_if<scenario::TraceArrivals>(&scenario_.workloads[workload].arrivals)) {
    at = (*trace->times)[state.next_number];
  } else {
    at = state.clock.due();
  }
  if (at && *at != never)
    queue_.set_source(state.source, std::max(*at, now()), workload);
  else
    queue_.clear_source(state.source);
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
  std::uint32_t size = 1;
  if (const auto* bursts =
          std::get_if<scenario::BurstArrivals>(&scenario_.workloads[workload].arrivals)) {
    size = bursts->size;
  }
  for (std::uint32_t i = 0; i < size && may_arrive(workload); ++i) start_request(workload, 0);
  if (!std::holds_alternative<scenario::TraceArrivals>(scenario_.workloads[workload].arrivals)) {
    state.clock.advance(now());
    require_next(workload);
  }
  schedule_arrival(workload);
}

void Engine::on_user_arrives(std::uint32_t workload, std::uint32_t user) {
  if (!may_arrive(workload)) return;
  const auto& closed = std::get<scenario::ClosedArrivals>(scenario_.workloads[workload].arrivals);
  WorkloadState& state = workload_states_[workload];
  if (state.instant != now()) {
    state.instant = now();
    state.at_instant = 0;
  }
  if (++state.at_instant > rounds_at_instant_max * closed.users) {
    stuck_ = true;
    stuck_workload_ = workload;
    return;
  }
  start_request(workload, user);
}

void Engine::start_request(std::uint32_t workload, std::uint32_t user) {
  WorkloadState& state = workload_states_[workload];
  const std::uint64_t number = state.next_number++;
  if (state.next_number == state.requests) --workloads_arriving_;
  const std::uint64_t lineage = RandomKey{scenario_.seed}.with(state.id).with(number).value;
  const bool measured = measured_now();
  state.open.enter(now());
  ++state.totals[measured ? 1 : 0].offered;
  ++offered_;
  open_requests_max_ = std::max(open_requests_max_, static_cast<std::size_t>(++open_requests_));
  count(SeriesColumn::offered);

  const std::uint32_t edge = topology_.workload_edge[workload];
  CallStart start{.edge = edge,
                  .owner_kind = OwnerKind::user,
                  .owner = user,
                  .lineage = lineage,
                  .caller_replica = 0,
                  .depth = 1,
                  .rank = topology_.workload_rank[workload],
                  .measured = measured};
  if (topology_.edges[edge].to.kind == scenario::Target::Kind::queue) {
    start.owner_kind = OwnerKind::event;
    start.owner = events_.acquire();
    Event& event = events_[start.owner];
    event.live = true;
    event.arrived = now();
    event.lineage = lineage;
    event.workload = workload;
    event.user = user;
    event.measured = measured;
    event.call_under_way = true;
  }
  (void)start_call(start);
}

End Engine::end_in_time(const Ending& request) const noexcept {
  const Duration sojourn = now() - request.arrived;
  return sojourn <= scenario_.workloads[request.workload].objective ? End::ok : End::late;
}

void Engine::on_rpc_ended(const Ending& request, const Outcome& outcome) {
  if (outcome.is_ok())
    end_request(request, end_in_time(request), outcome);
  else if (outcome.kind == OutcomeKind::rejected)
    end_request(request, End::rejected, outcome);
  else
    end_request(request, End::failed, outcome);
}

/// The effect decides how the event ends, not the publish.
void Engine::on_publish_ended(Slot slot, const Outcome& outcome) {
  Event& event = events_[slot];
  event.call_under_way = false;
  event.publish_over = true;
  event.publish_outcome = outcome;
  settle_event(slot);
}

void Engine::on_event_effect(Slot slot) {
  Event& event = events_[slot];
  if (event.effected) {
    ++workload_states_[event.workload].totals[event.measured ? 1 : 0].duplicates;
    return;
  }
  event.effected = true;
  if (event.ended) return;  // given up before; its end is booked
  const Duration sojourn = now() - event.arrived;
  const bool in_time = sojourn <= scenario_.workloads[event.workload].objective;
  end_event(slot, in_time ? End::ok : End::late, Outcome{});
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
  } else {
    Outcome outcome = event.publish_outcome;
    if (outcome.is_ok()) outcome.kind = OutcomeKind::error;
    end_event(slot, End::failed, outcome);
  }
}

void Engine::end_event(Slot slot, End how, const Outcome& outcome) {
  Event& event = events_[slot];
  event.ended = true;
  end_request({.workload = event.workload,
               .user = event.user,
               .arrived = event.arrived,
               .lineage = event.lineage,
               .measured = event.measured},
              how, outcome);
  release_event_if_done(slot);
}

void Engine::end_request(const Ending& request, End how, const Outcome& outcome) {
  WorkloadState& state = workload_states_[request.workload];
  metrics::WorkloadRecord& totals = state.totals[request.measured ? 1 : 0];
  const Duration sojourn = now() - request.arrived;
  state.open.leave(now(), request.arrived);
  --open_requests_;
  switch (how) {
    case End::none:
      SQUALL_CHECK(false, "a request ended in no way");
      break;
    case End::ok:
      ++totals.ok;
      totals.latency.add(sojourn);
      totals.ok_latency.add(sojourn);
      totals.sojourns.add(sojourn);
      count(SeriesColumn::goodput);
      break;
    case End::late:
      ++totals.late;
      totals.latency.add(sojourn);
      totals.sojourns.add(sojourn);
      count(SeriesColumn::late);
      break;
    case End::failed:
      ++totals.failed;
      if (outcome.kind == OutcomeKind::timeout)
        ++totals.failed_timeout;
      else if (outcome.kind == OutcomeKind::deadline)
        ++totals.failed_deadline;
      else
        ++totals.failed_error;
      break;
    case End::rejected:
      ++totals.rejected;
      ++(policy::is_local(outcome.by) ? totals.rejected_local : totals.rejected_remote);
      break;
    case End::dead_lettered:
      ++totals.dead_lettered;
      break;
    case End::dropped:
      ++totals.dropped;
      break;
  }
  if (how != End::ok && how != End::late) count(SeriesColumn::failed);

  if (std::holds_alternative<scenario::ClosedArrivals>(
          scenario_.workloads[request.workload].arrivals)) {
    Rng rng = key_of(request.lineage, state.id, Purpose::think).rng();
    schedule_as(request.user, later(now(), state.think(rng)), EventClass::arrival,
                EventType::user_arrives, request.workload);
  }
}

void Engine::release_event_if_done(Slot slot) {
  const Event& event = events_[slot];
  if (event.ended && event.carriers == 0 && !event.call_under_way) events_.release(slot);
}

}  // namespace squall::model
