#include "squall/scenario/import/annotated_yaml.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "squall/scenario/document_text.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/node_making.hpp"

namespace squall::scenario {
namespace {

struct Line {
  std::string text;
  std::string comment;
};

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

/// `key: value` on one line.
std::string entry(const std::string& key, const Node& value) {
  std::string text = to_yaml(map_of(key, value));
  text.pop_back();
  return text;
}

/// A key as the writer writes it, with its colon.
std::string key_text(const std::string& key) {
  const std::string with_value = entry(key, plain(std::string("x")));
  return with_value.substr(0, with_value.size() - 2);
}

void add_lines(const std::vector<PolicyDraft::Part>& parts, std::size_t indent,
               std::vector<Line>& lines) {
  const std::string before(indent, ' ');
  for (const PolicyDraft::Part& part : parts) {
    if (part.value) {
      lines.push_back({before + entry(part.key, *part.value), part.origin.text});
    } else {
      lines.push_back({before + key_text(part.key), {}});
      add_lines(part.parts, indent + 2, lines);
    }
  }
}

}  // namespace

std::string annotated_yaml(const PolicyDraft& policy, std::size_t indent) {
  constexpr std::size_t widest = 48;  // a line that is longer has its comment right behind it
  std::vector<Line> lines;
  add_lines(policy.parts(), indent + 2, lines);
  std::size_t width = 0;
  for (const Line& line : lines) {
    const std::size_t columns = columns_of(line.text);
    if (!line.comment.empty() && columns <= widest) width = std::max(width, columns);
  }
  std::string text;
  for (const std::string& about : policy.about()) {
    text += std::string(indent, ' ') + "# " + about + '\n';
  }
  text += std::string(indent, ' ') + key_text(policy.name()) + '\n';
  for (const Line& line : lines) {
    text += line.text;
    if (!line.comment.empty()) {
      const std::size_t columns = columns_of(line.text);
      text.append(columns < width ? width - columns : 0, ' ');
      text += "  # " + line.comment;
    }
    text += '\n';
  }
  return text;
}

Node scenario_around(const Imported& imported) {
  Node service = map_of("latency", plain(std::string("10ms")));
  if (!imported.error_names.empty()) {
    Node modes = list_node();
    for (const std::string& name : imported.error_names) {
      Node mode = map_of("p", plain(std::string("0%")));
      put(mode, "as", text_node(name));
      modes.items.push_back(std::move(mode));
    }
    put(service, "failure", std::move(modes));
  }
  Node policies = map_node();
  Node workloads = map_node();
  for (const PolicyDraft& policy : imported.policies) {
    put(policies, policy.name(), policy.node());
    Node workload = map_of("to", plain(std::string("upstream")));
    put(workload, "policy", text_node(policy.name()));
    put(workload, "arrivals", map_of("poisson", plain(std::string("50/s"))));
    put(workloads, "calls-" + policy.name(), std::move(workload));
  }
  Node scenario = map_of("squall", plain(std::uint64_t{1}));
  put(scenario, "name", plain(std::string("imported")));
  put(scenario, "duration", plain(std::string("10s")));
  put(scenario, "services", map_of("upstream", std::move(service)));
  put(scenario, "policies", std::move(policies));
  put(scenario, "workloads", std::move(workloads));
  return scenario;
}

std::string imported_scenario(const Imported& imported, const std::vector<std::string>& heading) {
  std::string text;
  for (const std::string& line : heading) {
    text += line.empty() ? "#\n" : "# " + comment_text(line) + '\n';
  }
  const Node scenario = scenario_around(imported);
  for (const Node::Member& member : scenario.members) {
    if (member.key == "services" || member.key == "policies" || member.key == "workloads") {
      text += '\n';
    }
    if (member.key != "policies") {
      text += to_yaml(map_of(member.key, member.value));
      continue;
    }
    text += "policies:\n";
    for (const PolicyDraft& policy : imported.policies) text += annotated_yaml(policy, 2);
  }
  return text;
}

}  // namespace squall::scenario
