// compare_trees FILE: whether documents that a page in a browser parsed are to the engine what they
// are to the command.
//
// FILE is a JSON list of {"name", "yaml": text, "tree": what web/src/engine/document.ts made of
// it}. Prints a line for each that differs in a value, a line or a message, and ends with status 1
// then. Where both find a text to be no YAML the words may differ.
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "squall/base/result.hpp"
#include "squall/scenario/node.hpp"
#include "squall/scenario/parse_tree.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"

namespace {

using squall::Result;
using squall::scenario::Node;

/// Where two documents part, as a path with what stands there; empty where they are the same.
std::string difference(const Node& yaml, const Node& tree, const std::string& path) {
  const auto say = [&path](const std::string& what, const auto& a, const auto& b) {
    return path + ": " + what + " " + nlohmann::json(a).dump() + " and " + nlohmann::json(b).dump();
  };
  if (yaml.kind != tree.kind) {
    return say("kind", static_cast<int>(yaml.kind), static_cast<int>(tree.kind));
  }
  if (yaml.line != tree.line) return say("line", yaml.line, tree.line);
  if (yaml.text != tree.text) return say("text", yaml.text, tree.text);
  if (yaml.quoted != tree.quoted) return say("quoted", yaml.quoted, tree.quoted);
  if (yaml.items.size() != tree.items.size()) {
    return say("items", yaml.items.size(), tree.items.size());
  }
  if (yaml.members.size() != tree.members.size()) {
    return say("members", yaml.members.size(), tree.members.size());
  }
  for (std::size_t i = 0; i < yaml.items.size(); ++i) {
    const std::string found =
        difference(yaml.items[i], tree.items[i], path + '[' + std::to_string(i) + ']');
    if (!found.empty()) return found;
  }
  for (std::size_t i = 0; i < yaml.members.size(); ++i) {
    const Node::Member& a = yaml.members[i];
    const Node::Member& b = tree.members[i];
    if (a.key != b.key) return say("key", a.key, b.key);
    if (a.line != b.line) return say("line of key " + a.key, a.line, b.line);
    const std::string found = difference(a.value, b.value, path + '.' + a.key);
    if (!found.empty()) return found;
  }
  return {};
}

std::string difference(const Result<Node>& yaml, const Result<Node>& tree) {
  if (yaml && tree) return difference(*yaml, *tree, "document");
  const std::string a = yaml ? "no error" : yaml.error().text();
  const std::string b = tree ? "no error" : tree.error().text();
  constexpr std::string_view no_yaml = "is not YAML: ";
  const bool both_no_yaml = a.find(no_yaml) != a.npos && b.find(no_yaml) != b.npos;
  return a == b || both_no_yaml ? std::string() : "error '" + a + "' and '" + b + "'";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "compare_trees FILE\n";
    return 2;
  }
  std::ifstream file(argv[1]);
  const nlohmann::json documents = nlohmann::json::parse(file, nullptr, false);
  if (!documents.is_array() || documents.empty()) {
    std::cerr << argv[1] << " holds no list of documents\n";
    return 2;
  }
  int status = 0;
  for (const nlohmann::json& one : documents) {
    const std::string found = difference(
        squall::scenario::parse_yaml(one.at("yaml").get<std::string>(), "scenario.yaml"),
        squall::scenario::parse_tree(one.at("tree").get<std::string>(), "scenario.yaml"));
    if (found.empty()) continue;
    std::cout << one.at("name").get<std::string>() << ": " << found << '\n';
    status = 1;
  }
  return status;
}
