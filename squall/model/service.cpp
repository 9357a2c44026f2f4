#include <algorithm>

#include "squall/model/engine.hpp"

/// The callee's side of a call: replicas, workers, lines, and the calls a service makes itself.
namespace squall::model {

using policy::Outcome;
using policy::OutcomeKind;
using policy::RejectedBy;
using scenario::WhenCallerGone;
using sim::EventClass;

namespace {

Outcome error_of(std::uint8_t code, const policy::Pushback& pushback = {}) {
  Outcome outcome{};
  outcome.kind = OutcomeKind::error;
  outcome.code = code;
  outcome.pushback = pushback;
  return outcome;
}

Outcome refusal_by(RejectedBy by) {
  Outcome outcome{};
  outcome.kind = OutcomeKind::rejected;
  outcome.by = by;
  return outcome;
}

}  // namespace

std::uint32_t Engine::choose_replica(std::uint32_t index, std::uint64_t lineage) {
  const Topology::Service& service = topology_.services[index];
  if (service.replicas == 1) return service.first_replica;
  ServiceState& state = service_states_[index];
  const auto draw = [&](Purpose purpose, std::uint32_t bound) {
    Rng rng = key_of(lineage, service.id, purpose).rng();
    return static_cast<std::uint32_t>(rng.below(bound));
  };
  switch (settings_.services[index].options->balance) {
    case scenario::Balance::round_robin: {
      const std::uint32_t chosen = state.next_replica;
      state.next_replica = (state.next_replica + 1) % service.replicas;
      return service.first_replica + chosen;
    }
    case scenario::Balance::random:
      return service.first_replica + draw(Purpose::balance, service.replicas);
    case scenario::Balance::least_requests: {
      // Ties are broken by position, from a place drawn for this attempt on.
      const std::uint32_t start = draw(Purpose::balance, service.replicas);
      std::uint32_t best = service.first_replica + start;
      for (std::uint32_t i = 1; i < service.replicas; ++i) {
        const std::uint32_t candidate = service.first_replica + (start + i) % service.replicas;
        if (replicas_[candidate].outstanding < replicas_[best].outstanding) best = candidate;
      }
      return best;
    }
    case scenario::Balance::power_of_two: {
      const std::uint32_t first = draw(Purpose::balance, service.replicas);
      const std::uint32_t step = 1 + draw(Purpose::balance_other, service.replicas - 1);
      const std::uint32_t a = service.first_replica + first;
      const std::uint32_t b = service.first_replica + (first + step) % service.replicas;
      return replicas_[b].outstanding < replicas_[a].outstanding ? b : a;
    }
  }
  return service.first_replica;
}

void Engine::on_work_delivered(Slot slot, std::uint32_t stamp) {
  if (stamp != works_[slot].event_stamp || works_[slot].state != Work::State::outbound) return;
  if (works_[slot].kind == Work::Kind::publish)
    arrive_at_broker(slot);
  else
    arrive_at_service(slot);
}

void Engine::arrive_at_service(Slot slot) {
  Work& work = works_[slot];
  Replica& replica = replicas_[work.place];
  const std::uint32_t index = topology_.replica_service[work.place];
  const scenario::Service& options = *settings_.services[index].options;
  work.arrived = now();
  service_states_[index].inside.enter(now());
  metrics::ServiceRecord& totals = tally_service(work);
  ++totals.arrived;

  if (replica.down == scenario::Fault::Down::blackhole) {
    ++totals.lost;
    leave_service(slot);
    if (work.caller != no_slot) calls_[work.caller].work = no_slot;
    free_work(slot);
    return;
  }
  const auto refuse = [&](const Outcome& outcome) {
    ++totals.refused;
    leave_service(slot);
    respond(slot, outcome);
  };
  if (replica.down == scenario::Fault::Down::refuse) {
    refuse(error_of(scenario::code_unavailable));
    return;
  }
  if (work.knows_gone && options.when_caller_gone == WhenCallerGone::cancel) {
    ++totals.cancelled;
    leave_service(slot);
    free_work(slot);
    return;
  }
  if (!options.admission.admits(std::uint64_t{replica.waiting} + replica.inside.size)) {
    refuse(refusal_by(RejectedBy::admission));
    return;
  }
  const bool can_start = replica.busy < replica.workers && replica.waiting == 0 && !replica.paused;
  if (!can_start && replica.waiting >= options.queue_capacity) {
    refuse(refusal_by(RejectedBy::queue));
    return;
  }
  if (options.demand_at == scenario::DemandAt::arrival) {
    price(slot, std::min<std::uint64_t>(std::uint64_t{replica.busy} + 1,
                                        std::max<std::uint64_t>(replica.workers, 1)));
  }
  if (can_start) {
    start_service(slot);
    return;
  }
  work.state = Work::State::queued;
  line_of(work).push_back(works_, slot);
  ++replica.waiting;
  totals.queue_max = std::max<std::uint64_t>(totals.queue_max, replica.waiting);
}

List& Engine::line_of(const Work& work) {
  std::vector<List>& lines = replicas_[work.place].lines;
  return lines[lines.size() > 1 ? work.rank : 0];
}

/// Draws what the work will take and how it will end, under the faults and the load of this
/// instant.
/// @param in_service  requests in service at the replica, this one included.
void Engine::price(Slot slot, std::uint64_t in_service) {
  Work& work = works_[slot];
  const std::uint32_t index = topology_.replica_service[work.place];
  const Settings::Service& settings = settings_.services[index];
  const scenario::Service& options = *settings.options;
  const Replica& replica = replicas_[work.place];
  const std::uint64_t id = topology_.services[index].id;

  Rng latency_rng = key_of(work.lineage, id, Purpose::service_time).rng();
  Duration latency = settings.latency(latency_rng);
  double overload_failure = 0.0;
  const double other_failure = settings.failure_sum + replica.failure_add;
  if (options.overload) {
    const double capacity = options.overload->capacity * replica.capacity_factor;
    const double load = capacity > 0.0 ? static_cast<double>(in_service) / capacity : 2.0;
    if (load > 1.0) {
      const double excess = load - 1.0;
      latency =
          later(Instant{latency}, scaled(options.overload->latency, excess)).time_since_epoch();
      const double room = std::max(0.0, options.overload->max_failure - other_failure);
      overload_failure = std::min(excess * options.overload->failure, room);
    }
  }
  if (replica.latency_factor != 1.0) latency = scaled(latency, replica.latency_factor);
  latency = later(Instant{latency}, replica.latency_add).time_since_epoch();

  work.outcome = Outcome{};
  if (other_failure + overload_failure > 0.0) {
    Rng failure_rng = key_of(work.lineage, id, Purpose::failure).rng();
    const double u = failure_rng.uniform();
    double reached = 0.0;
    bool failed = false;
    for (const scenario::FailureMode& mode : options.failure) {
      reached += mode.p;
      if (u < reached) {
        work.outcome = error_of(mode.code, mode.pushback);
        if (mode.after) latency = *mode.after;
        failed = true;
        break;
      }
    }
    if (!failed && u < reached + replica.failure_add + overload_failure) {
      work.outcome = error_of(scenario::code_unavailable);
    }
  }
  work.service_time = latency;
  work.priced = true;
}

void Engine::start_service(Slot slot) {
  Work& work = works_[slot];
  Replica& replica = replicas_[work.place];
  ++replica.busy;
  work.holds_worker = true;
  work.started = now();
  service_states_[topology_.replica_service[work.place]].busy.enter(now());
  tally_service(work).wait.add(now() - work.arrived);
  if (!work.priced) price(slot, replica.busy);
  replica.inside.push_back(works_, slot);
  work.state = Work::State::serving;
  work.finish = later(now(), work.service_time);
  work.event_stamp = next_stamp(work);
  schedule(work.finish, EventClass::completion, EventType::work_done, slot, work.event_stamp);
}

/// Takes the next one to serve out of the line; those that the callee knows nobody waits for are
/// skipped where its settings say so.
Slot Engine::next_in_line(std::uint32_t place) {
  Replica& replica = replicas_[place];
  const scenario::Service& options = *settings_.services[topology_.replica_service[place]].options;
  while (replica.waiting > 0) {
    std::size_t rank = 0;
    while (replica.lines[rank].empty()) ++rank;
    List& line = replica.lines[rank];
    const Slot slot = options.queue_order == scenario::QueueOrder::lifo ? line.tail : line.head;
    line.remove(works_, slot);
    --replica.waiting;
    if (!works_[slot].knows_gone || options.when_caller_gone != WhenCallerGone::skip_queued)
      return slot;
    ++tally_service(works_[slot]).skipped;
    leave_service(slot);
    free_work(slot);
  }
  return no_slot;
}

void Engine::start_waiting(std::uint32_t place) {
  Replica& replica = replicas_[place];
  while (replica.waiting > 0 && replica.busy < replica.workers && !replica.paused &&
         replica.down == scenario::Fault::Down::no) {
    const Slot next = next_in_line(place);
    if (next == no_slot) return;
    start_service(next);
  }
}

void Engine::on_work_done(Slot slot, std::uint32_t stamp) {
  Work& work = works_[slot];
  if (stamp != work.event_stamp || work.state != Work::State::serving) return;
  work.event_stamp = 0;
  work.state = Work::State::calling;
  work.step = 0;
  if (work.kind == Work::Kind::service && work.outcome.is_ok()) {
    const std::uint32_t index = topology_.replica_service[work.place];
    if (!topology_.services[index].steps.empty() &&
        settings_.services[index].options->during_calls == scenario::DuringCalls::release) {
      release_worker(slot);
      start_waiting(work.place);
    }
  }
  go_on(slot);
}

/// Makes the calls of the next step, or finishes when there is none left.
void Engine::go_on(Slot slot) {
  const bool is_handler = works_[slot].kind == Work::Kind::handler;
  if (!is_handler && replicas_[works_[slot].place].paused) {
    works_[slot].wants_to_go_on = true;
    return;
  }
  const std::uint32_t place = works_[slot].place;
  const std::uint32_t index = is_handler ? place : topology_.replica_service[place];
  const std::vector<Topology::Step>& steps =
      is_handler ? topology_.consumers[index].steps : topology_.services[index].steps;
  const std::uint32_t caller_replica =
      is_handler ? 0 : place - topology_.services[index].first_replica;
  while (works_[slot].outcome.is_ok() && works_[slot].step < steps.size()) {
    const Topology::Step& step = steps[works_[slot].step++];
    for (const std::uint32_t edge : step) {
      const Work& work = works_[slot];
      if (work.depth >= settings_.edges[edge].call->max_depth) continue;
      const Slot call = start_call({.edge = edge,
                                    .owner_kind = OwnerKind::work,
                                    .owner = slot,
                                    .request = no_slot,
                                    .lineage = work.lineage,
                                    .caller_replica = caller_replica,
                                    .workload = work.workload,
                                    .depth = work.depth + 1,
                                    .rank = work.rank,
                                    .measured = work.measured});
      link_child(works_[slot].first_child, call);
      ++works_[slot].children;
    }
    if (works_[slot].children > 0) return;
  }
  const Outcome outcome = works_[slot].outcome;
  if (is_handler)
    finish_handler(slot, outcome.is_ok());
  else
    finish_service(slot, outcome);
}

void Engine::on_child_ended(Slot slot, const Call& call, const Outcome& outcome) {
  --works_[slot].children;
  const bool fails =
      !outcome.is_ok() && settings_.edges[call.edge].call->on_failure == scenario::OnFailure::fail;
  if (fails) {
    works_[slot].children = 0;
    abandon_children(works_[slot].first_child);
    works_[slot].outcome =
        error_of(outcome.kind == OutcomeKind::error ? outcome.code : scenario::code_unavailable);
  }
  if (works_[slot].children == 0) go_on(slot);
}

void Engine::finish_service(Slot slot, const Outcome& outcome) {
  Work& work = works_[slot];
  metrics::ServiceRecord& totals = tally_service(work);
  if (outcome.is_ok()) {
    ++totals.completed;
    if (work.unwanted) ++totals.wasted;
  } else {
    ++totals.failed;
  }
  const std::uint32_t place = work.place;
  account_service_time(slot);
  leave_service(slot);
  respond(slot, outcome);
  start_waiting(place);
}

void Engine::release_worker(Slot slot) {
  Work& work = works_[slot];
  if (!work.holds_worker) return;
  work.holds_worker = false;
  --replicas_[work.place].busy;
  service_states_[topology_.replica_service[work.place]].busy.leave(now(), work.started);
}

/// Takes the work out of its replica; it is not in a line any more. Nobody is started in its place
/// yet, and nobody is answered.
void Engine::leave_service(Slot slot) {
  Work& work = works_[slot];
  Replica& replica = replicas_[work.place];
  release_worker(slot);
  if (work.state == Work::State::serving || work.state == Work::State::suspended ||
      work.state == Work::State::calling) {
    replica.inside.remove(works_, slot);
  }
  --replica.outstanding;
  service_states_[topology_.replica_service[work.place]].inside.leave(now(), work.arrived);
  work.event_stamp = 0;
}

/// How much of its own service time it has worked off.
Duration Engine::worked_so_far(const Work& work) const noexcept {
  switch (work.state) {
    case Work::State::serving:
      return work.service_time - (work.finish - now());
    case Work::State::suspended:
      return work.service_time - work.remaining;
    case Work::State::calling:
      return work.service_time;
    default:
      return Duration{0};
  }
}

/// Books the service time worked off so far, once, when the work leaves.
void Engine::account_service_time(Slot slot) {
  const Work& work = works_[slot];
  const Duration worked = worked_so_far(work);
  ServiceState& state = service_states_[topology_.replica_service[work.place]];
  const std::size_t cohort = work.measured ? 1 : 0;
  state.service_ns[cohort] += worked.count();
  if (work.unwanted) state.wasted_ns[cohort] += worked.count();
}

/// Nobody waits for the work any more, nor for anything it has called for.
void Engine::mark_unwanted(Slot slot) {
  unwanted_.assign(1, slot);
  while (!unwanted_.empty()) {
    Work& work = works_[unwanted_.back()];
    unwanted_.pop_back();
    if (work.unwanted) continue;
    work.unwanted = true;
    mark_children_unwanted(work.first_child);
  }
}

void Engine::mark_children_unwanted(Slot first_child) {
  for (Slot child = first_child; child != no_slot; child = calls_[child].next_sibling) {
    const Call& call = calls_[child];
    if (call.work != no_slot) unwanted_.push_back(call.work);
    if (call.first_child != no_slot)
      mark_children_unwanted(call.first_child);  // its hedges: one level
  }
}

void Engine::on_caller_gone(Slot slot, std::uint32_t stamp) {
  Work& work = works_[slot];
  if (stamp != work.life_stamp || !work.live) return;
  work.knows_gone = true;
  const WhenCallerGone rule =
      settings_.services[topology_.replica_service[work.place]].options->when_caller_gone;
  if (rule == WhenCallerGone::cancel && work.state != Work::State::outbound) cancel_work(slot);
}

void Engine::cancel_work(Slot slot) {
  Work& work = works_[slot];
  const std::uint32_t place = work.place;
  ++tally_service(work).cancelled;
  if (work.state == Work::State::queued) {
    line_of(work).remove(works_, slot);
    --replicas_[place].waiting;
  } else {
    account_service_time(slot);
  }
  works_[slot].children = 0;
  abandon_children(works_[slot].first_child);
  leave_service(slot);
  free_work(slot);
  start_waiting(place);
}

void Engine::free_work(Slot slot) {
  Work& work = works_[slot];
  work.event_stamp = work.life_stamp = 0;
  const Slot carried = work.kind == Work::Kind::publish ? work.request : no_slot;
  works_.release(slot);
  if (carried != no_slot) on_event_carrier_gone(carried);
}

}  // namespace squall::model
