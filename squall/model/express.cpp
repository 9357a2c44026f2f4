#include "squall/model/express.hpp"

#include <cstddef>
#include <utility>

/// The express way: what becomes of a call that nothing unusual concerns. It leads from a workload
/// through layers that let it on, without taking time, to a service of one replica that no fault
/// holds, and back with success. What is done on it is what the other files do, in the same order,
/// where each of their questions has its usual answer; here they are asked once for all calls, when
/// settings or faults change, and the rest is one comparison. Wherever an answer is another one the
/// call is left to the general way, which finds it as it would have left it itself.
namespace squall::model {

using policy::Layer;
using sim::EventClass;

/// Finds out anew which edges are open to it; after settings or faults have changed.
void Engine::lay_express() {
  settle_express();
  express_.resize(edge_states_.size());
  for (std::uint32_t e = 0; e < express_.size(); ++e) {
    Express& way = express_[e];
    way = Express{};
    const Route& route = edge_states_[e].route;
    const Settings::Edge& edge = settings_.edges[e];
    if (topology_.edges[e].from != scenario::Edge::From::workload || route.leads_to_queue ||
        route.has_choice || route.has_work_extra || !route.is_plain || route.has_deadline ||
        route.has_budget || !route.takes_no_time) {
      continue;
    }
    const Settings::Service& service = settings_.services[route.callee];
    Replica& replica = replicas_[route.replica];
    way.is_open = tracer_ == nullptr && !service_states_[route.callee].may_expire &&
                  service.has_latency_only && !service.prices_at_arrival && !service.is_lifo &&
                  !service.sheds && !service.watches_line &&
                  service.admission.limit == policy::AdmissionOptions{}.limit &&
                  !service.has_limiter && !replica.has_fault && replica.lines.size() == 1;
    way.workload_index = topology_.edges[e].caller;
    way.edge_index = e;
    way.numbers.edge = e % Frame::edges_max;
    way.numbers.attempts = 1;
    way.workload = &workload_states_[way.workload_index];
    way.edge = &edge_states_[e];
    way.keeper = &keepers_[route.keeper_first];
    way.replica = &replica;
    way.service = &service_states_[route.callee];
    way.line = &replica.lines.front();
    way.latency = &service.latency;
    way.is_drawn_ahead =
        service.latency.is_exponential() && way.workload->coming.has_service_times();
    if (way.is_drawn_ahead)
      way.workload->coming.set_service_mean(service.latency.exponential_mean_ns());
    way.keeper_index = route.keeper_first;
    way.place = route.replica;
    way.queue_capacity = service.queue_capacity;
    way.is_open_again = way.is_open && !route.has_fallback;
    // Whoever may be stopped, or answer over a network that has become slow, may yet be late; and
    // be asked to stop late.
    const bool is_on_time = service.has_latency_only && !way.service->knows_inside &&
                            !topology_.edges[e].has_fault && scenario_.changes.empty();
    way.skips_timeouts = is_on_time;
    way.stops_in_time = is_on_time && service.when_caller_gone == scenario::WhenCallerGone::cancel;
    for (std::uint8_t layer = 0; layer < edge.layer_count; ++layer) {
      // In the order in which they are gone through there.
      if (layer > 0 && edge.layers[layer] < edge.layers[layer - 1]) way.is_open_again = false;
      switch (edge.layers[layer]) {
        case Layer::retry:
          way.retry = &*edge.retry;
          break;
        case Layer::hedge:
        case Layer::rate_limit:
        case Layer::limiter:
        case Layer::budget:
        case Layer::throttle:
          way.is_open = way.is_open_again = false;
          break;
        case Layer::breaker:
          way.has_breaker = true;
          if (way.keeper->breaker.draws()) way.is_open_again = false;
          break;
        case Layer::bulkhead:
          way.has_bulkhead = true;
          if (edge.options->bulkhead->max_wait > Duration{0}) way.is_open_again = false;
          break;
        case Layer::timeout:
          way.timeout = edge.timeout;
          way.timeouts = edge_states_[e].timeouts;
          break;
      }
    }
    way.has_layers = way.has_breaker || way.has_bulkhead || way.timeouts != sim::no_lane;
    FrameState state;
    state.layer = edge.layer_count & 0xfU;
    state.rank = way.workload->rank;
    state.breaker_at_start = way.has_breaker;
    state.call_state = CallState::attempting;
    state.work_state = WorkState::queued;
    way.begins = state.word();
    state.work_state = WorkState::serving;
    state.holds_worker = true;
    state.priced = true;
    way.done = state.word();
    FrameState either;
    either.measured = true;
    either.is_drawn = true;
    way.asked = ~either.word();
    way.asked_again = ~(either.word() | state_word::kept());
    way.cancels = service.when_caller_gone == scenario::WhenCallerGone::cancel;
    way.target_id = topology_.edges[e].target_id;
    FrameState waiting;
    waiting.call_state = CallState::backing_off;
    waiting.retrying = true;
    waiting.layer = 1;
    waiting.rank = way.workload->rank;
    way.backs_off = waiting.word();
    // By the time it comes again it has entered the breaker anew, and just now.
    state.work_state = WorkState::queued;
    state.holds_worker = state.priced = false;
    state.retrying = true;
    state.breaker_at_start = false;
    state.breaker_on_arrival = way.has_breaker;
    way.begins_again = state.word();
    way.kept_again = way.has_breaker ? state_word::measured() : state_word::kept();
    way.counts_only = way.retry != nullptr && way.retry->counts_only() && scenario_.changes.empty();
  }
}

/// draw_latency() where it is seldom needed: inlined there, its constants would take registers from
/// all that happens often.
Duration Engine::draw_latency_apart(const Express& way, std::uint64_t lineage) noexcept {
  return draw_latency(way, lineage);
}

/// Gives what the ways have booked to those whose it is.
void Engine::settle_express() {
  for (Express& way : express_) {
    if (way.workload == nullptr) continue;
    const ExpressBooks books = std::exchange(way.books, ExpressBooks{});
    way.workload->open += books.inside;
    way.edge->calls += books.inside;
    way.service->inside += books.inside;
    for (std::size_t cohort = 0; cohort < 2; ++cohort) {
      const std::uint64_t begun = books.begun[cohort];
      const std::uint64_t finished = books.finished[cohort];
      metrics::CallRecord& calls = way.edge->totals[cohort];
      metrics::ServiceRecord& works = way.service->totals[cohort];
      way.workload->totals[cohort].offered += begun;
      calls.requests += begun;
      calls.attempts += begun;
      works.arrived += begun;
      calls.attempts_ok += finished;
      calls.ok += finished;
      works.completed += finished;
      works.wait.add(Duration{0}, books.unwaited[cohort]);
      calls.attempts += books.attempts[cohort];
      works.arrived += books.attempts[cohort];
      calls.retries += books.retries[cohort];
      calls.rejected_bulkhead += books.refused_by_bulkhead[cohort];
      calls.timeouts += books.timeouts[cohort];
      works.cancelled += books.cancelled[cohort];
    }
  }
}

/// A request arrives. False, and nothing was done, where it has to go the general way.
bool Engine::start_express(const WorkloadState& state, const ComingDraws::Request& request,
                           std::uint32_t user) {
  Express& way = express_[state.edge];
  if (!way.is_open) return false;
  const CallStart start{.edge = state.edge,
                        .owner = user,
                        .lineage = request.lineage.value,
                        .measured = measured_now()};
  if (!lets_on(way, way.has_layers)) {
    if (!may_go_on(way)) return false;
    start_express_again(way, start);
    return true;
  }
  if (!may_step(StepOn::at_once)) return false;
  (void)begin_on(way, way.has_layers, start, latency_of(way, request), by_the_queue(way));
  count_on(way, start.measured, 1, 0);
  return true;
}

/// The work of a call is done. False, and nothing was done, where it has to go the general way.
bool Engine::finish_express(Slot slot, const Frame& work) {
  Express& way = express_[work.edge];
  if (!way.is_open) return false;
  if (!is_done(way, work)) {
    if (!is_done_again(way, work) || !may_step(StepOn::at_once)) return false;
    finish_express_again(way, slot);
    return true;
  }
  if (!may_step(StepOn::at_once)) return false;
  (void)finish_on(way, way.has_layers, slot, by_the_queue(way));
  count_on(way, false, 0, 1);
  return true;
}

}  // namespace squall::model
