#include "squall/lint/call_graph.hpp"

#include <algorithm>
#include <string_view>

namespace squall::lint {

using scenario::Edge;
using scenario::Index;
using scenario::Scenario;
using scenario::Target;

CallGraph::CallGraph(const Scenario& scenario)
    : scenario_(&scenario),
      edges_(scenario::edges_of(scenario)),
      closes_cycle_(edges_.size(), false),
      queues_from_(static_cast<Vertex>(scenario.services.size())),
      consumers_from_(queues_from_ + static_cast<Vertex>(scenario.queues.size())),
      consumers_(static_cast<Vertex>(scenario.consumers.size())),
      calls_(vertex_count()),
      callers_(vertex_count()),
      consumers_of_(scenario.queues.size()) {
  for (Index i = 0; i < scenario.consumers.size(); ++i) {
    consumers_of_[scenario.consumers[i].from].push_back(i);
  }
  for (EdgeIndex e = 0; e < edges_.size(); ++e) {
    if (const auto from = caller(e)) calls_[*from].push_back(e);
    callers_[target(e)].push_back(e);
  }
  name_edges();
  sort();
}

const scenario::Policy* CallGraph::policy(EdgeIndex edge) const noexcept {
  const auto& index = edges_[edge].call->policy;
  return index ? &scenario_->policies[*index] : nullptr;
}

std::string CallGraph::policy_key(EdgeIndex edge) const { return "policies." + policy(edge)->name; }

Vertex CallGraph::target(EdgeIndex edge) const noexcept {
  const Target& to = edges_[edge].call->to;
  return to.kind == Target::Kind::service ? service_vertex(to.index) : queue_vertex(to.index);
}

std::optional<Index> CallGraph::as_service(Vertex vertex) const noexcept {
  if (vertex < queues_from_) return vertex;
  return std::nullopt;
}

std::optional<Index> CallGraph::as_queue(Vertex vertex) const noexcept {
  if (vertex >= queues_from_ && vertex < consumers_from_) return vertex - queues_from_;
  return std::nullopt;
}

std::optional<Index> CallGraph::as_consumer(Vertex vertex) const noexcept {
  if (vertex >= consumers_from_) return vertex - consumers_from_;
  return std::nullopt;
}

std::optional<Vertex> CallGraph::caller(EdgeIndex edge) const noexcept {
  const Edge& e = edges_[edge];
  switch (e.from) {
    case Edge::From::workload:
      return std::nullopt;
    case Edge::From::service:
      return service_vertex(e.caller);
    case Edge::From::consumer:
      return consumer_vertex(e.caller);
  }
  return std::nullopt;
}

std::span<const EdgeIndex> CallGraph::calls(Vertex vertex) const noexcept { return calls_[vertex]; }

std::span<const Index> CallGraph::consumers(Index queue) const noexcept {
  return consumers_of_[queue];
}

std::span<const EdgeIndex> CallGraph::callers(Vertex vertex) const noexcept {
  return callers_[vertex];
}

std::uint32_t CallGraph::caller_replicas(EdgeIndex edge) const noexcept {
  const Edge& e = edges_[edge];
  return e.from == Edge::From::service ? scenario_->services[e.caller].replicas : 1;
}

/// In the order of edges_of(): workloads, services, consumers, each with its steps.
void CallGraph::name_edges() {
  keys_.reserve(edges_.size());
  for (const scenario::Workload& workload : scenario_->workloads) {
    keys_.push_back("workloads." + workload.name);
  }
  const auto add_steps = [this](std::string_view section, const auto& entity) {
    for (std::size_t s = 0; s < entity.steps.size(); ++s) {
      const std::string step = std::string(section) + entity.name + ".calls." + std::to_string(s);
      const scenario::Step& made = entity.steps[s];
      for (std::size_t c = 0; c < made.calls.size(); ++c) {
        keys_.push_back(made.in_parallel ? step + ".parallel." + std::to_string(c) : step);
      }
    }
  };
  for (const scenario::Service& service : scenario_->services) add_steps("services.", service);
  for (const scenario::Consumer& consumer : scenario_->consumers) add_steps("consumers.", consumer);
}

/// Depth first without recursion, since a chain may be 10,000 long; what a vertex leads to is done
/// before it, so the order is that of ending, turned round.
void CallGraph::sort() {
  enum class State : std::uint8_t { fresh, open, done };
  struct Visit {
    Vertex vertex;
    std::size_t next;
  };
  std::vector<State> state(vertex_count(), State::fresh);
  std::vector<Visit> path;
  for (Vertex root = 0; root < vertex_count(); ++root) {
    if (state[root] != State::fresh) continue;
    state[root] = State::open;
    path.push_back({root, 0});
    while (!path.empty()) {
      const Vertex vertex = path.back().vertex;
      const std::size_t next = path.back().next++;
      const auto descend = [&](Vertex to) {
        if (state[to] != State::fresh) return state[to] == State::done;
        state[to] = State::open;
        path.push_back({to, 0});
        return true;
      };
      if (const auto queue = as_queue(vertex)) {
        const std::vector<Index>& readers = consumers_of_[*queue];
        if (next < readers.size()) {
          (void)descend(consumer_vertex(readers[next]));
          continue;
        }
        const auto& dead_letter = scenario_->queues[*queue].dead_letter;
        if (next == readers.size() && dead_letter) {
          (void)descend(queue_vertex(*dead_letter));
          continue;
        }
      } else if (next < calls_[vertex].size()) {
        const EdgeIndex edge = calls_[vertex][next];
        if (!descend(target(edge))) closes_cycle_[edge] = true;
        continue;
      }
      state[vertex] = State::done;
      order_.push_back(vertex);
      path.pop_back();
    }
  }
  std::reverse(order_.begin(), order_.end());
}

}  // namespace squall::lint
