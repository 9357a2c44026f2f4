#include <algorithm>
#include <utility>

#include "squall/model/engine.hpp"

/// Faults and changes of settings: what holds now is computed anew at each of their edges.
namespace squall::model {

using scenario::Fault;
using sim::EventClass;

namespace {

/// `forever` where it would be longer.
Duration sum(Duration a, Duration b) noexcept { return later(Instant{a}, b).time_since_epoch(); }

}  // namespace

void Engine::schedule_faults() {
  std::vector<Instant> edges;
  for (const Fault& fault : scenario_.faults) {
    edges.push_back(fault.at);
    edges.push_back(later(fault.at, fault.length));
  }
  for (const scenario::SettingsChange& change : scenario_.changes) edges.push_back(change.at);
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  for (const Instant at : edges) schedule(at, EventClass::edge, EventType::edge, 0);
}

void Engine::on_edge() {
  apply_settings();
  apply_faults();
  lay_express();
}

void Engine::apply_settings() {
  const std::size_t before = next_change_;
  while (next_change_ < scenario_.changes.size() && scenario_.changes[next_change_].at <= now())
    ++next_change_;
  if (next_change_ == before) return;
  settings_ = settings_of(*scenario_.changes[next_change_ - 1].settings);
  lay_routes();
  forget_draws_ahead();
  reconfigure_shedders();
  for (std::uint32_t k = 0; k < keepers_.size(); ++k) {
    const policy::PolicyOptions* options = settings_.edges[topology_.keeper_edge[k]].options;
    if (options == nullptr) continue;
    keepers_[k].breaker.reconfigure(options->breaker);
    keepers_[k].budget.reconfigure(options->budget);
    if (keepers_[k].outlier) keepers_[k].outlier->reconfigure(*options->outlier, now());
    keepers_[k].throttle.reconfigure(options->throttle);
    if (!options->bulkhead) continue;
    keepers_[k].bulkhead.reconfigure(*options->bulkhead);
    grant_places(k);
  }
  reconfigure_limits();
  for (std::uint32_t q = 0; q < queue_states_.size(); ++q) {
    admit_blocked(q);
    deliver_waiting(q);
  }
  for (std::uint32_t c = 0; c < consumer_states_.size(); ++c) start_handlers(c);
}

std::uint64_t Engine::effective_workers(std::uint32_t service, double factor) const noexcept {
  const std::uint64_t workers = settings_.services[service].options->workers;
  if (workers == scenario::unlimited) return workers;
  return static_cast<std::uint64_t>(
      nanoseconds_saturated(static_cast<double>(workers) * factor).count());
}

/// The workers of a replica as they are counted over time: those it is to have, and those beyond
/// that who have been taken away from it but still work; 0 where there is no limit. A replica that
/// is down or stands still has its workers all the same.
metrics::Int128 Engine::workers_there(const Replica& replica) noexcept {
  if (replica.workers == scenario::unlimited) return 0;
  // So many, of as many replicas as there may be, for as long as a run may last, are 128 bits.
  constexpr std::uint64_t counted_max = 1'000'000'000'000'000;
  return std::min(std::max<std::uint64_t>(replica.workers, replica.busy), counted_max);
}

void Engine::set_workers(std::uint32_t place, std::uint64_t workers) noexcept {
  Replica& replica = replicas_[place];
  if (workers == replica.workers) return;
  ServiceState& service = service_states_[topology_.replica_service[place]];
  if (replica.workers == scenario::unlimited) service.unlimited_until = now();
  const metrics::Int128 before = workers_there(replica);
  replica.workers = workers;
  service.workers.change(now(), workers_there(replica) - before);
}

/// One of those beyond the number of workers has become free, and is gone.
[[gnu::cold]] void Engine::note_worker_gone(const Replica& replica) noexcept {
  service_states_[replica.service].workers.change(now(), -1);
}

void Engine::apply_faults() {
  struct Weather {
    double capacity_factor = 1.0;
    double latency_factor = 1.0;
    Duration latency_add{0};
    double failure_add = 0.0;
    Fault::Down down = Fault::Down::no;
    bool paused = false;

    [[nodiscard]] bool is_felt() const {
      return capacity_factor != 1.0 || latency_factor != 1.0 || latency_add != Duration{0} ||
             failure_add != 0.0 || down != Fault::Down::no || paused;
    }
  };
  std::vector<Weather> weather(replicas_.size());
  std::vector<double> rate_factor(workload_states_.size(), 1.0);
  for (EdgeState& edge : edge_states_) {
    edge.latency_factor = 1.0;
    edge.latency_add = Duration{0};
    edge.loss_add = 0.0;
    edge.has_fault = false;
  }
  for (const Fault& fault : scenario_.faults) {
    if (fault.at > now() || later(fault.at, fault.length) <= now()) continue;
    switch (fault.on) {
      case Fault::On::nothing:
        break;
      case Fault::On::service: {
        const Topology::Service& service = topology_.services[fault.index];
        const std::uint32_t first = service.first_replica + fault.replica.value_or(0);
        const std::uint32_t count = fault.replica ? 1 : service.replicas;
        for (std::uint32_t r = first; r < first + count; ++r) {
          weather[r].capacity_factor *= fault.capacity_factor;
          weather[r].latency_factor *= fault.latency_factor;
          weather[r].latency_add = sum(weather[r].latency_add, fault.latency_add);
          weather[r].failure_add += fault.failure;
          if (fault.down != Fault::Down::no) weather[r].down = fault.down;
          weather[r].paused = weather[r].paused || fault.pause;
        }
        break;
      }
      case Fault::On::call:
        for (const std::uint32_t edge : fault.edges) {
          edge_states_[edge].latency_factor *= fault.latency_factor;
          edge_states_[edge].latency_add = sum(edge_states_[edge].latency_add, fault.latency_add);
          edge_states_[edge].loss_add += fault.loss;
          edge_states_[edge].has_fault = true;
        }
        break;
      case Fault::On::workload:
        rate_factor[fault.index] *= fault.rate_factor;
        break;
    }
  }
  lay_routes();
  for (std::uint32_t w = 0; w < workload_states_.size(); ++w) {
    if (rate_factor[w] == workload_states_[w].rate_factor) continue;
    workload_states_[w].rate_factor = rate_factor[w];
    workload_states_[w].clock.set_factor(now(), rate_factor[w]);
    schedule_arrival(w);
  }
  for (std::uint32_t r = 0; r < replicas_.size(); ++r) {
    Replica& replica = replicas_[r];
    replica.capacity_factor = weather[r].capacity_factor;
    replica.latency_factor = weather[r].latency_factor;
    replica.latency_add = weather[r].latency_add;
    replica.failure_add = weather[r].failure_add;
    replica.has_fault = weather[r].is_felt();
    set_workers(r, effective_workers(topology_.replica_service[r], replica.capacity_factor));
    const bool went_down = replica.down == Fault::Down::no && weather[r].down != Fault::Down::no;
    replica.down = weather[r].down;
    if (went_down) shut_down(r, weather[r].down);
    if (weather[r].paused && !replicas_[r].paused)
      pause(r);
    else if (!weather[r].paused && replicas_[r].paused)
      resume(r);
    start_waiting(r);
  }
}

/// Ends all that is inside the replica. With `refuse` the callers learn it as from a connection
/// that is reset, with `blackhole` they learn nothing.
void Engine::shut_down(std::uint32_t place, Fault::Down how) {
  std::vector<Slot> victims;
  for (const List& line : replicas_[place].lines) {
    for (Slot slot = line.head; slot != no_slot; slot = frames_.link(slot).next)
      victims.push_back(slot);
  }
  for (Slot slot = replicas_[place].inside.head; slot != no_slot; slot = frames_.link(slot).next) {
    victims.push_back(slot);
  }
  for (const Slot slot : victims) {
    const AtService at = at_service(slot, place);
    ++at.totals.lost;
    if (at.work.work_state == WorkState::queued) {
      line_of(at).remove(frames_, slot);
      --at.replica.waiting;
    } else {
      account_service_time(at, worked_so_far(slot));
    }
    abandon_calls_of(slot);
    leave_service(at, Tracer::WorkEnd::lost);
    if (how == Fault::Down::refuse) {
      policy::Outcome reset{};
      reset.kind = policy::OutcomeKind::error;
      reset.code = scenario::code_unavailable;
      respond(slot, reset);
      continue;
    }
    free_work(slot);
  }
}

void Engine::pause(std::uint32_t place) {
  replicas_[place].paused = true;
  replicas_[place].paused_at = now();
  for (Slot slot = replicas_[place].inside.head; slot != no_slot; slot = frames_.link(slot).next) {
    Frame& work = frames_[slot];
    if (work.work_state != WorkState::serving) continue;
    work.work_state = WorkState::suspended;
    work.event = no_ticket;
  }
}

void Engine::resume(std::uint32_t place) {
  Replica& replica = replicas_[place];
  replica.paused = false;
  const Duration pause = now() - replica.paused_at;
  std::vector<Slot> going_on;
  for (Slot slot = replica.inside.head; slot != no_slot; slot = frames_.link(slot).next) {
    Frame& work = frames_[slot];
    if (work.goes_on_later) going_on.push_back(slot);
    work.goes_on_later = false;
    if (work.work_state != WorkState::suspended) continue;
    // As if it had begun so much later; the worker was taken all the same.
    work.work_state = WorkState::serving;
    if (tracer_ != nullptr) tracer_->was_paused(slot, replica.paused_at);
    work.begun += pause;
    const Instant end = later(ends_[slot], pause);
    note_service_end(slot, end);
    service_states_[topology_.replica_service[place]].busy.add_sojourn(pause);
    work.event = schedule(end, EventClass::completion, EventType::work_done, slot);
  }
  // None of these can end another: a work's calls lead away from it, and answers come as events.
  for (const Slot slot : going_on) go_on(slot);
}

}  // namespace squall::model
