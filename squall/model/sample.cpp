#include "squall/metrics/sample.hpp"

#include <algorithm>
#include <cstddef>

#include "squall/model/engine.hpp"

/// What the run looks like now, for those who want to see it over time. Nothing here changes
/// anything: what a policy would learn only when it is asked next is read as of now. The books of
/// the express way are settled whenever run() has returned.
namespace squall::model {
namespace {

using metrics::CallCount;
using metrics::CallGauge;
using metrics::QueueCount;
using metrics::QueueGauge;
using metrics::ServiceCount;
using metrics::ServiceGauge;
using metrics::WorkloadCount;
using metrics::WorkloadGauge;

/// Of so many clients that each hold a state of their own the others are like them.
constexpr std::size_t states_looked_at_max = 1'000;
/// So many messages are looked at for the oldest.
constexpr std::size_t messages_looked_at_max = 1'000;

void add(metrics::WorkloadSample& made, const metrics::WorkloadRecord& totals) {
  made.counts[WorkloadCount::offered] += totals.offered;
  made.counts[WorkloadCount::ok] += totals.ok;
  made.counts[WorkloadCount::late] += totals.late;
  made.counts[WorkloadCount::failed] += totals.failed;
  made.counts[WorkloadCount::rejected] += totals.rejected;
  made.counts[WorkloadCount::dead_lettered] += totals.dead_lettered;
  made.counts[WorkloadCount::dropped] += totals.dropped;
}

void add(metrics::CallSample& made, const metrics::CallRecord& totals) {
  made.counts[CallCount::requests] += totals.requests;
  made.counts[CallCount::attempts] += totals.attempts;
  made.counts[CallCount::retries] += totals.retries;
  made.counts[CallCount::hedges] += totals.hedges;
  made.counts[CallCount::ok] += totals.attempts_ok;
  made.counts[CallCount::timeouts] += totals.timeouts;
  made.counts[CallCount::errors] += totals.errors;
  made.counts[CallCount::rejected] += totals.rejected_queue + totals.rejected_admission;
  made.counts[CallCount::refused_local] += totals.rejected_breaker + totals.rejected_bulkhead +
                                           totals.rejected_rate_limit + totals.rejected_throttle +
                                           totals.rejected_limiter;
  made.counts[CallCount::refused_by_breaker] += totals.rejected_breaker;
  made.counts[CallCount::denied] +=
      totals.denied_budget + totals.denied_deadline + totals.denied_pushback;
  made.counts[CallCount::denied_by_budget] += totals.denied_budget;
}

void add(metrics::ServiceSample& made, const metrics::ServiceRecord& totals) {
  made.counts[ServiceCount::arrived] += totals.arrived;
  made.counts[ServiceCount::completed] += totals.completed;
  made.counts[ServiceCount::failed] += totals.failed;
  made.counts[ServiceCount::refused] += totals.refused;
  made.counts[ServiceCount::wasted] += totals.wasted;
}

void add(metrics::QueueSample& made, const metrics::QueueRecord& totals) {
  made.counts[QueueCount::published] += totals.published;
  made.counts[QueueCount::delivered] += totals.delivered;
  made.counts[QueueCount::redelivered] += totals.redelivered;
  made.counts[QueueCount::acked] += totals.acked;
  made.counts[QueueCount::dead_lettered] += totals.dead_lettered;
  made.counts[QueueCount::rejected] += totals.rejected;
  made.counts[QueueCount::dropped] += totals.dropped;
}

}  // namespace

void Engine::sample(const metrics::Focus& focus, metrics::Sample& into) const {
  into.workloads.clear();
  into.latencies.clear();
  for (const std::uint32_t w : focus.workloads) {
    const WorkloadState& state = workload_states_[w];
    metrics::WorkloadSample& made = into.workloads.emplace_back();
    for (const metrics::WorkloadRecord& totals : state.totals) add(made, totals);
    const auto& [unmeasured, measured] = state.totals;
    // In `latency` are the late ones alone: record() adds the others.
    into.latencies.push_back(
        {&unmeasured.ok_latency, &unmeasured.latency, &measured.ok_latency, &measured.latency});
    made.gauges[WorkloadGauge::open] = static_cast<double>(state.open.inside());
  }
  into.calls.clear();
  for (const std::uint32_t e : focus.calls) sample_call(e, into.calls.emplace_back());
  into.services.clear();
  for (const std::uint32_t s : focus.services) sample_service(s, into.services.emplace_back());
  into.queues.clear();
  for (const std::uint32_t q : focus.queues) {
    const QueueState& state = queue_states_[q];
    metrics::QueueSample& made = into.queues.emplace_back();
    for (const metrics::QueueRecord& totals : state.totals) add(made, totals);
    made.gauges[QueueGauge::depth] = static_cast<double>(waiting_in(q));
    made.gauges[QueueGauge::unsettled] = static_cast<double>(state.inside.inside());
    const Slot oldest = oldest_waiting(state, messages_looked_at_max);
    made.gauges[QueueGauge::oldest_age_ms] =
        oldest == no_slot ? metrics::no_value : to_ms(now() - messages_[oldest].accepted);
  }
}

void Engine::sample_call(std::uint32_t e, metrics::CallSample& made) const {
  const EdgeState& state = edge_states_[e];
  for (const metrics::CallRecord& totals : state.totals) add(made, totals);
  for (double& gauge : made.gauges) gauge = metrics::no_value;
  made.gauges[CallGauge::under_way] = static_cast<double>(state.calls.inside());
  const policy::PolicyOptions* options = settings_.edges[e].options;
  if (options == nullptr) return;

  const Topology::Edge& edge = topology_.edges[e];
  const std::size_t states = keepers_of(edge);
  const std::size_t step = (states + states_looked_at_max - 1) / states_looked_at_max;
  std::size_t looked_at = 0;
  std::size_t open = 0;
  std::size_t half_open = 0;
  double level = 0.0;
  double limit = 0.0;
  const bool has_limiter = !limiters_.empty() && options->limiter.index() != 0;
  for (std::size_t k = edge.keeper_first; k < edge.keeper_first + states; k += step) {
    ++looked_at;
    const policy::BreakerState breaker = keepers_[k].breaker.state(now());
    if (breaker == policy::BreakerState::open) ++open;
    if (breaker == policy::BreakerState::half_open) ++half_open;
    level += keepers_[k].budget.level(now());
    if (has_limiter) limit += static_cast<double>(limiters_[k].gauge(now()).value());
  }
  if (options->breaker.index() != 0) {
    made.gauges[CallGauge::breaker_closed] = static_cast<double>(looked_at - open - half_open);
    made.gauges[CallGauge::breaker_open] = static_cast<double>(open);
    made.gauges[CallGauge::breaker_half_open] = static_cast<double>(half_open);
  }
  if (options->budget.index() != 0)
    made.gauges[CallGauge::budget] = level / static_cast<double>(looked_at);
  if (has_limiter) made.gauges[CallGauge::limit] = limit / static_cast<double>(looked_at);
}

void Engine::sample_service(std::uint32_t s, metrics::ServiceSample& made) const {
  for (const metrics::ServiceRecord& totals : service_states_[s].totals) add(made, totals);
  const Topology::Service& service = topology_.services[s];
  const scenario::Service& options = *settings_.services[s].options;
  double waiting = 0.0;
  double busy = 0.0;
  double busy_up = 0.0;  // at replicas that are not down
  double capacity = 0.0;
  for (std::uint32_t r = service.first_replica; r < service.first_replica + service.replicas; ++r) {
    const Replica& replica = replicas_[r];
    waiting += static_cast<double>(replica.waiting);
    busy += static_cast<double>(replica.busy);
    if (replica.down != scenario::Fault::Down::no) continue;
    busy_up += static_cast<double>(replica.busy);
    if (options.overload)
      capacity += options.overload->capacity * replica.capacity_factor;
    else if (replica.workers != scenario::unlimited)
      capacity += static_cast<double>(replica.workers);
  }
  made.gauges[ServiceGauge::waiting] = waiting;
  made.gauges[ServiceGauge::in_service] = busy;
  made.gauges[ServiceGauge::load] = capacity > 0.0 ? busy_up / capacity : metrics::no_value;
}

}  // namespace squall::model
