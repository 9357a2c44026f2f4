#include <variant>

#include "squall/base/infinite.hpp"
#include "squall/lint/figures.hpp"
#include "squall/lint/policy_shape.hpp"
#include "squall/lint/reach.hpp"
#include "squall/lint/system.hpp"

namespace squall::lint {
namespace {

/// Calls that can be inside a bulkhead of one state at once, its line included.
double room(const policy::BulkheadOptions& bulkhead) noexcept {
  if (bulkhead.max_wait == Duration{0}) return bulkhead.max_concurrent;
  if (bulkhead.max_waiting == policy::BulkheadOptions::unlimited) {
    return infinite;
  }
  return static_cast<double>(bulkhead.max_concurrent) + bulkhead.max_waiting;
}

std::string line_of(const policy::BulkheadOptions& bulkhead) {
  return bulkhead.max_wait == Duration{0} ? "no line (max_wait 0s)"
                                          : "a line of " + figure(bulkhead.max_waiting);
}

/// The requests of a burst come at one instant, so what does not fit is refused at that instant.
void check_burst(const System& system, const PolicyState& state, const std::string& key,
                 const policy::BulkheadOptions& bulkhead, Findings& findings) {
  double burst = 0.0;
  for (const EdgeIndex e : state.edges) {
    // Further down the calls of a burst are spread by what lies between.
    if (system.graph.caller(e)) continue;
    const auto& arrivals = system.scenario.workloads[system.graph.edges()[e].caller].arrivals;
    if (const auto* bursts = std::get_if<scenario::BurstArrivals>(&arrivals)) {
      burst = std::max(burst, static_cast<double>(bursts->size));
    }
  }
  burst /= state.states;
  if (!(burst > room(bulkhead))) return;
  findings.add(Code::bulkhead_too_small, key,
               "a burst of " + edge_names(system, state) +
                   " does not fit into the bulkhead; the rest is refused at once",
               figure(burst) + " at one instant" + (state.states > 1.0 ? " for each state" : "") +
                   " > " + figure(bulkhead.max_concurrent) + " places and " + line_of(bulkhead) +
                   ", so " + figure(burst - room(bulkhead)) + " too many",
               "a line (max_waiting) that takes a burst, with a max_wait above 0s, or more places");
}

void check_load(System& system, const PolicyState& state, const std::string& key,
                const policy::PolicyOptions& options, Findings& findings) {
  double under_way = 0.0;
  bool estimated = false;
  for (const EdgeIndex e : state.edges) {
    const Flow& flow = system.flows.edges[e];
    double time = system.estimates.edges[e].attempt_time;
    // Of what takes longer than the timeout only the timeout counts, which a mean does not say.
    if (attempt_limit(options) != forever &&
        flow.open * time / 1e9 / state.states > options.bulkhead->max_concurrent) {
      const auto sampled = system.sampling.attempt(e);
      if (!sampled) return;
      if (!sampled->is_exact()) {
        time = std::min(time, sampled->mean());
        estimated = true;
      }
    }
    if (flow.open > 0.0) under_way += flow.open * time / 1e9;
  }
  const double each = under_way / state.states;
  // As many as there are places just fit, if they come evenly.
  if (!exceeds(each, options.bulkhead->max_concurrent) || !(each < infinite)) {
    return;
  }
  const double time = under_way / state.flow.open;
  findings.add(
      Code::bulkhead_too_small, key,
      "the calls of " + edge_names(system, state) + " need more places than the bulkhead has",
      per_second(state.flow.open) + " x " + time_text(time * 1e9) +
          (estimated ? " (estimated)" : "") +
          (state.states > 1.0 ? " / " + figure(state.states) + " states" : "") + " = " +
          figure(each) + " under way on average > " + figure(options.bulkhead->max_concurrent),
      "more than " + figure(each) + " places, or fewer calls");
}

}  // namespace

void lint_bulkheads(System& system, Findings& findings) {
  for (const PolicyState& state : system.states) {
    const scenario::Policy& policy = *system.graph.policy(state.edges.front());
    if (!policy.options.bulkhead) continue;
    const std::string key = "policies." + policy.name + ".bulkhead.max_concurrent";
    check_load(system, state, key, policy.options, findings);
    check_burst(system, state, key, *policy.options.bulkhead, findings);
  }
}

}  // namespace squall::lint
