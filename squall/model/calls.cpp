#include <algorithm>
#include <utility>

#include "squall/model/engine.hpp"

/// The caller's side: a call goes down through the layers of its policy, makes an attempt, and
/// comes up again with the outcome, until a layer turns it round or it has ended.
namespace squall::model {

using metrics::SeriesColumn;
using policy::Layer;
using policy::Outcome;
using policy::OutcomeKind;
using policy::RejectedBy;
using sim::EventClass;

Slot Engine::start_call(const CallStart& start) {
  const Topology::Edge& edge = topology_.edges[start.edge];
  const Slot slot = calls_.acquire();
  Call& call = calls_[slot];
  call.started = now();
  call.edge = start.edge;
  call.owner_kind = start.owner_kind;
  call.owner = start.owner;
  call.request = start.request;
  call.workload = start.workload;
  call.depth = start.depth;
  call.rank = start.rank;
  call.measured = start.measured;
  call.life_stamp = next_stamp(call);
  // The first call of a caller to a callee draws what its caller's own lineage names, so that the
  // same work keeps its draws whether it is reached by a call or by a message.
  RandomKey lineage{start.lineage};
  if (edge.occurrence > 0) lineage = lineage.with(0x100U + edge.occurrence);
  if (edge.bounded_depth) lineage = lineage.with(0x10000U + start.depth);
  call.lineage = lineage.value;

  std::uint32_t instance = 0;
  if (edge.instances > 1) {
    Rng rng = key_of(call.lineage, edge.target_id, Purpose::instance).rng();
    instance = static_cast<std::uint32_t>(rng.below(edge.instances));
  }
  call.keeper = edge.keeper_first + instance +
                (edge.keeper_per_callee ? 0U : start.caller_replica * edge.instances);

  ++tally(call).requests;
  edge_states_[call.edge].calls.enter(now());
  const Duration deadline = settings_.edges[call.edge].deadline;
  if (deadline != forever) {
    call.deadline = later(now(), deadline);
    call.deadline_stamp = next_stamp(call);
    schedule(call.deadline, EventClass::timer, EventType::deadline_due, slot, call.deadline_stamp);
  }
  if (!descend(slot)) {
    // The owner is still busy starting calls: it is told in an event of its own.
    calls_[slot].state = Call::State::ended;
    post(EventType::call_ended, slot, calls_[slot].life_stamp);
  }
  return slot;
}

bool Engine::descend(Slot slot) {
  const Settings::Edge& settings = settings_.edges[calls_[slot].edge];
  for (;;) {
    Call& call = calls_[slot];
    call.state = Call::State::entering;
    if (call.layer == settings.layer_count) {
      make_attempt(slot);
      return true;
    }
    Outcome refusal{};
    const Layer layer = settings.layers[call.layer];
    ++call.layer;
    switch (enter_layer(slot, layer, refusal)) {
      case Passage::on:
        break;
      case Passage::waiting:
        return true;
      case Passage::refused:
        --calls_[slot].layer;
        if (!ascend(slot, refusal)) return false;
        // A retry was granted: with a delay the call waits, without one it is on its way down.
        if (calls_[slot].state != Call::State::entering) return true;
        break;
    }
  }
}

Engine::Passage Engine::enter_layer(Slot slot, Layer layer, Outcome& refusal) {
  Call& call = calls_[slot];
  Keeper& keeper = keepers_[call.keeper];
  switch (layer) {
    case Layer::retry:
    case Layer::rate_limit:
      return Passage::on;
    case Layer::hedge:
      start_hedge(slot);
      return Passage::waiting;
    case Layer::breaker:
      if (keeper.breaker.try_acquire(now())) {
        call.breaker_entered = now();
        return Passage::on;
      }
      ++tally(call).rejected_breaker;
      refusal.kind = OutcomeKind::rejected;
      refusal.by = RejectedBy::breaker;
      return Passage::refused;
    case Layer::bulkhead:
      switch (keeper.bulkhead.enter()) {
        case policy::Bulkhead::Entry::entered:
          return Passage::on;
        case policy::Bulkhead::Entry::waiting: {
          call.state = Call::State::in_line;
          keeper.line.push_back(calls_, slot);
          call.pending = true;
          keeper.budget.on_pending(+1);
          const Duration max_wait = keeper.bulkhead.options().max_wait;
          call.wait_stamp = next_stamp(call);
          if (max_wait != forever) {
            schedule(later(now(), max_wait), EventClass::timer, EventType::wait_ended, slot,
                     call.wait_stamp);
          }
          return Passage::waiting;
        }
        case policy::Bulkhead::Entry::refused:
          break;
      }
      ++tally(call).rejected_bulkhead;
      refusal.kind = OutcomeKind::rejected;
      refusal.by = RejectedBy::bulkhead;
      return Passage::refused;
    case Layer::timeout:
      call.timeout_stamp = next_stamp(call);
      schedule(later(now(), settings_.edges[call.edge].timeout), EventClass::timer,
               EventType::timeout_due, slot, call.timeout_stamp);
      return Passage::on;
  }
  return Passage::on;
}

bool Engine::ascend(Slot slot, Outcome outcome) {
  const Settings::Edge& settings = settings_.edges[calls_[slot].edge];
  while (calls_[slot].layer > calls_[slot].first_layer) {
    --calls_[slot].layer;
    const Layer layer = settings.layers[calls_[slot].layer];
    if (leave_layer(slot, layer, outcome)) return true;
  }
  calls_[slot].outcome = outcome;
  return false;
}

/// True when the layer turns the call round: it is not over.
bool Engine::leave_layer(Slot slot, Layer layer, const Outcome& outcome) {
  Call& call = calls_[slot];
  Keeper& keeper = keepers_[call.keeper];
  switch (layer) {
    case Layer::retry:
      return decide_retry(slot, outcome);
    case Layer::hedge:
      call.wait_stamp = 0;
      return false;
    case Layer::rate_limit:
      return false;
    case Layer::breaker:
      if (outcome.kind == OutcomeKind::abandoned)
        keeper.breaker.release(now());
      else
        keeper.breaker.on_result(outcome, now() - call.breaker_entered, now());
      return false;
    case Layer::bulkhead:
      keeper.bulkhead.leave();
      grant_places(call.keeper);
      return false;
    case Layer::timeout:
      call.timeout_stamp = 0;
      return false;
  }
  return false;
}

bool Engine::decide_retry(Slot slot, const Outcome& outcome) {
  Call& call = calls_[slot];
  const Settings::Edge& settings = settings_.edges[call.edge];
  stop_retrying(call);
  Rng rng = key_of(call.lineage, topology_.edges[call.edge].target_id, Purpose::backoff)
                .with(call.retry.attempts)
                .rng();
  const policy::RetryDecision decision =
      settings.retry->on_attempt_end(call.retry, outcome, now(), call.deadline, rng);
  if (const auto* stop = std::get_if<policy::Stop>(&decision)) {
    if (stop->reason == policy::Stop::Reason::pushback) ++tally(call).denied_pushback;
    if (stop->reason == policy::Stop::Reason::deadline) ++tally(call).denied_deadline;
    return false;
  }
  Keeper& keeper = keepers_[call.keeper];
  if (!keeper.budget.try_retry(now())) {
    ++tally(call).denied_budget;
    return false;
  }
  call.retrying = true;
  ++call.layer;  // stays inside the retry layer
  const Duration delay = std::get<policy::RetryAfter>(decision).delay;
  if (delay == Duration{0}) {
    ++tally(call).retries;
    count(SeriesColumn::retries);
    call.state = Call::State::entering;
    return true;
  }
  call.state = Call::State::backing_off;
  call.wait_stamp = next_stamp(call);
  schedule(later(now(), delay), EventClass::timer, EventType::backoff_ended, slot, call.wait_stamp);
  return true;
}

void Engine::stop_retrying(Call& call) {
  if (!call.retrying) return;
  call.retrying = false;
  keepers_[call.keeper].budget.on_retry_end();
}

void Engine::stop_pending(Call& call) {
  if (!call.pending) return;
  call.pending = false;
  keepers_[call.keeper].budget.on_pending(-1);
}

/// The call is stopped from outside (deadline, timeout further out, its caller gone): every layer
/// it is in learns so, from the inside out, and none may turn it round.
void Engine::leave_all_layers(Slot slot, const Outcome& outcome) {
  const Settings::Edge& settings = settings_.edges[calls_[slot].edge];
  const Call::State state = calls_[slot].state;
  if (state == Call::State::attempting) give_up_attempt(slot, outcome);
  abandon_children(calls_[slot].first_child);
  bool waits_in_line = state == Call::State::in_line;
  while (calls_[slot].layer > calls_[slot].first_layer) {
    Call& call = calls_[slot];
    --call.layer;
    const Layer layer = settings.layers[call.layer];
    if (layer == Layer::retry) {
      stop_retrying(call);
    } else if (waits_in_line) {
      // The innermost layer entered is the bulkhead whose line it stands in.
      waits_in_line = false;
      Keeper& keeper = keepers_[call.keeper];
      keeper.line.remove(calls_, slot);
      keeper.bulkhead.stop_waiting();
      stop_pending(call);
    } else {
      (void)leave_layer(slot, layer, outcome);
    }
  }
  Call& call = calls_[slot];
  stop_pending(call);
  call.wait_stamp = 0;
  call.timeout_stamp = 0;
}

void Engine::make_attempt(Slot slot) {
  const Slot made = works_.acquire();
  Call& call = calls_[slot];
  const Topology::Edge& edge = topology_.edges[call.edge];
  call.state = Call::State::attempting;
  call.attempt_started = now();
  ++call.attempts;
  ++tally(call).attempts;
  count(SeriesColumn::attempts);
  keepers_[call.keeper].budget.on_attempt_start(now());

  Work& work = works_[made];
  const bool publish = edge.to.kind == scenario::Target::Kind::queue;
  // A second publish makes another message, whose deliveries draw for themselves; a second attempt
  // at a service draws what a second delivery of a message would.
  const std::uint64_t attempt = publish ? 0x1000000U + call.attempts : call.attempts;
  work.lineage = call.attempts == 1 ? call.lineage : RandomKey{call.lineage}.with(attempt).value;
  work.kind = publish ? Work::Kind::publish : Work::Kind::service;
  work.edge = call.edge;
  work.caller = slot;
  work.request = call.request;
  work.workload = call.workload;
  work.depth = call.depth;
  work.rank = call.rank;
  work.measured = call.measured;
  work.life_stamp = next_stamp(work);
  const Call& whole = call.owner_kind == OwnerKind::hedged_call ? calls_[call.owner] : call;
  work.unwanted = whole.owner_kind == OwnerKind::work && works_[whole.owner].unwanted;
  call.work = made;
  if (publish) {
    work.place = edge.to.index;
    if (work.request != no_slot) {
      ++requests_[work.request].messages;
      ++requests_[work.request].messages_inside;
    }
  } else {
    work.place = choose_replica(edge.to.index, work.lineage);
    ++replicas_[work.place].outstanding;
  }
  send_work(made);
}

/// Counts how an attempt ended; the attempt itself is gone from the call already.
void Engine::end_attempt(Slot slot, const Outcome& outcome) {
  Call& call = calls_[slot];
  metrics::CallRecord& totals = tally(call);
  switch (outcome.kind) {
    case OutcomeKind::ok:
      ++totals.attempts_ok;
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
  const Settings::Edge& settings = settings_.edges[call.edge];
  const bool retryable = settings.retry && settings.retry->options().on.matches(outcome);
  keepers_[call.keeper].budget.on_attempt_end(outcome, retryable, call.attempts > 1, now());
}

/// The caller turns away from the attempt under way; the callee goes on, learns of it, or stops,
/// as its settings say.
void Engine::give_up_attempt(Slot slot, const Outcome& outcome) {
  const Slot work = std::exchange(calls_[slot].work, no_slot);
  end_attempt(slot, outcome);
  if (work == no_slot) return;  // the network had lost it
  works_[work].caller = no_slot;
  mark_unwanted(work);
  notify_caller_gone(work);
}

void Engine::on_response(Slot slot, std::uint32_t stamp) {
  if (stamp != works_[slot].event_stamp || works_[slot].state != Work::State::returning) return;
  const Slot call = works_[slot].caller;
  const Outcome outcome = works_[slot].outcome;
  free_work(slot);
  if (call == no_slot) return;  // too late: nobody waits any more
  calls_[call].work = no_slot;
  end_attempt(call, outcome);
  continue_call(call, ascend(call, outcome));
}

/// After layers were left: goes down again, waits, or ends.
void Engine::continue_call(Slot slot, bool goes_on) {
  if (goes_on && calls_[slot].state == Call::State::entering) goes_on = descend(slot);
  if (!goes_on) end_call(slot);
}

void Engine::count_call_end(const Call& call, const Outcome& outcome) {
  metrics::CallRecord& totals = tally(call);
  edge_states_[call.edge].calls.leave(now(), call.started);
  switch (outcome.kind) {
    case OutcomeKind::ok:
      ++totals.ok;
      break;
    case OutcomeKind::rejected:
      ++totals.refused;
      break;
    case OutcomeKind::abandoned:
      ++totals.abandoned;
      break;
    case OutcomeKind::deadline:
      ++totals.deadlines;
      ++totals.failed;
      break;
    case OutcomeKind::error:
    case OutcomeKind::timeout:
      ++totals.failed;
      break;
  }
}

/// The call has its outcome: its owner learns it.
void Engine::end_call(Slot slot) {
  const Call ended = calls_[slot];
  if (ended.owner_kind == OwnerKind::hedged_call) {
    unlink_child(calls_[ended.owner].first_child, slot);
    free_call(slot);
    on_hedge_ended(ended.owner, ended.outcome);
    return;
  }
  count_call_end(ended, ended.outcome);
  if (ended.owner_kind == OwnerKind::work) unlink_child(works_[ended.owner].first_child, slot);
  free_call(slot);
  if (ended.owner_kind == OwnerKind::request)
    on_root_call_ended(ended.owner, ended.outcome);
  else
    on_child_ended(ended.owner, ended, ended.outcome);
}

/// The owner has no more use for the call; it is told nothing. The caller unlinks it.
void Engine::abandon_call(Slot slot) {
  Outcome abandoned{};
  abandoned.kind = OutcomeKind::abandoned;
  leave_all_layers(slot, abandoned);
  if (calls_[slot].owner_kind != OwnerKind::hedged_call) count_call_end(calls_[slot], abandoned);
  free_call(slot);
}

void Engine::abandon_children(Slot& first_child) {
  Slot child = std::exchange(first_child, no_slot);
  while (child != no_slot) {
    const Slot next = calls_[child].next_sibling;
    abandon_call(child);
    child = next;
  }
}

void Engine::free_call(Slot slot) {
  Call& call = calls_[slot];
  call.deadline_stamp = call.timeout_stamp = call.wait_stamp = call.life_stamp = 0;
  calls_.release(slot);
}

void Engine::link_child(Slot& first_child, Slot slot) {
  Call& call = calls_[slot];
  call.next_sibling = first_child;
  call.previous_sibling = no_slot;
  if (first_child != no_slot) calls_[first_child].previous_sibling = slot;
  first_child = slot;
}

void Engine::unlink_child(Slot& first_child, Slot slot) {
  const Call& call = calls_[slot];
  (call.previous_sibling == no_slot ? first_child : calls_[call.previous_sibling].next_sibling) =
      call.next_sibling;
  if (call.next_sibling != no_slot)
    calls_[call.next_sibling].previous_sibling = call.previous_sibling;
}

void Engine::on_call_ended(Slot slot, std::uint32_t stamp) {
  if (stamp == calls_[slot].life_stamp && calls_[slot].state == Call::State::ended) end_call(slot);
}

/// Lets as many from the line in as there are places. Each goes on in an event of its own, in the
/// order of the line.
void Engine::grant_places(std::uint32_t index) {
  Keeper& keeper = keepers_[index];
  while (keeper.bulkhead.admit_waiting()) {
    const Slot slot = keeper.line.head;
    keeper.line.remove(calls_, slot);
    Call& call = calls_[slot];
    stop_pending(call);
    call.state = Call::State::entering;
    call.wait_stamp = next_stamp(call);
    post(EventType::place_granted, slot, call.wait_stamp);
  }
}

void Engine::on_place_granted(Slot slot, std::uint32_t stamp) {
  if (stamp != calls_[slot].wait_stamp) return;
  calls_[slot].wait_stamp = 0;
  continue_call(slot, descend(slot));
}

void Engine::on_wait_ended(Slot slot, std::uint32_t stamp) {
  Call& call = calls_[slot];
  if (stamp != call.wait_stamp || call.state != Call::State::in_line) return;
  Keeper& keeper = keepers_[call.keeper];
  keeper.line.remove(calls_, slot);
  keeper.bulkhead.stop_waiting();
  stop_pending(call);
  call.wait_stamp = 0;
  --call.layer;  // it never entered the bulkhead
  ++tally(call).rejected_bulkhead;
  Outcome refusal{};
  refusal.kind = OutcomeKind::rejected;
  refusal.by = RejectedBy::bulkhead;
  continue_call(slot, ascend(slot, refusal));
}

void Engine::on_backoff_ended(Slot slot, std::uint32_t stamp) {
  Call& call = calls_[slot];
  if (stamp != call.wait_stamp || call.state != Call::State::backing_off) return;
  call.wait_stamp = 0;
  ++tally(call).retries;
  count(SeriesColumn::retries);
  continue_call(slot, descend(slot));
}

void Engine::on_timeout(Slot slot, std::uint32_t stamp) {
  if (stamp != calls_[slot].timeout_stamp) return;
  Outcome outcome{};
  outcome.kind = OutcomeKind::timeout;
  // Leave what is inside the timeout layer, then go up from it as usual.
  const Settings::Edge& settings = settings_.edges[calls_[slot].edge];
  std::uint8_t timeout_layer = 0;
  while (settings.layers[timeout_layer] != Layer::timeout) ++timeout_layer;
  const std::uint8_t first_layer = std::exchange(calls_[slot].first_layer, timeout_layer);
  leave_all_layers(slot, outcome);
  calls_[slot].first_layer = first_layer;
  calls_[slot].state = Call::State::entering;
  continue_call(slot, ascend(slot, outcome));
}

void Engine::on_deadline(Slot slot, std::uint32_t stamp) {
  if (stamp != calls_[slot].deadline_stamp || calls_[slot].state == Call::State::ended) return;
  Outcome outcome{};
  outcome.kind = OutcomeKind::deadline;
  leave_all_layers(slot, outcome);
  calls_[slot].outcome = outcome;
  end_call(slot);
}

}  // namespace squall::model
