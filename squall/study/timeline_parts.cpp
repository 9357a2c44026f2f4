#include "squall/study/timeline_parts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "squall/policy/budget.hpp"

namespace squall::study {
namespace {

using metrics::GraphEdge;
using metrics::GraphNode;
using scenario::Edge;
using scenario::Scenario;

std::string number(double value) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string();
}

/// To four decimals.
std::string percent(double share) {
  constexpr double scale = 1e4;
  const auto scaled = static_cast<std::int64_t>(share * 100.0 * scale + 0.5);
  return number(static_cast<double>(scaled) / scale) + "%";
}

std::string place_of_fault(const Scenario& scenario, const std::vector<Edge>& edges,
                           const scenario::Fault& fault) {
  switch (fault.on) {
    case scenario::Fault::On::nothing:
      return "";
    case scenario::Fault::On::service:
      return "service." + scenario.services[fault.index].name;
    case scenario::Fault::On::call:
      return fault.edges.empty() ? "" : "call." + edges[fault.edges.front()].name;
    case scenario::Fault::On::workload:
      return "workload." + scenario.workloads[fault.index].name;
  }
  return "";
}

std::string caller_of(const Scenario& scenario, const Edge& edge) {
  using Kind = GraphNode::Kind;
  switch (edge.from) {
    case Edge::From::workload:
      return metrics::subject_of(Kind::workload, scenario.workloads[edge.caller].name);
    case Edge::From::service:
      return metrics::subject_of(Kind::service, scenario.services[edge.caller].name);
    case Edge::From::consumer:
      return metrics::subject_of(Kind::consumer, scenario.consumers[edge.caller].name);
  }
  return "";
}

std::string callee_of(const Scenario& scenario, const scenario::Target& to) {
  return to.kind == scenario::Target::Kind::queue
             ? metrics::subject_of(GraphNode::Kind::queue, scenario.queues[to.index].name)
             : metrics::subject_of(GraphNode::Kind::service, scenario.services[to.index].name);
}

metrics::CallTimeline call_of(const Scenario& scenario, const Edge& edge) {
  metrics::CallTimeline made;
  made.name = edge.name;
  made.from = caller_of(scenario, edge);
  made.to = callee_of(scenario, edge.call->to);
  made.is_publish = edge.call->to.kind == scenario::Target::Kind::queue;
  if (!edge.call->policy) return made;
  const policy::PolicyOptions& options = scenario.policies[*edge.call->policy].options;
  if (options.timeout != forever) made.timeout = options.timeout;
  if (options.retry) made.attempts_max = options.retry->max_attempts;
  made.has_breaker = options.breaker.index() != 0;
  made.has_budget = options.budget.index() != 0;
  made.has_limiter = options.limiter.index() != 0;
  made.budget_is_share = policy::level_is_share(options.budget);
  return made;
}

metrics::ServiceTimeline service_of(const scenario::Service& service) {
  metrics::ServiceTimeline made;
  made.name = service.name;
  made.replicas = service.replicas;
  if (service.workers != scenario::unlimited) made.workers = service.workers * service.replicas;
  if (service.queue_capacity != scenario::unlimited)
    made.line_capacity = service.queue_capacity * service.replicas;
  if (service.overload)
    made.overload_capacity = service.overload->capacity * static_cast<double>(service.replicas);
  return made;
}

/// Whether a queue is where dead letters are kept: some queue sends its own there, nobody else
/// publishes to it, and no consumer reads it.
bool keeps_dead_letters(const Scenario& scenario, const std::vector<Edge>& edges,
                        std::uint32_t queue) {
  const auto is_it = [queue](const auto& index) { return index == queue; };
  return std::ranges::any_of(scenario.queues, is_it, &scenario::Queue::dead_letter) &&
         std::ranges::none_of(scenario.consumers, is_it, &scenario::Consumer::from) &&
         std::ranges::none_of(edges, [queue](const Edge& edge) {
           return edge.call->to.kind == scenario::Target::Kind::queue &&
                  edge.call->to.index == queue;
         });
}

/// The nodes by kind and index, and the edges between those that are there.
class GraphBuilder {
 public:
  explicit GraphBuilder(metrics::Timeline& timeline) : timeline_(timeline) {}

  void add_node(GraphNode::Kind kind, std::uint32_t index, const std::string& name) {
    nodes_.emplace(std::pair{kind, index}, timeline_.nodes.size());
    timeline_.nodes.push_back({name, kind});
  }
  void add_edge(std::pair<GraphNode::Kind, std::uint32_t> from,
                std::pair<GraphNode::Kind, std::uint32_t> to, GraphEdge::Kind kind,
                const std::string& call) {
    const auto a = nodes_.find(from);
    const auto b = nodes_.find(to);
    if (a == nodes_.end() || b == nodes_.end()) return;
    timeline_.edges.push_back({a->second, b->second, kind, call});
  }

