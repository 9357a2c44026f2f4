#include "squall/lint/estimates.hpp"

#include <algorithm>
#include <ranges>

#include "squall/base/infinite.hpp"
#include "squall/base/random.hpp"
#include "squall/lint/nanoseconds.hpp"
#include "squall/lint/policy_shape.hpp"

namespace squall::lint {
namespace {

using scenario::Index;
using scenario::Service;
using scenario::Target;

/// The mean of what is cut short at `limit`. Where that may matter and what is drawn differs, it is
/// the mean of draws from a fixed seed.
double mean_within(const DistributionSpec& spec, Duration limit) {
  const double mean = mean_ns(spec);
  // A limit far above the mean of an ordinary law cuts off next to nothing.
  constexpr double far_above = 8.0;
  if (limit == forever || mean * far_above < ns_of(limit)) return mean;
  const Sampler sampler(spec);
  if (sampler.is_constant()) return ns_of(std::min(sampler.constant(), limit));
  constexpr std::uint32_t draws = 4'096;
  Rng rng(0);
  double sum = 0.0;
  for (std::uint32_t i = 0; i < draws; ++i) sum += ns_of(std::min(sampler(rng), limit));
  return sum / draws;
}

class Estimation {
 public:
  explicit Estimation(const CallGraph& graph) : graph_(graph) {
    made_.work.resize(graph.vertex_count());
    made_.edges.resize(graph.edges().size());
  }

  Estimates run() && {
    for (const Vertex vertex : std::views::reverse(graph_.order())) {
      if (const auto service = graph_.as_service(vertex)) {
        add_service(vertex, graph_.scenario().services[*service]);
      } else if (const auto consumer = graph_.as_consumer(vertex)) {
        const scenario::Consumer& handler = graph_.scenario().consumers[*consumer];
        add_steps(vertex, handler.steps, mean_ns(handler.latency), 0.0);
      }
    }
    for (EdgeIndex e = 0; e < graph_.edges().size(); ++e) {
      if (!graph_.caller(e)) add_edge(e);
    }
    return std::move(made_);
  }

 private:
  void add_service(Vertex vertex, const Service& service) {
    const Duration patience = service.when_caller_gone == scenario::WhenCallerGone::cancel
                                  ? longest_patience(vertex)
                                  : forever;
    const double drawn = mean_within(service.latency, patience);
    double own_time = 0.0;
    double rest = 1.0;
    for (const scenario::FailureMode& mode : service.failure) {
      own_time += mode.p * (mode.after ? ns_of(std::min(*mode.after, patience)) : drawn);
      rest -= mode.p;
    }
    rest = std::max(rest, 0.0);
    if (rest > 0.0) own_time += rest * drawn;
    add_steps(vertex, service.steps, own_time, 1.0 - rest);
    if (service.during_calls == scenario::DuringCalls::release) made_.work[vertex].held = own_time;
  }

  /// How long the most patient of its callers waits for an attempt.
  [[nodiscard]] Duration longest_patience(Vertex vertex) const {
    Duration longest{0};
    for (const EdgeIndex e : graph_.callers(vertex)) {
      const scenario::Policy* policy = graph_.policy(e);
      longest = std::max(longest, policy == nullptr ? forever : attempt_limit(policy->options));
    }
    return longest > Duration{0} ? longest : forever;
  }

  void add_steps(Vertex vertex, const std::vector<scenario::Step>& steps, double own_time,
                 double own_failure) {
    Estimates::Work& work = made_.work[vertex];
    work.time = own_time;
    work.own_failure = own_failure;
    double reached = 1.0 - own_failure;
    std::size_t next = 0;
    for (const scenario::Step& step : steps) {
      double longest = 0.0;
      double goes_on = 1.0;
      for (const scenario::Call& call : step.calls) {
        const EdgeIndex e = graph_.calls(vertex)[next++];
        add_edge(e);
        Estimates::EdgeFigures& edge = made_.edges[e];
        edge.reached = reached;
        if (graph_.closes_cycle(e)) continue;
        longest = std::max(longest, edge.attempt_time);
        if (call.on_failure == scenario::OnFailure::fail) goes_on *= 1.0 - edge.call_failure;
        work.calls_below += 1.0 + made_.work[graph_.target(e)].calls_below;
      }
      if (reached > 0.0) work.time += reached * longest;
      reached *= goes_on;
    }
    work.held = work.time;
    work.failure = 1.0 - reached;
  }

