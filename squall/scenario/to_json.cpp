#include <string>
#include <string_view>

#include "squall/scenario/load.hpp"
#include "squall/scenario/quoting.hpp"
#include "squall/scenario/scalar_form.hpp"

namespace squall::scenario {
namespace {

void append_json_scalar(const Node& node, std::string& out) {
  const bool bare =
      !node.quoted && (is_json_number(node.text) || node.text == "true" || node.text == "false");
  if (bare) {
    out += node.text;
  } else {
    append_quoted(node.text, out);
  }
}

void append(const Node& node, std::size_t indent, std::string& out);

/// A list or map; `count` entries, written by `entry`.
template <typename Entry>
void append_container(std::string_view brackets, std::size_t count, std::size_t indent,
                      std::string& out, Entry entry) {
  out += brackets[0];
  for (std::size_t i = 0; i < count; ++i) {
    out += i == 0 ? "\n" : ",\n";
    out.append(indent + 2, ' ');
    entry(i);
  }
  if (count > 0) {
    out += '\n';
    out.append(indent, ' ');
  }
  out += brackets[1];
}

void append(const Node& node, std::size_t indent, std::string& out) {
  switch (node.kind) {
    case Node::Kind::null:
      out += "null";
      return;
    case Node::Kind::scalar:
      append_json_scalar(node, out);
      return;
    case Node::Kind::list:
      append_container("[]", node.items.size(), indent, out,
                       [&](std::size_t i) { append(node.items[i], indent + 2, out); });
      return;
    case Node::Kind::map:
      append_container("{}", node.members.size(), indent, out, [&](std::size_t i) {
        append_quoted(node.members[i].key, out);
        out += ": ";
        append(node.members[i].value, indent + 2, out);
      });
      return;
  }
}

}  // namespace

std::string to_json(const Node& document) {
  std::string out;
  append(document, 0, out);
  out += '\n';
  return out;
}

}  // namespace squall::scenario