 private:
  metrics::Timeline& timeline_;
  std::map<std::pair<GraphNode::Kind, std::uint32_t>, std::size_t> nodes_;
};

GraphNode::Kind kind_of(Edge::From from) {
  switch (from) {
    case Edge::From::workload:
      return GraphNode::Kind::workload;
    case Edge::From::service:
      return GraphNode::Kind::service;
    case Edge::From::consumer:
      return GraphNode::Kind::consumer;
  }
  return GraphNode::Kind::service;
}

void draw_graph(const Scenario& scenario, const metrics::Focus& focus,
                const std::vector<Edge>& edges, metrics::Timeline& timeline) {
  using Kind = GraphNode::Kind;
  GraphBuilder graph(timeline);
  for (const std::uint32_t w : focus.workloads)
    graph.add_node(Kind::workload, w, scenario.workloads[w].name);
  for (const std::uint32_t s : focus.services)
    graph.add_node(Kind::service, s, scenario.services[s].name);
  for (const std::uint32_t q : focus.queues)
    graph.add_node(Kind::queue, q, scenario.queues[q].name);
  for (std::uint32_t c = 0; c < scenario.consumers.size(); ++c) {
    if (std::ranges::binary_search(focus.queues, scenario.consumers[c].from))
      graph.add_node(Kind::consumer, c, scenario.consumers[c].name);
  }
  for (const std::uint32_t e : focus.calls) {
    const Edge& edge = edges[e];
    const bool is_publish = edge.call->to.kind == scenario::Target::Kind::queue;
    graph.add_edge({kind_of(edge.from), edge.caller},
                   {is_publish ? Kind::queue : Kind::service, edge.call->to.index},
                   is_publish ? GraphEdge::Kind::publish : GraphEdge::Kind::call, edge.name);
  }
  for (std::uint32_t c = 0; c < scenario.consumers.size(); ++c)
    graph.add_edge({Kind::queue, scenario.consumers[c].from}, {Kind::consumer, c},
                   GraphEdge::Kind::delivery, "");
  for (std::uint32_t q = 0; q < scenario.queues.size(); ++q) {
    if (const auto dead_letter = scenario.queues[q].dead_letter)
      graph.add_edge({Kind::queue, q}, {Kind::queue, *dead_letter}, GraphEdge::Kind::dead_letter,
                     "");
  }
}

}  // namespace

std::string effect_of(const scenario::Fault& fault) {
  std::string text;
  const auto add = [&text](const std::string& part) {
    if (!text.empty()) text += ", ";
    text += part;
  };
  if (fault.down == scenario::Fault::Down::refuse) add("down: refuses");
  if (fault.down == scenario::Fault::Down::blackhole) add("down: answers nothing");
  if (fault.pause) add("pause");
  if (fault.latency_factor != 1.0) add("latency x" + number(fault.latency_factor));
  if (fault.latency_add > Duration{0}) add("latency +" + number(to_ms(fault.latency_add)) + " ms");
  if (fault.failure > 0.0) add("failure +" + percent(fault.failure));
  if (fault.capacity_factor != 1.0) add("capacity x" + number(fault.capacity_factor));
  if (fault.loss > 0.0) add("loss +" + percent(fault.loss));
  if (fault.rate_factor != 1.0) add("rate x" + number(fault.rate_factor));
  for (const auto& [path, value] : fault.set) add(std::string(path).append(" = ").append(value));
  if (fault.replica) text += " (replica " + std::to_string(*fault.replica) + ")";
  return text;
}

metrics::Timeline timeline_of(const Scenario& scenario, const metrics::Focus& focus) {
  const std::vector<Edge> edges = scenario::edges_of(scenario);
  metrics::Timeline timeline;
  timeline.warmup = scenario.warmup;
  for (const std::uint32_t w : focus.workloads) {
    const scenario::Workload& workload = scenario.workloads[w];
    metrics::WorkloadTimeline& made = timeline.workloads.emplace_back();
    made.name = workload.name;
    made.is_event = workload.call.to.kind == scenario::Target::Kind::queue;
    if (workload.objective != forever) made.objective = workload.objective;
  }
  for (const std::uint32_t e : focus.calls) timeline.calls.push_back(call_of(scenario, edges[e]));
  for (const std::uint32_t s : focus.services)
    timeline.services.push_back(service_of(scenario.services[s]));
  for (const std::uint32_t q : focus.queues) {
    const scenario::Queue& queue = scenario.queues[q];
    metrics::QueueTimeline& made = timeline.queues.emplace_back();
    made.name = queue.name;
    if (queue.capacity != scenario::unlimited) made.capacity = queue.capacity;
    made.keeps_dead_letters = keeps_dead_letters(scenario, edges, q);
  }
  for (const scenario::Fault& fault : scenario.faults) {
    timeline.faults.push_back({.name = fault.name,
                               .on = place_of_fault(scenario, edges, fault),
                               .what = effect_of(fault),
                               .from = fault.at,
                               .to = later(fault.at, fault.length)});
  }
  std::ranges::stable_sort(timeline.faults, {}, &metrics::FaultTimeline::from);
  draw_graph(scenario, focus, edges, timeline);
  timeline.left_out = {.workloads = scenario.workloads.size() - focus.workloads.size(),
                       .calls = edges.size() - focus.calls.size(),
                       .services = scenario.services.size() - focus.services.size(),
                       .queues = scenario.queues.size() - focus.queues.size()};
  return timeline;
}

}  // namespace squall::study
