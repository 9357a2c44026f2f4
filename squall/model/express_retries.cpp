#include <algorithm>
#include <cstddef>

#include "squall/model/express.hpp"

/// The express way of calls that are tried again: those that breaker or bulkhead refuses, and those
/// that time out where the callee then stops at once. Again what happens is what the other files
/// do, on the same records and in the same order: descend() and ascend() through the layers of a
/// policy in the usual order, make_attempt(), arrive_at_service(), time_out(), cancel_work(),
/// finish_call(). What a retry may meet that is not here (a delay of none, a timeout that ends a
/// drained run) goes on the general way from where it has come to.
namespace squall::model {

using metrics::SeriesColumn;
using policy::Outcome;
using policy::OutcomeKind;
using policy::RejectedBy;
using sim::EventClass;

namespace {

constexpr Outcome ok{};
constexpr Outcome timed_out{.kind = OutcomeKind::timeout};

/// The delay before the next try, which is never below 0; negative if there is none. As a number,
/// which takes a register where the decision takes memory.
[[gnu::always_inline]] inline Duration delay_of(const policy::RetryDecision& decision) noexcept {
  const auto* again = std::get_if<policy::RetryAfter>(&decision);
  return again == nullptr ? Duration{-1} : again->delay;
}

Outcome refused_by(RejectedBy by) { return {.kind = OutcomeKind::rejected, .by = by}; }

}  // namespace

// ---- the steps

/// Down through breaker and bulkhead. When it enters the breaker is up to the caller to say.
/// @return by which of them it is refused; it has left both then.
inline RejectedBy Engine::enter_on(Express& way, const Frame& call) {
  const Instant now = this->now();
  if (way.has_breaker) {
    if (!way.keeper->breaker.try_acquire(now)) {
      ++way.edge->totals[call.measured ? 1 : 0].rejected_breaker;
      return RejectedBy::breaker;
    }
  }
  if (way.has_bulkhead && way.keeper->bulkhead.enter() != policy::Bulkhead::Entry::entered) {
    ++way.books.refused_by_bulkhead[call.measured ? 1 : 0];
    if (way.has_breaker) tell_breaker_on(way, now, refused_by(RejectedBy::bulkhead));
    return RejectedBy::bulkhead;
  }
  return RejectedBy::none;
}

/// How an attempt ended. REQUIRES a breaker, and one that does not draw.
/// @param entered  when it let the attempt on.
inline void Engine::tell_breaker_on(const Express& way, Instant entered, const Outcome& outcome) {
  Rng unused{0};
  way.keeper->breaker.on_result(outcome, now() - entered, now(), unused);
}

/// An attempt leaves the caller and is at the callee. REQUIRES may_go_on().
/// @param state  of its frame, in line.
inline void Engine::attempt_on(Express& way, Slot slot, std::uint64_t state) {
  ++dispatched_;  // its arrival
  Frame& call = frames_[slot];
  const Instant now = this->now();
  call.count_attempt();
  call.arrived = now;
  ++way.books.attempts[call.measured ? 1 : 0];
  count(SeriesColumn::attempts);
  way.service->inside.enter(now);
  ++way.replica->outstanding;
  const Duration latency =
      draw_latency(way, lineage_of_try(call.lineage, Try::attempt, 1, call.attempts));
  const bool at_once = is_served_at_once(*way.replica);
  if (way.timeouts != sim::no_lane) (void)start_timeout_on(way, slot, latency, at_once);
  come_on(way, slot, state, latency, at_once, by_the_queue(way));
}

/// An attempt has failed, or was refused, and the call has left all layers but its retries.
/// @return whether it is tried again: it backs off, or is on its way down again at once.
inline bool Engine::turn_round_on(Express& way, Slot slot, const Outcome& outcome) {
  Frame& call = frames_[slot];
  // Read before a part of it is stored: after that a load of the whole would wait.
  const std::uint64_t kept = call.word() & state_word::kept();
  call.layer = 0;
  if (way.retry == nullptr) return false;
  const Duration delay = way.counts_only && !call.has_call_extra()
                             ? delay_by_count_on(way, call, outcome)
                             : delay_by_extra_on(way, slot, outcome);
  if (delay < Duration{0}) return false;
  if (delay == Duration{0}) [[unlikely]] {
    call.layer = 1;
    call.retrying = true;
    call.call_state = CallState::entering;
    note_retry_on(way, call);
    return true;
  }
  call.set_word(way.backs_off | kept);
  call.event = schedule(later(now(), delay), EventClass::timer, EventType::backoff_ended, slot);
  return true;
}

/// The delay as delay_of() gives it. Most retries need to know no more than how many tries there
/// were, which stands in the frame.
inline Duration Engine::delay_by_count_on(const Express& way, Frame& call, const Outcome& outcome) {
  Rng rng = key_of(call.lineage, way.target_id, Purpose::backoff, call.tries).rng();
  policy::RetryState state{.attempts = static_cast<std::uint32_t>(call.tries)};
  call.count_try();
  return delay_of(way.retry->on_attempt_end(state, outcome, now(), never, rng));
}

Duration Engine::delay_by_extra_on(const Express& way, Slot slot, const Outcome& outcome) {
  CallExtra& extra = extra_of_call(slot);
  Rng rng =
      key_of(frames_[slot].lineage, way.target_id, Purpose::backoff, extra.retry.attempts).rng();
  return delay_of(way.retry->on_attempt_end(extra.retry, outcome, now(), never, rng));
}

inline void Engine::note_retry_on(Express& way, const Frame& call) {
  ++way.books.retries[call.measured ? 1 : 0];
  count(SeriesColumn::retries);
}

/// The call is over, ok, refused or timed out, and the request with it. REQUIRES a way that is open
/// again: it has neither deadline nor fallback, nor had when the call began, since no change of
/// settings gives or takes any. The frame has no extra record any more, though it looks alive: it
/// is up to the caller to release it before anything asks whose it is.
inline void Engine::end_on(const Express& way, const Frame& call, const Outcome& outcome) {
  const Instant now = this->now();
  metrics::CallRecord& totals = way.edge->totals[call.measured ? 1 : 0];
  ++(outcome.is_ok()                         ? totals.ok
     : outcome.kind == OutcomeKind::rejected ? totals.refused
                                             : totals.failed);
  way.edge->calls.leave(now, call.started);
  way.workload->open.leave(now, call.started);
  const Ending request{.workload = way.workload_index,
                       .user = owner_of(call),
                       .arrived = call.started,
                       .lineage = call.lineage,
                       .measured = call.measured};
  if (call.has_call_extra()) call_extras_.release(call.call_extra());
  on_rpc_ended(*way.workload, request, outcome);
}

/// A request arrives that may be refused. REQUIRES may_go_on().
void Engine::start_express_again(Express& way, const CallStart& start) {
  const Instant now = this->now();
  const std::size_t cohort = start.measured ? 1 : 0;
  way.workload->open.enter(now);
  ++way.workload->totals[cohort].offered;
  open_requests_max_ = std::max(open_requests_max_, ++open_requests_);
  count(SeriesColumn::offered);
  way.edge->calls.enter(now);
  ++way.edge->totals[cohort].requests;

  const Slot slot = frames_.acquire();
  Frame& call = frames_[slot];
  call.lineage = start.lineage;
  call.set_numbers({.edge = start.edge % Frame::edges_max});
  call.owner = start.owner;
  call.started = now;
  call.measured = start.measured;
  call.rank = way.workload->rank;
  call.call_state = CallState::entering;
  const RejectedBy by = enter_on(way, call);
  if (by == RejectedBy::none) return attempt_on(way, slot, begins(way, start.measured));
  Outcome outcome = refused_by(by);
  bool goes_on = turn_round_on(way, slot, outcome);
  if (goes_on && frames_[slot].call_state == CallState::entering) [[unlikely]]
    goes_on = descend(slot, outcome, StepOn::at_once);
  if (!goes_on) end_in_event_of_its_own(slot, outcome);
}

/// The backoff of a call is over. False, and nothing was done, where it has to go the general way.
bool Engine::try_again_express(Slot slot) {
  Frame& call = frames_[slot];
  Express& way = express_[call.edge];
  if (!may_go_on(way) || !call.retrying) return false;
  call.event = no_ticket;
  note_retry_on(way, call);
  const RejectedBy by = enter_on(way, call);
  if (by == RejectedBy::none) {
    attempt_on(way, slot, way.begins_again | (call.word() & way.kept_again));
    return true;
  }
  if (!turn_round_on(way, slot, refused_by(by))) {
    end_on(way, call, refused_by(by));
    frames_.release(slot);
  } else if (call.call_state == CallState::entering) [[unlikely]] {  // it does not even back off
    Outcome refusal = refused_by(by);
    continue_call(slot, true, refusal);
  }
  return true;
}

/// The timeout of an attempt is due. False, and nothing was done, where it has to go the general
/// way: the last request of a drained run does, as nothing happens behind its end.
bool Engine::time_out_express(Slot slot) {
  Frame& call = frames_[slot];
  Express& way = express_[call.edge];
  const std::uint64_t state = call.word();
  const bool is_queued = ((state ^ way.begins) & way.asked_again) == 0;
  if (!way.is_open_again || !way.cancels ||
      (!is_queued && ((state ^ way.done) & way.asked_again) != 0) || call.work_extra != no_slot ||
      open_requests_ == 1 || dispatched_ == dispatch_until_ || !queue_.is_now_clear()) {
    return false;
  }
  if (way.has_bulkhead && way.keeper->bulkhead.waiting() > 0) [[unlikely]]
    return false;
  --way.replica->outstanding;
  ++way.books.timeouts[call.measured ? 1 : 0];
  cancel_timeout(call, way.timeouts);
  // For the timeouts that come next: the frame of the second; and what stands beside that of the
  // first, which was asked for one timeout ago.
  if (is_crowded()) {
    const sim::EventQueue::InLane coming = queue_.upcoming_in(way.timeouts);
    frames_.prefetch(coming.second);
    prefetch_extra_of(coming.head);
  }
  if (way.has_bulkhead) way.keeper->bulkhead.leave();
  if (way.has_breaker) tell_breaker_on(way, breaker_entered(call), timed_out);
  if (turn_round_on(way, slot, timed_out)) {
    if (call.call_state == CallState::entering) [[unlikely]] {
      // Its next attempt comes before the callee learns that nobody waits for this one.
      call.unwanted = true;
      notify_caller_gone(slot);
      Outcome none{};
      continue_call(move_call(slot), true, none);
      return true;
    }
    stop_work_on(way, slot, is_queued);
    return true;
  }
  end_on(way, call, timed_out);
  stop_work_on(way, slot, is_queued);
  frames_.release(slot);
  return true;
}

/// The callee learns that nobody waits for the work any more, and stops. What the state of the
/// frame says of the work is up to the caller; it is the call's alone from here on, or nobody's.
inline void Engine::stop_work_on(Express& way, Slot slot, bool is_queued) {
  ++dispatched_;  // the news
  Frame& work = frames_[slot];
  const Instant now = this->now();
  const std::size_t cohort = work.measured ? 1 : 0;
  ServiceState& service = *way.service;
  Replica& replica = *way.replica;
  ++way.books.cancelled[cohort];
  service.inside.leave(now, work.arrived);
  if (is_queued) {
    way.line->remove(frames_, slot);
    --replica.waiting;
    return;
  }
  const auto worked_ns = static_cast<std::uint64_t>((now - work.begun).count());
  service.service_ns[cohort].add(worked_ns);
  service.wasted_ns[cohort].add(worked_ns);
  --replica.busy;
  service.busy.leave(now, work.begun);
  --replica.inside_count;
  if (service.knows_inside) replica.inside.remove(frames_, slot);
  (void)serve_next_on(way, by_the_queue(way));
}

/// The work of a call is done that may have been tried before, was all that is to be done for it,
/// and the request ends. REQUIRES is_done_again().
void Engine::finish_express_again(const Express& way, Slot slot) {
  Frame& call = frames_[slot];
  const Instant now = this->now();
  const std::size_t cohort = call.measured ? 1 : 0;
  metrics::CallRecord& totals = way.edge->totals[cohort];
  ++way.service->totals[cohort].completed;
  way.service->inside.leave(now, call.arrived);
  (void)leave_worker_on(way, slot, by_the_queue(way));

  --way.replica->outstanding;
  ++totals.attempts_ok;
  cancel_timeout(call, way.timeouts);
  if (way.has_bulkhead) {
    way.keeper->bulkhead.leave();
    if (way.keeper->bulkhead.waiting() > 0) [[unlikely]]
      grant_places(way.keeper_index);
  }
  if (way.has_breaker) tell_breaker_on(way, breaker_entered(call), ok);
  end_on(way, call, ok);
  frames_.release(slot);
}

}  // namespace squall::model
