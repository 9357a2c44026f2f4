#include "squall/model/engine.hpp"

/// What lies between caller and callee: latency and loss, each way drawn apart.
namespace squall::model {

using policy::Outcome;
using sim::EventClass;

/// How long one way takes; nothing when the network loses it.
std::optional<Duration> Engine::travel(std::uint32_t edge, std::uint64_t lineage, bool back) {
  const Settings::Edge& settings = settings_.edges[edge];
  const EdgeState& state = edge_states_[edge];
  const std::uint64_t id = topology_.edges[edge].target_id;
  const double loss = settings.network_loss + state.loss_add;
  if (loss > 0.0) {
    Rng rng = key_of(lineage, id, back ? Purpose::loss_back : Purpose::loss_out).rng();
    if (rng.uniform() < loss) return std::nullopt;
  }
  Rng rng = key_of(lineage, id, back ? Purpose::network_back : Purpose::network_out).rng();
  const Duration drawn = settings.network_latency(rng);
  if (state.latency_factor == 1.0 && state.latency_add == Duration{0}) return drawn;
  return later(Instant{scaled(drawn, state.latency_factor)}, state.latency_add).time_since_epoch();
}

void Engine::send_work(Slot slot) {
  Work& work = works_[slot];
  work.state = Work::State::outbound;
  const std::optional<Duration> way = travel(work.edge, work.lineage, false);
  if (!way) {
    Call& call = calls_[work.caller];
    ++tally(call).lost;
    call.work = no_slot;
    if (work.kind == Work::Kind::service) --replicas_[work.place].outstanding;
    free_work(slot);
    return;
  }
  work.event_stamp = next_stamp(work);
  schedule(later(now(), *way), EventClass::completion, EventType::work_delivered, slot,
           work.event_stamp);
}

/// The callee answers. It is done with the work; what is left is the answer under way.
void Engine::respond(Slot slot, const Outcome& outcome) {
  Work& work = works_[slot];
  work.outcome = outcome;
  if (work.caller == no_slot) {
    free_work(slot);
    return;
  }
  const std::optional<Duration> way = travel(work.edge, work.lineage, true);
  if (!way) {
    Call& call = calls_[work.caller];
    ++tally(call).lost;
    call.work = no_slot;
    free_work(slot);
    return;
  }
  work.state = Work::State::returning;
  work.event_stamp = next_stamp(work);
  schedule(later(now(), *way), EventClass::completion, EventType::response_delivered, slot,
           work.event_stamp);
}

/// The caller has turned away: the news travels to the callee, where it matters to it. (News of a
/// caller that has gone is not lost; a real connection would be reset.)
void Engine::notify_caller_gone(Slot slot) {
  Work& work = works_[slot];
  if (work.state == Work::State::returning) {
    free_work(slot);
    return;
  }
  if (work.kind == Work::Kind::publish) {
    if (work.state == Work::State::blocked) withdraw_blocked(slot);
    return;
  }
  const scenario::WhenCallerGone rule =
      settings_.services[topology_.replica_service[work.place]].options->when_caller_gone;
  if (rule == scenario::WhenCallerGone::finish) return;
  Rng rng = key_of(work.lineage, topology_.edges[work.edge].target_id, Purpose::network_gone).rng();
  const Duration way = settings_.edges[work.edge].network_latency(rng);
  schedule(later(now(), way), EventClass::completion, EventType::caller_gone, slot,
           work.life_stamp);
}

}  // namespace squall::model
