#include "squall/lint/flows.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <variant>

#include "squall/base/infinite.hpp"
#include "squall/lint/policy_shape.hpp"

namespace squall::lint {
namespace {

using scenario::Index;
using scenario::Scenario;
using scenario::Service;
using scenario::Target;

double rate_of(Rate rate) noexcept { return static_cast<double>(rate.per_second_micro) / 1e6; }
double seconds(Duration duration) noexcept { return to_s(duration); }

/// 0 x infinity is 0 here: a thousand times nothing.
double times(double a, double b) noexcept { return a > 0.0 && b > 0.0 ? a * b : 0.0; }

/// @return mean rate, peak rate, of a profile within the run.
std::pair<double, double> rates_of(const scenario::ProfileArrivals& profile, Duration run) {
  double arrivals = 0.0;
  double peak = 0.0;
  Duration at{0};
  for (const auto& step : profile.steps) {
    if (at >= run) break;
    const Duration within = std::min(step.length, run - at);
    const double share = seconds(within) / seconds(step.length);
    const double from = rate_of(step.from);
    const double to = from + (rate_of(step.to) - from) * share;
    arrivals += (from + to) / 2.0 * seconds(within);
    peak = std::max({peak, from, to});
    at += within;
  }
  if (run != forever && at < run && !profile.steps.empty()) {
    arrivals += rate_of(profile.steps.back().to) * seconds(run - at);
    at = run;
  }
  return {at > Duration{0} ? arrivals / seconds(at) : 0.0, peak};
}

/// Arrivals of a workload. `time` is the mean time of its request, for users that wait for it.
class ArrivalFlow {
 public:
  ArrivalFlow(Duration run, double time) : run_(run), time_(time) {}

  Flow operator()(const scenario::ConstantArrivals& a) const { return open(rate_of(a.rate)); }
  Flow operator()(const scenario::PoissonArrivals& a) const { return open(rate_of(a.rate)); }
  Flow operator()(const scenario::BurstArrivals& a) const {
    Flow flow = open(a.size / seconds(a.every));
    flow.burst = a.size;
    return flow;
  }
  Flow operator()(const scenario::ProfileArrivals& a) const {
    const auto [mean, peak] = rates_of(a, run_);
    Flow flow = open(mean);
    flow.peak = flow.worst = peak;
    return flow;
  }
  Flow operator()(const scenario::ClosedArrivals& a) const {
    Flow flow;
    const double cycle = (mean_ns(a.think) + time_) / 1e9;
    if (!(cycle > 0.0)) {
      flow.bounded = false;  // as fast as the callee answers, and nothing says how fast that is
      return flow;
    }
    flow.mean = a.users / cycle;
    flow.burst = a.users;
    // Those that are refused at once come again when they have thought.
    const double think = mean_ns(a.think) / 1e9;
    flow.bounded = think > 0.0;
    if (flow.bounded) flow.worst = a.users / think;
    return flow;
  }
  Flow operator()(const scenario::TraceArrivals& a) const {
    Flow flow;
    const auto& times = *a.times;
    const Duration length =
        run_ != forever ? run_ : (times.empty() ? Duration{0} : times.back().time_since_epoch());
    const auto count = static_cast<double>(
        std::lower_bound(times.begin(), times.end(), later(Instant{}, length)) - times.begin());
    if (length > Duration{0}) flow = open(count / seconds(length));
    flow.count = count;
    flow.bounded = false;  // where they crowd is not looked at
    return flow;
  }

 private:
  static Flow open(double rate) {
    Flow flow;
    flow.mean = flow.open = flow.peak = flow.worst = rate;
    return flow;
  }

  Duration run_;
  double time_;
};

class Propagation {
 public:
  Propagation(const CallGraph& graph, const Estimates& estimates)
      : graph_(graph), estimates_(estimates) {
    made_.edges.resize(graph.edges().size());
    made_.most.resize(graph.edges().size(), infinite);
    made_.vertices.resize(graph.vertex_count());
  }

