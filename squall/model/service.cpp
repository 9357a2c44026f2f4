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

}  // namespace

/// The replica for an attempt, among those that its caller does not pass over.
std::uint32_t Engine::choose_replica(std::uint32_t index, const Frame& work) {
  const Topology::Service& service = topology_.services[index];
  const std::uint64_t lineage = work_lineage(work);
  ServiceState& state = service_states_[index];
  policy::EnvoyOutlier* const outlier = keepers_[keeper_of(work)].outlier.get();
  const std::vector<std::uint32_t>* const left =
      outlier == nullptr ? nullptr : outlier->candidates(now());
  const std::uint32_t choices =
      left == nullptr ? service.replicas : static_cast<std::uint32_t>(left->size());
  const auto place_of = [&](std::uint32_t choice) {
    return service.first_replica + (left == nullptr ? choice : (*left)[choice]);
  };
  const auto draw = [&](Purpose purpose, std::uint32_t bound) {
    Rng rng = key_of(lineage, service.id, purpose).rng();
    return static_cast<std::uint32_t>(rng.below(bound));
  };
  switch (settings_.services[index].options->balance) {
    case scenario::Balance::round_robin: {
      std::uint32_t chosen = state.next_replica;
      if (left != nullptr) {
        const auto next = std::lower_bound(left->begin(), left->end(), chosen);
        chosen = next == left->end() ? left->front() : *next;
      }
      state.next_replica = (chosen + 1) % service.replicas;
      return service.first_replica + chosen;
    }
    case scenario::Balance::random:
      return place_of(draw(Purpose::balance, choices));
    case scenario::Balance::least_requests: {
      // Ties are broken by position, from a place drawn for this attempt on.
      const std::uint32_t start = draw(Purpose::balance, choices);
      std::uint32_t best = place_of(start);
      for (std::uint32_t i = 1; i < choices; ++i) {
        const std::uint32_t candidate = place_of((start + i) % choices);
        if (replicas_[candidate].outstanding < replicas_[best].outstanding) best = candidate;
      }
      return best;
    }
    case scenario::Balance::power_of_two: {
      const std::uint32_t first = draw(Purpose::balance, choices);
      if (choices == 1) return place_of(first);
      const std::uint32_t step = 1 + draw(Purpose::balance_other, choices - 1);
      const std::uint32_t a = place_of(first);
      const std::uint32_t b = place_of((first + step) % choices);
      return replicas_[b].outstanding < replicas_[a].outstanding ? b : a;
    }
  }
  return service.first_replica;
}

/// An attempt has ended: what that says of the replica it went to, to those who look for outliers.
void Engine::note_result_of_replica(const Frame& work, const Outcome& outcome) {
  if (outcome.kind == OutcomeKind::abandoned) return;
  policy::EnvoyOutlier& outlier = *keepers_[keeper_of(work)].outlier;
  const policy::RetryOn& on = outlier.options().on;
  const bool is_failure = outcome.kind == OutcomeKind::deadline ? on.timeout : on.matches(outcome);
  const bool is_own =
      outcome.kind == OutcomeKind::error && outcome.code != scenario::code_unavailable;
  const policy::HostResult result = !is_failure ? policy::HostResult::success
                                    : is_own    ? policy::HostResult::failure
                                                : policy::HostResult::gateway_failure;
  outlier.on_result(work.choice, result, now());
}

void Engine::on_work_delivered(Slot slot, Ticket ticket) {
  const Frame& work = frames_[slot];
  if (ticket != work.event || work.work_state != WorkState::outbound) return pass_over();
  if (work.work_kind == WorkKind::publish) [[unlikely]]
    arrive_at_broker(slot);
  else
    arrive_at_service(slot);
}

