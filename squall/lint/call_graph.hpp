#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "squall/scenario/scenario.hpp"

namespace squall::lint {

/// Services, then queues, then consumers, numbered through.
using Vertex = std::uint32_t;
using EdgeIndex = std::uint32_t;

/// Who calls whom, in an order in which every caller stands before its callees.
///
/// An edge that closes a cycle (it has a max_depth, or the scenario would not have been built) is
/// left out of the order and of all sums: what goes round is counted once, which makes them lower
/// bounds. closes_cycle() tells.
class CallGraph {
 public:
  /// The scenario must outlive it.
  explicit CallGraph(const scenario::Scenario& scenario);

  [[nodiscard]] const scenario::Scenario& scenario() const noexcept { return *scenario_; }
  [[nodiscard]] std::span<const scenario::Edge> edges() const noexcept { return edges_; }
  /// The dotted path of the call: `services.checkout.calls.1.parallel.0`, `workloads.shop`.
  [[nodiscard]] const std::string& key(EdgeIndex edge) const { return keys_[edge]; }
  /// The policy around the call; none: null.
  [[nodiscard]] const scenario::Policy* policy(EdgeIndex edge) const noexcept;
  /// `policies.careful`. REQUIRES policy(edge).
  [[nodiscard]] std::string policy_key(EdgeIndex edge) const;
  [[nodiscard]] bool closes_cycle(EdgeIndex edge) const { return closes_cycle_[edge]; }

  [[nodiscard]] std::size_t vertex_count() const noexcept { return consumers_from_ + consumers_; }
  [[nodiscard]] Vertex service_vertex(scenario::Index i) const noexcept { return i; }
  [[nodiscard]] Vertex queue_vertex(scenario::Index i) const noexcept { return queues_from_ + i; }
  [[nodiscard]] Vertex consumer_vertex(scenario::Index i) const noexcept {
    return consumers_from_ + i;
  }
  [[nodiscard]] Vertex target(EdgeIndex edge) const noexcept;
  [[nodiscard]] std::optional<scenario::Index> as_service(Vertex vertex) const noexcept;
  [[nodiscard]] std::optional<scenario::Index> as_queue(Vertex vertex) const noexcept;
  [[nodiscard]] std::optional<scenario::Index> as_consumer(Vertex vertex) const noexcept;
  /// The vertex that makes the call; none for a workload's own.
  [[nodiscard]] std::optional<Vertex> caller(EdgeIndex edge) const noexcept;

  /// The calls of a service or consumer, in the order of its steps; of a queue none.
  [[nodiscard]] std::span<const EdgeIndex> calls(Vertex vertex) const noexcept;
  /// The consumers of a queue.
  [[nodiscard]] std::span<const scenario::Index> consumers(scenario::Index queue) const noexcept;
  /// The edges that lead to a vertex.
  [[nodiscard]] std::span<const EdgeIndex> callers(Vertex vertex) const noexcept;
  /// Callers first.
  [[nodiscard]] std::span<const Vertex> order() const noexcept { return order_; }

  /// How many instances the caller of an edge runs: replicas of a service, else 1.
  [[nodiscard]] std::uint32_t caller_replicas(EdgeIndex edge) const noexcept;

 private:
  void name_edges();
  void sort();

  const scenario::Scenario* scenario_;
  std::vector<scenario::Edge> edges_;
  std::vector<std::string> keys_;
  std::vector<bool> closes_cycle_;
  Vertex queues_from_ = 0;
  Vertex consumers_from_ = 0;
  Vertex consumers_ = 0;
  std::vector<std::vector<EdgeIndex>> calls_;               ///< of each vertex
  std::vector<std::vector<EdgeIndex>> callers_;             ///< likewise
  std::vector<std::vector<scenario::Index>> consumers_of_;  ///< of each queue
  std::vector<Vertex> order_;
};

}  // namespace squall::lint
