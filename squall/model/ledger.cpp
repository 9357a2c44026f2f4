#include <algorithm>
#include <string>
#include <vector>

#include "squall/model/express.hpp"

/// The books: everything is counted once, and what is still inside is found by walking it.
namespace squall::model {

namespace {

using metrics::Int128;
using Cohorts = std::array<std::uint64_t, 2>;

/// What walking finds in one place: how many of each cohort, and the sum of their ages.
struct Walked {
  Cohorts count{};
  Int128 ages_ns = 0;

  void add(bool measured, Duration age) {
    ++count[measured ? 1 : 0];
    ages_ns += age.count();
  }
  [[nodiscard]] std::uint64_t total() const { return count[0] + count[1]; }
};

/// Collects the first thing that does not add up.
class Audit {
 public:
  void equal(std::uint64_t a, std::uint64_t b, const std::string& where, const char* what) {
    if (a != b && !violation_) {
      violation_ = where + ": " + what + ": " + std::to_string(a) + " != " + std::to_string(b);
    }
  }
  void within(std::uint64_t part, std::uint64_t whole, const std::string& where, const char* what) {
    if (part > whole && !violation_) {
      violation_ =
          where + ": " + what + ": " + std::to_string(part) + " > " + std::to_string(whole);
    }
  }
  /// The number inside, and Little's identity, in whole nanoseconds.
  void population(const metrics::Population& population, const Walked& walked, Instant now,
                  const std::string& where) {
    equal(static_cast<std::uint64_t>(population.inside()), walked.total(), where, "number inside");
    if (population.integral_ns(now) != population.sojourns_ns() + walked.ages_ns && !violation_) {
      violation_ =
          where + ": the integral of the number inside is not the sum of sojourns and ages";
    }
  }
  [[nodiscard]] std::optional<std::string> violation() const { return violation_; }

