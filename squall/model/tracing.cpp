#include <utility>

#include "squall/model/engine.hpp"

/// What a tracer (tracer.hpp) needs of the engine: to be told, and numbers to be read over time.
/// The other files tell it what happens where it happens.
namespace squall::model {

using policy::BreakerState;

void Engine::trace_to(Tracer& tracer) {
  SQUALL_CHECK(dispatched_ == 0, "a run is traced from its beginning");
  tracer_ = &tracer;
  lay_express();
  declare_counters();
}

/// Reads the counters if that is due: before an event, and so after all that happens before the
/// instant, and before all that happens at it.
void Engine::read_counters_due() {
  std::vector<std::int64_t> values;
  // Since the last event only what goes by the clock has changed: the states of breakers.
  for (Instant due = tracer_->counters().due(); due <= now(); due = tracer_->counters().due()) {
    read_counters(due, values);
    tracer_->counters().note(values);
  }
}

void Engine::finish_trace() {
  frames_.for_each([this](Slot slot, const Frame& work) {
    if (work.work_state == WorkState::suspended)
      tracer_->was_paused(slot, replicas_[place_of(work)].paused_at);
    if (work.unwanted) tracer_->is_unwanted(slot);
  });
  tracer_->counters().cut(now());
}

/// In the order in which read_counters() reads them.
void Engine::declare_counters() {
  const std::size_t most = tracer_->options().counters_max;
  std::uint64_t left_out = 0;
  counters_read_ = 0;
  const auto declare = [&](std::string name, const char* unit, std::uint32_t entity) {
    if (counters_read_ == most) {
      ++left_out;
      return;
    }
    ++counters_read_;
    tracer_->counters().add(std::move(name), unit, entity);
  };
  for (std::uint32_t s = 0; s < service_states_.size(); ++s) {
    declare("in line", "requests", tracer_->entity_of_service(s));
    declare("in service", "requests", tracer_->entity_of_service(s));
  }
  for (std::uint32_t q = 0; q < queue_states_.size(); ++q) {
    declare("waiting", "messages", tracer_->entity_of_queue(q));
    declare("not settled", "messages", tracer_->entity_of_queue(q));
  }
  for (std::uint32_t e = 0; e < edge_states_.size(); ++e) {
    const std::string& call = topology_.edges[e].name;
    const std::uint32_t caller = tracer_->entity_of_caller(e);
    declare(call + " open", "breakers", caller);
    declare(call + " half-open", "breakers", caller);
    declare(call + " waiting for the bulkhead", "calls", caller);
  }
  for (std::uint32_t w = 0; w < workload_states_.size(); ++w)
    declare("open", "requests", tracer_->entity_of_workload(w));
  tracer_->leave_counters_out(left_out);
}

void Engine::read_counters(Instant at, std::vector<std::int64_t>& values) const {
  values.clear();
  for (std::uint32_t s = 0; s < service_states_.size(); ++s) {
    std::int64_t in_line = 0;
    const Topology::Service& service = topology_.services[s];
    for (std::uint32_t r = 0; r < service.replicas; ++r)
      in_line += replicas_[service.first_replica + r].waiting;
    values.push_back(in_line);
    values.push_back(service_states_[s].busy.inside());
  }
  for (std::uint32_t q = 0; q < queue_states_.size(); ++q) {
    values.push_back(static_cast<std::int64_t>(waiting_in(q)));
    values.push_back(queue_states_[q].inside.inside());
  }
  const std::size_t first_call = values.size();
  values.resize(first_call + 3 * edge_states_.size());
  for (std::size_t k = 0; k < keepers_.size(); ++k) {
    const Keeper& keeper = keepers_[k];
    const std::size_t of_call = first_call + 3 * std::size_t{topology_.keeper_edge[k]};
    const BreakerState state = keeper.breaker.state(at);
    values[of_call] += state == BreakerState::open ? 1 : 0;
    values[of_call + 1] += state == BreakerState::half_open ? 1 : 0;
    values[of_call + 2] += keeper.bulkhead.waiting();
  }
  for (const WorkloadState& workload : workload_states_) values.push_back(workload.open.inside());
  values.resize(counters_read_);
}

void Engine::trace_call(Slot slot) {
  const Frame& call = frames_[slot];
  std::uint64_t number = 0;
  if (call.owner_kind == OwnerKind::user)
    number = workload_states_[topology_.edges[call.edge].caller].coming.number() - 1;
  tracer_->call_starts(slot, call, owner_of(call), number);
}

/// Only of what the retry policy would have done and may not.
void Engine::trace_stop(Slot slot, policy::Stop::Reason reason) {
  if (reason == policy::Stop::Reason::pushback)
    tracer_->denies_retry(slot, metrics::SpanEnd::denied_pushback);
  if (reason == policy::Stop::Reason::deadline)
    tracer_->denies_retry(slot, metrics::SpanEnd::denied_deadline);
}

}  // namespace squall::model
