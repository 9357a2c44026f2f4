#pragma once

#include <string>
#include <utility>
#include <vector>

#include "squall/lint/call_graph.hpp"
#include "squall/lint/estimates.hpp"
#include "squall/lint/finding.hpp"
#include "squall/lint/flows.hpp"
#include "squall/lint/sampling.hpp"

/// What the lints work with, and the lints, a family a file. Nothing here is for other modules.
namespace squall::lint {

/// A scenario with all that was worked out of it.
struct System {
  explicit System(const scenario::Scenario& described)
      : scenario(described),
        graph(described),
        estimates(estimate(graph)),
        flows(flows_of(graph, estimates)),
        states(policy_states(graph, flows)),
        sampling(graph, estimates) {}
  System(const System&) = delete;
  System& operator=(const System&) = delete;

  [[nodiscard]] const std::string& name(EdgeIndex edge) const { return graph.edges()[edge].name; }

  const scenario::Scenario& scenario;
  CallGraph graph;
  Estimates estimates;
  Flows flows;
  std::vector<PolicyState> states;
  Sampling sampling;
};

/// Where findings are put. The place in the file is looked up later.
class Findings {
 public:
  void add(Code code, Severity severity, std::string key, std::string message,
           std::string arithmetic, std::string remedy) {
    all_.push_back({.code = code,
                    .severity = severity,
                    .key = std::move(key),
                    .message = std::move(message),
                    .arithmetic = std::move(arithmetic),
                    .remedy = std::move(remedy),
                    .file = {},
                    .variants = {}});
  }
  /// With the usual severity of its kind.
  void add(Code code, std::string key, std::string message, std::string arithmetic,
           std::string remedy) {
    add(code, rule_of(code).severity, std::move(key), std::move(message), std::move(arithmetic),
        std::move(remedy));
  }
  [[nodiscard]] std::vector<Finding> take() && { return std::move(all_); }

 private:
  std::vector<Finding> all_;
};

/// "a", "a and b", "a, b and 3 more": at most three names.
[[nodiscard]] std::string listed(const std::vector<std::string>& names);
/// The names of the edges of a policy's state, listed.
[[nodiscard]] std::string edge_names(const System& system, const PolicyState& state);

/// attempts-multiply, retry-without-jitter, retry-without-guard
void lint_retries(const System& system, Findings& findings);
/// timeout-inversion
void lint_timeouts(const System& system, Findings& findings);
/// budget-never-binds, budget-always-denies
void lint_budgets(const System& system, Findings& findings);
/// breaker-never-opens, breaker-opens-on-noise
void lint_breakers(System& system, Findings& findings);
/// bulkhead-too-small
void lint_bulkheads(System& system, Findings& findings);
/// overloaded, overloaded-by-one-retry, hedge-exceeds-headroom
void lint_utilisation(System& system, Findings& findings);
/// outlier-never-ejects
void lint_outliers(const System& system, Findings& findings);
/// unbounded-queue, dead-letters-unread, visibility-timeout-below-handler
void lint_queues(System& system, Findings& findings);

}  // namespace squall::lint