  Flows run() && {
    for (EdgeIndex e = 0; e < graph_.edges().size(); ++e) {
      if (!graph_.caller(e)) send(e, arrivals(e));
      // What a cycle brings back is not counted.
      if (graph_.closes_cycle(e)) made_.vertices[graph_.target(e)].bounded = false;
    }
    for (const Vertex vertex : graph_.order()) {
      if (const auto queue = graph_.as_queue(vertex)) {
        deliver(*queue);
      } else {
        call(vertex);
      }
    }
    return std::move(made_);
  }

 private:
  [[nodiscard]] Flow arrivals(EdgeIndex e) const {
    const scenario::Workload& workload = graph_.scenario().workloads[graph_.edges()[e].caller];
    const Duration run = graph_.scenario().duration;
    Flow flow = std::visit(ArrivalFlow(run, estimates_.edges[e].attempt_time), workload.arrivals);
    const bool is_trace = std::holds_alternative<scenario::TraceArrivals>(workload.arrivals);
    if (!is_trace) {
      flow.count = run == forever ? infinite : flow.mean * seconds(run);
    }
    flow.lasting = flow.open;
    const auto requests = static_cast<double>(workload.requests);
    if (workload.requests != scenario::unlimited && requests < flow.count) {
      flow.count = requests;
      flow.lasting = 0.0;
    }
    if (run == forever) flow.lasting = 0.0;
    if (!(flow.count < infinite)) flow.count = 0.0;  // built scenarios always have one bound
    flow.worst_count = flow.count;
    return flow;
  }

  /// Attempts a second, of a bulkhead or limiter by Little's law; infinite without a bound.
  [[nodiscard]] double most_let_through(EdgeIndex e) const {
    const scenario::Policy* policy = graph_.policy(e);
    if (policy == nullptr) return infinite;
    const policy::PolicyOptions& options = policy->options;
    double states = options.instances;
    if (options.state_per == policy::StatePer::edge) states *= graph_.caller_replicas(e);
    const double time = estimates_.edges[e].attempt_time / 1e9;
    const double by_places = time > 0.0 ? most_at_once(options) * states / time : infinite;
    double by_rate = most_a_second(options) * states;
    // A rate limit around the retries counts calls.
    if (is_outside(options, policy::Layer::rate_limit, policy::Layer::retry))
      by_rate *= attempts_at_most(options);
    return std::min(by_places, by_rate);
  }

  /// A flow of calls, first attempts, onto an edge and what it leads to.
  void send(EdgeIndex e, const Flow& flow) {
    made_.edges[e] = flow;
    if (graph_.closes_cycle(e)) return;
    Flow arriving = flow;
    made_.most[e] = most_let_through(e);
    for (double* rate : {&arriving.mean, &arriving.open, &arriving.lasting, &arriving.peak}) {
      *rate = std::min(*rate, made_.most[e]);
    }
    const scenario::Policy* policy = graph_.policy(e);
    const scenario::Call& call = *graph_.edges()[e].call;
    const bool again =
        call.to.kind == Target::Kind::service || call.await == scenario::Await::effect;
    if (policy != nullptr && again) {
      const double attempts = attempts_at_most(policy->options);
      arriving.worst *= attempts;
      arriving.worst_count *= attempts;
    }
    made_.vertices[graph_.target(e)].add(arriving);
  }

