#include "squall/model/topology.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "squall/base/check.hpp"
#include "squall/base/random.hpp"

namespace squall::model {

namespace {

using scenario::Scenario;
using scenario::Target;

/// Hands out ranges of policy states; edges with one policy and one callee share where the policy
/// says so.
class Keepers {
 public:
  explicit Keepers(Topology& topology) : topology_(topology) {}

  void assign(Topology::Edge& edge, std::uint32_t edge_index, const scenario::Call& call,
              const Scenario& scenario, std::uint32_t caller_replicas) {
    if (!call.policy) {
      edge.keeper_first = add(edge_index, 1);
      edge.keeper_per_callee = true;
      return;
    }
    const policy::PolicyOptions& options = scenario.policies[*call.policy].options;
    edge.instances = options.instances;
    edge.keeper_per_callee = options.state_per == policy::StatePer::callee;
    if (!edge.keeper_per_callee) {
      edge.keeper_first = add(edge_index, std::uint64_t{caller_replicas} * options.instances);
      return;
    }
    const Key key{*call.policy, call.to.kind == Target::Kind::queue, call.to.index};
    const auto [found, is_new] = shared_.try_emplace(key, 0U);
    if (is_new) found->second = add(edge_index, options.instances);
    edge.keeper_first = found->second;
  }

 private:
  using Key = std::tuple<std::uint32_t, bool, std::uint32_t>;

  std::uint32_t add(std::uint32_t edge_index, std::uint64_t count) {
    const std::size_t first = topology_.keeper_edge.size();
    SQUALL_CHECK(first + count < 0xffffffffU, "too many policy states");
    topology_.keeper_edge.resize(first + count, edge_index);
    return static_cast<std::uint32_t>(first);
  }

  Topology& topology_;
  std::map<Key, std::uint32_t> shared_;
};

void rank_workloads(const Scenario& scenario, Topology& topology) {
  std::vector<std::int32_t> priorities;
  for (const scenario::Workload& workload : scenario.workloads)
    priorities.push_back(workload.priority);
  std::ranges::sort(priorities, std::ranges::greater{});
  priorities.erase(std::unique(priorities.begin(), priorities.end()), priorities.end());
  topology.ranks = static_cast<std::uint32_t>(std::clamp<std::size_t>(priorities.size(), 1, 256));
  topology.rank_priority.assign(
      priorities.begin(), priorities.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                   priorities.size(), topology.ranks)));
  for (const scenario::Workload& workload : scenario.workloads) {
    const auto place = std::find(priorities.begin(), priorities.end(), workload.priority);
    const auto rank = static_cast<std::size_t>(place - priorities.begin());
    topology.workload_rank.push_back(static_cast<std::uint8_t>(std::min<std::size_t>(rank, 255)));
  }
}

}  // namespace

Topology topology_of(const Scenario& scenario) {
  Topology topology;
  std::uint32_t replicas = 0;
  for (std::uint32_t index = 0; index < scenario.services.size(); ++index) {
    const scenario::Service& service = scenario.services[index];
    topology.services.push_back({entity_id(service.name), replicas, service.replicas, {}, false});
    topology.replica_service.insert(topology.replica_service.end(), service.replicas, index);
    replicas += service.replicas;
  }
  for (const scenario::Fault& fault : scenario.faults) {
    const bool stops = fault.pause || fault.down != scenario::Fault::Down::no;
    if (stops && fault.on == scenario::Fault::On::service)
      topology.services[fault.index].knows_inside = true;
  }
  for (const scenario::Queue& queue : scenario.queues)
    topology.queue_ids.push_back(entity_id(queue.name));
  topology.queue_consumers.resize(scenario.queues.size());
  for (std::uint32_t index = 0; index < scenario.consumers.size(); ++index) {
    topology.consumers.push_back({entity_id(scenario.consumers[index].name), {}});
    topology.queue_consumers[scenario.consumers[index].from].push_back(index);
  }

  Keepers keepers(topology);
  std::set<std::pair<bool, std::uint32_t>> seen;
  const auto add_edge = [&](const scenario::Edge& from) {
    const scenario::Call& call = *from.call;
    const bool to_queue = call.to.kind == Target::Kind::queue;
    Topology::Edge edge;
    edge.name = from.name;
    edge.from = from.from;
    edge.caller = from.caller;
    edge.to = call.to;
    edge.target_id = entity_id(to_queue ? scenario.queues[call.to.index].name
                                        : scenario.services[call.to.index].name);
    edge.id = entity_id(from.name);
    const bool is_first = seen.emplace(to_queue, call.to.index).second;
    // A request has one edge from its workload, and its name tells it from those of others already.
    edge.is_first = is_first || from.from == scenario::Edge::From::workload;
    edge.bounded_depth = call.max_depth != scenario::Call::unbounded_depth;
    const std::uint32_t caller_replicas =
        from.from == scenario::Edge::From::service ? scenario.services[from.caller].replicas : 1;
    const auto index = static_cast<std::uint32_t>(topology.edges.size());
    keepers.assign(edge, index, call, scenario, caller_replicas);
    topology.edges.push_back(std::move(edge));
    return index;
  };

  // edges_of lists workloads, then services, then consumers, each in the order of declaration.
  const std::vector<scenario::Edge> edges = scenario::edges_of(scenario);
  std::size_t next = 0;
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    topology.workload_edge.push_back(add_edge(edges[next++]));
  }
  const auto add_steps = [&](const std::vector<scenario::Step>& steps,
                             std::vector<Topology::Step>& into) {
    for (const scenario::Step& step : steps) {
      Topology::Step& made = into.emplace_back();
      for (std::size_t c = 0; c < step.calls.size(); ++c) made.push_back(add_edge(edges[next++]));
    }
  };
  for (std::size_t s = 0; s < scenario.services.size(); ++s) {
    add_steps(scenario.services[s].steps, topology.services[s].steps);
  }
  for (std::size_t c = 0; c < scenario.consumers.size(); ++c) {
    add_steps(scenario.consumers[c].steps, topology.consumers[c].steps);
  }
  SQUALL_CHECK(next == edges.size(), "edges_of and the steps disagree");
  for (const scenario::Fault& fault : scenario.faults) {
    for (const std::uint32_t edge : fault.edges) topology.edges[edge].has_fault = true;
  }
  rank_workloads(scenario, topology);
  return topology;
}

}  // namespace squall::model
