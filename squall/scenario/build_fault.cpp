#include <algorithm>
#include <string_view>
#include <tuple>

#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/overrides.hpp"
#include "squall/scenario/read_quantity.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

/// The edges by the names of their two ends. Made when the first fault on a call asks.
class EdgeTable {
 public:
  explicit EdgeTable(const Scenario& scenario) : scenario_(scenario) {}

  [[nodiscard]] std::vector<std::uint32_t> between(std::string_view caller,
                                                   std::string_view callee) {
    fill();
    const auto key = [](const Entry& e) { return std::tie(e.caller, e.callee); };
    const auto wanted = std::tie(caller, callee);
    std::vector<std::uint32_t> found;
    auto entry = std::lower_bound(entries_.begin(), entries_.end(), wanted,
                                  [&](const Entry& e, const auto& w) { return key(e) < w; });
    for (; entry != entries_.end() && key(*entry) == wanted; ++entry) {
      found.push_back(entry->edge);
    }
    return found;
  }

  [[nodiscard]] std::vector<std::string> pairs() {
    fill();
    std::vector<std::string> names;
    for (const Entry& entry : entries_) {
      std::string name = std::string(entry.caller) + "->" + std::string(entry.callee);
      if (names.empty() || names.back() != name) names.push_back(std::move(name));
    }
    return names;
  }

 private:
  struct Entry {
    std::string_view caller;
    std::string_view callee;
    std::uint32_t edge = 0;
  };

  void fill() {
    if (!entries_.empty()) return;
    const std::vector<Edge> edges = edges_of(scenario_);
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
      entries_.push_back({caller_of(edges[i]), callee_of(edges[i]), i});
    }
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.caller, a.callee, a.edge) < std::tie(b.caller, b.callee, b.edge);
    });
  }
  [[nodiscard]] std::string_view caller_of(const Edge& edge) const {
    switch (edge.from) {
      case Edge::From::workload:
        return scenario_.workloads[edge.caller].name;
      case Edge::From::service:
        return scenario_.services[edge.caller].name;
      case Edge::From::consumer:
        return scenario_.consumers[edge.caller].name;
    }
    return {};
  }
  [[nodiscard]] std::string_view callee_of(const Edge& edge) const {
    const Target& to = edge.call->to;
    return to.kind == Target::Kind::service ? scenario_.services[to.index].name
                                            : scenario_.queues[to.index].name;
  }

  const Scenario& scenario_;
  std::vector<Entry> entries_;
};

/// `service.NAME`, `call.A->B` or `workload.NAME`.
void read_on(const Value& value, Fault& fault, const Building& building, EdgeTable& edges) {
  const std::string text = value.text("service.NAME, call.CALLER->CALLEE or workload.NAME");
  if (value.errors().any()) return;
  const std::string_view kind = std::string_view(text).substr(0, text.find('.'));
  const std::string_view name = kind.size() == text.size()
                                    ? std::string_view()
                                    : std::string_view(text).substr(kind.size() + 1);
  if (kind == "service") {
    fault.on = Fault::On::service;
    fault.index = building.services.resolve(value, name).value_or(0);
  } else if (kind == "workload") {
    fault.on = Fault::On::workload;
    fault.index = building.workloads.resolve(value, name).value_or(0);
  } else if (kind == "call") {
    fault.on = Fault::On::call;
    const std::size_t arrow = name.find("->");
    if (arrow == name.npos) {
      value.must_be("call.CALLER->CALLEE");
      return;
    }
    fault.edges = edges.between(name.substr(0, arrow), name.substr(arrow + 2));
    if (!fault.edges.empty()) return;
    const std::vector<std::string> pairs = edges.pairs();
    const std::vector<std::string_view> known(pairs.begin(), pairs.end());
    value.error("there is no call " + shown(name) + hint(name, known));
  } else {
    value.must_be("service.NAME, call.CALLER->CALLEE or workload.NAME");
  }
}

/// What is wrong with the duration after the '+', said of the whole, the suggestion included.
std::string with_plus(std::string message) {
  constexpr std::string_view suggestion = "did you mean '";
  if (const std::size_t at = message.rfind(suggestion); at != message.npos) {
    message.insert(at + suggestion.size(), "+");
  }
  return "+" + message;
}

/// `x4` or `+50ms`.
void read_latency_effect(const Value& value, Fault& fault) {
  const std::string& text = value.node().text;
  if (value.is_scalar() && text.starts_with('+')) {
    const Result<Duration> added = parse_duration(std::string_view(text).substr(1));
    if (added) {
      fault.latency_add = *added;
    } else {
      value.error(with_plus(added.error().message));
    }
    return;
  }
  if (!value.is_scalar() || !text.starts_with('x')) {
    value.must_be("a factor such as x4, or an addition such as +50ms");
    return;
  }
  fault.latency_factor = read_factor(value);
}

