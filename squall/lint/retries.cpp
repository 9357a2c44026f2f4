#include <algorithm>
#include <map>
#include <optional>
#include <ranges>

#include "squall/base/infinite.hpp"
#include "squall/base/quantity.hpp"
#include "squall/lint/figures.hpp"
#include "squall/lint/policy_shape.hpp"
#include "squall/lint/system.hpp"

namespace squall::lint {
namespace {

using scenario::Index;
using scenario::Policy;

/// How many attempts at a vertex one request of a workload may become, and by which way.
struct Worst {
  double attempts = 0.0;          ///< 0: no workload leads here
  std::uint32_t layers = 0;       ///< that make more than one of one
  std::uint32_t unguarded = 0;    ///< of these, without budget and breaker
  double last_factor = 1.0;       ///< of the edge that leads here
  std::optional<EdgeIndex> by{};  ///< that edge; of a consumer none
  std::optional<Vertex> from{};   ///< where it comes from; none: a workload
  bool goes_on = false;           ///< some way on from here multiplies further
};

class WorstAttempts {
 public:
  explicit WorstAttempts(const System& system) : system_(system), graph_(system.graph) {
    worst_.resize(graph_.vertex_count());
    for (EdgeIndex e = 0; e < graph_.edges().size(); ++e) {
      if (!graph_.caller(e)) follow(e, {.attempts = 1.0}, std::nullopt);
    }
    for (const Vertex vertex : graph_.order()) {
      if (!(worst_[vertex].attempts > 0.0)) continue;
      for (const EdgeIndex e : graph_.calls(vertex)) follow(e, worst_[vertex], vertex);
      if (const auto queue = graph_.as_queue(vertex)) deliver(*queue);
    }
    for (const Vertex vertex : std::views::reverse(graph_.order())) {
      const Worst& here = worst_[vertex];
      if (here.from && (here.goes_on || here.last_factor > 1.0)) worst_[*here.from].goes_on = true;
    }
  }

  void report(Findings& findings) const {
    for (const Vertex vertex : graph_.order()) {
      const Worst& worst = worst_[vertex];
      const auto service = graph_.as_service(vertex);
      if (!service || worst.layers < 2 || !(worst.last_factor > 1.0) || worst.goes_on) continue;
      const std::string& name = system_.scenario.services[*service].name;
      const bool mild = worst.unguarded < 2;
      const bool endless = !(worst.attempts < 1e300);
      findings.add(
          Code::attempts_multiply, mild ? Severity::info : Severity::warning, graph_.key(*worst.by),
          endless ? "one request may become any number of attempts at " + name
                  : "one request may become " + figure(worst.attempts) + " attempts at " + name,
          factors(vertex) + (endless ? "" : " = " + figure(worst.attempts)) +
              (mild ? "; budgets or breakers bound the average of many requests" : ""),
          "retry in one layer only, the one nearest to " + name +
              ", or give the policy of every layer a budget");
    }
  }

 private:
  void follow(EdgeIndex e, const Worst& before, std::optional<Vertex> from) {
    if (graph_.closes_cycle(e)) return;
    const scenario::Call& call = *graph_.edges()[e].call;
    const Policy* policy = graph_.policy(e);
    double factor = 1.0;
    // A publish that is tried again after a refusal put nothing into the queue before.
    const bool counts =
        call.to.kind == scenario::Target::Kind::service || call.await == scenario::Await::effect;
    if (policy != nullptr && counts) factor = attempts_at_most(policy->options);
    const bool guarded = policy != nullptr && bounds_retries(policy->options);
    take(graph_.target(e), before, factor, guarded, e, from);
  }

  void deliver(Index queue) {
    const scenario::Scenario& s = system_.scenario;
    const Vertex from = graph_.queue_vertex(queue);
    const Worst before = worst_[from];
    for (const Index reader : graph_.consumers(queue)) {
      double factor = 1.0;
      if (s.consumers[reader].on_failure == scenario::OnHandlerFailure::redeliver) {
        const std::uint32_t most = s.queues[queue].max_deliveries;
        factor = most == 0 ? infinite : most;
      }
      take(graph_.consumer_vertex(reader), before, factor, false, std::nullopt, from);
    }
  }

  void take(Vertex to, const Worst& before, double factor, bool guarded,
            std::optional<EdgeIndex> by, std::optional<Vertex> from) {
    const double attempts = before.attempts * factor;
    Worst& here = worst_[to];
    if (attempts <= here.attempts) return;
    const bool multiplies = factor > 1.0;
    here = {.attempts = attempts,
            .layers = before.layers + (multiplies ? 1 : 0),
            .unguarded = before.unguarded + (multiplies && !guarded ? 1 : 0),
            .last_factor = factor,
            .by = by,
            .from = from};
  }

