#include <algorithm>
#include <optional>
#include <ranges>

#include "squall/lint/figures.hpp"
#include "squall/lint/nanoseconds.hpp"
#include "squall/lint/policy_shape.hpp"
#include "squall/lint/system.hpp"

namespace squall::lint {
namespace {

/// How long each service may take for its calls, by their timeouts and retries, and each call.
class LongestTimes {
 public:
  explicit LongestTimes(const System& system)
      : graph_(system.graph), of_vertex_(graph_.vertex_count()) {
    for (const Vertex vertex : std::views::reverse(graph_.order())) {
      if (const auto service = graph_.as_service(vertex)) {
        of_vertex_[vertex] = sum(vertex, system.scenario.services[*service]);
      }
    }
  }

  /// Of its calls; nothing where no timeout below says anything.
  [[nodiscard]] std::optional<double> of(Vertex vertex) const { return of_vertex_[vertex]; }

  [[nodiscard]] std::optional<CallBound> of_call(EdgeIndex e) const {
    if (graph_.closes_cycle(e)) return std::nullopt;
    const std::optional<double> callee = of_vertex_[graph_.target(e)];
    if (const scenario::Policy* policy = graph_.policy(e)) {
      return longest_call(policy->options, callee);
    }
    if (!callee) return std::nullopt;
    return CallBound{.ns = *callee, .arithmetic = time_text(*callee)};
  }

  /// The calls that make up the time of a vertex: one of each step.
  template <typename Take>
  void each_longest(Vertex vertex, const scenario::Service& service, Take take) const {
    std::size_t next = 0;
    for (const scenario::Step& step : service.steps) {
      std::optional<CallBound> longest;
      EdgeIndex of = 0;
      for (std::size_t c = 0; c < step.calls.size(); ++c) {
        const EdgeIndex e = graph_.calls(vertex)[next++];
        std::optional<CallBound> bound = of_call(e);
        if (!bound || (longest && bound->ns <= longest->ns)) continue;
        longest = std::move(bound);
        of = e;
      }
      if (longest) take(of, *longest);
    }
  }

 private:
  [[nodiscard]] std::optional<double> sum(Vertex vertex, const scenario::Service& service) const {
    std::optional<double> total;
    each_longest(vertex, service, [&total](EdgeIndex /*of*/, const CallBound& bound) {
      total = total.value_or(0.0) + bound.ns;
    });
    return total;
  }

  const CallGraph& graph_;
  std::vector<std::optional<double>> of_vertex_;
};

void check_timeout(const System& system, const LongestTimes& longest, EdgeIndex e,
                   Findings& findings) {
  const scenario::Policy* policy = system.graph.policy(e);
  if (policy == nullptr || system.graph.closes_cycle(e)) return;
  if (!system.flows.edges[e].is_any()) return;
  const auto callee = system.graph.as_service(system.graph.target(e));
  if (!callee) return;
  const scenario::Service& service = system.scenario.services[*callee];
  // Such a callee stops when its caller has gone, so it does not work on.
  if (service.when_caller_gone == scenario::WhenCallerGone::cancel) return;
  const Duration limit = attempt_limit(policy->options);
  // What it calls is bounded by the same deadline.
  const bool is_deadline = policy->options.deadline <= policy->options.timeout;
  if (is_deadline && policy->options.propagate_deadline) return;
  const std::optional<double> works = longest.of(system.graph.target(e));
  // An answer exactly at the timeout is in time.
  if (limit == forever || !works || *works <= ns_of(limit)) return;

  std::string arithmetic;
  std::size_t parts = 0;
  longest.each_longest(system.graph.target(e), service, [&](EdgeIndex of, const CallBound& bound) {
    arithmetic += (parts++ == 0 ? "" : ", then ") + system.name(of) + " " + bound.arithmetic;
  });
  if (parts > 1) arithmetic += "; together " + time_text(*works);
  const std::string patience = time_text(ns_of(limit));
  arithmetic += " > " + patience;
  const bool by_timeout = policy->options.timeout <= policy->options.deadline;
  const char* word = by_timeout ? "timeout" : "deadline";
  findings.add(Code::timeout_inversion, "policies." + policy->name + "." + word,
               system.name(e) + " gives up after " + patience + " (" + word + "), while " +
                   service.name + " may still be trying",
               std::move(arithmetic),
               "make the " + std::string(word) + " at least " + time_text(*works) +
                   ", or bound what " + service.name +
                   " does within it: fewer attempts, or a "
                   "deadline in its policies");
}

}  // namespace

void lint_timeouts(const System& system, Findings& findings) {
  const LongestTimes longest(system);
  for (EdgeIndex e = 0; e < system.graph.edges().size(); ++e)
    check_timeout(system, longest, e, findings);
}

}  // namespace squall::lint
