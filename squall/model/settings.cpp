#include "squall/model/settings.hpp"

namespace squall::model {

namespace {

/// Whether the budget has to learn of the calls that come to this layer.
bool is_counted(policy::Layer layer, const policy::PolicyOptions& options) {
  return (layer == policy::Layer::retry && policy::counts_calls(options.budget)) ||
         (layer == policy::Layer::hedge && policy::counts_hedges(options.budget));
}

Settings::Edge edge_settings_of(const scenario::Call& call, const scenario::Scenario& scenario) {
  Settings::Edge edge;
  edge.call = &call;
  edge.network_latency = Sampler(call.network.latency);
  if (const auto* constant = std::get_if<Constant>(&call.network.latency))
    edge.network_constant = constant->value;
  edge.network_loss = call.network.loss;
  edge.network_is_plain = edge.network_latency.is_constant() && edge.network_loss == 0.0;
  if (!call.policy) return edge;
  const policy::PolicyOptions& options = scenario.policies[*call.policy].options;
  edge.options = &options;
  edge.deadline = options.deadline;
  edge.timeout = options.timeout;
  if (options.retry) edge.retry.emplace(*options.retry);
  if (options.hedge) edge.hedge.emplace(*options.hedge);
  for (const policy::Layer layer : options.order) {
    if (!policy::has(options, layer)) continue;
    if (is_counted(layer, options)) edge.layers[edge.layer_count++] = policy::Layer::budget;
    edge.layers[edge.layer_count++] = layer;
  }
  return edge;
}

}  // namespace

Settings settings_of(const scenario::Scenario& scenario) {
  Settings settings;
  for (const scenario::Edge& edge : scenario::edges_of(scenario)) {
    settings.edges.push_back(edge_settings_of(*edge.call, scenario));
  }
  for (const scenario::Service& service : scenario.services) {
    Settings::Service& made = settings.services.emplace_back();
    made.latency = Sampler(service.latency);
    made.options = &service;
    made.queue_capacity = service.queue_capacity;
    made.admission = service.admission;
    made.has_limiter = service.admission.limiter.index() != 0;
    made.when_caller_gone = service.when_caller_gone;
    made.is_lifo = service.queue_order == scenario::QueueOrder::lifo;
    made.has_throttle = service.admission.throttle.index() != 0;
    made.times_line = service.codel && service.codel->mode == policy::CodelOptions::Mode::facebook;
    made.drops_waiting =
        service.codel && service.codel->mode == policy::CodelOptions::Mode::classic;
    made.sheds = made.has_throttle || made.drops_waiting || !service.admission.shares.empty();
    made.watches_line =
        service.codel.has_value() || service.queue_order == scenario::QueueOrder::adaptive_lifo;
    made.prices_at_arrival = service.demand_at == scenario::DemandAt::arrival;
    for (const scenario::FailureMode& mode : service.failure) made.failure_sum += mode.p;
    made.has_latency_only = !service.overload && made.failure_sum == 0.0;
  }
  for (const scenario::Queue& queue : scenario.queues) settings.queues.push_back({&queue});
  for (const scenario::Consumer& consumer : scenario.consumers) {
    settings.consumers.push_back({Sampler(consumer.latency), &consumer});
  }
  return settings;
}

}  // namespace squall::model
