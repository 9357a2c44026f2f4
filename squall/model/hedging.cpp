#include "squall/model/engine.hpp"

/// A hedged call: several attempts at once, each a call of its own below the hedge layer.
namespace squall::model {

using policy::Outcome;
using sim::EventClass;

void Engine::start_hedge(Slot parent) {
  CallExtra& extra = extra_of_call(parent);
  extra.hedge = policy::HedgeState{};
  extra.wait = no_ticket;
  follow_hedge(parent, policy::HedgeNow{});
}

void Engine::follow_hedge(Slot parent, policy::HedgeDecision decision) {
  while (std::holds_alternative<policy::HedgeNow>(decision)) {
    const Slot slot = frames_.acquire();
    const Slot child_extra = call_extras_.acquire();
    const Frame& call = frames_[parent];
    Frame& child = frames_[slot];
    child.call_state = CallState::entering;
    child.call_extra = child_extra;
    child.started = now();
    child.edge = call.edge;
    child.owner_kind = OwnerKind::hedged_call;
    child.owner = parent;
    child.rank = call.rank;
    child.measured = call.measured;
    child.keeper = call.keeper;
    child.layer = child.first_layer = call.layer;
    CallExtra& extra = call_extras_[call.call_extra];
    call_extras_[child_extra].frame = slot;
    call_extras_[child_extra].depth = extra.depth;
    // A retry within the hedge has to know it; that it passes, the whole call notices.
    call_extras_[child_extra].deadline = extra.deadline;
    const std::uint64_t round =
        lineage_of_try(call.lineage, Try::hedged_round, extra.depth, extra.retry.attempts + 1);
    child.lineage = lineage_of_try(round, Try::hedge, extra.depth, extra.hedge.started + 1);
    if (extra.hedge.started > 0) ++tally(call).hedges;
    link_child(extra.first_hedge, slot);
    decision = settings_.edges[call.edge].hedge->on_attempt_start(extra.hedge);
    Outcome outcome{};
    if (!descend(slot, outcome, StepOn::in_its_event)) end_in_event_of_its_own(slot, outcome);
  }
  if (const auto* after = std::get_if<policy::HedgeAfter>(&decision)) {
    const Ticket due =
        schedule(later(now(), after->delay), EventClass::timer, EventType::hedge_due, parent);
    extra_of_call(parent).wait = due;
  }
}

void Engine::on_hedge_due(Slot parent, Ticket ticket) {
  const Frame& call = frames_[parent];
  if (!awaits(call, CallState::hedging, ticket)) return;
  CallExtra& extra = call_extras_[call.call_extra];
  extra.wait = no_ticket;
  follow_hedge(parent, settings_.edges[call.edge].hedge->on_timer(extra.hedge));
}

void Engine::on_hedge_ended(Slot parent, const Outcome& outcome) {
  const Frame& call = frames_[parent];
  CallExtra& extra = call_extras_[call.call_extra];
  const policy::HedgeDecision decision =
      settings_.edges[call.edge].hedge->on_attempt_end(extra.hedge, outcome);
  if (!std::holds_alternative<policy::HedgeEnd>(decision)) {
    follow_hedge(parent, decision);
    return;
  }
  // One has decided, the others are of no more use.
  Outcome abandoned{};
  abandoned.kind = policy::OutcomeKind::abandoned;
  abandon_children(extra.first_hedge, abandoned);
  frames_[parent].call_state = CallState::entering;
  Outcome ended = outcome;
  const bool goes_on = ascend(parent, ended);
  continue_call(parent, goes_on, ended);
}

}  // namespace squall::model
