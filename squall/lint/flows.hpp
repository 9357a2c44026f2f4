#pragma once

#include <string>
#include <vector>

#include "squall/lint/call_graph.hpp"
#include "squall/lint/estimates.hpp"

namespace squall::lint {

/// Requests a second, and in the whole run, as the workloads state them; faults are left out.
struct Flow {
  double mean = 0.0;     ///< of first attempts, on average while arrivals last; a lower bound where
                         ///< cycles were left out, an upper bound of what closed users can ask
  double open = 0.0;     ///< the part of `mean` that comes whatever happens: not of closed users
  double lasting = 0.0;  ///< the part of `open` that goes on to the end of the run
  double peak = 0.0;     ///< of first attempts, at the highest rate of a profile; open ones only
  double count = 0.0;    ///< calls in the run, first attempts
  double worst = 0.0;    ///< attempts a second at the peak, if everything failed on the way
  double worst_count = 0.0;  ///< attempts in the run likewise; infinite where nothing bounds them
  double burst = 0.0;        ///< at one instant at the most; 0 where they come one by one
  /// Whether `worst`, `worst_count` and `burst` are known to be upper bounds.
  bool bounded = true;

  void add(const Flow& other) noexcept;
  /// Whether any request may come at all.
  [[nodiscard]] bool is_any() const noexcept { return mean > 0.0 || count > 0.0 || !bounded; }
};

/// From the workloads down. A service passes on what it can work off, and no more.
struct Flows {
  std::vector<Flow> edges;  ///< calls of each edge
  std::vector<double>
      most;  ///< attempts a second that bulkhead, limiter and rate limit of an edge let through
  std::vector<Flow> vertices;  ///< what reaches each service, queue (published) and consumer
};

[[nodiscard]] Flows flows_of(const CallGraph& graph, const Estimates& estimates);

/// Requests that may be in service at once at all replicas of a service together, and what says so.
struct Capacity {
  double places = 0.0;
  bool is_overload = false;  ///< the capacity of its `overload`, which is below its workers
};

/// Infinite where it has neither workers nor overload.
[[nodiscard]] Capacity capacity_of(const scenario::Service& service) noexcept;

/// The states of the policies: which edges share one, and how many of them there are.
struct PolicyState {
  std::vector<EdgeIndex> edges;  ///< one, or with `per: callee` those of one callee
  double states = 1.0;           ///< instances, times the replicas of the caller
  Flow flow;                     ///< through all of them together
};

/// One for each edge with a policy, or for each callee where a policy says so; in order.
[[nodiscard]] std::vector<PolicyState> policy_states(const CallGraph& graph, const Flows& flows);

}  // namespace squall::lint
