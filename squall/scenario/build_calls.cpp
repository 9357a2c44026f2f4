#include <array>
#include <string_view>

#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

constexpr std::uint32_t depth_bound_max = 1'000;
constexpr std::size_t calls_max = 1'000'000;

enum class CallForm : std::size_t { to, publish, parallel };
constexpr std::array<std::string_view, 3> call_forms = {"to", "publish", "parallel"};

Call read_call(MapReader& in, const MapReader::Chosen& chosen, Building& building) {
  Call call;
  const bool publishes = static_cast<CallForm>(chosen.index) == CallForm::publish;
  const NameTable& targets = publishes ? building.queues : building.services;
  const NameTable& others = publishes ? building.services : building.queues;
  call.to.kind = publishes ? Target::Kind::queue : Target::Kind::service;
  const std::string name =
      chosen.value.text(publishes ? "the name of a queue" : "the name of a service");
  if (!building.errors.any() && !targets.find(name) && others.find(name)) {
    chosen.value.error(shown(name) + (publishes ? " is a service; call it with 'to'"
                                                : " is a queue; send to it with 'publish'"));
  }
  if (!building.errors.any()) {
    call.to.index = targets.resolve(chosen.value, name).value_or(0);
  }
  read_call_options(in, call, building);
  if (const auto v = in.find("on_failure")) call.on_failure = v->word(on_failure_words);
  if (const auto v = in.find("max_depth")) call.max_depth = v->whole32(1, depth_bound_max);
  if (publishes) {
    if (const auto v = in.find("await")) call.await = v->word(await_words);
  } else if (in.has("await")) {
    in.value().error("only a publish can wait for something", "await");
  }
  return call;
}

/// @param allowed  of call_forms: inside `parallel` only calls stand.
Step read_step(const Value& value, std::span<const std::string_view> allowed, Building& building) {
  Step step;
  MapReader in(value);
  if (allowed.size() < call_forms.size() && value.node().find("parallel") != nullptr) {
    value.error("'parallel' cannot stand inside 'parallel'");
  }
  const std::optional<MapReader::Chosen> chosen = in.choose(allowed);
  if (!chosen) {
    // Ask for what a call may have, so that only what is wrong is called wrong.
    for (const std::string_view key : {"policy", "network", "on_failure", "max_depth", "await"}) {
      (void)in.has(key);
    }
    return step;
  }
  if (static_cast<CallForm>(chosen->index) != CallForm::parallel) {
    building.call_places.push_back({&value.file(), value.line()});
    if (building.call_places.size() > calls_max) {
      value.error("more than " + grouped(calls_max) + " calls in all");
    }
    step.calls.push_back(read_call(in, *chosen, building));
    return step;
  }
  step.in_parallel = true;
  const Value& list = chosen->value;
  if (!list.expect_list("calls")) return step;
  if (list.node().items.empty()) list.error("is empty; name at least one call");
  for (std::size_t i = 0; i < list.node().items.size() && !building.errors.any(); ++i) {
    Step inner = read_step(list.at(i), std::span(call_forms).first(2), building);
    if (!inner.calls.empty()) step.calls.push_back(inner.calls.front());
  }
  return step;
}

}  // namespace

void read_call_options(MapReader& in, Call& call, Building& building) {
  if (const auto v = in.find("policy")) call.policy = building.policies.resolve(*v);
  call.network = building.network;
  if (const auto v = in.find("network")) {
    call.network = read_network(*v, building.network, building);
    call.own_latency = v->node().find("latency") != nullptr;
    call.own_loss = v->node().find("loss") != nullptr;
  }
}

std::vector<Step> read_steps(const Value& value, Building& building) {
  std::vector<Step> steps;
  if (!value.expect_list("calls")) return steps;
  for (std::size_t i = 0; i < value.node().items.size() && !building.errors.any(); ++i) {
    steps.push_back(read_step(value.at(i), call_forms, building));
  }
  return steps;
}

}  // namespace squall::scenario
