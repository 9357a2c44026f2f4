#include "squall/scenario/node_making.hpp"
#include "squall/scenario/normalise_parts.hpp"
#include "squall/scenario/overrides.hpp"
#include "squall/scenario/read_quantity.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

Node write_rate(Rate rate) { return plain(format_rate(rate)); }

Node write_arrivals_of(const ConstantArrivals& arrivals) {
  return map_of("constant", write_rate(arrivals.rate));
}
Node write_arrivals_of(const PoissonArrivals& arrivals) {
  return map_of("poisson", write_rate(arrivals.rate));
}
Node write_arrivals_of(const BurstArrivals& arrivals) {
  Node map = map_node();
  put(map, "size", plain(arrivals.size));
  put(map, "every", write_duration(arrivals.every));
  return map_of("bursts", std::move(map));
}
Node write_arrivals_of(const ProfileArrivals& arrivals) {
  Node steps = list_node();
  const ProfileArrivals::Step* before = nullptr;
  for (const ProfileArrivals::Step& step : arrivals.steps) {
    const bool ramps = step.from.per_second_micro != step.to.per_second_micro;
    const bool goes_on =
        before != nullptr && before->to.per_second_micro == step.from.per_second_micro;
    Node map = map_node();
    put(map, "for", write_duration(step.length));
    if (!ramps || !goes_on) put(map, "rate", write_rate(step.from));
    if (ramps) put(map, "ramp_to", write_rate(step.to));
    steps.items.push_back(std::move(map));
    before = &step;
  }
  Node map = map_node();
  put(map, "process", plain(std::string(name_of(process_words, arrivals.process))));
  put(map, "steps", std::move(steps));
  return map_of("profile", std::move(map));
}
Node write_arrivals_of(const ClosedArrivals& arrivals) {
  Node map = map_node();
  put(map, "users", plain(arrivals.users));
  put(map, "think", write_distribution(arrivals.think));
  return map_of("closed", std::move(map));
}
Node write_arrivals_of(const TraceArrivals& arrivals) {
  return map_of("trace", text_node(arrivals.file));
}

Node write_factor(double factor) { return plain(format_factor(factor)); }

std::string name_of_edge_ends(const Edge& edge, const Scenario& scenario) {
  const Target& to = edge.call->to;
  const std::string& caller =
      edge.from == Edge::From::workload  ? scenario.workloads[edge.caller].name
      : edge.from == Edge::From::service ? scenario.services[edge.caller].name
                                         : scenario.consumers[edge.caller].name;
  const std::string& callee = to.kind == Target::Kind::service ? scenario.services[to.index].name
                                                               : scenario.queues[to.index].name;
  return caller + "->" + callee;
}

void write_target(const Fault& fault, const Scenario& scenario, const std::vector<Edge>& edges,
                  Node& map) {
  switch (fault.on) {
    case Fault::On::nothing:
      break;
    case Fault::On::service:
      put(map, "on", text_node("service." + scenario.services[fault.index].name));
      if (fault.replica) put(map, "replica", plain(*fault.replica));
      break;
    case Fault::On::call:
      put(map, "on", text_node("call." + name_of_edge_ends(edges[fault.edges.front()], scenario)));
      break;
    case Fault::On::workload:
      put(map, "on", text_node("workload." + scenario.workloads[fault.index].name));
      break;
  }
}

bool takes_a_rate(const Workload& workload) {
  return !std::holds_alternative<ClosedArrivals>(workload.arrivals) &&
         !std::holds_alternative<TraceArrivals>(workload.arrivals);
}

void write_effects(const Fault& fault, const Scenario& scenario, Node& map) {
  const bool on_service = fault.on == Fault::On::service;
  const bool on_call = fault.on == Fault::On::call;
  if (on_service || on_call) {
    const bool adds = fault.latency_add != Duration{0};
    put(map, "latency",
        adds ? plain("+" + format_duration(fault.latency_add))
             : write_factor(fault.latency_factor));
  }
  if (on_service) {
    put(map, "failure", write_share(fault.failure));
    put(map, "capacity", write_factor(fault.capacity_factor));
    if (fault.down != Fault::Down::no) {
      put(map, "down", plain(std::string(name_of(down_words, fault.down))));
    }
    put(map, "pause", truth(fault.pause));
  }
  if (on_call) put(map, "loss", write_share(fault.loss));
  if (fault.on == Fault::On::workload && takes_a_rate(scenario.workloads[fault.index])) {
    put(map, "rate", write_factor(fault.rate_factor));
  }
}

}  // namespace

Node write_arrivals(const Arrivals& arrivals) {
  return std::visit([](const auto& one) { return write_arrivals_of(one); }, arrivals);
}

Node write_workload(const Workload& workload, const Scenario& scenario) {
  Node map = map_node();
  const Target& to = workload.call.to;
  put(map, "to",
      text_node(to.kind == Target::Kind::service ? scenario.services[to.index].name
                                                 : scenario.queues[to.index].name));
  write_call_options(workload.call, scenario, map);
  put(map, "objective", write_duration(workload.objective));
  const std::string sign = workload.priority < 0 ? "-" : "";
  const auto magnitude =
      static_cast<std::uint32_t>(workload.priority < 0 ? -workload.priority : workload.priority);
  put(map, "priority", plain(sign + std::to_string(magnitude)));
  put(map, "arrivals", write_arrivals(workload.arrivals));
  put(map, "requests",
      workload.requests == unlimited ? plain(std::string("unlimited")) : plain(workload.requests));
  return map;
}

Node write_fault(const Fault& fault, const Scenario& scenario, const std::vector<Edge>& edges) {
  Node map = map_node();
  put(map, "at", write_duration(fault.at.time_since_epoch()));
  put(map, "for", write_duration(fault.length));
  write_target(fault, scenario, edges, map);
  write_effects(fault, scenario, map);
  if (fault.set.empty()) return map;
  Node settings = map_node();
  for (const auto& [path, text] : fault.set) {
    Result<Node> value = from_inline(text, {});
    put(settings, path, value ? std::move(*value) : text_node(text));
  }
  put(map, "set", std::move(settings));
  return map;
}

}  // namespace squall::scenario
