#include <algorithm>

#include "squall/base/infinite.hpp"
#include "squall/base/quantity.hpp"
#include "squall/lint/figures.hpp"
#include "squall/lint/nanoseconds.hpp"
#include "squall/lint/policy_shape.hpp"
#include "squall/lint/system.hpp"

namespace squall::lint {
namespace {

using scenario::Index;

void check_service_line(const System& system, Index index, Findings& findings) {
  const scenario::Service& service = system.scenario.services[index];
  constexpr std::uint32_t no_limit = 0xffffffffU;
  if (service.workers == scenario::unlimited || service.queue_capacity != scenario::unlimited ||
      service.admission.limit != no_limit || service.admission.limiter.index() != 0) {
    return;
  }
  // A wait that is bounded bounds the line. (The classic mode drops too few for that at times.)
  if (service.codel && service.codel->mode == policy::CodelOptions::Mode::facebook) return;
  const Vertex vertex = system.graph.service_vertex(index);
  // The most impatient caller: what stands further back than it waits is in line for nobody.
  Duration limit = forever;
  EdgeIndex impatient = 0;
  for (const EdgeIndex e : system.graph.callers(vertex)) {
    const scenario::Policy* policy = system.graph.policy(e);
    if (policy == nullptr || attempt_limit(policy->options) >= limit) continue;
    limit = attempt_limit(policy->options);
    impatient = e;
  }
  const Flow& flow = system.flows.vertices[vertex];
  // Closed users that wait for their answers are a bound themselves.
  if (!flow.is_any() || (limit == forever && !(flow.open > 0.0))) return;
  const double held = system.estimates.work[vertex].held / 1e9;
  const bool works_for_nobody = limit != forever &&
                                service.when_caller_gone == scenario::WhenCallerGone::finish &&
                                held > 0.0 && held < infinite;
  std::string arithmetic = "queue.capacity is unlimited";
  if (works_for_nobody) {
    const auto workers = static_cast<double>(service.workers);
    arithmetic += "; " + counted(workers, "worker") + " x " + time_text(ns_of(limit)) + " / " +
                  time_text(held * 1e9) + " = " + figure(workers * to_s(limit) / held) +
                  " in line at one replica, and " + system.name(impatient) +
                  " has given up on those behind them";
  }
  findings.add(Code::unbounded_queue, works_for_nobody ? Severity::warning : Severity::info,
               "services." + service.name + ".queue.capacity",
               works_for_nobody
                   ? "the line of " + service.name +
                         " may grow until it works for callers that have gone, and only for them"
                   : "nothing bounds the line of " + service.name,
               std::move(arithmetic),
               works_for_nobody ? "a queue.capacity below that, an admission.limit, or "
                                  "when_caller_gone: skip_queued"
                                : "a queue.capacity, or an admission.limit");
}

void check_broker_queue(const System& system, Index index, Findings& findings) {
  const scenario::Queue& queue = system.scenario.queues[index];
  const Vertex vertex = system.graph.queue_vertex(index);
  // What only takes dead letters is another matter: dead-letters-unread.
  if (queue.capacity != scenario::unlimited || system.graph.callers(vertex).empty()) return;
  const Flow& flow = system.flows.vertices[vertex];
  if (!(flow.mean > 0.0)) return;
  const bool is_read = !system.graph.consumers(index).empty();
  constexpr double an_hour = 3600.0;
  findings.add(Code::unbounded_queue, is_read ? Severity::info : Severity::warning,
               "queues." + queue.name + ".capacity",
               is_read ? "nothing bounds queue " + queue.name
                       : "queue " + queue.name + " only grows: nobody reads it",
               "capacity is unlimited; " + per_second(flow.mean) +
                   " x 1h = " + figure(flow.mean * an_hour) + " messages " +
                   (is_read ? "in an hour in which its consumers stand still" : "in an hour"),
               is_read ? "a capacity, and an overflow rule that suits its publishers"
                       : "a consumer, or a capacity");
}

void check_dead_letters(const System& system, Index index, Findings& findings) {
  const scenario::Queue& queue = system.scenario.queues[index];
  if (!queue.dead_letter || !system.graph.consumers(*queue.dead_letter).empty()) return;
  double expected = 0.0;
  bool may_die = queue.max_deliveries > 0 && !system.graph.consumers(index).empty();
  for (const Index reader : system.graph.consumers(index)) {
    const scenario::Consumer& consumer = system.scenario.consumers[reader];
    const Vertex vertex = system.graph.consumer_vertex(reader);
    const bool at_once = consumer.on_failure == scenario::OnHandlerFailure::dead_letter;
    may_die = may_die || at_once;
    if (consumer.on_failure == scenario::OnHandlerFailure::ack) continue;
    const double failure = system.estimates.work[vertex].failure;
    double dies = failure;
    for (std::uint32_t n = 1; !at_once && n < queue.max_deliveries && dies > 1e-12; ++n) {
      dies *= failure;
    }
    if (!at_once && queue.max_deliveries == 0) dies = 0.0;
    expected += system.flows.vertices[vertex].count * dies;
  }
  // A message that is delivered without end, and whose failures are retried, never gets there.
  // Nor does one that nobody sends.
  if (!may_die || !system.flows.vertices[system.graph.queue_vertex(index)].is_any()) return;
  const std::string& name = system.scenario.queues[*queue.dead_letter].name;
  findings.add(
      Code::dead_letters_unread, "queues." + name,
      "nobody reads " + name + ", which takes the dead letters of " + queue.name,
      "at the stated rate of failures " +
          (expected < 1.0 ? std::string("fewer than 1 message") : counted(expected, "message")) +
          " of this run, on average",
      "a consumer that handles, reports or stores them");
}

void check_visibility(System& system, Index reader, Findings& findings) {
  const scenario::Consumer& consumer = system.scenario.consumers[reader];
  const scenario::Queue& queue = system.scenario.queues[consumer.from];
  if (queue.visibility_timeout == forever) return;
  const auto sampled = system.sampling.handler(reader);
  if (!sampled) return;
  const double p99 = sampled->quantile(0.99);
  // A message that was fetched ahead waits for those before it, its lease running.
  const double ahead = (consumer.prefetch - 1U) * sampled->mean();
  const auto lease = ns_of(queue.visibility_timeout);
  // An acknowledgement at the very end of the lease is in time.
  if (!(p99 + ahead > lease)) return;
  std::string arithmetic = "p99 of its handler " + time_text(p99);
  if (ahead > 0.0) {
    arithmetic += " after " + figure(consumer.prefetch - 1U) + " fetched ahead x " +
                  time_text(sampled->mean()) + " = " + time_text(p99 + ahead);
  }
  if (!sampled->is_exact()) arithmetic += " (estimated)";
  findings.add(Code::visibility_timeout_below_handler,
               "queues." + queue.name + ".visibility_timeout",
               "messages of " + queue.name + " are delivered again while " + consumer.name +
                   " still works on them",
               arithmetic + " > " + time_text(lease),
               "a visibility_timeout well above " + time_text(p99 + ahead) +
                   (ahead > 0.0 ? ", or a smaller prefetch" : ", or timeouts in the handler"));
}

}  // namespace

void lint_queues(System& system, Findings& findings) {
  for (Index i = 0; i < system.scenario.services.size(); ++i) {
    check_service_line(system, i, findings);
  }
  for (Index i = 0; i < system.scenario.queues.size(); ++i) {
    check_broker_queue(system, i, findings);
    check_dead_letters(system, i, findings);
  }
  for (Index i = 0; i < system.scenario.consumers.size(); ++i) {
    check_visibility(system, i, findings);
  }
}

}  // namespace squall::lint