  /// What reaches a service or consumer goes on to what it calls.
  void call(Vertex vertex) {
    const Flow& in = made_.vertices[vertex];
    const Estimates::Work& work = estimates_.work[vertex];
    double places = infinite;
    if (const auto service = graph_.as_service(vertex)) {
      const Service& s = graph_.scenario().services[*service];
      if (s.workers != scenario::unlimited) {
        places = static_cast<double>(s.workers) * s.replicas;
      }
    } else if (const auto consumer = graph_.as_consumer(vertex)) {
      places = graph_.scenario().consumers[*consumer].concurrency;
    }
    const double most = work.held > 0.0 ? places / (work.held / 1e9) : infinite;
    const auto passed = [most](double rate) { return rate > most ? most : rate; };
    for (const EdgeIndex e : graph_.calls(vertex)) {
      const double reached = estimates_.edges[e].reached;
      Flow out = in;
      out.mean = passed(in.mean) * reached;
      out.open = passed(in.open) * reached;
      out.lasting = passed(in.lasting) * reached;
      out.peak = passed(in.peak) * reached;
      out.count = in.count * reached;
      send(e, out);
    }
  }

  /// The messages of a queue are shared out by the concurrency of its consumers.
  void deliver(Index queue) {
    const Scenario& scenario = graph_.scenario();
    const auto readers = graph_.consumers(queue);
    double concurrency = 0.0;
    for (const Index reader : readers) concurrency += scenario.consumers[reader].concurrency;
    for (const Index reader : readers) {
      const scenario::Consumer& consumer = scenario.consumers[reader];
      const double share = consumer.concurrency / concurrency;
      Flow flow = made_.vertices[graph_.queue_vertex(queue)];
      flow.mean *= share;
      flow.open *= share;
      flow.lasting *= share;
      flow.peak *= share;
      flow.count *= share;
      // Which of several consumers takes a message is not known: the worst is that one takes all.
      if (consumer.on_failure == scenario::OnHandlerFailure::redeliver ||
          scenario.queues[queue].visibility_timeout != forever) {
        const std::uint32_t deliveries = scenario.queues[queue].max_deliveries;
        const double most = deliveries == 0 ? infinite : deliveries;
        flow.worst = times(flow.worst, most);
        flow.worst_count = times(flow.worst_count, most);
      }
      made_.vertices[graph_.consumer_vertex(reader)].add(flow);
    }
  }

  const CallGraph& graph_;
  const Estimates& estimates_;
  Flows made_;
};

}  // namespace

void Flow::add(const Flow& other) noexcept {
  mean += other.mean;
  open += other.open;
  lasting += other.lasting;
  peak += other.peak;
  count += other.count;
  worst += other.worst;
  worst_count += other.worst_count;
  burst += other.burst;
  bounded = bounded && other.bounded;
}

Flows flows_of(const CallGraph& graph, const Estimates& estimates) {
  return Propagation(graph, estimates).run();
}

Capacity capacity_of(const Service& service) noexcept {
  double workers = infinite;
  if (service.workers != scenario::unlimited) workers = static_cast<double>(service.workers);
  const bool is_overload = service.overload && service.overload->capacity < workers;
  return {.places = (is_overload ? service.overload->capacity : workers) * service.replicas,
          .is_overload = is_overload};
}

std::vector<PolicyState> policy_states(const CallGraph& graph, const Flows& flows) {
  std::vector<PolicyState> made;
  std::map<std::tuple<Index, Vertex>, std::size_t> shared;
  for (EdgeIndex e = 0; e < graph.edges().size(); ++e) {
    const scenario::Policy* policy = graph.policy(e);
    if (policy == nullptr) continue;
    const bool per_callee = policy->options.state_per == policy::StatePer::callee;
    if (per_callee) {
      const auto [found, is_new] =
          shared.try_emplace({*graph.edges()[e].call->policy, graph.target(e)}, made.size());
      if (!is_new) {
        made[found->second].edges.push_back(e);
        made[found->second].flow.add(flows.edges[e]);
        continue;
      }
    }
    PolicyState state;
    state.edges.push_back(e);
    state.states = policy->options.instances;
    if (!per_callee) state.states *= graph.caller_replicas(e);
    state.flow = flows.edges[e];
    made.push_back(std::move(state));
  }
  return made;
}

}  // namespace squall::lint
