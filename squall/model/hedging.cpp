#include "squall/model/engine.hpp"

/// A hedged call: several attempts at once, each a call record of its own below the hedge layer.
namespace squall::model {

using policy::Outcome;
using sim::EventClass;

void Engine::start_hedge(Slot parent) {
  Call& call = calls_[parent];
  call.state = Call::State::hedging;
  call.hedge = policy::HedgeState{};
  call.wait_stamp = 0;
  follow_hedge(parent, policy::HedgeNow{});
}

void Engine::follow_hedge(Slot parent, policy::HedgeDecision decision) {
  while (std::holds_alternative<policy::HedgeNow>(decision)) {
    const Slot slot = calls_.acquire();
    Call& call = calls_[parent];
    Call& child = calls_[slot];
    child.started = now();
    child.deadline = never;  // the whole has one
    child.edge = call.edge;
    child.owner_kind = OwnerKind::hedged_call;
    child.owner = parent;
    child.request = call.request;
    child.workload = call.workload;
    child.depth = call.depth;
    child.rank = call.rank;
    child.measured = call.measured;
    child.keeper = call.keeper;
    child.layer = child.first_layer = call.layer;
    child.life_stamp = next_stamp(child);
    // The k-th hedge draws what the k-th attempt would; a retried hedge draws anew.
    const std::uint64_t attempt =
        std::uint64_t{call.retry.attempts} * 0x10000U + call.hedge.started + 1U;
    child.lineage = attempt == 1 ? call.lineage : RandomKey{call.lineage}.with(attempt).value;
    if (call.hedge.started > 0) ++tally(call).hedges;
    link_child(call.first_child, slot);
    decision = settings_.edges[call.edge].hedge->on_attempt_start(call.hedge);
    if (!descend(slot)) {
      calls_[slot].state = Call::State::ended;
      post(EventType::call_ended, slot, calls_[slot].life_stamp);
    }
  }
  if (const auto* after = std::get_if<policy::HedgeAfter>(&decision)) {
    Call& call = calls_[parent];
    call.wait_stamp = next_stamp(call);
    schedule(later(now(), after->delay), EventClass::timer, EventType::hedge_due, parent,
             call.wait_stamp);
  }
}

void Engine::on_hedge_due(Slot parent, std::uint32_t stamp) {
  Call& call = calls_[parent];
  if (stamp != call.wait_stamp || call.state != Call::State::hedging) return;
  call.wait_stamp = 0;
  follow_hedge(parent, settings_.edges[call.edge].hedge->on_timer(call.hedge));
}

void Engine::on_hedge_ended(Slot parent, const Outcome& outcome) {
  Call& call = calls_[parent];
  const policy::HedgeDecision decision =
      settings_.edges[call.edge].hedge->on_attempt_end(call.hedge, outcome);
  if (!std::holds_alternative<policy::HedgeEnd>(decision)) {
    follow_hedge(parent, decision);
    return;
  }
  abandon_children(call.first_child);
  calls_[parent].state = Call::State::entering;
  continue_call(parent, ascend(parent, outcome));
}

}  // namespace squall::model
