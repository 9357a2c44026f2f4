#include <utility>

#include "squall/model/engine.hpp"

/// A work: one attempt at a callee, or one delivery of a message; its record from the beginning to
/// the end.
namespace squall::model {

using policy::Outcome;

WorkExtra& Engine::extra_of_work(Slot slot) {
  if (frames_[slot].work_extra == no_slot) {
    const Slot made = work_extras_.acquire();
    work_extras_[made].frame = slot;
    frames_[slot].work_extra = made;
  }
  return work_extras_[frames_[slot].work_extra];
}

std::uint64_t Engine::lineage_of_attempt(const Frame& work) const noexcept {
  Try kind = Try::attempt;
  if (work.work_kind == WorkKind::publish)
    kind = Try::publish;
  else if (work.owner_kind == OwnerKind::hedged_call)
    kind = Try::hedged_attempt;
  return lineage_of_try(work.lineage, kind, depth_of_call(work), work.attempts);
}

Outcome Engine::outcome_of(const Frame& work) const noexcept {
  Outcome outcome{};
  outcome.kind = work.outcome_kind;
  outcome.by = work.outcome_by;
  outcome.code = work.outcome_code;
  outcome.degraded = work.degraded && outcome.is_ok();
  if (work.pushes_back) outcome.pushback = work_extras_[work.work_extra].pushback;
  return outcome;
}

void Engine::set_outcome(Slot slot, const Outcome& outcome) {
  const bool pushes_back = outcome.pushback.kind != policy::Pushback::Kind::none;
  if (pushes_back) extra_of_work(slot).pushback = outcome.pushback;
  Frame& work = frames_[slot];
  work.outcome_kind = outcome.kind;
  work.outcome_by = outcome.by;
  work.outcome_code = outcome.code;
  work.pushes_back = pushes_back;
}

/// The work is over; the frame stays while a call is in it.
void Engine::free_work(Slot slot) {
  Frame& frame = frames_[slot];
  const Slot extra = frame.work_extra;
  // News that nobody waits for it may still be under way.
  if (frame.unwanted && lives_.has(slot)) ++lives_.at(slot, frames_.capacity());
  if (frame.has_call()) {
    frame.work_state = WorkState::none;
    frame.work_extra = no_slot;
    frame.event = no_ticket;
    frame.priced = frame.holds_worker = frame.unwanted = frame.knows_gone = false;
    frame.goes_on_later = frame.pushes_back = frame.is_drawn = frame.degraded = false;
    frame.outcome_kind = policy::OutcomeKind::ok;
    frame.outcome_by = policy::RejectedBy::none;
    frame.outcome_code = 0;
  } else {
    frames_.release(slot);
  }
  if (extra != no_slot) free_work_extra(extra);
}

void Engine::free_work_extra(Slot extra) {
  const Slot carried = work_extras_[extra].event;
  work_extras_.release(extra);
  if (carried != no_slot) on_event_carrier_gone(carried);
}

}  // namespace squall::model