void Engine::arrive_at_service(Slot slot) {
  const AtService at = at_service(slot);
  const Settings::Service& settings = *at.service.settings;
  Replica& replica = at.replica;
  at.work.arrived = now();
  if (tracer_ != nullptr) [[unlikely]]
    tracer_->work_arrives(slot, at.place);
  at.service.inside.enter(now());
  ++at.totals.arrived;

  const bool can_start = replica.busy < replica.workers && replica.waiting == 0 && !replica.paused;
  const bool has_room =
      replica.waiting < settings.queue_capacity &&
      settings.admission.admits(std::uint64_t{replica.waiting} + replica.inside_count);
  if (replica.has_fault || at.work.knows_gone || !has_room || settings.sheds ||
      settings.has_limiter) [[unlikely]] {
    if (is_turned_away(slot, can_start)) return;
  }
  if (can_start && at.service.may_expire && has_expired(at.work)) [[unlikely]]
    return expire(slot);
  if (settings.prices_at_arrival) {
    price(at, std::min<std::uint64_t>(std::uint64_t{replica.busy} + 1,
                                      std::max<std::uint64_t>(replica.workers, 1)));
  }
  if (can_start) return start_service(at);
  at.work.work_state = WorkState::queued;
  if (!at.work.priced) draw_ahead(at);
  if (settings.watches_line) [[unlikely]]
    watch_line(at);
  line_of(at).push_back(frames_, slot);
  ++replica.waiting;
  replica.waiting_max = std::max(replica.waiting_max, replica.waiting);
}

/// Whether the work, which has arrived, comes no further: what becomes of it then is done.
bool Engine::is_turned_away(Slot slot, bool can_start) {
  const AtService at = at_service(slot);
  const Frame& work = at.work;
  const Replica& replica = at.replica;
  const Settings::Service& settings = *at.service.settings;
  if (replica.down == scenario::Fault::Down::blackhole) {
    ++at.totals.lost;
    leave_service(at, Tracer::WorkEnd::lost);
    free_work(slot);
    return true;
  }
  if (replica.down == scenario::Fault::Down::refuse) {
    refuse_arrival(at, error_of(scenario::code_unavailable));
    return true;
  }
  if (work.knows_gone && settings.when_caller_gone == WhenCallerGone::cancel) {
    ++at.totals.cancelled;
    leave_service(at, Tracer::WorkEnd::cancelled);
    free_work(slot);
    return true;
  }
  if (settings.sheds && is_shed(at)) return true;
  RejectedBy by = RejectedBy::none;
  if (!settings.admission.admits(std::uint64_t{replica.waiting} + replica.inside_count))
    by = RejectedBy::admission;
  else if (!can_start && replica.waiting >= settings.queue_capacity)
    by = RejectedBy::queue;
  else if (settings.has_limiter && !enter_admission(slot))
    by = RejectedBy::admission;
  if (by == RejectedBy::none) {
    if (settings.drops_waiting && can_start) start_without_waiting(at);
    return false;
  }
  const Outcome refusal = refusal_by(at, by);
  tell_throttle(at, refusal);
  refuse_arrival(at, refusal);
  return true;
}

void Engine::refuse_arrival(const AtService& at, const Outcome& outcome) {
  ++at.totals.refused;
  leave_service(at, Tracer::WorkEnd::refused);
  respond(at.slot, outcome);
}

/// Draws the latency of a work that waits, which depends on nothing but its name: when the work is
/// started, what comes next is known without waiting for the draw. Settings that change undo it.
void Engine::draw_ahead(const AtService& at) {
  const Settings::Service& settings = *at.service.settings;
  if (settings.latency.is_constant()) return;
  Rng rng = key_of(work_lineage(at.work), at.service.id, Purpose::service_time).rng();
  at.work.set_service_time(settings.latency(rng));
  at.work.is_drawn = true;
}

void Engine::forget_draws_ahead() {
  frames_.for_each_mutable([](Frame& work) { work.is_drawn = false; });
}

/// Draws what the work will take and how it will end, under the faults and the load of this
/// instant.
/// @param in_service  requests in service at the replica, this one included.
void Engine::price(const AtService& at, std::uint64_t in_service) {
  const Settings::Service& settings = *at.service.settings;
  if (!settings.has_latency_only || at.replica.has_fault) return price_by_all(at.slot, in_service);
  if (settings.latency.is_constant()) {
    at.work.set_service_time(settings.latency.constant());
  } else if (!at.work.is_drawn) {
    Rng rng = key_of(work_lineage(at.work), at.service.id, Purpose::service_time).rng();
    at.work.set_service_time(settings.latency(rng));
  }
  at.work.priced = true;
}

