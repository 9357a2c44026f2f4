#include <array>

#include "squall/scenario/node_making.hpp"
#include "squall/scenario/normalise_parts.hpp"
#include "squall/scenario/read_quantity.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

template <typename E, std::size_t N>
Node word(const std::array<Word<E>, N>& table, E value) {
  return plain(std::string(name_of(table, value)));
}

Node write_limit(std::uint64_t value, std::uint64_t unlimited_value) {
  return value == unlimited_value ? plain(std::string("unlimited")) : plain(value);
}

/// A map of two durations, or of a duration and a number.
Node write_pair(std::string_view form, std::string_view first, Duration a, std::string_view second,
                Node b) {
  Node map = map_node();
  put(map, first, write_duration(a));
  put(map, second, std::move(b));
  return map_of(form, std::move(map));
}

Node write_number(double value) { return plain(format_number(value)); }

Node write_distribution_of(const Constant& spec) { return write_duration(spec.value); }
Node write_distribution_of(const Uniform& spec) {
  Node list = list_node();
  list.items = {write_duration(spec.low), write_duration(spec.high)};
  return map_of("uniform", std::move(list));
}
Node write_distribution_of(const Exponential& spec) {
  return map_of("exponential", write_duration(spec.mean));
}
Node write_distribution_of(const Normal& spec) {
  return write_pair("normal", "mean", spec.mean, "sd", write_duration(spec.sd));
}
Node write_distribution_of(const Lognormal& spec) {
  return write_pair("lognormal", "median", spec.median, "p99", write_duration(spec.p99));
}
Node write_distribution_of(const Gamma& spec) {
  return write_pair("gamma", "mean", spec.mean, "shape", write_number(spec.shape));
}
Node write_distribution_of(const Pareto& spec) {
  return write_pair("pareto", "minimum", spec.minimum, "alpha", write_number(spec.alpha));
}
Node write_distribution_of(const Weibull& spec) {
  return write_pair("weibull", "scale", spec.scale, "shape", write_number(spec.shape));
}
Node write_distribution_of(const Hyperexponential& spec) {
  Node list = list_node();
  for (const Hyperexponential::Phase& phase : spec.phases) {
    Node map = map_node();
    put(map, "p", write_share(phase.p));
    put(map, "mean", write_duration(phase.mean));
    list.items.push_back(std::move(map));
  }
  return map_of("hyperexponential", std::move(list));
}
Node write_distribution_of(const Empirical& spec) {
  return map_of("empirical", text_node(spec.file));
}

Node write_call(const Call& call, const Scenario& scenario) {
  Node map = map_node();
  const bool publishes = call.to.kind == Target::Kind::queue;
  if (publishes) {
    put(map, "publish", text_node(scenario.queues[call.to.index].name));
    put(map, "await", word(await_words, call.await));
  } else {
    put(map, "to", text_node(scenario.services[call.to.index].name));
  }
  write_call_options(call, scenario, map);
  put(map, "on_failure", word(on_failure_words, call.on_failure));
  if (call.max_depth != Call::unbounded_depth) put(map, "max_depth", plain(call.max_depth));
  return map;
}

/// REQUIRES one that says something.
Node write_pushback(const policy::Pushback& pushback) {
  return pushback.kind == policy::Pushback::Kind::never ? plain(std::string("never"))
                                                        : write_duration(pushback.delay);
}

Node write_line(const Service& service) {
  Node queue = map_node();
  put(queue, "capacity", write_limit(service.queue_capacity, unlimited));
  put(queue, "order", word(queue_order_words, service.queue_order));
  if (service.queue_order == QueueOrder::adaptive_lifo) {
    put(queue, "lifo_after", write_duration(service.adaptive_lifo.after));
  }
  if (service.codel) {
    Node codel = map_node();
    put(codel, "mode", word(codel_mode_words, service.codel->mode));
    put(codel, "target", write_duration(service.codel->target));
    put(codel, "interval", write_duration(service.codel->interval));
    put(queue, "codel", std::move(codel));
  }
  return queue;
}

Node write_admission(const policy::AdmissionOptions& options, const Scenario& scenario) {
  Node admission = map_of("limit", write_limit(options.limit, policy::AdmissionOptions::unlimited));
  if (!options.shares.empty()) {
    Node shares = map_node();
    for (const policy::PriorityShare& one : options.shares) {
      put(shares, std::to_string(one.priority), write_share(one.share));
    }
    put(admission, "priority", std::move(shares));
  }
  if (options.limiter.index() != 0)
    put(admission, "limiter", write_limiter(options.limiter, scenario));
  if (options.throttle.index() != 0) put(admission, "throttle", write_throttle(options.throttle));
  return admission;
}