constexpr unsigned bit(Fault::On on) { return 1U << static_cast<unsigned>(on); }

struct Effect {
  std::string_view key;
  unsigned allowed_on;
  std::string_view allowed_text;
  void (*read)(const Value& value, Fault& fault);
};

constexpr Effect effects[] = {
    {"latency", bit(Fault::On::service) | bit(Fault::On::call), "services and calls",
     read_latency_effect},
    {"failure", bit(Fault::On::service), "services",
     [](const Value& value, Fault& fault) { fault.failure = read_share(value); }},
    {"capacity", bit(Fault::On::service), "services",
     [](const Value& value, Fault& fault) { fault.capacity_factor = read_factor(value); }},
    {"down", bit(Fault::On::service), "services",
     [](const Value& value, Fault& fault) { fault.down = value.word(down_words); }},
    {"pause", bit(Fault::On::service), "services",
     [](const Value& value, Fault& fault) { fault.pause = value.boolean(); }},
    {"loss", bit(Fault::On::call), "calls",
     [](const Value& value, Fault& fault) { fault.loss = read_share(value); }},
    {"rate", bit(Fault::On::workload), "workloads",
     [](const Value& value, Fault& fault) { fault.rate_factor = read_factor(value); }},
};

/// @return whether there was any.
bool read_effects(MapReader& in, Fault& fault, const Building& building) {
  bool any = false;
  for (const Effect& effect : effects) {
    const std::optional<Value> value = in.find(effect.key);
    if (!value) continue;
    any = true;
    effect.read(*value, fault);
    if (fault.on == Fault::On::nothing) {
      value->error("needs 'on', which says what it falls on");
    } else if ((effect.allowed_on & bit(fault.on)) == 0) {
      value->error("falls on " + std::string(effect.allowed_text) + " only");
    } else if (effect.key == "rate" && !building.errors.any()) {
      const Arrivals& arrivals = building.scenario.workloads[fault.index].arrivals;
      const bool closed = std::holds_alternative<ClosedArrivals>(arrivals);
      if (closed || std::holds_alternative<TraceArrivals>(arrivals)) {
        value->error(std::string("has no meaning for ") +
                     (closed ? "closed arrivals, which follow from the answers"
                             : "a trace, whose times are given"));
      }
    }
  }
  if (const auto v = in.find("replica")) {
    if (fault.on != Fault::On::service) {
      v->error("falls on services only");
    } else if (!building.errors.any()) {
      const std::uint32_t replicas = building.scenario.services[fault.index].replicas;
      if (replicas == 1 && !v->is_word("0")) v->must_be("0: the service has one replica");
      fault.replica = v->whole32(0, replicas - 1);
    }
  }
  return any;
}

void read_set(const Value& value, Fault& fault) {
  if (!value.expect_map()) return;
  if (value.node().members.empty()) value.error("is empty; name at least one setting");
  for (const Node::Member& member : value.node().members) {
    if (value.errors().any()) return;
    const Value setting = value.at(member);
    const std::string_view key = member.key;
    const bool allowed = key.starts_with("services.") || key.starts_with("policies.") ||
                         key.starts_with("queues.") || key.starts_with("consumers.");
    if (!allowed) {
      setting.error(
          "only settings below services, policies, queues and consumers can change "
          "while it runs");
    }
    fault.set.emplace_back(member.key, to_inline(member.value));
  }
}

Fault read_fault(const std::string& name, const Value& value, const Building& building,
                 EdgeTable& edges) {
  Fault fault;
  fault.name = name;
  MapReader in(value);
  if (const auto v = in.require("at")) fault.at = Instant{read_duration(*v)};
  if (const auto v = in.find("for")) {
    fault.length = read_duration_or_forever(*v);
    if (fault.length <= Duration{0}) v->must_be("longer than 0");
  }
  const std::optional<Value> on = in.find("on");
  if (on) read_on(*on, fault, building, edges);
  const bool any = read_effects(in, fault, building);
  if (const auto v = in.find("set")) {
    read_set(*v, fault);
    if (on && !any) {
      on->error("has no effect to place, and 'set' says itself what it changes; leave this out");
    }
  } else if (!any && in.is_map()) {
    in.finish();
    value.error("does nothing; give it latency, failure, capacity, down, pause, loss, rate or set");
  }
  return fault;
}

}  // namespace

std::vector<Fault> read_faults(const Value& value, Building& building) {
  std::vector<Fault> faults;
  EdgeTable edges(building.scenario);
  for (const Node::Member& member : value.node().members) {
    if (building.errors.any()) break;
    faults.push_back(read_fault(member.key, value.at(member), building, edges));
  }
  return faults;
}

}  // namespace squall::scenario