/// The same under faults and load, and with failures.
void Engine::price_by_all(Slot slot, std::uint64_t in_service) {
  const Frame& work = frames_[slot];
  const std::uint64_t lineage = work_lineage(work);
  const Replica& replica = replicas_[place_of(work)];
  const Settings::Service& settings = settings_.services[replica.service];
  const scenario::Service& options = *settings.options;
  const std::uint64_t id = topology_.services[replica.service].id;

  Duration latency = work.service_time();
  if (!work.is_drawn) {
    Rng latency_rng = key_of(lineage, id, Purpose::service_time).rng();
    latency = settings.latency(latency_rng);
  }
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

  Outcome outcome{};
  if (other_failure + overload_failure > 0.0) {
    Rng failure_rng = key_of(lineage, id, Purpose::failure).rng();
    const double u = failure_rng.uniform();
    double reached = 0.0;
    bool failed = false;
    for (const scenario::FailureMode& mode : options.failure) {
      reached += mode.p;
      if (u < reached) {
        outcome = error_of(mode.code, mode.pushback);
        if (mode.after) latency = *mode.after;
        failed = true;
        break;
      }
    }
    if (!failed && u < reached + replica.failure_add + overload_failure) {
      outcome = error_of(scenario::code_unavailable);
    }
  }
  set_outcome(slot, outcome);
  frames_[slot].set_service_time(latency);
  frames_[slot].priced = true;
}

void Engine::start_service(const AtService& at) {
  Frame& work = at.work;
  ++at.replica.busy;
  ++at.replica.inside_count;
  work.holds_worker = true;
  work.work_state = WorkState::serving;
  if (tracer_ != nullptr) [[unlikely]]
    tracer_->service_starts(at.slot, work);
  at.service.busy.enter(now());
  at.totals.wait.add(now() - work.arrived);
  if (!work.priced) price(at, at.replica.busy);
  const Instant end = later(now(), work.service_time());
  work.begun = now();
  if (at.service.notes_start) note_start(at, end);
  end_service_at(at.slot, work, end, at.service.completions);
}

/// Takes the next one to serve out of the line; those that the callee knows nobody waits for are
/// skipped where its settings say so.
Slot Engine::next_in_line(Replica& replica) {
  const Settings::Service& settings = *service_states_[replica.service].settings;
  if (settings.watches_line) [[unlikely]]
    return next_of_watched_line(static_cast<std::uint32_t>(&replica - replicas_.data()));
  while (replica.waiting > 0) {
    std::size_t rank = 0;
    while (replica.lines[rank].empty()) ++rank;
    List& line = replica.lines[rank];
    const Slot slot = settings.is_lifo ? line.pop_back(frames_) : line.pop_front(frames_);
    --replica.waiting;
    if (!frames_[slot].knows_gone || settings.when_caller_gone != WhenCallerGone::skip_queued) {
      if (!service_states_[replica.service].may_expire || !has_expired(frames_[slot])) return slot;
      expire(slot);
      continue;
    }
    ++tally_service(frames_[slot]).skipped;
    leave_service(at_service(slot), Tracer::WorkEnd::skipped);
    free_work(slot);
  }
  return no_slot;
}

/// The deadline that came with the work has passed before it was begun. It stands in no line.
void Engine::expire(Slot slot) {
  const AtService at = at_service(slot);
  ++at.totals.skipped;
  ++at.totals.expired;
  Outcome too_late{};
  too_late.kind = OutcomeKind::deadline;
  tell_throttle(at, too_late);
  if (at.service.settings->has_limiter) leave_admission(slot, too_late);
  leave_service(at, Tracer::WorkEnd::expired);
  respond(slot, too_late);
}

void Engine::start_waiting(std::uint32_t place) {
  Replica& replica = replicas_[place];
  while (replica.waiting > 0 && replica.busy < replica.workers && !replica.paused &&
         replica.down == scenario::Fault::Down::no) {
    const Slot next = next_in_line(replica);
    if (next == no_slot) return;
    start_service(at_service(next));
  }
}

void Engine::on_work_done(Slot slot, Ticket ticket) {
  Frame& work = frames_[slot];
  if (ticket != work.event || work.work_state != WorkState::serving)
    return pass_over();  // it was stopped before its end
  if (finish_express(slot, work)) return;
  if (tracer_ != nullptr) [[unlikely]]
    tracer_->service_ends(slot);
  work.event = no_ticket;
  work.work_state = WorkState::calling;
  if (work.work_kind != WorkKind::service) return go_on(slot);
  const AtService at = at_service(slot);
  if (at.service.has_calls) return begin_calls(at);
  if (at.replica.paused) {
    work.goes_on_later = true;
    return;
  }
  finish_service(at, now(), StepOn::at_once);
}

void Engine::begin_calls(const AtService& at) {
  work_extras_[at.work.work_extra].service_over = now();
  if (at.work.outcome_kind == OutcomeKind::ok &&
      at.service.settings->options->during_calls == scenario::DuringCalls::release) {
    release_worker(at);
    start_waiting(at.place);
  }
  go_on(at.slot);
}

