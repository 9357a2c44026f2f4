#include <algorithm>
#include <optional>

#include "squall/base/infinite.hpp"
#include "squall/lint/figures.hpp"
#include "squall/lint/nanoseconds.hpp"
#include "squall/lint/policy_shape.hpp"
#include "squall/lint/reach.hpp"
#include "squall/lint/system.hpp"

namespace squall::lint {
namespace {

/// Who works off what is offered: a service, or all consumers of a queue.
struct Server {
  std::string name;
  std::string key;      ///< of what bounds it
  double held = 0.0;    ///< mean time of one request at a place, in seconds
  double places = 0.0;  ///< in all
  bool is_overload = false;
  std::string places_text{};  ///< "3 workers", "2 x 40 workers"
};

/// "280/s x 10ms / 3 workers = 0.9333"
std::string utilisation_text(const Server& server, double rate) {
  return per_second(rate) + " x " + time_text(server.held * 1e9) + " / " + server.places_text +
         " = " + figure(rate * server.held / server.places);
}

std::optional<Server> server_of(const System& system, scenario::Index index) {
  const scenario::Service& service = system.scenario.services[index];
  const Capacity capacity = capacity_of(service);
  const double held = system.estimates.work[system.graph.service_vertex(index)].held / 1e9;
  // Where nothing bounds it, or a distribution has no mean, there is no utilisation to speak of.
  if (!(capacity.places < infinite) || !(held > 0.0) || !(held < infinite)) return std::nullopt;
  Server server{.name = service.name,
                .key = "services." + service.name +
                       (capacity.is_overload ? ".overload.capacity" : ".workers"),
                .held = held,
                .places = capacity.places,
                .is_overload = capacity.is_overload};
  const std::string each = figure(capacity.places / service.replicas);
  server.places_text = capacity.is_overload ? "an overload capacity of " + each
                                            : counted(capacity.places / service.replicas, "worker");
  if (service.replicas > 1) {
    server.places_text = "(" + figure(service.replicas) + " x " + server.places_text + ")";
  }
  return server;
}

/// @return whether utilisation is above 1, be it at the peak only.
bool check_overload(const Server& server, const Flow& flow, Findings& findings) {
  const double used = server.held / server.places;
  const std::string what = server.is_overload
                               ? " is asked for more than its overload capacity at once"
                               : " is asked for more than it can do";
  const std::string remedy =
      server.is_overload
          ? "more replicas or a larger capacity, a bulkhead or limit before it, or less load"
          : "more places or replicas, faster work, or less load";
  // Exactly 1 is no finding: work that comes evenly just fits.
  if (exceeds(flow.open * used, 1.0)) {
    const bool lasts = exceeds(flow.lasting * used, 1.0);
    findings.add(Code::overloaded, lasts ? Severity::error : Severity::warning, server.key,
                 server.name + what + (lasts ? "" : " while requests arrive"),
                 "utilisation " + utilisation_text(server, flow.open) + " > 1" +
                     (lasts ? "" : "; after " + figure(flow.count) + " there are no more"),
                 remedy);
  } else if (exceeds(flow.peak * used, 1.0)) {
    findings.add(Code::overloaded, Severity::warning, server.key,
                 server.name + what + " at the peak",
                 "utilisation " + utilisation_text(server, flow.peak) + " > 1 at the peak; " +
                     figure(flow.open * used) + " on average",
                 remedy);
  } else if (exceeds(flow.mean * used, 1.0)) {
    findings.add(Code::overloaded, Severity::warning, server.key,
                 "closed users keep " + server.name + " saturated; they wait for each other",
                 "if none waited: utilisation " + utilisation_text(server, flow.mean) + " > 1",
                 remedy);
  } else {
    return false;
  }
  return true;
}

/// What an edge adds when each of its calls makes `times` as many attempts, as far as its policy
/// lets them through.
double added(const System& system, EdgeIndex e, double times) {
  const double open = system.flows.edges[e].open;
  const double most = system.flows.most[e];
  return std::min(open * times, most) - std::min(open, most);
}

/// Only open arrivals: closed users that retry ask for nothing else meanwhile.
void check_one_retry(const System& system, const Server& server, Vertex vertex, const Flow& flow,
                     Findings& findings) {
  double retried = 0.0;
  std::vector<std::string> names;
  for (const EdgeIndex e : system.graph.callers(vertex)) {
    const scenario::Policy* policy = system.graph.policy(e);
    if (policy == nullptr || !retries(policy->options)) continue;
    // A budget is there so that not every request is retried.
    if (has_budget(policy->options) || !(system.flows.edges[e].open > 0.0)) continue;
    retried += added(system, e, 2.0);
    names.push_back(system.name(e));
  }
  const double rate = flow.open + retried;
  if (!(retried > 0.0) || !exceeds(rate * server.held / server.places, 1.0)) return;
  findings.add(Code::overloaded_by_one_retry, server.key,
               server.name + " has no room for one retry of each request of " + listed(names),
               "utilisation " + utilisation_text(server, flow.open) + "; with " +
                   per_second(retried) + " retries " + figure(rate * server.held / server.places) +
                   " > 1: what slows it down once keeps it slow",
               "a budget in the policies of its callers, fewer retries, or more places");
}

void check_hedging(System& system, const Server& server, Vertex vertex, const Flow& flow,
                   Findings& findings) {
  for (const EdgeIndex e : system.graph.callers(vertex)) {
    const scenario::Policy* policy = system.graph.policy(e);
    if (policy == nullptr || !policy->options.hedge || system.graph.closes_cycle(e)) continue;
    const double rate = system.flows.edges[e].open;
    if (!(rate > 0.0)) continue;
    const policy::HedgeOptions& hedge = *policy->options.hedge;
    const auto sampled = system.sampling.attempt(e);
    if (!sampled) continue;
    double hedged = 0.0;
    for (std::uint32_t n = 1; n < hedge.max_attempts; ++n) {
      hedged += sampled->share_above(ns_of(hedge.delay) * n);
    }
    const double rho = flow.open * server.held / server.places;
    const double with = (flow.open + added(system, e, 1.0 + hedged)) * server.held / server.places;
    // Where all is too much already, `overloaded` says so.
    if (exceeds(rho, 1.0) || !exceeds(with, 1.0)) continue;
    findings.add(Code::hedge_exceeds_headroom, "policies." + policy->name + ".hedge",
                 "hedged attempts of " + system.name(e) + " ask " + server.name +
                     " for more than it has room for",
                 "an answer takes longer than " + time_text(ns_of(hedge.delay)) +
                     " so often that each call makes " + counted(hedged, "further attempt") +
                     (sampled->is_exact() ? "" : " (estimated)") + ": utilisation " +
                     utilisation_text(server, flow.open) + " becomes " + figure(with) + " > 1",
                 "a delay near the 95th percentile of an attempt, " +
                     time_text(sampled->quantile(0.95)) + ", or more places");
  }
}

void check_consumers(const System& system, scenario::Index queue, Findings& findings) {
  const auto readers = system.graph.consumers(queue);
  if (readers.empty()) return;
  // Messages go to whoever is free, so all consumers work as one, each at its own pace.
  double per_s = 0.0;
  double concurrency = 0.0;
  for (const scenario::Index reader : readers) {
    const double held = system.estimates.work[system.graph.consumer_vertex(reader)].held / 1e9;
    const double places = system.scenario.consumers[reader].concurrency;
    if (!(held > 0.0) || !(held < infinite)) return;
    per_s += places / held;
    concurrency += places;
  }
  const scenario::Consumer& first = system.scenario.consumers[readers.front()];
  const std::string& name = system.scenario.queues[queue].name;
  Server server{.name = readers.size() == 1 ? first.name : "all that read " + name,
                .key = "consumers." + first.name + ".concurrency",
                .held = concurrency / per_s,
                .places = concurrency};
  server.places_text = counted(concurrency, "handler");
  // A partition has one message under way at a time.
  const std::uint32_t partitions = system.scenario.queues[queue].partitions;
  if (partitions > 0 && partitions < concurrency) {
    server.places = partitions;
    server.key = "queues." + name + ".partitions";
    server.places_text = counted(partitions, "partition");
  }
  check_overload(server, system.flows.vertices[system.graph.queue_vertex(queue)], findings);
}

}  // namespace

void lint_utilisation(System& system, Findings& findings) {
  for (scenario::Index i = 0; i < system.scenario.services.size(); ++i) {
    const auto server = server_of(system, i);
    if (!server) continue;
    const Vertex vertex = system.graph.service_vertex(i);
    const Flow& flow = system.flows.vertices[vertex];
    if (!check_overload(*server, flow, findings)) {
      check_one_retry(system, *server, vertex, flow, findings);
    }
    check_hedging(system, *server, vertex, flow, findings);
  }
  for (scenario::Index i = 0; i < system.scenario.queues.size(); ++i) {
    check_consumers(system, i, findings);
  }
}

}  // namespace squall::lint
