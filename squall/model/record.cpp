#include <algorithm>

#include "squall/metrics/recovery.hpp"
#include "squall/model/engine.hpp"
#include "squall/model/fault_span.hpp"

/// What came of a run: the totals of the measured cohort, and what is still inside, by walking.
namespace squall::model {

namespace {

constexpr std::size_t measured_cohort = 1;

double seconds(const metrics::WideSum& ns) { return static_cast<double>(ns.value()) / 1e9; }

/// A time average: an integral over a length, 0 over none.
double average(metrics::Int128 integral_ns, Duration over) {
  return over > Duration{0} ? static_cast<double>(integral_ns) / static_cast<double>(over.count())
                            : 0.0;
}

/// Busy workers of those there were; 0 where there was none.
/// @param workers_ns  their number over the time `over`
double utilization(double mean_busy, metrics::Int128 workers_ns, Duration over) {
  if (workers_ns <= 0 || over <= Duration{0}) return 0.0;
  // A number that never changed comes out whole.
  const double mean_workers =
      static_cast<double>(workers_ns / over.count()) + average(workers_ns % over.count(), over);
  // Not above 1 by a rounding, either.
  return std::min(1.0, mean_busy / mean_workers);
}

}  // namespace

metrics::RunRecord Engine::record() const {
  metrics::RunRecord record;
  const Duration span = now().time_since_epoch();
  record.simulated = span;
  record.measured = std::max(Duration{0}, now() - warmup_end_);

  for (std::size_t w = 0; w < workload_states_.size(); ++w) {
    metrics::WorkloadRecord& made =
        record.workloads.emplace_back(workload_states_[w].totals[measured_cohort]);
    const scenario::Workload& options = scenario_.workloads[w];
    made.latency.merge(made.ok_latency);  // a run adds only the late ones to it
    made.name = options.name;
    made.is_event = options.call.to.kind == scenario::Target::Kind::queue;
    if (options.objective != forever) made.objective = options.objective;
    made.may_degrade = std::ranges::any_of(
        edge_states_, [](const EdgeState& edge) { return edge.route.has_fallback; });
  }
  events_.for_each([&](Slot, const Event& event) {
    if (!event.ended && event.measured) ++record.workloads[event.workload].unfinished;
  });

  for (std::size_t e = 0; e < edge_states_.size(); ++e) {
    record.calls.push_back(edge_states_[e].totals[measured_cohort]);
    const Topology::Edge& edge = topology_.edges[e];
    metrics::CallRecord& call = record.calls.back();
    call.name = edge.name;
    call.has_fallback = edge_states_[e].route.has_fallback;
    const policy::PolicyOptions* policy = settings_.edges[e].options;
    if (policy == nullptr) continue;
    call.has_throttle = policy->throttle.index() != 0;
    if (!limiters_.empty() && policy->limiter.index() != 0)
      call.limit = limits_of(limiters_, edge.keeper_first, keepers_of(edge));
  }
  for (std::size_t k = 0; k < keepers_.size(); ++k) {
    const Keeper& keeper = keepers_[k];
    if (!keeper.outlier) continue;
    const policy::EnvoyOutlier::Counts& counts = keeper.outlier->counts();
    metrics::CallRecord& made = record.calls[topology_.keeper_edge[k]];
    made.has_outlier = true;
    made.ejections += counts.ejections - keeper.outlier_at_warmup.ejections;
    made.not_ejected += counts.not_ejected - keeper.outlier_at_warmup.not_ejected;
    made.panics += counts.panics - keeper.outlier_at_warmup.panics;
  }
  frames_.for_each([&](Slot, const Frame& call) {
    if (!call.has_call() || !call.measured) return;
    metrics::CallRecord& made = record.calls[call.edge];
    if (call.owner_kind != OwnerKind::hedged_call) ++made.unfinished;
    if (call.owner_kind == OwnerKind::user)
      ++record.workloads[topology_.edges[call.edge].caller].unfinished;
    if (call.call_state == CallState::attempting) ++made.attempts_unfinished;
  });

  std::vector<metrics::WideSum> service_ns;
  std::vector<metrics::WideSum> wasted_ns;
  for (std::size_t s = 0; s < service_states_.size(); ++s) {
    service_ns.push_back(service_states_[s].service_ns[measured_cohort]);
    wasted_ns.push_back(service_states_[s].wasted_ns[measured_cohort]);
    const ServiceState& state = service_states_[s];
    const scenario::Service& options = scenario_.services[s];
    metrics::ServiceRecord& made = record.services.emplace_back(state.totals[measured_cohort]);
    made.name = options.name;
    made.may_expire = state.may_expire;
    made.has_rows = options.contention.has_value();
    made.sheds = options.codel || options.admission.throttle.index() != 0 ||
                 !options.admission.shares.empty();
    made.mean_in_system =
        average(state.inside.integral_ns(now()) - state.inside_at_warmup, record.measured);
    made.mean_in_service =
        average(state.busy.integral_ns(now()) - state.busy_at_warmup, record.measured);
    const Topology::Service& service = topology_.services[s];
    const bool had_number = replicas_[service.first_replica].workers != scenario::unlimited &&
                            state.unlimited_until <= warmup_end_;
    if (had_number)
      made.utilization =
          utilization(made.mean_in_service,
                      state.workers.integral_ns(now()) - state.workers_at_warmup, record.measured);
    if (settings_.services[s].has_limiter)
      made.limit = limits_of(admission_limiters_, service.first_replica, service.replicas);
    for (std::uint32_t r = 0; r < service.replicas; ++r) {
      made.queue_max =
          std::max<std::uint64_t>(made.queue_max, replicas_[service.first_replica + r].waiting_max);
    }
  }
  frames_.for_each([&](Slot slot, const Frame& work) {
    if (!work.has_work() || work.work_kind != WorkKind::service || !work.measured) return;
    if (work.work_state == WorkState::outbound || work.work_state == WorkState::returning) return;
    const std::uint32_t service = topology_.replica_service[place_of(work)];
    ++record.services[service].unfinished;
    service_ns[service].add(static_cast<std::uint64_t>(worked_so_far(slot).count()));
    if (work.unwanted)
      wasted_ns[service].add(static_cast<std::uint64_t>(worked_so_far(slot).count()));
  });
  for (std::size_t s = 0; s < record.services.size(); ++s) {
    record.services[s].service_time_s = seconds(service_ns[s]);
    record.services[s].wasted_time_s = seconds(wasted_ns[s]);
  }

  for (std::size_t q = 0; q < queue_states_.size(); ++q) {
    const QueueState& state = queue_states_[q];
    metrics::QueueRecord& made = record.queues.emplace_back(state.totals[measured_cohort]);
    made.name = scenario_.queues[q].name;
    made.depth_max = std::max(made.depth_max, state.totals[0].depth_max);
    made.mean_inside =
        average(state.inside.integral_ns(now()) - state.inside_at_warmup, record.measured);
  }
  messages_.for_each([&](Slot, const Message& message) {
    if (message.state != Message::State::settled && message.measured)
      ++record.queues[message.queue].unfinished;
  });
  frames_.for_each([&](Slot, const Frame& work) {
    if (work.work_state == WorkState::blocked && work.measured) {
      ++record.queues[place_of(work)].unfinished;
    }
  });

  record.series = series_;
  record.verdict = metrics::judge_recovery(series_, span, fault_span_of(scenario_),
                                           {.baseline_from = warmup_end_});
  record.engine.events = dispatched_;
  record.engine.requests_inside_max = open_requests_max_;
  record.engine.memory_bytes_max = memory_bytes();
  return record;
}

}  // namespace squall::model
