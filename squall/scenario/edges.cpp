#include <map>
#include <string>
#include <string_view>

#include "squall/scenario/scenario.hpp"

namespace squall::scenario {
namespace {

const std::string& target_name(const Scenario& scenario, const Target& target) {
  return target.kind == Target::Kind::service ? scenario.services[target.index].name
                                              : scenario.queues[target.index].name;
}

}  // namespace

std::vector<Edge> edges_of(const Scenario& scenario) {
  std::vector<Edge> edges;
  std::map<std::string, std::uint32_t> times_seen;
  const auto add = [&](Edge::From from, Index caller, const std::string& name, const Call& call) {
    const std::string pair = name + "->" + target_name(scenario, call.to);
    std::string unique = pair;
    // A service may be called "bank#2", so the number is raised until the name is free.
    while (!times_seen.try_emplace(unique, 1).second) {
      unique = pair + "#" + std::to_string(++times_seen[pair]);
    }
    edges.push_back({std::move(unique), from, caller, &call});
  };
  const auto add_steps = [&](Edge::From from, Index caller, const auto& entity) {
    for (const Step& step : entity.steps) {
      for (const Call& call : step.calls) add(from, caller, entity.name, call);
    }
  };
  for (Index i = 0; i < scenario.workloads.size(); ++i) {
    add(Edge::From::workload, i, scenario.workloads[i].name, scenario.workloads[i].call);
  }
  for (Index i = 0; i < scenario.services.size(); ++i) {
    add_steps(Edge::From::service, i, scenario.services[i]);
  }
  for (Index i = 0; i < scenario.consumers.size(); ++i) {
    add_steps(Edge::From::consumer, i, scenario.consumers[i]);
  }
  return edges;
}

}  // namespace squall::scenario
