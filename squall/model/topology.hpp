#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "squall/scenario/scenario.hpp"

namespace squall::model {

/// What never changes in a run: who may call whom, and how many of each there are. Indices are
/// those of the scenario.
struct Topology {
  struct Edge {
    std::string name;
    scenario::Edge::From from = scenario::Edge::From::workload;
    std::uint32_t caller = 0;
    scenario::Target to;
    std::uint64_t target_id = 0;     ///< entity_id of the callee's name
    std::uint64_t id = 0;            ///< entity_id of its own name
    bool is_first = false;           ///< of all that lead to its callee, or a workload's own
    std::uint32_t keeper_first = 0;  ///< its policy states: [replica of caller][instance]
    std::uint32_t instances = 1;
    bool keeper_per_callee = false;  ///< all callers share [instance]
    bool bounded_depth = false;      ///< part of a bounded cycle
    bool has_fault = false;          ///< a fault on the network, at some time
  };
  /// The edges of one step.
  using Step = std::vector<std::uint32_t>;
  struct Service {
    std::uint64_t id = 0;
    std::uint32_t first_replica = 0;
    std::uint32_t replicas = 1;
    std::vector<Step> steps;
    bool knows_inside = false;  ///< a fault stops it and has to find all that is inside
  };
  struct Consumer {
    std::uint64_t id = 0;
    std::vector<Step> steps;
  };

  std::vector<Edge> edges;
  std::vector<Service> services;
  std::vector<Consumer> consumers;
  std::vector<std::uint64_t> queue_ids;                     ///< entity_id of each queue's name
  std::vector<std::uint32_t> workload_edge;                 ///< of each workload
  std::vector<std::vector<std::uint32_t>> queue_consumers;  ///< of each queue
  std::vector<std::uint32_t> replica_service;               ///< of each replica of all services
  std::vector<std::uint32_t> keeper_edge;                   ///< an edge that uses each policy state
  std::vector<std::uint8_t> workload_rank;                  ///< priority class; 0 is served first
  std::vector<std::int32_t> rank_priority;  ///< of each class; of the last one its highest
  std::uint32_t ranks = 1;
};

[[nodiscard]] Topology topology_of(const scenario::Scenario& scenario);

}  // namespace squall::model
