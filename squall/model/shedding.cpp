#include "squall/model/engine.hpp"

/// What a callee refuses though it has room: by a throttle, for a priority, or for the time that
/// was waited in line; and who is next in a line for which that matters.
namespace squall::model {

using policy::Outcome;
using policy::OutcomeKind;
using policy::RejectedBy;
using scenario::WhenCallerGone;

void Engine::make_shedders() {
  bool sheds = false;
  for (const Settings::Service& service : settings_.services)
    sheds = sheds || service.has_throttle || service.watches_line;
  if (!sheds) return;
  shedders_.resize(replicas_.size());
  for (std::uint32_t r = 0; r < replicas_.size(); ++r) {
    const scenario::Service& options = *settings_.services[replicas_[r].service].options;
    shedders_[r].throttle = policy::Throttle(options.admission.throttle);
    if (options.codel) shedders_[r].codel = policy::Codel(*options.codel);
  }
}

void Engine::reconfigure_shedders() {
  for (std::uint32_t r = 0; r < shedders_.size(); ++r) {
    const scenario::Service& options = *settings_.services[replicas_[r].service].options;
    shedders_[r].throttle.reconfigure(options.admission.throttle);
    if (options.codel) shedders_[r].codel.reconfigure(*options.codel);
  }
}

/// How many may be inside for one more of each priority class to come in.
void Engine::lay_limits() {
  for (std::uint32_t s = 0; s < service_states_.size(); ++s) {
    const policy::AdmissionOptions& admission = settings_.services[s].admission;
    std::vector<std::uint32_t>& limits = service_states_[s].limits;
    limits.clear();
    if (admission.shares.empty()) continue;
    for (std::uint32_t rank = 0; rank < topology_.ranks; ++rank)
      limits.push_back(admission.limit_of(topology_.rank_priority[rank]));
  }
}

const policy::CodelOptions& Engine::codel_of(const AtService& at) const noexcept {
  return *at.service.settings->options->codel;
}

/// What the callee answers to one that it does not take, or does not go on with.
Outcome Engine::refusal_by(const AtService& at, RejectedBy by) const {
  Outcome outcome{};
  outcome.kind = OutcomeKind::rejected;
  outcome.by = by;
  outcome.pushback = at.service.settings->options->refusal_pushback;
  return outcome;
}

/// Whether the throttle refuses a work that arrives, or its priority does; then it is refused.
bool Engine::is_shed(const AtService& at) {
  const Settings::Service& settings = *at.service.settings;
  bool is_refused = false;
  if (settings.has_throttle) {
    Rng rng = key_of(work_lineage(at.work), at.service.id, Purpose::admission_throttle).rng();
    is_refused = !shedder_of(at.work).throttle.admits(now(), rng);
  }
  const Outcome refusal = refusal_by(at, RejectedBy::admission);
  if (!is_refused && !at.service.limits.empty()) {
    const std::uint64_t inside = std::uint64_t{at.replica.waiting} + at.replica.inside_count;
    // One that finds no room at all is refused for that.
    is_refused = inside >= at.service.limits[at.work.rank] && settings.admission.admits(inside);
    if (is_refused) tell_throttle(at, refusal);
  }
  if (!is_refused) return false;
  ++at.totals.shed;
  refuse_arrival(at, refusal);
  return true;
}

/// What the throttle of the callee learns of a work that it had let in.
void Engine::tell_throttle(const AtService& at, const Outcome& outcome) {
  if (at.service.settings->has_throttle) shedder_of(at.work).throttle.on_result(outcome, now());
}

/// A work is served as it arrives: to the controlled delay it has waited for no time.
void Engine::start_without_waiting(const AtService& at) {
  const bool drops = shedder_of(at.work).codel.drops(Duration{0}, 0, now());
  SQUALL_CHECK(!drops, "one that has not waited was dropped for his wait");
}

/// A work is about to stand in line.
void Engine::watch_line(const AtService& at) {
  Shedder& shedder = shedder_of(at.work);
  if (at.replica.waiting == 0) shedder.last_empty = now();
  if (!at.service.settings->times_line) return;
  const Duration wait = policy::queue_timeout(codel_of(at), shedder.last_empty, now());
  const bool is_short = wait == codel_of(at).target;
  at.work.event = schedule_in(is_short ? at.service.short_waits : at.service.long_waits,
                              later(now(), wait), at.slot);
}

/// next_in_line() where who is next depends on time.
Slot Engine::next_of_watched_line(std::uint32_t place) {
  Replica& replica = replicas_[place];
  Shedder& shedder = shedders_[place];
  const Settings::Service& settings = *service_states_[replica.service].settings;
  const bool is_adaptive = settings.options->queue_order == scenario::QueueOrder::adaptive_lifo;
  while (replica.waiting > 0) {
    std::size_t rank = 0;
    while (replica.lines[rank].empty()) ++rank;
    List& line = replica.lines[rank];
    const bool takes_last =
        settings.is_lifo ||
        (is_adaptive && settings.options->adaptive_lifo.takes_last(shedder.last_empty, now()));
    const Slot slot = takes_last ? line.pop_back(frames_) : line.pop_front(frames_);
    --replica.waiting;
    const AtService at = at_service(slot);
    if (at.work.knows_gone && settings.when_caller_gone == WhenCallerGone::skip_queued) {
      ++at.totals.skipped;
      leave_service(at, Tracer::WorkEnd::skipped);
      free_work(slot);
      continue;
    }
    if (at.service.may_expire && has_expired(at.work)) {
      expire(slot);
      continue;
    }
    if (!settings.drops_waiting ||
        !shedder.codel.drops(now() - at.work.arrived, replica.waiting, now()))
      return slot;
    shed_from_line(at);
  }
  if (settings.drops_waiting) shedder.codel.on_empty(now());
  return no_slot;
}

/// A work that has been taken out of its line is refused for its wait.
void Engine::shed_from_line(const AtService& at) {
  const Outcome refusal = refusal_by(at, RejectedBy::queue);
  ++at.totals.shed;
  tell_throttle(at, refusal);
  if (at.service.settings->has_limiter) leave_admission(at.slot, refusal);
  refuse_arrival(at, refusal);
}

void Engine::on_queue_timeout(Slot slot, Ticket ticket) {
  const Frame& work = frames_[slot];
  if (ticket != work.event || work.work_state != WorkState::queued) return pass_over();
  const AtService at = at_service(slot);
  line_of(at).remove(frames_, slot);
  --at.replica.waiting;
  shed_from_line(at);
}

}  // namespace squall::model
