#include <utility>

#include "squall/model/engine.hpp"

/// The caller's side: a call goes down through the layers of its policy (layers.cpp), makes an
/// attempt, and comes up again with the outcome, until a layer turns it round or it has ended.
namespace squall::model {

using metrics::SeriesColumn;
using policy::Layer;
using policy::Outcome;
using policy::OutcomeKind;
using policy::RejectedBy;

CallExtra& Engine::make_call_extra(Slot slot) {
  const Slot made = call_extras_.acquire();
  Frame& call = frames_[slot];
  CallExtra& extra = call_extras_[made];
  extra.frame = slot;
  extra.retry.attempts = call.tries;
  extra.keeper = keeper_of(call);
  extra.owner = call.owner;
  call.set_call_extra(made);
  return extra;
}

/// A call that is not a request by itself; whoever starts it may have more to do.
Slot Engine::start_inner_call(const CallStart& start) {
  return start_call(start, StepOn::in_its_event);
}

Slot Engine::start_call(const CallStart& start, StepOn on) {
  EdgeState& edge = edge_states_[start.edge];
  const Route& route = edge.route;
  const Slot slot = frames_.acquire();
  Frame& call = frames_[slot];
  call.call_state = CallState::entering;
  call.started = now();
  call.set_numbers({.edge = start.edge % Frame::edges_max});
  call.owner_kind = start.owner_kind;
  call.measured = start.measured;
  call.retrying = call.pending = call.breaker_at_start = false;  // with these a byte is whole
  call.work_kind = WorkKind::service;
  call.owner = start.owner;
  call.rank = start.rank;
  call.lineage = start.lineage;
  if (!route.is_plain) name_call(call, start);
  if (const std::uint32_t further = start.caller_replica * route.keeper_step; further != 0)
    extra_of_call(slot).keeper += further;

  if (tracer_ != nullptr) [[unlikely]]
    trace_call(slot);
  ++edge.totals[start.measured ? 1 : 0].requests;
  edge.calls.enter(now());
  if (start.depth > 1) extra_of_call(slot).depth = start.depth;
  if ((route.has_deadline || start.deadline != never) && !start_deadline(slot, start.deadline))
      [[unlikely]] {
    Outcome too_late{};
    too_late.kind = OutcomeKind::deadline;
    end_in_event_of_its_own(slot, too_late);
  } else if (route.layer_count == 0) {
    make_attempt(slot, on);
  } else {
    Outcome outcome{};
    if (!descend(slot, outcome, on)) end_in_event_of_its_own(slot, outcome);
  }
  return slot;
}

/// Its own, or the one handed down with the work that makes the call, whichever is earlier.
/// @return false when it has passed already, which only one handed down can have.
bool Engine::start_deadline(Slot slot, Instant handed_down) {
  CallExtra& extra = extra_of_call(slot);
  const Frame& call = frames_[slot];
  extra.deadline = std::min(later(now(), settings_.edges[call.edge].deadline), handed_down);
  if (extra.deadline <= now()) return false;
  extra.deadline_event =
      schedule_in(edge_states_[call.edge].deadlines, extra.deadline, call.call_extra());
  return true;
}

/// Gives the call the lineage of its edge. The first edge to a callee hands its caller's on, so
/// that the same work keeps its draws whether it is reached by a call or by a message. Others add
/// their name, and a cycle its depth, so that no two works of a request at one callee draw the
/// same.
void Engine::name_call(Frame& call, const CallStart& start) const noexcept {
  const Topology::Edge& edge = topology_.edges[start.edge];
  RandomKey lineage{start.lineage};
  if (!edge.is_first) lineage = lineage.with(edge.id);
  if (edge.bounded_depth) lineage = lineage.with(0x10000U + start.depth);
  call.lineage = lineage.value;
}

/// Which of the caller's instances makes the call, which its name says.
std::uint32_t Engine::instance_of(const Frame& call) const noexcept {
  const Topology::Edge& edge = topology_.edges[call.edge];
  Rng rng = key_of(call.lineage, edge.target_id, Purpose::instance).rng();
  return static_cast<std::uint32_t>(rng.below(edge.instances));
}

/// The owner is still busy starting calls: it is told later, at the same instant.
void Engine::end_in_event_of_its_own(Slot slot, const Outcome& outcome) {
  frames_[slot].call_state = CallState::ended;
  CallExtra& extra = extra_of_call(slot);
  extra.outcome = outcome;
  extra.wait = post(EventType::call_ended, slot);
}

void Engine::cancel_deadline(CallExtra& extra, std::uint32_t edge) {
  if (extra.deadline_event == no_ticket) return;
  extra.deadline_event = no_ticket;
  queue_.retire(edge_states_[edge].deadlines, [this](Slot slot, Ticket ticket) {
    return call_extras_[slot].deadline_event == ticket;
  });
}

void Engine::make_attempt(Slot slot, StepOn on) {
  Frame& frame = frames_[slot];
  EdgeState& edge = edge_states_[frame.edge];
  const Route& route = edge.route;
  frame.call_state = CallState::attempting;
  frame.work_state = WorkState::outbound;
  frame.count_attempt();
  ++edge.totals[frame.measured ? 1 : 0].attempts;
  count(SeriesColumn::attempts);
  const bool is_inner =
      frame.owner_kind == OwnerKind::work || frame.owner_kind == OwnerKind::hedged_call;
  if (is_inner || route.has_budget || route.leads_to_queue || route.has_choice ||
      route.has_work_extra || route.propagates) {
    prepare_attempt(slot);
  } else {
    ++replicas_[route.replica].outstanding;
  }
  if (tracer_ != nullptr) [[unlikely]]
    tracer_->attempt_starts(slot, frames_[slot]);
  send_work(slot, on);
}

/// What not all attempts need.
void Engine::prepare_attempt(Slot slot) {
  Frame& frame = frames_[slot];
  const Route& route = edge_states_[frame.edge].route;
  if (route.has_budget) keepers_[keeper_of(frame)].budget.on_attempt_start(now());
  frame.unwanted = is_for_nobody(frame);
  if (route.leads_to_queue) return prepare_publish(slot);
  if (route.has_choice)
    frame.choice = (choose_replica(route.callee, frame) - route.replica) % Frame::replicas_max;
  ++replicas_[place_of(frame)].outstanding;
  if (route.has_work_extra) {
    extra_of_work(slot).depth = depth_of_call(frames_[slot]);
    if (service_states_[route.callee].versions.size() > 1)
      extra_of_work(slot).row = choose_row(frames_[slot]);
  }
  if (!route.propagates || !frames_[slot].has_call_extra()) return;
  const Instant deadline = call_extras_[frames_[slot].call_extra()].deadline;
  if (deadline != never) extra_of_work(slot).deadline = deadline;
}

/// Whether nobody waits for what made the call.
bool Engine::is_for_nobody(const Frame& call) const noexcept {
  const Frame& whole = call.owner_kind == OwnerKind::hedged_call ? frames_[owner_of(call)] : call;
  return whole.owner_kind == OwnerKind::work && frames_[owner_of(whole)].unwanted;
}

void Engine::prepare_publish(Slot slot) {
  Frame& frame = frames_[slot];
  const Frame& whole =
      frame.owner_kind == OwnerKind::hedged_call ? frames_[owner_of(frame)] : frame;
  const std::uint32_t depth = depth_of_call(frame);
  frame.work_kind = WorkKind::publish;
  if (depth > 1) extra_of_work(slot).depth = depth;
  if (whole.owner_kind != OwnerKind::event) return;
  const Slot event = owner_of(whole);
  extra_of_work(slot).event = event;
  ++events_[event].carriers;
  ++events_[event].carriers_inside;
}

/// Counts how an attempt ended.
void Engine::end_attempt(Slot slot, const Outcome& outcome) {
  const Frame& call = frames_[slot];
  if (tracer_ != nullptr) [[unlikely]]
    tracer_->attempt_ends(slot, outcome);
  EdgeState& edge = edge_states_[call.edge];
  if (!edge.route.leads_to_queue) --replicas_[place_of(call)].outstanding;
  metrics::CallRecord& totals = edge.totals[call.measured ? 1 : 0];
  if (outcome.is_ok())
    ++totals.attempts_ok;
  else
    count_failed_attempt(totals, outcome);
  if (edge.route.has_budget) tell_budget(call, outcome);
  if (edge.route.has_outlier) note_result_of_replica(call, outcome);
}

void Engine::tell_budget(const Frame& call, const Outcome& outcome) {
  const Settings::Edge& settings = settings_.edges[call.edge];
  const bool retryable = (settings.retry && settings.retry->options().on.matches(outcome)) ||
                         (settings.hedge && settings.hedge->options().on.matches(outcome));
  keepers_[keeper_of(call)].budget.on_attempt_end(outcome, retryable, call.attempts > 1, now());
}

void Engine::count_failed_attempt(metrics::CallRecord& totals, const Outcome& outcome) {
  switch (outcome.kind) {
    case OutcomeKind::ok:
      break;
    case OutcomeKind::error:
      ++totals.errors;
      break;
    case OutcomeKind::timeout:
      ++totals.timeouts;
      break;
    case OutcomeKind::deadline:
    case OutcomeKind::abandoned:
      ++totals.attempts_abandoned;
      break;
    case OutcomeKind::rejected:
      ++(outcome.by == RejectedBy::queue ? totals.rejected_queue : totals.rejected_admission);
      break;
  }
}

/// The caller turns away from the attempt under way; the callee goes on, learns of it, or stops,
/// as its settings say.
void Engine::give_up_attempt(Slot slot, const Outcome& outcome) {
  end_attempt(slot, outcome);
  if (!frames_[slot].has_work()) return;  // the network had lost it
  mark_unwanted(slot);
  notify_caller_gone(slot);
}

void Engine::on_response(Slot slot, Ticket ticket) {
  const Frame& frame = frames_[slot];
  if (ticket != frame.event || frame.work_state != WorkState::returning) return pass_over();
  take_response(slot);
}

/// The answer has come. What follows on it ends the event.
void Engine::take_response(Slot slot) {
  const Frame& frame = frames_[slot];
  if (frame.outcome_kind == OutcomeKind::ok && frame.layer == frame.first_layer &&
      !frame.pushes_back && !frame.degraded) {
    static constexpr Outcome ok{};
    free_work(slot);
    end_attempt(slot, ok);
    end_call(slot, ok);
    return;
  }
  Outcome outcome = outcome_of(frame);
  free_work(slot);
  end_attempt(slot, outcome);
  continue_call(slot, ascend(slot, outcome), outcome);
}

/// After layers were left: goes down again, waits, or ends. With that the event ends.
void Engine::continue_call(Slot slot, bool goes_on, Outcome& outcome) {
  if (goes_on && frames_[slot].call_state == CallState::entering)
    goes_on = descend(slot, outcome, StepOn::at_once);
  if (!goes_on) end_call(slot, outcome);
}

void Engine::count_call_end(const Frame& call, const Outcome& outcome) {
  metrics::CallRecord& totals = tally(call);
  edge_states_[call.edge].calls.leave(now(), call.started);
  if (outcome.is_ok()) {
    ++totals.ok;
  } else if (outcome.kind == OutcomeKind::rejected) {
    ++totals.refused;
  } else if (outcome.kind == OutcomeKind::abandoned) {
    ++totals.abandoned;
  } else {
    ++totals.failed;
    if (outcome.kind == OutcomeKind::deadline) ++totals.deadlines;
  }
}

/// The call has its outcome, unless there is an answer for it that is not that of the callee.
void Engine::end_call(Slot slot, const Outcome& outcome) {
  if (!outcome.is_ok() && edge_states_[frames_[slot].edge].route.has_fallback &&
      falls_back(slot, outcome)) [[unlikely]] {
    return;
  }
  finish_call(slot, outcome);
}

/// A call that is over has its outcome: its owner learns it.
void Engine::finish_call(Slot slot, const Outcome& outcome) {
  const Frame& call = frames_[slot];
  if (tracer_ != nullptr) [[unlikely]]
    tracer_->call_ends(slot, call, owner_of(call), outcome);
  if (call.owner_kind != OwnerKind::user) return end_inner_call(slot, outcome);
  count_call_end(call, outcome);
  const Ending request{.workload = topology_.edges[call.edge].caller,
                       .user = owner_of(call),
                       .arrived = call.started,
                       .lineage = call.lineage,
                       .measured = call.measured};
  free_call(slot);
  WorkloadState& state = workload_states_[request.workload];
  state.open.leave(now(), request.arrived);
  if (tracer_ != nullptr) [[unlikely]]
    tracer_->rpc_ends(end_of_rpc(state, request, outcome), outcome);
  on_rpc_ended(state, request, outcome);
}

/// A call that is not a request by itself.
void Engine::end_inner_call(Slot slot, const Outcome& outcome) {
  const Frame& call = frames_[slot];
  const Slot owner = owner_of(call);
  const std::uint32_t edge = call.edge;
  switch (call.owner_kind) {
    case OwnerKind::hedged_call:
      stop_counting_hedge(slot);
      unlink_child(call_extras_[frames_[owner].call_extra()].first_hedge, slot);
      free_call(slot);
      on_hedge_ended(owner, outcome);
      return;
    case OwnerKind::work:
      count_call_end(call, outcome);
      unlink_child(work_extras_[frames_[owner].work_extra].first_child, slot);
      free_call(slot);
      on_child_ended(owner, edge, outcome);
      return;
    case OwnerKind::event:
      count_call_end(call, outcome);
      free_call(slot);
      on_publish_ended(owner, outcome);
      return;
    case OwnerKind::user:
      break;
  }
}

/// The owner has no more use for the call; it is told nothing. The caller unlinks it.
/// @param outcome  what its layers learn: abandoned, or, of a hedge, what befell the whole call.
void Engine::abandon_call(Slot slot, const Outcome& outcome) {
  leave_all_layers(slot, outcome);
  if (tracer_ != nullptr) tracer_->call_ends(slot, frames_[slot], owner_of(frames_[slot]), outcome);
  if (frames_[slot].owner_kind == OwnerKind::hedged_call)
    stop_counting_hedge(slot);
  else
    count_call_end(frames_[slot], outcome);
  free_call(slot);
}

void Engine::abandon_children(Slot& first_child, const Outcome& outcome) {
  Slot child = std::exchange(first_child, no_slot);
  while (child != no_slot) {
    const Slot next = call_extras_[child].next_sibling;
    abandon_call(call_extras_[child].frame, outcome);
    child = next;
  }
}

/// The call goes on in another frame and leaves this one to the attempt that it has given up.
Slot Engine::move_call(Slot from) {
  const Slot to = frames_.acquire();
  if (tracer_ != nullptr) tracer_->call_moves(from, to);
  Frame& left = frames_[from];
  Frame& made = frames_[to];
  made.set_numbers(left);
  made.lineage = left.lineage;
  made.owner = left.owner;  // or, in its place, its extra record
  made.started = left.started;
  made.timeout = left.timeout;
  made.call_state = left.call_state;
  made.owner_kind = left.owner_kind;
  made.measured = left.measured;
  made.retrying = left.retrying;
  made.pending = left.pending;
  made.breaker_at_start = left.breaker_at_start;
  made.breaker_on_arrival = left.breaker_on_arrival;
  made.arrived = left.arrived;
  made.layer = left.layer;
  made.first_layer = left.first_layer;
  made.rank = left.rank;
  left.lineage = work_lineage(left);  // asks for the call's depth
  if (left.has_call_extra()) call_extras_[left.call_extra()].frame = to;
  left.owner = 0;
  left.call_state = CallState::none;
  return to;
}

/// The call is over; the frame stays while a work is in it.
void Engine::free_call(Slot slot) {
  Frame& frame = frames_[slot];
  if (!frame.has_work() && !frame.has_call_extra()) [[likely]]
    return frames_.release(slot);
  free_call_apart(slot);
}

void Engine::free_call_apart(Slot slot) {
  Frame& frame = frames_[slot];
  const std::uint64_t lineage_of_work = frame.has_work() ? work_lineage(frame) : 0;
  if (frame.has_call_extra()) {
    cancel_deadline(call_extras_[frame.call_extra()], frame.edge);
    call_extras_.release(frame.call_extra());
  }
  if (!frame.has_work()) {
    frames_.release(slot);
    return;
  }
  frame.lineage = lineage_of_work;
  frame.call_state = CallState::none;
  frame.owner = 0;
}

void Engine::link_child(Slot& first_child, Slot slot) {
  CallExtra& extra = extra_of_call(slot);
  const Slot place = frames_[slot].call_extra();
  extra.next_sibling = first_child;
  extra.previous_sibling = no_slot;
  if (first_child != no_slot) call_extras_[first_child].previous_sibling = place;
  first_child = place;
}

void Engine::unlink_child(Slot& first_child, Slot slot) {
  const CallExtra& extra = call_extras_[frames_[slot].call_extra()];
  (extra.previous_sibling == no_slot ? first_child
                                     : call_extras_[extra.previous_sibling].next_sibling) =
      extra.next_sibling;
  if (extra.next_sibling != no_slot)
    call_extras_[extra.next_sibling].previous_sibling = extra.previous_sibling;
}

void Engine::on_call_ended(Slot slot, Ticket ticket) {
  if (!awaits(frames_[slot], CallState::ended, ticket)) return pass_over();
  const Outcome outcome = call_extras_[frames_[slot].call_extra()].outcome;
  end_call(slot, outcome);
}

void Engine::on_place_granted(Slot slot, Ticket ticket) {
  if (!awaits(frames_[slot], CallState::entering, ticket)) return pass_over();
  call_extras_[frames_[slot].call_extra()].wait = no_ticket;
  Outcome outcome{};
  continue_call(slot, true, outcome);
}

void Engine::on_wait_ended(Slot slot, Ticket ticket) {
  if (!awaits(frames_[slot], CallState::in_line, ticket)) return pass_over();
  Frame& call = frames_[slot];
  Keeper& keeper = keepers_[keeper_of(call)];
  keeper.line.remove(frames_, slot);
  keeper.bulkhead.stop_waiting();
  stop_pending(call);
  call_extras_[call.call_extra()].wait = no_ticket;
  --call.layer;  // it never entered the bulkhead
  ++tally(call).rejected_bulkhead;
  Outcome refusal{};
  refusal.kind = OutcomeKind::rejected;
  refusal.by = RejectedBy::bulkhead;
  if (tracer_ != nullptr) tracer_->refuses(slot, refusal);
  const bool goes_on = ascend(slot, refusal);
  continue_call(slot, goes_on, refusal);
}

/// The backoff of the call is over.
void Engine::try_again(Slot slot) {
  frames_[slot].event = no_ticket;
  Outcome outcome{};
  if (!frames_[slot].retrying && !grant_retry_late(slot, outcome)) [[unlikely]] {
    const bool goes_on = ascend(slot, outcome);
    return continue_call(slot, goes_on, outcome);
  }
  ++tally(frames_[slot]).retries;
  count(SeriesColumn::retries);
  frames_[slot].call_state = CallState::entering;
  continue_call(slot, true, outcome);
}

/// The timeout of the call is due.
void Engine::time_out(Slot slot) {
  prefetch_in_lane();
  Outcome outcome{};
  outcome.kind = OutcomeKind::timeout;
  // Leave what is inside the timeout layer, then go up from it as usual.
  const Settings::Edge& settings = settings_.edges[frames_[slot].edge];
  std::uint8_t timeout_layer = 0;
  while (settings.layers[timeout_layer] != Layer::timeout) ++timeout_layer;
  const std::uint8_t first_layer = frames_[slot].first_layer;
  frames_[slot].first_layer = timeout_layer & 0xfU;
  leave_all_layers(slot, outcome);
  if (frames_[slot].has_work()) slot = move_call(slot);
  frames_[slot].first_layer = first_layer & 0xfU;
  frames_[slot].call_state = CallState::entering;
  const bool goes_on = ascend(slot, outcome);
  continue_call(slot, goes_on, outcome);
}

void Engine::on_deadline(Slot extra, Ticket ticket) {
  if (ticket != call_extras_[extra].deadline_event) return pass_over();
  const Slot slot = call_extras_[extra].frame;
  if (frames_[slot].call_state == CallState::ended) return pass_over();
  Outcome outcome{};
  outcome.kind = OutcomeKind::deadline;
  leave_all_layers(slot, outcome);
  end_call(slot, outcome);
}

}  // namespace squall::model
