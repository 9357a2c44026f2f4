#include <algorithm>

#include "squall/model/engine.hpp"

/// Rate limits and adaptive limits on concurrency: at callers, where they are layers, and at
/// callees, where a limiter is part of the admission. Their states stand beside those of the other
/// policies, and only where there are any.
namespace squall::model {

using policy::Outcome;
using policy::OutcomeKind;
using policy::RejectedBy;
using sim::EventClass;

void Engine::make_limits() {
  const auto options_of = [this](std::size_t keeper) {
    return settings_.edges[topology_.keeper_edge[keeper]].options;
  };
  bool has_rate_limit = false;
  bool has_limiter = false;
  for (std::size_t k = 0; k < keepers_.size(); ++k) {
    const policy::PolicyOptions* options = options_of(k);
    if (options == nullptr) continue;
    has_rate_limit = has_rate_limit || options->rate_limit.index() != 0;
    has_limiter = has_limiter || options->limiter.index() != 0;
  }
  if (has_rate_limit) rate_limits_.resize(keepers_.size());
  if (has_limiter) limiters_.resize(keepers_.size());
  for (std::size_t k = 0; k < keepers_.size(); ++k) {
    const policy::PolicyOptions* options = options_of(k);
    if (options == nullptr) continue;
    if (has_rate_limit) rate_limits_[k] = policy::RateLimit(options->rate_limit);
    if (has_limiter) limiters_[k] = policy::Limiter(options->limiter);
  }
  const auto limits = [](const Settings::Service& service) { return service.has_limiter; };
  if (std::none_of(settings_.services.begin(), settings_.services.end(), limits)) return;
  for (const std::uint32_t service : topology_.replica_service)
    admission_limiters_.emplace_back(settings_.services[service].admission.limiter);
}

void Engine::reconfigure_limits() {
  for (std::size_t k = 0; k < keepers_.size(); ++k) {
    const policy::PolicyOptions* options = settings_.edges[topology_.keeper_edge[k]].options;
    if (options == nullptr) continue;
    if (!rate_limits_.empty()) rate_limits_[k].reconfigure(options->rate_limit, now());
    if (!limiters_.empty()) limiters_[k].reconfigure(options->limiter, now());
  }
  for (std::size_t r = 0; r < admission_limiters_.size(); ++r) {
    const Settings::Service& service = settings_.services[topology_.replica_service[r]];
    admission_limiters_[r].reconfigure(service.admission.limiter, now());
  }
}

/// The warm-up is over.
void Engine::restart_limits() {
  for (policy::Limiter& limiter : limiters_) limiter.restart_extremes(now());
  for (policy::Limiter& limiter : admission_limiters_) limiter.restart_extremes(now());
}

Engine::Passage Engine::enter_rate_limit(Slot slot, Outcome& refusal) {
  const policy::RateLimitDecision decision = rate_limits_[keeper_of(frames_[slot])].on_call(now());
  if (decision.wait > Duration{0}) {
    frames_[slot].call_state = CallState::held;
    if (tracer_ != nullptr) tracer_->wait_starts(slot, metrics::SpanKind::rate_limit_wait);
    CallExtra& extra = extra_of_call(slot);
    extra.refused_when_due = !decision.granted;
    extra.wait =
        schedule(later(now(), decision.wait), EventClass::timer, EventType::permit_due, slot);
    return Passage::waiting;
  }
  if (decision.granted) return Passage::on;
  ++tally(frames_[slot]).rejected_rate_limit;
  return refuse_by(RejectedBy::rate_limit, refusal);
}

/// The wait is over that the rate limit asked for.
void Engine::on_permit_due(Slot slot, Ticket ticket) {
  if (!awaits(frames_[slot], CallState::held, ticket)) return pass_over();
  Frame& call = frames_[slot];
  CallExtra& extra = call_extras_[call.call_extra()];
  extra.wait = no_ticket;
  call.call_state = CallState::entering;
  Outcome outcome{};
  bool goes_on = true;
  if (extra.refused_when_due) {
    --call.layer;  // it never passed the rate limit
    ++tally(call).rejected_rate_limit;
    (void)refuse_by(RejectedBy::rate_limit, outcome);
    if (tracer_ != nullptr) tracer_->refuses(slot, outcome);
    goes_on = ascend(slot, outcome);
  }
  continue_call(slot, goes_on, outcome);
}

Engine::Passage Engine::enter_limiter(Slot slot, Outcome& refusal) {
  const std::uint32_t in_flight = limiters_[keeper_of(frames_[slot])].try_enter(now());
  if (in_flight == 0) {
    ++tally(frames_[slot]).rejected_limiter;
    return refuse_by(RejectedBy::limiter, refusal);
  }
  CallExtra& extra = extra_of_call(slot);
  extra.limiter_entered = now();
  extra.limiter_in_flight = in_flight;
  return Passage::on;
}

void Engine::leave_limiter(const Frame& call, const Outcome& outcome) {
  policy::Limiter& limiter = limiters_[keeper_of(call)];
  const CallExtra& extra = call_extras_[call.call_extra()];
  Rng rng{0};
  if (limiter.draws()) {
    // A call that is tried again passes here once for each try.
    rng = key_of(call.lineage, topology_.edges[call.edge].target_id, Purpose::limiter,
                 extra.retry.attempts)
              .rng();
  }
  limiter.leave(outcome, extra.limiter_entered, extra.limiter_in_flight, now(), rng);
}

/// A work has arrived that nothing else refuses. False: the limiter does.
bool Engine::enter_admission(Slot slot) {
  const std::uint32_t in_flight = admission_limiters_[place_of(frames_[slot])].try_enter(now());
  if (in_flight == 0) return false;
  extra_of_work(slot).limiter_in_flight = in_flight;
  return true;
}

/// A work leaves its replica, once or again.
void Engine::leave_admission(Slot slot, const Outcome& outcome) {
  const Frame& work = frames_[slot];
  if (work.work_extra == no_slot) return;
  WorkExtra& extra = work_extras_[work.work_extra];
  if (extra.limiter_in_flight == 0) return;
  policy::Limiter& limiter = admission_limiters_[place_of(work)];
  Rng rng{0};
  if (limiter.draws()) {
    rng =
        key_of(work_lineage(work), topology_.services[topology_.replica_service[place_of(work)]].id,
               Purpose::admission_limiter)
            .rng();
  }
  limiter.leave(outcome, work.arrived, extra.limiter_in_flight, now(), rng);
  extra.limiter_in_flight = 0;
}

/// How many states the policy of an edge has.
std::size_t Engine::keepers_of(const Topology::Edge& edge) const noexcept {
  const bool per_replica = !edge.keeper_per_callee && edge.from == scenario::Edge::From::service;
  return std::size_t{edge.instances} *
         (per_replica ? topology_.services[edge.caller].replicas : 1U);
}

metrics::LimitRecord Engine::limits_of(const std::vector<policy::Limiter>& limiters,
                                       std::size_t first, std::size_t count) const {
  metrics::LimitRecord record;
  for (std::size_t i = first; i < first + count; ++i) {
    const policy::LimitGauge gauge = limiters[i].gauge(now());
    record.add({.ends_sum = static_cast<double>(gauge.value()),
                .states = 1,
                .least = gauge.least(),
                .most = gauge.most()});
  }
  return record;
}

}  // namespace squall::model