Node write_failure(const std::vector<FailureMode>& modes, const Scenario& scenario) {
  if (modes.empty()) return write_share(0.0);
  Node list = list_node();
  for (const FailureMode& mode : modes) {
    Node map = map_node();
    put(map, "p", write_share(mode.p));
    put(map, "as", text_node(scenario.error_codes[mode.code]));
    if (mode.after) put(map, "after", write_duration(*mode.after));
    if (mode.pushback.kind != policy::Pushback::Kind::none) {
      put(map, "pushback", write_pushback(mode.pushback));
    }
    list.items.push_back(std::move(map));
  }
  return list;
}

Node write_overload(const Overload& overload) {
  Node map = map_node();
  put(map, "capacity", write_number(overload.capacity));
  put(map, "latency", write_duration(overload.latency));
  put(map, "failure", write_share(overload.failure));
  put(map, "max_failure", write_share(overload.max_failure));
  return map;
}

Node write_contention(const OptimisticContention& contention, const Scenario& scenario) {
  Node map = map_node();
  put(map, "rows", plain(contention.rows));
  put(map, "as", text_node(scenario.error_codes[contention.code]));
  return map_of("optimistic", std::move(map));
}

}  // namespace

Node write_duration(Duration value) {
  return plain(value == forever ? std::string("forever") : format_duration(value));
}

Node write_share(double value) { return plain(format_share(value)); }

Node write_distribution(const DistributionSpec& spec) {
  return std::visit([](const auto& one) { return write_distribution_of(one); }, spec);
}

Node write_network(const Network& network) {
  Node map = map_node();
  put(map, "latency", write_distribution(network.latency));
  put(map, "loss", write_share(network.loss));
  return map;
}

void write_call_options(const Call& call, const Scenario& scenario, Node& map) {
  if (call.policy) put(map, "policy", text_node(scenario.policies[*call.policy].name));
  if (!call.own_latency && !call.own_loss) return;
  Node network = map_node();
  if (call.own_latency) put(network, "latency", write_distribution(call.network.latency));
  if (call.own_loss) put(network, "loss", write_share(call.network.loss));
  put(map, "network", std::move(network));
}

Node write_steps(const std::vector<Step>& steps, const Scenario& scenario) {
  Node list = list_node();
  for (const Step& step : steps) {
    if (!step.in_parallel) {
      list.items.push_back(write_call(step.calls.front(), scenario));
      continue;
    }
    Node calls = list_node();
    for (const Call& call : step.calls) calls.items.push_back(write_call(call, scenario));
    list.items.push_back(map_of("parallel", std::move(calls)));
  }
  return list;
}

Node write_service(const Service& service, const Scenario& scenario) {
  Node map = map_node();
  put(map, "replicas", plain(service.replicas));
  put(map, "balance", word(balance_words, service.balance));
  put(map, "workers", write_limit(service.workers, unlimited));
  put(map, "queue", write_line(service));
  put(map, "latency", write_distribution(service.latency));
  put(map, "failure", write_failure(service.failure, scenario));
  if (service.overload) put(map, "overload", write_overload(*service.overload));
  if (service.contention) {
    put(map, "contention", write_contention(*service.contention, scenario));
  }
  put(map, "demand_at", word(demand_at_words, service.demand_at));
  put(map, "when_caller_gone", word(when_caller_gone_words, service.when_caller_gone));
  put(map, "during_calls", word(during_calls_words, service.during_calls));
  put(map, "admission", write_admission(service.admission, scenario));
  if (service.refusal_pushback.kind != policy::Pushback::Kind::none) {
    put(map, "refusal", map_of("pushback", write_pushback(service.refusal_pushback)));
  }
  put(map, "calls", write_steps(service.steps, scenario));
  return map;
}

Node write_queue(const Queue& queue, const Scenario& scenario) {
  Node map = map_node();
  put(map, "capacity", write_limit(queue.capacity, unlimited));
  put(map, "overflow", word(overflow_words, queue.overflow));
  put(map, "visibility_timeout", write_duration(queue.visibility_timeout));
  put(map, "max_deliveries", write_limit(queue.max_deliveries, 0));
  put(map, "redelivery", write_backoff(queue.redelivery));
  if (queue.dead_letter) {
    put(map, "dead_letter", text_node(scenario.queues[*queue.dead_letter].name));
  }
  put(map, "partitions",
      queue.partitions == 0 ? plain(std::string("unordered")) : plain(queue.partitions));
  return map;
}

Node write_consumer(const Consumer& consumer, const Scenario& scenario) {
  Node map = map_node();
  put(map, "from", text_node(scenario.queues[consumer.from].name));
  put(map, "concurrency", plain(consumer.concurrency));
  put(map, "prefetch", plain(consumer.prefetch));
  put(map, "latency", write_distribution(consumer.latency));
  put(map, "calls", write_steps(consumer.steps, scenario));
  put(map, "on_failure", word(on_handler_failure_words, consumer.on_failure));
  return map;
}

}  // namespace squall::scenario
