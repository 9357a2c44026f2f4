#include <algorithm>

#include "squall/scenario/load.hpp"
#include "squall/scenario/node_making.hpp"
#include "squall/scenario/normalise_parts.hpp"
#include "squall/scenario/read_quantity.hpp"

namespace squall::scenario {
namespace {

template <typename T, typename Write>
void put_entities(Node& document, std::string_view section, const std::vector<T>& entities,
                  Write write) {
  Node map = map_node();
  for (const T& entity : entities) put(map, entity.name, write(entity));
  put(document, section, std::move(map));
}

Node write_expectation(const Expectation& expectation) {
  Node map = map_node();
  if (!expectation.variant.empty()) put(map, "variant", text_node(expectation.variant));
  put(map, "metric", text_node(expectation.metric));
  if (expectation.at_least) put(map, "at_least", plain(format_number(*expectation.at_least)));
  if (expectation.at_most) put(map, "at_most", plain(format_number(*expectation.at_most)));
  return map;
}

/// The places are those of another document.
void forget_places(Node& node) {
  node.line = 0;
  node.file.clear();
  for (Node& item : node.items) forget_places(item);
  for (Node::Member& member : node.members) {
    member.line = 0;
    forget_places(member.value);
  }
}

Node write_variant(const Variant& variant) {
  Node map = map_node();
  for (const Override& one : variant.overrides) {
    Node value = one.value;
    forget_places(value);
    put(map, one.path, std::move(value));
  }
  return map;
}

}  // namespace

Node normalised(const Bundle& bundle) {
  const Scenario& scenario = bundle.base;
  Node document = map_node();
  put(document, "squall", plain(1));
  put(document, "name", text_node(scenario.name));
  put(document, "description", text_node(scenario.description));
  put(document, "seed", plain(scenario.seed));
  if (scenario.until_drained()) {
    put(document, "until", plain(std::string("drained")));
  } else {
    put(document, "duration", write_duration(scenario.duration));
  }
  put(document, "warmup",
      scenario.warmup_auto ? plain(std::string("auto")) : write_duration(scenario.warmup));
  put(document, "network", write_network(scenario.network));
  put_entities(document, "services", scenario.services,
               [&](const Service& service) { return write_service(service, scenario); });
  put_entities(document, "policies", scenario.policies,
               [&](const Policy& policy) { return write_policy(policy.options, scenario); });
  put_entities(document, "queues", scenario.queues,
               [&](const Queue& queue) { return write_queue(queue, scenario); });
  put_entities(document, "consumers", scenario.consumers,
               [&](const Consumer& consumer) { return write_consumer(consumer, scenario); });
  put_entities(document, "workloads", scenario.workloads,
               [&](const Workload& workload) { return write_workload(workload, scenario); });
  const bool any_on_call =
      std::any_of(scenario.faults.begin(), scenario.faults.end(),
                  [](const Fault& fault) { return fault.on == Fault::On::call; });
  const std::vector<Edge> edges = any_on_call ? edges_of(scenario) : std::vector<Edge>();
  put_entities(document, "faults", scenario.faults,
               [&](const Fault& fault) { return write_fault(fault, scenario, edges); });
  put_entities(document, "variants", bundle.variants, write_variant);
  Node expect = list_node();
  for (const Expectation& one : bundle.expectations) expect.items.push_back(write_expectation(one));
  put(document, "expect", std::move(expect));
  return document;
}

}  // namespace squall::scenario
