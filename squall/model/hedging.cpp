#include "squall/model/engine.hpp"

/// A hedged call: several attempts at once, each a call of its own below the hedge layer.
namespace squall::model {

using policy::Outcome;
using sim::EventClass;

void Engine::start_hedge(Slot parent) {
  CallExtra& extra = extra_of_call(parent);
  extra.hedge = policy::HedgeState{};
  extra.wait = no_ticket;
  (void)follow_hedge(parent, policy::HedgeNow{});
}

/// Whether the budget lets the call start one more hedge.
bool Engine::grant_hedge(Slot parent) {
  const Frame& call = frames_[parent];
  if (!edge_states_[call.edge].route.has_budget || keepers_[keeper_of(call)].budget.try_hedge())
    return true;
  ++tally(call).denied_budget;
  return false;
}

void Engine::stop_counting_hedge(Slot child) {
  CallExtra& extra = call_extras_[frames_[child].call_extra()];
  if (!extra.is_budgeted_hedge) return;
  extra.is_budgeted_hedge = false;
  keepers_[keeper_of(frames_[child])].budget.on_hedge_end();
}

/// @return what was decided last. HedgeEnd, which is left to the caller: the budget let no further
///         attempt start, and none is under way.
policy::HedgeDecision Engine::follow_hedge(Slot parent, policy::HedgeDecision decision) {
  while (std::holds_alternative<policy::HedgeNow>(decision)) {
    const Frame& hedging = frames_[parent];
    policy::HedgeState& state = call_extras_[hedging.call_extra()].hedge;
    const bool is_hedge = state.started > 0;
    if (is_hedge && !grant_hedge(parent)) {
      decision = settings_.edges[hedging.edge].hedge->on_denied(state);
      break;
    }
    const Slot slot = frames_.acquire();
    const Slot child_extra = call_extras_.acquire();
    const Frame& call = frames_[parent];
    Frame& child = frames_[slot];
    child.call_state = CallState::entering;
    child.set_call_extra(child_extra);
    child.started = now();
    child.edge = call.edge;
    child.owner_kind = OwnerKind::hedged_call;
    child.rank = call.rank;
    child.measured = call.measured;
    child.layer = child.first_layer = call.layer;
    CallExtra& extra = call_extras_[call.call_extra()];
    call_extras_[child_extra].frame = slot;
    call_extras_[child_extra].is_budgeted_hedge =
        is_hedge && edge_states_[call.edge].route.has_budget;
    call_extras_[child_extra].depth = extra.depth;
    call_extras_[child_extra].keeper = extra.keeper;
    call_extras_[child_extra].owner = parent;
    // A retry within the hedge has to know it; that it passes, the whole call notices.
    call_extras_[child_extra].deadline = extra.deadline;
    const std::uint64_t round =
        lineage_of_try(call.lineage, Try::hedged_round, extra.depth, extra.retry.attempts + 1);
    child.lineage = lineage_of_try(round, Try::hedge, extra.depth, extra.hedge.started + 1U);
    if (is_hedge) ++tally(call).hedges;
    link_child(extra.first_hedge, slot);
    if (tracer_ != nullptr)
      tracer_->hedge_starts(parent, slot, frames_[slot], extra.hedge.started + 1U);
    decision = settings_.edges[call.edge].hedge->on_attempt_start(extra.hedge);
    Outcome outcome{};
    if (!descend(slot, outcome, StepOn::in_its_event)) end_in_event_of_its_own(slot, outcome);
  }
  if (const auto* after = std::get_if<policy::HedgeAfter>(&decision)) {
    const Ticket due =
        schedule(later(now(), after->delay), EventClass::timer, EventType::hedge_due, parent);
    extra_of_call(parent).wait = due;
  }
  return decision;
}

void Engine::on_hedge_due(Slot parent, Ticket ticket) {
  const Frame& call = frames_[parent];
  if (!awaits(call, CallState::hedging, ticket)) return pass_over();
  CallExtra& extra = call_extras_[call.call_extra()];
  extra.wait = no_ticket;
  const policy::HedgeDecision decision =
      follow_hedge(parent, settings_.edges[call.edge].hedge->on_timer(extra.hedge));
  if (std::holds_alternative<policy::HedgeEnd>(decision))
    end_hedging(parent, call_extras_[frames_[parent].call_extra()].outcome);
}

void Engine::on_hedge_ended(Slot parent, const Outcome& outcome) {
  const Frame& call = frames_[parent];
  CallExtra& extra = call_extras_[call.call_extra()];
  if (edge_states_[call.edge].route.has_budget) extra.outcome = outcome;
  policy::HedgeDecision decision =
      settings_.edges[call.edge].hedge->on_attempt_end(extra.hedge, outcome);
  if (!std::holds_alternative<policy::HedgeEnd>(decision))
    decision = follow_hedge(parent, decision);
  if (std::holds_alternative<policy::HedgeEnd>(decision)) end_hedging(parent, outcome);
}

/// One has decided, the others are of no more use.
void Engine::end_hedging(Slot parent, Outcome outcome) {
  Outcome abandoned{};
  abandoned.kind = policy::OutcomeKind::abandoned;
  abandon_children(call_extras_[frames_[parent].call_extra()].first_hedge, abandoned);
  frames_[parent].call_state = CallState::entering;
  const bool goes_on = ascend(parent, outcome);
  continue_call(parent, goes_on, outcome);
}

}  // namespace squall::model