  void add_edge(EdgeIndex e) {
    const scenario::Call& call = *graph_.edges()[e].call;
    const scenario::Policy* policy = graph_.policy(e);
    Estimates::EdgeFigures& edge = made_.edges[e];
    const bool is_rpc = call.to.kind == Target::Kind::service;
    const Estimates::Work callee =
        is_rpc && !graph_.closes_cycle(e) ? made_.work[graph_.target(e)] : Estimates::Work{};
    edge.attempt_time = 2.0 * mean_ns(call.network.latency) + callee.time;

    const double arrives = (1.0 - call.network.loss) * (1.0 - call.network.loss);
    const policy::RetryOn* on = nullptr;
    Duration limit = forever;
    if (policy != nullptr) {
      limit = attempt_limit(policy->options);
      if (limit != forever) edge.attempt_time = std::min(edge.attempt_time, ns_of(limit));
      if (retries(policy->options)) on = &policy->options.retry->on;
    }
    if (is_rpc && !graph_.closes_cycle(e)) {
      const Service& service = graph_.scenario().services[call.to.index];
      for (const scenario::FailureMode& mode : service.failure) {
        const policy::Outcome outcome{.kind = policy::OutcomeKind::error, .code = mode.code};
        add_failure(edge, arrives * mode.p,
                    on != nullptr && on->matches(outcome) && !mode.pushback.forbids());
      }
      const policy::Outcome below{.kind = policy::OutcomeKind::error,
                                  .code = scenario::code_unavailable};
      add_failure(edge, arrives * std::max(0.0, callee.failure - callee.own_failure),
                  on != nullptr && on->matches(below));
    }
    // What is lost ends by the timeout; with neither timeout nor deadline it never ends.
    if (limit != forever) {
      const bool by_timeout = policy->options.timeout < policy->options.deadline;
      add_failure(edge, 1.0 - arrives, on != nullptr && on->timeout && by_timeout);
    }
    const std::uint32_t attempts = on == nullptr ? 1 : policy->options.retry->max_attempts;
    const Trying trying = try_again(edge.retryable, edge.fatal, attempts);
    edge.call_failure = trying.failure;
    edge.attempts = trying.attempts;
  }

  static void add_failure(Estimates::EdgeFigures& edge, double share, bool is_retryable) {
    (is_retryable ? edge.retryable : edge.fatal) += share;
  }

  const CallGraph& graph_;
  Estimates made_;
};

}  // namespace

double mean_ns(const DistributionSpec& spec) {
  const Duration mean = mean_of(spec);
  return mean == forever ? infinite : ns_of(mean);
}

Trying try_again(double retryable, double fatal, std::uint32_t most) noexcept {
  Trying trying{.attempts = 0.0, .failure = 0.0};
  double again = 1.0;  // the share of calls that make this attempt
  constexpr double negligible = 1e-12;
  for (std::uint32_t n = 0; n < most && again > negligible; ++n) {
    trying.attempts += again;
    trying.failure += again * fatal;
    again *= retryable;
    if (retryable >= 1.0) {
      trying.attempts = most;
      break;
    }
  }
  trying.failure = std::min(1.0, trying.failure + again);
  trying.attempts = std::max(1.0, trying.attempts);
  return trying;
}

Estimates estimate(const CallGraph& graph) { return Estimation(graph).run(); }

}  // namespace squall::lint