  /// "4 (browser->frontend) x 4 (frontend->backend)", from the workload on.
  [[nodiscard]] std::string factors(Vertex vertex) const {
    constexpr std::size_t shown_max = 8;
    std::vector<std::string> parts;
    for (std::optional<Vertex> at = vertex; at; at = worst_[*at].from) {
      const Worst& worst = worst_[*at];
      if (!(worst.last_factor > 1.0)) continue;
      if (worst.by) {
        parts.push_back(figure(worst.last_factor) + " (" + system_.name(*worst.by) + ")");
      } else {
        const auto& consumer = system_.scenario.consumers[*graph_.as_consumer(*at)];
        const bool endless = !(worst.last_factor < 1e300);
        parts.push_back((endless ? std::string("unlimited") : figure(worst.last_factor)) +
                        " (deliveries to " + consumer.name + ")");
      }
    }
    std::reverse(parts.begin(), parts.end());
    std::string text;
    for (std::size_t i = 0; i < std::min(parts.size(), shown_max); ++i) {
      text += (i == 0 ? "" : " x ") + parts[i];
    }
    if (parts.size() > shown_max) {
      text += " x (" + std::to_string(parts.size() - shown_max) + " more)";
    }
    return text;
  }

  const System& system_;
  const CallGraph& graph_;
  std::vector<Worst> worst_;
};

/// The edges that each policy stands around, and that some request takes.
std::map<Index, std::vector<EdgeIndex>> users_of_policies(const System& system) {
  std::map<Index, std::vector<EdgeIndex>> users;
  for (EdgeIndex e = 0; e < system.graph.edges().size(); ++e) {
    const auto& policy = system.graph.edges()[e].call->policy;
    if (policy && system.flows.edges[e].is_any()) users[*policy].push_back(e);
  }
  return users;
}

std::string names_of(const System& system, const std::vector<EdgeIndex>& edges) {
  std::vector<std::string> names;
  names.reserve(edges.size());
  for (const EdgeIndex e : edges) names.push_back(system.name(e));
  return listed(names);
}

void check_jitter(const Policy& policy, const std::string& edges, Findings& findings) {
  const policy::RetryOptions& retry = *policy.options.retry;
  if (retry.backoff.jitter != policy::Jitter::none) return;
  constexpr std::uint32_t shown_max = 4;
  const std::uint32_t retries = retry.max_attempts - 1;
  const bool at_once = !(longest_backoff(retry.backoff, retries) > 0.0);
  std::string waits;
  for (std::uint32_t n = 1; n <= std::min(retries, shown_max) && !at_once; ++n) {
    waits += (n == 1 ? "" : ", ") + time_text(longest_backoff(retry.backoff, n));
  }
  if (retries > shown_max && !at_once) waits += ", ...";
  const std::string key = "policies." + policy.name + ".retry";
  findings.add(Code::retry_without_jitter, at_once ? key : key + ".backoff",
               at_once ? "calls that fail together (" + edges + ") are sent again together, at once"
                       : "calls that fail together (" + edges + ") are sent again together",
               at_once ? "every wait is 0s, for each of " + std::to_string(retries) +
                             (retries == 1 ? " retry" : " retries")
                       : "the waits are always " + waits,
               at_once ? "give it a backoff with jitter, such as {exponential: {base: 20ms, max: "
                         "400ms}, jitter: full}"
                       : "add jitter: full to the backoff");
}

void check_guard(const System& system, const Policy& policy, const std::vector<EdgeIndex>& edges,
                 Findings& findings) {
  if (bounds_retries(policy.options)) return;
  const std::uint32_t attempts = policy.options.retry->max_attempts;
  const EdgeIndex busiest =
      *std::max_element(edges.begin(), edges.end(), [&system](EdgeIndex a, EdgeIndex b) {
        return system.flows.edges[a].mean < system.flows.edges[b].mean;
      });
  const double rate = system.flows.edges[busiest].mean;
  std::string arithmetic = "each call becomes up to " + figure(attempts) + " attempts";
  if (rate > 0.0) {
    arithmetic = "if every attempt fails, " + per_second(rate) +
                 (edges.size() > 1 ? " of " + system.name(busiest) : "") + " become up to " +
                 figure(attempts) + " x " + per_second(rate) + " = " + per_second(attempts * rate);
  }
  findings.add(Code::retry_without_guard, "policies." + policy.name + ".retry",
               "nothing bounds the retries of many calls together (" + names_of(system, edges) +
                   "): no budget, no breaker",
               std::move(arithmetic),
               "give the policy a budget, such as {grpc: {max_tokens: 10, token_ratio: 0.1}}, or a "
               "breaker");
}

}  // namespace

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t shown_max = 3;
  std::string text;
  const std::size_t shown = std::min(names.size(), shown_max);
  for (std::size_t i = 0; i < shown; ++i) {
    const bool is_last = i + 1 == names.size();
    text += (i == 0 ? "" : is_last ? " and " : ", ") + names[i];
  }
  if (names.size() > shown) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

std::string edge_names(const System& system, const PolicyState& state) {
  return names_of(system, state.edges);
}

void lint_retries(const System& system, Findings& findings) {
  WorstAttempts(system).report(findings);
  for (const auto& [index, edges] : users_of_policies(system)) {
    const Policy& policy = system.scenario.policies[index];
    if (!retries(policy.options)) continue;
    check_jitter(policy, names_of(system, edges), findings);
    check_guard(system, policy, edges, findings);
  }
}

}  // namespace squall::lint