 private:
  std::optional<std::string> violation_;
};

}  // namespace

/// By walking up to the request or the message.
bool Engine::somebody_waits_for(Slot of) const noexcept {
  for (Slot work = of;;) {
    if (frames_[work].work_kind == WorkKind::handler) return true;
    if (!frames_[work].has_call()) return false;
    Slot call = work;
    while (frames_[call].owner_kind == OwnerKind::hedged_call) call = owner_of(frames_[call]);
    if (frames_[call].owner_kind != OwnerKind::work) return true;
    work = owner_of(frames_[call]);
  }
}

std::optional<std::string> Engine::find_violation() const {
  Audit audit;
  const Instant at = now();

  std::vector<Walked> open(workload_states_.size());
  events_.for_each([&](Slot, const Event& event) {
    if (!event.ended) open[event.workload].add(event.measured, at - event.arrived);
  });
  frames_.for_each([&](Slot, const Frame& call) {
    if (call.has_call() && call.owner_kind == OwnerKind::user)
      open[topology_.edges[call.edge].caller].add(call.measured, at - call.started);
  });
  for (std::size_t w = 0; w < workload_states_.size(); ++w) {
    const WorkloadState& state = workload_states_[w];
    const std::string& name = scenario_.workloads[w].name;
    for (std::size_t cohort = 0; cohort < 2; ++cohort) {
      const metrics::WorkloadRecord& t = state.totals[cohort];
      audit.equal(t.offered,
                  t.ok + t.late + t.failed + t.rejected + t.dead_lettered + t.dropped +
                      open[w].count[cohort],
                  name,
                  "offered = ok + late + failed + rejected + dead-lettered + dropped + inside");
      audit.equal(t.rejected, t.rejected_local + t.rejected_remote, name,
                  "rejected = local + remote");
      audit.equal(t.failed, t.failed_timeout + t.failed_deadline + t.failed_error, name,
                  "failed by cause");
      audit.equal(t.latency.count(), t.late, name, "late latencies = late");
      audit.equal(t.ok_latency.count(), t.ok, name, "ok latencies = ok");
      audit.within(t.degraded, t.ok, name, "degraded among ok");
    }
    audit.population(state.open, open[w], at, name);
  }

  std::vector<Walked> calling(edge_states_.size());
  std::vector<Cohorts> attempting(edge_states_.size());
  std::vector<std::uint64_t> outstanding(replicas_.size());
  std::uint64_t call_extras = 0;
  std::uint64_t work_extras = 0;
  std::vector<std::uint64_t> in_bulkhead(keepers_.size());
  std::vector<std::uint64_t> in_line(keepers_.size());
  std::vector<std::uint64_t> in_budget(keepers_.size());
  std::vector<std::uint64_t> in_limiter(keepers_.size());
  frames_.for_each([&](Slot slot, const Frame& call) {
    if (!call.has_call()) return;
    if (call.owner_kind != OwnerKind::hedged_call)
      calling[call.edge].add(call.measured, at - call.started);
    if (call.call_state == CallState::attempting) {
      ++attempting[call.edge][call.measured ? 1 : 0];
      if (topology_.edges[call.edge].to.kind == scenario::Target::Kind::service)
        ++outstanding[place_of(call)];
    }
    if (call.call_state == CallState::in_line) ++in_line[keeper_of(call)];
    const Settings::Edge& settings = settings_.edges[call.edge];
    for (std::uint8_t layer = call.first_layer; layer < call.layer; ++layer) {
      const bool waits_here = call.call_state == CallState::in_line && layer + 1 == call.layer;
      if (settings.layers[layer] == policy::Layer::bulkhead && !waits_here)
        ++in_bulkhead[keeper_of(call)];
      if (settings.layers[layer] == policy::Layer::budget) ++in_budget[keeper_of(call)];
      if (settings.layers[layer] == policy::Layer::limiter) ++in_limiter[keeper_of(call)];
    }
    if (call.retrying) ++in_budget[keeper_of(call)];
    audit.equal(call.has_work() && call.call_state != CallState::attempting ? 1 : 0, 0,
                topology_.edges[call.edge].name, "attempts of calls that do not attempt");
    if (call.has_call_extra()) {
      ++call_extras;
      audit.equal(call_extras_[call.call_extra()].frame, slot, topology_.edges[call.edge].name,
                  "a call and its extra record name each other");
      if (call_extras_[call.call_extra()].is_budgeted_hedge) ++in_budget[keeper_of(call)];
    }
  });
  for (std::size_t e = 0; e < edge_states_.size(); ++e) {
    const EdgeState& state = edge_states_[e];
    const std::string& name = topology_.edges[e].name;
    for (std::size_t cohort = 0; cohort < 2; ++cohort) {
      const metrics::CallRecord& t = state.totals[cohort];
      audit.equal(t.requests, t.ok + t.failed + t.refused + t.abandoned + calling[e].count[cohort],
                  name, "calls = ok + failed + refused + abandoned + inside");
      audit.within(t.fallbacks, t.ok, name, "fallbacks among ok");
      audit.equal(t.attempts,
                  t.attempts_ok + t.errors + t.timeouts + t.rejected_queue + t.rejected_admission +
                      t.attempts_abandoned + attempting[e][cohort],
                  name, "attempts = ok + errors + timeouts + rejected + abandoned + under way");
    }
    audit.population(state.calls, calling[e], at, name);
  }
  for (std::size_t k = 0; k < keepers_.size(); ++k) {
    const std::string& name = topology_.edges[topology_.keeper_edge[k]].name;
    audit.equal(keepers_[k].bulkhead.concurrent(), in_bulkhead[k], name, "calls in the bulkhead");
    audit.equal(keepers_[k].bulkhead.waiting(), in_line[k], name, "calls in the bulkhead's line");
    audit.equal(keepers_[k].line.size, in_line[k], name, "the bulkhead's line");
    if (const policy::EnvoyOutlier* outlier = keepers_[k].outlier.get()) {
      const Topology::Edge& edge = topology_.edges[topology_.keeper_edge[k]];
      std::uint64_t ejected = 0;
      for (std::uint32_t r = 0; r < topology_.services[edge.to.index].replicas; ++r)
        ejected += outlier->is_ejected(r) ? 1U : 0U;
      audit.equal(outlier->ejected(), ejected, name, "replicas ejected");
    }
    if (!limiters_.empty())
      audit.equal(limiters_[k].in_flight(), in_limiter[k], name, "calls in the limiter");
    if (const auto executions = keepers_[k].budget.executions())
      audit.equal(*executions, in_budget[k], name, "calls, retries and hedges in the budget");
  }

  std::vector<Walked> inside(service_states_.size());
  std::vector<Walked> busy(service_states_.size());
  std::vector<std::uint64_t> waiting(replicas_.size());
  std::vector<std::uint64_t> started(replicas_.size());
  std::vector<std::uint64_t> working(replicas_.size());
  std::vector<std::uint64_t> admitted(replicas_.size());
  std::vector<Cohorts> blocked(queue_states_.size());
  std::vector<std::uint64_t> in_hand(consumer_states_.size());
  frames_.for_each([&](Slot slot, const Frame& work) {
    if (!work.has_work()) return;
    if (work.work_extra != no_slot) {
      ++work_extras;
      audit.equal(work_extras_[work.work_extra].frame, slot, "work",
                  "a work and its extra record name each other");
    }
    if (work.work_kind == WorkKind::publish) {
      if (work.work_state == WorkState::blocked) ++blocked[place_of(work)][work.measured ? 1 : 0];
      return;
    }
    if (work.work_kind == WorkKind::handler) {
      ++in_hand[work.owner];
      return;
    }
    audit.equal(work.unwanted ? 1 : 0, somebody_waits_for(slot) ? 0 : 1,
                topology_.edges[work.edge].name, "work that nobody waits for");
    if (work.work_state == WorkState::returning || work.work_state == WorkState::outbound) return;
    const std::uint32_t service = topology_.replica_service[place_of(work)];
    if (const auto& versions = service_states_[service].versions; !versions.empty()) {
      const bool has_row = work.work_extra != no_slot;
      audit.equal(has_row ? 1 : 0, 1, topology_.edges[work.edge].name, "work without a row");
      if (has_row) {
        const WorkExtra& extra = work_extras_[work.work_extra];
        audit.equal(std::min(extra.version, versions[extra.row]), extra.version,
                    topology_.edges[work.edge].name, "the version that a work has read");
      }
    }
    inside[service].add(work.measured, at - work.arrived);
    const bool is_timed =
        settings_.services[service].times_line && work.work_state == WorkState::queued;
    if (is_timed) {
      const Duration longest = settings_.services[service].options->codel->interval;
      audit.equal(work.event == no_ticket ? 1 : 0, 0, scenario_.services[service].name,
                  "requests in line whose wait has no end");
      audit.equal(scenario_.changes.empty() && at - work.arrived > longest ? 1 : 0, 0,
                  scenario_.services[service].name, "requests in line for longer than they may");
    }
    if (work.work_extra != no_slot && work_extras_[work.work_extra].limiter_in_flight != 0)
      ++admitted[place_of(work)];
    if (work.work_state == WorkState::queued)
      ++waiting[place_of(work)];
    else
      ++started[place_of(work)];
    const bool is_endless = service_states_[service].knows_inside
                                ? ends_[slot] == never
                                : endless_since_.has(slot) && endless_since_[slot] == work.begun;
    if (work.work_state == WorkState::serving && work.event == no_ticket && !is_endless) {
      // Without a call its timeout has been, and it is about to learn that nobody waits.
      const Express& way = express_[work.edge];
      const bool is_stopped =
          way.stops_in_time &&
          (!work.has_call() ||
           is_stopped_first(way, work, later(work.begun, draw_latency(way, work_lineage(work)))));
      audit.equal(is_stopped ? 1 : 0, 1, scenario_.services[service].name,
                  "requests in service without an end");
    }
    if (work.holds_worker) {
      ++working[place_of(work)];
      busy[service].add(work.measured, at - work.begun);
    }
  });
  for (std::size_t s = 0; s < service_states_.size(); ++s) {
    const ServiceState& state = service_states_[s];
    const std::string& name = scenario_.services[s].name;
    for (std::size_t cohort = 0; cohort < 2; ++cohort) {
      const metrics::ServiceRecord& t = state.totals[cohort];
      audit.equal(t.arrived,
                  t.completed + t.failed + t.refused + t.skipped + t.cancelled + t.lost +
                      inside[s].count[cohort],
                  name,
                  "arrived = completed + failed + refused + skipped + cancelled + lost + inside");
    }
    audit.within(state.totals[0].expired + state.totals[1].expired,
                 state.totals[0].skipped + state.totals[1].skipped, name, "expired among skipped");
    std::uint64_t commits = 0;
    for (const std::uint64_t version : state.versions) commits += version;
    if (!state.versions.empty()) {
      audit.equal(commits, state.totals[0].completed + state.totals[1].completed, name,
                  "versions of all rows = completed");
    }
    for (const metrics::ServiceRecord& t : state.totals)
      audit.equal(std::min(t.shed, t.refused), t.shed, name, "shed, but not refused");
    audit.population(state.inside, inside[s], at, name);
    audit.population(state.busy, busy[s], at, name + " in service");
  }
  std::vector<metrics::Int128> workers(service_states_.size());
  for (std::size_t r = 0; r < replicas_.size(); ++r) {
    const std::string& name = scenario_.services[topology_.replica_service[r]].name;
    audit.equal(replicas_[r].waiting, waiting[r], name, "requests in line");
    audit.equal(replicas_[r].inside_count, started[r], name, "requests started, not answered");
    audit.equal(replicas_[r].busy, working[r], name, "workers busy");
    workers[topology_.replica_service[r]] += workers_there(replicas_[r]);
    audit.equal(replicas_[r].outstanding, outstanding[r], name, "attempts that a caller waits for");
    if (!admission_limiters_.empty()) {
      audit.equal(admission_limiters_[r].in_flight(), admitted[r], name,
                  "requests that its limiter let in");
    }
  }
  for (std::size_t s = 0; s < service_states_.size(); ++s) {
    audit.equal(service_states_[s].workers.value() == workers[s] ? 1 : 0, 1,
                scenario_.services[s].name, "workers counted over time are those there are");
  }

  audit.equal(call_extras_.live(), call_extras, "calls", "extra records of calls");
  audit.equal(work_extras_.live(), work_extras, "works", "extra records of works");

  std::vector<Walked> unsettled(queue_states_.size());
  std::vector<std::uint64_t> ready(queue_states_.size());
  std::vector<std::uint64_t> delayed(queue_states_.size());
  messages_.for_each([&](Slot, const Message& message) {
    if (message.state == Message::State::settled) return;
    unsettled[message.queue].add(message.measured, at - message.accepted);
    if (message.state == Message::State::ready) ++ready[message.queue];
    if (message.state == Message::State::delayed) ++delayed[message.queue];
  });
  for (std::size_t q = 0; q < queue_states_.size(); ++q) {
    const QueueState& state = queue_states_[q];
    const std::string& name = scenario_.queues[q].name;
    for (std::size_t cohort = 0; cohort < 2; ++cohort) {
      const metrics::QueueRecord& t = state.totals[cohort];
      audit.equal(t.published,
                  t.rejected + t.dropped + t.acked + t.dead_lettered + unsettled[q].count[cohort] +
                      blocked[q][cohort],
                  name, "published = rejected + dropped + acked + dead-lettered + inside");
    }
    audit.population(state.inside, unsettled[q], at, name);
    audit.equal(state.ready, ready[q], name, "messages ready");
    audit.equal(state.delayed.size, delayed[q], name, "messages that wait to be redelivered");
  }
  for (std::size_t c = 0; c < consumer_states_.size(); ++c) {
    const ConsumerState& state = consumer_states_[c];
    audit.equal(state.outstanding, in_hand[c], scenario_.consumers[c].name, "deliveries in hand");
    audit.equal(std::uint64_t{state.line.size} + state.active, in_hand[c],
                scenario_.consumers[c].name, "deliveries buffered and handled");
  }
  return audit.violation();
}

}  // namespace squall::model
