#include "squall/lint/figures.hpp"
#include "squall/lint/system.hpp"
#include "squall/policy/percent_of.hpp"

namespace squall::lint {
namespace {

void check_outlier(const System& system, const PolicyState& state, const scenario::Policy& policy,
                   Findings& findings) {
  const EdgeIndex edge = state.edges.front();
  const auto callee = system.graph.as_service(system.graph.target(edge));
  if (!callee) return;
  const scenario::Service& service = system.scenario.services[*callee];
  const policy::EnvoyOutlierOptions& options = *policy.options.outlier;
  const std::string key = "policies." + policy.name + ".outlier.envoy";
  if (service.replicas == 1) {
    findings.add(Code::outlier_never_ejects, key,
                 "of " + service.name + " there is one replica: nobody is left to pass over to",
                 "replicas 1", "leave outlier out, or more replicas");
    return;
  }
  const double one = policy::percent_of(1, service.replicas);
  if (options.always_eject_one_host || one <= options.max_ejection_percent) return;
  findings.add(Code::outlier_never_ejects, key + ".max_ejection_percent",
               edge_names(system, state) + " never ejects a replica of " + service.name +
                   ": one is more than may be ejected",
               "1 of " + figure(service.replicas) + " replicas = " + figure(one) + "% > " +
                   figure(options.max_ejection_percent) + "%",
               "a max_ejection_percent of " + figure(one) + "% or more, or always_eject_one_host");
}

}  // namespace

void lint_outliers(const System& system, Findings& findings) {
  for (const PolicyState& state : system.states) {
    const scenario::Policy& policy = *system.graph.policy(state.edges.front());
    if (policy.options.outlier) check_outlier(system, state, policy, findings);
  }
}

}  // namespace squall::lint
