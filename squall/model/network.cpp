#include "squall/model/engine.hpp"

/// What lies between caller and callee: latency and loss, each way drawn apart.
namespace squall::model {

using policy::Outcome;
using sim::EventClass;

/// How long one way takes; nothing when the network loses it.
std::optional<Duration> Engine::travel(const Frame& work, bool back) {
  const Settings::Edge& settings = settings_.edges[work.edge];
  const EdgeState& state = edge_states_[work.edge];
  if (settings.network_is_plain && !state.has_fault) [[likely]]
    return settings.network_constant;
  const std::uint64_t id = topology_.edges[work.edge].target_id;
  const double loss = settings.network_loss + state.loss_add;
  if (loss > 0.0) {
    Rng rng = key_of(work_lineage(work), id, back ? Purpose::loss_back : Purpose::loss_out).rng();
    if (rng.uniform() < loss) return std::nullopt;
  }
  Duration drawn = settings.network_constant;
  if (!settings.network_latency.is_constant()) {
    Rng rng =
        key_of(work_lineage(work), id, back ? Purpose::network_back : Purpose::network_out).rng();
    drawn = settings.network_latency(rng);
  }
  return under_faults(work.edge, drawn);
}

/// What a latency drawn on an edge becomes under the faults in force.
Duration Engine::under_faults(std::uint32_t edge, Duration latency) const noexcept {
  const EdgeState& state = edge_states_[edge];
  if (state.latency_factor == 1.0 && state.latency_add == Duration{0}) return latency;
  return later(Instant{scaled(latency, state.latency_factor)}, state.latency_add)
      .time_since_epoch();
}

void Engine::send_work(Slot slot, StepOn on) {
  Frame& work = frames_[slot];
  work.work_state = WorkState::outbound;
  const Route& route = edge_states_[work.edge].route;
  if (!route.takes_no_time) [[unlikely]]
    send_work_far(slot);
  else if (!route.leads_to_queue && may_step(on))
    arrive_at_service(slot);
  else
    work.event = post(EventType::work_delivered, slot);
}

void Engine::send_work_far(Slot slot) {
  Frame& work = frames_[slot];
  const std::optional<Duration> way = travel(work, false);
  if (!way) {
    if (tracer_ != nullptr) tracer_->loses_request(slot);
    ++tally(work).lost;
    free_work(slot);
    return;
  }
  const sim::LaneId lane = edge_states_[work.edge].outbound;
  const Instant at = later(now(), *way);
  work.event = lane == sim::no_lane
                   ? schedule(at, EventClass::completion, EventType::work_delivered, slot)
                   : schedule_in(lane, at, slot);
}

/// The callee is done with the work, with this outcome; what is left is the answer under way.
void Engine::respond(Slot slot, const Outcome& outcome) {
  if (frames_[slot].has_call()) set_outcome(slot, outcome);
  answer(slot);
}

/// The same with the outcome that the work has.
void Engine::answer(Slot slot) {
  Frame& work = frames_[slot];
  if (work.has_call() && edge_states_[work.edge].route.takes_no_time) [[likely]] {
    work.work_state = WorkState::returning;
    work.event = post(EventType::response_delivered, slot);
  } else {
    answer_far(slot);
  }
}

void Engine::answer_far(Slot slot) {
  Frame& work = frames_[slot];
  if (!work.has_call()) {
    free_work(slot);
    return;
  }
  const std::optional<Duration> way = travel(work, true);
  if (!way) {
    if (tracer_ != nullptr) tracer_->loses_answer(slot);
    ++tally(work).lost;
    free_work(slot);
    return;
  }
  work.work_state = WorkState::returning;
  const sim::LaneId lane = edge_states_[work.edge].returning;
  const Instant at = later(now(), *way);
  work.event = lane == sim::no_lane
                   ? schedule(at, EventClass::completion, EventType::response_delivered, slot)
                   : schedule_in(lane, at, slot);
}

/// The caller has turned away: the news travels to the callee, where it matters to it. (News of a
/// caller that has gone is not lost; a real connection would be reset.)
void Engine::notify_caller_gone(Slot slot) {
  const Frame& work = frames_[slot];
  if (work.work_state == WorkState::returning) {
    free_work(slot);
    return;
  }
  if (work.work_kind == WorkKind::publish) {
    if (work.work_state == WorkState::blocked) withdraw_blocked(slot);
    return;
  }
  const scenario::WhenCallerGone rule =
      settings_.services[topology_.replica_service[place_of(work)]].when_caller_gone;
  if (rule == scenario::WhenCallerGone::finish) return;
  if (edge_states_[work.edge].route.takes_no_time)
    return queue_.post(static_cast<std::uint8_t>(EventType::caller_gone), slot, life_of(slot));
  Rng rng =
      key_of(work_lineage(work), topology_.edges[work.edge].target_id, Purpose::network_gone).rng();
  const Duration way = under_faults(work.edge, settings_.edges[work.edge].network_latency(rng));
  schedule_as(life_of(slot), later(now(), way), EventClass::completion, EventType::caller_gone,
              slot);
}

}  // namespace squall::model
