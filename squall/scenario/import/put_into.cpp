#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>

#include "squall/scenario/import/annotated_yaml.hpp"
#include "squall/scenario/import/import.hpp"
#include "squall/scenario/import/text_edit.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/node_making.hpp"
#include "squall/scenario/reader.hpp"

namespace squall::scenario {
namespace {

/// A call as the document has it: the map that names its target.
struct Place {
  std::string name;  ///< A->B
  Node* map = nullptr;
  int line = 0;           ///< of its `to` or `publish`
  std::size_t index = 0;  ///< of that, in the map
};

void add_place(const std::string& caller, Node& map, std::vector<Place>& places) {
  for (std::size_t i = 0; i < map.members.size(); ++i) {
    const Node::Member& member = map.members[i];
    if (member.key != "to" && member.key != "publish") continue;
    places.push_back({caller + "->" + member.value.text, &map, member.line, i});
    return;
  }
}

void add_steps(const std::string& caller, Node& owner, std::vector<Place>& places) {
  Node* calls = owner.find("calls");
  if (calls == nullptr) return;
  for (Node& step : calls->items) {
    add_place(caller, step, places);
    Node* parallel = step.find("parallel");
    if (parallel == nullptr) continue;
    for (Node& one : parallel->items) add_place(caller, one, places);
  }
}

std::vector<Place> places_of(Node& scenario) {
  std::vector<Place> places;
  if (Node* workloads = scenario.find("workloads")) {
    for (Node::Member& one : workloads->members) add_place(one.key, one.value, places);
  }
  for (const char* section : {"services", "consumers"}) {
    Node* map = scenario.find(section);
    if (map == nullptr) continue;
    for (Node::Member& one : map->members) add_steps(one.key, one.value, places);
  }
  return places;
}

Unexpected no_such_call(std::string_view call, const std::vector<Place>& places) {
  std::vector<std::string_view> names;
  names.reserve(places.size());
  for (const Place& place : places) names.push_back(place.name);
  std::string message = "there is no call " + shown(call) + hint(call, names);
  if (call.find("->") == call.npos)
    message = shown(call) + " is not CALLER->CALLEE" + hint(call, names);
  return fail(Error{.message = std::move(message), .file = "--call"});
}

/// The policy without the names of errors that the scenario does not know.
PolicyDraft fitted(const PolicyDraft& policy, const std::vector<std::string>& known,
                   std::vector<LeftOut>& left_out) {
  PolicyDraft fitting = policy;
  constexpr std::array<std::string_view, 2> words = {"timeout", "rejected"};
  for (PolicyDraft::Part& part : fitting.parts()) {
    for (PolicyDraft::Part& inner : part.parts) {
      if (inner.key != "on" || !inner.value) continue;
      std::vector<Node> kept;
      for (Node& word : inner.value->items) {
        const bool is_known = std::find(known.begin(), known.end(), word.text) != known.end() ||
                              std::find(words.begin(), words.end(), word.text) != words.end();
        if (is_known) {
          kept.push_back(std::move(word));
        } else {
          left_out.push_back({inner.origin.file, inner.origin.line, word.text,
                              "no service of the scenario fails with it"});
        }
      }
      inner.value->items = std::move(kept);
    }
  }
  return fitting;
}

/// Sets the member; a new one comes before that at `place`.
void set_member(Node& map, std::string_view key, Node value, std::size_t place) {
  if (Node* there = map.find(key)) {
    *there = std::move(value);
  } else {
    map.members.insert(map.members.begin() + static_cast<std::ptrdiff_t>(place),
                       {std::string(key), 0, std::move(value)});
  }
}

std::string indented_lines(const std::string& text) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    out += "  " + text.substr(begin, end - begin);
    begin = end;
  }
  return out;
}

std::string written_anew(const Node& document, const PolicyDraft& policy) {
  std::string text;
  for (const Node::Member& section : document.members) {
    if (section.key != "policies") {
      text += to_yaml(map_of(section.key, section.value));
      continue;
    }
    text += "policies:\n";
    for (const Node::Member& one : section.value.members) {
      text += one.key == policy.name() ? annotated_yaml(policy, 2)
                                       : indented_lines(to_yaml(map_of(one.key, one.value)));
    }
  }
  return text;
}

}  // namespace

Result<Placement> put_into(Node scenario, std::string_view text,
                           const std::vector<std::string>& error_names, const PolicyDraft& policy,
                           std::string_view call) {
  Placement placement;
  const PolicyDraft fitting = fitted(policy, error_names, placement.left_out);
  const Node original = scenario;
  std::vector<Place> places = places_of(scenario);
  std::vector<int> lines;
  for (const Place& place : places) {
    if (place.name != call) continue;
    set_member(*place.map, "policy", text_node(policy.name()), place.index + 1);
    lines.push_back(place.line);
  }
  if (lines.empty()) return no_such_call(call, places);
  placement.calls = lines.size();
  if (scenario.find("policies") == nullptr) {
    const auto before =
        std::find_if(scenario.members.begin(), scenario.members.end(),
                     [](const Node::Member& member) { return member.key == "workloads"; });
    scenario.members.insert(before, {"policies", 0, map_node()});
  }
  Node& policies = *scenario.find("policies");
  placement.replaced = policies.find(policy.name()) != nullptr;
  set_member(policies, policy.name(), fitting.node(), 0);
  placement.text = with_line_ends_of(written_anew(scenario, fitting), text);
  if (!placement.replaced) {
    const std::string target(call.substr(call.find("->") + 2));
    placement.edited =
        edited_text(original, text, lines, target, annotated_yaml(fitting, 0), policy.name());
  }
  placement.document = std::move(scenario);
  return placement;
}

}  // namespace squall::scenario