/// Makes the calls of the next step, or finishes when there is none left.
void Engine::go_on(Slot slot) {
  const bool is_handler = frames_[slot].work_kind == WorkKind::handler;
  const std::uint32_t place = is_handler ? frames_[slot].owner : place_of(frames_[slot]);
  if (!is_handler && replicas_[place].paused) {
    frames_[slot].goes_on_later = true;
    return;
  }
  const std::uint32_t index = is_handler ? place : replicas_[place].service;
  const std::vector<Topology::Step>& steps =
      is_handler ? topology_.consumers[index].steps : topology_.services[index].steps;
  const std::uint32_t caller_replica =
      is_handler ? 0 : place - topology_.services[index].first_replica;
  const Slot place_of_extra = frames_[slot].work_extra;
  while (frames_[slot].outcome_kind == OutcomeKind::ok && place_of_extra != no_slot &&
         work_extras_[place_of_extra].step < steps.size()) {
    const std::uint32_t depth = work_extras_[place_of_extra].depth;
    const Topology::Step& step = steps[work_extras_[place_of_extra].step++];
    for (const std::uint32_t edge : step) {
      const Frame& work = frames_[slot];
      if (depth >= settings_.edges[edge].call->max_depth) continue;
      const Slot call = start_inner_call({.edge = edge,
                                          .owner_kind = OwnerKind::work,
                                          .owner = slot,
                                          .lineage = work_lineage(work),
                                          .caller_replica = caller_replica,
                                          .depth = depth + 1,
                                          .rank = work.rank,
                                          .measured = work.measured,
                                          .deadline = work_extras_[place_of_extra].deadline});
      link_child(work_extras_[place_of_extra].first_child, call);
      ++work_extras_[place_of_extra].children;
    }
    if (work_extras_[place_of_extra].children > 0) return;
  }
  if (is_handler)
    finish_handler(slot, frames_[slot].outcome_kind == OutcomeKind::ok);
  else
    finish_service(at_service(slot, place),
                   steps.empty() ? ends_[slot] : work_extras_[place_of_extra].service_over,
                   StepOn::in_its_event);
}

void Engine::on_child_ended(Slot slot, std::uint32_t edge, const Outcome& outcome) {
  // If that was the last of them, the work ends, and then the call that it is of.
  prefetch_extra_of(slot);
  WorkExtra& extra = work_extras_[frames_[slot].work_extra];
  --extra.children;
  if (outcome.degraded) frames_[slot].degraded = true;
  const bool fails =
      !outcome.is_ok() && settings_.edges[edge].call->on_failure == scenario::OnFailure::fail;
  if (fails) {
    abandon_calls_of(slot);
    set_outcome(slot, error_of(outcome.kind == OutcomeKind::error ? outcome.code
                                                                  : scenario::code_unavailable));
  }
  if (extra.children == 0) go_on(slot);
}

/// What it has called for is of no more use.
void Engine::abandon_calls_of(Slot slot) {
  if (frames_[slot].work_extra == no_slot) return;
  WorkExtra& extra = work_extras_[frames_[slot].work_extra];
  extra.children = 0;
  Outcome abandoned{};
  abandoned.kind = OutcomeKind::abandoned;
  abandon_children(extra.first_child, abandoned);
}

/// @param end  of its own service time.
void Engine::finish_service(const AtService& at, Instant end, StepOn on) {
  prefetch_owner_of(at.work);
  if (at.service.has_rows) commit(at);
  const Frame& work = at.work;
  if (work.outcome_kind == OutcomeKind::ok) {
    ++at.totals.completed;
    if (work.unwanted) ++at.totals.wasted;
  } else {
    ++at.totals.failed;
  }
  if (at.service.settings->has_throttle) [[unlikely]]
    tell_throttle(at, outcome_of(work));
  Replica& replica = at.replica;
  account_service_time(at, end - work.begun);
  if (at.service.settings->has_limiter) leave_admission(at.slot, outcome_of(work));
  leave_service(at, Tracer::WorkEnd::done);
  // Before another starts: what that one brings comes later, also at this instant.
  const bool is_answered =
      work.has_call() && edge_states_[work.edge].route.takes_no_time && may_step(on);
  if (is_answered)
    at.work.work_state = WorkState::returning;
  else
    answer(at.slot);
  if (replica.waiting > 0) start_waiting(at.place);
  if (is_answered) take_response(at.slot);
}

