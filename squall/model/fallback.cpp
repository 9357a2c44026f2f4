#include "squall/model/engine.hpp"

/// An answer in place of one that has not come: what stands around a call, its deadline included.
namespace squall::model {

using policy::Outcome;
using sim::EventClass;

/// The call has failed and left all its layers. False, and nothing was done, where no fallback is
/// tried for it.
bool Engine::falls_back(Slot slot, const Outcome& outcome) {
  const Frame& failed = frames_[slot];
  if (failed.owner_kind == OwnerKind::hedged_call) return false;  // only the whole call does
  Rng rng = key_of(failed.lineage, topology_.edges[failed.edge].target_id, Purpose::fallback).rng();
  const policy::FallbackDecision decision =
      policy::fall_back(*settings_.edges[failed.edge].options->fallback, outcome, rng);
  if (!decision.is_tried) return false;
  if (failed.has_work()) slot = move_call(slot);  // the callee goes on with what was given up
  Outcome answer = outcome;
  if (decision.answers) {
    answer = Outcome{};
    answer.degraded = true;
  }
  CallExtra& extra = extra_of_call(slot);
  Frame& call = frames_[slot];
  cancel_deadline(extra, call.edge);  // it has passed, or bounds no longer
  if (decision.delay == Duration{0}) {
    finish_fallback(slot, answer);
    return true;
  }
  call.call_state = CallState::falling_back;
  if (tracer_ != nullptr) tracer_->wait_starts(slot, metrics::SpanKind::fallback);
  extra.outcome = answer;
  extra.wait =
      schedule(later(now(), decision.delay), EventClass::timer, EventType::fallback_ended, slot);
  return true;
}

void Engine::finish_fallback(Slot slot, const Outcome& outcome) {
  if (outcome.is_ok()) ++tally(frames_[slot]).fallbacks;
  finish_call(slot, outcome);
}

void Engine::on_fallback_ended(Slot slot, Ticket ticket) {
  if (!awaits(frames_[slot], CallState::falling_back, ticket)) return pass_over();
  const Outcome outcome = call_extras_[frames_[slot].call_extra()].outcome;
  finish_fallback(slot, outcome);
}

}  // namespace squall::model
