#include "squall/model/engine.hpp"

/// The layers of a policy around a call: on the way down to an attempt each lets it on, has it wait
/// or refuses it; on the way up each learns the outcome, and may turn the call round.
namespace squall::model {

using metrics::SeriesColumn;
using policy::Layer;
using policy::Outcome;
using policy::OutcomeKind;
using policy::RejectedBy;
using sim::EventClass;

bool Engine::descend(Slot slot, Outcome& outcome, StepOn on) {
  const Settings::Edge& settings = settings_.edges[frames_[slot].edge];
  for (;;) {
    Frame& call = frames_[slot];
    Keeper& keeper = keepers_[keeper_of(call)];
    call.call_state = CallState::entering;
    std::uint8_t layer = call.layer;
    Passage passage = Passage::on;
    while (layer < settings.layer_count && passage == Passage::on) {
      passage = enter_layer(slot, settings.layers[layer], keeper, outcome);
      if (passage != Passage::refused) ++layer;
    }
    call.layer = layer & 0xfU;
    switch (passage) {
      case Passage::on:
        make_attempt(slot, on);
        return true;
      case Passage::waiting:
        if (call.call_state == CallState::hedging) start_hedge(slot);
        return true;
      case Passage::refused:
        if (tracer_ != nullptr) tracer_->refuses(slot, outcome);
        if (!ascend(slot, outcome)) return false;
        // A retry was granted: with a delay the call waits, without one it is on its way down.
        if (frames_[slot].call_state != CallState::entering) return true;
        break;
    }
  }
}

Engine::Passage Engine::enter_layer(Slot slot, Layer layer, Keeper& keeper, Outcome& refusal) {
  switch (layer) {
    case Layer::retry:
      return Passage::on;
    case Layer::hedge:
      frames_[slot].call_state = CallState::hedging;
      return Passage::waiting;
    case Layer::throttle:
      if (enter_throttle(slot, keeper.throttle)) return Passage::on;
      ++tally(frames_[slot]).rejected_throttle;
      return refuse_by(RejectedBy::throttle, refusal);
    case Layer::breaker:
      if (!keeper.breaker.try_acquire(now())) [[unlikely]] {
        ++tally(frames_[slot]).rejected_breaker;
        return refuse_by(RejectedBy::breaker, refusal);
      }
      note_breaker_entered(slot);
      return Passage::on;
    case Layer::rate_limit:
      return enter_rate_limit(slot, refusal);
    case Layer::limiter:
      return enter_limiter(slot, refusal);
    case Layer::bulkhead:
      switch (keeper.bulkhead.enter()) {
        case policy::Bulkhead::Entry::entered:
          return Passage::on;
        case policy::Bulkhead::Entry::waiting:
          stand_in_line(slot, keeper);
          return Passage::waiting;
        case policy::Bulkhead::Entry::refused:
          break;
      }
      ++tally(frames_[slot]).rejected_bulkhead;
      return refuse_by(RejectedBy::bulkhead, refusal);
    case Layer::timeout:
      start_timeout(frames_[slot], slot);
      return Passage::on;
    case Layer::budget:
      keeper.budget.on_call_start(now());
      return Passage::on;
  }
  return Passage::on;
}

Engine::Passage Engine::refuse_by(RejectedBy by, Outcome& refusal) {
  refusal = Outcome{};
  refusal.kind = OutcomeKind::rejected;
  refusal.by = by;
  return Passage::refused;
}

bool Engine::enter_throttle(Slot slot, policy::Throttle& throttle) {
  const Frame& call = frames_[slot];
  // A call that is tried again passes here once for each try.
  Rng rng =
      key_of(call.lineage, topology_.edges[call.edge].target_id, Purpose::throttle, tries_of(call))
          .rng();
  return throttle.admits(now(), rng);
}

void Engine::note_breaker_entered(Slot slot) {
  Frame& call = frames_[slot];
  call.breaker_at_start = call.started == now();
  call.breaker_on_arrival = false;
  if (!call.breaker_at_start) extra_of_call(slot).breaker_entered = now();
}

void Engine::start_timeout(Frame& call, Slot slot) {
  const EdgeState& edge = edge_states_[call.edge];
  call.timeout = schedule_in(edge.timeouts, later(now(), settings_.edges[call.edge].timeout), slot);
}

void Engine::stand_in_line(Slot slot, Keeper& keeper) {
  Frame& call = frames_[slot];
  call.call_state = CallState::in_line;
  keeper.line.push_back(frames_, slot);
  if (tracer_ != nullptr) tracer_->wait_starts(slot, metrics::SpanKind::bulkhead_wait);
  call.pending = true;
  keeper.budget.on_pending(+1);
  const Duration max_wait = keeper.bulkhead.options().max_wait;
  extra_of_call(slot).wait =
      max_wait == forever
          ? no_ticket
          : schedule(later(now(), max_wait), EventClass::timer, EventType::wait_ended, slot);
}

bool Engine::ascend(Slot slot, const Outcome& outcome) {
  Frame& call = frames_[slot];
  const Settings::Edge& settings = settings_.edges[call.edge];
  const std::uint8_t first_layer = call.first_layer;
  for (std::uint8_t layer = call.layer; layer > first_layer;) {
    call.layer = --layer & 0xfU;
    if (leave_layer(slot, settings.layers[layer], outcome)) return true;
  }
  return false;
}

/// True when the layer turns the call round: it is not over.
bool Engine::leave_layer(Slot slot, Layer layer, const Outcome& outcome) {
  Frame& call = frames_[slot];
  switch (layer) {
    case Layer::retry:
      if (!outcome.is_ok()) return decide_retry(slot, outcome);
      stop_retrying(call);
      return false;
    case Layer::hedge:
      if (call.has_call_extra()) call_extras_[call.call_extra()].wait = no_ticket;
      return false;
    case Layer::rate_limit:
      return false;
    case Layer::throttle:
      keepers_[keeper_of(call)].throttle.on_result(outcome, now());
      return false;
    case Layer::breaker:
      leave_breaker(call, outcome);
      return false;
    case Layer::limiter:
      leave_limiter(call, outcome);
      return false;
    case Layer::bulkhead: {
      const std::uint32_t keeper = keeper_of(call);
      keepers_[keeper].bulkhead.leave();
      if (keepers_[keeper].bulkhead.waiting() > 0) grant_places(keeper);
      return false;
    }
    case Layer::timeout:
      cancel_timeout(call);
      return false;
    case Layer::budget:
      leave_budget(call, outcome);
      return false;
  }
  return false;
}

void Engine::leave_breaker(const Frame& call, const Outcome& outcome) {
  policy::Breaker& breaker = keepers_[keeper_of(call)].breaker;
  if (outcome.kind == OutcomeKind::abandoned) [[unlikely]]
    return breaker.release(now());
  const Instant entered = breaker_entered(call);
  if (outcome.is_ok()) return breaker.on_success(now() - entered, now());
  if (!breaker.draws()) {
    Rng unused{0};
    return breaker.on_result(outcome, now() - entered, now(), unused);
  }
  // A call that is tried again passes here once for each try.
  Rng rng =
      key_of(call.lineage, topology_.edges[call.edge].target_id, Purpose::breaker, tries_of(call))
          .rng();
  breaker.on_result(outcome, now() - entered, now(), rng);
}

void Engine::leave_budget(const Frame& call, const Outcome& outcome) {
  static constexpr policy::BudgetCall no_retries{};
  keepers_[keeper_of(call)].budget.on_call_end(
      call.has_call_extra() ? call_extras_[call.call_extra()].budget : no_retries, outcome);
}

/// REQUIRES that the outcome is not ok.
bool Engine::decide_retry(Slot slot, const Outcome& outcome) {
  stop_retrying(frames_[slot]);
  CallExtra& extra = extra_of_call(slot);
  Frame& call = frames_[slot];
  const Settings::Edge& settings = settings_.edges[call.edge];
  Rng rng = key_of(call.lineage, topology_.edges[call.edge].target_id, Purpose::backoff,
                   extra.retry.attempts)
                .rng();
  const policy::RetryDecision decision =
      settings.retry->on_attempt_end(extra.retry, outcome, now(), extra.deadline, rng);
  if (const auto* stop = std::get_if<policy::Stop>(&decision)) {
    if (stop->reason == policy::Stop::Reason::pushback) ++tally(call).denied_pushback;
    if (stop->reason == policy::Stop::Reason::deadline) ++tally(call).denied_deadline;
    if (tracer_ != nullptr) trace_stop(slot, stop->reason);
    return false;
  }
  const Duration delay = std::get<policy::RetryAfter>(decision).delay;
  if (delay != Duration{0} && keepers_[keeper_of(call)].budget.is_asked_after_backoff())
    extra.outcome = outcome;
  else if (!grant_retry(call, extra, outcome))
    return false;
  ++call.layer;  // stays inside the retry layer
  if (delay == Duration{0}) {
    ++tally(call).retries;
    count(SeriesColumn::retries);
    call.call_state = CallState::entering;
    return true;
  }
  call.call_state = CallState::backing_off;
  if (tracer_ != nullptr) tracer_->wait_starts(slot, metrics::SpanKind::backoff);
  call.event = schedule(later(now(), delay), EventClass::timer, EventType::backoff_ended, slot);
  return true;
}

/// Asks the budget for the retry after `outcome`.
bool Engine::grant_retry(Frame& call, CallExtra& extra, const Outcome& outcome) {
  call.retrying = keepers_[keeper_of(call)].budget.try_retry(extra.budget, outcome, now());
  if (!call.retrying) ++tally(call).denied_budget;
  if (!call.retrying && tracer_ != nullptr)
    tracer_->denies_retry(extra.frame, metrics::SpanEnd::denied_budget);
  return call.retrying;
}

/// The backoff is over, and only now the budget is asked.
/// @return false when it denies the retry: the call has left the retry layer and goes up with
///         `outcome`, that of its last attempt.
bool Engine::grant_retry_late(Slot slot, Outcome& outcome) {
  Frame& call = frames_[slot];
  CallExtra& extra = call_extras_[call.call_extra()];
  outcome = extra.outcome;
  if (grant_retry(call, extra, outcome)) return true;
  call.call_state = CallState::entering;
  --call.layer;
  return false;
}

void Engine::stop_retrying(Frame& call) {
  if (!call.retrying) return;
  call.retrying = false;
  keepers_[keeper_of(call)].budget.on_retry_end();
}

void Engine::stop_pending(Frame& call) {
  if (!call.pending) return;
  call.pending = false;
  keepers_[keeper_of(call)].budget.on_pending(-1);
}

/// The call is stopped from outside (deadline, timeout further out, its caller gone): every layer
/// it is in learns so, from the inside out, and none may turn it round. An attempt that the callee
/// goes on with is still in the frame afterwards: the call ends, or moves away.
void Engine::leave_all_layers(Slot slot, const Outcome& outcome) {
  const Settings::Edge& settings = settings_.edges[frames_[slot].edge];
  const CallState state = frames_[slot].call_state;
  if (state == CallState::attempting) give_up_attempt(slot, outcome);
  if (frames_[slot].has_call_extra())
    abandon_children(call_extras_[frames_[slot].call_extra()].first_hedge, outcome);
  bool waits_in_line = state == CallState::in_line;
  while (frames_[slot].layer > frames_[slot].first_layer) {
    Frame& call = frames_[slot];
    --call.layer;
    const Layer layer = settings.layers[call.layer];
    if (layer == Layer::retry) {
      stop_retrying(call);
    } else if (waits_in_line) {
      // The innermost layer entered is the bulkhead whose line it stands in.
      waits_in_line = false;
      Keeper& keeper = keepers_[keeper_of(call)];
      keeper.line.remove(frames_, slot);
      keeper.bulkhead.stop_waiting();
      stop_pending(call);
    } else {
      (void)leave_layer(slot, layer, outcome);
    }
  }
  Frame& call = frames_[slot];
  stop_pending(call);
  if (state == CallState::backing_off) call.event = no_ticket;
  if (call.has_call_extra()) call_extras_[call.call_extra()].wait = no_ticket;
  cancel_timeout(call);
}

/// Lets as many from the line in as there are places. Each goes on in an event of its own, in the
/// order of the line.
void Engine::grant_places(std::uint32_t index) {
  Keeper& keeper = keepers_[index];
  while (keeper.bulkhead.admit_waiting()) {
    const Slot slot = keeper.line.head;
    keeper.line.remove(frames_, slot);
    Frame& call = frames_[slot];
    stop_pending(call);
    call.call_state = CallState::entering;
    call_extras_[call.call_extra()].wait = post(EventType::place_granted, slot);
  }
}

}  // namespace squall::model