void Engine::release_worker(const AtService& at) {
  if (!at.work.holds_worker) return;
  at.work.holds_worker = false;
  --at.replica.busy;
  if (at.replica.busy >= at.replica.workers) [[unlikely]]
    note_worker_gone(at.replica);
  at.service.busy.leave(now(), at.work.begun);
}

/// Takes the work out of its replica; it is not in a line any more. Nobody is started in its place
/// yet, and nobody is answered.
void Engine::leave_service(const AtService& at, Tracer::WorkEnd how) {
  if (tracer_ != nullptr) [[unlikely]]
    tracer_->work_leaves(at.slot, at.work, how, at.replica.paused_at);
  release_worker(at);
  if (at.work.work_state == WorkState::serving || at.work.work_state == WorkState::suspended ||
      at.work.work_state == WorkState::calling) {
    --at.replica.inside_count;
    if (at.service.knows_inside) at.replica.inside.remove(frames_, at.slot);
  }
  at.service.inside.leave(now(), at.work.arrived);
  at.work.event = no_ticket;
  if (at.service.settings->has_limiter) {
    static constexpr Outcome abandoned{.kind = OutcomeKind::abandoned};
    leave_admission(at.slot, abandoned);
  }
}

/// When the own service time of a work is over that has begun. REQUIRES one that calls others, or
/// into whose service faults may look.
Instant Engine::service_end_of(Slot slot) const noexcept {
  const Frame& work = frames_[slot];
  const ServiceState& service = service_states_[replicas_[place_of(work)].service];
  const bool has_called = service.has_calls && work.work_state == WorkState::calling;
  return has_called ? work_extras_[work.work_extra].service_over : ends_[slot];
}

/// How much of its own service time it has worked off.
Duration Engine::worked_so_far(Slot slot) const noexcept {
  const Frame& work = frames_[slot];
  switch (work.work_state) {
    case WorkState::serving:
      return now() - work.begun;
    case WorkState::suspended:
      return replicas_[place_of(work)].paused_at - work.begun;
    case WorkState::calling:
      return service_end_of(slot) - work.begun;
    default:
      return Duration{0};
  }
}

/// Books the service time worked off so far, once, when the work leaves.
void Engine::account_service_time(const AtService& at, Duration worked) noexcept {
  const std::size_t cohort = at.work.measured ? 1 : 0;
  const auto worked_ns = static_cast<std::uint64_t>(worked.count());
  at.service.service_ns[cohort].add(worked_ns);
  if (at.work.unwanted) at.service.wasted_ns[cohort].add(worked_ns);
}

/// Nobody waits for the work any more, nor for anything it has called for.
void Engine::mark_unwanted(Slot slot) {
  unwanted_.assign(1, slot);
  while (!unwanted_.empty()) {
    Frame& work = frames_[unwanted_.back()];
    unwanted_.pop_back();
    if (work.unwanted) continue;
    work.unwanted = true;
    if (work.work_extra != no_slot)
      mark_children_unwanted(work_extras_[work.work_extra].first_child);
  }
}

void Engine::mark_children_unwanted(Slot first_child) {
  for (Slot child = first_child; child != no_slot; child = call_extras_[child].next_sibling) {
    const CallExtra& extra = call_extras_[child];
    if (frames_[extra.frame].has_work()) unwanted_.push_back(extra.frame);
    if (extra.first_hedge != no_slot) mark_children_unwanted(extra.first_hedge);  // one level
  }
}

void Engine::on_caller_gone(Slot slot, Ticket life) {
  Frame& work = frames_[slot];
  if (!work.has_work() || life != lives_[slot]) return pass_over();
  work.knows_gone = true;
  const WhenCallerGone rule =
      settings_.services[topology_.replica_service[place_of(work)]].when_caller_gone;
  if (rule == WhenCallerGone::cancel && work.work_state != WorkState::outbound) cancel_work(slot);
}

void Engine::cancel_work(Slot slot) {
  const AtService at = at_service(slot);
  ++at.totals.cancelled;
  if (at.work.work_state == WorkState::queued) {
    line_of(at).remove(frames_, slot);
    --at.replica.waiting;
  } else {
    account_service_time(at, worked_so_far(slot));
  }
  abandon_calls_of(slot);
  leave_service(at, Tracer::WorkEnd::cancelled);
  free_work(slot);
  start_waiting(at.place);
}

}  // namespace squall::model
