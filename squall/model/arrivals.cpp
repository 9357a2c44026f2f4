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
      schedule(later(now(), state.think(rng)), EventClass::arrival, EventType::user_arrives,
               workload, user);
    }
    return;
  }
  schedule_arrival(workload);
}

void Engine::require_next(std::uint32_t workload) {
  WorkloadState& state = workload_states_[workload];
  const scenario::Arrivals& arrivals = scenario_.workloads[workload].arrivals;
  if (const auto* bursts = std::get_if<scenario::BurstArrivals>(&arrivals)) {
    state.clock.require(bursts->every.count() >= INT64_MAX / units_per_ns
                            ? INT64_MAX / 2
                            : bursts->every.count() * units_per_ns);
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
  const std::uint32_t stamp = ++state.arrival_stamp;
  if (!may_arrive(workload)) return;
  std::optional<Instant> at;
  if (const auto* trace =
          std::get_if<scenario::TraceArrivals>(&scenario_.workloads[workload].arrivals)) {
    at = (*trace->times)[state.next_number];
  } else {
    at = state.clock.due();
  }
  if (at)
    schedule(std::max(*at, now()), EventClass::arrival, EventType::request_arrives, workload,
             stamp);
}

void Engine::on_profile_step(std::uint32_t workload) {
  WorkloadState& state = workload_states_[workload];
  const auto& profile = std::get<scenario::ProfileArrivals>(scenario_.workloads[workload].arrivals);
  if (state.profile_step < profile.steps.size()) {
    const scenario::ProfileArrivals::Step& step = profile.steps[state.profile_step++];
    state.clock.set_rate(now(), step.from.per_second_micro, step.to.per_second_micro, step.length);
    schedule(later(now(), step.length), EventClass::edge, EventType::profile_step, workload, 0);
  } else {
    const std::int64_t last = profile.steps.back().to.per_second_micro;
    state.clock.set_rate(now(), last, last, forever);
  }
  schedule_arrival(workload);
}

void Engine::on_request_arrives(std::uint32_t workload, std::uint32_t stamp) {
  WorkloadState& state = workload_states_[workload];
  if (stamp != state.arrival_stamp) return;
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
  const Slot slot = requests_.acquire();
  Request& request = requests_[slot];
  request.arrived = now();
  request.number = state.next_number++;
  if (state.next_number == state.requests) --workloads_arriving_;
  request.lineage = RandomKey{scenario_.seed}.with(state.id).with(request.number).value;
  request.workload = workload;
  request.user = user;
  request.measured = measured_now();
  state.open.enter(now());
  ++state.totals[request.measured ? 1 : 0].offered;
  ++offered_;
  open_requests_max_ = std::max(open_requests_max_, static_cast<std::size_t>(++open_requests_));
  count(SeriesColumn::offered);

  const std::uint32_t edge = topology_.workload_edge[workload];
  const bool is_event = topology_.edges[edge].to.kind == scenario::Target::Kind::queue;
  const CallStart start{.edge = edge,
                        .owner_kind = OwnerKind::request,
                        .owner = slot,
                        .request = is_event ? slot : no_slot,
                        .lineage = request.lineage,
                        .caller_replica = 0,
                        .workload = workload,
                        .depth = 1,
                        .rank = topology_.workload_rank[workload],
                        .measured = request.measured};
  const Slot call = start_call(start);
  requests_[slot].call = call;
}

void Engine::on_root_call_ended(Slot slot, const Outcome& outcome) {
  Request& request = requests_[slot];
  request.call = no_slot;
  const bool is_event = topology_.edges[topology_.workload_edge[request.workload]].to.kind ==
                        scenario::Target::Kind::queue;
  if (is_event) {
    // The effect decides, not the publish.
    request.publish_over = true;
    request.publish_outcome = outcome;
    settle_event(slot);
    return;
  }
  if (outcome.is_ok()) {
    const Duration sojourn = now() - request.arrived;
    const bool in_time = sojourn <= scenario_.workloads[request.workload].objective;
    end_request(slot, in_time ? Request::End::ok : Request::End::late, outcome);
  } else if (outcome.kind == OutcomeKind::rejected) {
    end_request(slot, Request::End::rejected, outcome);
  } else {
    end_request(slot, Request::End::failed, outcome);
  }
}

void Engine::on_event_effect(Slot slot) {
  Request& request = requests_[slot];
  if (request.effected) {
    ++workload_states_[request.workload].totals[request.measured ? 1 : 0].duplicates;
    return;
  }
  request.effected = true;
  if (request.ended) return;  // given up before; its end is booked
  const Duration sojourn = now() - request.arrived;
  const bool in_time = sojourn <= scenario_.workloads[request.workload].objective;
  end_request(slot, in_time ? Request::End::ok : Request::End::late, Outcome{});
}

void Engine::on_event_message_settled(Slot slot, Request::End how) {
  Request& request = requests_[slot];
  --request.messages_inside;
  if (how != Request::End::none) request.message_end = how;
  settle_event(slot);
}

/// A publish that carried the event ended without a message: refused, lost or withdrawn.
void Engine::on_event_carrier_gone(Slot slot) {
  Request& request = requests_[slot];
  --request.messages;
  --request.messages_inside;
  settle_event(slot);
}

/// Ends an event once nothing that carries it is left: neither its publish nor a message.
void Engine::settle_event(Slot slot) {
  Request& request = requests_[slot];
  if (request.ended || !request.publish_over || request.messages_inside > 0) {
    release_request_if_done(slot);
    return;
  }
  if (request.message_end != Request::End::none) {
    Outcome outcome{};
    outcome.kind = OutcomeKind::error;
    end_request(slot, request.message_end, outcome);
  } else if (request.publish_outcome.kind == OutcomeKind::rejected) {
    end_request(slot, Request::End::rejected, request.publish_outcome);
  } else {
    Outcome outcome = request.publish_outcome;
    if (outcome.is_ok()) outcome.kind = OutcomeKind::error;
    end_request(slot, Request::End::failed, outcome);
  }
}

void Engine::end_request(Slot slot, Request::End how, const Outcome& outcome) {
  Request& request = requests_[slot];
  WorkloadState& state = workload_states_[request.workload];
  metrics::WorkloadRecord& totals = state.totals[request.measured ? 1 : 0];
  const Duration sojourn = now() - request.arrived;
  request.ended = true;
  state.open.leave(now(), request.arrived);
  --open_requests_;
  switch (how) {
    case Request::End::none:
      SQUALL_CHECK(false, "a request ended in no way");
      break;
    case Request::End::ok:
      ++totals.ok;
      totals.latency.add(sojourn);
      totals.ok_latency.add(sojourn);
      totals.sojourns.add(sojourn);
      count(SeriesColumn::goodput);
      break;
    case Request::End::late:
      ++totals.late;
      totals.latency.add(sojourn);
      totals.sojourns.add(sojourn);
      count(SeriesColumn::late);
      break;
    case Request::End::failed:
      ++totals.failed;
      if (outcome.kind == OutcomeKind::timeout)
        ++totals.failed_timeout;
      else if (outcome.kind == OutcomeKind::deadline)
        ++totals.failed_deadline;
      else
        ++totals.failed_error;
      break;
    case Request::End::rejected:
      ++totals.rejected;
      ++(policy::is_local(outcome.by) ? totals.rejected_local : totals.rejected_remote);
      break;
    case Request::End::dead_lettered:
      ++totals.dead_lettered;
      break;
    case Request::End::dropped:
      ++totals.dropped;
      break;
  }
  if (how != Request::End::ok && how != Request::End::late) count(SeriesColumn::failed);

  if (std::holds_alternative<scenario::ClosedArrivals>(
          scenario_.workloads[request.workload].arrivals)) {
    Rng rng = key_of(request.lineage, state.id, Purpose::think).rng();
    schedule(later(now(), state.think(rng)), EventClass::arrival, EventType::user_arrives,
             request.workload, request.user);
  }
  release_request_if_done(slot);
}

void Engine::release_request_if_done(Slot slot) {
  const Request& request = requests_[slot];
  if (request.ended && request.messages == 0 && request.call == no_slot) requests_.release(slot);
}

}  // namespace squall::model
